#include "config.h"

#include <string.h>

#include "edit/frameprint.h"

uint64_t fingerprint_sum(const char *text, size_t len)
{
	uint64_t h = UINT64_C(0x9E3779B97F4A7C15) ^ len, word;

	for (; len >= sizeof(word); text += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		h = (h ^ word) * UINT64_C(0xBF58476D1CE4E5B9);
		h ^= h >> 29;
	}
	word = 0;
	memcpy(&word, text, len);
	h = (h ^ word) * UINT64_C(0x94D049BB133111EB);
	return h ^ h >> 31;
}

void fingerprint_put(struct buf *out, const struct fingerprint *f)
{
	frame_put(out, f->record);
	frame_put(out, f->len << 1 | f->has_sum);
	buf_add(out, &f->uuid, sizeof(f->uuid));
	if (f->has_sum)
		buf_add(out, &f->sum, sizeof(f->sum));
}

static bool get_raw(struct frame_in *in, void *to, size_t len)
{
	if ((size_t)(in->end - in->p) < len) {
		in->bad = true;
		return false;
	}
	memcpy(to, in->p, len);
	in->p += len;
	return true;
}

bool fingerprint_get(struct frame_in *in, struct fingerprint *f)
{
	uint64_t n;

	*f = (struct fingerprint){ .record = frame_get(in) };
	n = frame_get(in);
	f->len = n >> 1;
	f->has_sum = n & 1;
	return !in->bad && get_raw(in, &f->uuid, sizeof(f->uuid)) &&
	       (!f->has_sum || get_raw(in, &f->sum, sizeof(f->sum)));
}

bool frame_prints(const char *frame, size_t len,
		  void (*fn)(void *arg, const struct fingerprint *f),
		  void *arg)
{
	struct frame_in in = { frame + (len > 0), frame + len, false };
	struct fingerprint f;
	size_t label;

	if (len == 0)
		return false;
	if (*frame != FRAME_STEP && *frame != FRAME_PAST &&
	    *frame != FRAME_FUTURE)
		return *frame == FRAME_UNDO || *frame == FRAME_REDO ||
		       *frame == FRAME_PRESENT;
	frame_get_bytes(&in, &label);
	if (!in.bad && in.p < in.end && *in.p == PART_PRINTS) {
		in.p++;
		for (uint64_t n = frame_get(&in); n > 0; n--) {
			if (!fingerprint_get(&in, &f))
				return false;
			fn(arg, &f);
		}
	}
	return !in.bad;
}
