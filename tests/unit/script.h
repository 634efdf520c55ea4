/*
 * script - the same random editing wherever it is run.
 *
 * Steps depend on the seed and on what the document holds, on nothing else, so
 * a second document that runs the script tells what the first one must hold.
 */
#ifndef RREDIT_TESTS_SCRIPT_H
#define RREDIT_TESTS_SCRIPT_H

#include "edit/doc.h"
#include "edit/save.h"
#include "prng.h"

struct script {
	struct prng r;
	bool saves, undoes;
	bool keeps;	/* reverts nothing: for saves in the background */
	bool compacts;	/* the journal, whenever half of it is dead */
	bool may_fail;	/* a save that fails is no reason to stop */
};

/* A file of n records. */
static inline void script_file(const char *path, unsigned n)
{
	FILE *f = fopen(path, "wb");

	if (!f)
		abort();
	for (unsigned i = 0; i < n; i++)
		fprintf(f, "{\"n\":%u,\"uuid\":\"%036u\",\"s\":\"some text\"}\n",
			i, i);
	if (fclose(f))
		abort();
}

/* Append a record. A fault that hits this is none of the document's: again. */
static inline void script_read(struct document *doc, row_id id, struct buf *b)
{
	size_t at = b->len;

	if (document_text(doc, id, DOCUMENT_NOW, b, NULL))
		return;
	buf_truncate(b, at);
	if (!document_text(doc, id, DOCUMENT_NOW, b, NULL))
		abort();
}

/* All records as one text. */
static inline char *script_text(struct document *doc)
{
	struct buf b;

	buf_init(&b);
	for (uint64_t i = 0; i < document_count(doc); i++) {
		script_read(doc, document_row(doc, i), &b);
		buf_addc(&b, '\n');
	}
	return buf_detach(&b, NULL);
}

static inline row_id script_row(struct script *s, struct document *doc)
{
	return document_row(doc, prng_below(&s->r, document_count(doc)));
}

static inline row_id script_place(struct script *s, struct document *doc)
{
	switch (prng_below(&s->r, 4)) {
	case 0: return ROW_START;
	case 1: return ROW_END;
	default: return script_row(s, doc);
	}
}

/* A patch that puts a few bytes in, somewhere in the text of the row. */
static inline struct patch *script_patch(struct script *s, struct document *doc,
					 row_id id)
{
	struct patch_builder *pb = patch_builder_new();
	size_t n = 1 + prng_below(&s->r, 3), len;
	struct patch *p;
	struct buf b;
	char ins[24];

	buf_init(&b);
	script_read(doc, id, &b);
	for (size_t i = 0; i < n; i++) {
		size_t part = b.len / n;
		size_t at = part * i + prng_below(&s->r, part ? part : 1);
		size_t del = prng_below(&s->r, 2) ? 0 : 1;

		len = (size_t)snprintf(ins, sizeof(ins), "<%zu>",
				       prng_below(&s->r, 1000));
		if (at + del > part * (i + 1))
			del = 0;
		patch_builder_add(pb, at, del, ins, len);
	}
	p = patch_builder_finish(pb, b.data, b.len);
	patch_builder_free(pb);
	buf_release(&b);
	return p;
}

static inline bool script_edits(struct script *s, struct document *doc)
{
	struct document_edit edits[5];
	size_t n = 1 + prng_below(&s->r, 5), k = 0;
	bool ok;

	for (size_t i = 0; i < n; i++) {
		row_id id = script_row(s, doc);
		size_t seen = 0;

		while (seen < k && edits[seen].id != id)
			seen++;
		if (seen == k)
			edits[k++] = (struct document_edit){
				id, script_patch(s, doc, id)
			};
	}
	ok = document_edit_many(doc, NULL, edits, k, NULL);
	for (size_t i = 0; i < k; i++)
		patch_unref(edits[i].patch);
	return ok;
}

static inline bool script_insert(struct script *s, struct document *doc)
{
	static const char text[] = "{\"new\":1}";
	struct document_new news[3];
	size_t n = 1 + prng_below(&s->r, 3);
	row_id after = script_place(s, doc);
	bool ok;

	for (size_t i = 0; i < n; i++) {
		news[i] = (struct document_new){ text, sizeof(text) - 1,
						 ROW_NONE, NULL, REPO_NONE };
		if (prng_below(&s->r, 2)) {
			news[i].copy_of = script_row(s, doc);
			news[i].patch = script_patch(s, doc, news[i].copy_of);
		}
	}
	ok = document_insert(doc, after, news, n, NULL, NULL);
	for (size_t i = 0; i < n; i++)
		patch_unref(news[i].patch);
	return ok;
}

static inline bool script_relocate(struct script *s, struct document *doc,
				   bool move)
{
	size_t most = document_count(doc) / 2, n;
	row_id ids[4];

	n = 1 + prng_below(&s->r, 4);
	if (n > most)
		return false;
	for (size_t i = 0; i < n; i++)
		ids[i] = script_row(s, doc);
	return move ? document_move(doc, ids, n, script_place(s, doc), NULL)
		    : document_delete(doc, ids, n, NULL);
}

/* Several changes as one step, the last of which may be given up. */
static inline bool script_group(struct script *s, struct document *doc)
{
	bool ok;

	document_begin(doc, "several");
	ok = script_insert(s, doc) && script_edits(s, doc);
	if (ok && prng_below(&s->r, 2))
		ok = script_relocate(s, doc, true) || true;
	if (!ok) {
		document_abort(doc);
		return false;
	}
	return document_commit(doc, NULL);
}

static inline void script_step(struct script *s, struct document *doc)
{
	struct save_spec spec = { .path = NULL };
	struct save_result result;

	if (s->compacts)
		doc->journal.look_at = 1;
	switch (prng_below(&s->r, 16)) {
	case 0: case 1: script_insert(s, doc); break;
	case 2: script_relocate(s, doc, false); break;
	case 3: case 4: script_relocate(s, doc, true); break;
	case 5: script_group(s, doc); break;
	case 6:
		if (!s->keeps)
			document_revert(doc, script_row(s, doc), NULL);
		break;
	case 7: case 8: case 9:
		if (s->undoes)
			document_undo(doc, NULL, NULL);
		break;
	case 10: case 11:
		if (s->undoes)
			document_redo(doc, NULL, NULL);
		break;
	case 12:
		if (s->saves && document_dirty(doc) &&
		    !document_save(doc, &spec, &result) && !s->may_fail) {
			fprintf(stderr, "script: %s\n", result.err.msg);
			abort();
		}
		break;
	default: script_edits(s, doc); break;
	}
}

#endif
