/*
 * objects - what a directory, a WebDAV server and an S3 bucket have in common.
 *
 * A remote holds objects: bytes under a name like "abc.json" or "abc/raw.jsonl".
 * Each kind (directory, http, s3) gives one table of functions; the functions
 * here check what is common and call it. A name is one or more path components
 * joined by '/', each fit by path_safe_component() and none with a leading
 * ".rredit-", which is ours.
 *
 * No reader ever sees a part of an object: what is put replaces the old one
 * whole (temporary name and rename or MOVE; an S3 PUT is whole by itself). What
 * two writers may do to one another differs by kind and server: it is found out
 * by objects_probe() and said by objects_guarantee(). Writers that take a claim
 * (remote/claim.h) before they look and write exclude one another everywhere
 * but on an HTTP server without listings.
 *
 * A struct objects belongs to one thread at a time. Several processes may work
 * on one remote.
 */
#ifndef RREDIT_REMOTE_OBJECTS_H
#define RREDIT_REMOTE_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "remote/remoteconf.h"
#include "remote/watch.h"

#define OBJECTS_OWN ".rredit-"		/* our temporary names begin so */
#define OBJECTS_NAME_MAX 1024		/* bytes of a name, prefix not counted */
#define OBJECTS_LIST_MAX 1000000	/* entries of one listing */
#define OBJECTS_NO_TIME INT64_MIN

struct objects_entry {
	char *name;		/* from the root of the remote; no final '/' */
	bool is_dir;		/* holds others; size and version mean nothing */
	uint64_t size;		/* UINT64_MAX: not known (plain listings) */
	int64_t mtime_ns;	/* of the server, since the epoch; OBJECTS_NO_TIME */
	/* What changes when the object does; compare by objects_same_version()
	 * only. NULL: not told here, ask objects_head(). */
	char *version;
};

struct objects_list {
	struct objects_entry *entries;	/* sorted by name, bytewise */
	size_t count, cap;
	size_t skipped;		/* names that may be no name here */
};

enum objects_if {
	OBJECTS_ALWAYS,
	OBJECTS_IF_ABSENT,	/* only when there is no object of that name */
	OBJECTS_IF_VERSION,	/* only when it is the one with `version` */
};

struct objects_condition {
	enum objects_if when;
	const char *version;
};

struct objects_source {		/* what is put */
	int fd;			/* read by pread(2) from its start */
	uint64_t size;
	/* s3: a file of ours that remembers a multipart upload, so that the parts
	 * that arrived are not sent again; made, used and removed here. NULL: an
	 * upload that fails starts over. */
	const char *checkpoint;
};

struct objects_sink {		/* where it is got */
	int fd;			/* written by pwrite(2); cut when it is begun anew */
	uint64_t have;		/* bytes that are there from before, of `version` */
	const char *version;	/* the one that is wanted: any other one is
				 * ERR_CONFLICT; NULL: any, and have is 0 */
	uint64_t max;		/* ERR_LIMIT beyond; 0: no limit */
	uint64_t got;		/* out, also on failure: bytes the file has now */
	uint64_t sent;		/* out, also on failure: bytes that travelled */
};

/* What the other side was seen to do. */
struct objects_abilities {
	bool probed;
	bool writable;
	bool lists;		/* there are listings */
	bool moves;		/* rename or MOVE replaces whole */
	bool excludes;		/* making a directory has one winner */
	bool if_absent;		/* a put with that condition is checked there */
	bool if_version;
	bool ranges;		/* resume works */
	bool dav;
	char server[64];	/* what it calls itself, made visible; or "" */
};

struct objects;

/* Opens nothing yet but what needs no answer: ERR_INPUT, ERR_SYSTEM for missing
 * credentials. The kinds that hold no objects are ERR_USAGE. conf is borrowed. */
struct objects *objects_open(const struct remote_conf *conf,
			     const struct remote_watch *watch, struct err *err);
void objects_close(struct objects *o);
/* Who is told from now on; NULL: nobody. Borrowed. */
void objects_set_watch(struct objects *o, const struct remote_watch *watch);

/*
 * Find out what the server does, by doing it in a place of our own
 * (.rredit-probe-UUID, removed after), and keep the answer. A read-only remote
 * is only read. Errors say in words what is wrong: this is what "test the
 * remote" runs. The others probe by themselves what they need.
 */
bool objects_probe(struct objects *o, struct objects_abilities *out,
		   struct err *err);
/* One translated sentence: which guarantee holds between two writers. */
const char *objects_guarantee(const struct objects *o);

/* What is directly in the directory `dir` ("" is the root, no final '/'); with
 * deep, also what is in those within. A directory that is not there is empty,
 * but for the root of a `directory` remote: ERR_NOTARGET, for a share that is
 * not mounted must not look empty. Our own temporary names are left out. */
bool objects_list(struct objects *o, const char *dir, bool deep,
		  struct objects_list *out, struct err *err);
void objects_list_release(struct objects_list *l);
const struct objects_entry *objects_list_find(const struct objects_list *l,
					      const char *name);

/* ERR_NOTARGET when there is none. *out is released by objects_entry_release(). */
bool objects_head(struct objects *o, const char *name, struct objects_entry *out,
		  struct err *err);
void objects_entry_release(struct objects_entry *e);
bool objects_same_version(const char *a, const char *b);

/*
 * Get an object into a file. It is begun at sink->have and goes on after lost
 * connections; size, and a checksum where the server names one, hold when it
 * returns true. *out (may be NULL) is the object as it was got. ERR_NOTARGET;
 * ERR_CONFLICT for another version than the one wanted; ERR_LIMIT.
 */
bool objects_get(struct objects *o, const char *name, struct objects_sink *sink,
		 struct objects_entry *out, struct err *err);

/*
 * Put an object whole. Directories on the way are made. *out (may be NULL) is
 * what is there afterwards. ERR_CONFLICT: the condition does not hold, and
 * nothing was changed. ERR_INPUT: the source got shorter meanwhile. After
 * another failure the old object is there, or the new one; sent again it does no
 * harm.
 */
bool objects_put(struct objects *o, const char *name,
		 const struct objects_source *src,
		 const struct objects_condition *when,
		 struct objects_entry *out, struct err *err);
/* The same for a few bytes. */
bool objects_put_bytes(struct objects *o, const char *name, const void *bytes,
		       size_t len, const struct objects_condition *when,
		       struct objects_entry *out, struct err *err);
/* The bytes of a small object, appended to out. */
struct buf;
bool objects_get_bytes(struct objects *o, const char *name, size_t max,
		       struct buf *out, struct objects_entry *entry,
		       struct err *err);

/* Remove one object; one that is not there is a success unless the condition
 * wants a version. An empty directory that this leaves behind is removed too. */
bool objects_remove(struct objects *o, const char *name,
		    const struct objects_condition *when, struct err *err);

/* Take away what crashed transfers of ours left behind longer than age_s ago:
 * temporary names and dead claims. Best effort. */
void objects_sweep(struct objects *o, unsigned age_s);

#endif
