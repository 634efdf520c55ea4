#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/filters.h"
#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "rrpair/query.h"
#include "store/statedir.h"

#define DIRECTORY "history"	/* beside what was typed before */
#define FILE_NAME "filters"
#define FILE_MAX ((size_t)4 << 20)

static bool name_byte(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f && !strchr("\"()[]=@", c);
}

static bool name_valid(const char *name, size_t len)
{
	if (!len || len > FILTERS_NAME_MAX || !utf8_valid(name, len))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!name_byte(name[i]))
			return false;
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named_filter *)a)->name,
		      ((const struct named_filter *)b)->name);
}

/* "NAME<tab>EXPRESSION"; a line that is none is left out. */
static void take_line(struct filters *f, const char *line, size_t len)
{
	const char *tab = memchr(line, '\t', len);
	size_t name = tab ? (size_t)(tab - line) : 0;

	if (!tab || !name_valid(line, name) || f->count == FILTERS_MAX ||
	    filters_find(f, line, name))
		return;
	f->items = mem_room(f->items, f->count, &f->cap, sizeof(*f->items));
	f->items[f->count++] = (struct named_filter){
		mem_dup(line, name), mem_dup(tab + 1, len - name - 1),
	};
}

void filters_load(struct filters *f, const char *state_dir)
{
	char *path = state_dir ? mem_format("%s/" DIRECTORY "/" FILE_NAME,
					    state_dir) : NULL;
	struct buf text;

	*f = (struct filters){0};
	buf_init(&text);
	if (path && file_read(path, FILE_MAX, &text, NULL)) {
		const char *p = text.data, *end = p + text.len;

		while (p < end) {
			const char *nl = memchr(p, '\n', (size_t)(end - p));

			nl = nl ? nl : end;
			take_line(f, p, (size_t)(nl - p));
			p = nl + 1;
		}
	}
	if (f->count)
		qsort(f->items, f->count, sizeof(*f->items), by_name);
	buf_release(&text);
	free(path);
}

void filters_release(struct filters *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->items[i].name);
		free(f->items[i].expr);
	}
	free(f->items);
	*f = (struct filters){0};
}

const char *filters_find(const struct filters *f, const char *name, size_t len)
{
	for (size_t i = 0; i < f->count; i++)
		if (strlen(f->items[i].name) == len &&
		    !memcmp(f->items[i].name, name, len))
			return f->items[i].expr;
	return NULL;
}

static bool write_all(const struct filters *f, const char *path,
		      struct err *err)
{
	struct buf text;
	bool ok;

	buf_init(&text);
	for (size_t i = 0; i < f->count; i++)
		buf_addf(&text, "%s\t%s\n", f->items[i].name,
			 f->items[i].expr);
	ok = atomicfile_replace(path, 0600, text.data, text.len, err);
	buf_release(&text);
	return ok;
}

static bool change(struct filters *f, const char *name, const char *expr,
		   struct err *err)
{
	struct named_filter *found = NULL;
	char shown[ERR_QUOTE_MAX];

	for (size_t i = 0; i < f->count; i++)
		if (!strcmp(f->items[i].name, name))
			found = &f->items[i];
	if (!expr && !found)
		return err_set(err, ERR_ABSENT, _("there is no filter %s"),
			       err_quote(shown, name, strlen(name)));
	if (!expr) {
		free(found->name);
		free(found->expr);
		*found = f->items[--f->count];
		return true;
	}
	if (found) {
		free(found->expr);
		found->expr = mem_strdup(expr);
		return true;
	}
	if (f->count == FILTERS_MAX)
		return err_set(err, ERR_LIMIT, _("more than %d filters"),
			       FILTERS_MAX);
	f->items = mem_room(f->items, f->count, &f->cap, sizeof(*f->items));
	f->items[f->count++] = (struct named_filter){
		mem_strdup(name), mem_strdup(expr),
	};
	return true;
}

bool filters_put(const char *state_dir, const char *name, const char *expr,
		 struct err *err)
{
	struct filters f;
	char *dir, *path;
	bool ok;

	if (!name_valid(name, strlen(name)))
		return err_set(err, ERR_USAGE,
			       _("a name is one word without quotes, brackets and @"));
	if (expr && (strpbrk(expr, "\n") || strlen(expr) > QUERY_LEN_MAX))
		return err_set(err, ERR_INPUT,
			       _("this filter cannot stand in a line"));
	dir = statedir_sub(state_dir, DIRECTORY, err);
	if (!dir)
		return false;
	path = mem_format("%s/%s", dir, FILE_NAME);
	free(dir);
	filters_load(&f, state_dir);
	ok = change(&f, name, expr, err);
	if (ok && f.count)
		qsort(f.items, f.count, sizeof(*f.items), by_name);
	ok = ok && write_all(&f, path, err);
	filters_release(&f);
	free(path);
	return ok;
}

/* After a word: may a term begin? NOT before a term is not NOT before a value. */
static bool term_after(const char *word, size_t len, bool before)
{
	return (len == 3 && !strncasecmp(word, "AND", 3)) ||
	       (len == 2 && !strncasecmp(word, "OR", 2)) ||
	       (before && len == 3 && !strncasecmp(word, "NOT", 3));
}

/* The end of a text in quotes that begins at from. */
static size_t quoted_end(const char *expr, size_t len, size_t from)
{
	for (from++; from < len && expr[from] != '"'; from++)
		from += expr[from] == '\\';
	return from < len ? from + 1 : len;
}

static size_t word_end(const char *expr, size_t len, size_t from)
{
	while (from < len && !strchr(" \t\"()", expr[from]))
		from++;
	return from;
}

void filters_expand(const struct filters *f, const char *expr, size_t len,
		    struct buf *out)
{
	bool begins = true;	/* a term may begin here */
	size_t to;

	for (size_t i = 0; i < len; i = to) {
		const char *found = NULL;

		to = word_end(expr, len, i);
		if (to > i) {
			if (begins && expr[i] == '@')
				found = filters_find(f, expr + i + 1,
						     to - i - 1);
			begins = term_after(expr + i, to - i, begins);
		} else if (expr[i] == '"') {
			to = quoted_end(expr, len, i);
			begins = false;
		} else {
			to = i + 1;
			begins |= expr[i] == '(';
		}
		if (found)
			buf_addf(out, "(%s)", found);
		else
			buf_add(out, expr + i, to - i);
	}
}
