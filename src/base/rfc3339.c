#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/codec.h"

#define NS_PER_SECOND INT64_C(1000000000)
#define SECONDS_PER_DAY INT64_C(86400)
#define NS_DIGITS 9

static bool is_leap_year(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return days[month - 1] + (month == 2 && is_leap_year(year));
}

/*
 * Days since 1970-01-01 in the proleptic Gregorian calendar, and back. Years
 * are taken to begin in March, so that the leap day is the last one; an era is
 * 400 years of 146097 days. (H. Hinnant, chrono-compatible date algorithms.)
 */
static int64_t days_from_date(int year, int month, int day)
{
	int64_t y = year - (month <= 2), era, year_of_era, day_of_year;

	era = (y >= 0 ? y : y - 399) / 400;
	year_of_era = y - era * 400;
	day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 +
		      day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 -
	       year_of_era / 100 + day_of_year - 719468;
}

static void date_from_days(int64_t days, int *year, int *month, int *day)
{
	int64_t era, day_of_era, year_of_era, day_of_year, m;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	day_of_era = days - era * 146097;
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
		       day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 -
				    year_of_era / 100);
	m = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(year_of_era + era * 400 + (*month <= 2));
}

struct reader {
	const char *at, *end;
};

/* Exactly n digits. */
static bool get_digits(struct reader *r, int n, int *value)
{
	*value = 0;
	for (; n; n--) {
		if (r->at == r->end || *r->at < '0' || *r->at > '9')
			return false;
		*value = *value * 10 + (*r->at++ - '0');
	}
	return true;
}

static bool get_char(struct reader *r, char upper, char lower)
{
	if (r->at == r->end || (*r->at != upper && *r->at != lower))
		return false;
	r->at++;
	return true;
}

static bool get_fraction(struct reader *r, int64_t *ns, int *digits)
{
	int n = 0;

	*ns = 0;
	*digits = 0;
	if (!get_char(r, '.', '.'))
		return true;
	for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
		if (n == NS_DIGITS)
			continue;
		*ns = *ns * 10 + (*r->at - '0');
		n++;
	}
	*digits = n;
	if (!n)
		return false;
	for (; n < NS_DIGITS; n++)
		*ns *= 10;
	return true;
}

/* Seconds east of UTC. */
static bool get_offset(struct reader *r, int *seconds)
{
	int hour, minute, sign;

	*seconds = 0;
	if (get_char(r, 'Z', 'z'))
		return true;
	if (get_char(r, '+', '+'))
		sign = 1;
	else if (get_char(r, '-', '-'))
		sign = -1;
	else
		return false;
	if (!get_digits(r, 2, &hour) || !get_char(r, ':', ':') ||
	    !get_digits(r, 2, &minute) || hour > 23 || minute > 59)
		return false;
	*seconds = sign * (hour * 3600 + minute * 60);
	return true;
}

/* Whether a second begins a month, UTC: where a leap second has its place. */
static bool begins_month(int64_t seconds)
{
	int year, month, day;

	if (seconds % SECONDS_PER_DAY)
		return false;
	date_from_days(seconds / SECONDS_PER_DAY, &year, &month, &day);
	return day == 1;
}

/* The number of two digits; a number over 99 when one is none. */
static unsigned two(const char *s)
{
	unsigned tens = (unsigned char)s[0] - (unsigned)'0';
	unsigned ones = (unsigned char)s[1] - (unsigned)'0';

	return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/* A time of our days in UTC, as most are, at once. False: it may still be one
 * of another kind. */
static bool parse_usual(const char *s, size_t len, int64_t *ns, int *digits)
{
	unsigned century, year, month, day, hour, minute, second;
	int64_t fraction = 0;
	size_t at = 20;

	if (len < 20 || len > 30 || s[len - 1] != 'Z' || s[4] != '-' ||
	    s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' ||
	    (len > 20 && (s[19] != '.' || len == 21)))
		return false;
	century = two(s);
	year = two(s + 2);
	month = two(s + 5);
	day = two(s + 8);
	hour = two(s + 11);
	minute = two(s + 14);
	second = two(s + 17);
	if (century < 20 || century > 21 || year > 99 || month < 1 ||
	    month > 12 || day < 1 || day > 28 || hour > 23 || minute > 59 ||
	    second > 59)
		return false;
	for (; at + 1 < len; at++) {
		unsigned digit = (unsigned char)s[at] - (unsigned)'0';

		if (digit > 9)
			return false;
		fraction = fraction * 10 + digit;
	}
	if (digits)
		*digits = (int)(at - 20);
	for (; at < 20 + NS_DIGITS; at++)
		fraction *= 10;
	*ns = (days_from_date((int)(century * 100 + year), (int)month,
			      (int)day) * SECONDS_PER_DAY +
	       hour * 3600 + minute * 60 + second) * NS_PER_SECOND + fraction;
	return true;
}

bool rfc3339_parse(const char *s, size_t len, int64_t *ns, int *digits)
{
	struct reader r = { s, s + len };
	int year, month, day, hour, minute, second, offset, n;
	int64_t seconds, fraction, value;

	if (parse_usual(s, len, ns, digits))
		return true;
	if (!get_digits(&r, 4, &year) || !get_char(&r, '-', '-') ||
	    !get_digits(&r, 2, &month) || !get_char(&r, '-', '-') ||
	    !get_digits(&r, 2, &day) || !get_char(&r, 'T', 't') ||
	    !get_digits(&r, 2, &hour) || !get_char(&r, ':', ':') ||
	    !get_digits(&r, 2, &minute) || !get_char(&r, ':', ':') ||
	    !get_digits(&r, 2, &second) || !get_fraction(&r, &fraction, &n) ||
	    !get_offset(&r, &offset) || r.at != r.end)
		return false;
	if (month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(year, month) || hour > 23 || minute > 59 ||
	    second > 60)
		return false;
	seconds = days_from_date(year, month, day) * SECONDS_PER_DAY +
		  hour * 3600 + minute * 60 + second - offset;
	if (second == 60 && !begins_month(seconds))
		return false;
	if (seconds < 0 && fraction) {	/* the product alone must fit, too */
		seconds++;
		fraction -= NS_PER_SECOND;
	}
	if (__builtin_mul_overflow(seconds, NS_PER_SECOND, &value) ||
	    __builtin_add_overflow(value, fraction, &value))
		return false;
	*ns = value;
	if (digits)
		*digits = n;
	return true;
}

void rfc3339_format(char out[RFC3339_MAX], int64_t ns, int digits)
{
	int64_t seconds = ns / NS_PER_SECOND, fraction = ns % NS_PER_SECOND;
	int64_t days, second;
	int year, month, day, n;

	if (fraction < 0) {
		fraction += NS_PER_SECOND;
		seconds--;
	}
	days = seconds / SECONDS_PER_DAY;
	second = seconds % SECONDS_PER_DAY;
	if (second < 0) {
		second += SECONDS_PER_DAY;
		days--;
	}
	date_from_days(days, &year, &month, &day);
	n = snprintf(out, RFC3339_MAX, "%04d-%02d-%02dT%02d:%02d:%02d.%09d",
		     year, month, day, (int)(second / 3600),
		     (int)(second / 60 % 60), (int)(second % 60),
		     (int)fraction);
	if (digits < NS_DIGITS)
		n -= NS_DIGITS - (digits > 0 ? digits : 0);
	if (digits <= 0)
		n--;			/* the dot */
	memcpy(out + n, "Z", 2);
}
