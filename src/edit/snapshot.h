/*
 * snapshot - a frozen view of a document, for jobs.
 *
 * Cheap to take (two counted pointers and a copy of some numbers), never
 * changes, and is read by any thread without a lock. Named for databases, not
 * for Speedscale's snapshots, which store/library.h knows.
 */
#ifndef RREDIT_EDIT_SNAPSHOT_H
#define RREDIT_EDIT_SNAPSHOT_H

#include "base/buf.h"
#include "store/columns.h"
#include "store/repository.h"
#include "store/rows.h"

struct document;
struct snapshot;

struct snapshot *document_snapshot(struct document *doc);
/* The document as it is in the file (last opened or saved). */
struct snapshot *document_snapshot_saved(struct document *doc);
struct snapshot *snapshot_ref(struct snapshot *s);
void snapshot_unref(struct snapshot *s);	/* any thread */

uint64_t snapshot_count(const struct snapshot *s);
row_id snapshot_row(const struct snapshot *s, uint64_t pos);	/* pos < count */
bool snapshot_position(const struct snapshot *s, row_id id, uint64_t *pos);
uint64_t snapshot_generation(const struct snapshot *s); /* of the document */
/* Is the row other than in the saved file? */
bool snapshot_changed(const struct snapshot *s, row_id id);

bool snapshot_text(const struct snapshot *s, row_id id, struct buf *out,
		   struct err *err);	/* appends */
/* Only bytes [from, from + len) of a record that was never edited, without
 * reading the rest; appends. False for any other, and when there are not as
 * many. */
bool snapshot_part(const struct snapshot *s, row_id id, size_t from, size_t len,
		   struct buf *out);
bool snapshot_columns(const struct snapshot *s, row_id id, struct columns *out);
bool snapshot_repository(const struct snapshot *s);
enum repo_kind snapshot_kind(const struct snapshot *s, row_id id);
/* The lists of the file as it was opened; NULL: no repository. Complete when the
 * document is. */
const struct repo_map *snapshot_lists(const struct snapshot *s);
/* Append the name of the file's member that a row is the value of. */
bool snapshot_member_name(const struct snapshot *s, row_id id, struct buf *out);
uint64_t snapshot_file_size(const struct snapshot *s);	/* as opened */
bool snapshot_file_marked(const struct snapshot *s);	/* byte order mark */
const struct columns_pools *snapshot_pools(const struct snapshot *s);

/*
 * Columns of many rows, fast: up to max rows from position pos whose columns
 * lie beside each other in memory. *count > 0; NULL when the row at pos is
 * edited or added (take that one with snapshot_columns()).
 */
const struct columns *snapshot_columns_run(const struct snapshot *s,
					   uint64_t pos, uint64_t max,
					   uint64_t *count);

/*
 * Texts of rows [from, to) in order, read in large blocks: the way for search,
 * filters and checks to pass over everything. One cursor per thread.
 *
 *	snapshot_cursor_init(&c, s, from, to);
 *	while (snapshot_cursor_next(&c, &err)) use(c.id, c.text, c.len);
 *	snapshot_cursor_release(&c);
 *
 * text stays good until the next call and is followed by at least
 * SNAPSHOT_PAD readable bytes. After the loop c.failed tells the end (false)
 * from an error (true).
 */
#define SNAPSHOT_PAD 64
struct snapshot_cursor {
	uint64_t pos;		/* of the row given last */
	row_id id;
	const char *text;
	size_t len;
	const struct columns *columns;	/* of a clean original row, else NULL */
	bool failed;
	/* private */
	const struct snapshot *s;
	uint64_t next, to, run_left;
	row_id run_id;
	struct buf block, patched;
	uint64_t block_off;
	int block_origin;
};
void snapshot_cursor_init(struct snapshot_cursor *c, const struct snapshot *s,
			  uint64_t from, uint64_t to);
bool snapshot_cursor_next(struct snapshot_cursor *c, struct err *err);
void snapshot_cursor_release(struct snapshot_cursor *c);

#endif
