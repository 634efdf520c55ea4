/*
 * app/body-view - what the files of the body view share.
 *
 * view-body.c is the view; body-load.c brings a body into it, body-edit.c takes
 * an edited one back into the record. Both use a job when the body is long:
 * decoding, laying out and compressing 10 MB takes a tenth of a second. The
 * view shows what it has meanwhile, and lets what is typed wait (waits()).
 *
 * A job works on the record it was given, which is counted and never changes,
 * and on a copy of what was typed; its result counts only when the view is
 * still there and still waits for it, and the record is still the same. UI
 * thread only, but for what the jobs run.
 */
#ifndef RREDIT_APP_BODY_VIEW_H
#define RREDIT_APP_BODY_VIEW_H

#include "app/session.h"
#include "app/view.h"
#include "json/format.h"
#include "ui/hexedit.h"
#include "ui/textedit.h"

enum body_form {
	FORM_PRETTY,		/* JSON, laid out */
	FORM_TEXT,		/* the decoded text, exact */
	FORM_HEX,		/* the decoded bytes */
	FORM_STORED,		/* the bytes inside base64, when compressed */
	FORMS
};

/* What is worked on without a job, in bytes: a few ms. */
#define BODY_AT_ONCE ((size_t)256 << 10)

struct body_view {
	struct view v;
	row_id row;
	enum body_side side;
	enum body_form form;
	bool form_picked;	/* the user chose it: keep it for other records */
	bool stale;		/* look whether what is shown is right */
	bool editing;
	bool refill;		/* what is shown was edited: make it anew */
	/* what is shown: counted; NULL: nothing yet. Of another record, side or
	 * form only while the right one is made. */
	struct record *record;
	enum body_side shown_side;
	enum body_form shown_form;
	const struct body *body;	/* the record's */
	bool readable;			/* there is a body to show */
	struct err err;			/* why not */
	struct buf layers;
	struct json_layout layout;	/* of the exact text, for pretty edits */
	struct textedit text;
	struct hexedit hex;
	struct body_load *load;		/* the jobs, while they run */
	struct body_commit *commit;
	/* whether what is typed is JSON, as of this version of the text */
	uint64_t checked_version;
	struct err json_err;
	bool json_ok;
};

bool body_form_is_hex(enum body_form form);
bool body_form_available(const struct body *body, enum body_form form);

/* body-load.c: see that the right body is shown, or will be. */
void body_view_load(struct body_view *bv);
/* Is it not there yet? And is there something of this record to show? */
bool body_view_loading(struct body_view *bv);
bool body_view_shows(const struct body_view *bv);
void body_view_stop_load(struct body_view *bv);

/* body-edit.c. Commands are dealt with when they are true. */
bool body_view_begin(struct body_view *bv);
bool body_view_accept(struct body_view *bv);	/* true: nothing is edited now */
bool body_view_cancel(struct body_view *bv);
bool body_view_edit_external(struct body_view *bv);
void body_view_stop_commit(struct body_view *bv);

#endif
