#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "json/locate.h"
#include "store/library-internal.h"
#include "store/repository.h"
#include "store/source.h"

#define CANDIDATES_SHOWN 4

void target_release(struct target *t)
{
	free(t->path);
	free(t->dir);
	free(t->meta_path);
	free(t->id);
	*t = (struct target){0};
}

/* --- paths --- */

/* What the content of a .json file says that it is. */
enum content {
	CONTENT_OTHER,		/* no JSON, or JSON that tells nothing */
	CONTENT_PAIR,		/* one RRPair, or several lines of them */
	CONTENT_META,		/* metadata of a snapshot */
};

static enum content content_of_object(const struct json_doc *doc)
{
	uint32_t meta = json_at(doc, 0, "meta");

	if (!doc->count || doc->nodes[0].type != JSON_OBJECT)
		return CONTENT_OTHER;
	if (json_at(doc, 0, "msgType") != JSON_NONE)
		return CONTENT_PAIR;
	if ((meta != JSON_NONE && doc->nodes[meta].type == JSON_OBJECT) ||
	    json_at(doc, 0, "tokenizerConfig") != JSON_NONE)
		return CONTENT_META;
	return CONTENT_OTHER;
}

/* A repository tells itself by how it begins; it may be long, and is nothing that
 * the library knows. */
static bool begins_as_repository(const char *path)
{
	int fd = source_open_fd(path);
	char *block;
	ssize_t n;
	bool is;

	if (fd < 0)
		return false;
	block = mem_alloc(SOURCE_BLOCK);
	do
		n = pread(fd, block, SOURCE_BLOCK, 0);
	while (n < 0 && errno == EINTR);
	is = n > 0 && repo_recognise(block, (size_t)n, true) == REPO_IS;
	free(block);
	close(fd);
	return is;
}

static enum content content_of(const char *path)
{
	struct library_reader r;
	enum content is = CONTENT_OTHER;
	const char *line_end;

	if (begins_as_repository(path))
		return CONTENT_OTHER;
	library_reader_init(&r);
	if (!file_read(path, LIBRARY_META_MAX, &r.text, NULL))
		goto out;
	if (!json_scan(&r.doc, r.text.data, r.text.len, NULL)) {
		/* Several values: JSON Lines under another name. */
		line_end = memchr(r.text.data, '\n', r.text.len);
		if (line_end)
			json_scan(&r.doc, r.text.data,
				  (size_t)(line_end - r.text.data), NULL);
	}
	if (r.doc.count)
		is = content_of_object(&r.doc);
out:
	library_reader_release(&r);
	return is;
}

/* Is real, a real path, a part of the snapshot that lies at dir (not checked),
 * directly in the store? */
static bool is_in(const char *real_store, const char *dir)
{
	char *parent = path_dir(dir);
	bool in = real_store && !strcmp(parent, real_store);

	free(parent);
	return in;
}

static bool has_raw(const char *dir)
{
	char *raw = library_raw_path(dir);
	bool has = library_exists(raw);

	free(raw);
	return has;
}

/* dir is a real path, and taken over. */
static void set_snapshot(char *dir, const char *real_store, struct target *out)
{
	*out = (struct target){
		.kind = TARGET_SNAPSHOT,
		.path = library_raw_path(dir),
		.dir = dir,
		.meta_path = mem_format("%s" LIBRARY_META_SUFFIX, dir),
		.id = mem_strdup(path_base(dir)),
		.in_store = real_store && library_inside(real_store, dir),
	};
	if (!out->in_store)
		out->in_store = is_in(real_store, dir);
}

static void set_file(const char *text, const char *real_store,
		     struct target *out)
{
	*out = (struct target){
		.kind = TARGET_FILE,
		.path = mem_strdup(text),
		.in_store = real_store && library_inside(real_store, text),
	};
}

/* A directory is a snapshot when it holds raw.jsonl, has metadata beside it or
 * lies in the store. */
static void resolve_directory(char *real, const char *real_store,
			      struct target *out)
{
	char *meta = mem_format("%s" LIBRARY_META_SUFFIX, real);

	if (has_raw(real) || is_in(real_store, real) ||
	    content_of(meta) == CONTENT_META)
		set_snapshot(real, real_store, out);
	else
		*out = (struct target){
			.kind = TARGET_DIRECTORY,
			.dir = real,
			.in_store = real_store &&
				    library_inside(real_store, real),
		};
	free(meta);
}

/* The directory that a file would belong to as metadata, or NULL. real is the
 * file's real path. */
static char *dir_of_meta(const char *real)
{
	size_t len = strlen(real), suffix = strlen(LIBRARY_META_SUFFIX);

	if (len <= suffix ||
	    strcmp(real + len - suffix, LIBRARY_META_SUFFIX) ||
	    real[len - suffix - 1] == '/')
		return NULL;
	return mem_dup(real, len - suffix);
}

/* raw.jsonl beside whose directory lies metadata is opened as the snapshot. */
static char *dir_of_raw(const char *real, const char *real_store)
{
	const char *name = path_base(real);
	char *dir, *meta;
	bool is;

	if (strcmp(name, LIBRARY_RAW) && strcmp(name, LIBRARY_RAW ".gz"))
		return NULL;
	dir = path_dir(real);
	meta = mem_format("%s" LIBRARY_META_SUFFIX, dir);
	is = is_in(real_store, dir) || library_exists(meta);
	free(meta);
	if (is)
		return dir;
	free(dir);
	return NULL;
}

static void resolve_file(const char *text, const char *real,
			 const char *real_store, struct target *out)
{
	char *dir = dir_of_raw(real, real_store);
	enum content is;

	if (dir) {
		set_snapshot(dir, real_store, out);
		return;
	}
	dir = dir_of_meta(real);
	if (dir) {
		is = content_of(real);
		if (is == CONTENT_META ||
		    (is == CONTENT_OTHER &&
		     (has_raw(dir) || is_in(real_store, dir)))) {
			set_snapshot(dir, real_store, out);
			return;
		}
	}
	free(dir);
	set_file(text, real_store, out);
}

static bool resolve_path(const char *text, const char *real_store,
			 struct target *out, struct err *err)
{
	char *real = realpath(text, NULL), shown[ERR_QUOTE_MAX];
	struct stat st;

	err_quote(shown, text, strlen(text));
	if (!real || stat(real, &st)) {
		bool absent = errno == ENOENT || errno == ENOTDIR;

		err_errno(err, "%s", shown);
		if (err && absent)
			err->code = ERR_NOTARGET;
		free(real);
		return false;
	}
	if (S_ISDIR(st.st_mode)) {
		resolve_directory(real, real_store, out);
		return true;
	}
	if (S_ISREG(st.st_mode))
		resolve_file(text, real, real_store, out);
	free(real);
	return S_ISREG(st.st_mode) ||
	       err_set(err, ERR_INPUT, _("%s is not a regular file"), shown);
}

/* --- ids and names --- */

static void set_entry(struct library_entry *e, struct target *out)
{
	*out = (struct target){
		.kind = TARGET_SNAPSHOT,
		.path = e->raw_path,
		.dir = e->dir_path,
		.meta_path = e->meta_path,
		.id = e->id,
		.in_store = true,
		.outside = (e->problems & LIBRARY_OUTSIDE) != 0,
	};
	e->raw_path = e->dir_path = e->meta_path = e->id = NULL;
}

static bool resolve_id(const char *store, const char *real_store,
		       const char *text, struct target *out)
{
	struct library_entry e = {0};
	struct library_reader r;

	if (!library_has(store, text, NULL))
		return false;
	e.id = mem_strdup(text);
	library_reader_init(&r);
	library_look(store, real_store, &r, &e);
	set_entry(&e, out);
	library_reader_release(&r);
	library_entry_release(&e);
	return true;
}

/* Is text the name of e, or a prefix of its id? */
static bool fits(const struct library_entry *e, const char *text, size_t len)
{
	return (e->name && !strcmp(e->name, text)) ||
	       (len >= LIBRARY_PREFIX_MIN && !strncmp(e->id, text, len));
}

static bool ambiguous(const struct library_list *list, const char *text,
		      struct err *err)
{
	char shown[ERR_QUOTE_MAX], name[ERR_QUOTE_MAX];
	size_t len = strlen(text), i, n = 0;
	struct buf ids;

	buf_init(&ids);
	for (i = 0; i < list->count; i++) {
		const struct library_entry *e = &list->entries[i];

		if (!fits(e, text, len) || n++ >= CANDIDATES_SHOWN)
			continue;
		buf_addf(&ids, "%s%s", n > 1 ? ", " : "",
			 err_quote(shown, e->id, strlen(e->id)));
		if (e->name && strcmp(e->name, text) && strcmp(e->name, e->id))
			buf_addf(&ids, " (%s)",
				 err_quote(name, e->name, strlen(e->name)));
	}
	if (n > CANDIDATES_SHOWN)
		buf_addf(&ids, _(" and %zu more"), n - CANDIDATES_SHOWN);
	err_set(err, ERR_USAGE, _("%s is ambiguous: %s"),
		err_quote(shown, text, len), ids.data);
	buf_release(&ids);
	return false;
}

static bool not_found(const char *text, struct err *err)
{
	char shown[ERR_QUOTE_MAX];

	err_quote(shown, text, strlen(text));
	if (strlen(text) < LIBRARY_PREFIX_MIN)
		return err_set(err, ERR_NOTARGET,
			       _("no file and no snapshot is called %s (of an "
				 "id, give %d characters or more)"),
			       shown, LIBRARY_PREFIX_MIN);
	return err_set(err, ERR_NOTARGET,
		       _("no file and no snapshot is called %s"), shown);
}

static bool resolve_in_store(const char *store, const char *text,
			     struct target *out, struct err *err)
{
	struct library_list list = {0};
	struct library_entry *found = NULL;
	size_t len = strlen(text), n = 0, i;
	struct err why;

	if (!library_scan(store, &list, &why)) {
		if (why.code == ERR_NOTARGET)
			return not_found(text, err);
		if (err)
			*err = why;
		return false;
	}
	for (i = 0; i < list.count; i++) {
		struct library_entry *e = &list.entries[i];

		if (!strcmp(e->id, text)) {	/* one that is no plain name */
			found = e;
			n = 1;
			break;
		}
		if (fits(e, text, len)) {
			found = e;
			n++;
		}
	}
	if (n == 1)
		set_entry(found, out);
	else if (n)
		ambiguous(&list, text, err);
	else
		not_found(text, err);
	library_list_release(&list);
	return n == 1;
}

bool library_resolve(const char *store, const char *text, struct target *out,
		     struct err *err)
{
	char *real_store;
	bool ok;

	if (!strcmp(text, "-")) {
		*out = (struct target){.kind = TARGET_STDIN,
				       .path = mem_strdup("-")};
		return true;
	}
	if (!*text)
		return err_set(err, ERR_USAGE, _("the target is empty"));
	real_store = store ? realpath(store, NULL) : NULL;
	if (library_exists(text) || text[0] == '/' ||
	    !strncmp(text, "./", 2) || !strncmp(text, "../", 3))
		ok = resolve_path(text, real_store, out, err);
	else if (!store)
		ok = not_found(text, err);
	else
		ok = resolve_id(store, real_store, text, out) ||
		     resolve_in_store(store, text, out, err);
	free(real_store);
	return ok;
}
