/*
 * app/demo - the sample store of --demo, as a private copy.
 *
 * The copy is STATE/demo/snapshots. The screen gets a fresh one at every
 * start, unless edits that are not saved yet wait for it or another rredit has
 * it open; commands go on with the copy that is there, so that one can look at
 * what another did. The samples come from $RREDIT_DEMO, from demo/snapshots in
 * $RREDIT_DATADIR, beside or above the program (a build tree), or from where
 * they were installed.
 */
#ifndef RREDIT_APP_DEMO_H
#define RREDIT_APP_DEMO_H

#include <stdbool.h>

#include "base/err.h"

#define DEMO_FILE_MAX ((size_t)64 << 20)	/* bytes of one sample file */

/* The path of the copy, made if need be; caller frees. */
char *demo_store(const char *state_dir, bool fresh, struct err *err);

#endif
