#include "config.h"

#include "rrpair/gzip.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

#include "base/i18n.h"

#define STEP ((size_t)64 << 10)
#define WINDOW_GZIP (15 + 16)	/* zlib: largest window, gzip framing */
#define HEADER_MIN 10

bool gzip_is(const char *bytes, size_t len)
{
	return len >= 3 && !memcmp(bytes, "\x1f\x8b\x08", 3);
}

static void give_input(z_stream *z, const char *bytes, size_t len)
{
	z->next_in = (Bytef *)bytes;
	z->avail_in = len > UINT_MAX ? UINT_MAX : (uInt)len;
}

/* Room for the next bytes: as much as is left of max, one byte more so that
 * going over is noticed. */
static bool give_output(z_stream *z, struct buf *out, size_t start, size_t max)
{
	size_t room = max - (out->len - start);
	char *at;

	room = room < STEP ? room + 1 : STEP;
	at = buf_reserve(out, room);
	if (!at)
		return false;
	z->next_out = (Bytef *)at;
	z->avail_out = (uInt)room;
	return true;
}

enum inflated { MEMBER_DONE, MEMBER_BAD, MEMBER_OVER };

/* One member at bytes[*at], which moves behind it. */
static enum inflated inflate_member(z_stream *z, struct buf *out, size_t start,
				    const char *bytes, size_t len, size_t *at,
				    size_t max)
{
	for (;;) {
		size_t before;
		int rc;

		give_input(z, bytes + *at, len - *at);
		if (!give_output(z, out, start, max))
			return MEMBER_OVER;
		before = z->avail_out;
		rc = inflate(z, Z_NO_FLUSH);
		*at = (size_t)((const char *)z->next_in - bytes);
		out->len += before - z->avail_out;
		if (out->len - start > max)
			return MEMBER_OVER;
		if (rc == Z_STREAM_END)
			return MEMBER_DONE;
		if (rc != Z_OK || (*at == len && z->avail_out))
			return MEMBER_BAD;
	}
}

static bool failed(enum inflated what, size_t at, size_t max, struct err *err)
{
	if (what == MEMBER_OVER)
		return err_set(err, ERR_LIMIT,
			       _("inflates to more than %zu bytes"), max);
	err_set(err, ERR_INPUT, _("corrupt gzip at byte %zu"), at);
	if (err)
		err->offset = at;
	return false;
}

bool gzip_inflate(struct buf *out, const char *bytes, size_t len, size_t max,
		  struct gzip_info *info, struct err *err)
{
	enum inflated what = MEMBER_DONE;
	size_t start = out->len, at = 0, end = 0;
	unsigned members = 0;
	z_stream z;

	if (info)
		memset(info, 0, sizeof(*info));
	if (len < HEADER_MIN || !gzip_is(bytes, len))
		return failed(MEMBER_BAD, 0, max, err);
	if (info) {
		info->xfl = (uint8_t)bytes[8];
		info->os = (uint8_t)bytes[9];
	}
	memset(&z, 0, sizeof(z));
	if (inflateInit2(&z, WINDOW_GZIP) != Z_OK)
		return err_set(err, ERR_SYSTEM, _("zlib refuses to start"));
	/* The first member must be sound; what follows the last sound one is
	 * not gzip. */
	do {
		size_t kept = out->len;

		what = inflate_member(&z, out, start, bytes, len, &at, max);
		if (what == MEMBER_BAD && members) {
			buf_truncate(out, kept);
			what = MEMBER_DONE;
			break;
		}
		if (what != MEMBER_DONE)
			break;
		members++;
		end = at;
	} while (at < len && gzip_is(bytes + at, len - at) &&
		 inflateReset(&z) == Z_OK);
	inflateEnd(&z);
	if (info) {
		info->members = members;
		info->end = end;
		info->bad_at = what == MEMBER_DONE ? 0 : at;
	}
	if (what != MEMBER_DONE) {
		buf_truncate(out, start);
		return failed(what, at, max, err);
	}
	out->data[out->len] = '\0';
	return true;
}

/* RFC 1952 section 2.3.1: XFL 2 is the slowest and best, 4 the fastest. */
static int level_of(const struct gzip_info *like)
{
	if (like && like->xfl == 2)
		return Z_BEST_COMPRESSION;
	if (like && like->xfl == 4)
		return Z_BEST_SPEED;
	return Z_DEFAULT_COMPRESSION;
}

bool gzip_deflate(struct buf *out, const char *bytes, size_t len,
		  const struct gzip_info *like, struct err *err)
{
	size_t start = out->len, done = 0, before;
	z_stream z;
	int rc = Z_OK;

	memset(&z, 0, sizeof(z));
	if (deflateInit2(&z, level_of(like), Z_DEFLATED, WINDOW_GZIP, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return err_set(err, ERR_SYSTEM, _("zlib refuses to start"));
	while (rc != Z_STREAM_END) {
		char *at = buf_reserve(out, STEP);

		if (!at || (rc != Z_OK && rc != Z_BUF_ERROR))
			break;
		give_input(&z, bytes + done, len - done);
		z.next_out = (Bytef *)at;
		z.avail_out = (uInt)STEP;
		before = z.avail_out;
		rc = deflate(&z, len - done > UINT_MAX ? Z_NO_FLUSH : Z_FINISH);
		done = (size_t)((const char *)z.next_in - bytes);
		out->len += before - z.avail_out;
	}
	deflateEnd(&z);
	if (rc != Z_STREAM_END) {
		buf_truncate(out, start);
		return err_set(err, ERR_LIMIT, _("the compressed body is too "
						 "large"));
	}
	/* zlib writes no time and no name; its header says "Unix", which the
	 * stream replaced may not have said. */
	out->data[start + 8] = like ? (char)like->xfl : 0;
	out->data[start + 9] = like ? (char)like->os : (char)255;
	out->data[out->len] = '\0';
	return true;
}
