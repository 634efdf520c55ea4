#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "json/value.h"
#include "remote/tehistory.h"
#include "store/statedir.h"

#define DAY (24 * 3600)

/* Caller frees; NULL with err. */
static char *history_path(const char *state_dir, struct err *err)
{
	char *dir = statedir_sub(state_dir, "thousandeyes", err);
	char *path = dir ? mem_format("%s/history.jsonl", dir) : NULL;

	free(dir);
	return path;
}

static void make_line(struct buf *out, const char *remote, const char *base,
		      const struct te_ask *ask, const struct te_made *made)
{
	struct value *v = value_object();

	value_add_int(v, "made", made->shared);
	value_add_text(v, "remote", remote);
	value_add_text(v, "base", base);
	value_add_int(v, "version", ask->version);
	value_add_text(v, "aid", ask->aid ? ask->aid : "");
	value_add_text(v, "test", ask->test);
	value_add_text(v, "name", ask->name);
	value_add_int(v, "from", made->from);
	value_add_int(v, "to", made->to);
	value_add_bool(v, "public", ask->public);
	value_add_int(v, "expires", ask->public
			     ? made->shared + (int64_t)TE_PUBLIC_DAYS * DAY : 0);
	value_add_text(v, "link", made->link);
	value_print(v, out);
	buf_addc(out, '\n');
	value_free(v);
}

bool te_history_add(const char *state_dir, const char *remote, const char *base,
		    const struct te_ask *ask, const struct te_made *made,
		    struct err *err)
{
	char *path = history_path(state_dir, err);
	struct buf line;
	bool ok = false;
	int fd;

	if (!path)
		return false;
	buf_init(&line);
	make_line(&line, remote, base, ask, made);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	if (fd >= 0) {
		errno = ENOSPC;	/* what a short write means */
		ok = write(fd, line.data, line.len) == (ssize_t)line.len &&
		     fsync(fd) == 0;
	}
	if (!ok)
		err_errno(err, "%s", _("the history of snapshots"));
	if (fd >= 0)
		close(fd);
	buf_release(&line);
	free(path);
	return ok;
}

/* ---- reading ---- */

static void take_text(const struct value *v, const char *key, char **out)
{
	const char *s = value_string(value_at(v, key));

	*out = mem_strdup(s ? s : "");
}

static void take_int(const struct value *v, const char *key, int64_t *out)
{
	if (!value_int(value_at(v, key), out))
		*out = 0;
}

static void take_line(struct te_history *h, const char *line, size_t len)
{
	struct value *v = value_parse(line, len, NULL);
	struct te_past *p;
	int64_t version;

	if (!value_is_object(v)) {
		value_free(v);
		return;
	}
	h->items = mem_room(h->items, h->count, &h->cap, sizeof(*h->items));
	p = &h->items[h->count++];
	*p = (struct te_past){0};
	take_int(v, "made", &p->made);
	take_int(v, "from", &p->from);
	take_int(v, "to", &p->to);
	take_int(v, "expires", &p->expires);
	take_int(v, "version", &version);
	p->version = version == 6 ? 6 : 7;
	take_text(v, "remote", &p->remote);
	take_text(v, "base", &p->base);
	take_text(v, "aid", &p->aid);
	take_text(v, "test", &p->test);
	take_text(v, "name", &p->name);
	take_text(v, "link", &p->link);
	if (!value_bool(value_at(v, "public"), &p->public))
		p->public = false;
	value_free(v);
}

bool te_history_read(struct te_history *out, const char *state_dir,
		     struct err *err)
{
	char *path = history_path(state_dir, err);
	struct err why = {0};
	struct buf text;
	bool ok;

	if (!path)
		return false;
	buf_init(&text);
	ok = file_read(path, TE_HISTORY_MAX, &text, &why);
	if (!ok && why.code == ERR_NOTARGET) {
		ok = true;
	} else if (!ok && err) {
		*err = why;
		err_wrap(err, "%s", _("the history of snapshots"));
	}
	*out = (struct te_history){0};
	for (size_t end = text.len; end > 0;) {
		size_t at = end - 1;

		while (at > 0 && text.data[at - 1] != '\n')
			at--;
		take_line(out, text.data + at, end - at);
		end = at;
	}
	buf_release(&text);
	free(path);
	return ok;
}

void te_history_release(struct te_history *h)
{
	for (size_t i = 0; i < h->count; i++) {
		struct te_past *p = &h->items[i];

		free(p->remote);
		free(p->base);
		free(p->aid);
		free(p->test);
		free(p->name);
		free(p->link);
	}
	free(h->items);
	*h = (struct te_history){0};
}

size_t te_history_count(const struct te_history *h, const char *base,
			const char *aid, int64_t since)
{
	size_t n = 0;

	for (size_t i = 0; i < h->count; i++)
		n += h->items[i].made > since &&
		     !strcmp(h->items[i].base, base) &&
		     !strcmp(h->items[i].aid, aid ? aid : "");
	return n;
}
