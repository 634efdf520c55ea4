#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/header.h"
#include "rrpair/parts.h"
#include "rrpair/tableedit.h"

/* Cookies, RFC 6265 sections 4.1 and 4.2. */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool cookie_next(const char *text, size_t len, size_t *at, struct cookie *out)
{
	const char *semi, *equal;
	size_t end;

	while (*at < len && (is_blank(text[*at]) || text[*at] == ';'))
		(*at)++;
	if (*at >= len)
		return false;
	semi = memchr(text + *at, ';', len - *at);
	end = semi ? (size_t)(semi - text) : len;
	out->at = *at;
	*at = end;
	while (end > out->at && is_blank(text[end - 1]))
		end--;
	out->end = end;
	equal = memchr(text + out->at, '=', end - out->at);
	out->name = (struct slice){ text + out->at, end - out->at };
	out->value = (struct slice){ text + end, 0 };
	if (equal) {
		out->name.len = (size_t)(equal - text) - out->at;
		out->value = (struct slice){ equal + 1,
					     (size_t)(text + end - equal) - 1 };
	}
	return true;
}

static bool cookie_text(const struct row_edit *edit, struct err *err)
{
	const struct slice *name = &edit->name, *value = &edit->value;
	bool attributes = edit->verb == ROW_SET_EXTRA;

	if (!header_value_valid(value->s, value->len) ||
	    (!attributes && value->len && memchr(value->s, ';', value->len)))
		return err_set(err, ERR_INPUT, _("a cookie holds no semicolon, "
						 "line break or NUL"));
	if ((edit->verb == ROW_RENAME || edit->verb == ROW_INSERT) &&
	    (!name->len || memchr(name->s, '=', name->len) ||
	     memchr(name->s, ';', name->len) ||
	     !header_value_valid(name->s, name->len)))
		return err_set(err, ERR_INPUT, _("not a cookie name"));
	return true;
}

/* Which value of the header holds the row, from 1, and which cookie it is in
 * there, from 0. */
static void locate(const struct row_edit *edit, uint32_t *nth, size_t *index)
{
	bool request = edit->table->id == PAIRTABLE_REQUEST_COOKIES;
	const struct pairtable_row *rows = edit->table->rows;
	const char *name = request ? "Cookie" : "Set-Cookie";
	struct header_iter it;
	size_t row = edit->row;

	for (*index = 0; row && rows[row - 1].node == rows[row].node; row--)
		(*index)++;
	*nth = 0;
	header_iter_init(&it, edit->plan->pair,
			 request ? BODY_REQUEST : BODY_RESPONSE, name,
			 strlen(name));
	while (header_iter_next(&it)) {
		(*nth)++;
		if (it.value == rows[row].node)
			break;
	}
}

static void add_cookie(struct buf *out, const struct slice *name,
		       const struct slice *value)
{
	buf_add(out, name->s, name->len);
	buf_addc(out, '=');
	buf_add(out, value->s, value->len);
}

/* The header's text with the cookie at text[c->at..c->end) edited. */
static void new_cookies(const struct row_edit *edit, const struct buf *text,
			const struct cookie *c, struct buf *out)
{
	size_t from = c->at, to = c->end;

	if (edit->verb == ROW_DELETE) {
		if (to < text->len) {	/* with the separator behind it */
			while (to < text->len && (text->data[to] == ';' ||
						  is_blank(text->data[to])))
				to++;
		} else {
			while (from && (text->data[from - 1] == ';' ||
					is_blank(text->data[from - 1])))
				from--;
		}
	}
	buf_add(out, text->data, from);
	switch (edit->verb) {
	case ROW_SET:
		add_cookie(out, &c->name, &edit->value);
		break;
	case ROW_RENAME:
		add_cookie(out, &edit->name, &c->value);
		break;
	case ROW_INSERT:
		add_cookie(out, &edit->name, &edit->value);
		buf_adds(out, "; ");
		to = from;
		break;
	case ROW_DUPLICATE:
		add_cookie(out, &c->name, &c->value);
		buf_adds(out, "; ");
		to = from;
		break;
	default:
		break;
	}
	buf_add(out, text->data + to, text->len - to);
}

static void move_cookie(const struct buf *text, size_t from, size_t to,
			struct buf *out)
{
	struct cookie *all = NULL, c;
	size_t at = 0, n = 0, cap = 0;

	while (cookie_next(text->data, text->len, &at, &c)) {
		all = mem_room(all, n, &cap, sizeof(*all));
		all[n++] = c;
	}
	for (size_t i = 0; i <= n; i++) {
		if (i == to) {
			if (out->len)
				buf_adds(out, "; ");
			buf_add(out, text->data + all[from].at,
				all[from].end - all[from].at);
		}
		if (i == n || i == from)
			continue;
		if (out->len)
			buf_adds(out, "; ");
		buf_add(out, text->data + all[i].at, all[i].end - all[i].at);
	}
	free(all);
}

static bool write_header(struct row_edit *edit, const char *name, uint32_t nth,
			 const struct buf *text, struct err *err)
{
	struct slice value = { text->data, text->len };

	return header_set(edit->plan, edit->table->id ==
			  PAIRTABLE_REQUEST_COOKIES ? BODY_REQUEST :
			  BODY_RESPONSE, name, strlen(name), nth, &value, err);
}

/* The cookie's new position among those of its header: it stays in there. */
static size_t position(const struct row_edit *edit, size_t index)
{
	const struct pairtable_row *rows = edit->table->rows;
	size_t to = edit->row + 1;

	if (edit->to <= edit->row) {
		to = edit->row;
		while (to > edit->to && rows[to - 1].node == rows[edit->row].node)
			to--;
		return index - (edit->row - to);
	}
	while (to < edit->to && to < edit->table->count &&
	       rows[to].node == rows[edit->row].node)
		to++;
	return index + (to - edit->row);
}

/* Cookie: several pairs in one value. */
static bool edit_request_cookie(struct row_edit *edit, struct err *err)
{
	bool append = edit->verb == ROW_INSERT &&
		      edit->to == edit->table->count;
	struct buf text, now;
	struct cookie c;
	size_t index, at = 0;
	uint32_t nth;
	bool ok;

	if (edit->verb == ROW_INSERT)
		edit->row = append ? edit->to - 1 : edit->to;
	buf_init(&text);
	buf_init(&now);
	locate(edit, &nth, &index);
	part_text(edit->plan->pair, edit_row(edit)->node, &text);
	for (size_t i = 0; i <= index; i++)
		cookie_next(text.data, text.len, &at, &c);
	if (append) {
		buf_add(&now, text.data, text.len);
		buf_adds(&now, "; ");
		add_cookie(&now, &edit->name, &edit->value);
	} else if (edit->verb == ROW_MOVE) {
		move_cookie(&text, index, position(edit, index), &now);
	} else {
		new_cookies(edit, &text, &c, &now);
	}
	ok = now.len ? write_header(edit, "Cookie", nth, &now, err) :
	     header_unset(edit->plan, BODY_REQUEST, "Cookie", 6, nth, err);
	buf_release(&text);
	buf_release(&now);
	return ok;
}

static void set_cookie_text(const struct row_edit *edit, struct buf *out)
{
	const struct pairtable_row *row = edit_row(edit);
	struct slice name = { row->name, row->name_len };
	struct slice value = { row->value, row->value_len };
	struct slice extra = { row->extra, row->extra_len };

	if (edit->verb == ROW_RENAME)
		name = edit->name;
	if (edit->verb == ROW_SET)
		value = edit->value;
	if (edit->verb == ROW_SET_EXTRA)
		extra = edit->value;
	add_cookie(out, &name, &value);
	if (extra.len && extra.s[0] != ';' && !is_blank(extra.s[0]))
		buf_adds(out, "; ");
	buf_add(out, extra.s, extra.len);
}

static void insert_value(struct row_edit *edit, uint32_t node, uint32_t before,
			 const struct buf *text)
{
	uint32_t list = edit->plan->pair->doc.nodes[node].parent;
	struct buf json;

	buf_init(&json);
	json_encode(&json, text->data, text->len);
	splice_insert(edit->plan->splice, list, before, NULL, 0, json.data,
		      json.len);
	plan_note(edit->plan, NOTE_ADDED, list, NULL);
	buf_release(&json);
}

/* A new value of Set-Cookie; before a row, or after the last one. */
static void insert_set_cookie(struct row_edit *edit)
{
	const struct pairtable *table = edit->table;
	bool append = edit->to == table->count;
	uint32_t node = table->rows[append ? edit->to - 1 : edit->to].node;
	struct buf text;

	buf_init(&text);
	add_cookie(&text, &edit->name, &edit->value);
	insert_value(edit, node, append ? JSON_NONE : node, &text);
	buf_release(&text);
}

static void move_set_cookie(struct row_edit *edit)
{
	const struct json_doc *doc = &edit->plan->pair->doc;
	uint32_t node = edit_row(edit)->node, before = JSON_NONE;

	if (edit->to < edit->table->count)
		before = edit->table->rows[edit->to].node;
	if (before != JSON_NONE &&
	    doc->nodes[before].parent != doc->nodes[node].parent)
		before = JSON_NONE;
	splice_move(edit->plan->splice, node, before);
	plan_note(edit->plan, NOTE_SET, node, NULL);
}

static bool set_set_cookie(struct row_edit *edit, uint32_t nth, struct err *err)
{
	struct buf text;
	bool ok;

	buf_init(&text);
	set_cookie_text(edit, &text);
	ok = write_header(edit, "Set-Cookie", nth, &text, err);
	buf_release(&text);
	return ok;
}

/* Set-Cookie: one cookie a value. */
static bool edit_response_cookie(struct row_edit *edit, struct err *err)
{
	const struct json_doc *doc = &edit->plan->pair->doc;
	size_t index, row = edit->row;
	struct buf text;
	uint32_t nth, node;

	if (edit->verb == ROW_INSERT)
		row = edit->to ? edit->to - 1 : 0;
	node = edit->table->rows[row].node;
	if ((edit->verb == ROW_INSERT || edit->verb == ROW_DUPLICATE ||
	     edit->verb == ROW_MOVE) && doc->nodes[node].key_len)
		return err_set(err, ERR_INPUT, _("the header is no list and "
						 "holds one value"));
	locate(edit, &nth, &index);
	switch (edit->verb) {
	case ROW_INSERT:
		insert_set_cookie(edit);
		return true;
	case ROW_DELETE:
		return header_unset(edit->plan, BODY_RESPONSE, "Set-Cookie", 10,
				    nth, err);
	case ROW_MOVE:
		move_set_cookie(edit);
		return true;
	case ROW_DUPLICATE:
		buf_init(&text);
		part_text(edit->plan->pair, node, &text);
		insert_value(edit, node, json_next(doc, node), &text);
		buf_release(&text);
		return true;
	default:
		return set_set_cookie(edit, nth, err);
	}
}

/* The first cookie of all makes its header. */
static bool first_cookie(struct row_edit *edit, struct err *err)
{
	struct buf text;
	bool ok;

	buf_init(&text);
	add_cookie(&text, &edit->name, &edit->value);
	ok = write_header(edit, edit->table->id == PAIRTABLE_REQUEST_COOKIES ?
			  "Cookie" : "Set-Cookie", 0, &text, err);
	buf_release(&text);
	return ok;
}

static bool cookie_unchanged(const struct row_edit *edit)
{
	const struct pairtable_row *row = edit_row(edit);

	if (edit->verb == ROW_SET)
		return slice_eq(row->value, row->value_len, edit->value.s,
				edit->value.len);
	return edit->verb == ROW_RENAME &&
	       slice_eq(row->name, row->name_len, edit->name.s, edit->name.len);
}

bool cookie_rows_edit(struct row_edit *edit, struct err *err)
{
	if (!cookie_text(edit, err))
		return false;
	if (!edit->table->count)
		return first_cookie(edit, err);
	if (cookie_unchanged(edit))
		return true;
	return edit->table->id == PAIRTABLE_REQUEST_COOKIES ?
	       edit_request_cookie(edit, err) : edit_response_cookie(edit, err);
}
