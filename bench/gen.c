/*
 * gen - write a snapshot as large as one likes, of traffic that was made up.
 *
 *	gen [--seed N] [--records N] [--bytes SIZE] [--tiny] >raw.jsonl
 *
 * The same seed gives the same bytes. SIZE is in bytes, or with K, M or G in
 * powers of 1000; the first record that reaches it is the last. Records are as
 * large as captured ones: half of them under 3.1 KB, one in a hundred over
 * 24 KB, the largest 2 MB, so 1 GB holds about 215,000. Bodies are base64, base64
 * of gzip, or base64 beside a plain copy. The decoded body of every 10,000th
 * record, counted from 1, holds NEEDLE-<its number>. --tiny makes records of
 * some 120 bytes with a few members, 10 million of them unless told.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gen.h"

#define TINY_RECORDS 10000000
#define WRITE_SIZE ((size_t)1 << 20)

static void usage(void)
{
	fputs("usage: gen [--seed N] [--records N] [--bytes SIZE] [--tiny]\n",
	      stderr);
	exit(2);
}

static uint64_t number(const char *s)
{
	static const char units[] = "KMG";
	char *end;
	uint64_t n;
	const char *unit;

	errno = 0;
	n = strtoull(s ? s : "", &end, 10);
	if (!s || end == s || *s == '-' || errno)
		usage();
	if (!*end)
		return n;
	unit = strchr(units, *end);
	if (!unit || end[1])
		usage();
	for (; unit >= units; unit--) {
		if (n > UINT64_MAX / 1000)
			usage();
		n *= 1000;
	}
	return n;
}

static bool flush(struct buf *b)
{
	size_t at = 0;

	while (at < b->len) {
		ssize_t n = write(STDOUT_FILENO, b->data + at, b->len - at);

		if (n < 0 && errno != EINTR) {
			fprintf(stderr, "gen: standard output: %s\n",
				strerror(errno));
			return false;
		}
		at += n > 0 ? (size_t)n : 0;
	}
	buf_clear(b);
	return true;
}

int main(int argc, char **argv)
{
	uint64_t seed = 1, records = 0, bytes = 0, written = 0;
	bool tiny = false, ok = true;
	struct gen g;
	struct buf out;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--seed"))
			seed = number(argv[++i]);
		else if (!strcmp(argv[i], "--records"))
			records = number(argv[++i]);
		else if (!strcmp(argv[i], "--bytes"))
			bytes = number(argv[++i]);
		else if (!strcmp(argv[i], "--tiny"))
			tiny = true;
		else
			usage();
	}
	if (!records && !bytes)
		records = tiny ? TINY_RECORDS : 1000;
	gen_init(&g, seed, tiny);
	buf_init(&out);
	while (ok && (!records || g.n < records) && (!bytes || written < bytes)) {
		size_t before = out.len;

		if (tiny)
			gen_tiny(&g, &out);
		else
			gen_record(&g, &out);
		written += out.len - before;
		if (out.len >= WRITE_SIZE)
			ok = flush(&out);
	}
	ok = ok && flush(&out);
	buf_release(&out);
	gen_release(&g);
	return ok ? 0 : 3;
}
