/*
 * app/jsontree - the JSON of a record as a foldable tree that can be edited.
 *
 * The home of everything that has no form: every protocol, unknown members,
 * metadata. Values are shown decoded and edited by their meaning: a string's
 * text, a number, true, false or null as they are spelt; a container as JSON.
 * An edit changes the bytes of that value and nothing else (no links: it is
 * the exact path). The tree follows the record when it changes elsewhere.
 *
 * The pane is embedded in a view, which offers it the view's calls.
 */
#ifndef RREDIT_APP_JSONTREE_H
#define RREDIT_APP_JSONTREE_H

#include "app/session.h"
#include "app/view.h"
#include "json/splice.h"
#include "ui/tree.h"

#define JSONTREE_PLACES 64

struct jsontree {
	struct view *view;	/* borrowed: messages, prompts */
	struct session *session;	/* borrowed */
	row_id id;
	uint64_t generation;	/* grows when doc is another one */
	struct record *record;	/* counted; NULL: not read yet */
	const struct json_doc *doc;	/* the record's; empty: no JSON */
	struct tree tree;
	bool begun;		/* the tree was filled once */
	char *needle;		/* of the search; hits are marked */
	unsigned spelling;	/* of doc, for the search */
	bool spelling_known;
	/* where the walk over the tree came to, by depth */
	struct jsontree_place {
		uint32_t node, index;
	} places[JSONTREE_PLACES];
};

void jsontree_init(struct jsontree *t, struct view *view, struct session *s,
		   row_id id);
void jsontree_release(struct jsontree *t);
void jsontree_show(struct jsontree *t, row_id id);	/* another record */
/* Take the record again when it changed. A long one is read by a job: until
 * then what was there is shown, and edits are refused. */
void jsontree_refresh(struct jsontree *t);

void jsontree_layout(struct jsontree *t, const struct region *r);
void jsontree_draw(struct jsontree *t, const struct region *r, bool focused);
bool jsontree_mouse(struct jsontree *t, const struct mouse *m);
bool jsontree_command(struct jsontree *t, const struct call *call);

/* As in view_ops. */
bool jsontree_in_field(struct jsontree *t);
enum ui_result jsontree_text(struct jsontree *t, const char *bytes, size_t len);
enum ui_result jsontree_action(struct jsontree *t, enum text_action action);
/* The path of the node under the cursor, ".http.res.statusCode". Appends. */
bool jsontree_path(struct jsontree *t, struct buf *out);
/* Its value, decoded; containers as JSON. Appends. */
bool jsontree_value(struct jsontree *t, struct buf *out);
/* Go to a path; false when it is not there. */
bool jsontree_goto(struct jsontree *t, const char *path);

/* jsontree-edit.c, for jsontree.c: a command on one node; and one undo step
 * of it (takes sp). */
bool jsontree_edit_node(struct jsontree *t, uint32_t node,
			const struct call *call);
bool jsontree_apply(struct jsontree *t, struct splice *sp, const char *label,
		    struct err *err);

#endif
