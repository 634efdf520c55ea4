/*
 * transfer-curl - what transfer.c and transfer-once.c share; for them alone.
 *
 * transfer-once.c sends one request and takes its answer; transfer.c decides
 * what comes of it: redirects, retries, words.
 */
#ifndef RREDIT_REMOTE_TRANSFER_CURL_H
#define RREDIT_REMOTE_TRANSFER_CURL_H

#include <curl/curl.h>

#include "remote/secret.h"
#include "remote/transfer.h"

struct transfer {
	CURL *easy;
	CURLM *multi;
	enum transfer_auth auth;
	struct secret user, secret, session_token;
	char *sigv4, *ca_file, *proxy;
	unsigned connect_s, stall_s;
	int retries;
	char why[CURL_ERROR_SIZE];
};

/* One request with all its tries. */
struct exchange {
	struct transfer *t;
	const struct transfer_request *req;
	struct transfer_answer *answer;
	const struct remote_watch *watch;
	struct err err;		/* set by a callback that gave up; else ERR_OK */
	struct curl_slist *headers;
	curl_mime *form;
	bool foreign;		/* redirected to another host */
	bool sent_any;		/* the request of this try went out */
	uint64_t body_at;	/* bytes of the body given to curl */
	bool begun;		/* the place of the answer's body is decided */
	bool into_file, enough;
	uint64_t at;		/* where the next byte of the file goes */
	char validator[TRANSFER_VALUE_MAX];	/* of what the file holds; "" */
};

/* Send the request to url once. What a callback of ours gave up for is in
 * x->err. */
CURLcode exchange_once(struct exchange *x, const char *url);

#endif
