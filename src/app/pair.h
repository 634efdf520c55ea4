/*
 * app/pair - what the files of the pair view share.
 *
 * The view shows one record on tabs. A tab (struct pane) is a stack of parts:
 * a form, a table, a tree, a text. Tab moves the focus between the parts; what
 * is typed and every command goes to the part that has it. A part reads the
 * record through pair_record() and changes it through pair_apply(); after any
 * change all parts are stale and read the record again before they draw or
 * act (part_sync()), never in the middle of a widget's callback.
 *
 * Ownership: the view owns its parts; a part owns its widgets. UI thread only.
 */
#ifndef RREDIT_APP_PAIR_H
#define RREDIT_APP_PAIR_H

#include "app/session.h"
#include "app/view.h"
#include "rrpair/body.h"
#include "rrpair/check.h"
#include "rrpair/pairtable.h"
#include "ui/tabs.h"

struct pair_view;
struct part;

struct part_ops {
	/* Heading above the part; NULL: none. Appends. */
	void (*title)(struct part *p, struct buf *out);
	/* Read the record anew. pair is NULL when it cannot be read. */
	void (*load)(struct part *p, const struct rrpair *pair);
	/* Rows it would like to have; 0: all that is left. */
	int (*rows)(struct part *p);
	void (*layout)(struct part *p, const struct region *r);
	void (*draw)(struct part *p, const struct region *r, bool focused);
	bool (*command)(struct part *p, const struct call *call);
	void (*free)(struct part *p);
	/* All below may be NULL. */
	bool (*field)(struct part *p);		/* a text field has the focus */
	bool lines;		/* Enter is a line break in it */
	enum ui_result (*text)(struct part *p, const char *bytes, size_t len);
	enum ui_result (*action)(struct part *p, enum text_action action);
	bool (*mouse)(struct part *p, const struct mouse *m);
	/* The next hit from the cursor; step 1, -1, or 0 (at the cursor too). */
	bool (*search)(struct part *p, const char *text, size_t len, int step);
	bool (*field_name)(struct part *p, struct buf *out);
	bool (*value)(struct part *p, struct buf *out);
	bool (*leave)(struct part *p);		/* false: it asks first */
	/* Bring the value at a byte of the record's text under the cursor. */
	bool (*reveal)(struct part *p, size_t offset);
};

struct part {
	const struct part_ops *ops;
	struct pair_view *pv;
	bool stale;
	struct region at;	/* as laid out, for the mouse; empty: hidden */
};

#define PARTS_MAX 3

enum pane_id {
	PANE_OVERVIEW, PANE_REQUEST, PANE_RESPONSE, PANE_QUERY, PANE_COOKIES,
	PANE_TAGS, PANE_SIGNATURE, PANE_TOKENS, PANE_JSON, PANE_RAW,
	PANE_PROBLEMS,
	PANES
};

struct pane {
	struct part *parts[PARTS_MAX];
	size_t n, focus;
};

struct pair_view {
	struct view v;
	row_id row;
	struct pane panes[PANES];
	struct tabs tabs;
	/* The record as read last; counted. NULL: never yet. Of another row, or
	 * of before a change, only while a job reads the right one. */
	struct record *record;
	bool stale;			/* look whether it still is the right one */
	bool checked;			/* its problems are on the screen */
	unsigned decoded;		/* its bodies are, as bits */
};

/* Fill the common part; it begins stale. */
void part_init(struct part *p, const struct part_ops *ops,
	       struct pair_view *pv);
void part_sync(struct part *p);

/* The record shown, or NULL (broken, gone, or not read yet: the error is
 * pair_error()). While a long one is read again after a change this is how it
 * was before; edits are refused then. Valid until the next change. */
const struct rrpair *pair_record(struct pair_view *pv);
const struct err *pair_error(const struct pair_view *pv);
/* Is the record being read? And is there one to show meanwhile? */
bool pair_waiting(struct pair_view *pv);
bool pair_has_record(struct pair_view *pv);
/* The record itself, borrowed; NULL when there is none yet. */
struct record *pair_shown(struct pair_view *pv);
/* The record's bytes, readable or not; NUL-terminated. */
const struct buf *pair_text(struct pair_view *pv);
/* The record as it was saved last; NULL when it is new or was no record. */
const struct rrpair *pair_saved(struct pair_view *pv);
/* A body decoded; NULL with err when there is none to have, NULL without
 * (err->code ERR_OK) while it is decoded, after which the part is loaded
 * again. */
const struct body *pair_body(struct pair_view *pv, enum body_side side,
			     struct err *err);
/* Apply a change as one undo step; label is translated. */
bool pair_apply(struct pair_view *pv, const char *label,
		const struct change_set *set, struct err *err);
/* The same for a bare patch, which is taken over. */
bool pair_patch(struct pair_view *pv, const char *label, struct patch *patch,
		struct err *err);
unsigned pair_link_flags(const struct pair_view *pv);	/* change_flags */
bool pair_editable(struct pair_view *pv);	/* else says why not */
/* The record may have changed, or a job found something: look. */
void pair_look(struct pair_view *pv);
struct app *pair_app(const struct pair_view *pv);
struct view *pair_view(struct pair_view *pv);
row_id pair_row(const struct pair_view *pv);

/* Problems of the record as it is now; *n is 0 while they are looked for
 * (pair_checking()), after which all parts are loaded again. */
bool pair_checking(struct pair_view *pv);
const struct pair_problem *pair_problems(struct pair_view *pv, size_t *n);
/* The worst problem of the value at this exact path, or NULL. */
const struct pair_problem *pair_problem_at(struct pair_view *pv,
					   const char *path);
/* The same for a node of the record. */
const struct pair_problem *pair_problem_of(struct pair_view *pv,
					   uint32_t node);
enum style pair_severity_style(enum check_severity severity);

/* Does a search for it fold ASCII case: it has no capital? */
bool pair_folds(const char *needle, size_t len);
/* Is needle in hay? ASCII case is folded unless needle has a capital. */
bool pair_matches(const char *hay, size_t hay_len, const char *needle,
		  size_t len);

/* Go to the JSON tab with the value at this byte under the cursor. */
void pair_show_value(struct pair_view *pv, size_t offset);
void pair_open_body(struct pair_view *pv, enum body_side side);

/* pair-draw.c: what is drawn around and between the parts. */
void pair_layout(struct pair_view *pv, const struct region *r);
void pair_draw(struct pair_view *pv, const struct region *r);
struct pane *pair_active_pane(struct pair_view *pv);
void pair_update_tabs(struct pair_view *pv);	/* which ones the record has */

/* The parts. */
enum form_part_kind { FORM_OVERVIEW, FORM_REQUEST, FORM_RESPONSE };
struct part *part_form_new(struct pair_view *pv, enum form_part_kind kind);
struct part *part_rows_new(struct pair_view *pv, enum pairtable_id id);
struct part *part_body_new(struct pair_view *pv, enum body_side side);
struct part *part_signature_new(struct pair_view *pv);
struct part *part_tokens_new(struct pair_view *pv);
struct part *part_jwt_new(struct pair_view *pv);
struct part *part_tree_new(struct pair_view *pv);
struct part *part_raw_new(struct pair_view *pv);
struct part *part_problems_new(struct pair_view *pv);

#endif
