#include "config.h"

#include <string.h>

#include "app/changeline.h"
#include "base/i18n.h"

bool changeline_counts(const struct change_note *note)
{
	return note->kind != NOTE_DIFFERS && note->kind != NOTE_UNKNOWN;
}

static uint32_t node_at(const struct json_doc *doc, const char *path)
{
	struct json_path where;
	uint32_t node = JSON_NONE;

	if (json_path_parse(&where, path, strlen(path), NULL)) {
		node = json_locate(doc, &where);
		json_path_release(&where);
	}
	return node;
}

/* A value cut to fit a line; "-" when there is none. */
static void shown_value(const struct json_doc *doc, uint32_t node,
			char shown[ERR_QUOTE_MAX])
{
	if (node == JSON_NONE)
		memcpy(shown, "-", 2);
	else
		err_quote(shown, doc->text + doc->nodes[node].off,
			  doc->nodes[node].len);
}

void changeline_add(struct buf *out, uint64_t number,
		    const struct change_note *note, const struct json_doc *was,
		    const struct json_doc *now, bool hidden)
{
	char before[ERR_QUOTE_MAX], after[ERR_QUOTE_MAX], path[ERR_QUOTE_MAX];
	uint32_t a = node_at(was, note->path), b = node_at(now, note->path);

	err_quote(path, note->path, strlen(note->path));
	if (hidden) {
		buf_addf(out, _("record %llu: %s"), (unsigned long long)number,
			 path);
		return;
	}
	/* A name on the way to it may have been replaced as well; then nothing
	 * came or went, and the value has kept its place. */
	if (b == JSON_NONE && a != JSON_NONE && was->count == now->count)
		b = a;
	shown_value(was, a, before);
	shown_value(now, b, after);
	buf_addf(out, _("record %llu: %s: %s -> %s"),
		 (unsigned long long)number, path, before, after);
}
