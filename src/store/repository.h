/*
 * repository - a Microcks repository file as records.
 *
 * Such a file is one JSON object of five lists: services, resources, requests,
 * responses, eventMessages. A record is an element of a list, as it is spelt;
 * any other member of the object is a record too (its value). What lies between
 * records is the frame, which a save copies. Where the text breaks, all
 * that is left is one last record, so that no byte is without a place.
 *
 * Every list and every other member is a `struct repo_list`, in file order;
 * lists that the file lacks follow behind them, so that elements can be added.
 * A record belongs to the list of its number. The map grows while the file is
 * read: what covers a published record may be read from any thread.
 */
#ifndef RREDIT_STORE_REPOSITORY_H
#define RREDIT_STORE_REPOSITORY_H

#include "base/job.h"
#include "json/scan.h"
#include "store/columns.h"

enum repo_kind {
	REPO_NONE,		/* no repository */
	REPO_SERVICE, REPO_RESOURCE, REPO_REQUEST, REPO_RESPONSE, REPO_EVENT,
	REPO_MEMBER,		/* another member of the file's object */
	REPO_REST,		/* what follows where the text breaks */
	REPO_KINDS
};
#define REPO_KEY_MAX ((uint64_t)4096)	/* bytes of a name, as spelt, that is read */
#define REPO_LISTS_MAX 64	/* members of a file's object, lists included */

struct repo_list {
	enum repo_kind kind;
	uint64_t first;		/* its first record */
	uint64_t key;		/* where the member's key begins; 0: not there */
	uint64_t open;		/* behind the bracket; of a member: its value */
	uint64_t close;		/* at the bracket that closes, behind a value */
};

struct repo_map {
	_Atomic uint32_t count;
	struct repo_list list[REPO_LISTS_MAX + REPO_KINDS];
	uint64_t begin, end;	/* behind the first brace, at the last; end is
				   0 where the text breaks before it */
};

/* "service", "request", ...: never translated, they are what filters ask for.
 * NULL for REPO_NONE. */
const char *repo_kind_name(enum repo_kind kind);
/* The kind of the list that a member of the file's object is, by its decoded
 * key; REPO_MEMBER for any other. */
enum repo_kind repo_kind_of_key(const char *key, size_t len);
const char *repo_kind_key(enum repo_kind kind);	/* "services", ... or NULL */

/* Which of the lists record n is in. */
uint32_t repo_list_of(const struct repo_map *map, uint64_t n);
/* Where elements of a kind are added: the last list of it, which the importer
 * goes by. UINT32_MAX: the map is not complete. */
uint32_t repo_list_for(const struct repo_map *map, enum repo_kind kind);

/* Does a file that begins with these bytes look like a repository? More bytes
 * are asked for only when all is false. */
enum repo_is { REPO_IS, REPO_IS_NOT, REPO_MORE };
enum repo_is repo_recognise(const char *text, size_t len, bool all);

/* Reads a file part after part; each begins where the last one stopped. One
 * thread at a time. */
struct chunk;
struct repo_scan;
struct repo_scan *repo_scan_new(struct repo_map *map);
void repo_scan_free(struct repo_scan *r);
/* Fill the records of c; on return c->resume is where the next part begins. */
void repo_scan_part(struct repo_scan *r, struct chunk *c,
		    const struct job *job);
bool repo_scan_done(const struct repo_scan *r);

/*
 * The columns of one record: command is the method (of a service its type),
 * location the operation (of a service its name, of a resource its name),
 * status that of a response, tech the kind, service the name of the service,
 * host its id. Names of services are known from services that were read before
 * (columns_pools), so they follow an edit of a service.
 */
void repo_columns(enum repo_kind kind, const char *text, size_t len,
		  struct columns_pools *pools, struct columns *out);
/* The same for a text that was scanned. */
void repo_columns_of(enum repo_kind kind, const struct json_doc *doc,
		     struct columns_pools *pools, struct columns *out);

#endif
