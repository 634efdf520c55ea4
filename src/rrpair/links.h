/*
 * links - the copies of one fact in a record.
 *
 * Private to src/rrpair. A fact is named by its friendly field; its links are
 * the nodes that tell it, each in a form of its own. Bodies and queries have
 * structured copies and are followed by body.c and urlset.c.
 */
#ifndef RREDIT_RRPAIR_LINKS_H
#define RREDIT_RRPAIR_LINKS_H

#include "rrpair/plan.h"
#include "rrpair/url.h"

enum link_form {
	FORM_SAME,	/* the same bytes */
	FORM_PATH,	/* the same path, perhaps with %XX */
	FORM_URIPATH,	/* a uri, whose path is meant */
	FORM_HOST,	/* with or without a port */
	FORM_STATUS,	/* "200", "200 ", "200 OK", "OK" */
	FORM_REASON,	/* what follows the code and a blank */
	FORM_DIRECTION,	/* IN or in */
	FORM_UUID,	/* base64 or dashed */
};

enum link_place {	/* which part of the record a link lies in */
	PLACE_MAIN, PLACE_COPY, PLACE_HEADER, PLACE_SIGNATURE, PLACE_MUTABLE,
};

struct link {
	uint32_t node;
	uint8_t form;		/* enum link_form */
	uint8_t place;		/* enum link_place */
};

struct links {
	struct link *items;
	size_t count, cap;
};

void links_init(struct links *links);
void links_release(struct links *links);
/* All links of a fact that exist, the main one first when it exists. */
void links_find(struct links *links, const struct rrpair *pair,
		enum field_id fact);

/* Append the link's text, base64 of the signature undone; false when it is no
 * string (a number counts as one) or no base64. */
bool link_text(const struct rrpair *pair, const struct link *link,
	       struct buf *out);
bool link_agrees(enum link_form form, const char *copy, size_t copy_len,
		 const char *fact, size_t len);
/* Append what the copy becomes when the fact goes from old to new; false when
 * that cannot be told. */
bool link_rewrite(enum link_form form, const char *copy, size_t copy_len,
		  const char *old, size_t old_len, const char *new,
		  size_t new_len, struct buf *out);

/*
 * Let the copies of a fact follow it from old to new; old is NULL when there was
 * no value. Links whose place is `except` are those being edited, and stay.
 * FORM_URIPATH is left to params_set_url().
 */
void links_follow(struct plan *plan, enum field_id fact, enum link_place except,
		  const char *old, size_t old_len, const char *new,
		  size_t new_len);
/* The fact is gone: remove its copies that agreed (headers by whole member when
 * nothing else is in them). */
void links_drop(struct plan *plan, enum field_id fact, enum link_place except,
		const char *old, size_t old_len);

/* Write a decoded text to a link in the coding of its place. */
void link_write(struct plan *plan, const struct link *link, const char *bytes,
		size_t len);

/* get.c */
bool field_place(const struct rrpair *pair, enum field_id id, uint32_t *object,
		 const char **key);
struct slice status_reason(const char *text, size_t len);

#endif
