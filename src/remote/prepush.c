#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "remote/mergeindex.h"
#include "remote/prepush.h"
#include "remote/syncplan.h"
#include "rrpair/check.h"
#include "rrpair/secret.h"
#include "store/library.h"

struct look {
	struct prepush *out;
	struct check *check;
	uint64_t number;
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool take_secret(void *arg, const struct problem *p)
{
	struct look *l = arg;

	if (p->rule->id != CHECK_SECRET)
		return true;
	if (l->out->secrets++ < PREPUSH_LINES_MAX)
		buf_addf(&l->out->secret_lines, _("record %llu, %s: %s\n"),
			 (unsigned long long)l->number, p->field, p->message);
	return true;
}

static void look_at(struct look *l, const struct buf *base, bool has_base,
		    const struct buf *text)
{
	struct buf lines;
	size_t n;

	check_alone(l->check, text->data, text->len, take_secret, l);
	buf_init(&lines);
	n = check_brought_in(l->check, has_base ? base->data : NULL, base->len,
			     text->data, text->len, &lines);
	if (n && l->out->errors < PREPUSH_LINES_MAX)
		buf_addf(&l->out->error_lines, _("record %llu: %s"),
			 (unsigned long long)l->number, lines.data);
	l->out->errors += n;
	buf_release(&lines);
}

/* Which record of the base has this key: NO_RECORD. */
static uint32_t *places(const struct merge_file *f, uint32_t keys)
{
	uint32_t *at = mem_zalloc(keys + 1, sizeof(*at));

	memset(at, 0xff, (keys + 1) * sizeof(*at));
	for (uint32_t i = 0; i < f->count; i++)
		at[f->records[i].key] = i;
	return at;
}

/* What is new or other than in the base, record by record. */
static bool look_at_new(struct look *l, struct merge_file *base,
			struct merge_file *mine, const uint32_t *at,
			const struct remote_watch *watch, struct err *err)
{
	struct merge_counts *c = &l->out->counts;
	struct buf was, text;
	bool ok = true;

	buf_init(&was);
	buf_init(&text);
	c->removed = base->count;
	for (uint32_t i = 0; ok && i < mine->count; i++) {
		const struct merge_record *r = &mine->records[i];
		uint32_t b = at[r->key];

		c->removed -= b != MERGE_NO_RECORD;
		if (b != MERGE_NO_RECORD && base->records[b].len == r->len &&
		    !memcmp(base->records[b].hash, r->hash, MERGE_HASH))
			continue;
		c->added += b == MERGE_NO_RECORD;
		c->changed += b != MERGE_NO_RECORD;
		buf_clear(&was);
		buf_clear(&text);
		l->number = (uint64_t)i + 1;
		ok = (b == MERGE_NO_RECORD ||
		      merge_file_text(base, b, &was, err)) &&
		     merge_file_text(mine, i, &text, err);
		if (ok)
			look_at(l, &was, b != MERGE_NO_RECORD, &text);
		if (ok && watch_cancelled(watch))
			ok = err_set(err, ERR_CANCELLED, _("cancelled"));
	}
	buf_release(&was);
	buf_release(&text);
	return ok;
}

static bool look_at_records(struct look *l, struct sync *s, struct err *err)
{
	const struct sync_item *raw = sync_item(s, s->raw_name);
	struct merge_file base = {0}, mine = {0};
	struct merge_file *files[] = {&base, &mine};
	char *path = sync_base_raw(s);
	uint32_t *at = NULL;
	bool ok;

	ok = merge_file_open(&base, path, s->env.state_dir, s->env.watch,
			     err) &&
	     merge_file_open(&mine, raw ? raw->path : NULL, s->env.state_dir,
			     s->env.watch, err);
	if (ok) {
		uint32_t keys = merge_keys(files, 2);

		l->out->records = mine.count;
		at = places(&base, keys);
		ok = look_at_new(l, &base, &mine, at, s->env.watch, err);
	}
	free(at);
	merge_file_release(&base);
	merge_file_release(&mine);
	free(path);
	return ok;
}

static void look_at_meta(struct look *l, struct sync *s)
{
	const struct sync_item *meta = sync_item(s, s->meta_name);
	struct secret_hit hit;
	struct buf text;
	size_t at = 0;

	if (!meta || !meta->path || meta->here == SYNC_KEPT)
		return;
	buf_init(&text);
	if (file_read(meta->path, LIBRARY_META_MAX, &text, NULL))
		while (secret_find(text.data, text.len, at, &hit)) {
			if (l->out->secrets++ < PREPUSH_LINES_MAX)
				buf_addf(&l->out->secret_lines,
					 _("metadata: looks like: %s\n"),
					 _(hit.kind));
			at = hit.off + hit.len;
		}
	buf_release(&text);
}

bool prepush_look(struct sync *s, struct prepush *out, struct err *err)
{
	struct check_options options = {.now_ns = now_ns(),
					.at_least = CHECK_NOTE};
	struct look l = {.out = out};
	bool ok;

	*out = (struct prepush){0};
	buf_init(&out->error_lines);
	buf_init(&out->secret_lines);
	l.check = check_new(&options);
	ok = look_at_records(&l, s, err);
	if (ok)
		look_at_meta(&l, s);
	check_free(l.check);
	return ok;
}

void prepush_release(struct prepush *p)
{
	buf_release(&p->error_lines);
	buf_release(&p->secret_lines);
}
