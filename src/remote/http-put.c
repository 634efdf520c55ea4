/* Directories, PUT, MOVE and DELETE on a web server. Used is what Apache, lighttpd,
 * nginx and rclone were all seen to do right. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "remote/http-call.h"
#include "store/statedir.h"

#define COMPARE ((size_t)256 << 10)

/* ---- directories ------------------------------------------------------ */

static bool exists(struct http *h, const char *dir)
{
	struct http_call c;
	bool there;

	http_call_begin(&c, h, "PROPFIND", dir, true);
	http_call_header(&c, "Depth", "0");
	there = http_call_run(&c, h, NULL) && c.answer.status == 207;
	http_call_end(&c);
	return there;
}

/* One level. Not sent twice: an answer that was lost must not make the second
 * one "it was there before". */
static bool mkcol(struct http *h, const char *dir, bool *made, int *status,
		  struct err *err)
{
	struct http_call c;
	bool ok;

	http_call_begin(&c, h, "MKCOL", dir, true);
	c.req.repeatable = -1;
	ok = http_call_run(&c, h, err);
	*status = c.answer.status;
	*made = ok && c.answer.status == 201;
	/* 405: it is there (RFC 4918 9.3.1), or was a moment ago */
	if (ok && !*made && *status != 405 && *status != 409 &&
	    *status != 404 && !exists(h, dir))
		ok = http_refused(&c, dir, err);
	http_call_end(&c);
	return ok;
}

static bool make_dirs(struct http *h, const char *dir, bool *made,
		      struct err *err)
{
	const char *slash = strrchr(dir, '/');
	int status;
	bool up;

	if (!mkcol(h, dir, made, &status, err))
		return false;
	if (*made || (status != 409 && status != 404))
		return true;
	if (*dir) {		/* what it shall be in is not there */
		char *parent = slash ? mem_dup(dir, (size_t)(slash - dir))
				     : mem_strdup("");
		bool ok = make_dirs(h, parent, &up, err) &&
			  mkcol(h, dir, made, &status, err);

		free(parent);
		if (!ok || *made || (status != 409 && status != 404))
			return ok;
	}
	return err_set(err, ERR_SYSTEM, _("the server does not make the folder "
		       "(%d)"), status);
}

bool http_make_dir(struct objects *o, const char *dir, bool *made,
			  struct err *err)
{
	struct http *h = (struct http *)o;

	if (!http_know(h, err))
		return false;
	*made = true;
	return !o->can.dav || make_dirs(h, dir, made, err);
}

bool http_remove_tree(struct objects *o, const char *name)
{
	struct http *h = (struct http *)o;
	struct http_call c;
	bool ok;

	http_call_begin(&c, h, "DELETE", name, true);
	ok = http_call_run(&c, h, NULL) && (http_fine(&c) || http_gone(&c));
	http_call_end(&c);
	free(h->made);
	h->made = NULL;
	return ok;
}

/* Make the directory that name lies in, unless that was just done. */
static bool make_parent(struct http *h, const char *name, struct err *err)
{
	const char *slash = strrchr(name, '/');
	char *dir;
	bool made, ok;

	if (!slash || !h->base.can.dav)
		return true;
	dir = mem_dup(name, (size_t)(slash - name));
	if (h->made && !strcmp(h->made, dir)) {
		free(dir);
		return true;
	}
	ok = make_dirs(h, dir, &made, err);
	free(h->made);
	h->made = ok ? dir : NULL;
	if (!ok)
		free(dir);
	return ok;
}

/* ---- put -------------------------------------------------------------- */

static bool put_body(struct http *h, const char *name,
		     const struct objects_source *src,
		     const struct objects_condition *when, const char *etag,
		     struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	struct http_call c;
	bool ok;

	http_call_begin(&c, h, "PUT", name, false);
	c.req.body = (struct transfer_body){
		.kind = src->size ? TRANSFER_FILE : TRANSFER_EMPTY,
		.fd = src->fd, .len = src->size,
	};
	http_call_header(&c, "Content-Type", "application/octet-stream");
	if (when && when->when == OBJECTS_IF_ABSENT)
		http_call_header(&c, "If-None-Match", "*");
	if (when && when->when == OBJECTS_IF_VERSION && etag[0] == '"')
		http_call_header(&c, "If-Match", etag);
	ok = http_call_run(&c, h, err);
	if (ok && c.answer.status == 412)
		ok = objects_moved_on(name, when, err);
	else if (ok && (c.answer.status == 404 || c.answer.status == 409))
		ok = err_set(err, ERR_NOTARGET, _("%s: the folder it goes into "
			     "is not there (%d)"),
			     err_quote(quoted, name, strlen(name)),
			     c.answer.status);
	else if (ok && !http_fine(&c))
		ok = http_refused(&c, name, err);
	http_call_end(&c);
	return ok;
}

/* With a look for whether the root itself has to be made. */
static bool put_file(struct http *h, const char *name,
		     const struct objects_source *src,
		     const struct objects_condition *when, const char *etag,
		     struct err *err)
{
	struct err e = {0};
	bool made;

	if (put_body(h, name, src, when, etag, &e))
		return true;
	if (e.code == ERR_NOTARGET && h->base.can.dav && !strchr(name, '/') &&
	    make_dirs(h, "", &made, NULL) && made)
		return put_body(h, name, src, when, etag, err);
	if (err)
		*err = e;
	return false;
}

/* Whether the condition holds now; etag gets that of the object, or "". */
static bool holds(struct http *h, const char *name,
		  const struct objects_condition *when, char *etag,
		  struct err *err)
{
	struct objects_entry is = {0};
	struct err e = {0};
	bool there, ok = true;

	etag[0] = '\0';
	if (when->when == OBJECTS_ALWAYS)
		return true;
	there = http_look(h, name, &is, etag, &e);
	if (!there && e.code != ERR_NOTARGET) {
		if (err)
			*err = e;
		return false;
	}
	if (when->when == OBJECTS_IF_ABSENT ? there
	    : !there || !objects_same_version(is.version, when->version))
		ok = objects_moved_on(name, when, err);
	objects_entry_release(&is);
	return ok;
}

static bool same_bytes(int a, int b, uint64_t size)
{
	char *one = mem_alloc(COMPARE), *two = mem_alloc(COMPARE);
	bool same = true;

	for (uint64_t at = 0; same && at < size;) {
		ssize_t n = pread(a, one, COMPARE, (off_t)at);
		ssize_t m = n > 0 ? pread(b, two, (size_t)n, (off_t)at) : -1;

		same = n > 0 && m > 0 && !memcmp(one, two, (size_t)m);
		at += same ? (uint64_t)m : 0;
	}
	free(one);
	free(two);
	return same;
}

/*
 * What arrived is what was sent: its length, and where no TLS looked after the
 * bytes on their way, they are fetched and compared.
 */
static bool verify(struct http *h, const char *name,
		   const struct objects_source *src,
		   const struct objects_entry *is, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	struct objects_sink sink = {.max = src->size ? src->size : 1};
	struct objects_entry e = {0};
	bool ok, same;

	err_quote(quoted, name, strlen(name));
	if (is->size != UINT64_MAX && is->size != src->size)
		return err_set(err, ERR_SYSTEM, _("%s: %" PRIu64 " of %" PRIu64
			       " bytes arrived"), quoted, is->size, src->size);
	if (!strncasecmp(h->root, "https:", 6) || !src->size)
		return true;
	sink.fd = statedir_spool(NULL, err);
	if (sink.fd < 0)
		return false;
	ok = http_get(&h->base, name, &sink, &e, err);
	same = ok && sink.got == src->size &&
	       same_bytes(src->fd, sink.fd, src->size);
	objects_entry_release(&e);
	close(sink.fd);
	return ok && (same || err_set(err, ERR_SYSTEM, _("%s: other bytes "
			"arrived than were sent"), quoted));
}

static bool move(struct http *h, const char *from, const char *to,
		 const struct objects_condition *when, struct err *err)
{
	char *destination = http_url(h, to, false);
	struct http_call c;
	bool ok;

	http_call_begin(&c, h, "MOVE", from, false);
	http_call_header(&c, "Destination", destination);
	http_call_header(&c, "Overwrite",
		    when->when == OBJECTS_IF_ABSENT ? "F" : "T");
	c.req.repeatable = -1;
	ok = http_call_run(&c, h, err);
	if (ok && c.answer.status == 412)
		ok = objects_moved_on(to, when, err);
	else if (ok && !http_fine(&c))
		ok = http_refused(&c, to, err);
	http_call_end(&c);
	free(destination);
	return ok;
}

static void drop(struct http *h, const char *name)
{
	struct http_call c;

	http_call_begin(&c, h, "DELETE", name, false);
	c.req.retries = 1;
	/* also after a cancel: it is one short request */
	transfer_run(h->transfer, &c.req, &c.answer, NULL, NULL);
	http_call_end(&c);
}

/* A temporary name, then MOVE: no reader sees a part, whatever the server does
 * while it takes a PUT, or when that breaks off. */
static bool put_and_move(struct http *h, const char *name,
			 const struct objects_source *src,
			 const struct objects_condition *when,
			 struct objects_entry *out, struct err *err)
{
	static const struct objects_condition always;
	char *temp = objects_own_name(name, OBJECTS_TEMP);
	struct objects_entry put = {0};
	char etag[TRANSFER_VALUE_MAX];
	bool ok, moved = false;
	struct err e = {0};

	ok = holds(h, name, when, etag, err) &&
	     put_file(h, temp, src, &always, "", err) &&
	     http_look(h, temp, &put, NULL, err) && verify(h, temp, src, &put, err) &&
	     holds(h, name, when, etag, err);
	if (ok && move(h, temp, name, when, &e)) {
		moved = true;
		ok = http_look(h, name, out, NULL, err);
	} else if (ok && e.code == ERR_SYSTEM && put.version &&
		   http_look(h, name, out, NULL, NULL)) {
		/* The answer was lost; was it done? */
		moved = objects_same_version(out->version, put.version);
		if (!moved)
			objects_entry_release(out);
		ok = moved;
	} else {
		ok = false;
	}
	if (!ok && err && e.code != ERR_OK)
		*err = e;
	if (!moved)
		drop(h, temp);
	if (ok && out->size != UINT64_MAX && out->size != src->size) {
		objects_entry_release(out);
		ok = objects_moved_on(name, NULL, err);
	}
	objects_entry_release(&put);
	free(temp);
	return ok;
}

bool http_put(struct objects *o, const char *name,
		     const struct objects_source *src,
		     const struct objects_condition *when,
		     struct objects_entry *out, struct err *err)
{
	struct http *h = (struct http *)o;
	char etag[TRANSFER_VALUE_MAX];
	struct err e = {0};

	if (!http_know(h, err) || !make_parent(h, name, err))
		return false;
	if (o->can.moves) {
		bool ok = put_and_move(h, name, src, when, out, &e);

		/* somebody removed the directory that was made last */
		if (!ok && e.code == ERR_NOTARGET && h->made) {
			free(h->made);
			h->made = NULL;
			return make_parent(h, name, err) &&
			       put_and_move(h, name, src, when, out, err);
		}
		if (!ok && err)
			*err = e;
		return ok;
	}
	if (!holds(h, name, when, etag, err) ||
	    !put_file(h, name, src, when, etag, err) ||
	    !http_look(h, name, out, NULL, err))
		return false;
	if (verify(h, name, src, out, err))
		return true;
	objects_entry_release(out);
	return false;
}

bool http_remove(struct objects *o, const char *name,
			const struct objects_condition *when, struct err *err)
{
	struct http *h = (struct http *)o;
	char etag[TRANSFER_VALUE_MAX];
	struct http_call c;
	bool ok;

	if (!holds(h, name, when, etag, err))
		return false;
	http_call_begin(&c, h, "DELETE", name, false);
	if (when->when == OBJECTS_IF_VERSION && etag[0] == '"')
		http_call_header(&c, "If-Match", etag);
	ok = http_call_run(&c, h, err);
	if (ok && c.answer.status == 412)
		ok = objects_moved_on(name, when, err);
	else if (ok && !http_fine(&c) && !http_gone(&c))
		ok = http_refused(&c, name, err);
	http_call_end(&c);
	return ok;
}

/* ---- probe ------------------------------------------------------------ */

/* The status of a small request; 0 when there was none. */
static int ask(struct http *h, const char *method, const char *name,
	       const char *header, const char *value, bool body)
{
	struct http_call c;
	int status;

	http_call_begin(&c, h, method, name, false);
	if (header)
		http_call_header(&c, header, value);
	if (body)
		c.req.body = (struct transfer_body){
			.kind = TRANSFER_TEXT, .bytes = "rredit", .len = 6};
	status = http_call_run(&c, h, NULL) ? c.answer.status : 0;
	http_call_end(&c);
	return status;
}

static bool probe_writes(struct http *h, struct err *err)
{
	struct objects_abilities *can = &h->base.can;
	char *dir = objects_own_name("", OBJECTS_PROBE), *name;
	struct objects_source src = {.size = 6};
	struct objects_entry e = {0};
	static const struct objects_condition always;
	bool made = true, again = false, ok;

	src.fd = statedir_spool(NULL, err);
	ok = src.fd >= 0 && pwrite(src.fd, "rredit", 6, 0) == 6;
	name = can->dav ? objects_join(dir, "x") : mem_strdup(dir);
	if (ok && can->dav)
		ok = make_dirs(h, dir, &made, err);
	can->excludes = ok && can->dav && make_dirs(h, dir, &again, NULL) &&
			!again;
	ok = ok && http_put(&h->base, name, &src, &always, &e, err);
	can->writable = ok;
	if (ok) {
		can->if_absent = ask(h, "PUT", name, "If-None-Match", "*",
				     true) == 412;
		can->if_version = ask(h, "PUT", name, "If-Match",
				      "\"rredit-no-such\"", true) == 412;
		can->ranges = ask(h, "GET", name, "Range", "bytes=1-2",
				  false) == 206;
		drop(h, name);
	}
	if (can->dav)
		http_remove_tree(&h->base, dir);
	objects_entry_release(&e);
	if (src.fd >= 0)
		close(src.fd);
	free(name);
	free(dir);
	return ok;
}

bool http_probe(struct objects *o, struct err *err)
{
	struct http *h = (struct http *)o;
	struct http_call c;
	bool ok;

	h->known = false;
	if (!http_know(h, err))
		return false;
	if (!o->conf->read_only)
		return probe_writes(h, err);
	http_call_begin(&c, h, o->can.dav ? "PROPFIND" : "GET", "", true);
	if (o->can.dav)
		http_call_header(&c, "Depth", "0");
	ok = http_call_run(&c, h, err) && (http_fine(&c) || http_refused(&c, "", err));
	http_call_end(&c);
	return ok;
}

const char *http_guarantee(const struct objects *o)
{
	if (o->can.dav && (o->can.excludes || !o->can.probed))
		return _("a file is replaced whole (MOVE), and writers wait for "
			 "one another (MKCOL); the server's own conditions are "
			 "no more than a hint");
	if (o->can.dav)
		return _("a file is replaced whole (MOVE), and writers look out "
			 "for one another; the server itself keeps nobody back");
	if (o->can.lists && o->can.writable)
		return _("writers look out for one another; whether a file is "
			 "replaced whole is up to the server");
	return _("none: two that write at once may overwrite one another");
}
