/* status and remotes: how things stand, and with whom. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/batch-sync.h"
#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"

/* ---- status ---- */

struct status_row {
	char *id;
	uint64_t bytes;
	int64_t mtime_ns;
};

struct status_rows {
	struct status_row *list;
	size_t count, cap;
};

static void add_row(struct status_rows *r, const char *id, uint64_t bytes,
		    int64_t mtime_ns)
{
	r->list = mem_room(r->list, r->count, &r->cap, sizeof(*r->list));
	r->list[r->count++] = (struct status_row){mem_strdup(id), bytes,
						  mtime_ns};
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct status_row *)a)->id,
		      ((const struct status_row *)b)->id);
}

static void join_rows(struct status_rows *r)
{
	size_t n = 0;

	if (!r->count)
		return;
	qsort(r->list, r->count, sizeof(*r->list), by_id);
	for (size_t i = 0; i < r->count; i++) {
		struct status_row *last = n ? &r->list[n - 1] : NULL;

		if (!last || strcmp(last->id, r->list[i].id)) {
			r->list[n++] = r->list[i];
			continue;
		}
		if (last->bytes == UINT64_MAX) {
			last->bytes = r->list[i].bytes;
			last->mtime_ns = r->list[i].mtime_ns;
		}
		free(r->list[i].id);
	}
	r->count = n;
}

/* All that is here or there. */
static bool all_rows(struct batch_sync *y, const struct remote_conf *remote,
		     struct status_rows *rows, struct err *err)
{
	struct peer_env env = {y->syncer.state_dir, remote, &y->watch,
			       &y->talk};
	struct library_list here = {0};
	struct peer_snapshot *there = NULL;
	struct peer *p = peer_open(&env, err);
	size_t count = 0;
	bool ok = p && peer_snapshots(p, &there, &count, err);

	peer_close(p);
	for (size_t i = 0; i < count; i++)
		add_row(rows, there[i].id, there[i].bytes, there[i].mtime_ns);
	peer_snapshots_free(there, count);
	if (ok && library_scan(y->syncer.store, &here, NULL))
		for (size_t i = 0; i < here.count; i++)
			add_row(rows, here.entries[i].id, UINT64_MAX,
				OBJECTS_NO_TIME);
	library_list_release(&here);
	join_rows(rows);
	return ok;
}

static void print_status(struct batch_sync *y, const struct status_row *row,
			 const struct remote_conf *remote, const char *word,
			 const char *text)
{
	char when[RFC3339_MAX];
	struct out_object o;

	batch_sync_clear(y);
	if (batch_given(y->batch, OPTION_JSON)) {
		out_begin(&o);
		out_text(&o, "id", row->id);
		out_text(&o, "remote", remote->name);
		out_text(&o, "state", word);
		out_end(&o);
		return;
	}
	out_visible(row->id, strlen(row->id), false);
	printf("\t%s\t%s", remote->name, text ? text : "?");
	if (row->bytes != UINT64_MAX)
		printf("\t%llu", (unsigned long long)row->bytes);
	if (row->mtime_ns != OBJECTS_NO_TIME) {
		rfc3339_format(when, row->mtime_ns, 0);
		printf("\t%s", when);
	}
	putchar('\n');
}

static int status_one(struct batch_sync *y, const struct remote_conf *remote,
		      const struct status_row *row)
{
	struct err err = {0};
	struct sync *s = batch_sync_begin(y, row->id, remote, &err);
	enum sync_status status;

	if (!s) {
		print_status(y, row, remote, NULL, NULL);
		return batch_fail(row->id, &err);
	}
	status = sync_status(s);
	print_status(y, row, remote, sync_status_word(status),
		     sync_status_text(status));
	sync_end(s);
	return 0;
}

static int status_on(struct batch_sync *y, const struct remote_conf *remote)
{
	struct batch *b = y->batch;
	struct status_rows rows = {0};
	struct err err = {0};
	int status = 0, one;

	for (size_t i = 0; i < b->options->count; i++) {
		char *id = batch_sync_id(y, b->options->args[i], remote, &err);

		if (id)
			add_row(&rows, id, UINT64_MAX, OBJECTS_NO_TIME);
		else
			status = batch_fail(b->options->args[i], &err);
		free(id);
	}
	if (!b->options->count && !all_rows(y, remote, &rows, &err))
		status = batch_fail(remote->name, &err);
	for (size_t i = 0; i < rows.count; i++) {
		one = status_one(y, remote, &rows.list[i]);
		if (one > status)
			status = one;
		free(rows.list[i].id);
	}
	free(rows.list);
	return status;
}

/* The remote that is named, else the default one, else all that hold
 * snapshots. */
int batch_status(struct batch *b)
{
	const char *name = batch_value(b, OPTION_REMOTE);
	const struct remote_conf *remote;
	struct batch_sync y;
	struct err err = {0};
	int status = batch_sync_open(b, &y), one;

	if (status)
		return status;
	if (name || y.syncer.remotes.default_name || !y.syncer.remotes.count) {
		remote = syncer_remote(&y.syncer, name, &err);
		status = remote ? status_on(&y, remote) : batch_say(NULL, &err);
	} else {
		for (size_t i = 0; i < y.syncer.remotes.count; i++) {
			if (!syncer_syncs(&y.syncer.remotes.all[i]))
				continue;
			one = status_on(&y, &y.syncer.remotes.all[i]);
			if (one > status)
				status = one;
		}
	}
	batch_sync_close(&y);
	return status;
}

/* ---- remotes ---- */

static bool is_default(const struct batch_sync *y, const struct remote_conf *r)
{
	const char *name = y->syncer.remotes.default_name;

	return name && !strcmp(name, r->name);
}

static void print_remote(struct batch_sync *y, const struct remote_conf *r)
{
	char *place = remote_conf_place(r);
	struct out_object o;

	if (batch_given(y->batch, OPTION_JSON)) {
		out_begin(&o);
		out_text(&o, "name", r->name);
		out_text(&o, "kind", remote_kind_names[r->kind]);
		out_text(&o, "place", place);
		out_bool(&o, "default", is_default(y, r));
		out_bool(&o, "readonly", r->read_only);
		out_end(&o);
	} else {
		out_visible(r->name, strlen(r->name), false);
		printf("\t%s\t", remote_kind_names[r->kind]);
		out_visible(place, strlen(place), false);
		if (is_default(y, r))
			printf("\t%s", _("default"));
		if (r->read_only)
			printf("\t%s", _("read-only"));
		putchar('\n');
	}
	free(place);
}

static int test_remote(struct batch_sync *y, const struct remote_conf *r)
{
	struct peer_env env = {y->syncer.state_dir, r, &y->watch, &y->talk};
	struct err err = {0};
	struct peer *p = peer_open(&env, &err);
	struct buf report;
	int status = 0;

	buf_init(&report);
	if (p && peer_test(p, &report, &err)) {
		batch_sync_clear(y);
		printf("%s: %s\n", r->name, _("it works"));
		fputs(report.data, stdout);
	} else {
		batch_sync_clear(y);
		status = batch_fail(r->name, &err);
	}
	buf_release(&report);
	peer_close(p);
	return status;
}

int batch_remotes(struct batch *b)
{
	const char *name = b->options->count ? b->options->args[0] : NULL;
	const struct remotes *all;
	struct batch_sync y;
	struct err err = {0};
	int status = batch_sync_open(b, &y), one;

	if (status)
		return status;
	all = &y.syncer.remotes;
	if (name && !remotes_find(all, name, &err))
		status = batch_say(NULL, &err);
	for (size_t i = 0; !status && i < all->count; i++) {
		const struct remote_conf *r = &all->all[i];

		if (name && strcmp(name, r->name))
			continue;
		if (!batch_given(b, OPTION_TEST)) {
			print_remote(&y, r);
			continue;
		}
		one = syncer_syncs(r) ? test_remote(&y, r) : 0;
		if (one > status)
			status = one;
	}
	batch_sync_close(&y);
	return status;
}
