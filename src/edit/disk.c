/* The file underneath: did someone change it, or make it longer? */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "edit/doc.h"

#define TAIL_BYTES ((size_t)4096)

bool doc_tail_of(int fd, uint64_t size, struct disk_tail *out)
{
	char bytes[TAIL_BYTES];
	size_t len = size < TAIL_BYTES ? (size_t)size : TAIL_BYTES;
	ssize_t n;

	do
		n = pread(fd, bytes, len, (off_t)(size - len));
	while (n < 0 && errno == EINTR);
	if (n < 0 || (size_t)n != len)
		return false;
	sha256(out->sum, bytes, len);
	return true;
}

void doc_set_saved(struct document *doc, struct rows *rows,
		   const struct source_id *id)
{
	rows_unref(doc->saved);
	doc->saved = rows_share(rows);
	doc->disk_id = *id;
	doc->disk = DISK_SAME;
	doc->disk_source = NO_SOURCE;
	doc->generation++;
}

/* The file a save of ours wrote has grown: its new end is another source. */
static bool open_growth(struct document *doc, uint64_t from)
{
	struct source *src = source_open(doc->real_path, doc->state_dir,
					 doc->jobs, NULL);
	struct doc_source *s;
	struct lineindex *ix;

	if (!src)
		return false;
	s = doc_source_new(doc);
	ix = lineindex_new_at(src, from, doc->pools, doc->jobs, doc_grown, s,
			      NULL);
	if (ix) {
		doc_add_source(doc, ix, s);
		doc->disk_source = s->origin;
	} else {
		free(s);
	}
	source_unref(src);
	return ix != NULL;
}

/* Is the file of `now` the one we know with more behind its end? */
static bool only_grew(struct document *doc, const struct source_id *now,
		      int *fd_out)
{
	struct disk_tail tail;
	int fd;

	if (now->dev != doc->disk_id.dev || now->ino != doc->disk_id.ino ||
	    now->size <= doc->disk_id.size || document_single(doc) ||
	    document_repository(doc) ||
	    document_source_kind(doc) != SOURCE_PLAIN)
		return false;
	fd = source_open_fd(doc->real_path);
	if (fd < 0)
		return false;
	if (doc_tail_of(fd, doc->disk_id.size, &tail) &&
	    !memcmp(&tail, &doc->disk_tail, sizeof(tail))) {
		*fd_out = fd;
		return true;
	}
	close(fd);
	return false;
}

static bool ends_in_newline(int fd, uint64_t size)
{
	char c = '\n';

	return size == 0 || (pread(fd, &c, 1, (off_t)size - 1) == 1 &&
			     c == '\n');
}

static bool take_in(struct document *doc, const struct source_id *now)
{
	struct lineindex *ix;
	int fd;
	bool ok = true;

	if (!only_grew(doc, now, &fd))
		return false;
	if (doc->disk_source != NO_SOURCE) {
		ix = doc->tables->index[doc->disk_source];
		source_extend(lineindex_source(ix), now);
		lineindex_follow(ix);
	} else {
		/* A last line that goes on is a row of ours that changed. */
		ok = ends_in_newline(fd, doc->disk_id.size) &&
		     open_growth(doc, doc->disk_id.size);
	}
	if (ok && doc_tail_of(fd, now->size, &doc->disk_tail))
		doc->disk_id = *now;
	close(fd);
	if (ok)
		doc->grew_ms = doc_now_ms();
	return ok;
}

static enum document_disk look(struct document *doc, struct err *err)
{
	struct source_id now;

	if (!doc->real_path)
		return DISK_SAME;
	if (!source_id_of(doc->real_path, &now)) {
		enum document_disk gone = errno == ENOENT || errno == ENOTDIR
						  ? DISK_GONE
						  : DISK_UNKNOWN;

		err_errno(err, "%s", doc->path);
		return gone;
	}
	if (source_id_equal(&now, &doc->disk_id))
		return DISK_SAME;
	/* While the index is on its way, growth waits for the next look. */
	if (!document_complete(doc) && now.ino == doc->disk_id.ino &&
	    now.size >= doc->disk_id.size)
		return doc->disk;
	return take_in(doc, &now) ? DISK_GREW : DISK_CHANGED;
}

bool doc_overwritten(const struct document *doc)
{
	struct source_id now, id;

	if (doc->disk != DISK_CHANGED || !source_id_of(doc->real_path, &now))
		return false;
	for (size_t i = 0; i < doc->tables->count; i++) {
		struct source *s = lineindex_source(doc->tables->index[i]);

		id = source_identity(s);
		if (source_kind(s) == SOURCE_PLAIN && id.dev == now.dev &&
		    id.ino == now.ino)
			return true;
	}
	return false;
}

enum document_disk document_look(struct document *doc, struct err *err)
{
	enum document_disk was = doc->disk, is;

	is = doc->saving ? was : look(doc, err);
	doc->disk = is == DISK_GREW ? DISK_SAME : is;
	if (doc->disk != was)
		doc_tell(doc, DOCUMENT_DISK);
	return is;
}
