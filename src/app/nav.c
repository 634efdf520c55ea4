#include "config.h"

#include <string.h>

#include "app/nav.h"

#define SIDEWAYS 8	/* columns of one step */

bool nav_list(struct list *l, const struct call *call)
{
	switch (call->id) {
	case CMD_DOWN:
		list_move(l, 1);
		return true;
	case CMD_UP:
		list_move(l, -1);
		return true;
	case CMD_LEFT:
		list_sideways(l, -SIDEWAYS);
		return true;
	case CMD_RIGHT:
		list_sideways(l, SIDEWAYS);
		return true;
	case CMD_PAGE_DOWN:
		list_page(l, 1);
		return true;
	case CMD_PAGE_UP:
		list_page(l, -1);
		return true;
	case CMD_HALF_DOWN:
		list_half_page(l, 1);
		return true;
	case CMD_HALF_UP:
		list_half_page(l, -1);
		return true;
	case CMD_TOP:
		list_home(l);
		return true;
	case CMD_BOTTOM:
		list_end(l);
		return true;
	default:
		return false;
	}
}

bool nav_pager(struct pager *p, const struct call *call)
{
	switch (call->id) {
	case CMD_DOWN:
		pager_move(p, 1);
		return true;
	case CMD_UP:
		pager_move(p, -1);
		return true;
	case CMD_LEFT:
		pager_sideways(p, -SIDEWAYS);
		return true;
	case CMD_RIGHT:
		pager_sideways(p, SIDEWAYS);
		return true;
	case CMD_PAGE_DOWN:
		pager_page(p, 1);
		return true;
	case CMD_PAGE_UP:
		pager_page(p, -1);
		return true;
	case CMD_HALF_DOWN:
		pager_half_page(p, 1);
		return true;
	case CMD_HALF_UP:
		pager_half_page(p, -1);
		return true;
	case CMD_TOP:
		pager_home(p);
		return true;
	case CMD_BOTTOM:
		pager_end(p);
		return true;
	default:
		return false;
	}
}

bool nav_tree(struct tree *t, const struct call *call)
{
	bool all;

	switch (call->id) {
	case CMD_DOWN:
		tree_move(t, 1);
		return true;
	case CMD_UP:
		tree_move(t, -1);
		return true;
	case CMD_LEFT:
		tree_parent(t);
		return true;
	case CMD_RIGHT:
		tree_child(t);
		return true;
	case CMD_PAGE_DOWN:
		tree_page(t, 1);
		return true;
	case CMD_PAGE_UP:
		tree_page(t, -1);
		return true;
	case CMD_HALF_DOWN:
		tree_half_page(t, 1);
		return true;
	case CMD_HALF_UP:
		tree_half_page(t, -1);
		return true;
	case CMD_TOP:
		tree_home(t);
		return true;
	case CMD_BOTTOM:
		tree_end(t);
		return true;
	case CMD_UNFOLD:
		tree_unfold_all(t, false, &all);
		return true;
	case CMD_FOLD:
		tree_parent(t);
		return true;
	case CMD_UNFOLD_ALL:
		tree_unfold_all(t, true, &all);
		return true;
	case CMD_FOLD_ALL:
		tree_fold_all(t);
		return true;
	default:
		return false;
	}
}

bool nav_pager_search(struct pager *p, const struct call *call, bool *found,
		      bool *wrapped)
{
	int step;

	switch (call->id) {
	case CMD_SEARCH:
		step = 0;
		break;
	case CMD_SEARCH_NEXT:
		step = 1;
		break;
	case CMD_SEARCH_BACK:
	case CMD_SEARCH_PREV:
		step = -1;
		break;
	default:
		return false;
	}
	if (!call->arg)
		return false;
	*wrapped = false;
	*found = pager_find(p, call->arg, strlen(call->arg), step, wrapped);
	return true;
}

bool nav_table(struct table *t, size_t rows, const struct call *call)
{
	switch (call->id) {
	case CMD_DOWN:
		table_move(t, 1, 0);
		return true;
	case CMD_UP:
		table_move(t, -1, 0);
		return true;
	case CMD_LEFT:
		table_move(t, 0, -1);
		return true;
	case CMD_RIGHT:
		table_move(t, 0, 1);
		return true;
	case CMD_PAGE_DOWN:
	case CMD_HALF_DOWN:
		table_page(t, 1);
		return true;
	case CMD_PAGE_UP:
	case CMD_HALF_UP:
		table_page(t, -1);
		return true;
	case CMD_TOP:
		table_goto(t, 0, t->column);
		return true;
	case CMD_BOTTOM:
		table_goto(t, rows, t->column);
		return true;
	default:
		return false;
	}
}
