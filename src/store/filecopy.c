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

static bool go_on(struct job *job, uint64_t done, uint64_t total,
		  struct err *err)
{
	if (!job)
		return true;
	job_progress(job, done, total, done);
	if (job_cancelled(job))
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
static bool by_hand(int from, int to, uint64_t done, uint64_t total,
		    struct job *job, struct err *err)
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
		     go_on(job, done, total, err);
	}
	free(block);
	return ok;
}

bool filecopy_fd(int from, int to, uint64_t max, struct job *job,
		 struct err *err)
{
	uint64_t done = 0, total;
	struct stat st;

	if (fstat(from, &st))
		return err_errno(err, _("cannot read"));
	if (clone_whole(from, to))
		return true;
	total = (uint64_t)st.st_size;
	if (total > max)
		return err_set(err, ERR_LIMIT,
			       _("%llu bytes would have to be copied, more than "
				 "%llu"), (unsigned long long)total,
			       (unsigned long long)max);
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
		if (!go_on(job, done, total, err))
			return false;
	}
	return by_hand(from, to, done, total, job, err);
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
