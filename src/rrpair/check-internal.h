/*
 * check-internal - what the files of the checker share with each other.
 */
#ifndef RREDIT_RRPAIR_CHECK_INTERNAL_H
#define RREDIT_RRPAIR_CHECK_INTERNAL_H

#include "rrpair/check.h"

/* No rule reports more than this many problems of one record: a record of
 * 5,000 broken headers says so often enough. */
#define CHECK_PER_RULE_MAX 20

/* One run over one record. */
struct check_run {
	struct check *check;
	const struct rrpair *pair;
	check_sink *sink;
	void *arg;
	bool stopped;			/* the sink wants no more */
	bool in_file;			/* rules about the file apply */
	uint64_t record;
	struct mock_index *index;	/* of a repository, when it was learnt */
	uint8_t reported[CHECK_COUNT];	/* problems so far, by rule */
};

/* Is the rule wanted at all (severity asked for, sink still listening)? */
bool check_wants(const struct check_run *run, enum check_id id);

/* Report a problem of node (JSON_NONE: of the whole record). The message is
 * translated and safe; captured bytes in it went through err_quote(). */
void check_report(struct check_run *run, enum check_id id, uint32_t node,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Was the uuid seen in this file? Remembers it; *before gets the first record
 * that has it. */
struct uuid;
bool check_uuid_seen(struct check *check, const struct uuid *uuid,
		     uint64_t record, uint64_t *before);
/* Is ns before the ts of the record before? Remembers it. */
bool check_ts_before(struct check *check, int64_t ns);
int64_t check_now(const struct check *check);
bool check_skips_bodies(const struct check_run *run);
/* Memory for one decoded body at a time. */
struct body *check_body(struct check *check);

/* The groups of rules, in the order they run. */
void check_json_rules(struct check_run *run);		/* check-json.c */
void check_member_rules(struct check_run *run);		/* check-members.c */
void check_link_rules(struct check_run *run);		/* check-links.c */
void check_body_rules(struct check_run *run);		/* check-body.c */
void check_secret_rules(struct check_run *run);		/* check-secret.c */

/* Content-Encoding against the bytes, for bodies that differ from base's. */
void check_encoding_rule(struct check_run *run, const char *base,
			 size_t base_len);			/* check-body.c */

#endif
