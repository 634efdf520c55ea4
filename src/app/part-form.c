/* The facts of a record as a form: friendly fields, linked facts following. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/pair.h"
#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/form.h"

#define FORM_FIELDS_MAX 48

struct form_part {
	struct part part;
	enum form_part_kind kind;
	struct form form;
	struct form_field_spec specs[FORM_FIELDS_MAX];
	enum field_id ids[FORM_FIELDS_MAX];	/* FIELD_DOTTED: a heading, or
						   the value of a path */
	const struct entry *entries[FORM_FIELDS_MAX];
	size_t n;
};

/* A heading is a label without a field or a path. */
struct entry {
	enum field_id id;
	const char *heading;
	const char *path;	/* FIELD_DOTTED: a value of a repository's record */
	unsigned protos;	/* that have it */
};

#define FIELD(id) { id, NULL, NULL, 0 }
#define HEADING(text) { FIELD_DOTTED, text, NULL, 0 }
static const struct entry overview[] = {
	HEADING(N_("Request")),
	FIELD(FIELD_METHOD), FIELD(FIELD_URL), FIELD(FIELD_HOST),
	HEADING(N_("Response")),
	FIELD(FIELD_STATUS), FIELD(FIELD_REASON),
	FIELD(FIELD_CONTENTTYPE), FIELD(FIELD_DURATION),
	HEADING(N_("Record")),
	FIELD(FIELD_DIRECTION), FIELD(FIELD_TS), FIELD(FIELD_UUID),
	FIELD(FIELD_SERVICE), FIELD(FIELD_NAMESPACE),
	FIELD(FIELD_CLUSTER), FIELD(FIELD_RESOURCE),
	FIELD(FIELD_SESSION), FIELD(FIELD_TECH),
	FIELD(FIELD_L7PROTOCOL), FIELD(FIELD_COMMAND),
	FIELD(FIELD_LOCATION), FIELD(FIELD_NETWORKADDR),
};
#define MESSAGE (PROTO_MOCK_REQUEST | PROTO_MOCK_RESPONSE | PROTO_MOCK_EVENT)
#define MOCK(path, label, protos) { FIELD_DOTTED, label, path, protos }
static const struct entry mock[] = {
	MOCK(".name", N_("Name"), PROTO_MOCKS & ~PROTO_MOCK_SERVICE),
	MOCK(".version", N_("Version"), PROTO_MOCK_SERVICE),
	MOCK(".type", N_("Type"), PROTO_MOCK_SERVICE | PROTO_MOCK_RESOURCE),
	MOCK(".xmlNS", N_("Namespace"), PROTO_MOCK_SERVICE),
	MOCK(".operationId", N_("Operation"), MESSAGE),
	MOCK(".dispatchCriteria", N_("Dispatch criteria"),
	     PROTO_MOCK_RESPONSE | PROTO_MOCK_EVENT),
	MOCK(".fault", N_("Fault"), PROTO_MOCK_RESPONSE),
	MOCK(".responseId", N_("Response id"), PROTO_MOCK_REQUEST),
	MOCK(".replyId", N_("Reply id"), PROTO_MOCK_EVENT),
	MOCK(".callbackName", N_("Callback"),
	     PROTO_MOCK_REQUEST | PROTO_MOCK_RESPONSE),
	MOCK(".path", N_("Path"), PROTO_MOCK_RESOURCE),
	MOCK(".serviceId", N_("Service id"), PROTO_MOCK_RESOURCE),
	MOCK(".mainArtifact", N_("Main artifact"), PROTO_MOCK_RESOURCE),
	MOCK(".sourceArtifact", N_("Source artifact"), PROTO_MOCKS),
};
static const struct entry mock_response[] = {
	MOCK(".dispatchCriteria", N_("Dispatch criteria"),
	     PROTO_MOCK_RESPONSE),
};
static const struct entry request[] = {
	FIELD(FIELD_METHOD), FIELD(FIELD_URL), FIELD(FIELD_HOST),
};
static const struct entry response[] = {
	FIELD(FIELD_STATUS), FIELD(FIELD_REASON),
	FIELD(FIELD_CONTENTTYPE), FIELD(FIELD_DURATION),
};

static struct form_part *self(struct part *p)
{
	return (struct form_part *)p;
}

/* The field of an entry; false for a heading. */
static bool entry_field(const struct entry *e, struct field *field)
{
	if (e->id != FIELD_DOTTED) {
		field_make(field, e->id, NULL, 0, 0);
		return true;
	}
	return e->path && field_parse(field, e->path, strlen(e->path), NULL);
}

static bool is_null(const struct rrpair *pair, const struct field *field)
{
	uint32_t node = rrpair_find(pair, field);

	return node != JSON_NONE && pair->doc.nodes[node].type == JSON_NULL;
}

static bool get_from(const struct rrpair *pair, const struct entry *e,
		     struct buf *out)
{
	struct field field;
	bool got;

	if (!entry_field(e, &field))
		return false;
	if (pair && e->path && is_null(pair, &field)) {
		field_release(&field);
		return false;
	}
	got = pair && rrpair_get(pair, &field, out, NULL);
	field_release(&field);
	return got;
}

static uint32_t node_of(const struct rrpair *pair, const struct entry *e)
{
	struct field field;
	uint32_t node;

	if (!entry_field(e, &field))
		return JSON_NONE;
	node = pair ? rrpair_find(pair, &field) : JSON_NONE;
	field_release(&field);
	return node;
}

/* ------------------------------------------------ what the form asks for */

static void form_get(void *arg, size_t i, struct buf *out)
{
	struct form_part *fp = arg;

	get_from(pair_record(fp->part.pv), fp->entries[i], out);
}

/* A value in place of a null is a text. */
static bool set_value(const struct rrpair *pair, const struct entry *e,
		      const char *bytes, size_t len, unsigned flags,
		      struct change_set *set, struct err *err)
{
	struct field field;
	struct buf json;
	bool done;

	if (!entry_field(e, &field))
		return false;
	buf_init(&json);
	json_encode(&json, bytes, len);
	if (e->path && is_null(pair, &field))
		done = change_field_json(pair, &field, json.data, json.len,
					 flags, set, err);
	else
		done = change_field(pair, &field, bytes, len, flags, set, err);
	buf_release(&json);
	field_release(&field);
	return done;
}

static bool form_set(void *arg, size_t i, const char *bytes, size_t len,
		     struct err *err)
{
	struct form_part *fp = arg;
	struct pair_view *pv = fp->part.pv;
	const struct rrpair *pair = pair_record(pv);
	struct change_set set;
	bool done;

	if (!pair)
		return err_set(err, ERR_INPUT, "%s", pair_error(pv)->msg);
	change_init(&set);
	done = set_value(pair, fp->entries[i], bytes, len, pair_link_flags(pv),
			 &set, err) &&
	       pair_apply(pv, _(fp->specs[i].label), &set, err);
	change_release(&set);
	return done;
}

static bool form_hidden(void *arg, size_t i)
{
	struct form_part *fp = arg;
	const struct rrpair *pair = pair_record(fp->part.pv);
	struct field field;
	bool has;

	if (!pair)
		return true;
	if (fp->entries[i]->path)
		return !(fp->entries[i]->protos & pair->proto);
	if (fp->ids[i] == FIELD_DOTTED && rrpair_is_mock(pair))
		return strcmp(fp->specs[i].label, "Record") != 0;
	if (fp->ids[i] == FIELD_DOTTED)
		return pair->proto != PROTO_HTTP &&
		       !strcmp(fp->specs[i].label, "Request");
	field_make(&field, fp->ids[i], NULL, 0, 0);
	has = rrpair_has_field(pair, &field);
	field_release(&field);
	return !has;
}

static bool form_is_changed(void *arg, size_t i)
{
	struct form_part *fp = arg;
	const struct rrpair *saved = pair_saved(fp->part.pv);
	struct buf now, was;
	bool differs;

	if (!saved || fp->specs[i].kind == FORM_GROUP)
		return false;
	buf_init(&now);
	buf_init(&was);
	differs = get_from(pair_record(fp->part.pv), fp->entries[i], &now) !=
		  get_from(saved, fp->entries[i], &was);
	differs |= now.len != was.len || memcmp(now.data, was.data, now.len);
	buf_release(&now);
	buf_release(&was);
	return differs;
}

/* What helps to read a value that is right: the dashed uuid, an omitted zero. */
static void explain(const struct rrpair *pair, const struct entry *e,
		    struct buf *out)
{
	enum field_id id = e->id;
	char dashed[UUID_TEXT_MAX];
	struct uuid uuid;

	if (id == FIELD_UUID && rrpair_uuid(pair, &uuid)) {
		uuid_dashed(dashed, &uuid);
		buf_adds(out, dashed);
	} else if (id == FIELD_DURATION) {
		buf_adds(out, node_of(pair, e) == JSON_NONE ?
			 _("ms; omitted in the record, which means 0") :
			 _("ms"));
	}
}

static enum form_severity form_note(void *arg, size_t i, struct buf *out)
{
	struct form_part *fp = arg;
	const struct rrpair *pair = pair_record(fp->part.pv);
	const struct pair_problem *problem;

	if (!pair || fp->specs[i].kind == FORM_GROUP)
		return FORM_NONE;
	problem = pair_problem_of(fp->part.pv,
				  node_of(pair, fp->entries[i]));
	if (!problem) {
		explain(pair, fp->entries[i], out);
		return out->len ? FORM_NOTE : FORM_NONE;
	}
	buf_adds(out, problem->message);
	switch (problem->rule->severity) {
	case CHECK_ERROR:
		return FORM_ERROR;
	case CHECK_WARNING:
		return FORM_WARNING;
	case CHECK_NOTE:
		break;
	}
	return FORM_NOTE;
}

static const char *form_choice(void *arg, size_t i, size_t choice)
{
	struct form_part *fp = arg;
	const struct field_info *info = field_info(fp->ids[i]);
	size_t k;

	if (!info || !info->choices)
		return NULL;
	for (k = 0; k < choice && info->choices[k]; k++)
		;
	return info->choices[k];
}

static unsigned form_style(void *arg, size_t i)
{
	struct form_part *fp = arg;
	unsigned style = STYLE_FIELD;
	struct buf text;

	buf_init(&text);
	get_from(pair_record(fp->part.pv), fp->entries[i], &text);
	if (fp->ids[i] == FIELD_METHOD)
		style = style_for_method(text.data, (int)text.len);
	else if (fp->ids[i] == FIELD_STATUS)
		style = style_for_status((int)strtol(text.data, NULL, 10));
	else if (fp->ids[i] == FIELD_DIRECTION)
		style = !strcmp(text.data, "IN") ? STYLE_IN : STYLE_OUT;
	buf_release(&text);
	return style == STYLE_NORMAL ? STYLE_FIELD : style;
}

static const struct form_ops form_callbacks = {
	.get = form_get,
	.set = form_set,
	.hidden = form_hidden,
	.changed = form_is_changed,
	.note = form_note,
	.choice = form_choice,
	.style = form_style,
};

/* -------------------------------------------------------------- the part */

static void part_title(struct part *p, struct buf *out)
{
	buf_adds(out, self(p)->kind == FORM_RESPONSE ? _("Status line") :
		 _("Request line"));
}

static void load(struct part *p, const struct rrpair *pair)
{
	(void)pair;
	form_changed(&self(p)->form);
}

static int rows(struct part *p)
{
	struct form_part *fp = self(p);
	int shown = 1;	/* the line of help below */
	size_t i;

	if (fp->kind == FORM_OVERVIEW)
		return 0;
	for (i = 0; i < fp->n; i++)
		shown += !form_hidden(fp, i);
	return shown;
}

static void layout(struct part *p, const struct region *r)
{
	form_layout(&self(p)->form, r);
}

static void draw(struct part *p, const struct region *r, bool focused)
{
	form_draw(&self(p)->form, r, focused);
}

static void tell(struct part *p, bool done, const struct err *err)
{
	if (!done)
		app_fail(pair_app(p->pv), err);
}

static bool edit(struct form_part *fp)
{
	struct err err;

	if (pair_editable(fp->part.pv))
		tell(&fp->part, form_edit(&fp->form, &err), &err);
	return true;
}

static bool unset(struct form_part *fp)
{
	struct pair_view *pv = fp->part.pv;
	const struct rrpair *pair = pair_record(pv);
	struct change_set set;
	struct field field;
	struct err err;
	bool done;

	if (fp->form.focus >= fp->n || !pair || !pair_editable(pv))
		return true;
	if (!entry_field(fp->entries[fp->form.focus], &field))
		return true;
	change_init(&set);
	done = change_unset(pair, &field, pair_link_flags(pv), &set, &err) &&
	       pair_apply(pv, _("remove a member"), &set, &err);
	tell(&fp->part, done, &err);
	change_release(&set);
	field_release(&field);
	return true;
}

static bool command(struct part *p, const struct call *call)
{
	struct form_part *fp = self(p);
	struct err err;

	switch (call->id) {
	case CMD_DOWN:
		form_move(&fp->form, 1);
		return true;
	case CMD_UP:
		form_move(&fp->form, -1);
		return true;
	case CMD_PAGE_DOWN:
	case CMD_HALF_DOWN:
		form_page(&fp->form, 1);
		return true;
	case CMD_PAGE_UP:
	case CMD_HALF_UP:
		form_page(&fp->form, -1);
		return true;
	case CMD_TOP:
		form_move(&fp->form, -(long)fp->n);
		return true;
	case CMD_BOTTOM:
		form_move(&fp->form, (long)fp->n);
		return true;
	case CMD_OPEN:
	case CMD_EDIT:
		return edit(fp);
	case CMD_DELETE:
		return unset(fp);
	case CMD_FIELD_ACCEPT:
		tell(p, form_accept(&fp->form, &err), &err);
		return true;
	case CMD_FIELD_CANCEL:
		form_cancel(&fp->form);
		return true;
	default:
		return false;
	}
}

static bool in_field(struct part *p)
{
	return form_field(&self(p)->form) != NULL;
}

static enum ui_result text(struct part *p, const char *bytes, size_t len)
{
	return prompt_text(form_field(&self(p)->form), bytes, len);
}

static enum ui_result action(struct part *p, enum text_action verb)
{
	return prompt_action(form_field(&self(p)->form), verb);
}

static bool mouse(struct part *p, const struct mouse *m)
{
	struct form_part *fp = self(p);

	if (form_mouse(&fp->form, m) == UI_IGNORED)
		return false;
	return m->kind != MOUSE_DOUBLE || edit(fp);
}

/* From the focused field on, in label and value. */
static bool search(struct part *p, const char *needle, size_t len, int step)
{
	struct form_part *fp = self(p);
	size_t i, at = fp->form.focus;
	struct buf value;
	bool found = false;

	buf_init(&value);
	for (i = 0; i < fp->n && !found; i++) {
		if (step || i)
			at = (at + fp->n + (size_t)(step < 0 ? -1 : 1)) % fp->n;
		if (fp->specs[at].kind == FORM_GROUP || form_hidden(fp, at))
			continue;
		buf_clear(&value);
		form_get(fp, at, &value);
		buf_addc(&value, '\n');
		buf_adds(&value, _(fp->specs[at].label));
		found = pair_matches(value.data, value.len, needle, len);
	}
	if (found)
		form_goto(&fp->form, at);
	buf_release(&value);
	return found;
}

static bool field_name(struct part *p, struct buf *out)
{
	struct form_part *fp = self(p);

	if (fp->form.focus >= fp->n ||
	    fp->specs[fp->form.focus].kind == FORM_GROUP)
		return false;
	buf_adds(out, fp->specs[fp->form.focus].id);
	return true;
}

static bool value(struct part *p, struct buf *out)
{
	struct form_part *fp = self(p);

	return fp->form.focus < fp->n &&
	       get_from(pair_record(p->pv), fp->entries[fp->form.focus], out);
}

static bool leave(struct part *p)
{
	struct err err;
	bool done;

	if (!in_field(p))
		return true;
	done = form_accept(&self(p)->form, &err);
	tell(p, done, &err);
	return done;
}

static void release(struct part *p)
{
	form_release(&self(p)->form);
	free(p);
}

static const struct part_ops ops = {
	.title = part_title, .load = load, .rows = rows, .layout = layout,
	.draw = draw, .command = command, .free = release, .field = in_field,
	.text = text, .action = action, .mouse = mouse, .search = search,
	.field_name = field_name, .value = value, .leave = leave,
};

static enum form_kind kind_of(const struct field_info *info)
{
	if (info->readonly)
		return FORM_READONLY;
	switch (info->type) {
	case FIELD_CHOICE:
		return FORM_CHOICE;
	case FIELD_NUMBER:
		return FORM_NUMBER;
	default:
		return FORM_TEXT;
	}
}

static void add_entry(struct form_part *fp, const struct entry *e)
{
	struct form_field_spec *spec = &fp->specs[fp->n];
	const struct field_info *info = field_info(e->id);

	fp->entries[fp->n] = e;
	fp->ids[fp->n++] = e->id;
	if (!info) {
		spec->kind = e->path ? FORM_TEXT : FORM_GROUP;
		spec->id = e->path;
		spec->label = e->heading;
		return;
	}
	spec->kind = kind_of(info);
	spec->id = info->name;
	spec->label = info->label;
	spec->hint = info->help;
}

#define ADD_ALL(fp, entries) \
	for (size_t k = 0; k < sizeof(entries) / sizeof(*(entries)); k++) \
		add_entry(fp, &(entries)[k])

struct part *part_form_new(struct pair_view *pv, enum form_part_kind kind)
{
	struct form_part *fp = mem_zalloc(1, sizeof(*fp));

	part_init(&fp->part, &ops, pv);
	fp->kind = kind;
	if (kind == FORM_OVERVIEW)
		ADD_ALL(fp, overview);
	else if (kind == FORM_REQUEST)
		ADD_ALL(fp, request);
	else
		ADD_ALL(fp, response);
	if (kind == FORM_OVERVIEW)
		ADD_ALL(fp, mock);
	else if (kind == FORM_RESPONSE)
		ADD_ALL(fp, mock_response);
	form_init(&fp->form, &form_callbacks, fp, fp->specs, fp->n);
	return &fp->part;
}
