#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/codec.h"
#include "base/mem.h"
#include "gen.h"

void text_number(struct buf *out, uint64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	buf_add(out, digits + at, sizeof(digits) - at);
}

static char *put_digits(char *to, uint64_t n, int width)
{
	for (int i = width; i-- > 0; n /= 10)
		to[i] = (char)('0' + n % 10);
	return to + width;
}

void text_time(struct buf *out, int64_t us)
{
	/* The days by Howard Hinnant's civil_from_days(). */
	int64_t z = us / 86400000000 + 719468;
	uint64_t in_day = (uint64_t)(us % 86400000000);
	uint64_t era = (uint64_t)z / 146097, doe = (uint64_t)z % 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint64_t mp = (5 * doy + 2) / 153, month = mp < 10 ? mp + 3 : mp - 9;
	uint64_t year = yoe + era * 400 + (month <= 2);
	char text[32], *p = put_digits(text, year, 4);

	*p++ = '-';
	p = put_digits(p, month, 2);
	*p++ = '-';
	p = put_digits(p, doy - (153 * mp + 2) / 5 + 1, 2);
	*p++ = 'T';
	p = put_digits(p, in_day / 3600000000, 2);
	*p++ = ':';
	p = put_digits(p, in_day / 60000000 % 60, 2);
	*p++ = ':';
	p = put_digits(p, in_day / 1000000 % 60, 2);
	*p++ = '.';
	p = put_digits(p, in_day % 1000000, 6);
	*p++ = 'Z';
	buf_add(out, text, (size_t)(p - text));
}

void text_uuid(struct rng *r, struct buf *out)
{
	uint64_t half[2] = {rng_next(r), rng_next(r)};
	struct uuid u;

	memcpy(u.b, half, sizeof(u.b));
	u.b[6] = (uint8_t)((u.b[6] & 0x0F) | 0x40);
	u.b[8] = (uint8_t)((u.b[8] & 0x3F) | 0x80);
	base64_encode(out, u.b, sizeof(u.b));
}

/*
 * The sizes of records in real snapshots: how many per million are smaller
 * than this. Between two entries the logarithm is even.
 */
size_t text_target(struct rng *r)
{
	static const struct { double share, size; } sizes[] = {
		{0, 1750},	    {.10, 2050},    {.50, 3200},
		{.90, 6300},	    {.99, 25000},   {.999, 51000},
		{.99999, 700000},   {1, 2000000},
	};
	double u = (double)(rng_next(r) >> 11) / 0x1p53, t;
	size_t i = 1;

	while (u > sizes[i].share)
		i++;
	t = (u - sizes[i - 1].share) / (sizes[i].share - sizes[i - 1].share);
	return (size_t)(sizes[i - 1].size *
			pow(sizes[i].size / sizes[i - 1].size, t));
}

static const char *const words[] = {
	"amber", "basket", "carton", "delivery", "espresso", "fragile", "garden",
	"harbour", "invoice", "jacket", "kettle", "ladder", "market", "notebook",
	"orchard", "parcel", "quarter", "ribbon", "saddle", "timber", "umbrella",
	"velvet", "warehouse", "xylophone", "yellow", "zeppelin", "available",
	"backordered", "confirmed", "damaged", "expedited", "forwarded",
	"K\xc3\xb6ln", "Malm\xc3\xb6", "\xe6\x9d\xb1\xe4\xba\xac", "S\xc3\xa3o Paulo",
	"say \"when\"", "C:\\temp", "line\none", "\xf0\x9f\x93\xa6 box",
};
#define WORDS (sizeof(words) / sizeof(*words))

static void word(struct rng *r, struct buf *out)
{
	const char *w = words[rng_below(r, WORDS)];

	text_escaped(out, w, strlen(w));
}

static void item(struct rng *r, struct buf *out)
{
	uint64_t bits = rng_next(r);

	buf_adds(out, "{\"id\":");
	text_number(out, bits >> 40);
	buf_adds(out, ",\"name\":\"");
	word(r, out);
	buf_addc(out, ' ');
	word(r, out);
	buf_adds(out, "\",\"price\":");
	text_number(out, bits % 900 + 1);
	buf_adds(out, bits & 0x10000 ? ".50" : ".99");
	buf_adds(out, ",\"stock\":");
	text_number(out, bits >> 20 & 1023);
	buf_adds(out, ",\"tags\":[\"");
	word(r, out);
	buf_adds(out, "\",\"");
	word(r, out);
	buf_adds(out, "\"]}");
}

void text_json(struct rng *r, struct buf *out, size_t size, uint64_t needle)
{
	size_t from = out->len;
	uint64_t items = 0;

	buf_adds(out, "{\"items\":[");
	while (out->len - from + 190 < size) {
		if (items++)
			buf_addc(out, ',');
		item(r, out);
	}
	buf_adds(out, "],\"note\":\"");
	if (needle) {
		buf_adds(out, "NEEDLE-");
		text_number(out, needle);
		buf_addc(out, ' ');
	}
	word(r, out);
	while (out->len - from + 30 < size) {
		buf_addc(out, ' ');
		word(r, out);
	}
	buf_adds(out, "\",\"total\":");
	text_number(out, items);
	buf_addc(out, '}');
}

void text_escaped(struct buf *out, const char *s, size_t len)
{
	while (len) {
		size_t plain = 0;

		while (plain < len && s[plain] != '"' && s[plain] != '\\' &&
		       s[plain] != '\n')
			plain++;
		buf_add(out, s, plain);
		s += plain;
		len -= plain;
		if (!len)
			return;
		buf_addc(out, '\\');
		buf_addc(out, *s == '\n' ? 'n' : *s);
		s++;
		len--;
	}
}

void text_gzip_base64(struct buf *out, const char *s, size_t len)
{
	z_stream z = {0};
	size_t room = len + len / 100 + 64;
	unsigned char *to = mem_alloc(room);

	if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		mem_exhausted();
	z.next_in = (unsigned char *)s;
	z.avail_in = (unsigned)len;
	z.next_out = to;
	z.avail_out = (unsigned)room;
	deflate(&z, Z_FINISH);
	base64_encode(out, to, room - z.avail_out);
	deflateEnd(&z);
	free(to);
}

/* Texts from 100 bytes up, each 1.19 times the one before: to some 180 KB. */
void pool_fill(struct pool *p, struct rng *r)
{
	struct buf text, packed;
	double size = 100;

	buf_init(&text);
	buf_init(&packed);
	for (int i = 0; i < POOL_SIZES; i++, size *= 1.19) {
		for (int v = 0; v < POOL_VARIANTS; v++) {
			struct zipped *z = &p->body[i][v];

			buf_clear(&text);
			text_json(r, &text, (size_t)size, 0);
			text_gzip_base64(&packed, text.data, text.len);
			z->text = buf_detach(&packed, &z->len);
		}
	}
	buf_release(&packed);
	buf_release(&text);
}

void pool_release(struct pool *p)
{
	for (int i = 0; i < POOL_SIZES; i++)
		for (int v = 0; v < POOL_VARIANTS; v++)
			free(p->body[i][v].text);
}

const struct zipped *pool_take(const struct pool *p, struct rng *r, size_t size)
{
	int i = 0;

	while (i + 1 < POOL_SIZES && p->body[i + 1][0].len <= size)
		i++;
	return &p->body[i][rng_below(r, POOL_VARIANTS)];
}
