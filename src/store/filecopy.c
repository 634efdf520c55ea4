#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/fs.h>
#endif

#include "base/i18n.h"
#include "base/mem.h"
#include "store/filecopy.h"

#define TURN ((size_t)16 << 20)		/* between looks at progress and cancel */
#define BLOCK ((size_t)256 << 10)

static bool clone_whole(int from, int to)
{
#ifdef FICLONE
	return ioctl(to, FICLONE, from) == 0;
#else
	return false;
#endif
}

/* Where this file stands in what is told about a job. */
struct progress {
	struct job *job;
	uint64_t before, all;
};

static bool go_on(const struct progress *p, uint64_t done, struct err *err)
{
	if (!p->job)
		return true;
	done += p->before;
	job_progress(p->job, done, p->all, done);
	if (job_cancelled(p->job))
		return err_set(err, ERR_CANCELLED, _("cancelled"));
	return true;
}

static bool write_all(int fd, const char *bytes, size_t len, struct err *err)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, _("cannot write"));
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* The rest by hand, from where both descriptors stand. */
static bool by_hand(int from, int to, uint64_t done, const struct progress *p,
		    struct err *err)
{
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
		done += (uint64_t)n;
		ok = write_all(to, block, (size_t)n, err) &&
		     go_on(p, done, err);
	}
	free(block);
	return ok;
}

static bool copy(int from, int to, uint64_t total, const struct progress *p,
		 struct err *err)
{
	uint64_t done = 0;

	while (done < total) {
		ssize_t n = copy_file_range(from, NULL, to, NULL, TURN, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == ENOSPC || errno == EDQUOT ||
			      errno == EIO || errno == EFBIG))
			return err_errno(err, _("cannot write"));
		if (n <= 0)
			break;
		done += (uint64_t)n;
		if (!go_on(p, done, err))
			return false;
	}
	return by_hand(from, to, done, p, err);
}

bool filecopy_fd(int from, int to, uint64_t max, struct job *job,
		 struct err *err)
{
	struct progress p = {.job = job};
	struct stat st;

	if (fstat(from, &st))
		return err_errno(err, _("cannot read"));
	if (clone_whole(from, to))
		return true;
	p.all = (uint64_t)st.st_size;
	if (p.all > max)
		return err_set(err, ERR_LIMIT,
			       _("%llu bytes would have to be copied, more than "
				 "%llu"), (unsigned long long)p.all,
			       (unsigned long long)max);
	return copy(from, to, p.all, &p, err);
}

bool filecopy_one_of(int from, int to, uint64_t before, uint64_t all,
		     struct job *job, struct err *err)
{
	struct progress p = {job, before, all};
	struct stat st;

	if (fstat(from, &st))
		return err_errno(err, _("cannot read"));
	return clone_whole(from, to) ||
	       copy(from, to, (uint64_t)st.st_size, &p, err);
}

bool filecopy(const char *from, const char *to, mode_t mode, uint64_t max,
	      struct job *job, struct err *err)
{
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int out = -1;
	struct stat st;
	bool ok = false;

	if (in < 0 || fstat(in, &st)) {
		err_errno(err, _("cannot read"));
		goto done;
	}
	if (!S_ISREG(st.st_mode)) {
		err_set(err, ERR_INPUT, _("not a regular file"));
		goto done;
	}
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (out < 0) {
		err_errno(err, _("cannot create a file"));
		goto done;
	}
	ok = filecopy_fd(in, out, max, job, err);
	if (ok && fsync(out))
		ok = err_errno(err, _("cannot write"));
	if (close(out) && ok)
		ok = err_errno(err, _("cannot write"));
	if (!ok)
		unlink(to);
done:
	if (in >= 0)
		close(in);
	return ok;
}
