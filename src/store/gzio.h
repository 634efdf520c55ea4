/*
 * gzio - gzip streams in and out, in pieces, with limits.
 *
 * RFC 1952; several members after each other are one stream, as gzip(1) reads
 * them. Nothing is trusted: sizes are counted as they come. Input that is not
 * gzip at all is passed through as it is.
 */
#ifndef RREDIT_STORE_GZIO_H
#define RREDIT_STORE_GZIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

bool gzio_is_gzip(const void *bytes, size_t len);	/* by its first 3 bytes */

/* One thread. The descriptor is borrowed; it may be a pipe. */
struct gzio_reader;
struct gzio_reader *gzio_reader_new(int fd, uint64_t max_out);
void gzio_reader_free(struct gzio_reader *r);

#define GZIO_AGAIN (-2)		/* nothing came within GZIO_WAIT_MS */
#define GZIO_WAIT_MS 50
/* Next bytes, 0 at the end, -1: ERR_INPUT for a broken or cut stream,
 * ERR_LIMIT over max_out, ERR_SYSTEM. */
ptrdiff_t gzio_read(struct gzio_reader *r, void *to, size_t len,
		    struct err *err);
uint64_t gzio_taken(const struct gzio_reader *r);	/* bytes read from fd */

struct gzio_writer;
struct gzio_writer *gzio_writer_new(int fd);	/* level 6; no name, no time */
bool gzio_write(struct gzio_writer *w, const void *bytes, size_t len,
		struct err *err);
/* Writes the trailer; frees w either way; fd stays open. */
bool gzio_writer_finish(struct gzio_writer *w, struct err *err);
void gzio_writer_free(struct gzio_writer *w);

#endif
