/* What comes of requests: redirects, retries, words. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "remote/transfer-curl.h"

#define WAIT_FIRST_MS 200	/* before the first retry; doubles up to ... */
#define WAIT_MOST_MS 30000
#define WAIT_PROGRESS_MS 20	/* when something had arrived before the cut */
#define TRIES_MAX 10000		/* of one request, when each brings a bit more */

/* curl_global_init() must not run twice at once in older versions. */
static void init_once(void)
{
	static atomic_int state;
	int fresh = 0;

	if (atomic_compare_exchange_strong(&state, &fresh, 1)) {
		curl_global_init(CURL_GLOBAL_DEFAULT);
		atomic_store(&state, 2);
	}
	while (atomic_load(&state) != 2)
		watch_wait(NULL, 1);
}

static void keep(struct secret *to, const char *text)
{
	secret_release(to);
	if (text)
		secret_copy(to, text, strlen(text));
}

static char *copy(const char *text)
{
	return text ? mem_strdup(text) : NULL;
}

struct transfer *transfer_new(const struct transfer_conf *c, struct err *err)
{
	struct transfer *t = mem_zalloc(1, sizeof(*t));

	init_once();
	t->easy = curl_easy_init();
	t->multi = curl_multi_init();
	if (!t->easy || !t->multi) {
		err_set(err, ERR_SYSTEM, _("libcurl does not start"));
		transfer_free(t);
		return NULL;
	}
	t->auth = c->auth;
	keep(&t->user, c->user);
	keep(&t->secret, c->secret);
	keep(&t->session_token, c->session_token);
	if (c->auth == TRANSFER_SIGV4)
		t->sigv4 = mem_format("aws:amz:%s:%s", c->region, c->service);
	t->ca_file = copy(c->ca_file);
	t->proxy = copy(c->proxy);
	t->connect_s = c->connect_s ? c->connect_s : TRANSFER_CONNECT_S;
	t->stall_s = c->stall_s ? c->stall_s : TRANSFER_STALL_S;
	t->retries = c->retries >= 0 ? c->retries : TRANSFER_RETRIES;
	return t;
}

void transfer_free(struct transfer *t)
{
	if (!t)
		return;
	curl_easy_cleanup(t->easy);
	curl_multi_cleanup(t->multi);
	secret_release(&t->user);
	secret_release(&t->secret);
	secret_release(&t->session_token);
	free(t->sigv4);
	free(t->ca_file);
	if (t->proxy)
		secret_wipe(t->proxy, strlen(t->proxy));
	free(t->proxy);
	free(t);
}

void transfer_set_auth(struct transfer *t, enum transfer_auth auth,
		       const char *user, const char *secret)
{
	t->auth = auth;
	keep(&t->user, user);
	keep(&t->secret, secret);
}

const char *transfer_version(void)
{
	init_once();
	return curl_version();
}

/* ---- redirects -------------------------------------------------------- */

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 ||
	       status == 307 || status == 308;
}

static bool may_redirect(const struct transfer_request *r)
{
	return !r->no_redirect && (!strcmp(r->method, "GET") ||
				   !strcmp(r->method, "HEAD") ||
				   !strcmp(r->method, "PROPFIND"));
}

static char *part_of(const char *url, CURLUPart part)
{
	CURLU *u = curl_url();
	char *text = NULL, *out = NULL;

	if (u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK)
		out = mem_strdup(text);
	curl_free(text);
	curl_url_cleanup(u);
	return out;
}

static bool same_part(const char *a, const char *b, CURLUPart part)
{
	char *one = part_of(a, part), *two = part_of(b, part);
	bool same = one && two && !strcasecmp(one, two);

	free(one);
	free(two);
	return same;
}

/* Where to next, or NULL: then the redirect is the answer. */
static char *next_url(struct exchange *x, const char *from)
{
	char *to = NULL;

	curl_easy_getinfo(x->t->easy, CURLINFO_REDIRECT_URL, &to);
	if (!to || strlen(to) > TRANSFER_URL_MAX)
		return NULL;
	if (strncasecmp(to, "https://", 8) &&
	    (strncasecmp(to, "http://", 7) || !strncasecmp(from, "https:", 6)))
		return NULL;
	if (!same_part(x->req->url, to, CURLUPART_SCHEME) ||
	    !same_part(x->req->url, to, CURLUPART_HOST) ||
	    !same_part(x->req->url, to, CURLUPART_PORT))
		x->foreign = true;
	return mem_strdup(to);
}

/* ---- errors and retries ----------------------------------------------- */

static bool explain(struct exchange *x, CURLcode rc, const char *url,
		    struct err *err)
{
	char host[ERR_QUOTE_MAX], why[ERR_QUOTE_MAX];
	double connected = 0;
	struct transfer *t = x->t;
	const char *said = t->why[0] ? t->why : curl_easy_strerror(rc);

	transfer_host(host, url);
	err_quote(why, said, strlen(said));
	if (x->err.code != ERR_OK) {
		*err = x->err;
		if (err->code != ERR_CANCELLED)
			err_wrap(err, "%s", host);
		return false;
	}
	switch (rc) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return err_set(err, ERR_SYSTEM, _("%s: no host of that name is "
			       "found (DNS)"), host);
	case CURLE_COULDNT_RESOLVE_PROXY:
		return err_set(err, ERR_SYSTEM, _("%s: the proxy's name is not "
			       "found (DNS)"), host);
	case CURLE_COULDNT_CONNECT:
		return err_set(err, ERR_SYSTEM, _("%s: no connection: %s"), host,
			       why);
	case CURLE_OPERATION_TIMEDOUT:
		curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME,
				  &connected);
		return err_set(err, ERR_SYSTEM, connected > 0
			       ? _("%s: nothing came for %u seconds")
			       : _("%s: no connection within %u seconds"), host,
			       connected > 0 ? t->stall_s : t->connect_s);
	case CURLE_PEER_FAILED_VERIFICATION:
		return err_set(err, ERR_SYSTEM, _("%s: its certificate is not "
			       "trusted (TLS): %s"), host, why);
	case CURLE_SSL_CACERT_BADFILE:
		return err_set(err, ERR_SYSTEM, _("%s: the ca-file cannot be "
			       "read: %s"), host, why);
	case CURLE_SSL_CONNECT_ERROR:
		return err_set(err, ERR_SYSTEM, _("%s: TLS failed: %s"), host,
			       why);
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return err_set(err, ERR_SYSTEM, _("%s: the connection was lost: "
			       "%s"), host, why);
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return err_set(err, ERR_SYSTEM, _("%s: what it answers is not "
			       "HTTP: %s"), host, why);
	case CURLE_URL_MALFORMAT:
		return err_set(err, ERR_INPUT, _("%s: the URL is none"), host);
	default:
		return err_set(err, ERR_SYSTEM, "%s: %s", host, why);
	}
}

static bool repeatable(const struct transfer_request *r)
{
	if (r->repeatable)
		return r->repeatable > 0;
	return strcmp(r->method, "POST") && strcmp(r->method, "PATCH");
}

static bool lost(CURLcode rc)
{
	return rc == CURLE_PARTIAL_FILE || rc == CURLE_GOT_NOTHING ||
	       rc == CURLE_SEND_ERROR || rc == CURLE_RECV_ERROR ||
	       rc == CURLE_OPERATION_TIMEDOUT || rc == CURLE_SEND_FAIL_REWIND;
}

static bool worth_another_try(const struct exchange *x, CURLcode rc)
{
	int status = x->answer->status;

	if (x->err.code != ERR_OK)
		return false;
	if (rc == CURLE_OK) {
		/* not done, whatever it was: too many, not now, locked */
		if (status == 429 || status == 503 || status == 423)
			return transfer_retry_after(x->answer) <=
			       TRANSFER_WAIT_MAX_S;
		return repeatable(x->req) && (status == 408 || status == 500 ||
					      status == 502 || status == 504);
	}
	if (rc == CURLE_COULDNT_CONNECT || rc == CURLE_SSL_CONNECT_ERROR)
		return true;
	return lost(rc) && (repeatable(x->req) || !x->sent_any);
}

/* What the file holds is worth keeping when the server can be asked whether it
 * still is a part of the same (RFC 9110 13.1.5: no weak ETag, and a date only
 * when it was a minute old). */
static void note_validator(struct exchange *x)
{
	const struct transfer_answer *a = x->answer;
	char *v = x->validator;
	int64_t changed;

	if (!x->into_file)
		return;
	if (transfer_header(a, "ETag", v, TRANSFER_VALUE_MAX) && *v == '"')
		return;
	if (transfer_header(a, "Last-Modified", v, TRANSFER_VALUE_MAX)) {
		changed = transfer_parse_date(v);
		if (changed != INT64_MIN && transfer_date(a) != INT64_MIN &&
		    transfer_date(a) - changed > INT64_C(60000000000))
			return;
	}
	*v = '\0';
	x->at = 0;
}

static unsigned wait_ms(const struct exchange *x, CURLcode rc, unsigned failed)
{
	unsigned dice = 0, ms = WAIT_FIRST_MS;
	int after = rc == CURLE_OK ? transfer_retry_after(x->answer) : -1;

	if (!failed)
		return WAIT_PROGRESS_MS;
	while (--failed && ms < WAIT_MOST_MS)
		ms *= 2;
	if (getrandom(&dice, sizeof(dice), 0) != (ssize_t)sizeof(dice))
		dice = (unsigned)getpid();
	ms = ms / 2 + dice % ms;
	if (after > 0 && ms < (unsigned)after * 1000)
		ms = (unsigned)after * 1000 + dice % 500;
	return ms;
}

/* Say it, and wait. False when that was cancelled. */
static bool pause_before_retry(struct exchange *x, CURLcode rc,
			       const char *url, unsigned ms)
{
	char host[ERR_QUOTE_MAX];
	struct err why;

	if (rc == CURLE_OK) {
		watch_say(x->watch, _("%s answers %d; again in %.1f s"),
			  transfer_host(host, url), x->answer->status,
			  ms / 1000.0);
		log_add(LOG_INFO, "%s %s: status %d, again in %u ms",
			x->req->method, transfer_host(host, url),
			x->answer->status, ms);
	} else {
		explain(x, rc, url, &why);
		watch_say(x->watch, _("%s; again in %.1f s"), why.msg,
			  ms / 1000.0);
		log_add(LOG_INFO, "%s: %s, again in %u ms", x->req->method,
			why.msg, ms);
	}
	if (watch_wait(x->watch, ms))
		return true;
	return err_set(&x->err, ERR_CANCELLED, _("cancelled"));
}

static CURLcode run(struct exchange *x, char **url)
{
	int retries = x->req->retries ? x->req->retries - 1 : x->t->retries;
	unsigned redirects = 0, failed = 0;
	uint64_t had = x->at;
	CURLcode rc = CURLE_OK;

	for (int tries = 0; tries < TRIES_MAX; tries++) {
		char *next;

		rc = exchange_once(x, *url);
		if (rc == CURLE_OK && is_redirect(x->answer->status) &&
		    may_redirect(x->req) && redirects < TRANSFER_REDIRECTS_MAX &&
		    (next = next_url(x, *url))) {
			redirects++;
			free(*url);
			*url = next;
			continue;
		}
		if (!worth_another_try(x, rc))
			break;
		note_validator(x);
		failed = x->at > had ? 0 : failed + 1;
		had = x->at;
		if (failed > (unsigned)retries ||
		    !pause_before_retry(x, rc, *url, wait_ms(x, rc, failed)))
			break;
	}
	return rc;
}

static bool fit_url(const char *url, struct err *err)
{
	const char *host = strstr(url, "://");
	size_t len = strlen(url);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)url[i] <= ' ' || url[i] == 0x7f)
			host = NULL;
	if (!host || len > TRANSFER_URL_MAX ||
	    memchr(host + 3, '@', strcspn(host + 3, "/?#")))
		return err_set(err, ERR_INPUT, _("a URL that is none"));
	return true;
}

bool transfer_run(struct transfer *t, const struct transfer_request *req,
		  struct transfer_answer *answer,
		  const struct remote_watch *watch, struct err *err)
{
	struct exchange x = {
		.t = t, .req = req, .answer = answer, .watch = watch,
		.at = req->at,
	};
	sigset_t pipe, before;
	struct err e = {0};
	CURLcode rc;
	char *url;

	transfer_answer_release(answer);
	if (!fit_url(req->url, err))
		return false;
	if (req->to_file)
		answer->received = req->at;
	if (req->validator)
		snprintf(x.validator, sizeof(x.validator), "%s", req->validator);
	url = mem_strdup(req->url);
	/* TLS writes without MSG_NOSIGNAL. */
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, &before);
	rc = run(&x, &url);
	if (!sigismember(&before, SIGPIPE))
		sigtimedwait(&pipe, NULL, &(struct timespec){0});
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc == CURLE_OK && x.err.code == ERR_OK) {
		answer->url = url;
		return true;
	}
	explain(&x, rc, url, &e);
	free(url);
	note_validator(&x);	/* looks at the headers */
	buf_release(&answer->body);
	buf_release(&answer->headers);
	answer->status = 0;
	answer->received = x.at;
	if (x.at && x.validator[0])
		answer->validator = mem_strdup(x.validator);
	if (err)
		*err = e;
	return false;
}
