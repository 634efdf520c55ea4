/*
 * The files that saves replaced, and that others may still hold open: what they
 * write there reaches nobody, unless someone looks.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "edit/doc.h"

/* The file that the path names is looked at by document_look(). */
static struct source *replaced(const struct document *doc, size_t i)
{
	struct source *s = lineindex_source(doc->tables->index[i]);
	struct source_id id = source_identity(s);

	if (source_kind(s) != SOURCE_PLAIN ||
	    (id.dev == doc->disk_id.dev && id.ino == doc->disk_id.ino))
		return NULL;
	return s;
}

enum source_change document_stray(struct document *doc, uint64_t *bytes)
{
	enum source_change worst = SOURCE_SAME;
	struct stat st;

	*bytes = 0;
	for (size_t i = 0; !doc->saving && i < doc->tables->count; i++) {
		struct source *s = replaced(doc, i);
		enum source_change c = s ? source_change(s) : SOURCE_SAME;

		if (c == SOURCE_GREW && !fstat(source_fd(s), &st))
			*bytes += (uint64_t)st.st_size - source_identity(s).size;
		if (c > worst)
			worst = c;
	}
	return worst;
}

/* The whole lines of text as records at the end. */
static bool add_lines(struct document *doc, const char *text, size_t len,
		      uint64_t *added, struct err *err)
{
	struct document_new *news = NULL;
	size_t n = 0, cap = 0;
	bool ok = true;

	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t line = end ? (size_t)(end - text) - at : len - at;

		if (line && text[at + line - 1] == '\r')
			line--;
		if (doc_text_fits(doc, text + at, line, NULL)) {
			news = mem_room(news, n, &cap, sizeof(*news));
			news[n++] = (struct document_new){
				.text = text + at, .len = line,
				.copy_of = ROW_NONE,
			};
		}
		at = end ? (size_t)(end - text) + 1 : len;
	}
	if (n)
		ok = document_insert(doc, ROW_END, news, n, NULL, err);
	if (ok)
		*added += n;
	free(news);
	return ok;
}

/* What came behind the end of s, which then is its end. A line that is still
 * being written is left for the next time. */
static bool take_one(struct document *doc, struct source *s, uint64_t *added,
		     struct err *err)
{
	uint64_t from = source_identity(s).size;
	struct source_id now;
	struct buf text;
	struct stat st;
	char *to, *last;
	bool ok;

	if (fstat(source_fd(s), &st))
		return err_errno(err, "%s", doc->path);
	source_id_of_stat(&st, &now);
	if (now.size - from > STRAY_MAX)
		return err_set(err, ERR_LIMIT,
			       _("more than %llu MiB came to the replaced file"),
			       (unsigned long long)(STRAY_MAX >> 20));
	buf_init(&text);
	to = buf_reserve(&text, (size_t)(now.size - from));
	ok = to && pread(source_fd(s), to, (size_t)(now.size - from),
			 (off_t)from) == (ssize_t)(now.size - from);
	if (!ok)
		err_errno(err, "%s", doc->path);
	else
		text.len = (size_t)(now.size - from);
	last = ok ? memrchr(text.data, '\n', text.len) : NULL;
	if (last) {
		text.len = (size_t)(last - text.data) + 1;
		ok = add_lines(doc, text.data, text.len, added, err);
	}
	if (ok && last) {
		now.size = from + text.len;
		source_accept(s, &now);
	}
	buf_release(&text);
	return ok;
}

bool document_take_stray(struct document *doc, uint64_t *added,
			 struct err *err)
{
	bool ok = true;

	*added = 0;
	if (!doc_writable(doc, err))
		return false;
	if (doc->saving)
		return err_set(err, ERR_USAGE, _("a save is under way"));
	document_begin(doc, _("take in"));
	for (size_t i = 0; ok && i < doc->tables->count; i++) {
		struct source *s = replaced(doc, i);

		if (s && source_change(s) == SOURCE_GREW)
			ok = take_one(doc, s, added, err);
	}
	if (ok)
		return document_commit(doc, err);
	document_abort(doc);
	return false;
}
