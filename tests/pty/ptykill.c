/*
 * ptykill - the program is used through its terminal, and killed.
 *
 * A seeded user types into the program: sets fields by the command line and in
 * the form, changes several records at once, deletes, undoes, redoes, saves. At a
 * random moment the program gets SIGKILL, often in the middle of what was typed.
 * What the terminal had shown by then is acknowledged: after recovery the file
 * holds it, and otherwise nothing but what was typed; before, it is the file of
 * the last save or of the one under way, to the byte.
 *
 * A few rounds in a check, 1,000 with RREDIT_SOAK set.
 */
#include "config.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/mem.h"
#include "prng.h"
#include "ptyrun.h"

#define ROUNDS 16
#define ROUNDS_SOAK 1000
#define RECORDS 30
#define RECORDS_LEAST 10
#define OPS 16
#define STATES (3 * OPS + 2)	/* a burst is three changes */
#define COLS 100
#define ROWS 40
#define DELAY_MS 12		/* the longest pause before the kill */
#define FIRST 2			/* rows of the list on the screen */
#define LAST (ROWS - 3)

/* What the document holds: which records, each with the number in its path. */
struct state {
	unsigned n;
	struct { unsigned record, path; } row[RECORDS];
};

struct user {
	struct prng r;
	struct child child;
	struct screen screen;
	char *home, *path;
	unsigned paths;			/* the next number, never used before */
	struct state at[STATES];	/* after each change that was typed */
	unsigned now;			/* the last of them */
	unsigned seen;			/* the last that was shown */
	unsigned saved, saving;		/* on disk; being written */
	/* undo[0, undos) lead back from now; redo likewise forth */
	struct state undo[STATES], redo[STATES];
	unsigned undos, redos;
	struct buf keys;		/* of the change */
	unsigned round;
	bool failed;
};

static void fail(struct user *u, const char *what)
{
	char *screen = screen_text(&u->screen);

	if (!u->failed)
		printf("not ok 1 - killed at random moments\n"
		       "# round %u, change %u, shown %u, saved %u: %s\n%s\n",
		       u->round, u->now, u->seen, u->saved, what, screen);
	u->failed = true;
	free(screen);
}

/* --- the model --- */

static void put_state(const struct state *s, struct buf *out)
{
	for (unsigned i = 0; i < s->n; i++) {
		unsigned k = s->row[i].record, p = s->row[i].path;

		buf_addf(out, "{\"msgType\":\"rrpair\",\"ts\":\"2024-03-01T10:"
			 "00:%02u.000Z\",\"l7protocol\":\"http\",\"tags\":{},"
			 "\"uuid\":\"IiIiIiIiQiKCIiIiIi%c%cAQ==\","
			 "\"direction\":\"IN\",\"command\":\"GET\","
			 "\"location\":\"/x%06u\",\"status\":\"200\",\"http\":"
			 "{\"req\":{\"url\":\"/x%06u\",\"uri\":\"/x%06u\","
			 "\"method\":\"GET\",\"host\":\"h\"},\"res\":{"
			 "\"statusCode\":200,\"statusMessage\":\"200 OK\"}},"
			 "\"netinfo\":{}}\n",
			 k, 'A' + (int)(k / 26), 'A' + (int)(k % 26), p, p, p);
	}
}

static unsigned count_path(const struct state *s, unsigned path)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->n; i++)
		n += s->row[i].path == path;
	return n;
}

static struct state *next(struct user *u)
{
	u->at[u->now + 1] = u->at[u->now];
	return &u->at[++u->now];
}

/* --- the screen --- */

static bool row_has(const struct user *u, int y, const char *text)
{
	char *row = screen_row(&u->screen, y);
	bool has = row && strstr(row, text);

	free(row);
	return has;
}

static unsigned count_listed(const struct user *u, unsigned path)
{
	char text[16];
	unsigned n = 0;

	snprintf(text, sizeof(text), "/x%06u", path);
	/* In the form it stands in the second row once it is taken. */
	if (!row_has(u, 0, "Pairs"))
		return row_has(u, 1, text);
	for (int y = FIRST; y <= LAST; y++)
		n += row_has(u, y, text);
	return n;
}

/* Does the screen show that state `to` came after the one before it? What is
 * there for the first time tells it in the form too. */
static bool is_shown(const struct user *u, unsigned to)
{
	const struct state *old = &u->at[to - 1], *new = &u->at[to];
	bool list = row_has(u, 0, "Pairs");
	unsigned path, n;

	for (unsigned i = 0; i < new->n; i++)
		if (!count_path(old, new->row[i].path))
			return count_listed(u, new->row[i].path) > 0;
	for (unsigned i = 0; list && i < old->n; i++) {
		path = old->row[i].path;
		n = count_path(new, path);
		if (n != count_path(old, path))
			return count_listed(u, path) == n;
	}
	return false;
}

static void look(struct user *u)
{
	for (unsigned i = u->now; i > u->seen; i--)
		if (is_shown(u, i))
			u->seen = i;
	/* A save is of all that was there when its key came. */
	if (u->saving && row_has(u, 0, "Pairs") && !row_has(u, 0, "[unsaved]")) {
		u->saved = u->saving;
		u->saving = 0;
	}
}

/* Until all that was typed is shown. */
static void wait_shown(struct user *u)
{
	int64_t until = child_now() + DEADLINE_MS;

	look(u);
	while (!u->failed && (u->seen < u->now || u->saving)) {
		if (!child_read(&u->child, &u->screen, until))
			fail(u, "never shown");
		look(u);
	}
}

/* --- what the user does; each leaves its keys --- */

static void go_to(struct user *u, unsigned row)
{
	buf_addf(&u->keys, ":goto %u\r", row + 1);
}

static void done(struct user *u, const struct state *before)
{
	u->undo[u->undos++] = *before;
	u->redos = 0;
}

static void set_rows(struct user *u, unsigned row, unsigned n)
{
	struct state before = u->at[u->now], *s = next(u);
	unsigned path = u->paths++;

	go_to(u, row);
	for (unsigned i = row; i < row + n; i++) {
		if (n > 1)
			buf_addc(&u->keys, ' ');
		s->row[i].path = path;
	}
	buf_addf(&u->keys, ":set! path=/x%06u\r%s", path, n > 1 ? "&" : "");
	done(u, &before);
}

static void set_one(struct user *u)
{
	set_rows(u, (unsigned)prng_below(&u->r, u->at[u->now].n), 1);
}

static void set_some(struct user *u)
{
	unsigned n = 2 + (unsigned)prng_below(&u->r, 5);

	set_rows(u, (unsigned)prng_below(&u->r, u->at[u->now].n - n), n);
}

/* Three in one go, in rows of their own: what comes later does not hide them. */
static void set_three(struct user *u)
{
	unsigned row = (unsigned)prng_below(&u->r, u->at[u->now].n - 3);

	for (unsigned i = 0; i < 3; i++)
		set_rows(u, row + i, 1);
}

static void type_in_form(struct user *u)
{
	struct state before = u->at[u->now], *s = next(u);
	unsigned row = (unsigned)prng_below(&u->r, s->n);

	s->row[row].path = u->paths++;
	go_to(u, row);
	buf_addf(&u->keys, "\rje\x15/x%06u\rq", s->row[row].path);
	done(u, &before);
}

static void delete_one(struct user *u)
{
	struct state before = u->at[u->now], *s;
	unsigned row;

	if (before.n <= RECORDS_LEAST)
		return;
	s = next(u);
	row = (unsigned)prng_below(&u->r, s->n--);
	memmove(&s->row[row], &s->row[row + 1],
		(s->n - row) * sizeof(s->row[0]));
	go_to(u, row);
	buf_addc(&u->keys, 'd');
	done(u, &before);
}

static void undo(struct user *u)
{
	if (!u->undos)
		return;
	u->redo[u->redos++] = u->at[u->now];
	*next(u) = u->undo[--u->undos];
	buf_addc(&u->keys, 'u');
}

static void redo(struct user *u)
{
	if (!u->redos)
		return;
	u->undo[u->undos++] = u->at[u->now];
	*next(u) = u->redo[--u->redos];
	buf_addc(&u->keys, 'R' - '@');
}

static bool same(const struct state *a, const struct state *b)
{
	return a->n == b->n &&
	       !memcmp(a->row, b->row, a->n * sizeof(a->row[0]));
}

static void save(struct user *u)
{
	if (same(&u->at[u->now], &u->at[u->saved]))
		return;
	u->saving = u->now;
	buf_addc(&u->keys, 'S' - '@');
}

static void act(struct user *u)
{
	static void (*const acts[])(struct user *u) = {
		set_one, set_some, set_three, type_in_form, type_in_form,
		delete_one, undo, undo, redo, save, save,
	};

	buf_clear(&u->keys);
	acts[prng_below(&u->r, sizeof(acts) / sizeof(acts[0]))](u);
}

/* --- a round --- */

static void begin(struct user *u)
{
	char *command = mem_format("exec \"$PTY_PROGRAM\" '%s'", u->path);
	struct buf text;

	u->now = u->seen = u->saved = u->saving = u->undos = u->redos = 0;
	u->paths = 1000;
	u->at[0].n = RECORDS;
	for (unsigned i = 0; i < RECORDS; i++)
		u->at[0].row[i].record = u->at[0].row[i].path = i;
	buf_init(&text);
	put_state(&u->at[0], &text);
	if (!atomicfile_replace(u->path, 0600, text.data, text.len, NULL))
		fail(u, "no file");
	buf_release(&text);
	screen_release(&u->screen);
	screen_init(&u->screen, COLS, ROWS);
	if (!child_start(&u->child, command, COLS, ROWS))
		fail(u, "cannot start");
	free(command);
}

/* Take in what it wrote until it was gone: that was shown. */
static void kill_it(struct user *u)
{
	int64_t until = child_now() + DEADLINE_MS;

	if (u->child.pid > 0)
		kill(u->child.pid, SIGKILL);
	while (child_read(&u->child, &u->screen, until))
		;
	look(u);
	if (!WIFSIGNALED(u->child.status) ||
	    WTERMSIG(u->child.status) != SIGKILL)
		fail(u, "it ended by itself");
}

static void use_and_kill(struct user *u)
{
	unsigned last = (unsigned)prng_below(&u->r, OPS);
	int64_t until = child_now() + DEADLINE_MS;
	size_t part;

	while (!count_listed(u, RECORDS - 1))
		if (!child_read(&u->child, &u->screen, until)) {
			fail(u, "no list");
			return;
		}
	for (unsigned i = 0; i < last && !u->failed; i++) {
		act(u);
		child_write(&u->child, u->keys.data, u->keys.len);
		wait_shown(u);
	}
	act(u);
	part = prng_below(&u->r, u->keys.len + 1);
	if (prng_below(&u->r, 2))
		part = u->keys.len;
	child_write(&u->child, u->keys.data, part);
	until = child_now() + (int64_t)prng_below(&u->r, DELAY_MS);
	while (child_read(&u->child, &u->screen, until))
		;
	kill_it(u);
}

/* Is the file this state, to the byte? */
static bool is_file(const struct user *u, const struct buf *file, unsigned at)
{
	struct buf want;
	bool is;

	buf_init(&want);
	put_state(&u->at[at], &want);
	is = want.len == file->len &&
	     !memcmp(want.data, file->data, file->len);
	buf_release(&want);
	return is;
}

static void check_file(struct user *u)
{
	struct buf file;

	buf_init(&file);
	if (!file_read(u->path, 1 << 20, &file, NULL) ||
	    !(is_file(u, &file, u->saved) ||
	      (u->saving && is_file(u, &file, u->saving))))
		fail(u, "the file is neither old nor new");
	buf_release(&file);
}

static void check_recovered(struct user *u)
{
	char *command = mem_format("\"$PTY_PROGRAM\" recover '%s' >/dev/null",
				   u->path);
	bool found = false;
	struct buf file;

	buf_init(&file);
	if (child_sh(command) != 0)
		fail(u, "recover failed");
	if (!file_read(u->path, 1 << 20, &file, NULL))
		fail(u, "the file is gone");
	for (unsigned i = u->seen; i <= u->now; i++)
		found |= is_file(u, &file, i);
	if (!found)
		fail(u, "recovery lacks what was shown, or has what nobody "
			"typed");
	buf_release(&file);
	free(command);
}

/* Nothing may stay beside the file, once a save had its turn. */
static void check_swept(struct user *u)
{
	char *command = mem_format("\"$PTY_PROGRAM\" set '%s' 1 status=201 "
				   ">/dev/null && test \"$(ls -A '%s/work')\" "
				   "= raw.jsonl", u->path, u->home);

	if (!u->failed && child_sh(command) != 0)
		fail(u, "a temporary file stays");
	free(command);
}

int main(void)
{
	const char *dir = getenv("builddir");
	unsigned rounds = getenv("RREDIT_SOAK") ? ROUNDS_SOAK : ROUNDS;
	struct user *u = mem_zalloc(1, sizeof(*u));
	char home[] = "/tmp/ptykill.XXXXXX", *work, *program;

	printf("1..1\n");
	if (!mkdtemp(home))
		return 99;
	u->home = home;
	work = mem_format("%s/work", home);
	mkdir(work, 0700);
	u->path = mem_format("%s/raw.jsonl", work);
	child_environment(home);
	child_init(&u->child);
	buf_init(&u->keys);
	program = mem_format("%s/rredit", dir ? dir : ".");
	u->child.program = realpath(program, NULL);
	free(program);
	if (!u->child.program) {
		printf("not ok 1 - there is no rredit\n");
		return 1;
	}
	for (; u->round < rounds && !u->failed; u->round++) {
		u->r = (struct prng){u->round};
		begin(u);
		use_and_kill(u);
		check_file(u);
		check_recovered(u);
	}
	check_swept(u);
	if (!u->failed)
		printf("ok 1 - killed at %u random moments\n", rounds);
	child_release(&u->child);
	screen_release(&u->screen);
	if (!getenv("PTY_KEEP"))
		child_remove(home);
	buf_release(&u->keys);
	free(u->path);
	free(work);
	free(u);
	return 0;
}
