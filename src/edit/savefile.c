#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "edit/savefile.h"

/* The temporary file of NAME is .NAME.rredit-HOST-PID-XXXXXX beside it. */
#define MARK ".rredit-"
#define NAME_KEPT 100		/* bytes of NAME: the whole must fit NAME_MAX */
#define HOST_KEPT 60
#define XATTR_NAMES_MAX ((size_t)64 << 10)
#define XATTR_VALUE_MAX ((size_t)64 << 10)

static bool cannot(const char *what, const char *path, struct err *err)
{
	char shown[ERR_QUOTE_MAX];

	err_errno(err, "%s", what);
	return err_wrap(err, "%s", err_quote(shown, path, strlen(path)));
}

bool savefile_begin(struct savefile *f, const char *target, unsigned insist,
		    const struct source_id *expect, struct err *err)
{
	char *copy = mem_strdup(target);

	*f = (struct savefile){ .fd = -1, .dir_fd = -1, .insist = insist };
	f->target = mem_strdup(target);
	f->dir = mem_strdup(dirname(copy));
	free(copy);
	f->exists = stat(target, &f->old) == 0;
	if (!f->exists && errno != ENOENT)
		return cannot(_("cannot look at it"), target, err);
	if (f->exists && !S_ISREG(f->old.st_mode))
		return err_set(err, ERR_INPUT, _("not a regular file"));
	/* A rename asks the directory alone; a file that is protected from
	 * writing must stay protected. */
	if (f->exists && faccessat(AT_FDCWD, target, W_OK, AT_EACCESS))
		return cannot(_("cannot write"), target, err);
	f->dir_fd = open(f->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir_fd < 0)
		return cannot(_("cannot open the directory"), f->dir, err);
	if (f->exists)
		source_id_of_stat(&f->old, &f->old_id);
	if (!expect && f->exists)
		f->question |= SAVE_OVER_EXISTING;
	if (expect && (!f->exists || !source_id_equal(&f->old_id, expect)))
		f->question |= SAVE_OVER_CHANGED;
	if (f->exists && f->old.st_nlink > 1)
		f->question |= SAVE_OVER_LINKS;
	return true;
}

/* --- temporary files --- */

static void host_of(char host[HOST_KEPT + 1])
{
	memset(host, 0, HOST_KEPT + 1);
	if (gethostname(host, HOST_KEPT))
		host[0] = '\0';
	for (char *p = host; *p; p++)
		if (*p == '-' || *p == '/')
			*p = '_';
}

/* ".NAME.rredit-HOST-": what all temporary files of this target and host
 * begin with. */
static char *temp_prefix(const struct savefile *f)
{
	char host[HOST_KEPT + 1];
	const char *name = strrchr(f->target, '/');

	name = name ? name + 1 : f->target;
	host_of(host);
	return mem_format(".%.*s" MARK "%s-", NAME_KEPT, name, host);
}

/* Remove what dead processes left of earlier saves of this target. */
static void sweep(const struct savefile *f, const char *prefix)
{
	size_t n = strlen(prefix);
	DIR *d = opendir(f->dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char *end;
		long pid;

		if (strncmp(e->d_name, prefix, n) != 0)
			continue;
		pid = strtol(e->d_name + n, &end, 10);
		if (pid > 0 && *end == '-' && strlen(end) == 7 &&
		    kill((pid_t)pid, 0) && errno == ESRCH)
			unlinkat(f->dir_fd, e->d_name, 0);
	}
	if (d)
		closedir(d);
}

/* Extended attributes, access control lists among them. What the kernel sets
 * by itself (security.*) is tried and not asked about. */
static bool keep_xattrs(int from, int to)
{
	char *names = mem_alloc(XATTR_NAMES_MAX);
	char *value = mem_alloc(XATTR_VALUE_MAX);
	ssize_t n = flistxattr(from, names, XATTR_NAMES_MAX);
	bool kept = n >= 0 || errno == ENOTSUP;

	for (char *p = names; n > 0 && p < names + n; p += strlen(p) + 1) {
		ssize_t len = fgetxattr(from, p, value, XATTR_VALUE_MAX);

		if ((len < 0 || fsetxattr(to, p, value, (size_t)len, 0)) &&
		    strncmp(p, "security.", 9) != 0)
			kept = false;
	}
	free(names);
	free(value);
	return kept;
}

/* The owner first: a change of owner takes set-user-ID bits away. */
static bool keep_owner(const struct savefile *f)
{
	struct stat now;
	bool kept = true;
	int from;

	if (fstat(f->fd, &now))
		return false;
	if ((now.st_uid != f->old.st_uid || now.st_gid != f->old.st_gid) &&
	    fchown(f->fd, f->old.st_uid, f->old.st_gid))
		kept = false;
	if (fchmod(f->fd, f->old.st_mode & 07777))
		kept = false;
	from = source_open_fd(f->target);
	if (from < 0)
		return kept;
	kept &= keep_xattrs(from, f->fd);
	close(from);
	return kept;
}

bool savefile_create(struct savefile *f, struct err *err)
{
	char *prefix = temp_prefix(f);

	sweep(f, prefix);
	f->temp = mem_format("%s/%s%ld-XXXXXX", f->dir, prefix,
			     (long)getpid());
	free(prefix);
	f->fd = mkostemp(f->temp, O_CLOEXEC);
	if (f->fd < 0) {
		free(f->temp);
		f->temp = NULL;
		return cannot(_("cannot create a file in the directory"),
			      f->dir, err);
	}
	if (f->exists) {
		if (!keep_owner(f))
			f->question |= SAVE_OVER_OWNER;
	} else {
		mode_t mask = umask(0);

		umask(mask);
		if (fchmod(f->fd, 0666 & ~mask))
			return cannot(_("cannot set the mode"), f->temp, err);
	}
	return true;
}

/* --- taking the target's place --- */

/* Exchange where the system can: nothing is ever missing, and what came out
 * can be looked at. */
static int exchange(struct savefile *f)
{
#ifdef RENAME_EXCHANGE
	return renameat2(AT_FDCWD, f->temp, AT_FDCWD, f->target,
			 RENAME_EXCHANGE);
#else
	errno = ENOSYS;
	return -1;
#endif
}

/* Without an exchange: keep the old content under another name, then rename.
 * Someone who writes between the last look and the rename is lost; there is
 * no way to see it. */
static bool plain_rename(struct savefile *f, struct err *err)
{
	char *kept = mem_format("%s.old", f->temp);
	struct source_id now;
	bool linked;

	if (!source_id_of(f->target, &now) ||
	    !source_id_equal(&now, &f->old_id)) {
		free(kept);
		return err_set(err, ERR_CONFLICT,
			       _("the file was changed meanwhile"));
	}
	linked = link(f->target, kept) == 0;
	if (rename(f->temp, f->target)) {
		cannot(_("cannot rename"), f->target, err);
		if (linked)
			unlink(kept);
		free(kept);
		return false;
	}
	free(f->temp);
	f->temp = linked ? kept : NULL;
	f->replaced = linked;
	if (!linked)
		free(kept);
	return true;
}

static bool put_new(struct savefile *f, struct err *err)
{
	/* link(2) does not overwrite what someone made meanwhile. */
	if (link(f->temp, f->target)) {
		if (errno == EEXIST)
			return err_set(err, ERR_CONFLICT,
				       _("a file of that name came up "
					 "meanwhile"));
		if (rename(f->temp, f->target))
			return cannot(_("cannot rename"), f->target, err);
		free(f->temp);
		f->temp = NULL;
		return true;
	}
	unlink(f->temp);
	free(f->temp);
	f->temp = NULL;
	return true;
}

/* What came out is not what we looked at: put it back. */
static bool check_out(struct savefile *f, struct err *err)
{
	struct source_id out;

	f->replaced = true;
	if (source_id_of(f->temp, &out) && source_id_equal(&out, &f->old_id))
		return true;
	if (exchange(f))
		return cannot(_("someone else's newer version is now in"),
			      f->temp, err);
	f->replaced = false;
	return err_set(err, ERR_CONFLICT, _("the file was changed meanwhile"));
}

static bool put_in_place(struct savefile *f, struct err *err)
{
	if (!f->exists)
		return put_new(f, err);
	if (exchange(f) == 0)
		return check_out(f, err);
	if (errno == EINVAL || errno == ENOSYS || errno == EPERM)
		return plain_rename(f, err);
	if (errno == ENOENT)
		return err_set(err, ERR_CONFLICT,
			       _("the file went away meanwhile"));
	return cannot(_("cannot rename"), f->target, err);
}

enum save_outcome savefile_commit(struct savefile *f, struct source_id *id,
				  struct err *err)
{
	struct stat st;
	int fd = f->fd;

	if (fsync(fd) || fstat(fd, &st)) {
		cannot(_("cannot write"), f->temp, err);
		return SAVE_FAILED;
	}
	/* Some file systems tell only now that there was no room. */
	f->fd = -1;
	if (close(fd)) {
		cannot(_("cannot write"), f->temp, err);
		return SAVE_FAILED;
	}
	source_id_of_stat(&st, id);
	if (f->ready)
		f->ready(f->arg, id);
	if (!put_in_place(f, err)) {
		if (err->code != ERR_CONFLICT)
			return SAVE_FAILED;
		f->question |= f->exists ? SAVE_OVER_CHANGED
					 : SAVE_OVER_EXISTING;
		return SAVE_CONFLICT;
	}
	if (fsync(f->dir_fd)) {
		cannot(_("cannot sync the directory"), f->dir, err);
		return SAVE_UNSURE;
	}
	return SAVE_DONE;
}

void savefile_release(struct savefile *f)
{
	if (f->fd >= 0)
		close(f->fd);
	if (f->dir_fd >= 0)
		close(f->dir_fd);
	if (f->temp)
		unlink(f->temp);
	free(f->temp);
	free(f->dir);
	free(f->target);
}
