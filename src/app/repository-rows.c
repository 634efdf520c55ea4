/* Records of a repository, read and found. */
#include "config.h"

#include <string.h>

#include "app/repository-rows.h"
#include "base/mem.h"
#include "rrpair/mockconvert.h"

void element_init(struct element *e)
{
	buf_init(&e->text);
	rrpair_init(&e->pair);
}

void element_release(struct element *e)
{
	rrpair_release(&e->pair);
	buf_release(&e->text);
}

bool element_read(struct element *e, struct document *doc, row_id id,
			 struct err *err)
{
	buf_clear(&e->text);
	if (!document_text(doc, id, DOCUMENT_NOW, &e->text, err) ||
	    !rrpair_parse(&e->pair, e->text.data, e->text.len, err))
		return false;
	rrpair_set_proto(&e->pair, repository_proto(document_kind(doc, id)));
	return true;
}

char *element_text(const struct element *e, const char *key)
{
	uint32_t node = json_at(&e->pair.doc, 0, key);

	if (node != JSON_NONE && e->pair.doc.nodes[node].type == JSON_NULL)
		node = JSON_NONE;
	return mock_text_of(&e->pair, node);
}

bool repository_is_message(enum repo_kind kind)
{
	return kind == REPO_REQUEST || kind == REPO_RESPONSE ||
	       kind == REPO_EVENT;
}

char *element_operation(const struct element *e, uint32_t op)
{
	return mock_text_of(&e->pair, json_at(&e->pair.doc, op, "name"));
}

void picking_add(struct picking *p, row_id id)
{
	p->ids = mem_room(p->ids, p->n, &p->cap, sizeof(*p->ids));
	p->ids[p->n++] = id;
}

void picking_service(struct picking *p, struct document *doc, uint32_t service)
{
	uint64_t n = document_count(doc);
	struct columns c;

	for (uint64_t i = 0; service && i < n; i++) {
		row_id row = document_row(doc, i);

		if (document_kind(doc, row) != REPO_SERVICE &&
		    document_columns(doc, row, &c) && c.host == service)
			picking_add(p, row);
	}
}
