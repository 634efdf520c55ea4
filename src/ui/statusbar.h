/*
 * statusbar, titlebar and hints - the lines around a view.
 *
 * Plain functions without state: the parts come with each call. When not all
 * fits, the parts of the left give way with an ellipsis; the mode and the
 * message stay to the last.
 */
#ifndef RREDIT_UI_STATUSBAR_H
#define RREDIT_UI_STATUSBAR_H

#include "ui/canvas.h"

struct status_part {
	const char *text;	/* NUL-terminated, made visible when drawn */
	unsigned style;
};

struct statusbar {
	const char *mode;	/* "EDIT", "INSERT"; NULL for none */
	const char *message;	/* error or news, takes the left's place */
	unsigned message_style;
	const struct status_part *left;
	size_t nleft;
	const struct status_part *right;	/* position, counts */
	size_t nright;
};
/* One row (row 0 of r). */
void statusbar_draw(const struct statusbar *s, const struct region *r);

/* Path-like title: parts joined by a sign, the last in full; right: a short
 * text at the right edge or NULL. */
void titlebar_draw(const struct region *r, const char *const *parts, size_t n,
		   const char *right);

struct hint {
	const char *keys;	/* "^S" */
	const char *text;	/* "save" */
};
/* "^S save · q back": as many as fit whole; returns how many. */
size_t hints_draw(const struct region *r, const struct hint *hints, size_t n);

#endif
