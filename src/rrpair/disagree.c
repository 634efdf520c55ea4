#include "config.h"

#include "rrpair/links.h"
#include "rrpair/params.h"
#include "rrpair/parts.h"

struct report {
	const struct rrpair *pair;
	void (*each)(void *arg, enum field_id field, const char *main_path,
		     const char *copy_path);
	void *arg;
};

static void tell(const struct report *report, enum field_id fact,
		 uint32_t main_node, uint32_t copy)
{
	struct buf a, b;

	buf_init(&a);
	buf_init(&b);
	rrpair_path(report->pair, main_node, &a);
	rrpair_path(report->pair, copy, &b);
	report->each(report->arg, fact, a.data, b.data);
	buf_release(&a);
	buf_release(&b);
}

static void compare_fact(const struct report *report, enum field_id fact)
{
	const struct rrpair *pair = report->pair;
	struct links links;
	struct buf fact_text, copy;

	links_init(&links);
	buf_init(&fact_text);
	buf_init(&copy);
	links_find(&links, pair, fact);
	if (links.count && links.items[0].place == PLACE_MAIN &&
	    link_text(pair, &links.items[0], &fact_text))
		for (size_t i = 1; i < links.count; i++) {
			const struct link *link = &links.items[i];

			if (link->place == PLACE_SIGNATURE ||
			    link->place == PLACE_MUTABLE)
				continue;
			buf_clear(&copy);
			if (link_text(pair, link, &copy) &&
			    !link_agrees(link->form, copy.data, copy.len,
					 fact_text.data, fact_text.len))
				tell(report, fact, links.items[0].node,
				     link->node);
		}
	links_release(&links);
	buf_release(&fact_text);
	buf_release(&copy);
}

/* Does the query have a name that the map lacks? */
static bool lacks_a_name(const struct json_doc *doc, uint32_t map,
			 const struct params *ps)
{
	for (size_t i = 0; i < ps->count; i++)
		if (json_member(doc, map, ps->bytes.data + ps->rows[i].name,
				ps->rows[i].name_len) == JSON_NONE)
			return true;
	return false;
}

/* queryParams against the query of uri, name by name, both ways. */
static void compare_query(const struct report *report)
{
	const struct rrpair *pair = report->pair;
	const struct json_doc *doc = &pair->doc;
	uint32_t uri = part_member(pair, pair->req, "uri");
	uint32_t map = part_member(pair, pair->req, "queryParams");
	struct params ps;
	struct buf key;

	if (!part_is(pair, uri, JSON_STRING) || !part_is(pair, map, JSON_OBJECT))
		return;
	params_init(&ps);
	buf_init(&key);
	params_read(&ps, pair);
	for (uint32_t m = json_first(doc, map); m != JSON_NONE;
	     m = json_next(doc, m)) {
		buf_clear(&key);
		json_key(doc, m, &key);
		if (!params_list_agrees(&ps, pair, m, key.data, key.len))
			tell(report, FIELD_QUERY, uri, m);
	}
	if (lacks_a_name(doc, map, &ps))
		tell(report, FIELD_QUERY, uri, map);
	params_release(&ps);
	buf_release(&key);
}

/* A service and its resource are often told apart by the capture itself (the
 * name of the workload), so only facts that every capture repeats are compared.
 * A detected operation in the place of a method is for the caller to know. */
void rrpair_disagreements(const struct rrpair *pair,
			  void (*each)(void *arg, enum field_id field,
				       const char *main_path,
				       const char *copy_path),
			  void *arg)
{
	static const enum field_id facts[] = {
		FIELD_METHOD, FIELD_PATH, FIELD_HOST, FIELD_STATUS,
		FIELD_CONTENTTYPE, FIELD_DIRECTION,
	};
	struct report report = { pair, each, arg };

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		compare_fact(&report, facts[i]);
	compare_query(&report);
}
