#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "remote/syncfiles.h"
#include "store/library.h"

#define OURS ".rredit-"		/* in a name: something on its way */
#define BLOCK ((size_t)256 << 10)

/* ---- names ---- */

char *sync_meta_name(const char *id)
{
	return mem_format("%s.json", id);
}

char *sync_raw_name(const char *id)
{
	return mem_format("%s/raw.jsonl", id);
}

char *sync_raw_gz_name(const char *id)
{
	return mem_format("%s/raw.jsonl.gz", id);
}

char *sync_local_path(const char *store, const char *name)
{
	return path_join(store, name);
}

/* ---- stamps ---- */

static int64_t ns_of(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

static void stamp_of_stat(const struct stat *st, struct sync_stamp *out)
{
	*out = (struct sync_stamp){
		.dev = st->st_dev, .ino = st->st_ino,
		.size = (uint64_t)st->st_size,
		.mtime_ns = ns_of(&st->st_mtim),
		.ctime_ns = ns_of(&st->st_ctim),
	};
}

bool sync_stamp_of(const char *path, struct sync_stamp *out)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return false;
	}
	stamp_of_stat(&st, out);
	return true;
}

/* The time of the last change of the inode tells of links and modes, too: not
 * compared, for a backup link is no change of the bytes. */
bool sync_stamp_equal(const struct sync_stamp *a, const struct sync_stamp *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->mtime_ns == b->mtime_ns;
}

/* ---- what is in the store ---- */

static void add_local(struct sync_locals *l, const char *name, char *path,
		      const struct stat *st)
{
	struct sync_local *f;

	l->list = mem_room(l->list, l->count, &l->cap, sizeof(*l->list));
	f = &l->list[l->count++];
	f->name = mem_strdup(name);
	f->path = path;
	stamp_of_stat(st, &f->stamp);
}

static bool walk(struct sync_locals *l, int dirfd_, const char *path,
		 const char *name, int depth, struct err *err);

/* One entry of a directory. dirfd_ is that directory. */
static bool take_entry(struct sync_locals *l, int dirfd_, const char *path,
		       const char *name, const char *entry, int depth,
		       struct err *err)
{
	char *full, *inner;
	struct stat st;
	bool ok = true;
	int fd;

	if (strstr(entry, OURS))
		return true;
	if (!path_safe_component(entry, strlen(entry)) ||
	    fstatat(dirfd_, entry, &st, AT_SYMLINK_NOFOLLOW)) {
		l->skipped++;
		return true;
	}
	full = path_join(path, entry);
	inner = mem_format("%s/%s", name, entry);
	if (S_ISREG(st.st_mode)) {
		add_local(l, inner, full, &st);
		full = NULL;
		if (l->count > SYNC_FILES_MAX)
			ok = err_set(err, ERR_LIMIT,
				     _("more than %d files in a snapshot"),
				     SYNC_FILES_MAX);
	} else if (S_ISDIR(st.st_mode) && depth < SYNC_DEPTH_MAX) {
		fd = openat(dirfd_, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
					   O_NOFOLLOW);
		if (fd >= 0)
			ok = walk(l, fd, full, inner, depth + 1, err);
		else
			l->skipped++;
	} else {
		l->skipped++;
	}
	free(full);
	free(inner);
	return ok;
}

/* Takes the descriptor. */
static bool walk(struct sync_locals *l, int dirfd_, const char *path,
		 const char *name, int depth, struct err *err)
{
	DIR *d = fdopendir(dirfd_);
	struct dirent *e;
	bool ok = true;

	if (!d) {
		close(dirfd_);
		return err_errno(err, "%s", name);
	}
	while (ok && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			ok = take_entry(l, dirfd(d), path, name, e->d_name,
					depth, err);
	}
	closedir(d);
	return ok;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct sync_local *)a)->name,
		      ((const struct sync_local *)b)->name);
}

bool sync_locals_scan(struct sync_locals *out, const char *store,
		      const char *id, struct err *err)
{
	char *dir = library_dir(store, id, err), *meta, *meta_path;
	struct stat st;
	bool ok = true;
	int fd;

	*out = (struct sync_locals){0};
	if (!dir)
		return false;
	meta = sync_meta_name(id);
	meta_path = sync_local_path(store, meta);
	if (!stat(meta_path, &st) && S_ISREG(st.st_mode) &&
	    !library_leads_out(store, meta_path)) {
		add_local(out, meta, meta_path, &st);
		meta_path = NULL;
	}
	/* The directory itself may be a link within the store. */
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		ok = walk(out, fd, dir, id, 1, err);
	else if (errno != ENOENT)
		ok = err_errno(err, "%s", id);
	if (out->count)
		qsort(out->list, out->count, sizeof(*out->list), by_name);
	if (!ok)
		sync_locals_release(out);
	free(meta);
	free(meta_path);
	free(dir);
	return ok;
}

void sync_locals_release(struct sync_locals *l)
{
	for (size_t i = 0; i < l->count; i++) {
		free(l->list[i].name);
		free(l->list[i].path);
	}
	free(l->list);
	*l = (struct sync_locals){0};
}

const struct sync_local *sync_locals_find(const struct sync_locals *l,
					  const char *name)
{
	struct sync_local key = {.name = (char *)name};

	return l->count ? bsearch(&key, l->list, l->count, sizeof(key),
				  by_name) : NULL;
}

/* ---- digests ---- */

bool sync_digest(const char *path, uint8_t out[SHA256_LEN],
		 const struct remote_watch *watch, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct sha256_ctx ctx;
	char *block;
	bool ok = true;

	if (fd < 0)
		return err_errno(err, _("cannot read"));
	block = mem_alloc(BLOCK);
	sha256_init(&ctx);
	for (;;) {
		ssize_t n = read(fd, block, BLOCK);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			ok = err_errno(err, _("cannot read"));
		if (n <= 0)
			break;
		sha256_update(&ctx, (size_t)n, (uint8_t *)block);
		if (watch_cancelled(watch)) {
			ok = err_set(err, ERR_CANCELLED, _("cancelled"));
			break;
		}
	}
	if (ok)
		sha256_digest(&ctx, SHA256_LEN, out);
	free(block);
	close(fd);
	return ok;
}

void sync_digest_text(const uint8_t sum[SHA256_LEN],
		      char out[2 * SHA256_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < SHA256_LEN; i++) {
		out[2 * i] = digits[sum[i] >> 4];
		out[2 * i + 1] = digits[sum[i] & 15];
	}
	out[2 * SHA256_LEN] = '\0';
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool sync_digest_parse(const char *text, uint8_t out[SHA256_LEN])
{
	uint8_t sum[SHA256_LEN];

	if (!text || strlen(text) != 2 * SHA256_LEN)
		return false;
	for (int i = 0; i < SHA256_LEN; i++) {
		int hi = digit_of(text[2 * i]), lo = digit_of(text[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		sum[i] = (uint8_t)(hi << 4 | lo);
	}
	memcpy(out, sum, SHA256_LEN);
	return true;
}
