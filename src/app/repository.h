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

#endif
