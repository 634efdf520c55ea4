#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/batch-run.h"
#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"

#define READ_STEP ((size_t)64 << 10)

static bool read_input(struct buf *out, struct err *err)
{
	for (;;) {
		char *to = buf_reserve(out, READ_STEP);
		ssize_t n;

		if (!to)
			return err_set(err, ERR_LIMIT,
				       _("more than %zu bytes"), out->max);
		n = read(STDIN_FILENO, to, READ_STEP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, "%s", _("cannot read"));
		if (!n)
			return true;
		out->len += (size_t)n;
		out->data[out->len] = '\0';
	}
}

bool batch_read_file(const char *path, struct buf *out, struct err *err)
{
	if (strcmp(path, "-"))
		return file_read(path, BUF_MAX, out, err);
	return read_input(out, err) ||
	       err_wrap(err, "%s", _("standard input"));
}

bool batch_read_value(const char *value, size_t len, struct buf *out,
		      struct err *err)
{
	char *path;
	bool ok;

	if (len == 1 && *value == '-')
		return batch_read_file("-", out, err);
	if (len < 1 || *value != '@' || (len >= 2 && value[1] == '@')) {
		size_t skip = len >= 2 && value[0] == '@';

		buf_add(out, value + skip, len - skip);
		return true;
	}
	path = mem_dup(value + 1, len - 1);
	ok = batch_read_file(path, out, err);
	free(path);
	return ok;
}
