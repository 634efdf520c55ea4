#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "remote/teanswer.h"

#define NS INT64_C(1000000000)

/* ---- members that are a number or a string ---- */

static char *text_of(const struct value *v, const char *dotted)
{
	const struct value *at = value_at(v, dotted);
	const char *s = value_string(at);
	char number[32];
	int64_t n;

	if (s)
		return mem_strdup(s);
	if (!value_int(at, &n))
		return mem_strdup("");
	snprintf(number, sizeof(number), "%lld", (long long)n);
	return mem_strdup(number);
}

static bool true_at(const struct value *v, const char *dotted)
{
	const struct value *at = value_at(v, dotted);
	int64_t n;
	bool b;

	if (value_bool(at, &b))
		return b;
	return value_int(at, &n) && n != 0;
}

static bool int_at(const struct value *v, const char *dotted, int64_t *out)
{
	return value_int(value_at(v, dotted), out);
}

/* ---- lists ---- */

static struct te_item *list_add(struct te_list *list)
{
	list->items = mem_room(list->items, list->count, &list->cap,
			       sizeof(*list->items));
	list->items[list->count] = (struct te_item){0};
	return &list->items[list->count++];
}

void te_list_release(struct te_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].id);
		free(list->items[i].name);
		free(list->items[i].type);
	}
	free(list->items);
	*list = (struct te_list){0};
}

bool te_read_tests(const struct value *v, struct te_list *out)
{
	const struct value *tests = value_at(v, "tests"), *at;

	if (!tests)
		tests = value_at(v, "test");
	if (!value_is_array(tests))
		return false;
	for (at = value_first(tests); at && out->count < TE_LIST_MAX;
	     at = value_next(at)) {
		struct te_item *item = list_add(out);

		item->id = text_of(at, "testId");
		item->name = text_of(at, "testName");
		item->type = text_of(at, "type");
		item->off = value_at(at, "enabled") && !true_at(at, "enabled");
		item->saved = true_at(at, "savedEvent");
	}
	return true;
}

bool te_read_accounts(const struct value *v, struct te_list *out)
{
	const struct value *groups = value_at(v, "accountGroups"), *at;

	if (!value_is_array(groups))
		return false;
	for (at = value_first(groups); at && out->count < TE_LIST_MAX;
	     at = value_next(at)) {
		struct te_item *item = list_add(out);

		item->id = text_of(at, "aid");
		item->name = text_of(at, "accountGroupName");
		item->current = true_at(at, "current") ||
				true_at(at, "isCurrentAccountGroup");
	}
	return true;
}

/* ---- a snapshot ---- */

/* A link that may be shown, copied and opened; else "". */
static char *link_of(const struct value *v, const char *dotted)
{
	char *link = text_of(v, dotted);
	size_t len = strlen(link), i;

	if (strncmp(link, "https://", 8) && strncmp(link, "http://", 7))
		len = 0;
	for (i = 0; i < len; i++)
		if (link[i] <= ' ' || link[i] >= 127)
			break;
	if (len == 0 || len > TE_LINK_MAX || i < len)
		*link = '\0';
	return link;
}

static int64_t date_of(const struct value *v, const char *dotted)
{
	char *text = text_of(v, dotted);
	int64_t ns, seconds;
	int digits;

	if (rfc3339_parse(text, strlen(text), &ns, &digits))
		seconds = ns / NS;
	else if (!te_parse_time(text, strlen(text), &seconds, NULL))
		seconds = time(NULL);
	free(text);
	return seconds;
}

void te_made_release(struct te_made *made)
{
	free(made->link);
	free(made->name);
	free(made->test);
	*made = (struct te_made){0};
}

bool te_read_made(const struct transfer_answer *a, const struct te_ask *ask,
		  struct te_made *out, struct err *err)
{
	struct value *root = value_parse(a->body.data, a->body.len, err);
	const struct value *v = ask->version == 6 ? value_at(root, "link")
						  : root;

	if (!root)
		return err_wrap(err, "%s",
				_("created, but the answer cannot be read"));
	if (!value_is_object(v)) {
		value_free(root);
		return err_set(err, ERR_INPUT, "%s",
			       _("created, but the answer tells nothing of it"));
	}
	*out = (struct te_made){
		.link = link_of(v, ask->version == 6 ? "viewUrl"
						     : "_links.appLink.href"),
		.name = text_of(v, "displayName"),
		.test = text_of(v, "testId"),
		.shared = date_of(v, "shareDate"),
		.from = ask->from, .to = ask->to,
		.told = value_at(v, "test.savedEvent") != NULL,
		.saved = true_at(v, "test.savedEvent"),
	};
	int_at(v, "startRoundId", &out->from);
	int_at(v, "endRoundId", &out->to);
	value_free(root);
	return true;
}

/* ---- refusals ---- */

bool te_rate(const struct transfer_answer *a, const char *name, int64_t *out)
{
	char header[64], text[32], *end;

	snprintf(header, sizeof(header), "X-Organization-Rate-Limit-%s", name);
	if (!transfer_header(a, header, text, sizeof(text)))
		return false;
	*out = strtoll(text, &end, 10);
	return end != text && *end == '\0' && *out >= 0;
}

/* The words that an error's body has, from either version; "" without any. */
static void server_words(const struct transfer_answer *a,
			 char out[ERR_QUOTE_MAX])
{
	static const char *const members[] = {
		"errorMessage", "error_description", "detail", "title",
		"message", "error",
	};
	struct value *v = value_parse(a->body.data, a->body.len, NULL);
	const struct value *first = value_first(value_at(v, "errors"));
	const char *s = value_string(first), *field;
	struct buf text;

	buf_init(&text);
	if (value_is_object(first)) {
		s = value_string(value_at(first, "message"));
		field = value_string(value_at(first, "field"));
		if (field && s)
			buf_addf(&text, "%s: ", field);
	}
	for (size_t i = 0; !s && i < sizeof(members) / sizeof(*members); i++)
		s = value_string(value_at(v, members[i]));
	if (s)
		buf_adds(&text, s);
	err_quote(out, text.data, text.len);
	buf_release(&text);
	value_free(v);
}

struct meaning {
	int status;
	enum err_code code;
	const char *text;
};

/* The published table of status codes, in plain words. */
static const struct meaning meanings[] = {
	{301, ERR_SYSTEM, N_("the API has no such version (301)")},
	{400, ERR_INPUT, N_("the request is refused (400)")},
	{401, ERR_SYSTEM,
	 N_("the token is refused, or the account is locked (401)")},
	{403, ERR_SYSTEM,
	 N_("the user may not do this, or the region does not allow it (403)")},
	{404, ERR_NOTARGET, N_("there is no such test or address (404)")},
	{405, ERR_SYSTEM, N_("the address takes no such request (405)")},
	{406, ERR_SYSTEM, N_("the server cannot answer in JSON (406)")},
	{415, ERR_SYSTEM, N_("the server does not take JSON (415)")},
	{500, ERR_SYSTEM, N_("the server failed (500)")},
	{502, ERR_SYSTEM, N_("the server failed (502)")},
	{503, ERR_SYSTEM, N_("the service is under maintenance (503)")},
};

static const struct meaning *meaning_of(const struct transfer_answer *a)
{
	static const struct meaning minute = {
		429, ERR_LIMIT, N_("over the limit of requests per minute (429)")};
	static const struct meaning quota = {
		429, ERR_LIMIT,
		N_("the quota of snapshots is used up, or this address "
		   "is barred after wrong tokens (429)")};
	int64_t left;

	if (a->status == 429)
		return te_rate(a, "Remaining", &left) && left > 0 ? &quota
								  : &minute;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (meanings[i].status == a->status)
			return &meanings[i];
	return NULL;
}

bool te_refused(const struct transfer_answer *a, const char *what,
		struct err *err)
{
	const struct meaning *m = meaning_of(a);
	char words[ERR_QUOTE_MAX];

	server_words(a, words);
	if (!m)
		return err_set(err, ERR_SYSTEM,
			       _("%s: the server answers %d%s%s"), what,
			       a->status, *words ? ": " : "", words);
	return err_set(err, m->code, "%s: %s%s%s", what, _(m->text),
		       *words ? ": " : "", words);
}
