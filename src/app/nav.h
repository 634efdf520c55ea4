/*
 * app/nav - the move commands on the widgets that move.
 *
 * True when the command was a move of that widget.
 */
#ifndef RREDIT_APP_NAV_H
#define RREDIT_APP_NAV_H

#include "app/command.h"
#include "ui/list.h"
#include "ui/pager.h"
#include "ui/table.h"
#include "ui/tree.h"

bool nav_list(struct list *l, const struct call *call);
bool nav_pager(struct pager *p, const struct call *call);
bool nav_tree(struct tree *t, const struct call *call);
bool nav_table(struct table *t, size_t rows, const struct call *call);

/* Search in a pager: CMD_SEARCH and its kin with an argument. */
bool nav_pager_search(struct pager *p, const struct call *call, bool *found,
		      bool *wrapped);

#endif
