/* What the value of a rule means, worked out once when it is parsed. */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/query-ast.h"

#define NUMBER_MAX 64	/* characters of a number we look at */
#define SAMPLE_MAX 1000000000

/* ---- numbers ---- */

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit duration_units[] = {
	{"ms", 1}, {"s", 1000}, {"m", 60000}, {"min", 60000}, {"h", 3600000},
	{NULL, 0},
};
static const struct unit size_units[] = {
	{"b", 1}, {"k", 1LL << 10}, {"kb", 1LL << 10}, {"kib", 1LL << 10},
	{"m", 1LL << 20}, {"mb", 1LL << 20}, {"mib", 1LL << 20},
	{"g", 1LL << 30}, {"gb", 1LL << 30}, {"gib", 1LL << 30},
	{NULL, 0},
};

static const struct unit *unit_of(enum value_kind kind, const char *name)
{
	const struct unit *u = kind == VALUE_DURATION ? duration_units :
			       kind == VALUE_SIZE ? size_units : NULL;

	for (; u && u->name; u++)
		if (!strcasecmp(u->name, name))
			return u;
	return NULL;
}

/* The end of a number as JSON spells it (leading zeros and + allowed). */
static size_t number_end(const char *s, size_t len, bool *integer)
{
	size_t i = 0, digits = 0;

	*integer = true;
	if (i < len && (s[i] == '-' || s[i] == '+'))
		i++;
	for (; i < len && s[i] >= '0' && s[i] <= '9'; i++)
		digits++;
	if (i < len && s[i] == '.') {
		*integer = false;
		for (i++; i < len && s[i] >= '0' && s[i] <= '9'; i++)
			digits++;
	}
	if (!digits)
		return 0;
	if (i + 1 < len && (s[i] == 'e' || s[i] == 'E')) {
		size_t j = i + 1;

		if (s[j] == '-' || s[j] == '+')
			j++;
		if (j < len && s[j] >= '0' && s[j] <= '9') {
			*integer = false;
			while (j < len && s[j] >= '0' && s[j] <= '9')
				j++;
			i = j;
		}
	}
	return i;
}

bool query_number(enum value_kind kind, const char *s, size_t len, int64_t *v,
		  double *real, bool *is_int)
{
	char text[NUMBER_MAX];
	const struct unit *unit = NULL;
	size_t end;
	bool integer;

	end = number_end(s, len, &integer);
	if (!end || len >= sizeof(text))
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	if (end < len) {
		unit = unit_of(kind, text + end);
		if (!unit)
			return false;
		text[end] = '\0';
	}
	/* The decimal point is that of LC_NUMERIC, which main() leaves at C. */
	*real = strtod(text, NULL);
	errno = 0;
	*v = integer ? strtoll(text, NULL, 10) : 0;
	*is_int = integer && errno == 0;
	if (unit) {
		*real *= (double)unit->factor;
		if (*is_int && __builtin_mul_overflow(*v, unit->factor, v))
			*is_int = false;
		if (!integer && fabs(*real) < 9e15 && floor(*real) == *real) {
			*v = (int64_t)*real;	/* 1.5K is a whole number */
			*is_int = true;
		}
	}
	return true;
}

/* ---- times ---- */

static bool digits_at(const char *s, size_t from, size_t to)
{
	for (; from < to; from++)
		if (s[from] < '0' || s[from] > '9')
			return false;
	return true;
}

bool query_time(const char *s, size_t len, int64_t *ns)
{
	static const char rest[] = "0000-00-00T00:00:00Z";
	char text[RFC3339_MAX];
	int digits;

	if (rfc3339_parse(s, len, ns, &digits))
		return true;
	/* A beginning: the day, and perhaps hour, minute, second; UTC. */
	if (len != 10 && len != 13 && len != 16 && len < 19)
		return false;
	if (len >= sizeof(text) - 1)
		return false;
	memcpy(text, s, len);
	if (len > 10 && text[10] == ' ')
		text[10] = 'T';
	if (len > 19) {
		/* a fraction without a zone, or a blank in place of the T */
		if (text[19] == '.' && digits_at(text, 20, len))
			text[len++] = 'Z';
	} else {
		memcpy(text + len, rest + len, sizeof(rest) - 1 - len);
		len = sizeof(rest) - 1;
	}
	return rfc3339_parse(text, len, ns, &digits);
}

/* ---- preparation ---- */

static bool bad_value(const struct query_rule *rule, struct err *err,
		      const char *what)
{
	char shown[ERR_QUOTE_MAX];

	return err_set(err, ERR_USAGE, _("%s, not '%s'"), what,
		       err_quote(shown, rule->value, rule->len));
}

static bool prepare_order(struct query_rule *rule, struct err *err)
{
	if (rule->keyword->kind == VALUE_TIME) {
		rule->has_int = query_time(rule->value, rule->len,
					   &rule->integer);
		if (!rule->has_int)
			return bad_value(rule, err,
					 _("a time like 2024-05-31T12:00:00Z is needed"));
		return true;
	}
	rule->has_real = query_number(rule->keyword->kind, rule->value,
				      rule->len, &rule->integer, &rule->real,
				      &rule->has_int);
	if (rule->has_real)
		return true;
	switch (rule->keyword->kind) {
	case VALUE_DURATION:
		return bad_value(rule, err,
				 _("milliseconds, or a number with s, m or h are needed"));
	case VALUE_SIZE:
		return bad_value(rule, err,
				 _("bytes, or a number with K, M or G are needed"));
	default:
		return bad_value(rule, err, _("a number is needed"));
	}
}

/* IS compares numbers and times as such where the value is one. */
static void prepare_is(struct query_rule *rule)
{
	enum value_kind kind = rule->keyword->kind;

	if (kind == VALUE_TIME)
		rule->has_int = query_time(rule->value, rule->len,
					   &rule->integer);
	else if (kind != VALUE_TEXT && kind != VALUE_UUID)
		rule->has_real = query_number(kind, rule->value, rule->len,
					      &rule->integer, &rule->real,
					      &rule->has_int);
	if (kind == VALUE_UUID)
		rule->has_uuid = uuid_parse(&rule->uuid, rule->value,
					    rule->len);
}

static bool prepare_timerange(struct query_rule *rule, struct err *err)
{
	if (!query_time(rule->value, rule->len, &rule->from))
		return bad_value(rule, err,
				 _("timerange needs two times like 2024-05-31T12:00:00Z"));
	if (!query_time(rule->value2, rule->len2, &rule->to)) {
		char shown[ERR_QUOTE_MAX];

		return err_set(err, ERR_USAGE, _("%s, not '%s'"),
			       _("timerange needs two times like 2024-05-31T12:00:00Z"),
			       err_quote(shown, rule->value2, rule->len2));
	}
	if (rule->from > rule->to)
		return err_set(err, ERR_USAGE,
			       _("the time range ends before it begins"));
	return true;
}

static bool small_number(const char *s, size_t len, uint32_t *v)
{
	size_t i;

	*v = 0;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9' || *v > SAMPLE_MAX / 10)
			return false;
		*v = *v * 10 + (uint32_t)(s[i] - '0');
	}
	return len > 0;
}

static bool prepare_sample(struct query_rule *rule, struct err *err)
{
	const char *slash = memchr(rule->value, '/', rule->len);
	size_t at = slash ? (size_t)(slash - rule->value) : 0;

	if (rule->key && strcasecmp(rule->key, "rrpair") &&
	    strcasecmp(rule->key, "session"))
		return err_set(err, ERR_USAGE,
			       _("sample takes [rrpair] or nothing in brackets"));
	if (!slash || !small_number(rule->value, at, &rule->take) ||
	    !small_number(slash + 1, rule->len - at - 1, &rule->of) ||
	    !rule->of || rule->take > rule->of)
		return bad_value(rule, err,
				 _("a share like 1/5 is needed"));
	return true;
}

/* {"body": ..., "ignore_keys": [...]}, or the body alone. */
static bool prepare_body(struct query_rule *rule, struct err *err)
{
	const struct json_doc *doc = &rule->want;
	struct err why;

	if (!json_scan(&rule->want, rule->value, rule->len, &why)) {
		err_set(err, ERR_USAGE, _("reqbodyjson needs JSON: %s"),
			why.msg);
		return false;
	}
	rule->want_body = 0;
	rule->want_ignore = JSON_NONE;
	if (doc->nodes[0].type != JSON_OBJECT)
		return true;
	if (json_member(doc, 0, "body", 4) == JSON_NONE)
		return true;
	rule->want_body = json_member(doc, 0, "body", 4);
	rule->want_ignore = json_member(doc, 0, "ignore_keys", 11);
	if (rule->want_ignore != JSON_NONE &&
	    doc->nodes[rule->want_ignore].type != JSON_ARRAY)
		return err_set(err, ERR_USAGE,
			       _("ignore_keys of reqbodyjson must be an array of names"));
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

static bool prepare_hash(struct query_rule *rule, struct err *err)
{
	struct buf raw;
	bool ok;
	size_t i;

	if (rule->len == 2 * SHA256_LEN) {
		for (i = 0; i < SHA256_LEN; i++) {
			int hi = hex_digit(rule->value[2 * i]);
			int lo = hex_digit(rule->value[2 * i + 1]);

			if (hi < 0 || lo < 0)
				break;
			rule->hash[i] = (uint8_t)(hi << 4 | lo);
		}
		if (i == SHA256_LEN)
			return true;
	}
	buf_init(&raw);
	ok = base64_decode(&raw, rule->value, rule->len, NULL) &&
	     raw.len == SHA256_LEN;
	if (ok)
		memcpy(rule->hash, raw.data, SHA256_LEN);
	buf_release(&raw);
	return ok || bad_value(rule, err,
			       _("a SHA-256 in hex or base64 is needed"));
}

/* $.a.b[0], .a.b[0] or a.b[0]: the last is how the cloud writes it. */
static bool prepare_path(struct query_rule *rule, struct err *err)
{
	const char *s = rule->key;
	size_t len = rule->key_len;
	struct buf text;
	bool ok;

	if (len && s[0] == '$') {
		s++;
		len--;
	}
	buf_init(&text);
	if (!len || s[0] != '.')
		buf_addc(&text, '.');
	buf_add(&text, s, len);
	ok = json_path_parse(&rule->path, text.data, text.len, err);
	if (!ok && err && err->offset)
		err->offset -= (size_t)(text.data[0] == '.' && s[0] != '.');
	buf_release(&text);
	return ok;
}

/* May the text stand in JSON in no other spelling than its own, escapes by
 * number apart? Then a search in the raw bytes can find it. */
static bool plain_text(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || (unsigned char)s[i] >= 0x7f ||
		    s[i] == '"' || s[i] == '\\' || s[i] == '/')
			return false;
	return true;
}

bool query_prepare_key(struct query_rule *rule, struct err *err)
{
	bool dots;

	switch (rule->keyword->what) {
	case WHAT_REQ_JSON:
	case WHAT_RESP_JSON:
		return prepare_path(rule, err);
	case WHAT_REQ_XML:
	case WHAT_RESP_XML:
		dots = !strstr(rule->keyword->name, "xpath");
		return xml_path_parse(&rule->xml, rule->key, rule->key_len,
				      dots, err);
	default:
		return true;
	}
}

bool query_prepare(struct query_rule *rule, struct err *err)
{
	if (rule->op == OP_REGEX) {
		rule->re = regex_new(rule->value, rule->len, 0, err);
		return rule->re != NULL;
	}
	if (rule->op >= OP_LT)
		return prepare_order(rule, err);
	switch (rule->keyword->what) {
	case WHAT_TIMERANGE:
		return prepare_timerange(rule, err);
	case WHAT_SAMPLE:
		return prepare_sample(rule, err);
	case WHAT_REQBODYJSON:
		return prepare_body(rule, err);
	case WHAT_REQBODYHASH:
		return prepare_hash(rule, err);
	case WHAT_TEXT:
		rule->plain = plain_text(rule->value, rule->len);
		query_prepare_skim(rule);
		return true;
	default:
		if (rule->op == OP_IS)
			prepare_is(rule);
		return true;
	}
}

unsigned query_rule_cost(const struct query_rule *rule)
{
	switch (rule->keyword->what) {
	case WHAT_FLAG:
	case WHAT_SNAPSHOT:
		return 0;
	case WHAT_COLUMN:
	case WHAT_TIMERANGE:
	case WHAT_SAMPLE:
		return rule->op == OP_REGEX ? 2 : 1;
	case WHAT_FIELD:
		return rule->field.id == FIELD_REQUEST_BODY ||
		       rule->field.id == FIELD_RESPONSE_BODY ? 8 : 4;
	case WHAT_HEADER:
		return 4;
	case WHAT_REQ_JSON:
	case WHAT_RESP_JSON:
	case WHAT_REQ_XML:
	case WHAT_RESP_XML:
	case WHAT_REQBODYJSON:
	case WHAT_REQBODYHASH:
		return 8;
	case WHAT_TEXT:
		break;
	}
	return 16;
}
