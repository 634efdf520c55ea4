/*
 * rrpair/query - the filter language.
 *
 * query_parse() turns an expression into a `struct query`, immutable and free
 * of any tie to a file: several threads may use one at once. Each thread
 * brings a `struct query_run`, which owns what matching needs (scanned JSON,
 * decoded bodies, regex memory) and keeps it from record to record, so that
 * the hot path does not allocate. A record is seen through `struct query_ops`,
 * a table of accessors: what the caller's columns know is asked there first,
 * and the record's text only when no column answers, so filters on indexed
 * fields never parse a record.
 *
 * The language
 * ------------
 *	expr  := term { AND term } { OR ... }		AND binds before OR
 *	term  := NOT term | ( expr ) | rule | word
 *	rule  := FIELD OP VALUE | changed | problem | tagged
 *	OP    := IS | NOT | IS NOT | CONTAINS | NOT CONTAINS | REGEX | NOT REGEX
 *	       | < | <= | > | >= | = | == | !=
 *
 * - Keywords and field names are read without case. Values are compared
 *   exactly; names of headers and query parameters without case.
 * - A value is a bare word (up to a blank or an unbalanced parenthesis) or
 *   stands in double quotes. A backslash is dropped and the character after
 *   it stays; in the pattern of REGEX only \" is changed, to ", since
 *   the other escapes mean something there.
 * - A value that is absent is the empty text, as in protojson, which omits
 *   defaults. NOT is the negation of IS: where a field has several values
 *   (a header sent twice), IS asks for one that matches, NOT for none.
 * - status IS "500": the text of `status` (see below) is 500 or begins with
 *   500 and a blank. host IS "a": the host with or without its port. url IS
 *   "/a": the url with or without its query. uuid: base64 or dashed.
 *   Durations, sizes, times and JSON numbers are equal as numbers. Arrays and
 *   objects inside bodies are compared as compact JSON.
 * - Comparisons read numbers: status (its code), duration (ms; 2s, 5m), size
 *   (bytes of the record; K, M, G are powers of 1024), ts (RFC 3339, or its
 *   beginning: a date alone is its midnight, UTC), and the values of JSON
 *   paths, headers, tags and parameters where these are numbers.
 * - timerange IS "a" "b": from a to b, both included.
 * - sample IS "n/m": n of m sessions, whole sessions at a time, the same ones
 *   every time, by a hash of the session, or of the uuid when there is
 *   none; sample[rrpair] takes records one by one.
 * - text: every key and value of the record, decoded, and its bodies through
 *   all their layers in place of their base64. A bare word, or one in
 *   quotes, is text CONTAINS word.
 *
 * Mixed AND and OR without parentheses are accepted and flagged: the cloud
 * documents no precedence.
 */
#ifndef RREDIT_RRPAIR_QUERY_H
#define RREDIT_RRPAIR_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define QUERY_LEN_MAX 65536	/* bytes of an expression */
#define QUERY_DEPTH_MAX 200	/* parentheses and NOTs inside each other */
#define QUERY_RULES_MAX 4096	/* rules of one expression */

/*
 * The fields that a caller may answer without the record's text. All are the
 * members of that name but for:
 * status	the text `status`; http.res.statusCode when it is absent
 * host		http.req.host; else network_address; else
 *		netinfo.upstream.hostname. As it is spelt, with its port.
 */
enum query_field {
	QUERY_UUID,		/* text as stored, base64 */
	QUERY_TS,		/* number: ns since the epoch; absent also when it
				   is no RFC 3339 time */
	QUERY_DIRECTION, QUERY_L7PROTOCOL, QUERY_TECH, QUERY_COMMAND,
	QUERY_LOCATION, QUERY_STATUS, QUERY_SERVICE, QUERY_RESOURCE,
	QUERY_NAMESPACE, QUERY_CLUSTER, QUERY_SESSION, QUERY_NETWORKADDR,
	QUERY_HOST,
	QUERY_DURATION,		/* number: ms */
	QUERY_SIZE,		/* number: bytes of the record, without line end */
	QUERY_FIELDS,		/* number of those above */
};

enum query_have {
	QUERY_UNKNOWN,		/* look into the record */
	QUERY_ABSENT,		/* the record has no such value */
	QUERY_TEXT,		/* s, len: decoded text */
	QUERY_NUMBER,		/* number; where the member is text, it equals it */
};

struct query_value {
	const char *s;
	size_t len;
	int64_t number;
};

enum { QUERY_CHANGED = 1, QUERY_PROBLEM = 2, QUERY_TAGGED = 4 };

/* How matching sees one record. rec is the caller's; what comes out of one
 * call must stay valid until the next call for another record. */
struct query_ops {
	/* May be NULL. Cheap: no parsing. */
	enum query_have (*column)(void *rec, enum query_field field,
				  struct query_value *v);
	/* The record's bytes without line end. False: unreadable. Such a
	 * record, and one that is no JSON object, has no fields, only text. */
	bool (*text)(void *rec, const char **text, size_t *len);
	/* Which of `wanted` are true (QUERY_CHANGED ...). May be NULL: none. */
	unsigned (*flags)(void *rec, unsigned wanted);
	/* The snapshot's id and name; NULL or empty where there is none. */
	const char *(*snapshot)(void *rec, const char **name);
};

struct query;
struct query_run;

/* ERR_USAGE with a sentence that begins "column N: ", N in characters from 1;
 * the byte offset is in err->offset. */
struct query *query_parse(const char *expr, size_t len, struct err *err);
struct query *query_ref(struct query *q);	/* counted, atomically */
void query_unref(struct query *q);		/* NULL is allowed */

/* A translated sentence about what the expression leaves open (AND and OR
 * mixed), or NULL. */
const char *query_warning(const struct query *q);
/* The canonical text, as the cloud takes it: groups in parentheses, values in
 * quotes. Parsing it again gives an equal query. */
void query_print(const struct query *q, struct buf *out);
/* Does the query look at the records' flags: must it run again when these
 * change? Which ones. */
unsigned query_flags(const struct query *q);
/* Can it ever ask for the record's text, if columns answers those fields
 * (bits 1 << enum query_field)? Callers plan their pass with it. */
bool query_needs_text(const struct query *q, unsigned columns);

struct query_run *query_run_new(const struct query *q);	/* holds a reference */
void query_run_free(struct query_run *run);
bool query_match(struct query_run *run, const struct query_ops *ops, void *rec);
/* How often a regular expression was given up at its limits (counted as no
 * match), since the run began. */
uint64_t query_gave_up(const struct query_run *run);

/*
 * Completion: what may stand at byte `at` of an expression that is being
 * typed. Only what lies before `at` is read.
 */
enum query_want {
	QUERY_WANT_TERM,	/* a field, NOT, ( or a word */
	QUERY_WANT_OP,		/* an operator for field */
	QUERY_WANT_VALUE,	/* a value of field: the caller knows those seen */
	QUERY_WANT_KEY,		/* the inside of field[ */
	QUERY_WANT_JOIN,	/* AND, OR or ) */
};

struct query_candidate {
	char *text;		/* to insert in place of expr[from..at) */
	const char *help;	/* untranslated, for _(); may be NULL */
};

struct query_hint {
	enum query_want want;
	size_t from;		/* where the word that is being typed begins */
	char field[32];		/* VALUE, OP, KEY: the field's name in lower case */
	char key[64];		/* its key in brackets, or "" */
	bool quoted;		/* VALUE: an opening quote was typed (at from) */
	struct query_candidate *candidates;	/* keywords that fit the prefix */
	size_t count;
};
void query_complete(const char *expr, size_t len, size_t at,
		    struct query_hint *out);
void query_hint_release(struct query_hint *hint);
/* Append bytes as a value of the language: bare when it can be, else quoted. */
void query_quote(struct buf *out, const char *bytes, size_t len);

#endif
