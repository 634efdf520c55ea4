#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/batch.h"
#include "app/options.h"
#include "base/i18n.h"
#include "base/mem.h"

/* One word of the line that is an option: "--name", "--name=value", "-x". */
struct word {
	const char *name;	/* without dashes */
	size_t len;
	const char *value;	/* behind "=", or NULL */
	char letter;		/* of a short one, else 0 */
};

struct parser {
	struct options *options;
	int argc, at;
	char **argv;
	struct err *err;
};

static bool word_is(const struct word *w, const char *name, char letter)
{
	if (w->letter)
		return letter && w->letter == letter;
	return strlen(name) == w->len && !memcmp(name, w->name, w->len);
}

static bool unknown(struct parser *p, const char *text)
{
	char shown[ERR_QUOTE_MAX];

	return err_set(p->err, ERR_USAGE, _("%s: there is no such option"),
		       err_quote(shown, text, strlen(text)));
}

static bool take_value(struct parser *p, const struct word *w, const char **out)
{
	char shown[ERR_QUOTE_MAX];

	if (w->value) {
		*out = w->value;
		return true;
	}
	if (p->at == p->argc)
		return err_set(p->err, ERR_USAGE, _("--%s: needs a value"),
			       err_quote(shown, w->name, w->len));
	*out = p->argv[p->at++];
	return true;
}

static bool no_value(struct parser *p, const struct word *w)
{
	char shown[ERR_QUOTE_MAX];

	if (!w->value)
		return true;
	return err_set(p->err, ERR_USAGE, _("--%s: takes no value"),
		       err_quote(shown, w->name, w->len));
}

/* *known is false when it is none of the program's. */
static bool take_global(struct parser *p, const struct word *w, bool *known)
{
	struct options *o = p->options;
	const struct {
		const char *name;
		char letter;
		const char **value;
		bool *flag;
	} globals[] = {
		{"store", 0, &o->store, NULL},
		{"config", 0, &o->config, NULL},
		{"log", 0, &o->log, NULL},
		{"demo", 0, NULL, &o->demo},
		{"read-only", 'R', NULL, &o->read_only},
		{"no-color", 0, NULL, &o->no_colour},
		{"ascii", 0, NULL, &o->ascii},
		{"help", 'h', NULL, &o->help},
		{"version", 'V', NULL, &o->version},
	};
	size_t i;

	*known = true;
	for (i = 0; i < sizeof(globals) / sizeof(globals[0]); i++) {
		if (!word_is(w, globals[i].name, globals[i].letter))
			continue;
		if (globals[i].value)
			return take_value(p, w, globals[i].value);
		*globals[i].flag = true;
		return no_value(p, w);
	}
	*known = false;
	return true;
}

static bool take_option(struct parser *p, const char *text)
{
	const struct batch_option *option = NULL;
	struct word w = {0};
	const char *equals;
	bool known;

	if (text[1] == '-') {
		w.name = text + 2;
		equals = strchr(w.name, '=');
		w.len = equals ? (size_t)(equals - w.name) : strlen(w.name);
		w.value = equals ? equals + 1 : NULL;
		if (p->options->command)
			option = batch_option(p->options->command, w.name,
					      w.len);
	} else {
		if (text[2])
			return unknown(p, text);
		w.letter = text[1];
	}
	if (option && option->arg)
		return take_value(p, &w, &p->options->value[option->id]);
	if (option) {
		p->options->value[option->id] = "";
		return no_value(p, &w);
	}
	return take_global(p, &w, &known) && (known || unknown(p, text));
}

static void take_argument(struct parser *p, char *text, bool *first)
{
	struct options *o = p->options;

	if (*first)
		o->command = batch_find(text);
	if (!*first || !o->command)
		o->args[o->count++] = text;
	*first = false;
}

bool options_parse(struct options *options, int argc, char **argv,
		   struct err *err)
{
	struct parser p = {
		.options = options, .argc = argc, .at = 1, .argv = argv,
		.err = err,
	};
	bool first = true, only_arguments = false;

	memset(options, 0, sizeof(*options));
	options->args = mem_zalloc((size_t)argc + 1, sizeof(*options->args));
	while (p.at < argc) {
		char *text = argv[p.at++];

		if (only_arguments || text[0] != '-' || !text[1] ||
		    (text[1] >= '0' && text[1] <= '9'))
			take_argument(&p, text, &first);
		else if (!strcmp(text, "--"))
			only_arguments = true;
		else if (!take_option(&p, text))
			return false;
	}
	if (!options->command && options->count > 1) {
		char shown[ERR_QUOTE_MAX];

		return err_set(err, ERR_USAGE, _("%s: there is no such command"),
			       err_quote(shown, options->args[0],
					 strlen(options->args[0])));
	}
	return true;
}

void options_release(struct options *options)
{
	free(options->args);
	memset(options, 0, sizeof(*options));
}
