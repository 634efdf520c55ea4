/*
 * app/renewing - new uuids for records, and for whatever names these records.
 *
 * Each record gets a uuid of its own; every string in the file that is one of
 * the old uuids, dashed or in base64 (token lists, refUuid, streams), becomes
 * the new one in the same form. So make() must see every record, not only those
 * that are renewed.
 *
 * One thread at a time.
 */
#ifndef RREDIT_APP_RENEWING_H
#define RREDIT_APP_RENEWING_H

#include "edit/snapshot.h"
#include "rrpair/change.h"

struct renewing;

/* ids (copied): the records to renew. */
struct renewing *renewing_new(const row_id *ids, size_t n);
void renewing_free(struct renewing *r);		/* NULL is fine */
/* Read the uuids that there are. Cost: the records' texts. */
bool renewing_begin(struct renewing *r, const struct snapshot *snapshot,
		    struct err *err);
/* run->name is the record's row id; arg is a struct renewing. */
bool renewing_make(void *arg, struct change_run *run, struct err *err);

#endif
