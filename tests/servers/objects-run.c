/*
 * What every kind of remote must do, against a real server: put, get, list,
 * conditions, claims, resumption, removal. TAP.
 *
 *     objects-run CONFIG REMOTE [PLAN-OFFSET]
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/buf.h"
#include "base/ini.h"
#include "base/mem.h"
#include "remote/claim.h"
#include "remote/objects-kind.h"

static unsigned n, failed;
static const char *label;
static const struct remote_conf *conf;
static struct err err;

static bool check(bool ok, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static bool check(bool ok, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %u - %s: ", ok ? "" : "not ", ++n, label);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	if (!ok && err.code)
		printf("# %s\n", err.msg);
	failed += !ok;
	err = (struct err){0};
	return ok;
}

static int temp_file(void)
{
	FILE *f = tmpfile();
	int fd = f ? dup(fileno(f)) : -1;

	if (fd < 0)
		abort();
	fclose(f);
	return fd;
}

/* A file of pseudo-random bytes, the same for the same seed. */
static int noise(size_t len, uint64_t seed)
{
	int fd = temp_file();
	char *bytes = mem_alloc(len + 8);

	for (size_t i = 0; i < len; i += 8) {
		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
		memcpy(bytes + i, &seed, 8);
	}
	if (pwrite(fd, bytes, len, 0) != (ssize_t)len)
		abort();
	free(bytes);
	return fd;
}

static bool same_file(int a, int b, size_t len)
{
	char *one = mem_alloc(len + 1), *two = mem_alloc(len + 1);
	bool same = pread(a, one, len + 1, 0) == (ssize_t)len &&
		    pread(b, two, len + 1, 0) == (ssize_t)len &&
		    !memcmp(one, two, len);

	free(one);
	free(two);
	return same;
}

static bool put(struct objects *o, const char *name, const char *text,
		enum objects_if when, const char *version,
		struct objects_entry *out)
{
	struct objects_condition c = {when, version};

	return objects_put_bytes(o, name, text, strlen(text), &c, out, &err);
}

static bool holds(struct objects *o, const char *name, const char *text)
{
	struct buf b;
	bool same;

	buf_init(&b);
	same = objects_get_bytes(o, name, 1 << 20, &b, NULL, &err) &&
	       !strcmp(b.data, text);
	buf_release(&b);
	return same;
}

static void round_trips(struct objects *o)
{
	static const size_t sizes[] = {0, 1, 4096, 1000003, 4 << 20};
	static const char *const names[] = {
		"plain.json", "two words.json", "dir/raw.jsonl", "a/b/c/d",
		"100%25 + #1 ?&=;@:,!$'()*~", "\xc3\xa4\xe4\xb8\xad\xf0\x9f\x98\x80",
		"a/..b/...", "[x]{y}^`|\\\"<>",
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct objects_entry e = {0}, h = {0};
		struct objects_sink sink = {.fd = temp_file()};
		struct objects_source src = {.fd = noise(sizes[i], i),
					     .size = sizes[i]};
		bool ok = objects_put(o, "size/raw.jsonl", &src, NULL, &e, &err) &&
			  objects_head(o, "size/raw.jsonl", &h, &err) &&
			  objects_get(o, "size/raw.jsonl", &sink, NULL, &err);

		check(ok && same_file(src.fd, sink.fd, sizes[i]) &&
		      e.size == sizes[i] && h.size == sizes[i] &&
		      objects_same_version(e.version, h.version) &&
		      sink.sent == sizes[i],
		      "%zu bytes there and back", sizes[i]);
		objects_entry_release(&e);
		objects_entry_release(&h);
		close(src.fd);
		close(sink.fd);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		check(put(o, names[i], "x", OBJECTS_ALWAYS, NULL, NULL) &&
		      holds(o, names[i], "x") &&
		      objects_remove(o, names[i], NULL, &err) &&
		      !holds(o, names[i], "x"), "a name with odd bytes: %zu", i);
}

static void listings(struct objects *o)
{
	struct objects_list l = {0};
	const struct objects_entry *e = NULL;
	struct objects_entry h = {0};
	bool ok;

	ok = put(o, "l.json", "{}", OBJECTS_ALWAYS, NULL, NULL) &&
	     put(o, "l/raw.jsonl", "{}\n", OBJECTS_ALWAYS, NULL, NULL) &&
	     put(o, "l/deeper/x y", "1", OBJECTS_ALWAYS, NULL, NULL) &&
	     objects_list(o, "", false, &l, &err);
	check(ok && objects_list_find(&l, "l") &&
	      objects_list_find(&l, "l")->is_dir &&
	      !objects_list_find(&l, "l/raw.jsonl"), "a directory's list");
	e = objects_list_find(&l, "l.json");
	ok = ok && e && objects_head(o, "l.json", &h, &err);
	check(ok && !e->is_dir && e->size == 2 && h.size == 2 &&
	      e->mtime_ns != OBJECTS_NO_TIME &&
	      time(NULL) - e->mtime_ns / 1000000000 < 60,
	      "an entry has size and time");
	check(ok && (!e->version || objects_same_version(e->version, h.version)),
	      "its version is that of head%s", ok && !e->version ?
	      " (not told here)" : "");
	objects_entry_release(&h);
	objects_list_release(&l);
	ok = objects_list(o, "", true, &l, &err);
	check(ok && objects_list_find(&l, "l/raw.jsonl") &&
	      objects_list_find(&l, "l/deeper/x y"), "a deep list");
	objects_list_release(&l);
	ok = objects_list(o, "l", false, &l, &err);
	check(ok && objects_list_find(&l, "l/raw.jsonl") && l.count == 2,
	      "the list of one directory");
	objects_list_release(&l);
	check(objects_list(o, "nowhere", true, &l, &err) && !l.count,
	      "a directory that is not there is empty");
	objects_list_release(&l);
}

static void conditions(struct objects *o)
{
	struct objects_entry one = {0}, two = {0};
	struct objects_condition old;

	objects_remove(o, "c", NULL, NULL);
	check(put(o, "c", "1", OBJECTS_IF_ABSENT, NULL, &one), "if absent");
	check(!put(o, "c", "2", OBJECTS_IF_ABSENT, NULL, NULL) &&
	      err.code == ERR_CONFLICT && holds(o, "c", "1"),
	      "if absent, but it is there");
	check(put(o, "c", "two", OBJECTS_IF_VERSION, one.version, &two) &&
	      holds(o, "c", "two") &&
	      !objects_same_version(one.version, two.version), "if version");
	check(!put(o, "c", "3", OBJECTS_IF_VERSION, one.version, NULL) &&
	      err.code == ERR_CONFLICT && holds(o, "c", "two"),
	      "if version, but it is another");
	check(!put(o, "c2", "3", OBJECTS_IF_VERSION, one.version, NULL) &&
	      err.code == ERR_CONFLICT, "if version, but it is gone");
	old = (struct objects_condition){OBJECTS_IF_VERSION, one.version};
	check(!objects_remove(o, "c", &old, &err) && err.code == ERR_CONFLICT &&
	      holds(o, "c", "two"), "no removal of another version");
	old.version = two.version;
	check(objects_remove(o, "c", &old, &err), "removal of the version");
	check(objects_remove(o, "c", NULL, &err), "removal of nothing");
	objects_entry_release(&one);
	objects_entry_release(&two);
}

static void getting(struct objects *o)
{
	const size_t size = 3 << 20;
	struct objects_source src = {.fd = noise(size, 7), .size = size};
	struct objects_entry e = {0};
	struct objects_sink sink = {.fd = noise(size, 7), .have = 1 << 20};

	if (!objects_put(o, "g/raw.jsonl", &src, NULL, &e, &err)) {
		check(false, "a file to get");
		return;
	}
	sink.version = e.version;
	if (ftruncate(sink.fd, 1 << 20) != 0)
		abort();
	check(objects_get(o, "g/raw.jsonl", &sink, NULL, &err) &&
	      same_file(src.fd, sink.fd, size), "a get that goes on");
	printf("# %s: %ju of %zu bytes travelled\n", label,
	       (uintmax_t)sink.sent, size);
	sink.have = size;
	check(objects_get(o, "g/raw.jsonl", &sink, NULL, &err) && !sink.sent,
	      "a get that has all already");
	sink.version = "other";
	sink.have = 10;
	check(!objects_get(o, "g/raw.jsonl", &sink, NULL, &err) &&
	      err.code == ERR_CONFLICT, "a get of another version");
	sink = (struct objects_sink){.fd = sink.fd, .max = 1000};
	check(!objects_get(o, "g/raw.jsonl", &sink, NULL, &err) &&
	      err.code == ERR_LIMIT, "a get over its limit");
	check(!objects_get(o, "g/none", &sink, NULL, &err) &&
	      err.code == ERR_NOTARGET, "a get of nothing");
	objects_entry_release(&e);
	close(src.fd);
	close(sink.fd);
}

/* Processes that count with no condition but the claim. */
static void claims(void)
{
	enum { WRITERS = 4, STEPS = 3 };
	struct objects *o = objects_open(conf, NULL, &err);
	pid_t kids[WRITERS];
	bool ok = o && put(o, "n", "0", OBJECTS_ALWAYS, NULL, NULL);
	char wanted[16];

	for (int k = 0; k < WRITERS; k++) {
		kids[k] = fork();
		if (kids[k])
			continue;
		o = objects_open(conf, NULL, &err);
		for (int i = 0; i < STEPS; i++) {
			struct claim *c = claim_take(o, "n", 120, NULL, &err);
			char next[32];
			struct buf b;

			buf_init(&b);
			if (!c || !objects_get_bytes(o, "n", 16, &b, NULL,
						     &err)) {
				printf("# %s\n", err.msg);
				fflush(stdout);
				_exit(2);
			}
			snprintf(next, sizeof(next), "%ld",
				 strtol(b.data, NULL, 10) + 1);
			if (!claim_holds(c, &err) ||
			    !put(o, "n", next, OBJECTS_ALWAYS, NULL, NULL)) {
				printf("# %s\n", err.msg);
				fflush(stdout);
				_exit(3);
			}
			claim_release(c);
			buf_release(&b);
		}
		_exit(0);
	}
	for (int k = 0; k < WRITERS; k++) {
		int status;

		ok = waitpid(kids[k], &status, 0) == kids[k] && !status && ok;
	}
	snprintf(wanted, sizeof(wanted), "%d", WRITERS * STEPS);
	check(ok && holds(o, "n", wanted), "%d writers with claims", WRITERS);
	objects_close(o);
}

/* A writer that is killed leaves the old object, and no claim that lasts. */
static void killed(struct objects *o)
{
	struct claim *c;
	time_t before;
	bool whole = put(o, "k/raw.jsonl", "old", OBJECTS_ALWAYS, NULL, NULL);

	for (int i = 0; i < 8; i++) {
		pid_t kid = fork();

		if (!kid) {
			struct objects_source src = {.fd = noise(8 << 20, 3),
						     .size = 8 << 20};
			struct objects *mine = objects_open(conf, NULL, &err);

			c = claim_take(mine, "k", 60, NULL, &err);
			objects_put(mine, "k/raw.jsonl", &src, NULL, NULL, &err);
			_exit(0);
		}
		poll(NULL, 0, 15 * i);
		kill(kid, SIGKILL);
		waitpid(kid, NULL, 0);
	}
	{
		struct objects_entry h = {0};
		bool there = false;

		/* rclone's own MOVE removes, then renames: it may be at it */
		for (int i = 0; i < 50 && !there; i++) {
			there = objects_head(o, "k/raw.jsonl", &h, &err);
			if (!there && (err.code != ERR_NOTARGET ||
				       o->can.excludes))
				break;
			if (!there)
				poll(NULL, 0, 20);
		}
		whole = whole && there && (h.size == 3 || h.size == 8 << 20);
		objects_entry_release(&h);
	}
	check(whole, "killed in the middle: old or new");
	before = time(NULL);
	c = claim_take(o, "k", 20, NULL, &err);
	check(c && time(NULL) - before < 15, "a dead one's claim is taken");
	claim_release(c);
}

static void nothing_is_left(struct objects *o)
{
	struct objects_list l = {0};
	unsigned left = 0;

	objects_sweep(o, 0);
	/* servers tell times in whole seconds, some of them rounded up */
	for (int i = 0; i < 40; i++) {
		objects_sweep(o, 0);
		left = 0;
		o->ops->list(o, "", true, &l, NULL);
		for (size_t k = 0; k < l.count; k++)
			left += !!strstr(l.entries[k].name, OBJECTS_OWN);
		objects_list_release(&l);
		if (!left)
			break;
		poll(NULL, 0, 100);
	}
	check(!left, "nothing of ours is left");
}

static int load(struct remotes *r, const char *path, const char *name)
{
	struct buf text;
	struct ini ini;

	buf_init(&text);
	if (!file_read(path, INI_SIZE_MAX, &text, &err) ||
	    !ini_parse(&ini, text.data, text.len, "keys", &err) ||
	    !remotes_load(r, &ini, path, &err) ||
	    !(conf = remotes_find(r, name, &err))) {
		printf("Bail out! %s\n", err.msg);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct objects_abilities can;
	struct remotes r;
	struct objects *o;

	if (argc < 3 || load(&r, argv[1], argv[2]))
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	label = argv[2];
	n = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
	o = objects_open(conf, NULL, &err);
	if (!check(o && objects_probe(o, &can, &err) && can.writable, "probe"))
		return 1;
	printf("# %s: %s: dav %d lists %d moves %d excludes %d if-absent %d "
	       "if-version %d ranges %d\n# %s: %s\n", label, can.server, can.dav,
	       can.lists, can.moves, can.excludes, can.if_absent,
	       can.if_version, can.ranges, label, objects_guarantee(o));
	round_trips(o);
	listings(o);
	conditions(o);
	getting(o);
	claims();
	killed(o);
	nothing_is_left(o);
	objects_close(o);
	printf("%s%u..%u\n", argc > 3 ? "# " : "", 1, n);
	return failed > 0;
}
