#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "json/value.h"
#include "store/filecopy.h"
#include "store/filetree.h"
#include "store/gzio.h"
#include "store/library-internal.h"
#include "store/source.h"

#define BLOCK ((size_t)256 << 10)

static bool fail_at(const char *path, struct err *err)
{
	char shown[ERR_QUOTE_MAX];

	return err_errno(err, "%s", err_quote(shown, path, strlen(path)));
}

static void fresh_id(char out[UUID_TEXT_MAX])
{
	struct uuid uuid;

	uuid_v4(&uuid);
	uuid_dashed(out, &uuid);
}

/*
 * The last step of whatever is new: the directory at staged (NULL: none) gets
 * its name, then the metadata (NULL: none) makes it a snapshot. Nothing stays
 * behind on failure, staged included.
 */
static bool put_in_place(const char *store, const char *id, const char *staged,
			 const struct buf *meta, mode_t mode, struct err *err)
{
	char *dir = path_join(store, id);
	char *meta_path = library_meta_path(store, id);
	bool ok = true;

	if (staged && !filetree_move(staged, dir)) {
		ok = fail_at(dir, err);
		filetree_remove(staged, NULL);
	} else if (meta && !atomicfile_replace(meta_path, mode, meta->data,
					       meta->len, err)) {
		ok = false;
		if (staged)
			filetree_remove(dir, NULL);
	}
	filetree_sync_dir(store);
	free(dir);
	free(meta_path);
	return ok;
}

/* --- create --- */

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* raw.jsonl is plain text, so what comes compressed is unpacked. */
static bool unpack(int in, int out, uint64_t size, struct job *job,
		   struct err *err)
{
	struct gzio_reader *r = gzio_reader_new(in, SOURCE_SPOOL_MAX);
	char *block = mem_alloc(BLOCK);
	uint64_t written = 0;
	ptrdiff_t n;
	bool ok = true;

	while (ok && (n = gzio_read(r, block, BLOCK, err)) != 0) {
		if (n == GZIO_AGAIN)
			continue;
		if (n < 0 || !write_all(out, block, (size_t)n))
			ok = n < 0 ? false : err_errno(err, _("cannot write"));
		written += n > 0 ? (uint64_t)n : 0;
		if (!job || !ok)
			continue;
		job_progress(job, gzio_taken(r), size, written);
		if (job_cancelled(job))
			ok = err_set(err, ERR_CANCELLED, _("cancelled"));
	}
	free(block);
	gzio_reader_free(r);
	return ok;
}

static bool copy_raw(const char *from, int out, struct job *job,
		     struct err *err)
{
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char head[3], shown[ERR_QUOTE_MAX];
	struct stat st;
	ssize_t n;
	bool ok;

	if (in < 0 || fstat(in, &st)) {
		bool absent = errno == ENOENT || errno == ENOTDIR;

		ok = fail_at(from, err);
		if (err && absent)
			err->code = ERR_NOTARGET;
	} else if (!S_ISREG(st.st_mode)) {
		ok = err_set(err, ERR_INPUT, _("%s is not a regular file"),
			     err_quote(shown, from, strlen(from)));
	} else {
		n = pread(in, head, sizeof(head), 0);
		ok = n > 0 && gzio_is_gzip(head, (size_t)n)
			     ? unpack(in, out, (uint64_t)st.st_size, job, err)
			     : filecopy_fd(in, out, UINT64_MAX, job, err);
		if (!ok)
			err_wrap(err, "%s",
				 err_quote(shown, from, strlen(from)));
	}
	if (in >= 0)
		close(in);
	return ok;
}

/* A directory with raw.jsonl in it, at staged. */
static bool stage_new(const char *staged, const char *raw_path,
		      struct job *job, struct err *err)
{
	char *raw;
	bool ok;
	int fd;

	if (mkdir(staged, 0777))
		return fail_at(staged, err);
	raw = path_join(staged, LIBRARY_RAW);
	fd = open(raw, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	ok = fd >= 0 || fail_at(raw, err);
	if (ok && raw_path)
		ok = copy_raw(raw_path, fd, job, err);
	if (ok && fsync(fd))
		ok = fail_at(raw, err);
	if (fd >= 0 && close(fd) && ok)
		ok = fail_at(raw, err);
	if (ok)
		filetree_sync_dir(staged);
	else
		filetree_remove(staged, NULL);
	free(raw);
	return ok;
}

/* The least that the cloud's own tools keep: id, meta, and the transforms that
 * do nothing. */
static void new_meta(const char *id, const struct library_new *spec,
		     struct buf *out)
{
	struct value *root = value_object(), *meta, *config, *services;
	struct timespec now;
	char created[RFC3339_MAX];
	size_t i;

	clock_gettime(CLOCK_REALTIME, &now);
	rfc3339_format(created,
		       (int64_t)now.tv_sec * 1000000000 + now.tv_nsec, 6);
	value_add_text(root, "id", id);
	meta = value_add_object(root, "meta");
	if (spec->name)
		value_add_text(meta, "name", spec->name);
	value_add_text(meta, "createdAt", created);
	services = value_add_array(meta, "services");
	for (i = 0; i < spec->service_count; i++)
		value_add_text(services, NULL, spec->services[i]);
	value_add_text(root, "tokenConfigId", "standard");
	config = value_add_object(root, "tokenizerConfig");
	value_add_text(config, "name", "standard");
	value_add_text(config, "id", "standard");
	value_print(root, out);
	value_free(root);
}

bool library_create(const char *store, const struct library_new *spec,
		    struct job *job, char out_id[UUID_TEXT_MAX],
		    struct err *err)
{
	char id[UUID_TEXT_MAX], *staged;
	struct buf meta;
	size_t i;
	bool ok;

	if (spec->name && !library_name_ok(spec->name, err))
		return false;
	for (i = 0; i < spec->service_count; i++)
		if (!library_name_ok(spec->services[i], err))
			return err_wrap(err, _("service"));
	if (!path_make_dirs(store, err))
		return false;
	library_sweep(store);
	fresh_id(id);
	staged = library_temp_path(store);
	buf_init(&meta);
	new_meta(id, spec, &meta);
	ok = stage_new(staged, spec->raw_path, job, err) &&
	     put_in_place(store, id, staged, &meta, 0666, err);
	if (ok)
		memcpy(out_id, id, sizeof(id));
	buf_release(&meta);
	free(staged);
	return ok;
}

/* --- rename --- */

/* Without metadata text stays empty; *mode is what it has, or would get. */
static bool read_meta(const char *path, struct buf *text, mode_t *mode,
		      struct err *err)
{
	struct stat st;

	*mode = 0666;
	if (!library_exists(path))
		return true;
	if (!file_read(path, LIBRARY_META_MAX, text, err))
		return false;
	if (!stat(path, &st))
		*mode = (st.st_mode & 0777) | S_IWUSR;
	return true;
}

/* Replace metadata, if it still is what was read. */
static bool replace_meta(const char *path, mode_t mode,
			 const struct source_id *was, const struct buf *text,
			 struct err *err)
{
	struct atomicfile *f = atomicfile_begin(path, mode, err);
	struct source_id now;

	if (!f)
		return false;
	if (!atomicfile_write(f, text->data, text->len, err)) {
		atomicfile_cancel(f);
		return false;
	}
	if (!source_id_of(path, &now))
		now = (struct source_id){0};
	if (!source_id_equal(was, &now)) {
		atomicfile_cancel(f);
		return err_set(err, ERR_CONFLICT,
			       _("the metadata was changed meanwhile"));
	}
	return atomicfile_commit(f, NULL, err);
}

bool library_rename(const char *store, const char *id, const char *name,
		    struct err *err)
{
	char shown[ERR_QUOTE_MAX], *path = NULL;
	struct source_id was = {0};
	struct buf text, changed;
	mode_t mode;
	bool ok;

	buf_init(&text);
	buf_init(&changed);
	ok = library_name_ok(name, err) && library_has(store, id, err) &&
	     (path = library_meta_to_write(store, id, err)) != NULL;
	if (ok && !source_id_of(path, &was))
		was = (struct source_id){0};
	ok = ok && read_meta(path, &text, &mode, err) &&
	     library_meta_edit(text.data, text.len, text.len ? NULL : id, name,
			       &changed, err) &&
	     buf_ok(&changed, path, err);
	if (ok && (changed.len != text.len ||
		   memcmp(changed.data, text.data, text.len)))
		ok = replace_meta(path, mode, &was, &changed, err);
	if (!ok && path)
		err_wrap(err, "%s", err_quote(shown, path, strlen(path)));
	buf_release(&text);
	buf_release(&changed);
	free(path);
	return ok;
}

/* --- duplicate --- */

/* Broken metadata is duplicated as it is, unless it is to get a name. */
static bool duplicate_meta(const char *path, const char *id, const char *name,
			   struct buf *out, mode_t *mode, struct err *err)
{
	struct buf text;
	bool ok;

	buf_init(&text);
	ok = read_meta(path, &text, mode, err);
	if (ok && (text.len || name) &&
	    !library_meta_edit(text.data, text.len, id, name, out, err)) {
		ok = !name;
		buf_clear(out);
		buf_add(out, text.data, text.len);
	}
	buf_release(&text);
	return ok && buf_ok(out, path, err);
}

static bool duplicate_dir(const char *store, const char *dir,
			  const char *staged, struct job *job, struct err *err)
{
	char *real = realpath(store, NULL);
	struct filetree_spec spec = {
		.links = FILETREE_LINKS_RESOLVE,
		.inside = real,
		.skip = LIBRARY_TEMP_PREFIX,
		.writable = true,
		.max = UINT64_MAX,
	};
	char *from = realpath(dir, NULL);	/* a link inside the store */
	bool ok = real && from ? filetree_copy(from, staged, &spec, job, err)
			       : fail_at(dir, err);

	free(from);
	free(real);
	return ok;
}

bool library_duplicate(const char *store, const char *id, const char *name,
		       struct job *job, char out_id[UUID_TEXT_MAX],
		       struct err *err)
{
	char *dir = NULL, *path = NULL, *staged = library_temp_path(store);
	char fresh[UUID_TEXT_MAX], shown[ERR_QUOTE_MAX];
	struct buf meta;
	bool ok, has_dir = false, has_meta;
	mode_t mode;

	buf_init(&meta);
	fresh_id(fresh);
	ok = (!name || library_name_ok(name, err)) &&
	     library_has(store, id, err) &&
	     (dir = library_dir(store, id, err)) != NULL &&
	     (path = library_meta_to_write(store, id, err)) != NULL &&
	     duplicate_meta(path, fresh, name, &meta, &mode, err);
	has_meta = ok && (name || library_exists(path));
	if (ok) {
		library_sweep(store);
		has_dir = library_exists(dir);
	}
	if (ok && has_dir)
		ok = duplicate_dir(store, dir, staged, job, err);
	ok = ok && put_in_place(store, fresh, has_dir ? staged : NULL,
				has_meta ? &meta : NULL, mode, err);
	if (ok)
		memcpy(out_id, fresh, sizeof(fresh));
	else
		err_wrap(err, "%s", err_quote(shown, id, strlen(id)));
	buf_release(&meta);
	free(staged);
	free(path);
	free(dir);
	return ok;
}
