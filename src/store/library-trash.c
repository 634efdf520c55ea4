/*
 * The trash: STATE/trash/KEY/ holds what was <id>/ and <id>.json under those
 * names, and INFO, which says where they were. INFO is written before anything
 * moves, so what a crash leaves in between is listed and can be put back.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "json/value.h"
#include "store/filetree.h"
#include "store/library-internal.h"
#include "store/statedir.h"

#define TRASH "trash"
#define INFO ".rredit-trash"	/* not a possible id */
#define INFO_MAX ((size_t)64 << 10)
#define PARTS 2			/* the directory, the metadata */

static bool fail_at(const char *path, struct err *err)
{
	char shown[ERR_QUOTE_MAX];

	return err_errno(err, "%s", err_quote(shown, path, strlen(path)));
}

static void part_paths(const char *dir, const char *id, char *out[PARTS])
{
	out[0] = path_join(dir, id);
	out[1] = library_meta_path(dir, id);
}

static void free_paths(char *paths[PARTS])
{
	int i;

	for (i = 0; i < PARTS; i++)
		free(paths[i]);
}

/* --- moving --- */

/* What moved across file systems is gone from where it was at once, then
 * removed: a crash in between leaves a name that is swept. */
static bool remove_moved(const char *path, struct err *err)
{
	char *dir = path_dir(path), *temp = library_temp_path(dir);
	bool ok = filetree_move(path, temp) || fail_at(path, err);

	if (ok)
		filetree_remove(temp, NULL);
	free(temp);
	free(dir);
	return ok;
}

struct moving {
	char *from[PARTS], *to[PARTS];
	bool moved[PARTS];	/* by rename; can be moved back */
	bool copied[PARTS];	/* the original is still there */
	struct job *job;
};

static bool copy_part(struct moving *m, int i, uint64_t *left, struct err *err)
{
	struct filetree_spec spec = {
		.links = FILETREE_LINKS_KEEP, .keep_times = true, .max = *left,
	};
	struct filetree_size size;

	if (!filetree_measure(m->from[i], &size, err) ||
	    !filetree_copy(m->from[i], m->to[i], &spec, m->job, err))
		return false;
	*left -= size.bytes < *left ? size.bytes : *left;
	m->copied[i] = true;
	return true;
}

static void move_back(struct moving *m)
{
	int i;

	for (i = 0; i < PARTS; i++) {
		if (m->moved[i])
			filetree_move(m->to[i], m->from[i]);
		if (m->copied[i])
			filetree_remove(m->to[i], NULL);
	}
}

/* All parts that are there, or none. Originals go when all copies are made. */
static bool move_parts(struct moving *m, struct err *err)
{
	uint64_t left = LIBRARY_TRASH_COPY_MAX;
	bool ok = true;
	int i;

	for (i = 0; i < PARTS && ok; i++) {
		if (!library_exists(m->from[i]))
			continue;
		m->moved[i] = filetree_move(m->from[i], m->to[i]);
		if (m->moved[i])
			continue;
		ok = errno == EXDEV ? copy_part(m, i, &left, err)
				    : fail_at(m->from[i], err);
	}
	for (i = 0; i < PARTS && ok; i++)
		if (m->copied[i]) {
			ok = remove_moved(m->from[i], err);
			m->copied[i] = !ok;
		}
	if (!ok)
		move_back(m);
	return ok;
}

/* --- info --- */

struct info {
	char *id, *name, *store;
	int64_t when_ns;
	uint64_t bytes;
};

static void info_release(struct info *info)
{
	free(info->id);
	free(info->name);
	free(info->store);
	*info = (struct info){0};
}

static bool info_write(const char *dir, const struct info *info,
		       struct err *err)
{
	struct value *root = value_object();
	char *path = path_join(dir, INFO), when[RFC3339_MAX];
	struct buf text;
	bool ok;

	rfc3339_format(when, info->when_ns, 9);
	value_add_text(root, "id", info->id);
	value_add_text(root, "name", info->name);
	value_add_text(root, "store", info->store);
	value_add_text(root, "when", when);
	value_add_int(root, "bytes", (int64_t)info->bytes);
	buf_init(&text);
	value_print(root, &text);
	ok = atomicfile_replace(path, 0600, text.data, text.len, err);
	buf_release(&text);
	value_free(root);
	free(path);
	return ok;
}

static char *dup_string(const struct value *root, const char *key)
{
	const char *s = value_string(value_at(root, key));

	return s ? mem_strdup(s) : NULL;
}

static bool info_read(const char *dir, struct info *out, struct err *err)
{
	char *path = path_join(dir, INFO);
	struct value *root = NULL;
	const char *when;
	struct buf text;
	int64_t bytes;
	int digits;

	*out = (struct info){0};
	buf_init(&text);
	if (file_read(path, INFO_MAX, &text, err))
		root = value_parse(text.data, text.len, err);
	out->id = dup_string(root, "id");
	out->name = dup_string(root, "name");
	out->store = dup_string(root, "store");
	when = value_string(value_at(root, "when"));
	if (when)
		rfc3339_parse(when, strlen(when), &out->when_ns, &digits);
	if (value_int(value_at(root, "bytes"), &bytes) && bytes > 0)
		out->bytes = (uint64_t)bytes;
	if (root && (!out->id || !out->store))
		err_set(err, ERR_INPUT, _("it is not known where it was"));
	value_free(root);
	buf_release(&text);
	free(path);
	return out->id && out->store;
}

/* --- delete --- */

/* A new entry for id, with its info. NULL on failure. */
static char *new_entry(const char *trash, const char *store, const char *id,
		       char *const parts[PARTS], struct err *err)
{
	struct info info = {.id = (char *)id};
	struct library_reader r;
	struct library_meta meta;
	struct filetree_size size;
	struct timespec now;
	char stamp[32], *dir;
	struct uuid uuid;
	struct tm tm;
	bool ok;

	if (filetree_measure(parts[0], &size, NULL))
		info.bytes = size.bytes;
	if (filetree_measure(parts[1], &size, NULL))
		info.bytes += size.bytes;
	clock_gettime(CLOCK_REALTIME, &now);
	info.when_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	gmtime_r(&now.tv_sec, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	uuid_v4(&uuid);
	dir = mem_format("%s/%s-%02x%02x%02x%02x", trash, stamp, uuid.b[0],
			 uuid.b[1], uuid.b[2], uuid.b[3]);
	library_reader_init(&r);
	library_meta_read(&r, parts[1], &meta);
	info.name = meta.name;
	info.store = realpath(store, NULL);
	ok = info.store ? (!mkdir(dir, 0700) || fail_at(dir, err))
			: fail_at(store, err);
	if (ok && !info_write(dir, &info, err)) {
		ok = false;
		filetree_remove(dir, NULL);
	}
	free(info.store);
	library_meta_release(&meta);
	library_reader_release(&r);
	if (ok)
		return dir;
	free(dir);
	return NULL;
}

bool library_trash(const char *store, const char *id, const char *state_dir,
		   struct job *job, struct err *err)
{
	char *trash = NULL, *entry = NULL, shown[ERR_QUOTE_MAX];
	struct moving m = {.job = job};
	bool ok;

	if (!library_has(store, id, err))
		return false;
	part_paths(store, id, m.from);
	ok = state_dir ? (trash = statedir_sub(state_dir, TRASH, err)) != NULL
		       : err_set(err, ERR_SYSTEM,
				 _("there is no state directory"));
	entry = ok ? new_entry(trash, store, id, m.from, err) : NULL;
	ok = entry != NULL;
	if (ok) {
		part_paths(entry, id, m.to);
		ok = move_parts(&m, err);
		filetree_sync_dir(entry);
		filetree_sync_dir(store);
		/* Whatever could not be moved back stays, to be listed. */
		if (!ok && !library_exists(m.to[0]) && !library_exists(m.to[1]))
			filetree_remove(entry, NULL);
		filetree_sync_dir(trash);
	}
	if (!ok)
		err_wrap(err, "%s", err_quote(shown, id, strlen(id)));
	free_paths(m.from);
	free_paths(m.to);
	free(entry);
	free(trash);
	return ok;
}

/* --- list --- */

static char *entry_dir(const char *state_dir, const char *key, struct err *err)
{
	char *trash = path_join(state_dir, TRASH), *dir = NULL;
	char shown[ERR_QUOTE_MAX];
	struct stat st;

	if (path_safe_component(key, strlen(key)))
		dir = path_join(trash, key);
	free(trash);
	if (dir && !lstat(dir, &st) && S_ISDIR(st.st_mode))
		return dir;
	err_set(err, ERR_ABSENT, _("nothing in the trash is called %s"),
		err_quote(shown, key, strlen(key)));
	free(dir);
	return NULL;
}

static int newest_first(const void *a, const void *b)
{
	const struct library_trashed *x = a, *y = b;

	if (x->when_ns != y->when_ns)
		return x->when_ns < y->when_ns ? 1 : -1;
	return strcmp(x->key, y->key);
}

/* An entry whose info is broken is listed with what can be known. */
static struct library_trashed look(const char *trash, const char *key)
{
	char *dir = path_join(trash, key);
	struct library_trashed t = {.key = mem_strdup(key)};
	struct info info;
	struct stat st;

	info_read(dir, &info, NULL);
	if (!info.when_ns && !lstat(dir, &st))
		info.when_ns = (int64_t)st.st_mtim.tv_sec * 1000000000;
	t.id = info.id ? info.id : mem_strdup(key);
	t.name = info.name;
	t.store = info.store ? info.store : mem_strdup("");
	t.when_ns = info.when_ns;
	t.bytes = info.bytes;
	free(dir);
	return t;
}

bool library_trash_list(const char *state_dir, struct library_trashed **out,
			size_t *count, struct err *err)
{
	char *trash = path_join(state_dir, TRASH);
	DIR *d = opendir(trash);
	struct library_trashed *list = NULL;
	size_t n = 0, cap = 0;
	struct dirent *e;
	bool ok = d || errno == ENOENT || fail_at(trash, err);

	while (d && (e = readdir(d))) {
		char *dir = entry_dir(state_dir, e->d_name, NULL);

		free(dir);
		if (!dir)
			continue;
		list = mem_room(list, n, &cap, sizeof(*list));
		list[n++] = look(trash, e->d_name);
	}
	if (d)
		closedir(d);
	if (n)
		qsort(list, n, sizeof(*list), newest_first);
	if (ok) {
		*out = list;
		*count = n;
	}
	free(trash);
	return ok;
}

void library_trash_list_free(struct library_trashed *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		free(list[i].key);
		free(list[i].id);
		free(list[i].name);
		free(list[i].store);
	}
	free(list);
}

/* --- put back, remove --- */

/* With all parts in the trash, none may be back in the store; of what a crash
 * tore apart, only those that are in both places are in the way. */
static bool check_free(const struct moving *m, struct err *err)
{
	bool whole = library_exists(m->from[0]) && library_exists(m->from[1]);
	char shown[ERR_QUOTE_MAX];
	bool any = false;
	int i;

	for (i = 0; i < PARTS; i++) {
		bool have = library_exists(m->from[i]);

		any = any || have;
		if ((have || whole) && library_exists(m->to[i]))
			return err_set(err, ERR_CONFLICT, _("%s exists again"),
				       err_quote(shown, m->to[i],
						 strlen(m->to[i])));
	}
	return any || err_set(err, ERR_ABSENT, _("it is empty"));
}

static bool put_back(const char *entry, struct job *job, struct err *err)
{
	struct moving m = {.job = job};
	struct info info;
	bool ok;

	ok = info_read(entry, &info, err);
	if (ok && (!library_id_ok(info.id) || info.store[0] != '/'))
		ok = err_set(err, ERR_INPUT, _("it is not known where it was"));
	if (ok) {
		part_paths(info.store, info.id, m.to);
		part_paths(entry, info.id, m.from);
		ok = path_make_dirs(info.store, err) && check_free(&m, err) &&
		     move_parts(&m, err);
		filetree_sync_dir(info.store);
		free_paths(m.from);
		free_paths(m.to);
	}
	info_release(&info);
	return ok && filetree_remove(entry, err);
}

bool library_untrash(const char *state_dir, const char *key, struct job *job,
		     struct err *err)
{
	char *entry = entry_dir(state_dir, key, err), shown[ERR_QUOTE_MAX];
	bool ok = entry && put_back(entry, job, err);

	if (entry && !ok)
		err_wrap(err, "%s", err_quote(shown, key, strlen(key)));
	free(entry);
	return ok;
}

bool library_trash_empty(const char *state_dir, const char *key,
			 struct err *err)
{
	struct library_trashed *list;
	size_t count, i;
	char *entry;
	bool ok = true;

	if (key) {
		entry = entry_dir(state_dir, key, err);
		ok = entry && filetree_remove(entry, err);
		free(entry);
		return ok;
	}
	if (!library_trash_list(state_dir, &list, &count, err))
		return false;
	for (i = 0; i < count && ok; i++)
		ok = library_trash_empty(state_dir, list[i].key, err);
	library_trash_list_free(list, count);
	return ok;
}
