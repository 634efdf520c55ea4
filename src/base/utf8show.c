/*
 * What a terminal may be given. Where libraries and terminals are known to
 * disagree about a character's width, a mark is shown in its place: a screen
 * whose columns are wrong is worse than an emoji in angle brackets.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

#include "base/utf8.h"

#define VARIATION_SELECTOR_16 0xFE0F

struct range {
	uint32_t first, last;
};

/*
 * Characters that are assigned and no format characters, and yet not fit to
 * be shown: invisible ones (Default_Ignorable_Code_Point), and those whose
 * width depends on the terminal or on what stands beside them.
 */
static const struct range unfit[] = {
	{ 0x034F, 0x034F },	/* combining grapheme joiner */
	{ 0x115F, 0x1160 },	/* Hangul fillers */
	{ 0x17B4, 0x17B5 },	/* Khmer inherent vowels */
	{ 0x180B, 0x180F },	/* Mongolian variation selectors */
	{ 0x302E, 0x302F },	/* Hangul tone marks: 0, 1 or 2 columns */
	{ 0x3164, 0x3164 },	/* Hangul filler */
	{ 0x3248, 0x324F },	/* circled numbers: 1 or 2 columns */
	{ 0x4DC0, 0x4DFF },	/* hexagrams: 1, from Unicode 16 on 2 columns */
	{ 0xFE00, 0xFE0F },	/* variation selectors */
	{ 0xFFA0, 0xFFA0 },	/* halfwidth Hangul filler */
	{ 0x16FF0, 0x16FF1 },	/* Vietnamese reading marks: 1 or 2 columns */
	{ 0x1F1E6, 0x1F1FF },	/* regional indicators: two may become a flag */
	{ 0x1F3FB, 0x1F3FF },	/* skin tones: may melt into what is before */
	{ 0xE0100, 0xE01EF },	/* variation selectors */
};

static bool is_unfit(uint32_t cp)
{
	size_t low = 0, high = sizeof(unfit) / sizeof(unfit[0]);

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (cp > unfit[mid].last)
			low = mid + 1;
		else if (cp < unfit[mid].first)
			high = mid;
		else
			return true;
	}
	return false;
}

/* Hangul vowels and final consonants that join the syllable before them. */
static bool is_joining_jamo(uint32_t cp)
{
	return (cp >= 0x1160 && cp <= 0x11FF) ||
	       (cp >= 0xD7B0 && cp <= 0xD7FB);
}

int utf8_cp_width(uint32_t cp)
{
	const utf8proc_property_t *property;

	if (cp < 0x7F)
		return cp < 0x20 ? -1 : 1;
	if (cp < 0xA0 || cp > 0x10FFFF || is_unfit(cp))
		return -1;
	property = utf8proc_get_property((utf8proc_int32_t)cp);
	switch (property->category) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return -1;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_ME:
		return 0;
	case UTF8PROC_CATEGORY_MC:
		return 1;	/* as wcwidth() has it */
	default:
		break;
	}
	if (is_joining_jamo(cp))
		return 0;
	return property->charwidth == 2 ? 2 : property->charwidth == 1 ? 1 : -1;
}

static int boundclass(uint32_t cp)
{
	return (int)utf8proc_get_property((utf8proc_int32_t)cp)->boundclass;
}

/* Whether a vowel or final joins what stands before it (UAX 29, GB7, GB8). */
static bool jamo_joins(uint32_t before, uint32_t cp)
{
	int b = boundclass(before);

	if (boundclass(cp) == UTF8PROC_BOUNDCLASS_V)
		return b == UTF8PROC_BOUNDCLASS_L ||
		       b == UTF8PROC_BOUNDCLASS_V ||
		       b == UTF8PROC_BOUNDCLASS_LV;
	return b == UTF8PROC_BOUNDCLASS_V || b == UTF8PROC_BOUNDCLASS_T ||
	       b == UTF8PROC_BOUNDCLASS_LV || b == UTF8PROC_BOUNDCLASS_LVT;
}

/* Whether a character could join the one before it, whatever that is. */
static bool may_join(uint32_t cp)
{
	return cp == VARIATION_SELECTOR_16 ||
	       (cp != UTF8_BAD && cp >= 0x300 && utf8_cp_width(cp) == 0);
}

/* Whether cp joins `before`, the last character of a cluster so far. */
static bool joins(uint32_t before, uint32_t cp)
{
	if (cp == UTF8_BAD || cp < 0x300)
		return false;
	if (cp == VARIATION_SELECTOR_16)	/* an emoji that stays as it is */
		return utf8_cp_width(before) == 2 && boundclass(before) ==
			UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
	if (is_joining_jamo(cp))
		return utf8_cp_width(cp) == 0 && jamo_joins(before, cp);
	return utf8_cp_width(cp) == 0;
}

static void show_mark(struct utf8_cluster *out, const char *s, uint32_t cp)
{
	unsigned char c = (unsigned char)*s;
	int n;

	if (cp == UTF8_BAD)
		n = snprintf(out->shown, sizeof(out->shown), "<%02x>", c);
	else if (cp < 0x20 || cp == 0x7F)
		n = snprintf(out->shown, sizeof(out->shown), "^%c", c ^ 0x40);
	else
		n = snprintf(out->shown, sizeof(out->shown), "<U+%04X>",
			     (unsigned)cp);
	out->shown_len = (uint8_t)n;
	out->width = (uint8_t)n;
	out->escaped = true;
}

static void show_bytes(struct utf8_cluster *out, const char *s, size_t len,
		       int width)
{
	memcpy(out->shown, s, len);
	out->shown[len] = '\0';
	out->shown_len = (uint8_t)len;
	out->width = (uint8_t)width;
	out->escaped = false;
}

size_t utf8_cluster(const char *s, size_t len, struct utf8_cluster *out)
{
	uint32_t cp, before;
	size_t n, step;
	int width, joined;

	n = utf8_decode(s, len, &cp);
	if (cp == UTF8_BAD) {
		show_mark(out, s, cp);
		return 1;	/* the other bytes of the subpart follow alone */
	}
	width = utf8_cp_width(cp);
	if (width <= 0) {
		show_mark(out, s, cp);
		return n;
	}
	for (joined = 0; joined < UTF8_JOINED_MAX && n < len; joined++) {
		if (!((unsigned char)s[n] & 0x80))
			break;
		before = cp;
		step = utf8_decode(s + n, len - n, &cp);
		if (!joins(before, cp))
			break;
		n += step;
	}
	show_bytes(out, s, n, width);
	return n;
}

/* Printable ASCII at the start that nothing can join: the common case. */
static size_t plain_run(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= 0x20 && s[n] < 0x7F)
		n++;
	if (n && n < len && (unsigned char)s[n] & 0x80)
		n--;
	return n;
}

size_t utf8_fit(const char *s, size_t len, size_t max, size_t *cols)
{
	struct utf8_cluster c;
	size_t at = 0, used = 0, run, step;

	while (at < len) {
		/* Look no further than fits, and one byte that could join: the
		 * rows of a long line are asked for one by one. */
		run = len - at;
		if (run > max - used && max - used < SIZE_MAX)
			run = max - used + 1;
		run = plain_run(s + at, run);
		if (run > max - used)
			run = max - used;
		at += run;
		used += run;
		if (at == len)
			break;
		step = utf8_cluster(s + at, len - at, &c);
		if (c.width > max - used)
			break;
		at += step;
		used += c.width;
	}
	if (cols)
		*cols = used;
	return at;
}

size_t utf8_columns(const char *s, size_t len)
{
	size_t cols;

	utf8_fit(s, len, SIZE_MAX, &cols);
	return cols;
}

/* The start of the character, or of the stray byte, that at lies in. */
static size_t char_start(const char *s, size_t len, size_t at)
{
	uint32_t cp;
	size_t back;

	for (back = 0; back <= at && back < 4; back++) {
		const char *p = s + at - back;

		if (((unsigned char)*p & 0xC0) == 0x80)
			continue;
		if (utf8_decode(p, len - (at - back), &cp) > back &&
		    cp != UTF8_BAD)
			return at - back;
		break;
	}
	return at;
}

/*
 * The start of the cluster that at (< len) lies in. What stands before decides
 * whether a mark joined, so go back to a character that joins nothing, and
 * forward from there. A character with UTF8_JOINED_MAX others that might join
 * before it, and it too, is alone wherever the row began.
 */
static size_t cluster_start(const char *s, size_t len, size_t at)
{
	size_t from = char_start(s, len, at), goal = from, next;
	struct utf8_cluster c;
	uint32_t cp;
	int seen;

	for (seen = 0; from > 0; seen++) {
		utf8_decode(s + from, len - from, &cp);
		if (!may_join(cp))
			break;
		if (seen > UTF8_JOINED_MAX)
			return goal;
		from = char_start(s, len, from - 1);
	}
	for (;;) {
		next = from + utf8_cluster(s + from, len - from, &c);
		if (next > goal)
			return from;
		from = next;
	}
}

size_t utf8_prev(const char *s, size_t len, size_t at)
{
	if (at > len)
		at = len;
	return at ? cluster_start(s, len, at - 1) : 0;
}

size_t utf8_next(const char *s, size_t len, size_t at)
{
	struct utf8_cluster c;
	size_t from;

	if (at >= len)
		return len;
	from = cluster_start(s, len, at);
	return from + utf8_cluster(s + from, len - from, &c);
}

void utf8_visible(struct buf *out, const char *s, size_t len, bool keep_lines)
{
	struct utf8_cluster c;
	size_t at = 0, run;

	while (at < len) {
		run = plain_run(s + at, len - at);
		buf_add(out, s + at, run);
		at += run;
		if (at == len)
			break;
		if (keep_lines && (s[at] == '\n' || s[at] == '\t')) {
			buf_addc(out, s[at++]);
			continue;
		}
		at += utf8_cluster(s + at, len - at, &c);
		buf_add(out, c.shown, c.shown_len);
	}
}
