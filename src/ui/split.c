#include "config.h"

#include "ui/split.h"

struct region split_top(struct region *r, int rows)
{
	struct region s = region_sub(r, 0, 0, r->w, rows);

	*r = region_sub(r, 0, s.h, r->w, r->h);
	return s;
}

struct region split_bottom(struct region *r, int rows)
{
	int h = rows < 0 ? 0 : rows > r->h ? r->h : rows;
	struct region s = region_sub(r, 0, r->h - h, r->w, h);

	*r = region_sub(r, 0, 0, r->w, r->h - h);
	return s;
}

struct region split_left(struct region *r, int cols)
{
	struct region s = region_sub(r, 0, 0, cols, r->h);

	*r = region_sub(r, s.w, 0, r->w, r->h);
	return s;
}

struct region split_right(struct region *r, int cols)
{
	int w = cols < 0 ? 0 : cols > r->w ? r->w : cols;
	struct region s = region_sub(r, r->w - w, 0, w, r->h);

	*r = region_sub(r, 0, 0, r->w - w, r->h);
	return s;
}

/* The share of the first pane, with one cell for the line; 0 when one of the
 * two would be too small. */
static int share(int total, int percent, int min)
{
	int first = (total - 1) * percent / 100;

	if (first < min || total - 1 - first < min)
		return 0;
	return first;
}

bool split_columns(const struct region *r, int percent, int min,
		   struct region *first, struct region *second)
{
	int w = share(r->w, percent, min);

	*first = region_sub(r, 0, 0, w ? w : r->w, r->h);
	*second = w ? region_sub(r, w + 1, 0, r->w, r->h) :
		      region_sub(r, 0, 0, 0, 0);
	return w > 0;
}

bool split_rows(const struct region *r, int percent, int min,
		struct region *first, struct region *second)
{
	int h = share(r->h, percent, min);

	*first = region_sub(r, 0, 0, r->w, h ? h : r->h);
	*second = h ? region_sub(r, 0, h + 1, r->w, r->h) :
		      region_sub(r, 0, 0, 0, 0);
	return h > 0;
}

void split_draw_columns(const struct region *first, const struct region *second)
{
	struct region all = *first;

	if (region_empty(second))
		return;
	all.w = second->x - first->x;
	region_vline(&all, all.w - 1, 0, all.h, STYLE_BORDER);
}

void split_draw_rows(const struct region *first, const struct region *second)
{
	struct region all = *first;

	if (region_empty(second))
		return;
	all.h = second->y - first->y;
	region_hline(&all, 0, all.h - 1, all.w, STYLE_BORDER);
}

struct region split_centre(const struct region *r, int w, int h)
{
	if (w > r->w)
		w = r->w;
	if (h > r->h)
		h = r->h;
	return region_sub(r, (r->w - w) / 2, (r->h - h) / 2, w, h);
}
