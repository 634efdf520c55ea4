#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/utf8.h"
#include "remote/remoteconf.h"

#define URL_MAX ((size_t)8 << 10)
#define RETRIES_MAX 20
#define SECONDS_MAX (7 * 86400)
#define QUOTA_MAX 1000000

const char *const remote_kind_names[REMOTE_KINDS] = {
	"directory", "http", "s3", "speedctl", "microcks", "thousandeyes",
};

#define D (1u << REMOTE_DIRECTORY)
#define H (1u << REMOTE_HTTP)
#define S (1u << REMOTE_S3)
#define C (1u << REMOTE_SPEEDCTL)
#define M (1u << REMOTE_MICROCKS)
#define T (1u << REMOTE_THOUSANDEYES)
#define NET (H | S | M | T)
#define ALL (D | C | NET)

enum shape {
	TEXT, PLACE, FILE_NAME, URL, PREFIX, YES_NO, SECRET, HEADER, LOGIN,
	API_VERSION, DIGITS, QUOTA, SECONDS, COUNT, PROXY, KIND,
};

static const struct member {
	const char *key;
	enum shape shape;
	unsigned kinds;
	size_t at;
} members[] = {
#define AT(field) offsetof(struct remote_conf, field)
	{"kind", KIND, ALL, AT(kind)},
	{"path", PLACE, D, AT(path)},
	{"url", URL, NET, AT(url)},
	{"user", TEXT, H | M | T, AT(user)},
	{"password", SECRET, H | M, AT(password)},
	{"bearer", SECRET, H, AT(bearer)},
	{"token", SECRET, T, AT(token)},
	{"client-secret", SECRET, M, AT(client_secret)},
	{"header", HEADER, H, 0},
	{"bucket", TEXT, S, AT(bucket)},
	{"prefix", PREFIX, S, AT(prefix)},
	{"region", TEXT, S, AT(region)},
	{"profile", TEXT, S, AT(profile)},
	{"path-style", YES_NO, S, AT(path_style)},
	{"command", TEXT, C, AT(command)},
	{"context", TEXT, C, AT(context)},
	{"auth", LOGIN, M, AT(login)},
	{"client-id", TEXT, M, AT(client_id)},
	{"version", API_VERSION, T, AT(version)},
	{"aid", DIGITS, T, AT(aid)},
	{"quota", QUOTA, T, AT(quota)},
	{"ca-file", FILE_NAME, NET, AT(ca_file)},
	{"proxy", PROXY, NET, AT(proxy)},
	{"compress", YES_NO, D | H | S, AT(compress)},
	{"timeout", SECONDS, C | NET | D, AT(timeout_s)},
	{"retries", COUNT, C | NET | D, AT(retries)},
	{"read-only", YES_NO, ALL, AT(read_only)},
#undef AT
};

/* What one member is read with. */
struct reading {
	const struct ini_member *m;
	const char *path;	/* of the configuration, or NULL */
	bool private;
	bool secret;		/* the value must not be shown */
};

static bool bad(const struct reading *r, struct err *err, const char *why)
{
	char key[ERR_QUOTE_MAX], value[ERR_QUOTE_MAX];
	const struct ini_member *m = r->m;

	err_quote(key, m->key, strlen(m->key));
	if (r->secret)
		return err_set(err, ERR_INPUT, "%u: %s: %s", m->line, key, why);
	return err_set(err, ERR_INPUT, "%u: %s = %s: %s", m->line, key,
		       err_quote(value, m->value, strlen(m->value)), why);
}

/* ~/x is in the home directory, x beside the configuration. */
static char *resolve(const char *value, const char *conf)
{
	const char *home = getenv("HOME");
	char *dir, *path;

	if (!strncmp(value, "~/", 2) && home && home[0] == '/')
		return path_join(home, value + 2);
	if (value[0] == '/' || !conf)
		return mem_strdup(value);
	dir = path_dir(conf);
	path = path_join(dir, value);
	free(dir);
	return path;
}

static bool plain_bytes(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f)
			return false;
	return true;
}

/* NULL, or why it is no URL that we take. */
static const char *bad_url(const char *url)
{
	const char *host;

	if (!strncasecmp(url, "https://", 8))
		host = url + 8;
	else if (!strncasecmp(url, "http://", 7))
		host = url + 7;
	else
		return _("a URL with http:// or https:// was expected");
	if (strlen(url) > URL_MAX || !plain_bytes(url))
		return _("a URL without blanks was expected");
	if (!*host || *host == '/' || *host == ':')
		return _("the URL names no host");
	if (memchr(host, '@', strcspn(host, "/")))
		return _("a URL with a user or password in it; there are "
			 "members for them");
	if (strpbrk(host, "?#"))
		return _("a URL without ? and # was expected");
	return NULL;
}

/* "30", "30s", "5m", "1h" or "2d" in seconds; 0 when it is none of them. */
static unsigned seconds(const char *text)
{
	static const struct { const char *unit; unsigned long is; } units[] = {
		{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400},
	};
	unsigned long n;
	char *end;

	if (!isdigit((unsigned char)*text))
		return 0;
	errno = 0;
	n = strtoul(text, &end, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(end, units[i].unit) && !errno &&
		    n <= SECONDS_MAX / units[i].is)
			return (unsigned)(n * units[i].is);
	return 0;
}

static bool number(const char *text, unsigned long max, unsigned long *out)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*out = strtoul(text, &end, 10);
	return !*end && !errno && *out <= max;
}

static void put_text(char **at, char *value)
{
	free(*at);
	*at = value;
}

/* A header whose name says that it opens doors. */
static bool telling(const char *name)
{
	static const char *const words[] = {"auth", "cookie", "key", "password",
					    "secret", "token"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(name, words[i]))
			return true;
	return false;
}

static bool token_byte(unsigned char c)
{
	return isalnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool take_header(struct remote_conf *c, struct reading *r,
			struct err *err)
{
	const char *value = r->m->value, *colon = strchr(value, ':'), *rest;
	struct remote_header *h = &c->headers[c->header_count];
	size_t len = colon ? (size_t)(colon - value) : 0;

	r->secret = true;
	if (c->header_count == REMOTE_HEADERS_MAX)
		return bad(r, err, _("too many headers"));
	for (size_t i = 0; i < len; i++)
		if (!token_byte((unsigned char)value[i]))
			len = 0;
	if (!len)
		return bad(r, err, _("Name: value was expected"));
	rest = colon + 1 + strspn(colon + 1, " \t");
	for (const char *p = rest; *p; p++)
		if ((unsigned char)*p < ' ' && *p != '\t')
			return bad(r, err, _("control bytes in the value"));
	/* Other than with -H of curl, an empty value makes no sense here. */
	if (!*rest)
		return bad(r, err, _("Name: value was expected"));
	h->name = mem_dup(value, len);
	h->value = mem_strdup(rest);
	c->header_count++;
	if (telling(h->name) && !r->private)
		return bad(r, err, _("a secret may stand here only when the "
				     "file is private to you (chmod 600)"));
	return true;
}

static bool take_secret(struct secret_source *s, enum secret_how how,
			struct reading *r, struct err *err)
{
	r->secret = how == SECRET_LITERAL;
	if (!*r->m->value)
		return bad(r, err, _("it is empty"));
	if (how == SECRET_LITERAL && !r->private)
		return bad(r, err,
			   _("a secret may stand here only when the file is "
			     "private to you (chmod 600); better use -env, "
			     "-file or -command"));
	secret_source_release(s);
	s->how = how;
	s->line = r->m->line;
	s->text = how == SECRET_FILE ? resolve(r->m->value, r->path)
				     : mem_strdup(r->m->value);
	return true;
}

static bool take_login(struct remote_conf *c, struct reading *r,
		       struct err *err)
{
	static const char *const words[] = {"auto", "none", "client",
					    "password"};

	for (int i = 0; i < 4; i++)
		if (!strcmp(r->m->value, words[i])) {
			c->login = (enum remote_login)i;
			return true;
		}
	return bad(r, err, "auto, none, client, password");
}

static bool take_quota(struct remote_conf *c, struct reading *r,
		       struct err *err)
{
	const char *value = r->m->value, *slash = strchr(value, '/');
	char *count = slash ? mem_dup(value, (size_t)(slash - value)) : NULL;
	unsigned long n;
	bool ok;

	ok = count && number(count, QUOTA_MAX, &n) && n > 0;
	/* 10/h is one hour, as 10/1h */
	if (ok) {
		char *span = isdigit((unsigned char)slash[1])
			? mem_strdup(slash + 1) : mem_format("1%s", slash + 1);

		c->quota = (unsigned)n;
		c->quota_s = seconds(span);
		ok = c->quota_s > 0;
		free(span);
	}
	free(count);
	return ok || bad(r, err, _("a count and a time, as 10/1h, was "
				   "expected"));
}

static char *as_prefix(const char *value)
{
	size_t len = strlen(value);

	while (*value == '/') {
		value++;
		len--;
	}
	if (!len)
		return mem_strdup("");
	return mem_format(value[len - 1] == '/' ? "%s" : "%s/", value);
}

static bool take_number(struct remote_conf *c, enum shape shape, void *at,
			struct reading *r, struct err *err)
{
	const char *value = r->m->value;
	unsigned long n;

	switch (shape) {
	case SECONDS:
		*(unsigned *)at = seconds(value);
		return *(unsigned *)at ||
		       bad(r, err, _("a time, as 30s or 5m, was expected"));
	case COUNT:
		if (!number(value, RETRIES_MAX, &n))
			return bad(r, err, _("a number up to 20 was expected"));
		*(int *)at = (int)n;
		return true;
	case API_VERSION:
		if (strcmp(value, "v6") && strcmp(value, "v7"))
			return bad(r, err, "v6, v7");
		c->version = value[1] - '0';
		return true;
	default:
		return ini_bool(value, at) ||
		       bad(r, err, _("yes or no was expected"));
	}
}

static bool take_text(struct remote_conf *c, enum shape shape, char **at,
		      struct reading *r, struct err *err)
{
	const char *value = r->m->value, *why = NULL;

	if (shape == URL)
		why = bad_url(value);
	else if (shape == DIGITS && (!*value || value[strspn(value, "0123456789")]))
		why = _("digits were expected");
	else if (shape == PROXY && !plain_bytes(value))
		why = _("a URL without blanks was expected");
	else if (!*value && shape != PROXY && shape != PREFIX)
		why = _("it is empty");
	/* A proxy's URL may hold its password: then it is a secret here. */
	if (shape == PROXY && strchr(value, '@') && !r->private) {
		r->secret = true;
		why = _("a secret may stand here only when the file is private "
			"to you (chmod 600)");
	}
	if (why)
		return bad(r, err, why);
	if (shape == PLACE || shape == FILE_NAME)
		put_text(at, resolve(value, r->path));
	else
		put_text(at, shape == PREFIX ? as_prefix(value)
					     : mem_strdup(value));
	return true;
}

/* The member that `key` names, and how its value is to be understood. */
static const struct member *find_member(const char *key, enum secret_how *how)
{
	static const struct { const char *end; enum secret_how how; } forms[] = {
		{"", SECRET_LITERAL}, {"-env", SECRET_ENV},
		{"-file", SECRET_FILE}, {"-command", SECRET_COMMAND},
	};

	*how = SECRET_NONE;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const struct member *m = &members[i];
		size_t len = strlen(m->key);

		if (strncmp(key, m->key, len))
			continue;
		if (m->shape != SECRET && !key[len])
			return m;
		for (int k = 0; m->shape == SECRET && k < 4; k++)
			if (!strcmp(key + len, forms[k].end)) {
				*how = forms[k].how;
				return m;
			}
	}
	return NULL;
}

static bool take(struct remote_conf *c, struct reading *r, struct err *err)
{
	enum secret_how how;
	const struct member *m = find_member(r->m->key, &how);
	void *at;

	if (!m) {
		r->secret = true;	/* it may be one that was misspelt */
		return bad(r, err, _("no such member of [remote]"));
	}
	if (!(m->kinds & (1u << c->kind))) {
		r->secret = m->shape == SECRET || m->shape == HEADER;
		return bad(r, err, _("this kind of remote has no such member"));
	}
	at = (char *)c + m->at;
	switch (m->shape) {
	case KIND:
		return true;
	case SECRET:
		return take_secret(at, how, r, err);
	case HEADER:
		return take_header(c, r, err);
	case LOGIN:
		return take_login(c, r, err);
	case QUOTA:
		return take_quota(c, r, err);
	case YES_NO:
	case SECONDS:
	case COUNT:
	case API_VERSION:
		return take_number(c, m->shape, at, r, err);
	default:
		return take_text(c, m->shape, at, r, err);
	}
}

static bool take_kind(struct remote_conf *c, struct reading *r,
		      struct err *err)
{
	for (int i = 0; i < REMOTE_KINDS; i++)
		if (!strcmp(r->m->value, remote_kind_names[i])) {
			c->kind = (enum remote_kind)i;
			return true;
		}
	return bad(r, err, "directory, http, s3, speedctl, microcks, "
			   "thousandeyes");
}

static bool lacks(const struct remote_conf *c, const char *key, struct err *err)
{
	char name[ERR_QUOTE_MAX];

	return err_set(err, ERR_INPUT, _("%u: [remote \"%s\"] has no %s"),
		       c->line, err_quote(name, c->name, strlen(c->name)), key);
}

static bool complete(struct remote_conf *c, struct err *err)
{
	bool url = c->kind == REMOTE_HTTP || c->kind == REMOTE_MICROCKS;

	if (c->kind == REMOTE_DIRECTORY && !c->path)
		return lacks(c, "path", err);
	if (url && !c->url)
		return lacks(c, "url", err);
	if (c->kind == REMOTE_S3 && !c->bucket)
		return lacks(c, "bucket", err);
	if (c->kind == REMOTE_S3 && !c->url && !c->region)
		return lacks(c, "url", err);
	if (c->kind == REMOTE_HTTP && c->password.how && c->bearer.how)
		return lacks(c, _("choice: it has both password and bearer"), err);
	if (c->kind == REMOTE_HTTP && c->password.how && !c->user)
		return lacks(c, "user", err);
	if (c->kind == REMOTE_SPEEDCTL && !c->command)
		c->command = mem_strdup("speedctl");
	if (c->kind == REMOTE_S3 && !c->prefix)
		c->prefix = mem_strdup("");
	return true;
}

static bool load_one(struct remote_conf *c, const struct ini *ini,
		     struct reading *r, struct err *err)
{
	const struct ini_member *kind = ini_find(ini, "remote", c->name, "kind");

	if (!path_safe_component(c->name, strlen(c->name)))
		return bad(r, err, _("the remote's name is not fit to be one"));
	if (!kind)
		return lacks(c, "kind", err);
	r->m = kind;
	r->secret = false;
	if (!take_kind(c, r, err))
		return false;
	for (size_t i = 0; i < ini->count; i++) {
		const struct ini_member *m = &ini->members[i];

		r->m = m;
		r->secret = false;
		if (!strcmp(m->section, "remote") && !strcmp(m->name, c->name) &&
		    !take(c, r, err))
			return false;
	}
	return complete(c, err);
}

static const struct remote_conf *lookup(const struct remotes *r,
					const char *name)
{
	for (size_t i = 0; i < r->count; i++)
		if (!strcmp(r->all[i].name, name))
			return &r->all[i];
	return NULL;
}

static bool load_sync(struct remotes *out, const struct ini *ini,
		      struct reading *r, struct err *err)
{
	for (size_t i = 0; i < ini->count; i++) {
		r->m = &ini->members[i];
		r->secret = false;
		if (strcmp(r->m->section, "sync"))
			continue;
		if (strcmp(r->m->key, "default"))
			return bad(r, err, _("no such member of [sync]"));
		if (!lookup(out, r->m->value))
			return bad(r, err, _("no such remote"));
		put_text(&out->default_name, mem_strdup(r->m->value));
	}
	if (!out->default_name && out->count == 1)
		out->default_name = mem_strdup(out->all[0].name);
	return true;
}

static bool load(struct remotes *out, const struct ini *ini, const char *path,
		 struct err *err)
{
	struct reading r = {
		.path = path, .private = path && secret_file_private(path),
	};

	for (size_t i = 0; i < ini->count; i++) {
		const struct ini_member *m = &ini->members[i];
		struct remote_conf *c;

		if (strcmp(m->section, "remote") || lookup(out, m->name))
			continue;
		out->all = mem_room(out->all, out->count, &out->cap,
				    sizeof(*out->all));
		c = &out->all[out->count++];
		*c = (struct remote_conf){
			.name = mem_strdup(m->name), .line = m->line,
			.version = 7, .retries = -1,
		};
		r.m = m;
		r.secret = true;	/* whose value it is, is not known yet */
		if (!load_one(c, ini, &r, err))
			return false;
	}
	return load_sync(out, ini, &r, err);
}

bool remotes_load(struct remotes *out, const struct ini *ini, const char *path,
		  struct err *err)
{
	char quoted[ERR_QUOTE_MAX];

	*out = (struct remotes){0};
	if (load(out, ini, path, err))
		return true;
	if (path)
		err_wrap(err, "%s", err_quote(quoted, path, strlen(path)));
	remotes_release(out);
	return false;
}

static void release_one(struct remote_conf *c)
{
	char *texts[] = {c->name, c->path, c->url, c->user, c->bucket,
			 c->prefix, c->region, c->profile, c->command,
			 c->context, c->client_id, c->aid, c->ca_file};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		free(texts[i]);
	for (size_t i = 0; i < c->header_count; i++) {
		secret_wipe(c->headers[i].value, strlen(c->headers[i].value));
		free(c->headers[i].value);
		free(c->headers[i].name);
	}
	if (c->proxy)
		secret_wipe(c->proxy, strlen(c->proxy));
	free(c->proxy);
	secret_source_release(&c->password);
	secret_source_release(&c->bearer);
	secret_source_release(&c->token);
	secret_source_release(&c->client_secret);
}

void remotes_release(struct remotes *r)
{
	for (size_t i = 0; i < r->count; i++)
		release_one(&r->all[i]);
	free(r->all);
	free(r->default_name);
	*r = (struct remotes){0};
}

const struct remote_conf *remotes_find(const struct remotes *r,
				       const char *name, struct err *err)
{
	const struct remote_conf *c;
	char quoted[ERR_QUOTE_MAX];
	struct buf names;

	if (!name)
		name = r->default_name;
	c = name ? lookup(r, name) : NULL;
	if (c)
		return c;
	if (!r->count) {
		err_set(err, ERR_USAGE, _("no remote is configured; [remote "
			"\"NAME\"] in rredit.conf makes one"));
		return NULL;
	}
	buf_init(&names);
	for (size_t i = 0; i < r->count; i++) {
		buf_adds(&names, i ? ", " : "");
		utf8_visible(&names, r->all[i].name, strlen(r->all[i].name),
			     false);
	}
	if (name)
		err_set(err, ERR_USAGE, _("%s: no such remote; there are: %s"),
			err_quote(quoted, name, strlen(name)), names.data);
	else
		err_set(err, ERR_USAGE, _("which remote? [sync] names no "
			"default; there are: %s"), names.data);
	buf_release(&names);
	return NULL;
}

char *remote_conf_place(const struct remote_conf *c)
{
	switch (c->kind) {
	case REMOTE_DIRECTORY:
		return mem_strdup(c->path);
	case REMOTE_S3:
		return mem_format("s3://%s/%s", c->bucket, c->prefix);
	case REMOTE_SPEEDCTL:
		return c->context ? mem_format("%s (%s)", c->command, c->context)
				  : mem_strdup(c->command);
	default:
		return mem_strdup(c->url ? c->url : "");
	}
}
