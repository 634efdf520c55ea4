/* Snapshots and their versions: create, backups, restore, recover. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/batch-run.h"
#include "app/recordtext.h"
#include "app/show.h"
#include "base/codec.h"
#include "base/i18n.h"
#include "base/path.h"
#include "edit/journal.h"
#include "edit/lock.h"
#include "edit/recover.h"
#include "store/backup.h"

#define LISTED_MAX 1000		/* records that recover --list tells */

int batch_create(struct batch *b)
{
	const char *service = batch_value(b, OPTION_SERVICE);
	struct library_new spec = {
		.name = batch_value(b, OPTION_NAME),
		.services = &service, .service_count = service ? 1 : 0,
		.raw_path = batch_value(b, OPTION_RAW_FILE),
	};
	char id[UUID_TEXT_MAX];
	const char *store;
	struct err err;

	if (!spec.name)
		return batch_usage_error(b, _("--name is missing"));
	if (b->options->read_only) {
		err_set(&err, ERR_INPUT, "%s",
			_("not created, because of --read-only"));
		return batch_fail(spec.name, &err);
	}
	store = batch_store(b, &err);
	if (!store)
		return batch_fail(_("store"), &err);
	if (!library_create(store, &spec, NULL, id, &err))
		return batch_fail(spec.name, &err);
	puts(id);
	return 0;
}

/* ---- backups ---- */

/* A path where nothing is any more, but that has backups. */
static char *path_that_was(const char *state, const char *name)
{
	char *path = path_real(name, NULL);
	struct backup *list = NULL;
	size_t count = 0;

	if (path && backup_list(state, path, &list, &count, NULL))
		backup_list_free(list, count);
	if (count)
		return path;
	free(path);
	return NULL;
}

/* The real path of the file that has backups. It need not be there any more:
 * then the snapshot, or the path that is given, says where it was. */
static char *backed_path(struct batch *b, const char *state, const char *name,
			 struct err *err)
{
	struct target target;
	char *path = NULL;

	if (!library_resolve(batch_store(b, NULL), name, &target, err))
		return path_that_was(state, name);
	if (target.kind == TARGET_DIRECTORY || target.kind == TARGET_STDIN)
		err_set(err, ERR_NOTARGET, "%s", _("no file of records"));
	else
		path = path_real(target.path, err);
	target_release(&target);
	return path;
}

int batch_backups(struct batch *b)
{
	const char *target = b->options->args[0];
	struct backup *list = NULL;
	size_t count = 0, i;
	const char *state;
	struct err err;
	char *path;

	state = batch_state(b, &err);
	path = state ? backed_path(b, state, target, &err) : NULL;
	if (!path || !backup_list(state, path, &list, &count, &err)) {
		free(path);
		return batch_fail(target, &err);
	}
	for (i = 0; i < count; i++) {
		char when[RFC3339_MAX];

		rfc3339_format(when, list[i].when_ns, 0);
		printf("%s\t%" PRIu64 "\t%s\n", list[i].name, list[i].bytes,
		       when);
	}
	backup_list_free(list, count);
	free(path);
	return 0;
}

/* Into the place of a file that is gone; nobody else may edit it meanwhile. */
static bool restore_missing(struct batch *b, const char *state,
			    const char *path, const char *name, struct err *err)
{
	struct edit_lock *lock;
	bool ok;

	if (b->options->read_only)
		return err_set(err, ERR_INPUT,
			       _("not changed, because of --read-only"));
	lock = edit_lock_take(state, path, err);
	ok = lock && backup_restore(state, path, name, NULL, err);
	edit_lock_give(lock);
	return ok;
}

int batch_restore(struct batch *b)
{
	char **args = b->options->args, *path, shown[ERR_QUOTE_MAX];
	const char *state;
	struct opened o;
	struct err err;
	bool ok;

	state = batch_state(b, &err);
	path = state ? backed_path(b, state, args[0], &err) : NULL;
	if (!path)
		return batch_fail(args[0], &err);
	if (access(path, F_OK)) {
		ok = restore_missing(b, state, path, args[1], &err);
	} else {
		/* Opened for editing, so that nobody else has it open. */
		if (!batch_open(b, args[0], true, &o, &err)) {
			free(path);
			return batch_fail(args[0], &err);
		}
		ok = backup_restore(state, path, args[1], NULL, &err);
		batch_close(&o);
	}
	free(path);
	if (ok) {
		printf(_("%s restored\n"), args[1]);
		return 0;
	}
	err_wrap(&err, "%s", err_quote(shown, args[1], strlen(args[1])));
	return batch_fail(args[0], &err);
}

/* ---- recover ---- */

static void print_leftover(const struct recover_entry *e)
{
	char when[RFC3339_MAX];

	rfc3339_format(when, e->when_ns, 0);
	printf("%s\t%" PRIu64 "\t", when, e->steps);
	out_visible(e->path, strlen(e->path), false);
	if (e->base_missing)
		printf("\t%s", _("the file is gone"));
	else if (e->base_changed)
		printf("\t%s", _("the file has changed since"));
	if (e->damaged)
		printf("\t%s", _("the last edits are unreadable"));
	putchar('\n');
}

/* Which records and values, for people: each line begins with a blank. */
static int print_changes(struct batch *b, const struct recover_entry *e)
{
	struct recover_report report;
	struct document *doc;
	struct opened o;
	struct buf text;
	struct err err;

	if (e->base_missing || e->steps == 0)
		return 0;
	if (!batch_open(b, e->path, false, &o, &err))
		return batch_fail(e->path, &err);
	doc = recover_preview(o.doc, e, &report, &err);
	if (!doc) {
		batch_close(&o);
		return batch_fail(e->path, &err);
	}
	buf_init(&text);
	recordtext_changes(doc, LISTED_MAX, &text);
	buf_add(&text, report.text.data, report.text.len);
	for (char *line = text.data, *end; *line; line = end + 1) {
		end = strchrnul(line, '\n');
		printf("  %.*s\n", (int)(end - line), line);
		if (!*end)
			break;
	}
	buf_release(&text);
	recover_report_release(&report);
	document_close(doc, false);
	batch_close(&o);
	return 0;
}

static int apply(struct batch *b, const struct recover_entry *e)
{
	struct recover_report report;
	struct opened o;
	struct err err;
	int status;

	b->recovering = true;
	if (!batch_open(b, e->path, true, &o, &err))
		return batch_fail(e->path, &err);
	memset(&report, 0, sizeof(report));
	if (!recover_apply(o.doc, e, &report, &err)) {
		status = batch_fail(e->path, &err);
		batch_close(&o);
		return status;
	}
	if (report.conflicts)
		fprintf(stderr, "%s", report.text.data);
	if (report.damaged)
		batch_note(e->path, "%s", _("the last edits are unreadable"));
	status = batch_save(b, &o);
	if (!status)
		printf(PLURAL("%llu edit recovered\n",
			      "%llu edits recovered\n", report.applied),
		       (unsigned long long)report.applied);
	if (!status && report.conflicts) {
		batch_note(e->path,
			   PLURAL("%llu record could not be matched",
				  "%llu records could not be matched",
				  report.conflicts),
			   (unsigned long long)report.conflicts);
		status = 1;
	}
	recover_report_release(&report);
	batch_close(&o);
	return status;
}

static void note_journals(const char *state)
{
	struct buf used, most;

	buf_init(&used);
	buf_init(&most);
	show_size(&used, journal_each(state, NULL, NULL));
	show_size(&most, JOURNAL_TOTAL_MAX);
	fprintf(stderr, _("rredit: all journals take %s of at most %s\n"),
		used.data, most.data);
	buf_release(&used);
	buf_release(&most);
}

static int handle(struct batch *b, const struct recover_entry *e)
{
	struct err err;

	if (batch_given(b, OPTION_LIST)) {
		print_leftover(e);
		return print_changes(b, e);
	}
	if (!batch_given(b, OPTION_DISCARD))
		return apply(b, e);
	if (recover_discard(e, &err))
		return 0;
	return batch_fail(e->path, &err);
}

/* The real path of TARGET, which may be a file that is gone: then its name is
 * compared as it stands. */
static char *target_path(struct batch *b, const char *name, struct err *err)
{
	struct target target;
	char *path;

	if (!library_resolve(batch_store(b, NULL), name, &target, err))
		return NULL;
	path = target.path ? realpath(target.path, NULL) : NULL;
	if (!path)
		err_set(err, ERR_NOTARGET, "%s", _("no file of records"));
	target_release(&target);
	return path;
}

int batch_recover(struct batch *b)
{
	const char *name = b->options->count ? b->options->args[0] : NULL;
	struct recover_entry *list = NULL;
	size_t count = 0, i;
	const char *state;
	char *path = NULL;
	struct err err;
	int status = 0;

	if (batch_given(b, OPTION_LIST) && batch_given(b, OPTION_DISCARD))
		return batch_usage_error(b,
			_("--list and --discard exclude each other"));
	state = batch_state(b, &err);
	if (state && name)
		path = target_path(b, name, &err);
	if (!state || (name && !path) ||
	    !recover_list(state, path, false, &list, &count, &err)) {
		free(path);
		return batch_fail(name ? name : "recover", &err);
	}
	for (i = 0; i < count; i++) {
		int one = handle(b, &list[i]);

		if (one > status)
			status = one;
	}
	if (batch_given(b, OPTION_LIST) && count)
		note_journals(state);
	recover_list_free(list, count);
	free(path);
	return status;
}
