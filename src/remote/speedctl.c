#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "json/value.h"
#include "remote/command.h"
#include "remote/speedctl.h"
#include "remote/syncfiles.h"
#include "store/filecopy.h"
#include "store/filetree.h"
#include "store/statedir.h"

#define ARGS_MAX 16
#define POLL_FIRST_MS 500	/* between two looks at an analysis */
#define POLL_MOST_MS 10000
#define LAST_LINES 3		/* of its output, in a message */

struct speedctl {
	struct peer_env env;
	char **words;		/* the command */
	char *home, *home_variable, *store;
	char *pulled;		/* what is in the store of the home: its id */
	bool removing;
	struct buf said;	/* the last run's output */
};

/* ---- the home ---- */

static char *user_home(void)
{
	const char *given = getenv("SPEEDSCALE_HOME"), *home = getenv("HOME");

	if (given && *given)
		return mem_strdup(given);
	return home ? path_join(home, ".speedscale") : NULL;
}

/* What the client is configured with is the user's; its store is not. */
static void link_configuration(struct speedctl *s)
{
	static const char *const names[] = {"config.yaml", "config.json"};
	char *home = user_home();

	for (size_t i = 0; home && i < 2; i++) {
		char *theirs = path_join(home, names[i]);
		char *ours = path_join(s->home, names[i]);

		unlink(ours);
		if (!access(theirs, F_OK))
			(void)!symlink(theirs, ours);
		free(theirs);
		free(ours);
	}
	free(home);
}

struct speedctl *speedctl_open(const struct peer_env *env, struct err *err)
{
	struct speedctl *s = mem_zalloc(1, sizeof(*s));
	char *sub = mem_format("sync/speedctl/%s/data/snapshots",
			       env->conf->name);

	s->env = *env;
	buf_init(&s->said);
	s->words = command_words(env->conf->command ? env->conf->command
						    : "speedctl");
	s->store = statedir_sub(env->state_dir, sub, err);
	free(sub);
	if (!s->store || !s->words[0]) {
		if (s->store)
			err_set(err, ERR_INPUT, _("command is empty"));
		speedctl_close(s);
		return NULL;
	}
	s->home = mem_format("%s/sync/speedctl/%s", env->state_dir,
			     env->conf->name);
	s->home_variable = mem_format("SPEEDSCALE_HOME=%s", s->home);
	link_configuration(s);
	return s;
}

void speedctl_close(struct speedctl *s)
{
	if (!s)
		return;
	command_words_free(s->words);
	buf_release(&s->said);
	free(s->home);
	free(s->home_variable);
	free(s->store);
	free(s->pulled);
	free(s);
}

void speedctl_set_watch(struct speedctl *s, const struct remote_watch *watch)
{
	s->env.watch = watch;
}

/* ---- runs ---- */

static void line(void *ctx, const char *text)
{
	struct speedctl *s = ctx;

	if (s->said.len < COMMAND_LINE_MAX * 4)
		buf_addf(&s->said, "%s\n", text);
	if (s->env.talk && s->env.talk->output)
		s->env.talk->output(s->env.talk->ctx, text);
}

static int ask(void *ctx, const char *question)
{
	struct speedctl *s = ctx;

	if (!s->env.talk || !s->env.talk->ask)
		return -1;
	return s->env.talk->ask(s->env.talk->ctx, question) ? 1 : 0;
}

/* args: NULL at the end. whole: the command's words, else the program alone
 * (for what "proxymock cloud" has no command of). loud: its lines are told. */
static bool run(struct speedctl *s, bool whole, const char *const *args,
		struct buf *out, bool loud, int *status, struct err *err)
{
	const char *argv[ARGS_MAX + 1];
	const char *env[] = {s->home_variable, NULL};
	struct command_run c = {
		.argv = argv, .env = env, .ctx = s, .ask = ask,
		.line = loud ? line : NULL, .out = out,
		.silent_s = s->env.conf->timeout_s,
	};
	size_t n = 0;

	for (size_t i = 0; s->words[i] && n < ARGS_MAX - 8 && (whole || !i);
	     i++)
		argv[n++] = s->words[i];
	if (s->env.conf->context) {
		argv[n++] = "--context";
		argv[n++] = s->env.conf->context;
	}
	for (; *args && n < ARGS_MAX; args++)
		argv[n++] = *args;
	argv[n] = NULL;
	buf_clear(&s->said);
	if (!command_run(&c, s->env.watch, err))
		return false;
	*status = c.status;
	return true;
}

/* Its last words, as one line. */
static bool failed(struct speedctl *s, const char *what, int status,
		   struct err *err)
{
	size_t at = s->said.len, lines = 0;
	char *text;

	while (at && lines < LAST_LINES) {
		at--;
		lines += at && s->said.data[at - 1] == '\n';
	}
	text = mem_strdup(s->said.data + at);
	for (char *p = text; *p; p++)
		if (*p == '\n')
			*p = p[1] ? ';' : '\0';
	err_set(err, ERR_SYSTEM, _("%s %s failed (%d): %s"), s->words[0], what,
		status, text);
	free(text);
	return false;
}

/* ---- what is there ---- */

static bool says_absent(const struct buf *text)
{
	static const char *const words[] = {"not found", "does not exist",
					    "no such", "NotFound"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(text->data, words[i]))
			return true;
	return false;
}

/* The metadata there; *there false when there is none. */
static bool get_meta(struct speedctl *s, const char *id, struct buf *out,
		     bool *there, struct err *err)
{
	const char *args[] = {"get", "snapshot", id, NULL};
	int status;

	buf_clear(out);
	if (!run(s, true, args, out, true, &status, err))
		return false;
	*there = status == 0;
	return *there || says_absent(&s->said) ||
	       failed(s, "get snapshot", status, err);
}

static void add_entry(struct objects_list *l, char *name, const char *version)
{
	l->entries = mem_room(l->entries, l->count, &l->cap,
			      sizeof(*l->entries));
	l->entries[l->count++] = (struct objects_entry){
		.name = name, .size = UINT64_MAX,
		.mtime_ns = OBJECTS_NO_TIME, .version = mem_strdup(version),
	};
}

bool speedctl_look(struct speedctl *s, const char *id, struct objects_list *out,
		   struct err *err)
{
	char version[2 * SHA256_LEN + 1];
	uint8_t sum[SHA256_LEN];
	struct buf meta;
	bool there, ok;

	*out = (struct objects_list){0};
	buf_init(&meta);
	ok = get_meta(s, id, &meta, &there, err);
	if (ok && there) {
		sha256(sum, meta.data, meta.len);
		sync_digest_text(sum, version);
		add_entry(out, sync_meta_name(id), version);
		add_entry(out, sync_raw_name(id), version);
	}
	buf_release(&meta);
	return ok;
}

/* Into the store of the home; what was there from before goes first. */
static bool pull(struct speedctl *s, const char *id, struct err *err)
{
	const char *args[] = {"pull", "snapshot", id, NULL};
	char *meta = mem_format("%s/%s.json", s->store, id);
	char *dir = path_join(s->store, id);
	int status;
	bool ok;

	unlink(meta);
	ok = filetree_remove(dir, err) &&
	     run(s, true, args, NULL, true, &status, err) &&
	     (!status || failed(s, "pull snapshot", status, err));
	if (ok) {
		free(s->pulled);
		s->pulled = mem_strdup(id);
	}
	free(meta);
	free(dir);
	return ok;
}

/* The id that a name begins with; the caller frees. */
static char *id_of(const char *name)
{
	const char *slash = strchr(name, '/');
	size_t len = slash ? (size_t)(slash - name) : strlen(name);

	if (!slash && len > 5)
		len -= 5;		/* .json */
	return mem_dup(name, len);
}

bool speedctl_get(struct speedctl *s, const char *name,
		  struct objects_sink *sink, struct err *err)
{
	char *id = id_of(name), *path = path_join(s->store, name);
	struct stat st;
	bool ok = true;
	int fd;

	if (!s->pulled || strcmp(s->pulled, id))
		ok = pull(s, id, err);
	fd = ok ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	if (ok && fd < 0)
		ok = err_errno(err, _("%s pulled no %s"), s->words[0], name);
	if (ok && (ftruncate(sink->fd, 0) || lseek(sink->fd, 0, SEEK_SET)))
		ok = err_errno(err, _("cannot write"));
	ok = ok && filecopy_fd(fd, sink->fd, sink->max ? sink->max : UINT64_MAX,
			       NULL, err);
	if (ok && !fstat(fd, &st))
		sink->got = sink->sent = (uint64_t)st.st_size;
	if (fd >= 0)
		close(fd);
	free(id);
	free(path);
	return ok;
}

/* ---- push ---- */

bool speedctl_put(struct speedctl *s, const char *name,
		  const struct objects_source *src, struct err *err)
{
	char *path = path_join(s->store, name), *dir = path_dir(path);
	int fd = -1;
	bool ok = path_make_dirs(dir, err);

	free(s->pulled);
	s->pulled = NULL;
	if (ok) {
		unlink(path);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		ok = fd >= 0 || err_errno(err, "%s", name);
	}
	ok = ok && (!lseek(src->fd, 0, SEEK_SET) || errno == 0) &&
	     filecopy_fd(src->fd, fd, UINT64_MAX, NULL, err);
	if (fd >= 0)
		close(fd);
	free(path);
	free(dir);
	return ok;
}

bool speedctl_remove(struct speedctl *s, const char *name, struct err *err)
{
	char *path = path_join(s->store, name);

	unlink(path);
	free(path);
	s->removing = true;
	return true;
}

/* The status in metadata: at .status, or where `create` puts it. */
static char *status_of(const struct buf *meta, char **details)
{
	struct value *v = value_parse(meta->data, meta->len, NULL);
	const char *status = value_string(value_at(v, "status"));
	const char *why = value_string(value_at(v, "processingDetails"));
	char *copy;

	if (!status) {
		status = value_string(value_at(v, "snapshot.status"));
		why = value_string(value_at(v, "snapshot.processingDetails"));
	}
	copy = status ? mem_strdup(status) : NULL;
	*details = mem_strdup(why ? why : "");
	value_free(v);
	return copy;
}

/* *done: the analysis is over; false when it failed. */
static bool analysed(struct speedctl *s, const char *id, bool *done,
		     struct err *err)
{
	char shown[ERR_QUOTE_MAX], more[ERR_QUOTE_MAX], *status, *details;
	struct buf meta;
	bool there, ok;

	buf_init(&meta);
	ok = get_meta(s, id, &meta, &there, err);
	status = ok ? status_of(&meta, &details) : NULL;
	buf_release(&meta);
	if (!ok)
		return false;
	*done = status && !strcasecmp(status, "Complete");
	if (status && !strcasecmp(status, "Error")) {
		ok = err_set(err, ERR_SYSTEM,
			     _("it was pushed, but its analysis failed: %s"),
			     err_quote(more, details, strlen(details)));
	} else if (!*done) {
		err_quote(shown, status ? status : "?",
			  status ? strlen(status) : 1);
		watch_say(s->env.watch, _("analysis: %s"), shown);
	}
	free(status);
	free(details);
	return ok;
}

static bool wait_for_analysis(struct speedctl *s, const char *id,
			      struct err *err)
{
	unsigned pause = POLL_FIRST_MS, waited = 0;
	bool done = false;

	for (;;) {
		if (!analysed(s, id, &done, err))
			return false;
		if (done)
			return true;
		if (waited > SPEEDCTL_ANALYSIS_S * 1000u)
			return err_set(err, ERR_SYSTEM,
				       _("it was pushed, but its analysis does "
					 "not end"));
		if (!watch_wait(s->env.watch, pause))
			return err_set(err, ERR_CANCELLED, _("cancelled"));
		waited += pause;
		pause = pause * 2 > POLL_MOST_MS ? POLL_MOST_MS : pause * 2;
	}
}

static bool delete_there(struct speedctl *s, const char *id, struct err *err)
{
	const char *args[] = {"delete", "snapshot", id, NULL};
	int status;

	s->removing = false;
	return run(s, true, args, NULL, true, &status, err) &&
	       (!status || failed(s, "delete snapshot", status, err));
}

bool speedctl_commit(struct speedctl *s, const char *id, bool force,
		     struct err *err)
{
	const char *args[] = {"push", "snapshot", id, force ? "--force" : NULL,
			      NULL};
	char *meta = mem_format("%s/%s.json", s->store, id);
	bool whole = !access(meta, F_OK);
	int status;

	free(meta);
	if (!whole && s->removing)
		return delete_there(s, id, err);
	if (!run(s, true, args, NULL, true, &status, err))
		return err_wrap(err, "push snapshot");
	if (status)
		return failed(s, "push snapshot", status, err);
	return wait_for_analysis(s, id, err);
}

/* ---- is it there at all ---- */

static bool first_line(struct speedctl *s, const char *const *args,
		       const char *label, struct buf *report, struct err *err)
{
	int status;

	if (!run(s, false, args, NULL, true, &status, err))
		return false;
	if (!status && s->said.len)
		buf_addf(report, "%s: %.*s\n", label,
			 (int)strcspn(s->said.data, "\n"), s->said.data);
	return true;
}

bool speedctl_test(struct speedctl *s, struct buf *report, struct err *err)
{
	const char *version[] = {"version", NULL};
	const char *context[] = {"config", "current-context", NULL};
	const char *check[] = {"check", NULL};
	int status;

	if (!first_line(s, version, _("version"), report, err) ||
	    !first_line(s, context, _("context"), report, err) ||
	    !run(s, false, check, NULL, true, &status, err))
		return false;
	if (status)
		return failed(s, "check", status, err);
	return true;
}
