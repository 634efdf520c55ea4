#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "json/locate.h"

/* Exponents beyond this are all alike: no text is long enough to bring the
 * number back into the range of an int64. */
#define EXPONENT_MAX ((int64_t)1 << 40)

static int64_t parse_exponent(const char *p, const char *end)
{
	bool minus = p < end && *p == '-';
	int64_t e = 0;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	for (; p < end; p++)
		if (e < EXPONENT_MAX)
			e = e * 10 + (*p - '0');
	return minus ? -e : e;
}

/* v * 10^zeros, or false when it passes 64 bits. */
static bool scale(uint64_t *v, int64_t zeros)
{
	if (*v == 0)
		return true;
	for (; zeros > 0; zeros--)
		if (__builtin_mul_overflow(*v, (uint64_t)10, v))
			return false;
	return true;
}

/* The digits of [p, end) as *v * 10^*exp with no zero at the end of *v; the
 * point counts, the exponent part is not in [p, end). */
static bool mantissa(const char *p, const char *end, uint64_t *v, int64_t *exp)
{
	int64_t zeros = 0, fraction = 0;
	bool point = false;

	*v = 0;
	for (; p < end; p++) {
		if (*p == '.') {
			point = true;
			continue;
		}
		fraction += point;
		if (*p == '0') {
			zeros++;
			continue;
		}
		if (!scale(v, zeros + 1) ||
		    __builtin_add_overflow(*v, (uint64_t)(*p - '0'), v))
			return false;
		zeros = 0;
	}
	*exp = zeros - fraction;
	return true;
}

bool json_int64(const struct json_doc *doc, uint32_t node, int64_t *v)
{
	const struct json_node *n = &doc->nodes[node];
	const char *p = doc->text + n->off, *end = p + n->len, *e = p;
	bool minus;
	uint64_t digits;
	int64_t exp;

	if (n->type != JSON_NUMBER)
		return false;
	minus = *p == '-';
	while (e < end && *e != 'e' && *e != 'E')
		e++;
	if (!mantissa(p + minus, e, &digits, &exp))
		return false;
	if (e < end)
		exp += parse_exponent(e + 1, end);
	if ((exp < 0 && digits) || !scale(&digits, exp))
		return false;
	if (digits > (uint64_t)INT64_MAX + minus)
		return false;
	*v = minus ? (int64_t)(0 - digits) : (int64_t)digits;
	return true;
}

bool json_double(const struct json_doc *doc, uint32_t node, double *v)
{
	const struct json_node *n = &doc->nodes[node];
	char small[64];
	char *text = small;
	locale_t c;

	if (n->type != JSON_NUMBER)
		return false;
	/* The user's locale may write a comma where JSON has a point. */
	c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (c == (locale_t)0)
		return false;
	if (n->len < sizeof(small)) {
		memcpy(small, doc->text + n->off, n->len);
		small[n->len] = '\0';
	} else {
		text = mem_dup(doc->text + n->off, n->len);
	}
	*v = strtod_l(text, NULL, c);
	freelocale(c);
	if (text != small)
		free(text);
	return true;
}
