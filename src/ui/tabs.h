/*
 * tabs - one row of names to pick a pane from, "1 Overview  2 Request".
 *
 * When they do not fit, the row scrolls so that the active one is whole, with
 * marks at the ends. The active one is told by brackets too, not by colour
 * alone.
 */
#ifndef RREDIT_UI_TABS_H
#define RREDIT_UI_TABS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"

#define TABS_MAX 32

struct tab {
	const char *name;	/* N_() */
	bool disabled;		/* nothing in it: shown dim, skipped by step */
	unsigned mark;		/* STYLE_ERROR, STYLE_CHANGED...: a sign after
				 * the name; 0: none */
};

struct tabs {
	struct tab items[TABS_MAX];
	size_t n, active;
	int x[TABS_MAX], w[TABS_MAX];	/* from tabs_layout(); w 0: hidden */
	struct region at;
};

void tabs_init(struct tabs *t);
void tabs_add(struct tabs *t, const char *name);	/* borrowed */
bool tabs_step(struct tabs *t, int step);		/* wraps around */
bool tabs_pick(struct tabs *t, size_t i);		/* false: no such tab */
void tabs_layout(struct tabs *t, const struct region *r);
void tabs_draw(const struct tabs *t, const struct region *r);
bool tabs_hit(const struct tabs *t, int x, int y, size_t *i);

#endif
