/* Downloads beside, into the sync directory, and what they turn out to be. */
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
#include "base/path.h"
#include "remote/normal.h"
#include "remote/syncplan.h"
#include "store/filetree.h"
#include "store/gzio.h"
#include "store/source.h"

#define BLOCK ((size_t)256 << 10)
#define LOOKS_MAX 5	/* times the remote may change under a fetch */

/* A name for what is downloaded of this object in this version; a part of
 * another version is never gone on with. */
static char *place_of(const struct sync *s, const struct objects_entry *e)
{
	char *all = mem_format("%s\n%s", e->name, e->version ? e->version : ""),
	     text[2 * SHA256_LEN + 1], *sub, *path;
	uint8_t sum[SHA256_LEN];

	sha256(sum, all, strlen(all));
	sync_digest_text(sum, text);
	sub = mem_format("in/%.32s", text);
	path = syncdir_path(s->dir, sub);
	free(sub);
	free(all);
	return path;
}

static bool make_in(struct sync *s, struct err *err)
{
	char *in = syncdir_path(s->dir, "in");
	bool ok = path_make_dirs(in, err);

	free(in);
	return ok;
}

static bool unpack_to(int from, int to, const struct remote_watch *watch,
		      struct err *err)
{
	struct gzio_reader *r = gzio_reader_new(from, SOURCE_SPOOL_MAX);
	char *block = mem_alloc(BLOCK);
	ptrdiff_t n;
	bool ok = true;

	while (ok && (n = gzio_read(r, block, BLOCK, err)) != 0) {
		if (n == GZIO_AGAIN)
			continue;
		ok = n > 0;
		for (ptrdiff_t at = 0; ok && at < n;) {
			ssize_t w = write(to, block + at, (size_t)(n - at));

			if (w < 0 && errno == EINTR)
				continue;
			ok = w >= 0 || err_errno(err, _("cannot write"));
			at += w;
		}
		if (ok && watch_cancelled(watch))
			ok = err_set(err, ERR_CANCELLED, _("cancelled"));
	}
	free(block);
	gzio_reader_free(r);
	return ok;
}

/* The file `part` unpacked as `whole`, which is there when it is all there. */
static bool unpack(const char *part, const char *whole,
		   const struct remote_watch *watch, struct err *err)
{
	char *plain = mem_format("%s.plain", part);
	int from = open(part, O_RDONLY | O_CLOEXEC);
	int to = open(plain, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool ok;

	if (from < 0 || to < 0)
		ok = err_errno(err, _("download"));
	else
		ok = unpack_to(from, to, watch, err);
	if (from >= 0)
		close(from);
	if (to >= 0 && close(to) && ok)
		ok = err_errno(err, _("cannot write"));
	if (ok && rename(plain, whole))
		ok = err_errno(err, _("download"));
	unlink(ok ? part : plain);
	free(plain);
	return ok;
}

static bool is_packed(const struct sync *s, const struct sync_item *i)
{
	return i->entry && !strcmp(i->name, s->raw_name) &&
	       strcmp(i->entry->name, i->name);
}

/* Into `part`, which may hold the beginning from before. */
static bool get(struct sync *s, const struct objects_entry *e, const char *part,
		struct err *err)
{
	struct objects_sink sink = {
		.fd = open(part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			   0600),
		.version = e->version, .max = SOURCE_SPOOL_MAX,
	};
	struct stat st;
	bool ok;

	if (sink.fd < 0 || fstat(sink.fd, &st)) {
		if (sink.fd >= 0)
			close(sink.fd);
		return err_errno(err, _("download"));
	}
	if (e->version)
		sink.have = (uint64_t)st.st_size;
	else if (ftruncate(sink.fd, 0)) {
		close(sink.fd);
		return err_errno(err, _("download"));
	}
	ok = peer_get(s->peer, e->name, &sink, NULL, err);
	s->moved += sink.sent;
	if (close(sink.fd) && ok)
		ok = err_errno(err, _("cannot write"));
	return ok;
}

static bool fetch_item(struct sync *s, struct sync_item *i, struct err *err)
{
	char *part, *whole;
	struct stat st;
	bool ok = true;

	free(i->fetched);
	i->fetched = NULL;
	part = place_of(s, i->entry);
	whole = mem_format("%s.whole", part);
	if (access(whole, F_OK)) {
		watch_say(s->env.watch, _("downloading %s"), i->entry->name);
		ok = get(s, i->entry, part, err);
		if (ok && is_packed(s, i))
			ok = unpack(part, whole, s->env.watch, err);
		else if (ok && rename(part, whole))
			ok = err_errno(err, _("download"));
	}
	ok = ok && sync_digest(whole, i->there_digest, s->env.watch, err);
	if (ok && stat(whole, &st))
		ok = err_errno(err, _("download"));
	if (ok) {
		i->there_size = (uint64_t)st.st_size;
		i->fetched = whole;
	} else {
		err_wrap(err, "%s", i->entry->name);
		free(whole);
	}
	free(part);
	return ok;
}

/* May the object there be what is here, or what was, or what was being pushed?
 * By sizes, without fetching it. */
static bool may_be_known(const struct sync *s, const struct sync_item *i)
{
	const struct sync_file *f = sync_state_find(&s->state, i->name);
	const struct sync_file *n = sync_state_find(&s->next, i->name);
	uint64_t size = i->entry->size;

	return is_packed(s, i) || size == UINT64_MAX ||
	       (i->path && i->stamp.size == size) || (f && f->size == size) ||
	       (n && n->size == size);
}

static bool wanted(const struct sync *s, const struct sync_item *i,
		   bool to_tell)
{
	return i->entry &&
	       (i->there == SYNC_ADDED || i->there == SYNC_CHANGED) &&
	       !i->fetched && (!to_tell || may_be_known(s, i));
}

static bool normal_of(struct sync *s, const char *kind, const char *path,
		      uint8_t out[SHA256_LEN])
{
	return !strcmp(kind, "raw") ?
		normal_records(path, s->env.state_dir, out, s->env.watch,
			       NULL) :
		normal_meta(path, out, NULL);
}

/* The same but for what the other side derives: as what is here, or as what was
 * sent. Then that is what is noted, with its bytes. */
static bool settle_derived(struct sync *s, struct sync_item *i,
			   const char *kind, struct err *err)
{
	const struct sync_file *f = sync_state_find(&s->state, i->name);
	uint8_t there[SHA256_LEN], other[SHA256_LEN], digest[SHA256_LEN];
	uint64_t size;
	char *base;

	if (!normal_of(s, kind, i->fetched, there))
		return true;
	if (i->path && normal_of(s, kind, i->path, other) &&
	    !memcmp(there, other, SHA256_LEN)) {
		if (!sync_item_digest(s, i, err) ||
		    !sync_keep_base(s, kind, i->path, i->digest, err))
			return false;
		sync_note(s, i, i->digest, i->stamp.size, i->entry);
		return true;
	}
	if (!f)
		return true;
	base = sync_base_path(s->dir, kind, f->digest);
	if (normal_of(s, kind, base, other) &&
	    !memcmp(there, other, SHA256_LEN)) {
		memcpy(digest, f->digest, SHA256_LEN);
		size = f->size;
		sync_note(s, i, digest, size, i->entry);
	}
	free(base);
	return true;
}

/* What was fetched is what both sides have, or what was there at the last sync,
 * or what a push sent that did not finish: then it is no news. */
static bool settle(struct sync *s, struct sync_item *i, struct err *err)
{
	const struct sync_file *f = sync_state_find(&s->state, i->name);
	const struct sync_file *n = sync_state_find(&s->next, i->name);
	const char *kind = sync_item_base_kind(s, i);
	bool known = (f && !memcmp(f->digest, i->there_digest, SHA256_LEN)) ||
		     (n && !memcmp(n->digest, i->there_digest, SHA256_LEN));

	if (!known && i->path && i->stamp.size == i->there_size) {
		if (!sync_item_digest(s, i, err))
			return false;
		known = !memcmp(i->digest, i->there_digest, SHA256_LEN);
	}
	if (!known && kind && peer_derives(s->peer))
		return settle_derived(s, i, kind, err);
	if (!known)
		return true;
	if (kind && !sync_keep_base(s, kind, i->fetched, i->there_digest, err))
		return false;
	i->sure = true;
	sync_note(s, i, i->there_digest, i->there_size, i->entry);
	return true;
}

static bool fetch_all(struct sync *s, bool to_tell, struct err *err)
{
	for (size_t k = 0; k < s->count; k++) {
		struct sync_item *i = &s->items[k];

		if (wanted(s, i, to_tell) &&
		    (!fetch_item(s, i, err) || !settle(s, i, err)))
			return false;
	}
	return true;
}

static bool same_object(const struct objects_entry *a,
			const struct objects_entry *b)
{
	if (a->version && b->version)
		return objects_same_version(a->version, b->version);
	return !a->version && !b->version && a->size == b->size;
}

/* Forget downloads of objects that are other ones now. True: there were some. */
static bool drop_stale(struct sync *s, const struct objects_list *before)
{
	bool any = before->count != s->there.count;

	for (size_t k = 0; k < s->count; k++) {
		struct sync_item *i = &s->items[k];
		const struct objects_entry *was = NULL;

		if (i->entry)
			was = objects_list_find(before, i->entry->name);
		if (was && same_object(was, i->entry))
			continue;
		any |= was || i->entry;
		free(i->fetched);
		i->fetched = NULL;
	}
	return any;
}

/* Look again, so that all that was fetched stood there at one time. */
static bool unchanged(struct sync *s, bool *same, struct err *err)
{
	struct objects_list before = s->there;

	s->there = (struct objects_list){0};
	if (!sync_look_there(s, err)) {
		s->there = before;
		return false;
	}
	*same = !drop_stale(s, &before);
	objects_list_release(&before);
	return true;
}

bool sync_fetch(struct sync *s, bool to_tell, struct err *err)
{
	bool same = false, any = false;

	for (size_t k = 0; k < s->count; k++)
		any |= wanted(s, &s->items[k], to_tell);
	if (!any)
		return true;
	if (!make_in(s, err))
		return false;
	for (int tries = 0; !same; tries++) {
		if (tries == LOOKS_MAX)
			return err_set(err, ERR_CONFLICT,
				       _("the remote changes all the time"));
		if (!sync_weigh(s, err) || !fetch_all(s, to_tell, err) ||
		    !unchanged(s, &same, err))
			return false;
	}
	s->fetched = !to_tell;
	return sync_weigh(s, err) &&
	       (!s->state.known || sync_save(s, err));
}

bool sync_fetch_differing(struct sync *s, struct err *err)
{
	if (!make_in(s, err))
		return false;
	for (size_t k = 0; k < s->count; k++) {
		struct sync_item *i = &s->items[k];

		if (i->here != SYNC_KEPT && i->entry && !i->fetched &&
		    !fetch_item(s, i, err))
			return false;
	}
	return true;
}
