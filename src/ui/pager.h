/*
 * pager - scrolling styled text: help, diffs, details.
 *
 * Lines are added once, each with its style or styled ranges; long ones wrap
 * (indented under themselves) or scroll sideways. Search marks hits. What does
 * not fit is said in the corners: "+12 more".
 */
#ifndef RREDIT_UI_PAGER_H
#define RREDIT_UI_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/canvas.h"
#include "ui/event.h"

#define PAGER_FIND_MAX 256

struct pager_line {
	size_t start, len;	/* in text */
	size_t span, nspans;	/* in spans */
	unsigned style;
	int indent;		/* of rows after the first, when wrapped */
	int rows;		/* from pager_layout() */
};

struct pager {
	struct buf text;
	struct pager_line *lines;
	size_t nlines, lines_cap;
	struct hilite *spans;	/* ranges relative to their line */
	size_t nspans, spans_cap;
	bool wrap;		/* default true */
	bool cursor_on;		/* a line is selected (list-like use) */
	size_t cursor;		/* the line selected, or the last hit */
	size_t top;		/* row, counted over wrapped rows */
	size_t total;		/* rows, from pager_layout() */
	size_t left;
	int w, h;
	char find[PAGER_FIND_MAX];
	size_t find_len;
	struct region at;
};

void pager_init(struct pager *p);
void pager_release(struct pager *p);
void pager_clear(struct pager *p);	/* keeps top for a refresh */
/* One line; \n within bytes starts further ones. */
void pager_add(struct pager *p, unsigned style, const char *bytes, size_t len);
void pager_addf(struct pager *p, unsigned style, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Style bytes of the line added last. Ranges ascend. */
void pager_span(struct pager *p, size_t start, size_t len, unsigned style);
void pager_indent(struct pager *p, int columns);	/* of the line added last */

enum ui_result pager_move(struct pager *p, long rows);
enum ui_result pager_page(struct pager *p, int pages);
enum ui_result pager_half_page(struct pager *p, int halves);
enum ui_result pager_home(struct pager *p);
enum ui_result pager_end(struct pager *p);
enum ui_result pager_sideways(struct pager *p, int columns);
enum ui_result pager_goto_line(struct pager *p, size_t line);	/* from 0 */
/* Case is folded (ASCII) when the needle has no capital. step as in
 * textedit_find(). */
bool pager_find(struct pager *p, const char *needle, size_t len, int step,
		bool *wrapped);
size_t pager_line_at_top(const struct pager *p);

void pager_layout(struct pager *p, const struct region *r);
void pager_draw(const struct pager *p, const struct region *r, bool focused);
enum ui_result pager_mouse(struct pager *p, const struct mouse *m);
/* The line under a canvas cell; false when there is none. */
bool pager_hit(const struct pager *p, int x, int y, size_t *line);

#endif
