/*
 * remote/normal - digests of what people edit, without what the cloud derives.
 *
 * What comes back from the Speedscale cloud differs in members that analysis
 * writes: copies of bodies, the order of records, most of the metadata. Two files
 * with the same normal digest say the same. Any thread.
 */
#ifndef RREDIT_REMOTE_NORMAL_H
#define RREDIT_REMOTE_NORMAL_H

#include "base/codec.h"
#include "base/err.h"
#include "remote/watch.h"

/* Of a file of records: each by its members in any order, without `body` and
 * `bodyString` beside a bodyBase64; records in any order. */
bool normal_records(const char *path, const char *state_dir,
		    uint8_t out[SHA256_LEN], const struct remote_watch *watch,
		    struct err *err);
/* Of metadata: name, services, transforms, filters, and what else people set. */
bool normal_meta(const char *path, uint8_t out[SHA256_LEN], struct err *err);

#endif
