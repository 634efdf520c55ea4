/* Sort and search in the list of records. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "app/pairs.h"
#include "base/i18n.h"
#include "base/mem.h"

/* --- sort --- */

static void sort_by(struct pairs *p, enum sort_key key, bool descending)
{
	listing_sort(&p->view.session->listing, key, descending);
	p->list.sort = key == SORT_FILE && !descending
			       ? -1 : pairs_column_of_sort(key);
	p->list.descending = descending;
}

/* The same key again turns the order round; numbers begin with the most. */
void pairs_sort(struct pairs *p, enum sort_key key)
{
	const struct listing *l = &p->view.session->listing;
	bool most_first = key == SORT_DURATION || key == SORT_SIZE;

	sort_by(p, key, l->sort == key ? !l->descending : most_first);
}

static enum sort_key sort_of_command(enum command_id id)
{
	switch (id) {
	case CMD_SORT_FILE:
		return SORT_FILE;
	case CMD_SORT_TIME:
		return SORT_TIME;
	case CMD_SORT_DIRECTION:
		return SORT_DIRECTION;
	case CMD_SORT_COMMAND:
		return SORT_COMMAND;
	case CMD_SORT_HOST:
		return SORT_HOST;
	case CMD_SORT_LOCATION:
		return SORT_LOCATION;
	case CMD_SORT_STATUS:
		return SORT_STATUS;
	case CMD_SORT_DURATION:
		return SORT_DURATION;
	case CMD_SORT_SIZE:
		return SORT_SIZE;
	case CMD_SORT_TECH:
		return SORT_TECH;
	default:
		return SORT_KEYS;
	}
}

/* --- search --- */

void pairs_search_end(struct pairs *p)
{
	scan_free(p->search);
	p->search = NULL;
	rowmap_release(&p->hits);
	free(p->needle);
	p->needle = NULL;
	p->waiting = 0;
}

/* The next hit in the order shown, by step from the row `from`; it wraps. */
static bool go_to_hit(struct pairs *p, size_t from, int step, bool here)
{
	struct listing *l = &p->view.session->listing;
	size_t count = (size_t)listing_count(l), at = from;
	bool wrapped = false;

	if (!p->hits.count || !count)
		return false;
	for (size_t i = 0; i <= count; i++) {
		if (i || !here) {
			wrapped |= step > 0 ? at + 1 >= count : at == 0;
			at = step > 0 ? (at + 1) % count
				      : (at + count - 1) % count;
		}
		if (rowmap_get(&p->hits, listing_row(l, at))) {
			pairs_go_to_place(p, at);
			if (wrapped && !p->search)
				app_say(p->view.app, STYLE_NOTE,
					_("the search went round"));
			return true;
		}
	}
	return false;
}

static size_t cursor_row(struct pairs *p)
{
	size_t row;

	if (!list_current(&p->list, &row))
		return 0;
	return p->tail ? row : (size_t)fold_place(&p->fold, row);
}

void pairs_search_poll(struct pairs *p)
{
	row_id *ids = NULL;
	size_t n = 0, cap = 0;

	if (!p->search)
		return;
	scan_take(p->search, &ids, &n, &cap);
	for (size_t i = 0; i < n; i++)
		rowmap_set(&p->hits, ids[i], 1);
	free(ids);
	if (n && p->waiting &&
	    go_to_hit(p, cursor_row(p), p->waiting, true))
		p->waiting = 0;
}

static void search_ended(void *owner, struct scan *scan, bool complete)
{
	struct pairs *p = owner;

	pairs_search_poll(p);
	scan_free(scan);
	p->search = NULL;
	if (complete && !p->hits.count)
		app_say(p->view.app, STYLE_NOTE, _("no record has: %s"),
			p->needle);
	p->waiting = 0;
	app_dirty(p->view.app);
}

/* text REGEX "\Q...\E"; a needle without capitals matches in any case. */
static struct query *query_of(const char *needle, struct err *err)
{
	struct query *q;
	struct buf pattern, expr;
	bool fold = true;

	for (const char *c = needle; *c; c++)
		fold &= !isupper((unsigned char)*c);
	buf_init(&pattern);
	buf_init(&expr);
	buf_adds(&pattern, fold ? "(?i)\\Q" : "\\Q");
	for (const char *c = needle; *c; c++) {
		if (c[0] == '\\' && c[1] == 'E')
			buf_adds(&pattern, "\\E\\\\\\Q");
		else
			buf_addc(&pattern, *c);
	}
	buf_adds(&pattern, "\\E");
	buf_adds(&expr, "text REGEX \"");
	for (size_t i = 0; i < pattern.len; i++) {
		if (pattern.data[i] == '"')
			buf_addc(&expr, '\\');
		buf_addc(&expr, pattern.data[i]);
	}
	buf_addc(&expr, '"');
	q = query_parse(expr.data, expr.len, err);
	buf_release(&pattern);
	buf_release(&expr);
	return q;
}

static void begin_search(struct pairs *p, const char *needle, int step)
{
	struct session *s = p->view.session;
	struct scan_spec spec = {
		.what = _("search"), .ended = search_ended, .owner = p,
	};
	struct err err = {0};

	pairs_search_end(p);
	rowmap_init(&p->hits);
	p->needle = mem_strdup(needle);
	spec.query = query_of(needle, &err);
	if (!spec.query) {
		app_fail(p->view.app, &err);
		return;
	}
	spec.snapshot = document_snapshot(s->doc);
	p->searched_generation = session_generation(s);
	p->waiting = step;
	p->search = scan_start(app_jobs(p->view.app), &spec);
	snapshot_unref(spec.snapshot);
	query_unref(spec.query);
}

static void search(struct pairs *p, const struct call *call)
{
	bool typed = call->id == CMD_SEARCH || call->id == CMD_SEARCH_BACK;
	bool back = call->id == CMD_SEARCH_BACK || call->id == CMD_SEARCH_PREV;
	bool known = p->needle && !strcmp(p->needle, call->arg) &&
		     p->searched_generation ==
			     session_generation(p->view.session);

	p->typing = call->live;
	if (!*call->arg) {
		pairs_search_end(p);
		rowmap_init(&p->hits);
		return;
	}
	if (!known) {
		begin_search(p, call->arg, back ? -1 : 1);
		return;
	}
	if (go_to_hit(p, cursor_row(p), back ? -1 : 1, typed))
		return;
	if (p->search)
		p->waiting = back ? -1 : 1;
	else
		app_say(p->view.app, STYLE_NOTE, _("no record has: %s"),
			p->needle);
}

void pairs_search_status(struct pairs *p, struct buf *out)
{
	uint64_t done, total;

	if (!p->needle)
		return;
	buf_addf(out, out->len ? "  /%s " : "/%s ", p->needle);
	buf_addf(out, PLURAL("%zu hit", "%zu hits", p->hits.count),
		 p->hits.count);
	if (p->search) {
		scan_progress(p->search, &done, &total);
		if (total)
			buf_addf(out, " %d%%", (int)(done * 100 / total));
	}
}

bool pairs_find_command(struct pairs *p, const struct call *call)
{
	const struct listing *l = &p->view.session->listing;
	enum sort_key key = sort_of_command(call->id);

	if (key != SORT_KEYS) {
		pairs_sort(p, key);
		return true;
	}
	switch (call->id) {
	case CMD_SORT_REVERSE:
		sort_by(p, l->sort, !l->descending);
		return true;
	case CMD_SEARCH:
	case CMD_SEARCH_BACK:
	case CMD_SEARCH_NEXT:
	case CMD_SEARCH_PREV:
		if (!call->arg)
			return false;
		search(p, call);
		return true;
	default:
		return false;
	}
}
