/* What the commands that sync share: remotes, progress, questions, ids. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/batch-sync.h"
#include "app/show.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

#define METER_MS 200		/* between two lines of progress */
#define METER_COLUMNS 78

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- progress ---- */

static char *out_shown(const char *text)
{
	struct buf shown;

	buf_init(&shown);
	utf8_visible(&shown, text, strlen(text), false);
	return buf_detach(&shown, NULL);
}

static void say(void *ctx, const char *text)
{
	struct batch_sync *y = ctx;
	char *shown;

	if (!y->meter.on)
		return;
	shown = out_shown(text);
	snprintf(y->meter.what, sizeof(y->meter.what), "%s", shown);
	free(shown);
	y->meter.began_ms = now_ms();
	y->meter.told_ms = 0;
	y->meter.before = 0;
}

static void progress(void *ctx, uint64_t done, uint64_t total)
{
	struct batch_sync *y = ctx;
	struct meter *m = &y->meter;
	int64_t now = now_ms(), took = now - m->began_ms;
	struct buf line;

	if (!m->on || now - m->told_ms < METER_MS)
		return;
	m->told_ms = now;
	buf_init(&line);
	buf_adds(&line, m->what);
	buf_adds(&line, "  ");
	show_size(&line, done);
	if (total)
		buf_addf(&line, " %d%%", (int)(done * 100.0 / total));
	if (took > METER_MS) {
		buf_adds(&line, "  ");
		show_size(&line, (uint64_t)(done * 1000.0 / took));
		buf_adds(&line, "/s");
	}
	fprintf(stderr, "\r%-*.*s", METER_COLUMNS, METER_COLUMNS, line.data);
	m->shown = true;
	buf_release(&line);
}

void batch_sync_clear(struct batch_sync *y)
{
	if (y->meter.shown)
		fprintf(stderr, "\r%*s\r", METER_COLUMNS, "");
	y->meter.shown = false;
}

void batch_sync_name(const char *id)
{
	out_visible(id, strlen(id), false);
	fputs(": ", stdout);
}

/* ---- questions, and what another program says ---- */

bool batch_sync_ask(struct batch_sync *y, const char *question)
{
	char answer[16];

	if (!y->terminal)
		return false;
	batch_sync_clear(y);
	fprintf(stderr, "%s %s ", question, _("[y/N]"));
	fflush(stderr);
	return fgets(answer, sizeof(answer), stdin) &&
	       (*answer == 'y' || *answer == 'Y');
}

static bool talk_ask(void *ctx, const char *question)
{
	return batch_sync_ask(ctx, question);
}

static void talk_output(void *ctx, const char *line)
{
	batch_sync_clear(ctx);
	fprintf(stderr, "%s\n", line);
}

/* ---- begin and end ---- */

static bool load(struct batch *b, struct batch_sync *y, struct err *err)
{
	const char *store = batch_store(b, err);
	const char *state = store ? batch_state(b, err) : NULL;

	return state && conf_load(&y->conf, b->options->config, err) &&
	       syncer_load(&y->syncer, &y->conf, store, state, err);
}

bool batch_sync_load(struct batch *b, struct batch_sync *y, struct err *err)
{
	*y = (struct batch_sync){.batch = b};
	conf_init(&y->conf);
	y->terminal = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
	y->meter.on = isatty(STDERR_FILENO) == 1;
	y->watch = (struct remote_watch){.ctx = y, .progress = progress,
					 .say = say};
	y->talk = (struct peer_talk){y, talk_output,
				     y->terminal ? talk_ask : NULL};
	if (load(b, y, err))
		return true;
	batch_sync_close(y);
	return false;
}

int batch_sync_open(struct batch *b, struct batch_sync *y)
{
	struct err err = {0};

	return batch_sync_load(b, y, &err) ? 0 : batch_say(NULL, &err);
}

void batch_sync_close(struct batch_sync *y)
{
	batch_sync_clear(y);
	syncer_release(&y->syncer);
	conf_release(&y->conf);
}

struct sync *batch_sync_begin(struct batch_sync *y, const char *id,
			      const struct remote_conf *remote,
			      struct err *err)
{
	static struct sync_env env;	/* copied by sync_begin() */

	env = syncer_env(&y->syncer, remote, &y->watch, &y->talk);
	return sync_begin(&env, id, err);
}

/* ---- ids ---- */

/* The one id there that text is, or is the beginning of. */
static char *id_there(struct batch_sync *y, const char *text,
		      const struct remote_conf *remote, struct err *err)
{
	struct peer_env env = {y->syncer.state_dir, remote, &y->watch,
			       &y->talk};
	struct peer *p = peer_open(&env, err);
	struct peer_snapshot *list = NULL;
	size_t count = 0, hits = 0, len = strlen(text);
	char shown[ERR_QUOTE_MAX], *id = NULL;

	if (!p || !peer_snapshots(p, &list, &count, err)) {
		peer_close(p);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		bool whole = !strcmp(list[i].id, text);

		if (!whole && (len < LIBRARY_PREFIX_MIN ||
			       strncmp(list[i].id, text, len)))
			continue;
		free(id);
		id = mem_strdup(list[i].id);
		hits = whole ? 1 : hits + 1;
		if (whole)
			break;
	}
	peer_snapshots_free(list, count);
	peer_close(p);
	if (hits == 1)
		return id;
	free(id);
	err_quote(shown, text, len);
	if (hits)
		err_set(err, ERR_USAGE,
			_("more than one snapshot there begins with %s"),
			shown);
	else
		err_set(err, ERR_NOTARGET,
			_("there is no such snapshot, here or on %s"),
			remote->name);
	return NULL;
}

char *batch_sync_id(struct batch_sync *y, const char *text,
		    const struct remote_conf *remote, struct err *err)
{
	struct target target;
	struct err why = {0};
	char *id = NULL;

	if (library_resolve(y->syncer.store, text, &target, &why)) {
		if (target.kind == TARGET_SNAPSHOT && target.in_store &&
		    target.id)
			id = mem_strdup(target.id);
		else
			err_set(err, ERR_INPUT,
				_("is no snapshot of the store"));
		target_release(&target);
		return id;
	}
	if (why.code == ERR_USAGE) {
		*err = why;
		return NULL;
	}
	/* Its client has no list: it is asked by the whole id. */
	if (remote->kind == REMOTE_SPEEDCTL && library_id_ok(text))
		return mem_strdup(text);
	return id_there(y, text, remote, err);
}
