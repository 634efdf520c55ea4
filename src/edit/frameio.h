/* frameio - numbers and bytes of a frame. Private to edit/frame*.c. */
#ifndef RREDIT_EDIT_FRAMEIO_H
#define RREDIT_EDIT_FRAMEIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum frame_kind {
	FRAME_STEP = 'S', FRAME_UNDO = 'U', FRAME_REDO = 'R',
	FRAME_FUTURE = 'N', FRAME_PAST = 'P', FRAME_PRESENT = 'Q',
};
enum frame_part { PART_PRINTS = 'F', PART_EDITS = 'E', PART_PLACES = 'P' };
enum frame_name {
	NAME_RECORD,	/* number: a record of the base file */
	NAME_ROW,	/* id: a row that is not in it */
	NAME_START, NAME_END, NAME_NONE,	/* places */
};
enum frame_tag {
	TAG_CLEAN,	/* as in the base file; a new row: gone */
	TAG_PATCH,	/* patch against the row's base */
	TAG_TEXT,	/* text, patch: a new row */
	TAG_COPY,	/* record number, patch: a new row */
};

static inline void frame_put(struct buf *out, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		buf_addc(out, (char)(n | 0x80));
	buf_addc(out, (char)n);
}

static inline void frame_put_bytes(struct buf *out, const char *s, size_t len)
{
	frame_put(out, len);
	buf_add(out, s, len);
}

struct frame_in {
	const char *p, *end;
	bool bad;		/* something did not fit; all that follows is 0 */
};

static inline uint64_t frame_get(struct frame_in *in)
{
	uint64_t n = 0;

	for (unsigned shift = 0; shift < 64 && in->p < in->end; shift += 7) {
		unsigned char c = (unsigned char)*in->p++;

		if (shift == 63 && c > 1)
			break;
		n |= (uint64_t)(c & 0x7F) << shift;
		if (!(c & 0x80))
			return n;
	}
	in->bad = true;
	in->p = in->end;
	return 0;
}

static inline const char *frame_get_bytes(struct frame_in *in, size_t *len)
{
	uint64_t n = frame_get(in);
	const char *s = in->p;

	if (n > (size_t)(in->end - in->p)) {
		in->bad = true;
		n = 0;
		in->p = in->end;
	}
	in->p += n;
	*len = (size_t)n;
	return s;
}

#endif
