/*
 * tables - the sources a document reads from, and rows read out of them.
 *
 * Private to edit/. Counted and immutable (a new source makes a new one), so
 * documents and snapshots share it; reading works from any thread.
 */
#ifndef RREDIT_EDIT_TABLES_H
#define RREDIT_EDIT_TABLES_H

#include "store/lineindex.h"
#include "store/rows.h"

#define TABLES_MAX 4096		/* sources: one, and one each time a saved file
				   grows again */

struct tables {
	_Atomic unsigned refs;
	size_t count;
	struct lineindex **index;	/* counted */
};

struct tables *tables_new(void);
/* tables and one more; takes the references to both. */
struct tables *tables_with(struct tables *t, struct lineindex *ix);
struct tables *tables_ref(struct tables *t);
void tables_unref(struct tables *t);

/* Append the bytes of a record of source `origin`. */
bool tables_bytes(const struct tables *t, unsigned origin,
		  const struct columns *c, struct buf *out, struct err *err);
/* Append the text a row is edited against: its record, or what it was added
 * with. s: the row's state, NULL when clean. */
bool tables_base(const struct tables *t, row_id id, const struct row_state *s,
		 struct buf *out, struct err *err);
bool tables_base_len(const struct tables *t, row_id id,
		     const struct row_state *s, size_t *len);
/* Append the text with the state's patch applied. */
bool tables_text(const struct tables *t, row_id id, const struct row_state *s,
		 struct buf *out, struct err *err);
/* In a repository: the list of a row, and what it is an element of; 0 and
 * REPO_NONE in every other file. */
uint32_t tables_list(const struct tables *t, row_id id);
enum repo_kind tables_kind(const struct tables *t, row_id id);
/* Append bytes [from, from + len) of that text, reading no more of the record
 * than them. False when there are not as many. */
bool tables_part(const struct tables *t, row_id id, const struct row_state *s,
		 size_t from, size_t len, struct buf *out);
bool tables_columns(const struct tables *t, struct columns_pools *pools,
		    row_id id, struct row_state *s, struct columns *out);

#endif
