/* What the importer makes of an element. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "rrpair/mockcheck.h"
#include "rrpair/mockclass.h"
#include "rrpair/parts.h"

/* ---- how the importer's reader takes a value ---- */

static void refuse(struct check_run *run, uint32_t node, const char *want)
{
	check_report(run, CHECK_MOCK_TYPE, node, _("must be %s"), want);
}

static void convert(struct check_run *run, uint32_t node, const char *how)
{
	check_report(run, CHECK_MOCK_SHAPE, node, "%s", how);
}

static void check_string(struct check_run *run, uint32_t node)
{
	switch (run->pair->doc.nodes[node].type) {
	case JSON_STRING:
	case JSON_NULL:
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		refuse(run, node, _("a text or null"));
		break;
	default:
		convert(run, node, _("is no text; the importer makes one of "
				     "it"));
	}
}

static bool is_whole(const char *s, size_t len)
{
	if (len && (*s == '-' || *s == '+'))
		s++, len--;
	for (size_t i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return len > 0;
}

static void check_boolean(struct check_run *run, uint32_t node)
{
	static const char *const words[] = {
		"true", "True", "TRUE", "false", "False", "FALSE", "null", ""
	};
	const struct json_doc *doc = &run->pair->doc;
	const struct json_node *n = &doc->nodes[node];

	if (n->type == JSON_TRUE || n->type == JSON_FALSE)
		return;
	if (n->type == JSON_STRING) {
		for (size_t i = 0; i < 8; i++)
			if (json_string_is(doc, node, words[i],
					   strlen(words[i]))) {
				convert(run, node, _("is a text; the importer "
						     "reads it as true or "
						     "false"));
				return;
			}
	} else if (n->type == JSON_NULL ||
		   (n->type == JSON_NUMBER &&
		    is_whole(doc->text + n->off, n->len))) {
		convert(run, node, _("is neither true nor false; the importer "
				     "makes one of it"));
		return;
	}
	refuse(run, node, _("true or false"));
}

static void check_number(struct check_run *run, uint32_t node, bool is_long)
{
	const struct json_doc *doc = &run->pair->doc;
	const struct json_node *n = &doc->nodes[node];
	int64_t v;
	double real;
	struct buf text;
	bool fits;

	if (n->type == JSON_NULL)
		return;
	buf_init(&text);
	if (n->type == JSON_STRING)
		json_string(doc, node, &text);
	if (n->type == JSON_NUMBER && is_whole(doc->text + n->off, n->len)) {
		if (!json_int64(doc, node, &v) ||
		    (!is_long && (v < INT32_MIN || v > INT32_MAX)))
			refuse(run, node, _("a whole number in range"));
	} else if (n->type == JSON_NUMBER) {
		fits = json_double(doc, node, &real) &&
		       real < (is_long ? 9.2e18 : 2147483647.0) &&
		       real > (is_long ? -9.2e18 : -2147483648.0);
		if (!fits)
			refuse(run, node, _("a whole number in range"));
		else if (!json_int64(doc, node, &v))
			convert(run, node, _("is no whole number; the importer "
					     "cuts it"));
	} else if (n->type == JSON_STRING &&
		   (text.len == 0 ||
		    (is_whole(text.data, text.len) && text.len < 19))) {
		convert(run, node, _("is a text; the importer reads it as a "
				     "number"));
	} else {
		refuse(run, node, _("a whole number or null"));
	}
	buf_release(&text);
}

/* ISO 8601 as the reader takes it: a date, or a date and a time. */
static bool is_date(const struct buf *s)
{
	int64_t ns;
	int digits;
	struct buf full;
	bool ok;

	if (s->len == 0 || rfc3339_parse(s->data, s->len, &ns, &digits))
		return true;
	buf_init(&full);
	buf_add(&full, s->data, s->len);
	if (s->len == 10)
		buf_adds(&full, "T00:00:00");
	buf_addc(&full, 'Z');
	ok = rfc3339_parse(full.data, full.len, &ns, &digits);
	buf_release(&full);
	return ok;
}

static void check_date(struct check_run *run, uint32_t node)
{
	const struct json_doc *doc = &run->pair->doc;
	const struct json_node *n = &doc->nodes[node];
	struct buf text;
	int64_t v;

	if (n->type == JSON_NULL)
		return;
	buf_init(&text);
	if (n->type == JSON_STRING)
		json_string(doc, node, &text);
	if (n->type == JSON_NUMBER ? !is_whole(doc->text + n->off, n->len) ||
				     !json_int64(doc, node, &v)
				   : n->type != JSON_STRING || !is_date(&text))
		refuse(run, node, _("milliseconds since 1970, an ISO 8601 time "
				    "or null"));
	buf_release(&text);
}

static size_t choices_count(const char *const *choices)
{
	size_t n = 0;

	while (choices[n])
		n++;
	return n;
}

static void check_enum(struct check_run *run, uint32_t node,
		       const char *const *choices)
{
	const struct json_doc *doc = &run->pair->doc;
	const struct json_node *n = &doc->nodes[node];
	size_t count = choices_count(choices);
	struct buf text;
	bool number = false;

	if (n->type == JSON_NULL)
		return;
	buf_init(&text);
	if (n->type == JSON_STRING)
		json_string(doc, node, &text);
	else
		buf_add(&text, doc->text + n->off, n->len);
	for (size_t i = 0; i < count && n->type == JSON_STRING; i++)
		if (slice_eq(text.data, text.len, choices[i],
			     strlen(choices[i])))
			goto out;
	/* The reader takes the place in the list for the word. */
	number = (n->type == JSON_NUMBER || n->type == JSON_STRING) &&
		 text.len > 0 && text.len < 4 && text.data[0] != '+' &&
		 !(text.len > 1 && text.data[0] == '0') &&
		 is_whole(text.data, text.len) && text.data[0] != '-' &&
		 (size_t)strtol(text.data, NULL, 10) < count;
	if (number)
		convert(run, node, _("is a number; the importer takes the word "
				     "at that place"));
	else
		check_report(run, CHECK_MOCK_ENUM, node,
			     _("not one of %s, %s, ..."), choices[0],
			     choices[1]);
out:
	buf_release(&text);
}

static void check_object(struct check_run *run, uint32_t node,
			 const struct mock_class *class);

static bool needs(struct check_run *run, uint32_t node, enum json_type type,
		  const char *what)
{
	if (part_is(run->pair, node, type))
		return true;
	if (!part_is(run->pair, node, JSON_NULL))
		refuse(run, node, what);
	return false;
}

static bool repeats(const struct rrpair *pair, uint32_t node)
{
	const struct json_doc *doc = &pair->doc;
	struct buf text;
	bool same = false;

	buf_init(&text);
	part_text(pair, node, &text);
	for (uint32_t n = json_first(doc, doc->nodes[node].parent);
	     n != node && !same; n = json_next(doc, n))
		same = part_is(pair, n, JSON_STRING) &&
		       json_string_is(doc, n, text.data, text.len);
	buf_release(&text);
	return same;
}

static void check_strings(struct check_run *run, uint32_t node, bool unique)
{
	const struct json_doc *doc = &run->pair->doc;

	if (!needs(run, node, JSON_ARRAY, _("a list")))
		return;
	for (uint32_t n = json_first(doc, node); n != JSON_NONE;
	     n = json_next(doc, n)) {
		check_string(run, n);
		if (part_is(run->pair, n, JSON_NULL))
			convert(run, n, _("is null in a list of texts"));
		else if (unique && part_is(run->pair, n, JSON_STRING) &&
			 doc->nodes[node].children < 1000 &&
			 repeats(run->pair, n))
			convert(run, n, _("stands there twice; the importer "
					  "keeps one"));
	}
}

static void check_objects(struct check_run *run, uint32_t node,
			  const struct mock_class *class)
{
	const struct json_doc *doc = &run->pair->doc;

	if (!needs(run, node, JSON_ARRAY, _("a list")))
		return;
	for (uint32_t n = json_first(doc, node); n != JSON_NONE;
	     n = json_next(doc, n)) {
		if (part_is(run->pair, n, JSON_NULL))
			convert(run, n, _("is null in a list of objects"));
		else if (needs(run, n, JSON_OBJECT, _("an object")))
			check_object(run, n, class);
	}
}

static void check_map(struct check_run *run, uint32_t node,
		      const struct mock_class *class)
{
	const struct json_doc *doc = &run->pair->doc;

	if (!needs(run, node, JSON_OBJECT, _("an object")))
		return;
	for (uint32_t n = json_first(doc, node); n != JSON_NONE;
	     n = json_next(doc, n)) {
		const struct json_node *m = &doc->nodes[n];

		if (part_is(run->pair, n, JSON_NULL)) {
			convert(run, n, _("is null in a map"));
		} else if (class) {
			if (needs(run, n, JSON_OBJECT, _("an object")))
				check_object(run, n, class);
		} else {
			check_string(run, n);
			if (memchr(doc->text + m->key_off, '.', m->key_len))
				check_report(run, CHECK_MOCK_LOST, n,
					     _("a key with a dot cannot be "
					       "stored"));
		}
	}
}

static void check_member(struct check_run *run, uint32_t node,
			 const struct mock_member *m)
{
	if ((m->flags & NOT_NULL) && m->type != BOOLEAN &&
	    part_is(run->pair, node, JSON_NULL)) {
		convert(run, node, _("is null where a list belongs"));
		return;
	}
	switch (m->type) {
	case STRING:
		check_string(run, node);
		break;
	case BOOLEAN:
		check_boolean(run, node);
		break;
	case LONG:
	case INTEGER:
		check_number(run, node, m->type == LONG);
		break;
	case DATE:
		check_date(run, node);
		break;
	case ENUM:
		check_enum(run, node, m->choices);
		break;
	case STRINGS:
		check_strings(run, node, m->flags & UNIQUE);
		break;
	case OBJECTS:
		check_objects(run, node, m->class);
		break;
	case OBJECT:
		if (needs(run, node, JSON_OBJECT, _("an object or null")))
			check_object(run, node, m->class);
		break;
	case MAP_OF_STRINGS:
	case MAP_OF_OBJECTS:
		check_map(run, node, m->class);
		break;
	}
}

static void check_object(struct check_run *run, uint32_t node,
			 const struct mock_class *class)
{
	const struct json_doc *doc = &run->pair->doc;
	const struct mock_member *m;
	char quoted[ERR_QUOTE_MAX];

	for (uint32_t n = json_first(doc, node); n != JSON_NONE;
	     n = json_next(doc, n)) {
		struct buf key;

		m = mock_class_member(class, doc, n);
		if (m) {
			check_member(run, n, m);
			continue;
		}
		buf_init(&key);
		json_key(doc, n, &key);
		check_report(run, CHECK_MOCK_MEMBER, n,
			     _("the importer knows no member %s of a %s"),
			     err_quote(quoted, key.data, key.len), class->name);
		buf_release(&key);
	}
	for (m = class->members; m->name; m++)
		if ((m->flags & REQUIRED) &&
		    json_member(doc, node, m->name, strlen(m->name)) ==
			    JSON_NONE)
			check_report(run, CHECK_MOCK_SHAPE,
				     node ? node : JSON_NONE,
				     _("%s is missing"), m->name);
}

/* ---- what is taken, and breaks afterwards ---- */

static uint32_t member(const struct check_run *run, uint32_t object,
		       const char *key)
{
	return part_member(run->pair, object, key);
}

static bool is_null(const struct check_run *run, uint32_t node)
{
	return node == JSON_NONE || part_is(run->pair, node, JSON_NULL);
}

static bool is_hex24(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!strchr("0123456789abcdefABCDEF", s[i]) || !s[i])
			return false;
	return len == 24;
}

static void id_rule(struct check_run *run)
{
	uint32_t node = member(run, 0, "id");
	struct buf id;

	if (is_null(run, node)) {
		check_report(run, CHECK_MOCK_ID, node,
			     _("without an id the server makes one up, and "
			       "nothing can refer to it"));
		return;
	}
	buf_init(&id);
	part_text(run->pair, node, &id);
	if (run->pair->proto == PROTO_MOCK_SERVICE &&
	    !is_hex24(id.data, id.len))
		check_report(run, CHECK_MOCK_ID, node,
			     _("not 24 hexadecimal digits: the server can "
			       "never export this service"));
	buf_release(&id);
}

static void template_rule(struct check_run *run)
{
	uint32_t node = member(run, 0, "content");
	const struct json_node *n;

	if (!part_is(run->pair, node, JSON_STRING) ||
	    run->pair->proto == PROTO_MOCK_RESOURCE)
		return;
	n = &run->pair->doc.nodes[node];
	if (memmem(run->pair->text + n->off, n->len, "{{", 2))
		check_report(run, CHECK_MOCK_TEMPLATE, node,
			     _("{{ begins an expression that a mock "
			       "evaluates"));
}

static void status_rule(struct check_run *run)
{
	uint32_t node = member(run, 0, "status");
	struct buf text;
	char *end;
	long code;

	if (run->pair->proto != PROTO_MOCK_RESPONSE || is_null(run, node) ||
	    run->pair->doc.nodes[node].type >= JSON_ARRAY)
		return;
	buf_init(&text);
	part_text(run->pair, node, &text);
	buf_addc(&text, '\0');
	code = strtol(text.data, &end, 10);
	if (text.len != 4 || *end || code < 100 || code > 599)
		check_report(run, CHECK_MOCK_DISPATCH, node,
			     _("no status from 100 to 599: the mock fails"));
	buf_release(&text);
}

static void operation_rules(struct check_run *run, uint32_t op)
{
	uint32_t paths = member(run, op, "resourcePaths");

	if (is_null(run, member(run, op, "method")))
		check_report(run, CHECK_MOCK_DISPATCH, op,
			     _("without a method the mock of a REST operation "
			       "fails"));
	if (is_null(run, paths) ||
	    (part_is(run->pair, paths, JSON_ARRAY) &&
	     !run->pair->doc.nodes[paths].children))
		check_report(run, CHECK_MOCK_DISPATCH, op,
			     _("without resourcePaths only its name is "
			       "matched"));
}

static void service_rules(struct check_run *run)
{
	const struct json_doc *doc = &run->pair->doc;
	uint32_t type = member(run, 0, "type");
	uint32_t ops = member(run, 0, "operations");

	if (part_is(run->pair, type, JSON_STRING) &&
	    !memcmp(run->pair->text + doc->nodes[type].off + 1, "GENERIC_",
		    8))
		check_report(run, CHECK_MOCK_LOST, type,
			     _("the documents of a direct API are not in the "
			       "file"));
	if (part_is(run->pair, type, JSON_STRING) &&
	    json_string_is(doc, type, "REST", 4) &&
	    part_is(run->pair, ops, JSON_ARRAY))
		for (uint32_t op = json_first(doc, ops); op != JSON_NONE;
		     op = json_next(doc, op))
			if (part_is(run->pair, op, JSON_OBJECT))
				operation_rules(run, op);
}

void check_mock_rules(struct check_run *run)
{
	const struct mock_class *class = mock_class_of(run->pair->proto);

	if (!class)
		return;
	check_object(run, 0, class);
	id_rule(run);
	template_rule(run);
	status_rule(run);
	if (run->pair->proto == PROTO_MOCK_SERVICE)
		service_rules(run);
}
