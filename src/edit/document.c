#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "edit/doc.h"
#include "json/locate.h"

int64_t doc_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void doc_tell(struct document *doc, enum document_event event)
{
	/* An observer may remove itself, or others. */
	for (size_t i = doc->observer_count; i-- > 0;)
		if (i < doc->observer_count)
			doc->observers[i].fn(doc->observers[i].arg, event);
}

void document_observe(struct document *doc, document_observer *fn, void *arg)
{
	doc->observers = mem_room(doc->observers, doc->observer_count,
				  &doc->observer_cap, sizeof(*doc->observers));
	doc->observers[doc->observer_count++] = (struct doc_observer){ fn, arg };
}

void document_unobserve(struct document *doc, document_observer *fn, void *arg)
{
	for (size_t i = 0; i < doc->observer_count; i++) {
		if (doc->observers[i].fn != fn || doc->observers[i].arg != arg)
			continue;
		doc->observer_count--;
		memmove(&doc->observers[i], &doc->observers[i + 1],
			(doc->observer_count - i) * sizeof(*doc->observers));
		return;
	}
}

/* --- sources and their growth --- */

struct doc_source *doc_source_new(struct document *doc)
{
	struct doc_source *s = mem_zalloc(1, sizeof(*s));

	s->doc = doc;
	s->origin = (unsigned)doc->tables->count;
	return s;
}

/* Records that were indexed become rows, in the file and on screen alike. */
static void take_growth(struct doc_source *s)
{
	struct document *doc = s->doc;
	uint64_t count = lineindex_count(s->index);
	row_id first = row_make(s->origin, s->known);

	if (count > s->known || s->known == 0) {
		doc->rows = rows_own(doc->rows);
		rows_grow(doc->rows, first, count - s->known);
		doc->saved = rows_own(doc->saved);
		rows_grow(doc->saved, first, count - s->known);
		doc_journal_grow(doc, first, count - s->known);
		s->known = count;
	}
}

void doc_grown(void *arg, uint64_t from)
{
	struct doc_source *s = arg;

	if (!s->index)
		return;		/* still inside lineindex_new() */
	take_growth(s);
	s->doc->generation++;
	doc_tell(s->doc, DOCUMENT_GREW);
}

void doc_add_source(struct document *doc, struct lineindex *ix,
		    struct doc_source *s)
{
	s->index = ix;
	doc->tables = tables_with(doc->tables, ix);
	doc->sources = mem_grow(doc->sources, doc->tables->count,
				sizeof(*doc->sources));
	doc->sources[s->origin] = s;
	take_growth(s);
}

/* --- opening --- */

static bool open_source(struct document *doc, struct err *err)
{
	struct source *src = source_open(doc->path, doc->state_dir, doc->jobs,
					 err);
	struct doc_source *s;
	struct lineindex *ix;

	if (!src)
		return false;
	s = doc_source_new(doc);
	ix = lineindex_new(src, doc->pools, doc->jobs, doc_grown, s, err);
	if (ix) {
		doc->disk_id = source_identity(src);
		if (source_kind(src) == SOURCE_PLAIN)
			doc_tail_of(source_fd(src), doc->disk_id.size,
				    &doc->disk_tail);
		doc_add_source(doc, ix, s);
	} else {
		free(s);
	}
	source_unref(src);
	return ix != NULL;
}

/* Who may edit: not a pipe, not a second editor. */
static void open_for_edits(struct document *doc)
{
	struct err err;

	if (doc->flags & DOCUMENT_READONLY) {
		doc->read_only = mem_strdup(_("opened read only"));
	} else if (!doc->real_path) {
		doc->read_only = mem_strdup(_("standard input is read only"));
	} else if (doc->state_dir) {
		doc->lock = edit_lock_take(doc->state_dir, doc->real_path,
					   &err);
		if (!doc->lock)
			doc->read_only = mem_strdup(err.msg);
	}
}

struct document *document_open(const char *path,
			       const struct document_options *opt,
			       struct err *err)
{
	struct document *doc = mem_zalloc(1, sizeof(*doc));

	doc->path = mem_strdup(path);
	doc->state_dir = opt->state_dir ? mem_strdup(opt->state_dir) : NULL;
	doc->jobs = opt->jobs;
	doc->flags = opt->flags;
	uuid_v4(&doc->session);
	doc->pools = columns_pools_new();
	doc->tables = tables_new();
	doc->rows = rows_new();
	doc->saved = rows_new();
	if (strcmp(path, "-") != 0)
		doc->real_path = realpath(path, NULL);
	if (!open_source(doc, err)) {
		document_close(doc, false);
		return NULL;
	}
	open_for_edits(doc);
	return doc;
}

struct document *doc_shadow(struct document *doc)
{
	struct document *s = mem_zalloc(1, sizeof(*s));

	s->path = mem_strdup(doc->path);
	s->real_path = doc->real_path ? mem_strdup(doc->real_path) : NULL;
	s->jobs = doc->jobs;
	s->flags = DOCUMENT_NO_JOURNAL;
	s->pools = columns_pools_ref(doc->pools);
	s->tables = tables_ref(doc->tables);
	s->rows = rows_share(doc->saved);
	s->saved = rows_share(doc->saved);
	s->disk_id = doc->disk_id;
	s->disk = doc->disk;
	s->disk_source = doc->disk_source;
	return s;
}

void document_close(struct document *doc, bool keep_journal)
{
	if (!doc)
		return;
	while (doc->saving && doc->jobs)
		jobs_wait(doc->jobs, doc->save_job);
	while (doc->depth)
		document_abort(doc);
	for (size_t i = 0; doc->sources && i < doc->tables->count; i++) {
		lineindex_stop(doc->tables->index[i]);
		free(doc->sources[i]);
	}
	doc_journal_close(doc, keep_journal);
	edit_lock_give(doc->lock);
	doc_free_steps(doc, 0);
	free(doc->steps);
	free(doc->marks);
	free(doc->sources);
	free(doc->observers);
	rows_unref(doc->rows);
	rows_unref(doc->saved);
	tail_free(doc->tail);
	tables_unref(doc->tables);
	columns_pools_unref(doc->pools);
	free(doc->path);
	free(doc->real_path);
	free(doc->state_dir);
	free(doc->read_only);
	free(doc);
}

/* --- asking --- */

const char *document_path(const struct document *doc)
{
	return doc->path;
}

const char *document_real_path(const struct document *doc)
{
	return doc->real_path;
}

enum source_kind document_source_kind(const struct document *doc)
{
	return source_kind(lineindex_source(doc->tables->index[0]));
}

bool document_single(const struct document *doc)
{
	return lineindex_single(doc->tables->index[0]);
}

bool document_repository(const struct document *doc)
{
	return lineindex_repository(doc->tables->index[0]) != NULL;
}

enum repo_kind document_kind(const struct document *doc, row_id id)
{
	return tables_kind(doc->tables, id);
}

const char *document_read_only(const struct document *doc)
{
	return doc->read_only;
}

void document_set_read_only(struct document *doc, const char *why)
{
	free(doc->read_only);
	doc->read_only = mem_strdup(why);
}

bool doc_writable(const struct document *doc, struct err *err)
{
	if (!doc->read_only)
		return true;
	return err_set(err, ERR_INPUT, "%s", doc->read_only);
}

uint64_t document_count(const struct document *doc)
{
	return rows_count(doc->rows);
}

bool document_complete(const struct document *doc)
{
	for (size_t i = 0; i < doc->tables->count; i++)
		if (!lineindex_complete(doc->tables->index[i]))
			return false;
	return true;
}

bool document_failed(const struct document *doc, struct err *err)
{
	for (size_t i = 0; i < doc->tables->count; i++)
		if (lineindex_failed(doc->tables->index[i], err))
			return true;
	return false;
}

bool document_wait(struct document *doc, struct err *err)
{
	for (size_t i = 0; i < doc->tables->count; i++)
		if (!lineindex_wait(doc->tables->index[i], err))
			return false;
	return !document_failed(doc, err);
}

void document_progress(const struct document *doc, uint64_t *done,
		       uint64_t *total)
{
	lineindex_progress(doc->tables->index[doc->tables->count - 1], done,
			   total);
}

row_id document_row(const struct document *doc, uint64_t pos)
{
	return pos < rows_count(doc->rows) ? rows_at(doc->rows, pos) : ROW_NONE;
}

bool document_position(const struct document *doc, row_id id, uint64_t *pos)
{
	return rows_position(doc->rows, document_known(doc, id), pos);
}

bool document_saved_position(const struct document *doc, row_id id,
			     uint64_t *pos)
{
	return rows_position(doc->saved, id, pos);
}

bool document_text(struct document *doc, row_id id, enum document_version which,
		   struct buf *out, struct err *err)
{
	struct rows *rows = which == DOCUMENT_NOW ? doc->rows : doc->saved;
	const struct columns *tail;
	uint64_t pos;

	id = document_known(doc, id);
	tail = doc_tail_record(doc, id);
	if (tail)
		return tables_bytes(doc->tables, 0, tail, out, err);
	if (!rows_position(rows, id, &pos))
		return doc_absent(id, err);
	return tables_text(doc->tables, id, rows_state(rows, id), out, err);
}

bool document_columns(struct document *doc, row_id id, struct columns *out)
{
	const struct columns *tail;

	id = document_known(doc, id);
	tail = doc_tail_record(doc, id);
	if (tail) {
		*out = *tail;
		return true;
	}
	return tables_columns(doc->tables, doc->pools, id,
			      rows_state(doc->rows, id), out);
}

bool document_has_columns(const struct document *doc, row_id id, size_t max)
{
	struct row_state *s;
	struct columns c;
	size_t len;

	id = document_known(doc, id);
	s = rows_state(doc->rows, id);
	if (!s || row_state_columns(s, &c))
		return true;
	return tables_base_len(doc->tables, id, s, &len) && len <= max &&
	       (!s->patch || patch_memory(s->patch) <= max);
}

const struct columns_pools *document_pools(const struct document *doc)
{
	return doc->pools;
}

/* The member of the record that a pool stands for: the slow way, for values
 * that were too long or too many for it. */
static bool member_text(struct document *doc, row_id id, enum column which,
			struct buf *out)
{
	static const char *const paths[COLUMN_POOLS] = {
		[COLUMN_STATUS] = "status", [COLUMN_COMMAND] = "command",
		[COLUMN_SERVICE] = "service",
		[COLUMN_L7PROTOCOL] = "l7protocol", [COLUMN_TECH] = "tech",
		[COLUMN_CLUSTER] = "cluster", [COLUMN_NAMESPACE] = "namespace",
		[COLUMN_HOST] = "http.req.host",
	};
	struct buf text;
	struct json_doc json;
	uint32_t node;
	bool ok;

	buf_init(&text);
	json_doc_init(&json);
	ok = document_text(doc, id, DOCUMENT_NOW, &text, NULL) &&
	     json_scan(&json, text.data, text.len, NULL);
	node = ok ? json_at(&json, 0, paths[which]) : JSON_NONE;
	if (ok && node == JSON_NONE && which == COLUMN_HOST)
		node = json_at(&json, 0, "network_address");
	if (ok && node == JSON_NONE && which == COLUMN_HOST)
		node = json_at(&json, 0, "netinfo.upstream.hostname");
	ok = node != JSON_NONE && json.nodes[node].type == JSON_STRING;
	if (ok)
		json_string(&json, node, out);
	json_doc_release(&json);
	buf_release(&text);
	return ok;
}

bool document_column_text(struct document *doc, row_id id, enum column which,
			  struct buf *out)
{
	struct columns c;
	const char *s;
	size_t len;
	bool overflow;

	if (!document_columns(doc, id, &c))
		return false;
	s = columns_text(doc->pools, &c, which, &len, &overflow);
	if (overflow)
		return member_text(doc, id, which, out);
	if (s)
		buf_add(out, s, len);
	return s != NULL;
}

bool document_location(struct document *doc, row_id id, size_t max,
		       struct buf *out)
{
	struct columns c;
	struct buf text;
	size_t want, at = out->len;
	bool ok;

	id = document_known(doc, id);
	if (!document_columns(doc, id, &c) || !c.loc_len)
		return false;
	/* No escape is longer than six bytes for one. */
	want = c.flags & COLUMNS_LOC_ESCAPED && max < SIZE_MAX / 6 ? max * 6
								   : max;
	if (want > c.loc_len)
		want = c.loc_len;
	buf_init(&text);
	buf_addc(&text, '"');
	if (rows_state(doc->rows, id)) {
		ok = tables_part(doc->tables, id, rows_state(doc->rows, id),
				 c.loc_off, want, &text);
	} else {
		unsigned origin = row_is_tail(id) ? 0 : row_origin(id);
		struct lineindex *ix = doc->tables->index[origin];
		char *to = buf_reserve(&text, want);

		ok = to && source_read_exact(lineindex_source(ix),
					     c.off + c.loc_off, to, want, NULL);
		if (ok)
			text.len += want;
	}
	if (ok && (c.flags & COLUMNS_LOC_ESCAPED)) {
		buf_addc(&text, '"');
		json_decode_span(text.data, text.len, out);
	} else if (ok) {
		buf_add(out, text.data + 1, text.len - 1);
	}
	if (ok && out->len - at > max)
		buf_truncate(out, at + max);
	buf_release(&text);
	return ok;
}

uint64_t document_generation(const struct document *doc)
{
	return doc->generation;
}

enum document_disk document_disk(const struct document *doc)
{
	return doc->disk;
}
