#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/changes.h"
#include "app/repository.h"
#include "app/show.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "json/splice.h"
#include "rrpair/body.h"

#define VALUE_SHOWN 2000	/* bytes of one value */
#define NO_ITEM SIZE_MAX

void change_details_init(struct change_details *d)
{
	*d = (struct change_details){.id = ROW_NONE};
	pager_init(&d->pager);
	d->pager.cursor_on = true;
	buf_init(&d->before);
	buf_init(&d->after);
	json_doc_init(&d->before_doc);
	json_doc_init(&d->after_doc);
	fielddiff_init(&d->diff);
}

void change_details_release(struct change_details *d)
{
	pager_release(&d->pager);
	buf_release(&d->before);
	buf_release(&d->after);
	json_doc_release(&d->before_doc);
	json_doc_release(&d->after_doc);
	fielddiff_release(&d->diff);
	free(d->lines);
}

static void add(struct change_details *d, unsigned style, const char *sign,
		const char *text, size_t len, size_t item)
{
	struct buf line;

	buf_init(&line);
	buf_adds(&line, sign);
	buf_add(&line, text, len < VALUE_SHOWN ? len : VALUE_SHOWN);
	for (size_t i = 0; i < line.len; i++)	/* one value, one line */
		if (line.data[i] == '\n')
			line.data[i] = ' ';
	pager_add(&d->pager, style, line.data, line.len);
	pager_indent(&d->pager, (int)strlen(sign));
	d->lines = mem_room(d->lines, d->nlines, &d->lines_cap,
			    sizeof(*d->lines));
	d->lines[d->nlines++] = item;
	buf_release(&line);
}

static void add_value(struct change_details *d, const struct json_doc *doc,
		      uint32_t node, unsigned style, const char *sign,
		      size_t item)
{
	struct buf text;

	if (node == JSON_NONE)
		return;
	buf_init(&text);
	if (doc->nodes[node].type == JSON_STRING)
		json_string(doc, node, &text);
	else
		buf_add(&text, doc->text + doc->nodes[node].off,
			doc->nodes[node].len);
	add(d, style, sign, text.data, text.len, item);
	buf_release(&text);
}

/* A body as people read it, in place of its base64. */
static bool add_body(struct change_details *d, const struct buf *record,
		     enum body_side side, unsigned style, const char *sign,
		     size_t item)
{
	struct rrpair pair;
	struct body body;
	bool ok;

	rrpair_init(&pair);
	body_init(&body);
	ok = rrpair_parse(&pair, record->data, record->len, NULL) &&
	     body_decode(&body, &pair, side, NULL) &&
	     body.kind != BODY_BINARY && (body.flags & BODY_PRESENT);
	if (ok)
		add(d, style, sign, body.bytes.data, body.bytes.len, item);
	body_release(&body);
	rrpair_release(&pair);
	return ok;
}

static void add_item(struct change_details *d, size_t item)
{
	const struct fielddiff_item *it = &d->diff.items[item];
	int side = !strcmp(it->path, ".http.req.bodyBase64") ? BODY_REQUEST
		   : !strcmp(it->path, ".http.res.bodyBase64") ? BODY_RESPONSE
							       : -1;

	add(d, STYLE_GROUP, "", it->path, strlen(it->path), item);
	if (side < 0 || it->before == JSON_NONE ||
	    !add_body(d, &d->before, (enum body_side)side, STYLE_REMOVED, "- ",
		      item))
		add_value(d, &d->before_doc, it->before, STYLE_REMOVED, "- ",
			  item);
	if (side < 0 || it->after == JSON_NONE ||
	    !add_body(d, &d->after, (enum body_side)side, STYLE_ADDED, "+ ",
		      item))
		add_value(d, &d->after_doc, it->after, STYLE_ADDED, "+ ",
			  item);
}

static void fill(struct change_details *d)
{
	bool before = d->before.len &&
		      json_scan(&d->before_doc, d->before.data, d->before.len,
				NULL);
	bool after = d->after.len && json_scan(&d->after_doc, d->after.data,
					       d->after.len, NULL);

	if (before && after) {
		fielddiff_make(&d->diff, &d->before_doc, &d->after_doc);
		for (size_t i = 0; i < d->diff.count; i++)
			add_item(d, i);
		if (!d->diff.count)
			add(d, STYLE_DIM, "", _("only its spelling"),
			    strlen(_("only its spelling")), NO_ITEM);
		return;
	}
	if (d->before.len)
		add(d, STYLE_REMOVED, "- ", d->before.data, d->before.len,
		    NO_ITEM);
	if (d->after.len)
		add(d, STYLE_ADDED, "+ ", d->after.data, d->after.len, NO_ITEM);
}

void change_details_show(struct change_details *d, struct session *s,
			 row_id id)
{
	uint64_t generation = session_generation(s);

	if (d->id == id && d->generation == generation)
		return;
	pager_clear(&d->pager);
	buf_clear(&d->before);
	buf_clear(&d->after);
	fielddiff_release(&d->diff);
	d->nlines = 0;
	if (d->id != id)
		pager_home(&d->pager);
	d->id = id;
	d->generation = generation;
	if (id == ROW_NONE)
		return;
	document_text(s->doc, id, DOCUMENT_SAVED, &d->before, NULL);
	document_text(s->doc, id, DOCUMENT_NOW, &d->after, NULL);
	fill(d);
}

void change_details_layout(struct change_details *d, const struct region *r)
{
	pager_layout(&d->pager, r);
}

/* Give the value its old text, or take it out, or put it in again (at the end
 * of its container: its old place may be gone). */
static bool put_back(struct change_details *d, struct splice *sp,
		     const struct fielddiff_item *it, struct err *err)
{
	const struct json_doc *before = &d->before_doc;
	const struct json_node *old = it->before == JSON_NONE
					      ? NULL
					      : &before->nodes[it->before];
	struct json_path path;
	uint32_t parent;
	struct buf key;
	size_t steps;

	if (!old) {
		splice_remove(sp, it->after);
		return true;
	}
	if (it->after != JSON_NONE) {
		splice_value(sp, it->after, before->text + old->off, old->len);
		return true;
	}
	if (!json_path_parse(&path, it->path, strlen(it->path), err))
		return false;
	parent = json_locate_deepest(&d->after_doc, &path, &steps);
	buf_init(&key);
	if (old->key_len)
		json_key(before, it->before, &key);
	if (steps + 1 == path.count)
		splice_insert(sp, parent, JSON_NONE,
			      old->key_len ? key.data : NULL, key.len,
			      before->text + old->off, old->len);
	buf_release(&key);
	json_path_release(&path);
	return true;
}

void change_details_revert(struct change_details *d, struct app *app,
			   struct session *s)
{
	size_t line = d->pager.cursor;
	struct err err = {0};
	struct splice *sp;
	struct patch *patch;

	if (line >= d->nlines || d->lines[line] == NO_ITEM)
		return;
	sp = splice_new(&d->after_doc);
	if (!put_back(d, sp, &d->diff.items[d->lines[line]], &err)) {
		splice_free(sp);
		app_fail(app, &err);
		return;
	}
	patch = splice_finish(sp);
	splice_free(sp);
	document_begin(s->doc, _("revert value"));
	if (!repository_edit(s->doc, d->id, patch, &err))
		document_abort(s->doc);
	else
		document_commit(s->doc, &err);
	patch_unref(patch);
	if (err.code)
		app_fail(app, &err);
	session_recheck(s, d->id);
}
