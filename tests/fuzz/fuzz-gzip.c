/*
 * The input is a gzip stream, or none: read in pieces from a file as the store
 * does, and at once as bodies are. Both keep to their limits; what came out
 * goes in again and comes back.
 */
#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "fuzz.h"
#include "rrpair/gzip.h"
#include "store/gzio.h"

#define OUT_MAX ((size_t)1 << 20)

static int file_with(const void *bytes, size_t len)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	must(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
	must(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

/* 0 at the end, or the code of the error. */
static int read_all(int fd, uint64_t max, size_t piece, struct buf *out)
{
	struct gzio_reader *r = gzio_reader_new(fd, max);
	static char bytes[65536];
	struct err err = {0};
	ptrdiff_t n;

	while ((n = gzio_read(r, bytes, piece, &err)) > 0) {
		must((size_t)n <= piece);
		buf_add(out, bytes, (size_t)n);
		must(out->len <= max);
	}
	must(n == 0 || (n == -1 && err.code && err.msg[0]));
	must(gzio_taken(r) <= (uint64_t)lseek(fd, 0, SEEK_END));
	gzio_reader_free(r);
	return n ? (int)err.code : 0;
}

static void check_back(const struct buf *text)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct gzio_writer *w = gzio_writer_new(fd);
	struct buf again;

	buf_init(&again);
	must(gzio_write(w, text->data, text->len, NULL));
	must(gzio_writer_finish(w, NULL));
	lseek(fd, 0, SEEK_SET);
	must(read_all(fd, OUT_MAX, 4096, &again) == 0);
	must(again.len == text->len &&
	     !memcmp(again.data, text->data, text->len));
	buf_release(&again);
	close(fd);
}

static void check_store(const uint8_t *data, size_t size)
{
	int fd = file_with(data, size), one, other;
	struct buf a, b;

	buf_init(&a);
	buf_init(&b);
	one = read_all(fd, OUT_MAX, 65536, &a);
	lseek(fd, 0, SEEK_SET);
	other = read_all(fd, OUT_MAX, 7, &b);
	must(one == other);
	/* Where exactly it breaks off is zlib's business. */
	must(one || a.len == b.len);
	must(!memcmp(a.data, b.data, a.len < b.len ? a.len : b.len));
	must(gzio_is_gzip(data, size) || one == ERR_LIMIT ||
	     (one == 0 && a.len == size && !memcmp(a.data, data, size)));
	if (one == 0)
		check_back(&a);
	buf_release(&a);
	buf_release(&b);
	close(fd);
}

static void check_body(const uint8_t *data, size_t size)
{
	struct gzip_info info;
	struct buf out, packed, again;

	buf_init(&out);
	buf_init(&packed);
	buf_init(&again);
	if (gzip_inflate(&out, (const char *)data, size, OUT_MAX, &info,
			 NULL)) {
		must(out.len <= OUT_MAX && info.end <= size && info.members);
		must(gzip_deflate(&packed, out.data, out.len, &info, NULL));
		must(gzip_inflate(&again, packed.data, packed.len, OUT_MAX,
				  NULL, NULL));
		must(again.len == out.len &&
		     !memcmp(again.data, out.data, out.len));
	} else {
		must(out.len == 0);
	}
	buf_release(&out);
	buf_release(&packed);
	buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_store(data, size);
	check_body(data, size);
	return 0;
}
