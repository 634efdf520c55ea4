#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "app/shifting.h"
#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "json/splice.h"
#include "rrpair/query.h"

#define SECOND ((int64_t)1000000000)
#define HTTP_DATE_LEN 29	/* "Tue, 18 Mar 2025 00:45:58 GMT" */

struct shifting {
	int64_t by;		/* ns */
	int64_t first;		/* when the first record is to be */
	bool to;		/* that is what is known */
	bool now;		/* and it is now: seconds are enough */
	/* while a record is made */
	struct splice *splice;
	struct change_set step;
	struct buf text;
	bool overflow;
};

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "SunMonTueWedThuFriSat";

/* --- what is asked for --- */

/* One number with its unit; false when there is none, or it is too much. */
static bool take_unit(const char **s, const char *end, int64_t *sum)
{
	static const struct { const char *name; int64_t ns; } units[] = {
		{"ms", SECOND / 1000}, {"s", SECOND}, {"m", 60 * SECOND},
		{"h", 3600 * SECOND}, {"d", 86400 * SECOND},
		{"w", 7 * 86400 * SECOND},
	};
	const char *p = *s;
	int64_t n = 0;

	for (; p < end && *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, *p - '0', &n))
			return false;
	if (p == *s)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t len = strlen(units[i].name);

		if ((size_t)(end - p) < len || memcmp(p, units[i].name, len) ||
		    (len == 1 && end - p > 1 && p[1] == 's' && *p == 'm'))
			continue;
		*s = p + len;
		return !__builtin_mul_overflow(n, units[i].ns, &n) &&
		       !__builtin_add_overflow(*sum, n, sum);
	}
	return false;
}

static bool parse_offset(struct shifting *s, const char *text, size_t len)
{
	const char *end = text + len, *p = text;
	bool back = len && *p == '-';

	if (len && (*p == '-' || *p == '+'))
		p++;
	if (p == end)
		return false;
	while (p < end)
		if (!take_unit(&p, end, &s->by))
			return false;
	if (back)
		s->by = -s->by;
	return true;
}

struct shifting *shifting_new(const char *text, size_t len, struct err *err)
{
	struct shifting *s = mem_zalloc(1, sizeof(*s));
	struct timespec ts;

	buf_init(&s->text);
	change_init(&s->step);
	if (len == 3 && !memcmp(text, "now", 3)) {
		clock_gettime(CLOCK_REALTIME, &ts);
		s->first = (int64_t)ts.tv_sec * SECOND;
		s->to = s->now = true;
	} else if (rfc3339_parse(text, len, &s->first, NULL)) {
		s->to = true;
	} else if (!parse_offset(s, text, len)) {
		err_set(err, ERR_USAGE,
			_("+1h30m, now, or a time like 2024-05-31T12:00:00Z was expected"));
		shifting_free(s);
		return NULL;
	}
	return s;
}

void shifting_free(struct shifting *s)
{
	if (!s)
		return;
	buf_release(&s->text);
	change_release(&s->step);
	free(s);
}

bool shifting_begin(struct shifting *s, const struct snapshot *snapshot,
		    const row_id *ids, size_t n, struct err *err)
{
	int64_t first = INT64_MAX;
	bool any = false;
	struct columns c;

	if (!s->to)
		return true;
	for (size_t i = 0; i < n; i++) {
		if (!snapshot_columns(snapshot, ids[i], &c) ||
		    c.ts == COLUMNS_NO_TS)
			continue;
		any = true;
		if (c.ts < first)
			first = c.ts;
	}
	if (!any)
		return err_set(err, ERR_INPUT, _("no record has a time"));
	if (__builtin_sub_overflow(s->first, first, &s->by))
		return err_set(err, ERR_INPUT, _("the times are too far apart"));
	if (s->now)	/* fractions stay as they are */
		s->by -= s->by % SECOND;
	return true;
}

/* --- one record --- */

static void put(struct shifting *s, const struct json_doc *doc, uint32_t node,
		const char *text, size_t len)
{
	struct change_set *step = &s->step;
	struct buf path;

	splice_string(s->splice, node, text, len);
	buf_init(&path);
	json_path_print(doc, node, &path);
	step->notes = mem_room(step->notes, step->count, &step->cap,
			       sizeof(*step->notes));
	step->notes[step->count++] = (struct change_note){
		.kind = NOTE_SET,
		.path = buf_detach(&path, NULL),
	};
}

/* Where the zone begins that ends an RFC 3339 time. */
static size_t zone_at(const char *s, size_t len)
{
	size_t at = len;

	while (at > 19 && !strchr("Zz+-", s[at - 1]))
		at--;
	return at ? at - 1 : 0;
}

/* The zone, the digits and the sign between date and time stay as they are. */
static void shift_rfc3339(struct shifting *s, const struct json_doc *doc,
			  uint32_t node)
{
	char local[RFC3339_MAX], out[RFC3339_MAX];
	const char *t = s->text.data;
	size_t len = s->text.len, zone;
	int64_t utc, ns;
	struct buf new;
	int digits;

	if (!rfc3339_parse(t, len, &utc, &digits))
		return;
	zone = zone_at(t, len);
	if (zone < 19 || zone + 2 > sizeof(local))
		return;
	memcpy(local, t, zone);
	memcpy(local + zone, "Z", 2);
	if (!rfc3339_parse(local, zone + 1, &ns, NULL) ||
	    __builtin_add_overflow(ns, s->by, &ns)) {
		s->overflow = true;
		return;
	}
	rfc3339_format(out, ns, digits);
	buf_init(&new);
	buf_add(&new, out, strlen(out) - 1);
	if (new.len < zone)	/* digits beyond what is counted */
		buf_add(&new, t + new.len, zone - new.len);
	new.data[10] = t[10];
	buf_add(&new, t + zone, len - zone);
	put(s, doc, node, new.data, new.len);
	buf_release(&new);
}

/* RFC 9110 section 5.6.7, the form that is written today. */
static bool parse_http_date(const char *t, size_t len, int64_t *ns)
{
	char iso[RFC3339_MAX];
	const char *month;

	if (len != HTTP_DATE_LEN || memcmp(t + 25, " GMT", 4) || t[3] != ',' ||
	    t[7] != ' ' || t[11] != ' ' || t[16] != ' ')
		return false;
	for (month = months; *month; month += 3)
		if (!memcmp(month, t + 8, 3))
			break;
	if (!*month)
		return false;
	snprintf(iso, sizeof(iso), "%.4s-%02d-%.2sT%.8sZ", t + 12,
		 (int)(month - months) / 3 + 1, t + 5, t + 17);
	return rfc3339_parse(iso, strlen(iso), ns, NULL);
}

static void shift_http_date(struct shifting *s, const struct json_doc *doc,
			    uint32_t node)
{
	char iso[RFC3339_MAX], out[HTTP_DATE_LEN + 1];
	int64_t ns, day;

	if (!parse_http_date(s->text.data, s->text.len, &ns))
		return;
	if (__builtin_add_overflow(ns, s->by, &ns)) {
		s->overflow = true;
		return;
	}
	rfc3339_format(iso, ns, 0);
	day = ns / (86400 * SECOND) - (ns % (86400 * SECOND) < 0);
	day = ((day + 4) % 7 + 7) % 7;	/* the first of 1970 was a Thursday */
	snprintf(out, sizeof(out), "%.3s, %.2s %.3s %.4s %.8s GMT",
		 days + 3 * day, iso + 8,
		 months + 3 * (10 * (iso[5] - '0') + iso[6] - '0' - 1), iso,
		 iso + 11);
	put(s, doc, node, out, HTTP_DATE_LEN);
}

static void shift_node(struct shifting *s, const struct rrpair *pair,
		       uint32_t node, bool http)
{
	if (node == JSON_NONE || pair->doc.nodes[node].type != JSON_STRING)
		return;
	buf_clear(&s->text);
	json_string(&pair->doc, node, &s->text);
	if (http)
		shift_http_date(s, &pair->doc, node);
	else
		shift_rfc3339(s, &pair->doc, node);
}

static void shift_headers(struct shifting *s, const struct rrpair *pair,
			  uint32_t message)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t headers = message == JSON_NONE ? JSON_NONE :
			   json_member(doc, message, "headers", 7);

	if (headers == JSON_NONE || doc->nodes[headers].type != JSON_OBJECT)
		return;
	for (uint32_t h = json_first(doc, headers); h != JSON_NONE;
	     h = json_next(doc, h)) {
		buf_clear(&s->text);
		json_key(doc, h, &s->text);
		if (strcasecmp(s->text.data, "date") &&
		    strcasecmp(s->text.data, "expires"))
			continue;
		if (doc->nodes[h].type != JSON_ARRAY) {
			shift_node(s, pair, h, true);
			continue;
		}
		for (uint32_t v = json_first(doc, h); v != JSON_NONE;
		     v = json_next(doc, v))
			shift_node(s, pair, v, true);
	}
}

static void shift_events(struct shifting *s, const struct rrpair *pair)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t events = pair->top[TOP_EVENTS];

	if (events == JSON_NONE || doc->nodes[events].type != JSON_ARRAY)
		return;
	for (uint32_t e = json_first(doc, events); e != JSON_NONE;
	     e = json_next(doc, e))
		if (doc->nodes[e].type == JSON_OBJECT)
			shift_node(s, pair, json_member(doc, e, "ts", 2),
				   false);
}

bool shifting_make(void *arg, struct change_run *run, struct err *err)
{
	static const char *const members[] = {
		"startTime", "downstream.established", "upstream.established",
	};
	const struct rrpair *pair = &run->pair;
	struct shifting *s = arg;

	if (!s->by)
		return true;
	s->splice = splice_new(&pair->doc);
	s->overflow = false;
	change_release(&s->step);
	shift_node(s, pair, pair->top[TOP_TS], false);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		shift_node(s, pair, json_at(&pair->doc, pair->top[TOP_NETINFO],
					    members[i]), false);
	shift_events(s, pair);
	shift_headers(s, pair, pair->req);
	shift_headers(s, pair, pair->res);
	s->step.patch = splice_finish(s->splice);
	splice_free(s->splice);
	s->splice = NULL;
	if (s->overflow)
		return err_set(err, ERR_INPUT,
			       _("a time would leave the years 1678 to 2261"));
	return change_run_take(run, &s->step, err);
}

struct query *times_outside(const struct buf *from, const struct buf *to,
			    struct err *err)
{
	struct query *query = NULL;
	struct buf expr;

	buf_init(&expr);
	if (from->len != 1 || from->data[0] != '-') {
		buf_adds(&expr, "ts < ");
		query_quote(&expr, from->data, from->len);
	}
	if (to->len != 1 || to->data[0] != '-') {
		buf_adds(&expr, expr.len ? " OR ts > " : "ts > ");
		query_quote(&expr, to->data, to->len);
	}
	if (expr.len)
		query = query_parse(expr.data, expr.len, err);
	else
		err_set(err, ERR_USAGE, _("both ends are open"));
	buf_release(&expr);
	return query;
}
