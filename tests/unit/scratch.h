/*
 * scratch - a directory for a test's files, removed with all that is in it.
 *
 * It lies in $TMPDIR or /tmp; the path is made by scratch_new() and freed by
 * scratch_free().
 */
#ifndef RREDIT_TESTS_SCRATCH_H
#define RREDIT_TESTS_SCRATCH_H

#include <dirent.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static inline char *scratch_new(void)
{
	const char *tmp = getenv("TMPDIR");
	char *path;

	if (asprintf(&path, "%s/rredit-test-XXXXXX", tmp ? tmp : "/tmp") < 0 ||
	    !mkdtemp(path))
		abort();
	return path;
}

static inline int scratch_remove_one(const char *path, const struct stat *st,
				     int type, struct FTW *ftw)
{
	return remove(path);
}

static inline void scratch_free(char *path)
{
	nftw(path, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(path);
}

/* dir/name; the caller frees it. */
static inline char *scratch_path(const char *dir, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		abort();
	return path;
}

static inline void scratch_write(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f))
		abort();
}

/* Whether the file holds just these bytes. */
static inline bool scratch_holds(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(path, "rb");
	char *got = malloc(len + 1);
	bool same;

	if (!f || !got)
		abort();
	same = fread(got, 1, len + 1, f) == len && !memcmp(got, bytes, len);
	free(got);
	fclose(f);
	return same;
}

/* Files in dir, "." and ".." not counted. */
static inline size_t scratch_count(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	if (!d)
		abort();
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

#endif
