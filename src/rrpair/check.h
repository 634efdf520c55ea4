/*
 * check - the validation rules of RRPairs, one table.
 *
 * A rule has a stable code (scripts and the manual rely on it), a severity, a
 * sentence of documentation and, for some, a fix. Rules look at one record;
 * those that need the file around it (uuid twice, order of ts) keep what they
 * need in a struct check. Where a rule comes from is said at its function:
 * measured on captured traffic, it yields no error there.
 *
 * Nothing here changes a record: a fix is a patch that the caller applies.
 * A struct check belongs to one thread.
 */
#ifndef RREDIT_RRPAIR_CHECK_H
#define RREDIT_RRPAIR_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/patch.h"
#include "rrpair/rrpair.h"

enum check_severity { CHECK_NOTE, CHECK_WARNING, CHECK_ERROR };

/* Rule numbers: indexes of the table, not stable between versions. */
enum check_id {
	/* errors */
	CHECK_NOT_JSON, CHECK_NOT_OBJECT, CHECK_UTF8, CHECK_MSGTYPE,
	CHECK_UUID_SIZE, CHECK_UUID_DUPLICATE, CHECK_TS, CHECK_DIRECTION,
	CHECK_BASE64, CHECK_GZIP, CHECK_TYPE, CHECK_HEADERS_TYPE,
	CHECK_TAGS_TYPE, CHECK_PROTOCOL, CHECK_HEADER_NAME, CHECK_HEADER_VALUE,
	CHECK_MOCK_FILE, CHECK_MOCK_MEMBER, CHECK_MOCK_TYPE, CHECK_MOCK_ENUM,
	/* warnings */
	CHECK_METHOD_DIFFERS, CHECK_PATH_DIFFERS, CHECK_QUERY_DIFFERS,
	CHECK_HOST_DIFFERS, CHECK_STATUS_DIFFERS, CHECK_CONTENTTYPE_DIFFERS,
	CHECK_DIRECTION_DIFFERS, CHECK_BODY_DIFFERS, CHECK_SIGNATURE_STALE,
	CHECK_SIGNATURE_DIFFERS, CHECK_ENCODING_DIFFERS, CHECK_UUID_MISSING,
	CHECK_DUPLICATE_KEY, CHECK_METADATA,
	CHECK_MOCK_SHAPE, CHECK_MOCK_REFERENCE, CHECK_MOCK_ID,
	CHECK_MOCK_DUPLICATE, CHECK_MOCK_TEMPLATE, CHECK_MOCK_DISPATCH,
	CHECK_MOCK_LOST, CHECK_MOCK_SIZE, CHECK_MOCK_VERSION,
	/* notes */
	CHECK_CONTENT_LENGTH, CHECK_DECODED, CHECK_JWT_EXPIRED, CHECK_SECRET,
	CHECK_TS_UNSORTED,
	CHECK_COUNT
};

struct check_rule {
	enum check_id id;
	const char *code;		/* "uuid-duplicate" */
	enum check_severity severity;
	const char *summary;		/* N_(): what is wrong, a few words */
	const char *doc;		/* N_(): why it matters and what to do */
	const char *fix;		/* N_(): what the fix does, or NULL */
};

const struct check_rule *check_rule(enum check_id id);
/* Is it found only when the rest of the file is known? */
bool check_rule_needs_file(const struct check_rule *rule);
const struct check_rule *check_rule_by_code(const char *code);
/* "error", "warning", "note": the words of the JSON output, not translated. */
const char *check_severity_name(enum check_severity severity);

#define CHECK_FIELD_MAX 256
#define CHECK_MESSAGE_MAX (ERR_MSG_MAX + 64)

struct problem {
	const struct check_rule *rule;
	char field[CHECK_FIELD_MAX];	/* exact JSON path (".http.res.headers"),
					   visible characters only; "" when the
					   record or file as a whole is meant */
	size_t off, len;		/* the value in the record's text */
	char message[CHECK_MESSAGE_MAX];	/* translated, safe to print */
};

/* Return false to stop. The problem is only valid during the call. */
typedef bool check_sink(void *arg, const struct problem *problem);

struct check_options {
	int64_t now_ns;		/* for expired JWTs: time of the check */
	enum check_severity at_least;	/* lesser rules are not even run */
	enum rrpair_proto proto;	/* of records of a repository: what they
				   are; 0: RRPairs, unless the members tell */
	bool skip_bodies;	/* no rule that has to decode a body: for edits
				   that did not touch one */
};

struct check;
struct check *check_new(const struct check_options *options);
void check_free(struct check *c);
/* Forget the file, keep the memory: record order and uuids start anew. */
void check_reset(struct check *c);

/* The records that follow are such elements of a repository (options.proto).
 * member: the name of the file's member that a PROTO_MOCK_OTHER is. */
void check_set_proto(struct check *c, enum rrpair_proto proto,
		     const char *member, size_t len);
/* A repository: have all records seen before any is checked, in file order, or the
 * rules about references are not run. */
void check_learn(struct check *c, uint64_t record, const char *text, size_t len);

/*
 * Run every rule over one record's text, in file order when the rules about
 * the file are to mean anything; record is its number from 1. Reports the
 * problems in the order of the text's members. Cost: about one parse and one
 * decode of each body. Returns false when the sink stopped it.
 */
bool check_record(struct check *c, uint64_t record, const char *text,
		  size_t len, check_sink *sink, void *arg);

/* The rules about the record alone (live in a form): no memory of others. */
bool check_alone(struct check *c, const char *text, size_t len,
		 check_sink *sink, void *arg);

/*
 * Rules about an edit: what was there (base) and what is now. Adds
 * `encoding-differs`, which looks only at bodies the edit touched, to the
 * rules of check_alone().
 */
bool check_edit(struct check *c, const char *base, size_t base_len,
		const char *text, size_t len, check_sink *sink, void *arg);

/*
 * Errors that an edit brought in: errors of text whose (code, field) base did
 * not have; base NULL: the record is new. Appends one line per error to
 * `lines` (may be NULL) and returns how many there are.
 */
size_t check_brought_in(struct check *c, const char *base, size_t base_len,
			const char *text, size_t len, struct buf *lines);

/*
 * The patch that fixes a problem, found anew in text by its rule and field.
 * ERR_ABSENT when the problem is not there (any more), ERR_INPUT when this one
 * has no fix that is safe.
 */
bool check_fix(const struct check_rule *rule, const char *field,
	       const char *text, size_t len, struct patch **out,
	       struct err *err);

#endif
