/* Discovered tokens, and every JWT of the record, decoded. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/nav.h"
#include "app/pair.h"
#include "app/show.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "json/format.h"
#include "rrpair/token.h"
#include "ui/pager.h"
#include "ui/table.h"

/* ------------------------------------------------------------- tokenList */

struct tokens_part {
	struct part part;
	struct token_list list;
	struct table table;
};

static const struct table_column columns[] = {
	{ N_("Type"), 6, 14, true },
	{ N_("Location"), 10, 34, true },
	{ N_("Value"), 8, 26, true },
	{ N_("Replacement"), 8, 26, true },
};

static struct tokens_part *tokens_self(struct part *p)
{
	return (struct tokens_part *)p;
}

static size_t tokens_count(void *arg)
{
	struct tokens_part *tp = arg;

	part_sync(&tp->part);
	return tp->list.count;
}

static void tokens_cell(void *arg, size_t row, int column, struct buf *out)
{
	struct tokens_part *tp = arg;
	const struct token_row *r = &tp->list.rows[row];

	switch (column) {
	case 0:
		buf_add(out, r->type, r->type_len);
		break;
	case 1:
		buf_adds(out, r->location);
		break;
	case 2:
		buf_add(out, r->value, r->value_len);
		break;
	default:
		buf_add(out, r->replacement, r->replacement_len);
	}
}

static void tokens_note(void *arg, size_t row, struct buf *out)
{
	struct tokens_part *tp = arg;
	const struct token_row *r = &tp->list.rows[row];

	if (r->bad_base64)
		buf_adds(out, _("the replacement is not base64"));
	else if (*r->expiration)
		buf_addf(out, _("expires %s"), r->expiration);
	else if (*r->pattern)
		buf_adds(out, r->pattern);
}

static const struct table_ops tokens_callbacks = {
	.count = tokens_count,
	.cell = tokens_cell,
	.note = tokens_note,
};

static void tokens_load(struct part *p, const struct rrpair *pair)
{
	struct tokens_part *tp = tokens_self(p);

	tp->list.count = 0;
	if (pair)
		token_list_read(&tp->list, pair);
	table_changed(&tp->table);
}

static void tokens_title(struct part *p, struct buf *out)
{
	buf_addf(out, _("Tokens found by analysis (%zu)"),
		 tokens_self(p)->list.count);
}

static int tokens_rows(struct part *p)
{
	size_t n = tokens_self(p)->list.count;

	return (int)(n > 12 ? 12 : n) + 3;
}

static void tokens_layout(struct part *p, const struct region *r)
{
	table_layout(&tokens_self(p)->table, r);
}

static void tokens_draw(struct part *p, const struct region *r, bool focused)
{
	table_draw(&tokens_self(p)->table, r, focused);
}

/* tokenList is analysis' own and made anew by it; its values are edited, if at
 * all, in the JSON tree, which Enter opens at the token. */
static bool tokens_command(struct part *p, const struct call *call)
{
	struct tokens_part *tp = tokens_self(p);
	struct table *t = &tp->table;
	const struct rrpair *pair = pair_record(p->pv);

	if (nav_table(t, tp->list.count, call))
		return true;
	switch (call->id) {
	case CMD_OPEN:
	case CMD_EDIT:
		if (pair && t->row < tp->list.count)
			pair_show_value(p->pv, pair->doc.nodes[
					tp->list.rows[t->row].node].off);
		return true;
	default:
		return false;
	}
}

static bool tokens_mouse(struct part *p, const struct mouse *m)
{
	return table_mouse(&tokens_self(p)->table, m) != UI_IGNORED;
}

static bool tokens_search(struct part *p, const char *needle, size_t len,
			  int step)
{
	return table_find(&tokens_self(p)->table, needle, len,
			  pair_folds(needle, len), step);
}

static bool tokens_value(struct part *p, struct buf *out)
{
	struct tokens_part *tp = tokens_self(p);

	if (tp->table.row >= tp->list.count)
		return false;
	tokens_cell(tp, tp->table.row, tp->table.column, out);
	return true;
}

static void tokens_release(struct part *p)
{
	struct tokens_part *tp = tokens_self(p);

	token_list_release(&tp->list);
	table_release(&tp->table);
	free(p);
}

static const struct part_ops tokens_ops = {
	.title = tokens_title, .load = tokens_load, .rows = tokens_rows,
	.layout = tokens_layout, .draw = tokens_draw,
	.command = tokens_command, .free = tokens_release,
	.mouse = tokens_mouse, .search = tokens_search, .value = tokens_value,
};

struct part *part_tokens_new(struct pair_view *pv)
{
	struct tokens_part *tp = mem_zalloc(1, sizeof(*tp));

	part_init(&tp->part, &tokens_ops, pv);
	token_list_init(&tp->list);
	table_init(&tp->table, &tokens_callbacks, tp, columns, 4);
	tp->table.empty = _("no tokens were found in this record");
	return &tp->part;
}

/* ------------------------------------------------------------------ JWTs */

/* Strings longer than this are bodies of other kinds, not tokens. */
#define JWT_TEXT_MAX 65536

struct jwt_part {
	struct part part;
	struct pager pager;
	size_t found;
};

static struct jwt_part *jwt_self(struct part *p)
{
	return (struct jwt_part *)p;
}

static void add_json(struct pager *pager, const struct buf *text)
{
	struct buf pretty;

	buf_init(&pretty);
	if (!json_pretty(text->data, text->len, 2, &pretty, NULL))
		buf_add(&pretty, text->data, text->len);
	pager_add(pager, STYLE_NORMAL, pretty.data, pretty.len);
	buf_release(&pretty);
}

static void add_time(struct pager *pager, const char *what, int64_t ns,
		     bool expired)
{
	struct buf text;

	buf_init(&text);
	show_time(&text, ns, true, false);
	pager_addf(pager, expired ? STYLE_WARNING : STYLE_DIM, "%s %s UTC%s",
		   what, text.data, expired ? _(" (in the past)") : "");
	buf_release(&text);
}

static void add_jwt(struct jwt_part *jp, const struct jwt *jwt,
		    const char *path)
{
	int64_t now = (int64_t)time(NULL) * 1000000000;

	if (jp->found++)
		pager_addf(&jp->pager, STYLE_NORMAL, "%s", "");
	pager_addf(&jp->pager, STYLE_GROUP, "%s", path);
	if (jwt->has_iat)
		add_time(&jp->pager, _("issued"), jwt->iat_ns, false);
	if (jwt->has_nbf)
		add_time(&jp->pager, _("not before"), jwt->nbf_ns, false);
	if (jwt->has_exp)
		add_time(&jp->pager, _("expires"), jwt->exp_ns,
			 jwt->exp_ns < now);
	add_json(&jp->pager, &jwt->header);
	add_json(&jp->pager, &jwt->claims);
}

static void jwts_of_string(struct jwt_part *jp, const struct rrpair *pair,
			   uint32_t node, struct jwt *jwt)
{
	struct buf text, path;
	size_t from = 0;

	buf_init(&text);
	buf_init(&path);
	json_string(&pair->doc, node, &text);
	rrpair_path(pair, node, &path);
	while (jwt_find(jwt, text.data, text.len, &from))
		add_jwt(jp, jwt, path.data);
	buf_release(&text);
	buf_release(&path);
}

/* Not below tokenList, which repeats what stands elsewhere. */
static void jwt_load(struct part *p, const struct rrpair *pair)
{
	struct jwt_part *jp = jwt_self(p);
	struct jwt jwt;
	uint32_t i;

	pager_clear(&jp->pager);
	jp->found = 0;
	jwt_init(&jwt);
	for (i = 1; pair && i < pair->doc.count; i++) {
		const struct json_node *n = &pair->doc.nodes[i];

		if (i == pair->top[TOP_TOKENLIST] && n->next > i)
			i = n->next - 1;
		else if (n->type == JSON_STRING && n->len > 20 &&
			 n->len <= JWT_TEXT_MAX)
			jwts_of_string(jp, pair, i, &jwt);
	}
	jwt_release(&jwt);
	if (!jp->found)
		pager_addf(&jp->pager, STYLE_DIM, "%s",
			   _("no JSON web token in this record"));
}

static void jwt_title(struct part *p, struct buf *out)
{
	buf_addf(out, _("JSON web tokens (%zu)"), jwt_self(p)->found);
}

static int jwt_rows(struct part *p)
{
	(void)p;
	return 0;
}

static void jwt_layout(struct part *p, const struct region *r)
{
	pager_layout(&jwt_self(p)->pager, r);
}

static void jwt_draw(struct part *p, const struct region *r, bool focused)
{
	pager_draw(&jwt_self(p)->pager, r, focused);
}

static bool jwt_command(struct part *p, const struct call *call)
{
	return nav_pager(&jwt_self(p)->pager, call);
}

static bool jwt_mouse(struct part *p, const struct mouse *m)
{
	return pager_mouse(&jwt_self(p)->pager, m) != UI_IGNORED;
}

static bool jwt_search(struct part *p, const char *text, size_t len, int step)
{
	bool wrapped;

	return pager_find(&jwt_self(p)->pager, text, len, step, &wrapped);
}

static void jwt_part_release(struct part *p)
{
	pager_release(&jwt_self(p)->pager);
	free(p);
}

static const struct part_ops jwt_ops = {
	.title = jwt_title, .load = jwt_load, .rows = jwt_rows,
	.layout = jwt_layout, .draw = jwt_draw, .command = jwt_command,
	.free = jwt_part_release, .mouse = jwt_mouse, .search = jwt_search,
};

struct part *part_jwt_new(struct pair_view *pv)
{
	struct jwt_part *jp = mem_zalloc(1, sizeof(*jp));

	part_init(&jp->part, &jwt_ops, pv);
	pager_init(&jp->pager);
	return &jp->part;
}
