/*
 * teask - a ThousandEyes snapshot that is asked for: its rules and its request.
 *
 * A snapshot shares what one test measured from one time to another. The
 * versions of the API name things differently: 6 has from, to, a number as
 * testId and isPublic 0 or 1; 7 has startDate, endDate, the test in the path
 * and isPublic as a boolean. Times are seconds since the epoch, UTC; spans are
 * counted in UTC, so a night on which clocks are set changes nothing.
 *
 * No allocation is kept, no network, no threads.
 */
#ifndef RREDIT_REMOTE_TEASK_H
#define RREDIT_REMOTE_TEASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define TE_URL "https://api.thousandeyes.com"	/* without another base */
#define TE_SPANS 7
extern const unsigned te_spans[TE_SPANS];	/* hours: 1, 2, 4, ... 48 */

#define TE_PUBLIC_DAYS 30	/* until a public snapshot expires */
#define TE_DATA_DAYS 90		/* how long measurements are kept */
#define TE_NAME_MAX 255		/* bytes of a display name; our limit */

struct te_ask {
	int version;		/* 6 or 7 */
	const char *test;	/* digits */
	const char *name;
	const char *aid;	/* account group, digits; NULL: the default one */
	int64_t from, to;	/* seconds since the epoch */
	bool public;
};

/*
 * A time in one of the spellings of the API: "2018-10-06T00:00:00" or with a
 * blank, blanks around it, "Z" at the end or not, seconds or not; always UTC.
 * ERR_INPUT for anything else, also days that no month has.
 */
bool te_parse_time(const char *text, size_t len, int64_t *out, struct err *err);
/* "2018-10-06T00:00:00" for version 6, with "Z" for 7. */
#define TE_TIME_MAX 32
void te_format_time(char out[TE_TIME_MAX], int64_t seconds, int version);
/* "2018-10-06 00:00:00", as people read it. */
void te_show_time(char out[TE_TIME_MAX], int64_t seconds);

/* The hours from one time to another, when a snapshot may span them; else 0. */
unsigned te_span(int64_t from, int64_t to);

enum te_field { TE_TEST, TE_NAME, TE_AID, TE_SPAN, TE_END };
/* Told of one problem; an error keeps the request from being sent. */
typedef void te_problem_fn(void *ctx, enum te_field field, bool error,
			   const char *text);
/* Look at every rule; now in seconds. True when there is no error. */
bool te_check(const struct te_ask *ask, int64_t now, te_problem_fn *problem,
	      void *ctx);

/* The URL to POST to and its JSON. base: of the configuration, with or without
 * "/v6" or "/v7" at its end, or NULL. The ask has passed te_check(). */
void te_ask_url(const struct te_ask *ask, const char *base, struct buf *out);
void te_ask_body(const struct te_ask *ask, struct buf *out);
/* URL of another endpoint: name is "tests" or "account-groups". */
void te_url(int version, const char *base, const char *name, const char *aid,
	    struct buf *out);
/* Both as a curl command for a shell; the credentials are left out, basic tells
 * which kind they are. */
void te_ask_curl(const struct te_ask *ask, const char *base, bool basic,
		 struct buf *out);

#endif
