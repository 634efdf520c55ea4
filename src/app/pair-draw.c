/* The tabs, the summary above them, and the parts below. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/pair.h"
#include "base/i18n.h"
#include "ui/split.h"

/* Each part gets what it asks for and the last the rest; when a window is too
 * low for that, only the part with the focus is shown. */
#define PART_ROWS_MIN 3

static size_t share_rows(struct pane *pane, int h, int *rows)
{
	int left = h, asked;
	size_t i;

	for (i = 0; i < pane->n; i++)
		rows[i] = 0;
	if (h < (int)pane->n * (PART_ROWS_MIN + 1)) {
		rows[pane->focus] = h;
		return 1;
	}
	for (i = 0; i < pane->n; i++) {
		int others = (int)(pane->n - i - 1) * (PART_ROWS_MIN + 1);

		asked = pane->parts[i]->ops->rows(pane->parts[i]);
		if (asked)
			asked += pane->n > 1;
		if (!asked || i + 1 == pane->n || asked > left - others)
			asked = left - others;
		rows[i] = asked;
		left -= asked;
	}
	return pane->n;
}

/* The regions of the pane's parts; headings only where there are several. */
static void place_parts(struct pair_view *pv, struct region r)
{
	struct pane *pane = pair_active_pane(pv);
	int rows[PARTS_MAX];
	size_t i;

	for (i = 0; i < pane->n; i++) {
		pane->parts[i]->at = (struct region){0};
		part_sync(pane->parts[i]);
	}
	if (!pair_has_record(pv))
		return;
	share_rows(pane, r.h, rows);
	for (i = 0; i < pane->n; i++) {
		struct part *p = pane->parts[i];
		struct region area = split_top(&r, rows[i]);

		p->at = area;
		if (region_empty(&area))
			continue;
		if (pane->n > 1)
			split_top(&area, 1);
		p->ops->layout(p, &area);
	}
}

static struct region pane_region(const struct region *r)
{
	struct region rest = *r;

	split_top(&rest, rest.h > 6 ? 2 : 1);
	return rest;
}

void pair_layout(struct pair_view *pv, const struct region *r)
{
	struct region rest = *r, row;

	pair_update_tabs(pv);
	if (rest.h > 6)
		split_top(&rest, 1);
	row = split_top(&rest, 1);
	tabs_layout(&pv->tabs, &row);
	place_parts(pv, pane_region(r));
}

static int draw_word(const struct region *r, int x, unsigned style,
		     enum field_id id, const struct rrpair *pair)
{
	struct field field;
	struct buf text;

	field_make(&field, id, NULL, 0, 0);
	buf_init(&text);
	if (rrpair_get(pair, &field, &text, NULL) && text.len) {
		if (id == FIELD_METHOD)
			style = style_for_method(text.data, (int)text.len);
		else if (id == FIELD_STATUS)
			style = style_for_status((int)strtol(text.data,
							     NULL, 10));
		x += region_text(r, x, 0, -1, style, text.data, text.len) + 1;
	}
	buf_release(&text);
	field_release(&field);
	return x;
}

/* "OUT POST api.example.com /v1/pay 200 12 ms" */
static void draw_summary(struct pair_view *pv, const struct region *r)
{
	const struct rrpair *pair = pair_record(pv);
	struct region row = *r;
	int x = 0;

	if (!pair) {
		const char *why = pair_error(pv)->msg;

		region_text(r, 0, 0, -1, STYLE_ERROR, why, strlen(why));
		return;
	}
	x = draw_word(&row, x, STYLE_DIM, FIELD_DIRECTION, pair);
	if (pair->proto == PROTO_HTTP) {
		x = draw_word(&row, x, STYLE_NORMAL, FIELD_METHOD, pair);
		x = draw_word(&row, x, STYLE_NORMAL, FIELD_STATUS, pair);
		x = draw_word(&row, x, STYLE_NORMAL, FIELD_HOST, pair);
		draw_word(&row, x, STYLE_NORMAL, FIELD_URL, pair);
		return;
	}
	x = draw_word(&row, x, STYLE_NORMAL, FIELD_L7PROTOCOL, pair);
	x = draw_word(&row, x, STYLE_NORMAL, FIELD_STATUS, pair);
	x = draw_word(&row, x, STYLE_NORMAL, FIELD_COMMAND, pair);
	draw_word(&row, x, STYLE_NORMAL, FIELD_LOCATION, pair);
}

/* The title without what is said of it: "Request headers (3)", "Body: JSON". */
static void short_title(struct part *p, struct buf *out)
{
	struct buf title;

	buf_init(&title);
	if (p->ops->title)
		p->ops->title(p, &title);
	title.len = strcspn(title.data, ":(");
	while (title.len && title.data[title.len - 1] == ' ')
		title.len--;
	buf_add(out, title.data, title.len);
	buf_release(&title);
}

/* The parts that there is no room for, in the order of Tab: "Tab: Body, ..." */
static void hidden_parts(struct pane *pane, struct buf *out)
{
	for (size_t k = 1; k < pane->n; k++) {
		struct part *p = pane->parts[(pane->focus + k) % pane->n];

		if (!region_empty(&p->at))
			continue;
		buf_adds(out, out->len ? ", " : "Tab: ");
		short_title(p, out);
	}
}

static void draw_part(struct pane *pane, size_t i)
{
	struct part *p = pane->parts[i];
	struct region area = p->at, head;
	bool focused = i == pane->focus;
	struct buf title;
	int x;

	if (region_empty(&area))
		return;
	if (pane->n > 1) {
		head = split_top(&area, 1);
		buf_init(&title);
		if (p->ops->title)
			p->ops->title(p, &title);
		region_fill_row(&head, 0, STYLE_GROUP);
		region_hline(&head, 0, 0, head.w, STYLE_BORDER);
		region_glyph(&head, 0, 0,
			     focused ? STYLE_GROUP : STYLE_BORDER,
			     focused ? GLYPH_RIGHT : GLYPH_HLINE);
		x = 1 + region_printf(&head, 1, 0, head.w - 2,
				      focused ? STYLE_GROUP : STYLE_DIM,
				      " %s ", title.data);
		buf_clear(&title);
		hidden_parts(pane, &title);
		if (title.len && x + 1 < head.w)
			region_printf(&head, x + 1, 0, head.w - x - 1,
				      STYLE_DIM, " %s ", title.data);
		buf_release(&title);
	}
	p->ops->draw(p, &area, focused);
}

void pair_draw(struct pair_view *pv, const struct region *r)
{
	struct pane *pane = pair_active_pane(pv);
	struct region rest = *r, row;
	size_t i;

	if (rest.h > 6) {
		row = split_top(&rest, 1);
		draw_summary(pv, &row);
	}
	row = split_top(&rest, 1);
	tabs_draw(&pv->tabs, &row);
	if (!pair_has_record(pv))
		region_puts(&rest, 0, 0, -1, STYLE_DIM,
			    _("reading the record..."));
	for (i = 0; i < pane->n; i++)
		draw_part(pane, i);
}
