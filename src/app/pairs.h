/*
 * app/pairs - the view of a snapshot's records, in parts.
 *
 * view-pairs.c is the view, pairs-columns.c its columns, pairs-find.c sort
 * and search, pairs-tail.c the end of a file that is still being read,
 * pairs-edit.c what changes records, preview.c the pane beside the list.
 */
#ifndef RREDIT_APP_PAIRS_H
#define RREDIT_APP_PAIRS_H

#include "app/fold.h"
#include "app/nav.h"
#include "app/preview.h"
#include "app/rowmap.h"
#include "app/session.h"
#include "app/view.h"

#define PAIRS_COLUMNS 11

/* What a folded line tells of its records. */
struct pairs_run {
	uint64_t line;		/* UINT64_MAX: of none */
	uint64_t records, bytes, errors, hits;
	int64_t from, to;	/* times, when timed */
	uint32_t slowest;
	uint16_t code;		/* the highest */
	bool timed, mixed;	/* mixed: there are other codes */
	bool changed, cut;	/* cut: not all of the records were looked at */
	unsigned turn;		/* requests in turn */
	unsigned mark;		/* the worst problem, as session_mark() */
};

struct pairs {
	struct view view;
	struct list list;
	struct list_column columns[PAIRS_COLUMNS];
	struct preview preview;
	bool preview_asked, preview_on, preview_shown;
	bool in_preview;		/* it has the focus */
	bool to_end;		/* the end was asked for before it was known */
	/* rows at the end whose numbers are not known yet, and whether there
	 * are some between them and the listing (pairs-tail.c) */
	uint64_t tail;
	bool tail_apart;
	struct fold fold;
	uint64_t folded_loads;	/* the session's, when it was made */
	struct pairs_run run;	/* of the line asked for last */
	struct region left, right;
	/* the last search */
	struct scan *search;
	struct rowmap hits;
	bool typing;		/* it is not finished */
	char *needle;
	uint64_t searched_generation;
	int waiting;		/* 1, -1: go to the next hit once there is one */
	row_id from;		/* where a search that is being typed began */
};

row_id pairs_record(struct view *v);
void pairs_moved(struct pairs *p);	/* the cursor is elsewhere */

/* pairs-tail.c: the rows of the list, with those of the tail. */
uint64_t pairs_count(const struct pairs *p);
row_id pairs_row(const struct pairs *p, uint64_t row);	/* ROW_NONE: the gap */
bool pairs_find_row(const struct pairs *p, row_id id, uint64_t *row);
bool pairs_is_gap(const struct pairs *p, uint64_t row);
/* Show the end though it is not indexed. False when that cannot be. */
bool pairs_tail_show(struct pairs *p);
/* Before a move and when the document grew: read on, or end it. */
void pairs_tail_poll(struct pairs *p);
/* "-3/~20000" for a row of the tail; false for any other. */
bool pairs_tail_status(const struct pairs *p, uint64_t row, struct buf *out);

/* pairs-fold.c */
void pairs_fold_init(struct pairs *p);
void pairs_fold_update(struct pairs *p);	/* something changed */
bool pairs_fold_command(struct pairs *p, const struct call *call);
uint64_t pairs_run(const struct pairs *p, uint64_t row);	/* records; 1 */
bool pairs_unfold_here(struct pairs *p);	/* false: nothing is folded */
void pairs_go_to_place(struct pairs *p, uint64_t place);	/* of the listing */
size_t pairs_targets(struct view *v, row_id **out);
bool pairs_all_tagged(const struct pairs *p, uint64_t row);
void pairs_tag_run(struct pairs *p, uint64_t row);
const struct pairs_run *pairs_run_of(struct pairs *p, uint64_t row);
/* brief: for a narrow column. */
void pairs_run_text(const struct pairs_run *r, bool brief, struct buf *out);

/* pairs-columns.c */
void pairs_list_init(struct pairs *p);
void pairs_columns_fit(struct pairs *p);	/* before the layout */
enum sort_key pairs_sort_of_column(int column);	/* SORT_KEYS: none */
int pairs_column_of_sort(enum sort_key key);	/* -1: none */

/* pairs-find.c */
bool pairs_find_command(struct pairs *p, const struct call *call);
void pairs_sort(struct pairs *p, enum sort_key key);
void pairs_search_poll(struct pairs *p);
void pairs_search_status(struct pairs *p, struct buf *out);
void pairs_search_end(struct pairs *p);

/* pairs-edit.c */
bool pairs_edit_command(struct pairs *p, const struct call *call);

#endif
