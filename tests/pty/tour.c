#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ptyrun.h"

/* What stands around a foreign byte, in a form that can be shown. */
#define CONTEXT 24

bool tour_wire(struct ptyrun *r)
{
	const struct buf *raw = &r->child.raw;
	size_t at = raw->len ? wire_foreign(raw->data, raw->len) : 0, i;
	size_t from = at < CONTEXT ? 0 : at - CONTEXT;
	struct buf shown;

	if (at == raw->len)
		return true;
	buf_init(&shown);
	for (i = from; i < raw->len && i < at + CONTEXT; i++) {
		unsigned char c = (unsigned char)raw->data[i];

		if (i == at)
			buf_adds(&shown, " >>> ");
		if (c > 0x20 && c < 0x7f && c != '\\')
			buf_addc(&shown, (char)c);
		else
			buf_addf(&shown, "\\x%02x", c);
	}
	ptyrun_fail(r, "foreign bytes reached the terminal: %s", shown.data);
	buf_release(&shown);
	return false;
}

bool tour_sizes(struct ptyrun *r, char *text)
{
	char *word, *save = NULL;

	r->nsizes = 0;
	for (word = strtok_r(text, " ", &save); word && r->nsizes < SIZES_MAX;
	     word = strtok_r(NULL, " ", &save)) {
		struct size *s = &r->sizes[r->nsizes];

		if (sscanf(word, "%dx%d", &s->cols, &s->rows) != 2) {
			ptyrun_fail(r, "COLUMNSxROWS is needed: %s", word);
			return false;
		}
		r->nsizes++;
	}
	return true;
}

/* After a change of size the program erases the screen and draws it anew. */
static bool is_drawn(struct ptyrun *r, const char *text)
{
	const char *from = r->child.raw.data + r->resized;
	size_t len = r->child.raw.len - r->resized;

	return memmem(from, len, "\x1b[2J", 4) || memmem(from, len, "\x1b[J", 3);
}

static bool resize_and_draw(struct ptyrun *r, const char *name,
			    struct size size)
{
	if (size.cols == r->cols && size.rows == r->rows)
		return true;
	r->resized = r->child.raw.len;
	ptyrun_resize(r, size.cols, size.rows);
	return ptyrun_wait(r, "never drawn in its new size", is_drawn, name);
}

static bool take_picture(struct ptyrun *r, const char *name)
{
	const char *dir = getenv("PTY_PICTURES");
	char *path, *picture;
	FILE *f;
	bool ok;

	if (!dir)
		return true;
	ptyrun_rest(r);
	path = mem_format("%s/%s-%dx%d", dir, name, r->cols, r->rows);
	picture = screen_picture(&r->screen);
	f = fopen(path, "w");
	ok = f && fputs(picture, f) >= 0;
	ok = f && fclose(f) == 0 && ok;
	if (!ok)
		ptyrun_fail(r, "cannot write %s", path);
	free(picture);
	free(path);
	return ok;
}

bool tour_look(struct ptyrun *r, char *text)
{
	int i;

	if (r->nsizes == 0)
		return take_picture(r, text);
	for (i = 0; i < r->nsizes; i++)
		if (!resize_and_draw(r, text, r->sizes[i]) ||
		    !take_picture(r, text))
			return false;
	return resize_and_draw(r, text, r->sizes[0]) && tour_wire(r);
}

bool tour_include(struct ptyrun *r, char *text)
{
	const char *src = getenv("PTY_SRC");
	char *path = mem_format("%s/%s", src ? src : ".", text), *line = NULL;
	FILE *f = fopen(path, "r");
	size_t cap = 0;
	ssize_t n;
	int number;

	if (!f)
		ptyrun_fail(r, "cannot open %s", path);
	for (number = 1; f && !r->failed &&
			 (n = getline(&line, &cap, f)) >= 0; number++) {
		if (n && line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (!ptyrun_line(r, line))
			printf("# in line %d of %s\n", number, path);
	}
	if (f)
		fclose(f);
	free(line);
	free(path);
	return !r->failed;
}
