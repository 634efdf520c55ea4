#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "rrpair/bodyset.h"
#include "rrpair/mock.h"
#include "rrpair/params.h"
#include "rrpair/parts.h"
#include "rrpair/set.h"

/* What the format can do without. */
static bool optional(enum field_id id)
{
	switch (id) {
	case FIELD_CONTENTTYPE:
	case FIELD_UUID:
	case FIELD_DURATION:
	case FIELD_RESOURCE:
	case FIELD_SESSION:
	case FIELD_TECH:
	case FIELD_NETWORKADDR:
	case FIELD_TAG:
		return true;
	default:
		return false;
	}
}

static bool unset_simple(struct plan *plan, const struct field *field,
			 struct err *err)
{
	uint32_t node = rrpair_find(plan->pair, field);
	struct buf old;

	if (!optional(field->id))
		return err_set(err, ERR_INPUT,
			       _("%s: a record cannot do without it"),
			       field_info(field->id)->name);
	buf_init(&old);
	if (node == JSON_NONE) {
		rrpair_get(plan->pair, field, &old, err);
		if (field->id == FIELD_DURATION)
			err_set(err, ERR_ABSENT, _("%s: the record has none"),
				field_info(field->id)->name);
		buf_release(&old);
		return false;
	}
	part_text(plan->pair, node, &old);
	plan_remove(plan, node, NOTE_REMOVED);
	/* A token's uuid says where it was found; it is not the record's. */
	if (field->id == FIELD_CONTENTTYPE)
		links_drop(plan, field->id, PLACE_MAIN, old.data, old.len);
	buf_release(&old);
	return true;
}

static bool unset_query(struct plan *plan, struct err *err)
{
	struct slice none = { "", 0 };
	struct buf query;
	bool any;

	buf_init(&query);
	any = part_query(plan->pair, &query) && query.len;
	buf_release(&query);
	if (!any)
		return err_set(err, ERR_ABSENT, _("query: the record has none"));
	return params_set_url(plan, NULL, &none, err);
}

static bool plan_unset(struct plan *plan, const struct field *field,
		       struct err *err)
{
	if (rrpair_is_mock(plan->pair) && field->id != FIELD_DOTTED)
		return mock_unset(plan, field, err);
	switch (field->id) {
	case FIELD_DOTTED:
		return dotted_unset(plan, &field->path, err);
	case FIELD_REQUEST_HEADER:
	case FIELD_RESPONSE_HEADER:
		return header_unset(plan, field->id == FIELD_REQUEST_HEADER ?
				    BODY_REQUEST : BODY_RESPONSE, field->key,
				    field->key_len, field->nth, err);
	case FIELD_PARAM:
		return param_unset(plan, field->key, field->key_len, field->nth,
				   err);
	case FIELD_QUERY:
		return unset_query(plan, err);
	case FIELD_REQUEST_BODY:
	case FIELD_RESPONSE_BODY:
		return body_plan_unset(plan, field->id == FIELD_REQUEST_BODY ?
				       BODY_REQUEST : BODY_RESPONSE, err);
	default:
		return unset_simple(plan, field, err);
	}
}

bool change_unset(const struct rrpair *pair, const struct field *field,
		  unsigned flags, struct change_set *out, struct err *err)
{
	struct plan plan;
	struct buf none;

	if (!rrpair_has_field(pair, field)) {
		buf_init(&none);
		rrpair_get(pair, field, &none, err);	/* says why not */
		buf_release(&none);
		return false;
	}
	plan_begin(&plan, pair, flags);
	return plan_end(&plan, plan_unset(&plan, field, err), out);
}
