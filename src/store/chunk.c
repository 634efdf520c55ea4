#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "store/chunk.h"
#include "store/columns_scan.h"
#include "store/lineindex.h"

struct scan {
	struct chunk *c;
	const struct job *job;
	struct columns_cache cache;
	char *data;		/* bytes from `base` on; COLUMNS_PAD behind len */
	size_t len, cap;
	uint64_t base;
	size_t line;		/* where the current line begins in data */
	size_t seen;		/* no newline in data[line..seen) */
	size_t records_cap;
};

static bool fail(struct scan *s, enum err_code code, const char *why)
{
	s->c->failed = true;
	return err_set(&s->c->err, code, "%s: %s", source_path(s->c->src), why);
}

/* How much to read next: whole blocks inside, less when only the end of the
 * last line is missing. */
static size_t read_size(const struct scan *s)
{
	uint64_t off = s->base + s->len;
	uint64_t behind = off < s->c->to ? s->c->to - off + 4096 : 32768;

	return behind < SOURCE_BLOCK ? (size_t)behind : SOURCE_BLOCK;
}

/* Append the next bytes of the source. 0 at its end, -1 on failure. */
static int more(struct scan *s)
{
	size_t want = read_size(s);
	uint64_t off = s->base + s->len;
	ssize_t n;

	if (off >= s->c->size)
		return 0;
	if (want > s->c->size - off)
		want = (size_t)(s->c->size - off);
	if (s->job && job_cancelled(s->job)) {
		fail(s, ERR_CANCELLED, _("cancelled"));
		return -1;
	}
	if (s->line > 0) {
		memmove(s->data, s->data + s->line, s->len - s->line);
		s->base += s->line;
		s->len -= s->line;
		s->seen -= s->line;
		s->line = 0;
	}
	if (s->len + want + COLUMNS_PAD > s->cap) {
		s->cap = (s->len + want + COLUMNS_PAD) * 3 / 2;
		s->data = mem_grow(s->data, s->cap, 1);
	}
	n = source_read(s->c->src, off, s->data + s->len, want, &s->c->err);
	if (n == 0)
		fail(s, ERR_CONFLICT, _("the file has become shorter"));
	if (n <= 0) {
		s->c->failed = true;
		return -1;
	}
	s->len += (size_t)n;
	memset(s->data + s->len, 0, COLUMNS_PAD);
	return 1;
}

static bool blank_line(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != ' ' && p[i] != '\t' && p[i] != '\r')
			return false;
	return true;
}

static struct columns *add(struct scan *s)
{
	struct chunk *c = s->c;

	c->records = mem_room(c->records, c->count, &s->records_cap,
			      sizeof(*c->records));
	return &c->records[c->count++];
}

/* A line of len bytes at s->line, without its LF. */
static void record(struct scan *s, size_t len, bool eol)
{
	const char *p = s->data + s->line;
	struct columns *col;
	unsigned flags = eol ? 0 : COLUMNS_NO_EOL;

	if (len == 0 || (*p != '{' && blank_line(p, len)))
		return;
	if (eol && p[len - 1] == '\r') {
		flags = COLUMNS_CRLF;
		len--;
	}
	col = add(s);
	col->off = s->base + s->line;
	col->flags = (uint16_t)flags;
	columns_scan_cached(p, len, &s->cache, col);
}

/*
 * A line over COLUMNS_SCAN_MAX: look for its end without keeping it. On return
 * data begins behind it. False at the end of the source or on failure.
 */
static bool huge_line(struct scan *s)
{
	uint64_t start = s->base + s->line, end;
	const char *nl = NULL;
	char last = '\0';
	struct columns *col;
	int got = 1;

	while (!nl && got > 0) {
		if (s->len > s->seen)
			last = s->data[s->len - 1];
		s->line = s->seen = s->len;	/* let go of it */
		got = more(s);
		if (got > 0)
			nl = memchr(s->data + s->seen, '\n', s->len - s->seen);
	}
	if (got < 0 || (!nl && !s->c->final)) {
		s->c->resume = start;
		return false;
	}
	if (nl && nl > s->data)
		last = nl[-1];
	end = nl ? s->base + (uint64_t)(nl - s->data) : s->c->size;
	if (end - start > LINEINDEX_LINE_MAX)
		return fail(s, ERR_LIMIT, _("a line of more than 4 GB"));
	col = add(s);
	*col = (struct columns){
		.off = start,
		.len = (uint32_t)(end - start - (nl && last == '\r')),
		.ts = COLUMNS_NO_TS,
		.code = COLUMNS_NO_CODE,
		.flags = COLUMNS_HUGE | COLUMNS_NO_UUID,
	};
	if (!nl)
		col->flags |= COLUMNS_NO_EOL;
	else if (last == '\r')
		col->flags |= COLUMNS_CRLF;
	s->line = s->seen = nl ? (size_t)(nl - s->data) + 1 : s->len;
	s->c->resume = nl ? end + 1 : start;
	return nl != NULL;
}

/* Go to the first line that begins in the chunk. */
static bool find_first(struct scan *s)
{
	if (s->c->from == s->c->head) {
		s->base = s->c->from;
		return true;
	}
	s->base = s->c->from - 1;
	for (;;) {
		const char *nl;
		int got;

		if (s->base + s->seen >= s->c->to)
			return false;
		got = more(s);
		if (got <= 0)
			return false;
		nl = memchr(s->data + s->seen, '\n', s->len - s->seen);
		if (nl) {
			s->line = s->seen = (size_t)(nl - s->data) + 1;
			return true;
		}
		s->line = s->seen = s->len;
	}
}

static void lines(struct scan *s)
{
	struct chunk *c = s->c;

	for (;;) {
		const char *nl;
		int got;

		c->resume = s->base + s->line;
		if (c->resume >= c->to)
			return;
		nl = memchr(s->data + s->seen, '\n', s->len - s->seen);
		if (nl) {
			record(s, (size_t)(nl - s->data) - s->line, true);
			s->line = s->seen = (size_t)(nl - s->data) + 1;
			continue;
		}
		s->seen = s->len;
		if (s->len - s->line > COLUMNS_SCAN_MAX) {
			if (!huge_line(s))
				return;
			continue;
		}
		if (s->base + s->len >= c->to &&
		    s->base + s->len - c->to >= c->patience)
			return;
		got = more(s);
		if (got == 0 && c->final)
			record(s, s->len - s->line, false);
		if (got <= 0)
			return;
	}
}

void chunk_scan(struct chunk *c, const struct job *job)
{
	struct scan *s = mem_zalloc(1, sizeof(*s));

	s->c = c;
	s->job = job;
	s->cap = SOURCE_BLOCK + COLUMNS_PAD;
	s->data = mem_zalloc(1, s->cap);
	columns_cache_init(&s->cache, c->pools);
	c->resume = c->to;
	if (find_first(s))
		lines(s);
	if (c->count > 0)
		c->records = mem_grow(c->records, c->count,
				      sizeof(*c->records));
	free(s->data);
	free(s);
}
