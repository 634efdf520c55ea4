/*
 * signature - the key by which a mock is found.
 *
 * `signature` maps names to base64 bytes; `mutableSignature`, where it exists,
 * maps the same names to plain text. For http the values follow from the
 * request: http:host, http:method, http:url, http:queryparams (the whole query,
 * sorted) or http:queryparams:NAME, http:requestBodyJSON (canonical JSON),
 * http:requestBodyHash (SHA-256). `instance` counts identical requests. Other
 * protocols' values are shown and kept, not recomputed.
 */
#ifndef RREDIT_RRPAIR_SIGNATURE_H
#define RREDIT_RRPAIR_SIGNATURE_H

#include "rrpair/change.h"

/* Keys beyond these are not read: captures have about ten, and maps are searched
 * one in the other. */
#define SIGNATURE_KEYS_MAX 1000

enum signature_flags {
	SIG_IN_SIGNATURE = 1,	/* the key is in `signature` */
	SIG_IN_MUTABLE = 2,	/* the key is in `mutableSignature` */
	SIG_BAD_BASE64 = 4,	/* value is the text as it stands */
	SIG_BAD_TYPE = 8,	/* not a string; value is its JSON text */
	SIG_DIFFERS = 16,	/* the two maps give different values */
	SIG_KNOWN = 32,		/* expected holds what the request gives */
	SIG_STALE = 64,		/* known, and value differs from expected; or a key
				   that a body like the request's does not get */
	SIG_MISSING = 128,	/* expected by the request, in no map */
	SIG_BINARY = 256,	/* the value is not UTF-8 text (a hash) */
};

struct signature_row {
	const char *key, *value, *expected;	/* NUL-terminated, NULs possible */
	size_t key_len, value_len, expected_len;
	const char *plain;	/* mutableSignature's value, or NULL */
	size_t plain_len;
	uint32_t node, plain_node;	/* or JSON_NONE */
	unsigned flags;
};

struct signature {
	struct signature_row *rows;
	size_t count, cap;
	struct buf bytes;	/* what the rows point into */
};

void signature_init(struct signature *sig);
void signature_release(struct signature *sig);

/* Read both maps, in the order of `signature`, then keys that only
 * mutableSignature has, then missing ones. Never fails: a record without a
 * signature has no rows (missing keys are only named beside existing ones). */
void signature_read(struct signature *sig, const struct rrpair *pair);

/* Append what the request gives for one key; false when it does not follow from
 * the request (unknown key, other protocol, member absent). */
bool signature_expected(const struct rrpair *pair, const char *key,
			size_t key_len, struct buf *out);

/* Set one value (decoded) in both maps; a key that is new is added to the maps
 * that exist (`signature` is created when neither does). */
bool signature_set(const struct rrpair *pair, const char *key, size_t key_len,
		   const char *value, size_t len, struct change_set *out,
		   struct err *err);
bool signature_unset(const struct rrpair *pair, const char *key, size_t key_len,
		     struct change_set *out, struct err *err);

/* Bring every stale value up to date, add what is missing, and put the right key
 * in the place of a wrong one for the body; instance is left alone. */
bool signature_refresh(const struct rrpair *pair, struct change_set *out,
		       struct err *err);

/* Append the identity of a signature without `instance`: equal for identical
 * requests, for counting siblings. Empty when there is none. */
void signature_identity(const struct rrpair *pair, struct buf *out);
/* The instance number, or -1 when the signature carries none. */
int64_t signature_instance(const struct rrpair *pair);

#endif
