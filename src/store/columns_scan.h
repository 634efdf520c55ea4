/*
 * columns_scan - the walk over one record that fills its columns.
 *
 * Private to store/. The walk is written once (columns_walk.h) and compiled
 * once for each scanner, because its speed comes from what it has inlined; what
 * differs between the portable scanner and the one for AVX2 are two primitives:
 * to find the end of a string, and to skip a container. Both give the same
 * answer for every input, so the columns never depend on the processor.
 */
#ifndef RREDIT_STORE_COLUMNS_SCAN_H
#define RREDIT_STORE_COLUMNS_SCAN_H

#include "base/buf.h"
#include "store/columns.h"

/*
 * Found strings are mostly the same few. A scanner keeps the last ones beside
 * it, so that a pool's lock is taken for new ones only. One per thread.
 */
#define COLUMNS_CACHE 512
struct columns_cache {
	struct columns_pools *pools;
	struct {
		const char *text;	/* in the pool; NULL: empty */
		uint32_t len, id;
		unsigned pool;
	} slot[COLUMNS_CACHE];
};
void columns_cache_init(struct columns_cache *cache,
			struct columns_pools *pools);
/* As columns_scan(); at least COLUMNS_PAD bytes behind text + len must be
 * readable (their value does not matter). */
#define COLUMNS_PAD 64
void columns_scan_cached(const char *text, size_t len,
			 struct columns_cache *cache, struct columns *out);

/* Objects that are walked; every other value is skipped whole. */
enum columns_level {
	COLUMNS_TOP, COLUMNS_IN_HTTP, COLUMNS_IN_REQ, COLUMNS_IN_RES,
	COLUMNS_IN_NETINFO, COLUMNS_IN_UPSTREAM
};

/* A value: its bytes, those of a string without the quotes. */
struct columns_value {
	const char *s;
	size_t len;
	char kind;	/* '"', '{', '[', 's' for what stands bare; 0: none */
	bool plain;	/* a string known to hold no backslash */
};

struct columns_walk {
	const char *text, *p, *end;
	struct columns_cache *cache;
	struct columns *out;
	struct columns_value host, address, hostname, code, status;
	struct buf decoded;	/* initialised when a backslash is met */
	bool decoding;
};

/* The decoded bytes of a string without its quotes. Good until the next one is
 * decoded. */
void columns_decode(struct columns_walk *w, const char **s, size_t *len);
/* A member that was found in an object of this level, its key decoded. */
void columns_take(struct columns_walk *w, enum columns_level level,
		  const char *key, size_t len, struct columns_value v);
/* The object of this level begins (again): what the last one said is void. */
void columns_forget(struct columns_walk *w, enum columns_level level);
/* The end: what depends on more than one member, whatever their order. */
void columns_finish(struct columns_walk *w);

struct columns_names *columns_names_new(void);
void columns_names_free(struct columns_names *n);

/* The number of a string in a pool, by the cache where it is there. */
uint32_t columns_intern(struct columns_cache *cache, enum column which,
			const char *s, size_t len);
/* Where a column that is no host keeps its number. */
uint16_t *columns_field(struct columns *c, enum column which);

struct columns_ops {
	/* p behind an opening quote: the closing one, or NULL; *plain: there is
	 * certainly no backslash before it. */
	const char *(*string_end)(const char *p, const char *end, bool *plain);
	/* p behind an opening bracket: behind the one that closes it, counting
	 * both kinds alike outside strings, or NULL. */
	const char *(*container_end)(const char *p, const char *end);
	/* Take in the whole record. False when it is no object that closes. */
	bool (*walk)(struct columns_walk *w);
};
const struct columns_ops *columns_ops_portable(void);
const struct columns_ops *columns_ops_avx2(void);	/* NULL: not here */

#endif
