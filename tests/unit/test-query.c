#include "config.h"

#include "base/mem.h"
#include "json/locate.h"
#include "prng.h"
#include "queryset.h"
#include "rrpair/gzip.h"
#include "rrpair/query-run.h"
#include "unit.h"

static struct set set;
static unsigned wrong; /* answers so far that are not as they should be */

static int load(void **state)
{
	set_load(&set);
	return 0;
}

static int unload(void **state)
{
	set_free(&set);
	return 0;
}

static void use_columns(unsigned columns, bool no_text)
{
	size_t i;

	for (i = 0; i < SET_RECORDS; i++) {
		set.records[i].columns = columns;
		set.records[i].no_text = no_text;
	}
}

static struct query *parse(const char *expr)
{
	struct err err;
	struct query *q = query_parse(expr, strlen(expr), &err);

	if (!q)
		fail_msg("%s: %s", expr, err.msg);
	return q;
}

/* ---- the table ---- */

static void check_error(const struct set_case *c)
{
	char column[40];
	struct err err;
	struct query *q = query_parse(c->expr, strlen(c->expr), &err);

	if (q) {
		print_error("%s: is taken\n", c->expr);
		query_unref(q);
		wrong++;
		return;
	}
	snprintf(column, sizeof(column), "column %zu: ", c->error_column);
	if (strncmp(err.msg, column, strlen(column)) ||
	    !strstr(err.msg, c->message)) {
		print_error("%s: %s\n", c->expr, err.msg);
		wrong++;
	}
	assert_int_equal(err.code, ERR_USAGE);
	assert_true(err.offset <= strlen(c->expr));
	assert_null(query_parse(c->expr, strlen(c->expr), NULL));
}

static void check_match(const char *expr, const struct query *q, unsigned want,
			const char *how)
{
	unsigned got = set_match(&set, q);

	if (got == want)
		return;
	print_error("%s (%s): gives %#x, not %#x (bit 1: record 1)\n", expr,
		    how, got, want);
	wrong++;
}

static void the_table_holds(void **state)
{
	size_t i, errors = 0;

	wrong = 0;
	for (i = 0; i < set.count; i++) {
		const struct set_case *c = &set.cases[i];
		struct query *q;

		if (c->error_column) {
			check_error(c);
			errors++;
			continue;
		}
		q = parse(c->expr);
		use_columns(0, false);
		check_match(c->expr, q, c->want, "from records");
		use_columns(~0u, !query_needs_text(q, ~0u));
		check_match(c->expr, q, c->want, "from columns");
		query_unref(q);
	}
	assert_true(set.count - errors >= 200);
	assert_int_equal(wrong, 0);
}

static void printing_keeps_the_meaning(void **state)
{
	struct buf first, second;
	size_t i;

	buf_init(&first);
	buf_init(&second);
	wrong = 0;
	use_columns(0, false);
	for (i = 0; i < set.count; i++) {
		struct query *q, *again;

		if (set.cases[i].error_column)
			continue;
		q = parse(set.cases[i].expr);
		buf_clear(&first);
		query_print(q, &first);
		again = parse(first.data);
		buf_clear(&second);
		query_print(again, &second);
		assert_string_equal(first.data, second.data);
		check_match(first.data, again, set.cases[i].want, "printed");
		query_unref(q);
		query_unref(again);
	}
	buf_release(&first);
	buf_release(&second);
	assert_int_equal(wrong, 0);
}

static void canonical_text_is_the_clouds(void **state)
{
	static const char *const cases[][2] = {
		{"service=checkout and status = 500",
		 "(service IS \"checkout\") AND (status IS \"500\")"},
		{"Status is not 200", "(status NOT \"200\")"},
		{"a", "(text CONTAINS \"a\")"},
		{"a or b and not c",
		 "(text CONTAINS \"a\") OR (text CONTAINS \"b\" AND "
		 "NOT (text CONTAINS \"c\"))"},
		{"detectedLocation regex ^/a\\.\\\"b",
		 "(location REGEX \"^/a\\.\\\"b\")"},
		{"duration>500", "(duration > \"500\")"},
		{"timerange is 2024-01-01 2024-01-02",
		 "(timerange IS \"2024-01-01\" \"2024-01-02\")"},
		{"header[\"a]b\"] is x", "(header[\"a]b\"] IS \"x\")"},
		{"location is \"a\\\\b\"", "(location IS \"a\\\\b\")"},
		{"not (a and b)",
		 "NOT (text CONTAINS \"a\" AND text CONTAINS \"b\")"},
		{"changed", "(changed)"},
	};
	struct buf out;
	size_t i;

	buf_init(&out);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct query *q = parse(cases[i][0]);

		buf_clear(&out);
		query_print(q, &out);
		assert_string_equal(out.data, cases[i][1]);
		query_unref(q);
	}
	buf_release(&out);
}

static void mixing_is_flagged(void **state)
{
	static const struct {
		const char *expr;
		bool mixed;
	} cases[] = {
		{"a AND b", false},
		{"a OR b", false},
		{"a OR b AND c", true},
		{"a AND b OR c", true},
		{"(a AND b) OR c", false},
		{"a AND (b OR c)", false},
		{"x AND (a OR b AND c)", true},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct query *q = parse(cases[i].expr);

		assert_int_equal(query_warning(q) != NULL, cases[i].mixed);
		query_unref(q);
	}
}

static void flags_and_needs_are_known(void **state)
{
	struct query *q = parse("changed OR (tagged AND status IS 200)");

	assert_int_equal(query_flags(q), QUERY_CHANGED | QUERY_TAGGED);
	assert_true(query_needs_text(q, 0));
	assert_false(query_needs_text(q, 1u << QUERY_STATUS));
	query_unref(q);
	q = parse("status IS 200 AND header[X] IS y");
	assert_int_equal(query_flags(q), 0);
	assert_true(query_needs_text(q, ~0u));
	query_unref(q);
}

/* ---- limits ---- */

static char *repeat(const char *piece, size_t times, const char *tail)
{
	size_t n = strlen(piece), i;
	char *s = mem_alloc(n * times + strlen(tail) + 1);

	for (i = 0; i < times; i++)
		memcpy(s + n * i, piece, n);
	memcpy(s + n * times, tail, strlen(tail) + 1);
	return s;
}

static void limits_end_the_parse(void **state)
{
	static const char *const pieces[][2] = {
		{"(", "a"},
		{"NOT ", "a"},
		{"a OR ", "a"},
		{"(NOT ", "a"},
	};
	struct err err;
	size_t i;

	for (i = 0; i < 4; i++) {
		char *s = repeat(pieces[i][0], 10000, pieces[i][1]);

		assert_null(query_parse(s, strlen(s), &err));
		assert_int_equal(err.code, ERR_USAGE);
		free(s);
	}
	{
		char *s = repeat("a", QUERY_LEN_MAX, "a");

		assert_null(query_parse(s, strlen(s), &err));
		assert_non_null(strstr(err.msg, "longer"));
		free(s);
	}
}

static bool one_text(void *rec, const char **s, size_t *len)
{
	*s = *(const char **)rec;
	*len = *s ? strlen(*s) : 0;
	return *s != NULL;
}

static bool matches(const char *expr, const char *record)
{
	static const struct query_ops ops = {NULL, one_text, NULL, NULL};
	struct query *q = parse(expr);
	struct query_run *run = query_run_new(q);
	bool hit = query_match(run, &ops, &record);

	query_run_free(run);
	query_unref(q);
	return hit;
}

static void unreadable_and_broken_records_have_no_fields(void **state)
{
	assert_false(matches("command IS GET", NULL));
	assert_true(matches("command NOT GET", NULL));
	assert_false(matches("text CONTAINS a", NULL));
	assert_true(matches("NOT changed", NULL));
	assert_true(matches("size IS 0", NULL));
	assert_true(matches("duration IS 0", ""));
	assert_true(matches("text CONTAINS x", "x{"));
	assert_false(matches("timerange IS 1970-01-01 2100-01-01", "{}"));
	assert_false(matches("changed", "{}"));
	assert_false(matches("snapshot IS x", "{}"));
}

/* A body of nested elements and one of endless tags: an answer in time. */
static void hostile_xml_ends(void **state)
{
	static const char head[] = "{\"http\":{\"req\":{\"body\":\"";
	char *deep = repeat("<a>", 60000, "x\"}}}");
	char *record = mem_format("%s%s", head, deep);

	assert_false(matches("req_xpath[//a//a//a//a//a//b] IS 1", record));
	assert_false(matches("req_xpath[//a] IS nothing", record));
	free(record);
	free(deep);
	assert_true(matches("req_xml[a] IS x",
			    "{\"http\":{\"req\":{\"body\":\"<a>x\"}}}"));
	assert_true(matches(
		"req_xml[a.@b] IS 'A'",
		"{\"http\":{\"req\":{\"body\":\"<a b=\\\"'&#65;'\\\"/>\"}}}"));
	assert_false(matches(
		"req_xml[a] IS x",
		"{\"http\":{\"req\":{\"body\":\"<!-- <a>x</a> --><?a x?><\"}}}"));
}

static void given_up_matches_are_counted(void **state)
{
	static const struct query_ops ops = {NULL, one_text, NULL, NULL};
	struct query *q = parse("location REGEX \"^(a|aa)+$\"");
	struct query_run *run = query_run_new(q);
	char *a = repeat("a", 5000, "!\"}");
	char *record = mem_format("{\"location\":\"%s", a);

	assert_int_equal(query_gave_up(run), 0);
	assert_false(query_match(run, &ops, &record));
	assert_int_equal(query_gave_up(run), 1);
	query_run_free(run);
	query_unref(q);
	free(record);
	free(a);
}

/* Whole sessions are kept or dropped, about as many as were asked for. */
static void samples_keep_sessions_whole(void **state)
{
	char record[2][120];
	unsigned kept = 0, i;

	for (i = 0; i < 1000; i++) {
		bool hit;

		snprintf(record[0], sizeof(record[0]),
			 "{\"session\":\"s%u\",\"uuid\":\"a%u\"}", i, i);
		snprintf(record[1], sizeof(record[1]),
			 "{\"session\":\"s%u\",\"uuid\":\"b%u\"}", i, i);
		hit = matches("sample IS \"1/5\"", record[0]);
		assert_int_equal(hit, matches("sample IS \"1/5\"", record[1]));
		kept += hit;
	}
	assert_in_range(kept, 150, 250);
}

/* ---- bodies ---- */

static void add_stored(struct buf *record, const char *stored, size_t len)
{
	buf_adds(record, "{\"http\":{\"req\":{\"bodyBase64\":\"");
	base64_encode(record, stored, len);
	buf_adds(record, "\"},\"res\":{\"body\":\"plain\"}}}");
}

static void check_body(struct query_inflater *f, const char *text, size_t len)
{
	struct query_body fast;
	struct rrpair pair;
	struct body slow;
	int side;

	memset(&fast, 0, sizeof(fast));
	buf_init(&fast.bytes);
	buf_init(&fast.stored);
	rrpair_init(&pair);
	body_init(&slow);
	if (rrpair_parse(&pair, text, len, NULL))
		for (side = 0; side < 2; side++) {
			bool there = body_decode(&slow, &pair, side, NULL) &&
				     (slow.flags & BODY_PRESENT);

			assert_int_equal(query_body_decode(f, &pair,
					 side ? pair.res : pair.req, &fast),
					 there);
			if (!there)
				continue;
			assert_int_equal(fast.node, slow.node);
			assert_int_equal(fast.bytes.len, slow.bytes.len);
			assert_memory_equal(fast.bytes.data, slow.bytes.data,
					    slow.bytes.len);
		}
	body_release(&slow);
	rrpair_release(&pair);
	buf_release(&fast.bytes);
	buf_release(&fast.stored);
}

/* Whole streams, cut and broken at every byte, several, with bytes behind. */
static void bodies_are_those_of_the_editor(void **state)
{
	struct query_inflater *f = query_inflater_new();
	struct buf stream, record;
	size_t i, member;

	for (i = 0; i < SET_RECORDS; i++)
		check_body(f, set.records[i].text, set.records[i].len);
	buf_init(&stream);
	buf_init(&record);
	assert_true(gzip_deflate(&stream, "one body", 8, NULL, NULL));
	member = stream.len;
	assert_true(gzip_deflate(&stream, "another", 7, NULL, NULL));
	buf_adds(&stream, "behind");
	for (i = 0; i <= stream.len; i++) {
		buf_clear(&record);
		add_stored(&record, stream.data, i);
		check_body(f, record.data, record.len);
	}
	for (i = 0; i < 2 * member; i++) {
		stream.data[i] ^= 0x10;
		buf_clear(&record);
		add_stored(&record, stream.data, stream.len);
		check_body(f, record.data, record.len);
		stream.data[i] ^= 0x10;
	}
	buf_release(&record);
	buf_release(&stream);
	query_inflater_free(f);
}

/* ---- random expressions against an obvious evaluator ---- */

static const char *const top_fields[] = {
	"command",    "location", "service",   "direction", "tech",
	"l7protocol", "cluster",  "namespace", "resource",  "session",
};
#define TOP_FIELDS (sizeof(top_fields) / sizeof(top_fields[0]))
static const char *const header_names[] = {
	"User-Agent", "Content-Type", "Set-Cookie", "Vary", "X-Count", "Nope",
};
#define HEADER_NAMES (sizeof(header_names) / sizeof(header_names[0]))

enum slow_op { SLOW_IS, SLOW_CONTAINS, SLOW_REGEX, SLOW_ANCHORED, SLOW_OPS };

struct leaf {
	int kind; /* 0: top field, 1: header, 2: duration, 3: flag */
	size_t which;
	enum slow_op op;
	bool negate;
	char value[64];
	long number;
};

static void add_values(const struct slow *headers, const char *name,
		       const char **values, size_t *n)
{
	const struct slow *v = slow_at(headers, name);
	size_t i;

	for (i = 0; v && i < v->count && *n < 8; i++)
		values[(*n)++] = v->kids[i]->bytes;
}

static size_t values_of(const struct leaf *leaf, const struct set_record *r,
			const char **values)
{
	const struct slow *v;
	size_t n = 0;

	if (leaf->kind == 0) {
		v = slow_at(r->slow, top_fields[leaf->which]);
		values[n++] = v ? v->bytes : "";
		return n;
	}
	add_values(slow_at(r->slow, "http.req.headers"),
		   header_names[leaf->which], values, &n);
	add_values(slow_at(r->slow, "http.res.headers"),
		   header_names[leaf->which], values, &n);
	if (!n)
		values[n++] = "";
	return n;
}

static bool slow_test(enum slow_op op, const char *have, const char *value)
{
	if (op == SLOW_IS || op == SLOW_ANCHORED)
		return !strcmp(have, value);
	return strstr(have, value) != NULL;
}

static bool slow_leaf(const struct leaf *leaf, const struct set_record *r)
{
	const char *values[8];
	const struct slow *v;
	size_t n, i;
	long have;

	switch (leaf->kind) {
	case 2:
		v = slow_at(r->slow, "duration");
		have = v ? strtol(v->bytes, NULL, 10) : 0;
		return leaf->which == 0	  ? have < leaf->number
		       : leaf->which == 1 ? have <= leaf->number
		       : leaf->which == 2 ? have > leaf->number
					  : have >= leaf->number;
	case 3:
		return (leaf->which == 0 && (r->number == 2 || r->number == 3)) ||
		       (leaf->which == 1 && (r->number == 3 || r->number == 7)) ||
		       (leaf->which == 2 && r->number == 1);
	}
	n = values_of(leaf, r, values);
	for (i = 0; i < n; i++)
		if (slow_test(leaf->op, values[i], leaf->value))
			return !leaf->negate;
	return leaf->negate;
}

static void add_cased(struct prng *r, struct buf *out, const char *word)
{
	bool lower = prng_below(r, 2);

	for (; *word; word++)
		buf_addc(out, lower && *word >= 'A' && *word <= 'Z'
				      ? (char)(*word | 32)
				      : *word);
}

static void add_value(struct buf *out, const char *s, enum slow_op op)
{
	buf_addc(out, '"');
	if (op == SLOW_ANCHORED)
		buf_adds(out, "^(?s:");
	for (; *s; s++) {
		bool word = (*s >= '0' && *s <= '9') || (*s & 0x80) ||
			    ((*s | 32) >= 'a' && (*s | 32) <= 'z');

		if (!word && op >= SLOW_REGEX)
			buf_addf(out, "\\x%02x", (unsigned char)*s);
		else if (*s == '"' || *s == '\\' || !word)
			buf_addf(out, "\\%c", *s);
		else
			buf_addc(out, *s);
	}
	if (op == SLOW_ANCHORED)
		buf_adds(out, ")\\z");
	buf_addc(out, '"');
}

static void random_value(struct prng *r, struct leaf *leaf)
{
	const struct set_record *from = &set.records[prng_below(r, SET_RECORDS)];
	const char *values[8];
	size_t n = values_of(leaf, from, values);
	const char *s = values[prng_below(r, n)];
	size_t len = strlen(s), at = 0;

	if (len && prng_below(r, 2)) {
		at = prng_below(r, len);
		len = 1 + prng_below(r, len - at);
	}
	if (len > sizeof(leaf->value) - 1)
		len = sizeof(leaf->value) - 1;
	memcpy(leaf->value, s + at, len);
	leaf->value[len] = '\0';
	for (at = 0; at < len; at++) /* no half characters */
		if (leaf->value[at] & 0x80)
			leaf->value[at] = '\0';
}

static void add_leaf(struct prng *r, struct buf *out, struct leaf *leaf)
{
	static const char *const orders[] = {"<", "<=", ">", ">="};
	static const char *const flags[] = {"CHANGED", "PROBLEM", "TAGGED"};
	static const char *const words[] = {"IS", "CONTAINS", "REGEX", "REGEX"};

	memset(leaf, 0, sizeof(*leaf));
	leaf->kind = (int)prng_below(r, 4);
	if (leaf->kind == 2) {
		leaf->which = prng_below(r, 4);
		leaf->number = (long)prng_below(r, 3000);
		buf_addf(out, "duration%s%s%s%ld", prng_below(r, 2) ? " " : "",
			 orders[leaf->which], prng_below(r, 2) ? " " : "",
			 leaf->number);
		return;
	}
	if (leaf->kind == 3) {
		leaf->which = prng_below(r, 3);
		add_cased(r, out, flags[leaf->which]);
		return;
	}
	leaf->which = prng_below(r, leaf->kind ? HEADER_NAMES : TOP_FIELDS);
	leaf->op = (enum slow_op)prng_below(r, SLOW_OPS);
	leaf->negate = prng_below(r, 2);
	random_value(r, leaf);
	if (leaf->kind == 1)
		buf_addf(out, "header[%s] ", header_names[leaf->which]);
	else
		buf_addf(out, "%s ", top_fields[leaf->which]);
	if (leaf->negate)
		add_cased(r, out, "NOT ");
	if (!leaf->negate || leaf->op != SLOW_IS)
		add_cased(r, out, words[leaf->op]);
	buf_addc(out, ' ');
	add_value(out, leaf->value, leaf->op);
}

/* Appends a random expression; returns the records it matches. level: 0 OR,
 * 1 AND, 2 a single term; parentheses only where they are needed, or for fun. */
static unsigned add_random(struct prng *r, struct buf *out, int level, int depth)
{
	unsigned all = (2u << SET_RECORDS) - 2, bits, i;
	size_t kind = depth ? prng_below(r, 5) : 4;
	struct leaf leaf;

	if ((kind == 0 && level > 0) || (kind == 1 && level > 1) ||
	    (kind < 4 && prng_below(r, 4) == 0)) {
		buf_addc(out, '(');
		bits = add_random(r, out, 0, depth - 1);
		buf_addc(out, ')');
		return bits;
	}
	switch (kind) {
	case 0:
	case 1:
		bits = add_random(r, out, 1 + (kind == 1), depth - 1);
		add_cased(r, out, kind ? " AND " : " OR ");
		i = add_random(r, out, 1 + (kind == 1), depth - 1);
		return kind ? bits & i : bits | i;
	case 2:
		add_cased(r, out, "NOT ");
		return all & ~add_random(r, out, 2, depth - 1);
	default:
		add_leaf(r, out, &leaf);
		for (bits = 0, i = 1; i <= SET_RECORDS; i++)
			if (slow_leaf(&leaf, &set.records[i - 1]))
				bits |= 1u << i;
		return bits;
	}
}

static void random_expressions_agree(void **state)
{
	struct buf out;
	size_t i;

	buf_init(&out);
	wrong = 0;
	for (i = 0; i < 4000; i++) {
		struct prng r = {.state = i};
		struct query *q;
		unsigned want;

		buf_clear(&out);
		want = add_random(&r, &out, 0, 4);
		q = parse(out.data);
		use_columns((unsigned)prng_next(&r), false);
		check_match(out.data, q, want, "random");
		query_unref(q);
	}
	buf_release(&out);
	assert_int_equal(wrong, 0);
}

/* ---- completion ---- */

static void check_hint(const char *typed, enum query_want want, size_t from,
		       const char *field, const char *first)
{
	struct query_hint hint;

	query_complete(typed, strlen(typed), strlen(typed), &hint);
	if (hint.want != want || hint.from != from || strcmp(hint.field, field))
		fail_msg("'%s': want %d from %zu field '%s'", typed, hint.want,
			 hint.from, hint.field);
	if (first) {
		assert_true(hint.count > 0);
		assert_string_equal(hint.candidates[0].text, first);
	} else {
		assert_int_equal(hint.count, 0);
	}
	query_hint_release(&hint);
}

static void completion_knows_what_may_come(void **state)
{
	check_hint("", QUERY_WANT_TERM, 0, "", "status");
	check_hint("  (sta", QUERY_WANT_TERM, 3, "", "status");
	check_hint("STA", QUERY_WANT_TERM, 0, "", "status");
	check_hint("zzz", QUERY_WANT_TERM, 0, "", NULL);
	check_hint("head", QUERY_WANT_TERM, 0, "", "header[");
	check_hint("header[", QUERY_WANT_KEY, 7, "header", NULL);
	check_hint("header[Us", QUERY_WANT_KEY, 7, "header", NULL);
	check_hint("header[Us] ", QUERY_WANT_OP, 11, "header", "IS ");
	check_hint("status ", QUERY_WANT_OP, 7, "status", "IS ");
	check_hint("status c", QUERY_WANT_OP, 7, "status", "CONTAINS ");
	check_hint("text ", QUERY_WANT_OP, 5, "text", "CONTAINS ");
	check_hint("status IS", QUERY_WANT_OP, 7, "status", "IS ");
	check_hint("status IS ", QUERY_WANT_VALUE, 10, "status", NULL);
	check_hint("status IS \"2", QUERY_WANT_VALUE, 10, "status", NULL);
	check_hint("status NOT CON", QUERY_WANT_VALUE, 11, "status", "CONTAINS ");
	check_hint("status>", QUERY_WANT_VALUE, 7, "status", NULL);
	check_hint("detectedStatus IS 2", QUERY_WANT_VALUE, 18, "status", NULL);
	check_hint("status IS 200 ", QUERY_WANT_JOIN, 14, "", "AND ");
	check_hint("status IS 200 a", QUERY_WANT_JOIN, 14, "", "AND ");
	check_hint("status IS \"200\"", QUERY_WANT_JOIN, 15, "", "AND ");
	check_hint("(changed ", QUERY_WANT_JOIN, 9, "", "AND ");
	check_hint("(changed OR ", QUERY_WANT_TERM, 12, "", "status");
	check_hint("a OR NOT ser", QUERY_WANT_TERM, 9, "", "service");
	check_hint("timerange IS \"a\" ", QUERY_WANT_VALUE, 17, "timerange",
		   NULL);
	check_hint("timerange IS \"a\" \"b\" ", QUERY_WANT_JOIN, 21, "", "AND ");
	check_hint("\"some wo", QUERY_WANT_VALUE, 0, "text", NULL);
	check_hint("word ", QUERY_WANT_JOIN, 5, "", "AND ");
}

/* Any place of any expression: no crash, and from is never behind the place. */
static void completion_takes_every_prefix(void **state)
{
	size_t i, at;

	for (i = 0; i < set.count; i++) {
		size_t len = strlen(set.cases[i].expr);

		for (at = 0; at <= len; at++) {
			struct query_hint hint;

			query_complete(set.cases[i].expr, len, at, &hint);
			assert_true(hint.from <= at);
			query_hint_release(&hint);
		}
	}
}

static void quoting_comes_back(void **state)
{
	static const char *const values[] = {
		"a",	"",    "a b", "(x)", "x)",     "a\"b",
		"a\\b", "AND", "not", "é",   "/a?b=c", "\"",
	};
	struct buf out;
	size_t i;

	buf_init(&out);
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		char record[64];
		struct buf json;

		buf_init(&json);
		json_encode(&json, values[i], strlen(values[i]));
		snprintf(record, sizeof(record), "{\"location\":%s}", json.data);
		buf_clear(&out);
		buf_adds(&out, "(location IS ");
		query_quote(&out, values[i], strlen(values[i]));
		buf_adds(&out, ")");
		if (!matches(out.data, record))
			fail_msg("%s", out.data);
		buf_release(&json);
	}
	buf_clear(&out);
	query_quote(&out, "/a?b=c", 6);
	assert_string_equal(out.data, "/a?b=c");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_holds),
		cmocka_unit_test(printing_keeps_the_meaning),
		cmocka_unit_test(canonical_text_is_the_clouds),
		cmocka_unit_test(mixing_is_flagged),
		cmocka_unit_test(flags_and_needs_are_known),
		cmocka_unit_test(limits_end_the_parse),
		cmocka_unit_test(unreadable_and_broken_records_have_no_fields),
		cmocka_unit_test(hostile_xml_ends),
		cmocka_unit_test(given_up_matches_are_counted),
		cmocka_unit_test(samples_keep_sessions_whole),
		cmocka_unit_test(bodies_are_those_of_the_editor),
		cmocka_unit_test(random_expressions_agree),
		cmocka_unit_test(completion_knows_what_may_come),
		cmocka_unit_test(completion_takes_every_prefix),
		cmocka_unit_test(quoting_comes_back),
	};

	return cmocka_run_group_tests_name("query", tests, load, unload);
}
