/*
 * table - rows of cells that are edited in place: headers, query, tags.
 *
 * The rows live behind callbacks; an edit is offered to set(), which may
 * refuse it with a message. While a cell is edited, table_field() gives its
 * prompt: text and text actions go there (event.h), Enter to table_accept(),
 * Esc to table_cancel(). A cell given back untouched is not set. The focused
 * cell's whole value stands below the rows when its column cuts it.
 */
#ifndef RREDIT_UI_TABLE_H
#define RREDIT_UI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "ui/canvas.h"
#include "ui/event.h"
#include "ui/prompt.h"

#define TABLE_COLUMNS_MAX 8
#define TABLE_VALUE_ROWS 4	/* at most, for the whole value below */

struct table_column {
	const char *title;	/* N_() */
	int min;		/* columns of the terminal */
	int percent;		/* share of the width; the last takes the rest */
	bool read_only;
};

enum table_mark {	/* shown before the row */
	TABLE_PLAIN,
	TABLE_CHANGED,
	TABLE_ADDED,
	TABLE_WARNING,
	TABLE_ERROR,
};

struct table_ops {
	size_t (*count)(void *arg);
	void (*cell)(void *arg, size_t row, int column, struct buf *out);
	/* All below are optional; without set() the table is read only. */
	bool (*set)(void *arg, size_t row, int column, const char *bytes,
		    size_t len, struct err *err);
	bool (*insert)(void *arg, size_t row, struct err *err); /* before row */
	bool (*remove)(void *arg, size_t row, struct err *err);
	bool (*duplicate)(void *arg, size_t row, struct err *err);
	bool (*move)(void *arg, size_t from, size_t to, struct err *err);
	enum table_mark (*mark)(void *arg, size_t row);
	/* A sentence about the row (its problem), shown below; may be empty. */
	void (*note)(void *arg, size_t row, struct buf *out);
	void (*complete)(void *arg, size_t row, int column, const char *text,
			 size_t len, size_t cursor, struct completion *out);
};

struct table {
	const struct table_ops *ops;
	void *arg;
	const struct table_column *columns;
	int ncolumns;
	size_t row, top;
	int column;
	bool editing;
	bool fresh;		/* the row was just added: Esc removes it again */
	struct prompt field;
	const char *empty;	/* shown without rows; may be NULL */
	int widths[TABLE_COLUMNS_MAX];
	int h;
	int below;		/* rows for the whole value and the note */
	struct region at;
	struct buf scratch;
};

void table_init(struct table *t, const struct table_ops *ops, void *arg,
		const struct table_column *columns, int ncolumns);
void table_release(struct table *t);

enum ui_result table_move(struct table *t, long rows, int columns);
enum ui_result table_page(struct table *t, int pages);
enum ui_result table_goto(struct table *t, size_t row, int column);
/* Go to the next row with a cell that has the bytes: step 1 after the focused
 * one, -1 before, 0 at it too; around the end. A hit in the focused column
 * counts first. False: there is none. */
bool table_find(struct table *t, const char *needle, size_t len, bool fold,
		int step);
void table_changed(struct table *t);	/* the rows behind it changed */

/* Start editing the focused cell. False: read only, or no row (err says). */
bool table_edit(struct table *t, struct err *err);
/* Add a row after the last / before this one, and edit its first cell. */
bool table_add(struct table *t, struct err *err);
bool table_insert(struct table *t, struct err *err);
bool table_delete(struct table *t, struct err *err);
bool table_duplicate(struct table *t, struct err *err);
bool table_shift(struct table *t, int rows, struct err *err); /* reorder */

/* The prompt while a cell is edited, else NULL. */
struct prompt *table_field(struct table *t);
/* Take the edit over; with next (Tab, or Enter in a fresh row) the edit goes
 * on in the next cell. False: set() refused, the field stays open. */
bool table_accept(struct table *t, bool next, struct err *err);
/* Leave without a change. A fresh row still empty is removed again. */
void table_cancel(struct table *t);

void table_layout(struct table *t, const struct region *r);
void table_draw(struct table *t, const struct region *r, bool focused);
/* Press moves; double click (caller) edits. */
enum ui_result table_mouse(struct table *t, const struct mouse *m);

#endif
