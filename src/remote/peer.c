#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "remote/claim.h"
#include "remote/peer.h"
#include "remote/speedctl.h"
#include "store/library.h"

struct peer {
	struct peer_env env;
	struct objects *objects;	/* or */
	struct speedctl *speedctl;
	struct claim *claim;
};

struct peer *peer_open(const struct peer_env *env, struct err *err)
{
	struct peer *p = mem_zalloc(1, sizeof(*p));

	p->env = *env;
	if (env->conf->kind == REMOTE_SPEEDCTL)
		p->speedctl = speedctl_open(&p->env, err);
	else
		p->objects = objects_open(env->conf, env->watch, err);
	if (p->objects || p->speedctl)
		return p;
	free(p);
	return NULL;
}

void peer_close(struct peer *p)
{
	if (!p)
		return;
	peer_end(p);
	if (p->objects)
		objects_close(p->objects);
	speedctl_close(p->speedctl);
	free(p);
}

void peer_set_watch(struct peer *p, const struct remote_watch *watch)
{
	p->env.watch = watch;
	if (p->speedctl)
		speedctl_set_watch(p->speedctl, watch);
	else
		objects_set_watch(p->objects, watch);
}

bool peer_derives(const struct peer *p)
{
	return p->speedctl != NULL;
}

const char *peer_guarantee(const struct peer *p)
{
	if (p->speedctl)
		return _("the client asks before it overwrites; of two who "
			 "push at once the last one stands");
	return objects_guarantee(p->objects);
}

bool peer_test(struct peer *p, struct buf *report, struct err *err)
{
	struct objects_abilities can;

	if (p->speedctl) {
		if (!speedctl_test(p->speedctl, report, err))
			return false;
		buf_addf(report, "%s\n", peer_guarantee(p));
		return true;
	}
	if (!objects_probe(p->objects, &can, err))
		return false;
	if (*can.server)
		buf_addf(report, _("server: %s\n"), can.server);
	buf_addf(report, "%s\n", can.writable ? _("it can be read and written")
					      : _("it can only be read"));
	if (!can.lists)
		buf_addf(report, "%s\n",
			 _("it does not list what it holds"));
	if (can.ranges)
		buf_addf(report, "%s\n",
			 _("downloads that were cut go on where they were"));
	buf_addf(report, "%s\n", objects_guarantee(p->objects));
	return true;
}

/* ---- what is there ---- */

/* The id in "ID.json" or "ID/...", and whether there is one. */
static bool id_of(const struct objects_entry *e, char **out)
{
	const char *slash = strchr(e->name, '/');
	size_t len = strlen(e->name);
	char *id;

	if (slash)
		id = mem_dup(e->name, (size_t)(slash - e->name));
	else if (e->is_dir)
		id = mem_strdup(e->name);
	else if (len > 5 && !strcmp(e->name + len - 5, ".json"))
		id = mem_dup(e->name, len - 5);
	else
		return false;
	if (library_id_ok(id)) {
		*out = id;
		return true;
	}
	free(id);
	return false;
}

static bool is_raw(const char *name)
{
	const char *slash = strchr(name, '/');

	return slash && (!strcmp(slash + 1, "raw.jsonl") ||
			 !strcmp(slash + 1, "raw.jsonl.gz"));
}

static void count_entry(struct peer_snapshot *s, const struct objects_entry *e)
{
	if (e->is_dir)
		return;
	s->meta |= !strchr(e->name, '/');
	s->raw |= is_raw(e->name);
	if (e->size == UINT64_MAX ||
	    __builtin_add_overflow(s->bytes, e->size, &s->bytes))
		s->bytes = UINT64_MAX;
	if (e->mtime_ns > s->mtime_ns)
		s->mtime_ns = e->mtime_ns;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct peer_snapshot *)a)->id,
		      ((const struct peer_snapshot *)b)->id);
}

/* Entries of one snapshot are not beside each other ("ID.json" and "ID/x" may
 * have "ID-2.json" between), so they are sorted by id and joined. */
static size_t join(struct peer_snapshot *list, size_t n)
{
	size_t to = 0;

	qsort(list, n, sizeof(*list), by_id);
	for (size_t i = 0; i < n; i++) {
		struct peer_snapshot *s = &list[i];

		if (!to || strcmp(list[to - 1].id, s->id)) {
			list[to++] = *s;
			continue;
		}
		list[to - 1].meta |= s->meta;
		list[to - 1].raw |= s->raw;
		if (s->mtime_ns > list[to - 1].mtime_ns)
			list[to - 1].mtime_ns = s->mtime_ns;
		if (s->bytes == UINT64_MAX ||
		    __builtin_add_overflow(list[to - 1].bytes, s->bytes,
					   &list[to - 1].bytes))
			list[to - 1].bytes = UINT64_MAX;
		free(s->id);
	}
	return to;
}

bool peer_snapshots(struct peer *p, struct peer_snapshot **out, size_t *count,
		    struct err *err)
{
	struct objects_list all;
	size_t n = 0;

	if (p->speedctl) {	/* the client has no list */
		*out = NULL;
		*count = 0;
		return true;
	}
	if (!objects_list(p->objects, "", true, &all, err))
		return false;
	*out = mem_zalloc(all.count + 1, sizeof(**out));
	for (size_t i = 0; i < all.count; i++) {
		struct peer_snapshot *s = &(*out)[n];

		if (!id_of(&all.entries[i], &s->id))
			continue;
		s->mtime_ns = OBJECTS_NO_TIME;
		count_entry(s, &all.entries[i]);
		n++;
	}
	*count = n ? join(*out, n) : 0;
	objects_list_release(&all);
	return true;
}

void peer_snapshots_free(struct peer_snapshot *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(list[i].id);
	free(list);
}

static void add_entry(struct objects_list *l, struct objects_entry *e)
{
	l->entries = mem_room(l->entries, l->count, &l->cap,
			      sizeof(*l->entries));
	l->entries[l->count++] = *e;
}

/* Add the object of that name, if there is one. */
static bool look_at(struct peer *p, const char *name, struct objects_list *out,
		    struct err *err)
{
	struct objects_entry e = {0};
	struct err why = {0};

	if (objects_head(p->objects, name, &e, &why)) {
		add_entry(out, &e);
		return true;
	}
	if (why.code == ERR_NOTARGET)
		return true;
	if (err)
		*err = why;
	return false;
}

/* A server without listings still has what it has. */
static bool look_blind(struct peer *p, const char *id, struct objects_list *out,
		       struct err *err)
{
	char *raw = mem_format("%s/raw.jsonl", id);
	char *gz = mem_format("%s/raw.jsonl.gz", id);
	bool ok = look_at(p, raw, out, err) && look_at(p, gz, out, err);

	free(raw);
	free(gz);
	return ok;
}

static bool look_inside(struct peer *p, const char *id,
			struct objects_list *out, struct err *err)
{
	struct objects_list in;
	bool ok = true;

	if (!objects_list(p->objects, id, true, &in, err))
		return false;
	for (size_t i = 0; ok && i < in.count; i++) {
		struct objects_entry *e = &in.entries[i];

		if (e->is_dir)
			continue;
		if (e->version && e->size != UINT64_MAX) {
			add_entry(out, e);
			*e = (struct objects_entry){.is_dir = true};
		} else {
			ok = look_at(p, e->name, out, err);
		}
	}
	if (ok && !in.count)
		ok = look_blind(p, id, out, err);
	objects_list_release(&in);
	return ok;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct objects_entry *)a)->name,
		      ((const struct objects_entry *)b)->name);
}

bool peer_look(struct peer *p, const char *id, struct objects_list *out,
	       struct err *err)
{
	char *meta;
	bool ok;

	if (p->speedctl)
		return speedctl_look(p->speedctl, id, out, err);
	*out = (struct objects_list){0};
	meta = mem_format("%s.json", id);
	/* The metadata is put last, so it is looked at first: what is found
	 * then is not older than it. */
	ok = look_at(p, meta, out, err) && look_inside(p, id, out, err);
	free(meta);
	if (ok && out->count)
		qsort(out->entries, out->count, sizeof(*out->entries), by_name);
	if (!ok)
		objects_list_release(out);
	return ok;
}

bool peer_get(struct peer *p, const char *name, struct objects_sink *sink,
	      struct objects_entry *out, struct err *err)
{
	return p->speedctl ? speedctl_get(p->speedctl, name, sink, err)
			   : objects_get(p->objects, name, sink, out, err);
}

/* ---- writing ---- */

bool peer_begin(struct peer *p, const char *id, struct err *err)
{
	peer_end(p);
	if (p->speedctl)
		return true;
	p->claim = claim_take(p->objects, id, PEER_CLAIM_WAIT_S, p->env.watch,
			      err);
	return p->claim != NULL;
}

bool peer_put(struct peer *p, const char *name, const struct objects_source *src,
	      const struct objects_condition *when, struct objects_entry *out,
	      struct err *err)
{
	if (!p->speedctl)
		return objects_put(p->objects, name, src, when, out, err);
	if (out)
		*out = (struct objects_entry){.size = UINT64_MAX};
	return speedctl_put(p->speedctl, name, src, err);
}

bool peer_remove(struct peer *p, const char *name,
		 const struct objects_condition *when, struct err *err)
{
	return p->speedctl ? speedctl_remove(p->speedctl, name, err)
			   : objects_remove(p->objects, name, when, err);
}

bool peer_renew(struct peer *p, struct err *err)
{
	return p->speedctl || claim_renew(p->claim, err);
}

bool peer_commit(struct peer *p, const char *id, bool force, struct err *err)
{
	return p->speedctl ? speedctl_commit(p->speedctl, id, force, err)
			   : claim_holds(p->claim, err);
}

void peer_end(struct peer *p)
{
	if (p->claim)
		claim_release(p->claim);
	p->claim = NULL;
}
