/* What is here, sent: other files, then raw.jsonl, the metadata last. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "remote/syncplan.h"
#include "store/filecopy.h"
#include "store/gzio.h"

#define BLOCK ((size_t)256 << 10)

/* One file on its way. */
struct sending {
	struct sync *sync;
	struct sync_item *item;
	char *path;		/* the bytes that are sent: the file, or a copy
				   that nobody changes meanwhile */
	char *remote;		/* its name there */
	uint8_t digest[SHA256_LEN];
	uint64_t size;		/* plain */
};

struct push {
	struct sync *sync;
	struct sending *list;
	size_t count, cap;
	bool force;
};

/* ---- the bytes that are sent ---- */

/* A copy in the sync directory, under the name of its digest: what is sent, and
 * the base when it arrived. */
static bool copy_base(struct sending *f, const char *kind, struct err *err)
{
	struct sync *s = f->sync;
	char *part = syncdir_path(s->dir, "part.push"), *base = NULL;
	bool ok;

	unlink(part);
	ok = filecopy(f->item->path, part, 0600, SYNC_BASE_MAX, NULL, err) &&
	     sync_digest(part, f->digest, s->env.watch, err);
	if (ok) {
		base = sync_base_path(s->dir, kind, f->digest);
		if (rename(part, base))
			ok = err_errno(err, _("sync state"));
	}
	if (ok) {
		f->path = base;
		base = NULL;
	} else {
		unlink(part);
	}
	free(base);
	free(part);
	return ok;
}

/* Too large to keep a base of: the file itself is sent. */
static bool use_file(struct sending *f, struct err *err)
{
	struct sync *s = f->sync;

	f->item->digested = false;
	if (!sync_item_digest(s, f->item, err))
		return false;
	memcpy(f->digest, f->item->digest, SHA256_LEN);
	f->path = mem_strdup(f->item->path);
	return true;
}

static bool prepare(struct sending *f, struct err *err)
{
	struct sync *s = f->sync;
	const char *kind = sync_item_base_kind(s, f->item);
	struct err why = {0};
	struct stat st;
	bool ok;

	if (kind && copy_base(f, kind, &why)) {
		ok = true;
	} else if (kind && why.code != ERR_LIMIT) {
		if (err)
			*err = why;
		return err_wrap(err, "%s", f->item->name);
	} else {
		if (kind)
			watch_say(s->env.watch, "%s: %s",
				  _("no base for merges is kept"), why.msg);
		ok = use_file(f, err);
	}
	if (ok && stat(f->path, &st))
		ok = err_errno(err, "%s", f->item->name);
	if (!ok)
		return false;
	f->size = (uint64_t)st.st_size;
	return true;
}

static bool pack_to(int from, int to, const struct remote_watch *watch,
		    struct err *err)
{
	struct gzio_writer *w = gzio_writer_new(to);
	char *block = mem_alloc(BLOCK);
	bool ok = true;

	while (ok) {
		ssize_t n = read(from, block, BLOCK);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			ok = err_errno(err, _("cannot read"));
		if (n <= 0)
			break;
		ok = gzio_write(w, block, (size_t)n, err);
		if (ok && watch_cancelled(watch))
			ok = err_set(err, ERR_CANCELLED, _("cancelled"));
	}
	free(block);
	if (ok)
		return gzio_writer_finish(w, err);
	gzio_writer_free(w);
	return false;
}

/* The descriptor that is sent; packed when it rests so there. -1. */
static int open_bytes(const struct sending *f, struct err *err)
{
	struct sync *s = f->sync;
	int from = open(f->path, O_RDONLY | O_CLOEXEC), to;
	char *part;

	if (from < 0) {
		err_errno(err, "%s", f->item->name);
		return -1;
	}
	if (!strcmp(f->remote, f->item->name))
		return from;
	part = syncdir_path(s->dir, "part.gz");
	unlink(part);
	to = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	unlink(part);
	free(part);
	if (to < 0)
		err_errno(err, _("sync state"));
	else if (!pack_to(from, to, s->env.watch, err)) {
		close(to);
		to = -1;
	}
	close(from);
	return to;
}

/* ---- sending ---- */

static struct objects_condition condition(const struct objects_entry *there)
{
	if (!there)
		return (struct objects_condition){OBJECTS_IF_ABSENT, NULL};
	if (!there->version)
		return (struct objects_condition){OBJECTS_ALWAYS, NULL};
	return (struct objects_condition){OBJECTS_IF_VERSION, there->version};
}

static const struct objects_entry *entry_of(const struct sync *s,
					    const char *remote)
{
	return objects_list_find(&s->there, remote);
}

/* What the server says it has must be what was sent. */
static bool arrived(const struct sending *f, const struct objects_entry *now,
		    uint64_t sent, struct err *err)
{
	if (now->size == UINT64_MAX || now->size == sent)
		return true;
	return err_set(err, ERR_SYSTEM,
		       _("%s: %llu bytes were sent, and %llu are there"),
		       f->remote, (unsigned long long)sent,
		       (unsigned long long)now->size);
}

static bool send_one(struct sending *f, struct err *err)
{
	struct sync *s = f->sync;
	struct objects_condition when = condition(entry_of(s, f->remote));
	struct objects_entry now = {0};
	char *checkpoint = syncdir_path(s->dir, "checkpoint");
	struct objects_source src = {.checkpoint = checkpoint};
	struct stat st;
	bool ok = false;

	src.fd = open_bytes(f, err);
	if (src.fd < 0)
		goto out;
	if (fstat(src.fd, &st)) {
		err_errno(err, "%s", f->item->name);
		goto out;
	}
	src.size = (uint64_t)st.st_size;
	watch_say(s->env.watch, _("sending %s"), f->remote);
	ok = peer_put(s->peer, f->remote, &src, &when, &now, err) &&
	     arrived(f, &now, src.size, err);
	if (ok) {
		s->moved += src.size;
		memcpy(f->item->digest, f->digest, SHA256_LEN);
		f->item->digested = true;
		if (!now.name)
			now.name = mem_strdup(f->remote);
		f->item->sure = true;
		sync_note(s, f->item, f->digest, f->size, &now);
	}
	objects_entry_release(&now);
out:
	if (src.fd >= 0)
		close(src.fd);
	free(checkpoint);
	return ok;
}

static bool remove_there(struct sync *s, const char *remote, struct err *err)
{
	const struct objects_entry *e = entry_of(s, remote);
	struct objects_condition when = condition(e);

	if (!e)
		return true;
	watch_say(s->env.watch, _("removing %s"), remote);
	return peer_remove(s->peer, remote, &when, err);
}

/* ---- the plan ---- */

static bool must_send(const struct push *p, const struct sync_item *i)
{
	if (!i->path)
		return false;
	/* The client takes a snapshot as a whole. */
	if (peer_derives(p->sync->peer))
		return true;
	return i->here != SYNC_KEPT ||
	       (p->force && i->there != SYNC_KEPT);
}

/* 0: any file, 1: raw.jsonl, 2: the metadata. */
static int turn_of(const struct sync *s, const struct sync_item *i)
{
	const char *kind = sync_item_base_kind(s, i);

	return !kind ? 0 : !strcmp(kind, "raw") ? 1 : 2;
}

static bool add_sending(struct push *p, struct sync_item *i, struct err *err)
{
	struct sync *s = p->sync;
	bool packed = s->env.conf->compress && turn_of(s, i) == 1;
	struct sending *f;

	p->list = mem_room(p->list, p->count, &p->cap, sizeof(*p->list));
	f = &p->list[p->count++];
	*f = (struct sending){.sync = s, .item = i};
	f->remote = mem_strdup(packed ? s->raw_gz_name : i->name);
	return prepare(f, err);
}

static bool plan(struct push *p, struct err *err)
{
	struct sync *s = p->sync;

	for (int turn = 0; turn < 3; turn++)
		for (size_t k = 0; k < s->count; k++)
			if (turn_of(s, &s->items[k]) == turn &&
			    must_send(p, &s->items[k]) &&
			    !add_sending(p, &s->items[k], err))
				return false;
	return true;
}

static void push_release(struct push *p)
{
	for (size_t k = 0; k < p->count; k++) {
		free(p->list[k].path);
		free(p->list[k].remote);
	}
	free(p->list);
}

/* Before the first byte travels: what is about to be there, so that the next
 * sync knows it when this one does not end. */
static bool note_next(struct push *p, struct err *err)
{
	struct sync *s = p->sync;

	sync_state_release(&s->next);
	for (size_t k = 0; k < p->count; k++) {
		struct sync_file *f = sync_state_put(&s->next,
						     p->list[k].item->name);

		memcpy(f->digest, p->list[k].digest, SHA256_LEN);
		f->size = p->list[k].size;
	}
	s->next.known = true;
	return sync_state_save(&s->next, s->dir, true, err);
}

/* Is what is there still what was looked at before the claim? */
static bool look_again(struct push *p, struct err *err)
{
	struct sync *s = p->sync;
	bool moved = false;

	if (!sync_look_there(s, err) || !sync_weigh(s, err))
		return false;
	for (size_t k = 0; k < s->count; k++)
		moved |= s->items[k].there != SYNC_KEPT;
	if (!moved || p->force)
		return true;
	return err_set(err, ERR_CONFLICT, _("the remote moved on"));
}

/* Removed here: removed there. Other names of what was sent go, too. */
static bool remove_all(struct push *p, struct err *err)
{
	struct sync *s = p->sync;
	const char *stale = s->env.conf->compress ? s->raw_name : NULL;

	for (size_t k = 0; k < s->count; k++) {
		struct sync_item *i = &s->items[k];

		if (i->path || !i->entry ||
		    (i->here != SYNC_REMOVED && !p->force))
			continue;
		if (!remove_there(s, i->entry->name, err))
			return false;
		sync_state_remove(&s->state, i->name);
	}
	return !stale || !entry_of(s, s->raw_gz_name) ||
	       remove_there(s, stale, err);
}

static bool send_all(struct push *p, struct err *err)
{
	struct sync *s = p->sync;
	size_t k = 0;

	for (; k < p->count && turn_of(s, p->list[k].item) < 2; k++)
		if (!peer_renew(s->peer, err) || !send_one(&p->list[k], err))
			return false;
	if (!remove_all(p, err))
		return false;
	for (; k < p->count; k++)
		if (!peer_renew(s->peer, err) || !send_one(&p->list[k], err))
			return false;
	return peer_commit(s->peer, s->id, p->force, err);
}

/* What was sent is what a reader finds. */
static bool verify(struct push *p, struct err *err)
{
	struct sync *s = p->sync;

	if (!sync_look_there(s, err))
		return false;
	for (size_t k = 0; k < p->count; k++) {
		const struct sending *f = &p->list[k];
		const struct sync_file *n = sync_state_find(&s->state,
							    f->item->name);
		const struct objects_entry *e = entry_of(s, f->remote);

		if (!e || !n)
			return err_set(err, ERR_CONFLICT,
				       _("%s was removed by someone else"),
				       f->remote);
		if (n->version && e->version &&
		    !objects_same_version(n->version, e->version))
			return err_set(err, ERR_CONFLICT,
				       _("%s was replaced by someone else"),
				       f->remote);
		if (!n->version)
			sync_file_set_version((struct sync_file *)n, f->remote,
					      e->version);
	}
	return true;
}

static bool carry_out(struct push *p, struct err *err)
{
	struct sync *s = p->sync;
	struct err late = {0};
	bool ok;

	if (!peer_begin(s->peer, s->id, err))
		return false;
	ok = look_again(p, err) && plan(p, err) && note_next(p, err) &&
	     send_all(p, err) && verify(p, err);
	peer_end(s->peer);
	if (!ok) {
		/* What did arrive is known from now on. */
		if (s->state.known)
			sync_state_save(&s->state, s->dir, false, &late);
		return false;
	}
	s->state.known = true;
	sync_state_release(&s->next);
	if (!sync_save(s, err))
		return false;
	sync_state_drop_next(s->dir);
	sync_drop_downloads(s);
	return true;
}

static bool may_push(struct sync *s, bool force, struct err *err)
{
	if (s->env.conf->read_only)
		return err_set(err, ERR_INPUT,
			       _("remote %s is read-only, as configured"),
			       s->env.conf->name);
	switch (s->status) {
	case SYNC_NOTHING:
		return err_set(err, ERR_NOTARGET,
			       _("there is no such snapshot here or there"));
	case SYNC_NEW_THERE:
		return err_set(err, ERR_NOTARGET,
			       _("there is no such snapshot here, only there"));
	case SYNC_GONE_HERE:
		return err_set(err, ERR_CONFLICT,
			       _("it was deleted here"));
	case SYNC_THERE:
	case SYNC_BOTH:
		return force || err_set(err, ERR_CONFLICT,
					_("the remote moved on"));
	case SYNC_GONE_THERE:
		return force || err_set(err, ERR_CONFLICT,
					_("it was deleted there"));
	default:
		return true;
	}
}

bool sync_push(struct sync *s, bool force, struct err *err)
{
	struct push p = {.sync = s, .force = force};
	bool ok;

	if (!may_push(s, force, err))
		return false;
	if (s->status == SYNC_SAME)
		return true;
	ok = carry_out(&p, err);
	push_release(&p);
	return ok && sync_weigh(s, err);
}

/* The metadata first, so that what is left is no snapshot any more. */
bool sync_push_removal(struct sync *s, struct err *err)
{
	bool ok;

	if (s->env.conf->read_only)
		return may_push(s, true, err);
	if (!peer_begin(s->peer, s->id, err))
		return false;
	ok = sync_look_there(s, err) && remove_there(s, s->meta_name, err);
	for (size_t k = 0; ok && k < s->there.count; k++)
		if (strcmp(s->there.entries[k].name, s->meta_name))
			ok = remove_there(s, s->there.entries[k].name, err);
	ok = ok && peer_commit(s->peer, s->id, true, err);
	peer_end(s->peer);
	if (!ok)
		return false;
	sync_state_release(&s->state);
	sync_state_release(&s->next);
	return sync_save(s, err) && sync_weigh(s, err);
}
