/*
 * menu - a popup to choose one thing from, by cursor, key or click.
 */
#ifndef RREDIT_UI_MENU_H
#define RREDIT_UI_MENU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/canvas.h"
#include "ui/event.h"

#define MENU_ITEMS_MAX 200

struct menu_item {
	uint32_t key;		/* a character that picks it at once, or 0 */
	char *text;
	char *help;		/* beside it, or NULL */
	bool disabled;
};

struct menu {
	char *title;
	struct menu_item items[MENU_ITEMS_MAX];
	size_t n, cursor, top;
	int h;
	struct region at;	/* inside of the box */
};

void menu_init(struct menu *m, const char *title);
void menu_release(struct menu *m);
/* Strings are copied; more than MENU_ITEMS_MAX are dropped. */
void menu_add(struct menu *m, uint32_t key, const char *text,
	      const char *help);
void menu_disable_last(struct menu *m);
enum ui_result menu_move(struct menu *m, long rows);
enum ui_result menu_page(struct menu *m, int pages);
/* The item that a key picks; false when none does. */
bool menu_key(struct menu *m, uint32_t key, size_t *item);
/* The item under the cursor; false when the menu is empty or it is disabled. */
bool menu_current(const struct menu *m, size_t *item);
/* Centred in r, as small as the content allows. */
void menu_layout(struct menu *m, const struct region *r);
void menu_draw(const struct menu *m, const struct region *r);
/* A press on an item moves there and gives true: picked. */
bool menu_mouse(struct menu *m, const struct mouse *ev, size_t *item);

#endif
