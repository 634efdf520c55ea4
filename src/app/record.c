#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/record.h"
#include "app/repository.h"
#include "base/mem.h"

struct record *record_new(const struct row_mark *mark)
{
	struct record *r = mem_zalloc(1, sizeof(*r));

	r->refs = 1;
	r->mark = *mark;
	buf_init(&r->text);
	rrpair_init(&r->pair);
	buf_init(&r->saved_text);
	rrpair_init(&r->saved_pair);
	return r;
}

struct record *record_ref(struct record *r)
{
	r->refs++;
	return r;
}

void record_unref(struct record *r)
{
	if (!r || --r->refs)
		return;
	row_mark_release(&r->mark);
	rrpair_release(&r->pair);
	buf_release(&r->text);
	rrpair_release(&r->saved_pair);
	buf_release(&r->saved_text);
	free(r->problems.items);
	record_free_body(r->bodies[BODY_REQUEST]);
	record_free_body(r->bodies[BODY_RESPONSE]);
	free(r);
}

/* After text and saved_text were filled in; was_there: saved_text was. */
static void parse(struct record *r, bool was_there)
{
	if (r->there)
		r->ok = rrpair_parse(&r->pair, r->text.data, r->text.len,
				     &r->err);
	if (r->ok && r->proto)
		rrpair_set_proto(&r->pair, r->proto);
	if (row_mark_clean(&r->mark))
		r->was_ok = r->ok;
	else if (was_there)
		r->was_ok = rrpair_parse(&r->saved_pair, r->saved_text.data,
					 r->saved_text.len, NULL);
	if (r->was_ok && r->proto && !row_mark_clean(&r->mark))
		rrpair_set_proto(&r->saved_pair, r->proto);
}

void record_read(struct record *r, const struct snapshot *now,
		 const struct snapshot *saved)
{
	row_id id = r->mark.id;
	bool was_there = false;
	uint64_t pos;

	r->proto = repository_proto(snapshot_kind(now, id));
	r->there = r->mark.there[DOCUMENT_NOW] &&
		   snapshot_text(now, id, &r->text, &r->err);
	if (!row_mark_clean(&r->mark) && snapshot_position(saved, id, &pos))
		was_there = snapshot_text(saved, id, &r->saved_text, NULL);
	parse(r, was_there);
}

void record_read_document(struct record *r, struct document *doc)
{
	row_id id = r->mark.id;
	bool was_there = false;

	r->proto = repository_proto(document_kind(doc, id));
	r->there = document_text(doc, id, DOCUMENT_NOW, &r->text, &r->err);
	if (!row_mark_clean(&r->mark))
		was_there = document_text(doc, id, DOCUMENT_SAVED,
					  &r->saved_text, NULL);
	parse(r, was_there);
}

const struct rrpair *record_saved(const struct record *r)
{
	if (!r->was_ok)
		return NULL;
	return row_mark_clean(&r->mark) ? &r->pair : &r->saved_pair;
}

/* --- problems --- */

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static bool take_problem(void *arg, const struct problem *problem)
{
	struct problem_list *list = arg;
	struct pair_problem *p;

	list->items = mem_room(list->items, list->n, &list->cap,
			       sizeof(*list->items));
	p = &list->items[list->n++];
	p->rule = problem->rule;
	p->off = problem->off;
	memcpy(p->field, problem->field, sizeof(p->field));
	memcpy(p->message, problem->message, sizeof(p->message));
	return true;
}

void record_check(const struct record *r, struct problem_list *out)
{
	struct check_options options = {.now_ns = now_ns()};
	struct check *check;

	if (!r->there)
		return;
	options.proto = r->proto;
	check = check_new(&options);
	if (r->was_ok && !row_mark_clean(&r->mark))
		check_edit(check, r->saved_text.data, r->saved_text.len,
			   r->text.data, r->text.len, take_problem, out);
	else
		check_alone(check, r->text.data, r->text.len, take_problem,
			    out);
	check_free(check);
}

void record_take_problems(struct record *r, struct problem_list *found)
{
	if (r->checked) {
		free(found->items);
	} else {
		r->problems = *found;
		r->checked = true;
	}
	*found = (struct problem_list){0};
}

/* --- bodies --- */

struct body *record_decode(const struct record *r, enum body_side side,
			   struct err *err)
{
	struct body *body;

	if (!r->ok) {
		*err = r->err;
		return NULL;
	}
	body = mem_alloc(sizeof(*body));
	body_init(body);
	if (body_decode(body, &r->pair, side, err))
		return body;
	record_free_body(body);
	return NULL;
}

void record_free_body(struct body *body)
{
	if (!body)
		return;
	body_release(body);
	free(body);
}

void record_take_body(struct record *r, enum body_side side,
		      struct body *body, const struct err *err)
{
	if (r->decoded[side]) {
		record_free_body(body);
		return;
	}
	r->decoded[side] = true;
	r->bodies[side] = body;
	if (!body)
		r->body_err[side] = *err;
}

size_t record_stored_len(const struct record *r, enum body_side side)
{
	struct field field;
	uint32_t node;

	if (!r->ok)
		return 0;
	field_make(&field, side == BODY_REQUEST ? FIELD_REQUEST_BODY :
		   FIELD_RESPONSE_BODY, NULL, 0, 0);
	node = rrpair_find(&r->pair, &field);
	field_release(&field);
	return node == JSON_NONE ? 0 : r->pair.doc.nodes[node].len;
}
