/*
 * awscreds - credentials for s3, from where AWS's own tools take them.
 *
 * The environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN),
 * unless a profile is named; then the profile (the named one, $AWS_PROFILE or
 * "default") in the credentials file ($AWS_SHARED_CREDENTIALS_FILE or
 * ~/.aws/credentials) and in the config file ($AWS_CONFIG_FILE or ~/.aws/config).
 */
#ifndef RREDIT_REMOTE_AWSCREDS_H
#define RREDIT_REMOTE_AWSCREDS_H

#include "remote/secret.h"

struct awscreds {
	char *key;			/* access key id */
	struct secret secret, token;	/* token.text is NULL without one */
	char *region;			/* of environment or profile; or NULL */
};

/* profile may be NULL. ERR_SYSTEM when there are none, naming where was looked. */
bool awscreds_find(struct awscreds *out, const char *profile, struct err *err);
void awscreds_release(struct awscreds *c);

/* The value of a member of [profile] or [profile PROFILE] in the text of such a
 * file; caller frees (and wipes). NULL when there is none. */
char *awscreds_member(const char *text, size_t len, const char *profile,
		      const char *member);

#endif
