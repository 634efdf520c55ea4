/* push: look, check, ask or warn, send. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/batch-sync.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "remote/prepush.h"

struct push {
	struct batch_sync *y;
	const struct remote_conf *remote;
	char *id;
	struct sync *sync;
	struct prepush look;
	bool force, dry, json;
	bool removal;		/* it was deleted here: remove it there */
	const char *result;	/* "pushed", ...; for --json */
};

static void print_counts(const struct push *p)
{
	const struct merge_counts *c = &p->look.counts;

	printf(_("%llu records added, %llu removed, %llu changed"),
	       (unsigned long long)c->added, (unsigned long long)c->removed,
	       (unsigned long long)c->changed);
}

static void print_result(struct push *p)
{
	struct out_object o;

	if (!p->json)
		return;
	out_begin(&o);
	out_text(&o, "id", p->id);
	out_text(&o, "remote", p->remote->name);
	out_text(&o, "result", p->result);
	out_number(&o, "added", (int64_t)p->look.counts.added);
	out_number(&o, "removed", (int64_t)p->look.counts.removed);
	out_number(&o, "changed", (int64_t)p->look.counts.changed);
	out_number(&o, "bytes", p->sync ? (int64_t)sync_moved(p->sync) : 0);
	out_end(&o);
}

/* Merge what moved on there, with the conflicts decided beforehand; false with
 * err. The sync begins anew. */
static bool merge_first(struct push *p, enum merge_choice how, struct err *err)
{
	if (!sync_merge(p->sync, err))
		return false;
	sync_decide(p->sync, how);
	if (!sync_pull(p->sync, SYNC_MERGE, err))
		return false;
	sync_end(p->sync);
	p->sync = batch_sync_begin(p->y, p->id, p->remote, err);
	return p->sync != NULL;
}

/* Both sides differ: what was asked for decides. */
static bool settle(struct push *p, struct err *err)
{
	struct batch *b = p->y->batch;
	enum sync_status status = sync_status(p->sync);
	bool mine = batch_given(b, OPTION_MINE);
	bool theirs = batch_given(b, OPTION_THEIRS);

	if (status == SYNC_THERE || status == SYNC_BOTH) {
		if (!sync_fetch(p->sync, true, err))
			return false;
		status = sync_status(p->sync);
	}
	if (p->force)
		return true;
	switch (status) {
	case SYNC_THERE:
	case SYNC_BOTH:
		if ((mine || theirs) && !p->dry)
			return merge_first(p, mine ? MERGE_MINE : MERGE_THEIRS,
					   err);
		return mine || theirs ||
		       err_set(err, ERR_CONFLICT,
			       _("%s moved on since the last sync; pull "
				 "first, or merge with --mine or --theirs, or "
				 "overwrite it with --force"), p->remote->name);
	case SYNC_GONE_THERE:
		return err_set(err, ERR_CONFLICT,
			       _("it was deleted on %s; --force puts it back, "
				 "pull --theirs deletes it here"),
			       p->remote->name);
	case SYNC_GONE_HERE:
		return err_set(err, ERR_CONFLICT,
			       _("it was deleted here; --force deletes it on "
				 "%s, pull --theirs brings it back"),
			       p->remote->name);
	default:
		return true;
	}
}

static bool check_errors(struct push *p, struct err *err)
{
	if (!p->look.errors)
		return true;
	batch_sync_clear(p->y);
	fputs(p->look.error_lines.data, stderr);
	return p->force ||
	       err_set(err, ERR_INPUT,
		       PLURAL("%llu error is not there yet; --force pushes it "
			      "all the same",
			      "%llu errors are not there yet; --force pushes "
			      "them all the same", p->look.errors),
		       (unsigned long long)p->look.errors);
}

static bool check_secrets(struct push *p, struct err *err)
{
	uint64_t n = p->look.secrets;
	char *text;
	bool yes;

	if (!n)
		return true;
	batch_sync_clear(p->y);
	fputs(p->look.secret_lines.data, stderr);
	text = mem_format(PLURAL("%llu value looks like a credential",
				 "%llu values look like credentials", n),
			  (unsigned long long)n);
	if (p->y->terminal && !p->dry && !p->force) {
		char *question = mem_format(_("%s. Push all the same?"), text);

		yes = batch_sync_ask(p->y, question);
		free(question);
	} else {
		batch_note(p->id, "%s", text);
		yes = true;
	}
	free(text);
	return yes || err_set(err, ERR_CANCELLED, _("not pushed"));
}

static void say_pushed(struct push *p)
{
	uint64_t bytes = sync_moved(p->sync);

	if (p->json)
		return;
	batch_sync_name(p->id);
	print_counts(p);
	printf(PLURAL("; %llu byte sent to %s\n", "; %llu bytes sent to %s\n",
		      bytes), (unsigned long long)bytes, p->remote->name);
	printf("%s: %s\n", p->remote->name, sync_guarantee(p->sync));
	if (sync_skipped(p->sync))
		batch_note(p->id, _("%zu files that are no plain files were "
				    "left out"), sync_skipped(p->sync));
}

static bool send(struct push *p, struct err *err)
{
	if (!prepush_look(p->sync, &p->look, err) || !check_errors(p, err) ||
	    !check_secrets(p, err))
		return false;
	if (p->dry) {
		p->result = "would-push";
		if (!p->json) {
			batch_sync_name(p->id);
			fputs(_("would push: "), stdout);
			print_counts(p);
			putchar('\n');
		}
		return true;
	}
	if (!sync_push(p->sync, p->force, err))
		return false;
	p->result = "pushed";
	batch_sync_clear(p->y);
	say_pushed(p);
	return true;
}

static bool remove_there(struct push *p, struct err *err)
{
	p->result = p->dry ? "would-delete" : "deleted";
	if (!p->dry && !sync_push_removal(p->sync, err))
		return false;
	if (p->json)
		return true;
	batch_sync_name(p->id);
	printf(p->dry ? _("would be deleted on %s\n") : _("deleted on %s\n"),
	       p->remote->name);
	return true;
}

static bool run(struct push *p, const char *text, struct err *err)
{
	p->id = batch_sync_id(p->y, text, p->remote, err);
	if (!p->id)
		return false;
	p->sync = batch_sync_begin(p->y, p->id, p->remote, err);
	if (!p->sync || !settle(p, err))
		return false;
	switch (sync_status(p->sync)) {
	case SYNC_SAME:
		p->result = "in-sync";
		if (p->json)
			return true;
		batch_sync_name(p->id);
		printf(_("in sync with %s\n"), p->remote->name);
		return true;
	case SYNC_GONE_HERE:
		return remove_there(p, err);
	default:
		return send(p, err);
	}
}

static int push_one(struct batch_sync *y, const struct remote_conf *remote,
		    const char *text)
{
	struct push p = {
		.y = y, .remote = remote, .result = "refused",
		.force = batch_given(y->batch, OPTION_FORCE),
		.dry = batch_given(y->batch, OPTION_DRY_RUN),
		.json = batch_given(y->batch, OPTION_JSON),
	};
	struct err err = {0};
	int status = 0;
	bool ok;

	buf_init(&p.look.error_lines);
	buf_init(&p.look.secret_lines);
	ok = run(&p, text, &err);
	batch_sync_clear(y);
	if (!ok) {
		p.result = "refused";
		status = batch_fail(p.id ? p.id : text, &err);
	}
	if (p.id)
		print_result(&p);
	sync_end(p.sync);
	prepush_release(&p.look);
	free(p.id);
	return status;
}

int batch_push(struct batch *b)
{
	const struct remote_conf *remote;
	struct batch_sync y;
	struct err err = {0};
	int status;

	if (batch_given(b, OPTION_MINE) && batch_given(b, OPTION_THEIRS))
		return batch_usage_error(b,
			_("--mine and --theirs exclude each other"));
	if (b->options->read_only) {
		err_set(&err, ERR_INPUT, "%s",
			_("not pushed, because of --read-only"));
		return batch_fail(b->options->args[0], &err);
	}
	status = batch_sync_open(b, &y);
	if (status)
		return status;
	remote = syncer_remote(&y.syncer, batch_value(b, OPTION_REMOTE), &err);
	if (!remote)
		status = batch_say(NULL, &err);
	for (size_t i = 0; remote && i < b->options->count; i++) {
		int one = push_one(&y, remote, b->options->args[i]);

		if (one > status)
			status = one;
	}
	batch_sync_close(&y);
	return status;
}
