/* Looking at both sides, and how they stand. Fetching is in syncfetch.c, what a
 * pull does in syncpull.c, a push in syncpush.c. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "remote/syncplan.h"
#include "store/filecopy.h"
#include "store/library.h"

static const struct {
	const char *word, *text;
} statuses[SYNC_STATUSES] = {
	[SYNC_NOTHING] = {"nothing", N_("neither here nor there")},
	[SYNC_NEVER] = {"never-pushed", N_("never pushed")},
	[SYNC_SAME] = {"in-sync", N_("in sync")},
	[SYNC_HERE] = {"changed-here", N_("changed here")},
	[SYNC_THERE] = {"changed-there", N_("changed there")},
	[SYNC_BOTH] = {"changed-both", N_("changed on both sides")},
	[SYNC_GONE_HERE] = {"gone-here", N_("deleted here")},
	[SYNC_GONE_THERE] = {"gone-there", N_("deleted there")},
	[SYNC_NEW_THERE] = {"new-there", N_("only there")},
};

const char *sync_status_word(enum sync_status status)
{
	return statuses[status].word;
}

const char *sync_status_text(enum sync_status status)
{
	return _(statuses[status].text);
}

/* ---- items ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct sync_item *)a)->name,
		      ((const struct sync_item *)b)->name);
}

struct sync_item *sync_item(struct sync *s, const char *name)
{
	struct sync_item key = {.name = (char *)name};

	return s->count ? bsearch(&key, s->items, s->count, sizeof(key),
				  by_name) : NULL;
}

static void item_release(struct sync_item *i)
{
	free(i->name);
	free(i->path);
	free(i->fetched);
}

static void add_name(struct sync *s, const char *name)
{
	s->items = mem_room(s->items, s->count, &s->cap, sizeof(*s->items));
	s->items[s->count++] = (struct sync_item){.name = mem_strdup(name)};
}

static void sort_items(struct sync *s)
{
	size_t n = 0;

	if (!s->count)
		return;
	qsort(s->items, s->count, sizeof(*s->items), by_name);
	for (size_t i = 0; i < s->count; i++) {
		if (n && !strcmp(s->items[n - 1].name, s->items[i].name))
			free(s->items[i].name);
		else
			s->items[n++] = s->items[i];
	}
	s->count = n;
}

/* What an object there is called here. Where records rest compressed, raw.jsonl
 * and raw.jsonl.gz are one file. */
static const char *name_here(const struct sync *s, const char *remote)
{
	return s->env.conf->compress && !strcmp(remote, s->raw_gz_name)
		       ? s->raw_name : remote;
}

static bool same_text(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* Each item's entry there; the compressed one counts when there are both. */
static void link_entries(struct sync *s)
{
	for (size_t i = 0; i < s->count; i++)
		s->items[i].entry = NULL;
	for (size_t i = 0; i < s->there.count; i++) {
		struct objects_entry *e = &s->there.entries[i];
		struct sync_item *x = sync_item(s, name_here(s, e->name));

		if (x && (!x->entry || strcmp(e->name, x->name)))
			x->entry = e;
	}
}

/* What the cloud makes by itself does not. */
static bool travels(const struct sync_env *env, const char *id,
		    const char *name)
{
	char *raw, *meta;
	bool yes;

	if (env->conf->kind != REMOTE_SPEEDCTL)
		return true;
	raw = sync_raw_name(id);
	meta = sync_meta_name(id);
	yes = same_text(name, raw) || same_text(name, meta);
	free(raw);
	free(meta);
	return yes;
}

static void make_items(struct sync *s)
{
	for (size_t i = 0; i < s->here.count; i++)
		if (travels(&s->env, s->id, s->here.list[i].name))
			add_name(s, s->here.list[i].name);
	for (size_t i = 0; i < s->there.count; i++)
		add_name(s, name_here(s, s->there.entries[i].name));
	for (size_t i = 0; i < s->state.count; i++)
		add_name(s, s->state.files[i].name);
	sort_items(s);
	for (size_t i = 0; i < s->count; i++) {
		const struct sync_local *l =
			sync_locals_find(&s->here, s->items[i].name);

		if (!l)
			continue;
		s->items[i].path = mem_strdup(l->path);
		s->items[i].stamp = l->stamp;
	}
	link_entries(s);
}

bool sync_look_there(struct sync *s, struct err *err)
{
	struct objects_list now;

	if (!peer_look(s->peer, s->id, &now, err))
		return false;
	objects_list_release(&s->there);
	s->there = now;
	for (size_t i = 0; i < now.count; i++)
		if (!sync_item(s, name_here(s, now.entries[i].name))) {
			add_name(s, name_here(s, now.entries[i].name));
			sort_items(s);
		}
	link_entries(s);
	return true;
}

/* ---- against the state ---- */

bool sync_item_digest(struct sync *s, struct sync_item *i, struct err *err)
{
	if (i->digested)
		return true;
	i->digested = sync_digest(i->path, i->digest, s->env.watch, err);
	if (!i->digested)
		err_wrap(err, "%s", i->name);
	return i->digested;
}

static bool weigh_here(struct sync *s, struct sync_item *i,
		       struct sync_file *f, struct err *err)
{
	if (!i->path || !f) {
		i->here = i->path ? SYNC_ADDED : f ? SYNC_REMOVED : SYNC_KEPT;
		return true;
	}
	if (f->has_stamp && sync_stamp_equal(&f->stamp, &i->stamp)) {
		i->here = SYNC_KEPT;
		return true;
	}
	i->here = SYNC_CHANGED;
	if (f->size != i->stamp.size)
		return true;
	if (!sync_item_digest(s, i, err))
		return false;
	if (!memcmp(i->digest, f->digest, SHA256_LEN)) {
		i->here = SYNC_KEPT;
		sync_file_stamp(f, &i->stamp);
	}
	return true;
}

static void weigh_there(struct sync_item *i, const struct sync_file *f)
{
	if (!i->entry || !f)
		i->there = i->entry ? SYNC_ADDED : f ? SYNC_REMOVED : SYNC_KEPT;
	else
		i->there = f->version && i->entry->version &&
			   objects_same_version(f->version,
						i->entry->version) &&
			   same_text(f->remote, i->entry->name) &&
			   (!f->fresh || i->sure)
				   ? SYNC_KEPT : SYNC_CHANGED;
}

static enum sync_status status_of(const struct sync *s)
{
	bool local = false, remote = false, here = false, there = false;

	for (size_t k = 0; k < s->count; k++) {
		const struct sync_item *i = &s->items[k];

		local |= i->path != NULL;
		remote |= i->entry != NULL;
		here |= i->here != SYNC_KEPT;
		there |= i->there != SYNC_KEPT;
	}
	if (!local && !remote)
		return SYNC_NOTHING;
	if (!local)
		return s->state.known ? SYNC_GONE_HERE : SYNC_NEW_THERE;
	if (!remote)
		return s->state.known ? SYNC_GONE_THERE : SYNC_NEVER;
	if (!here || !there)
		return here ? SYNC_HERE : there ? SYNC_THERE : SYNC_SAME;
	return SYNC_BOTH;
}

bool sync_weigh(struct sync *s, struct err *err)
{
	for (size_t k = 0; k < s->count; k++) {
		struct sync_item *i = &s->items[k];
		struct sync_file *f = sync_state_find(&s->state, i->name);

		if (!weigh_here(s, i, f, err))
			return false;
		weigh_there(i, f);
		if (i->here == SYNC_REMOVED && i->there == SYNC_REMOVED) {
			sync_state_remove(&s->state, i->name);
			i->here = i->there = SYNC_KEPT;
		}
	}
	s->status = status_of(s);
	return true;
}

/* ---- the state ---- */

const char *sync_item_base_kind(const struct sync *s, const struct sync_item *i)
{
	if (!strcmp(i->name, s->meta_name))
		return "meta";
	return !strcmp(i->name, s->raw_name) ? "raw" : NULL;
}

bool sync_keep_base(struct sync *s, const char *kind, const char *path,
		    const uint8_t digest[SHA256_LEN], struct err *err)
{
	char *base = sync_base_path(s->dir, kind, digest), *part;
	struct err why = {0};
	bool ok = true;

	if (access(base, F_OK)) {
		part = mem_format("%s.part", base);
		unlink(part);
		ok = filecopy(path, part, 0600, SYNC_BASE_MAX, NULL, &why) &&
		     !rename(part, base);
		/* Too large to copy: a sync without a base is still one. */
		if (!ok && why.code == ERR_LIMIT) {
			watch_say(s->env.watch, "%s: %s",
				  _("no base for merges is kept"), why.msg);
			ok = true;
		} else if (!ok) {
			if (!why.code)
				err_errno(&why, _("sync state"));
			if (err)
				*err = why;
			unlink(part);
		}
		free(part);
	}
	free(base);
	return ok;
}

void sync_note(struct sync *s, const struct sync_item *i,
	       const uint8_t digest[SHA256_LEN], uint64_t size,
	       const struct objects_entry *there)
{
	struct sync_file *f = sync_state_put(&s->state, i->name);

	s->state.known = true;
	memcpy(f->digest, digest, SHA256_LEN);
	f->size = size;
	f->has_stamp = false;
	sync_file_set_version(f, there ? there->name : i->name,
			      there ? there->version : NULL);
	f->fresh = there && sync_version_fresh(there->version, there->size,
					       there->mtime_ns);
	if (i->path && i->digested && !memcmp(i->digest, digest, SHA256_LEN))
		sync_file_stamp(f, &i->stamp);
}

bool sync_save(struct sync *s, struct err *err)
{
	if (!sync_state_save(&s->state, s->dir, false, err))
		return false;
	sync_base_sweep(s->dir, s->id, &s->state, &s->next);
	return true;
}

/* ---- begin and end ---- */

static struct sync *new_sync(const struct sync_env *env, const char *id)
{
	struct sync *s = mem_zalloc(1, sizeof(*s));

	s->env = *env;
	s->id = mem_strdup(id);
	s->meta_name = sync_meta_name(id);
	s->raw_name = sync_raw_name(id);
	s->raw_gz_name = sync_raw_gz_name(id);
	for (int k = 0; k < 3; k++)
		buf_init(&s->meta_texts[k]);
	return s;
}

/* Is there something that looks as at the last sync, and may not be? */
static bool any_fresh(const struct sync *s)
{
	for (size_t k = 0; k < s->count; k++) {
		const struct sync_item *i = &s->items[k];
		const struct sync_file *f = sync_state_find(&s->state, i->name);

		if (f && f->fresh && i->entry && i->there == SYNC_CHANGED)
			return true;
	}
	return false;
}

static bool look(struct sync *s, struct err *err)
{
	struct peer_env peer = {
		.state_dir = s->env.state_dir, .conf = s->env.conf,
		.watch = s->env.watch, .talk = s->env.talk,
	};

	s->dir = syncdir_open(s->env.state_dir, s->env.store, s->id,
			      s->env.conf, err);
	if (!s->dir)
		return false;
	sync_state_load(&s->state, s->dir, false);
	sync_state_load(&s->next, s->dir, true);
	s->peer = peer_open(&peer, err);
	if (!s->peer || !sync_locals_scan(&s->here, s->env.store, s->id, err) ||
	    !peer_look(s->peer, s->id, &s->there, err))
		return false;
	make_items(s);
	return sync_weigh(s, err) &&
	       (!any_fresh(s) || sync_fetch(s, true, err));
}

struct sync *sync_begin(const struct sync_env *env, const char *id,
			struct err *err)
{
	struct sync *s = new_sync(env, id);

	if (look(s, err))
		return s;
	sync_end(s);
	return NULL;
}

void sync_end(struct sync *s)
{
	if (!s)
		return;
	peer_close(s->peer);
	merge_free(s->raw);
	syncdir_close(s->dir);
	sync_state_release(&s->state);
	sync_state_release(&s->next);
	sync_locals_release(&s->here);
	objects_list_release(&s->there);
	for (size_t i = 0; i < s->count; i++)
		item_release(&s->items[i]);
	free(s->items);
	for (int k = 0; k < 3; k++)
		buf_release(&s->meta_texts[k]);
	merge_conflicts_release(&s->meta_conflicts);
	merge_conflicts_release(&s->file_conflicts);
	free(s->id);
	free(s->meta_name);
	free(s->raw_name);
	free(s->raw_gz_name);
	free(s);
}

void sync_set_watch(struct sync *s, const struct remote_watch *watch)
{
	s->env.watch = watch;
	peer_set_watch(s->peer, watch);
}

enum sync_status sync_status(const struct sync *s)
{
	return s->status;
}

const char *sync_guarantee(const struct sync *s)
{
	return peer_guarantee(s->peer);
}

size_t sync_skipped(const struct sync *s)
{
	return s->here.skipped;
}

uint64_t sync_moved(const struct sync *s)
{
	return s->moved;
}

size_t sync_differences(const struct sync *s, struct sync_difference **out)
{
	size_t n = 0;

	*out = mem_zalloc(s->count + 1, sizeof(**out));
	for (size_t k = 0; k < s->count; k++) {
		const struct sync_item *i = &s->items[k];

		if (i->here == SYNC_KEPT && i->there == SYNC_KEPT)
			continue;
		(*out)[n++] = (struct sync_difference){
			.name = i->name, .here = i->here, .there = i->there,
			.bytes_here = i->path ? i->stamp.size : 0,
			.bytes_there = i->entry ? i->entry->size : 0,
		};
	}
	return n;
}

/* ---- without the remote ---- */

static bool same_here(const struct sync_state *state,
		      const struct sync_local *l, bool digests,
		      const struct remote_watch *watch)
{
	const struct sync_file *f = sync_state_find(state, l->name);
	uint8_t now[SHA256_LEN];

	if (!f || f->size != l->stamp.size)
		return false;
	if (f->has_stamp && sync_stamp_equal(&f->stamp, &l->stamp))
		return true;
	return digests && sync_digest(l->path, now, watch, NULL) &&
	       !memcmp(now, f->digest, SHA256_LEN);
}

enum sync_status sync_offline(const struct sync_env *env, const char *id,
			      bool digests)
{
	struct syncdir *dir = syncdir_peek(env->state_dir, env->store, id,
					   env->conf);
	enum sync_status status = SYNC_SAME;
	struct sync_locals here;
	struct sync_state state;
	size_t count = 0;

	sync_state_load(&state, dir, false);
	syncdir_close(dir);
	if (!sync_locals_scan(&here, env->store, id, NULL)) {
		sync_state_release(&state);
		return SYNC_NOTHING;
	}
	if (!here.count)
		status = state.known ? SYNC_GONE_HERE : SYNC_NOTHING;
	else if (!state.known)
		status = SYNC_NEVER;
	for (size_t i = 0; status == SYNC_SAME && i < here.count; i++) {
		if (!travels(env, id, here.list[i].name))
			continue;
		count++;
		if (!same_here(&state, &here.list[i], digests, env->watch))
			status = SYNC_HERE;
	}
	if (status == SYNC_SAME && count != state.count)
		status = SYNC_HERE;
	sync_locals_release(&here);
	sync_state_release(&state);
	return status;
}

int64_t sync_when(const struct sync_env *env, const char *id)
{
	struct syncdir *dir = syncdir_peek(env->state_dir, env->store, id,
					   env->conf);
	struct sync_state state;
	int64_t when;

	sync_state_load(&state, dir, false);
	when = state.when_ns;
	syncdir_close(dir);
	sync_state_release(&state);
	return when;
}
