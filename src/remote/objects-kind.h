/*
 * objects-kind - what a kind of remote gives to objects.c; for kinds only.
 *
 * The functions get names and directories that were checked. They see and may
 * make names of our own (OBJECTS_OWN), which callers of objects.h do not.
 */
#ifndef RREDIT_REMOTE_OBJECTS_KIND_H
#define RREDIT_REMOTE_OBJECTS_KIND_H

#include "base/buf.h"
#include "remote/objects.h"

#define OBJECTS_CLAIM OBJECTS_OWN "claim-"
#define OBJECTS_TEMP OBJECTS_OWN "tmp-"
#define OBJECTS_PROBE OBJECTS_OWN "probe-"

struct objects_ops {
	/* NULL, or what has to be known before can.lists and can.excludes hold. */
	bool (*find_out)(struct objects *o, struct err *err);
	/* Entries as they come; objects.c sorts. */
	bool (*list)(struct objects *o, const char *dir, bool deep,
		     struct objects_list *out, struct err *err);
	bool (*head)(struct objects *o, const char *name,
		     struct objects_entry *out, struct err *err);
	bool (*get)(struct objects *o, const char *name,
		    struct objects_sink *sink, struct objects_entry *out,
		    struct err *err);
	bool (*put)(struct objects *o, const char *name,
		    const struct objects_source *src,
		    const struct objects_condition *when,
		    struct objects_entry *out, struct err *err);
	bool (*remove)(struct objects *o, const char *name,
		       const struct objects_condition *when, struct err *err);
	/* NULL where there are no directories. *made: it was not there before. */
	bool (*make_dir)(struct objects *o, const char *name, bool *made,
			 struct err *err);
	/* Only when it is empty; NULL where that cannot be had. Best effort. */
	void (*remove_dir)(struct objects *o, const char *name);
	/* A directory of ours with all in it, where one step does that; NULL or
	 * false where not. */
	bool (*remove_tree)(struct objects *o, const char *name);
	bool (*probe)(struct objects *o, struct err *err);
	const char *(*guarantee)(const struct objects *o);
	/* NULL, or what objects_sweep() does beyond removing old names. */
	void (*sweep)(struct objects *o, unsigned age_s);
	void (*close)(struct objects *o);
};

/* The first member of each kind's own struct. */
struct objects {
	const struct objects_ops *ops;
	const struct remote_conf *conf;
	const struct remote_watch *watch;
	struct objects_abilities can;
	bool tried_excludes;	/* can.excludes was seen, not assumed */
};

struct objects *directory_open(const struct remote_conf *conf, struct err *err);
struct objects *http_open(const struct remote_conf *conf,
			  const struct remote_watch *watch, struct err *err);
struct objects *s3_open(const struct remote_conf *conf,
			const struct remote_watch *watch, struct err *err);
/* s3: parts of another size than S3_PART, so that tests need no large files. */
void s3_set_part(struct objects *o, uint64_t bytes);

/* Appends an entry with everything but the name unknown. Takes over nothing. */
struct objects_entry *objects_list_add(struct objects_list *l, const char *name,
				       size_t len);
/* dir/name, or name when dir is "". */
char *objects_join(const char *dir, const char *name);
/* Whether a name from the other side may be a component; else it is skipped. */
bool objects_take_name(struct objects_list *l, const char *name, size_t len);
/* "NAME: it was changed meanwhile" or "it is there already", by the condition.
 * Always false. */
bool objects_moved_on(const char *name, const struct objects_condition *when,
		      struct err *err);
bool objects_not_there(const char *name, struct err *err);
/* A name of ours that nobody else has, beside `name` (in its directory). */
char *objects_own_name(const char *name, const char *own);

#endif
