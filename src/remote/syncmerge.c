/* What a pull would make of each file. Nothing is written here. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "remote/syncplan.h"
#include "store/library.h"

static enum sync_fate fate_of(const struct sync *s, const struct sync_item *i)
{
	switch (i->there) {
	case SYNC_KEPT:
		return FILE_KEEP;
	case SYNC_REMOVED:
		if (i->here == SYNC_KEPT)
			return FILE_REMOVE;
		return i->here == SYNC_REMOVED ? FILE_KEEP : FILE_ASK;
	case SYNC_ADDED:
	case SYNC_CHANGED:
		break;
	}
	if (i->here == SYNC_KEPT)
		return FILE_TAKE;
	if (i->here != SYNC_REMOVED && sync_item_base_kind(s, i))
		return FILE_JOIN;
	return FILE_ASK;
}

/* The base of an item's kind, when there is one that is good. Caller frees. */
static char *good_base(struct sync *s, const char *name, const char *kind)
{
	const struct sync_file *f = sync_state_find(&s->state, name);

	if (!f || !sync_base_good(s->dir, kind, f->digest, s->env.watch))
		return NULL;
	return sync_base_path(s->dir, kind, f->digest);
}

char *sync_base_raw(struct sync *s)
{
	return good_base(s, s->raw_name, "raw");
}

static bool merge_raw(struct sync *s, const struct sync_item *i,
		      struct err *err)
{
	char *base = sync_base_raw(s);
	struct merge_paths p = {
		.base = base, .mine = i->path, .theirs = i->fetched,
		.state_dir = s->env.state_dir,
	};

	if (i->path && i->here != SYNC_KEPT && !base && s->state.known)
		watch_say(s->env.watch, "%s",
			  _("the last synced version is not kept: what both "
			    "sides have is compared"));
	s->raw = merge_new(&p, s->env.watch, err);
	free(base);
	if (!s->raw)
		return err_wrap(err, "%s", i->name);
	s->counts.known = true;
	s->counts.there = merge_theirs(s->raw);
	s->counts.here = merge_mine(s->raw);
	return true;
}

static bool merge_meta(struct sync *s, const struct sync_item *i,
		       struct err *err)
{
	char *base = good_base(s, s->meta_name, "meta");
	struct buf *t = s->meta_texts;
	bool ok;

	ok = (!base || file_read(base, LIBRARY_META_MAX, &t[0], err)) &&
	     file_read(i->path, LIBRARY_META_MAX, &t[1], err) &&
	     file_read(i->fetched, LIBRARY_META_MAX, &t[2], err);
	if (ok) {
		s->meta = (struct merge_texts){
			.base = base ? t[0].data : NULL, .base_len = t[0].len,
			.mine = t[1].data, .mine_len = t[1].len,
			.theirs = t[2].data, .theirs_len = t[2].len,
		};
		s->meta_join = true;
		merge_text(&s->meta, &s->meta_conflicts, NULL, NULL);
	}
	free(base);
	return ok || err_wrap(err, "%s", i->name);
}

static void ask_file(struct sync *s, const struct sync_item *i)
{
	const char *slash = strchr(i->name, '/');
	struct merge_conflict *x =
		merge_conflicts_add(&s->file_conflicts,
				    slash ? slash + 1 : i->name);

	x->mine.there = i->path != NULL;
	x->theirs.there = i->entry != NULL;
	x->base.there = sync_state_find(&s->state, i->name) != NULL;
	x->mine.cut = x->theirs.cut = x->base.cut = true;
}

static bool merge_item(struct sync *s, struct sync_item *i, struct err *err)
{
	const char *kind = sync_item_base_kind(s, i);
	bool raw = kind && !strcmp(kind, "raw");

	i->fate = fate_of(s, i);
	if (i->fate == FILE_ASK)
		ask_file(s, i);
	/* Records are counted also where one side is taken as it is. */
	if (raw && i->fetched && i->there != SYNC_KEPT && i->path &&
	    (i->fate == FILE_JOIN || i->fate == FILE_TAKE))
		return merge_raw(s, i, err);
	return i->fate != FILE_JOIN || merge_meta(s, i, err);
}

bool sync_merge(struct sync *s, struct err *err)
{
	size_t at = 0;

	if (!s->fetched && !sync_fetch(s, false, err))
		return false;
	for (size_t k = 0; k < s->count; k++)
		if (!merge_item(s, &s->items[k], err))
			return false;
	/* The list does not move any more. */
	for (size_t k = 0; k < s->count; k++)
		if (s->items[k].fate == FILE_ASK)
			s->items[k].conflict = &s->file_conflicts.list[at++];
	s->merged = true;
	return true;
}

struct sync_counts sync_counts(const struct sync *s)
{
	return s->counts;
}

struct merge *sync_records(struct sync *s)
{
	return s->raw && merge_how(s->raw) != MERGE_ALL_MINE ? s->raw : NULL;
}

size_t sync_conflicts(struct sync *s, struct merge_conflict ***out)
{
	struct merge_conflicts *lists[3] = {
		&s->meta_conflicts, s->raw ? merge_conflicts(s->raw) : NULL,
		&s->file_conflicts,
	};
	size_t n = 0;

	for (int k = 0; k < 3; k++)
		n += lists[k] ? lists[k]->count : 0;
	*out = mem_zalloc(n + 1, sizeof(**out));
	n = 0;
	for (int k = 0; k < 3; k++)
		for (size_t i = 0; lists[k] && i < lists[k]->count; i++)
			(*out)[n++] = &lists[k]->list[i];
	return n;
}

void sync_decide(struct sync *s, enum merge_choice how)
{
	merge_conflicts_choose(&s->meta_conflicts, how);
	merge_conflicts_choose(&s->file_conflicts, how);
	if (s->raw)
		merge_conflicts_choose(merge_conflicts(s->raw), how);
}

bool sync_outgoing(struct sync *s, struct merge_counts *out, uint64_t *records,
		   struct err *err)
{
	const struct sync_item *i = sync_item(s, s->raw_name);
	char *base = sync_base_raw(s);
	bool ok = merge_compare(base, i ? i->path : NULL, s->env.state_dir,
				s->env.watch, out, records, err);

	free(base);
	return ok;
}
