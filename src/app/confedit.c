#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/conf.h"
#include "app/confedit.h"
#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "remote/remoteconf.h"

static size_t line_end(const char *s, size_t len, size_t at)
{
	const char *nl = memchr(s + at, '\n', len - at);

	return nl ? (size_t)(nl - s) + 1 : len;
}

static size_t skip_blanks(const char *s, size_t at, size_t end)
{
	while (at < end && (s[at] == ' ' || s[at] == '\t'))
		at++;
	return at;
}

/* Is the line at `at` the heading [remote "name"]? The parser of base/ini says
 * what a heading is: the line is read by it, with a member behind it. */
static bool is_heading(const char *s, size_t at, size_t end, const char *name)
{
	struct ini ini;
	struct buf text;
	bool hit = false;

	if (s[skip_blanks(s, at, end)] != '[')
		return false;
	buf_init(&text);
	buf_add(&text, s + at, end - at);
	buf_adds(&text, "\nx = 1\n");
	if (ini_parse(&ini, text.data, text.len, NULL, NULL)) {
		hit = ini.count && !strcmp(ini.members[0].section, "remote") &&
		      !strcmp(ini.members[0].name, name);
		ini_release(&ini);
	}
	buf_release(&text);
	return hit;
}

/* Where the section begins and ends. Blank lines and comments before the next
 * heading belong to that. */
static bool find_section(const struct buf *file, const char *name, size_t *from,
			 size_t *to)
{
	const char *s = file->data;
	size_t at = 0, last;

	while (at < file->len &&
	       !is_heading(s, at, line_end(s, file->len, at), name))
		at = line_end(s, file->len, at);
	if (at == file->len)
		return false;
	*from = at;
	at = last = line_end(s, file->len, at);
	while (at < file->len) {
		size_t end = line_end(s, file->len, at);
		size_t first = skip_blanks(s, at, end);

		if (first < end && s[first] == '[')
			break;
		if (first < end && !strchr("#;\r\n", s[first]))
			last = end;
		at = end;
	}
	*to = at == file->len ? at : last;
	return true;
}

static bool read_conf(const char *path, struct buf *out, struct err *err)
{
	struct err why = {0};

	if (file_read(path, INI_SIZE_MAX, out, &why) ||
	    why.code == ERR_NOTARGET)
		return true;
	if (err)
		*err = why;
	return false;
}

bool confedit_remote(const char *path, const char *name, struct buf *out,
		     struct err *err)
{
	struct buf file;
	size_t from, to;
	bool ok;

	buf_init(&file);
	ok = read_conf(path, &file, err);
	if (ok && !find_section(&file, name, &from, &to))
		ok = err_set(err, ERR_ABSENT,
			     _("there is no remote of that name"));
	if (ok)
		buf_add(out, file.data + from, to - from);
	buf_release(&file);
	return ok;
}

/* Can it be read as a configuration, remotes included? */
static bool sound(const struct buf *text, const char *path, struct err *err)
{
	struct remotes remotes;
	struct ini ini;
	bool ok;

	if (!ini_parse(&ini, text->data, text->len, "keys", err))
		return false;
	ok = remotes_load(&remotes, &ini, path, err);
	if (ok)
		remotes_release(&remotes);
	ini_release(&ini);
	return ok;
}

static bool write_private(const char *path, const struct buf *text,
			  struct err *err)
{
	char *dir = path_dir(path);
	struct atomicfile *f = NULL;
	bool ok = path_make_dirs(dir, err);

	free(dir);
	if (ok)
		f = atomicfile_begin(path, 0600, err);
	if (!f)
		return false;
	if (fchmod(atomicfile_fd(f), 0600)) {
		err_errno(err, "%s", path);
		atomicfile_cancel(f);
		return false;
	}
	if (!atomicfile_write(f, text->data, text->len, err)) {
		atomicfile_cancel(f);
		return false;
	}
	return atomicfile_commit(f, NULL, err);
}

bool confedit_put_remote(const char *path, const char *name, const char *text,
			 size_t len, struct err *err)
{
	struct buf file, out;
	size_t from, to;
	bool ok;

	buf_init(&file);
	buf_init(&out);
	ok = read_conf(path, &file, err);
	if (ok) {
		if (!find_section(&file, name, &from, &to))
			from = to = file.len;
		buf_add(&out, file.data, from);
		if (from == file.len && from && file.data[from - 1] != '\n')
			buf_addc(&out, '\n');
		if (from == file.len && from)
			buf_addc(&out, '\n');
		buf_add(&out, text, len);
		if (len && text[len - 1] != '\n')
			buf_addc(&out, '\n');
		buf_add(&out, file.data + to, file.len - to);
		ok = sound(&out, path, err) && write_private(path, &out, err);
	}
	buf_release(&file);
	buf_release(&out);
	return ok;
}

static void add_quoted(struct buf *out, const char *s)
{
	buf_addc(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_addc(out, '\\');
		if (*s == '\n')
			buf_adds(out, "\\n");
		else if (*s == '\t')
			buf_adds(out, "\\t");
		else
			buf_addc(out, *s);
	}
	buf_addc(out, '"');
}

void confedit_section(struct buf *out, const char *name,
		      const char *const (*members)[2], size_t n)
{
	buf_adds(out, "[remote ");
	add_quoted(out, name);
	buf_adds(out, "]\n");
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "%s = ", members[i][0]);
		if (strpbrk(members[i][1], "\"\\\n\t ") || !*members[i][1])
			add_quoted(out, members[i][1]);
		else
			buf_adds(out, members[i][1]);
		buf_addc(out, '\n');
	}
}
