/* The quick search in JSON against one that decodes every key and value. */
#include "config.h"

#include "app/jsonfind.h"
#include "jsongen.h"
#include "json/locate.h"
#include "unit.h"

static bool says(const struct json_doc *doc, uint32_t node, const char *needle)
{
	const struct json_node *n = &doc->nodes[node];
	struct buf text;
	bool hit;

	buf_init(&text);
	if (n->key_len)
		json_key(doc, node, &text);
	hit = strcasestr(text.data, needle) != NULL;
	buf_clear(&text);
	if (n->type == JSON_STRING)
		json_string(doc, node, &text);
	else if (n->type != JSON_OBJECT && n->type != JSON_ARRAY)
		buf_add(&text, doc->text + n->off, n->len);
	hit |= strcasestr(text.data, needle) != NULL;
	buf_release(&text);
	return hit;
}

static uint32_t slowly(const struct json_doc *doc, uint32_t node, bool here,
		       bool back, const char *needle)
{
	for (uint32_t i = 0; i <= doc->count; i++) {
		if (i || !here)
			node = (node + (back ? doc->count - 1 : 1)) %
			       doc->count;
		if (says(doc, node, needle))
			return node;
	}
	return JSON_NONE;
}

static void all_ways(const char *text, const char *const *needles)
{
	struct json_doc doc;
	unsigned spelling;

	json_doc_init(&doc);
	assert_true(json_scan(&doc, text, strlen(text), NULL));
	spelling = jsonfind_spelling(&doc);
	for (; *needles; needles++)
		for (uint32_t node = 0; node < doc.count; node++)
			for (int way = 0; way < 4; way++)
				if (jsonfind(&doc, spelling, node, way & 1,
					     way & 2, *needles) !=
				    slowly(&doc, node, way & 1, way & 2,
					   *needles))
					fail_msg("%s in %s from %u, way %d",
						 *needles, text, node, way);
	json_doc_release(&doc);
}

static void picked_texts(void **state)
{
	static const char *const needles[] = {
		"n", "N", "a", "ab", "b\"", "\"", "\\", ":", ",", "{", "1",
		"e1", "tr", "null", "/", "a/b", "\n", "nn", "\xc3\xa9", NULL,
	};

	all_ways("{\"a\":\"b\",\"n\":[1,2e1,{\"Ab\":null}],\"x\":true}",
		 needles);
	all_ways("[\"\\n\",\"\\\\n\",\"\\\\\\n\",\"n\\\\\",\"a\\\"b\"]",
		 needles);
	all_ways("{\"\\n\":\"\\b\\\"\",\"b\\\"\":\"a\\/b\",\"c\":\"a/b\"}",
		 needles);
	all_ways("[\"\\u006e\",\"\\u00e9\",\"n\\u0000n\",\"x\"]", needles);
	all_ways("\"n\"", needles);
	all_ways("[]", needles);
	all_ways(" [ \"1,2\" , 1 ] ", needles);
}

static void random_texts(void **state)
{
	static const char *const needles[] = {
		"a", "e", "1", "\"", "\\", "ke", "A", "/", NULL,
	};

	for (unsigned seed = 0; seed < 2000; seed++) {
		struct prng r = { seed };
		struct slow *v = gen_value(&r, 3);
		struct buf text;

		buf_init(&text);
		gen_print(&text, v, (enum gen_style)prng_below(&r, GEN_STYLES),
			  &r);
		if (!memchr(text.data, '\0', text.len) && text.len < 3000 &&
		    !strstr(text.data, "u0000"))
			all_ways(text.data, needles);
		buf_release(&text);
		slow_free(v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(picked_texts),
		cmocka_unit_test(random_texts),
	};

	return cmocka_run_group_tests_name("jsonfind", tests, NULL, NULL);
}
