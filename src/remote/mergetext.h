/*
 * remote/mergetext - three versions of one JSON object merged by member.
 *
 * Members that only one side changed come from that side, at any depth; what
 * both changed to the same is no conflict; what both changed differently is one,
 * as data. Arrays, and objects that hold a key twice, are values as a whole:
 * which element of one version is which of another cannot be told. The result is
 * mine with spans replaced, so every byte that was not merged stays.
 *
 * A conflict is found when it is first met (list mode) and decided when the
 * texts are merged again with the same list: both passes meet the same
 * conflicts in the same order. No threads, no I/O.
 */
#ifndef RREDIT_REMOTE_MERGETEXT_H
#define RREDIT_REMOTE_MERGETEXT_H

#include "base/buf.h"

#define MERGE_DEPTH_MAX 200	/* deeper values are merged as a whole */
/* What a conflict keeps of a value for the screen; the merge itself reads the
 * texts again. */
#define MERGE_SHOWN_MAX ((size_t)64 << 10)
/* Conflicts whose values are kept; of more, only the place is. */
#define MERGE_VALUES_MAX ((size_t)10000)

enum merge_choice { MERGE_ASK, MERGE_MINE, MERGE_THEIRS, MERGE_EDITED };

struct merge_value {
	bool there;		/* false: absent in that version */
	bool cut;		/* text is not all of it, or not kept */
	char *text;		/* JSON; NULL: not kept */
	size_t len;
};

struct merge_conflict {
	char *path;		/* ".http.res.statusCode"; "." is all of it */
	struct merge_value base, mine, theirs;
	enum merge_choice choice;
	char *edited;		/* a JSON value, with MERGE_EDITED; owned */
	/* The record, for who shows it; 0 and "" for metadata. */
	uint64_t number;	/* in mine, or else in theirs; from 1 */
	char uuid[40];
};

struct merge_conflicts {
	struct merge_conflict *list;
	size_t count, cap;
};
void merge_conflicts_release(struct merge_conflicts *c);
/* Decide all that are open. */
void merge_conflicts_choose(struct merge_conflicts *c, enum merge_choice how);
size_t merge_conflicts_open(const struct merge_conflicts *c);
/* Add one for a whole text; a NULL text is absent. */
struct merge_conflict *merge_conflicts_add(struct merge_conflicts *c,
					   const char *path);
void merge_value_set(struct merge_value *v, const char *text, size_t len,
		     size_t conflicts);

struct merge_texts {
	const char *base, *mine, *theirs;	/* base NULL: there is none */
	size_t base_len, mine_len, theirs_len;
};

/*
 * Append the merged text to out (which may be NULL: only look). at NULL: list
 * the conflicts into c and let mine stand. Else *at is the next of c to be met,
 * moved on for each, and their choices count; MERGE_ASK lets mine stand.
 */
void merge_text(const struct merge_texts *t, struct merge_conflicts *c,
		size_t *at, struct buf *out);

#endif
