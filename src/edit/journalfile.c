#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"
#include "edit/journalfile.h"

#define MAGIC_LEN (sizeof(JOURNALFILE_MAGIC) - 1)
/* magic, length, epoch, session, five numbers, length of the path */
#define FIXED_LEN (MAGIC_LEN + 4 + 4 + 16 + 5 * 8 + 4)
#define TAIL_LEN (4 + JOURNALFILE_SLOT)	/* behind the path */

static void put32(unsigned char *to, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		to[i] = (unsigned char)(n >> 8 * i);
}

static uint32_t get32(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static void add32(struct buf *out, uint32_t n)
{
	unsigned char b[4];

	put32(b, n);
	buf_add(out, b, sizeof(b));
}

static void put64(unsigned char *to, uint64_t n)
{
	put32(to, (uint32_t)n);
	put32(to + 4, (uint32_t)(n >> 32));
}

static uint64_t get64(const unsigned char *p)
{
	return get32(p) | (uint64_t)get32(p + 4) << 32;
}

static void add64(struct buf *out, uint64_t n)
{
	unsigned char b[8];

	put64(b, n);
	buf_add(out, b, sizeof(b));
}

static uint32_t sum(const void *bytes, size_t len)
{
	return (uint32_t)crc32_z(crc32_z(0, NULL, 0), bytes, len);
}

void journal_base_release(struct journal_base *base)
{
	free(base->path);
	base->path = NULL;
}

void journalfile_put_header(struct buf *out, const struct journal_base *base)
{
	static const char no_slot[JOURNALFILE_SLOT];
	size_t path_len = strlen(base->path);

	buf_add(out, JOURNALFILE_MAGIC, MAGIC_LEN);
	add32(out, (uint32_t)(FIXED_LEN + path_len + TAIL_LEN));
	add32(out, base->epoch);
	buf_add(out, base->session.b, sizeof(base->session.b));
	add64(out, (uint64_t)base->id.dev);
	add64(out, (uint64_t)base->id.ino);
	add64(out, base->id.size);
	add64(out, (uint64_t)base->id.mtime_ns);
	add64(out, base->records);
	add32(out, (uint32_t)path_len);
	buf_add(out, base->path, path_len);
	add32(out, sum(out->data, out->len));
	buf_add(out, no_slot, sizeof(no_slot));
}

static uint32_t slot_sum(const unsigned char *slot,
			 const struct journal_base *base)
{
	return (uint32_t)crc32_z(sum(base->session.b, sizeof(base->session.b)),
				 slot, JOURNALFILE_SLOT - 4);
}

void journalfile_put_slot(unsigned char slot[JOURNALFILE_SLOT],
			  const struct journal_base *base,
			  const struct source_id *id)
{
	put64(slot, (uint64_t)id->dev);
	put64(slot + 8, (uint64_t)id->ino);
	put64(slot + 16, id->size);
	put64(slot + 24, (uint64_t)id->mtime_ns);
	put32(slot + 32, slot_sum(slot, base));
}

static struct source_id get_id(const unsigned char *p)
{
	return (struct source_id){ .dev = (dev_t)get64(p),
				   .ino = (ino_t)get64(p + 8),
				   .size = get64(p + 16),
				   .mtime_ns = (int64_t)get64(p + 24) };
}

size_t journalfile_header_len(const char *bytes)
{
	uint32_t len;

	if (memcmp(bytes, JOURNALFILE_MAGIC, MAGIC_LEN) != 0)
		return 0;
	len = get32((const unsigned char *)bytes + MAGIC_LEN);
	return len > FIXED_LEN + TAIL_LEN && len <= JOURNALFILE_HEADER_MAX ? len : 0;
}

bool journalfile_get_header(const char *bytes, size_t len,
			    struct journal_base *base)
{
	const unsigned char *all = (const unsigned char *)bytes;
	const unsigned char *p = all + MAGIC_LEN + 4;
	const unsigned char *slot = all + len - JOURNALFILE_SLOT;
	size_t path_len;

	if (len <= FIXED_LEN + TAIL_LEN ||
	    journalfile_header_len(bytes) != len ||
	    get32(all + len - TAIL_LEN) != sum(bytes, len - TAIL_LEN))
		return false;
	path_len = get32(p + 4 + 16 + 5 * 8);
	if (path_len != len - FIXED_LEN - TAIL_LEN ||
	    memchr(bytes + FIXED_LEN, '\0', path_len))
		return false;
	base->epoch = get32(p);
	memcpy(base->session.b, p + 4, sizeof(base->session.b));
	base->id = get_id(p + 20);
	base->records = get64(p + 52);
	if (get32(slot + 32) == slot_sum(slot, base))
		base->id = get_id(slot);
	base->path = mem_dup(bytes + FIXED_LEN, path_len);
	return true;
}

static uint32_t frame_sum(const unsigned char *head,
			  const struct journal_base *base, uint64_t at,
			  const void *frame, size_t len)
{
	unsigned char seed[16 + 4 + 8 + 4];

	memcpy(seed, base->session.b, 16);
	put32(seed + 16, base->epoch);
	put32(seed + 20, (uint32_t)at);
	put32(seed + 24, (uint32_t)(at >> 32));
	memcpy(seed + 28, head, 4);
	return (uint32_t)crc32_z(sum(seed, sizeof(seed)), frame, len);
}

void journalfile_frame_head(unsigned char head[JOURNALFILE_FRAME_HEAD],
			    const struct journal_base *base, uint64_t at,
			    const void *frame, size_t len)
{
	put32(head, (uint32_t)len);
	put32(head + 4, frame_sum(head, base, at, frame, len));
}

bool journalfile_frame_len(const unsigned char head[JOURNALFILE_FRAME_HEAD],
			   size_t *len)
{
	*len = get32(head);
	return *len > 0 && *len <= JOURNAL_FRAME_MAX;
}

bool journalfile_frame_ok(const unsigned char head[JOURNALFILE_FRAME_HEAD],
			  const struct journal_base *base, uint64_t at,
			  const void *frame, size_t len)
{
	return get32(head + 4) == frame_sum(head, base, at, frame, len);
}

bool journalfile_lock(int fd, bool take)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (take)
		return fcntl(fd, F_OFD_SETLK, &fl) == 0;
	return fcntl(fd, F_OFD_GETLK, &fl) != 0 || fl.l_type == F_UNLCK;
}
