/*
 * screen - compare a canvas with the screen expected, row by row.
 *
 * Expected screens are written as text, one string with \n after each row, as
 * canvas_dump() gives them. On a difference both are printed whole.
 */
#ifndef RREDIT_TESTS_SCREEN_H
#define RREDIT_TESTS_SCREEN_H

#include "ui/canvas.h"
#include "unit.h"

static inline void expect_dump(const struct canvas *c, bool styles,
			       const char *want, const char *file, int line)
{
	struct buf got;

	buf_init(&got);
	canvas_dump(c, &got, styles);
	if (strcmp(got.data, want) != 0) {
		/* print_error() would cut it at 1 KB */
		fprintf(stderr, "expected:\n%s\nbut the screen is:\n%s\n", want,
			got.data);
		buf_release(&got);
		_fail(file, line);
	}
	buf_release(&got);
}

#define expect_screen(c, want) expect_dump(c, false, want, __FILE__, __LINE__)
#define expect_styled(c, want) expect_dump(c, true, want, __FILE__, __LINE__)

/* A small generator with a seed, so that a failure comes back. */
static inline uint32_t rnd(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

/* Pieces of text that have gone wrong somewhere: ASCII, wide, combining,
 * control, invalid, bidi. */
static inline const char *rnd_piece(uint64_t *seed, size_t *len)
{
	static const struct {
		const char *s;
		size_t len;
	} pieces[] = {
		{"a", 1},      {"b1", 2},     {" ", 1},	     {"_", 1},
		{".", 1},      {"\n", 1},     {"\r\n", 2},   {"\0", 1},
		{"\t", 1},     {"é", 2},      {"日", 3},     {"e\xcc\x81", 3},
		{"\xff", 1},   {"\xe6\x97", 2}, {"\x1b[31m", 5}, {"\xe2\x80\xae", 3},
		{"🎉", 4},     {"\xcc\x81", 2}, {"word", 4},   {"\x7f", 1},
	};
	size_t i = rnd(seed) % (sizeof(pieces) / sizeof(pieces[0]));

	*len = pieces[i].len;
	return pieces[i].s;
}

#endif
