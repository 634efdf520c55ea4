/* A shared folder as a remote. Names are walked component by component and
 * links are not followed below the root: others write there too. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "remote/objects-kind.h"

#define PART ((size_t)1 << 20)	/* bytes by read and write at a time */
#define QUICK ((size_t)8 << 20)	/* ... and in the kernel */
#define DEPTH_MAX 32
#define TRIES 3

struct directory {
	struct objects base;
};

static bool fail(const char *name, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	int sys = errno;

	if (sys == ENOENT || sys == ENOTDIR)
		return objects_not_there(name, err);
	errno = sys;
	return err_errno(err, "%s", err_quote(quoted, name, strlen(name)));
}

static int open_root(struct objects *o, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	const char *path = o->conf->path;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	err_quote(quoted, path, strlen(path));
	if (errno == ENOENT)
		err_set(err, ERR_NOTARGET, _("%s: the folder is not there; is "
			"it mounted?"), quoted);
	else if (errno == ENOTDIR)
		err_set(err, ERR_SYSTEM, _("%s: it is no folder"), quoted);
	else
		err_errno(err, "%s", quoted);
	return -1;
}

/*
 * The directory that holds `name`, and the last component of it in *last. With
 * make, what is missing on the way is made. -1 and errno.
 */
static int open_parent(struct objects *o, const char *name, const char **last,
		       bool make, struct err *err)
{
	int fd = open_root(o, err), next;
	const char *slash;

	for (; fd >= 0 && (slash = strchr(name, '/')); name = slash + 1) {
		char *part = mem_dup(name, (size_t)(slash - name));

		if (make && mkdirat(fd, part, 0777) != 0 && errno != EEXIST) {
			fail(part, err);
			next = -1;
		} else {
			next = openat(fd, part, O_RDONLY | O_DIRECTORY |
				      O_NOFOLLOW | O_CLOEXEC);
			if (next < 0)
				fail(part, err);
		}
		free(part);
		close(fd);
		fd = next;
	}
	*last = name;
	return fd;
}

static char *version_of(const struct stat *st)
{
	return mem_format("%" PRIu64 "-%" PRIu64 "-%" PRId64 ".%09ld",
			  (uint64_t)st->st_ino, (uint64_t)st->st_size,
			  (int64_t)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
}

static void describe(struct objects_entry *e, const struct stat *st)
{
	e->size = (uint64_t)st->st_size;
	e->mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 +
		      st->st_mtim.tv_nsec;
	e->version = version_of(st);
}

static bool wanted_version(const struct stat *st, const char *version)
{
	char *is = version_of(st);
	bool same = objects_same_version(is, version);

	free(is);
	return same;
}

/* ---- list ------------------------------------------------------------- */

static bool list_fd(struct objects *o, int fd, const char *dir, bool deep,
		    unsigned depth, struct objects_list *out, struct err *err);

static bool list_one(struct objects *o, int fd, const char *dir,
		     const char *leaf, bool deep, unsigned depth,
		     struct objects_list *out, struct err *err)
{
	struct objects_entry *e;
	struct stat st;
	char *name;
	bool ok = true;
	int sub;

	if (fstatat(fd, leaf, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT || fail(leaf, err);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		out->skipped++;
		return true;
	}
	if (out->count == OBJECTS_LIST_MAX)
		return err_set(err, ERR_LIMIT, _("more than %d names"),
			       OBJECTS_LIST_MAX);
	name = objects_join(dir, leaf);
	e = objects_list_add(out, name, strlen(name));
	describe(e, &st);
	e->is_dir = S_ISDIR(st.st_mode);
	if (e->is_dir && deep) {
		sub = openat(fd, leaf, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
			     O_CLOEXEC);
		ok = sub >= 0 ? list_fd(o, sub, name, true, depth + 1, out, err)
			      : errno == ENOENT || fail(name, err);
	}
	free(name);
	return ok;
}

/* Takes fd over. */
static bool list_fd(struct objects *o, int fd, const char *dir, bool deep,
		    unsigned depth, struct objects_list *out, struct err *err)
{
	struct dirent *d;
	bool ok = true;
	DIR *stream;

	if (depth > DEPTH_MAX) {
		close(fd);
		return err_set(err, ERR_LIMIT, _("folders in more than %d "
			       "levels"), DEPTH_MAX);
	}
	stream = fdopendir(fd);
	if (!stream) {
		close(fd);
		return fail(dir, err);
	}
	while (ok && (errno = 0, d = readdir(stream))) {
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		if (watch_cancelled(o->watch))
			ok = err_set(err, ERR_CANCELLED, _("cancelled"));
		else if (objects_take_name(out, d->d_name, strlen(d->d_name)))
			ok = list_one(o, fd, dir, d->d_name, deep, depth, out,
				      err);
	}
	if (ok && errno)
		ok = fail(dir, err);
	closedir(stream);
	return ok;
}

static bool directory_list(struct objects *o, const char *dir, bool deep,
			   struct objects_list *out, struct err *err)
{
	char *inside = *dir ? mem_format("%s/x", dir) : mem_strdup("x");
	const char *last;
	struct err e;
	int fd = open_root(o, err);	/* a root that is missing is an error */
	bool ok = false;

	if (fd < 0)
		goto out;
	close(fd);
	fd = open_parent(o, inside, &last, false, &e);
	if (fd >= 0)
		ok = list_fd(o, fd, dir, deep, 0, out, err);
	else if (e.code == ERR_NOTARGET)
		ok = true;
	else if (err)
		*err = e;
out:
	free(inside);
	return ok;
}

/* ---- head and get ----------------------------------------------------- */

static int open_object(struct objects *o, const char *name, struct stat *st,
		       struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	const char *last;
	int dir = open_parent(o, name, &last, false, err), fd;

	if (dir < 0)
		return -1;
	fd = openat(dir, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, st) != 0) {
		fail(name, err);
		goto bad;
	}
	if (!S_ISREG(st->st_mode)) {
		err_set(err, ERR_SYSTEM, _("%s: not a regular file"),
			err_quote(quoted, name, strlen(name)));
		goto bad;
	}
	close(dir);
	return fd;
bad:
	if (fd >= 0)
		close(fd);
	close(dir);
	return -1;
}

static bool directory_head(struct objects *o, const char *name,
			   struct objects_entry *out, struct err *err)
{
	struct stat st;
	int fd = open_object(o, name, &st, err);

	if (fd < 0)
		return false;
	close(fd);
	*out = (struct objects_entry){.name = mem_strdup(name)};
	describe(out, &st);
	return true;
}

/* Copies [*done, size) of from to the same place in to. False with errno, 0 when
 * from ended early, ECANCELED when it was cancelled. */
static bool copy(struct objects *o, int from, int to, uint64_t *done,
		 uint64_t size)
{
	char *part = NULL;
	bool ok = true, quick = true;

	while (ok && *done < size) {
		off_t in = (off_t)*done, out = (off_t)*done;
		uint64_t left = size - *done;
		size_t want = left < PART ? (size_t)left : PART;
		ssize_t n = -1;

		if (watch_cancelled(o->watch)) {
			errno = ECANCELED;
			ok = false;
			break;
		}
		if (quick)
			n = copy_file_range(from, &in, to, &out,
					    left < QUICK ? (size_t)left : QUICK,
					    0);
		if (n <= 0 && quick) {	/* 0 too: some file systems lie */
			quick = false;
			part = mem_alloc(PART);
		}
		if (!quick) {
			n = pread(from, part, want, (off_t)*done);
			if (n > 0)
				n = pwrite(to, part, (size_t)n, (off_t)*done);
			else if (n == 0)
				errno = 0;
		}
		if (n < 0 && errno == EINTR)
			continue;
		ok = n > 0;
		if (ok)
			*done += (uint64_t)n;
		watch_progress(o->watch, *done, size);
	}
	free(part);
	return ok;
}

static bool explain_copy(const char *name, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];

	if (errno == ECANCELED)
		return err_set(err, ERR_CANCELLED, _("cancelled"));
	err_quote(quoted, name, strlen(name));
	if (!errno)
		return err_set(err, ERR_INPUT,
			       _("%s: the file got shorter while it was read"),
			       quoted);
	return err_errno(err, "%s", quoted);
}

/* One attempt; *again when the file was changed in its place meanwhile. */
static bool get_once(struct objects *o, const char *name,
		     struct objects_sink *sink, struct objects_entry *out,
		     bool *again, struct err *err)
{
	struct stat before, after;
	uint64_t from = sink->have;
	bool ok = false;
	int fd = open_object(o, name, &before, err);

	*again = false;
	if (fd < 0)
		return false;
	if (sink->version && !wanted_version(&before, sink->version)) {
		objects_moved_on(name, NULL, err);
		goto out;
	}
	if (sink->max && (uint64_t)before.st_size > sink->max) {
		err_set(err, ERR_LIMIT, _("larger than %" PRIu64 " bytes"),
			sink->max);
		goto out;
	}
	if (!sink->version || from > (uint64_t)before.st_size)
		from = 0;
	sink->got = from;
	if (ftruncate(sink->fd, (off_t)from) != 0) {
		err_errno(err, _("a temporary file"));
		goto out;
	}
	if (!copy(o, fd, sink->fd, &sink->got, (uint64_t)before.st_size)) {
		explain_copy(name, err);
		*again = errno == 0;
	} else if (fstat(fd, &after) == 0 && after.st_size == before.st_size &&
		   after.st_mtim.tv_sec == before.st_mtim.tv_sec &&
		   after.st_mtim.tv_nsec == before.st_mtim.tv_nsec) {
		*out = (struct objects_entry){.name = mem_strdup(name)};
		describe(out, &before);
		ok = true;
	} else {
		objects_moved_on(name, NULL, err);
		*again = true;
	}
	sink->sent += sink->got - from;
out:
	close(fd);
	return ok;
}

static bool directory_get(struct objects *o, const char *name,
			  struct objects_sink *sink, struct objects_entry *out,
			  struct err *err)
{
	bool again = true, ok = false;

	for (int i = 0; i < TRIES && !ok && again; i++)
		ok = get_once(o, name, sink, out, &again, err);
	return ok;
}

/* ---- put -------------------------------------------------------------- */

/*
 * The clock that stamps files may tick as seldom as every 10 ms, and i-nodes are
 * used again at once: two files of one size put within a tick could look the
 * same. So what is below the tick is made random.
 */
static bool stamp(int fd)
{
	struct timespec times[2];
	uint32_t dice = 0;
	struct stat st;

	if (fstat(fd, &st) != 0 ||
	    getrandom(&dice, sizeof(dice), 0) != (ssize_t)sizeof(dice))
		return false;
	times[0].tv_nsec = UTIME_OMIT;
	times[1] = st.st_mtim;
	times[1].tv_nsec -= times[1].tv_nsec % 10000000;
	times[1].tv_nsec += dice % 10000000;
	return futimens(fd, times) == 0;
}

/* Put temp in the place of leaf, if it is what the condition wants. 1: done, 0:
 * the condition does not hold, -1: errno. */
static int swap_in(int dir, const char *temp, const char *leaf,
		   const struct objects_condition *when)
{
	struct stat st;
	bool holds;

	if (when->when == OBJECTS_ALWAYS)
		return renameat(dir, temp, dir, leaf) == 0 ? 1 : -1;
	if (when->when == OBJECTS_IF_ABSENT) {
		/* link(2) never replaces, on every file system that has it */
		if (linkat(dir, temp, dir, leaf, 0) == 0)
			return unlinkat(dir, temp, 0) == 0 ? 1 : -1;
		if (errno == EEXIST)
			return 0;
		if (renameat2(dir, temp, dir, leaf, RENAME_NOREPLACE) == 0)
			return 1;
		if (errno == EEXIST)
			return 0;
		if (errno != EINVAL && errno != ENOSYS)
			return -1;
		if (fstatat(dir, leaf, &st, AT_SYMLINK_NOFOLLOW) == 0)
			return 0;
		return renameat(dir, temp, dir, leaf) == 0 ? 1 : -1;
	}
	if (fstatat(dir, leaf, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 0 : -1;
	if (!wanted_version(&st, when->version))
		return 0;
	if (renameat2(dir, temp, dir, leaf, RENAME_EXCHANGE) != 0) {
		if (errno == EINVAL || errno == ENOSYS)
			return renameat(dir, temp, dir, leaf) == 0 ? 1 : -1;
		return errno == ENOENT ? 0 : -1;
	}
	/* What came out is what was replaced: look at it, not at a memory. */
	holds = fstatat(dir, temp, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		wanted_version(&st, when->version);
	if (!holds && renameat2(dir, temp, dir, leaf, RENAME_EXCHANGE) != 0)
		return -1;
	if (holds && unlinkat(dir, temp, 0) != 0)
		return -1;
	return holds;
}

static bool put_in(struct objects *o, int dir, const char *name,
		   const char *leaf, const struct objects_source *src,
		   const struct objects_condition *when,
		   struct objects_entry *out, struct err *err)
{
	char *temp = objects_own_name("", OBJECTS_TEMP);
	uint64_t done = 0;
	struct stat st;
	bool ok = false;
	int fd, in = 0;

	/* The others of the share must be able to read it: the umask decides. */
	fd = openat(dir, temp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW |
		    O_CLOEXEC, 0666);
	if (fd < 0) {
		fail(name, err);
		goto out;
	}
	if (fstatat(dir, leaf, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode))
		fchmod(fd, st.st_mode & 0777);
	if (!copy(o, src->fd, fd, &done, src->size)) {
		explain_copy(name, err);
		goto out;
	}
	if (!stamp(fd) || fsync(fd) != 0 || fstat(fd, &st) != 0) {
		fail(name, err);
		goto out;
	}
	in = swap_in(dir, temp, leaf, when);
	if (in < 0) {
		fail(name, err);
	} else if (in == 0) {
		objects_moved_on(name, when, err);
	} else {
		fsync(dir);
		*out = (struct objects_entry){.name = mem_strdup(name)};
		describe(out, &st);
		ok = true;
	}
out:
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && in <= 0)
		unlinkat(dir, temp, 0);
	free(temp);
	return ok;
}

static bool directory_put(struct objects *o, const char *name,
			  const struct objects_source *src,
			  const struct objects_condition *when,
			  struct objects_entry *out, struct err *err)
{
	const char *leaf;
	int dir = open_parent(o, name, &leaf, true, err);
	bool ok;

	if (dir < 0)
		return false;
	ok = put_in(o, dir, name, leaf, src, when, out, err);
	close(dir);
	return ok;
}

/* ---- remove and directories ------------------------------------------- */

static bool directory_remove(struct objects *o, const char *name,
			     const struct objects_condition *when,
			     struct err *err)
{
	bool wants = when->when == OBJECTS_IF_VERSION, ok;
	const char *leaf;
	struct stat st;
	struct err e;
	int dir = open_parent(o, name, &leaf, false, &e);

	if (dir < 0) {
		if (e.code == ERR_NOTARGET && !wants)
			return true;
		if (err)
			*err = e;
		return false;
	}
	if (wants && (fstatat(dir, leaf, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		      !wanted_version(&st, when->version)))
		ok = objects_moved_on(name, when, err);
	else if (unlinkat(dir, leaf, 0) == 0 || errno == ENOENT)
		ok = true;
	else
		ok = fail(name, err);
	if (ok)
		fsync(dir);
	close(dir);
	return ok;
}

static bool directory_make_dir(struct objects *o, const char *name, bool *made,
			       struct err *err)
{
	const char *leaf;
	int dir = open_parent(o, name, &leaf, true, err);
	bool ok = true;

	if (dir < 0)
		return false;
	*made = mkdirat(dir, leaf, 0777) == 0;
	if (!*made && errno != EEXIST)
		ok = fail(name, err);
	close(dir);
	return ok;
}

static void directory_remove_dir(struct objects *o, const char *name)
{
	const char *leaf;
	int dir = open_parent(o, name, &leaf, false, NULL);

	if (dir < 0)
		return;
	unlinkat(dir, leaf, AT_REMOVEDIR);
	close(dir);
}

static bool directory_probe(struct objects *o, struct err *err)
{
	char *dir = objects_own_name("", OBJECTS_PROBE);
	int fd = open_root(o, err);
	bool made, ok = fd >= 0;

	if (fd >= 0)
		close(fd);
	o->can = (struct objects_abilities){
		.lists = true, .moves = true, .excludes = true,
		.if_absent = true, .if_version = true, .ranges = true,
	};
	if (ok && !o->conf->read_only) {
		ok = directory_make_dir(o, dir, &made, err);
		if (ok)
			directory_remove_dir(o, dir);
		o->can.writable = ok;
	}
	free(dir);
	return ok;
}

static const char *directory_guarantee(const struct objects *o)
{
	return _("a file is replaced whole, only when it still is the one that "
		 "was seen, and writers wait for one another");
}

static void directory_close(struct objects *o)
{
	free(o);
}

struct objects *directory_open(const struct remote_conf *conf, struct err *err)
{
	static const struct objects_ops ops = {
		.list = directory_list,
		.head = directory_head,
		.get = directory_get,
		.put = directory_put,
		.remove = directory_remove,
		.make_dir = directory_make_dir,
		.remove_dir = directory_remove_dir,
		.probe = directory_probe,
		.guarantee = directory_guarantee,
		.close = directory_close,
	};
	struct directory *d = mem_zalloc(1, sizeof(*d));

	d->base.ops = &ops;
	d->base.conf = conf;
	d->base.can.lists = d->base.can.excludes = true;
	return &d->base;
}
