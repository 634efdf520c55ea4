/*
 * http-call - what the two files of the http kind share; for them alone.
 *
 * http.c has requests, listings and reading, http-put.c what changes something.
 */
#ifndef RREDIT_REMOTE_HTTP_CALL_H
#define RREDIT_REMOTE_HTTP_CALL_H

#include "remote/objects-kind.h"
#include "remote/transfer.h"

#define HTTP_HEADERS_MAX (REMOTE_HEADERS_MAX + 8)

struct http {
	struct objects base;
	struct transfer *transfer;
	char *root;		/* the URL, with a final slash */
	bool known;		/* can.dav, can.lists were found out */
	char *made;		/* the directory that was made last */
};

struct http_call {			/* one request and its answer */
	struct transfer_request req;
	struct transfer_header headers[HTTP_HEADERS_MAX];
	struct transfer_answer answer;
	char *url;
};

/* The URL of a name; caller frees. dir: with a final slash. */
char *http_url(const struct http *h, const char *name, bool dir);

/* One request: begin, headers, run, end. What headers are given must live until
 * the end. */
void http_call_begin(struct http_call *c, struct http *h, const char *method,
		     const char *name, bool dir);
void http_call_header(struct http_call *c, const char *name, const char *value);
bool http_call_run(struct http_call *c, struct http *h, struct err *err);
void http_call_end(struct http_call *c);
bool http_fine(const struct http_call *c);	/* 2xx */
bool http_gone(const struct http_call *c);	/* 404, 410 */
/* The answer in words; always false. */
bool http_refused(const struct http_call *c, const char *name, struct err *err);

/* Find out what the server is; asked once. */
bool http_know(struct http *h, struct err *err);
/* HEAD. etag (may be NULL) gets it as the server wrote it, or "":
 * TRANSFER_VALUE_MAX bytes. */
bool http_look(struct http *h, const char *name, struct objects_entry *out,
	       char *etag, struct err *err);

/* Of the table of functions. */
bool http_get(struct objects *o, const char *name, struct objects_sink *sink,
	      struct objects_entry *out, struct err *err);
bool http_put(struct objects *o, const char *name,
	      const struct objects_source *src,
	      const struct objects_condition *when, struct objects_entry *out,
	      struct err *err);
bool http_remove(struct objects *o, const char *name,
		 const struct objects_condition *when, struct err *err);
bool http_make_dir(struct objects *o, const char *dir, bool *made,
		   struct err *err);
bool http_remove_tree(struct objects *o, const char *name);
bool http_probe(struct objects *o, struct err *err);
const char *http_guarantee(const struct objects *o);

#endif
