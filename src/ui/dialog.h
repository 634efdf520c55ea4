/*
 * dialog - a question with its answers, or a message, over the screen.
 *
 * Answers are named words with a key each: "[s]ave  [d]iscard  [c]ancel".
 * There is no default that loses anything: the cursor starts at `safe`, which
 * Esc picks too. The text wraps and scrolls when it is longer than the window.
 */
#ifndef RREDIT_UI_DIALOG_H
#define RREDIT_UI_DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/canvas.h"
#include "ui/event.h"

#define DIALOG_ANSWERS_MAX 8

struct dialog {
	char *title, *text;
	unsigned style;		/* STYLE_ERROR, STYLE_WARNING, STYLE_NORMAL */
	struct dialog_answer {
		uint32_t key;
		char *word;
		int x, y, w;	/* where it is; y from answers_y */
	} answers[DIALOG_ANSWERS_MAX];
	size_t n, cursor, safe;
	size_t top, lines;	/* of the wrapped text */
	int text_h, answers_y;
	struct region at;
};

/* Text may hold \n; other control bytes become marks. */
void dialog_init(struct dialog *d, unsigned style, const char *title,
		 const char *text);
void dialog_release(struct dialog *d);
/*
 * Its key is the first ASCII letter of the word that no answer before it has,
 * else a digit. A language whose words keyboards cannot type puts a letter and
 * a colon before them, which are not shown: "s:...".
 */
void dialog_answer(struct dialog *d, const char *word, bool safe);
enum ui_result dialog_move(struct dialog *d, int answers);
enum ui_result dialog_scroll(struct dialog *d, long rows);
bool dialog_key(const struct dialog *d, uint32_t key, size_t *answer);
void dialog_layout(struct dialog *d, const struct region *r);
void dialog_draw(const struct dialog *d, const struct region *r);
bool dialog_mouse(struct dialog *d, const struct mouse *m, size_t *answer);

#endif
