#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "store/gzio.h"

#define IN_SIZE ((size_t)64 << 10)
#define OUT_SIZE ((size_t)64 << 10)
#define GZIP_WINDOW (15 + 16)	/* zlib: the largest window, a gzip wrapper */

enum state { BEGIN, INFLATE, BETWEEN, PLAIN, END };

struct gzio_reader {
	int fd;
	enum state state;
	bool eof;		/* of fd */
	bool open;		/* inflateInit2() was done */
	uint64_t taken, given, max;
	z_stream z;
	unsigned char in[IN_SIZE];
};

bool gzio_is_gzip(const void *bytes, size_t len)
{
	static const unsigned char magic[3] = { 0x1f, 0x8b, 8 };

	return len >= sizeof(magic) && !memcmp(bytes, magic, sizeof(magic));
}

struct gzio_reader *gzio_reader_new(int fd, uint64_t max_out)
{
	struct gzio_reader *r = mem_zalloc(1, sizeof(*r));

	r->fd = fd;
	r->max = max_out;
	return r;
}

void gzio_reader_free(struct gzio_reader *r)
{
	if (!r)
		return;
	if (r->open)
		inflateEnd(&r->z);
	free(r);
}

uint64_t gzio_taken(const struct gzio_reader *r)
{
	return r->taken;
}

/* More input behind what is left of it. 1, 0 at the end, GZIO_AGAIN, -1. */
static int refill(struct gzio_reader *r, struct err *err)
{
	struct pollfd pfd = { .fd = r->fd, .events = POLLIN };
	ssize_t n;

	if (r->eof)
		return 0;
	memmove(r->in, r->z.next_in, r->z.avail_in);
	r->z.next_in = r->in;
	n = poll(&pfd, 1, GZIO_WAIT_MS);
	if (n == 0 || (n < 0 && errno == EINTR))
		return GZIO_AGAIN;
	if (n > 0)
		n = read(r->fd, r->in + r->z.avail_in,
			 IN_SIZE - r->z.avail_in);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return GZIO_AGAIN;
	if (n < 0) {
		err_errno(err, _("read"));
		return -1;
	}
	r->eof = n == 0;
	r->z.avail_in += (uInt)n;
	r->taken += (uint64_t)n;
	return n > 0;
}

/* Decide by the first bytes what comes: gzip, or at the very start anything. */
static int begin(struct gzio_reader *r, struct err *err)
{
	if (!r->z.next_in)
		r->z.next_in = r->in;
	while (r->z.avail_in < 3 && !r->eof) {
		int got = refill(r, err);

		if (got < 0)
			return got;
	}
	if (gzio_is_gzip(r->z.next_in, r->z.avail_in)) {
		int rc = r->open ? inflateReset(&r->z)
				 : inflateInit2(&r->z, GZIP_WINDOW);

		if (rc != Z_OK) {
			err_set(err, ERR_SYSTEM, _("gzip: out of memory"));
			return -1;
		}
		r->open = true;
		r->state = INFLATE;
		return 1;
	}
	/* gzip(1) ignores what follows the last member; so do we. */
	r->state = r->state == BEGIN ? PLAIN : END;
	return 1;
}

static ptrdiff_t inflate_some(struct gzio_reader *r, void *to, size_t len,
			      struct err *err)
{
	for (;;) {
		int rc;

		if (r->z.avail_in == 0) {
			int got = refill(r, err);

			if (got < 0)
				return got;
			if (got == 0) {
				err_set(err, ERR_INPUT,
					_("gzip: the file ends too early"));
				return -1;
			}
		}
		r->z.next_out = to;
		r->z.avail_out = (uInt)len;
		rc = inflate(&r->z, Z_NO_FLUSH);
		if (rc == Z_STREAM_END)
			r->state = BETWEEN;
		else if (rc != Z_OK && rc != Z_BUF_ERROR &&
			 r->z.avail_out == len) {
			/* Behind what came before it; asked again, it says
			 * the same. */
			err_set(err, ERR_INPUT, _("gzip: damaged: %s"),
				r->z.msg ? r->z.msg : zError(rc));
			return -1;
		}
		if (len - r->z.avail_out || rc == Z_STREAM_END)
			return (ptrdiff_t)(len - r->z.avail_out);
	}
}

static ptrdiff_t plain_some(struct gzio_reader *r, void *to, size_t len,
			    struct err *err)
{
	if (r->z.avail_in == 0) {
		int got = refill(r, err);

		if (got <= 0)
			return got;
	}
	if (len > r->z.avail_in)
		len = r->z.avail_in;
	memcpy(to, r->z.next_in, len);
	r->z.next_in += len;
	r->z.avail_in -= (uInt)len;
	return (ptrdiff_t)len;
}

ptrdiff_t gzio_read(struct gzio_reader *r, void *to, size_t len,
		    struct err *err)
{
	ptrdiff_t n = 0;

	if (len > ((size_t)1 << 30))
		len = (size_t)1 << 30;		/* uInt of zlib */
	while (n == 0 && r->state != END) {
		if (r->state == BEGIN || r->state == BETWEEN) {
			int got = begin(r, err);

			if (got < 0)
				return got;
		} else if (r->state == INFLATE) {
			n = inflate_some(r, to, len, err);
		} else {
			n = plain_some(r, to, len, err);
			if (n == 0)
				r->state = END;
		}
	}
	if (n > 0)
		r->given += (uint64_t)n;
	if (r->given > r->max) {
		err_set(err, ERR_LIMIT, _("more than %llu bytes"),
			(unsigned long long)r->max);
		return -1;
	}
	return n;
}

struct gzio_writer {
	int fd;
	z_stream z;
	unsigned char out[OUT_SIZE];
};

struct gzio_writer *gzio_writer_new(int fd)
{
	struct gzio_writer *w = mem_zalloc(1, sizeof(*w));

	w->fd = fd;
	if (deflateInit2(&w->z, 6, Z_DEFLATED, GZIP_WINDOW, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK) {
		free(w);
		return NULL;
	}
	return w;
}

void gzio_writer_free(struct gzio_writer *w)
{
	if (!w)
		return;
	deflateEnd(&w->z);
	free(w);
}

static bool write_all(int fd, const unsigned char *bytes, size_t len,
		      struct err *err)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, _("write"));
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static bool pump(struct gzio_writer *w, int flush, struct err *err)
{
	int rc;

	do {
		w->z.next_out = w->out;
		w->z.avail_out = OUT_SIZE;
		rc = deflate(&w->z, flush);
		if (!write_all(w->fd, w->out, OUT_SIZE - w->z.avail_out, err))
			return false;
	} while (flush == Z_FINISH ? rc != Z_STREAM_END : w->z.avail_out == 0);
	return true;
}

bool gzio_write(struct gzio_writer *w, const void *bytes, size_t len,
		struct err *err)
{
	const unsigned char *p = bytes;

	while (len > 0) {
		size_t n = len < ((size_t)1 << 30) ? len : (size_t)1 << 30;

		w->z.next_in = (unsigned char *)p;
		w->z.avail_in = (uInt)n;
		if (!pump(w, Z_NO_FLUSH, err))
			return false;
		p += n;
		len -= n;
	}
	return true;
}

bool gzio_writer_finish(struct gzio_writer *w, struct err *err)
{
	bool ok;

	w->z.avail_in = 0;
	ok = pump(w, Z_FINISH, err);
	gzio_writer_free(w);
	return ok;
}
