/*
 * The input is a journal's frames, each behind a byte with its length. Replayed
 * over a small file they must leave a document that holds records only, and
 * undo must lead back to the file, and further when there is history; also over
 * a file that is not the one the journal was made for.
 */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "edit/document.h"
#include "edit/frame.h"
#include "fuzz.h"

static const char base[] = "{\"n\":1}\n{\"n\":2,\"x\":\"yy\"}\r\n\n{\"n\":3}";

static struct document *open_base(void)
{
	char path[] = "/tmp/rredit-fuzz-XXXXXX";
	struct document_options opt = { 0 };
	struct document *doc;
	int fd = mkstemp(path);

	must(fd >= 0 && write(fd, base, sizeof(base) - 1) ==
				(ssize_t)(sizeof(base) - 1));
	close(fd);
	doc = document_open(path, &opt, NULL);
	unlink(path);
	must(doc && document_count(doc) == 3);
	return doc;
}

static void check_rows(struct document *doc)
{
	struct buf text;

	buf_init(&text);
	for (uint64_t i = 0; i < document_count(doc); i++) {
		buf_clear(&text);
		must(document_text(doc, document_row(doc, i), DOCUMENT_NOW,
				   &text, NULL));
		must(text.len && !memchr(text.data, '\n', text.len));
	}
	buf_release(&text);
}

/* As if the file had been changed: record 0 went to the end, 1 is gone. */
static row_id find(void *arg, uint64_t record)
{
	return record == 1 || record > 2 ? ROW_NONE : row_make(0, 2 - record);
}

static void replay(const uint8_t *data, size_t size, bool changed)
{
	struct document *doc = open_base();
	struct frame_reader *r = frame_reader_new(doc);
	bool past = false;

	if (changed)
		frame_reader_find(r, find, find, NULL);
	while (size > 0) {
		size_t len = data[0] < size ? data[0] : size - 1;

		/* History changes nothing, and undo goes on into it. */
		if (frame_read(r, (const char *)data + 1, len, NULL, NULL) &&
		    !frame_is_change((const char *)data + 1, len)) {
			must(!document_dirty(doc));
			past = true;
		}
		data += len + 1;
		size -= len + 1;
	}
	frame_reader_free(r);
	check_rows(doc);
	while (document_redo(doc, NULL, NULL))
		check_rows(doc);
	while (document_undo(doc, NULL, NULL))
		check_rows(doc);
	must(past || !document_dirty(doc));
	document_close(doc, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	replay(data, size, false);
	replay(data, size, true);
	return 0;
}
