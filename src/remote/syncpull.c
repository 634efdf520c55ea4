/* The result of a merge, put into the store: file by file, each whole, the
 * metadata last. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "remote/syncplan.h"
#include "store/backup.h"
#include "store/filecopy.h"
#include "store/filetree.h"
#include "store/library-internal.h"

#define NEW_MODE 0644

/* ---- before anything is written ---- */

/* Are the files here still those that were looked at? */
static bool still_here(struct sync *s, struct err *err)
{
	for (size_t k = 0; k < s->count; k++) {
		const struct sync_item *i = &s->items[k];
		struct sync_stamp now;

		if (!i->path)
			continue;
		if (!sync_stamp_of(i->path, &now) ||
		    !sync_stamp_equal(&now, &i->stamp))
			return err_set(err, ERR_CONFLICT,
				       _("%s was changed meanwhile"), i->name);
	}
	return true;
}

static size_t open_conflicts(struct sync *s)
{
	return merge_conflicts_open(&s->meta_conflicts) +
	       merge_conflicts_open(&s->file_conflicts) +
	       (s->raw ? merge_conflicts_open(merge_conflicts(s->raw)) : 0);
}

/* What is asked is decided; then it is like the rest. */
static void take_decisions(struct sync *s, enum sync_force force)
{
	for (size_t k = 0; k < s->count; k++) {
		struct sync_item *i = &s->items[k];
		bool theirs = i->fate == FILE_ASK && i->conflict &&
			      i->conflict->choice == MERGE_THEIRS;

		if (force == SYNC_TAKE_THEIRS &&
		    (i->here != SYNC_KEPT || i->there != SYNC_KEPT))
			theirs = true;
		if (theirs)
			i->fate = i->entry ? FILE_TAKE : FILE_REMOVE;
		else if (i->fate == FILE_ASK)
			i->fate = FILE_KEEP;
	}
}

/* ---- one file ---- */

/* The old file under another name, so that it becomes a backup when the new one
 * has its place. NULL: there is none, or it cannot be linked (then a copy is
 * made in the state directory). */
static char *set_aside(struct sync *s, const struct sync_item *i)
{
	char *aside;

	if (!i->path || (!sync_item_base_kind(s, i) &&
			 !strstr(i->name, "/triggers.jsonl")))
		return NULL;
	aside = library_temp_path(s->env.store);
	if (link(i->path, aside)) {
		free(aside);
		aside = syncdir_path(s->dir, "part.aside");
		unlink(aside);
		if (!filecopy(i->path, aside, 0600, BACKUP_COPY_MAX, NULL,
			      NULL)) {
			free(aside);
			return NULL;
		}
	}
	return aside;
}

static void keep_aside(struct sync *s, const struct sync_item *i, char *aside,
		       bool replaced)
{
	char *real;
	bool kept;

	if (!aside)
		return;
	real = replaced ? path_real(i->path, NULL) : NULL;
	if (!real || !backup_take(s->env.state_dir, real, aside, &kept, NULL))
		unlink(aside);
	free(real);
	free(aside);
}

/* The bytes of an item as they will be, into an open file. */
static bool write_bytes(struct sync *s, const struct sync_item *i,
			struct atomicfile *f, struct err *err)
{
	struct buf out;
	size_t at = 0;
	bool ok;
	int from;

	if (i->fate == FILE_JOIN && !strcmp(i->name, s->raw_name))
		return merge_write(s->raw, atomicfile_fd(f), s->env.watch, err);
	if (i->fate == FILE_JOIN) {
		buf_init(&out);
		merge_text(&s->meta, &s->meta_conflicts, &at, &out);
		ok = buf_ok(&out, i->name, err) &&
		     atomicfile_write(f, out.data, out.len, err);
		buf_release(&out);
		return ok;
	}
	from = open(i->fetched, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return err_errno(err, _("download"));
	ok = filecopy_fd(from, atomicfile_fd(f), UINT64_MAX, NULL, err);
	close(from);
	return ok;
}

static bool replace(struct sync *s, struct sync_item *i, const char *path,
		    struct err *err)
{
	struct atomicfile *f;
	char *aside, *dir = path_dir(path);
	bool ok = path_make_dirs(dir, err);

	free(dir);
	if (!ok)
		return false;
	f = atomicfile_begin(path, NEW_MODE, err);
	if (!f)
		return false;
	if (!write_bytes(s, i, f, err)) {
		atomicfile_cancel(f);
		return false;
	}
	aside = set_aside(s, i);
	ok = atomicfile_commit(f, NULL, err);
	keep_aside(s, i, aside, ok);
	i->taken = ok && i->fate == FILE_TAKE;
	return ok;
}

static bool remove_here(struct sync *s, struct sync_item *i, struct err *err)
{
	char *aside, *real, *dir;
	bool kept;

	if (!i->path)
		return true;
	real = path_real(i->path, NULL);
	aside = set_aside(s, i);
	if (unlink(i->path) && errno != ENOENT)
		return err_errno(err, "%s", i->name);
	if (aside && (!real || !backup_take(s->env.state_dir, real, aside,
					    &kept, NULL)))
		unlink(aside);
	dir = path_dir(i->path);
	rmdir(dir);		/* when it is empty */
	free(dir);
	free(aside);
	free(real);
	return true;
}

/* ---- a snapshot that is not here yet ---- */

static bool stage(struct sync *s, const char *staged, struct err *err)
{
	size_t skip = strlen(s->id) + 1;
	bool ok = path_make_dirs(staged, err);

	for (size_t k = 0; ok && k < s->count; k++) {
		struct sync_item *i = &s->items[k];
		char *path;

		if (i->fate != FILE_TAKE || !strcmp(i->name, s->meta_name))
			continue;
		path = path_join(staged, i->name + skip);
		ok = replace(s, i, path, err);
		free(path);
	}
	return ok;
}

static bool put_new_dir(struct sync *s, struct err *err)
{
	char *dir = library_dir(s->env.store, s->id, err), *staged;
	bool ok;

	if (!dir)
		return false;
	if (!access(dir, F_OK)) {
		free(dir);
		return true;
	}
	library_sweep(s->env.store);
	staged = library_temp_path(s->env.store);
	ok = stage(s, staged, err);
	(void)!chmod(staged, 0755);
	if (ok && !filetree_move(staged, dir))
		ok = err_errno(err, "%s", s->id);
	if (ok) {
		filetree_sync_dir(s->env.store);
		for (size_t k = 0; k < s->count; k++)
			if (s->items[k].fate == FILE_TAKE &&
			    strcmp(s->items[k].name, s->meta_name))
				s->items[k].fate = FILE_KEEP;
	} else {
		filetree_remove(staged, NULL);
	}
	free(staged);
	free(dir);
	return ok;
}

/* ---- all of it ---- */

static bool carry_out(struct sync *s, struct sync_item *i, struct err *err)
{
	char *path;
	bool ok;

	if (i->fate == FILE_REMOVE)
		return remove_here(s, i, err);
	if (i->fate != FILE_TAKE && i->fate != FILE_JOIN)
		return true;
	path = i->path ? mem_strdup(i->path)
		       : sync_local_path(s->env.store, i->name);
	ok = (!library_leads_out(s->env.store, path) ||
	      err_set(err, ERR_INPUT, _("a link leads out of the store"))) &&
	     replace(s, i, path, err);
	free(path);
	return ok || err_wrap(err, "%s", i->name);
}

/* Directories first, then what lies in them, raw.jsonl, the metadata. */
static bool carry_out_all(struct sync *s, bool but_raw, struct err *err)
{
	struct sync_item *raw = sync_item(s, s->raw_name);
	struct sync_item *meta = sync_item(s, s->meta_name);

	if (!put_new_dir(s, err))
		return false;
	for (size_t k = 0; k < s->count; k++)
		if (&s->items[k] != raw && &s->items[k] != meta &&
		    !carry_out(s, &s->items[k], err))
			return false;
	return (!raw || but_raw || carry_out(s, raw, err)) &&
	       (!meta || carry_out(s, meta, err));
}

/* What was fetched becomes the base. It is not needed any more: the move costs
 * nothing. */
static bool make_base(struct sync *s, const struct sync_item *i,
		      const char *kind, struct err *err)
{
	char *base = sync_base_path(s->dir, kind, i->there_digest);
	bool ok = !access(base, F_OK) || !rename(i->fetched, base) ||
		  sync_keep_base(s, kind, i->fetched, i->there_digest, err);

	free(base);
	return ok;
}

/* What the file here is now. */
static void look_here(struct sync *s, struct sync_item *i)
{
	char *path = sync_local_path(s->env.store, i->name);

	free(i->path);
	i->path = NULL;
	i->digested = false;
	if (!sync_stamp_of(path, &i->stamp)) {
		free(path);
		return;
	}
	i->path = path;
	if (i->taken) {
		memcpy(i->digest, i->there_digest, SHA256_LEN);
		i->digested = true;
	}
}

/* What is there is the base from now on, whatever was made of it here. */
static bool note_all(struct sync *s, struct err *err)
{
	for (size_t k = 0; k < s->count; k++) {
		struct sync_item *i = &s->items[k];
		const char *kind = sync_item_base_kind(s, i);

		if (i->there == SYNC_KEPT && !i->taken)
			continue;
		if (!i->entry) {
			sync_state_remove(&s->state, i->name);
			continue;
		}
		if (kind && !make_base(s, i, kind, err))
			return false;
		look_here(s, i);
		sync_note(s, i, i->there_digest, i->there_size, i->entry);
	}
	s->state.known = true;
	return true;
}

void sync_drop_downloads(struct sync *s)
{
	char *in = syncdir_path(s->dir, "in");

	filetree_remove(in, NULL);
	free(in);
}

static bool finish(struct sync *s, struct err *err)
{
	if (!note_all(s, err))
		return false;
	sync_state_release(&s->next);
	if (!sync_save(s, err))
		return false;
	sync_state_drop_next(s->dir);
	sync_drop_downloads(s);
	return true;
}

static bool may_pull(struct sync *s, enum sync_force force, struct err *err)
{
	size_t open = open_conflicts(s);

	if (!s->merged)
		return err_set(err, ERR_INPUT, _("nothing was fetched"));
	if (open && force != SYNC_TAKE_THEIRS)
		return err_set(err, ERR_CONFLICT,
			       PLURAL("%llu conflict is not decided",
				      "%llu conflicts are not decided", open),
			       (unsigned long long)open);
	if (force == SYNC_TAKE_THEIRS)
		return true;
	if (s->status == SYNC_GONE_HERE)
		return err_set(err, ERR_CONFLICT, _("it was deleted here"));
	if (s->status == SYNC_GONE_THERE)
		return err_set(err, ERR_CONFLICT, _("it was deleted there"));
	return true;
}

/* It was deleted there: here, it goes to the trash. */
static bool follow_removal(struct sync *s, struct err *err)
{
	if (!library_trash(s->env.store, s->id, s->env.state_dir, NULL, err))
		return false;
	sync_state_release(&s->state);
	sync_state_release(&s->next);
	sync_state_drop_next(s->dir);
	return sync_save(s, err);
}

static bool hold(struct sync *s, struct err *err)
{
	const struct sync_item *raw = sync_item(s, s->raw_name);
	const struct sync_guard *g = s->env.guard;
	char *real;
	bool ok;

	if (!g || !raw || !raw->path)
		return true;
	real = path_real(raw->path, err);
	ok = real && g->hold(g->ctx, real, err);
	free(real);
	return ok;
}

static void let_go(struct sync *s)
{
	if (s->env.guard)
		s->env.guard->release(s->env.guard->ctx);
}

bool sync_pull(struct sync *s, enum sync_force force, struct err *err)
{
	bool ok;

	if (!may_pull(s, force, err) ||
	    (force == SYNC_TAKE_THEIRS && !sync_fetch_differing(s, err)))
		return false;
	if (!hold(s, err))
		return false;
	ok = still_here(s, err);
	if (ok && s->status == SYNC_GONE_THERE) {
		ok = follow_removal(s, err);
	} else if (ok) {
		take_decisions(s, force);
		ok = path_make_dirs(s->env.store, err) &&
		     carry_out_all(s, false, err) && finish(s, err);
	}
	let_go(s);
	return ok;
}

bool sync_pull_rest(struct sync *s, struct err *err)
{
	if (!may_pull(s, SYNC_MERGE, err))
		return false;
	take_decisions(s, SYNC_MERGE);
	return carry_out_all(s, true, err) && finish(s, err);
}
