/*
 * The input is the length of a text, that of an encoded patch, the text, the
 * patch, and another encoded patch for what the first makes of the text. What
 * decodes must encode to the same bytes, apply, and compose to what both do.
 */
#include "config.h"

#include <string.h>

#include "base/patch.h"
#include "fuzz.h"

struct bytes {
	const char *s;
	size_t len;
};

static struct bytes take(struct bytes *from, size_t len)
{
	struct bytes part = { from->s, len < from->len ? len : from->len };

	from->s += part.len;
	from->len -= part.len;
	return part;
}

/* Decode and apply; false when it is no patch for a text of this length. */
static bool use(struct bytes code, const char *text, size_t len,
		struct patch **p, struct buf *now)
{
	struct buf again;

	*p = NULL;
	if (!patch_decode(code.s, code.len, len, p, NULL)) {
		must(!*p);
		return false;
	}
	buf_init(&again);
	patch_encode(*p, &again);
	must(again.len == code.len && !memcmp(again.data, code.s, code.len));
	buf_release(&again);
	must(patch_apply(*p, text, len, now, NULL));
	return true;
}

static void check_applies(const struct patch *p, struct bytes base,
			  const struct buf *want)
{
	struct buf got;

	buf_init(&got);
	must(patch_apply(p, base.s, base.len, &got, NULL));
	must(got.len == want->len && !memcmp(got.data, want->data, got.len));
	must(p || (got.len == base.len && !memcmp(got.data, base.s, got.len)));
	buf_release(&got);
}

static void check_compose(const struct patch *first, const struct patch *then,
			  struct bytes base, const struct buf *now)
{
	struct patch *both = patch_compose(first, then, base.s, base.len);
	struct patch *same = patch_between(base.s, base.len, now->data, now->len);
	struct patch *again;

	check_applies(both, base, now);
	check_applies(same, base, now);
	must(!both == !same);
	again = patch_compose(NULL, both, base.s, base.len);
	must(patch_equal(again, both));
	patch_unref(again);
	again = patch_compose(both, NULL, base.s, base.len);
	must(patch_equal(again, both));
	patch_unref(again);
	patch_unref(both);
	patch_unref(same);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest = { (const char *)data, size }, base, code;
	struct patch *first = NULL, *then = NULL;
	struct buf mid, now;

	if (size < 2)
		return 0;
	take(&rest, 2);
	base = take(&rest, data[0]);
	code = take(&rest, data[1]);
	buf_init(&mid);
	buf_init(&now);
	if (use(code, base.s, base.len, &first, &mid) &&
	    use(rest, mid.data, mid.len, &then, &now))
		check_compose(first, then, base, &now);
	patch_unref(first);
	patch_unref(then);
	buf_release(&mid);
	buf_release(&now);
	return 0;
}
