/*
 * rows - which records a document consists of, in which order, and what was
 * changed in them.
 *
 * A row id is a stable 64-bit name: views, undo and the journal name rows by
 * id, never by position. Order is a piece table over ids; only edited and
 * added rows have a state of their own, so memory follows the edits.
 *
 * struct rows is counted and copied on write: rows_share() costs nothing and
 * freezes what it returns for jobs; the owner's next change copies. One thread
 * changes; frozen ones may be read by any.
 */
#ifndef RREDIT_STORE_ROWS_H
#define RREDIT_STORE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/patch.h"
#include "store/columns.h"

/* The top 16 bits name the origin (a source of the document from 0, or
 * ROW_ADDED), the rest counts within it. ROW_TAIL stands for the record of
 * source 0 that begins at that byte, when nobody knows its number yet. */
typedef uint64_t row_id;
#define ROW_ORIGIN_SHIFT 48
#define ROW_ADDED 0xFFF0u	/* and the kind, in a repository: the list that the
				   row is added to (store/repository.h) */
#define ROW_ADDED_LAST 0xFFF7u
#define ROW_TAIL 0xFFF8u
#define ROW_START UINT64_MAX		/* place: before the first row */
#define ROW_END (UINT64_MAX - 1)	/* place: behind the last row */
#define ROW_NONE (UINT64_MAX - 2)	/* no row; place: not in the document */

static inline unsigned row_origin(row_id id)
{
	return (unsigned)(id >> ROW_ORIGIN_SHIFT);
}
static inline uint64_t row_number(row_id id)
{
	return id & (((uint64_t)1 << ROW_ORIGIN_SHIFT) - 1);
}
static inline row_id row_make(unsigned origin, uint64_t number)
{
	return (uint64_t)origin << ROW_ORIGIN_SHIFT | number;
}
static inline bool row_is_added(row_id id)
{
	return row_origin(id) >= ROW_ADDED && row_origin(id) <= ROW_ADDED_LAST;
}

static inline bool row_is_tail(row_id id)
{
	return row_origin(id) == ROW_TAIL;
}

/* An immutable, counted record text (of an added row). */
struct text;
struct text *text_new(const char *bytes, size_t len);
struct text *text_ref(struct text *t);
void text_unref(struct text *t);
const char *text_bytes(const struct text *t, size_t *len);

/*
 * What a row is, when it is not simply its record: base and patch. The base of
 * an original row is its record; of an added row its text, or (copy_of) the
 * record of another row, so that a copy costs its differences only.
 */
struct row_state {
	row_id copy_of;		/* ROW_NONE but for copies */
	struct text *text;	/* added rows that are no copies */
	struct patch *patch;	/* NULL: as the base */
	/* Private: */
	_Atomic(struct columns *) cached;	/* of the whole text; set once */
	_Atomic unsigned refs;
};
struct row_state *row_state_new(row_id copy_of, struct text *text,
				struct patch *patch); /* takes references */
struct row_state *row_state_ref(struct row_state *s);
void row_state_unref(struct row_state *s);
/* The same text, told without reading it? NULL is the clean state. */
bool row_state_equal(const struct row_state *a, const struct row_state *b);
/* Columns once computed for the text stay with the state. Any thread. */
bool row_state_columns(const struct row_state *s, struct columns *out);
void row_state_keep_columns(struct row_state *s, const struct columns *c);

struct rows;
struct rows *rows_new(void);
struct rows *rows_share(struct rows *r);	/* frozen, counted */
void rows_unref(struct rows *r);
/* r itself when nobody shares it, else a copy (r's reference is taken). */
struct rows *rows_own(struct rows *r);

uint64_t rows_count(const struct rows *r);
row_id rows_at(const struct rows *r, uint64_t pos);	/* pos < count */
/* Ids that follow each other from pos on: *first, and how many (<= max). */
uint64_t rows_run(const struct rows *r, uint64_t pos, uint64_t max,
		  row_id *first);
/* Cost: a binary search; after a change the first call sorts the pieces. */
bool rows_position(const struct rows *r, row_id id, uint64_t *pos);
bool rows_same_order(const struct rows *a, const struct rows *b);
/* Runs of rows that are in a but not in b, by id. Cost: sorts the pieces. */
void rows_missing(const struct rows *a, const struct rows *b,
		  void (*fn)(void *arg, row_id first, uint64_t count),
		  void *arg);

/* Rows {first .. first + count - 1} and the row they stand behind. */
struct rows_place { row_id first; uint64_t count; row_id before, after; };
/*
 * Take out every run whose `before` is not ROW_NONE, then put in, in the order
 * given, every run whose `after` is not ROW_NONE, each behind the row `after`
 * (or ROW_START, ROW_END). The inverse is the same list with before and after
 * swapped. Insertion is before = ROW_NONE, deletion after = ROW_NONE. All ids
 * must be right (the caller checked): assert. Cost: pieces + runs log runs.
 */
void rows_relocate(struct rows *r, const struct rows_place *places, size_t n,
		   bool invert);
/* Records were indexed: {first, count} come behind the last of their source,
 * before rows put at ROW_END meanwhile. */
void rows_grow(struct rows *r, row_id first, uint64_t count);

/* NULL when the row is as its record. Borrowed. */
struct row_state *rows_state(const struct rows *r, row_id id);
/* Takes the reference; NULL makes the row clean again. */
void rows_set_state(struct rows *r, row_id id, struct row_state *s);
/* Every row with a state, in no order; stops when fn returns false. */
void rows_each_state(const struct rows *r,
		     bool (*fn)(void *arg, row_id id, struct row_state *s),
		     void *arg);
size_t rows_states(const struct rows *r);

#endif
