#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "app/repository.h"
#include "app/seen.h"
#include "app/session.h"
#include "app/state.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"

static void on_document(void *arg, enum document_event event)
{
	struct session *s = arg;
	unsigned what = CHANGED_DOCUMENT;

	switch (event) {
	case DOCUMENT_GREW:
		s->current = document_known(s->doc, s->current);
		listing_grew(&s->listing);
		what = CHANGED_LISTING;
		break;
	case DOCUMENT_ORDER:
		listing_prune(&s->listing);
		what |= CHANGED_LISTING;
		if (s->checked == CHECKED_FRESH)
			s->checked = CHECKED_STALE;
		break;
	case DOCUMENT_EDITED:
		if (s->checked == CHECKED_FRESH)
			s->checked = CHECKED_STALE;
		break;
	case DOCUMENT_STORED:
	case DOCUMENT_DISK:
		break;
	}
	app_changed(s->app, what);
}

static void on_listing(void *arg)
{
	struct session *s = arg;

	app_changed(s->app, CHANGED_LISTING);
}

static void on_seen(void *arg)
{
	struct session *s = arg;

	app_suggest(s->app);
}

static char *visible(const char *s)
{
	struct buf b;

	buf_init(&b);
	utf8_visible(&b, s, strlen(s), false);
	return buf_detach(&b, NULL);
}

/* What the metadata calls the snapshot, or the end of the path. */
static char *name_of(const struct app *app, const struct target *t)
{
	struct library_list list;
	const char *slash = strrchr(t->path, '/');
	char *name = NULL;

	if (t->kind == TARGET_STDIN)
		return mem_strdup(_("standard input"));
	if (t->in_store && t->id && library_scan(app->store, &list, NULL)) {
		for (size_t i = 0; i < list.count && !name; i++)
			if (!strcmp(list.entries[i].id, t->id) &&
			    list.entries[i].name)
				name = visible(list.entries[i].name);
		library_list_release(&list);
	}
	if (!name && t->id)
		name = visible(t->id);
	return name ? name : visible(slash && slash[1] ? slash + 1 : t->path);
}

static struct document *open_document(struct app *app, const char *path,
				      struct err *err)
{
	bool outside = library_leads_out(app->store, path);
	struct document_options opt = {
		.state_dir = app->state_dir, .jobs = app->jobs,
		.flags = app->read_only || outside ? DOCUMENT_READONLY : 0,
	};
	struct document *doc = document_open(path, &opt, err);

	if (!doc)
		return NULL;
	log_add(LOG_INFO, "opened %s", path);
	if (outside)
		app_say(app, STYLE_NOTE, "%s",
			_("a link leads out of the store: opened read only"));
	else if (document_read_only(doc))
		app_say(app, STYLE_NOTE, "%s", document_read_only(doc));
	return doc;
}

/* What is shown of a document: all of it, nothing tagged, nothing checked. */
static void attach(struct session *s, struct document *doc)
{
	s->doc = doc;
	s->current = ROW_NONE;
	s->checked = CHECKED_NEVER;
	s->recover_asked = false;
	s->stray_told = 0;
	s->loads++;
	rowmap_clear(&s->tags);
	rowmap_clear(&s->marks);
	memset(s->counts, 0, sizeof(s->counts));
	listing_init(&s->listing, doc, s->app->jobs);
	s->listing.tagged = &s->tags;
	s->listing.problems = &s->marks;
	s->listing.id = s->id;
	s->listing.name = s->name;
	s->listing.changed = on_listing;
	s->listing.arg = s;
	s->seen = seen_new(doc, s->app->jobs, on_seen, s);
	document_observe(doc, on_document, s);
}

static void detach(struct session *s, bool keep_journal)
{
	session_check_stop(s);
	session_record_stop(s);
	seen_free(s->seen);
	s->seen = NULL;
	listing_release(&s->listing);
	document_unobserve(s->doc, on_document, s);
	document_close(s->doc, keep_journal);
	s->doc = NULL;
}

static struct session *find_open(struct app *app, const char *path)
{
	char *real = realpath(path, NULL);
	struct session *found = NULL;

	for (size_t i = 0; real && i < app->nsessions && !found; i++) {
		const char *other =
			document_real_path(app->sessions[i]->doc);

		if (other && !strcmp(other, real))
			found = app->sessions[i];
	}
	free(real);
	return found;
}

struct session *session_open(struct app *app, const struct target *target,
			     struct err *err)
{
	struct session *s = find_open(app, target->path);
	struct document *doc;

	if (s)
		return session_ref(s);
	if (app->nsessions == APP_SESSIONS_MAX) {
		err_set(err, ERR_LIMIT, _("more than %d snapshots are open"),
			APP_SESSIONS_MAX);
		return NULL;
	}
	doc = open_document(app, target->path, err);
	if (!doc)
		return NULL;
	s = mem_zalloc(1, sizeof(*s));
	s->app = app;
	s->refs = 1;
	s->records = true;
	s->name = name_of(app, target);
	s->id = target->id ? mem_strdup(target->id) : NULL;
	s->meta_path = target->meta_path ? mem_strdup(target->meta_path) : NULL;
	rowmap_init(&s->tags);
	rowmap_init(&s->marks);
	attach(s, doc);
	app->sessions[app->nsessions++] = s;
	return s;
}

struct session *session_open_meta(struct app *app, const char *path,
				  struct err *err)
{
	struct target t = {.kind = TARGET_FILE, .path = (char *)path};
	struct session *s = session_open(app, &t, err);

	if (s)
		s->records = false;
	return s;
}

struct session *session_ref(struct session *s)
{
	s->refs++;
	return s;
}

void session_unref(struct session *s)
{
	if (!s)
		return;
	assert(s->refs > 0);
	if (--s->refs == 0 && !s->saving && (!s->doc || !session_dirty(s)))
		session_close(s, false);
}

void session_close(struct session *s, bool keep_journal)
{
	struct app *app = s->app;
	size_t i = 0;

	while (app->sessions[i] != s)
		i++;
	app->sessions[i] = app->sessions[--app->nsessions];
	if (s->doc)
		detach(s, keep_journal);
	rowmap_release(&s->tags);
	rowmap_release(&s->marks);
	free(s->name);
	free(s->id);
	free(s->meta_path);
	free(s->save_merged_as);
	free(s);
}

const char *session_name(const struct session *s)
{
	return s->name;
}

bool session_read_only(const struct session *s)
{
	return document_read_only(s->doc) != NULL;
}

bool session_dirty(const struct session *s)
{
	return document_dirty(s->doc);
}

uint64_t session_generation(const struct session *s)
{
	return document_generation(s->doc) + (s->loads << 40);
}

uint64_t session_number(struct session *s, row_id id)
{
	uint64_t pos;

	return id != ROW_NONE && document_position(s->doc, id, &pos) ? pos + 1
								      : 0;
}

void session_show_number(struct session *s, row_id id, struct buf *out)
{
	uint64_t k;

	id = document_known(s->doc, id);
	if (document_tail_find(s->doc, id, &k))
		buf_addf(out, "-%llu", (unsigned long long)k + 1);
	else
		buf_addf(out, "%llu",
			 (unsigned long long)session_number(s, id));
}

bool session_numbered(struct session *s, row_id id)
{
	if (!row_is_tail(document_known(s->doc, id)))
		return true;
	app_say(s->app, STYLE_NOTE,
		_("this record has no number yet: the file is still being "
		  "read"));
	return false;
}

struct place {
	uint64_t pos;
	row_id id;
};

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->pos > y->pos) - (x->pos < y->pos);
}

void session_sort_rows(struct session *s, row_id *ids, size_t n)
{
	struct place *places = mem_zalloc(n + 1, sizeof(*places));
	uint64_t pos;

	for (size_t i = 0; i < n; i++) {
		if (!document_position(s->doc, ids[i], &pos))
			pos = UINT64_MAX;
		places[i] = (struct place){pos, ids[i]};
	}
	qsort(places, n, sizeof(*places), by_place);
	for (size_t i = 0; i < n; i++)
		ids[i] = places[i].id;
	free(places);
}

size_t session_targets(struct session *s, row_id current, row_id **out)
{
	struct place *places = mem_zalloc(s->tags.count + 1, sizeof(*places));
	size_t at = 0, n = 0;
	unsigned value;
	uint64_t pos;
	row_id id;

	while (rowmap_next(&s->tags, &at, &id, &value))
		if (document_position(s->doc, id, &pos))
			places[n++] = (struct place){pos, id};
	current = document_known(s->doc, current);
	if (!n && current != ROW_NONE &&
	    (document_position(s->doc, current, &pos) ||
	     document_tail_find(s->doc, current, &pos)))
		places[n++] = (struct place){pos, current};
	qsort(places, n, sizeof(*places), by_place);
	*out = mem_zalloc(n + 1, sizeof(**out));
	for (size_t i = 0; i < n; i++)
		(*out)[i] = places[i].id;
	free(places);
	return n;
}

void session_set_current(struct session *s, row_id id)
{
	if (s->current == id)
		return;
	s->current = id;
	app_changed(s->app, CHANGED_CURSOR);
}

bool session_apply(struct session *s, row_id id, const char *label,
		   const struct change_set *change)
{
	struct err err = {0};
	struct buf also;

	if (!change->patch) {
		app_say(s->app, STYLE_NOTE, _("nothing to change"));
		return true;
	}
	document_begin(s->doc, label);
	if (!repository_edit(s->doc, id, change->patch, &err)) {
		document_abort(s->doc);
		app_fail(s->app, &err);
		return false;
	}
	if (!document_commit(s->doc, &err)) {
		app_fail(s->app, &err);
		return false;
	}
	session_recheck(s, id);
	buf_init(&also);
	change_summary(change, &also);
	app_say(s->app, STYLE_OK, "%s%s%s", label, also.len ? "; " : "",
		also.data);
	buf_release(&also);
	return true;
}

size_t session_views(const struct session *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->app->depth; i++)
		n += s->app->stack[i]->session == s;
	return n;
}

bool session_reload(struct session *s, bool merge)
{
	char *path = mem_strdup(document_path(s->doc));
	struct app *app = s->app;
	struct document *doc;
	struct err err = {0};

	detach(s, merge);	/* gives the lock back, which is taken anew */
	doc = open_document(app, path, &err);
	free(path);
	if (doc) {
		attach(s, doc);
		s->recover_now = merge;
		app_changed(app, CHANGED_DOCUMENT | CHANGED_LISTING |
					 CHANGED_CHECK | CHANGED_TOP);
		return true;
	}
	app_fail(app, &err);
	/* nothing is left to show: its views go, and it goes with them */
	for (size_t i = 0; i < app->depth; i++) {
		if (app->stack[i]->session == s) {
			app_close(app, app->stack[i]);
			break;
		}
	}
	return false;
}
