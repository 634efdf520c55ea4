/*
 * frameread - a frame on its way into a document.
 *
 * Private to edit/frame*.c. Nothing in a frame is trusted: a function that meets
 * what does not fit says false, and the step it belongs to is taken back.
 */
#ifndef RREDIT_EDIT_FRAMEREAD_H
#define RREDIT_EDIT_FRAMEREAD_H

#include "edit/frame.h"
#include "edit/frameio.h"

/* Names of rows that are not in the base file, and the rows made for them. */
struct known {
	uint64_t name;
	row_id id;
};

struct frame_reader {
	struct document *doc;
	struct known *known;	/* sorted by name */
	size_t count, cap;
	/* Another file than the one that was edited: */
	frame_find *find;
	void *arg;
	bool *kept;		/* steps of which something was left, by number */
	size_t steps, steps_cap, done;
	frame_find *find_past;
	struct frame_past {
		struct step **list;	/* NULL: nothing was left of it */
		size_t n, cap;
	} past, future;		/* until 'Q' */
	struct rows *walk;	/* where these have led; NULL: the base */
	bool present;		/* 'Q' was there */
};

struct reading {
	struct frame_reader *r;
	struct document *doc;
	struct frame_in in;
	uint64_t rows;
	uint64_t taken_to;	/* runs that go must ascend: undo needs it */
	struct err *err;
};

/* A row's name. new: rows unknown so far may be named. */
bool frameread_name(struct reading *g, bool new, row_id *id);
bool frameread_known(const struct frame_reader *r, uint64_t name, row_id *id);
uint64_t frameread_records(const struct document *doc);	/* of the base file */
bool frameread_state(struct reading *g, row_id id, struct row_state **out);
/* Is the text that a state says a record, as edits have to keep it? */
bool frameread_is_record(struct reading *g, row_id id,
			 const struct row_state *s);

/* A step into the open one of the document; false: taken back. */
bool frameread_begin(struct reading *g);
/* One more step; did anything of it fit? Undo goes by it. */
void frameread_note(struct frame_reader *r, bool kept);

/* History: framepast.c. What has come of it changes nothing before its end. */
bool framepast_read(struct reading *g, bool past);
bool framepast_end(struct reading *g);
void framepast_drop(struct frame_reader *r);

/* Rows put, taken, moved: frameplace.c. */
bool frameread_places(struct reading *g);
/* Into a file that was changed; what does not fit is left out: framefound.c. */
bool frameread_edits_found(struct reading *g);
bool frameread_places_found(struct reading *g);

#endif
