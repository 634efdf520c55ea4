/*
 * place - a store and a state directory for one test, in a scratch directory.
 *
 * place_setup() and place_teardown() are for cmocka. Names are relative to the
 * directory that holds both.
 */
#ifndef RREDIT_TESTS_PLACE_H
#define RREDIT_TESTS_PLACE_H

#include "base/mem.h"
#include "store/library.h"
#include "tests/unit/scratch.h"
#include "tests/unit/unit.h"

#define ID_A "5e5ad11f-bda5-40b7-b5df-21e6f8effb87"
#define ID_B "5e5ad000-151d-46a3-9983-ca33cc3f63fd"
#define META_A "{\"id\":\"" ID_A "\", \"meta\" : {\"name\": \"one\"," \
	"\"services\":[\"x\",\"y\"]},\"recordsProcessed\":\"5\",\"n\":1.10}"
#define RAW_A "{\"msgType\":\"rrpair\"}\n{\"msgType\":\"rrpair\"}"

struct place {
	char *top, *store, *state;
};

static inline int place_setup(void **state)
{
	struct place *p = mem_zalloc(1, sizeof(*p));
	char *top = scratch_new();

	p->top = realpath(top, NULL);
	free(top);
	p->store = scratch_path(p->top, "store");
	p->state = scratch_path(p->top, "state");
	mkdir(p->store, 0755);
	*state = p;
	return 0;
}

static inline int place_teardown(void **state)
{
	struct place *p = *state;

	scratch_free(p->top);
	free(p->store);
	free(p->state);
	free(p);
	return 0;
}

/* A path below the place; stays good until the 64th next call. */
static inline const char *place_at(const struct place *p, const char *name)
{
	static char ring[64][4096];
	static size_t n;
	char *out = ring[n++ % 64];

	snprintf(out, sizeof(ring[0]), "%s/%s", p->top, name);
	return out;
}

static inline void place_put(const struct place *p, const char *name,
			     const char *text)
{
	scratch_write(place_at(p, name), text, strlen(text));
}

static inline bool place_has(const struct place *p, const char *name)
{
	struct stat st;

	return !lstat(place_at(p, name), &st);
}

static inline bool place_holds(const struct place *p, const char *name,
			       const char *text)
{
	return place_has(p, name) &&
	       scratch_holds(place_at(p, name), text, strlen(text));
}

static inline void place_make(const struct place *p, const char *name)
{
	assert_int_equal(mkdir(place_at(p, name), 0755), 0);
}

static inline void place_put_a(const struct place *p)
{
	place_make(p, "store/" ID_A);
	place_put(p, "store/" ID_A "/raw.jsonl", RAW_A);
	place_put(p, "store/" ID_A ".json", META_A);
}

#endif
