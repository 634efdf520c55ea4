/*
 * app/repository - what a Microcks repository asks for beyond its records.
 *
 * A pair of it is two records, joined by an id; pairs, services and operations
 * are kept together by what changes them here. UI thread.
 */
#ifndef RREDIT_APP_REPOSITORY_H
#define RREDIT_APP_REPOSITORY_H

#include "base/job.h"
#include "edit/document.h"
#include "rrpair/check.h"
#include "rrpair/rrpair.h"

/* What a record of a repository is to rrpair; PROTO_NONE in every other file,
 * and for what is no element of a list. */
enum rrpair_proto repository_proto(enum repo_kind kind);

/* The response of a request, or the first request of a response; ROW_NONE. Cost:
 * a look at the columns of all records. */
row_id repository_mate(struct document *doc, row_id id);

/*
 * Check a whole repository: every record, references between them, and the file.
 * problem->field is the path in the record; path is that of the record in the file
 * (".requests[3]"), "" for the file as a whole, whose id is ROW_NONE. Return
 * false to stop. Any thread; job may be NULL.
 */
struct repository_problem {
	row_id id;
	uint64_t number;	/* from 1; 0: the file */
	const char *path;
	const struct problem *problem;
};
typedef bool repository_sink(void *arg, const struct repository_problem *p);
bool repository_check(const struct snapshot *s, struct check *check,
		      struct job *job, repository_sink *sink, void *arg,
		      struct err *err);

/*
 * Append these records of traffic as a repository, or of a repository the pairs
 * among them as traffic. lost gets the paths of what has no place there.
 */
bool repository_convert(struct document *doc, const row_id *ids, size_t n,
			struct buf *out, struct buf *lost, struct err *err);

/* ---- edits of more than one record, each one undo step ---- */

/* As document_edit(). Of a service: when its id or the name of an operation
 * changed, so does what refers to it by them. */
bool repository_edit(struct document *doc, row_id id, struct patch *patch,
		     struct err *err);
/* As document_set_text(), with the same. */
bool repository_set_text(struct document *doc, row_id id, const char *text,
			 size_t len, struct err *err);
/* What goes when these go: responses with their requests and the other way
 * round, and all that belongs to a service. Caller frees; a row may be named
 * twice. */
size_t repository_with(struct document *doc, const row_id *ids, size_t n,
		       row_id **out);
/* Copies, each behind its original, with ids of their own: a pair as a pair, a
 * service with all that belongs to it. Caller frees *made. */
bool repository_copy(struct document *doc, const row_id *ids, size_t n,
		     row_id **made, size_t *count, struct err *err);
/* A new pair (or event message) of the operation that the row at is about, or a
 * new service. */
bool repository_add(struct document *doc, row_id at, bool service, row_id *id,
		    struct err *err);

#endif
