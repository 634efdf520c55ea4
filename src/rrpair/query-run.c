#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "rrpair/query-run.h"

struct query_run *query_run_new(const struct query *q)
{
	struct query_run *run = mem_zalloc(1, sizeof(*run));
	size_t i;

	run->query = query_ref((struct query *)q);
	run->regex = regex_run_new();
	rrpair_init(&run->pair);
	run->inflater = query_inflater_new();
	for (i = 0; i < 2; i++) {
		buf_init(&run->side[i].body.bytes);
		buf_init(&run->side[i].body.stored);
		json_doc_init(&run->side[i].doc);
	}
	buf_init(&run->skim.bytes);
	buf_init(&run->skim.stored);
	buf_init(&run->value);
	buf_init(&run->other);
	return run;
}

void query_run_free(struct query_run *run)
{
	size_t i;

	if (!run)
		return;
	query_unref(run->query);
	regex_run_free(run->regex);
	rrpair_release(&run->pair);
	query_inflater_free(run->inflater);
	for (i = 0; i < 2; i++) {
		buf_release(&run->side[i].body.bytes);
		buf_release(&run->side[i].body.stored);
		json_doc_release(&run->side[i].doc);
	}
	buf_release(&run->skim.bytes);
	buf_release(&run->skim.stored);
	buf_release(&run->value);
	buf_release(&run->other);
	free(run);
}

uint64_t query_gave_up(const struct query_run *run)
{
	return run->gave_up;
}

const char *run_text(struct query_run *run, size_t *len)
{
	if (!run->asked) {
		run->asked = true;
		if (!run->ops->text(run->rec, &run->text, &run->len))
			run->text = NULL;
	}
	*len = run->text ? run->len : 0;
	return run->text;
}

const struct rrpair *run_pair(struct query_run *run)
{
	size_t len;

	if (!run->tried) {
		const char *text = run_text(run, &len);

		run->tried = true;
		if (!text || !rrpair_parse(&run->pair, text, len, NULL))
			run->pair.text = NULL;
	}
	return run->pair.text ? &run->pair : NULL;
}

const struct buf *run_body(struct query_run *run, enum body_side which)
{
	struct query_side *side = &run->side[which];
	const struct rrpair *pair;

	if (side->state == SIDE_NEW) {
		pair = run_pair(run);
		side->state = pair && query_body_decode(run->inflater, pair,
							which == BODY_REQUEST ?
							pair->req : pair->res,
							&side->body) ?
			      SIDE_DECODED : SIDE_NONE;
		side->scanned = false;
	}
	return side->state == SIDE_DECODED ? &side->body.bytes : NULL;
}

const struct json_doc *run_body_json(struct query_run *run,
				     enum body_side which)
{
	struct query_side *side = &run->side[which];
	const struct buf *bytes = run_body(run, which);

	if (!bytes)
		return NULL;
	if (!side->scanned) {
		side->scanned = true;
		side->is_json = bytes->len && json_scan(&side->doc, bytes->data,
							bytes->len, NULL);
	}
	return side->is_json ? &side->doc : NULL;
}
