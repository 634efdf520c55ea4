/*
 * replay - runs a fuzz target over files, so that what fuzzing found stays
 * tested where there is no fuzzer.
 *
 * Takes files as arguments; without any, all files of FUZZ_CORPUS. Speaks TAP.
 */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/atomicfile.h"
#include "base/buf.h"
#include "base/mem.h"
#include "fuzz.h"

#define INPUT_MAX ((size_t)16 << 20)

static bool replay(const char *path)
{
	struct buf bytes;
	struct err err;
	uint8_t *exact;
	bool ok;

	buf_init(&bytes);
	ok = file_read(path, INPUT_MAX, &bytes, &err);
	if (!ok) {
		printf("# %s\n", err.msg);
	} else {
		/* memory that ends with the input, for sanitizers to see */
		exact = mem_alloc(bytes.len);
		if (bytes.len)
			memcpy(exact, bytes.data, bytes.len);
		LLVMFuzzerTestOneInput(exact, bytes.len);
		free(exact);
	}
	buf_release(&bytes);
	return ok;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int replay_all(char **paths, int count)
{
	int i, failed = 0;

	printf("1..%d\n", count);
	for (i = 0; i < count; i++) {
		const char *name = strrchr(paths[i], '/');
		bool ok;

		fflush(stdout);
		ok = replay(paths[i]);
		failed += !ok;
		printf("%s %d - %s\n", ok ? "ok" : "not ok", i + 1,
		       name ? name + 1 : paths[i]);
	}
	return failed > 0;
}

int main(int argc, char **argv)
{
	struct dirent **entries;
	char **paths;
	int i, count, status;

	if (argc > 1)
		return replay_all(argv + 1, argc - 1);
	count = scandir(FUZZ_CORPUS, &entries, visible, alphasort);
	if (count < 0) {
		perror(FUZZ_CORPUS);
		return 99;
	}
	paths = mem_zalloc((size_t)count, sizeof(*paths));
	for (i = 0; i < count; i++) {
		paths[i] = mem_format("%s/%s", FUZZ_CORPUS, entries[i]->d_name);
		free(entries[i]);
	}
	status = replay_all(paths, count);
	for (i = 0; i < count; i++)
		free(paths[i]);
	free(paths);
	free(entries);
	return status;
}
