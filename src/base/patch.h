/*
 * patch - what separates one byte string from another, as hunks.
 *
 * A patch is immutable and counted. It says, for a base text, which byte
 * ranges are replaced by what. The editor keeps an edited record as (base
 * record in the file, patch), so memory and journal follow the size of the
 * edit, not of the record. Hunks are sorted, do not touch or overlap, and
 * hold no common bytes at their ends (they are minimal within themselves).
 */
#ifndef RREDIT_BASE_PATCH_H
#define RREDIT_BASE_PATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct patch_hunk {
	size_t at;		/* offset in the base */
	size_t del;		/* bytes of the base that go */
	const char *ins;	/* bytes that come */
	size_t ins_len;
};

struct patch;			/* opaque; counted with atomics: jobs hold them */

/* Collects replacements in any order against one base text. */
struct patch_builder;
struct patch_builder *patch_builder_new(void);
void patch_builder_free(struct patch_builder *pb);
/* Ranges must not overlap; ins is copied. An empty range is an insertion;
 * insertions at one offset keep the order of their calls, and come before a
 * range that starts there. */
void patch_builder_add(struct patch_builder *pb, size_t at, size_t del,
		       const char *ins, size_t ins_len);
/* The patch for base, normalised against it; NULL when nothing changes. */
struct patch *patch_builder_finish(struct patch_builder *pb,
				   const char *base, size_t base_len);

struct patch *patch_ref(struct patch *p);	/* NULL is the empty patch */
void patch_unref(struct patch *p);
size_t patch_count(const struct patch *p);
struct patch_hunk patch_get(const struct patch *p, size_t i);
size_t patch_memory(const struct patch *p);	/* bytes held */
bool patch_equal(const struct patch *a, const struct patch *b);

/* Append base with p applied. False (ERR_INPUT) when p does not fit base. */
bool patch_apply(const struct patch *p, const char *base, size_t base_len,
		 struct buf *out, struct err *err);

/* The patch base -> new when `first` is base -> mid and `then` is mid -> new.
 * Normalised against base: NULL when new equals base. */
struct patch *patch_compose(const struct patch *first, const struct patch *then,
			    const char *base, size_t base_len);

/* One hunk by common prefix and suffix, or NULL when equal. */
struct patch *patch_between(const char *base, size_t base_len,
			    const char *text, size_t len);

/* Portable form for the journal: varints and bytes. Decoding checks all. */
void patch_encode(const struct patch *p, struct buf *out);
bool patch_decode(const char *bytes, size_t len, size_t base_len,
		  struct patch **out, struct err *err);

#endif
