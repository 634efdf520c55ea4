#include "config.h"

#include <sys/stat.h>

#include "remote/remoteconf.h"
#include "scratch.h"
#include "unit.h"

static char *dir, *path;

static int begin(void **state)
{
	dir = scratch_new();
	path = scratch_path(dir, "rredit.conf");
	scratch_write(path, "", 0);
	chmod(path, 0600);
	setenv("HOME", "/home/me", 1);
	return 0;
}

static int end(void **state)
{
	free(path);
	scratch_free(dir);
	return 0;
}

static bool load(struct remotes *r, const char *text, struct err *err)
{
	struct ini ini;
	bool ok;

	*err = (struct err){0};
	assert_true(ini_parse(&ini, text, strlen(text), "keys", err));
	ok = remotes_load(r, &ini, path, err);
	ini_release(&ini);
	return ok;
}

static void refuses(const char *text, const char *words)
{
	struct remotes r;
	struct err err;

	if (load(&r, text, &err))
		fail_msg("was taken: %s", text);
	assert_int_equal(err.code, ERR_INPUT);
	assert_int_equal(r.count, 0);
	if (!strstr(err.msg, words))
		fail_msg("\"%s\" is not in: %s", words, err.msg);
	assert_non_null(strstr(err.msg, "rredit.conf: "));
	assert_null(strstr(err.msg, "hunter2"));
}

static const char all_kinds[] =
	"[sync]\ndefault = team\n"
	"[remote \"team\"]\nkind = s3\n"
	"url = https://s3.eu-west-1.amazonaws.com\nbucket = traffic\n"
	"prefix = /snapshots\nregion = eu-west-1\npath-style = yes\n"
	"profile = p\ntimeout = 2m\nretries = 0\nproxy =\n"
	"[remote \"dav\"]\nkind = http\n"
	"url = https://files.example.com/snapshots/\nuser = me\n"
	"password-command = pass show dav\nca-file = ca.pem\n"
	"header = X-Team:  blue \nheader = X-Api-Key: hunter2\n"
	"compress = yes\nread-only = on\n"
	"[remote \"share\"]\nkind = directory\npath = ~/share\n"
	"[remote \"cloud\"]\nkind = speedctl\ncontext = my-context\n"
	"[remote \"mocks\"]\nkind = microcks\n"
	"url = https://microcks.example.com\nauth = client\n"
	"client-id = rredit\nclient-secret = hunter2\n"
	"[remote \"te\"]\nkind = thousandeyes\nversion = v6\nuser = me\n"
	"token-env = TE_TOKEN\naid = 75\nquota = 10/1h\n";

static void every_member_is_read(void **state)
{
	const struct remote_conf *c;
	struct remotes r;
	struct err err;
	char *place;

	if (!load(&r, all_kinds, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(r.count, 6);
	assert_string_equal(r.default_name, "team");
	c = remotes_find(&r, NULL, &err);
	assert_int_equal(c->kind, REMOTE_S3);
	assert_string_equal(c->bucket, "traffic");
	assert_string_equal(c->prefix, "snapshots/");
	assert_string_equal(c->region, "eu-west-1");
	assert_string_equal(c->profile, "p");
	assert_string_equal(c->proxy, "");
	assert_true(c->path_style);
	assert_int_equal(c->timeout_s, 120);
	assert_int_equal(c->retries, 0);
	place = remote_conf_place(c);
	assert_string_equal(place, "s3://traffic/snapshots/");
	free(place);

	c = remotes_find(&r, "dav", &err);
	assert_int_equal(c->kind, REMOTE_HTTP);
	assert_string_equal(c->user, "me");
	assert_int_equal(c->password.how, SECRET_COMMAND);
	assert_string_equal(c->password.text, "pass show dav");
	assert_true(!strncmp(c->ca_file, dir, strlen(dir)));
	assert_int_equal(c->header_count, 2);
	assert_string_equal(c->headers[0].name, "X-Team");
	assert_string_equal(c->headers[0].value, "blue");
	assert_true(c->compress && c->read_only);
	assert_int_equal(c->retries, -1);
	assert_int_equal(c->timeout_s, 0);

	assert_string_equal(remotes_find(&r, "share", &err)->path,
			    "/home/me/share");
	c = remotes_find(&r, "cloud", &err);
	assert_string_equal(c->command, "speedctl");
	assert_string_equal(c->context, "my-context");
	c = remotes_find(&r, "mocks", &err);
	assert_int_equal(c->login, REMOTE_LOGIN_CLIENT);
	assert_int_equal(c->client_secret.how, SECRET_LITERAL);
	c = remotes_find(&r, "te", &err);
	assert_int_equal(c->version, 6);
	assert_int_equal(c->quota, 10);
	assert_int_equal(c->quota_s, 3600);
	assert_string_equal(c->token.text, "TE_TOKEN");

	assert_null(remotes_find(&r, "nope", &err));
	assert_int_equal(err.code, ERR_USAGE);
	assert_non_null(strstr(err.msg, "team, dav, share, cloud, mocks, te"));
	remotes_release(&r);
}

static void a_mistake_is_named(void **state)
{
#define HTTP "[remote \"x\"]\nkind = http\nurl = https://h/\n"
	static const struct { const char *text, *words; } bad[] = {
		{"[remote \"x\"]\nkind = ftp\n", "2: kind = ftp: directory, "},
		{"[remote \"x\"]\nurl = https://h/\n",
		 "2: [remote \"x\"] has no kind"},
		{"[remote \"x\"]\nkind = directory\n", "has no path"},
		{"[remote \"x\"]\nkind = http\n", "has no url"},
		{"[remote \"x\"]\nkind = s3\nurl = http://h\n", "no bucket"},
		{"[remote \"../x\"]\nkind = http\n", "name is not fit"},
		{"[remote \"x\"]\nkind = http\nurl = ftp://h/\n", "http:// or"},
		{"[remote \"x\"]\nkind = http\nurl = https:///x\n", "no host"},
		{"[remote \"x\"]\nkind = http\nurl = https://h/?a=b\n",
		 "without ?"},
		{HTTP "colour = red\n", "4: colour: no such member"},
		{HTTP "pasword = hunter2\n", "4: pasword: no such member"},
		{HTTP "bucket = b\n", "4: bucket = b: this kind of remote"},
		{HTTP "token = hunter2\n", "4: token: this kind of remote"},
		{HTTP "compress = maybe\n", "yes or no"},
		{HTTP "timeout = 0\n", "timeout = 0: a time"},
		{HTTP "timeout = 3w\n", "a time"},
		{HTTP "timeout = 99999999999999999999\n", "a time"},
		{HTTP "retries = -1\n", "a number"},
		{HTTP "retries = 21\n", "a number"},
		{HTTP "header = nothing\n", "4: header: Name: value"},
		{HTTP "header = Bad Name: hunter2\n", "4: header: Name: value"},
		{HTTP "header = \"X: a\\nb\"\n", "4: header"},
		{HTTP "password-env = A\n", "has no user"},
		{HTTP "user = u\npassword-env = A\nbearer-env = B\n",
		 "both password and bearer"},
		{HTTP "password-env =\n", "it is empty"},
		{"[remote \"t\"]\nkind = thousandeyes\nquota = 10\n", "10/1h"},
		{"[remote \"t\"]\nkind = thousandeyes\nquota = 0/1h\n", "10/1h"},
		{"[remote \"t\"]\nkind = thousandeyes\nversion = 8\n", "v6, v7"},
		{"[remote \"t\"]\nkind = thousandeyes\naid = x\n", "digits"},
		{"[remote \"m\"]\nkind = microcks\nurl = http://h\nauth = x\n",
		 "auto, none, client, password"},
		{"[sync]\ndefault = x\n", "2: default = x: no such remote"},
		{"[sync]\ncolour = x\n", "no such member of [sync]"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refuses(bad[i].text, bad[i].words);
	refuses("[remote \"x\"]\nkind = http\nurl = https://u:hunter3@h/\n",
		"members for them");
}

static void a_literal_secret_needs_a_private_file(void **state)
{
	struct remotes r;
	struct err err;

	assert_true(load(&r, HTTP "bearer = hunter2\n", &err));
	assert_int_equal(r.all[0].bearer.how, SECRET_LITERAL);
	remotes_release(&r);
	chmod(path, 0640);
	refuses(HTTP "bearer = hunter2\n", "4: bearer: a secret may stand");
	refuses(HTTP "header = Authorization: hunter2\n", "4: header: a secret");
	refuses(HTTP "proxy = http://u:hunter2@p:1\n", "4: proxy: a secret");
	assert_true(load(&r, HTTP "header = X-Team: blue\n", &err));
	remotes_release(&r);
	chmod(path, 0600);
}

static void one_remote_is_the_default(void **state)
{
	struct remotes r;
	struct err err;

	assert_true(load(&r, HTTP, &err));
	assert_string_equal(remotes_find(&r, NULL, &err)->name, "x");
	remotes_release(&r);
	assert_true(load(&r, "", &err));
	assert_null(remotes_find(&r, NULL, &err));
	assert_int_equal(err.code, ERR_USAGE);
	remotes_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member_is_read),
		cmocka_unit_test(a_mistake_is_named),
		cmocka_unit_test(a_literal_secret_needs_a_private_file),
		cmocka_unit_test(one_remote_is_the_default),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
