#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "remote/objects-kind.h"
#include "store/statedir.h"

bool objects_take_name(struct objects_list *l, const char *name, size_t len)
{
	if (path_safe_component(name, len))
		return true;
	l->skipped++;
	return false;
}

struct objects_entry *objects_list_add(struct objects_list *l, const char *name,
				       size_t len)
{
	struct objects_entry *e;

	l->entries = mem_room(l->entries, l->count, &l->cap,
			      sizeof(*l->entries));
	e = &l->entries[l->count++];
	*e = (struct objects_entry){
		.name = mem_dup(name, len), .size = UINT64_MAX,
		.mtime_ns = OBJECTS_NO_TIME,
	};
	return e;
}

void objects_entry_release(struct objects_entry *e)
{
	free(e->name);
	free(e->version);
	*e = (struct objects_entry){0};
}

void objects_list_release(struct objects_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		objects_entry_release(&l->entries[i]);
	free(l->entries);
	*l = (struct objects_list){0};
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct objects_entry *)a)->name,
		      ((const struct objects_entry *)b)->name);
}

const struct objects_entry *objects_list_find(const struct objects_list *l,
					      const char *name)
{
	struct objects_entry key = {.name = (char *)name};

	return l->count ? bsearch(&key, l->entries, l->count,
				  sizeof(*l->entries), by_name) : NULL;
}

bool objects_same_version(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

char *objects_join(const char *dir, const char *name)
{
	return *dir ? mem_format("%s/%s", dir, name) : mem_strdup(name);
}

char *objects_own_name(const char *name, const char *own)
{
	const char *slash = strrchr(name, '/');
	char text[UUID_TEXT_MAX];
	struct uuid u;

	uuid_v4(&u);
	uuid_dashed(text, &u);
	return mem_format("%.*s%s%s", slash ? (int)(slash + 1 - name) : 0, name,
			  own, text);
}

bool objects_not_there(const char *name, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];

	return err_set(err, ERR_NOTARGET, _("%s: it is not on the remote"),
		       err_quote(quoted, name, strlen(name)));
}

bool objects_moved_on(const char *name, const struct objects_condition *when,
		      struct err *err)
{
	char quoted[ERR_QUOTE_MAX];

	err_quote(quoted, name, strlen(name));
	if (when && when->when == OBJECTS_IF_ABSENT)
		return err_set(err, ERR_CONFLICT,
			       _("%s: it is on the remote already"), quoted);
	return err_set(err, ERR_CONFLICT,
		       _("%s: it was changed on the remote meanwhile"), quoted);
}

/* Components fit for a file system, and none of them ours. */
static bool fit_name(const char *name, bool may_be_root, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	size_t len = strlen(name), at = 0;

	if (!len && may_be_root)
		return true;
	while (len && len <= OBJECTS_NAME_MAX) {
		size_t part = strcspn(name + at, "/");

		if (!path_safe_component(name + at, part) ||
		    !strncmp(name + at, OBJECTS_OWN, strlen(OBJECTS_OWN)))
			break;
		at += part;
		if (at == len)
			return true;
		at++;
	}
	return err_set(err, ERR_INPUT,
		       _("%s: not fit to be a name on a remote"),
		       err_quote(quoted, name, len));
}

struct objects *objects_open(const struct remote_conf *conf,
			     const struct remote_watch *watch, struct err *err)
{
	struct objects *o = NULL;

	switch (conf->kind) {
	case REMOTE_DIRECTORY:
		o = directory_open(conf, err);
		break;
	case REMOTE_HTTP:
		o = http_open(conf, watch, err);
		break;
	case REMOTE_S3:
		o = s3_open(conf, watch, err);
		break;
	default:
		err_set(err, ERR_USAGE, _("a remote of kind %s holds no files"),
			remote_kind_names[conf->kind]);
	}
	if (o)
		o->watch = watch;
	return o;
}

void objects_close(struct objects *o)
{
	if (o)
		o->ops->close(o);
}

void objects_set_watch(struct objects *o, const struct remote_watch *watch)
{
	o->watch = watch;
}

bool objects_probe(struct objects *o, struct objects_abilities *out,
		   struct err *err)
{
	if (!o->ops->probe(o, err))
		return false;
	o->can.probed = true;
	*out = o->can;
	return true;
}

const char *objects_guarantee(const struct objects *o)
{
	return o->ops->guarantee(o);
}

static bool is_own(const char *name)
{
	size_t len = strlen(OBJECTS_OWN);

	for (; name; name = strchr(name, '/')) {
		name += *name == '/';
		if (!strncmp(name, OBJECTS_OWN, len))
			return true;
	}
	return false;
}

static void tidy(struct objects_list *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->count; i++) {
		if (is_own(l->entries[i].name))
			objects_entry_release(&l->entries[i]);
		else
			l->entries[kept++] = l->entries[i];
	}
	l->count = kept;
	if (!kept)
		return;
	qsort(l->entries, kept, sizeof(*l->entries), by_name);
	kept = 1;
	for (size_t i = 1; i < l->count; i++) {
		/* a server that says a name twice is heard once */
		if (!strcmp(l->entries[i].name, l->entries[kept - 1].name))
			objects_entry_release(&l->entries[i]);
		else
			l->entries[kept++] = l->entries[i];
	}
	l->count = kept;
}

bool objects_list(struct objects *o, const char *dir, bool deep,
		  struct objects_list *out, struct err *err)
{
	struct objects_list l = {0};

	if (!fit_name(dir, true, err))
		return false;
	if (!o->ops->list(o, dir, deep, &l, err)) {
		objects_list_release(&l);
		return false;
	}
	tidy(&l);
	*out = l;
	return true;
}

bool objects_head(struct objects *o, const char *name, struct objects_entry *out,
		  struct err *err)
{
	return fit_name(name, false, err) && o->ops->head(o, name, out, err);
}

bool objects_get(struct objects *o, const char *name, struct objects_sink *sink,
		 struct objects_entry *out, struct err *err)
{
	struct objects_entry e = {0};
	bool ok;

	sink->got = sink->have;
	sink->sent = 0;
	ok = fit_name(name, false, err) && o->ops->get(o, name, sink, &e, err);
	if (ok && out)
		*out = e;
	else
		objects_entry_release(&e);
	return ok;
}

bool objects_put(struct objects *o, const char *name,
		 const struct objects_source *src,
		 const struct objects_condition *when,
		 struct objects_entry *out, struct err *err)
{
	static const struct objects_condition always;
	struct objects_entry e = {0};
	bool ok;

	if (o->conf->read_only)
		return err_set(err, ERR_USAGE, _("the remote is read-only"));
	ok = fit_name(name, false, err) &&
	     o->ops->put(o, name, src, when ? when : &always, &e, err);
	if (ok && out)
		*out = e;
	else
		objects_entry_release(&e);
	return ok;
}

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

bool objects_put_bytes(struct objects *o, const char *name, const void *bytes,
		       size_t len, const struct objects_condition *when,
		       struct objects_entry *out, struct err *err)
{
	struct objects_source src = {.size = len};
	bool ok;

	src.fd = statedir_spool(NULL, err);
	if (src.fd < 0)
		return false;
	if (write_all(src.fd, bytes, len))
		ok = objects_put(o, name, &src, when, out, err);
	else
		ok = err_errno(err, _("a temporary file"));
	close(src.fd);
	return ok;
}

static bool read_all(int fd, uint64_t len, struct buf *out, struct err *err)
{
	char *to = buf_reserve(out, len);
	uint64_t at = 0;

	while (to && at < len) {
		ssize_t n = pread(fd, to + at, len - at, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_errno(err, _("a temporary file"));
		at += (uint64_t)n;
	}
	if (to) {
		out->len += len;
		out->data[out->len] = '\0';
	}
	return buf_ok(out, _("an answer"), err);
}

bool objects_get_bytes(struct objects *o, const char *name, size_t max,
		       struct buf *out, struct objects_entry *entry,
		       struct err *err)
{
	/* 0 would be no limit */
	struct objects_sink sink = {.max = max ? max : 1};
	struct objects_entry e = {0};
	bool ok;

	sink.fd = statedir_spool(NULL, err);
	if (sink.fd < 0)
		return false;
	ok = objects_get(o, name, &sink, &e, err) &&
	     read_all(sink.fd, sink.got, out, err);
	close(sink.fd);
	if (ok && entry)
		*entry = e;
	else
		objects_entry_release(&e);
	return ok;
}

bool objects_remove(struct objects *o, const char *name,
		    const struct objects_condition *when, struct err *err)
{
	static const struct objects_condition always;
	const char *slash = strrchr(name, '/');
	bool ok;

	if (o->conf->read_only)
		return err_set(err, ERR_USAGE, _("the remote is read-only"));
	ok = fit_name(name, false, err) &&
	     o->ops->remove(o, name, when ? when : &always, err);
	if (ok && slash && o->ops->remove_dir) {
		char *dir = mem_dup(name, (size_t)(slash - name));

		o->ops->remove_dir(o, dir);
		free(dir);
	}
	return ok;
}

static bool is_old(const struct objects_entry *e, unsigned age_s)
{
	return e->mtime_ns != OBJECTS_NO_TIME &&
	       e->mtime_ns / 1000000000 + (int64_t)age_s < (int64_t)time(NULL);
}

void objects_sweep(struct objects *o, unsigned age_s)
{
	static const struct objects_condition always;
	struct objects_list l = {0};

	if (o->conf->read_only)
		return;
	if (o->ops->list(o, "", true, &l, NULL))
		for (size_t i = 0; i < l.count; i++)
			if (is_own(l.entries[i].name) && !l.entries[i].is_dir &&
			    is_old(&l.entries[i], age_s))
				o->ops->remove(o, l.entries[i].name, &always,
					       NULL);
	for (size_t i = l.count; i-- > 0;) {
		const struct objects_entry *e = &l.entries[i];

		if (!e->is_dir || !is_own(e->name) || !is_old(e, age_s))
			continue;
		if (o->ops->remove_dir)
			o->ops->remove_dir(o, e->name);
		else if (o->ops->remove_tree)
			o->ops->remove_tree(o, e->name);
	}
	objects_list_release(&l);
	if (o->ops->sweep)
		o->ops->sweep(o, age_s);
}
