#include "config.h"

#include "base/codec.h"
#include "base/i18n.h"
#include "json/locate.h"
#include "rrpair/body.h"
#include "rrpair/check-internal.h"
#include "rrpair/secret.h"
#include "rrpair/token.h"

/* Where tokens are sent: a long base64 body is no place to look for a JWT. */
#define JWT_TEXT_MAX 65536

static void jwt_in(struct check_run *run, uint32_t node, const char *text,
		   size_t len, struct jwt *jwt)
{
	char when[RFC3339_MAX];
	size_t from = 0;

	while (jwt_find(jwt, text, len, &from)) {
		if (!jwt->has_exp || jwt->exp_ns >= check_now(run->check))
			continue;
		rfc3339_format(when, jwt->exp_ns, 0);
		check_report(run, CHECK_JWT_EXPIRED, node, _("expired at %s"),
			     when);
		return;
	}
}

static void secret_in(struct check_run *run, uint32_t node, const char *bytes,
		      size_t len)
{
	struct secret_hit hit;

	if (secret_find(bytes, len, 0, &hit))
		check_report(run, CHECK_SECRET, node, _("looks like: %s"),
			     _(hit.kind));
}

/* Strings that are tokens by themselves are looked at once, decoded; bodies and
 * replacement values below, through their layers. */
static void strings_rule(struct check_run *run, struct buf *text)
{
	const struct json_doc *doc = &run->pair->doc;
	bool jwts = check_wants(run, CHECK_JWT_EXPIRED);
	bool secrets = check_wants(run, CHECK_SECRET);
	struct jwt jwt;
	uint32_t i;

	jwt_init(&jwt);
	for (i = 1; i < doc->count && !run->stopped; i++) {
		const struct json_node *n = &doc->nodes[i];
		const char *s = doc->text + n->off;
		size_t len = n->len;

		if (n->type != JSON_STRING || len < 16)
			continue;
		if (n->flags & JSON_ESCAPED) {
			buf_clear(text);
			json_string(doc, i, text);
			s = text->data;
			len = text->len;
		}
		if (secrets)
			secret_in(run, i, s, len);
		if (jwts && len <= JWT_TEXT_MAX)
			jwt_in(run, i, s, len, &jwt);
	}
	jwt_release(&jwt);
}

static void bodies_rule(struct check_run *run)
{
	struct body *body = check_body(run->check);
	enum body_side side;

	if (run->pair->proto != PROTO_HTTP)
		return;
	for (side = BODY_REQUEST; side <= BODY_RESPONSE; side++)
		if (body_decode(body, run->pair, side, NULL) &&
		    body->flags & BODY_BASE64 && body->flags & BODY_UTF8)
			secret_in(run, body->node, body->bytes.data,
				  body->bytes.len);
}

static void tokens_rule(struct check_run *run)
{
	struct token_list list;
	size_t i;

	token_list_init(&list);
	token_list_read(&list, run->pair);
	for (i = 0; i < list.count; i++)
		secret_in(run, list.rows[i].node, list.rows[i].replacement,
			  list.rows[i].replacement_len);
	token_list_release(&list);
}

void check_secret_rules(struct check_run *run)
{
	struct buf text;

	if (!check_wants(run, CHECK_JWT_EXPIRED) &&
	    !check_wants(run, CHECK_SECRET))
		return;
	buf_init(&text);
	strings_rule(run, &text);
	buf_release(&text);
	if (!check_wants(run, CHECK_SECRET))
		return;
	bodies_rule(run);
	tokens_rule(run);
}
