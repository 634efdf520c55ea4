/*
 * change - set and unset values of a record, linked facts following.
 *
 * Every edit comes out as a patch against the pair's text, in which nothing
 * else in the line moves, and notes on what else was done: which copies of the
 * fact followed, which had differed and were left alone, what could not be
 * recomputed. Nothing is applied here; the caller applies the patch (and parses
 * the new text when more is to be done). A fact's copies are listed in the
 * table of friendly names of the manual.
 *
 * Rules:
 * - An existing value keeps its JSON type, or the change is refused with
 *   ERR_INPUT, naming the path and the reason.
 * - A copy follows when it agreed with the old value; one that differed stays
 *   and is noted. Each copy keeps its own form (host with or without port,
 *   status styles, base64 and plain signature).
 * - Setting the value that is there changes nothing at all, neither the value
 *   nor a copy: the patch is NULL.
 * - An absent member is created in its canonical place: by the order of
 *   enum rrpair_top at the top, at the end of maps. A new header name is spelt
 *   the Go way (Content-Type) when every other name in the map is, and as typed
 *   when not.
 *
 * Threading: pure functions of the pair.
 */
#ifndef RREDIT_RRPAIR_CHANGE_H
#define RREDIT_RRPAIR_CHANGE_H

#include "base/patch.h"
#include "rrpair/rrpair.h"

enum change_flags {
	CHANGE_LINKED = 0,
	CHANGE_SINGLE = 1,	/* links off: the field's own value only */
};

enum change_kind {
	NOTE_SET,		/* the value that was asked for */
	NOTE_FOLLOWED,		/* a copy that agreed, changed along */
	NOTE_ADDED,		/* a member created */
	NOTE_REMOVED,		/* a member taken away */
	NOTE_DIFFERS,		/* a copy that had differed: left alone */
	NOTE_UNKNOWN,		/* depends on it, but cannot be recomputed: left */
};

/* More are not noted: a change that touches more is no list to read. */
#define CHANGE_NOTES_MAX 1000

struct change_note {
	enum change_kind kind;
	char *path;		/* ".http.res.statusMessage" */
	char *why;		/* translated, or NULL */
};

/* Owned by the caller: change_init(), change_release(). A function that makes a
 * change replaces what it held; on failure it is left as it was. */
struct change_set {
	struct patch *patch;	/* NULL: nothing changes */
	struct change_note *notes;
	size_t count, cap;
};

void change_init(struct change_set *set);
void change_release(struct change_set *set);	/* leaves it initialised, empty */
/* One line for a status bar: "also .status, .location; left .tags.x". Nothing
 * is appended when there is nothing to say. Paths are made visible. */
void change_summary(const struct change_set *set, struct buf *out);

/*
 * Set a field to a decoded value (text, or exact bytes for bodies).
 *
 * Friendly names validate: a status is an integer (100 to 999), direction IN or
 * OUT (in any case, written in capitals), uuid base64 or dashed (written as
 * base64), ts RFC 3339, duration 0 to 2^31-1, header names tokens and values
 * without line breaks, else ERR_INPUT. A repeated header or parameter without a
 * number gets the one value in place of all; number count+1 appends. A value of
 * an exact path that does not exist becomes a string; its parents are created
 * as objects. ERR_ABSENT: the protocol lacks the field, an index beyond the
 * end.
 */
bool change_field(const struct rrpair *pair, const struct field *field,
		  const char *value, size_t len, unsigned flags,
		  struct change_set *out, struct err *err);

/* The same for FIELD:=JSON. value must be one JSON value (ERR_INPUT with offset
 * else). For an exact path it is put in as it is spelt, of any type. A friendly
 * name takes a string, number or boolean, whose decoded form is set; for a body
 * an object or array is the body's text itself. */
bool change_field_json(const struct rrpair *pair, const struct field *field,
		       const char *value, size_t len, unsigned flags,
		       struct change_set *out, struct err *err);

/* Remove a header (all values, or the nth), tag, parameter, body or member,
 * and its copies that agreed. ERR_ABSENT when it is not there; ERR_INPUT for
 * what a record cannot lack (method, path, direction, ...: facts that the format
 * always has; an exact path removes them all the same). */
bool change_unset(const struct rrpair *pair, const struct field *field,
		  unsigned flags, struct change_set *out, struct err *err);

/*
 * Several edits of one record as one patch. Holds the record's base text
 * (borrowed) and the text as it is after the edits so far; each step's patch is
 * composed and its notes are added.
 */
struct change_run {
	const char *base;
	size_t base_len;
	struct rrpair pair;	/* the record as it is now */
	struct buf now, spare;
	struct change_set total;	/* against base */
	bool edited;
	uint64_t name;		/* the caller's, for those who make changes */
	enum rrpair_proto proto;	/* of records of a repository: what they
					   are; set it before the start */
};
void change_run_init(struct change_run *run);
void change_run_release(struct change_run *run);
/* Start (again) on a record; keeps memory. Errors as rrpair_parse(). */
bool change_run_start(struct change_run *run, const char *text, size_t len,
		      struct err *err);
/* Take one step's result, made against run->pair, and parse the new text. The
 * step is emptied. */
bool change_run_take(struct change_run *run, struct change_set *step,
		     struct err *err);

#endif
