#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/atomicfile.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "remote/awscreds.h"

#define FILE_MAX ((size_t)1 << 20)
#define ROOM ((size_t)128 << 10)

static void trim(const char **s, size_t *len)
{
	while (*len && strchr(" \t\r", (*s)[*len - 1]))
		(*len)--;
	while (*len && strchr(" \t", **s)) {
		(*s)++;
		(*len)--;
	}
}

static bool is_word(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(s, word, len);
}

static bool is_section(const char *s, size_t len, const char *profile)
{
	const char *name = s + 1;
	size_t n = len - 2;

	if (n > 8 && !memcmp(name, "profile", 7) && strchr(" \t", name[7])) {
		name += 7;
		n -= 7;
	}
	trim(&name, &n);
	return is_word(name, n, profile);
}

char *awscreds_member(const char *text, size_t len, const char *profile,
		      const char *member)
{
	bool inside = false;
	char *found = NULL;

	for (size_t at = 0; at < len;) {
		const char *line = text + at;
		const char *nl = memchr(line, '\n', len - at), *equals, *value;
		size_t n = nl ? (size_t)(nl - line) : len - at, k;

		at += n + 1;
		/* a member of a member stands further in: none of ours */
		if (n && strchr(" \t", *line))
			continue;
		trim(&line, &n);
		if (!n || *line == '#' || *line == ';')
			continue;
		if (*line == '[') {
			inside = line[n - 1] == ']' &&
				 is_section(line, n, profile);
			continue;
		}
		equals = memchr(line, '=', n);
		if (!inside || !equals)
			continue;
		value = equals + 1;
		k = n - (size_t)(value - line);
		n = (size_t)(equals - line);
		trim(&line, &n);
		trim(&value, &k);
		if (is_word(line, n, member) && k && !memchr(value, '\0', k)) {
			if (found)
				secret_wipe(found, strlen(found));
			free(found);
			found = mem_dup(value, k);
		}
	}
	return found;
}

static void take(struct secret *to, char *text)
{
	if (!text)
		return;
	if (!to->text)
		secret_copy(to, text, strlen(text));
	secret_wipe(text, strlen(text));
	free(text);
}

static void from_file(struct awscreds *c, const char *variable,
		      const char *usual, const char *profile)
{
	const char *path = getenv(variable), *home = getenv("HOME");
	char *own = NULL;
	struct buf text;

	if (!path && home)
		path = own = path_join(home, usual);
	buf_init(&text);
	/* a buffer that grows leaves copies behind */
	buf_reserve(&text, ROOM);
	if (path && file_read(path, FILE_MAX, &text, NULL)) {
		if (!c->key) {
			c->key = awscreds_member(text.data, text.len, profile,
						 "aws_access_key_id");
			take(&c->secret, awscreds_member(text.data, text.len,
				profile, "aws_secret_access_key"));
			take(&c->token, awscreds_member(text.data, text.len,
				profile, "aws_session_token"));
		}
		if (!c->region)
			c->region = awscreds_member(text.data, text.len, profile,
						    "region");
	}
	if (text.cap)
		secret_wipe(text.data, text.cap);
	buf_release(&text);
	free(own);
}

static void from_env(struct awscreds *c)
{
	const char *key = getenv("AWS_ACCESS_KEY_ID");
	const char *secret = getenv("AWS_SECRET_ACCESS_KEY");
	const char *token = getenv("AWS_SESSION_TOKEN");

	if (!key || !*key || !secret || !*secret)
		return;
	c->key = mem_strdup(key);
	secret_copy(&c->secret, secret, strlen(secret));
	if (token && *token)
		secret_copy(&c->token, token, strlen(token));
}

bool awscreds_find(struct awscreds *out, const char *profile, struct err *err)
{
	const char *region = getenv("AWS_REGION"), *named = profile;
	char quoted[ERR_QUOTE_MAX];
	struct awscreds c = {0};

	if (!profile)
		from_env(&c);
	if (!profile)
		profile = getenv("AWS_PROFILE");
	if (!profile || !*profile)
		profile = "default";
	if (!region || !*region)
		region = getenv("AWS_DEFAULT_REGION");
	if (region && *region)
		c.region = mem_strdup(region);
	from_file(&c, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials", profile);
	from_file(&c, "AWS_CONFIG_FILE", ".aws/config", profile);
	if (c.key && c.secret.text) {
		*out = c;
		return true;
	}
	awscreds_release(&c);
	err_quote(quoted, profile, strlen(profile));
	return named
		? err_set(err, ERR_SYSTEM, _("credentials: the profile %s has no "
			  "aws_access_key_id and aws_secret_access_key"), quoted)
		: err_set(err, ERR_SYSTEM, _("credentials: neither "
			  "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set, "
			  "nor has the profile %s any"), quoted);
}

void awscreds_release(struct awscreds *c)
{
	free(c->key);
	free(c->region);
	secret_release(&c->secret);
	secret_release(&c->token);
	*c = (struct awscreds){0};
}
