#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "remote/mergeplan.h"

#define WRITE_BLOCK ((size_t)256 << 10)

bool mergeplan_texts(const struct merge *m, uint32_t key, struct buf text[3],
		     struct merge_texts *out, struct err *err)
{
	uint32_t b = m->at_base[key];

	for (int i = 0; i < 3; i++)
		buf_init(&text[i]);
	if ((b != MERGE_NO_RECORD &&
	     !merge_file_text(&m->base, b, &text[0], err)) ||
	    !merge_file_text(&m->mine, m->at_mine[key], &text[1], err) ||
	    !merge_file_text(&m->theirs, m->at_theirs[key], &text[2], err))
		return false;
	*out = (struct merge_texts){
		.base = b != MERGE_NO_RECORD ? text[0].data : NULL,
		.base_len = text[0].len,
		.mine = text[1].data, .mine_len = text[1].len,
		.theirs = text[2].data, .theirs_len = text[2].len,
	};
	return true;
}

void mergeplan_texts_release(struct buf text[3])
{
	for (int i = 0; i < 3; i++)
		buf_release(&text[i]);
}

/* ---- bytes on their way out ---- */

struct writer {
	const struct merge *merge;
	const struct remote_watch *watch;
	int fd;
	struct buf block;
	uint64_t written;
	bool at_line;		/* nothing, or a line end, is before */
	const char *eol;
};

static bool flush(struct writer *w, struct err *err)
{
	size_t done = 0;

	if (watch_cancelled(w->watch))
		return err_set(err, ERR_CANCELLED, _("cancelled"));
	while (done < w->block.len) {
		ssize_t n = write(w->fd, w->block.data + done,
				  w->block.len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, _("cannot write"));
		done += (size_t)n;
	}
	w->written += done;
	buf_clear(&w->block);
	return true;
}

static bool put(struct writer *w, const void *bytes, size_t len,
		struct err *err)
{
	if (!len)
		return true;
	buf_add(&w->block, bytes, len);
	w->at_line = ((const char *)bytes)[len - 1] == '\n';
	return w->block.len < WRITE_BLOCK || flush(w, err);
}

static bool put_range(struct writer *w, const struct merge_file *f,
		      uint64_t from, uint64_t to, struct err *err)
{
	while (from < to) {
		size_t n = to - from < WRITE_BLOCK ? to - from : WRITE_BLOCK;
		char *at = buf_reserve(&w->block, n);

		if (!at)
			return buf_ok(&w->block, _("record"), err);
		if (!source_read_exact(f->src, from, at, n, err))
			return false;
		w->block.len += n;
		w->at_line = at[n - 1] == '\n';
		from += n;
		if (w->block.len >= WRITE_BLOCK && !flush(w, err))
			return false;
	}
	return true;
}

/* A line that was the last one of its file may lack its end. */
static bool begin_line(struct writer *w, struct err *err)
{
	return w->at_line || put(w, w->eol, strlen(w->eol), err);
}

/* ---- records ---- */

/* Does a record stay that one side deleted and the other changed? */
static bool kept(const struct merge *m, uint32_t key)
{
	enum merge_fate fate = m->fates[key];

	switch (m->conflicts.list[m->conflict_at[key]].choice) {
	case MERGE_MINE:
	case MERGE_ASK:
		return fate == FATE_KEPT_MINE;
	case MERGE_THEIRS:
		return fate == FATE_KEPT_THEIRS;
	case MERGE_EDITED:
		break;
	}
	return true;
}

/* What such a record was edited to, or NULL. */
static const char *edited(const struct merge *m, uint32_t key)
{
	const struct merge_conflict *x =
		&m->conflicts.list[m->conflict_at[key]];

	return x->choice == MERGE_EDITED ? x->edited : NULL;
}

static bool merged_text(struct merge *m, uint32_t key, struct buf *out,
			struct err *err)
{
	size_t at = m->conflict_at[key];
	struct merge_texts t;
	struct buf text[3];
	bool ok = mergeplan_texts(m, key, text, &t, err);

	if (ok)
		merge_text(&t, &m->conflicts, &at, out);
	mergeplan_texts_release(text);
	return ok && buf_ok(out, _("record"), err);
}

static bool put_record(struct writer *w, const struct merge_file *f, uint32_t n,
		       const char *text, size_t len, struct err *err)
{
	const struct merge_record *r = &f->records[n];

	if (!begin_line(w, err))
		return false;
	if (!text)
		return put_range(w, f, r->start, r->end, err);
	return put_range(w, f, r->start, r->off, err) &&
	       put(w, text, len, err) &&
	       put_range(w, f, r->off + r->len, r->end, err);
}

static bool put_key(struct writer *w, struct merge *m, uint32_t key,
		    struct err *err)
{
	enum merge_fate fate = m->fates[key];
	const char *text;
	struct buf out;
	bool ok;

	switch (fate) {
	case FATE_GONE:
		return true;
	case FATE_MINE:
		return put_record(w, &m->mine, m->at_mine[key], NULL, 0, err);
	case FATE_THEIRS:
		return put_record(w, &m->theirs, m->at_theirs[key], NULL, 0,
				  err);
	case FATE_KEPT_MINE:
	case FATE_KEPT_THEIRS:
		if (!kept(m, key))
			return true;
		text = edited(m, key);
		return fate == FATE_KEPT_MINE ?
			put_record(w, &m->mine, m->at_mine[key], text,
				   text ? strlen(text) : 0, err) :
			put_record(w, &m->theirs, m->at_theirs[key], text,
				   text ? strlen(text) : 0, err);
	case FATE_MERGED:
		break;
	}
	buf_init(&out);
	ok = merged_text(m, key, &out, err) &&
	     put_record(w, &m->mine, m->at_mine[key], out.data, out.len, err);
	buf_release(&out);
	return ok;
}

/* Does the result end with a line end? As the side says that changed it. */
static bool wants_eol(const struct merge *m)
{
	if (!m->mine.count)
		return !m->theirs.count || m->theirs.final_eol;
	if (!m->base.count || !m->theirs.count)
		return m->mine.final_eol;
	return m->base.final_eol == m->mine.final_eol ? m->theirs.final_eol
						      : m->mine.final_eol;
}

/* Take the line end away that was written last. */
static bool cut_eol(struct writer *w, struct err *err)
{
	char end[2];
	off_t at;

	if (!flush(w, err))
		return false;
	at = lseek(w->fd, 0, SEEK_CUR);
	if (at < 2 || pread(w->fd, end, 2, at - 2) != 2 || end[1] != '\n')
		return true;
	at -= end[0] == '\r' ? 2 : 1;
	if (ftruncate(w->fd, at) || lseek(w->fd, at, SEEK_SET) < 0)
		return err_errno(err, _("cannot write"));
	w->written = (uint64_t)at;
	return true;
}

static bool put_tail(struct writer *w, const struct merge *m, struct err *err)
{
	if (m->mine.src && m->mine.size > m->mine.bound)
		return begin_line(w, err) &&
		       put_range(w, &m->mine, m->mine.bound, m->mine.size, err);
	if (w->at_line && !wants_eol(m))
		return cut_eol(w, err);
	return w->at_line || !wants_eol(m) || begin_line(w, err);
}

static bool write_records(struct writer *w, struct merge *m, struct err *err)
{
	if (m->mine.src && !put_range(w, &m->mine, 0, m->mine.head, err))
		return false;
	w->at_line = true;
	for (uint32_t i = 0; i < m->count; i++)
		if (!put_key(w, m, m->order[i], err))
			return false;
	return put_tail(w, m, err);
}

static bool write_single(struct writer *w, struct merge *m, struct err *err)
{
	const struct merge_conflict *x = &m->conflicts.list[0];

	if (x->choice == MERGE_EDITED && x->edited)
		return put(w, x->edited, strlen(x->edited), err);
	return x->choice == MERGE_THEIRS ?
		put_range(w, &m->theirs, 0, m->theirs.size, err) :
		put_range(w, &m->mine, 0, m->mine.size, err);
}

bool merge_write(struct merge *m, int fd, const struct remote_watch *watch,
		 struct err *err)
{
	struct writer w = {.merge = m, .watch = watch, .fd = fd,
			   .at_line = true,
			   .eol = m->mine.count && m->mine.crlf ? "\r\n" : "\n"};
	bool ok;

	buf_init(&w.block);
	if (m->how == MERGE_ALL_MINE)
		ok = put_range(&w, &m->mine, 0, m->mine.size, err);
	else if (m->how == MERGE_ALL_THEIRS)
		ok = put_range(&w, &m->theirs, 0, m->theirs.size, err);
	else if (m->single)
		ok = write_single(&w, m, err);
	else
		ok = write_records(&w, m, err);
	ok = ok && flush(&w, err);
	buf_release(&w.block);
	return ok;
}

/* ---- as steps for a document ---- */

bool merge_steps(const struct merge *m, uint64_t *count, struct err *err)
{
	if (m->single || m->theirs.single || m->mine.single)
		return err_set(err, ERR_INPUT,
			       _("a file that is one JSON text cannot be merged "
				 "record by record"));
	*count = m->count;
	return true;
}

struct merge_step merge_step(const struct merge *m, uint64_t i)
{
	uint32_t key = m->order[i];
	enum merge_fate fate = m->fates[key];
	bool question = fate == FATE_KEPT_MINE || fate == FATE_KEPT_THEIRS;

	return (struct merge_step){
		.mine = m->at_mine[key],
		.text = fate == FATE_MERGED || fate == FATE_THEIRS ||
			fate == FATE_KEPT_THEIRS ||
			(question && edited(m, key)),
		.gone = question && !kept(m, key),
	};
}

bool merge_step_text(struct merge *m, uint64_t i, struct buf *out,
		     struct err *err)
{
	uint32_t key = m->order[i];
	enum merge_fate fate = m->fates[key];

	if (fate == FATE_MERGED)
		return merged_text(m, key, out, err);
	if (fate != FATE_THEIRS && edited(m, key)) {
		buf_adds(out, edited(m, key));
		return true;
	}
	return merge_file_text(&m->theirs, m->at_theirs[key], out, err);
}
