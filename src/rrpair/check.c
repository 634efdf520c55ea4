#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "rrpair/body.h"
#include "rrpair/check-internal.h"
#include "rrpair/mockcheck.h"

/* A uuid and the record that had it first; record 0 is a free slot. */
struct uuid_slot {
	struct uuid uuid;
	uint64_t record;
};

struct check {
	struct check_options options;
	struct rrpair pair;
	struct body body;
	struct uuid_slot *slots;	/* open addressing, cap a power of two */
	size_t count, cap;
	int64_t last_ts;
	bool have_ts;
	struct mock_index *index;	/* NULL: nothing was learnt */
	struct buf member;
};

struct check *check_new(const struct check_options *options)
{
	struct check *c = mem_zalloc(1, sizeof(*c));

	c->options = *options;
	rrpair_init(&c->pair);
	body_init(&c->body);
	buf_init(&c->member);
	return c;
}

void check_free(struct check *c)
{
	if (!c)
		return;
	rrpair_release(&c->pair);
	body_release(&c->body);
	buf_release(&c->member);
	mock_index_free(c->index);
	free(c->slots);
	free(c);
}

void check_reset(struct check *c)
{
	if (c->cap)
		memset(c->slots, 0, c->cap * sizeof(*c->slots));
	c->count = 0;
	c->have_ts = false;
	mock_index_free(c->index);
	c->index = NULL;
	c->options.proto = 0;
}

void check_set_proto(struct check *c, enum rrpair_proto proto,
		     const char *member, size_t len)
{
	c->options.proto = proto;
	buf_clear(&c->member);
	if (member)
		buf_add(&c->member, member, len);
}

void check_learn(struct check *c, uint64_t record, const char *text, size_t len)
{
	if (!c->index)
		c->index = mock_index_new();
	if (rrpair_parse(&c->pair, text, len, NULL)) {
		rrpair_set_proto(&c->pair, c->options.proto);
		mock_index_learn(c->index, record, &c->pair);
	}
}

int64_t check_now(const struct check *c)
{
	return c->options.now_ns;
}

bool check_skips_bodies(const struct check_run *run)
{
	return run->check->options.skip_bodies;
}

struct body *check_body(struct check *c)
{
	return &c->body;
}

/* Uuids of version 4 are random but for six bits, so their first bytes hash
 * well; those that are not random only cost longer probes. */
static size_t slot_of(const struct check *c, const struct uuid *uuid)
{
	uint64_t hash;
	size_t i;

	memcpy(&hash, uuid->b, sizeof(hash));
	hash *= UINT64_C(0x9E3779B97F4A7C15);
	i = (hash >> 17) & (c->cap - 1);
	while (c->slots[i].record &&
	       memcmp(c->slots[i].uuid.b, uuid->b, sizeof(uuid->b)))
		i = (i + 1) & (c->cap - 1);
	return i;
}

static void grow_slots(struct check *c)
{
	struct uuid_slot *old = c->slots;
	size_t old_cap = c->cap, i;

	c->cap = old_cap ? 2 * old_cap : 256;
	c->slots = mem_zalloc(c->cap, sizeof(*c->slots));
	for (i = 0; i < old_cap; i++)
		if (old[i].record)
			c->slots[slot_of(c, &old[i].uuid)] = old[i];
	free(old);
}

bool check_uuid_seen(struct check *c, const struct uuid *uuid, uint64_t record,
		     uint64_t *before)
{
	struct uuid_slot *slot;

	if (2 * (c->count + 1) > c->cap)
		grow_slots(c);
	slot = &c->slots[slot_of(c, uuid)];
	if (slot->record) {
		*before = slot->record;
		return true;
	}
	slot->uuid = *uuid;
	slot->record = record;
	c->count++;
	return false;
}

bool check_ts_before(struct check *c, int64_t ns)
{
	bool before = c->have_ts && ns < c->last_ts;

	c->have_ts = true;
	c->last_ts = ns;
	return before;
}

bool check_wants(const struct check_run *run, enum check_id id)
{
	return !run->stopped && run->reported[id] < CHECK_PER_RULE_MAX &&
	       check_rule(id)->severity >= run->check->options.at_least;
}

/* The path of node, made visible and cut at a whole character. */
static void write_field(char field[CHECK_FIELD_MAX],
			const struct rrpair *pair, uint32_t node)
{
	struct buf path, shown;
	size_t len;

	field[0] = '\0';
	if (node == JSON_NONE)
		return;
	buf_init(&path);
	buf_init(&shown);
	rrpair_path(pair, node, &path);
	utf8_visible(&shown, path.data, path.len, false);
	len = shown.len;
	if (len >= CHECK_FIELD_MAX)
		len = utf8_valid_prefix(shown.data, CHECK_FIELD_MAX - 1);
	memcpy(field, shown.data, len);
	field[len] = '\0';
	buf_release(&path);
	buf_release(&shown);
}

void check_report(struct check_run *run, enum check_id id, uint32_t node,
		  const char *fmt, ...)
{
	struct problem problem;
	va_list ap;
	size_t n;

	if (!check_wants(run, id))
		return;
	run->reported[id]++;
	problem.rule = check_rule(id);
	problem.off = problem.len = 0;
	if (node != JSON_NONE) {
		problem.off = run->pair->doc.nodes[node].off;
		problem.len = run->pair->doc.nodes[node].len;
	}
	write_field(problem.field, run->pair, node);
	va_start(ap, fmt);
	vsnprintf(problem.message, sizeof(problem.message), fmt, ap);
	va_end(ap);
	n = strlen(problem.message);
	problem.message[utf8_valid_prefix(problem.message, n)] = '\0';
	run->stopped = !run->sink(run->arg, &problem);
}

/* What is no RRPair at all: one problem, at the place where reading ended. */
static void report_unreadable(struct check_run *run, const struct err *err)
{
	struct problem problem = { .off = err->offset };
	enum check_id id = err->code == ERR_INPUT && !err->offset &&
			   json_valid(run->pair->text, run->pair->len, NULL) ?
			   CHECK_NOT_OBJECT : CHECK_NOT_JSON;

	problem.rule = check_rule(id);
	if (err->offset)
		snprintf(problem.message, sizeof(problem.message),
			 _("%s (byte %zu)"), err->msg, err->offset + 1);
	else
		snprintf(problem.message, sizeof(problem.message), "%s",
			 err->msg);
	run->stopped = !run->sink(run->arg, &problem);
}

/* Another member of the file than its five lists, or one that is no list. */
static bool run_member(struct check_run *run, const char *text, size_t len)
{
	const struct buf *name = &run->check->member;
	char quoted[ERR_QUOTE_MAX];

	run->pair = &run->check->pair;
	if (len == 4 && !memcmp(text, "null", 4) && name->len == 13 &&
	    !memcmp(name->data, "eventMessages", 13))
		return true;
	check_report(run, CHECK_MOCK_FILE, JSON_NONE,
		     _("%s is none of the lists services, resources, requests, "
		       "responses, eventMessages"),
		     err_quote(quoted, name->data, name->len));
	return !run->stopped;
}

/* An element that is no object: null is taken, and nothing comes of it. */
static bool run_no_object(struct check_run *run, const char *text, size_t len)
{
	run->pair = &run->check->pair;
	if (len == 4 && !memcmp(text, "null", 4))
		check_report(run, CHECK_MOCK_LOST, JSON_NONE,
			     _("null in place of an element fails to be "
			       "stored"));
	else
		check_report(run, CHECK_MOCK_TYPE, JSON_NONE, _("must be %s"),
			     _("an object"));
	return !run->stopped;
}

static bool run_rules(struct check_run *run, const char *text, size_t len)
{
	struct check *c = run->check;
	struct rrpair unread = { .text = text, .len = len };
	struct err err;

	if (c->options.proto == PROTO_MOCK_OTHER && json_valid(text, len, NULL))
		return run_member(run, text, len);
	if (c->options.proto && json_valid(text, len, NULL) &&
	    !rrpair_parse(&c->pair, text, len, NULL))
		return run_no_object(run, text, len);
	if (!rrpair_parse(&c->pair, text, len, &err)) {
		run->pair = &unread;
		report_unreadable(run, &err);
		return !run->stopped;
	}
	run->pair = &c->pair;
	if (c->options.proto)
		rrpair_set_proto(&c->pair, c->options.proto);
	check_json_rules(run);
	if (rrpair_is_mock(&c->pair)) {
		check_mock_rules(run);
		if (run->index)
			mock_index_rules(run->index, run);
		return !run->stopped;
	}
	check_member_rules(run);
	check_link_rules(run);
	check_body_rules(run);
	check_secret_rules(run);
	return !run->stopped;
}

bool check_record(struct check *c, uint64_t record, const char *text,
		  size_t len, check_sink *sink, void *arg)
{
	struct check_run run = { .check = c, .sink = sink, .arg = arg,
				 .in_file = true, .record = record,
				 .index = c->index };

	return run_rules(&run, text, len);
}

bool check_alone(struct check *c, const char *text, size_t len,
		 check_sink *sink, void *arg)
{
	struct check_run run = { .check = c, .sink = sink, .arg = arg };

	return run_rules(&run, text, len);
}

bool check_edit(struct check *c, const char *base, size_t base_len,
		const char *text, size_t len, check_sink *sink, void *arg)
{
	struct check_run run = { .check = c, .sink = sink, .arg = arg };

	if (!run_rules(&run, text, len))
		return false;
	if (run.pair == &c->pair)
		check_encoding_rule(&run, base, base_len);
	return !run.stopped;
}

/* The errors of one text, as "CODE FIELD" lines with their messages. */
struct error_list {
	struct { char key[CHECK_FIELD_MAX + 32]; char *line; } *errors;
	size_t count, cap;
};

static bool collect_error(void *arg, const struct problem *problem)
{
	struct error_list *list = arg;

	if (problem->rule->severity != CHECK_ERROR)
		return true;
	list->errors = mem_room(list->errors, list->count, &list->cap,
				sizeof(*list->errors));
	snprintf(list->errors[list->count].key,
		 sizeof(list->errors->key), "%s %s", problem->rule->code,
		 problem->field);
	list->errors[list->count++].line =
		mem_format("%s%s%s: %s (%s)", problem->field,
			   *problem->field ? ": " : "",
			   _(problem->rule->summary), problem->message,
			   problem->rule->code);
	return true;
}

static void release_errors(struct error_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->errors[i].line);
	free(list->errors);
}

static bool has_error(const struct error_list *list, const char *key)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!strcmp(list->errors[i].key, key))
			return true;
	return false;
}

size_t check_brought_in(struct check *c, const char *base, size_t base_len,
			const char *text, size_t len, struct buf *lines)
{
	struct error_list before = { 0 }, after = { 0 };
	size_t i, n = 0;

	check_alone(c, text, len, collect_error, &after);
	if (base && after.count)
		check_alone(c, base, base_len, collect_error, &before);
	for (i = 0; i < after.count; i++) {
		if (has_error(&before, after.errors[i].key))
			continue;
		n++;
		if (lines)
			buf_addf(lines, "%s\n", after.errors[i].line);
	}
	release_errors(&before);
	release_errors(&after);
	return n;
}
