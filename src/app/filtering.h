/*
 * app/filtering - the filter of a snapshot: asked for, put off and on, kept
 * under a name.
 *
 * For every view of the records that are shown. UI thread.
 */
#ifndef RREDIT_APP_FILTERING_H
#define RREDIT_APP_FILTERING_H

#include "app/view.h"

/* The commands about it; false for any other. */
bool filtering_command(struct view *v, const struct call *call);

#endif
