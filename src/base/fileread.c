#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/buf.h"
#include "base/i18n.h"

#define READ_STEP ((size_t)64 << 10)	/* where the size says nothing */

/* Read until the end, which may lie elsewhere than the size said. */
static bool read_all(int fd, size_t max, size_t expected, struct buf *out,
		     const char *name, struct err *err)
{
	size_t was = out->len, step = expected < max ? expected + 1 : READ_STEP;

	for (;;) {
		char *to = buf_reserve(out, step);
		ssize_t n;

		if (!to)
			return buf_ok(out, name, err);
		n = read(fd, to, step);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, _("cannot read %s"), name);
		if (!n)
			return true;
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len - was > max)
			return err_set(err, ERR_LIMIT,
				       _("%s is longer than %zu bytes"), name,
				       max);
		step = READ_STEP;
	}
}

bool file_read(const char *path, size_t max, struct buf *out, struct err *err)
{
	char name[ERR_QUOTE_MAX];
	size_t was = out->len;
	bool was_over = out->over, ok = false;
	struct stat st;
	int fd;

	err_quote(name, path, strlen(path));
	/* Without O_NONBLOCK a pipe with no writer would never be opened. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st)) {
		bool absent = errno == ENOENT || errno == ENOTDIR;

		err_errno(err, _("cannot read %s"), name);
		if (err && absent)
			err->code = ERR_NOTARGET;
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		err_set(err, ERR_INPUT, _("%s is not a regular file"), name);
		goto out;
	}
	if (st.st_size > 0 && (uintmax_t)st.st_size > max) {
		err_set(err, ERR_LIMIT, _("%s is longer than %zu bytes"), name,
			max);
		goto out;
	}
	ok = read_all(fd, max, (size_t)st.st_size, out, name, err);
	if (!ok) {
		buf_truncate(out, was);
		out->over = was_over;
	}
out:
	if (fd >= 0)
		close(fd);
	return ok;
}
