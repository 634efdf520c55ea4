#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "edit/doc.h"
#include "edit/frame.h"
#include "edit/recover.h"
#include "edit/recovermatch.h"
#include "store/statedir.h"

/* A journal as it was found. */
struct found {
	struct recover_entry e;
	struct journal_base base;
	struct source_id now;	/* the file as it is */
	bool gone;		/* superseded, or empty: not for the list */
};

struct search {
	const char *path;	/* real path; NULL: all */
	char *key;		/* of path */
	struct found *list;
	size_t n, cap;
};

/* --- looking --- */

static void release_entry(struct recover_entry *e)
{
	free(e->journal);
	free(e->path);
}

static bool is_none(const struct source_id *id)
{
	return id->dev == 0 && id->ino == 0 && id->size == 0;
}

/* A journal whose beginning is unreadable belongs to the file that its name
 * was made for. */
static void add_damaged(struct search *s, const char *file)
{
	const char *name = path_base(file);
	size_t len = s->key ? strlen(s->key) : 0;
	struct found f = { .e = { .damaged = true } };

	if (s->key && (strncmp(name, s->key, len) != 0 ||
		       (name[len] != '\0' && name[len] != '.')))
		return;
	f.e.journal = mem_strdup(file);
	f.e.path = mem_strdup(s->path ? s->path : file);
	s->list = mem_room(s->list, s->n, &s->cap, sizeof(*s->list));
	s->list[s->n++] = f;
}

static void count_steps(struct journal_reader *r, struct recover_entry *e)
{
	const char *frame;
	size_t len;

	while (journal_next(r, &frame, &len, &e->damaged))
		e->steps += frame_is_change(frame, len);
	e->bytes = journal_good_bytes(r);
}

static bool look_at(void *arg, const char *file)
{
	struct search *s = arg;
	struct found f = { .gone = false };
	struct journal_reader *r;
	struct err err;

	r = journal_reader_open(file, &f.base, &err);
	if (!r) {
		if (err.code == ERR_ABSENT)
			journal_remove(file, true, NULL);
		else if (err.code == ERR_INPUT)
			add_damaged(s, file);
		return true;
	}
	if (s->path && strcmp(s->path, f.base.path) != 0) {
		journal_base_release(&f.base);
		journal_reader_close(r);
		return true;
	}
	f.e.journal = mem_strdup(file);
	f.e.path = mem_strdup(f.base.path);
	f.e.when_ns = journal_reader_when_ns(r);
	f.e.in_use = journal_reader_in_use(r);
	count_steps(r, &f.e);
	journal_reader_close(r);
	if (source_id_of(f.base.path, &f.now))
		f.e.base_changed = !source_id_equal(&f.base.id, &f.now);
	else
		f.e.base_missing = true;
	s->list = mem_room(s->list, s->n, &s->cap, sizeof(*s->list));
	s->list[s->n++] = f;
	return true;
}

static bool same_session(const struct found *a, const struct found *b)
{
	return a->base.path && b->base.path &&
	       !memcmp(&a->base.session, &b->base.session,
		       sizeof(a->base.session)) &&
	       !strcmp(a->base.path, b->base.path);
}

/*
 * Of the journals that a save broke off between leaves, the one whose base is on
 * disk counts. A base that never came to be makes way for the other one.
 */
static bool superseded(const struct search *s, const struct found *f)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct found *o = &s->list[i];

		if (o == f || !same_session(o, f))
			continue;
		if (!o->e.base_missing && !o->e.base_changed)
			return true;
		if (is_none(&f->base.id) && !is_none(&o->base.id))
			return true;
	}
	return false;
}

static void mark_gone(struct search *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct found *f = &s->list[i];

		if (!f->base.path || f->e.in_use)
			continue;
		f->gone = superseded(s, f) ||
			  (f->e.steps == 0 && !f->e.damaged);
	}
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].gone)
			journal_remove(s->list[i].e.journal, false, NULL);
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = ((const struct recover_entry *)a)->when_ns;
	int64_t y = ((const struct recover_entry *)b)->when_ns;

	return x > y ? -1 : x < y;
}

bool recover_list(const char *state_dir, const char *path, bool with_used,
		  struct recover_entry **out, size_t *count, struct err *err)
{
	char *real = path ? realpath(path, NULL) : NULL;
	struct search s = { .path = real ? real : path };

	if (s.path)
		s.key = statedir_key(s.path);
	journal_each(state_dir, look_at, &s);
	mark_gone(&s);
	*out = mem_zalloc(s.n + 1, sizeof(**out));
	*count = 0;
	for (size_t i = 0; i < s.n; i++) {
		struct found *f = &s.list[i];

		if (f->gone || (f->e.in_use && !with_used))
			release_entry(&f->e);
		else
			(*out)[(*count)++] = f->e;
		journal_base_release(&f->base);
	}
	qsort(*out, *count, sizeof(**out), newest_first);
	free(s.list);
	free(s.key);
	free(real);
	return true;
}

void recover_list_free(struct recover_entry *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		release_entry(&list[i]);
	free(list);
}

/* --- applying --- */

void recover_report_release(struct recover_report *r)
{
	buf_release(&r->text);
}

static bool can_apply(struct document *doc, struct err *err)
{
	if (!doc_writable(doc, err))
		return false;
	if (doc->step_count || !document_complete(doc))
		return err_set(err, ERR_USAGE,
			       _("edits are recovered into a file that is read "
				 "to its end and was not edited yet"));
	return true;
}

/* *misfit: a frame is whole, and yet not for this file. */
static bool replay(struct document *doc, struct journal_reader *r,
		   struct match *match, struct recover_report *report,
		   bool *misfit, struct err *err)
{
	struct frame_reader *frames = frame_reader_new(doc);
	const char *frame;
	struct err why;
	size_t len;
	bool ok = true;

	if (match)
		frame_reader_find(frames, match_find, match_past, match);
	while (ok && journal_next(r, &frame, &len, &report->damaged)) {
		ok = frame_read(frames, frame, len, NULL, &why);
		report->applied += ok && frame_is_change(frame, len);
	}
	frame_reader_free(frames);
	/* What does not fit ends the readable part, as a torn frame does. */
	*misfit = !ok && why.code == ERR_INPUT;
	if (ok || *misfit) {
		report->damaged |= *misfit;
		return true;
	}
	*err = why;
	return false;
}

/* keep: the leftover has something that the document has not. */
static bool apply(struct document *doc, struct journal_reader *r,
		  const struct journal_base *base, const char *file,
		  struct recover_report *report, bool *keep, struct err *err)
{
	struct match *match = NULL;
	bool ok;

	if (!can_apply(doc, err))
		return false;
	if (!source_id_equal(&base->id, &doc->disk_id)) {
		match = match_new(doc, file, err);
		if (!match)
			return false;
	}
	ok = replay(doc, r, match, report, keep, err);
	if (ok && match)
		match_report(match, report);
	match_free(match);
	*keep |= report->conflicts > 0;
	return ok;
}

bool recover_apply(struct document *doc, const struct recover_entry *entry,
		   struct recover_report *report, struct err *err)
{
	struct journal_base base = { .path = NULL };
	struct journal_reader *r = journal_reader_open(entry->journal, &base,
						       err);
	bool ok, keep = false;

	*report = (struct recover_report){ .applied = 0 };
	buf_init(&report->text);
	if (!r)
		return err_wrap(err, _("recover"));
	if (journal_reader_claim(r))
		ok = apply(doc, r, &base, entry->journal, report, &keep, err);
	else
		ok = err_set(err, ERR_CONFLICT,
			     _("another rredit is using the journal"));
	journal_base_release(&base);
	if (ok) {
		/* What could not be used stays, to be looked at again. */
		if (keep)
			journal_reader_close(r);
		else
			doc_leftover(doc, entry->journal, r);
		log_add(LOG_INFO, "recovered %llu changes of %s",
			(unsigned long long)report->applied, entry->path);
		return true;
	}
	journal_reader_close(r);
	recover_report_release(report);
	return err_wrap(err, _("recover"));
}

struct document *recover_preview(struct document *doc,
				 const struct recover_entry *entry,
				 struct recover_report *report,
				 struct err *err)
{
	struct journal_base base = { .path = NULL };
	struct journal_reader *r = journal_reader_open(entry->journal, &base,
						       err);
	struct document *shadow = NULL;
	bool keep;

	*report = (struct recover_report){ .applied = 0 };
	buf_init(&report->text);
	if (r) {
		shadow = doc_shadow(doc);
		if (!apply(shadow, r, &base, entry->journal, report, &keep,
			   err)) {
			document_close(shadow, false);
			shadow = NULL;
			recover_report_release(report);
		}
	}
	journal_base_release(&base);
	journal_reader_close(r);
	return shadow;
}

bool recover_discard(const struct recover_entry *entry, struct err *err)
{
	return journal_remove(entry->journal, false, err);
}
