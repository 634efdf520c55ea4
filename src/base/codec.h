/*
 * codec - small encodings of the formats we edit: base64, UUID, time, SHA-256.
 * All take bytes and lengths; none allocates but through struct buf. What
 * cannot be decoded leaves the outputs untouched.
 */
#ifndef RREDIT_BASE_CODEC_H
#define RREDIT_BASE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* RFC 4648 section 4, padded. Strict: rejects blanks, bad padding, non-zero
 * trailing bits; *at (may be NULL) gets the offset of the offence: len when
 * the text ends too soon, or when out is over its limit. */
bool base64_decode(struct buf *out, const char *s, size_t len, size_t *at);
/* The same to exactly size bytes; `to` may be written to on failure, too. */
bool base64_decode_exact(void *to, size_t size, const char *s, size_t len);
void base64_encode(struct buf *out, const void *bytes, size_t len);
/* RFC 4648 section 5 without padding, as JWT uses it. */
bool base64url_decode(struct buf *out, const char *s, size_t len);

struct uuid { uint8_t b[16]; };
#define UUID_TEXT_MAX 37	/* 8-4-4-4-12 and NUL */
#define UUID_BASE64_MAX 25	/* 24 and NUL */
void uuid_v4(struct uuid *u);				/* from getrandom(2) */
/* Dashed (36 characters, any case) or standard base64 (24). */
bool uuid_parse(struct uuid *u, const char *s, size_t len);
void uuid_dashed(char out[UUID_TEXT_MAX], const struct uuid *u);
void uuid_base64(char out[UUID_BASE64_MAX], const struct uuid *u);

/*
 * RFC 3339. ns: since the epoch, UTC; digits: fraction digits as written, at
 * most 9, what follows is cut. A leap second (23:59:60 UTC at the end of a
 * month) is the second after it, as POSIX counts. False too for an instant
 * that ns cannot hold: 1677-09-21 to 2262-04-11 are the limits.
 */
bool rfc3339_parse(const char *s, size_t len, int64_t *ns, int *digits);
/* Writes UTC with 'Z'. Needs RFC3339_MAX bytes. */
#define RFC3339_MAX 40
void rfc3339_format(char out[RFC3339_MAX], int64_t ns, int digits);

#define SHA256_LEN 32
void sha256(uint8_t out[SHA256_LEN], const void *bytes, size_t len);	/* nettle */

#endif
