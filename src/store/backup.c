#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "store/backup.h"
#include "store/filecopy.h"
#include "store/statedir.h"

#define NAME_LEN 20		/* 20260102T030405.678Z */
#define NAME_TRIES 1000		/* other milliseconds, when one is taken */
#define PART "part"		/* a backup on its way; never listed */
#define RESTORE_MAX ((uint64_t)1 << 40)

static char *backup_sub(const char *real_path)
{
	char *key = statedir_key(real_path);
	char *sub = mem_format("backup/%s", key);

	free(key);
	return sub;
}

static char *backup_dir(const char *state_dir, const char *real_path,
			struct err *err)
{
	char *sub = backup_sub(real_path);
	char *dir = statedir_sub(state_dir, sub, err);

	free(sub);
	return dir;
}

static void name_of(int64_t ns, char out[NAME_LEN + 1])
{
	time_t s = (time_t)(ns / 1000000000);
	struct tm tm;
	char text[16];

	gmtime_r(&s, &tm);
	strftime(text, sizeof(text), "%Y%m%dT%H%M%S", &tm);
	snprintf(out, NAME_LEN + 1, "%.15s.%03uZ", text,
		 (unsigned)((uint64_t)ns / 1000000 % 1000));
}

/* The time in a name, or -1 when it is none that name_of() gives. */
static int64_t time_of(const char *name)
{
	struct tm tm = { 0 };
	char same[NAME_LEN + 1];
	int64_t ns;
	int ms;

	if (strlen(name) != NAME_LEN ||
	    sscanf(name, "%4d%2d%2dT%2d%2d%2d.%3dZ", &tm.tm_year, &tm.tm_mon,
		   &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
		   &ms) != 7)
		return -1;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	if (__builtin_mul_overflow((int64_t)timegm(&tm), (int64_t)1000000000,
				   &ns) ||
	    __builtin_add_overflow(ns, (int64_t)ms * 1000000, &ns) || ns < 0)
		return -1;
	name_of(ns, same);
	return strcmp(name, same) ? -1 : ns;
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = ((const struct backup *)a)->when_ns;
	int64_t y = ((const struct backup *)b)->when_ns;

	return x > y ? -1 : x < y;
}

static bool list_dir(const char *dir, struct backup **out, size_t *count,
		     struct err *err)
{
	DIR *d = opendir(dir);
	struct backup *list = NULL;
	size_t n = 0, cap = 0;
	struct dirent *e;

	if (!d && errno != ENOENT)
		return err_errno(err, _("backups"));
	while (d && (e = readdir(d))) {
		int64_t when = time_of(e->d_name);
		struct stat st;

		if (when < 0 || fstatat(dirfd(d), e->d_name, &st,
					AT_SYMLINK_NOFOLLOW) ||
		    !S_ISREG(st.st_mode))
			continue;
		list = mem_room(list, n, &cap, sizeof(*list));
		list[n++] = (struct backup){
			.name = mem_strdup(e->d_name),
			.path = path_join(dir, e->d_name),
			.bytes = (uint64_t)st.st_size,
			.when_ns = when,
		};
	}
	if (d)
		closedir(d);
	if (n)
		qsort(list, n, sizeof(*list), newest_first);
	*out = list;
	*count = n;
	return true;
}

bool backup_list(const char *state_dir, const char *real_path,
		 struct backup **out, size_t *count, struct err *err)
{
	char *sub = backup_sub(real_path), *dir = path_join(state_dir, sub);
	bool ok = list_dir(dir, out, count, err);

	free(dir);
	free(sub);
	return ok;
}

void backup_list_free(struct backup *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(list[i].name);
		free(list[i].path);
	}
	free(list);
}

/* Drop what is over the bounds; the newest stays whatever its size. */
static void prune(const char *dir)
{
	struct backup *list;
	uint64_t bytes = 0;
	size_t n;

	if (!list_dir(dir, &list, &n, NULL))
		return;
	for (size_t i = 0; i < n; i++) {
		bytes += list[i].bytes;
		if (i > 0 && (i >= BACKUP_COUNT_MAX || bytes > BACKUP_BYTES_MAX))
			unlink(list[i].path);
	}
	backup_list_free(list, n);
}

/* The next name: the time, but later than that of every other, whatever the
 * clock says now. What was saved last must not be the first to be dropped. */
static int64_t next_time(const char *dir)
{
	struct timespec now;
	struct backup *list;
	int64_t ns;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &now);
	ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	if (!list_dir(dir, &list, &n, NULL))
		return ns;
	if (n && list[0].when_ns / 1000000 >= ns / 1000000)
		ns = list[0].when_ns + 1000000;
	backup_list_free(list, n);
	return ns;
}

/* Give the part its name, or the next one that is free. */
static bool name_part(const char *dir, const char *part, struct err *err)
{
	int64_t ns = next_time(dir);
	int rc = -1;

	for (int i = 0; i < NAME_TRIES && rc; i++, ns += 1000000) {
		char name[NAME_LEN + 1], *path;

		name_of(ns, name);
		path = path_join(dir, name);
		rc = access(path, F_OK) ? rename(part, path) : -1;
		free(path);
	}
	if (rc)
		return err_errno(err, _("backup"));
	prune(dir);
	return true;
}

bool backup_take(const char *state_dir, const char *real_path,
		 const char *old_path, bool *kept, struct err *err)
{
	char *dir = backup_dir(state_dir, real_path, err), *part;
	struct err why;
	struct stat st;
	bool ok = false;

	*kept = false;
	if (!dir)
		return false;
	part = path_join(dir, PART);
	unlink(part);
	if (lstat(old_path, &st)) {
		err_errno(err, _("backup"));
		goto out;
	}
	/* With other names, the file would go on changing under them. */
	if (st.st_nlink == 1 && rename(old_path, part) == 0) {
		(void)!chmod(part, 0600);
		ok = true;
	} else {
		ok = filecopy(old_path, part, 0600, BACKUP_COPY_MAX, NULL,
			      &why);
		if (!ok && why.code != ERR_LIMIT) {
			if (err)
				*err = why;
			goto out;
		}
		unlink(old_path);
		if (!ok) {
			ok = true;
			goto out;
		}
	}
	ok = name_part(dir, part, err);
	*kept = ok;
out:
	free(part);
	free(dir);
	return ok;
}

/* The present content becomes `part`: as a second name, which is the only one
 * once the file is replaced; as a copy where that cannot be. */
static bool keep_present(const char *real_path, const char *part,
			 struct job *job, struct err *err)
{
	struct stat st;

	unlink(part);
	if (lstat(real_path, &st))
		return errno == ENOENT || err_errno(err, _("backup"));
	if (st.st_nlink == 1 && link(real_path, part) == 0)
		return true;
	return filecopy(real_path, part, 0600, BACKUP_COPY_MAX, job, err);
}

static bool restore_file(const char *from, const char *real_path,
			 const char *dir, struct job *job, struct err *err)
{
	char *part = path_join(dir, PART);
	struct atomicfile *f = NULL;
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool ok = false;

	if (in < 0) {
		err_errno(err, _("backup"));
		goto out;
	}
	f = atomicfile_begin(real_path, 0600, err);
	if (!f || !filecopy_fd(in, atomicfile_fd(f), RESTORE_MAX, job, err) ||
	    !keep_present(real_path, part, job, err))
		goto out;
	ok = atomicfile_commit(f, NULL, err);
	f = NULL;
	/* Only now is it no longer the live file whose mode this changes. */
	if (ok && chmod(part, 0600) == 0)
		name_part(dir, part, NULL);
out:
	if (f)
		atomicfile_cancel(f);
	if (!ok)
		unlink(part);
	if (in >= 0)
		close(in);
	free(part);
	return ok;
}

bool backup_restore(const char *state_dir, const char *real_path,
		    const char *name, struct job *job, struct err *err)
{
	char *dir = backup_dir(state_dir, real_path, err), *from = NULL;
	char shown[ERR_QUOTE_MAX];
	bool ok = false;

	if (!dir)
		return false;
	if (time_of(name) >= 0)
		from = path_join(dir, name);
	if (!from || access(from, F_OK))
		err_set(err, ERR_ABSENT, _("no backup is called %s"),
			err_quote(shown, name, strlen(name)));
	else
		ok = restore_file(from, real_path, dir, job, err);
	free(from);
	free(dir);
	return ok;
}
