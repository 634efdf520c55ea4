#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "remote/davlist.h"
#include "remote/objects-kind.h"
#include "remote/transfer.h"
#include "remote/weburl.h"
#include "remote/xml.h"

char *davlist_version(const char *etag, const char *modified, uint64_t size)
{
	if (!strncmp(etag, "W/", 2))
		etag += 2;
	if (*etag)
		return mem_strdup(etag);
	if (*modified && size != UINT64_MAX)
		return mem_format("%s %" PRIu64, modified, size);
	return NULL;
}

/* Where a link leads, as a path with nothing encoded, into out. relative: of the
 * directory itself. False when it leads to nowhere that can be told. */
static bool link_path(struct buf *out, const char *link, size_t len,
		      const struct buf *base)
{
	const char *scheme = memmem(link, len, "://", 3);

	if (scheme) {
		const char *path = memchr(scheme + 3, '/',
					  len - (size_t)(scheme + 3 - link));

		if (!path)
			return false;
		len -= (size_t)(path - link);
		link = path;
	}
	for (size_t i = 0; i < len; i++)
		if (link[i] == '?' || link[i] == '#')
			len = i;
	if (!len)
		return false;
	if (link[0] != '/')
		buf_add(out, base->data, base->len);
	if (len > 1 && link[0] == '.' && link[1] == '/') {
		link += 2;
		len -= 2;
	}
	return weburl_decode(out, link, len) && !memchr(out->data, '\0', out->len);
}

/* The directory's own path with nothing encoded and a final slash. */
static bool base_path(struct buf *out, const char *url)
{
	const char *path = weburl_path(url);

	if (!weburl_decode(out, path, strcspn(path, "?#")))
		return false;
	if (!out->len || out->data[out->len - 1] != '/')
		buf_addc(out, '/');
	return true;
}

/* The entry that a link names, or NULL. */
static struct objects_entry *add_link(struct objects_list *out,
				      const char *link, size_t len,
				      const struct buf *base, const char *dir)
{
	struct objects_entry *e = NULL;
	struct buf path;
	const char *leaf;
	bool slash;
	size_t n;

	buf_init(&path);
	if (!link_path(&path, link, len, base) || path.len <= base->len ||
	    memcmp(path.data, base->data, base->len))
		goto out;
	leaf = path.data + base->len;
	n = path.len - base->len;
	slash = leaf[n - 1] == '/';
	n -= slash;
	if (memchr(leaf, '/', n) || (n == 2 && !memcmp(leaf, "..", 2)) ||
	    !objects_take_name(out, leaf, n))
		goto out;
	buf_truncate(&path, base->len + n);
	if (out->count < OBJECTS_LIST_MAX) {
		char *name = objects_join(dir, path.data + base->len);

		e = objects_list_add(out, name, strlen(name));
		e->is_dir = slash;
		free(name);
	}
out:
	buf_release(&path);
	return e;
}

/* ---- multistatus ------------------------------------------------------ */

struct multistatus {
	struct objects_list *out;
	const char *dir;
	struct buf base;
	unsigned response;	/* depth of the open <response>, or 0 */
	bool seen;		/* the root is a <multistatus> */
	bool collection;
	char *href, *etag, *modified;
	uint64_t size;
};

static void begin_response(struct multistatus *m)
{
	free(m->href);
	free(m->etag);
	free(m->modified);
	m->href = m->etag = m->modified = NULL;
	m->size = UINT64_MAX;
	m->collection = false;
}

static void on_open(void *ctx, unsigned depth, const char *name)
{
	struct multistatus *m = ctx;

	if (depth == 1)
		m->seen = !strcmp(name, "multistatus");
	if (!m->response && !strcmp(name, "response")) {
		begin_response(m);
		m->response = depth;
	}
	if (m->response && !strcmp(name, "collection"))
		m->collection = true;
}

static void end_response(struct multistatus *m)
{
	struct objects_entry *e = NULL;

	m->response = 0;
	if (m->href)
		e = add_link(m->out, m->href, strlen(m->href), &m->base, m->dir);
	if (!e)
		return;
	e->is_dir |= m->collection;
	e->size = m->size;
	if (m->modified)
		e->mtime_ns = transfer_parse_date(m->modified);
	/* Without an ETag (nginx) it is not the one that HEAD would tell. */
	if (m->etag && !e->is_dir)
		e->version = davlist_version(m->etag, "", m->size);
}

static uint64_t number(const char *text)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &end, 10);
	return !isdigit((unsigned char)*text) || *end || errno ? UINT64_MAX : n;
}

static void on_close(void *ctx, unsigned depth, const char *name,
		     const char *text, size_t len)
{
	struct multistatus *m = ctx;

	if (!m->response)
		return;
	if (depth == m->response) {
		end_response(m);
	} else if (!strcmp(name, "href")) {
		if (depth == m->response + 1 && !m->href)
			m->href = mem_dup(text, len);
	} else if (!len) {
		return;		/* named, but not known */
	} else if (!strcmp(name, "getcontentlength")) {
		m->size = number(text);
	} else if (!strcmp(name, "getetag") && !m->etag) {
		m->etag = mem_dup(text, len);
	} else if (!strcmp(name, "getlastmodified") && !m->modified) {
		m->modified = mem_dup(text, len);
	}
}

bool davlist_multistatus(struct objects_list *out, const char *bytes, size_t len,
			 const char *url, const char *dir, struct err *err)
{
	struct multistatus m = {.out = out, .dir = dir};
	struct xml_walker w = {.ctx = &m, .open = on_open, .close = on_close};
	bool ok;

	buf_init(&m.base);
	ok = base_path(&m.base, url) && xml_walk(&w, bytes, len, err);
	if (ok && !m.seen)
		ok = err_set(err, ERR_INPUT,
			     _("the answer is no WebDAV listing"));
	begin_response(&m);
	buf_release(&m.base);
	return ok;
}

/* ---- a page with links ------------------------------------------------ */

/* &amp; and its like, which stand in the links of a page. */
static void add_unescaped(struct buf *out, const char *s, size_t len)
{
	static const struct { const char *name; char is; } known[] = {
		{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'},
		{"&#39;", '\''}, {"&#x27;", '\''},
	};

	for (size_t i = 0; i < len; i++) {
		size_t k = 0, n = 1;
		char c = s[i];

		for (; c == '&' && k < sizeof(known) / sizeof(known[0]); k++) {
			n = strlen(known[k].name);
			if (len - i >= n && !strncasecmp(s + i, known[k].name, n))
				break;
			n = 1;
		}
		if (n > 1)
			c = known[k].is;
		buf_addc(out, c);
		i += n - 1;
	}
}

static const char *find_nocase(const char *s, const char *end, const char *word)
{
	size_t n = strlen(word);

	for (; (size_t)(end - s) >= n; s++)
		if (!strncasecmp(s, word, n))
			return s;
	return NULL;
}

bool davlist_page(struct objects_list *out, const char *bytes, size_t len,
		  const char *url, const char *dir, struct err *err)
{
	const char *s = bytes, *end = bytes + len;
	struct buf base, link;

	if (!find_nocase(s, end, "<html"))
		return err_set(err, ERR_INPUT,
			       _("the answer is no page that lists files"));
	buf_init(&base);
	buf_init(&link);
	if (!base_path(&base, url))
		s = end;
	while ((s = find_nocase(s, end, "<a "))) {
		const char *close = memchr(s, '>', (size_t)(end - s));
		const char *ref, *stop;

		if (!close)
			break;
		ref = find_nocase(s, close, "href=\"");
		stop = ref ? memchr(ref + 6, '"', (size_t)(close - ref - 6))
			   : NULL;
		if (stop) {
			buf_clear(&link);
			add_unescaped(&link, ref + 6, (size_t)(stop - ref - 6));
			add_link(out, link.data, link.len, &base, dir);
		}
		s = close;
	}
	buf_release(&base);
	buf_release(&link);
	return true;
}
