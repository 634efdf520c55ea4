/*
 * library-internal - what the parts of store/library share.
 *
 * library.c looks and lists, library-meta.c reads and edits metadata,
 * library-resolve.c says what a TARGET is, library-create.c makes, renames
 * and duplicates, library-trash.c deletes and brings back.
 */
#ifndef RREDIT_STORE_LIBRARY_INTERNAL_H
#define RREDIT_STORE_LIBRARY_INTERNAL_H

#include "json/scan.h"
#include "store/library.h"

#define LIBRARY_RAW "raw.jsonl"
#define LIBRARY_META_SUFFIX ".json"
/* Names of what is on its way into the store, or out of it. Never listed, and
 * not duplicated; those of a save hold it too (.NAME.rredit-...). */
#define LIBRARY_TEMP_PREFIX ".rredit-"

/* What is shown of metadata. */
struct library_meta {
	char *id;		/* NULL: none */
	char *name;		/* NULL: none, or empty */
	char *services;		/* joined by ", ", or NULL */
	int64_t pairs;		/* recordsProcessed, -1: unknown */
};

/* Memory that is used again from file to file. */
struct library_reader {
	struct buf text;
	struct json_doc doc;
};
void library_reader_init(struct library_reader *r);
void library_reader_release(struct library_reader *r);

/* Read path into r; *out is filled also when the answer is a problem. Returns
 * NO_META, UNREADABLE, BAD_META or 0. */
unsigned library_meta_read(struct library_reader *r, const char *path,
			   struct library_meta *out);
/* False when text is no JSON object; *out is empty then. */
bool library_meta_parse(struct json_doc *doc, const char *text, size_t len,
			struct library_meta *out);
void library_meta_release(struct library_meta *m);

/*
 * The text with id and meta.name set (each may be NULL: as it is), every other
 * byte kept. An empty text becomes the least metadata that there can be.
 * ERR_INPUT when it is no JSON object, or its meta is none.
 */
bool library_meta_edit(const char *text, size_t len, const char *id,
		       const char *name, struct buf *out, struct err *err);
/* A name that may be given: not empty, of LIBRARY_NAME_MAX bytes at most,
 * UTF-8 without control characters. */
bool library_name_ok(const char *name, struct err *err);

/* Paths; the caller frees. */
char *library_meta_path(const char *store, const char *id);
/* dir/raw.jsonl, or dir/raw.jsonl.gz when only that is there. */
char *library_raw_path(const char *dir);

/* Does what path is (its links followed) lie in the directory real_dir, which
 * is a real path, at any depth? False when it cannot be told. */
bool library_inside(const char *real_dir, const char *path);
bool library_exists(const char *path);	/* a dangling link does, too */
/* Is there a snapshot of this name, or a part of one? ERR_INPUT for a name
 * that is none, ERR_NOTARGET. */
bool library_has(const char *store, const char *id, struct err *err);

/* The path of metadata, which may be missing; ERR_INPUT when it is a link that
 * leads out of the store. */
char *library_meta_to_write(const char *store, const char *id,
			    struct err *err);
/* A new name beside what it will become; a snapshot that is not done yet. */
char *library_temp_path(const char *dir);
/* Remove what a run that was killed left under such names, a day later. */
void library_sweep(const char *store);

/* Fill e (which holds the id) by a look at the disk. real_store may be NULL. */
void library_look(const char *store, const char *real_store,
		  struct library_reader *r, struct library_entry *e);
void library_entry_release(struct library_entry *e);

#endif
