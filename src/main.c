/* rredit: options, then one command or the screen. */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/batch.h"
#include "app/conf.h"
#include "app/demo.h"
#include "base/i18n.h"
#include "base/log.h"
#include "store/statedir.h"

static void start_locale(void)
{
	setlocale(LC_ALL, "");
	/* Numbers in JSON and filters have a point in every country. */
	setlocale(LC_NUMERIC, "C");
#if ENABLE_NLS
	bindtextdomain(PACKAGE, LOCALEDIR);
	textdomain(PACKAGE);
#endif
}

static int print_version(void)
{
	puts(PACKAGE_STRING);
	return fflush(stdout) ? 3 : 0;
}

static int print_help(void)
{
	batch_help(stdout);
	return fflush(stdout) ? 3 : 0;
}

static int run_screen(const struct options *options)
{
	struct app_options app = {
		.store = options->store,
		.target = options->count ? options->args[0] : NULL,
		.read_only = options->read_only,
		.no_colour = options->no_colour,
		.ascii = options->ascii,
	};
	char *state = NULL, *demo = NULL;
	struct conf conf;
	struct err err;
	int status;

	if (!conf_load(&conf, options->config, &err))
		return batch_say(NULL, &err);
	app.config = &conf;
	if (options->demo) {
		state = statedir_default(&err);
		demo = state ? demo_store(state, true, &err) : NULL;
		app.store = demo;
	}
	if (options->demo && !demo)
		status = batch_say("--demo", &err);
	else
		status = app_run(&app);
	conf_release(&conf);
	free(demo);
	free(state);
	return status;
}

int main(int argc, char **argv)
{
	struct options options;
	struct err err;
	int status;

	start_locale();
	if (!options_parse(&options, argc, argv, &err)) {
		status = batch_say(NULL, &err);
		fputs(_("rredit --help tells how it is used\n"), stderr);
	} else if (options.version) {
		status = print_version();
	} else if (options.help && !options.command) {
		status = print_help();
	} else if (options.log && !log_open(options.log, &err)) {
		status = batch_say("--log", &err);
	} else if (options.command) {
		status = batch_run(&options);
	} else {
		status = run_screen(&options);
	}
	log_close();
	options_release(&options);
	return status;
}
