/*
 * app/fold - runs of records with the same signature, shown as one line.
 *
 * A run is two or more records beside each other, in the order that is shown,
 * that ask the same: whose signatures are equal but for `instance`; without a
 * signature, whose direction, command, host, location and query are. Loops ask
 * several things in turn: up to FOLD_TURN_MAX of them, three times or more, are
 * a run as well. What records ask is found by a job, once for each, and again
 * where it was edited; until it is known a record stands alone. Lines are what
 * a list shows: a folded run is one, every other record is one.
 *
 * Costs nothing until something is folded, then 8 bytes a record and 8 a line;
 * a change of what is listed costs some ns for each of its records.
 * UI thread.
 */
#ifndef RREDIT_APP_FOLD_H
#define RREDIT_APP_FOLD_H

#include "app/listing.h"
#include "app/rowmap.h"

#define FOLD_ORIGINS 16		/* of rows; those of further ones stand alone */

#define FOLD_TURN_MAX 6		/* requests of a loop */

struct asked;			/* the job */
struct asks;

struct fold_run {		/* places of the listing */
	uint64_t from, count;
	unsigned turn;		/* requests in turn; 1: all are the same */
};

struct fold {
	struct jobs *jobs;
	struct document *doc;		/* borrowed */
	struct listing *listing;	/* borrowed */
	void (*changed)(void *arg);	/* lines are other ones now */
	void *arg;
	bool on;		/* something is folded, or was */
	bool all;		/* runs are folded, but for the others */
	struct rowmap others;	/* first records of runs that are not as `all` */
	struct asks *asks;	/* what records ask; the job reads it */
	bool known;		/* all of them, */
	uint64_t generation, total;	/* of this document */
	struct asked *job;
	uint64_t *first;	/* place in the listing of each line's first */
	size_t count, cap;
	struct fold_run *runs;	/* folded or not, in order */
	size_t nruns, runs_cap;
	uint64_t places;	/* of the listing, when the lines were made */
};

void fold_init(struct fold *f, struct document *doc, struct listing *listing,
	       struct jobs *jobs, void (*changed)(void *arg), void *arg);
void fold_release(struct fold *f);

/* Everything, or nothing. */
void fold_all(struct fold *f, bool folded);
/* The run that holds a place of the listing. Before it is known what records
 * ask, all are folded instead. */
void fold_one(struct fold *f, uint64_t place, bool folded);
/* The listing or the document changed. */
void fold_update(struct fold *f);
bool fold_busy(const struct fold *f);

/* Lines and places. */
uint64_t fold_lines(const struct fold *f);
uint64_t fold_place(const struct fold *f, uint64_t line);	/* of its first */
uint64_t fold_line(const struct fold *f, uint64_t place);
/* Records of a line: 1, or those of a folded run. */
uint64_t fold_records(const struct fold *f, uint64_t line);
/* The run that holds a place; NULL when none does. */
const struct fold_run *fold_run_at(const struct fold *f, uint64_t place);

#endif
