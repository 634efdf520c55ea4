/*
 * columns_scan - the walk over one record that fills its columns.
 *
 * Private to store/. The walk is written once; what differs between the
 * portable scanner and the one for AVX2 are two primitives: to find the end of
 * a string, and to skip a container. Both give the same answer for every
 * input, so the columns never depend on the processor.
 */
#ifndef RREDIT_STORE_COLUMNS_SCAN_H
#define RREDIT_STORE_COLUMNS_SCAN_H

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

struct columns_ops {
	/* p behind an opening quote: the closing one, or NULL. */
	const char *(*string_end)(const char *p, const char *end);
	/* p behind an opening bracket: behind the one that closes it, counting
	 * both kinds alike outside strings, or NULL. */
	const char *(*skip)(const char *p, const char *end);
};
const struct columns_ops *columns_ops_avx2(void);	/* NULL: not here */

#endif
