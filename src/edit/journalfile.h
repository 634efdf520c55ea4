/*
 * journalfile - the bytes of a journal file.
 *
 * Private to edit/. All numbers are little-endian.
 *
 *	header: magic, length of the header, epoch, session, base (device,
 *		inode, size, mtime, records), length of the path, path, CRC-32,
 *		and a slot for a later base (zeroes, or device, inode, size,
 *		mtime, CRC-32); one that is torn is as good as none
 *	frame:	length, CRC-32, bytes
 *
 * The checksum of a frame begins with the session, the epoch and the frame's
 * place in the file, so neither zeroes nor an old frame pass for one.
 */
#ifndef RREDIT_EDIT_JOURNALFILE_H
#define RREDIT_EDIT_JOURNALFILE_H

#include "edit/journal.h"

#define JOURNALFILE_MAGIC "rredit journal 1\n"
#define JOURNALFILE_HEADER_MAX ((size_t)64 << 10)
#define JOURNALFILE_FRAME_HEAD 8

#define JOURNALFILE_SLOT 36

void journalfile_put_header(struct buf *out, const struct journal_base *base);
/* The length of a header out of its first bytes, 0 when it is none of ours. */
#define JOURNALFILE_PEEK (sizeof(JOURNALFILE_MAGIC) - 1 + 4)
size_t journalfile_header_len(const char *bytes);
/* All of the header. False when it is damaged. */
bool journalfile_get_header(const char *bytes, size_t len,
			    struct journal_base *base);

void journalfile_put_slot(unsigned char slot[JOURNALFILE_SLOT],
			  const struct journal_base *base,
			  const struct source_id *id);

void journalfile_frame_head(unsigned char head[JOURNALFILE_FRAME_HEAD],
			    const struct journal_base *base, uint64_t at,
			    const void *frame, size_t len);
/* Length and whether it may be one: 1 .. JOURNAL_FRAME_MAX. */
bool journalfile_frame_len(const unsigned char head[JOURNALFILE_FRAME_HEAD],
			   size_t *len);
bool journalfile_frame_ok(const unsigned char head[JOURNALFILE_FRAME_HEAD],
			  const struct journal_base *base, uint64_t at,
			  const void *frame, size_t len);

/* The lock that a journal's editor holds. take: get it, else only look.
 * False: someone else has it. */
bool journalfile_lock(int fd, bool take);

#endif
