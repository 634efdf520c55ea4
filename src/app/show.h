/*
 * app/show - numbers and times as people read them, for columns.
 */
#ifndef RREDIT_APP_SHOW_H
#define RREDIT_APP_SHOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

void show_size(struct buf *out, uint64_t bytes);	/* "812 B", "3.4K" */
void show_duration(struct buf *out, uint64_t ms);	/* "663ms", "1.14s" */
/* ns since the epoch: with date "2025-03-18 00:45:58", without "00:45:58.123";
 * the zone is local or UTC. */
void show_time(struct buf *out, int64_t ns, bool date, bool local);

#endif
