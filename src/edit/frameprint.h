/*
 * frameprint - fingerprints of records in the frames of a journal.
 *
 * Private to edit/. Before a frame names a record for the first time, it says
 * what the record looked like, so that recovery knows it again in a file that
 * was changed by someone else since.
 */
#ifndef RREDIT_EDIT_FRAMEPRINT_H
#define RREDIT_EDIT_FRAMEPRINT_H

#include "edit/frameio.h"
#include "store/columns.h"

struct fingerprint {
	uint64_t record;
	uint64_t len;		/* bytes of its text */
	uint64_t sum;		/* when has_sum */
	uint32_t uuid;		/* as struct columns has it */
	bool has_sum;
};

/* Not cryptographic; of this machine's byte order. */
uint64_t fingerprint_sum(const char *text, size_t len);
void fingerprint_put(struct buf *out, const struct fingerprint *f);
/* False: in is bad. */
bool fingerprint_get(struct frame_in *in, struct fingerprint *f);

/* Those of a whole frame. False: it is not a frame. */
bool frame_prints(const char *frame, size_t len,
		  void (*fn)(void *arg, const struct fingerprint *f),
		  void *arg);

#endif
