/* A large object in parts. Which parts arrived is asked of the server, not
 * remembered: the checkpoint only names the upload. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "remote/s3-call.h"
#include "remote/weburl.h"

#define CHECKPOINT_MAX ((size_t)16 << 10)
#define UPLOAD_ID_MAX ((size_t)4096)

struct upload {
	struct s3 *s;
	const char *name;
	const struct objects_source *src;
	uint64_t part;			/* bytes of all parts but the last */
	unsigned count;
	char *id;
	char (*md5)[MD5_HEX_MAX];	/* of each part */
	char (*etag)[64];		/* as the server told; "" : not there */
	uint64_t done;			/* bytes */
};

static uint64_t part_len(const struct upload *u, unsigned i)
{
	uint64_t left = u->src->size - (uint64_t)i * u->part;

	return left < u->part ? left : u->part;
}

static char *query(const struct upload *u, unsigned part)
{
	struct buf q;

	buf_init(&q);
	if (part)
		buf_addf(&q, "partNumber=%u&", part);
	buf_adds(&q, "uploadId=");
	weburl_add_value(&q, u->id);
	return buf_detach(&q, NULL);
}

/* ---- the checkpoint --------------------------------------------------- */

/* What an upload belongs to: anything else makes it one of another file. */
static char *describe(const struct upload *u)
{
	struct buf b;

	buf_init(&b);
	buf_adds(&b, "rredit-multipart 1\n");
	buf_adds(&b, u->s->root);
	weburl_add_path(&b, u->s->prefix);
	weburl_add_path(&b, u->name);
	buf_addf(&b, "\n%" PRIu64 " %" PRIu64 "\n", u->src->size, u->part);
	return buf_detach(&b, NULL);
}

static void load(struct upload *u)
{
	char *wanted;
	struct buf b;

	if (!u->src->checkpoint)
		return;
	wanted = describe(u);
	buf_init(&b);
	if (file_read(u->src->checkpoint, CHECKPOINT_MAX, &b, NULL) &&
	    b.len > strlen(wanted) && b.data[b.len - 1] == '\n' &&
	    !memcmp(b.data, wanted, strlen(wanted)))
		u->id = mem_dup(b.data + strlen(wanted),
				b.len - strlen(wanted) - 1);
	buf_release(&b);
	free(wanted);
}

static bool store(const struct upload *u, struct err *err)
{
	char *text, *head;
	bool ok;

	if (!u->src->checkpoint)
		return true;
	head = describe(u);
	text = mem_format("%s%s\n", head, u->id);
	ok = atomicfile_replace(u->src->checkpoint, 0600, text, strlen(text),
				err);
	free(head);
	free(text);
	return ok;
}

static void forget(const struct upload *u)
{
	if (u->src->checkpoint)
		unlink(u->src->checkpoint);
}

/* ---- begin ------------------------------------------------------------ */

static bool initiate(struct upload *u, struct err *err)
{
	struct s3_call c;
	bool ok;

	s3_call_begin(&c, u->s, "POST", u->name, "uploads=");
	c.req.body.kind = TRANSFER_EMPTY;
	/* sent twice it leaves an upload without parts: that costs nothing */
	c.req.repeatable = 1;
	ok = s3_call_run(&c, u->s, err);
	if (ok && !s3_fine(&c))
		ok = s3_refused(&c, u->name, err);
	if (ok) {
		u->id = s3_element(&c.answer.body, "UploadId");
		if (!u->id || !*u->id || strlen(u->id) > UPLOAD_ID_MAX)
			ok = err_set(err, ERR_SYSTEM, _("the server does not "
				     "begin an upload in parts"));
	}
	s3_call_end(&c);
	return ok && store(u, err);
}

static void note_parts(struct upload *u, const struct s3_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct s3_part *p = &parts->all[i];

		if (p->number <= u->count &&
		    p->size == part_len(u, p->number - 1))
			memcpy(u->etag[p->number - 1], p->etag, sizeof(p->etag));
	}
}

/* What arrived of an earlier attempt. *known: the upload is still open. */
static bool ask_parts(struct upload *u, bool *known, struct err *err)
{
	struct s3_parts parts = {.truncated = true};
	unsigned after = 0;
	bool ok = true;

	*known = true;
	while (ok && *known && parts.truncated) {
		struct s3_call c;
		char *q = query(u, 0), *full;

		/* sorted: part-number-marker before uploadId */
		full = after ? mem_format("part-number-marker=%u&%s", after, q)
			     : mem_strdup(q);
		parts.next = 0;
		s3_call_begin(&c, u->s, "GET", u->name, full);
		ok = s3_call_run(&c, u->s, err);
		if (ok && (c.answer.status == 404 || c.answer.status == 400))
			*known = false;
		else if (ok && !s3_fine(&c))
			ok = s3_refused(&c, u->name, err);
		else if (ok)
			ok = s3_read_parts(&parts, c.answer.body.data,
					   c.answer.body.len, err);
		if (ok && *known && parts.truncated && parts.next <= after)
			ok = err_set(err, ERR_INPUT,
				     _("the list of parts does not go on"));
		after = parts.next;
		s3_call_end(&c);
		free(full);
		free(q);
	}
	if (ok && *known)
		note_parts(u, &parts);
	free(parts.all);
	return ok;
}

static void abort_upload(struct upload *u)
{
	struct s3_call c;
	char *q = query(u, 0);

	s3_call_begin(&c, u->s, "DELETE", u->name, q);
	c.req.retries = 1;
	/* also after a cancel: it is one short request */
	transfer_run(u->s->transfer, &c.req, &c.answer, NULL, NULL);
	s3_call_end(&c);
	free(q);
}

/* ---- parts ------------------------------------------------------------ */

struct part_progress {
	const struct remote_watch *watch;
	uint64_t before, total;
};

static bool part_cancelled(void *ctx)
{
	return watch_cancelled(((struct part_progress *)ctx)->watch);
}

static void part_moved(void *ctx, uint64_t done, uint64_t total)
{
	struct part_progress *p = ctx;

	watch_progress(p->watch, p->before + done, p->total);
}

static void part_says(void *ctx, const char *text)
{
	watch_say(((struct part_progress *)ctx)->watch, "%s", text);
}

static bool send_part(struct upload *u, unsigned i, struct err *err)
{
	const struct remote_watch *outer = u->s->base.watch;
	struct part_progress p = {outer, u->done, u->src->size};
	struct remote_watch watch = {&p, part_cancelled, part_moved, part_says};
	char *q = query(u, i + 1);
	struct s3_call c;
	bool ok;

	s3_call_begin(&c, u->s, "PUT", u->name, q);
	u->s->base.watch = &watch;
	ok = s3_call_file(&c, u->s, u->src->fd, (uint64_t)i * u->part,
			  part_len(u, i), err) &&
	     s3_call_run(&c, u->s, err);
	u->s->base.watch = outer;
	if (ok && !s3_fine(&c))
		ok = s3_refused(&c, u->name, err);
	ok = ok && s3_arrived(&c, u->name, u->md5[i], err);
	if (ok && !s3_etag(&c, u->etag[i], sizeof(u->etag[i])))
		ok = err_set(err, ERR_SYSTEM, _("the server tells no ETag of a "
			     "part"));
	s3_call_end(&c);
	free(q);
	return ok;
}

static bool send_parts(struct upload *u, struct err *err)
{
	for (unsigned i = 0; i < u->count; i++) {
		uint64_t len = part_len(u, i);

		/* one that is there already must be of these bytes */
		if (*u->etag[i]) {
			if (!s3_file_md5(u->src->fd, (uint64_t)i * u->part, len,
					 u->md5[i]))
				return err_set(err, ERR_INPUT, _("the file to "
					"send got shorter while it was sent"));
			if (strcmp(u->etag[i], u->md5[i]))
				*u->etag[i] = '\0';
		}
		if (!*u->etag[i] && !send_part(u, i, err))
			return false;
		u->done += len;
		watch_progress(u->s->base.watch, u->done, u->src->size);
	}
	return true;
}

/* ---- complete --------------------------------------------------------- */

/* The ETag of the whole: MD5 of the parts' MD5s, and their number. */
static void whole_etag(const struct upload *u, char out[64])
{
	uint8_t digest[MD5_DIGEST_SIZE];
	struct md5_ctx md5;
	size_t at = 0;

	md5_init(&md5);
	for (unsigned i = 0; i < u->count; i++)
		for (size_t k = 0; k < MD5_DIGEST_SIZE; k++) {
			unsigned byte = 0;
			uint8_t b;

			sscanf(u->md5[i] + 2 * k, "%2x", &byte);
			b = (uint8_t)byte;
			md5_update(&md5, 1, &b);
		}
	md5_digest(&md5, sizeof(digest), digest);
	for (size_t k = 0; k < sizeof(digest); k++)
		at += (size_t)snprintf(out + at, 64 - at, "%02x", digest[k]);
	snprintf(out + at, 64 - at, "-%u", u->count);
}

static bool complete_once(struct upload *u, const struct objects_condition *when,
			  bool *again, struct err *err)
{
	bool asked = when->when != OBJECTS_ALWAYS &&
		     u->s->conditional == S3_YES;
	char *q = query(u, 0), *root = NULL;
	struct s3_call c;
	struct buf body;
	bool ok;

	*again = false;
	buf_init(&body);
	buf_adds(&body, "<CompleteMultipartUpload>");
	for (unsigned i = 0; i < u->count; i++)
		buf_addf(&body, "<Part><PartNumber>%u</PartNumber><ETag>"
			 "&quot;%s&quot;</ETag></Part>", i + 1, u->etag[i]);
	buf_adds(&body, "</CompleteMultipartUpload>");
	s3_call_begin(&c, u->s, "POST", u->name, q);
	if (asked)
		s3_call_condition(&c, u->s, when);
	s3_call_header(&c, "Content-Type", "application/xml");
	s3_call_text(&c, body.data, body.len);
	c.req.repeatable = 1;	/* the same result, or 404 when it was done */
	ok = s3_call_run(&c, u->s, err);
	if (ok && s3_fine(&c))	/* which may hold an error all the same */
		root = s3_element(&c.answer.body, "Code");
	if (ok && c.answer.status == 412)
		ok = objects_moved_on(u->name, when, err);
	else if (ok && c.answer.status == 404)
		*again = true;
	else if (ok && (root || !s3_fine(&c)))
		ok = s3_refused(&c, u->name, err);
	free(root);
	s3_call_end(&c);
	buf_release(&body);
	free(q);
	return ok;
}

/* *lost: the upload is no more, so that it must not be gone on with. */
static bool complete(struct upload *u, const struct objects_condition *when,
		     struct objects_entry *out, bool *lost, struct err *err)
{
	char quoted[ERR_QUOTE_MAX], wanted[64];
	bool gone;

	whole_etag(u, wanted);
	if (!s3_holds(u->s, u->name, when, err)) {
		/* done before, and the answer was lost? */
		if (s3_look(u->s, u->name, out, NULL)) {
			if (objects_same_version(out->version, wanted))
				return true;
			objects_entry_release(out);
		}
		return false;
	}
	if (!complete_once(u, when, &gone, err))
		return false;
	*lost = true;
	if (!s3_look(u->s, u->name, out, err))
		return false;
	if (out->size == u->src->size &&
	    (objects_same_version(out->version, wanted) || !gone))
		return true;
	err_set(err, ERR_SYSTEM, _("%s: the upload in parts was lost"),
		err_quote(quoted, u->name, strlen(u->name)));
	objects_entry_release(out);
	return false;
}

static void set_parts(struct upload *u)
{
	uint64_t least = u->src->size / (S3_PARTS_MAX - 1) + 1;

	u->part = u->s->part > least ? u->s->part : least;
	u->count = (unsigned)((u->src->size + u->part - 1) / u->part);
	u->md5 = mem_zalloc(u->count, sizeof(*u->md5));
	u->etag = mem_zalloc(u->count, sizeof(*u->etag));
}

bool s3_put_parts(struct s3 *s, const char *name,
		  const struct objects_source *src,
		  const struct objects_condition *when,
		  struct objects_entry *out, struct err *err)
{
	struct upload u = {.s = s, .name = name, .src = src};
	bool known = false, lost = false, ok = true;

	set_parts(&u);
	load(&u);
	if (u.id)
		ok = ask_parts(&u, &known, err);
	if (ok && !known) {
		free(u.id);
		u.id = NULL;
		ok = initiate(&u, err);
	}
	ok = ok && send_parts(&u, err) && complete(&u, when, out, &lost, err);
	if (ok || lost)
		forget(&u);
	else if (u.id && !src->checkpoint)
		abort_upload(&u);
	free(u.id);
	free(u.md5);
	free(u.etag);
	return ok;
}
