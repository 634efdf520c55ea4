/* What can be read off an answer, and the words for one that was not wanted. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "remote/transfer.h"

#define SERVER_WORDS_MAX 160	/* bytes of a server's own message */

void transfer_answer_init(struct transfer_answer *a)
{
	*a = (struct transfer_answer){.total = UINT64_MAX};
	buf_init_max(&a->body, TRANSFER_TEXT_MAX);
	buf_init_max(&a->headers, TRANSFER_HEADERS_MAX);
}

void transfer_answer_release(struct transfer_answer *a)
{
	buf_release(&a->body);
	buf_release(&a->headers);
	free(a->url);
	free(a->validator);
	transfer_answer_init(a);
}

bool transfer_header(const struct transfer_answer *a, const char *name,
		     char *out, size_t max)
{
	size_t len = strlen(name), at = 0;
	const char *value = NULL;
	size_t value_len = 0;

	while (at < a->headers.len) {
		const char *line = a->headers.data + at;
		const char *nl = memchr(line, '\n', a->headers.len - at);
		size_t n = nl ? (size_t)(nl - line) : a->headers.len - at;

		at += n + 1;
		if (n <= len || line[len] != ':' ||
		    !utf8_ascii_ieq(line, len, name, len))
			continue;
		value = line + len + 1;
		value_len = n - len - 1;
	}
	while (value_len && (*value == ' ' || *value == '\t')) {
		value++;
		value_len--;
	}
	while (value_len && strchr(" \t\r", value[value_len - 1]))
		value_len--;
	if (!value || value_len >= max)
		return false;
	for (size_t i = 0; i < value_len; i++)
		if ((unsigned char)value[i] < ' ' || value[i] == 0x7f)
			return false;
	memcpy(out, value, value_len);
	out[value_len] = '\0';
	return true;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" and
 * "Sun Nov  6 08:49:37 1994". Month names are English whatever the locale. */
static bool month_of(const char *word, int *month)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (!strncasecmp(word, names + 3 * i, 3)) {
			*month = i;
			return true;
		}
	return false;
}

int64_t transfer_parse_date(const char *text)
{
	int day, year, hour, minute, second;
	struct tm tm = {0};
	char month[4];
	const char *comma = strchr(text, ',');
	bool ok;

	if (comma && sscanf(comma + 1, " %2d %3s %4d %2d:%2d:%2d GMT", &day,
			    month, &year, &hour, &minute, &second) == 6)
		ok = true;
	else if (comma && sscanf(comma + 1, " %2d-%3s-%2d %2d:%2d:%2d GMT", &day,
				 month, &year, &hour, &minute, &second) == 6)
		ok = true;
	else
		ok = sscanf(text, "%*3s %3s %2d %2d:%2d:%2d %4d", month, &day,
			    &hour, &minute, &second, &year) == 6;
	if (!ok || !month_of(month, &tm.tm_mon))
		return INT64_MIN;
	if (year < 100)		/* RFC 9110 5.6.7: not far in the future */
		year += year < 70 ? 2000 : 1900;
	if (year < 1970 || year > 2200 || day < 1 || day > 31 || hour < 0 ||
	    hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return INT64_MIN;
	tm.tm_year = year - 1900;
	tm.tm_mday = day;
	tm.tm_hour = hour;
	tm.tm_min = minute;
	tm.tm_sec = second;
	return (int64_t)timegm(&tm) * 1000000000;
}

int64_t transfer_date(const struct transfer_answer *a)
{
	char text[TRANSFER_VALUE_MAX];

	return transfer_header(a, "Date", text, sizeof(text))
		? transfer_parse_date(text) : INT64_MIN;
}

int transfer_retry_after(const struct transfer_answer *a)
{
	char text[TRANSFER_VALUE_MAX], *end;
	int64_t until, now;
	unsigned long n;

	if (!transfer_header(a, "Retry-After", text, sizeof(text)))
		return -1;
	if (isdigit((unsigned char)*text)) {
		errno = 0;
		n = strtoul(text, &end, 10);
		return *end ? -1 : errno || n > 1000000 ? 1000000 : (int)n;
	}
	until = transfer_parse_date(text);
	now = transfer_date(a);
	if (until == INT64_MIN)
		return -1;
	if (now == INT64_MIN)
		now = (int64_t)time(NULL) * 1000000000;
	return until <= now ? 0 : (int)((until - now) / 1000000000 + 1);
}

const char *transfer_host(char out[ERR_QUOTE_MAX], const char *url)
{
	const char *host = strstr(url, "://");
	size_t len, at;

	host = host ? host + 3 : url;
	len = strcspn(host, "/?#");
	for (at = 0; at < len; at++)	/* a user and password are no host */
		if (host[at] == '@') {
			host += at + 1;
			len -= at + 1;
			at = (size_t)-1;
		}
	return err_quote(out, host, len);
}

/* The text between <Message> and its end, or in "message": "...". */
static const char *find_words(const struct buf *body, size_t *len)
{
	static const struct { const char *from, *to; } marks[] = {
		{"<Message>", "</Message>"},		/* S3 */
		{"<s:message>", "</s:message>"},	/* Nextcloud */
		{"\"message\":\"", "\""},
		{"\"errorMessage\":\"", "\""},
		{"\"error_description\":\"", "\""},
		{"<title>", "</title>"},
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *from = memmem(body->data, body->len, marks[i].from,
					  strlen(marks[i].from)), *to;

		if (!from)
			continue;
		from += strlen(marks[i].from);
		to = memmem(from, body->len - (size_t)(from - body->data),
			    marks[i].to, strlen(marks[i].to));
		if (to && to > from && to - from <= SERVER_WORDS_MAX) {
			*len = (size_t)(to - from);
			return from;
		}
	}
	return NULL;
}

static const char *words_of(int status)
{
	switch (status) {
	case 400:
		return _("the server does not understand the request");
	case 401:
		return _("the server wants other credentials");
	case 403:
		return _("the server does not permit it");
	case 404:
	case 410:
		return _("it is not there");
	case 405:
	case 501:
		return _("the server cannot do that");
	case 407:
		return _("the proxy wants credentials");
	case 408:
	case 504:
		return _("the server gave up waiting");
	case 409:
		return _("the server says that it conflicts with what is there");
	case 412:
		return _("it was changed on the server meanwhile");
	case 413:
		return _("it is too large for the server");
	case 423:
		return _("another one has locked it");
	case 429:
		return _("too many requests; the server wants a pause");
	case 502:
	case 503:
		return _("the server is not available now");
	case 507:
		return _("the server has no room for it (quota)");
	}
	if (status >= 300 && status < 400)
		return _("the server sends us elsewhere, and too often or where "
			 "we do not go");
	if (status >= 500)
		return _("the server failed");
	return _("the answer was not expected");
}

static enum err_code code_of(int status)
{
	switch (status) {
	case 404:
	case 410:
		return ERR_NOTARGET;
	case 409:
	case 412:
	case 423:
		return ERR_CONFLICT;
	case 413:
		return ERR_LIMIT;
	default:
		return ERR_SYSTEM;
	}
}

bool transfer_refused(const struct transfer_answer *a, const char *what,
		      struct err *err)
{
	char host[ERR_QUOTE_MAX], words[ERR_QUOTE_MAX];
	size_t len = 0;
	const char *theirs = find_words(&a->body, &len);

	transfer_host(host, a->url ? a->url : "");
	if (theirs)
		return err_set(err, code_of(a->status), "%s: %s: %s (%d: %s)",
			       what, host, words_of(a->status), a->status,
			       err_quote(words, theirs, len));
	return err_set(err, code_of(a->status), "%s: %s: %s (%d)", what, host,
		       words_of(a->status), a->status);
}
