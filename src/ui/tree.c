#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/tree.h"

/*
 * The set of open nodes: names in a table with linear probing; 0 is empty.
 */

static size_t slot(const struct tree *t, uint64_t name)
{
	size_t i = (size_t)(name * 0x9e3779b97f4a7c15u) & (t->open_cap - 1);

	while (t->open[i] && t->open[i] != name)
		i = (i + 1) & (t->open_cap - 1);
	return i;
}

static bool is_open(const struct tree *t, uint64_t name)
{
	return t->open_cap && t->open[slot(t, name)] == name;
}

static void put_open(struct tree *t, uint64_t name);

static void grow_open(struct tree *t)
{
	uint64_t *old = t->open;
	size_t cap = t->open_cap, i;

	t->open_cap = cap ? 2 * cap : 64;
	t->open = mem_zalloc(t->open_cap, sizeof(*t->open));
	t->nopen = 0;
	for (i = 0; i < cap; i++)
		if (old[i])
			put_open(t, old[i]);
	free(old);
}

static void put_open(struct tree *t, uint64_t name)
{
	size_t i;

	if (2 * t->nopen >= t->open_cap)
		grow_open(t);
	i = slot(t, name);
	t->nopen += t->open[i] == 0;
	t->open[i] = name;
}

/* Taking one out: those behind it in the same run are put in anew. */
static void take_open(struct tree *t, uint64_t name)
{
	size_t i;

	if (!is_open(t, name))
		return;
	i = slot(t, name);
	t->open[i] = 0;
	t->nopen--;
	for (i = (i + 1) & (t->open_cap - 1); t->open[i];
	     i = (i + 1) & (t->open_cap - 1)) {
		uint64_t moved = t->open[i];

		t->open[i] = 0;
		t->nopen--;
		put_open(t, moved);
	}
}

static void clear_open(struct tree *t)
{
	if (t->open_cap)
		memset(t->open, 0, t->open_cap * sizeof(*t->open));
	t->nopen = 0;
}

/*
 * Rows
 */

void tree_init(struct tree *t, const struct tree_ops *ops, void *arg,
	       size_t root, bool hide_root)
{
	memset(t, 0, sizeof(*t));
	t->ops = ops;
	t->arg = arg;
	t->hide_root = hide_root;
	t->wide = SIZE_MAX;
	prompt_init(&t->field, NULL);
	buf_init(&t->scratch.label);
	buf_init(&t->scratch.value);
	tree_reset(t, root, 1);
}

void tree_release(struct tree *t)
{
	prompt_release(&t->field);
	buf_release(&t->scratch.label);
	buf_release(&t->scratch.value);
	free(t->rows);
	free(t->open);
	memset(t, 0, sizeof(*t));
}

/* What a walk over the visible nodes has still to do at one depth. */
struct level {
	size_t node, next, left;	/* parent; next child; how many more */
	size_t i;			/* its number */
};

struct walk {
	struct level *levels;
	size_t n, cap;
};

static void enter(const struct tree *t, struct walk *w, size_t node)
{
	struct level *l;

	w->levels = mem_room(w->levels, w->n, &w->cap, sizeof(*w->levels));
	l = &w->levels[w->n++];
	l->node = node;
	l->i = 0;
	l->left = t->ops->children(t->arg, node);
	l->next = l->left ? t->ops->child(t->arg, node, 0) : SIZE_MAX;
}

/* The next child on the innermost level that has one; false at the end. */
static bool step(const struct tree *t, struct walk *w, size_t *node)
{
	struct level *l;

	while (w->n && w->levels[w->n - 1].left == 0)
		w->n--;
	if (w->n == 0)
		return false;
	l = &w->levels[w->n - 1];
	*node = l->next;
	l->i++;
	if (--l->left)
		l->next = t->ops->next ? t->ops->next(t->arg, *node) :
					 t->ops->child(t->arg, l->node, l->i);
	return true;
}

struct rows {
	struct tree_row *at;
	size_t n, cap;
};

static void add_row(const struct tree *t, struct rows *out, size_t node,
		    uint32_t depth)
{
	struct tree_row *r;

	out->at = mem_room(out->at, out->n, &out->cap, sizeof(*out->at));
	r = &out->at[out->n++];
	r->node = node;
	r->name = t->ops->name(t->arg, node);
	r->depth = depth;
	r->parent = t->ops->children(t->arg, node) > 0;
	r->open = r->parent && is_open(t, r->name);
}

/* Everything visible below a node, whose children have this depth. With all,
 * every parent is opened on the way, up to TREE_ROWS_MAX rows. */
static bool add_below(struct tree *t, struct rows *out, size_t node,
		      uint32_t depth, bool all)
{
	struct walk w = {.n = 0};
	bool complete = true;

	enter(t, &w, node);
	while (step(t, &w, &node)) {
		struct tree_row *r;

		add_row(t, out, node, depth + (uint32_t)w.n - 1);
		r = &out->at[out->n - 1];
		if (all && r->parent && !r->open) {
			complete = t->nrows + out->n < TREE_ROWS_MAX;
			r->open = complete;
			if (complete)
				put_open(t, r->name);
		}
		if (r->open)
			enter(t, &w, r->node);
	}
	free(w.levels);
	return complete;
}

static void rebuild(struct tree *t)
{
	struct rows out = {t->rows, 0, t->rows_cap};

	t->nrows = 0;
	if (t->hide_root) {
		add_below(t, &out, t->root, 0, false);
	} else {
		add_row(t, &out, t->root, 0);
		if (out.at[0].open)
			add_below(t, &out, t->root, 1, false);
	}
	t->rows = out.at;
	t->nrows = out.n;
	t->rows_cap = out.cap;
	if (t->cursor >= t->nrows)
		t->cursor = t->nrows ? t->nrows - 1 : 0;
}

/* The row after the last one below row i. */
static size_t end_of(const struct tree *t, size_t i)
{
	size_t end = i + 1;

	while (end < t->nrows && t->rows[end].depth > t->rows[i].depth)
		end++;
	return end;
}

/* Put rows in place of those below row i. */
static void splice(struct tree *t, size_t i, const struct rows *below)
{
	size_t end = end_of(t, i), tail = t->nrows - end;
	size_t n = i + 1 + below->n + tail;

	if (n > t->rows_cap) {
		t->rows = mem_grow(t->rows, n, sizeof(*t->rows));
		t->rows_cap = n;
	}
	memmove(t->rows + i + 1 + below->n, t->rows + end,
		tail * sizeof(*t->rows));
	if (below->n)
		memcpy(t->rows + i + 1, below->at,
		       below->n * sizeof(*t->rows));
	t->nrows = n;
}

static bool unfold(struct tree *t, size_t i, bool all)
{
	struct rows below = {.n = 0};
	bool complete;

	t->rows[i].open = true;
	put_open(t, t->rows[i].name);
	complete = add_below(t, &below, t->rows[i].node,
			     t->rows[i].depth + 1, all);
	splice(t, i, &below);
	free(below.at);
	return complete;
}

static void fold(struct tree *t, size_t i)
{
	static const struct rows none;

	t->rows[i].open = false;
	take_open(t, t->rows[i].name);
	splice(t, i, &none);
}

void tree_reset(struct tree *t, size_t root, int depth)
{
	int level;
	size_t i;

	t->root = root;
	t->cursor = t->top = t->left = 0;
	t->editing = false;
	clear_open(t);
	rebuild(t);
	for (level = 0; level < depth && t->nrows < TREE_ROWS_MAX; level++) {
		for (i = 0; i < t->nrows; i++)
			if (t->rows[i].parent &&
			    t->ops->children(t->arg, t->rows[i].node) <=
				    t->wide)
				put_open(t, t->rows[i].name);
		rebuild(t);
	}
}

static bool find_name(const struct tree *t, uint64_t name, size_t *row)
{
	size_t i;

	for (i = 0; i < t->nrows; i++) {
		if (t->rows[i].name == name) {
			*row = i;
			return true;
		}
	}
	return false;
}

/* The row of the parent; false at the outermost level. */
static bool parent_row(const struct tree *t, size_t i, size_t *parent)
{
	uint32_t depth = t->rows[i].depth;

	while (i-- > 0) {
		if (t->rows[i].depth < depth) {
			*parent = i;
			return true;
		}
	}
	return false;
}

void tree_changed(struct tree *t, size_t root)
{
	size_t n = 0, cap = 0, at = t->cursor, above = t->cursor - t->top, i;
	uint64_t *names = NULL;

	/* The names on the way up: the nearest that is still there. */
	if (at < t->nrows) {
		do {
			names = mem_room(names, n, &cap, sizeof(*names));
			names[n++] = t->rows[at].name;
		} while (parent_row(t, at, &at));
	}
	t->root = root;
	rebuild(t);
	for (i = 0; i < n; i++) {
		if (find_name(t, names[i], &t->cursor)) {
			t->top = t->cursor > above ? t->cursor - above : 0;
			break;
		}
	}
	free(names);
}

/*
 * Moves
 */

static enum ui_result go(struct tree *t, size_t row)
{
	size_t was = t->cursor;

	if (t->nrows == 0)
		return UI_IGNORED;
	t->cursor = row < t->nrows ? row : t->nrows - 1;
	return t->cursor == was ? UI_IGNORED : UI_MOVED;
}

enum ui_result tree_move(struct tree *t, long rows)
{
	if (rows < 0)
		return go(t, (size_t)-rows > t->cursor ? 0 :
				     t->cursor - (size_t)-rows);
	return go(t, (size_t)rows > SIZE_MAX - t->cursor ? SIZE_MAX :
			     t->cursor + (size_t)rows);
}

enum ui_result tree_page(struct tree *t, int pages)
{
	return tree_move(t, (long)pages * (t->h > 1 ? t->h - 1 : 1));
}

enum ui_result tree_half_page(struct tree *t, int halves)
{
	return tree_move(t, (long)halves * (t->h > 1 ? t->h / 2 : 1));
}

enum ui_result tree_home(struct tree *t)
{
	return go(t, 0);
}

enum ui_result tree_end(struct tree *t)
{
	return go(t, SIZE_MAX);
}

enum ui_result tree_sideways(struct tree *t, int columns)
{
	size_t was = t->left;

	if (columns < 0)
		t->left -= (size_t)-columns > t->left ? t->left :
							 (size_t)-columns;
	else
		t->left += (size_t)columns;
	return t->left == was ? UI_IGNORED : UI_MOVED;
}

enum ui_result tree_parent(struct tree *t)
{
	size_t up;

	if (t->cursor >= t->nrows)
		return UI_IGNORED;
	if (t->rows[t->cursor].open) {
		fold(t, t->cursor);
		return UI_MOVED;
	}
	return parent_row(t, t->cursor, &up) ? go(t, up) : UI_IGNORED;
}

enum ui_result tree_child(struct tree *t)
{
	if (t->cursor >= t->nrows || !t->rows[t->cursor].parent)
		return UI_IGNORED;
	if (t->rows[t->cursor].open)
		return go(t, t->cursor + 1);
	unfold(t, t->cursor, false);
	return UI_MOVED;
}

enum ui_result tree_toggle(struct tree *t)
{
	if (t->cursor >= t->nrows || !t->rows[t->cursor].parent)
		return UI_IGNORED;
	if (t->rows[t->cursor].open)
		fold(t, t->cursor);
	else
		unfold(t, t->cursor, false);
	return UI_MOVED;
}

enum ui_result tree_sibling(struct tree *t, int by)
{
	size_t i = t->cursor;
	uint32_t depth;

	if (i >= t->nrows)
		return UI_IGNORED;
	depth = t->rows[i].depth;
	if (by > 0) {
		i = end_of(t, i);
		if (i == t->nrows || t->rows[i].depth < depth)
			return UI_IGNORED;
		return go(t, i);
	}
	while (i-- > 0) {
		if (t->rows[i].depth < depth)
			break;
		if (t->rows[i].depth == depth)
			return go(t, i);
	}
	return UI_IGNORED;
}

enum ui_result tree_fold_all(struct tree *t)
{
	size_t at = t->cursor, up;
	uint64_t name;

	if (t->nrows == 0)
		return UI_IGNORED;
	while (parent_row(t, at, &up))
		at = up;
	name = t->rows[at].name;
	clear_open(t);
	rebuild(t);
	t->cursor = 0;
	find_name(t, name, &t->cursor);
	return UI_MOVED;
}

enum ui_result tree_unfold_all(struct tree *t, bool whole, bool *all)
{
	struct rows out = {.n = 0};
	uint64_t name;
	bool complete;

	if (t->cursor >= t->nrows ||
	    (!whole && !t->rows[t->cursor].parent))
		return UI_IGNORED;
	if (!whole) {
		complete = unfold(t, t->cursor, true);
	} else {
		name = t->rows[t->cursor].name;
		t->nrows = 0;
		complete = add_below(t, &out, t->root, 0, true);
		free(out.at);
		if (!t->hide_root)
			put_open(t, t->ops->name(t->arg, t->root));
		rebuild(t);
		find_name(t, name, &t->cursor);
	}
	if (all)
		*all = complete;
	return UI_MOVED;
}

bool tree_current(const struct tree *t, size_t *node)
{
	if (t->cursor >= t->nrows)
		return false;
	*node = t->rows[t->cursor].node;
	return true;
}

size_t tree_path(const struct tree *t, size_t *nodes, size_t max)
{
	size_t n = 0, at = t->cursor, i;

	if (at >= t->nrows)
		return 0;
	if (t->hide_root && n < max)
		n++;
	n += t->rows[at].depth + 1;
	/* From the end backwards; what does not fit is left out there. */
	for (i = n; i-- > 0;) {
		if (i < max)
			nodes[i] = i == 0 && t->hide_root ? t->root :
							     t->rows[at].node;
		if (!parent_row(t, at, &at))
			break;
	}
	if (t->hide_root && max)
		nodes[0] = t->root;
	return n < max ? n : max;
}

enum ui_result tree_reveal(struct tree *t, const size_t *path, size_t n)
{
	size_t i;

	if (n == 0)
		return UI_IGNORED;
	for (i = 0; i + 1 < n; i++)
		put_open(t, t->ops->name(t->arg, path[i]));
	rebuild(t);
	if (!find_name(t, t->ops->name(t->arg, path[n - 1]), &t->cursor))
		return UI_IGNORED;
	return UI_MOVED;
}

/*
 * Editing
 */

bool tree_edit(struct tree *t, struct err *err)
{
	struct buf *b = &t->scratch.value;

	if (t->cursor >= t->nrows)
		return err_set(err, ERR_ABSENT, _("there is no value here"));
	if (!t->ops->set || !t->ops->get)
		return err_set(err, ERR_INPUT, _("this cannot be edited"));
	buf_clear(b);
	if (!t->ops->get(t->arg, t->rows[t->cursor].node, b, err))
		return false;
	if (!prompt_set(&t->field, b->data, b->len))
		return err_set(err, ERR_LIMIT,
			       _("too long to edit in a field"));
	t->editing = true;
	return true;
}

struct prompt *tree_field(struct tree *t)
{
	return t->editing ? &t->field : NULL;
}

bool tree_accept(struct tree *t, struct err *err)
{
	const char *s;
	size_t len;

	s = prompt_bytes(&t->field, &len);
	if (prompt_modified(&t->field) &&
	    !t->ops->set(t->arg, t->rows[t->cursor].node, s, len, err))
		return false;
	tree_cancel(t);
	return true;
}

void tree_cancel(struct tree *t)
{
	prompt_close_popup(&t->field);
	t->editing = false;
}
