/*
 * recover - what a crash left behind.
 *
 * A journal whose editor is gone is a leftover. Applying one replays every step
 * (undo history included) into its file, opened, and gives a dirty document;
 * the caller saves or shows it. When the file is not the one the journal was made
 * for, records are matched by uuid and content; edits of what cannot be matched
 * are listed and not applied, and the leftover stays.
 */
#ifndef RREDIT_EDIT_RECOVER_H
#define RREDIT_EDIT_RECOVER_H

#include "edit/document.h"

struct recover_entry {
	char *journal;		/* the journal's file */
	char *path;		/* the real path of what was edited */
	int64_t when_ns;	/* of the last change */
	uint64_t steps;		/* readable steps, undo and redo counted */
	uint64_t bytes;
	bool damaged;		/* the end of the journal is unreadable */
	bool base_changed;	/* the file is not the one that was edited */
	bool base_missing;
	bool in_use;		/* a living editor holds it: not a leftover */
};

/* Leftovers of one file (real or given path), or of all (path NULL); newest
 * first. Journals in use are listed only when with_used. */
bool recover_list(const char *state_dir, const char *path, bool with_used,
		  struct recover_entry **out, size_t *count, struct err *err);
void recover_list_free(struct recover_entry *list, size_t count);

struct recover_report {
	uint64_t applied;	/* steps */
	uint64_t conflicts;	/* rows that could not be matched */
	bool damaged;		/* steps behind the damage are lost */
	struct buf text;	/* one translated line for each conflict */
};
void recover_report_release(struct recover_report *r);

/* Replay into doc, which must be open on the entry's path, complete, and
 * without edits. On success the leftover goes as soon as the steps are in the
 * document's own journal, or, where it has none, saved. On failure it stays;
 * what was applied so far is in the document's undo history. */
bool recover_apply(struct document *doc, const struct recover_entry *entry,
		   struct recover_report *report, struct err *err);
/* The same into a document of its own that reads the records of doc: to be
 * looked at and saved elsewhere; closed by document_close() before doc is. It
 * has no journal, and the leftover stays. NULL with err as above. */
struct document *recover_preview(struct document *doc,
				 const struct recover_entry *entry,
				 struct recover_report *report,
				 struct err *err);
bool recover_discard(const struct recover_entry *entry, struct err *err);

#endif
