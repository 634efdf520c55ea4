/*
 * repository-rows - records of a repository, read and found. Private to
 * src/app/repository*.c.
 */
#ifndef RREDIT_APP_REPOSITORY_ROWS_H
#define RREDIT_APP_REPOSITORY_ROWS_H

#include "app/repository.h"

/* A record's text and spans. */
struct element {
	struct buf text;
	struct rrpair pair;
};
void element_init(struct element *e);
void element_release(struct element *e);
bool element_read(struct element *e, struct document *doc, row_id id,
		  struct err *err);
/* The decoded value of a member, "" where it is null or missing; owned by the
 * caller. */
char *element_text(const struct element *e, const char *key);
char *element_operation(const struct element *e, uint32_t op);	/* its name */
bool repository_is_message(enum repo_kind kind);

struct picking {
	row_id *ids;
	size_t n, cap;
};
void picking_add(struct picking *p, row_id id);
/* All that belongs to the service of this id (a number of COLUMN_HOST), the
 * service itself left out. */
void picking_service(struct picking *p, struct document *doc, uint32_t service);

#endif
