#include "config.h"

#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "rrpair/links.h"
#include "rrpair/params.h"
#include "rrpair/parts.h"
#include "rrpair/sign.h"

/* Names are looked up one by one; a query with more parameters is no traffic but
 * an attack, and its copies are left alone. */
#define PARAMS_FOLLOW_MAX 2000

/* A path or query on its way from old to new. */
struct url_change {
	struct plan *plan;
	struct params old, new;
	struct buf url;		/* the old http.req.url */
	struct buf uri;		/* the old http.req.uri */
	uint32_t url_node, uri_node, params_node;
	bool has_uri;		/* uri is a string */
};

static void change_open(struct url_change *c, struct plan *plan)
{
	const struct rrpair *pair = plan->pair;

	c->plan = plan;
	params_init(&c->old);
	params_init(&c->new);
	buf_init(&c->url);
	buf_init(&c->uri);
	c->url_node = part_member(pair, pair->req, "url");
	c->uri_node = part_member(pair, pair->req, "uri");
	c->params_node = part_member(pair, pair->req, "queryParams");
	c->has_uri = part_is(pair, c->uri_node, JSON_STRING);
	if (part_is(pair, c->url_node, JSON_STRING))
		part_text(pair, c->url_node, &c->url);
	if (c->has_uri)
		part_text(pair, c->uri_node, &c->uri);
	params_read(&c->old, pair);
}

static void change_close(struct url_change *c)
{
	params_release(&c->old);
	params_release(&c->new);
	buf_release(&c->url);
	buf_release(&c->uri);
}

/* The values of a name as a JSON list; false when it has none. */
static bool list_json(const struct params *ps, const char *name, size_t len,
		      struct buf *out)
{
	size_t n = 0;

	buf_addc(out, '[');
	for (size_t i = 0; i < ps->count; i++) {
		if (!params_named(ps, i, name, len))
			continue;
		if (n++)
			buf_addc(out, ',');
		json_encode(out, ps->bytes.data + ps->rows[i].value,
			    ps->rows[i].value_len);
	}
	buf_addc(out, ']');
	return n > 0;
}

static bool same_values(const struct params *a, const struct params *b,
			const char *name, size_t len)
{
	struct buf x, y;
	bool same;

	buf_init(&x);
	buf_init(&y);
	list_json(a, name, len, &x);
	list_json(b, name, len, &y);
	same = slice_eq(x.data, x.len, y.data, y.len);
	buf_release(&x);
	buf_release(&y);
	return same;
}

/* Put a list in the place of another; one changed value keeps the spelling of
 * the list around it. */
static void write_list(struct url_change *c, uint32_t list,
		       const struct buf *json, const char *name, size_t len)
{
	const struct json_doc *doc = &c->plan->pair->doc;
	size_t row = params_find(&c->new, name, len, 1);

	if (doc->nodes[list].children == 1 &&
	    params_find(&c->new, name, len, 2) == c->new.count)
		plan_string(c->plan, json_first(doc, list),
			    c->new.bytes.data + c->new.rows[row].value,
			    c->new.rows[row].value_len, NOTE_FOLLOWED);
	else
		plan_json(c->plan, list, json->data, json->len, NOTE_FOLLOWED);
}

/* queryParams of one name. `made` collects members for a map that has to be
 * created. Returns 1 when the member went, else 0. */
static int follow_name(struct url_change *c, const char *name, size_t len,
		       struct buf *made)
{
	const struct rrpair *pair = c->plan->pair;
	bool map = part_is(pair, c->params_node, JSON_OBJECT);
	uint32_t list = map ? json_member(&pair->doc, c->params_node, name, len) :
			JSON_NONE;
	struct buf json;
	int gone = 0;

	if (same_values(&c->old, &c->new, name, len))
		return 0;
	buf_init(&json);
	if (!params_list_agrees(&c->old, pair, list, name, len)) {
		if (list != JSON_NONE &&
		    !params_list_agrees(&c->new, pair, list, name, len))
			plan_note(c->plan, NOTE_DIFFERS, list, NULL);
	} else if (!list_json(&c->new, name, len, &json)) {
		plan_remove(c->plan, list, NOTE_REMOVED);
		gone = 1;
	} else if (list != JSON_NONE) {
		write_list(c, list, &json, name, len);
	} else if (map) {
		plan_member(c->plan, c->params_node, name, len, json.data,
			    json.len);
	} else {
		buf_addc(made, made->len ? ',' : '{');
		json_encode(made, name, len);
		buf_addc(made, ':');
		buf_add(made, json.data, json.len);
	}
	buf_release(&json);
	return gone;
}

/* Call each name that either query has, once. */
static void each_name(struct url_change *c,
		      void (*each)(struct url_change *, const char *, size_t,
				   void *), void *arg)
{
	const struct params *sets[] = { &c->old, &c->new };

	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < sets[s]->count; i++) {
			const struct param *p = &sets[s]->rows[i];
			const char *name = sets[s]->bytes.data + p->name;

			if (params_find(sets[s], name, p->name_len, 1) != i)
				continue;
			if (s && params_find(&c->old, name, p->name_len, 1) !=
			    c->old.count)
				continue;
			each(c, name, p->name_len, arg);
		}
}

struct follow_result {
	struct buf made;
	uint32_t gone;
};

static void follow_each(struct url_change *c, const char *name, size_t len,
			void *arg)
{
	struct follow_result *result = arg;

	result->gone += (uint32_t)follow_name(c, name, len, &result->made);
}

/* Every member of queryParams agreed and goes: the map goes whole, as protojson
 * leaves empty maps out. */
static bool map_vanishes(struct url_change *c)
{
	const struct rrpair *pair = c->plan->pair;
	const struct json_doc *doc = &pair->doc;
	bool all = part_is(pair, c->params_node, JSON_OBJECT) &&
		   doc->nodes[c->params_node].children && !c->new.count;
	struct buf key;

	buf_init(&key);
	for (uint32_t m = all ? json_first(doc, c->params_node) : JSON_NONE;
	     m != JSON_NONE && all; m = json_next(doc, m)) {
		buf_clear(&key);
		json_key(doc, m, &key);
		all = params_list_agrees(&c->old, pair, m, key.data, key.len);
	}
	buf_release(&key);
	return all;
}

static void follow_params(struct url_change *c)
{
	struct follow_result result = { .gone = 0 };

	if (c->old.count > PARAMS_FOLLOW_MAX || c->new.count > PARAMS_FOLLOW_MAX) {
		if (c->params_node != JSON_NONE)
			plan_note(c->plan, NOTE_UNKNOWN, c->params_node,
				  _("too many parameters"));
		return;
	}
	if (map_vanishes(c)) {
		plan_remove(c->plan, c->params_node, NOTE_REMOVED);
		return;
	}
	if (c->params_node != JSON_NONE &&
	    !part_is(c->plan->pair, c->params_node, JSON_OBJECT)) {
		plan_note(c->plan, NOTE_DIFFERS, c->params_node, NULL);
		return;
	}
	/* Where a query had no queryParams, the capture keeps none. */
	if (c->params_node == JSON_NONE && c->old.count)
		return;
	buf_init(&result.made);
	each_name(c, follow_each, &result);
	if (result.made.len) {
		buf_addc(&result.made, '}');
		plan_member(c->plan, c->plan->pair->req, "queryParams",
			    strlen("queryParams"), result.made.data,
			    result.made.len);
	}
	buf_release(&result.made);
}

/* Signatures name each parameter, "http:queryparams:NAME", or hold the whole
 * query under "http:queryparams". */
#define SIG_QUERY "http:queryparams"

static void write_signature(struct url_change *c, uint32_t node, bool base64,
			    const struct buf *old, const struct buf *new)
{
	struct link link = {
		.node = node, .form = FORM_SAME,
		.place = base64 ? PLACE_SIGNATURE : PLACE_MUTABLE,
	};
	struct buf text;

	buf_init(&text);
	if (!link_text(c->plan->pair, &link, &text) ||
	    !slice_eq(text.data, text.len, old->data, old->len)) {
		if (!slice_eq(text.data, text.len, new->data, new->len))
			plan_note(c->plan, NOTE_DIFFERS, node, NULL);
	} else if (!slice_eq(text.data, text.len, new->data, new->len)) {
		link_write(c->plan, &link, new->data, new->len);
	}
	buf_release(&text);
}

/* The values of a name as one text; a name that repeats has them joined, since
 * no capture shows how it would be written. */
static size_t joined(const struct params *ps, const char *name, size_t len,
		     struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < ps->count; i++) {
		if (!params_named(ps, i, name, len))
			continue;
		if (n++)
			buf_addc(out, ',');
		buf_add(out, ps->bytes.data + ps->rows[i].value,
			ps->rows[i].value_len);
	}
	return n;
}

static void sign_name(struct url_change *c, const char *name, size_t len,
		      void *arg)
{
	const bool *base64 = arg;
	uint32_t map = part_signature(c->plan->pair, !*base64), node;
	struct buf key, old, new;
	size_t had, has;

	if (same_values(&c->old, &c->new, name, len))
		return;
	buf_init(&key);
	buf_init(&old);
	buf_init(&new);
	buf_adds(&key, SIG_QUERY ":");
	buf_add(&key, name, len);
	had = joined(&c->old, name, len, &old);
	has = joined(&c->new, name, len, &new);
	node = json_member(&c->plan->pair->doc, map, key.data, key.len);
	if (node != JSON_NONE && has) {
		write_signature(c, node, *base64, &old, &new);
	} else if (node != JSON_NONE) {
		plan_remove(c->plan, node, NOTE_REMOVED);
	} else if (!had && has) {
		signature_insert(c->plan, map, !*base64, key.data, key.len,
				 new.data, new.len);
	}
	buf_release(&key);
	buf_release(&old);
	buf_release(&new);
}

/* Does a signature without the whole query name its parameters one by one? */
static bool names_parameters(const struct rrpair *pair, uint32_t map)
{
	return part_member(pair, map, "http:url") != JSON_NONE ||
	       part_member(pair, map, "http:method") != JSON_NONE;
}

static void follow_signature(struct url_change *c)
{
	const struct rrpair *pair = c->plan->pair;
	struct buf old, new;
	bool as_whole = false;

	buf_init(&old);
	buf_init(&new);
	params_sorted(&c->old, &old);
	params_sorted(&c->new, &new);
	for (int i = 0; i < 2; i++)
		as_whole = as_whole || part_member(pair, part_signature(pair, i),
						   SIG_QUERY) != JSON_NONE;
	for (int i = 0; i < 2; i++) {
		bool base64 = i == 0;
		uint32_t map = part_signature(pair, !base64);
		uint32_t whole = part_member(pair, map, SIG_QUERY);

		if (whole != JSON_NONE)
			write_signature(c, whole, base64, &old, &new);
		else if (!as_whole && names_parameters(pair, map) &&
			 c->old.count <= PARAMS_FOLLOW_MAX &&
			 c->new.count <= PARAMS_FOLLOW_MAX)
			each_name(c, sign_name, &base64);
	}
	buf_release(&old);
	buf_release(&new);
}

static void write_uri(struct url_change *c, const struct slice *path,
		      const struct slice *query)
{
	struct plan *plan = c->plan;
	struct uri_parts parts;
	struct buf text;
	bool agreed;

	uri_split(c->uri.data, c->uri.len, &parts);
	agreed = path_same(parts.path.s, parts.path.len, c->url.data,
			   c->url.len);
	if (path && !agreed && plan_linked(plan))
		plan_note(plan, NOTE_DIFFERS, c->uri_node, NULL);
	buf_init(&text);
	buf_add(&text, parts.prefix.s, parts.prefix.len);
	if (path && agreed && plan_linked(plan))
		path_encode(&text, path->s, path->len);
	else
		buf_add(&text, parts.path.s, parts.path.len);
	if (!query)
		query = parts.query.s ? &parts.query : NULL;
	else if (!query->len)
		query = NULL;
	if (query) {
		buf_addc(&text, '?');
		buf_add(&text, query->s, query->len);
	}
	plan_string(plan, c->uri_node, text.data, text.len,
		    path ? NOTE_FOLLOWED : NOTE_SET);
	buf_release(&text);
}

/* A record without a uri gets one with its first query; one that holds its query
 * in queryParams goes on so. */
static void create_uri(struct url_change *c, const struct slice *path,
		       const struct slice *query)
{
	struct buf text;

	if (!query->len || c->params_node != JSON_NONE)
		return;
	buf_init(&text);
	if (path)
		path_encode(&text, path->s, path->len);
	else
		path_encode(&text, c->url.data, c->url.len);
	buf_addc(&text, '?');
	buf_add(&text, query->s, query->len);
	plan_member_string(c->plan, c->plan->pair->req, "uri", text.data,
			   text.len);
	buf_release(&text);
}

/* Can the query be written where this record has it? */
static bool writable(const struct url_change *c, struct err *err)
{
	const struct rrpair *pair = c->plan->pair;
	const struct json_doc *doc = &pair->doc;
	bool lists = part_is(pair, c->params_node, JSON_OBJECT);

	if (c->has_uri)
		return true;
	if (c->uri_node != JSON_NONE)
		return err_set(err, ERR_INPUT, _(".http.req.uri: not a string"));
	if (c->params_node == JSON_NONE)
		return true;
	for (uint32_t m = lists ? json_first(doc, c->params_node) : JSON_NONE;
	     m != JSON_NONE && lists; m = json_next(doc, m)) {
		lists = doc->nodes[m].type == JSON_ARRAY;
		for (uint32_t v = lists ? json_first(doc, m) : JSON_NONE;
		     v != JSON_NONE && lists; v = json_next(doc, v))
			lists = doc->nodes[v].type == JSON_STRING;
	}
	if (!lists || c->old.count > PARAMS_FOLLOW_MAX ||
	    c->new.count > PARAMS_FOLLOW_MAX)
		return err_set(err, ERR_INPUT,
			       _(".http.req.queryParams: not lists of strings; "
				 "edit it in the JSON tree"));
	return true;
}

static bool set_query(struct url_change *c, const struct slice *path,
		      const struct slice *query, struct err *err)
{
	params_parse(&c->new, query->s, query->len);
	if (!writable(c, err))
		return false;
	if (c->has_uri)
		write_uri(c, path, query);
	else
		create_uri(c, path, query);
	if (plan_linked(c->plan) || !c->has_uri)
		follow_params(c);
	if (plan_linked(c->plan))
		follow_signature(c);
	return true;
}

static bool set_path(struct url_change *c, const struct slice *path,
		     struct err *err)
{
	if (c->url_node == JSON_NONE)
		plan_member_string(c->plan, c->plan->pair->req, "url", path->s,
				   path->len);
	else if (!plan_typed(c->plan, c->url_node, path->s, path->len, NOTE_SET,
			     err))
		return false;
	links_follow(c->plan, FIELD_PATH, PLACE_MAIN,
		     c->url_node == JSON_NONE ? NULL : c->url.data, c->url.len,
		     path->s, path->len);
	return true;
}

bool params_set_url(struct plan *plan, const struct slice *path,
		    const struct slice *query, struct err *err)
{
	struct url_change c;
	struct slice coded_query;
	struct buf coded;
	bool ok = true;

	if (plan->pair->req == JSON_NONE)
		return err_set(err, ERR_ABSENT,
			       _(".http.req: the record has none"));
	change_open(&c, plan);
	buf_init(&coded);
	if (query) {
		query_encode(&coded, query->s, query->len);
		coded_query = (struct slice){ coded.data, coded.len };
		query = slice_eq(coded.data, coded.len, c.old.query.data,
				 c.old.query.len) ? NULL : &coded_query;
	}
	if (path && c.url_node != JSON_NONE &&
	    json_string_is(&plan->pair->doc, c.url_node, path->s, path->len))
		path = NULL;
	if (path)
		ok = set_path(&c, path, err);
	if (ok && query)
		ok = set_query(&c, path, query, err);
	else if (ok && path && c.has_uri && plan_linked(plan))
		write_uri(&c, path, NULL);
	buf_release(&coded);
	change_close(&c);
	return ok;
}
