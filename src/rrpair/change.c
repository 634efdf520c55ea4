#include "config.h"

#include "rrpair/change.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

void change_init(struct change_set *set)
{
	memset(set, 0, sizeof(*set));
}

void change_release(struct change_set *set)
{
	patch_unref(set->patch);
	for (size_t i = 0; i < set->count; i++) {
		free(set->notes[i].path);
		free(set->notes[i].why);
	}
	free(set->notes);
	change_init(set);
}

static void list_kind(const struct change_set *set, unsigned kinds,
		      const char *word, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < set->count; i++) {
		const struct change_note *note = &set->notes[i];

		if (!(kinds & 1u << note->kind))
			continue;
		if (!n++) {
			if (out->len)
				buf_adds(out, "; ");
			buf_adds(out, word);
			buf_addc(out, ' ');
		} else {
			buf_adds(out, ", ");
		}
		utf8_visible(out, note->path, strlen(note->path), false);
		if (note->why)
			buf_addf(out, " (%s)", note->why);
	}
}

void change_summary(const struct change_set *set, struct buf *out)
{
	struct buf line;

	buf_init(&line);
	list_kind(set, 1u << NOTE_FOLLOWED, _("also changed"), &line);
	list_kind(set, 1u << NOTE_ADDED, _("added"), &line);
	list_kind(set, 1u << NOTE_REMOVED, _("removed"), &line);
	list_kind(set, 1u << NOTE_DIFFERS, _("left, as they differed:"), &line);
	list_kind(set, 1u << NOTE_UNKNOWN, _("not recomputed:"), &line);
	buf_add(out, line.data, line.len);
	buf_release(&line);
}

void change_run_init(struct change_run *run)
{
	memset(run, 0, sizeof(*run));
	rrpair_init(&run->pair);
	buf_init(&run->now);
	buf_init(&run->spare);
	change_init(&run->total);
}

void change_run_release(struct change_run *run)
{
	rrpair_release(&run->pair);
	buf_release(&run->now);
	buf_release(&run->spare);
	change_release(&run->total);
	change_run_init(run);
}

static bool parse(struct change_run *run, const char *text, size_t len,
		  struct err *err)
{
	if (!rrpair_parse(&run->pair, text, len, err))
		return false;
	if (run->proto)
		rrpair_set_proto(&run->pair, run->proto);
	return true;
}

bool change_run_start(struct change_run *run, const char *text, size_t len,
		      struct err *err)
{
	change_release(&run->total);
	run->edited = false;
	run->base = text;
	run->base_len = len;
	return parse(run, text, len, err);
}

static void move_notes(struct change_set *to, struct change_set *from)
{
	for (size_t i = 0; i < from->count; i++) {
		to->notes = mem_room(to->notes, to->count, &to->cap,
				     sizeof(*to->notes));
		to->notes[to->count++] = from->notes[i];
	}
	from->count = 0;
}

bool change_run_take(struct change_run *run, struct change_set *step,
		     struct err *err)
{
	struct patch *sum;
	struct buf swap;

	if (step->patch) {
		buf_clear(&run->spare);
		if (!patch_apply(step->patch, run->pair.text, run->pair.len,
				 &run->spare, err) ||
		    !buf_ok(&run->spare, _("the record"), err))
			return false;
		sum = patch_compose(run->total.patch, step->patch, run->base,
				    run->base_len);
		patch_unref(run->total.patch);
		run->total.patch = sum;
		swap = run->now;
		run->now = run->spare;
		run->spare = swap;
		run->edited = true;
		if (!parse(run, run->now.data, run->now.len, err))
			return false;
	}
	move_notes(&run->total, step);
	change_release(step);
	return true;
}
