/*
 * regex - regular expressions that always come back.
 *
 * The only file that includes pcre2.h. Perl syntax over UTF-8; bytes that are
 * not UTF-8 are never part of a match, but what lies around them is searched.
 * A `struct regex` is immutable and may be used by several threads at once;
 * every thread brings its own `struct regex_run`.
 *
 * Captured data is hostile and patterns are what users type, so a match is
 * held to the limits below; one that reaches them is REGEX_LIMIT, which
 * callers count as "no match" and report.
 */
#ifndef RREDIT_BASE_REGEX_H
#define RREDIT_BASE_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

#define REGEX_PATTERN_MAX 65536		/* bytes of a pattern */
#define REGEX_GROUPS_MAX 63		/* capture groups of a pattern */
#define REGEX_MATCH_LIMIT 2000000	/* calls of the matcher for one match */
#define REGEX_DEPTH_LIMIT 20000		/* backtracking points kept (interpreter) */
#define REGEX_HEAP_LIMIT 20000		/* KiB of backtracking memory (interpreter) */
#define REGEX_STACK_MAX (1024 * 1024)	/* bytes of stack for compiled patterns */

enum {
	REGEX_ICASE = 1,	/* letters match without case */
	REGEX_LITERAL = 2,	/* the pattern is plain text */
};

enum regex_result { REGEX_NO, REGEX_YES, REGEX_LIMIT };

struct regex;
struct regex_run;
struct regex_span {
	size_t from, to;	/* (size_t)-1 both: the group took no part */
};

/* ERR_USAGE with the offset in the pattern in err->offset, or ERR_LIMIT. */
struct regex *regex_new(const char *pattern, size_t len, unsigned flags,
			struct err *err);
void regex_free(struct regex *re);
unsigned regex_groups(const struct regex *re);

struct regex_run *regex_run_new(void);
void regex_run_free(struct regex_run *run);

/*
 * Search s from byte `from` on. groups (may be NULL) gets the whole match in
 * [0] and the capture groups after it, up to n of them.
 */
enum regex_result regex_find(struct regex_run *run, const struct regex *re,
			     const char *s, size_t len, size_t from,
			     struct regex_span *groups, size_t n);

/*
 * Append s with every match replaced by `with`, where $1 .. $9, ${10} are
 * groups, $0 the match and $$ a dollar sign. *count gets the number of
 * matches. regex_check_template() says whether `with` is well formed for re
 * (ERR_USAGE); the others then cannot fail for its sake.
 */
bool regex_check_template(const struct regex *re, const char *with, size_t len,
			  struct err *err);
enum regex_result regex_replace(struct regex_run *run, const struct regex *re,
				const char *s, size_t len, const char *with,
				size_t with_len, struct buf *out, size_t *count);

#endif
