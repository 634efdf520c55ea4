#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "store/filecopy.h"
#include "store/filetree.h"

/* One walk. Names are relative to the directory fd above them. */
struct walk {
	const struct filetree_spec *spec;
	struct job *job;
	struct err *err;
	struct filetree_size total, done;
	int depth;
};

static bool failed(struct walk *w, const char *name)
{
	char shown[ERR_QUOTE_MAX];

	return err_errno(w->err, "%s", err_quote(shown, name, strlen(name)));
}

static bool refused(struct walk *w, const char *name, const char *why)
{
	char shown[ERR_QUOTE_MAX];

	return err_set(w->err, ERR_INPUT, "%s: %s",
		       err_quote(shown, name, strlen(name)), why);
}

static DIR *open_dir(int above, const char *name)
{
	int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
				     O_NOFOLLOW);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

static bool is_left_out(const struct walk *w, const char *name)
{
	const char *skip = w->spec ? w->spec->skip : NULL;

	return !strcmp(name, ".") || !strcmp(name, "..") ||
	       (skip && name[0] == '.' && strstr(name, skip));
}

/* Call each for what lies in the directory name; false as soon as one is. */
static bool for_each(struct walk *w, int above, const char *name,
		     bool (*each)(struct walk *w, int dir, const char *name,
				  int to),
		     int to)
{
	DIR *d = open_dir(above, name);
	struct dirent *e;
	bool ok = true;

	if (!d)
		return failed(w, name);
	if (++w->depth > FILETREE_DEPTH_MAX) {
		ok = false;
		err_set(w->err, ERR_LIMIT,
			_("more than %d directories inside each other"),
			FILETREE_DEPTH_MAX);
	}
	while (ok) {
		errno = 0;
		e = readdir(d);
		if (!e) {
			ok = !errno || failed(w, name);
			break;
		}
		if (!is_left_out(w, e->d_name))
			ok = each(w, dirfd(d), e->d_name, to);
	}
	w->depth--;
	closedir(d);
	return ok;
}

/* --- measure --- */

static bool measure(struct walk *w, int dir, const char *name, int to)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return failed(w, name);
	if (S_ISDIR(st.st_mode))
		return for_each(w, dir, name, measure, to);
	w->total.files++;
	if (S_ISREG(st.st_mode) &&
	    __builtin_add_overflow(w->total.bytes, (uint64_t)st.st_size,
				   &w->total.bytes))
		w->total.bytes = UINT64_MAX;
	return true;
}

bool filetree_measure(const char *path, struct filetree_size *out,
		      struct err *err)
{
	struct walk w = {.err = err};

	if (!measure(&w, AT_FDCWD, path, -1))
		return false;
	*out = w.total;
	return true;
}

/* --- remove --- */

static bool remove_one(struct walk *w, int dir, const char *name, int to)
{
	struct stat st;
	int why;

	if (!unlinkat(dir, name, 0) || errno == ENOENT)
		return true;
	why = errno;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISDIR(st.st_mode)) {
		errno = why;
		return failed(w, name);
	}
	return for_each(w, dir, name, remove_one, to) &&
	       (!unlinkat(dir, name, AT_REMOVEDIR) || failed(w, name));
}

bool filetree_remove(const char *path, struct err *err)
{
	struct walk w = {.err = err};

	return remove_one(&w, AT_FDCWD, path, -1);
}

/* --- move --- */

bool filetree_move(const char *from, const char *to)
{
	struct stat st;

#ifdef RENAME_NOREPLACE
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
#endif
	if (!lstat(to, &st)) {
		errno = EEXIST;
		return false;
	}
	return !rename(from, to);
}

/* --- copy --- */

bool filetree_sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && !fsync(fd);

	if (fd >= 0)
		close(fd);
	return ok;
}

static bool go_on(struct walk *w)
{
	if (!w->job)
		return true;
	if (job_cancelled(w->job))
		return err_set(w->err, ERR_CANCELLED, _("cancelled"));
	job_progress(w->job, w->done.bytes, w->total.bytes, w->done.bytes);
	return true;
}

/* The new file gets the mode last, so that it can be one without writing. */
static bool finish(struct walk *w, int fd, const struct stat *st,
		   const char *name)
{
	struct timespec times[2] = {st->st_atim, st->st_mtim};
	mode_t mode = (st->st_mode & 0777) | (w->spec->writable ? S_IWUSR : 0);

	if (fchmod(fd, mode) ||
	    (w->spec->keep_times && futimens(fd, times)) || fsync(fd))
		return failed(w, name);
	return true;
}

static bool copy_file(struct walk *w, int in, int to, const char *name,
		      const char *to_name)
{
	struct stat st;
	bool ok;
	int out;

	if (fstat(in, &st))
		return failed(w, name);
	if (!S_ISREG(st.st_mode))
		return refused(w, name, _("not a regular file"));
	out = openat(to, to_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
				  O_NOFOLLOW, 0600);
	if (out < 0)
		return failed(w, to_name);
	ok = filecopy_one_of(in, out, w->done.bytes, w->total.bytes, w->job,
			     w->err) ||
	     err_wrap(w->err, "%s", to_name);
	ok = ok && finish(w, out, &st, to_name);
	if (close(out) && ok)
		ok = failed(w, to_name);
	w->done.bytes += (uint64_t)st.st_size;
	return ok && go_on(w);
}

static bool copy_link(struct walk *w, int dir, const char *name, int to,
		      const char *to_name)
{
	char text[PATH_MAX];
	ssize_t n = readlinkat(dir, name, text, sizeof(text));

	if (n < 0 || n == (ssize_t)sizeof(text))
		return failed(w, name);
	text[n] = '\0';
	return !symlinkat(text, to, to_name) || failed(w, name);
}

/* The file that a link leads to, when it lies where it may. What is opened is
 * asked where it is, so nothing can change in between. */
static int open_resolved(struct walk *w, int dir, const char *name)
{
	char self[64], real[PATH_MAX];
	size_t len = strlen(w->spec->inside);
	struct stat st;
	ssize_t n;
	int fd;

	if (fstatat(dir, name, &st, 0) || !S_ISREG(st.st_mode)) {
		refused(w, name, _("a link to what is no file"));
		return -1;
	}
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		failed(w, name);
		return -1;
	}
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	n = readlink(self, real, sizeof(real) - 1);
	real[n > 0 ? n : 0] = '\0';
	if (n > 0 && !strncmp(real, w->spec->inside, len) && real[len] == '/')
		return fd;
	refused(w, name, _("a link that leads out of the store"));
	close(fd);
	return -1;
}

static bool copy_one(struct walk *w, int dir, const char *name, int to,
		     const char *to_name);

static bool copy_child(struct walk *w, int dir, const char *name, int to)
{
	return copy_one(w, dir, name, to, name);
}

static bool copy_dir(struct walk *w, int dir, const char *name, int to,
		     const char *to_name, const struct stat *st)
{
	bool ok;
	int fd;

	if (mkdirat(to, to_name, 0700))
		return failed(w, to_name);
	fd = openat(to, to_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
				 O_NOFOLLOW);
	if (fd < 0)
		return failed(w, to_name);
	ok = for_each(w, dir, name, copy_child, fd) &&
	     finish(w, fd, st, to_name);
	close(fd);
	return ok;
}

static bool copy_one(struct walk *w, int dir, const char *name, int to,
		     const char *to_name)
{
	struct stat st;
	bool ok;
	int in;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return failed(w, name);
	if (S_ISDIR(st.st_mode))
		return copy_dir(w, dir, name, to, to_name, &st);
	if (S_ISLNK(st.st_mode)) {
		if (w->spec->links == FILETREE_LINKS_KEEP)
			return copy_link(w, dir, name, to, to_name);
		in = open_resolved(w, dir, name);
		if (in < 0)
			return false;
	} else if (S_ISREG(st.st_mode)) {
		in = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
				       O_NONBLOCK | O_NOCTTY);
		if (in < 0)
			return failed(w, name);
	} else {
		return refused(w, name, _("not a regular file"));
	}
	ok = copy_file(w, in, to, name, to_name);
	close(in);
	return ok;
}

bool filetree_copy(const char *from, const char *to,
		   const struct filetree_spec *spec, struct job *job,
		   struct err *err)
{
	struct walk w = {.spec = spec, .job = job, .err = err};
	char *parent;
	struct stat st;

	if (!lstat(to, &st)) {
		errno = EEXIST;
		return failed(&w, to);
	}
	if (!measure(&w, AT_FDCWD, from, -1))
		return false;
	if (w.total.bytes > spec->max)
		return err_set(err, ERR_LIMIT,
			       _("%llu bytes would have to be copied, more than "
				 "%llu"),
			       (unsigned long long)w.total.bytes,
			       (unsigned long long)spec->max);
	if (!go_on(&w))
		return false;
	if (!copy_one(&w, AT_FDCWD, from, AT_FDCWD, to)) {
		filetree_remove(to, NULL);
		return false;
	}
	parent = path_dir(to);
	filetree_sync_dir(parent);
	free(parent);
	return true;
}
