#include "config.h"

#include <stdio.h>

#include "app/repository.h"
#include "base/i18n.h"
#include "base/utf8.h"

enum rrpair_proto repository_proto(enum repo_kind kind)
{
	switch (kind) {
	case REPO_SERVICE:
		return PROTO_MOCK_SERVICE;
	case REPO_RESOURCE:
		return PROTO_MOCK_RESOURCE;
	case REPO_REQUEST:
		return PROTO_MOCK_REQUEST;
	case REPO_RESPONSE:
		return PROTO_MOCK_RESPONSE;
	case REPO_EVENT:
		return PROTO_MOCK_EVENT;
	case REPO_MEMBER:
	case REPO_REST:
		return PROTO_MOCK_OTHER;
	default:
		return (enum rrpair_proto)0;
	}
}

row_id repository_mate(struct document *doc, row_id id)
{
	enum repo_kind kind = document_kind(doc, id), other;
	uint64_t n = document_count(doc);
	struct columns mine, c;
	uint32_t want;

	if ((kind != REPO_REQUEST && kind != REPO_RESPONSE) ||
	    !document_columns(doc, id, &mine))
		return ROW_NONE;
	other = kind == REPO_REQUEST ? REPO_RESPONSE : REPO_REQUEST;
	want = kind == REPO_REQUEST ? mine.duration : mine.uuid;
	for (uint64_t i = 0; want && i < n; i++) {
		row_id row = document_row(doc, i);

		if (document_kind(doc, row) == other &&
		    document_columns(doc, row, &c) &&
		    (kind == REPO_REQUEST ? c.uuid : c.duration) == want)
			return row;
	}
	return ROW_NONE;
}

/* ---- checking ---- */

#define SERVER_TAKES ((uint64_t)2 << 20)	/* MAX_UPLOAD_FILE_SIZE, as set */

struct checking {
	const struct snapshot *s;
	struct check *check;
	repository_sink *sink;
	void *arg;
	struct repository_problem at;
	struct buf path;
	uint64_t in_list[REPO_KINDS];
	bool stopped;
};

static bool pass_on(void *arg, const struct problem *p)
{
	struct checking *c = arg;

	c->at.problem = p;
	c->at.path = c->path.data ? c->path.data : "";
	c->stopped = !c->sink(c->arg, &c->at);
	return !c->stopped;
}

/* The record's path in the file, and what it is to the rules. */
static void enter(struct checking *c, enum repo_kind kind)
{
	const char *key = repo_kind_key(kind);
	struct buf name;

	buf_init(&name);
	buf_clear(&c->path);
	if (key) {
		buf_addf(&c->path, ".%s[%llu]", key,
			 (unsigned long long)c->in_list[kind]++);
	} else if (snapshot_member_name(c->s, c->at.id, &name)) {
		buf_addc(&c->path, '.');
		utf8_visible(&c->path, name.data, name.len, false);
	}
	check_set_proto(c->check, repository_proto(kind), name.data, name.len);
	buf_release(&name);
}

static bool pass(struct checking *c, struct job *job, bool learn,
		 struct err *err)
{
	uint64_t count = snapshot_count(c->s);
	struct snapshot_cursor at;
	bool failed;

	snapshot_cursor_init(&at, c->s, 0, count);
	while (!c->stopped && !(job && job_cancelled(job)) &&
	       snapshot_cursor_next(&at, err)) {
		enum repo_kind kind = snapshot_kind(c->s, at.id);

		c->at.id = at.id;
		c->at.number = at.pos + 1;
		if (job && at.pos % 64 == 0)
			job_progress(job, at.pos, count, 0);
		if (!learn) {
			enter(c, kind);
			check_record(c->check, at.pos + 1, at.text, at.len,
				     pass_on, c);
		} else if (kind <= REPO_EVENT) {
			check_set_proto(c->check, repository_proto(kind), NULL,
					0);
			check_learn(c->check, at.pos + 1, at.text, at.len);
		}
	}
	failed = at.failed;
	snapshot_cursor_release(&at);
	return !failed;
}

static void file_problem(struct checking *c, enum check_id id, const char *field,
			 const char *message)
{
	struct problem p = { .rule = check_rule(id) };

	if (c->stopped)
		return;
	snprintf(p.field, sizeof(p.field), "%s", field);
	snprintf(p.message, sizeof(p.message), "%s", message);
	pass_on(c, &p);
}

/* Lists that are not there, and what the file around them is like. Elements that
 * were added make a list. */
static void check_file(struct checking *c)
{
	const struct repo_map *map = snapshot_lists(c->s);
	char field[32];

	c->at.id = ROW_NONE;
	c->at.number = 0;
	buf_clear(&c->path);
	if (snapshot_file_marked(c->s))
		file_problem(c, CHECK_NOT_JSON, "",
			     _("a byte order mark stands before the text"));
	if (!map->end) {
		file_problem(c, CHECK_NOT_JSON, "",
			     _("the repository breaks off"));
		return;
	}
	for (unsigned k = REPO_SERVICE; k < REPO_EVENT; k++) {
		if (map->list[repo_list_for(map, (enum repo_kind)k)].key ||
		    c->in_list[k])
			continue;
		snprintf(field, sizeof(field), ".%s",
			 repo_kind_key((enum repo_kind)k));
		file_problem(c, CHECK_MOCK_FILE, field,
			     _("this list is missing"));
	}
	if (snapshot_file_size(c->s) > SERVER_TAKES)
		file_problem(c, CHECK_MOCK_SIZE, "",
			     _("more than 2 MB"));
}

bool repository_check(const struct snapshot *s, struct check *check,
		      struct job *job, repository_sink *sink, void *arg,
		      struct err *err)
{
	struct checking c = { .s = s, .check = check, .sink = sink,
			      .arg = arg };
	bool ok;

	buf_init(&c.path);
	ok = pass(&c, job, true, err) && pass(&c, job, false, err);
	if (ok)
		check_file(&c);
	buf_release(&c.path);
	return ok;
}
