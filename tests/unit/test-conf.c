#include "config.h"

#include <unistd.h>

#include "app/conf.h"
#include "unit.h"

static char dir[] = "/tmp/rredit-conf-XXXXXX";
static char path[64];

static int make_dir(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/rredit.conf", dir);
	return 0;
}

static int remove_dir(void **state)
{
	unlink(path);
	return rmdir(dir);
}

static bool load(const char *text, struct conf *c, struct err *err)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	return conf_load(c, path, err);
}

static void members_are_understood(void **state)
{
	struct conf c;
	struct err err;

	assert_true(load("[ui]\ncolor = never\nascii = yes\nmouse = no\n"
			 "time = local\npreview = off\neditor = nano -w\n"
			 "[keys]\nundo = U\n[remote \"x\"]\nkind = s3\n"
			 "[sync]\ndefault = x\n", &c, &err));
	assert_true(c.no_colour && c.ascii && c.no_mouse && c.local_time);
	assert_int_equal(c.preview, CONF_PREVIEW_OFF);
	assert_string_equal(c.editor, "nano -w");
	assert_string_equal(ini_get(&c.ini, "remote", "x", "kind"), "s3");
	conf_release(&c);
}

static void the_defaults(void **state)
{
	struct conf c;
	struct err err;

	assert_true(load("", &c, &err));
	assert_false(c.no_colour || c.ascii || c.no_mouse || c.local_time);
	assert_int_equal(c.preview, CONF_PREVIEW_AUTO);
	assert_null(c.editor);
	conf_release(&c);
}

static void errors_name_file_and_line(void **state)
{
	static const char *const bad[] = {
		"\n\n[ui]\ncolor = red\n", "\n\n\n[colors]\nx = 1\n",
		"\n[ui]\n\nascii = perhaps\n", "\n\n[ui]\nnothing = 1\n",
		"\n\n[ui]\ntime = gmt\n", "\n\n[remote]\nkind = s3\n",
		"\n\n\n[ui\n", "\n\n[ui]\npreview = maybe\n",
	};
	char where[128];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct conf c;
		struct err err = {0};

		snprintf(where, sizeof(where), "%s: %d: ", path,
			 bad[i][3] == '[' && bad[i][4] == 'c' ? 5 : 4);
		assert_false(load(bad[i], &c, &err));
		assert_int_equal(err.code, ERR_INPUT);
		if (strncmp(err.msg, where, strlen(where)))
			fail_msg("%s does not begin with %s", err.msg, where);
		assert_int_equal(c.ini.count, 0);
	}
}

static void a_named_file_must_be_there(void **state)
{
	struct conf c;
	struct err err;

	unlink(path);
	assert_false(conf_load(&c, path, &err));
	setenv("XDG_CONFIG_HOME", dir, 1);
	assert_true(conf_load(&c, NULL, &err));
	conf_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_understood),
		cmocka_unit_test(the_defaults),
		cmocka_unit_test(errors_name_file_and_line),
		cmocka_unit_test(a_named_file_must_be_there),
	};

	return cmocka_run_group_tests_name("conf", tests, make_dir, remove_dir);
}
