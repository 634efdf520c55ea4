#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/buf.h"
#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"

#define LINKS_MAX 40		/* symbolic links followed, as the kernel does */
#define TEMP_TRIES 16		/* other names tried when one is taken */

struct atomicfile {
	char *target;		/* with the links at its end resolved */
	char *dir;		/* where it lies */
	char *temp;
	int fd;
	bool replaces;		/* a file that has mode and owner to keep */
	struct stat old;
};

static bool cannot_write(const char *path, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];

	return err_errno(err, _("cannot write %s"),
			 err_quote(quoted, path, strlen(path)));
}

/* Where the link at path points; NULL when it is no link or cannot be read. */
static char *link_target(const char *path)
{
	char text[PATH_MAX], *dir, *target;
	ssize_t n = readlink(path, text, sizeof(text));

	if (n <= 0 || n == (ssize_t)sizeof(text))
		return NULL;
	if (text[0] == '/')
		return mem_dup(text, (size_t)n);
	text[n] = '\0';
	dir = path_dir(path);
	target = path_join(dir, text);
	free(dir);
	return target;
}

/* Follow the links that path itself is, so that they stay and what they point
 * to is replaced, also when that does not exist yet. */
static char *resolve(const char *path, struct err *err)
{
	char *at = mem_strdup(path), *next;
	int i;

	for (i = 0; i < LINKS_MAX; i++) {
		next = link_target(at);
		if (!next)
			return at;
		free(at);
		at = next;
	}
	errno = ELOOP;
	cannot_write(path, err);
	free(at);
	return NULL;
}

/* Look at what is to be replaced, if there is something. */
static bool look(struct atomicfile *f, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];

	if (stat(f->target, &f->old)) {
		if (errno == ENOENT)
			return true;
		return cannot_write(f->target, err);
	}
	f->replaces = true;
	if (!S_ISREG(f->old.st_mode))
		return err_set(err, ERR_INPUT, _("%s is not a regular file"),
			       err_quote(quoted, f->target,
					 strlen(f->target)));
	/* A rename asks the directory alone; a file that is protected from
	 * writing must stay protected. */
	if (faccessat(AT_FDCWD, f->target, W_OK, AT_EACCESS))
		return cannot_write(f->target, err);
	return true;
}

static bool open_temp(struct atomicfile *f, mode_t mode, struct err *err)
{
	char name[UUID_TEXT_MAX];
	struct uuid random;
	char quoted[ERR_QUOTE_MAX];
	int i;

	for (i = 0; i < TEMP_TRIES; i++) {
		uuid_v4(&random);
		uuid_dashed(name, &random);
		free(f->temp);
		f->temp = mem_format("%s/.rredit-%s", f->dir, name);
		f->fd = open(f->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC |
			     O_NOFOLLOW, mode);
		if (f->fd >= 0)
			return true;
		if (errno != EEXIST)
			break;
	}
	return err_errno(err, _("cannot create a file in %s"),
			 err_quote(quoted, f->dir, strlen(f->dir)));
}

/* The owner first: a change of owner takes set-user-ID bits away. */
static bool keep_owner_and_mode(struct atomicfile *f, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	struct stat now;

	err_quote(quoted, f->target, strlen(f->target));
	if (fstat(f->fd, &now))
		return cannot_write(f->temp, err);
	if ((now.st_uid != f->old.st_uid || now.st_gid != f->old.st_gid) &&
	    fchown(f->fd, f->old.st_uid, f->old.st_gid))
		return err_errno(err, _("cannot keep the owner of %s"), quoted);
	if (fchmod(f->fd, f->old.st_mode & 07777))
		return err_errno(err, _("cannot keep the mode of %s"), quoted);
	return true;
}

static void release(struct atomicfile *f)
{
	if (f->fd >= 0)
		close(f->fd);
	free(f->target);
	free(f->dir);
	free(f->temp);
	free(f);
}

struct atomicfile *atomicfile_begin(const char *path, mode_t mode_if_new,
				    struct err *err)
{
	struct atomicfile *f = mem_zalloc(1, sizeof(*f));

	f->fd = -1;
	f->target = resolve(path, err);
	if (!f->target)
		goto fail;
	f->dir = path_dir(f->target);
	if (!look(f, err) ||
	    !open_temp(f, f->replaces ? 0600 : mode_if_new, err))
		goto fail;
	if (f->replaces && !keep_owner_and_mode(f, err)) {
		atomicfile_cancel(f);
		return NULL;
	}
	return f;
fail:
	release(f);
	return NULL;
}

bool atomicfile_write(struct atomicfile *f, const void *bytes, size_t len,
		      struct err *err)
{
	const char *at = bytes;

	while (len) {
		ssize_t n = write(f->fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return cannot_write(f->target, err);
		at += n;
		len -= (size_t)n;
	}
	return true;
}

int atomicfile_fd(struct atomicfile *f)
{
	return f->fd;
}

void atomicfile_cancel(struct atomicfile *f)
{
	if (!f)
		return;
	unlink(f->temp);
	release(f);
}

/* 1: on the disk, 0: this kind of file cannot be synced, -1: it failed. */
static int sync_fd(int fd)
{
	int rc;

	do
		rc = fsync(fd);
	while (rc && errno == EINTR);
	if (!rc)
		return 1;
	return errno == EINVAL || errno == ENOTSUP || errno == EROFS ? 0 : -1;
}

static bool sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd < 0)
		return false;
	rc = sync_fd(fd);
	close(fd);
	return rc == 1;
}

bool atomicfile_commit(struct atomicfile *f, bool *durable, struct err *err)
{
	int synced = sync_fd(f->fd), fd = f->fd;
	bool on_disk;

	if (synced < 0)
		goto fail;
	f->fd = -1;			/* closed, whatever close() says */
	if (close(fd) && errno != EINTR)
		goto fail;
	if (rename(f->temp, f->target))
		goto fail;
	on_disk = sync_dir(f->dir) && synced == 1;
	if (durable)
		*durable = on_disk;
	release(f);
	return true;
fail:
	cannot_write(f->target, err);
	atomicfile_cancel(f);
	return false;
}

bool atomicfile_replace(const char *path, mode_t mode_if_new, const void *bytes,
			size_t len, struct err *err)
{
	struct atomicfile *f = atomicfile_begin(path, mode_if_new, err);

	if (!f)
		return false;
	if (!atomicfile_write(f, bytes, len, err)) {
		atomicfile_cancel(f);
		return false;
	}
	return atomicfile_commit(f, NULL, err);
}
