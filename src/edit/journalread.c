#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "edit/journalfile.h"

struct journal_reader {
	int fd;
	struct journal_base base;	/* path NULL: given away */
	uint64_t size, at;
	int64_t when_ns;
	struct buf frame;
	bool over;
};

/* len bytes at `at`, or false: an error or the end. */
static bool read_at(int fd, uint64_t at, void *to, size_t len)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = pread(fd, (char *)to + got, len - got,
				  (off_t)(at + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return true;
}

static bool read_header(struct journal_reader *r, const char *file,
			struct err *err)
{
	char peek[JOURNALFILE_PEEK], *all = NULL;
	size_t len = 0;
	bool ok;

	ok = r->size >= sizeof(peek) && read_at(r->fd, 0, peek, sizeof(peek));
	if (ok)
		len = journalfile_header_len(peek);
	/* Header and first step are one write: before it is through, nothing
	 * was promised. */
	if (r->size < sizeof(peek) || len > r->size)
		return err_set(err, ERR_ABSENT, _("%s: an empty journal"),
			       file);
	ok = ok && len;
	if (ok) {
		all = mem_alloc(len);
		ok = read_at(r->fd, 0, all, len) &&
		     journalfile_get_header(all, len, &r->base);
		free(all);
	}
	r->at = len;
	return ok || err_set(err, ERR_INPUT,
			     _("%s: not a journal, or its beginning is damaged"),
			     file);
}

/* Ours and a plain file: a journal changes what a user's files become. */
static bool look(struct journal_reader *r, const char *file, struct err *err)
{
	struct stat st;

	if (fstat(r->fd, &st))
		return err_errno(err, "%s", file);
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid())
		return err_set(err, ERR_INPUT,
			       _("%s: not a plain file of yours"), file);
	r->size = (uint64_t)st.st_size;
	r->when_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
		     st.st_mtim.tv_nsec;
	return true;
}

struct journal_reader *journal_reader_open(const char *file,
					   struct journal_base *base,
					   struct err *err)
{
	struct journal_reader *r = mem_zalloc(1, sizeof(*r));

	buf_init_max(&r->frame, JOURNAL_FRAME_MAX);
	r->fd = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (r->fd < 0) {
		if (errno == ENOENT)
			err_set(err, ERR_NOTARGET, _("%s: no such journal"),
				file);
		else
			err_errno(err, "%s", file);
	} else if (look(r, file, err) && read_header(r, file, err)) {
		*base = r->base;
		r->base.path = NULL;
		return r;
	}
	journal_reader_close(r);
	return NULL;
}

bool journal_reader_in_use(const struct journal_reader *r)
{
	return !journalfile_lock(r->fd, false);
}

bool journal_reader_claim(struct journal_reader *r)
{
	return journalfile_lock(r->fd, true);
}

bool journal_remove(const char *file, bool only_empty, struct err *err)
{
	int fd = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct journal_base base = { .path = NULL };
	struct journal_reader *r = NULL;
	bool ok = fd >= 0;
	struct err why;

	if (!ok) {
		err_errno(err, "%s", file);
	} else if (!journalfile_lock(fd, true)) {
		ok = err_set(err, ERR_CONFLICT,
			     _("another rredit is using the journal"));
	} else {
		if (only_empty)
			r = journal_reader_open(file, &base, &why);
		if ((r || (only_empty && why.code != ERR_ABSENT)))
			ok = err_set(err, ERR_CONFLICT, _("%s: in use"), file);
		else if (unlink(file))
			ok = err_errno(err, "%s", file);
	}
	journal_base_release(&base);
	journal_reader_close(r);
	if (fd >= 0)
		close(fd);
	return ok;
}

int64_t journal_reader_when_ns(const struct journal_reader *r)
{
	return r->when_ns;
}

bool journal_next(struct journal_reader *r, const char **frame, size_t *len,
		  bool *damaged)
{
	unsigned char head[JOURNALFILE_FRAME_HEAD];
	char *to = NULL;
	size_t n = 0;

	if (damaged)
		*damaged = r->at != r->size;
	if (r->over || r->at == r->size)
		return false;
	r->over = true;
	buf_clear(&r->frame);
	if (r->size - r->at <= sizeof(head) ||
	    !read_at(r->fd, r->at, head, sizeof(head)) ||
	    !journalfile_frame_len(head, &n) ||
	    n > r->size - r->at - sizeof(head))
		return false;
	to = buf_reserve(&r->frame, n);
	if (!to || !read_at(r->fd, r->at + sizeof(head), to, n) ||
	    !journalfile_frame_ok(head, &r->base, r->at, to, n))
		return false;
	r->frame.len = n;
	r->at += sizeof(head) + n;
	r->over = false;
	if (damaged)
		*damaged = false;
	*frame = to;
	*len = n;
	return true;
}

uint64_t journal_good_bytes(const struct journal_reader *r)
{
	return r->at;
}

void journal_reader_close(struct journal_reader *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	journal_base_release(&r->base);
	buf_release(&r->frame);
	free(r);
}
