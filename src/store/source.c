#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "store/gzio.h"
#include "store/source.h"
#include "store/statedir.h"

/* A turn of spooling ends after this much, so that others get the worker. */
#define TURN_BYTES ((uint64_t)16 << 20)

struct source {
	_Atomic unsigned refs;
	enum source_kind kind;
	char *path;
	struct source_id id;
	int fd;			/* what is read: the file, or the spool */
	_Atomic uint64_t size;
	_Atomic bool complete;
	/* Spooling: in_fd and gz belong to the one who pumps. */
	int in_fd;
	struct gzio_reader *gz;
	_Atomic uint64_t taken;
	struct jobs *jobs;
	uint64_t job;		/* the turn that runs or waits */
	struct lock *lock;	/* failure and its text */
	bool failed;
	struct err why;
	void (*more)(void *arg);
	void *more_arg;
};

static struct source_id id_of_stat(const struct stat *st)
{
	return (struct source_id){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.size = (uint64_t)st->st_size,
		.mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 +
			    st->st_mtim.tv_nsec,
	};
}

void source_id_of_stat(const struct stat *st, struct source_id *out)
{
	*out = id_of_stat(st);
}

bool source_id_of(const char *path, struct source_id *out)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	*out = id_of_stat(&st);
	return true;
}

bool source_id_equal(const struct source_id *a, const struct source_id *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->mtime_ns == b->mtime_ns;
}

static const char *odd_kind(mode_t mode)
{
	if (S_ISDIR(mode))
		return _("a directory");
	if (S_ISFIFO(mode))
		return _("a FIFO");
	if (S_ISSOCK(mode))
		return _("a socket");
	return _("a device");
}

/* Look before opening: to open a device can have effects. The descriptor is
 * looked at again, because the name may have changed hands in between. */
static int open_regular(const char *path, struct source_id *id,
			struct err *err)
{
	struct stat st;
	int fd = -1;

	if (stat(path, &st)) {
		err_errno(err, "%s", path);
		if (err && (err->sys == ENOENT || err->sys == ENOTDIR))
			err->code = ERR_NOTARGET;
		return -1;
	}
	if (S_ISREG(st.st_mode)) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (fd < 0 || fstat(fd, &st)) {
			err_errno(err, "%s", path);
			goto fail;
		}
	}
	if (!S_ISREG(st.st_mode)) {
		err_set(err, ERR_INPUT, _("%s: %s, not a regular file"), path,
			odd_kind(st.st_mode));
		goto fail;
	}
	*id = id_of_stat(&st);
	return fd;
fail:
	if (fd >= 0)
		close(fd);
	return -1;
}

int source_open_fd(const char *path)
{
	struct source_id id;

	return open_regular(path, &id, NULL);
}

static void set_failed(struct source *s, const struct err *why)
{
	lock_take(s->lock);
	s->failed = true;
	s->why = *why;
	lock_give(s->lock);
}

/* A spool must not fill the disk that other things live on. */
static bool spare_left(int fd, struct err *err)
{
	struct statvfs fs;

	if (fstatvfs(fd, &fs) ||
	    (uint64_t)fs.f_bavail * fs.f_frsize >= SOURCE_SPOOL_SPARE)
		return true;
	return err_set(err, ERR_LIMIT,
		       _("less than %llu MB would be left for others in the "
			 "state directory"),
		       (unsigned long long)(SOURCE_SPOOL_SPARE >> 20));
}

static bool spool_write(struct source *s, const char *bytes, size_t len,
			struct err *err)
{
	uint64_t size = atomic_load(&s->size);

	while (len > 0) {
		ssize_t n = pwrite(s->fd, bytes, len, (off_t)size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, _("spool file"));
		bytes += n;
		len -= (size_t)n;
		size += (uint64_t)n;
	}
	atomic_store(&s->size, size);
	return true;
}

/* Spool one turn's worth. False when there will be no more. */
static bool pump(struct source *s, struct job *job)
{
	char *block = mem_alloc(SOURCE_BLOCK);
	uint64_t until = atomic_load(&s->size) + TURN_BYTES;
	struct err err = { 0 };
	bool more = true;

	if (!spare_left(s->fd, &err))
		more = false;
	while (more && atomic_load(&s->size) < until &&
	       !(job && job_cancelled(job))) {
		ptrdiff_t n = gzio_read(s->gz, block, SOURCE_BLOCK, &err);

		atomic_store(&s->taken, gzio_taken(s->gz));
		if (n == GZIO_AGAIN && job)
			break;
		if (n == GZIO_AGAIN)
			continue;
		more = n > 0 && spool_write(s, block, (size_t)n, &err);
	}
	free(block);
	if (!more) {
		if (err.code != ERR_OK)
			set_failed(s, &err);
		atomic_store(&s->complete, true);
	}
	return more;
}

static void pump_run(struct job *job, void *arg)
{
	pump(arg, job);
}

static void pump_done(struct job *job, void *arg);

static void pump_start(struct source *s)
{
	struct job_spec spec = {
		.lane = JOB_SCAN,
		.what = _("read"),
		.run = pump_run,
		.done = pump_done,
		.arg = source_ref(s),
		.quiet = true,
	};

	s->job = jobs_add(s->jobs, &spec);
}

static void pump_done(struct job *job, void *arg)
{
	struct source *s = arg;

	s->job = 0;
	if (s->more)
		s->more(s->more_arg);
	/* The last reference is ours: nobody wants the rest. */
	if (job_state(job) != JOB_CANCELLED && !atomic_load(&s->complete) &&
	    atomic_load(&s->refs) > 1)
		pump_start(s);
	source_unref(s);
}

static bool start_spool(struct source *s, int in_fd, const char *state_dir,
			struct err *err)
{
	s->in_fd = in_fd;
	s->complete = false;
	s->size = 0;
	s->fd = statedir_spool(state_dir, err);
	if (s->fd < 0)
		return false;
	s->gz = gzio_reader_new(in_fd, SOURCE_SPOOL_MAX);
	if (s->jobs)
		pump_start(s);
	else
		while (pump(s, NULL))
			;
	return true;
}

static struct source *new_source(const char *path, struct jobs *jobs)
{
	struct source *s = mem_zalloc(1, sizeof(*s));

	s->refs = 1;
	s->path = mem_strdup(path);
	s->jobs = jobs;
	s->lock = lock_new();
	s->fd = s->in_fd = -1;
	s->complete = true;
	return s;
}

struct source *source_open(const char *path, const char *state_dir,
			   struct jobs *jobs, struct err *err)
{
	struct source *s = new_source(path, jobs);
	char magic[3];
	ssize_t n;
	int fd;

	if (!strcmp(path, "-")) {
		s->kind = SOURCE_PIPE;
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
		if (fd < 0) {
			err_errno(err, _("standard input"));
			goto fail;
		}
		if (!start_spool(s, fd, state_dir, err))
			goto fail;
		return s;
	}
	fd = open_regular(path, &s->id, err);
	if (fd < 0)
		goto fail;
	n = pread(fd, magic, sizeof(magic), 0);
	if (n < 0) {
		err_errno(err, "%s", path);
		s->fd = fd;
		goto fail;
	}
	if (gzio_is_gzip(magic, (size_t)n)) {
		s->kind = SOURCE_GZIP;
		if (!start_spool(s, fd, state_dir, err))
			goto fail;
		return s;
	}
	s->fd = fd;
	s->size = s->id.size;
	return s;
fail:
	source_unref(s);
	return NULL;
}

struct source *source_ref(struct source *s)
{
	atomic_fetch_add(&s->refs, 1);
	return s;
}

void source_unref(struct source *s)
{
	if (!s || atomic_fetch_sub(&s->refs, 1) > 1)
		return;
	gzio_reader_free(s->gz);
	if (s->fd >= 0)
		close(s->fd);
	if (s->in_fd >= 0)
		close(s->in_fd);
	lock_free(s->lock);
	free(s->path);
	free(s);
}

enum source_kind source_kind(const struct source *s)
{
	return s->kind;
}

const char *source_path(const struct source *s)
{
	return s->path;
}

struct source_id source_identity(const struct source *s)
{
	return s->id;
}

uint64_t source_size(const struct source *s)
{
	return atomic_load(&s->size);
}

bool source_complete(const struct source *s)
{
	return atomic_load(&s->complete);
}

bool source_failed(const struct source *s, struct err *err)
{
	bool failed;

	lock_take(s->lock);
	failed = s->failed;
	if (failed && err)
		*err = s->why;
	lock_give(s->lock);
	return failed;
}

void source_progress(const struct source *s, uint64_t *done, uint64_t *all)
{
	*all = s->id.size;
	*done = s->kind == SOURCE_PLAIN ? s->id.size : atomic_load(&s->taken);
}

int source_fd(const struct source *s)
{
	return s->fd;
}

ssize_t source_read(const struct source *s, uint64_t off, void *to, size_t len,
		    struct err *err)
{
	uint64_t size = source_size(s);
	size_t got = 0;

	if (off >= size)
		return 0;
	if (len > size - off)
		len = (size_t)(size - off);
	while (got < len) {
		ssize_t n = pread(s->fd, (char *)to + got, len - got,
				  (off_t)(off + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err_errno(err, "%s", s->path);
			return -1;
		}
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

bool source_read_exact(const struct source *s, uint64_t off, void *to,
		       size_t len, struct err *err)
{
	ssize_t n = source_read(s, off, to, len, err);

	if (n < 0)
		return false;
	if ((size_t)n < len)
		return err_set(err, ERR_CONFLICT,
			       _("%s: the file has become shorter"), s->path);
	return true;
}

bool source_wait(struct source *s)
{
	/* The bytes may be complete before their done() has told so. */
	if (!s->jobs || !s->job)
		return false;
	jobs_wait(s->jobs, s->job);
	return true;
}

void source_extend(struct source *s, const struct source_id *id)
{
	s->id = *id;
	atomic_store(&s->size, id->size);
}

void source_accept(struct source *s, const struct source_id *id)
{
	s->id = *id;
}

enum source_change source_change(const struct source *s)
{
	struct stat st;
	struct source_id now;

	if (s->kind != SOURCE_PLAIN)
		return SOURCE_SAME;
	if (fstat(s->fd, &st))
		return SOURCE_CHANGED;
	now = id_of_stat(&st);
	if (source_id_equal(&now, &s->id))
		return SOURCE_SAME;
	return now.size > s->id.size ? SOURCE_GREW : SOURCE_CHANGED;
}

void source_listen(struct source *s, void (*more)(void *arg), void *arg)
{
	s->more = more;
	s->more_arg = arg;
}
