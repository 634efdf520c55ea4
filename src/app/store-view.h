/*
 * app/store-view - the view of the store, in parts: view-store.c is the list,
 * store-edit.c what its commands do.
 */
#ifndef RREDIT_APP_STORE_VIEW_H
#define RREDIT_APP_STORE_VIEW_H

#include "app/nav.h"
#include "app/view.h"
#include "store/library.h"

struct store_view {
	struct view view;
	struct list list;
	struct library_list all;
	size_t *shown, count;	/* indexes of all, filtered and sorted */
	bool missing;		/* the directory is not there */
	int sort;		/* column */
	bool descending;
	char *filter;
	bool filter_on;
	char *trashed;		/* id that was deleted last, for undo */
};

void store_view_scan(struct store_view *s);	/* look at the disk */
void store_view_arrange(struct store_view *s);
void store_view_sort(struct store_view *s, int column);
void store_view_goto(struct store_view *s, const char *id);
int store_column_of(enum command_id id);	/* of a sort command, or -1 */
const struct library_entry *store_view_current(struct store_view *s);

/* store-edit.c */
bool store_find_command(struct store_view *s, const struct call *call);
bool store_edit_command(struct store_view *s, const struct call *call);
bool store_view_unsaved(const struct store_view *s,
			const struct library_entry *e);

#endif
