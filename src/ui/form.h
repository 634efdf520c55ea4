/*
 * form - labelled fields with notes, edited in place.
 *
 * The fields are an array of the caller's; values come from callbacks. A
 * field may be hidden (the record lacks it). The label column is as wide as
 * the longest label, up to half of the width; a longer one is cut. Bool and
 * choice fields step through their values or open a menu that the view owns;
 * text and numbers open a prompt (form_field()), as in table.h.
 */
#ifndef RREDIT_UI_FORM_H
#define RREDIT_UI_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "ui/canvas.h"
#include "ui/event.h"
#include "ui/prompt.h"

enum form_kind {
	FORM_GROUP,	/* a heading; takes no focus */
	FORM_TEXT,
	FORM_NUMBER,	/* checked by set(); the prompt takes any text */
	FORM_CHOICE,
	FORM_BOOL,	/* values are "true" and "false" */
	FORM_READONLY,
};

struct form_field_spec {
	enum form_kind kind;
	const char *id;		/* the caller's name for it */
	const char *label;	/* N_() */
	const char *hint;	/* N_(), shown below when focused; may be NULL */
};

enum form_severity { FORM_NONE, FORM_NOTE, FORM_WARNING, FORM_ERROR };

struct form_ops {
	void (*get)(void *arg, size_t field, struct buf *out);
	bool (*set)(void *arg, size_t field, const char *bytes, size_t len,
		    struct err *err);
	/* All below are optional. */
	bool (*hidden)(void *arg, size_t field);
	bool (*changed)(void *arg, size_t field);	/* mark it as unsaved */
	enum form_severity (*note)(void *arg, size_t field, struct buf *out);
	/* Choice i of a FORM_CHOICE field; NULL past the last. */
	const char *(*choice)(void *arg, size_t field, size_t i);
	void (*complete)(void *arg, size_t field, const char *text, size_t len,
			 size_t cursor, struct completion *out);
	/* Style of a value (method, status); STYLE_FIELD when absent. */
	unsigned (*style)(void *arg, size_t field);
};

struct form {
	const struct form_ops *ops;
	void *arg;
	const struct form_field_spec *fields;
	size_t nfields;
	size_t focus;		/* a field that takes focus; nfields when none */
	size_t top, total;	/* rows scrolled out; rows of all fields */
	bool editing;
	struct prompt field;
	int label_w, h;
	struct region at;
	struct buf scratch;
};

void form_init(struct form *f, const struct form_ops *ops, void *arg,
	       const struct form_field_spec *fields, size_t nfields);
void form_release(struct form *f);

enum ui_result form_move(struct form *f, long fields);
enum ui_result form_page(struct form *f, int pages);
enum ui_result form_goto(struct form *f, size_t field);
enum ui_result form_goto_id(struct form *f, const char *id);
void form_changed(struct form *f);

/* Edit the focused field: opens the prompt, or steps a bool. A choice field
 * opens the prompt as well, with its choices as completion. False: read only
 * (err says). */
bool form_edit(struct form *f, struct err *err);
/* The next (1) or previous (-1) choice or bool value, set at once. */
bool form_step(struct form *f, int step, struct err *err);
struct prompt *form_field(struct form *f);
bool form_accept(struct form *f, struct err *err);
void form_cancel(struct form *f);

void form_layout(struct form *f, const struct region *r);
void form_draw(struct form *f, const struct region *r, bool focused);
enum ui_result form_mouse(struct form *f, const struct mouse *m);

#endif
