/*
 * field - names of values in a record.
 *
 * A FIELD is a friendly name (`status`, `request.header[Vary][2]`), whose edits
 * keep linked facts consistent, or an exact JSON path that starts with a dot
 * (`.http.res.statusCode`), whose edits change one value. All friendly names
 * come from one table, which help, forms, completion, the manual's test and
 * filters go through.
 *
 * A key stands in brackets as it is, up to the first `]`, or as a JSON string:
 * `tag["a]b"]`. The number of a repeated value follows in brackets, from 1.
 */
#ifndef RREDIT_RRPAIR_FIELD_H
#define RREDIT_RRPAIR_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "json/locate.h"

enum rrpair_proto {		/* bits, so that sets of them are masks */
	PROTO_HTTP = 1, PROTO_POSTGRES = 2, PROTO_AMQP091 = 4,
	PROTO_OTHER = 8,	/* an object that we have no form for */
	PROTO_NONE = 16,	/* no protocol's object at all */
	PROTO_ANY = 31,
	/* Elements of a Microcks repository, which are no traffic. */
	PROTO_MOCK_SERVICE = 32, PROTO_MOCK_RESOURCE = 64,
	PROTO_MOCK_REQUEST = 128, PROTO_MOCK_RESPONSE = 256,
	PROTO_MOCK_EVENT = 512,
	PROTO_MOCK_OTHER = 1024,	/* a member of the file that is no list */
	PROTO_MOCKS = 32 | 64 | 128 | 256 | 512,
};

enum field_id {
	FIELD_DOTTED,		/* an exact path: field.path */
	FIELD_METHOD, FIELD_PATH, FIELD_QUERY, FIELD_URL, FIELD_HOST,
	FIELD_STATUS, FIELD_REASON, FIELD_CONTENTTYPE, FIELD_DIRECTION,
	FIELD_SERVICE, FIELD_NAMESPACE, FIELD_CLUSTER, FIELD_UUID,
	FIELD_DURATION, FIELD_TS, FIELD_RESOURCE, FIELD_SESSION, FIELD_TECH,
	FIELD_COMMAND, FIELD_LOCATION, FIELD_NETWORKADDR, FIELD_L7PROTOCOL,
	FIELD_TAG, FIELD_REQUEST_HEADER, FIELD_RESPONSE_HEADER, FIELD_PARAM,
	FIELD_REQUEST_BODY, FIELD_RESPONSE_BODY,
	FIELD_COUNT
};

enum field_type {
	FIELD_TEXT,
	FIELD_NUMBER,		/* an integer */
	FIELD_CHOICE,		/* one of info->choices (method: a suggestion) */
	FIELD_TIME,		/* RFC 3339 */
	FIELD_BYTES,		/* a body: any bytes */
};

struct field_info {
	enum field_id id;
	const char *name;	/* as typed: "request.header" (without brackets) */
	const char *label;	/* for forms; N_(): translate with _() where shown */
	const char *help;	/* one line, N_() */
	bool keyed;		/* takes [KEY] */
	bool repeats;		/* takes [KEY][N] */
	bool readonly;		/* cannot be set through its friendly name */
	bool open_choice;	/* other values than the choices are fine */
	unsigned protos;	/* mask of the protocols that have it */
	enum field_type type;
	const char *const *choices;	/* NULL-terminated, or NULL */
};

/* A parsed FIELD. Owns its memory: field_release(). */
struct field {
	enum field_id id;
	char *key;		/* NUL-terminated; NULL when not keyed */
	size_t key_len;
	uint32_t nth;		/* from 1; 0: no number given */
	struct json_path path;	/* FIELD_DOTTED only */
};

/* The table without FIELD_DOTTED, in the order of the manual. */
size_t field_info_count(void);
const struct field_info *field_info_at(size_t i);
const struct field_info *field_info(enum field_id id);	/* NULL: FIELD_DOTTED */
const struct field_info *field_info_named(const char *name, size_t len);

/*
 * Parse a FIELD, all of s. ERR_USAGE with err->offset: unknown name (the
 * message names the nearest one when there is one), a missing or unexpected
 * key, a bad number or path. Friendly names are matched without case.
 */
bool field_parse(struct field *field, const char *s, size_t len,
		 struct err *err);
/* A friendly field without parsing; key is copied, NULL for none. */
void field_make(struct field *field, enum field_id id, const char *key,
		size_t key_len, uint32_t nth);
bool field_copy(struct field *dst, const struct field *src);
void field_release(struct field *field);	/* leaves it zeroed */
/* Append the FIELD as it would be typed (keys quoted where needed). */
void field_print(const struct field *field, struct buf *out);

/*
 * Split FIELD=VALUE or FIELD:=JSON: the first `=` outside brackets and quotes.
 * Parses the field; *value points into s after the `=` (`@FILE`, `-` and `@@`
 * are the caller's), *json tells `:=`. ERR_USAGE when there is no `=`.
 */
bool field_parse_assignment(struct field *field, const char *s, size_t len,
			    const char **value, size_t *value_len, bool *json,
			    struct err *err);

#endif
