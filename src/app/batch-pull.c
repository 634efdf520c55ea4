/* pull: look, merge, tell conflicts, put into the store. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/batch-sync.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

#define CONFLICTS_TOLD 50
#define VALUE_TOLD 60		/* bytes of a value in a line */

struct pull {
	struct batch_sync *y;
	const struct remote_conf *remote;
	char *id;
	struct sync *sync;
	bool force, dry, json;
	enum merge_choice how;
	size_t conflicts;
	const char *result;
};

static void print_result(struct pull *p)
{
	struct sync_counts c = {0};
	struct out_object o;

	if (!p->json)
		return;
	if (p->sync)
		c = sync_counts(p->sync);
	out_begin(&o);
	out_text(&o, "id", p->id);
	out_text(&o, "remote", p->remote->name);
	out_text(&o, "result", p->result);
	out_number(&o, "added", (int64_t)c.there.added);
	out_number(&o, "removed", (int64_t)c.there.removed);
	out_number(&o, "changed", (int64_t)c.there.changed);
	out_number(&o, "conflicts", (int64_t)p->conflicts);
	out_number(&o, "bytes", p->sync ? (int64_t)sync_moved(p->sync) : 0);
	out_end(&o);
}

/* ---- conflicts ---- */

static void add_value(struct buf *out, const char *label,
		      const struct merge_value *v)
{
	size_t len = v->len > VALUE_TOLD ? VALUE_TOLD : v->len;

	buf_addf(out, "  %s ", label);
	if (!v->there)
		buf_adds(out, _("(not there)"));
	else if (!v->text)
		buf_adds(out, "...");
	else
		utf8_visible(out, v->text, len, false);
	if (v->there && v->text && (v->cut || len < v->len))
		buf_adds(out, "...");
}

static void tell_conflict(const struct merge_conflict *x)
{
	struct buf out;

	buf_init(&out);
	if (x->number)
		buf_addf(&out, _("record %llu %s"),
			 (unsigned long long)x->number, x->uuid);
	else
		buf_adds(&out, _("snapshot"));
	buf_addc(&out, ' ');
	utf8_visible(&out, x->path, strlen(x->path), false);
	buf_addc(&out, ':');
	add_value(&out, _("base"), &x->base);
	add_value(&out, _("mine"), &x->mine);
	add_value(&out, _("theirs"), &x->theirs);
	fprintf(stderr, "%s\n", out.data);
	buf_release(&out);
}

static bool decide(struct pull *p, struct err *err)
{
	struct merge_conflict **all;
	size_t n = sync_conflicts(p->sync, &all);

	p->conflicts = n;
	batch_sync_clear(p->y);
	for (size_t i = 0; i < n && i < CONFLICTS_TOLD; i++)
		tell_conflict(all[i]);
	free(all);
	if (!n || p->force)
		return true;
	if (p->how == MERGE_ASK)
		return err_set(err, ERR_CONFLICT,
			       PLURAL("%llu conflict: decide it with --mine "
				      "or --theirs",
				      "%llu conflicts: decide them with --mine "
				      "or --theirs", n),
			       (unsigned long long)n);
	sync_decide(p->sync, p->how);
	return true;
}

/* ---- one snapshot ---- */

static void say_counts(const struct pull *p)
{
	struct sync_counts c = sync_counts(p->sync);

	if (c.known)
		printf(_("%llu records added, %llu removed, %llu changed"),
		       (unsigned long long)c.there.added,
		       (unsigned long long)c.there.removed,
		       (unsigned long long)c.there.changed);
	else
		fputs(_("files taken"), stdout);
}

static bool take(struct pull *p, struct err *err)
{
	if (!sync_merge(p->sync, err) || !decide(p, err))
		return false;
	p->result = p->dry ? "would-pull" : "pulled";
	if (!p->dry &&
	    !sync_pull(p->sync, p->force ? SYNC_TAKE_THEIRS : SYNC_MERGE, err))
		return false;
	batch_sync_clear(p->y);
	if (p->json)
		return true;
	batch_sync_name(p->id);
	if (p->dry)
		fputs(_("would pull: "), stdout);
	say_counts(p);
	printf(PLURAL("; %llu byte from %s\n", "; %llu bytes from %s\n",
		      sync_moved(p->sync)),
	       (unsigned long long)sync_moved(p->sync), p->remote->name);
	return true;
}

static bool nothing_new(struct pull *p, const char *result)
{
	p->result = result;
	if (p->json)
		return true;
	batch_sync_name(p->id);
	printf(_("nothing new on %s\n"), p->remote->name);
	return true;
}

static bool gone(struct pull *p, struct err *err)
{
	bool here = sync_status(p->sync) == SYNC_GONE_HERE;

	if (p->force || p->how == MERGE_THEIRS) {
		p->force = true;
		return take(p, err);
	}
	if (p->how == MERGE_MINE)
		return nothing_new(p, "kept");
	return here ? err_set(err, ERR_CONFLICT,
			      _("it was deleted here; --theirs brings it "
				"back"))
		    : err_set(err, ERR_CONFLICT,
			      _("it was deleted on %s; --theirs deletes it "
				"here, into the trash"), p->remote->name);
}

static bool run(struct pull *p, const char *text, struct err *err)
{
	p->id = batch_sync_id(p->y, text, p->remote, err);
	if (!p->id)
		return false;
	p->sync = batch_sync_begin(p->y, p->id, p->remote, err);
	if (!p->sync)
		return false;
	switch (sync_status(p->sync)) {
	case SYNC_SAME:
		return nothing_new(p, "in-sync");
	case SYNC_HERE:
		return p->force ? take(p, err) : nothing_new(p, "changed-here");
	case SYNC_NEVER:
	case SYNC_NOTHING:
		return err_set(err, ERR_NOTARGET, _("it is not on %s"),
			       p->remote->name);
	case SYNC_GONE_HERE:
	case SYNC_GONE_THERE:
		return gone(p, err);
	default:
		return take(p, err);
	}
}

static int pull_one(struct batch_sync *y, const struct remote_conf *remote,
		    const char *text)
{
	struct batch *b = y->batch;
	struct pull p = {
		.y = y, .remote = remote, .result = "refused",
		.force = batch_given(b, OPTION_FORCE),
		.dry = batch_given(b, OPTION_DRY_RUN),
		.json = batch_given(b, OPTION_JSON),
		.how = batch_given(b, OPTION_MINE) ? MERGE_MINE :
		       batch_given(b, OPTION_THEIRS) ? MERGE_THEIRS : MERGE_ASK,
	};
	struct err err = {0};
	int status = 0;
	bool ok;

	ok = run(&p, text, &err);
	batch_sync_clear(y);
	if (!ok) {
		p.result = "refused";
		status = batch_fail(p.id ? p.id : text, &err);
	}
	if (p.id)
		print_result(&p);
	sync_end(p.sync);
	free(p.id);
	return status;
}

/* ---- what is new ---- */

static bool is_new(struct batch_sync *y, const struct remote_conf *remote,
		   const char *id)
{
	struct sync *s = batch_sync_begin(y, id, remote, NULL);
	enum sync_status status = s ? sync_status(s) : SYNC_BOTH;

	sync_end(s);
	return status == SYNC_NEW_THERE || status == SYNC_THERE ||
	       status == SYNC_BOTH;
}

static int pull_new(struct batch_sync *y, const struct remote_conf *remote)
{
	struct peer_env env = {y->syncer.state_dir, remote, &y->watch,
			       &y->talk};
	struct peer_snapshot *list = NULL;
	struct err err = {0};
	struct peer *p = peer_open(&env, &err);
	size_t count = 0;
	int status = 0;

	if (!p || !peer_snapshots(p, &list, &count, &err))
		status = batch_fail(remote->name, &err);
	peer_close(p);
	for (size_t i = 0; i < count; i++) {
		int one = is_new(y, remote, list[i].id)
				  ? pull_one(y, remote, list[i].id) : 0;

		if (one > status)
			status = one;
	}
	peer_snapshots_free(list, count);
	return status;
}

int batch_pull(struct batch *b)
{
	bool all = batch_given(b, OPTION_NEW);
	const struct remote_conf *remote;
	struct batch_sync y;
	struct err err = {0};
	int status;

	if (batch_given(b, OPTION_MINE) && batch_given(b, OPTION_THEIRS))
		return batch_usage_error(b,
			_("--mine and --theirs exclude each other"));
	if (all == (b->options->count > 0))
		return batch_usage_error(b, all ?
			_("--new takes no ids") : _("an argument is missing"));
	if (b->options->read_only) {
		err_set(&err, ERR_INPUT, "%s",
			_("not pulled, because of --read-only"));
		return batch_fail(b->options->count ? b->options->args[0]
						    : "pull", &err);
	}
	status = batch_sync_open(b, &y);
	if (status)
		return status;
	remote = syncer_remote(&y.syncer, batch_value(b, OPTION_REMOTE), &err);
	if (!remote)
		status = batch_say(NULL, &err);
	else if (all)
		status = pull_new(&y, remote);
	for (size_t i = 0; remote && i < b->options->count; i++) {
		int one = pull_one(&y, remote, b->options->args[i]);

		if (one > status)
			status = one;
	}
	batch_sync_close(&y);
	return status;
}
