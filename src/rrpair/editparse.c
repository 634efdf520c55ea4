#include "config.h"

#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "json/format.h"
#include "rrpair/editdiff.h"
#include "rrpair/editform.h"
#include "rrpair/editparts.h"
#include "rrpair/parts.h"
#include "rrpair/sign.h"

struct form {
	const struct rrpair *pair;
	struct rrpair edited;		/* the form, read as a record */
	struct edit_diff diff;
	unsigned flags;
	struct err *err;
};

static bool at_line(struct err *err, const char *text, size_t len,
		    size_t offset)
{
	size_t line = 1, start = 0;

	if (!err)
		return false;
	if (offset > len)
		offset = len;
	for (size_t i = 0; i < offset; i++)
		if (text[i] == '\n') {
			line++;
			start = i + 1;
		}
	err_wrap(err, _("line %zu, column %zu"), line,
		 utf8_columns(text + start, offset - start) + 1);
	err->offset = offset;
	return false;
}

static bool refuse(struct form *form, uint32_t node, const char *why)
{
	err_set(form->err, ERR_INPUT, "%s", why);
	return at_line(form->err, form->edited.text, form->edited.len,
		       form->edited.doc.nodes[node].key_len ?
		       form->edited.doc.nodes[node].key_off :
		       form->edited.doc.nodes[node].off);
}

static void hide(struct form *form, uint32_t node)
{
	if (node != JSON_NONE && form->diff.hidden_count < EDIT_HIDDEN_MAX)
		form->diff.hidden[form->diff.hidden_count++] = node;
}

static void add_virtual(struct form *form, uint32_t node)
{
	if (node != JSON_NONE && form->diff.virtual_count < EDIT_HIDDEN_MAX)
		form->diff.virtuals[form->diff.virtual_count++] = node;
}

/* One side's body in the form. */
struct body_edit {
	enum body_side side;
	uint32_t json, text;	/* the form's members, or JSON_NONE */
	bool shown;		/* the record's body is shown decoded */
};

static bool find_body(struct form *form, struct body_edit *edit,
		      enum body_side side)
{
	const struct rrpair *pair = form->pair, *now = &form->edited;
	uint32_t message = side == BODY_REQUEST ? now->req : now->res;
	uint32_t old = side == BODY_REQUEST ? pair->req : pair->res, coded;
	struct body body;

	edit->side = side;
	edit->json = edit->text = JSON_NONE;
	edit->shown = false;
	/* A record that has such members itself shows them as they are. */
	if (part_member(pair, old, EDIT_BODY_JSON) != JSON_NONE ||
	    part_member(pair, old, EDIT_BODY_TEXT) != JSON_NONE)
		return true;
	edit->json = part_member(now, message, EDIT_BODY_JSON);
	edit->text = part_member(now, message, EDIT_BODY_TEXT);
	if (edit->json != JSON_NONE && edit->text != JSON_NONE)
		return refuse(form, edit->text, _("two bodies"));
	if (edit->text != JSON_NONE && !part_is(now, edit->text, JSON_STRING))
		return refuse(form, edit->text, _("the text of a body is a "
						  "string"));
	add_virtual(form, edit->json);
	add_virtual(form, edit->text);
	coded = part_member(now, message, "bodyBase64");
	if (coded != JSON_NONE &&
	    (edit->json != JSON_NONE || edit->text != JSON_NONE))
		return refuse(form, coded, _("two bodies"));
	if (coded != JSON_NONE)		/* given in base64 after all */
		return true;
	body_init(&body);
	if (body_decode(&body, pair, side, NULL) &&
	    editform_body(pair, &body) != SHOWN_AS_IS) {
		edit->shown = true;
		hide(form, body.node);
		if (part_member(now, message, "body") == JSON_NONE &&
		    editform_hidden_copy(pair, &body, body.body_node))
			hide(form, body.body_node);
		if (part_member(now, message, "bodyString") == JSON_NONE &&
		    editform_hidden_copy(pair, &body, body.string_node))
			hide(form, body.string_node);
	}
	body_release(&body);
	return true;
}

/* The form's JSON in the blanks of the old body; a body that was no JSON gets it
 * compact. */
static void body_from_json(const struct form *form, uint32_t node,
			   const struct body *old, struct buf *out)
{
	const struct json_node *n = &form->edited.doc.nodes[node];
	const char *text = form->edited.text + n->off;
	struct json_layout layout;
	struct json_doc doc;
	bool ok = false;

	json_doc_init(&doc);
	if (old->kind == BODY_JSON &&
	    json_scan(&doc, old->bytes.data, old->bytes.len, NULL)) {
		if (edit_same(&doc, 0, &form->edited.doc, node)) {
			buf_add(out, old->bytes.data, old->bytes.len);
			ok = true;
		} else {
			json_layout_of(old->bytes.data, old->bytes.len,
				       &layout);
			ok = json_restyle(text, n->len, &layout, out, NULL);
		}
	}
	if (!ok) {
		buf_clear(out);
		edit_compact(&form->edited.doc, node, out);
	}
	json_doc_release(&doc);
}

static bool apply_body(struct form *form, const struct body_edit *edit,
		       struct change_run *run)
{
	uint32_t node = edit->json != JSON_NONE ? edit->json : edit->text;
	struct change_set step;
	struct field field = {
		.id = edit->side == BODY_REQUEST ? FIELD_REQUEST_BODY :
		      FIELD_RESPONSE_BODY,
	};
	struct body old;
	struct buf bytes;
	bool ok = true;

	if (node == JSON_NONE && !edit->shown)
		return true;
	change_init(&step);
	body_init(&old);
	buf_init(&bytes);
	if (node == JSON_NONE) {
		/* Gone with its request or response when that went whole. */
		if ((edit->side == BODY_REQUEST ? run->pair.req :
		     run->pair.res) != JSON_NONE)
			ok = change_unset(&run->pair, &field, form->flags,
					  &step, form->err);
	} else {
		ok = body_decode(&old, &run->pair, edit->side, form->err);
		if (ok && edit->json != JSON_NONE)
			body_from_json(form, node, &old, &bytes);
		else if (ok)
			part_text(&form->edited, node, &bytes);
		ok = ok && body_set(&run->pair, edit->side, bytes.data,
				    bytes.len, form->flags, &step, form->err);
	}
	ok = ok && change_run_take(run, &step, form->err);
	change_release(&step);
	body_release(&old);
	buf_release(&bytes);
	return ok;
}

/* mutableSignature is not in the form, because it says the same. */
static bool mutable_follows(const struct form *form)
{
	return form->edited.top[TOP_MUTABLESIGNATURE] == JSON_NONE &&
	       editform_mutable_hidden(form->pair);
}

static void set_both(struct form *form, uint32_t member, uint32_t twin,
		     const struct buf *text)
{
	signature_write(form->diff.plan, member, false, text->data, text->len,
			NOTE_SET);
	if (twin != JSON_NONE)
		signature_write(form->diff.plan, twin, true, text->data,
				text->len, NOTE_FOLLOWED);
}

/* The record's keys against the form's: changed and removed ones. */
static bool old_keys(struct form *form, uint32_t shown, bool with_mutable)
{
	const struct rrpair *pair = form->pair;
	const struct json_doc *doc = &pair->doc;
	uint32_t map = part_signature(pair, false);
	struct buf text, key;
	bool ok = true;

	buf_init(&text);
	buf_init(&key);
	for (uint32_t m = json_first(doc, map); m != JSON_NONE && ok;
	     m = json_next(doc, m)) {
		uint32_t value, twin;

		buf_clear(&text);
		buf_clear(&key);
		if (!editform_signature_text(pair, m, &text))
			continue;
		json_key(doc, m, &key);
		twin = with_mutable ? json_member(doc,
						  part_signature(pair, true),
						  key.data, key.len) :
		       JSON_NONE;
		value = shown == JSON_NONE ? JSON_NONE :
			json_member(&form->edited.doc, shown, key.data,
				    key.len);
		if (value == JSON_NONE) {
			plan_remove(form->diff.plan, m, NOTE_REMOVED);
			if (twin != JSON_NONE)
				plan_remove(form->diff.plan, twin,
					    NOTE_REMOVED);
		} else if (!part_is(&form->edited, value, JSON_STRING)) {
			ok = refuse(form, value, _("a signature's value is a "
						   "string"));
		} else if (!json_string_is(&form->edited.doc, value, text.data,
					   text.len)) {
			buf_clear(&text);
			part_text(&form->edited, value, &text);
			set_both(form, m, twin, &text);
		}
	}
	buf_release(&text);
	buf_release(&key);
	return ok;
}

static bool new_keys(struct form *form, uint32_t shown, bool with_mutable)
{
	const struct rrpair *pair = form->pair;
	const struct json_doc *now = &form->edited.doc;
	uint32_t map = part_signature(pair, false);
	struct buf text, key;
	bool ok = true;

	buf_init(&text);
	buf_init(&key);
	for (uint32_t v = json_first(now, shown); v != JSON_NONE && ok;
	     v = json_next(now, v)) {
		uint32_t old;

		buf_clear(&text);
		buf_clear(&key);
		json_key(now, v, &key);
		old = json_member(&pair->doc, map, key.data, key.len);
		if (old != JSON_NONE &&
		    editform_signature_text(pair, old, &text))
			continue;
		if (old != JSON_NONE || !part_is(&form->edited, v, JSON_STRING)) {
			ok = refuse(form, v, old != JSON_NONE ?
				    _("the signature has this key already, in "
				      "base64") :
				    _("a signature's value is a string"));
			continue;
		}
		buf_clear(&text);
		part_text(&form->edited, v, &text);
		signature_insert(form->diff.plan, map, false, key.data, key.len,
				 text.data, text.len);
		if (with_mutable)
			signature_insert(form->diff.plan,
					 part_signature(pair, true), true,
					 key.data, key.len, text.data,
					 text.len);
	}
	buf_release(&text);
	buf_release(&key);
	return ok;
}

/* What is left of "signature" in the form: values in base64. Those the record
 * has as text must not come twice. */
static bool rest_of_signature(struct form *form)
{
	const struct rrpair *pair = form->pair;
	const struct json_doc *doc = &pair->doc, *now = &form->edited.doc;
	uint32_t map = part_signature(pair, false);
	uint32_t shown = part_signature(&form->edited, false);
	struct buf text, key;
	bool ok = true;

	if (shown == JSON_NONE)
		return true;
	buf_init(&text);
	buf_init(&key);
	for (uint32_t m = json_first(doc, map); m != JSON_NONE;
	     m = json_next(doc, m)) {
		uint32_t value;

		buf_clear(&text);
		buf_clear(&key);
		if (editform_signature_text(pair, m, &text))
			continue;
		json_key(doc, m, &key);
		value = json_member(now, shown, key.data, key.len);
		if (value == JSON_NONE)
			plan_remove(form->diff.plan, m, NOTE_REMOVED);
		else if (!edit_same(doc, m, now, value)) {
			buf_clear(&text);
			edit_compact(now, value, &text);
			plan_json(form->diff.plan, m, text.data, text.len,
				  NOTE_SET);
		}
	}
	for (uint32_t v = json_first(now, shown); v != JSON_NONE && ok;
	     v = json_next(now, v)) {
		uint32_t old;

		buf_clear(&key);
		buf_clear(&text);
		json_key(now, v, &key);
		old = json_member(doc, map, key.data, key.len);
		if (old != JSON_NONE) {
			if (editform_signature_text(pair, old, &text))
				ok = refuse(form, v, _("this key stands under "
						       "signature (text)"));
			continue;
		}
		edit_compact(now, v, &text);
		plan_member(form->diff.plan, map, key.data, key.len, text.data,
			    text.len);
	}
	buf_release(&text);
	buf_release(&key);
	return ok;
}

static bool diff_signature(struct form *form)
{
	const struct rrpair *now = &form->edited;
	bool with_mutable = mutable_follows(form);
	uint32_t shown = part_member(now, 0, EDIT_SIGNATURE);

	if (!editform_signature_shown(form->pair))
		return true;
	if (shown != JSON_NONE && !part_is(now, shown, JSON_OBJECT))
		return refuse(form, shown, _("the signature is an object"));
	/* All of it gone: the member goes, not only what is in it. */
	if (shown == JSON_NONE && now->top[TOP_SIGNATURE] == JSON_NONE) {
		plan_remove(form->diff.plan, part_signature(form->pair, false),
			    NOTE_REMOVED);
		if (with_mutable)
			plan_remove(form->diff.plan,
				    part_signature(form->pair, true),
				    NOTE_REMOVED);
		return true;
	}
	return old_keys(form, shown, with_mutable) &&
	       (shown == JSON_NONE || new_keys(form, shown, with_mutable)) &&
	       rest_of_signature(form);
}

static void hide_signature(struct form *form)
{
	if (!editform_signature_shown(form->pair))
		return;
	hide(form, part_signature(form->pair, false));
	add_virtual(form, part_member(&form->edited, 0, EDIT_SIGNATURE));
	add_virtual(form, form->edited.top[TOP_SIGNATURE]);
	if (mutable_follows(form))
		hide(form, part_signature(form->pair, true));
}

/* First the tree, in one step, then the bodies: what the user wrote by hand into
 * Content-Length or the signature differs from the old body by then, and so
 * stays as written. */
static bool apply(struct form *form, struct change_run *run)
{
	struct body_edit bodies[2];
	struct change_set step;
	struct plan plan;
	bool ok;

	change_init(&step);
	ok = find_body(form, &bodies[0], BODY_REQUEST) &&
	     find_body(form, &bodies[1], BODY_RESPONSE);
	if (!ok)
		return false;
	hide_signature(form);
	plan_begin(&plan, form->pair, form->flags);
	form->diff.plan = &plan;
	form->diff.edited = &form->edited.doc;
	ok = diff_signature(form);
	if (ok)
		edit_diff(&form->diff);
	ok = plan_end(&plan, ok, &step) &&
	     change_run_take(run, &step, form->err) &&
	     apply_body(form, &bodies[0], run) &&
	     apply_body(form, &bodies[1], run);
	change_release(&step);
	return ok;
}

bool editform_parse(const struct rrpair *pair, const char *text, size_t len,
		    unsigned flags, struct change_set *out, struct err *err)
{
	struct form form = { .pair = pair, .flags = flags, .err = err };
	struct change_run run;
	bool ok;

	rrpair_init(&form.edited);
	change_run_init(&run);
	ok = rrpair_parse(&form.edited, text, len, err);
	if (!ok)
		at_line(err, text, len, err ? err->offset : 0);
	ok = ok && change_run_start(&run, pair->text, pair->len, err) &&
	     apply(&form, &run);
	if (ok) {
		change_release(out);
		*out = run.total;
		change_init(&run.total);
	}
	rrpair_release(&form.edited);
	change_run_release(&run);
	return ok;
}
