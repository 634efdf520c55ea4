#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "json/value.h"
#include "remote/teask.h"

#define NS INT64_C(1000000000)
#define HOUR 3600
#define DAY (24 * HOUR)
#define TEST_DIGITS 15		/* below 2^53: an integer for every reader */

const unsigned te_spans[TE_SPANS] = {1, 2, 4, 6, 12, 24, 48};

/* ---- times ---- */

/* Copy what stands for a time into the one form that rfc3339_parse() takes. */
static bool spell(char out[TE_TIME_MAX], const char *s, size_t len)
{
	while (len && *s == ' ')
		s++, len--;
	while (len && s[len - 1] == ' ')
		len--;
	if (len && s[len - 1] == 'Z')
		len--;
	if ((len != 16 && len != 19) || (s[10] != ' ' && s[10] != 'T'))
		return false;
	snprintf(out, TE_TIME_MAX, "%.10sT%.*s%sZ", s, (int)len - 11, s + 11,
		 len == 16 ? ":00" : "");
	return true;
}

bool te_parse_time(const char *text, size_t len, int64_t *out, struct err *err)
{
	char spelt[TE_TIME_MAX], shown[ERR_QUOTE_MAX];
	int64_t ns;
	int digits;

	if (!memchr(text, '\0', len) && spell(spelt, text, len) &&
	    rfc3339_parse(spelt, strlen(spelt), &ns, &digits)) {
		*out = ns / NS;
		return true;
	}
	return err_set(err, ERR_INPUT,
		       _("%s: not a time such as 2024-05-31 14:00:00 (UTC)"),
		       err_quote(shown, text, len));
}

void te_format_time(char out[TE_TIME_MAX], int64_t seconds, int version)
{
	char text[RFC3339_MAX];

	rfc3339_format(text, seconds * NS, 0);
	snprintf(out, TE_TIME_MAX, "%.19s%s", text, version == 7 ? "Z" : "");
}

void te_show_time(char out[TE_TIME_MAX], int64_t seconds)
{
	te_format_time(out, seconds, 6);
	out[10] = ' ';
}

unsigned te_span(int64_t from, int64_t to)
{
	for (size_t i = 0; i < TE_SPANS; i++)
		if (to - from == (int64_t)te_spans[i] * HOUR)
			return te_spans[i];
	return 0;
}

/* ---- the rules ---- */

static bool is_digits(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0';
}

static const char *name_problem(const char *name)
{
	size_t len = strlen(name);

	if (name[strspn(name, " \t")] == '\0')
		return _("a name is needed");
	if (len > TE_NAME_MAX)
		return _("the name is too long");
	if (!utf8_valid(name, len))
		return _("the name is no UTF-8");
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 127)
			return _("the name holds a control character");
	return NULL;
}

struct report {
	te_problem_fn *problem;
	void *ctx;
	bool failed;
};

static void error_at(struct report *r, enum te_field field, const char *text)
{
	r->failed = true;
	r->problem(r->ctx, field, true, text);
}

static void check_times(const struct te_ask *ask, int64_t now, struct report *r)
{
	if (ask->from >= ask->to)
		error_at(r, TE_SPAN, _("the start must be before the end"));
	else if (!te_span(ask->from, ask->to))
		error_at(r, TE_SPAN,
			 _("the span must be 1, 2, 4, 6, 12, 24 or 48 hours"));
	if (ask->to > now && ask->version == 7)
		error_at(r, TE_END, _("the end must not be in the future"));
	else if (ask->to > now)
		r->problem(r->ctx, TE_END, false,
			   _("the end is in the future"));
	if (ask->from < now - (int64_t)TE_DATA_DAYS * DAY)
		r->problem(r->ctx, TE_END, false,
			   _("measurements are kept for 90 days; this may be empty"));
}

bool te_check(const struct te_ask *ask, int64_t now, te_problem_fn *problem,
	      void *ctx)
{
	struct report r = {problem, ctx, false};
	const char *why = name_problem(ask->name);

	if (!is_digits(ask->test) || ask->test[0] == '0')
		error_at(&r, TE_TEST, _("a test is a number above 0"));
	else if (strlen(ask->test) > TEST_DIGITS)
		error_at(&r, TE_TEST, _("the number of the test is too long"));
	if (why)
		error_at(&r, TE_NAME, why);
	if (ask->aid && !is_digits(ask->aid))
		error_at(&r, TE_AID, _("an account group is a number"));
	check_times(ask, now, &r);
	return !r.failed;
}

/* ---- the request ---- */

/* base without slashes and a version at its end. */
static void add_base(int version, const char *base, struct buf *out)
{
	size_t len;

	if (!base)
		base = TE_URL;
	len = strlen(base);
	while (len && base[len - 1] == '/')
		len--;
	if (len > 3 && (!memcmp(base + len - 3, "/v6", 3) ||
			!memcmp(base + len - 3, "/v7", 3)))
		len -= 3;
	buf_add(out, base, len);
	buf_addf(out, "/v%d/", version);
}

void te_url(int version, const char *base, const char *name, const char *aid,
	    struct buf *out)
{
	add_base(version, base, out);
	buf_adds(out, name);
	if (version == 6)
		buf_adds(out, ".json");
	if (aid)
		buf_addf(out, "?aid=%s", aid);
}

void te_ask_url(const struct te_ask *ask, const char *base, struct buf *out)
{
	if (ask->version == 6) {
		te_url(6, base, "snapshot", ask->aid, out);
		return;
	}
	add_base(7, base, out);
	buf_addf(out, "tests/%s/snapshot", ask->test);
	if (ask->aid)
		buf_addf(out, "?aid=%s", ask->aid);
}

void te_ask_body(const struct te_ask *ask, struct buf *out)
{
	struct value *v = value_object();
	char from[TE_TIME_MAX], to[TE_TIME_MAX];

	te_format_time(from, ask->from, ask->version);
	te_format_time(to, ask->to, ask->version);
	value_add_text(v, "displayName", ask->name);
	if (ask->version == 6) {
		value_add_json(v, "testId", ask->test, strlen(ask->test));
		value_add_text(v, "from", from);
		value_add_text(v, "to", to);
		value_add_int(v, "isPublic", ask->public);
	} else {
		value_add_text(v, "startDate", from);
		value_add_text(v, "endDate", to);
		value_add_bool(v, "isPublic", ask->public);
	}
	value_print(v, out);
	value_free(v);
}

static void add_quoted(struct buf *out, const char *s)
{
	buf_addc(out, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *s);
	}
	buf_addc(out, '\'');
}

void te_ask_curl(const struct te_ask *ask, const char *base, bool basic,
		 struct buf *out)
{
	struct buf text;

	buf_init(&text);
	buf_adds(out, "curl ");
	buf_adds(out, basic ? "--user \"$EMAIL:$TOKEN\""
			    : "--header \"Authorization: Bearer $TOKEN\"");
	buf_adds(out, " --header 'Content-Type: application/json' --data ");
	te_ask_body(ask, &text);
	add_quoted(out, text.data);
	buf_clear(&text);
	te_ask_url(ask, base, &text);
	buf_addc(out, ' ');
	add_quoted(out, text.data);
	buf_release(&text);
}
