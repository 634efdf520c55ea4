/*
 * faults - the system, made to fail or to end the process at a chosen call.
 *
 * Programs that link FAULT_WRAPS count the calls which touch files while they
 * are armed, and at one of them do what was asked for. fsync() and fdatasync()
 * do nothing in them: what they test is not what the disk does.
 */
#ifndef RREDIT_TESTS_FAULTS_H
#define RREDIT_TESTS_FAULTS_H

#include <stdbool.h>

enum fault_kind {
	FAULT_NONE,	/* only count */
	FAULT_ERRNO,	/* the call fails; close() closes all the same */
	FAULT_SHORT,	/* reads and writes do half, others nothing */
	FAULT_DIE,	/* _exit() instead; a write does half before */
};
#define FAULT_STATUS 86		/* of the process that a fault ended */

/* From now on; the call number at (from 0) is the one. */
void fault_arm(enum fault_kind kind, long at, int error);
/* How many calls there were. */
long fault_disarm(void);
/* The name of the call that was hit; NULL: none was. */
const char *fault_hit(void);

#endif
