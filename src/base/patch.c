#include "config.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/patch.h"

/* One allocation: the hunks, then the bytes they insert, in order. */
struct patch {
	atomic_uint refs;
	size_t count, bytes;
	struct patch_hunk hunks[];
};

/* A replacement as it was added; its bytes lie at `ins` in the text. */
struct piece {
	size_t at, del, ins, ins_len, seq;
};

struct patch_builder {
	struct piece *pieces;
	size_t count, cap;
	struct buf text;
};

struct patch_builder *patch_builder_new(void)
{
	struct patch_builder *pb = mem_zalloc(1, sizeof(*pb));

	buf_init_max(&pb->text, BUF_CAP_MAX);
	return pb;
}

void patch_builder_free(struct patch_builder *pb)
{
	if (!pb)
		return;
	buf_release(&pb->text);
	free(pb->pieces);
	free(pb);
}

void patch_builder_add(struct patch_builder *pb, size_t at, size_t del,
		       const char *ins, size_t ins_len)
{
	struct piece *piece;

	if (!del && !ins_len)
		return;
	pb->pieces = mem_room(pb->pieces, pb->count, &pb->cap,
			      sizeof(*pb->pieces));
	piece = &pb->pieces[pb->count];
	*piece = (struct piece){
		at, del, pb->text.len, ins_len, pb->count
	};
	pb->count++;
	buf_add(&pb->text, ins, ins_len);
	assert(!pb->text.over);
}

/* By place; an insertion comes before the range that starts where it stands. */
static int compare_pieces(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (!x->del != !y->del)
		return x->del ? 1 : -1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void sort_pieces(struct patch_builder *pb)
{
	size_t i;

	for (i = 1; i < pb->count; i++)
		if (compare_pieces(&pb->pieces[i - 1], &pb->pieces[i]) > 0)
			break;
	if (i < pb->count)
		qsort(pb->pieces, pb->count, sizeof(*pb->pieces),
		      compare_pieces);
}

/* Make one of pieces that touch, with their bytes side by side in a new text.
 * Pieces that touch must be one: the borders between them mean nothing. */
static void join_pieces(struct patch_builder *pb)
{
	struct piece *last = NULL;
	struct buf text;
	size_t i, n = 0;

	buf_init_max(&text, BUF_CAP_MAX);
	if (pb->text.len)
		buf_reserve(&text, pb->text.len);
	for (i = 0; i < pb->count; i++) {
		struct piece p = pb->pieces[i];

		assert(!last || last->at + last->del <= p.at);
		if (last && last->at + last->del == p.at) {
			last->del += p.del;
			last->ins_len += p.ins_len;
		} else {
			last = &pb->pieces[n++];
			*last = p;
			last->ins = text.len;
		}
		buf_add(&text, pb->text.data + p.ins, p.ins_len);
	}
	pb->count = n;
	buf_release(&pb->text);
	pb->text = text;
}

#define STEP 64	/* bytes compared at once where two texts are mostly equal */

static size_t common_prefix(const char *a, const char *b, size_t len)
{
	size_t n = 0;

	while (len - n >= STEP && !memcmp(a + n, b + n, STEP))
		n += STEP;
	while (n < len && a[n] == b[n])
		n++;
	return n;
}

/* a and b point behind the ends. */
static size_t common_suffix(const char *a, const char *b, size_t len)
{
	size_t n = 0;

	while (len - n >= STEP && !memcmp(a - n - STEP, b - n - STEP, STEP))
		n += STEP;
	while (n < len && a[-1 - (ptrdiff_t)n] == b[-1 - (ptrdiff_t)n])
		n++;
	return n;
}

/* Shrink a hunk by what it does not change. False: nothing is left of it. */
static bool trim(struct patch_hunk *h, const char *base)
{
	size_t least = h->del < h->ins_len ? h->del : h->ins_len;
	size_t n = common_prefix(base + h->at, h->ins, least);

	h->at += n;
	h->del -= n;
	h->ins += n;
	h->ins_len -= n;
	n = common_suffix(base + h->at + h->del, h->ins + h->ins_len,
			  least - n);
	h->del -= n;
	h->ins_len -= n;
	return h->del || h->ins_len;
}

static struct patch *patch_new(const struct patch_hunk *hunks, size_t count)
{
	struct patch *p;
	size_t bytes = 0, i;
	char *to;

	if (!count)
		return NULL;
	for (i = 0; i < count; i++)
		bytes += hunks[i].ins_len;
	p = mem_alloc(sizeof(*p) + count * sizeof(p->hunks[0]) + bytes);
	atomic_init(&p->refs, 1);
	p->count = count;
	p->bytes = bytes;
	to = (char *)(p->hunks + count);
	for (i = 0; i < count; i++) {
		p->hunks[i] = hunks[i];
		p->hunks[i].ins = to;
		if (hunks[i].ins_len)
			memcpy(to, hunks[i].ins, hunks[i].ins_len);
		to += hunks[i].ins_len;
	}
	return p;
}

/* Whether src, read from *pos on, goes on with these bytes. */
static bool reads(const char *src, size_t *pos, const char *bytes, size_t len)
{
	if (len && memcmp(src + *pos, bytes, len))
		return false;
	*pos += len;
	return true;
}

/* Hunks that each change something can still undo one another: take an a from
 * the front of "aab" and put one before the b. */
static bool is_identity(const struct patch_hunk *hunks, size_t count,
			const char *base)
{
	size_t del = 0, ins = 0, from, pos, i;

	for (i = 0; i < count; i++) {
		del += hunks[i].del;
		ins += hunks[i].ins_len;
	}
	if (!count || del != ins)
		return !count;
	from = pos = hunks[0].at;
	for (i = 0; i < count; i++) {
		if (!reads(base, &pos, base + from, hunks[i].at - from) ||
		    !reads(base, &pos, hunks[i].ins, hunks[i].ins_len))
			return false;
		from = hunks[i].at + hunks[i].del;
	}
	return true;
}

struct patch *patch_builder_finish(struct patch_builder *pb,
				   const char *base, size_t base_len)
{
	struct patch_hunk *hunks;
	struct patch *p = NULL;
	size_t i, n = 0;

	if (!pb->count)
		return NULL;
	sort_pieces(pb);
	join_pieces(pb);
	hunks = mem_zalloc(pb->count, sizeof(*hunks));
	for (i = 0; i < pb->count; i++) {
		const struct piece *piece = &pb->pieces[i];

		assert(piece->at <= base_len &&
		       piece->del <= base_len - piece->at);
		hunks[n] = (struct patch_hunk){
			piece->at, piece->del,
			pb->text.data + piece->ins, piece->ins_len
		};
		n += trim(&hunks[n], base);
	}
	if (!is_identity(hunks, n, base))
		p = patch_new(hunks, n);
	free(hunks);
	return p;
}

struct patch *patch_ref(struct patch *p)
{
	if (p)
		atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
	return p;
}

void patch_unref(struct patch *p)
{
	if (p && atomic_fetch_sub_explicit(&p->refs, 1,
					   memory_order_acq_rel) == 1)
		free(p);
}

size_t patch_count(const struct patch *p)
{
	return p ? p->count : 0;
}

struct patch_hunk patch_get(const struct patch *p, size_t i)
{
	assert(p && i < p->count);
	return p->hunks[i];
}

size_t patch_memory(const struct patch *p)
{
	return p ? sizeof(*p) + p->count * sizeof(p->hunks[0]) + p->bytes : 0;
}

bool patch_equal(const struct patch *a, const struct patch *b)
{
	size_t i;

	if (a == b)
		return true;
	if (!a || !b || a->count != b->count || a->bytes != b->bytes)
		return false;
	for (i = 0; i < a->count; i++)
		if (a->hunks[i].at != b->hunks[i].at ||
		    a->hunks[i].del != b->hunks[i].del ||
		    a->hunks[i].ins_len != b->hunks[i].ins_len)
			return false;
	return !memcmp(a->hunks + a->count, b->hunks + b->count, a->bytes);
}

static bool fits(const struct patch *p, size_t base_len)
{
	const struct patch_hunk *last;

	if (!p)
		return true;
	last = &p->hunks[p->count - 1];		/* hunks are sorted */
	return last->at <= base_len && last->del <= base_len - last->at;
}

bool patch_apply(const struct patch *p, const char *base, size_t base_len,
		 struct buf *out, struct err *err)
{
	size_t len = base_len, from = 0, i;

	if (!fits(p, base_len))
		return err_set(err, ERR_INPUT,
			       _("the change belongs to another text"));
	for (i = 0; i < patch_count(p); i++)
		len = len - p->hunks[i].del + p->hunks[i].ins_len;
	if (!buf_reserve(out, len))
		return buf_ok(out, _("the changed text"), err);
	for (i = 0; i < patch_count(p); i++) {
		const struct patch_hunk *h = &p->hunks[i];

		buf_add(out, base + from, h->at - from);
		buf_add(out, h->ins, h->ins_len);
		from = h->at + h->del;
	}
	buf_add(out, base + from, base_len - from);
	return true;
}

/*
 * Composition walks both patches through the middle text. Hunks that touch
 * there belong together; such a group becomes one replacement in the base.
 * `shift` is what to add to an offset in the base to find it in the middle:
 * arithmetic modulo 2^64, so it may well be "negative".
 */
struct group {
	size_t first, first_end;	/* hunks of the first patch */
	size_t then, then_end;		/* hunks of the second */
	size_t start, end;		/* in the middle text */
	size_t shift, shift_end;	/* before and behind the group */
};

/* Find the group that starts at hunks g->first and g->then. */
static void gather(struct group *g, const struct patch *first,
		   const struct patch *then)
{
	size_t a = SIZE_MAX, b = SIZE_MAX, end;

	g->first_end = g->first;
	g->then_end = g->then;
	g->shift_end = g->shift;
	if (g->first < patch_count(first))
		a = first->hunks[g->first].at + g->shift;
	if (g->then < patch_count(then))
		b = then->hunks[g->then].at;
	g->start = g->end = a < b ? a : b;
	for (;;) {
		const struct patch_hunk *h;

		if (g->first_end < patch_count(first) &&
		    first->hunks[g->first_end].at + g->shift_end <= g->end) {
			h = &first->hunks[g->first_end++];
			end = h->at + g->shift_end + h->ins_len;
			g->shift_end += h->ins_len - h->del;
		} else if (g->then_end < patch_count(then) &&
			   then->hunks[g->then_end].at <= g->end) {
			h = &then->hunks[g->then_end++];
			end = h->at + h->del;
		} else {
			return;
		}
		if (end > g->end)
			g->end = end;
	}
}

/* Put the group's part of the middle text into mid. */
static void group_middle(const struct group *g, const struct patch *first,
			 const char *base, struct buf *mid)
{
	size_t from = g->start - g->shift, i;

	buf_clear(mid);
	for (i = g->first; i < g->first_end; i++) {
		const struct patch_hunk *h = &first->hunks[i];

		buf_add(mid, base + from, h->at - from);
		buf_add(mid, h->ins, h->ins_len);
		from = h->at + h->del;
	}
	buf_add(mid, base + from, g->end - g->shift_end - from);
}

static void group_add(const struct group *g, const struct patch *then,
		      const struct buf *mid, struct buf *text,
		      struct patch_builder *pb)
{
	size_t from = g->start, i;

	buf_clear(text);
	for (i = g->then; i < g->then_end; i++) {
		const struct patch_hunk *h = &then->hunks[i];

		buf_add(text, mid->data + (from - g->start), h->at - from);
		buf_add(text, h->ins, h->ins_len);
		from = h->at + h->del;
	}
	buf_add(text, mid->data + (from - g->start), g->end - from);
	patch_builder_add(pb, g->start - g->shift,
			  g->end - g->shift_end - (g->start - g->shift),
			  text->data, text->len);
}

struct patch *patch_compose(const struct patch *first, const struct patch *then,
			    const char *base, size_t base_len)
{
	struct patch_builder *pb = patch_builder_new();
	struct group g = { 0 };
	struct buf mid, text;
	struct patch *p;

	assert(fits(first, base_len));
	buf_init_max(&mid, BUF_CAP_MAX);
	buf_init_max(&text, BUF_CAP_MAX);
	while (g.first < patch_count(first) || g.then < patch_count(then)) {
		gather(&g, first, then);
		assert(g.end - g.shift_end <= base_len);
		group_middle(&g, first, base, &mid);
		group_add(&g, then, &mid, &text, pb);
		g.first = g.first_end;
		g.then = g.then_end;
		g.shift = g.shift_end;
	}
	p = patch_builder_finish(pb, base, base_len);
	patch_builder_free(pb);
	buf_release(&mid);
	buf_release(&text);
	return p;
}

struct patch *patch_between(const char *base, size_t base_len,
			    const char *text, size_t len)
{
	struct patch_hunk h = { 0, base_len, text, len };

	return trim(&h, base) ? patch_new(&h, 1) : NULL;
}

/*
 * The encoded form: the number of hunks, then for each the distance from the
 * end of the one before it, the bytes that go, the bytes that come, and these.
 * Numbers are LEB128, in as few bytes as they need.
 */
#define VARINT_MAX 10

static void put_number(struct buf *out, size_t n)
{
	for (; n >= 0x80; n >>= 7)
		buf_addc(out, (char)(n | 0x80));
	buf_addc(out, (char)n);
}

void patch_encode(const struct patch *p, struct buf *out)
{
	size_t end = 0, i;

	put_number(out, patch_count(p));
	for (i = 0; i < patch_count(p); i++) {
		const struct patch_hunk *h = &p->hunks[i];

		put_number(out, h->at - end);
		put_number(out, h->del);
		put_number(out, h->ins_len);
		buf_add(out, h->ins, h->ins_len);
		end = h->at + h->del;
	}
}

struct reader {
	const char *at, *end;
};

static bool get_number(struct reader *r, size_t *n)
{
	uint64_t value = 0;
	unsigned shift = 0;

	while (r->at < r->end) {
		uint64_t byte = (unsigned char)*r->at++;

		if (shift >= 7 * (VARINT_MAX - 1) && byte > 1)
			return false;		/* over 64 bits */
		value |= (byte & 0x7F) << shift;
		shift += 7;
		if (byte & 0x80)
			continue;
		*n = (size_t)value;
		return value <= SIZE_MAX &&
		       (byte || shift == 7);	/* no idle zeroes at the end */
	}
	return false;
}

/* Read one hunk; *end is where the one before it ended, and moves on. */
static bool get_hunk(struct reader *r, size_t base_len, bool first,
		     size_t *end, struct patch_hunk *h)
{
	size_t gap;

	if (!get_number(r, &gap) || !get_number(r, &h->del) ||
	    !get_number(r, &h->ins_len))
		return false;
	if ((!gap && !first) || gap > base_len - *end)
		return false;
	h->at = *end + gap;
	if (h->del > base_len - h->at || (!h->del && !h->ins_len) ||
	    h->ins_len > (size_t)(r->end - r->at))
		return false;
	h->ins = r->at;
	r->at += h->ins_len;
	*end = h->at + h->del;
	return true;
}

#define HUNK_LEAST 3	/* bytes an encoded hunk takes at least */

bool patch_decode(const char *bytes, size_t len, size_t base_len,
		  struct patch **out, struct err *err)
{
	struct reader r = { bytes, bytes + len };
	struct patch_hunk *hunks = NULL;
	size_t count, end = 0, i;
	bool ok = false;

	if (!get_number(&r, &count) ||
	    count > (size_t)(r.end - r.at) / HUNK_LEAST)
		goto out;
	hunks = mem_zalloc(count, sizeof(*hunks));
	for (i = 0; i < count; i++)
		if (!get_hunk(&r, base_len, i == 0, &end, &hunks[i]))
			goto out;
	ok = r.at == r.end;
	if (ok)
		*out = patch_new(hunks, count);
out:
	if (!ok)
		err_set(err, ERR_INPUT, _("the stored change is damaged"));
	free(hunks);
	return ok;
}
