#include "config.h"

#include "jsongen.h"
#include "splicebench.h"
#include "unit.h"

void bench_open(struct bench *b, const char *text, size_t len)
{
	struct err err;

	json_doc_init(&b->doc);
	buf_init(&b->text);
	buf_init(&b->result);
	buf_add(&b->text, text, len);
	if (!json_scan(&b->doc, b->text.data, len, &err))
		fail_msg("%s: %s", text, err.msg);
	b->splice = splice_new(&b->doc);
	b->patch = NULL;
}

void bench_finish(struct bench *b)
{
	struct err err;

	b->patch = splice_finish(b->splice);
	if (b->patch)
		assert_true(patch_apply(b->patch, b->text.data, b->text.len,
					&b->result, &err));
	else
		buf_add(&b->result, b->text.data, b->text.len);
	if (!json_valid(b->result.data, b->result.len, &err))
		fail_msg("%s\n%s", b->result.data, err.msg);
}

void bench_close(struct bench *b)
{
	patch_unref(b->patch);
	splice_free(b->splice);
	json_doc_release(&b->doc);
	buf_release(&b->text);
	buf_release(&b->result);
}

uint32_t bench_child(const struct json_doc *doc, uint32_t container,
		     uint32_t place)
{
	uint32_t n = json_first(doc, container);

	while (n != JSON_NONE && place-- > 0)
		n = json_next(doc, n);
	return n;
}

struct slow *bench_tree(struct prng *r)
{
	static const char text[] =
		"{\"k\":1,\"l\":0,\"m\":[1,2],\"n\":{\"x\":1,\"y\":[3,4]}}";
	struct slow *root = slow_parse(text, sizeof(text) - 1);
	struct slow *l = gen_value(r, 3);

	slow_set_key(l, "l", 1);
	slow_free(slow_take(root, 1));
	slow_insert(root, 1, l);
	return root;
}
