#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "json/value.h"
#include "remote/teanswer.h"
#include "remote/teclient.h"
#include "remote/transfer.h"

#define ONE_TRY 1		/* transfer_request.retries: none after it */
#define MS 1000

struct te_client {
	const struct remote_conf *conf;
	struct transfer *transfer;
};

/* ---- opening ---- */

struct te_client *te_open(const struct remote_conf *conf,
			  const struct remote_watch *watch, struct err *err)
{
	struct transfer_conf tc = {
		.user = conf->user, .ca_file = conf->ca_file,
		.proxy = conf->proxy, .stall_s = conf->timeout_s,
		.retries = conf->retries,
	};
	struct transfer *transfer;
	struct te_client *c = NULL;
	struct secret token;

	if (conf->version == 6 && conf->user && !strchr(conf->user, '@')) {
		err_set(err, ERR_INPUT, _("%s: user: an e-mail address is needed"),
			conf->name);
		return NULL;
	}
	if (conf->token.how == SECRET_NONE) {
		err_set(err, ERR_INPUT,
			_("%s: token-env, token-file or token-command is needed"),
			conf->name);
		return NULL;
	}
	if (!secret_get(&token, &conf->token, "token", watch, err)) {
		err_wrap(err, "%s", conf->name);
		return NULL;
	}
	tc.secret = token.text;
	tc.auth = conf->version == 6 && conf->user ? TRANSFER_BASIC
						   : TRANSFER_BEARER;
	transfer = transfer_new(&tc, err);
	if (transfer) {
		c = mem_alloc(sizeof(*c));
		*c = (struct te_client){conf, transfer};
	}
	secret_release(&token);
	return c;
}

void te_close(struct te_client *c)
{
	if (!c)
		return;
	transfer_free(c->transfer);
	free(c);
}

/* ---- one exchange ---- */

/* The limit per minute is used up: wait until it begins anew, by the server's
 * clock. False: it is another limit, too far away, or the user had enough. */
static bool wait_for_reset(const struct transfer_answer *a,
			   const struct remote_watch *watch)
{
	int64_t left, reset, date = transfer_date(a);
	int64_t now = date == INT64_MIN ? time(NULL) : date / 1000000000;

	if (!te_rate(a, "Remaining", &left) || left > 0 ||
	    !te_rate(a, "Reset", &reset) ||
	    reset - now > TRANSFER_WAIT_MAX_S)
		return false;
	if (reset <= now)
		return true;
	watch_say(watch, _("over the limit per minute; waiting for %d s"),
		  (int)(reset - now));
	return watch_wait(watch, (unsigned)(reset - now) * MS);
}

static bool run(struct te_client *c, const struct transfer_request *req,
		struct transfer_answer *answer,
		const struct remote_watch *watch, struct err *err)
{
	if (!transfer_run(c->transfer, req, answer, watch, err))
		return false;
	if (answer->status != 429 || !wait_for_reset(answer, watch))
		return true;
	return transfer_run(c->transfer, req, answer, watch, err);
}

/* Read a list with `dotted` members of each element. */
static bool list(struct te_client *c, const char *url, const char *what,
		 bool (*read)(const struct value *v, struct te_list *out),
		 struct te_list *out, const struct remote_watch *watch,
		 struct err *err)
{
	const struct transfer_header headers[] = {
		{"Accept", c->conf->version == 7
				   ? "application/hal+json, application/json, "
				     "application/problem+json"
				   : "application/json"},
	};
	struct transfer_request req = {
		.method = "GET", .url = url, .headers = headers,
		.header_count = 1, .retries = ONE_TRY,
	};
	struct transfer_answer answer;
	struct value *v = NULL;
	bool ok = false;

	transfer_answer_init(&answer);
	if (!run(c, &req, &answer, watch, err))
		goto out;
	if (answer.status != 200) {
		te_refused(&answer, what, err);
		goto out;
	}
	v = value_parse(answer.body.data, answer.body.len, err);
	if (!v) {
		err_wrap(err, "%s", what);
		goto out;
	}
	ok = read(v, out) ||
	     err_set(err, ERR_INPUT, _("%s: the answer is no such list"), what);
out:
	value_free(v);
	transfer_answer_release(&answer);
	return ok;
}

bool te_tests(struct te_client *c, const char *aid, struct te_list *out,
	      const struct remote_watch *watch, struct err *err)
{
	struct buf url;
	bool ok;

	buf_init(&url);
	te_url(c->conf->version, c->conf->url, "tests", aid, &url);
	ok = list(c, url.data, _("tests"), te_read_tests, out, watch, err);
	buf_release(&url);
	return ok;
}

bool te_accounts(struct te_client *c, struct te_list *out,
		 const struct remote_watch *watch, struct err *err)
{
	struct buf url;
	bool ok;

	buf_init(&url);
	te_url(c->conf->version, c->conf->url, "account-groups", NULL, &url);
	ok = list(c, url.data, _("account groups"), te_read_accounts, out,
		  watch, err);
	buf_release(&url);
	return ok;
}

bool te_create(struct te_client *c, const struct te_ask *ask,
	       struct te_made *out, const struct remote_watch *watch,
	       struct err *err)
{
	const struct transfer_header headers[] = {
		{"Content-Type", "application/json"},
		{"Accept", ask->version == 7
				   ? "application/hal+json, application/json, "
				     "application/problem+json"
				   : "application/json"},
	};
	struct transfer_answer answer;
	struct buf url, body;
	bool ok = false;

	buf_init(&url);
	buf_init(&body);
	te_ask_url(ask, c->conf->url, &url);
	te_ask_body(ask, &body);
	transfer_answer_init(&answer);
	if (run(c, &(struct transfer_request){
			.method = "POST", .url = url.data, .headers = headers,
			.header_count = 2, .retries = ONE_TRY, .repeatable = -1,
			.body = {.kind = TRANSFER_TEXT, .bytes = body.data,
				 .len = body.len, .fd = -1}},
		&answer, watch, err))
		ok = answer.status == 201 || answer.status == 200
			     ? te_read_made(&answer, ask, out, err)
			     : te_refused(&answer, _("snapshot"), err);
	transfer_answer_release(&answer);
	buf_release(&url);
	buf_release(&body);
	return ok;
}
