#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "remote/claim.h"
#include "remote/objects-kind.h"
#include "store/statedir.h"

#define TOKEN_MAX 1024		/* bytes of a token */
#define FIELD_MAX 80
#define BACKOFF_MS 150		/* first wait for another; doubles up to ... */
#define BACKOFF_MAX_MS 2000
#define ODD_MAX 3

/*
 * Who holds a claim: one line "rredit-claim 1 BOOT PIDNS PID START USER HOST".
 * BOOT and PIDNS say which processes a PID can be looked up among; START (in
 * ticks since boot) tells it from a later process with the same number.
 */
struct owner {
	char boot[FIELD_MAX], pidns[FIELD_MAX], pid[FIELD_MAX],
	     start[FIELD_MAX], user[FIELD_MAX], host[FIELD_MAX];
};

struct claim {
	struct objects *o;
	char *dir;	/* .rredit-claim-NAME; NULL: an empty claim */
	char *token;	/* its name within the remote */
	char text[TOKEN_MAX];
	int64_t renewed_s;
};

static const struct objects_condition always;

static int64_t now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* A word of a token: no blanks, nothing that is not printable ASCII. */
static void set_field(char field[FIELD_MAX], const char *text)
{
	size_t n = 0;

	for (; *text && n < FIELD_MAX - 1; text++)
		field[n++] = *text > ' ' && *text < 0x7f ? *text : '_';
	if (!n)
		field[n++] = '-';
	field[n] = '\0';
}

static void read_field(char field[FIELD_MAX], const char *path)
{
	char line[FIELD_MAX] = "";
	FILE *f = fopen(path, "re");

	if (f && !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		fclose(f);
	line[strcspn(line, "\n")] = '\0';
	set_field(field, line);
}

/* Field 22 of /proc/PID/stat, counted from behind the name, which is in
 * parentheses and may hold anything (proc(5)). */
static void start_of(char field[FIELD_MAX], const char *pid)
{
	char path[FIELD_MAX + 16], text[1024] = "", *p;
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	f = fopen(path, "re");
	if (f) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	p = strrchr(text, ')');
	if (p && p[1] == ' ' && strchr("ZX", p[2]))
		p = NULL;	/* dead, but not buried */
	for (int i = 0; p && i < 20; i++)
		p = strchr(p + 1, ' ');
	if (p)
		p[1 + strcspn(p + 1, " \n")] = '\0';
	set_field(field, p ? p + 1 : "");
}

static void find_self(struct owner *self)
{
	char text[FIELD_MAX] = "", buffer[1024];
	struct passwd entry, *found = NULL;

	read_field(self->boot, "/proc/sys/kernel/random/boot_id");
	if (readlink("/proc/self/ns/pid", text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	set_field(self->pidns, text);
	snprintf(text, sizeof(text), "%ld", (long)getpid());
	set_field(self->pid, text);
	start_of(self->start, self->pid);
	if (gethostname(text, sizeof(text) - 1) != 0)
		text[0] = '\0';
	set_field(self->host, text);
	getpwuid_r(geteuid(), &entry, buffer, sizeof(buffer), &found);
	set_field(self->user, found ? found->pw_name : "");
}

static bool parse_owner(struct owner *w, const char *text)
{
	return sscanf(text, "rredit-claim 1 %79s %79s %79s %79s %79s %79s",
		      w->boot, w->pidns, w->pid, w->start, w->user,
		      w->host) == 6;
}

/* Whether it was a process of this machine that is no more. */
static bool gone(const struct owner *w, const struct owner *self)
{
	char start[FIELD_MAX];
	char *end;
	long pid;

	if (strcmp(w->boot, self->boot) || strcmp(w->pidns, self->pidns) ||
	    !strcmp(self->boot, "-"))
		return false;
	errno = 0;
	pid = strtol(w->pid, &end, 10);
	if (*end || errno || pid <= 0)
		return false;
	if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
		return true;
	start_of(start, w->pid);
	return strcmp(self->start, "-") && strcmp(start, w->start);
}

static bool put_token(struct claim *c, struct err *err)
{
	struct objects_source src = {.size = strlen(c->text)};
	struct objects_entry e = {0};
	bool ok;

	src.fd = statedir_spool(NULL, err);
	if (src.fd < 0)
		return false;
	if (pwrite(src.fd, c->text, src.size, 0) == (ssize_t)src.size)
		ok = c->o->ops->put(c->o, c->token, &src, &always, &e, err);
	else
		ok = err_errno(err, _("a temporary file"));
	close(src.fd);
	objects_entry_release(&e);
	if (ok)
		c->renewed_s = now_s();
	return ok;
}

static void get_owner(struct claim *c, const char *name, struct owner *w)
{
	struct objects_sink sink = {.max = TOKEN_MAX - 1};
	struct objects_entry e = {0};
	char text[TOKEN_MAX] = "";

	*w = (struct owner){.user = "?", .host = "?"};
	sink.fd = statedir_spool(NULL, NULL);
	if (sink.fd < 0)
		return;
	if (c->o->ops->get(c->o, name, &sink, &e, NULL) &&
	    pread(sink.fd, text, sizeof(text) - 1, 0) > 0)
		parse_owner(w, text);
	objects_entry_release(&e);
	close(sink.fd);
}

enum look {
	ALONE,		/* no living token but ours */
	BUSY,		/* another one lives */
	EMPTY,		/* no living token at all */
	BROKEN,		/* the remote did not say */
};

/*
 * Look at the tokens, and take dead ones away. mine: ours should be among them,
 * and its time is the present by the server's clock. who: of a living one.
 */
static enum look look(struct claim *c, const struct owner *self, bool mine,
		      struct owner *who, int64_t *newest, struct err *err)
{
	struct objects_list l = {0};
	bool there = false, busy = false;
	int64_t present = (int64_t)time(NULL) * 1000000000;

	*newest = OBJECTS_NO_TIME;
	if (!c->o->ops->list(c->o, c->dir, false, &l, err)) {
		objects_list_release(&l);
		return BROKEN;
	}
	for (size_t i = 0; mine && i < l.count; i++)
		if (!strcmp(l.entries[i].name, c->token)) {
			there = true;
			if (l.entries[i].mtime_ns != OBJECTS_NO_TIME)
				present = l.entries[i].mtime_ns;
		}
	for (size_t i = 0; i < l.count; i++) {
		struct objects_entry *e = &l.entries[i];
		struct owner w;
		bool dead;

		/* An upload of a token on its way is no token yet. */
		if (!strcmp(e->name, c->token) || e->is_dir ||
		    strstr(e->name, OBJECTS_TEMP))
			continue;
		get_owner(c, e->name, &w);
		dead = gone(&w, self) || (e->mtime_ns != OBJECTS_NO_TIME &&
			(present - e->mtime_ns) / 1000000000 > CLAIM_LIFE_S);
		if (dead && c->o->ops->remove(c->o, e->name, &always, NULL))
			continue;
		busy = true;
		*who = w;
		if (e->mtime_ns != OBJECTS_NO_TIME)
			*newest = e->mtime_ns;
	}
	objects_list_release(&l);
	return busy ? BUSY : there ? ALONE : EMPTY;
}

/* The first time, once more: a server that makes it twice lets everybody in, and
 * may take it away under somebody who is in it. */
static bool make_place(struct claim *c, bool *made, struct err *err)
{
	const struct objects_ops *ops = c->o->ops;
	bool again = false;

	if (!ops->make_dir(c->o, c->dir, made, err))
		return false;
	if (*made && !c->o->tried_excludes) {
		if (!ops->make_dir(c->o, c->dir, &again, err))
			return false;
		c->o->tried_excludes = true;
		c->o->can.excludes = !again;
	}
	return true;
}

/* Try once. *empty counts how often the place was found without a token: the
 * first time somebody is just coming or going, then it is abandoned. */
static enum look attempt(struct claim *c, const struct owner *self,
			 unsigned *empty, struct owner *who, int64_t *newest,
			 struct err *err)
{
	const struct objects_ops *ops = c->o->ops;
	bool made = false;
	enum look seen;

	if (ops->make_dir && !make_place(c, &made, err))
		return BROKEN;
	/* Another was first: it counts until its token is seen to be dead. */
	if (!made) {
		seen = look(c, self, false, who, newest, err);
		if (seen == BUSY || seen == BROKEN)
			return seen;
		if (c->o->can.excludes && (*empty)++ == 0)
			return BUSY;
	}
	if (!put_token(c, err))
		return BROKEN;
	seen = look(c, self, true, who, newest, err);
	if (seen != ALONE)
		ops->remove(c->o, c->token, &always, NULL);
	return seen == EMPTY ? BUSY : seen;
}

static unsigned random_below(unsigned n)
{
	unsigned dice = 0;

	if (getrandom(&dice, sizeof(dice), 0) != (ssize_t)sizeof(dice))
		dice = (unsigned)now_s();
	return dice % n;
}

static bool too_long(const struct owner *who, int64_t since, struct err *err)
{
	char when[64] = "", user[ERR_QUOTE_MAX], host[ERR_QUOTE_MAX];
	time_t t = (time_t)(since / 1000000000);
	struct tm tm;

	err_quote(user, who->user, strlen(who->user));
	err_quote(host, who->host, strlen(who->host));
	if (since != OBJECTS_NO_TIME && gmtime_r(&t, &tm)) {
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%SZ", &tm);
		return err_set(err, ERR_CONFLICT,
			       _("%s at %s is writing it since %s"), user, host,
			       when);
	}
	return err_set(err, ERR_CONFLICT, _("%s at %s is writing it"), user,
		       host);
}

static void free_claim(struct claim *c)
{
	free(c->dir);
	free(c->token);
	free(c);
}

/* What comes of others being at it, with some servers: a list that changes while
 * it is made is no XML; the directory goes while we come, or is locked. How that
 * is refused differs, so a few refusals of any kind pass too. */
static bool passes(const struct err *e, unsigned *odd)
{
	return e->code == ERR_INPUT || e->code == ERR_NOTARGET ||
	       e->code == ERR_CONFLICT ||
	       (e->code == ERR_SYSTEM && (*odd)++ < ODD_MAX);
}

static bool wait_for_it(struct claim *c, const struct owner *self,
			unsigned wait_s, const struct remote_watch *watch,
			struct err *err)
{
	int64_t until = now_s() + wait_s, newest = OBJECTS_NO_TIME;
	struct owner who = {.user = "?", .host = "?"};
	unsigned pause = BACKOFF_MS, empty = 0, odd = 0;
	bool told = false;

	for (;;) {
		struct err e = {0};
		enum look seen = attempt(c, self, &empty, &who, &newest, &e);
		bool over = now_s() >= until;

		if (seen == ALONE)
			return true;
		if (seen == BROKEN && (over || !passes(&e, &odd))) {
			if (err)
				*err = e;
			return false;
		}
		if (over)
			return too_long(&who, newest, err);
		if (!told)
			watch_say(watch, _("waiting for %s at %s"), who.user,
				  who.host);
		told = true;
		if (!watch_wait(watch, pause / 2 + random_below(pause)))
			return err_set(err, ERR_CANCELLED, _("cancelled"));
		pause = pause * 2 < BACKOFF_MAX_MS ? pause * 2 : BACKOFF_MAX_MS;
	}
}

struct claim *claim_take(struct objects *o, const char *name, unsigned wait_s,
			 const struct remote_watch *watch, struct err *err)
{
	struct claim *c = mem_zalloc(1, sizeof(*c));
	char quoted[ERR_QUOTE_MAX], *own;
	struct owner self;

	c->o = o;
	if (o->ops->find_out && !o->ops->find_out(o, err)) {
		free_claim(c);
		return NULL;
	}
	if (!o->can.lists)
		return c;
	find_self(&self);
	c->dir = mem_format("%s%s", OBJECTS_CLAIM, name);
	own = objects_own_name("", "");
	c->token = mem_format("%s/%s", c->dir, own);
	free(own);
	snprintf(c->text, sizeof(c->text),
		 "rredit-claim 1 %s %s %s %s %s %s\n", self.boot, self.pidns,
		 self.pid, self.start, self.user, self.host);
	if (wait_for_it(c, &self, wait_s, watch, err))
		return c;
	err_wrap(err, "%s", err_quote(quoted, name, strlen(name)));
	free_claim(c);
	return NULL;
}

/* Ours is taken away only by one that takes over; others that are there have put
 * theirs to look, and will withdraw. */
bool claim_holds(struct claim *c, struct err *err)
{
	struct objects_entry e = {0};
	struct err why = {0};

	if (!c->dir || c->o->ops->head(c->o, c->token, &e, &why)) {
		objects_entry_release(&e);
		return true;
	}
	if (why.code == ERR_NOTARGET)
		return err_set(err, ERR_CONFLICT,
			       _("the claim was taken away meanwhile"));
	if (err)
		*err = why;
	return false;
}

bool claim_renew(struct claim *c, struct err *err)
{
	if (!c->dir || now_s() - c->renewed_s < CLAIM_RENEW_S)
		return true;
	return claim_holds(c, err) && put_token(c, err);
}

void claim_release(struct claim *c)
{
	const struct objects_ops *ops;

	if (!c)
		return;
	ops = c->o->ops;
	/* In one step where that takes all within along: were the token gone
	 * first, another could come in and be thrown out with the directory.
	 * Where that could happen all the same, an empty one stays. */
	if (c->dir && (!ops->remove_tree || !c->o->can.excludes ||
		       !ops->remove_tree(c->o, c->dir))) {
		ops->remove(c->o, c->token, &always, NULL);
		if (ops->remove_dir)
			ops->remove_dir(c->o, c->dir);
	}
	free_claim(c);
}
