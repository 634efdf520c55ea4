/* print-tables keys|rules - the tables of the program as mdoc, for the manual. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "rrpair/check.h"
#include "ui/textkeys.h"

/* Text that mdoc takes as it stands: no character in it means anything. */
static void put_text(const char *s)
{
	fputs("\\&", stdout);
	for (; *s; s++) {
		if (*s == '\\')
			fputs("\\e", stdout);
		else if (*s == '"')
			fputs("\\(dq", stdout);
		else if (*s == '-')
			fputs("\\-", stdout);
		else if (*s == '^')
			fputs("\\(ha", stdout);
		else if (*s == '`')
			fputs("\\(ga", stdout);
		else
			putchar(*s);
	}
}

/* A word of running text. */
static void put_word(const char *word, size_t len)
{
	if (strchr(".'", *word))
		fputs("\\&", stdout);
	for (size_t i = 0; i < len; i++)
		if (word[i] == '\\')
			fputs("\\e", stdout);
		else
			putchar(word[i]);
}

/* Sentences in lines of at most 78 columns; mdoc wants a new line for each. */
static void put_sentences(const char *s)
{
	size_t column = 0;
	char last = '\0';

	while (*s) {
		size_t word = strcspn(s, " ");

		if (column && (column + 1 + word > 78 || last == '.')) {
			putchar('\n');
			column = 0;
		} else if (column) {
			putchar(' ');
			column++;
		}
		put_word(s, word);
		column += word;
		last = s[word - 1];
		s += word;
		s += strspn(s, " ");
	}
	puts(last == '.' ? "" : ".");
}

/* "j, Down" as two literals. */
static void put_keys(const char *keys)
{
	char copy[64];
	char *key = copy, *comma;

	snprintf(copy, sizeof(copy), "%s", keys);
	while (key) {
		comma = strstr(key + 1, ", ");
		if (comma)
			*comma = '\0';
		fputs(" Li \"", stdout);
		put_text(key);
		fputs(comma ? "\" ," : "\"", stdout);
		key = comma ? comma + 2 : NULL;
	}
}

static void put_views(unsigned views)
{
	char text[256] = "In ";
	size_t n = strlen(text);

	if ((views & IN_ALL) == IN_ALL)
		return;
	for (int kind = 0; kind <= VIEW_KINDS; kind++)
		if (views & 1u << kind)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
					      "%s%s", n > 3 ? ", " : "",
					      view_kind_id(kind));
	put_sentences(text);
}

static void put_command(const struct command *c, enum command_id id)
{
	printf(".It Ic %s", c->name);
	if (c->alias)
		printf(" , %s", c->alias);
	if (*command_arg_name(id)) {
		fputs(" Ar \"", stdout);
		put_text(command_arg_name(id));
		fputs("\"", stdout);
	}
	if (c->keys) {
		fputs(" Pq", stdout);
		put_keys(c->keys);
	}
	putchar('\n');
	put_sentences(c->help);
	put_views(c->views);
}

static void print_text_keys(void)
{
	size_t n;
	const struct textkey *t = textkeys_table(&n);

	puts(".Ss In a text field\n.Bl -tag -width Ds");
	for (size_t i = 0; i < n; i++) {
		printf(".It Ic field-%s", t[i].name);
		if (*t[i].keys) {
			fputs(" Pq", stdout);
			put_keys(t[i].keys);
		}
		putchar('\n');
		put_sentences(t[i].help);
	}
	puts(".El");
}

static void print_keys(void)
{
	for (int group = 0; group < GROUPS; group++) {
		printf(".Ss %s\n.Bl -tag -width Ds\n",
		       command_group_title(group));
		for (int id = CMD_NONE + 1; id < CMD_COUNT; id++)
			if (command_table[id].group == (unsigned)group)
				put_command(&command_table[id], id);
		puts(".El");
	}
	print_text_keys();
}

static void print_rules(void)
{
	puts(".Bl -tag -width Ds");
	for (int id = 0; id < CHECK_COUNT; id++) {
		const struct check_rule *rule = check_rule(id);

		printf(".It Cm %s Pq %s\n", rule->code,
		       check_severity_name(rule->severity));
		put_sentences(rule->summary);
		put_sentences(rule->doc);
		if (rule->fix) {
			puts(".br\nThe fix:");
			put_sentences(rule->fix);
		}
	}
	puts(".El");
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "keys"))
		print_keys();
	else if (argc == 2 && !strcmp(argv[1], "rules"))
		print_rules();
	else
		return 2;
	return ferror(stdout) ? 1 : 0;
}
