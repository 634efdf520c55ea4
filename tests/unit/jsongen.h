/*
 * jsongen - random JSON trees, and trees as text in the styles people write.
 */
#ifndef RREDIT_TESTS_JSONGEN_H
#define RREDIT_TESTS_JSONGEN_H

#include "base/buf.h"
#include "prng.h"
#include "slowjson.h"

enum gen_style {
	GEN_COMPACT,
	GEN_COMMA,		/* ", " and ":" */
	GEN_COLON,		/* "," and ": " */
	GEN_SPACED,		/* ", " and ": " */
	GEN_PRETTY,		/* two blanks a level */
	GEN_PRETTY_CRLF,	/* four blanks a level */
	GEN_TABS,
	GEN_FLAT,		/* lines without indentation */
	GEN_UNIFORM,		/* how many styles are uniform */
	GEN_WILD = GEN_UNIFORM,	/* any blanks anywhere */
	GEN_PADDED,		/* [ 1, 2 ] */
	GEN_COMMA_FIRST,	/* lines that begin with the comma */
	GEN_STYLES,
};

/* depth: how many levels of containers there may be; 0 gives a scalar. */
struct slow *gen_value(struct prng *r, unsigned depth);
struct slow *gen_scalar(struct prng *r);
struct slow *gen_object(void);
/* A random key; at least 1 byte, few enough that some occur twice. */
const char *gen_key(struct prng *r);
/* r is used for the blanks of GEN_WILD. */
void gen_print(struct buf *out, const struct slow *v, enum gen_style style,
	       struct prng *r);

#endif
