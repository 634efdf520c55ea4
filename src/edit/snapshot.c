#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "edit/doc.h"
#include "json/locate.h"

struct snapshot {
	_Atomic unsigned refs;
	struct tables *tables;
	struct rows *rows, *saved;
	struct columns_pools *pools;	/* the document's */
	uint64_t generation;
};

static struct snapshot *take(struct document *doc, struct rows *rows)
{
	struct snapshot *s = mem_zalloc(1, sizeof(*s));

	s->refs = 1;
	s->tables = tables_ref(doc->tables);
	s->rows = rows_share(rows);
	s->saved = rows_share(doc->saved);
	s->pools = columns_pools_ref(doc->pools);
	s->generation = doc->generation;
	return s;
}

struct snapshot *document_snapshot(struct document *doc)
{
	return take(doc, doc->rows);
}

struct snapshot *document_snapshot_saved(struct document *doc)
{
	return take(doc, doc->saved);
}

struct snapshot *snapshot_ref(struct snapshot *s)
{
	atomic_fetch_add(&s->refs, 1);
	return s;
}

void snapshot_unref(struct snapshot *s)
{
	if (!s || atomic_fetch_sub(&s->refs, 1) > 1)
		return;
	rows_unref(s->rows);
	rows_unref(s->saved);
	tables_unref(s->tables);
	columns_pools_unref(s->pools);
	free(s);
}

uint64_t snapshot_count(const struct snapshot *s)
{
	return rows_count(s->rows);
}

row_id snapshot_row(const struct snapshot *s, uint64_t pos)
{
	return rows_at(s->rows, pos);
}

bool snapshot_position(const struct snapshot *s, row_id id, uint64_t *pos)
{
	return rows_position(s->rows, id, pos);
}

uint64_t snapshot_generation(const struct snapshot *s)
{
	return s->generation;
}

bool snapshot_changed(const struct snapshot *s, row_id id)
{
	uint64_t pos;

	return !row_state_equal(rows_state(s->rows, id),
				rows_state(s->saved, id)) ||
	       !rows_position(s->saved, id, &pos);
}

bool snapshot_text(const struct snapshot *s, row_id id, struct buf *out,
		   struct err *err)
{
	return tables_text(s->tables, id, rows_state(s->rows, id), out, err);
}

bool snapshot_part(const struct snapshot *s, row_id id, size_t from, size_t len,
		   struct buf *out)
{
	const struct lineindex *ix;
	const struct columns *c;
	char *to;

	if (row_is_added(id) || rows_state(s->rows, id))
		return false;
	ix = s->tables->index[row_origin(id)];
	c = lineindex_get(ix, row_number(id));
	if (from > c->len || len > c->len - from)
		return false;
	to = buf_reserve(out, len);
	if (!to || !source_read_exact(lineindex_source(ix), c->off + from, to,
				      len, NULL))
		return false;
	out->len += len;
	out->data[out->len] = '\0';
	return true;
}

bool snapshot_columns(const struct snapshot *s, row_id id, struct columns *out)
{
	return tables_columns(s->tables, s->pools, id, rows_state(s->rows, id),
			      out);
}

bool snapshot_repository(const struct snapshot *s)
{
	return lineindex_repository(s->tables->index[0]) != NULL;
}

const struct repo_map *snapshot_lists(const struct snapshot *s)
{
	return lineindex_repository(s->tables->index[0]);
}

bool snapshot_member_name(const struct snapshot *s, row_id id, struct buf *out)
{
	const struct repo_map *map = snapshot_lists(s);
	const struct repo_list *l;
	struct buf key;
	char *room, *quote;
	bool ok;

	if (!map || row_is_added(id))
		return false;
	l = &map->list[repo_list_of(map, row_number(id))];
	if (l->kind != REPO_MEMBER || l->open - l->key > REPO_KEY_MAX)
		return false;
	buf_init(&key);
	room = buf_reserve(&key, (size_t)(l->open - l->key));
	ok = room && source_read_exact(lineindex_source(s->tables->index[0]),
				       l->key, room,
				       (size_t)(l->open - l->key), NULL);
	quote = ok ? memrchr(room, '"', (size_t)(l->open - l->key)) : NULL;
	if (quote)
		json_decode_span(room, (size_t)(quote - room) + 1, out);
	buf_release(&key);
	return quote != NULL;
}

uint64_t snapshot_file_size(const struct snapshot *s)
{
	return source_size(lineindex_source(s->tables->index[0]));
}

bool snapshot_file_marked(const struct snapshot *s)
{
	return lineindex_head(s->tables->index[0]) > 0;
}

enum repo_kind snapshot_kind(const struct snapshot *s, row_id id)
{
	return tables_kind(s->tables, id);
}

const struct columns_pools *snapshot_pools(const struct snapshot *s)
{
	return s->pools;
}

struct rows *snapshot_rows(const struct snapshot *s)
{
	return s->rows;
}

struct tables *snapshot_tables(const struct snapshot *s)
{
	return s->tables;
}

const struct columns *snapshot_columns_run(const struct snapshot *s,
					   uint64_t pos, uint64_t max,
					   uint64_t *count)
{
	const struct columns *c;
	uint64_t n, clean = 0;
	row_id id;

	n = rows_run(s->rows, pos, max, &id);
	*count = 1;
	if (row_is_added(id) || rows_state(s->rows, id))
		return NULL;
	c = lineindex_run(s->tables->index[row_origin(id)], row_number(id), n,
			  &n);
	if (rows_states(s->rows) == 0)
		clean = n;
	while (clean < n && !rows_state(s->rows, id + clean))
		clean++;
	*count = clean;
	return c;
}

void snapshot_cursor_init(struct snapshot_cursor *c, const struct snapshot *s,
			  uint64_t from, uint64_t to)
{
	memset(c, 0, sizeof(*c));
	c->s = s;
	c->next = from;
	c->to = to;
	c->block_origin = -1;
	buf_init(&c->block);
	buf_init(&c->patched);
}

void snapshot_cursor_release(struct snapshot_cursor *c)
{
	buf_release(&c->block);
	buf_release(&c->patched);
}

/* Have the record in the block: it mostly is, as rows follow each other. */
static bool fill_block(struct snapshot_cursor *c, const struct columns *col,
		       struct err *err)
{
	int origin = (int)row_origin(c->id);
	struct source *src =
		lineindex_source(c->s->tables->index[origin]);
	size_t want = col->len > SOURCE_BLOCK ? col->len : SOURCE_BLOCK;
	ssize_t n;
	char *to;

	if (c->block_origin == origin && col->off >= c->block_off &&
	    col->off + col->len <= c->block_off + c->block.len)
		return true;
	c->block_origin = -1;
	buf_clear(&c->block);
	to = buf_reserve(&c->block, want + SNAPSHOT_PAD);
	if (!to)
		return buf_ok(&c->block, "record", err);
	n = source_read(src, col->off, to, want, err);
	if (n < 0)
		return false;
	if ((size_t)n < col->len)
		return source_read_exact(src, col->off, to, col->len, err);
	memset(to + n, 0, SNAPSHOT_PAD);
	c->block.len = (size_t)n;
	c->block_off = col->off;
	c->block_origin = origin;
	return true;
}

static bool clean_row(struct snapshot_cursor *c, struct err *err)
{
	const struct columns *col =
		lineindex_get(c->s->tables->index[row_origin(c->id)],
			      row_number(c->id));

	if (!fill_block(c, col, err))
		return false;
	c->columns = col;
	c->text = c->block.data + (col->off - c->block_off);
	c->len = col->len;
	return true;
}

static bool edited_row(struct snapshot_cursor *c, const struct row_state *st,
		       struct err *err)
{
	char *pad;

	buf_clear(&c->patched);
	if (!tables_text(c->s->tables, c->id, st, &c->patched, err))
		return false;
	pad = buf_reserve(&c->patched, SNAPSHOT_PAD);
	if (!pad)
		return buf_ok(&c->patched, "record", err);
	memset(pad, 0, SNAPSHOT_PAD);
	c->columns = NULL;
	c->text = c->patched.data;
	c->len = c->patched.len;
	return true;
}

bool snapshot_cursor_next(struct snapshot_cursor *c, struct err *err)
{
	const struct row_state *st;

	if (c->next >= c->to || c->failed)
		return false;
	if (c->run_left == 0)
		c->run_left = rows_run(c->s->rows, c->next, c->to - c->next,
				       &c->run_id);
	c->id = c->run_id++;
	c->run_left--;
	c->pos = c->next++;
	st = rows_state(c->s->rows, c->id);
	c->failed = st || row_is_added(c->id) ? !edited_row(c, st, err)
					      : !clean_row(c, err);
	return !c->failed;
}
