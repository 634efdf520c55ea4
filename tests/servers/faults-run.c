/*
 * What goes wrong on the way, in front of a real server: see faultproxy.py. After
 * each fault the remote is whole, the message true, and a further try succeeds
 * without sending again what arrived. TAP.
 *
 *     faults-run CONFIG REMOTE CONTROL LOG
 *
 * CONFIG has REMOTE, and REMOTE-proxy, which is the same behind the proxy.
 */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/buf.h"
#include "base/ini.h"
#include "base/mem.h"
#include "remote/objects-kind.h"

#define SIZE ((size_t)4 << 20)
#define STEP ((size_t)64 << 10)
#define PART ((size_t)512 << 10)

static unsigned n, failed;
static const char *label, *control, *log_path;
static struct objects *direct, *through;
static struct err err;
static int old_fd, new_fd;	/* two contents of SIZE bytes */

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

/* The proxy's next fault; "" for none. Each text counts anew. */
static void set_fault_after(unsigned skip, const char *text)
{
	static unsigned serial;
	char *line = *text ? mem_format("%s %u %u\n", text, skip, ++serial)
			   : mem_strdup("");

	if (!atomicfile_replace(control, 0600, line, strlen(line), &err))
		abort();
	free(line);
}

static void set_fault(const char *text)
{
	set_fault_after(0, text);
}

static bool put(struct objects *o, int fd, size_t size, const char *checkpoint)
{
	struct objects_source src = {fd, size, checkpoint};

	err = (struct err){0};
	return objects_put(o, "f/raw.jsonl", &src, NULL, NULL, &err);
}

/* Whether the remote has these bytes, asked without the proxy. */
static bool remote_is(int fd, size_t size)
{
	struct objects_sink sink = {.fd = temp_file()};
	struct err why = {0};
	bool same = objects_get(direct, "f/raw.jsonl", &sink, NULL, &why) &&
		    same_file(fd, sink.fd, size);

	close(sink.fd);
	return same;
}

static void cut_uploads(void)
{
	unsigned bad = 0;

	for (size_t at = STEP; at < SIZE; at += STEP) {
		char *fault = mem_format("cut-up %zu 1 PUT", at);
		int fd = at / STEP % 2 ? new_fd : old_fd;

		set_fault(fault);
		if (!put(through, fd, SIZE, NULL) || !remote_is(fd, SIZE)) {
			printf("# cut at %zu: %s\n", at, err.msg);
			bad++;
		}
		free(fault);
	}
	set_fault("");
	check(!bad, "a push that is cut at every 64 KB arrives");
}

static void cut_downloads(void)
{
	struct objects_entry e = {0};
	unsigned bad = 0;

	put(direct, new_fd, SIZE, NULL);
	/* Apache's ETag is weak, so that nothing can go on from it, while the
	 * file is younger than a second. */
	poll(NULL, 0, 2100);
	if (!objects_head(direct, "f/raw.jsonl", &e, &err))
		abort();
	for (size_t at = STEP; at < SIZE; at += STEP) {
		char *fault = mem_format("cut-down %zu 1 GET", at);
		struct objects_sink sink = {.fd = temp_file(),
					    .version = e.version};

		set_fault(fault);
		err = (struct err){0};
		if (!objects_get(through, "f/raw.jsonl", &sink, NULL, &err) ||
		    !same_file(new_fd, sink.fd, SIZE) || sink.sent != SIZE) {
			printf("# cut at %zu: %zu bytes: %s\n", at,
			       (size_t)sink.sent, err.msg);
			bad++;
		}
		close(sink.fd);
		free(fault);
	}
	set_fault("");
	check(!bad, "a pull that is cut at every 64 KB gets each byte once");
	objects_entry_release(&e);
}

/* Cut for good, then gone on with later by another call. */
static void later(void)
{
	struct objects_sink sink = {.fd = temp_file()};
	struct objects_entry e = {0};
	uint64_t first;
	bool ok;

	objects_head(direct, "f/raw.jsonl", &e, &err);
	sink.version = e.version;
	err = (struct err){0};
	set_fault("cut-down 100000 99 GET");
	ok = objects_get(through, "f/raw.jsonl", &sink, NULL, &err);
	set_fault("");
	first = sink.got;
	if (!ok) {
		sink.have = sink.got;
		ok = objects_get(through, "f/raw.jsonl", &sink, NULL, &err);
		printf("# %s: %zu bytes, then %zu\n", label, (size_t)first,
		       (size_t)sink.sent);
	}
	check(ok && same_file(new_fd, sink.fd, SIZE),
	      "a pull that is cut again and again comes to its end");
	close(sink.fd);
	objects_entry_release(&e);
}

struct trouble {
	const char *fault, *words;
	enum err_code code;
	bool may_work;		/* by a retry, or since nobody can see it */
};

static void pushes(void)
{
	static const struct trouble all[] = {
		{"refuse 0 99 *", "lost", ERR_SYSTEM, false},
		{"refuse 0 1 *", "", ERR_OK, true},
		{"stall 30 99 *", "nothing came", ERR_SYSTEM, false},
		{"cut-up 100000 99 PUT", "lost", ERR_SYSTEM, false},
		{"corrupt-up 70000 1 PUT", "", ERR_OK, true},
		{"corrupt-up 70000 99 PUT", "", ERR_SYSTEM, false},
		{"status 401 99 *", "other credentials (401", ERR_SYSTEM, false},
		{"status 403 99 *", "not permit it (403", ERR_SYSTEM, false},
		{"status 409 99 PUT", "409", ERR_CONFLICT, false},
		{"status 412 99 PUT", "", ERR_CONFLICT, false},
		{"status 429 99 *", "too many requests", ERR_SYSTEM, false},
		{"status 429 1 *", "", ERR_OK, true},
		{"status 500 99 PUT", "the server failed (500", ERR_SYSTEM,
		 false},
		{"status 500 1 PUT", "", ERR_OK, true},
		{"status 503 99 *", "not available now (503", ERR_SYSTEM, false},
		{"status 503 2 *", "", ERR_OK, true},
		{"status 507 99 PUT", "no room", ERR_SYSTEM, false},
		{"garbage 0 99 *", "not HTTP", ERR_SYSTEM, false},
		{"loop 0 99 PUT", "sends us elsewhere", ERR_SYSTEM, false},
		{"loop 0 99 HEAD", "sends us elsewhere", ERR_SYSTEM, false},
		{"huge 0 99 PUT", "larger than", ERR_LIMIT, false},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct trouble *t = &all[i];
		struct err said;
		bool ok, whole;

		put(direct, old_fd, SIZE, NULL);
		set_fault(t->fault);
		ok = put(through, new_fd, SIZE, NULL);
		said = err;
		set_fault("");
		whole = remote_is(ok ? new_fd : old_fd, SIZE) ||
			(!ok && remote_is(new_fd, SIZE));
		check(whole, "push, %s: whole afterwards", t->fault);
		err = said;
		check(ok ? t->code == ERR_OK || t->may_work
			 : t->may_work || strstr(err.msg, t->words),
		      "push, %s: %s", t->fault, ok ? "done" : err.msg);
		check(put(through, new_fd, SIZE, NULL) && remote_is(new_fd, SIZE),
		      "push, %s: the next one works", t->fault);
	}
}

static void pulls(void)
{
	static const struct trouble all[] = {
		{"refuse 0 99 *", "lost", ERR_SYSTEM, false},
		{"stall 30 99 GET", "nothing came", ERR_SYSTEM, false},
		{"longer 1000 99 GET", "more than", ERR_LIMIT, false},
		{"shorter 1000 99 GET", "bytes came in place", ERR_SYSTEM,
		 false},
		{"status 401 99 *", "other credentials (401", ERR_SYSTEM, false},
		{"status 403 99 *", "not permit it (403", ERR_SYSTEM, false},
		{"status 409 99 GET", "409", ERR_CONFLICT, false},
		{"status 412 99 GET", "", ERR_CONFLICT, false},
		{"status 429 99 GET", "too many requests", ERR_SYSTEM, false},
		{"status 500 99 GET", "the server failed (500", ERR_SYSTEM,
		 false},
		{"status 503 1 GET", "", ERR_OK, true},
		{"status 404 99 GET", "not on the remote", ERR_NOTARGET, false},
		{"garbage 0 99 *", "not HTTP", ERR_SYSTEM, false},
		{"loop 0 99 *", "sends us elsewhere", ERR_SYSTEM, false},
		{"huge 0 99 GET", "more than", ERR_LIMIT, false},
	};

	put(direct, new_fd, SIZE, NULL);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct trouble *t = &all[i];
		struct objects_sink sink = {.fd = temp_file()};
		bool ok;

		set_fault(t->fault);
		err = (struct err){0};
		ok = objects_get(through, "f/raw.jsonl", &sink, NULL, &err);
		set_fault("");
		check(ok ? same_file(new_fd, sink.fd, SIZE) && t->may_work
			 : err.code == t->code && strstr(err.msg, t->words),
		      "pull, %s: %s", t->fault, ok ? "done" : err.msg);
		sink.have = 0;
		check(objects_get(through, "f/raw.jsonl", &sink, NULL, &err) &&
		      same_file(new_fd, sink.fd, SIZE),
		      "pull, %s: the next one works", t->fault);
		close(sink.fd);
	}
}

static void lists(void)
{
	static const struct trouble all[] = {
		{"huge 0 99 GET,PROPFIND", "", ERR_SYSTEM, false},
		{"garbage 0 99 *", "not HTTP", ERR_SYSTEM, false},
		{"cut-down 100 99 GET,PROPFIND", "", ERR_SYSTEM, false},
		{"corrupt-down 1 99 GET,PROPFIND", "", ERR_INPUT, false},
		{"status 403 99 GET,PROPFIND", "not permit", ERR_SYSTEM, false},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct objects_list l = {0};
		bool ok;

		set_fault(all[i].fault);
		err = (struct err){0};
		ok = objects_list(through, "f", false, &l, &err);
		set_fault("");
		check(!ok && strstr(err.msg, all[i].words), "list, %s: %s",
		      all[i].fault, ok ? "done" : err.msg);
		check(objects_list(through, "f", false, &l, &err) &&
		      objects_list_find(&l, "f/raw.jsonl"),
		      "list, %s: the next one works", all[i].fault);
		objects_list_release(&l);
	}
}

static void slow(void)
{
	struct objects_sink sink = {.fd = temp_file()};
	bool ok;

	put(direct, new_fd, 3000, NULL);
	set_fault("slow 1000 99 *");
	ok = objects_get(through, "f/raw.jsonl", &sink, NULL, &err);
	check(ok && sink.got == 3000, "pull at 1 KB/s");
	ok = put(through, new_fd, 2000, NULL);
	set_fault("");
	check(ok, "push at 1 KB/s");
	close(sink.fd);
}

/* How often the log of the proxy has a part that was taken whole. */
static unsigned sent_whole(size_t part, unsigned *twice)
{
	struct buf b;
	unsigned seen[64] = {0}, all = 0;
	char *line, *save;

	buf_init(&b);
	if (!file_read(log_path, 64 << 20, &b, &err))
		abort();
	*twice = 0;
	for (line = strtok_r(b.data, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *p = strstr(line, "?partNumber=");
		unsigned number;
		char status[16];
		size_t up;

		if (!p || sscanf(p, "?partNumber=%u&%*s %15s %zu", &number,
				 status, &up) != 3 ||
		    strcmp(status, "200") || up != part || number >= 64)
			continue;
		all++;
		*twice += seen[number]++ > 0;
	}
	buf_release(&b);
	return all;
}

/* S3: cut in the middle of parts. */
static void parts(void)
{
	unsigned twice;
	bool ok;

	s3_set_part(through, PART);
	if (truncate(log_path, 0) != 0)
		abort();
	set_fault("cut-up 300000 2 PUT");
	ok = put(through, old_fd, SIZE, NULL);
	set_fault("");
	check(sent_whole(PART, &twice) == SIZE / PART && ok &&
	      remote_is(old_fd, SIZE) && !twice,
	      "parts that are cut are sent again, and no others");
}

/* Parts of an upload that died, taken up by a call after it. */
static void taken_up(void)
{
	char *checkpoint = mem_format("%s.checkpoint", control);
	unsigned twice, all;
	bool ok;

	s3_set_part(through, PART);
	if (truncate(log_path, 0) != 0)
		abort();
	set_fault_after(3, "refuse 0 99 PUT");
	ok = put(through, new_fd, SIZE, checkpoint);
	check(!ok && sent_whole(PART, &twice) == 3,
	      "an upload that breaks off after three parts");
	set_fault_after(0, "status 403 99 POST");	/* Complete is refused */
	ok = put(through, new_fd, SIZE, checkpoint);
	check(!ok, "then without permission to complete it");
	set_fault("");
	ok = put(through, new_fd, SIZE, checkpoint);
	all = sent_whole(PART, &twice);
	check(ok && remote_is(new_fd, SIZE) && !twice && all == SIZE / PART,
	      "with it later: no part is sent twice (%u of %zu)", all,
	      SIZE / PART);
	check(access(checkpoint, F_OK) != 0, "its checkpoint is gone");
	free(checkpoint);
}

static struct objects *open_one(const struct remotes *r, const char *name)
{
	const struct remote_conf *c = remotes_find(r, name, &err);
	struct objects *o = c ? objects_open(c, NULL, &err) : NULL;

	if (!o) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
	return o;
}

int main(int argc, char **argv)
{
	struct remotes r = {0};
	struct ini ini;
	struct buf text;
	char *proxied;

	if (argc < 5)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	label = argv[2];
	control = argv[3];
	log_path = argv[4];
	buf_init(&text);
	if (!file_read(argv[1], INI_SIZE_MAX, &text, &err) ||
	    !ini_parse(&ini, text.data, text.len, "keys", &err) ||
	    !remotes_load(&r, &ini, argv[1], &err)) {
		printf("Bail out! %s\n", err.msg);
		return 1;
	}
	proxied = mem_format("%s-proxy", label);
	direct = open_one(&r, label);
	through = open_one(&r, proxied);
	old_fd = noise(SIZE, 1);
	new_fd = noise(SIZE, 2);
	set_fault("");
	if (!check(put(direct, old_fd, SIZE, NULL), "a first push") ||
	    !check(put(through, old_fd, SIZE, NULL), "and one by the proxy"))
		return 1;
	cut_uploads();
	cut_downloads();
	later();
	pushes();
	pulls();
	lists();
	slow();
	if (direct->conf->kind == REMOTE_S3) {
		parts();
		taken_up();
	}
	printf("1..%u\n", n);
	return failed > 0;
}
