#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "remote/s3-call.h"
#include "remote/weburl.h"
#include "remote/xml.h"

static uint64_t number(const char *text, uint64_t bad)
{
	unsigned long long n;
	char *end;

	if (*text < '0' || *text > '9')
		return bad;
	errno = 0;
	n = strtoull(text, &end, 10);
	return *end || errno ? bad : n;
}

static void without_quotes(char *out, size_t max, const char *text, size_t len)
{
	if (len >= 2 && text[0] == '"' && text[len - 1] == '"') {
		text++;
		len -= 2;
	}
	snprintf(out, max, "%.*s", len < max ? (int)len : 0, text);
}

/* ---- ListObjectsV2 ---------------------------------------------------- */

struct listing {
	struct s3_page *page;
	bool root, common;	/* the root is right; within CommonPrefixes */
	struct buf key;
	bool key_ok;
	char etag[64];
	uint64_t size;
	int64_t mtime_ns;
};

/* Keys are URL-encoded (encoding-type=url), by some servers with + for a blank. */
static void take_key(struct listing *l, const char *text, size_t len)
{
	char *plain = mem_dup(text, len);

	for (size_t i = 0; i < len; i++)
		if (plain[i] == '+')
			plain[i] = ' ';
	buf_clear(&l->key);
	l->key_ok = weburl_decode(&l->key, plain, len);
	free(plain);
}

static bool fit(const char *name)
{
	struct objects_list none = {0};

	for (;;) {
		size_t part = strcspn(name, "/");

		if (!objects_take_name(&none, name, part))
			return false;
		name += part;
		if (!*name++)
			return true;
	}
}

static void add(struct listing *l, bool dir)
{
	struct objects_list *out = l->page->out;
	size_t skip = strlen(l->page->prefix);
	const char *name = l->key.data + skip;
	struct objects_entry *e;
	size_t len;

	if (!l->key_ok || l->key.len <= skip ||
	    memcmp(l->key.data, l->page->prefix, skip))
		return;
	len = l->key.len - skip;
	if (name[len - 1] == '/') {
		if (!dir)
			return;		/* what consoles put for a folder */
		buf_truncate(&l->key, l->key.len - 1);
		len--;
	}
	if (!fit(name)) {
		out->skipped++;
		return;
	}
	if (out->count > OBJECTS_LIST_MAX)
		return;
	e = objects_list_add(out, name, len);
	e->is_dir = dir;
	if (dir)
		return;
	e->size = l->size;
	e->mtime_ns = l->mtime_ns;
	e->version = *l->etag ? mem_strdup(l->etag) : NULL;
}

static void listing_open(void *ctx, unsigned depth, const char *name)
{
	struct listing *l = ctx;

	if (depth == 1)
		l->root = !strcmp(name, "ListBucketResult");
	if (depth == 2) {
		l->common = !strcmp(name, "CommonPrefixes");
		l->key_ok = false;
		l->etag[0] = '\0';
		l->size = UINT64_MAX;
		l->mtime_ns = OBJECTS_NO_TIME;
	}
}

static void listing_close(void *ctx, unsigned depth, const char *name,
			  const char *text, size_t len)
{
	struct listing *l = ctx;
	int digits;

	if (depth == 2 && !strcmp(name, "Contents"))
		add(l, false);
	else if (depth == 2 && l->common)
		add(l, true);
	else if (depth == 2 && !strcmp(name, "IsTruncated"))
		l->page->truncated = !strcmp(text, "true");
	else if (depth == 2 && !strcmp(name, "NextContinuationToken")) {
		free(l->page->token);
		l->page->token = mem_dup(text, len);
	} else if (depth != 3)
		return;
	else if (!strcmp(name, l->common ? "Prefix" : "Key"))
		take_key(l, text, len);
	else if (!strcmp(name, "ETag"))
		without_quotes(l->etag, sizeof(l->etag), text, len);
	else if (!strcmp(name, "Size"))
		l->size = number(text, UINT64_MAX);
	else if (!strcmp(name, "LastModified") &&
		 !rfc3339_parse(text, len, &l->mtime_ns, &digits))
		l->mtime_ns = OBJECTS_NO_TIME;
}

bool s3_read_page(struct s3_page *page, const char *bytes, size_t len,
		  struct err *err)
{
	struct listing l = {.page = page};
	struct xml_walker w = {.ctx = &l, .open = listing_open,
			       .close = listing_close};
	bool ok;

	buf_init(&l.key);
	page->truncated = false;
	ok = xml_walk(&w, bytes, len, err);
	if (ok && !l.root)
		ok = err_set(err, ERR_INPUT, _("the answer is no list of a "
			     "bucket"));
	buf_release(&l.key);
	return ok;
}

/* ---- ListParts -------------------------------------------------------- */

struct partlist {
	struct s3_parts *out;
	struct s3_part part;
	bool root;
};

static void parts_open(void *ctx, unsigned depth, const char *name)
{
	struct partlist *l = ctx;

	if (depth == 1)
		l->root = !strcmp(name, "ListPartsResult");
	if (depth == 2)
		l->part = (struct s3_part){0};
}

static void parts_close(void *ctx, unsigned depth, const char *name,
			const char *text, size_t len)
{
	struct partlist *l = ctx;
	struct s3_parts *out = l->out;

	if (depth == 2 && !strcmp(name, "Part") && l->part.number &&
	    out->count < S3_PARTS_MAX) {
		out->all = mem_room(out->all, out->count, &out->cap,
				    sizeof(*out->all));
		out->all[out->count++] = l->part;
	} else if (depth == 2 && !strcmp(name, "IsTruncated")) {
		out->truncated = !strcmp(text, "true");
	} else if (depth == 2 && !strcmp(name, "NextPartNumberMarker")) {
		out->next = (unsigned)number(text, 0);
	} else if (depth == 3 && !strcmp(name, "PartNumber")) {
		uint64_t n = number(text, 0);

		l->part.number = n <= S3_PARTS_MAX ? (unsigned)n : 0;
	} else if (depth == 3 && !strcmp(name, "Size")) {
		l->part.size = number(text, UINT64_MAX);
	} else if (depth == 3 && !strcmp(name, "ETag")) {
		without_quotes(l->part.etag, sizeof(l->part.etag), text, len);
	}
}

bool s3_read_parts(struct s3_parts *parts, const char *bytes, size_t len,
		   struct err *err)
{
	struct partlist l = {.out = parts};
	struct xml_walker w = {.ctx = &l, .open = parts_open,
			       .close = parts_close};

	parts->truncated = false;
	if (!xml_walk(&w, bytes, len, err))
		return false;
	return l.root || err_set(err, ERR_INPUT,
				 _("the answer is no list of parts"));
}

/* ---- one element ------------------------------------------------------ */

struct element {
	const char *name;
	char *text;
};

static void element_close(void *ctx, unsigned depth, const char *name,
			  const char *text, size_t len)
{
	struct element *e = ctx;

	if (!e->text && !strcmp(name, e->name))
		e->text = mem_dup(text, len);
}

char *s3_element(const struct buf *body, const char *name)
{
	struct element e = {.name = name};
	struct xml_walker w = {.ctx = &e, .close = element_close};

	xml_walk(&w, body->data, body->len, NULL);
	return e.text;
}
