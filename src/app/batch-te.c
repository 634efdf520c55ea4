/* thousandeyes tests, create, history. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/batch-sync.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "remote/tehistory.h"

struct te_run {
	struct batch_sync sync;
	const struct remote_conf *conf;
	const char *aid;
};

/* The named remote, else the only one of the kind. */
static const struct remote_conf *pick_remote(struct te_run *t, struct err *err)
{
	const char *name = batch_value(t->sync.batch, OPTION_REMOTE);
	const struct remotes *all = &t->sync.syncer.remotes;
	const struct remote_conf *found = NULL;

	if (name) {
		found = remotes_find(all, name, err);
		if (found && found->kind != REMOTE_THOUSANDEYES) {
			err_set(err, ERR_USAGE,
				_("%s: not a remote of the kind thousandeyes"),
				found->name);
			return NULL;
		}
		return found;
	}
	for (size_t i = 0; i < all->count; i++) {
		if (all->all[i].kind != REMOTE_THOUSANDEYES)
			continue;
		if (found) {
			err_set(err, ERR_USAGE, "%s",
				_("several remotes of the kind thousandeyes: "
				  "name one with --remote"));
			return NULL;
		}
		found = &all->all[i];
	}
	if (!found)
		err_set(err, ERR_USAGE, "%s",
			_("no [remote] of the kind thousandeyes is configured"));
	return found;
}

static int open_run(struct batch *b, struct te_run *t)
{
	struct err err = {0};
	int status = batch_sync_open(b, &t->sync);

	if (status)
		return status;
	t->conf = pick_remote(t, &err);
	if (!t->conf) {
		batch_sync_close(&t->sync);
		return batch_say(NULL, &err);
	}
	t->aid = batch_value(b, OPTION_AID);
	if (!t->aid)
		t->aid = t->conf->aid;
	return 0;
}

static void print_cell(const char *s)
{
	out_visible(s, strlen(s), false);
}

/* ---- tests ---- */

static void print_test(const struct batch *b, const struct te_item *item)
{
	struct out_object o;

	if (batch_given(b, OPTION_JSON)) {
		out_begin(&o);
		out_text(&o, "id", item->id);
		out_text(&o, "name", item->name);
		out_text(&o, "type", item->type);
		out_bool(&o, "enabled", !item->off);
		out_bool(&o, "saved", item->saved);
		out_end(&o);
		return;
	}
	print_cell(item->id);
	putchar('\t');
	print_cell(item->type);
	putchar('\t');
	print_cell(item->name);
	if (item->off)
		printf("\t%s", _("disabled"));
	if (item->saved)
		printf("\t%s", _("saved event"));
	putchar('\n');
}

static int te_list_tests(struct batch *b)
{
	struct te_run t = {0};
	struct te_list list = {0};
	struct err err = {0};
	struct te_client *c;
	int status = open_run(b, &t);

	if (status)
		return status;
	c = te_open(t.conf, &t.sync.watch, &err);
	if (c && te_tests(c, t.aid, &list, &t.sync.watch, &err)) {
		batch_sync_clear(&t.sync);
		for (size_t i = 0; i < list.count; i++)
			print_test(b, &list.items[i]);
	} else {
		batch_sync_clear(&t.sync);
		status = batch_fail(t.conf->name, &err);
	}
	te_list_release(&list);
	te_close(c);
	batch_sync_close(&t.sync);
	return status;
}

/* ---- create ---- */

static bool read_hours(const char *text, int64_t *seconds, struct err *err)
{
	char *end;
	long hours = strtol(text, &end, 10);

	if (end == text || *end || hours < 1 || hours > 1000)
		return err_set(err, ERR_USAGE, "%s",
			       _("--hours: 1, 2, 4, 6, 12, 24 or 48"));
	*seconds = hours * 3600;
	return true;
}

/* The ask that the options make. */
static bool read_ask(struct batch *b, const struct te_run *t, int64_t now,
		     struct te_ask *ask, struct err *err)
{
	const char *end = batch_value(b, OPTION_END);
	const char *hours = batch_value(b, OPTION_HOURS);
	int64_t span = 0;

	*ask = (struct te_ask){
		.version = t->conf->version, .aid = t->aid,
		.test = batch_value(b, OPTION_TEST_ID),
		.name = batch_value(b, OPTION_NAME),
		.public = batch_given(b, OPTION_PUBLIC),
		.to = now - now % 60,
	};
	if (!ask->test || !ask->name || !hours)
		return err_set(err, ERR_USAGE, "%s",
			       _("--test-id, --name and --hours are needed"));
	if (!read_hours(hours, &span, err))
		return false;
	if (end && !te_parse_time(end, strlen(end), &ask->to, err))
		return err_wrap(err, "--end");
	ask->from = ask->to - span;
	return true;
}

static void say_problem(void *ctx, enum te_field field, bool error,
			const char *text)
{
	static const char *const names[] = {
		[TE_TEST] = "--test-id", [TE_NAME] = "--name",
		[TE_AID] = "--aid", [TE_SPAN] = "--hours", [TE_END] = "--end",
	};

	batch_note(names[field], "%s%s", error ? "" : _("warning: "), text);
}

static void warn_quota(struct te_run *t, const struct te_ask *ask, int64_t now)
{
	struct te_history history;
	const char *base = t->conf->url ? t->conf->url : TE_URL;
	size_t made;

	if (!t->conf->quota_s ||
	    !te_history_read(&history, t->sync.syncer.state_dir, NULL))
		return;
	made = te_history_count(&history, base, ask->aid,
				now - (int64_t)t->conf->quota_s);
	if (made >= t->conf->quota)
		batch_note(t->conf->name,
			   _("warning: %zu snapshots were created in the last %u s; "
			     "the quota is %u"),
			   made, t->conf->quota_s, t->conf->quota);
	te_history_release(&history);
}

static void print_request(const struct te_run *t, const struct te_ask *ask)
{
	struct buf text;

	buf_init(&text);
	buf_adds(&text, "POST ");
	te_ask_url(ask, t->conf->url, &text);
	buf_adds(&text, "\n");
	te_ask_body(ask, &text);
	buf_adds(&text, "\n");
	te_ask_curl(ask, t->conf->url,
		    t->conf->version == 6 && t->conf->user, &text);
	out_visible(text.data, text.len, true);
	putchar('\n');
	buf_release(&text);
}

static void print_made(const struct batch *b, const struct te_ask *ask,
		       const struct te_made *made)
{
	char shared[TE_TIME_MAX];
	struct out_object o;

	if (!batch_given(b, OPTION_JSON)) {
		print_cell(made->link);
		putchar('\n');
		return;
	}
	te_format_time(shared, made->shared, 7);
	out_begin(&o);
	out_text(&o, "link", made->link);
	out_text(&o, "name", made->name);
	out_text(&o, "test", ask->test);
	out_bool(&o, "public", ask->public);
	out_text(&o, "created", shared);
	if (ask->public) {
		te_format_time(shared, made->shared + TE_PUBLIC_DAYS * 86400, 7);
		out_text(&o, "expires", shared);
	} else {
		out_null(&o, "expires");
	}
	out_end(&o);
}

static int create(struct te_run *t, const struct te_ask *ask)
{
	const char *base = t->conf->url ? t->conf->url : TE_URL;
	struct batch *b = t->sync.batch;
	struct te_made made = {0};
	struct err err = {0};
	struct te_client *c = te_open(t->conf, &t->sync.watch, &err);
	int status = 0;

	if (c && te_create(c, ask, &made, &t->sync.watch, &err)) {
		batch_sync_clear(&t->sync);
		print_made(b, ask, &made);
		if (made.told && made.saved == ask->public)
			batch_note(t->conf->name, "%s", made.saved
				   ? _("the server made it private")
				   : _("the server made it public"));
		if (!te_history_add(t->sync.syncer.state_dir, t->conf->name,
				    base, ask, &made, &err))
			status = batch_say(NULL, &err);
	} else {
		batch_sync_clear(&t->sync);
		status = batch_fail(t->conf->name, &err);
	}
	te_made_release(&made);
	te_close(c);
	return status;
}

static int te_create_one(struct batch *b)
{
	struct te_run t = {0};
	struct err err = {0};
	struct te_ask ask;
	int64_t now = time(NULL);
	int status = open_run(b, &t);

	if (status)
		return status;
	if (!read_ask(b, &t, now, &ask, &err)) {
		status = batch_say(NULL, &err);
	} else if (!te_check(&ask, now, say_problem, NULL)) {
		status = 1;
	} else {
		warn_quota(&t, &ask, now);
		if (batch_given(b, OPTION_DRY_RUN))
			print_request(&t, &ask);
		else
			status = create(&t, &ask);
	}
	batch_sync_close(&t.sync);
	return status;
}

/* ---- history ---- */

static void print_past(const struct batch *b, const struct te_past *p)
{
	char made[TE_TIME_MAX], from[TE_TIME_MAX], to[TE_TIME_MAX],
		expires[TE_TIME_MAX];
	struct out_object o;

	te_format_time(made, p->made, 7);
	te_format_time(from, p->from, 7);
	te_format_time(to, p->to, 7);
	te_format_time(expires, p->expires, 7);
	if (batch_given(b, OPTION_JSON)) {
		out_begin(&o);
		out_text(&o, "created", made);
		out_text(&o, "remote", p->remote);
		out_text(&o, "test", p->test);
		out_text(&o, "name", p->name);
		out_text(&o, "from", from);
		out_text(&o, "to", to);
		out_bool(&o, "public", p->public);
		if (p->expires)
			out_text(&o, "expires", expires);
		else
			out_null(&o, "expires");
		out_text(&o, "link", p->link);
		out_end(&o);
		return;
	}
	printf("%s\t%s\t%s\t", made, from, to);
	print_cell(p->test);
	putchar('\t');
	print_cell(p->name);
	printf("\t%s\t", p->public ? _("public") : _("private"));
	print_cell(p->link);
	putchar('\n');
}

static int te_list_history(struct batch *b)
{
	const char *state = NULL;
	struct te_history history = {0};
	struct err err = {0};
	int status = 0;

	state = batch_state(b, &err);
	if (!state || !te_history_read(&history, state, &err))
		status = batch_say(NULL, &err);
	for (size_t i = 0; i < history.count; i++)
		print_past(b, &history.items[i]);
	te_history_release(&history);
	return status;
}

int batch_thousandeyes(struct batch *b)
{
	const char *verb = b->options->args[0];

	if (!strcmp(verb, "tests"))
		return te_list_tests(b);
	if (!strcmp(verb, "create"))
		return te_create_one(b);
	if (!strcmp(verb, "history"))
		return te_list_history(b);
	return batch_usage_error(b, _("not tests, create or history"));
}
