#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "json/value.h"
#include "remote/syncstate.h"
#include "store/filetree.h"
#include "store/statedir.h"

#define STATE_MAX ((size_t)64 << 20)	/* bytes of a state */
#define FORMAT 1

struct syncdir {
	char *path;
	int lock;		/* -1: only to read */
};

/* ---- the directory ---- */

/* Unambiguous: each part with its length before it. */
static char *key_of(const char *store, const char *id,
		    const struct remote_conf *conf)
{
	char *real = path_real(store, NULL), *place, *key;
	struct buf all;
	const char *parts[4];

	place = remote_conf_place(conf);
	parts[0] = real ? real : store;
	parts[1] = conf->name;
	parts[2] = place;
	parts[3] = id;
	buf_init(&all);
	for (int i = 0; i < 4; i++)
		buf_addf(&all, "%zu:%s/", strlen(parts[i]), parts[i]);
	buf_truncate(&all, all.len - 1);
	key = statedir_key(all.data);
	buf_release(&all);
	free(place);
	free(real);
	return key;
}

static bool take_lock(struct syncdir *d, struct err *err)
{
	struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char *path = path_join(d->path, "lock");

	d->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	free(path);
	if (d->lock < 0)
		return err_errno(err, _("sync state"));
	if (!fcntl(d->lock, F_OFD_SETLK, &all))
		return true;
	if (errno == EAGAIN || errno == EACCES)
		return err_set(err, ERR_CONFLICT,
			       _("another rredit is syncing this snapshot"));
	return err_errno(err, _("sync state"));
}

struct syncdir *syncdir_open(const char *state_dir, const char *store,
			     const char *id, const struct remote_conf *conf,
			     struct err *err)
{
	struct syncdir *d = mem_zalloc(1, sizeof(*d));
	char *key = key_of(store, id, conf), *sub = mem_format("sync/%s", key);

	d->lock = -1;
	d->path = statedir_sub(state_dir, sub, err);
	free(sub);
	free(key);
	if (d->path && take_lock(d, err))
		return d;
	syncdir_close(d);
	return NULL;
}

struct syncdir *syncdir_peek(const char *state_dir, const char *store,
			     const char *id, const struct remote_conf *conf)
{
	struct syncdir *d = mem_zalloc(1, sizeof(*d));
	char *key = key_of(store, id, conf);

	d->lock = -1;
	d->path = mem_format("%s/sync/%s", state_dir, key);
	free(key);
	return d;
}

void syncdir_close(struct syncdir *d)
{
	if (!d)
		return;
	if (d->lock >= 0)
		close(d->lock);
	free(d->path);
	free(d);
}

char *syncdir_path(const struct syncdir *d, const char *name)
{
	return path_join(d->path, name);
}

bool syncdir_forget(struct syncdir *d, struct err *err)
{
	char *state = syncdir_path(d, "state");
	bool ok = !unlink(state) || errno == ENOENT;

	free(state);
	if (!ok)
		return err_errno(err, _("sync state"));
	return filetree_remove(d->path, err);
}

/* ---- files ---- */

static void file_release(struct sync_file *f)
{
	free(f->name);
	free(f->remote);
	free(f->version);
}

void sync_state_release(struct sync_state *s)
{
	for (size_t i = 0; i < s->count; i++)
		file_release(&s->files[i]);
	free(s->files);
	*s = (struct sync_state){0};
}

/* Where a name is, or would be: the files are sorted. */
static size_t place_of(const struct sync_state *s, const char *name)
{
	size_t lo = 0, hi = s->count;

	if (hi && strcmp(s->files[hi - 1].name, name) < 0)
		return hi;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(s->files[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct sync_file *sync_state_find(const struct sync_state *s, const char *name)
{
	size_t at = place_of(s, name);

	return at < s->count && !strcmp(s->files[at].name, name)
		       ? &s->files[at] : NULL;
}

struct sync_file *sync_state_put(struct sync_state *s, const char *name)
{
	size_t at = place_of(s, name);

	if (at < s->count && !strcmp(s->files[at].name, name))
		return &s->files[at];
	s->files = mem_room(s->files, s->count, &s->cap, sizeof(*s->files));
	memmove(&s->files[at + 1], &s->files[at],
		(s->count++ - at) * sizeof(*s->files));
	s->files[at] = (struct sync_file){.name = mem_strdup(name),
					  .remote = mem_strdup(name)};
	return &s->files[at];
}

void sync_state_remove(struct sync_state *s, const char *name)
{
	struct sync_file *f = sync_state_find(s, name);

	if (!f)
		return;
	file_release(f);
	s->count--;
	memmove(f, f + 1, (size_t)(s->files + s->count - f) * sizeof(*f));
}

void sync_file_set_version(struct sync_file *f, const char *remote,
			   const char *version)
{
	char *r = mem_strdup(remote);
	char *v = version ? mem_strdup(version) : NULL;

	free(f->remote);
	free(f->version);
	f->remote = r;
	f->version = v;
}

void sync_file_copy(struct sync_file *to, const struct sync_file *from)
{
	memcpy(to->digest, from->digest, SHA256_LEN);
	to->size = from->size;
	to->has_stamp = from->has_stamp;
	to->stamp = from->stamp;
	to->fresh = from->fresh;
	sync_file_set_version(to, from->remote, from->version);
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

bool sync_version_fresh(const char *version, uint64_t size, int64_t mtime_ns)
{
	int64_t second = mtime_ns / 1000000000;
	char *nginx, *dated;
	bool coarse;

	if (!version || mtime_ns < 0 || now_ns() - mtime_ns > SYNC_RACY_NS)
		return false;
	nginx = mem_format("\"%llx-%llx\"", (unsigned long long)second,
			   (unsigned long long)size);
	dated = mem_format(" GMT %llu", (unsigned long long)size);
	coarse = !strcmp(version, nginx) || strstr(version, dated);
	free(nginx);
	free(dated);
	return coarse;
}

void sync_file_stamp(struct sync_file *f, const struct sync_stamp *stamp)
{
	f->stamp = *stamp;
	f->has_stamp = now_ns() - stamp->mtime_ns > SYNC_RACY_NS;
}

/* ---- as text ---- */

static void add_file(struct value *list, const struct sync_file *f)
{
	struct value *o = value_add_object(list, NULL);
	char digest[2 * SHA256_LEN + 1];

	sync_digest_text(f->digest, digest);
	value_add_text(o, "name", f->name);
	value_add_text(o, "remote", f->remote);
	value_add_text(o, "sha256", digest);
	value_add_int(o, "size", (int64_t)f->size);
	value_add_text(o, "version", f->version);
	if (f->fresh)
		value_add_bool(o, "fresh", true);
	if (!f->has_stamp)
		return;
	/* As texts: they may need more digits than a double has. */
	o = value_add_object(o, "stamp");
	digest[0] = '\0';
	for (int i = 0; i < 4; i++) {
		static const char *const keys[] = {"dev", "ino", "size",
						   "mtime"};
		uint64_t v[] = {f->stamp.dev, f->stamp.ino, f->stamp.size,
				(uint64_t)f->stamp.mtime_ns};
		char *text = mem_format("%llu", (unsigned long long)v[i]);

		value_add_text(o, keys[i], text);
		free(text);
	}
}

static bool take_number(const struct value *v, const char *key, uint64_t *out)
{
	const char *text = value_string(value_at(v, key));
	char *end;

	if (!text || !*text)
		return false;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return !errno && !*end;
}

static void take_stamp(const struct value *v, struct sync_file *f)
{
	uint64_t mtime;

	f->has_stamp = take_number(v, "dev", &f->stamp.dev) &&
		       take_number(v, "ino", &f->stamp.ino) &&
		       take_number(v, "size", &f->stamp.size) &&
		       take_number(v, "mtime", &mtime);
	if (f->has_stamp)
		f->stamp.mtime_ns = (int64_t)mtime;
}

static bool take_file(struct sync_state *s, const struct value *v)
{
	const char *name = value_string(value_at(v, "name"));
	const char *remote = value_string(value_at(v, "remote"));
	uint8_t digest[SHA256_LEN];
	struct sync_file *f;
	int64_t size;

	if (!name || !remote ||
	    !sync_digest_parse(value_string(value_at(v, "sha256")), digest) ||
	    !value_int(value_at(v, "size"), &size) || size < 0 ||
	    s->count >= SYNC_FILES_MAX)
		return false;
	f = sync_state_put(s, name);
	f->size = (uint64_t)size;
	memcpy(f->digest, digest, SHA256_LEN);
	sync_file_set_version(f, remote, value_string(value_at(v, "version")));
	value_bool(value_at(v, "fresh"), &f->fresh);
	take_stamp(value_at(v, "stamp"), f);
	return true;
}

static bool parse(struct sync_state *s, const struct value *v)
{
	const struct value *files = value_at(v, "files");
	int64_t format, seconds = 0;

	if (!value_int(value_at(v, "format"), &format) || format != FORMAT ||
	    !value_is_array(files))
		return false;
	for (const struct value *f = value_first(files); f; f = value_next(f))
		if (!take_file(s, f))
			return false;
	value_int(value_at(v, "seconds"), &seconds);
	s->when_ns = seconds * 1000000000;
	s->known = s->count > 0;
	return true;
}

void sync_state_load(struct sync_state *s, const struct syncdir *d, bool next)
{
	char *path = syncdir_path(d, next ? "next" : "state");
	struct value *v = NULL;
	struct buf text;

	*s = (struct sync_state){0};
	buf_init(&text);
	if (file_read(path, STATE_MAX, &text, NULL))
		v = value_parse(text.data, text.len, NULL);
	if (v && !parse(s, v))
		sync_state_release(s);
	value_free(v);
	buf_release(&text);
	free(path);
}

bool sync_state_save(const struct sync_state *s, struct syncdir *d, bool next,
		     struct err *err)
{
	char *path = syncdir_path(d, next ? "next" : "state");
	struct value *v = value_object(), *files;
	struct buf text;
	bool ok;

	value_add_int(v, "format", FORMAT);
	value_add_int(v, "seconds", now_ns() / 1000000000);
	files = value_add_array(v, "files");
	for (size_t i = 0; i < s->count; i++)
		add_file(files, &s->files[i]);
	buf_init(&text);
	value_print(v, &text);
	ok = atomicfile_replace(path, 0600, text.data, text.len, err) ||
	     err_wrap(err, _("sync state"));
	buf_release(&text);
	value_free(v);
	free(path);
	return ok;
}

void sync_state_drop_next(struct syncdir *d)
{
	char *path = syncdir_path(d, "next");

	unlink(path);
	free(path);
}

/* ---- bases ---- */

char *sync_base_path(const struct syncdir *d, const char *what,
		     const uint8_t digest[SHA256_LEN])
{
	char text[2 * SHA256_LEN + 1];

	sync_digest_text(digest, text);
	return mem_format("%s/%s.%s", d->path, what, text);
}

bool sync_base_good(const struct syncdir *d, const char *what,
		    const uint8_t digest[SHA256_LEN],
		    const struct remote_watch *watch)
{
	char *path = sync_base_path(d, what, digest);
	uint8_t now[SHA256_LEN];
	bool good = sync_digest(path, now, watch, NULL) &&
		    !memcmp(now, digest, SHA256_LEN);

	free(path);
	return good;
}

static bool named(const struct sync_state *s, const char *name,
		  const char *file, const char *what)
{
	const struct sync_file *f = s ? sync_state_find(s, name) : NULL;
	char text[2 * SHA256_LEN + 1];
	size_t len = strlen(what);

	if (!f)
		return false;
	sync_digest_text(f->digest, text);
	return !strncmp(file, what, len) && file[len] == '.' &&
	       !strcmp(file + len + 1, text);
}

void sync_base_sweep(struct syncdir *d, const char *id,
		     const struct sync_state *s, const struct sync_state *next)
{
	char *meta = sync_meta_name(id), *raw = sync_raw_name(id);
	DIR *dir = opendir(d->path);
	struct dirent *e;

	while (dir && (e = readdir(dir))) {
		bool base = !strncmp(e->d_name, "meta.", 5) ||
			    !strncmp(e->d_name, "raw.", 4) ||
			    !strncmp(e->d_name, "part.", 5);

		if (base && !named(s, meta, e->d_name, "meta") &&
		    !named(next, meta, e->d_name, "meta") &&
		    !named(s, raw, e->d_name, "raw") &&
		    !named(next, raw, e->d_name, "raw"))
			unlinkat(dirfd(dir), e->d_name, 0);
	}
	if (dir)
		closedir(dir);
	free(meta);
	free(raw);
}
