#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "rrpair/secret.h"

enum alphabet { UPPER_DIGIT, ALNUM, TOKEN, BASE64 };

struct shape {
	const char *prefix;
	enum alphabet alphabet;
	size_t min, max;	/* characters of the tail */
	const char *kind;
};

/*
 * Prefixes and lengths as the issuers document them for secret scanning. The
 * longer prefix of two stands first.
 */
static const struct shape shapes[] = {
	{ "-----BEGIN RSA PRIVATE KEY-----", BASE64, 0, 0, N_("private key") },
	{ "-----BEGIN EC PRIVATE KEY-----", BASE64, 0, 0, N_("private key") },
	{ "-----BEGIN OPENSSH PRIVATE KEY-----", BASE64, 0, 0,
	  N_("private key") },
	{ "-----BEGIN PRIVATE KEY-----", BASE64, 0, 0, N_("private key") },
	{ "AKIA", UPPER_DIGIT, 16, 16, N_("AWS access key id") },
	{ "ASIA", UPPER_DIGIT, 16, 16, N_("AWS access key id") },
	{ "AIza", TOKEN, 35, 35, N_("Google API key") },
	{ "github_pat_", TOKEN, 40, 255, N_("GitHub token") },
	{ "ghp_", ALNUM, 36, 255, N_("GitHub token") },
	{ "gho_", ALNUM, 36, 255, N_("GitHub token") },
	{ "ghs_", ALNUM, 36, 255, N_("GitHub token") },
	{ "glpat-", TOKEN, 20, 64, N_("GitLab token") },
	{ "npm_", ALNUM, 36, 36, N_("npm token") },
	{ "sk-ant-", TOKEN, 32, 255, N_("Anthropic API key") },
	{ "sk-proj-", TOKEN, 32, 255, N_("OpenAI API key") },
	{ "sk-", ALNUM, 40, 64, N_("API key") },
	{ "sk_live_", ALNUM, 16, 255, N_("Stripe key") },
	{ "rk_live_", ALNUM, 16, 255, N_("Stripe key") },
	{ "whsec_", ALNUM, 24, 255, N_("webhook secret") },
	{ "xoxa-", TOKEN, 20, 255, N_("Slack token") },
	{ "xoxb-", TOKEN, 20, 255, N_("Slack token") },
	{ "xoxp-", TOKEN, 20, 255, N_("Slack token") },
	{ "xoxs-", TOKEN, 20, 255, N_("Slack token") },
	{ "SG.", TOKEN, 60, 80, N_("SendGrid API key") },
};

static bool in_alphabet(enum alphabet alphabet, unsigned char c)
{
	bool digit = c >= '0' && c <= '9';
	bool upper = c >= 'A' && c <= 'Z';
	bool lower = c >= 'a' && c <= 'z';

	switch (alphabet) {
	case UPPER_DIGIT:
		return digit || upper;
	case ALNUM:
		return digit || upper || lower;
	case TOKEN:
		return digit || upper || lower || c == '-' || c == '_' ||
		       c == '.';
	case BASE64:
		return digit || upper || lower || c == '+' || c == '/';
	}
	return false;
}

static bool shape_at(const struct shape *s, const char *bytes, size_t len,
		     size_t at, struct secret_hit *hit)
{
	size_t plen = strlen(s->prefix), n = 0;

	if (len - at < plen || memcmp(bytes + at, s->prefix, plen))
		return false;
	while (at + plen + n < len && n <= s->max &&
	       in_alphabet(s->alphabet, (unsigned char)bytes[at + plen + n]))
		n++;
	if (n < s->min || (s->max && n > s->max))
		return false;
	hit->off = at;
	hit->len = plen + (s->max ? n : 0);
	hit->kind = s->kind;
	return true;
}

bool secret_find(const char *bytes, size_t len, size_t from,
		 struct secret_hit *hit)
{
		static const char firsts[] = "-AghnrswxS";
	size_t at, i;

	for (at = from; at < len; at++) {
		if (!memchr(firsts, bytes[at], sizeof(firsts) - 1))
			continue;
		if (at && in_alphabet(TOKEN, (unsigned char)bytes[at - 1]) &&
		    bytes[at] != '-')
			continue;
		for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
			if (shapes[i].prefix[0] == bytes[at] &&
			    shape_at(&shapes[i], bytes, len, at, hit))
				return true;
	}
	return false;
}
