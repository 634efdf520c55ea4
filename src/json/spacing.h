/*
 * json/spacing - which blanks a new member of a container should have.
 *
 * Internal to json/splice. Looks at the children a container has, else at the
 * container of the document that is most like it. Spans point into the
 * document or into the spacing, and live as long as both.
 */
#ifndef RREDIT_JSON_SPACING_H
#define RREDIT_JSON_SPACING_H

#include "base/buf.h"
#include "json/scan.h"

struct span {
	const char *p;
	size_t len;
};

struct spacing {
	const struct json_doc *doc;
	uint32_t container;
	const uint32_t *children;	/* borrowed: node of each child */
	uint32_t count;
	struct buf open, close;		/* see the functions of these names */
	struct buf comma, colon;	/* found when first needed */
	bool have_comma, have_colon;
};

void spacing_init(struct spacing *sp, const struct json_doc *doc,
		  uint32_t container, const uint32_t *children, uint32_t count);
void spacing_release(struct spacing *sp);

/* Blanks between the opening bracket and the first child, and between the last
 * child and the closing bracket, once there is a child. */
struct span spacing_open(const struct spacing *sp);
struct span spacing_close(const struct spacing *sp);
/* Blanks that child number i has before and after itself. */
struct span spacing_before_child(const struct spacing *sp, uint32_t i);
struct span spacing_after_child(const struct spacing *sp, uint32_t i);
/* Blanks between a comma and a child put where child number `place` is (count:
 * at the end), and between a child and the comma after it. */
struct span spacing_after_comma(struct spacing *sp, uint32_t place);
struct span spacing_before_comma(const struct spacing *sp);
/* The colon and its blanks, for a member put at place. */
struct span spacing_colon(struct spacing *sp, uint32_t place);

/* Where a child begins (its key, in an object) and ends in the text. */
size_t spacing_start(const struct json_doc *doc, uint32_t node);
size_t spacing_end(const struct json_doc *doc, uint32_t node);

#endif
