/*
 * batch-run - what the commands without a screen share. Private to
 * src/app/batch*.c.
 *
 * Functions that can fail take a struct err; a command hands it to
 * batch_fail() with what it was about and returns the exit status that gives.
 */
#ifndef RREDIT_APP_BATCH_RUN_H
#define RREDIT_APP_BATCH_RUN_H

#include "app/batch.h"
#include "base/buf.h"
#include "edit/document.h"
#include "edit/save.h"
#include "rrpair/change.h"
#include "rrpair/query.h"
#include "rrpair/rrpair.h"
#include "store/library.h"

/* Records that one command may print notes about, each. */
#define BATCH_NOTES_MAX 20

struct batch {
	const struct options *options;
	char *store;		/* batch_store(); NULL until asked for */
	char *state_dir;	/* batch_state(); the same */
	bool terminal;		/* stdout is one */
	bool recovering;	/* no word of leftovers: they are dealt with */
};

/* The store's directory, the state directory: NULL with err. */
const char *batch_store(struct batch *b, struct err *err);
const char *batch_state(struct batch *b, struct err *err);

/* Was the option given? Its value, or NULL. */
bool batch_given(const struct batch *b, enum command_option id);
const char *batch_value(const struct batch *b, enum command_option id);

/* Say why the command fails; returns its exit status. */
int batch_fail(const char *what, const struct err *err);
int batch_usage_error(const struct batch *b, const char *why);
/* "rredit: WHAT: text" on stderr, for notes and warnings. */
void batch_note(const char *what, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* stdout could be written to the end: 0, else says so and gives 3. */
int batch_finish_output(void);

/* ---- output (batch-out.c) ---- */

/* Captured bytes, visible; with lines, line feeds and tabs stay. */
void out_visible(const char *s, size_t len, bool lines);
void out_bytes(const char *s, size_t len);
/* A JSON text that is as safe to look at: what a terminal could obey becomes an
 * escape, a byte that is no UTF-8 U+FFFD; all else stays. */
void out_json(const char *s, size_t len);
/* A JSON object, one line, member by member. Bytes that are no text or that a
 * terminal would obey are escaped. */
struct out_object {
	struct buf text;
	bool any;
};
void out_begin(struct out_object *o);
void out_end(struct out_object *o);		/* prints the line */
void out_string(struct out_object *o, const char *name, const char *s,
		size_t len);			/* s NULL: null */
void out_text(struct out_object *o, const char *name, const char *s);
void out_number(struct out_object *o, const char *name, int64_t v);
void out_bool(struct out_object *o, const char *name, bool v);
void out_null(struct out_object *o, const char *name);

/* ---- targets and records (batch-target.c) ---- */

struct opened {
	struct target target;
	struct jobs *jobs;	/* workers for this document */
	struct document *doc;
	const char *name;	/* for messages: the argument */
};

/* Resolve and open. edit: take the lock, refuse what is read-only. */
bool batch_open(struct batch *b, const char *name, bool edit,
		struct opened *out, struct err *err);
void batch_close(struct opened *o);

/* Rows that a command works on, in document order, each once. */
struct rowlist {
	row_id *ids;
	size_t count, cap;
};
void rowlist_release(struct rowlist *rows);
/* Every row (batch-bulk.c). */
void rowlist_all(struct opened *o, struct rowlist *rows);

/* Does the text have the form of a PAIR: a number, a range, a uuid? */
bool batch_is_pair(const char *text);
/* Add the rows of a PAIR. ERR_ABSENT when there are none, ERR_USAGE for what
 * is no PAIR. */
bool batch_add_pair(struct opened *o, const char *pair, struct rowlist *rows,
		    struct err *err);
/* The rows that PAIR arguments [from, to) or --where name. ERR_ABSENT when
 * nothing matches. */
bool batch_rows(struct batch *b, struct opened *o, size_t from, size_t to,
		struct rowlist *rows, struct err *err);
/* The number of a row, from 1. */
uint64_t batch_number(struct opened *o, row_id id);

/* ---- filters (batch-match.c) ---- */

/* Parse an expression, names of kept filters replaced; warns about what it leaves open. */
struct query *batch_query(struct batch *b, const char *expr, struct err *err);
/* Call each() for the records that match, in order, until it returns false. */
struct match {
	row_id id;
	uint64_t number;	/* from 1 */
};
typedef bool match_fn(void *arg, const struct match *m);
bool batch_match(struct opened *o, struct query *q, match_fn *each, void *arg,
		 struct err *err);
/* How many match. */
bool batch_match_count(struct opened *o, struct query *q, uint64_t *count,
		       struct err *err);

/* ---- records as lines (batch-row.c) ---- */

/* One record in the shape of `filter`: plain, or a JSON object. */
bool batch_print_row(struct opened *o, row_id id, uint64_t number, bool json,
		     struct err *err);

/* ---- changing (batch-change.c) ---- */

/*
 * Change records as one step, check them, save, report. make() takes steps on
 * run, which stands on the record; taking none leaves it as it is.
 */
struct change_job {
	struct opened *opened;
	bool (*make)(void *arg, struct change_run *run, struct err *err);
	void *arg;
	bool hidden;		/* --dry-run shows no values: they are secret */
	bool skip_broken;	/* records that are no RRPairs are passed over */
};
int batch_change(struct batch *b, const struct change_job *job,
		 const struct rowlist *rows);

/* The parts of it, for commands that do more than edit. */
struct guard;			/* looks for errors that edits bring in */
struct guard *guard_new(struct batch *b, struct opened *o);
void guard_free(struct guard *g);
/* A record as it was and as it will be. */
struct guarded {
	uint64_t number;	/* for messages */
	const char *base;	/* NULL: a new record */
	size_t base_len;
	const char *text;
	size_t len;
	const struct patch *patch;	/* base to text; NULL: all is new */
	const struct rrpair *pair;	/* text, read; NULL: it is no record */
	uint32_t uuid;		/* columns.uuid of the record as it was */
	enum rrpair_proto proto;	/* of a repository's record; else 0 */
};
/* Look at it and say what errors it has that base had not. The uuid is
 * remembered for guard_refuses(). */
void guard_record(struct guard *g, const struct guarded *r);
/* Errors were found that nobody insisted on (--force). Uuids that came up are
 * looked for in the whole document, as it is now. */
bool guard_refuses(struct guard *g);

/* Save, and say how it went. Returns the exit status. */
int batch_save(struct batch *b, struct opened *o);

/* ---- values (batch-value.c) ---- */

/* What VALUE of FIELD=VALUE stands for: text, @FILE, -, @@text. */
bool batch_read_value(const char *value, size_t len, struct buf *out,
		      struct err *err);
/* A whole file, "-" for standard input, at most BUF_MAX. */
bool batch_read_file(const char *path, struct buf *out, struct err *err);

/* ---- the commands ---- */

int batch_list(struct batch *b);
int batch_microcks(struct batch *b);
int batch_show(struct batch *b);
int batch_filter(struct batch *b);
int batch_set(struct batch *b);
int batch_unset(struct batch *b);
int batch_replace(struct batch *b);
int batch_swap(struct batch *b);
int batch_shift(struct batch *b);
int batch_renew(struct batch *b);
int batch_trim(struct batch *b);
int batch_edit(struct batch *b);
int batch_add(struct batch *b);
int batch_copy(struct batch *b);
int batch_delete(struct batch *b);
int batch_create(struct batch *b);
int batch_diff(struct batch *b);
int batch_backups(struct batch *b);
int batch_restore(struct batch *b);
int batch_recover(struct batch *b);
int batch_check(struct batch *b);

#endif
