/* microcks convert, merge, split, strip: repositories as files. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/batch-run.h"
#include "app/repository.h"
#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/mockconvert.h"
#include "rrpair/mockstrip.h"

#define FILE_MODE 0666		/* less the umask */
#define PARTS_MAX 10000		/* files of one split */

/* A new file, or standard output; an existing one only with --force. */
static bool write_file(struct batch *b, const char *path, const struct buf *text,
		       struct err *err)
{
	if (!strcmp(path, "-")) {
		out_bytes(text->data ? text->data : "", text->len);
		return true;
	}
	if (b->options->read_only)
		return err_set(err, ERR_INPUT,
			       _("not written, because of --read-only"));
	if (!batch_given(b, OPTION_FORCE) && !access(path, F_OK))
		return err_set(err, ERR_CONFLICT,
			       _("the file exists (--force replaces it)"));
	return atomicfile_replace(path, FILE_MODE, text->data ? text->data : "",
				  text->len, err);
}

/* ---- convert ---- */

static void print_report(struct batch *b, const char *name,
			 const struct mock_report *r)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct mock_lost *l = &r->list[i];
		struct out_object o;

		if (!batch_given(b, OPTION_JSON)) {
			batch_note(name, PLURAL("%llu record: %s has no place%s%s",
						"%llu records: %s has no place%s%s",
						l->records),
				   (unsigned long long)l->records, l->path,
				   *l->why ? ": " : "", l->why);
			continue;
		}
		out_begin(&o);
		out_text(&o, "field", l->path);
		out_number(&o, "records", (int64_t)l->records);
		out_text(&o, "message", *l->why ? l->why : NULL);
		out_end(&o);
	}
}

static bool make_all(struct opened *o, struct mock_maker *m, struct err *err)
{
	struct snapshot *s = document_snapshot(o->doc);
	struct snapshot_cursor c;
	struct rrpair pair;
	bool ok = true;

	rrpair_init(&pair);
	snapshot_cursor_init(&c, s, 0, snapshot_count(s));
	while (ok && snapshot_cursor_next(&c, err))
		ok = mock_maker_add(m, rrpair_parse(&pair, c.text, c.len, NULL)
					       ? &pair : NULL, err);
	ok = ok && !c.failed;
	snapshot_cursor_release(&c);
	rrpair_release(&pair);
	snapshot_unref(s);
	return ok;
}

/* One pass over the records of a repository: requests, or all others. */
static bool play_pass(const struct snapshot *s, struct mock_player *p,
		      bool requests, struct buf *out, struct err *err)
{
	struct snapshot_cursor c;
	struct rrpair pair;
	bool ok = true;

	rrpair_init(&pair);
	snapshot_cursor_init(&c, s, 0, snapshot_count(s));
	while (ok && snapshot_cursor_next(&c, err)) {
		enum repo_kind kind = snapshot_kind(s, c.id);

		if (kind > REPO_EVENT || (kind == REPO_REQUEST) != requests ||
		    !rrpair_parse(&pair, c.text, c.len, NULL))
			continue;
		rrpair_set_proto(&pair, repository_proto(kind));
		ok = requests ? mock_player_add(p, &pair, out, err)
			      : mock_player_learn(p, &pair, err);
	}
	ok = ok && !c.failed;
	snapshot_cursor_release(&c);
	rrpair_release(&pair);
	return ok;
}

static bool to_traffic(struct batch *b, struct opened *o, const char *file,
		       const struct mock_options *options, struct err *err)
{
	struct mock_player *p = mock_player_new(options);
	struct snapshot *s = document_snapshot(o->doc);
	struct buf out;
	bool ok;

	buf_init(&out);
	ok = play_pass(s, p, false, &out, err) &&
	     play_pass(s, p, true, &out, err) &&
	     write_file(b, file, &out, err);
	if (ok)
		print_report(b, o->name, mock_player_report(p));
	buf_release(&out);
	snapshot_unref(s);
	mock_player_free(p);
	return ok;
}

static bool to_repository(struct batch *b, struct opened *o, const char *file,
			  const struct mock_options *options, struct err *err)
{
	struct mock_maker *m = mock_maker_new(options);
	struct buf out;
	bool ok;

	buf_init(&out);
	ok = make_all(o, m, err) && mock_maker_finish(m, &out, err) &&
	     write_file(b, file, &out, err);
	if (ok)
		print_report(b, o->name, mock_maker_report(m));
	buf_release(&out);
	mock_maker_free(m);
	return ok;
}

static int convert(struct batch *b)
{
	const char *name = b->options->args[1], *file = b->options->args[2];
	struct mock_options options = {
		.service = batch_value(b, OPTION_SERVICE),
		.version = batch_value(b, OPTION_SERVICE_VERSION),
		.direction = batch_value(b, OPTION_DIRECTION),
		.host = batch_value(b, OPTION_HOST),
	};
	struct opened o;
	struct err err;
	bool ok;

	if (options.direction && strcmp(options.direction, "IN") &&
	    strcmp(options.direction, "OUT"))
		return batch_usage_error(b, _("--direction is IN or OUT"));
	if (batch_given(b, OPTION_JSON) && !strcmp(file, "-"))
		return batch_usage_error(b, _("--json needs a file to write"));
	if (!batch_open(b, name, false, &o, &err))
		return batch_fail(name, &err);
	ok = document_repository(o.doc)
		     ? to_traffic(b, &o, file, &options, &err)
		     : to_repository(b, &o, file, &options, &err);
	batch_close(&o);
	return ok ? 0 : batch_fail(file, &err);
}

/* ---- files put together and taken apart ---- */

/* A repository that is being written: the texts of its lists. */
struct building {
	struct buf list[REPO_KINDS];
};

static void building_init(struct building *w)
{
	for (unsigned k = 0; k < REPO_KINDS; k++)
		buf_init(&w->list[k]);
}

static void building_release(struct building *w)
{
	for (unsigned k = 0; k < REPO_KINDS; k++)
		buf_release(&w->list[k]);
}

static void building_add(struct building *w, enum repo_kind kind,
			 const char *text, size_t len)
{
	if (w->list[kind].len)
		buf_addc(&w->list[kind], ',');
	buf_add(&w->list[kind], text, len);
}

static bool building_write(struct batch *b, struct building *w,
			   const char *path, struct err *err)
{
	struct buf out;
	bool ok;

	buf_init(&out);
	for (unsigned k = REPO_SERVICE; k <= REPO_EVENT; k++) {
		buf_addf(&out, "%s\"%s\":[", k == REPO_SERVICE ? "{" : "], ",
			 repo_kind_key((enum repo_kind)k));
		buf_add(&out, w->list[k].data, w->list[k].len);
	}
	buf_adds(&out, "]}");
	ok = buf_ok(&out, path, err) && write_file(b, path, &out, err);
	buf_release(&out);
	return ok;
}

static bool open_repository(struct batch *b, const char *name,
			    struct opened *o, struct err *err)
{
	if (!batch_open(b, name, false, o, err))
		return false;
	if (document_repository(o->doc))
		return true;
	batch_close(o);
	return err_set(err, ERR_INPUT, _("not a Microcks repository"));
}

struct merging {
	struct batch *b;
	struct building built;
	struct mock_strings seen;	/* kind and id -> hash of the text */
	uint64_t same;
};

static size_t hash_of(const char *s, size_t len)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
	return (size_t)h;
}

/* An element that is there already is not taken twice; another of its id is a
 * conflict. */
static bool merge_one(struct merging *m, const char *name, enum repo_kind kind,
		      const struct snapshot_cursor *c, struct rrpair *pair,
		      struct err *err)
{
	char quoted[ERR_QUOTE_MAX], *id;
	size_t hash = hash_of(c->text, c->len);
	bool new = true;

	if (kind > REPO_EVENT) {
		batch_note(name, _("record %llu is no element of a list and is "
				   "left out"), (unsigned long long)c->pos + 1);
		return true;
	}
	if (rrpair_parse(pair, c->text, c->len, NULL)) {
		id = mock_text_of(pair, json_at(&pair->doc, 0, "id"));
		err_quote(quoted, id, strlen(id));
		if (*id && mock_strings_add(&m->seen,
					    mem_format("%d %s", (int)kind, id),
					    hash, &new) != hash) {
			free(id);
			return err_set(err, ERR_CONFLICT,
				       _("record %llu: another %s has the id "
					 "%s"), (unsigned long long)c->pos + 1,
				       repo_kind_name(kind), quoted);
		}
		free(id);
	}
	if (new)
		building_add(&m->built, kind, c->text, c->len);
	m->same += !new;
	return true;
}

static bool merge_file(struct merging *m, const char *name, struct err *err)
{
	struct snapshot_cursor c;
	struct snapshot *s;
	struct rrpair pair;
	struct opened o;
	bool ok = true;

	if (!open_repository(m->b, name, &o, err))
		return false;
	rrpair_init(&pair);
	s = document_snapshot(o.doc);
	snapshot_cursor_init(&c, s, 0, snapshot_count(s));
	while (ok && snapshot_cursor_next(&c, err))
		ok = merge_one(m, name, snapshot_kind(s, c.id), &c, &pair, err);
	ok = ok && !c.failed;
	snapshot_cursor_release(&c);
	snapshot_unref(s);
	rrpair_release(&pair);
	batch_close(&o);
	return ok;
}

static int merge(struct batch *b)
{
	const char *file = b->options->args[1], *at = file;
	struct merging m = { .b = b };
	struct err err;
	bool ok = true;

	building_init(&m.built);
	for (size_t i = 2; ok && i < b->options->count; i++)
		ok = merge_file(&m, at = b->options->args[i], &err);
	if (ok)
		ok = building_write(b, &m.built, at = file, &err);
	if (ok && m.same)
		batch_note(file, PLURAL("%llu element was there twice and is "
					"taken once",
					"%llu elements were there twice and "
					"are taken once", m.same),
			   (unsigned long long)m.same);
	mock_strings_release(&m.seen);
	building_release(&m.built);
	return ok ? 0 : batch_fail(at, &err);
}

/* One service with all that belongs to it. */
struct share {
	char *id, *file;
	struct building built;
};
struct splitting {
	struct share *shares;	/* the last: what belongs to none */
	size_t n, cap;
};

static struct share *add_share(struct splitting *s, char *id, char *file)
{
	struct share *p;

	s->shares = mem_room(s->shares, s->n, &s->cap, sizeof(*s->shares));
	p = &s->shares[s->n++];
	*p = (struct share){ .id = id, .file = file };
	building_init(&p->built);
	return p;
}

/* A name that a file can have: what else stands in it becomes '_'. */
static char *file_name(const struct rrpair *pair, const char *dir, size_t number)
{
	char *name = mock_text_of(pair, json_at(&pair->doc, 0, "name"));
	char *version = mock_text_of(pair, json_at(&pair->doc, 0, "version"));
	char *part = mem_format("%.100s-%.40s", name, version), *path;

	for (char *p = part; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-", *p))
			*p = '_';
	path = mem_format("%s/%04zu-%s.json", dir, number, part);
	free(name);
	free(version);
	free(part);
	return path;
}

/* Whose the record is: by serviceId, or by the longest id that its operationId
 * begins with. */
static struct share *share_of(struct splitting *s, const struct rrpair *pair,
			      enum repo_kind kind)
{
	char *of = mock_text_of(pair, json_at(&pair->doc, 0,
					      kind == REPO_SERVICE ? "id" :
					      kind == REPO_RESOURCE
						      ? "serviceId"
						      : "operationId"));
	struct share *best = NULL;
	size_t best_len = 0;

	for (size_t i = 0; i < s->n; i++) {
		size_t len = strlen(s->shares[i].id);

		if (len > best_len && !strncmp(of, s->shares[i].id, len) &&
		    (kind <= REPO_RESOURCE ? !of[len] : of[len] == '-')) {
			best = &s->shares[i];
			best_len = len;
		}
	}
	free(of);
	return best;
}

static bool split_pass(const struct snapshot *snap, struct splitting *s,
		       const char *dir, bool services, struct err *err)
{
	struct snapshot_cursor c;
	struct rrpair pair;
	struct share *to;
	bool ok = true;

	rrpair_init(&pair);
	snapshot_cursor_init(&c, snap, 0, snapshot_count(snap));
	while (ok && snapshot_cursor_next(&c, err)) {
		enum repo_kind kind = snapshot_kind(snap, c.id);

		if (kind > REPO_EVENT || (kind == REPO_SERVICE) != services ||
		    !rrpair_parse(&pair, c.text, c.len, NULL))
			continue;
		to = share_of(s, &pair, kind);
		if (!to && services && s->n < PARTS_MAX)
			to = add_share(s, mock_text_of(&pair,
						       json_at(&pair.doc, 0,
							       "id")),
				       file_name(&pair, dir, s->n + 1));
		if (!to && services)
			ok = err_set(err, ERR_LIMIT,
				     _("more than %d services"), PARTS_MAX);
		if (!to && !services)
			to = *s->shares[s->n - 1].id
				     ? add_share(s, mem_strdup(""),
						 mem_format("%s/others.json",
							    dir))
				     : &s->shares[s->n - 1];
		if (to)
			building_add(&to->built, kind, c.text, c.len);
	}
	ok = ok && !c.failed;
	snapshot_cursor_release(&c);
	rrpair_release(&pair);
	return ok;
}

static int split(struct batch *b)
{
	const char *name = b->options->args[1], *dir = b->options->args[2];
	struct splitting s = { 0 };
	struct snapshot *snap;
	struct opened o;
	struct err err;
	bool ok;

	if (!open_repository(b, name, &o, &err))
		return batch_fail(name, &err);
	snap = document_snapshot(o.doc);
	ok = split_pass(snap, &s, dir, true, &err);
	if (ok && !s.n)
		ok = err_set(&err, ERR_INPUT,
			     _("there is no service to split by"));
	ok = ok && split_pass(snap, &s, dir, false, &err);
	for (size_t i = 0; ok && i < s.n; i++) {
		ok = building_write(b, &s.shares[i].built, s.shares[i].file,
				    &err);
		if (ok)
			puts(s.shares[i].file);
		else
			err_wrap(&err, "%s", s.shares[i].file);
	}
	for (size_t i = 0; i < s.n; i++) {
		free(s.shares[i].id);
		free(s.shares[i].file);
		building_release(&s.shares[i].built);
	}
	free(s.shares);
	snapshot_unref(snap);
	batch_close(&o);
	return ok ? 0 : batch_fail(name, &err);
}

/* ---- for older servers ---- */

static bool strip_one(void *arg, struct change_run *run, struct err *err)
{
	struct change_set step;
	bool ok;

	(void)arg;
	change_init(&step);
	mock_strip(&run->pair, &step);
	ok = change_run_take(run, &step, err);
	change_release(&step);
	return ok;
}

static int strip(struct batch *b)
{
	const char *name = b->options->args[1];
	struct rowlist rows = { 0 };
	struct opened o;
	struct err err;
	struct change_job job = {
		.opened = &o, .make = strip_one, .skip_broken = true,
	};
	int status;

	if (!batch_open(b, name, true, &o, &err))
		return batch_fail(name, &err);
	if (!document_repository(o.doc)) {
		err_set(&err, ERR_INPUT, _("not a Microcks repository"));
		status = batch_fail(name, &err);
	} else {
		rows.count = (size_t)document_count(o.doc);
		rows.ids = mem_alloc(rows.count * sizeof(*rows.ids) + 1);
		for (size_t i = 0; i < rows.count; i++)
			rows.ids[i] = document_row(o.doc, i);
		status = batch_change(b, &job, &rows);
	}
	rowlist_release(&rows);
	batch_close(&o);
	return status;
}

int batch_microcks(struct batch *b)
{
	static const struct {
		const char *verb;
		size_t min, max;
		int (*run)(struct batch *b);
	} verbs[] = {
		{ "convert", 3, 3, convert }, { "merge", 3, SIZE_MAX, merge },
		{ "split", 3, 3, split }, { "strip", 2, 2, strip },
	};
	struct err err;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(b->options->args[0], verbs[i].verb) != 0)
			continue;
		if (b->options->count < verbs[i].min)
			return batch_usage_error(b,
						 _("an argument is missing"));
		if (b->options->count > verbs[i].max)
			return batch_usage_error(b, _("too many arguments"));
		/* The verbs share their options; this one is only for strip. */
		if (batch_given(b, OPTION_DRY_RUN) && verbs[i].run != strip) {
			err_set(&err, ERR_USAGE, _("%s: there is no such option"),
				"--dry-run");
			return batch_usage_error(b, err.msg);
		}
		return verbs[i].run(b);
	}
	return batch_usage_error(b, _("not convert, merge, split or strip"));
}
