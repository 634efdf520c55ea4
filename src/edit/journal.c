#include "config.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "edit/journalfile.h"
#include "store/statedir.h"

#define SYNC_SLICE_MS 20	/* how soon a waiting sync sees that it may go */

/* What a sync needs; it outlives the journal when a job still runs. */
struct syncer {
	_Atomic unsigned refs;
	int fd;
	char *dir;
	atomic_bool named;	/* the file's name is on disk too */
	atomic_bool hurry;
	struct journal *journal;	/* NULL: closed. UI thread */
	struct jobs *jobs;
	int64_t not_before;	/* monotonic; of the job that is under way */
};

struct journal {
	struct journal_base base;
	char *state_dir, *dir, *file;
	char *temp;		/* a replacement's own name; NULL: none */
	struct jobs *jobs;
	int fd;			/* -1: nothing written yet */
	uint64_t end, header_len, frames;
	uint64_t others;	/* bytes of the journals that were there before */
	bool torn;		/* something may stand behind `end` */
	struct syncer *syncer;
	uint64_t job;		/* of the sync that is under way; 0: none */
	bool unsynced;
	int64_t synced_ms;	/* when the last one began; monotonic */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- syncing --- */

static void syncer_unref(struct syncer *s)
{
	if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	close(s->fd);
	free(s->dir);
	free(s);
}

static bool sync_name(const struct syncer *s, struct err *err)
{
	int fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		err_errno(err, "%s", s->dir);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* The bytes, and once the name of the file. */
static bool sync_now(struct syncer *s, struct err *err)
{
	while (fdatasync(s->fd))
		if (errno != EINTR)
			return err_errno(err, _("journal"));
	if (atomic_load(&s->named))
		return true;
	if (!sync_name(s, err))
		return false;
	atomic_store(&s->named, true);
	return true;
}

static void sync_run(struct job *job, void *arg)
{
	struct timespec slice = { .tv_nsec = SYNC_SLICE_MS * 1000000L };
	struct syncer *s = arg;
	struct err err;

	while (now_ms() < s->not_before && !atomic_load(&s->hurry) &&
	       !job_cancelled(job))
		nanosleep(&slice, NULL);
	if (!sync_now(s, &err))
		job_fail(job, &err);
}

static void start_sync(struct journal *j);

static void sync_done(struct job *job, void *arg)
{
	struct syncer *s = arg;
	struct journal *j = s->journal;

	if (job_state(job) == JOB_FAILED)
		log_add(LOG_ERROR, "journal not synced: %s",
			job_error(job)->msg);
	if (j) {
		j->job = 0;
		/* A failed one is tried again with the next change. */
		if (j->unsynced && job_state(job) == JOB_DONE)
			start_sync(j);
	}
	syncer_unref(s);
}

static void start_sync(struct journal *j)
{
	struct job_spec spec = {
		.lane = JOB_SYNC,
		.what = _("sync the journal"),
		.run = sync_run,
		.done = sync_done,
		.arg = j->syncer,
		.quiet = true,
	};

	if (j->job)
		return;		/* done() starts another one */
	j->unsynced = false;
	j->syncer->not_before = j->synced_ms + JOURNAL_SYNC_MS / 2;
	if (j->syncer->not_before < now_ms())
		j->syncer->not_before = 0;
	j->synced_ms = now_ms();
	atomic_fetch_add(&j->syncer->refs, 1);
	j->job = jobs_add(j->jobs, &spec);
}

static void sync_soon(struct journal *j)
{
	j->unsynced = true;
	if (j->jobs)
		start_sync(j);
	else if (now_ms() - j->synced_ms >= JOURNAL_SYNC_MS)
		journal_sync(j, NULL);
}

bool journal_sync(struct journal *j, struct err *err)
{
	if (j->fd < 0)
		return true;
	j->unsynced = false;
	j->synced_ms = now_ms();
	return sync_now(j->syncer, err);
}

/* --- the file --- */

#define TEMP_PREFIX ".new-"	/* of a journal that will replace another */

/* Is the name one that statedir_key() made, with a number or without? */
static bool is_journal(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* A replacement whose editor is gone never took its place. */
static void sweep(const char *file)
{
	int fd = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return;
	if (journalfile_lock(fd, true))
		unlink(file);
	close(fd);
}

uint64_t journal_each(const char *state_dir,
		      bool (*fn)(void *arg, const char *file), void *arg)
{
	char *dir = mem_format("%s/journal", state_dir), *file;
	DIR *d = opendir(dir);
	uint64_t sum = 0;
	struct dirent *e;
	struct stat st;
	bool go = true;

	while (d && go && (e = readdir(d))) {
		if (!is_journal(e) && strncmp(e->d_name, TEMP_PREFIX,
					      strlen(TEMP_PREFIX)) != 0)
			continue;
		file = mem_format("%s/%s", dir, e->d_name);
		if (!is_journal(e))
			sweep(file);
		else if (!lstat(file, &st) && S_ISREG(st.st_mode)) {
			sum += (uint64_t)st.st_size;
			go = !fn || fn(arg, file);
		}
		free(file);
	}
	if (d)
		closedir(d);
	free(dir);
	return sum;
}

struct journal *journal_new(const char *state_dir,
			    const struct journal_base *base, struct jobs *jobs,
			    struct err *err)
{
	char *dir = statedir_sub(state_dir, "journal", err);
	struct journal *j;

	if (!dir)
		return NULL;
	j = mem_zalloc(1, sizeof(*j));
	j->base = *base;
	j->base.path = mem_strdup(base->path);
	j->state_dir = mem_strdup(state_dir);
	j->dir = dir;
	j->jobs = jobs;
	j->fd = -1;
	j->synced_ms = now_ms() - JOURNAL_SYNC_MS;
	return j;
}

/* Does the name still mean the file behind fd? Someone may have swept it as an
 * empty one before it was locked. */
static bool is_there(int fd, const char *file)
{
	struct stat a, b;

	return !fstat(fd, &a) && !lstat(file, &b) && a.st_ino == b.st_ino &&
	       a.st_dev == b.st_dev;
}

/* A new file under this name, locked; -1 with EEXIST when it is taken. */
static int create_one(const char *file)
{
	int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0 && !(journalfile_lock(fd, true) && is_there(fd, file))) {
		close(fd);
		fd = -1;
		errno = EEXIST;
	}
	return fd;
}

/* A new file under the first name that is free, locked; -1. */
static int create_file(const struct journal *j, char **file, struct err *err)
{
	char *key = statedir_key(j->base.path);
	int fd = -1;

	*file = NULL;
	for (unsigned i = 0; i < JOURNAL_NAMES_MAX && fd < 0; i++) {
		free(*file);
		*file = i ? mem_format("%s/%s.%u", j->dir, key, i)
			  : mem_format("%s/%s", j->dir, key);
		fd = create_one(*file);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0) {
		err_errno(err, _("journal: %s"), *file);
		free(*file);
	}
	free(key);
	return fd;
}

static bool create(struct journal *j, struct err *err)
{
	char *file;
	int fd, sync_fd;

	if (j->temp) {
		file = mem_strdup(j->temp);
		sweep(file);
		fd = create_one(file);
		if (fd < 0) {
			err_errno(err, _("journal: %s"), file);
			free(file);
		}
	} else {
		fd = create_file(j, &file, err);
	}
	if (fd < 0)
		return false;
	sync_fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (sync_fd < 0) {
		err_errno(err, _("journal: %s"), file);
		unlink(file);
		close(fd);
		free(file);
		return false;
	}
	j->fd = fd;
	j->file = file;
	j->syncer = mem_zalloc(1, sizeof(*j->syncer));
	*j->syncer = (struct syncer){ .refs = 1, .fd = sync_fd, .journal = j,
				      .jobs = j->jobs };
	j->syncer->dir = mem_strdup(j->dir);
	return true;
}

/* The journal is gone again when not even its beginning could be written. */
static void uncreate(struct journal *j)
{
	unlink(j->file);
	free(j->file);
	j->file = NULL;
	close(j->fd);
	j->fd = -1;
	j->syncer->journal = NULL;
	syncer_unref(j->syncer);
	j->syncer = NULL;
}

/* All of it at `at`, by one call unless the system cuts it short. */
static bool write_at(int fd, uint64_t at, struct iovec *v, int n,
		     struct err *err)
{
	while (n > 0) {
		ssize_t got = pwritev(fd, v, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			if (got == 0)
				errno = ENOSPC;
			return err_errno(err, _("journal"));
		}
		at += (uint64_t)got;
		for (; n > 0 && (size_t)got >= v->iov_len; v++, n--)
			got -= (ssize_t)v->iov_len;
		if (n > 0) {
			v->iov_base = (char *)v->iov_base + got;
			v->iov_len -= (size_t)got;
		}
	}
	return true;
}

/* Nothing may stand behind the last good frame: a shorter frame in its place
 * would leave the rest of it, and look damaged. */
static bool cut(struct journal *j, struct err *err)
{
	if (j->torn && ftruncate(j->fd, (off_t)j->end))
		return err_errno(err, _("journal"));
	j->torn = false;
	return true;
}

static bool room_for(const struct journal *j, size_t len, struct err *err)
{
	if (len <= JOURNAL_FRAME_MAX &&
	    j->others + j->end + len <= JOURNAL_TOTAL_MAX)
		return true;
	return err_set(err, ERR_LIMIT,
		       _("the journals in %s would become larger than %llu GiB: "
			 "save, or recover or discard what is left over"),
		       j->dir, (unsigned long long)(JOURNAL_TOTAL_MAX >> 30));
}

/* The header when it is not there yet, and the frame when there is one. */
static bool put(struct journal *j, const void *frame, size_t len,
		struct err *err)
{
	unsigned char head[JOURNALFILE_FRAME_HEAD];
	bool fresh = j->fd < 0, ok;
	uint64_t at = j->end, all = len ? sizeof(head) + len : 0;
	struct iovec v[3];
	struct buf header;
	int n = 0;

	if (fresh)
		j->others = journal_each(j->state_dir, NULL, NULL);
	if (!room_for(j, len, err) || (fresh && !create(j, err)))
		return false;
	buf_init(&header);
	if (fresh) {
		journalfile_put_header(&header, &j->base);
		v[n++] = (struct iovec){ header.data, header.len };
		at += header.len;
		all += header.len;
	}
	if (len) {
		journalfile_frame_head(head, &j->base, at, frame, len);
		v[n++] = (struct iovec){ head, sizeof(head) };
		v[n++] = (struct iovec){ (void *)frame, len };
	}
	ok = cut(j, err) && write_at(j->fd, j->end, v, n, err);
	if (ok) {
		j->end += all;
		if (fresh)
			j->header_len = header.len;
	} else if (fresh) {
		uncreate(j);
	} else {
		j->torn = true;
		cut(j, NULL);
	}
	buf_release(&header);
	return ok;
}

bool journal_start(struct journal *j, struct err *err)
{
	return j->fd >= 0 || put(j, NULL, 0, err);
}

bool journal_append(struct journal *j, const void *frame, size_t len,
		    struct err *err)
{
	assert(len > 0);
	if (!put(j, frame, len, err))
		return false;
	j->frames++;
	sync_soon(j);
	return true;
}

bool journal_rebase(struct journal *j, const struct source_id *id,
		    struct err *err)
{
	unsigned char slot[JOURNALFILE_SLOT];
	struct iovec v = { slot, sizeof(slot) };

	assert(j->fd >= 0);
	journalfile_put_slot(slot, &j->base, id);
	return write_at(j->fd, j->header_len - sizeof(slot), &v, 1, err) &&
	       sync_now(j->syncer, err);
}

struct journal *journal_new_for(const struct journal *j,
				const struct source_id *id, struct err *err)
{
	struct journal_base base = j->base;
	struct journal *n;

	assert(j->fd >= 0);
	base.id = *id;
	n = journal_new(j->state_dir, &base, j->jobs, err);
	if (n)
		n->temp = mem_format("%s/" TEMP_PREFIX "%s", j->dir,
				     path_base(j->file));
	return n;
}

bool journal_replace(struct journal *j, struct journal *with, struct err *err)
{
	bool ok = journal_sync(with, err);

	if (ok && rename(with->file, j->file))
		ok = err_errno(err, _("journal: %s"), j->file);
	if (!ok) {
		journal_close(with, false);
		return false;
	}
	free(with->file);
	with->file = j->file;
	j->file = NULL;
	/* Should that fail, a power loss may bring the other one back. */
	if (!sync_name(with->syncer, NULL))
		atomic_store(&with->syncer->named, false);
	journal_close(j, false);
	return true;
}

uint64_t journal_bytes(const struct journal *j)
{
	return j->end;
}

uint64_t journal_frames(const struct journal *j)
{
	return j->frames;
}

void journal_close(struct journal *j, bool keep)
{
	if (!j)
		return;
	if (j->syncer) {
		/* A job that waits for its time need not, and is not missed. */
		atomic_store(&j->syncer->hurry, true);
		j->syncer->journal = NULL;
		if (keep)
			journal_sync(j, NULL);
		else if (j->file && unlink(j->file) && ftruncate(j->fd, 0))
			log_add(LOG_ERROR, "%s: not removed", j->file);
		syncer_unref(j->syncer);
	}
	if (j->fd >= 0)
		close(j->fd);
	journal_base_release(&j->base);
	free(j->state_dir);
	free(j->dir);
	free(j->file);
	free(j->temp);
	free(j);
}
