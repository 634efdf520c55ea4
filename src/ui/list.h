/*
 * list - a virtual list of records in columns.
 *
 * It holds no rows: count and cells come from callbacks, so a list of
 * millions costs nothing; only visible rows are asked for. The cursor is a
 * row number; when the rows change (filter, sort, edit) list_changed() finds
 * the record that was under it again by its key.
 *
 * Columns give way as the window narrows: first wide ones shrink from ideal
 * towards min, then those with the highest `priority` number go, until the
 * rest fits; what is left over goes to columns with `grow`.
 */
#ifndef RREDIT_UI_LIST_H
#define RREDIT_UI_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/canvas.h"
#include "ui/event.h"

#define LIST_COLUMNS_MAX 32

#define LIST_FIT_MAX 500

struct list_column {
	const char *title;	/* translated where it is drawn: N_() */
	int min, ideal;		/* columns of the terminal */
	bool fit;		/* in a list of at most LIST_FIT_MAX rows, as
				   wide as the widest cell in place of ideal */
	int priority;		/* 0 stays to the last; larger goes first */
	enum align align;
	bool grow;
	bool cut_left;		/* too long: the end is kept */
	bool sortable;
};

/* One cell, filled by the callback; text is empty and style normal before. */
struct list_cell {
	struct buf text;	/* arbitrary bytes */
	unsigned style;
	struct hilite hilites[16];	/* search hits; ranges of text */
	size_t nhilites;
};

struct list_ops {
	size_t (*count)(void *arg);
	void (*cell)(void *arg, size_t row, int column, struct list_cell *cell);
	/* Optional: the stable name of a row, and where it is now. */
	uint64_t (*key)(void *arg, size_t row);
	bool (*find)(void *arg, uint64_t key, size_t *row);
	/* Optional: is the row tagged? Drawn as a mark before the columns. */
	bool (*tagged)(void *arg, size_t row);
};

struct list {
	const struct list_ops *ops;
	void *arg;
	const struct list_column *columns;	/* borrowed */
	int ncolumns;
	size_t cursor, top;
	uint64_t key;		/* of the row under the cursor */
	bool key_set;
	int sort;		/* column with the sort mark, -1: none */
	bool descending;
	bool no_header;
	size_t left;		/* columns scrolled sideways in growing columns */
	const char *empty;	/* shown when there are no rows, translated; may
				 * be NULL */
	/* from list_layout() */
	int widths[LIST_COLUMNS_MAX];	/* 0: gave way */
	int least[LIST_COLUMNS_MAX], ideal[LIST_COLUMNS_MAX];
	int titles[LIST_COLUMNS_MAX];	/* columns that a title takes */
	int h;			/* rows for records */
	struct region at;
	struct list_cell scratch;
};

void list_init(struct list *l, const struct list_ops *ops, void *arg,
	       const struct list_column *columns, int ncolumns);
void list_release(struct list *l);

/* Moves; all clamp. UI_IGNORED when nothing moved. */
enum ui_result list_move(struct list *l, long rows);
enum ui_result list_page(struct list *l, int pages);		/* whole pages */
enum ui_result list_half_page(struct list *l, int halves);
enum ui_result list_home(struct list *l);
enum ui_result list_end(struct list *l);
enum ui_result list_goto(struct list *l, size_t row);
enum ui_result list_sideways(struct list *l, int columns);
/* The cursor's row; false when the list is empty. */
bool list_current(const struct list *l, size_t *row);
/* The rows behind the callbacks changed: find the record under the cursor
 * again, or stay near. */
void list_changed(struct list *l);

void list_layout(struct list *l, const struct region *r);
void list_draw(struct list *l, const struct region *r, bool focused);

enum list_hit { LIST_NOWHERE, LIST_ROW, LIST_HEADER };
/* What is under a canvas cell: *row, or the *column of the header. */
enum list_hit list_hit(const struct list *l, int x, int y, size_t *row,
		       int *column);
/* Press moves the cursor, wheel scrolls. Header clicks are the caller's
 * (list_hit). */
enum ui_result list_mouse(struct list *l, const struct mouse *m);

#endif
