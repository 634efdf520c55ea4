/*
 * params - the query of a request as parameters.
 *
 * Private to src/rrpair. A query is read into decoded names and values beside
 * the text they came from; edits of one parameter leave the spelling of all
 * others. queryParams and the signature follow a query name by name.
 */
#ifndef RREDIT_RRPAIR_PARAMS_H
#define RREDIT_RRPAIR_PARAMS_H

#include "rrpair/plan.h"
#include "rrpair/url.h"

struct param {
	size_t name, name_len;		/* decoded, in params.bytes */
	size_t value, value_len;
	size_t at, len;			/* the segment in params.query */
	size_t value_at;		/* of the encoded value in params.query; the
					   segment's end without '=' */
	bool has_value;
};

struct params {
	struct buf query;		/* as spelt */
	struct buf bytes;
	struct param *rows;
	size_t count, cap;
};

void params_init(struct params *ps);
void params_release(struct params *ps);
void params_parse(struct params *ps, const char *query, size_t len);
/* The record's query; false when the record has no http.req. */
bool params_read(struct params *ps, const struct rrpair *pair);
bool params_named(const struct params *ps, size_t row, const char *name,
		  size_t len);
/* Position of the nth (from 1) value of a name, or ps->count. */
size_t params_find(const struct params *ps, const char *name, size_t len,
		   uint32_t nth);

/* The query text with one parameter edited, appended to out. */
void params_with_value(const struct params *ps, size_t row, const char *value,
		       size_t len, struct buf *out);
void params_with_name(const struct params *ps, size_t row, const char *name,
		      size_t len, struct buf *out);
void params_without(const struct params *ps, size_t row, struct buf *out);
/* Insert before row `at` (count: at the end). */
void params_with_new(const struct params *ps, size_t at, const char *name,
		     size_t name_len, const char *value, size_t len,
		     struct buf *out);
/* Does a list of queryParams hold just the values that the query has for a name?
 * JSON_NONE agrees with none. */
bool params_list_agrees(const struct params *ps, const struct rrpair *pair,
			uint32_t list, const char *name, size_t len);
/* What Go's url.Values.Encode writes: sorted by name, escaped. */
void params_sorted(const struct params *ps, struct buf *out);

bool param_get(const struct rrpair *pair, const char *name, size_t len,
	       uint32_t nth, struct buf *out);
size_t param_count(const struct rrpair *pair, const char *name, size_t len);

/* Change path, query or both of the request with all that follows. A NULL slice
 * leaves that side. Both are written encoded where a URI needs it. */
bool params_set_url(struct plan *plan, const struct slice *path,
		    const struct slice *query, struct err *err);

#endif
