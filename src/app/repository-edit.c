/* Edits of a repository that concern more than one record. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/repository-rows.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "json/splice.h"

static bool asked_by_other(struct document *doc, row_id request, row_id response)
{
	uint64_t n = document_count(doc);
	struct columns mine, c;

	if (!document_columns(doc, response, &mine) || !mine.uuid)
		return false;
	for (uint64_t i = 0; i < n; i++) {
		row_id row = document_row(doc, i);

		if (row != request && document_kind(doc, row) == REPO_REQUEST &&
		    document_columns(doc, row, &c) && c.duration == mine.uuid)
			return true;
	}
	return false;
}

size_t repository_with(struct document *doc, const row_id *ids, size_t n,
		       row_id **out)
{
	struct picking p = { 0 };
	struct columns c;
	row_id mate;

	for (size_t i = 0; i < n; i++) {
		enum repo_kind kind = document_kind(doc, ids[i]);

		picking_add(&p, ids[i]);
		if (kind == REPO_SERVICE && document_columns(doc, ids[i], &c))
			picking_service(&p, doc, c.host);
		mate = repository_mate(doc, ids[i]);
		if (mate == ROW_NONE)
			continue;
		if (kind == REPO_RESPONSE ||
		    !asked_by_other(doc, ids[i], mate))
			picking_add(&p, mate);
	}
	*out = p.ids;
	return p.n;
}

/* ---- a service is renamed, an operation is renamed ---- */

/* What other records call what changed. */
struct renames {
	char **from, **to;	/* operationIds; the first pair: the ids */
	char **name_from, **name_to;	/* of operations, beside them */
	size_t n, cap;
};

static void renames_add(struct renames *r, char *from, char *to,
			char *name_from, char *name_to)
{
	size_t cap = r->cap;

	r->from = mem_room(r->from, r->n, &cap, sizeof(*r->from));
	cap = r->cap;
	r->to = mem_room(r->to, r->n, &cap, sizeof(*r->to));
	cap = r->cap;
	r->name_from = mem_room(r->name_from, r->n, &cap, sizeof(*r->from));
	r->name_to = mem_room(r->name_to, r->n, &r->cap, sizeof(*r->to));
	r->from[r->n] = from;
	r->to[r->n] = to;
	r->name_from[r->n] = name_from;
	r->name_to[r->n++] = name_to;
}

static void renames_release(struct renames *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->from[i]);
		free(r->to[i]);
		free(r->name_from[i]);
		free(r->name_to[i]);
	}
	free(r->from);
	free(r->to);
	free(r->name_from);
	free(r->name_to);
}

static bool has_operation(const struct element *e, uint32_t ops,
			  const char *name)
{
	const struct json_doc *doc = &e->pair.doc;
	bool has = false;

	for (uint32_t n = json_first(doc, ops); n != JSON_NONE && !has;
	     n = json_next(doc, n)) {
		char *is = element_operation(e, n);

		has = !strcmp(is, name);
		free(is);
	}
	return has;
}

/* An operation that stands where another stood, whose name is nowhere any more,
 * was renamed. */
static void compare(const struct element *was, const struct element *now,
		    struct renames *r)
{
	const struct json_doc *a = &was->pair.doc, *b = &now->pair.doc;
	uint32_t x = json_at(a, 0, "operations"), y = json_at(b, 0, "operations");
	char *old_id = element_text(was, "id"), *id = element_text(now, "id");
	uint32_t m, n;

	renames_add(r, mem_strdup(old_id), mem_strdup(id), mem_strdup(""),
		    mem_strdup(""));
	if (x == JSON_NONE || y == JSON_NONE || a->nodes[x].type != JSON_ARRAY ||
	    b->nodes[y].type != JSON_ARRAY ||
	    a->nodes[x].children != b->nodes[y].children)
		goto out;
	n = json_first(b, y);
	for (m = json_first(a, x); m != JSON_NONE;
	     m = json_next(a, m), n = json_next(b, n)) {
		char *old = element_operation(was, m), *new = element_operation(now, n);

		if (strcmp(old, new) != 0 && (has_operation(now, y, old) ||
					      has_operation(was, x, new))) {
			free(new);	/* they changed places */
			new = mem_strdup(old);
		}
		renames_add(r, mem_format("%s-%s", old_id, old),
			    mem_format("%s-%s", id, new), mem_strdup(old),
			    mem_strdup(new));
		free(old);
		free(new);
	}
out:
	free(old_id);
	free(id);
}

static bool renames_any(const struct renames *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->from[i], r->to[i]) != 0)
			return true;
	return false;
}

/* A string that is one of those that changed gets its new text. */
static void rename_node(struct splice *sp, const struct element *e,
			uint32_t node, char *const *from, char *const *to,
			size_t n)
{
	if (node == JSON_NONE || e->pair.doc.nodes[node].type != JSON_STRING)
		return;
	for (size_t i = 0; i < n; i++)
		if (strcmp(from[i], to[i]) != 0 &&
		    json_string_is(&e->pair.doc, node, from[i],
				   strlen(from[i]))) {
			splice_string(sp, node, to[i], strlen(to[i]));
			return;
		}
}

/* What refers to the service: resources by its id and by names of operations,
 * messages by operationId. */
static struct patch *follow_one(const struct element *e, enum repo_kind kind,
				const struct renames *r)
{
	const struct json_doc *doc = &e->pair.doc;
	struct splice *sp = splice_new(doc);
	struct patch *patch;
	uint32_t list;

	if (repository_is_message(kind)) {
		rename_node(sp, e, json_at(doc, 0, "operationId"), r->from + 1,
			    r->to + 1, r->n - 1);
	} else {
		rename_node(sp, e, json_at(doc, 0, "serviceId"), r->from, r->to,
			    1);
		list = json_at(doc, 0, "operations");
		if (list != JSON_NONE && doc->nodes[list].type == JSON_ARRAY)
			for (uint32_t n = json_first(doc, list); n != JSON_NONE;
			     n = json_next(doc, n))
				rename_node(sp, e, n, r->name_from + 1,
					    r->name_to + 1, r->n - 1);
	}
	patch = splice_finish(sp);
	splice_free(sp);
	return patch;
}

static bool follow(struct document *doc, uint32_t service,
		   const struct renames *r, struct err *err)
{
	struct picking p = { 0 };
	struct element e;
	bool ok = true;

	element_init(&e);
	picking_service(&p, doc, service);
	for (size_t i = 0; ok && i < p.n; i++) {
		struct patch *patch;

		if (!element_read(&e, doc, p.ids[i], NULL))
			continue;
		patch = follow_one(&e, document_kind(doc, p.ids[i]), r);
		ok = !patch || document_edit(doc, p.ids[i], patch, err);
		patch_unref(patch);
	}
	element_release(&e);
	free(p.ids);
	return ok;
}

bool repository_edit(struct document *doc, row_id id, struct patch *patch,
		     struct err *err)
{
	struct element was, now;
	struct renames r = { 0 };
	struct columns c;
	bool ok;

	if (document_kind(doc, id) != REPO_SERVICE)
		return document_edit(doc, id, patch, err);
	element_init(&was);
	element_init(&now);
	document_begin(doc, _("edit a service"));
	ok = element_read(&was, doc, id, NULL) &&
	     document_columns(doc, id, &c);
	if (!ok) {
		ok = document_edit(doc, id, patch, err);
	} else {
		ok = document_edit(doc, id, patch, err);
		if (ok && element_read(&now, doc, id, NULL)) {
			compare(&was, &now, &r);
			ok = !renames_any(&r) || follow(doc, c.host, &r, err);
		}
	}
	if (ok) {
		document_columns(doc, id, &c);	/* tells the name to others */
		ok = document_commit(doc, err);
	} else {
		document_abort(doc);
	}
	renames_release(&r);
	element_release(&was);
	element_release(&now);
	return ok;
}

bool repository_set_text(struct document *doc, row_id id, const char *text,
			 size_t len, struct err *err)
{
	struct patch *patch;
	struct buf now;
	bool ok;

	if (document_kind(doc, id) != REPO_SERVICE)
		return document_set_text(doc, id, text, len, err);
	buf_init(&now);
	ok = document_text(doc, id, DOCUMENT_NOW, &now, err);
	patch = ok ? patch_between(now.data, now.len, text, len) : NULL;
	ok = ok && (!patch || repository_edit(doc, id, patch, err));
	patch_unref(patch);
	buf_release(&now);
	return ok;
}
