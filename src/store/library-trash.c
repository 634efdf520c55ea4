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

/* --- moving --- */

struct moving {
	char *from[PARTS], *to[PARTS];
	char *copy[PARTS];	/* under a temporary name beside `to` */
	char *hidden[PARTS];	/* the original then, beside `from` */
	enum { STAYS, MOVED, COPIED, HIDDEN } state[PARTS];
	struct job *job;
};

static void moving_release(struct moving *m)
{
	int i;

	for (i = 0; i < PARTS; i++) {
		free(m->from[i]);
		free(m->to[i]);
		free(m->copy[i]);
		free(m->hidden[i]);
	}
}

static char *temp_beside(const char *path)
{
	char *dir = path_dir(path), *temp = library_temp_path(dir);

	free(dir);
	return temp;
}

static bool copy_part(struct moving *m, int i, uint64_t *left, struct err *err)
{
	struct filetree_spec spec = {
		.links = FILETREE_LINKS_KEEP, .keep_times = true, .max = *left,
	};
	struct filetree_size size;
	bool ok;

	m->copy[i] = temp_beside(m->to[i]);
	ok = filetree_measure(m->from[i], &size, err) &&
	     filetree_copy(m->from[i], m->copy[i], &spec, m->job, err);
	if (ok)
		*left -= size.bytes < *left ? size.bytes : *left;
	return ok;
}

/* Move what can be renamed, copy what cannot. */
static bool start_moving(struct moving *m, struct err *err)
{
	uint64_t left = LIBRARY_TRASH_COPY_MAX;
	bool ok = true;
	int i;

	for (i = 0; i < PARTS && ok; i++) {
		if (!library_exists(m->from[i]) || library_exists(m->to[i]))
			continue;
		if (filetree_move(m->from[i], m->to[i]))
			m->state[i] = MOVED;
		else
			ok = errno == EXDEV ? copy_part(m, i, &left, err)
					    : fail_at(m->from[i], err);
	}
	return ok;
}

/*
 * Copies get their names, then originals are hidden. The metadata is first and
 * last: so a crash leaves a whole snapshot on one side and on the other
 * nothing, all of it, or the same metadata, which check_free() knows.
 */
static bool finish_moving(struct moving *m, struct err *err)
{
	int i;

	for (i = PARTS - 1; i >= 0; i--) {
		if (!m->copy[i])
			continue;
		if (!filetree_move(m->copy[i], m->to[i]))
			return fail_at(m->to[i], err);
		m->state[i] = COPIED;
	}
	for (i = 0; i < PARTS; i++) {
		if (m->state[i] != COPIED)
			continue;
		m->hidden[i] = temp_beside(m->from[i]);
		if (!filetree_move(m->from[i], m->hidden[i]))
			return fail_at(m->from[i], err);
		m->state[i] = HIDDEN;
	}
	return true;
}

static void undo_moving(struct moving *m)
{
	int i;

	for (i = 0; i < PARTS; i++) {
		if (m->state[i] == MOVED)
			filetree_move(m->to[i], m->from[i]);
		if (m->state[i] == HIDDEN &&
		    filetree_move(m->hidden[i], m->from[i]))
			m->state[i] = COPIED;
		if (m->state[i] == COPIED)
			filetree_remove(m->to[i], NULL);
		if (m->copy[i] && m->state[i] == STAYS)
			filetree_remove(m->copy[i], NULL);
	}
}

/* All parts that are there and not in the new place yet, or none. */
static bool move_parts(struct moving *m, struct err *err)
{
	int i;

	if (!start_moving(m, err) || !finish_moving(m, err)) {
		undo_moving(m);
		return false;
	}
	for (i = 0; i < PARTS; i++)
		if (m->hidden[i])
			filetree_remove(m->hidden[i], NULL);
	return true;
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
	if (ok)
		library_sweep(store);
	entry = ok ? new_entry(trash, store, id, m.from, err) : NULL;
	ok = entry != NULL;
	if (ok) {
		part_paths(entry, id, m.to);
		ok = move_parts(&m, err);
		filetree_sync_dir(entry);
		filetree_sync_dir(store);
		if (!ok && !library_exists(m.to[0]) && !library_exists(m.to[1]))
			filetree_remove(entry, NULL);
		else if (!ok)
			err_wrap(err, _("a part of it stays in the trash"));
		filetree_sync_dir(trash);
	}
	if (!ok)
		err_wrap(err, "%s", err_quote(shown, id, strlen(id)));
	moving_release(&m);
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

/* Nothing but what begins as our own names do: a crash was too early for it to
 * matter, or put it back in time. */
static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool empty = true;

	while (d && empty && (e = readdir(d)))
		empty = e->d_name[0] == '.';
	if (d)
		closedir(d);
	return empty;
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
		bool listed = dir && !is_empty(dir);

		free(dir);
		if (!listed)
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

/* Metadata that a crash left in both places. */
static bool same_file(const char *a, const char *b)
{
	struct buf x, y;
	bool same;

	buf_init(&x);
	buf_init(&y);
	same = file_read(a, LIBRARY_META_MAX, &x, NULL) &&
	       file_read(b, LIBRARY_META_MAX, &y, NULL) && x.len == y.len &&
	       (!x.len || !memcmp(x.data, y.data, x.len));
	buf_release(&x);
	buf_release(&y);
	return same;
}

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
		if (!library_exists(m->to[i]) || !(have || whole) ||
		    same_file(m->from[i], m->to[i]))
			continue;
		return err_set(err, ERR_CONFLICT, _("%s exists again"),
			       err_quote(shown, m->to[i], strlen(m->to[i])));
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
	}
	moving_release(&m);
	info_release(&info);
	if (ok)
		filetree_remove(entry, NULL);
	return ok;
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

static bool remove_entry(const char *state_dir, const char *key,
			 struct err *err)
{
	char *dir = entry_dir(state_dir, key, err);
	bool ok = dir && filetree_remove(dir, err);

	free(dir);
	return ok;
}

bool library_trash_empty(const char *state_dir, const char *key,
			 struct err *err)
{
	char *trash = path_join(state_dir, TRASH);
	struct dirent *e;
	bool ok = true;
	DIR *d;

	if (key) {
		free(trash);
		return remove_entry(state_dir, key, err);
	}
	d = opendir(trash);
	if (!d)
		ok = errno == ENOENT || fail_at(trash, err);
	while (ok && d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			ok = remove_entry(state_dir, e->d_name, err);
	if (d)
		closedir(d);
	free(trash);
	return ok;
}

bool library_trash_prune(const char *state_dir, size_t *removed,
			 struct err *err)
{
	struct library_trashed *list = NULL;
	uint64_t bytes = 0;
	size_t n = 0;
	bool ok;

	*removed = 0;
	if (!library_trash_list(state_dir, &list, &n, err))
		return false;
	ok = true;
	for (size_t i = 0; i < n && ok; i++) {	/* newest first */
		bytes = list[i].bytes > UINT64_MAX - bytes
				? UINT64_MAX : bytes + list[i].bytes;
		if (i == 0 || (i < LIBRARY_TRASH_COUNT_MAX &&
			       bytes <= LIBRARY_TRASH_BYTES_MAX))
			continue;
		ok = remove_entry(state_dir, list[i].key, err);
		*removed += ok;
	}
	library_trash_list_free(list, n);
	return ok;
}
