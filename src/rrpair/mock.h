/*
 * mock - an element of a Microcks repository as fields, tables and a body.
 *
 * Private to src/rrpair. The functions that read and change records come here
 * for records of PROTO_MOCKS: headers are a list of {name, values}, parameters
 * one of {name, value}, the body is the text of `content`. A value that is
 * null counts as absent, and is given one by writing over the null.
 *
 * Pure functions of the pair; a plan collects edits.
 */
#ifndef RREDIT_RRPAIR_MOCK_H
#define RREDIT_RRPAIR_MOCK_H

#include "rrpair/body.h"
#include "rrpair/plan.h"
#include "rrpair/tableedit.h"

/* What element of a repository an object is, by its members: PROTO_NONE when it
 * is none that could be told. */
enum rrpair_proto mock_guess(const struct json_doc *doc);
/* The node of a field, or JSON_NONE. */
uint32_t mock_find(const struct rrpair *pair, const struct field *field);
size_t mock_count(const struct rrpair *pair, const struct field *field);
bool mock_set(struct plan *plan, const struct field *field,
	      const struct slice *value, struct err *err);
bool mock_unset(struct plan *plan, const struct field *field, struct err *err);

/* Rows of a table, in order: each() gets name and value of every header value or
 * parameter; odd: not of the shape that the format has. */
typedef void mock_row_fn(void *arg, uint32_t name, uint32_t value, bool odd);
void mock_rows(const struct rrpair *pair, enum pairtable_id id,
	       mock_row_fn *each, void *arg);
bool mock_rows_edit(struct row_edit *edit, struct err *err);

/* The value of the first header of that name; JSON_NONE. */
uint32_t mock_header(const struct rrpair *pair, const char *name, size_t len);
uint32_t mock_content(const struct rrpair *pair);	/* also a null */
bool mock_set_content(struct plan *plan, const char *bytes, size_t len,
		      struct err *err);

#endif
