#include "config.h"

#include "rrpair/field.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

/* Names longer than this are not compared for a suggestion. */
#define NAME_MAX_LEN 40
#define NTH_MAX 1000000

static bool usage(struct err *err, size_t at, const char *text)
{
	err_set(err, ERR_USAGE, "%s", text);
	if (err)
		err->offset = at;
	return false;
}

/* Edit distance of two short names, for "did you mean". */
static unsigned distance(const char *a, size_t alen, const char *b, size_t blen)
{
	unsigned row[NAME_MAX_LEN + 1];

	for (size_t j = 0; j <= blen; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= alen; i++) {
		unsigned corner = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= blen; j++) {
			unsigned up = row[j], best = corner;

			if (!utf8_ascii_ieq(a + i - 1, 1, b + j - 1, 1))
				best++;
			if (up + 1 < best)
				best = up + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			corner = up;
			row[j] = best;
		}
	}
	return row[blen];
}

static const char *nearest(const char *name, size_t len)
{
	unsigned best = 3;	/* farther is no misspelling */
	const char *found = NULL;

	if (len < 3 || len > NAME_MAX_LEN)
		return NULL;
	for (size_t i = 0; i < field_info_count(); i++) {
		const char *known = field_info_at(i)->name;
		unsigned d = distance(name, len, known, strlen(known));

		if (d < best) {
			best = d;
			found = known;
		}
	}
	return found;
}

static bool unknown(const char *name, size_t len, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	const char *near = nearest(name, len);

	err_quote(quoted, name, len);
	if (near)
		return err_set(err, ERR_USAGE,
			       _("unknown field %s; did you mean %s?"), quoted,
			       near);
	return err_set(err, ERR_USAGE,
		       _("unknown field %s; an exact path starts with a dot"),
		       quoted);
}

/* The end of a JSON string that begins at s[at], or 0 when it has none. */
static size_t string_end(const char *s, size_t len, size_t at)
{
	for (size_t i = at + 1; i < len; i++) {
		if (s[i] == '\\')
			i++;
		else if (s[i] == '"')
			return i + 1;
	}
	return 0;
}

/* The key in brackets at *at, moving *at behind them. */
static bool parse_key(struct field *field, const char *s, size_t len, size_t *at,
		      struct err *err)
{
	size_t start = *at + 1, end;
	struct buf key;
	const char *close;

	buf_init(&key);
	if (start < len && s[start] == '"') {
		end = string_end(s, len, start);
		if (!end || end >= len || s[end] != ']' ||
		    !json_valid(s + start, end - start, NULL)) {
			buf_release(&key);
			return usage(err, start, _("the quoted key is not a "
						   "JSON string in brackets"));
		}
		json_decode_span(s + start, end - start, &key);
	} else {
		close = memchr(s + start, ']', len - start);
		if (!close)
			return usage(err, *at, _("the key has no closing ]"));
		end = (size_t)(close - s);
		buf_add(&key, s + start, end - start);
	}
	if (!key.len) {
		buf_release(&key);
		return usage(err, start, _("the key is empty"));
	}
	field->key = buf_detach(&key, &field->key_len);
	*at = end + 1;
	return true;
}

static bool parse_nth(struct field *field, const char *s, size_t len, size_t *at,
		      struct err *err)
{
	uint32_t nth = 0;
	size_t i = *at + 1;

	for (; i < len && s[i] >= '0' && s[i] <= '9'; i++) {
		nth = nth * 10 + (uint32_t)(s[i] - '0');
		if (nth > NTH_MAX)
			break;
	}
	if (!nth || nth > NTH_MAX || i >= len || s[i] != ']')
		return usage(err, *at + 1,
			     _("values are numbered from 1, as in [2]"));
	field->nth = nth;
	*at = i + 1;
	return true;
}

static bool parse_friendly(struct field *field, const char *s, size_t len,
			   struct err *err)
{
	const char *bracket = len ? memchr(s, '[', len) : NULL;
	size_t at = bracket ? (size_t)(bracket - s) : len;
	const struct field_info *info = field_info_named(s, at);

	if (!info)
		return unknown(s, at, err);
	field->id = info->id;
	if (info->keyed && at == len)
		return usage(err, at, _("this field takes a key, as in "
					"tag[KEY]"));
	if (!info->keyed && at < len)
		return usage(err, at, _("this field takes no key"));
	if (info->keyed && !parse_key(field, s, len, &at, err))
		return false;
	if (at < len && s[at] == '[' && info->repeats &&
	    !parse_nth(field, s, len, &at, err))
		return false;
	if (at < len)
		return usage(err, at, _("nothing may follow the field"));
	return true;
}

bool field_parse(struct field *field, const char *s, size_t len, struct err *err)
{
	struct field out;

	memset(&out, 0, sizeof(out));
	if (len && s[0] == '.') {
		out.id = FIELD_DOTTED;
		if (!json_path_parse(&out.path, s, len, err))
			return false;
	} else if (!parse_friendly(&out, s, len, err)) {
		field_release(&out);
		return false;
	}
	*field = out;
	return true;
}

void field_make(struct field *field, enum field_id id, const char *key,
		size_t key_len, uint32_t nth)
{
	memset(field, 0, sizeof(*field));
	field->id = id;
	field->nth = nth;
	if (key) {
		field->key = mem_dup(key, key_len);
		field->key_len = key_len;
	}
}

bool field_copy(struct field *dst, const struct field *src)
{
	struct buf path;
	bool ok = true;

	if (src->id != FIELD_DOTTED) {
		field_make(dst, src->id, src->key, src->key_len, src->nth);
		return true;
	}
	buf_init(&path);
	field_print(src, &path);
	ok = field_parse(dst, path.data, path.len, NULL);
	buf_release(&path);
	return ok;
}

void field_release(struct field *field)
{
	if (field->id == FIELD_DOTTED)
		json_path_release(&field->path);
	free(field->key);
	memset(field, 0, sizeof(*field));
}

/* Steps that need no quotes: what json_path_print() leaves bare, and no more
 * than letters, digits, '_' and '-', so that any shell and any reader agree. */
static bool plain_step(const char *key, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!((key[i] >= '0' && key[i] <= '9') ||
		      (key[i] >= 'a' && key[i] <= 'z') ||
		      (key[i] >= 'A' && key[i] <= 'Z') || key[i] == '_' ||
		      key[i] == '-'))
			return false;
	return len > 0;
}

static void print_path(const struct json_path *path, struct buf *out)
{
	if (!path->count || !path->steps[0].key)
		buf_addc(out, '.');
	for (size_t i = 0; i < path->count; i++) {
		const struct json_step *step = &path->steps[i];

		if (!step->key) {
			buf_addf(out, "[%u]", step->index);
			continue;
		}
		buf_addc(out, '.');
		if (plain_step(step->key, step->key_len))
			buf_add(out, step->key, step->key_len);
		else
			json_encode(out, step->key, step->key_len);
	}
}

void field_print(const struct field *field, struct buf *out)
{
	if (field->id == FIELD_DOTTED) {
		print_path(&field->path, out);
		return;
	}
	buf_adds(out, field_info(field->id)->name);
	if (!field->key)
		return;
	buf_addc(out, '[');
	if (field->key[0] != '"' && !memchr(field->key, ']', field->key_len))
		buf_add(out, field->key, field->key_len);
	else
		json_encode(out, field->key, field->key_len);
	buf_addc(out, ']');
	if (field->nth)
		buf_addf(out, "[%u]", field->nth);
}

/* The first '=' outside brackets and quoted steps, or len. */
static size_t find_equal(const char *s, size_t len)
{
	bool quotes = len && s[0] == '.';	/* a path quotes its steps */
	bool inside = false;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '"' && (quotes || (inside && s[i - 1] == '['))) {
			size_t end = string_end(s, len, i);

			if (!end)
				return len;
			i = end - 1;
		} else if (s[i] == '[') {
			inside = true;
		} else if (s[i] == ']') {
			inside = false;
		} else if (s[i] == '=' && !inside) {
			return i;
		}
	}
	return len;
}

bool field_parse_assignment(struct field *field, const char *s, size_t len,
			    const char **value, size_t *value_len, bool *json,
			    struct err *err)
{
	size_t equal = find_equal(s, len);
	bool exact;

	if (equal == len)
		return usage(err, len, _("FIELD=VALUE is missing its ="));
	exact = equal && s[equal - 1] == ':';
	if (!field_parse(field, s, exact ? equal - 1 : equal, err))
		return false;
	*value = s + equal + 1;
	*value_len = len - equal - 1;
	*json = exact;
	return true;
}
