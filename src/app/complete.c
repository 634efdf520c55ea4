#include "config.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/complete.h"
#include "app/filters.h"
#include "app/seen.h"
#include "app/view.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/query.h"

#define VALUES_MAX 200	/* offered of one column */
#define FILES_MAX 500	/* offered of one directory */

static bool begins(const char *s, const char *prefix, size_t len)
{
	return !strncasecmp(s, prefix, len);
}

/* One value, as it would be typed here. */
static void offer(const char *v, size_t len, bool quote, const char *help,
		  struct completion *out)
{
	struct buf text;

	buf_init(&text);
	if (quote) {
		query_quote(&text, v, len);
	} else {	/* @ would be the name of a file */
		buf_adds(&text, len && *v == '@' ? "@" : "");
		buf_add(&text, v, len);
	}
	if (!memchr(text.data, '\0', text.len))
		completion_add(out, text.data, help);
	buf_release(&text);
}

/* The interned values of a field in this file, those that begin so. */
static bool column_values(struct session *s, const char *field,
			  const char *prefix, size_t len, bool quote,
			  struct completion *out)
{
	static const struct { const char *name; enum column column; } map[] = {
		{"status", COLUMN_STATUS}, {"command", COLUMN_COMMAND},
		{"method", COLUMN_COMMAND}, {"service", COLUMN_SERVICE},
		{"l7protocol", COLUMN_L7PROTOCOL}, {"tech", COLUMN_TECH},
		{"cluster", COLUMN_CLUSTER}, {"namespace", COLUMN_NAMESPACE},
		{"host", COLUMN_HOST},
	};
	const struct columns_pools *pools = document_pools(s->doc);
	size_t i = 0;

	while (i < sizeof(map) / sizeof(map[0]) && strcmp(map[i].name, field))
		i++;
	if (i == sizeof(map) / sizeof(map[0]))
		return false;
	for (uint32_t k = 1; k <= intern_count(pools->pool[map[i].column]) &&
			     out->n < VALUES_MAX; k++) {
		size_t vlen;
		const char *v = intern_text(pools->pool[map[i].column], k,
					    &vlen);

		if (v && begins(v, prefix, len))
			offer(v, vlen, quote, NULL, out);
	}
	return true;
}

/* What else stands in this file, as far as a job has found it. */
static void looked_up(struct session *s, const char *field, const char *prefix,
		      size_t len, bool quote, struct completion *out)
{
	size_t n;
	const struct seen_value *v = seen_values(s->seen, field, false, &n);

	for (size_t i = 0; i < n && out->n < VALUES_MAX; i++)
		if (begins(v[i].bytes, prefix, len))
			offer(v[i].bytes, v[i].len, quote, NULL, out);
}

/* Names of headers, tags or parameters, with what comes behind them. */
static void seen_keys(struct session *s, const char *field, const char *prefix,
		      size_t len, const char *tail, struct completion *out)
{
	struct buf text;
	size_t n;
	const struct seen_value *v = seen_values(s->seen, field, true, &n);

	buf_init(&text);
	for (size_t i = 0; i < n && out->n < VALUES_MAX; i++) {
		if (!begins(v[i].bytes, prefix, len) ||
		    strpbrk(v[i].bytes, "]\""))
			continue;	/* they would have to be quoted */
		buf_clear(&text);
		buf_addf(&text, "%s%s", v[i].bytes, tail);
		completion_add(out, text.data, NULL);
	}
	buf_release(&text);
}

static void seen(struct session *s, const char *field, const char *prefix,
		 size_t len, bool quote, struct completion *out)
{
	if (!column_values(s, field, prefix, len, quote, out))
		looked_up(s, field, prefix, len, quote, out);
}

void complete_named(const char *state_dir, const char *text, size_t len,
		    bool at, struct completion *out)
{
	struct filters named;
	struct buf name;

	buf_init(&name);
	filters_load(&named, state_dir);
	for (size_t i = 0; i < named.count; i++) {
		buf_clear(&name);
		buf_addf(&name, "%s%s", at ? "@" : "", named.items[i].name);
		if (begins(name.data, text, len))
			completion_add(out, name.data, named.items[i].expr);
	}
	filters_release(&named);
	buf_release(&name);
}

/* Of the filters that were kept, where a term is typed. */
static void named(struct session *s, const struct query_hint *hint,
		  const char *text, size_t cursor, struct completion *out)
{
	if (hint->from < cursor ? text[hint->from] == '@'
				: hint->want == QUERY_WANT_TERM)
		complete_named(app_state_dir(s->app), text + hint->from,
			       cursor - hint->from, true, out);
}

void complete_filter(void *session, const char *text, size_t len, size_t cursor,
		     struct completion *out)
{
	struct query_hint hint;
	const char *prefix;
	struct buf field;

	query_complete(text, len, cursor, &hint);
	out->from = hint.from;
	out->to = cursor;
	for (size_t i = 0; i < hint.count; i++)
		completion_add(out, hint.candidates[i].text,
			       hint.candidates[i].help
				       ? _(hint.candidates[i].help) : NULL);
	named(session, &hint, text, cursor, out);
	if (hint.want == QUERY_WANT_VALUE) {
		prefix = text + hint.from + hint.quoted;
		buf_init(&field);
		buf_addf(&field, hint.key[0] ? "%s[%s]" : "%s", hint.field,
			 hint.key);
		seen(session, field.data, prefix,
		     (size_t)(text + cursor - prefix), true, out);
		buf_release(&field);
		if (!strcmp(hint.field, "direction")) {
			completion_add(out, "IN", NULL);
			completion_add(out, "OUT", NULL);
		}
	}
	if (hint.want == QUERY_WANT_KEY) {
		buf_init(&field);
		buf_addf(&field, "%s[", hint.field);
		seen_keys(session, field.data, text + hint.from,
			  cursor - hint.from, "] ", out);
		buf_release(&field);
	}
	query_hint_release(&hint);
}

static void field_names(const char *text, size_t len, bool assign,
			struct completion *out)
{
	struct buf name;

	buf_init(&name);
	for (size_t i = 0; i < field_info_count(); i++) {
		const struct field_info *f = field_info_at(i);

		if (!begins(f->name, text, len))
			continue;
		buf_clear(&name);
		buf_adds(&name, f->name);
		buf_adds(&name, f->keyed ? "[" : assign ? "=" : "");
		completion_add(out, name.data, _(f->help));
	}
	buf_release(&name);
}

static void field_values(struct session *s, const char *text, size_t name_len,
			 const char *value, size_t len, struct completion *out)
{
	const char *bracket = memchr(text, '[', name_len);
	const struct field_info *f = field_info_named(text,
			bracket ? (size_t)(bracket - text) : name_len);
	char *field = mem_dup(text, name_len);

	for (size_t i = 0; f && f->choices && f->choices[i]; i++)
		if (begins(f->choices[i], value, len))
			completion_add(out, f->choices[i], NULL);
	if (s && s->records && (f ? !f->choices && f->type != FIELD_BYTES
				  : *text == '.'))
		seen(s, field, value, len, false, out);
	free(field);
}

/* The inside of "request.header[": names that the file has. */
static bool field_keys(struct session *s, const char *text, size_t len,
		       bool assign, size_t from, struct completion *out)
{
	const char *bracket = memchr(text, '[', len);
	char *field;

	if (!s || !bracket || *text == '.' || memchr(text, ']', len))
		return false;
	field = mem_dup(text, (size_t)(bracket - text) + 1);
	out->from = from + (size_t)(bracket - text) + 1;
	seen_keys(s, field, bracket + 1, len - (size_t)(bracket - text) - 1,
		  assign ? "]=" : "]", out);
	free(field);
	return true;
}

void complete_field(struct session *s, const char *text, size_t len,
		    bool assign, size_t from, struct completion *out)
{
	const char *eq = assign ? memchr(text, '=', len) : NULL;
	size_t name;

	if (!eq) {
		if (field_keys(s, text, len, assign, from, out))
			return;
		out->from = from;
		field_names(text, len, assign, out);
		return;
	}
	name = (size_t)(eq - text);
	out->from = from + name + 1;
	field_values(s, text, name, eq + 1, len - name - 1, out);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct completion_item *)a)->text,
		      ((const struct completion_item *)b)->text);
}

void complete_path(const char *text, size_t len, size_t from,
		   struct completion *out)
{
	const char *slash = memrchr(text, '/', len);
	size_t dir_len = slash ? (size_t)(slash - text) + 1 : 0;
	char *dir = dir_len ? mem_dup(text, dir_len) : mem_strdup(".");
	const char *stem = text + dir_len;
	size_t stem_len = len - dir_len;
	struct dirent *e;
	DIR *d = opendir(dir);

	out->from = from + dir_len;
	while (d && out->n < FILES_MAX && (e = readdir(d))) {
		char *name;

		if (strncmp(e->d_name, stem, stem_len) ||
		    (e->d_name[0] == '.' && !stem_len))
			continue;
		name = mem_format("%s%s", e->d_name,
				  e->d_type == DT_DIR ? "/" : "");
		completion_add(out, name, NULL);
		free(name);
	}
	if (d)
		closedir(d);
	free(dir);
	if (out->n)
		qsort(out->items, out->n, sizeof(*out->items), by_name);
}
