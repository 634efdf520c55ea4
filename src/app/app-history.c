/* What was typed before, kept in the state directory, one line each. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/state.h"
#include "base/atomicfile.h"
#include "base/mem.h"
#include "store/statedir.h"

#define HISTORY_MAX ((size_t)1 << 20)	/* bytes of one file */

static const char *const names[ASK_HISTORIES] = {
	[ASK_COMMAND] = "command",
	[ASK_SEARCH] = "search",
	[ASK_FILTER] = "filter",
	[ASK_FILE] = "file",
};

static char *path_of(const struct app *app, int which)
{
	char *dir = statedir_sub(app->state_dir, "history", NULL), *path;

	if (!dir)
		return NULL;
	path = mem_format("%s/%s", dir, names[which]);
	free(dir);
	return path;
}

static void load_one(struct prompt_history *h, const struct buf *text)
{
	const char *p = text->data, *end = p + text->len;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		if (!nl)
			nl = end;
		if (nl > p)
			prompt_history_add(h, p, (size_t)(nl - p));
		p = nl + 1;
	}
}

void app_history_load(struct app *app)
{
	for (int i = ASK_NONE + 1; i < ASK_HISTORIES; i++) {
		char *path = path_of(app, i);
		struct buf text;

		buf_init(&text);
		if (path && file_read(path, HISTORY_MAX, &text, NULL))
			load_one(&app->history[i], &text);
		buf_release(&text);
		free(path);
	}
}

/* Lines with a line break in them cannot be kept in such a file. */
void app_history_save(struct app *app)
{
	for (int i = ASK_NONE + 1; i < ASK_HISTORIES; i++) {
		const struct prompt_history *h = &app->history[i];
		char *path = h->n ? path_of(app, i) : NULL;
		struct buf text;

		if (!path)
			continue;
		buf_init_max(&text, HISTORY_MAX);
		for (size_t k = 0; k < h->n; k++) {
			if (memchr(h->lines[k], '\n', h->lens[k]))
				continue;
			buf_add(&text, h->lines[k], h->lens[k]);
			buf_addc(&text, '\n');
		}
		atomicfile_replace(path, 0600, text.data, text.len, NULL);
		buf_release(&text);
		free(path);
	}
}
