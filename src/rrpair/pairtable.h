/*
 * pairtable - the maps of a record as rows: headers, parameters, cookies, tags.
 *
 * A header with two values is two rows; rows come in the order of the record.
 * Rows are read once and point into memory of the table; after an edit, read
 * again. Edits are patches with linked facts following as change_field() does
 * (a Host or Content-Type row is the same fact as `host` or `contenttype`).
 *
 * Parameters are read from the query of http.req.uri, in its order, decoded
 * (`+` and %XX); from queryParams where there is no uri. The spelling of
 * parameters that are not touched stays. Cookies are read out of the Cookie and
 * Set-Cookie headers.
 */
#ifndef RREDIT_RRPAIR_PAIRTABLE_H
#define RREDIT_RRPAIR_PAIRTABLE_H

#include "rrpair/change.h"

enum pairtable_id {
	PAIRTABLE_REQUEST_HEADERS, PAIRTABLE_RESPONSE_HEADERS, PAIRTABLE_PARAMS,
	PAIRTABLE_REQUEST_COOKIES, PAIRTABLE_RESPONSE_COOKIES, PAIRTABLE_TAGS,
	PAIRTABLE_COUNT
};

enum pairtable_flags {
	PAIRTABLE_ODD = 1,	/* not of the shape the format has (a header that is
				   no array of strings): value is its JSON text;
				   edit it in the tree */
};

struct pairtable_row {
	const char *name, *value;	/* decoded; NUL-terminated, NULs possible */
	size_t name_len, value_len;
	const char *extra;	/* Set-Cookie: "; Path=/; HttpOnly", else "" */
	size_t extra_len;
	uint32_t nth, of;	/* which of how many values of that name, from 1 */
	uint32_t node;		/* value's node, or JSON_NONE inside a string */
	unsigned flags;
};

struct pairtable {
	enum pairtable_id id;
	struct pairtable_row *rows;
	size_t count, cap;
	struct buf bytes;
};

void pairtable_init(struct pairtable *table);
void pairtable_release(struct pairtable *table);

/* Read the rows. ERR_ABSENT when the record's protocol has no such table; a
 * table that is merely empty or absent has no rows. Keeps memory. */
bool pairtable_read(struct pairtable *table, const struct rrpair *pair,
		    enum pairtable_id id, struct err *err);

/* The field of a row (`request.header[Vary][2]`), for status lines and set;
 * false for cookies, which have none. Release it. */
bool pairtable_field(const struct pairtable *table, size_t row,
		     struct field *out);

/*
 * Edits against the pair the table was read from. Rows are numbered from 0;
 * ERR_ABSENT for a row that is not there, ERR_INPUT for a name or value that the
 * place cannot hold, or an odd row.
 */
bool pairtable_set(const struct rrpair *pair, const struct pairtable *table,
		   size_t row, const char *value, size_t len, unsigned flags,
		   struct change_set *out, struct err *err);
/* Set-Cookie only: the attributes, with or without the leading "; ". */
bool pairtable_set_extra(const struct rrpair *pair,
			 const struct pairtable *table, size_t row,
			 const char *extra, size_t len, struct change_set *out,
			 struct err *err);
/* Header names are compared without case: a rename to another row's name joins
 * its values. */
bool pairtable_rename(const struct rrpair *pair, const struct pairtable *table,
		      size_t row, const char *name, size_t len, unsigned flags,
		      struct change_set *out, struct err *err);
/* Insert before `at` (table->count: at the end). A header that exists already
 * gets one more value, at its own place. A tag that exists is refused. */
bool pairtable_insert(const struct rrpair *pair, const struct pairtable *table,
		      size_t at, const char *name, size_t name_len,
		      const char *value, size_t len, unsigned flags,
		      struct change_set *out, struct err *err);
bool pairtable_delete(const struct rrpair *pair, const struct pairtable *table,
		      size_t row, unsigned flags, struct change_set *out,
		      struct err *err);
/* A second row with the same name and value after it (headers, parameters,
 * cookies); a tag's copy gets the name NAME-2, NAME-3, ... */
bool pairtable_duplicate(const struct rrpair *pair,
			 const struct pairtable *table, size_t row,
			 unsigned flags, struct change_set *out,
			 struct err *err);
/* Move a row so that it comes before row `to` (count: to the end). Values of a
 * repeated header move among themselves; beyond them the whole header moves,
 * since a map holds a name once. */
bool pairtable_move(const struct rrpair *pair, const struct pairtable *table,
		    size_t row, size_t to, unsigned flags,
		    struct change_set *out, struct err *err);

#endif
