#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "store/filetree.h"
#include "store/library-internal.h"

#define STALE_SECONDS (24 * 60 * 60)	/* no copy takes longer */

/* --- where, and names --- */

char *library_default(const char *dir, struct err *err)
{
	const char *env;

	if (dir && *dir)
		return mem_strdup(dir);
	if (dir) {
		err_set(err, ERR_USAGE, _("the name of the store is empty"));
		return NULL;
	}
	env = getenv("RREDIT_STORE");
	if (env && *env)
		return mem_strdup(env);
	env = getenv("SPEEDSCALE_HOME");
	if (env && *env)
		return path_join(env, "data/snapshots");
	env = getenv("HOME");
	if (env && *env)
		return path_join(env, ".speedscale/data/snapshots");
	err_set(err, ERR_SYSTEM,
		_("none of RREDIT_STORE, SPEEDSCALE_HOME and HOME says where "
		  "the store is"));
	return NULL;
}

static bool ends_in_json(const char *name)
{
	size_t len = strlen(name), suffix = strlen(LIBRARY_META_SUFFIX);

	return len > suffix && !strcmp(name + len - suffix,
				       LIBRARY_META_SUFFIX);
}

/* What could not be listed, or would be taken for metadata of another, is no
 * id either. */
bool library_id_ok(const char *id)
{
	size_t len = strlen(id);

	return path_safe_component(id, len) && id[0] != '.' &&
	       !ends_in_json(id) &&
	       len <= PATH_COMPONENT_MAX - strlen(LIBRARY_META_SUFFIX);
}

char *library_meta_path(const char *store, const char *id)
{
	char *dir = path_join(store, id);
	char *path = mem_format("%s" LIBRARY_META_SUFFIX, dir);

	free(dir);
	return path;
}

bool library_exists(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

char *library_raw_path(const char *dir)
{
	char *plain = path_join(dir, LIBRARY_RAW);
	char *gz = mem_format("%s.gz", plain);
	bool use_gz = !library_exists(plain) && library_exists(gz);

	free(use_gz ? plain : gz);
	return use_gz ? gz : plain;
}

bool library_inside(const char *real_dir, const char *path)
{
	char *real = realpath(path, NULL);
	size_t len = strlen(real_dir);
	bool inside;

	if (len && real_dir[len - 1] == '/')
		len--;
	inside = real && !strncmp(real, real_dir, len) && real[len] == '/';
	free(real);
	return inside;
}

bool library_leads_out(const char *store, const char *path)
{
	size_t len = store ? strlen(store) : 0;
	char *real;
	bool out;

	while (len > 1 && store[len - 1] == '/')
		len--;
	if (!len || strncmp(path, store, len) || path[len] != '/')
		return false;
	real = realpath(store, NULL);
	out = real && library_exists(path) && !library_inside(real, path);
	free(real);
	return out;
}

static bool id_check(const char *id, struct err *err)
{
	char shown[ERR_QUOTE_MAX];

	return library_id_ok(id) ||
	       err_set(err, ERR_INPUT, _("%s cannot be the id of a snapshot"),
		       err_quote(shown, id, strlen(id)));
}

bool library_has(const char *store, const char *id, struct err *err)
{
	char *dir, *meta, shown[ERR_QUOTE_MAX];
	bool has;

	if (!id_check(id, err))
		return false;
	dir = path_join(store, id);
	meta = library_meta_path(store, id);
	has = library_exists(dir) || library_exists(meta);
	free(dir);
	free(meta);
	return has || err_set(err, ERR_NOTARGET,
			      _("no snapshot in the store has the id %s"),
			      err_quote(shown, id, strlen(id)));
}

char *library_dir(const char *store, const char *id, struct err *err)
{
	char *dir, *real, shown[ERR_QUOTE_MAX];
	struct stat st;

	if (!id_check(id, err))
		return NULL;
	dir = path_join(store, id);
	if (lstat(dir, &st) || S_ISDIR(st.st_mode))
		return dir;
	err_quote(shown, dir, strlen(dir));
	real = realpath(store, NULL);
	if (!S_ISLNK(st.st_mode))
		err_set(err, ERR_INPUT, _("%s is not a directory"), shown);
	else if (!real || !library_inside(real, dir))
		err_set(err, ERR_INPUT,
			_("%s is a link that leads out of the store"), shown);
	else if (stat(dir, &st) || !S_ISDIR(st.st_mode))
		err_set(err, ERR_INPUT, _("%s is not a directory"), shown);
	else {
		free(real);
		return dir;
	}
	free(real);
	free(dir);
	return NULL;
}

char *library_meta_to_write(const char *store, const char *id, struct err *err)
{
	char *path, *real, shown[ERR_QUOTE_MAX];
	struct stat st;
	bool ok = true;

	if (!id_check(id, err))
		return NULL;
	path = library_meta_path(store, id);
	if (!lstat(path, &st) && S_ISLNK(st.st_mode)) {
		real = realpath(store, NULL);
		ok = real && library_inside(real, path);
		free(real);
	}
	if (ok)
		return path;
	err_set(err, ERR_INPUT,
		_("%s is a link that leads out of the store"),
		err_quote(shown, path, strlen(path)));
	free(path);
	return NULL;
}

char *library_temp_path(const char *dir)
{
	char text[UUID_TEXT_MAX];
	struct uuid uuid;

	uuid_v4(&uuid);
	uuid_dashed(text, &uuid);
	return mem_format("%s/" LIBRARY_TEMP_PREFIX "%s", dir, text);
}

void library_sweep(const char *store)
{
	size_t prefix = strlen(LIBRARY_TEMP_PREFIX);
	DIR *d = opendir(store);
	time_t now = time(NULL);
	struct dirent *e;
	struct uuid uuid;
	struct stat st;

	while (d && (e = readdir(d))) {
		const char *rest = e->d_name + prefix;
		char *path;

		if (strncmp(e->d_name, LIBRARY_TEMP_PREFIX, prefix) ||
		    strlen(rest) != UUID_TEXT_MAX - 1 ||
		    !uuid_parse(&uuid, rest, UUID_TEXT_MAX - 1) ||
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    now - st.st_mtim.tv_sec < STALE_SECONDS)
			continue;
		path = path_join(store, e->d_name);
		filetree_remove(path, NULL);
		free(path);
	}
	if (d)
		closedir(d);
}

/* --- one snapshot --- */

const char *library_problem_text(unsigned problems)
{
	switch (problems & -problems) {
	case LIBRARY_NO_META:
		return _("no metadata");
	case LIBRARY_NO_DIR:
		return _("no directory");
	case LIBRARY_NO_RAW:
		return _("no raw.jsonl");
	case LIBRARY_BAD_META:
		return _("broken metadata");
	case LIBRARY_UNREADABLE:
		return _("unreadable");
	case LIBRARY_OUTSIDE:
		return _("leads out of the store");
	case LIBRARY_BAD_ID:
		return _("the name is no id");
	case LIBRARY_ID_DIFFERS:
		return _("metadata has another id");
	default:
		return NULL;
	}
}

void library_entry_release(struct library_entry *e)
{
	free(e->id);
	free(e->name);
	free(e->services);
	free(e->meta_path);
	free(e->dir_path);
	free(e->raw_path);
}

static void note_time(struct library_entry *e, const struct stat *st)
{
	int64_t ns;

	if (__builtin_mul_overflow((int64_t)st->st_mtim.tv_sec,
				   (int64_t)1000000000, &ns) ||
	    __builtin_add_overflow(ns, (int64_t)st->st_mtim.tv_nsec, &ns))
		return;
	if (ns > e->mtime_ns)
		e->mtime_ns = ns;
}

/* Look at path, its links followed; absent is the problem when it is not
 * there at all. False when there is nothing more to look at. */
static bool look_at(struct library_entry *e, const char *path,
		    const char *real_store, mode_t type, unsigned absent,
		    struct stat *st)
{
	if (lstat(path, st)) {
		e->problems |= errno == ENOENT || errno == ENOTDIR
				       ? absent
				       : LIBRARY_UNREADABLE;
		return false;
	}
	if (S_ISLNK(st->st_mode)) {
		if (real_store && !library_inside(real_store, path))
			e->problems |= LIBRARY_OUTSIDE;
		if (stat(path, st)) {
			e->problems |= LIBRARY_UNREADABLE;
			return false;
		}
	}
	if ((st->st_mode & S_IFMT) != type ||
	    faccessat(AT_FDCWD, path, type == S_IFDIR ? R_OK | X_OK : R_OK,
		      AT_EACCESS)) {
		e->problems |= LIBRARY_UNREADABLE;
		return false;
	}
	return true;
}

static void look_at_meta(const char *real_store, struct library_reader *r,
			 struct library_entry *e)
{
	struct library_meta meta;
	struct stat st;

	if (!look_at(e, e->meta_path, real_store, S_IFREG, LIBRARY_NO_META,
		     &st))
		return;
	note_time(e, &st);
	e->problems |= library_meta_read(r, e->meta_path, &meta);
	if (meta.id && strcmp(meta.id, e->id))
		e->problems |= LIBRARY_ID_DIFFERS;
	e->name = meta.name;
	e->services = meta.services;
	e->pairs = meta.pairs;
	free(meta.id);
}

static void look_at_raw(const char *real_store, struct library_entry *e)
{
	struct stat st;

	if (!look_at(e, e->dir_path, real_store, S_IFDIR, LIBRARY_NO_DIR, &st))
		return;
	if (!look_at(e, e->raw_path, real_store, S_IFREG, LIBRARY_NO_RAW, &st))
		return;
	note_time(e, &st);
	e->bytes = (uint64_t)st.st_size;
	if (!e->bytes)
		e->pairs = 0;
}

void library_look(const char *store, const char *real_store,
		  struct library_reader *r, struct library_entry *e)
{
	struct uuid uuid;
	size_t len = strlen(e->id);

	e->pairs = -1;
	e->dir_path = path_join(store, e->id);
	e->meta_path = library_meta_path(store, e->id);
	e->raw_path = library_raw_path(e->dir_path);
	if (len != UUID_TEXT_MAX - 1 || !uuid_parse(&uuid, e->id, len))
		e->problems |= LIBRARY_BAD_ID;
	look_at_meta(real_store, r, e);
	look_at_raw(real_store, e);
}

/* --- all of them --- */

struct stems {
	char **names;
	size_t count, cap;
};

/* A name is part of a snapshot when it ends in .json, or is a directory (or a
 * link that may be one). What begins with a dot is none: files of systems and
 * editors, and our own on their way. */
static void add_stem(struct stems *stems, DIR *d, const struct dirent *e)
{
	size_t len = strlen(e->d_name);
	struct stat st;

	if (e->d_name[0] == '.')
		return;
	if (ends_in_json(e->d_name)) {
		len -= strlen(LIBRARY_META_SUFFIX);
	} else if (e->d_type != DT_DIR) {
		if (e->d_type != DT_LNK && e->d_type != DT_UNKNOWN)
			return;
		if (!fstatat(dirfd(d), e->d_name, &st, 0) &&
		    !S_ISDIR(st.st_mode))
			return;
	}
	stems->names = mem_room(stems->names, stems->count, &stems->cap,
				sizeof(*stems->names));
	stems->names[stems->count++] = mem_dup(e->d_name, len);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, each once. */
static void stems_tidy(struct stems *stems)
{
	size_t i, n = 0;

	if (stems->count)
		qsort(stems->names, stems->count, sizeof(*stems->names),
		      by_name);
	for (i = 0; i < stems->count; i++) {
		if (n && !strcmp(stems->names[n - 1], stems->names[i]))
			free(stems->names[i]);
		else
			stems->names[n++] = stems->names[i];
	}
	stems->count = n;
}

static void stems_release(struct stems *stems)
{
	size_t i;

	for (i = 0; i < stems->count; i++)
		free(stems->names[i]);
	free(stems->names);
}

static bool cannot_list(const char *store, struct err *err)
{
	char shown[ERR_QUOTE_MAX];
	bool absent = errno == ENOENT;

	err_errno(err, _("cannot read the store %s"),
		  err_quote(shown, store, strlen(store)));
	if (err && absent)
		err->code = ERR_NOTARGET;
	return false;
}

static bool stems_read(const char *store, struct stems *stems, struct err *err)
{
	DIR *d = opendir(store);
	struct dirent *e;
	bool ok;

	if (!d)
		return cannot_list(store, err);
	for (;;) {
		errno = 0;
		e = readdir(d);
		if (!e)
			break;
		add_stem(stems, d, e);
	}
	ok = !errno || cannot_list(store, err);
	closedir(d);
	stems_tidy(stems);
	return ok;
}

static int newest_first(const void *a, const void *b)
{
	const struct library_entry *x = a, *y = b;

	if (x->mtime_ns != y->mtime_ns)
		return x->mtime_ns < y->mtime_ns ? 1 : -1;
	return strcmp(x->id, y->id);
}

bool library_scan(const char *store, struct library_list *out, struct err *err)
{
	struct stems stems = {0};
	struct library_reader r;
	char *real;
	size_t i;

	if (!stems_read(store, &stems, err)) {
		stems_release(&stems);
		return false;
	}
	real = realpath(store, NULL);
	library_reader_init(&r);
	out->count = stems.count;
	out->entries = mem_zalloc(stems.count, sizeof(*out->entries));
	for (i = 0; i < stems.count; i++) {
		out->entries[i].id = mem_strdup(stems.names[i]);
		library_look(store, real, &r, &out->entries[i]);
	}
	if (out->count)
		qsort(out->entries, out->count, sizeof(*out->entries),
		      newest_first);
	library_reader_release(&r);
	free(real);
	stems_release(&stems);
	return true;
}

void library_list_release(struct library_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		library_entry_release(&list->entries[i]);
	free(list->entries);
	*list = (struct library_list){0};
}
