/*
 * columns - the few facts of a record that lists, sorts and filters need.
 *
 * 56 bytes a record, filled in the pass that finds the records. Values come
 * from the members as an RRPair has them (facts: top-level members, http.req,
 * http.res, netinfo.upstream); where a key occurs twice the last one counts;
 * escapes are decoded. A record that is no RRPair simply has empty columns.
 */
#ifndef RREDIT_STORE_COLUMNS_H
#define RREDIT_STORE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/intern.h"

enum columns_flag {
	COLUMNS_BROKEN = 1 << 0,	/* not an object that closes: not JSON.
					   Without it, deeper errors may still
					   be there (json_valid() decides) */
	COLUMNS_IN = 1 << 1,		/* direction is IN */
	COLUMNS_OUT = 1 << 2,		/* direction is OUT; neither: other */
	COLUMNS_NO_UUID = 1 << 3,	/* no member uuid, or not a string */
	COLUMNS_BAD_UUID = 1 << 4,	/* a uuid that is not 16 bytes */
	COLUMNS_GZIP_REQ = 1 << 5,	/* request body begins with gzip magic */
	COLUMNS_GZIP_RES = 1 << 6,
	COLUMNS_LOC_ESCAPED = 1 << 7,	/* location holds a backslash */
	COLUMNS_LOC_CUT = 1 << 8,	/* location is longer than loc_len says */
	COLUMNS_HOST_DERIVED = 1 << 9,	/* host is not http.req.host but from
					   network_address or netinfo */
	COLUMNS_CRLF = 1 << 10,		/* the line ends with CR LF */
	COLUMNS_NO_EOL = 1 << 11,	/* nothing ends it: last, no newline */
	COLUMNS_HUGE = 1 << 12,		/* over COLUMNS_SCAN_MAX: not scanned */
	COLUMNS_TLS = 1 << 13,		/* isTls is true */
	COLUMNS_HTTP = 1 << 14,		/* has a member http */
	COLUMNS_REPOSITORY = 1 << 15,	/* a record of a repository
					   (store/repository.h) */
};

#define COLUMNS_NO_TS INT64_MIN			/* no ts, or not RFC 3339 */
#define COLUMNS_NO_CODE UINT16_MAX
#define COLUMNS_SCAN_MAX ((size_t)64 << 20)	/* longest record scanned */

struct columns {
	uint64_t off;		/* of the record in its source */
	int64_t ts;		/* ns since the epoch, or COLUMNS_NO_TS */
	uint32_t len;		/* bytes, without the line end */
	uint32_t duration;	/* ms; absent is 0, negative 0, cut at the top; of a
				   repository's request: the uuid of its
				   response, as hashed there; 0: none */
	uint32_t loc_off;	/* location in the record, without quotes */
	uint32_t host;		/* pool COLUMN_HOST */
	uint32_t uuid;		/* hash of the 16 bytes; 0 when there is none */
	uint16_t loc_len;
	uint16_t code;		/* leading digits of status, or http.res.statusCode
				   where status has none, or COLUMNS_NO_CODE */
	uint16_t status, command, service, l7protocol, tech, cluster,
		namespace_;	/* numbers in the pools */
	uint16_t flags;		/* enum columns_flag */
};

/* Columns that are interned: each has a pool. */
enum column {
	COLUMN_STATUS, COLUMN_COMMAND, COLUMN_SERVICE, COLUMN_L7PROTOCOL,
	COLUMN_TECH, COLUMN_CLUSTER, COLUMN_NAMESPACE, COLUMN_HOST,
	COLUMN_POOLS
};
/* Counted: indexes, documents and snapshots share one. */
struct columns_names;
struct columns_pools {
	struct intern *pool[COLUMN_POOLS];
	struct columns_names *names;	/* of services, by id: for repositories */
	_Atomic unsigned refs;
};
struct columns_pools *columns_pools_new(void);
struct columns_pools *columns_pools_ref(struct columns_pools *p);
void columns_pools_unref(struct columns_pools *p);

/* The number a record has in a pool (INTERN_OVERFLOW when it did not fit). */
uint32_t columns_id(const struct columns *c, enum column which);
/* Its text; NULL with *len 0 when absent; *overflow (may be NULL) when it must
 * be read from the record instead. */
const char *columns_text(const struct columns_pools *p, const struct columns *c,
			 enum column which, size_t *len, bool *overflow);

/*
 * Fill *out from one record's text; off and the line-end flags stay the
 * caller's. Any thread (pools lock inside). Cost: one pass at some GB/s, no
 * allocation but for new pool strings.
 */
void columns_scan(const char *text, size_t len, struct columns_pools *pools,
		  struct columns *out);

/*
 * A record of a repository knows its service by id (COLUMN_HOST); what the
 * service is called comes from here, so that it follows when a service is
 * renamed. Both are numbers of their pools; 0: not known. Any thread.
 */
void columns_name_service(struct columns_pools *p, uint32_t id, uint16_t name);
uint16_t columns_service_name(const struct columns_pools *p, uint32_t id);

/* The hash that columns.uuid holds, for looking a uuid up. Never 0. */
uint32_t columns_uuid_hash(const uint8_t uuid[16]);

/* Without AVX2, also where there is one: for tests and the benchmark. */
void columns_force_portable(bool portable);

#endif
