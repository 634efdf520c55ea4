/*
 * body - a request's or response's body through its layers.
 *
 * A body is stored as a string `bodyBase64`, beside which plain copies `body`
 * or `bodyString` may stand (or, in hand-written records, stand alone). What is
 * inside is found by looking at the bytes, never from a header: base64, then
 * gzip when it begins with 1f 8b, then text or not. An edited body is put back
 * through the layers that were there; one that is not edited keeps its bytes.
 *
 * A layer that is broken ends the decoding there, flagged: the bytes below it
 * are what is shown. Threading: a struct body belongs to one thread.
 */
#ifndef RREDIT_RRPAIR_BODY_H
#define RREDIT_RRPAIR_BODY_H

#include "rrpair/change.h"

/* Bytes that one body may inflate to; a bomb ends there. */
#define BODY_MAX ((size_t)256 << 20)

enum body_side { BODY_REQUEST, BODY_RESPONSE };

enum body_kind {
	BODY_EMPTY, BODY_JSON, BODY_TEXT, BODY_SSE, BODY_FORM, BODY_MULTIPART,
	BODY_XML, BODY_HTML, BODY_BINARY,
};

enum body_flags {
	BODY_PRESENT = 1,	/* there is a member that holds a body */
	BODY_BASE64 = 2,	/* stored in bodyBase64 */
	BODY_GZIP = 4,		/* compressed; bytes are inflated */
	BODY_BAD_BASE64 = 8,	/* not base64: bytes are the text as it stands */
	BODY_BAD_GZIP = 16,	/* begins as gzip but is corrupt: bytes are as stored */
	BODY_TOO_BIG = 32,	/* inflates beyond BODY_MAX: bytes are as stored */
	BODY_UTF8 = 64,		/* bytes are valid UTF-8 */
	BODY_COPY_DIFFERS = 128,/* body or bodyString differ from the bytes */
	BODY_BAD_TYPE = 256,	/* the member is not a string */
	BODY_TRAILING = 512,	/* bytes after the gzip members, kept on edit */
};

struct body {
	enum body_side side;
	unsigned flags;
	enum body_kind kind;
	uint32_t node;		/* the member read: bodyBase64, body or bodyString */
	uint32_t body_node, string_node;	/* the plain copies, or JSON_NONE */
	size_t stored_len;	/* bytes inside base64: what Content-Length counts */
	unsigned gzip_members;
	size_t gzip_end;	/* bytes of stored that the members take */
	size_t bad_at;		/* offset of the fault in the broken layer */
	char charset[24];	/* as the content type names it, lower case, or "" */
	struct buf stored;	/* inside base64, before gunzip; empty when !BODY_GZIP */
	struct buf bytes;	/* the decoded body */
};

void body_init(struct body *body);
void body_release(struct body *body);

/*
 * Decode one side's body; body keeps its memory from call to call. Succeeds
 * with BODY_PRESENT unset and no bytes when an http record has no body, and
 * with flags for broken layers; ERR_ABSENT only when the record has no such
 * side (no http, or no http.req).
 */
bool body_decode(struct body *body, const struct rrpair *pair,
		 enum body_side side, struct err *err);

/* Appends the layers in words: "base64 > gzip > JSON (UTF-8)", with what is
 * broken; translated, for a title. */
void body_layers(const struct body *body, struct buf *out);
const char *body_kind_name(enum body_kind kind);	/* translated */

/* Guess what bytes are; content_type may be "" and decides only between kinds
 * that the bytes allow (form, multipart, SSE). */
enum body_kind body_guess(const char *bytes, size_t len,
			  const char *content_type, size_t type_len);

/*
 * Set a body (change_field() with request.body and response.body comes here).
 * Goes back through the layers found; updates body and bodyString copies that
 * agreed, Content-Length when it was right (counted against the stored bytes),
 * and for a request the signature's http:requestBodyJSON or
 * http:requestBodyHash, renaming the key when the kind changes. A plain copy
 * that cannot hold the new bytes (not UTF-8) is removed, noted. Without a body
 * before, bodyBase64 is created. The same bytes again change nothing.
 */
bool body_set(const struct rrpair *pair, enum body_side side,
	      const char *bytes, size_t len, unsigned flags,
	      struct change_set *out, struct err *err);

/* The same one layer below: the bytes inside base64, taken as they are. */
bool body_set_stored(const struct rrpair *pair, enum body_side side,
		     const char *bytes, size_t len, unsigned flags,
		     struct change_set *out, struct err *err);

/* Parts of text bodies for filters and views: the boundary of a multipart
 * content type, "" when there is none. Appends. */
void body_boundary(const char *content_type, size_t len, struct buf *out);

#endif
