/* Checksums of what is sent to a bucket and got from it. */
#include "config.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "remote/s3-call.h"

#define PIECE ((size_t)1 << 20)

static void to_hex(char *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static bool each_piece(int fd, uint64_t at, uint64_t len,
		       void (*fn)(void *ctx, const void *bytes, size_t len),
		       void *ctx)
{
	char *piece = mem_alloc(PIECE);
	bool ok = true;

	while (ok && len) {
		ssize_t n = pread(fd, piece, len < PIECE ? (size_t)len : PIECE,
				  (off_t)at);

		ok = n > 0;
		if (ok) {
			fn(ctx, piece, (size_t)n);
			at += (uint64_t)n;
			len -= (uint64_t)n;
		}
	}
	free(piece);
	return ok;
}

static void add_md5(void *ctx, const void *bytes, size_t len)
{
	md5_update(ctx, len, bytes);
}

static void add_sha256(void *ctx, const void *bytes, size_t len)
{
	sha256_update(ctx, len, bytes);
}

static void end_md5(struct md5_ctx *md5, char hex[MD5_HEX_MAX])
{
	uint8_t digest[MD5_DIGEST_SIZE];

	md5_digest(md5, sizeof(digest), digest);
	to_hex(hex, digest, sizeof(digest));
}

bool s3_file_md5(int fd, uint64_t at, uint64_t len, char hex[MD5_HEX_MAX])
{
	struct md5_ctx md5;

	md5_init(&md5);
	if (!each_piece(fd, at, len, add_md5, &md5))
		return false;
	end_md5(&md5, hex);
	return true;
}

static void see(void *ctx, bool restart, const void *bytes, size_t len)
{
	struct s3_call *c = ctx;

	if (restart)
		md5_init(&c->md5);
	md5_update(&c->md5, len, bytes);
}

bool s3_call_file(struct s3_call *c, struct s3 *s, int fd, uint64_t at,
		  uint64_t len, struct err *err)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	md5_init(&c->md5);
	c->req.body = (struct transfer_body){
		.kind = len ? TRANSFER_FILE : TRANSFER_EMPTY, .fd = fd,
		.at = at, .len = len, .seen = see, .seen_ctx = c,
	};
	if (s->tls && len) {
		snprintf(c->hash, sizeof(c->hash), "UNSIGNED-PAYLOAD");
		return true;
	}
	sha256_init(&sha);
	if (!each_piece(fd, at, len, add_sha256, &sha))
		return err_set(err, ERR_INPUT, _("the file to send got shorter "
			       "while it was sent"));
	sha256_digest(&sha, sizeof(digest), digest);
	to_hex(c->hash, digest, sizeof(digest));
	return true;
}

void s3_call_text(struct s3_call *c, const char *text, size_t len)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, len, (const uint8_t *)text);
	sha256_digest(&sha, sizeof(digest), digest);
	to_hex(c->hash, digest, sizeof(digest));
	c->req.body = (struct transfer_body){
		.kind = TRANSFER_TEXT, .bytes = text, .len = len};
}

bool s3_etag(const struct s3_call *c, char *out, size_t max)
{
	char value[TRANSFER_VALUE_MAX], *text = value;
	size_t len;

	if (!transfer_header(&c->answer, "ETag", value, sizeof(value)))
		return false;
	len = strlen(text);
	if (len >= 2 && text[0] == '"' && text[len - 1] == '"') {
		text[len - 1] = '\0';
		text++;
	}
	if (!*text || strlen(text) >= max)
		return false;
	memcpy(out, text, strlen(text) + 1);
	return true;
}

bool s3_is_md5(const struct s3_call *c, const char *etag)
{
	char how[TRANSFER_VALUE_MAX];

	if (transfer_header(&c->answer, "x-amz-server-side-encryption", how,
			    sizeof(how)) && strcmp(how, "AES256"))
		return false;
	if (transfer_header(&c->answer,
			    "x-amz-server-side-encryption-customer-algorithm",
			    how, sizeof(how)))
		return false;
	return strlen(etag) == MD5_HEX_MAX - 1 &&
	       strspn(etag, "0123456789abcdef") == MD5_HEX_MAX - 1;
}

static bool other_bytes(const char *name, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];

	return err_set(err, ERR_SYSTEM, _("%s: other bytes arrived than were "
		       "sent"), err_quote(quoted, name, strlen(name)));
}

bool s3_arrived(struct s3_call *c, const char *name, char hex[MD5_HEX_MAX],
		struct err *err)
{
	char is[MD5_HEX_MAX], etag[256];

	end_md5(&c->md5, is);
	if (hex)
		memcpy(hex, is, sizeof(is));
	if (s3_etag(c, etag, sizeof(etag)) && s3_is_md5(c, etag) &&
	    strcmp(etag, is))
		return other_bytes(name, err);
	return true;
}
