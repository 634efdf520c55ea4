/*
 * remoteconf - [remote "x"] and [sync] of rredit.conf.
 *
 * Every member is known and checked when it is read, so that a mistake is said
 * with its file, line and name before anything is sent. Members that a kind has
 * no use for are mistakes too. Immutable once loaded.
 */
#ifndef RREDIT_REMOTE_REMOTECONF_H
#define RREDIT_REMOTE_REMOTECONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/ini.h"
#include "remote/secret.h"

enum remote_kind {
	REMOTE_DIRECTORY,
	REMOTE_HTTP,
	REMOTE_S3,
	REMOTE_SPEEDCTL,
	REMOTE_MICROCKS,
	REMOTE_THOUSANDEYES,
	REMOTE_KINDS
};
extern const char *const remote_kind_names[REMOTE_KINDS];

enum remote_login { REMOTE_LOGIN_AUTO, REMOTE_LOGIN_NONE, REMOTE_LOGIN_CLIENT,
		    REMOTE_LOGIN_PASSWORD };

struct remote_header {
	char *name, *value;	/* the value may be a secret: never show it */
};

#define REMOTE_HEADERS_MAX 32

/* A text that was not given is NULL. */
struct remote_conf {
	char *name;		/* of [remote "name"]: a safe path component */
	unsigned line;		/* of its first member */
	enum remote_kind kind;

	char *path;		/* directory: absolute; ~/ and paths relative to
				 * the configuration are resolved */
	char *url;		/* http, s3, microcks, thousandeyes: http(s)://,
				 * no user info, query or fragment */
	char *user;		/* http, microcks, thousandeyes v6 */
	struct secret_source password;		/* http, microcks */
	struct secret_source bearer;		/* http */
	struct secret_source token;		/* thousandeyes */
	struct secret_source client_secret;	/* microcks */
	struct remote_header headers[REMOTE_HEADERS_MAX];	/* http */
	size_t header_count;

	char *bucket, *prefix, *region, *profile;	/* s3; prefix ends in '/'
							 * or is empty */
	bool path_style;	/* s3; default no */

	char *command;		/* speedctl; default "speedctl" */
	char *context;		/* speedctl */

	enum remote_login login;	/* microcks: auth */
	char *client_id;		/* microcks */

	int version;		/* thousandeyes: 6 or 7 (default) */
	char *aid;		/* thousandeyes: digits */
	unsigned quota;		/* thousandeyes: this many ... */
	unsigned quota_s;	/* ... in so many seconds; 0: no quota given */

	char *ca_file;		/* absolute */
	char *proxy;		/* "" is none */
	bool compress;		/* bodies rest as raw.jsonl.gz */
	unsigned timeout_s;	/* 0: the default of transfer.h */
	int retries;		/* -1: the default */
	bool read_only;		/* push is refused */
};

struct remotes {
	struct remote_conf *all;	/* in file order */
	size_t count, cap;
	char *default_name;	/* [sync] default, else the only remote; or NULL */
};

/*
 * Read all remotes of ini, which was read from path (NULL: from nowhere, so
 * literal secrets are refused). False on the first mistake: ERR_INPUT "FILE:
 * LINE: KEY = VALUE: WHY" (a secret's value is left out); *out is empty then and
 * safe to release.
 */
bool remotes_load(struct remotes *out, const struct ini *ini, const char *path,
		  struct err *err);
void remotes_release(struct remotes *r);

/* The remote of that name, or the default when name is NULL. ERR_USAGE with the
 * names that exist when there is none. */
const struct remote_conf *remotes_find(const struct remotes *r, const char *name,
				       struct err *err);

/* Where it is, without secrets: path, URL with bucket and prefix, command. Caller
 * frees. */
char *remote_conf_place(const struct remote_conf *c);

#endif
