/*
 * s3-call - what the files of the s3 kind share; for them alone.
 *
 * s3.c has requests, reading, and objects of one piece; s3-list.c reads XML,
 * s3-sum.c has the checksums; s3-multi.c sends large objects in parts.
 */
#ifndef RREDIT_REMOTE_S3_CALL_H
#define RREDIT_REMOTE_S3_CALL_H

#include <nettle/md5.h>

#include "remote/objects-kind.h"
#include "remote/transfer.h"

#define S3_PART ((uint64_t)16 << 20)	/* larger objects go in such parts */
#define S3_PARTS_MAX 10000		/* the service's own limit */
#define S3_HEADERS_MAX 8
#define MD5_HEX_MAX (2 * MD5_DIGEST_SIZE + 1)

enum s3_knows { S3_UNKNOWN, S3_YES, S3_NO };

struct s3 {
	struct objects base;
	struct transfer *transfer;
	char *root;		/* URL of the bucket with a final slash */
	char *prefix;		/* of all keys; "" or with a final slash */
	bool tls;
	uint64_t part;		/* S3_PART, or what a test wants */
	enum s3_knows conditional;	/* does PUT look at conditions? */
};

struct s3_call {
	struct transfer_request req;
	struct transfer_header headers[S3_HEADERS_MAX];
	struct transfer_answer answer;
	char *url;
	char hash[65];		/* x-amz-content-sha256 */
	struct md5_ctx md5;	/* of the body as it was sent */
};

/* name: an object, or NULL for the bucket. query: sorted and encoded, as the
 * signature wants it, or NULL. */
void s3_call_begin(struct s3_call *c, struct s3 *s, const char *method,
		   const char *name, const char *query);
void s3_call_header(struct s3_call *c, const char *name, const char *value);
/* A body from a file: hashed first where no TLS looks after it. */
bool s3_call_file(struct s3_call *c, struct s3 *s, int fd, uint64_t at,
		  uint64_t len, struct err *err);
void s3_call_text(struct s3_call *c, const char *text, size_t len);
bool s3_call_run(struct s3_call *c, struct s3 *s, struct err *err);
void s3_call_end(struct s3_call *c);
bool s3_fine(const struct s3_call *c);
bool s3_refused(const struct s3_call *c, const char *name, struct err *err);

/* The MD5 of what was sent must be the ETag, where that is one (it is not with
 * some kinds of encryption). hex (may be NULL) gets it. */
bool s3_arrived(struct s3_call *c, const char *name, char hex[MD5_HEX_MAX],
		struct err *err);
/* The ETag without its quotes; false when there is none. */
bool s3_etag(const struct s3_call *c, char *out, size_t max);
/* Whether an ETag of that answer is the MD5 of the object. */
bool s3_is_md5(const struct s3_call *c, const char *etag);
bool s3_file_md5(int fd, uint64_t at, uint64_t len, char hex[MD5_HEX_MAX]);
/* Ask for a condition with the request, if that may be of use. */
void s3_call_condition(struct s3_call *c, const struct s3 *s,
		       const struct objects_condition *when);
/* Whether the condition holds now, by HEAD. */
bool s3_holds(struct s3 *s, const char *name,
	      const struct objects_condition *when, struct err *err);
bool s3_look(struct s3 *s, const char *name, struct objects_entry *out,
	     struct err *err);

bool s3_put_parts(struct s3 *s, const char *name,
		  const struct objects_source *src,
		  const struct objects_condition *when,
		  struct objects_entry *out, struct err *err);

/* ---- answers in XML ---- */

/* The text of the first element of that name; NULL without one. Caller frees. */
char *s3_element(const struct buf *body, const char *name);

struct s3_page {
	struct objects_list *out;
	const char *prefix;	/* of the remote: cut from the keys */
	bool truncated;
	char *token;		/* for the next page; caller frees */
};
bool s3_read_page(struct s3_page *page, const char *bytes, size_t len,
		  struct err *err);

struct s3_part {
	unsigned number;	/* from 1 */
	uint64_t size;
	char etag[64];		/* without quotes */
};
struct s3_parts {
	struct s3_part *all;
	size_t count, cap;
	bool truncated;
	unsigned next;		/* part-number-marker of the next page */
};
bool s3_read_parts(struct s3_parts *parts, const char *bytes, size_t len,
		   struct err *err);

#endif
