#include "config.h"

#include "base/codec.h"
#include "queryset.h"
#include "unit.h"

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, (1 << 20) - 1, f);
	assert_true(n > 0 && n < (1 << 20) - 1);
	fclose(f);
	return text;
}

const struct slow *slow_at(const struct slow *v, const char *path)
{
	while (v && *path) {
		size_t n = strcspn(path, "."), i;
		const struct slow *found = NULL;

		for (i = 0; v->type == 'o' && i < v->count; i++)
			if (v->kids[i]->key_len == n &&
			    !memcmp(v->kids[i]->key, path, n))
				found = v->kids[i];
		v = found;
		path += n + (path[n] == '.');
	}
	return v;
}

/* The records hold no NUL, so their values can be C strings. */
static void terminate(struct slow *v)
{
	size_t i;

	v->bytes = realloc(v->bytes, v->len + 1);
	v->bytes[v->len] = '\0';
	for (i = 0; i < v->count; i++)
		terminate(v->kids[i]);
}

static void load_columns(struct set_record *r)
{
	static const char *const paths[QUERY_FIELDS] = {
		"uuid",
		"ts",
		"direction",
		"l7protocol",
		"tech",
		"command",
		"location",
		"status",
		"service",
		"resource",
		"namespace",
		"cluster",
		"session",
		"network_address",
		"http.req.host",
		"duration",
		NULL,
	};
	size_t i;

	for (i = 0; i < QUERY_FIELDS; i++) {
		const struct slow *v = paths[i] ? slow_at(r->slow, paths[i])
						: NULL;

		if (!v && i == QUERY_STATUS)
			v = slow_at(r->slow, "http.res.statusCode");
		if (!v && i == QUERY_HOST)
			v = slow_at(r->slow, "network_address");
		if (!v && i == QUERY_HOST)
			v = slow_at(r->slow, "netinfo.upstream.hostname");
		if (v)
			r->column[i] = strdup(v->bytes);
	}
}

static void load_case(struct set *set, char *line)
{
	struct set_case *c;
	char *arrow = NULL, *p;

	for (p = line; (p = strstr(p, " =>")); p += 3)
		arrow = p;
	assert_non_null(arrow);
	*arrow = '\0';
	set->cases = realloc(set->cases, (set->count + 1) * sizeof(*set->cases));
	c = &set->cases[set->count++];
	memset(c, 0, sizeof(*c));
	c->expr = strdup(line);
	p = arrow + 3;
	p += strspn(p, " ");
	if (*p == '!') {
		c->error_column = strtoul(p + 1, &p, 10);
		c->message = strdup(*p ? p + 1 : "");
		return;
	}
	while (*p) {
		char *end;

		c->want |= 1u << strtoul(p, &end, 10);
		assert_ptr_not_equal(p, end);
		p = end + strspn(end, " ");
	}
}

void set_load(struct set *set)
{
	char *text = read_file(TEST_DATA "/filters.jsonl"), *line, *rest;
	char *joined;
	unsigned n = 0;

	memset(set, 0, sizeof(*set));
	for (line = text; *line; line = rest) {
		struct set_record *r = &set->records[n++];

		assert_true(n <= SET_RECORDS);
		rest = strchr(line, '\n');
		*rest++ = '\0';
		r->number = n;
		r->text = strdup(line);
		r->len = strlen(line);
		r->slow = slow_parse(line, r->len);
		if (r->slow)
			terminate(r->slow);
		load_columns(r);
	}
	assert_int_equal(n, SET_RECORDS);
	free(text);

	/* A line without an arrow goes on in the next one. */
	text = read_file(TEST_DATA "/filters.txt");
	joined = NULL;
	for (line = text; *line; line = rest) {
		rest = strchr(line, '\n');
		*rest++ = '\0';
		if (!joined && (!*line || *line == '#'))
			continue;
		if (!joined)
			joined = line;
		else
			line[-1] = '\n';
		if (!strstr(joined, " =>"))
			continue;
		load_case(set, joined);
		joined = NULL;
	}
	assert_null(joined);
	free(text);
}

void set_free(struct set *set)
{
	size_t i, k;

	for (i = 0; i < SET_RECORDS; i++) {
		free(set->records[i].text);
		slow_free(set->records[i].slow);
		for (k = 0; k < QUERY_FIELDS; k++)
			free(set->records[i].column[k]);
	}
	for (i = 0; i < set->count; i++) {
		free(set->cases[i].expr);
		free(set->cases[i].message);
	}
	free(set->cases);
}

static enum query_have column(void *rec, enum query_field field,
			      struct query_value *v)
{
	const struct set_record *r = rec;
	const char *s = r->column[field];
	int digits;

	if (!(r->columns >> field & 1))
		return QUERY_UNKNOWN;
	switch (field) {
	case QUERY_SIZE:
		v->number = (int64_t)r->len;
		return QUERY_NUMBER;
	case QUERY_DURATION:
		v->number = s ? strtoll(s, NULL, 10) : 0;
		return QUERY_NUMBER;
	case QUERY_TS:
		return s && rfc3339_parse(s, strlen(s), &v->number, &digits)
			       ? QUERY_NUMBER
			       : QUERY_ABSENT;
	default:
		v->s = s;
		v->len = s ? strlen(s) : 0;
		return s ? QUERY_TEXT : QUERY_ABSENT;
	}
}

static bool text(void *rec, const char **s, size_t *len)
{
	const struct set_record *r = rec;

	assert_false(r->no_text);
	*s = r->text;
	*len = r->len;
	return true;
}

static unsigned flags(void *rec, unsigned wanted)
{
	static const unsigned by_number[SET_RECORDS + 1] = {
		[1] = QUERY_TAGGED,
		[2] = QUERY_CHANGED,
		[3] = QUERY_CHANGED | QUERY_PROBLEM,
		[7] = QUERY_PROBLEM,
	};

	return by_number[((const struct set_record *)rec)->number] & wanted;
}

static const char *snapshot(void *rec, const char **name)
{
	*name = "demo";
	return "5e5ad11f";
}

const struct query_ops set_ops = {column, text, flags, snapshot};

unsigned set_match(struct set *set, const struct query *q)
{
	struct query_run *run = query_run_new(q);
	unsigned bits = 0;
	size_t i;

	for (i = 0; i < SET_RECORDS; i++)
		if (query_match(run, &set_ops, &set->records[i]))
			bits |= 1u << set->records[i].number;
	query_run_free(run);
	return bits;
}
