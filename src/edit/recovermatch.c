#include "config.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "edit/doc.h"
#include "edit/frameprint.h"
#include "edit/idmap.h"
#include "edit/recovermatch.h"

struct record {
	struct fingerprint print;
	row_id row;		/* where it is; ROW_NONE: nowhere, or unclear */
	row_id changed;		/* a row of its uuid that is not the same */
	size_t others;		/* places besides its own that look the same */
	size_t next;		/* of the same uuid and length; SIZE_MAX: none */
	bool missed;		/* it was asked for in vain */
};

struct match {
	struct document *doc;
	struct record *list;
	size_t n, cap;
	struct idmap by_record;	/* -> list */
	struct idmap by_uuid;	/* -> the first in list */
	struct buf text;
};

static void add(void *arg, const struct fingerprint *f)
{
	struct match *m = arg;
	uint64_t at;

	if (idmap_get(&m->by_record, f->record, &at))
		return;
	idmap_set(&m->by_record, f->record, m->n);
	m->list = mem_room(m->list, m->n, &m->cap, sizeof(*m->list));
	m->list[m->n++] = (struct record){ .print = *f, .row = ROW_NONE,
					   .changed = ROW_NONE };
}

static bool read_prints(struct match *m, const char *journal, struct err *err)
{
	struct journal_base base;
	struct journal_reader *r = journal_reader_open(journal, &base, err);
	const char *frame;
	size_t len;

	if (!r)
		return false;
	while (journal_next(r, &frame, &len, NULL))
		if (!frame_prints(frame, len, add, m))
			break;
	journal_reader_close(r);
	journal_base_release(&base);
	return true;
}

/* Is this row the record? Without a checksum nobody knows. */
static bool same(struct match *m, const struct record *r, row_id id,
		 const struct columns *c)
{
	if (!r->print.has_sum || c->len != r->print.len ||
	    c->uuid != r->print.uuid)
		return false;
	buf_clear(&m->text);
	return document_text(m->doc, id, DOCUMENT_NOW, &m->text, NULL) &&
	       fingerprint_sum(m->text.data, m->text.len) == r->print.sum;
}

/* Where most are: in their old places. The others are linked by uuid. */
static void match_in_place(struct match *m)
{
	for (size_t i = 0; i < m->n; i++) {
		struct record *r = &m->list[i];
		row_id id = row_make(0, r->print.record);
		struct columns c;
		uint64_t first;

		if (r->print.record < document_count(m->doc) &&
		    document_columns(m->doc, id, &c) && same(m, r, id, &c)) {
			r->row = id;
			continue;
		}
		r->next = idmap_get(&m->by_uuid, r->print.uuid, &first)
				  ? (size_t)first : SIZE_MAX;
		idmap_set(&m->by_uuid, r->print.uuid, i);
	}
}

static void look_at_row(struct match *m, row_id id)
{
	struct columns c;
	uint64_t first;

	if (!document_columns(m->doc, id, &c) ||
	    !idmap_get(&m->by_uuid, c.uuid, &first))
		return;
	for (size_t i = (size_t)first; i != SIZE_MAX; i = m->list[i].next) {
		struct record *r = &m->list[i];

		if (same(m, r, id, &c)) {
			r->row = r->others++ ? ROW_NONE : id;
		} else if (c.uuid && r->changed == ROW_NONE) {
			r->changed = id;
		}
	}
}

struct match *match_new(struct document *doc, const char *journal,
			struct err *err)
{
	struct match *m = mem_zalloc(1, sizeof(*m));

	m->doc = doc;
	buf_init(&m->text);
	if (!read_prints(m, journal, err)) {
		match_free(m);
		return NULL;
	}
	match_in_place(m);
	for (uint64_t i = 0; m->by_uuid.count && i < document_count(doc); i++)
		look_at_row(m, document_row(doc, i));
	return m;
}

void match_free(struct match *m)
{
	if (!m)
		return;
	idmap_release(&m->by_record);
	idmap_release(&m->by_uuid);
	buf_release(&m->text);
	free(m->list);
	free(m);
}

row_id match_find(void *arg, uint64_t record)
{
	struct match *m = arg;
	uint64_t at;

	if (!idmap_get(&m->by_record, record, &at))
		return ROW_NONE;
	m->list[at].missed |= m->list[at].row == ROW_NONE;
	return m->list[at].row;
}

row_id match_past(void *arg, uint64_t record)
{
	struct match *m = arg;
	uint64_t at;

	return idmap_get(&m->by_record, record, &at) ? m->list[at].row
						     : ROW_NONE;
}

void match_report(const struct match *m, struct recover_report *report)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct record *r = &m->list[i];
		uint64_t was = r->print.record + 1, pos = 0;

		if (!r->missed)
			continue;
		report->conflicts++;
		if (r->others > 1)
			buf_addf(&report->text,
				 _("record %" PRIu64 ": there are several like "
				   "it now; its edits are left out\n"), was);
		else if (r->changed != ROW_NONE &&
			 document_position(m->doc, r->changed, &pos))
			buf_addf(&report->text,
				 _("record %" PRIu64 ": is now record %" PRIu64
				   " and was changed by someone else; its edits "
				   "are left out\n"), was, pos + 1);
		else
			buf_addf(&report->text,
				 _("record %" PRIu64 ": is gone; its edits are "
				   "left out\n"), was);
	}
}
