#include "config.h"

#include "base/i18n.h"
#include "json/locate.h"
#include "rrpair/check-internal.h"

/* RFC 8259, section 8.1: JSON is UTF-8; protojson refuses anything else. */
static void utf8_rule(struct check_run *run)
{
	const struct json_doc *doc = &run->pair->doc;
	const uint8_t bad = JSON_BAD_UTF8 | JSON_LONE_SURROGATE;
	uint32_t i;

	if (!(doc->flags & bad) || !check_wants(run, CHECK_UTF8))
		return;
	for (i = 0; i < doc->count; i++) {
		if (!(doc->nodes[i].flags & bad))
			continue;
		check_report(run, CHECK_UTF8, i, "%s",
			     doc->nodes[i].flags & JSON_BAD_UTF8 ?
			     _("holds bytes that are not UTF-8") :
			     _("holds half a surrogate pair"));
	}
}

/* RFC 8259, section 4: names should be unique; measured: they always are. */
static void duplicate_key_rule(struct check_run *run)
{
	const struct json_doc *doc = &run->pair->doc;
	uint32_t i, first, second;

	if (!check_wants(run, CHECK_DUPLICATE_KEY))
		return;
	for (i = 0; i < doc->count; i++) {
		if (doc->nodes[i].type != JSON_OBJECT ||
		    doc->nodes[i].children < 2)
			continue;
		if (json_has_duplicates(doc, i, &first, &second))
			check_report(run, CHECK_DUPLICATE_KEY, second,
				     _("this key occurs twice in its object"));
	}
}

void check_json_rules(struct check_run *run)
{
	utf8_rule(run);
	duplicate_key_rule(run);
}
