#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "edit/lock.h"
#include "store/statedir.h"

#define WHO_MAX 300

struct edit_lock {
	int fd;
	char *path;
};

static char *lock_path(const char *state_dir, const char *real_path,
		       struct err *err)
{
	char *dir = statedir_sub(state_dir, "lock", err);
	char *key, *path;

	if (!dir)
		return NULL;
	key = statedir_key(real_path);
	path = mem_format("%s/%s", dir, key);
	free(key);
	free(dir);
	return path;
}

/* Does the name still mean the file that was opened? A holder that leaves
 * removes it. */
static bool same_file(int fd, const char *path)
{
	struct stat a, b;

	return !fstat(fd, &a) && !stat(path, &b) && a.st_ino == b.st_ino &&
	       a.st_dev == b.st_dev;
}

/* Open-file-description locks: held by the descriptor, whoever closes what,
 * and gone with it. */
static int lock_op(int fd, int op, short *type)
{
	struct flock fl = { .l_type = *type, .l_whence = SEEK_SET };
	int rc = fcntl(fd, op, &fl);

	*type = fl.l_type;
	return rc;
}

static void write_who(int fd)
{
	char host[128] = "?", who[WHO_MAX];
	int n;

	gethostname(host, sizeof(host) - 1);
	n = snprintf(who, sizeof(who), "%ld %s\n", (long)getpid(), host);
	if (ftruncate(fd, 0) || pwrite(fd, who, (size_t)n, 0) != n)
		return;		/* the lock counts, not the text */
}

static bool held_by(int fd, const char *real_path, struct err *err)
{
	char who[WHO_MAX], shown[ERR_QUOTE_MAX];
	ssize_t n = pread(fd, who, sizeof(who) - 1, 0);
	long pid = 0;
	int at = 0;

	who[n > 0 ? n : 0] = '\0';
	who[strcspn(who, "\n")] = '\0';
	if (sscanf(who, "%ld %n", &pid, &at) < 1 || pid <= 0)
		return err_set(err, ERR_CONFLICT,
			       _("another rredit is editing it"));
	err_quote(shown, who + at, strlen(who + at));
	return err_set(err, ERR_CONFLICT,
		       _("another rredit is editing it: process %ld on %s"),
		       pid, shown);
}

struct edit_lock *edit_lock_take(const char *state_dir, const char *real_path,
				 struct err *err)
{
	struct edit_lock *l;
	char *path = lock_path(state_dir, real_path, err);
	int fd = -1;

	if (!path)
		return NULL;
	for (;;) {
		short type = F_WRLCK;

		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			  0600);
		if (fd < 0) {
			err_errno(err, _("lock"));
			break;
		}
		if (lock_op(fd, F_OFD_SETLK, &type)) {
			if (errno == EAGAIN || errno == EACCES)
				held_by(fd, real_path, err);
			else
				err_errno(err, _("lock"));
			break;
		}
		if (same_file(fd, path)) {
			write_who(fd);
			l = mem_alloc(sizeof(*l));
			*l = (struct edit_lock){ fd, path };
			return l;
		}
		close(fd);
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return NULL;
}

void edit_lock_give(struct edit_lock *lock)
{
	if (!lock)
		return;
	unlink(lock->path);
	close(lock->fd);
	free(lock->path);
	free(lock);
}

bool edit_lock_held(const char *state_dir, const char *real_path)
{
	char *path = lock_path(state_dir, real_path, NULL);
	int fd = path ? open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW) : -1;
	short type = F_WRLCK;
	bool held = fd >= 0 && lock_op(fd, F_OFD_GETLK, &type) == 0 &&
		    type != F_UNLCK;

	if (fd >= 0)
		close(fd);
	free(path);
	return held;
}
