#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/form.h"

void form_init(struct form *f, const struct form_ops *ops, void *arg,
	       const struct form_field_spec *fields, size_t nfields)
{
	memset(f, 0, sizeof(*f));
	f->ops = ops;
	f->arg = arg;
	f->fields = fields;
	f->nfields = nfields;
	prompt_init(&f->field, NULL);
	buf_init(&f->scratch);
	form_changed(f);
}

void form_release(struct form *f)
{
	prompt_release(&f->field);
	buf_release(&f->scratch);
}

/*
 * Moves
 */

static bool is_hidden(const struct form *f, size_t i)
{
	return f->ops->hidden && f->ops->hidden(f->arg, i);
}

static bool takes_focus(const struct form *f, size_t i)
{
	return f->fields[i].kind != FORM_GROUP && !is_hidden(f, i);
}

/* The next field with a focus in a direction; the same when there is none. */
static size_t step_focus(const struct form *f, size_t from, int step)
{
	size_t i = from;

	while (step < 0 ? i > 0 : i + 1 < f->nfields) {
		i += (size_t)step;
		if (takes_focus(f, i))
			return i;
	}
	return from;
}

enum ui_result form_move(struct form *f, long fields)
{
	size_t was = f->focus, next;

	if (f->focus >= f->nfields)
		return UI_IGNORED;
	while (fields) {
		next = step_focus(f, f->focus, fields < 0 ? -1 : 1);
		if (next == f->focus)
			break;
		f->focus = next;
		fields += fields < 0 ? 1 : -1;
	}
	return f->focus == was ? UI_IGNORED : UI_MOVED;
}

enum ui_result form_page(struct form *f, int pages)
{
	return form_move(f, (long)pages * (f->h > 2 ? f->h - 2 : 1));
}

enum ui_result form_goto(struct form *f, size_t field)
{
	size_t was = f->focus;

	if (field >= f->nfields || !takes_focus(f, field))
		return UI_IGNORED;
	f->focus = field;
	return f->focus == was ? UI_IGNORED : UI_MOVED;
}

enum ui_result form_goto_id(struct form *f, const char *id)
{
	size_t i;

	for (i = 0; i < f->nfields; i++)
		if (f->fields[i].id && !strcmp(f->fields[i].id, id))
			return form_goto(f, i);
	return UI_IGNORED;
}

void form_changed(struct form *f)
{
	size_t i;

	if (f->focus < f->nfields && takes_focus(f, f->focus))
		return;
	for (i = f->focus; i < f->nfields; i++) {
		if (takes_focus(f, i)) {
			f->focus = i;
			return;
		}
	}
	for (i = f->nfields; i-- > 0;) {
		if (takes_focus(f, i)) {
			f->focus = i;
			return;
		}
	}
	f->focus = f->nfields;
}

/*
 * Editing
 */

static bool editable(const struct form *f, struct err *err)
{
	if (f->focus >= f->nfields)
		return err_set(err, ERR_ABSENT, _("there is no field here"));
	if (!f->ops->set || f->fields[f->focus].kind == FORM_READONLY)
		return err_set(err, ERR_INPUT, _("this cannot be edited"));
	return true;
}

static const struct buf *value(struct form *f)
{
	buf_clear(&f->scratch);
	f->ops->get(f->arg, f->focus, &f->scratch);
	return &f->scratch;
}

/* Choices that begin with what was typed; all while nothing was. */
static void complete_choice(struct form *f, const char *text, size_t len,
			    struct completion *out)
{
	const char *choice;
	size_t i;

	out->from = 0;
	out->to = len;
	for (i = 0; (choice = f->ops->choice(f->arg, f->focus, i)); i++)
		if (!prompt_modified(&f->field) ||
		    (strlen(choice) >= len && !memcmp(choice, text, len)))
			completion_add(out, choice, NULL);
}

static void complete(void *arg, const char *text, size_t len, size_t cursor,
		     struct completion *out)
{
	struct form *f = arg;

	if (f->fields[f->focus].kind == FORM_CHOICE && f->ops->choice)
		complete_choice(f, text, len, out);
	else if (f->ops->complete)
		f->ops->complete(f->arg, f->focus, text, len, cursor, out);
}

bool form_edit(struct form *f, struct err *err)
{
	const struct buf *b;

	if (!editable(f, err))
		return false;
	if (f->fields[f->focus].kind == FORM_BOOL)
		return form_step(f, 1, err);
	b = value(f);
	if (!prompt_set(&f->field, b->data, b->len))
		return err_set(err, ERR_LIMIT,
			       _("too long to edit in a field"));
	f->field.complete = complete;
	f->field.complete_arg = f;
	f->editing = true;
	if (f->fields[f->focus].kind == FORM_CHOICE)
		prompt_suggest(&f->field);
	return true;
}

/* The choice `step` away from the value; one that is no choice goes to the
 * first. */
static const char *stepped_choice(struct form *f, int step)
{
	const struct buf *b = value(f);
	size_t n = 0, at = SIZE_MAX;
	const char *c;

	for (; (c = f->ops->choice(f->arg, f->focus, n)); n++)
		if (strlen(c) == b->len && !memcmp(c, b->data, b->len))
			at = n;
	if (n == 0)
		return NULL;
	at = at == SIZE_MAX ? 0 : (at + n + (size_t)step) % n;
	return f->ops->choice(f->arg, f->focus, at);
}

bool form_step(struct form *f, int step, struct err *err)
{
	const char *to = NULL;

	if (!editable(f, err))
		return false;
	if (f->fields[f->focus].kind == FORM_BOOL)
		to = strcmp(value(f)->data, "true") ? "true" : "false";
	else if (f->fields[f->focus].kind == FORM_CHOICE && f->ops->choice)
		to = stepped_choice(f, step);
	if (!to)
		return err_set(err, ERR_INPUT,
			       _("this field has no choices to step through"));
	if (!f->ops->set(f->arg, f->focus, to, strlen(to), err))
		return false;
	form_changed(f);
	return true;
}

struct prompt *form_field(struct form *f)
{
	return f->editing ? &f->field : NULL;
}

bool form_accept(struct form *f, struct err *err)
{
	const char *s;
	size_t len;

	s = prompt_bytes(&f->field, &len);
	if (prompt_modified(&f->field) &&
	    !f->ops->set(f->arg, f->focus, s, len, err))
		return false;
	form_cancel(f);
	return true;
}

void form_cancel(struct form *f)
{
	prompt_close_popup(&f->field);
	f->editing = false;
	form_changed(f);
}
