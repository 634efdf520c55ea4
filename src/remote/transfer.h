/*
 * transfer - one HTTP exchange after another, over libcurl.
 *
 * The only user of libcurl. A struct transfer keeps the connections, the
 * credentials and the limits of one remote; transfer_run() does one request
 * and its retries. It returns true when an answer arrived whole, whatever its
 * status: a 404 is an answer. transfer_refused() makes words of a status that
 * the caller did not want. False means that there is no answer: name, DNS,
 * connection, TLS, stall, limit, cancel.
 *
 * Certificates are always verified. Redirects are followed for GET, HEAD and
 * PROPFIND only, at most TRANSFER_REDIRECTS_MAX, to http(s) alone, never from
 * https to http, and credentials go to the host and port they were given for
 * and nowhere else. Nothing of ~/.netrc is used. The proxy is the configured
 * one, else that of the environment, as curl reads it.
 *
 * What is retried: an exchange that failed before its request was sent (but for
 * a name that is not found, or a certificate), and, when the request may be
 * repeated (`repeatable`: by default all methods but POST and PATCH), lost
 * connections, stalls and the statuses 408, 429, 500, 502, 503 and 504, each
 * with a growing wait, a random part in it, and no less than a Retry-After says.
 * 423, 429 and 503 are retried for every method. A Retry-After of more than
 * TRANSFER_WAIT_MAX_S is not waited for: that answer is returned. A GET into a
 * file goes on where it was cut, when the answer named what it was a part of (a
 * strong ETag, or a Last-Modified that is old enough) and still is the same.
 *
 * No message holds a secret, a header value that was sent, or the query of a URL.
 * A struct transfer belongs to one thread at a time; any thread may have one.
 */
#ifndef RREDIT_REMOTE_TRANSFER_H
#define RREDIT_REMOTE_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "remote/watch.h"

#define TRANSFER_REDIRECTS_MAX 5
#define TRANSFER_WAIT_MAX_S 120		/* longest Retry-After that is waited for */
#define TRANSFER_CONNECT_S 20		/* default of connect_s */
#define TRANSFER_STALL_S 60		/* default of stall_s */
#define TRANSFER_RETRIES 4		/* default of retries */
#define TRANSFER_TEXT_MAX ((size_t)64 << 20)	/* default limit of an answer in
						 * memory */
#define TRANSFER_HEADERS_MAX ((size_t)256 << 10) /* bytes of an answer's headers */
#define TRANSFER_URL_MAX ((size_t)32 << 10)

enum transfer_auth {
	TRANSFER_ANONYMOUS,
	TRANSFER_BASIC,		/* user, secret */
	TRANSFER_BEARER,	/* secret */
	TRANSFER_SIGV4,		/* user: access key; secret; session_token;
				 * region; service. The URL must be encoded as the
				 * signature wants it (remote/weburl.h), and the
				 * request carries x-amz-content-sha256. */
};

/* All texts are copied, secrets wiped by transfer_free(). */
struct transfer_conf {
	enum transfer_auth auth;
	const char *user, *secret, *session_token;
	const char *region, *service;		/* "us-east-1", "s3" */
	const char *ca_file;	/* PEM; NULL: the system's */
	const char *proxy;	/* URL; "": none, whatever the environment says;
				 * NULL: the environment's */
	unsigned connect_s;	/* 0: TRANSFER_CONNECT_S */
	unsigned stall_s;	/* no byte either way for so long; 0: the default */
	int retries;		/* further tries; -1: TRANSFER_RETRIES */
};

struct transfer;
struct transfer *transfer_new(const struct transfer_conf *conf, struct err *err);
void transfer_free(struct transfer *t);
/* Other credentials from now on, e.g. a bearer token that was renewed. */
void transfer_set_auth(struct transfer *t, enum transfer_auth auth,
		       const char *user, const char *secret);

struct transfer_header {
	const char *name, *value;	/* a value with CR, LF or NUL: ERR_INPUT */
};

enum transfer_body_kind {
	TRANSFER_NO_BODY,
	TRANSFER_TEXT,		/* bytes, len */
	TRANSFER_FILE,		/* fd, at, len: read by pread(2), so an fd serves
				 * several transfers */
	TRANSFER_FORM,		/* multipart/form-data with one file part */
	TRANSFER_EMPTY,		/* a body of 0 bytes with Content-Length: 0 */
};

struct transfer_body {
	enum transfer_body_kind kind;
	const void *bytes;	/* TEXT, and FORM when fd is -1 */
	uint64_t len;
	int fd;
	uint64_t at;
	/* Told of every byte in order, from the start at each try (restart is
	 * true at the first call of a try); for digests of what was sent. */
	void (*seen)(void *ctx, bool restart, const void *bytes, size_t len);
	void *seen_ctx;
	/* FORM */
	const char *part_name;		/* "file" */
	const char *part_filename;	/* "microcks-repository.json" */
	const char *part_type;		/* "application/json"; exactly this */
};

struct transfer_request {
	const char *method;	/* "GET", "PUT", "PROPFIND", ... */
	const char *url;	/* absolute; user info in it is ERR_INPUT */
	const struct transfer_header *headers;
	size_t header_count;
	struct transfer_body body;
	bool anonymous;		/* without the credentials of the transfer */
	bool no_redirect;	/* a 3xx is the answer */
	/* 0: by method; 1: may be repeated; -1: must not be sent twice */
	int repeatable;
	int retries;		/* 0: those of the transfer; n: n - 1, so 1: none */

	/* Where the answer's body goes: into answer->body, up to text_max bytes
	 * (0: TRANSFER_TEXT_MAX), unless to_file. Then a 2xx body goes to fd at
	 * offset `at` by pwrite(2), at most file_max bytes in the file (0: no
	 * limit), and every other body to answer->body, cut at 64 KB. */
	size_t text_max;
	bool to_file;
	int fd;
	/* Bytes that the file has from an earlier attempt; > 0 asks for the rest
	 * with Range and If-Range: validator. When the server sends all of it,
	 * the file is cut and begun again. */
	uint64_t at;
	/* The ETag (with its quotes) or Last-Modified that those bytes belong
	 * to; without it at must be 0. */
	const char *validator;
	uint64_t file_max;	/* ERR_LIMIT beyond; 0: no limit */
};

struct transfer_answer {
	int status;
	struct buf body;
	struct buf headers;	/* raw "Name: value\n" of the last answer only */
	uint64_t received;	/* TO FILE: bytes that the file has now, and may
				 * be gone on from if there is a validator */
	char *validator;	/* TO FILE: what those bytes belong to, as in the
				 * request; NULL: they cannot be gone on from */
	uint64_t total;		/* TO FILE: of the whole, as the server said it;
				 * UINT64_MAX when it did not */
	bool resumed;		/* some of the file was not sent again */
	unsigned tries;		/* requests that were sent, 1 or more */
	char *url;		/* where redirects led; for PROPFIND's hrefs */
};

void transfer_answer_init(struct transfer_answer *a);
void transfer_answer_release(struct transfer_answer *a);
/* The last value of a header of the answer, blanks cut at its ends, into out;
 * false when it is not there or longer than max - 1 bytes. Control bytes never
 * occur in it. */
#define TRANSFER_VALUE_MAX 1024
bool transfer_header(const struct transfer_answer *a, const char *name,
		     char *out, size_t max);
/* Seconds to wait by Retry-After (number or date), or -1. */
int transfer_retry_after(const struct transfer_answer *a);
/* The Date of the answer in ns since the epoch; INT64_MIN without one. */
int64_t transfer_date(const struct transfer_answer *a);
/* An HTTP date (RFC 9110 5.6.7, all three forms) in ns; INT64_MIN if it is none. */
int64_t transfer_parse_date(const char *text);

/*
 * Do it. True: an answer arrived whole and is in *answer (which the caller
 * initialised; what it held is dropped). False, with *answer released to its
 * initial state: ERR_SYSTEM (no connection, TLS, stall, a length that does not
 * hold), ERR_LIMIT, ERR_CANCELLED, ERR_INPUT (a URL or header that is none).
 * With to_file and false, the file holds a clean beginning of what the server
 * sent: answer->received and answer->validator tell which, for the next attempt.
 */
bool transfer_run(struct transfer *t, const struct transfer_request *req,
		  struct transfer_answer *answer,
		  const struct remote_watch *watch, struct err *err);

/*
 * An answer that is not what was wanted, in words: "WHAT: HOST: the server
 * refuses the credentials (401)". Codes: 404, 410 ERR_NOTARGET; 409, 412, 423
 * ERR_CONFLICT; 413 ERR_LIMIT; all else ERR_SYSTEM. The server's own text joins
 * when it is short and plain (<Message> of S3, "message" of JSON). Always false.
 */
bool transfer_refused(const struct transfer_answer *a, const char *what,
		      struct err *err);

/* scheme://host[:port] of a URL, cleaned for a message; out as err_quote(). */
const char *transfer_host(char out[ERR_QUOTE_MAX], const char *url);
/* "libcurl/7.88.1 OpenSSL/3.0.19", for --version and reports. */
const char *transfer_version(void);

#endif
