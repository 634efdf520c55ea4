#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "edit/savesink.h"

#define COPY_BLOCK ((size_t)1 << 20)
#define CLONE_ALIGN ((uint64_t)4096)	/* a block of file systems that clone */
#define TURN ((uint64_t)32 << 20)	/* between looks at progress and cancel */
#define SMALL ((uint64_t)64 << 10)	/* not worth a call into the kernel */

static bool write_all(struct sink *o, const char *bytes, size_t len,
		      struct err *err)
{
	if (o->gz)
		return gzio_write(o->gz, bytes, len, err);
	while (len > 0) {
		ssize_t n = write(o->w->fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, _("cannot write"));
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static bool flush(struct sink *o, struct err *err)
{
	size_t n = o->used;

	o->used = 0;
	return write_all(o, o->block, n, err);
}

static bool progress(struct sink *o, struct err *err)
{
	struct job *job = o->w->job;

	if (!job)
		return true;
	job_progress(job, o->done, o->total, o->done);
	if (job_cancelled(job))
		return err_set(err, ERR_CANCELLED, _("cancelled"));
	return true;
}

static bool put(struct sink *o, const char *bytes, size_t len, struct err *err)
{
	o->w->bytes += len;
	if (len > COPY_BLOCK - o->used && !flush(o, err))
		return false;
	if (len > COPY_BLOCK)
		return write_all(o, bytes, len, err);
	memcpy(o->block + o->used, bytes, len);
	o->used += len;
	return true;
}

static bool copy_by_hand(struct sink *o, uint64_t len, struct err *err)
{
	while (len > 0) {
		size_t n = COPY_BLOCK - o->used;

		if (n == 0) {
			if (!flush(o, err))
				return false;
			continue;
		}
		if (n > len)
			n = (size_t)len;
		if (!source_read_exact(o->src, o->from, o->block + o->used, n,
				       err))
			return false;
		o->used += n;
		o->from += n;
		o->done += n;
		len -= n;
		if (!progress(o, err))
			return false;
	}
	return true;
}

/* The disk may begin with what is there, so that the sync at the end has less
 * to wait for. Only a hint. */
static void start_writing(const struct sink *o, ssize_t len)
{
#ifdef SYNC_FILE_RANGE_WRITE
	off_t end = lseek(o->w->fd, 0, SEEK_CUR);

	(void)!sync_file_range(o->w->fd, end - len, len, SYNC_FILE_RANGE_WRITE);
#endif
}

/* 1: copied, 0: not possible here, -1: failed. */
static int copy_in_kernel(struct sink *o, uint64_t len, struct err *err)
{
	while (len > 0) {
		off_t off = (off_t)o->from;
		ssize_t n = copy_file_range(source_fd(o->src), &off, o->w->fd,
					    NULL, len < TURN ? len : TURN, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == ENOSPC || errno == EDQUOT ||
			      errno == EIO || errno == EFBIG)) {
			err_errno(err, _("cannot write"));
			return -1;
		}
		/* Not between these two, or not in this kernel; an early end
		 * is told apart by reading. */
		if (n <= 0)
			return 0;
		o->from += (uint64_t)n;
		o->done += (uint64_t)n;
		len -= (uint64_t)n;
		start_writing(o, n);
		if (!progress(o, err))
			return -1;
	}
	return 1;
}

/*
 * Copy what waits. Where source and target lie alike within blocks, the part
 * up to the next block goes by hand, so that a file system that can clone
 * shares the rest instead of copying it.
 */
static bool flush_range(struct sink *o, struct err *err)
{
	uint64_t len = o->to - o->from, at;
	int rc;

	if (len == 0)
		return true;
	o->w->bytes += len;
	if (!o->in_kernel || o->gz || len < SMALL)
		return copy_by_hand(o, len, err);
	if (!flush(o, err))
		return false;
	at = (uint64_t)lseek(o->w->fd, 0, SEEK_CUR);
	if (at % CLONE_ALIGN == o->from % CLONE_ALIGN && at % CLONE_ALIGN) {
		if (!copy_by_hand(o, CLONE_ALIGN - at % CLONE_ALIGN, err) ||
		    !flush(o, err))
			return false;
	}
	rc = copy_in_kernel(o, o->to - o->from, err);
	if (rc != 0)
		return rc > 0;
	o->in_kernel = false;
	return copy_by_hand(o, o->to - o->from, err);
}

bool sink_range(struct sink *o, const struct source *src, uint64_t from,
	       uint64_t to, struct err *err)
{
	if (o->src == src && o->to == from) {
		o->to = to;
		return true;
	}
	if (!flush_range(o, err))
		return false;
	o->src = src;
	o->from = from;
	o->to = to;
	return true;
}

bool sink_bytes(struct sink *o, const char *bytes, size_t len, struct err *err)
{
	if (!flush_range(o, err))
		return false;
	o->from = o->to = 0;
	o->src = NULL;
	return put(o, bytes, len, err);
}

void sink_begin(struct sink *o, struct savewrite *w)
{
	*o = (struct sink){ .w = w, .in_kernel = true };
	for (size_t i = 0; i < w->tables->count; i++)
		o->total += source_size(lineindex_source(w->tables->index[i]));
	w->bytes = 0;
	o->block = mem_alloc(COPY_BLOCK);
	if (w->gzip)
		o->gz = gzio_writer_new(w->fd);
}

bool sink_end(struct sink *o, bool ok, struct err *err)
{
	ok = ok && flush_range(o, err) && flush(o, err);
	if (o->gz && ok)
		ok = gzio_writer_finish(o->gz, err);
	else
		gzio_writer_free(o->gz);
	free(o->block);
	return ok;
}
