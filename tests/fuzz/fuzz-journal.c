/*
 * The input is a journal file, read frame by frame to its end or to where it is
 * damaged. (Frames themselves: fuzz-frame.)
 */
#include "config.h"

#include <unistd.h>

#include "base/mem.h"
#include "edit/journalfile.h"
#include "fuzz.h"

static char *file_with(const char *bytes, size_t len)
{
	const char *tmp = getenv("TMPDIR");
	char *path = mem_format("%s/rredit-fuzz-XXXXXX", tmp ? tmp : "/tmp");
	int fd = mkostemp(path, 0);

	must(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
	close(fd);
	return path;
}

static void read_file(const char *bytes, size_t len)
{
	char *path = file_with(bytes, len);
	struct journal_base base;
	struct journal_reader *r = journal_reader_open(path, &base, NULL);
	const char *frame;
	size_t n, all = 0;
	bool damaged;

	while (r && journal_next(r, &frame, &n, &damaged)) {
		must(n > 0 && n <= len);
		all += n + JOURNALFILE_FRAME_HEAD;
		must(journal_good_bytes(r) <= len);
	}
	if (r) {
		must(all < len && damaged == (journal_good_bytes(r) != len));
		journal_base_release(&base);
	}
	journal_reader_close(r);
	unlink(path);
	free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_file((const char *)data, size);
	return 0;
}
