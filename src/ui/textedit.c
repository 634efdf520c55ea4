#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/textedit.h"
#include "ui/textrows.h"

void textedit_init(struct textedit *te)
{
	memset(te, 0, sizeof(*te));
	textbuf_init(&te->text, TEXTEDIT_MAX);
	buf_init(&te->own_clip);
	te->line = mem_zalloc(1, sizeof(*te->line));
	te->line->version = UINT64_MAX;
	te->wrap = true;
	te->w = 80;
	te->h = 24;
}

void textedit_release(struct textedit *te)
{
	textbuf_release(&te->text);
	buf_release(&te->own_clip);
	free(te->line);
	te->line = NULL;
}

static void start(struct textedit *te)
{
	size_t len = textbuf_len(&te->text);
	size_t nl = textbuf_find_nl(&te->text, 0, len);

	te->crlf = nl > 0 && nl < len &&
		   textbuf_at(&te->text, nl - 1) == '\r';
	te->cursor = te->mark = te->top = te->left = 0;
	te->anchor = te->anchor_line = 0;
	te->selecting = te->sticky = te->goal_set = te->over = false;
}

bool textedit_set(struct textedit *te, const char *bytes, size_t len)
{
	if (!textbuf_set(&te->text, bytes, len))
		return false;
	start(te);
	return true;
}

void textedit_borrow(struct textedit *te, const char *bytes, size_t len)
{
	if (textbuf_borrow(&te->text, bytes, len))
		start(te);
}

void textedit_take(struct textedit *te, struct textbuf *text)
{
	textbuf_take(&te->text, text);
	start(te);
}

const char *textedit_bytes(struct textedit *te, size_t *len)
{
	*len = textbuf_len(&te->text);
	return textbuf_flat(&te->text);
}

bool textedit_modified(const struct textedit *te)
{
	return textbuf_modified(&te->text);
}

/*
 * Line numbers: counted from the anchor, which is moved to where they were
 * asked for last.
 */

static size_t line_of(struct textedit *te, size_t at)
{
	if (at >= te->anchor)
		te->anchor_line += textbuf_count_nl(&te->text, te->anchor, at);
	else
		te->anchor_line -= textbuf_count_nl(&te->text, at, te->anchor);
	te->anchor = at;
	return te->anchor_line;
}

/*
 * Changes
 */

static bool is_break(const struct textedit *te, size_t at)
{
	return te->crlf && at + 1 < textbuf_len(&te->text) &&
	       textbuf_at(&te->text, at) == '\r' &&
	       textbuf_at(&te->text, at + 1) == '\n';
}

static size_t next_of(const struct textedit *te, size_t at)
{
	return is_break(te, at) ? at + 2 : textbuf_next(&te->text, at);
}

static size_t prev_of(const struct textedit *te, size_t at)
{
	return at >= 2 && is_break(te, at - 2) ? at - 2 :
						  textbuf_prev(&te->text, at);
}

static enum ui_result replace(struct textedit *te, size_t from, size_t to,
			      const char *bytes, size_t len)
{
	if (te->read_only || (from == to && len == 0))
		return UI_IGNORED;
	line_of(te, from);	/* what is before the change stays true */
	te->over = !textbuf_replace(&te->text, from, to - from, bytes, len);
	if (te->over)
		return UI_IGNORED;
	te->cursor = from + len;
	te->selecting = te->sticky = te->goal_set = false;
	return UI_CHANGED;
}

bool textedit_selection(const struct textedit *te, size_t *from, size_t *to)
{
	if (!te->selecting || te->mark == te->cursor)
		return false;
	*from = te->mark < te->cursor ? te->mark : te->cursor;
	*to = te->mark < te->cursor ? te->cursor : te->mark;
	return true;
}

/* Put bytes at the cursor, in place of what Shift has selected. */
static enum ui_result insert(struct textedit *te, const char *s, size_t len)
{
	size_t from = te->cursor, to = te->cursor;

	if (!te->sticky)
		textedit_selection(te, &from, &to);
	return replace(te, from, to, s, len);
}

enum ui_result textedit_text(struct textedit *te, const char *s, size_t len)
{
	return insert(te, s, len);
}

static struct buf *clip(struct textedit *te)
{
	return te->clip ? te->clip : &te->own_clip;
}

const struct buf *textedit_clip(const struct textedit *te)
{
	return te->clip ? te->clip : &te->own_clip;
}

static void keep(struct textedit *te, size_t from, size_t to)
{
	buf_clear(clip(te));
	textbuf_add_to(&te->text, from, to - from, clip(te));
}

/* Remove a range and keep it for yank. */
static enum ui_result kill_range(struct textedit *te, size_t from, size_t to)
{
	if (te->read_only || from == to)
		return UI_IGNORED;
	keep(te, from, to);
	textbuf_break(&te->text);
	return replace(te, from, to, NULL, 0);
}

/* Remove the selection, or else a range. */
static enum ui_result remove_range(struct textedit *te, size_t from, size_t to)
{
	textedit_selection(te, &from, &to);
	return replace(te, from, to, NULL, 0);
}

static enum ui_result copy(struct textedit *te)
{
	size_t from, to;

	if (!textedit_selection(te, &from, &to))
		return UI_IGNORED;
	keep(te, from, to);
	te->selecting = te->sticky = false;
	return UI_MOVED;
}

static enum ui_result cut(struct textedit *te)
{
	size_t from, to;

	if (!textedit_selection(te, &from, &to))
		return UI_IGNORED;
	return kill_range(te, from, to);
}

static enum ui_result undo(struct textedit *te, bool redo)
{
	size_t at;

	if (te->read_only)
		return UI_IGNORED;
	if (redo ? !textbuf_redo(&te->text, &at) :
		   !textbuf_undo(&te->text, &at))
		return UI_IGNORED;
	te->cursor = at;
	te->anchor = te->anchor_line = 0;
	te->selecting = te->sticky = te->goal_set = false;
	return UI_CHANGED;
}

/*
 * Moves
 */

static enum ui_result move_to(struct textedit *te, size_t at, bool select)
{
	size_t was = te->cursor;
	bool selected = te->selecting;

	if (select && !te->selecting) {
		te->mark = te->cursor;
		te->selecting = true;
	} else if (!select && !te->sticky) {
		te->selecting = false;
	}
	te->cursor = at;
	te->goal_set = false;
	textbuf_break(&te->text);
	return at == was && selected == te->selecting ? UI_IGNORED : UI_MOVED;
}

static size_t line_end(const struct textedit *te, size_t at)
{
	struct textrow row;

	textrows_at(te, at, &row);
	return row.line_end;
}

static size_t line_start(const struct textedit *te, size_t at)
{
	return textbuf_line_start(&te->text, at);
}

static enum ui_result move_rows(struct textedit *te, long rows, bool select)
{
	enum ui_result res;
	struct textrow row;
	size_t goal;

	textrows_at(te, te->cursor, &row);
	goal = te->goal_set ? te->goal :
			      textrows_column(te, &row, te->cursor);
	for (; rows < 0 && textrows_prev(te, &row); rows++)
		;
	for (; rows > 0 && textrows_next(te, &row); rows--)
		;
	res = move_to(te, textrows_offset(te, &row, goal), select);
	te->goal = goal;
	te->goal_set = true;
	return res;
}

static long page(const struct textedit *te)
{
	return te->h > 2 ? te->h - 1 : 1;
}

static enum ui_result move(struct textedit *te, enum text_action action,
			   bool select)
{
	size_t at = te->cursor;

	switch (action) {
	case TEXT_LEFT:
		return move_to(te, prev_of(te, at), select);
	case TEXT_RIGHT:
		return move_to(te, next_of(te, at), select);
	case TEXT_WORD_LEFT:
		return move_to(te, textbuf_word_left(&te->text, at), select);
	case TEXT_WORD_RIGHT:
		return move_to(te, textbuf_word_right(&te->text, at), select);
	case TEXT_HOME:
		return move_to(te, line_start(te, at), select);
	case TEXT_END:
		return move_to(te, line_end(te, at), select);
	case TEXT_UP:
		return move_rows(te, -1, select);
	case TEXT_DOWN:
		return move_rows(te, 1, select);
	case TEXT_PAGE_UP:
		return move_rows(te, -page(te), select);
	case TEXT_PAGE_DOWN:
		return move_rows(te, page(te), select);
	case TEXT_TOP:
		return move_to(te, 0, select);
	case TEXT_BOTTOM:
		return move_to(te, textbuf_len(&te->text), select);
	default:
		return UI_IGNORED;
	}
}

static enum ui_result set_mark(struct textedit *te)
{
	te->selecting = te->sticky = !te->selecting;
	te->mark = te->cursor;
	return UI_MOVED;
}

static enum ui_result delete_to_end(struct textedit *te)
{
	size_t end = line_end(te, te->cursor);

	if (end <= te->cursor)	/* at the end: the break goes */
		end = next_of(te, te->cursor);
	return kill_range(te, te->cursor, end);
}

static enum ui_result edit(struct textedit *te, enum text_action action)
{
	size_t at = te->cursor;

	switch (action) {
	case TEXT_BACKSPACE:
		return remove_range(te, prev_of(te, at), at);
	case TEXT_DELETE:
		return remove_range(te, at, next_of(te, at));
	case TEXT_DELETE_WORD_LEFT:
		return kill_range(te, textbuf_word_left(&te->text, at), at);
	case TEXT_DELETE_WORD_RIGHT:
		return kill_range(te, at, textbuf_word_right(&te->text, at));
	case TEXT_DELETE_TO_START:
		return kill_range(te, line_start(te, at), at);
	case TEXT_DELETE_TO_END:
		return delete_to_end(te);
	case TEXT_YANK:
		textbuf_break(&te->text);
		return insert(te, clip(te)->data, clip(te)->len);
	case TEXT_CUT:
		return cut(te);
	case TEXT_COPY:
		return copy(te);
	case TEXT_NEWLINE:
		return te->crlf ? insert(te, "\r\n", 2) : insert(te, "\n", 1);
	case TEXT_TAB:
		return insert(te, "\t", 1);
	case TEXT_UNDO:
		return undo(te, false);
	case TEXT_REDO:
		return undo(te, true);
	default:
		return UI_IGNORED;
	}
}

enum ui_result textedit_action(struct textedit *te, enum text_action action)
{
	if (action >= TEXT_SELECT_LEFT && action <= TEXT_SELECT_BOTTOM)
		return move(te, action - TEXT_SELECT_LEFT + TEXT_LEFT, true);
	switch (action) {
	case TEXT_MARK:
		return set_mark(te);
	case TEXT_SELECT_ALL:
		te->mark = 0;
		te->selecting = true;
		te->cursor = textbuf_len(&te->text);
		return UI_MOVED;
	case TEXT_TOGGLE_WRAP:
		te->wrap = !te->wrap;
		te->left = 0;
		return UI_MOVED;
	default:
		break;
	}
	if (action >= TEXT_LEFT && action <= TEXT_BOTTOM)
		return move(te, action, te->sticky);
	return edit(te, action);
}

/*
 * Search and jumps
 */

bool textedit_find(struct textedit *te, const char *needle, size_t len,
		   bool fold, int step, bool *wrapped)
{
	size_t hit, total = textbuf_len(&te->text);

	if (wrapped)
		*wrapped = false;
	te->find_len = len < sizeof(te->find) ? len : sizeof(te->find);
	te->find_fold = fold;
	if (te->find_len == 0)
		return false;
	memcpy(te->find, needle, te->find_len);
	if (step < 0)
		hit = textbuf_rfind(&te->text, te->find, te->find_len,
				    te->cursor, fold);
	else
		hit = textbuf_find(&te->text, te->find, te->find_len,
				   te->cursor + (step > 0), fold);
	if (hit == SIZE_MAX) {
		hit = step < 0 ? textbuf_rfind(&te->text, te->find,
					       te->find_len, total, fold) :
				 textbuf_find(&te->text, te->find,
					      te->find_len, 0, fold);
		if (wrapped)
			*wrapped = hit != SIZE_MAX;
	}
	if (hit == SIZE_MAX)
		return false;
	move_to(te, hit, te->sticky);
	return true;
}

void textedit_goto(struct textedit *te, size_t offset)
{
	size_t len = textbuf_len(&te->text);

	/* The start of the cluster that holds it. */
	if (offset < len)
		offset = textbuf_prev(&te->text, offset + 1);
	if (offset > 0 && is_break(te, offset - 1))
		offset--;
	move_to(te, offset < len ? offset : len, false);
}

void textedit_goto_line(struct textedit *te, size_t line)
{
	move_to(te, textbuf_line_offset(&te->text, line ? line - 1 : 0),
		false);
}

void textedit_info(struct textedit *te, struct textedit_info *out)
{
	struct textrow row;
	size_t from, to;
	bool wrap = te->wrap;

	te->wrap = false;	/* columns count from the line's start */
	textrows_at(te, te->cursor, &row);
	te->wrap = wrap;
	out->line = line_of(te, te->cursor) + 1;
	out->lines = te->text.newlines + 1;
	out->column = textrows_column(te, &row, te->cursor) + 1;
	out->offset = te->cursor;
	out->length = textbuf_len(&te->text);
	out->selected = textedit_selection(te, &from, &to) ? to - from : 0;
	out->crlf = te->crlf;
}

/* The number of the line that holds `at`, from 0; for textdraw.c. */
size_t textedit_line_of(struct textedit *te, size_t at)
{
	return line_of(te, at);
}
