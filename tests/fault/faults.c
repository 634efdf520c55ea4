#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "faults.h"

static atomic_bool armed;
static enum fault_kind kind;
static long hit_at;
static int hit_errno;
static atomic_long count;
static const char *_Atomic hit_name;

void fault_arm(enum fault_kind k, long at, int error)
{
	kind = k;
	hit_at = at;
	hit_errno = error;
	atomic_store(&count, 0);
	atomic_store(&hit_name, NULL);
	atomic_store(&armed, true);
}

long fault_disarm(void)
{
	atomic_store(&armed, false);
	return atomic_load(&count);
}

const char *fault_hit(void)
{
	return atomic_load(&hit_name);
}

/* What this call is to do. */
static enum fault_kind turn(const char *name)
{
	if (!atomic_load(&armed) || atomic_fetch_add(&count, 1) != hit_at ||
	    kind == FAULT_NONE)
		return FAULT_NONE;
	atomic_store(&hit_name, name);
	return kind;
}

/* For calls that move no bytes. True: it fails. */
static bool fails(const char *name)
{
	switch (turn(name)) {
	case FAULT_DIE:
		_exit(FAULT_STATUS);
	case FAULT_ERRNO:
		errno = hit_errno;
		return true;
	default:
		return false;
	}
}

#define REAL(type, name, ...) \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)
#define PLAIN(type, name, failure, params, args) \
	type __real_##name params; \
	type __wrap_##name params; \
	type __wrap_##name params \
	{ \
		return fails(#name) ? failure : __real_##name args; \
	}

/* For calls that move bytes: half of them, or the end. */
#define MOVING(name, len, params, args) \
	ssize_t __real_##name params; \
	ssize_t __wrap_##name params; \
	ssize_t __wrap_##name params \
	{ \
		enum fault_kind k = turn(#name); \
		ssize_t n; \
		if (k == FAULT_ERRNO) { \
			errno = hit_errno; \
			return -1; \
		} \
		if (k != FAULT_NONE && len > 1) \
			len /= 2; \
		n = __real_##name args; \
		if (k == FAULT_DIE) \
			_exit(FAULT_STATUS); \
		return n; \
	}

PLAIN(int, openat, -1, (int d, const char *p, int f, mode_t m), (d, p, f, m))
PLAIN(int, mkostemp, -1, (char *t, int f), (t, f))
PLAIN(int, ftruncate, -1, (int fd, off_t len), (fd, len))
PLAIN(int, fstat, -1, (int fd, struct stat *st), (fd, st))
PLAIN(int, stat, -1, (const char *p, struct stat *st), (p, st))
PLAIN(int, lstat, -1, (const char *p, struct stat *st), (p, st))
PLAIN(int, fchmod, -1, (int fd, mode_t m), (fd, m))
PLAIN(int, chmod, -1, (const char *p, mode_t m), (p, m))
PLAIN(int, fchown, -1, (int fd, uid_t u, gid_t g), (fd, u, g))
PLAIN(int, rename, -1, (const char *a, const char *b), (a, b))
PLAIN(int, renameat2, -1,
      (int a, const char *p, int b, const char *q, unsigned f), (a, p, b, q, f))
PLAIN(int, link, -1, (const char *a, const char *b), (a, b))
PLAIN(int, unlink, -1, (const char *p), (p))
PLAIN(int, mkdir, -1, (const char *p, mode_t m), (p, m))
PLAIN(int, access, -1, (const char *p, int m), (p, m))
PLAIN(DIR *, opendir, NULL, (const char *p), (p))
PLAIN(char *, realpath, NULL, (const char *p, char *to), (p, to))
PLAIN(ssize_t, flistxattr, -1, (int fd, char *l, size_t n), (fd, l, n))
PLAIN(ssize_t, fgetxattr, -1, (int fd, const char *a, void *v, size_t n),
      (fd, a, v, n))
PLAIN(int, fsetxattr, -1,
      (int fd, const char *a, const void *v, size_t n, int f), (fd, a, v, n, f))

MOVING(read, n_, (int fd, void *to, size_t n_), (fd, to, n_))
MOVING(write, n_, (int fd, const void *from, size_t n_), (fd, from, n_))
MOVING(pread, n_, (int fd, void *to, size_t n_, off_t at), (fd, to, n_, at))
MOVING(pwrite, n_, (int fd, const void *from, size_t n_, off_t at),
       (fd, from, n_, at))
MOVING(copy_file_range, n_,
       (int a, off_t *x, int b, off_t *y, size_t n_, unsigned f),
       (a, x, b, y, n_, f))

REAL(int, open, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	va_start(ap, flags);
	if (flags & O_CREAT)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	return fails("open") ? -1 : __real_open(path, flags, mode);
}

REAL(int, fcntl, int fd, int op, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, op);
	arg = va_arg(ap, void *);
	va_end(ap);
	return fails("fcntl") ? -1 : __real_fcntl(fd, op, arg);
}

REAL(int, ioctl, int fd, unsigned long op, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, op);
	arg = va_arg(ap, void *);
	va_end(ap);
	return fails("ioctl") ? -1 : __real_ioctl(fd, op, arg);
}

/* The descriptor is gone, whatever close() says. */
REAL(int, close, int fd)
{
	bool failed = fails("close");
	int rc = __real_close(fd);

	if (failed)
		errno = hit_errno;
	return failed ? -1 : rc;
}

int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	return fails("fsync") ? -1 : 0;
}

int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
	return fails("fdatasync") ? -1 : 0;
}

/* Half of the first piece only. */
REAL(ssize_t, pwritev, int fd, const struct iovec *v, int n, off_t at)
{
	enum fault_kind k = turn("pwritev");
	struct iovec half = v[0];
	ssize_t got;

	if (k == FAULT_ERRNO) {
		errno = hit_errno;
		return -1;
	}
	if (k != FAULT_NONE && half.iov_len > 1)
		half.iov_len /= 2;
	got = k == FAULT_NONE ? __real_pwritev(fd, v, n, at)
			      : __real_pwritev(fd, &half, 1, at);
	if (k == FAULT_DIE)
		_exit(FAULT_STATUS);
	return got;
}
