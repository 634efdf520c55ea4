/*
 * davlist - what a web server says is in a directory.
 *
 * Two forms: the multistatus of WebDAV (RFC 4918, section 9.1), and the page with
 * links that servers show for a directory. Both are read into entries whose names
 * are below `dir`; what lies elsewhere, or may be no name, is left out.
 */
#ifndef RREDIT_REMOTE_DAVLIST_H
#define RREDIT_REMOTE_DAVLIST_H

#include "remote/objects.h"

/* The version of an object by its headers or properties: the ETag without its
 * mark of weakness (Apache takes it away after a second), else date and size.
 * NULL when there is neither. Either text may be "". Caller frees. */
char *davlist_version(const char *etag, const char *modified, uint64_t size);

/* url: the directory's own, as answered; dir: its name from the root of the
 * remote. ERR_INPUT for what is no multistatus. */
bool davlist_multistatus(struct objects_list *out, const char *bytes, size_t len,
			 const char *url, const char *dir, struct err *err);
/* ERR_INPUT when it is no such page at all. */
bool davlist_page(struct objects_list *out, const char *bytes, size_t len,
		  const char *url, const char *dir, struct err *err);

#endif
