/*
 * What an edit may touch, on generated records and on real ones where they are
 * at hand: for every friendly field a new value changes the leaves that the
 * notes name and no other; the old value set again leaves the text as it is;
 * set back, every leaf has its old value. No edit brings in an error.
 */
#include "config.h"

#include "unit.h"

#include "base/atomicfile.h"
#include "base/codec.h"
#include "pairgen.h"
#include "rrpair/change.h"
#include "rrpair/check.h"

#define CASES 200
#define CORPUS_LINES 5		/* of each file */
#define LINE_MAX ((size_t)64 << 10)

struct trial {
	const char *text;
	size_t len;
	struct rrpair pair;
	struct field field;
	struct buf name;
	struct check *rules;
};

/* A value that the field takes and does not have. */
static const char *new_value(const struct field *field)
{
	switch (field->id) {
	case FIELD_METHOD:
		return "PATCH";
	case FIELD_PATH:
		return "/new/p%25 \xe2\x82\xac";
	case FIELD_QUERY:
		return "a=9&new=x+y&a=%2f";
	case FIELD_URL:
		return "/n?q=1";
	case FIELD_HOST:
		return "new.test";
	case FIELD_STATUS:
		return "418";
	case FIELD_REASON:
		return "Quite";
	case FIELD_UUID:
		return "00000000-0000-4000-8000-000000000000";
	case FIELD_TS:
		return "2026-01-01T00:00:00Z";
	case FIELD_DURATION:
		return "123456";
	case FIELD_REQUEST_BODY:
	case FIELD_RESPONSE_BODY:
		return "{\"new\" : [ 1 ]}";
	default:
		return "new value";
	}
}

static bool set(struct trial *t, const char *value, size_t len,
		struct buf *out, struct change_set *set)
{
	struct err err;

	if (!change_field(&t->pair, &t->field, value, len, CHANGE_LINKED, set,
			  &err)) {
		assert_int_not_equal(err.code, ERR_OK);
		return false;
	}
	buf_clear(out);
	assert_true(patch_apply(set->patch, t->text, t->len, out, &err));
	return true;
}

static const char *next_line(const char *p, size_t *len)
{
	const char *end = strchr(p, '\n');

	*len = (size_t)(end - p);
	return end + 1;
}

static size_t path_len(const char *line, size_t len)
{
	/* "PATH=": a path with '=' has it in quotes */
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (line[i] == '"')
			quoted = !quoted;
		else if (line[i] == '=' && !quoted)
			return i;
	}
	return len;
}

/* Is the path, or a container of it, named by a note that says it changed? */
static bool noted(const struct change_set *set, const char *path, size_t len)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct change_note *note = &set->notes[i];
		size_t n = strlen(note->path);

		if (note->kind == NOTE_DIFFERS || note->kind == NOTE_UNKNOWN)
			continue;
		if (n <= len && !memcmp(note->path, path, n) &&
		    (n == len || path[n] == '.' || path[n] == '['))
			return true;
		/* a renamed key of the signature: its note has the old name */
		if (strstr(note->path, "http:requestBody") && len > 16 &&
		    memmem(path, len, "http:requestBody", 16))
			return true;
	}
	return false;
}

/* Every line of a that b lacks must be noted. */
static void lines_noted(const char *a, const char *b,
			const struct change_set *set, const char *what)
{
	size_t len;

	for (const char *p = a; *p;) {
		const char *line = p;
		char *found;

		p = next_line(line, &len);
		found = memmem(b, strlen(b), line, len + 1);
		while (found && found != b && found[-1] != '\n')
			found = memmem(found + 1, strlen(found + 1), line,
				       len + 1);
		if (!found && !noted(set, line, path_len(line, len)))
			fail_msg("%s: changed, but not noted: %.*s", what,
				 (int)len, line);
	}
}

/* The value of a leaf, or NULL; not terminated. */
static const char *leaf(const char *lines, const char *path, size_t *len)
{
	size_t n = strlen(path), line_len;

	for (const char *p = lines; *p;) {
		const char *line = p;

		p = next_line(line, &line_len);
		if (line_len > n && !memcmp(line, path, n) && line[n] == '=') {
			*len = line_len - n - 1;
			return line + n + 1;
		}
	}
	return NULL;
}

/* The facts whose copies have one form, written down once more: a copy that
 * was the old value must be the new one, any other must be what it was, and
 * must be named unless it was the new value already. */
static void check_copies(struct trial *t, const char *before, const char *after,
			 const char *old, const char *new,
			 const struct change_set *changed)
{
	static const struct {
		enum field_id id;
		const char *copies[4];
	} facts[] = {
		{ FIELD_METHOD, { ".command", ".signature.\"http:method\"",
				  ".mutableSignature.\"http:method\"" } },
		{ FIELD_SERVICE, { ".resource", ".tags.k8sAppLabel" } },
		{ FIELD_CONTENTTYPE, { ".http.res.headers.Content-Type[0]" } },
		{ FIELD_PATH, { ".location", ".signature.\"http:url\"" } },
	};

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		for (size_t k = 0; facts[i].id == t->field.id &&
		     k < 4 && facts[i].copies[k]; k++) {
			const char *path = facts[i].copies[k], *was, *is;
			size_t was_len, is_len;
			bool named = false;

			was = leaf(before, path, &was_len);
			if (!was)
				continue;
			is = leaf(after, path, &is_len);
			assert_non_null(is);
			for (size_t n = 0; n < changed->count; n++)
				named = named || !strcmp(changed->notes[n].path,
							 path);
			if (was_len == strlen(old) &&
			    !memcmp(was, old, was_len)) {
				assert_int_equal(is_len, strlen(new));
				assert_memory_equal(is, new, is_len);
			} else {
				assert_int_equal(is_len, was_len);
				assert_memory_equal(is, was, is_len);
			}
			assert_true(named);
		}
}

/* Outside the hunks not a byte moved, by the nature of a patch; that the hunks
 * lie in values is what the leaves show. */
static void check_leaves(struct trial *t, const struct buf *now,
			 const struct buf *old, const struct change_set *changed)
{
	struct buf before, after;

	buf_init(&before);
	buf_init(&after);
	flatten(t->text, t->len, &before);
	flatten(now->data, now->len, &after);
	lines_noted(before.data, after.data, changed, t->name.data);
	lines_noted(after.data, before.data, changed, t->name.data);
	if (old)
		check_copies(t, before.data, after.data, old->data,
			     new_value(&t->field), changed);
	buf_release(&before);
	buf_release(&after);
}

/* What cannot come back: a custom reason, a uri that a query made. */
static bool reversible(const struct trial *t)
{
	struct field reason = { .id = FIELD_REASON };
	struct field status = { .id = FIELD_STATUS };
	struct buf text, code;
	const char *reason_text;
	bool ok = true;

	if (t->field.id == FIELD_QUERY || t->field.id == FIELD_URL)
		return rrpair_find(&t->pair, &t->field) != JSON_NONE;
	buf_init(&text);
	buf_init(&code);
	if (t->field.id == FIELD_STATUS &&
	    rrpair_get(&t->pair, &reason, &text, NULL) && text.len) {
		rrpair_get(&t->pair, &status, &code, NULL);
		reason_text = rrpair_reason((unsigned)strtoul(code.data, NULL,
							      10));
		ok = reason_text && !strcmp(reason_text, text.data);
	}
	buf_release(&text);
	buf_release(&code);
	return ok;
}

static void first_difference(const char *what, const char *a, const char *b)
{
	size_t x, y;

	while (*a && *b) {
		const char *p = a, *q = b;

		a = next_line(p, &x);
		b = next_line(q, &y);
		/* compressed anew, a body may take another number of bytes */
		if (strstr(what, "body") && memmem(p, x, "Content-Length", 14))
			continue;
		if (x != y || memcmp(p, q, x))
			fail_msg("%s: set back, %.*s is %.*s", what, (int)x, p,
				 (int)y, q);
	}
	assert_string_equal(a, b);
}

static void check_back(struct trial *t, const struct buf *old,
		       const struct buf *now)
{
	struct change_set back;
	struct trial again = *t;
	struct buf text, before, after;
	struct err err;

	change_init(&back);
	buf_init(&text);
	buf_init(&before);
	buf_init(&after);
	again.text = now->data;
	again.len = now->len;
	rrpair_init(&again.pair);
	assert_true(rrpair_parse(&again.pair, now->data, now->len, &err));
	if (!set(&again, old->data, old->len, &text, &back))
		fail_msg("%s: the old value is refused", t->name.data);
	flatten(t->text, t->len, &before);
	flatten(text.data, text.len, &after);
	first_difference(t->name.data, before.data, after.data);
	rrpair_release(&again.pair);
	change_release(&back);
	buf_release(&text);
	buf_release(&before);
	buf_release(&after);
}

static void try_field(struct trial *t)
{
	struct change_set changed;
	struct buf old, now, got;
	bool has, want_back;

	change_init(&changed);
	buf_init(&old);
	buf_init(&now);
	buf_init(&got);
	has = rrpair_get(&t->pair, &t->field, &old, NULL);
	if (has && set(t, old.data, old.len, &now, &changed) &&
	    !(t->field.key && rrpair_count(&t->pair, &t->field) > 1))
		assert_null(changed.patch);
	if (set(t, new_value(&t->field), strlen(new_value(&t->field)), &now,
		&changed)) {
		check_leaves(t, &now, has ? &old : NULL, &changed);
		if (check_brought_in(t->rules, t->text, t->len, now.data,
				     now.len, &got))
			fail_msg("%s: %s", t->name.data, got.data);
		want_back = has && reversible(t) &&
			    !(t->field.key &&
			      rrpair_count(&t->pair, &t->field) > 1);
		/* an absent duration is 0, and stays there as one */
		if (t->field.id == FIELD_DURATION &&
		    rrpair_find(&t->pair, &t->field) == JSON_NONE)
			want_back = false;
		if (want_back)
			check_back(t, &old, &now);
	}
	change_release(&changed);
	buf_release(&old);
	buf_release(&now);
	buf_release(&got);
}

static void try_record(const char *text, size_t len)
{
	static const char *const keys[] = { "Host", "content-type", "Vary",
					    "a", "k8sAppLabel" };
	struct trial t = { .text = text, .len = len };
	struct err err;

	rrpair_init(&t.pair);
	buf_init(&t.name);
	t.rules = check_new(&(struct check_options){
		.at_least = CHECK_ERROR,
	});
	if (!rrpair_parse(&t.pair, text, len, &err))
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < field_info_count(); i++) {
		const struct field_info *info = field_info_at(i);
		size_t n = info->keyed ? sizeof(keys) / sizeof(keys[0]) : 1;

		for (size_t k = 0; k < n; k++) {
			field_make(&t.field, info->id,
				   info->keyed ? keys[k] : NULL,
				   info->keyed ? strlen(keys[k]) : 0, 0);
			buf_clear(&t.name);
			field_print(&t.field, &t.name);
			try_field(&t);
			field_release(&t.field);
		}
	}
	check_free(t.rules);
	rrpair_release(&t.pair);
	buf_release(&t.name);
}

static void test_generated(void **state)
{
	struct buf text;

	buf_init(&text);
	for (uint64_t seed = 0; seed < CASES; seed++) {
		struct prng r = { seed };

		buf_clear(&text);
		gen_http_record(&r, &text);
		try_record(text.data, text.len);
	}
	buf_release(&text);
}

static void test_corpus(void **state)
{
	static const char *const files[] = {
		"examples/openai-fine-tuning.jsonl",
		"examples/openai-tool-calling.jsonl",
		"examples/anthropic-message.jsonl",
		"examples/anthropic-streaming.jsonl",
		"examples/dynamodb.jsonl",
		"store/snapshots/5e5ad11f-bda5-40b7-b5df-21e6f8effb87/raw.jsonl",
		"store/snapshots/2971fb7e-151d-46a3-9983-ca33cc3f63fd/raw.jsonl",
	};
	const char *top = getenv("srcdir");
	char path[512];
	struct buf text;
	size_t found = 0;

	buf_init(&text);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		size_t lines = 0;

		snprintf(path, sizeof(path), "%s/../shared/corpus/%s",
			 top ? top : "..", files[i]);
		buf_clear(&text);
		if (!file_read(path, (size_t)64 << 20, &text, NULL))
			continue;
		found++;
		for (char *p = text.data, *end; *p && lines < CORPUS_LINES;
		     p = end + 1) {
			end = strchr(p, '\n');
			if (!end)
				break;
			if (end == p || (size_t)(end - p) > LINE_MAX)
				continue;
			try_record(p, (size_t)(end - p));
			lines++;
		}
	}
	buf_release(&text);
	if (!found)
		skip_test("no real records beside the sources");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generated),
		cmocka_unit_test(test_corpus),
	};

	return cmocka_run_group_tests_name("links", tests, NULL, NULL);
}
