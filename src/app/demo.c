#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/demo.h"
#include "base/atomicfile.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "edit/recover.h"
#include "store/statedir.h"

static bool is_directory(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* demo/snapshots beside the program or a directory above it. */
static char *beside_program(void)
{
	static const char *const places[] = {"demo/snapshots",
					     "../demo/snapshots"};
	char *program = realpath("/proc/self/exe", NULL);
	char *dir, *found = NULL;
	size_t i;

	if (!program)
		return NULL;
	dir = path_dir(program);
	for (i = 0; !found && i < sizeof(places) / sizeof(places[0]); i++) {
		found = path_join(dir, places[i]);
		if (!is_directory(found)) {
			free(found);
			found = NULL;
		}
	}
	free(dir);
	free(program);
	return found;
}

static char *samples(struct err *err)
{
	const char *named = getenv("RREDIT_DEMO");
	const char *data = getenv("RREDIT_DATADIR");
	char *found;

	if (named && *named)
		return mem_strdup(named);
	if (data && *data)
		return path_join(data, "demo/snapshots");
	found = beside_program();
	if (found)
		return found;
	if (is_directory(PKGDATADIR "/demo/snapshots"))
		return mem_strdup(PKGDATADIR "/demo/snapshots");
	err_set(err, ERR_SYSTEM,
		_("the sample store is not installed (RREDIT_DEMO can name it)"));
	return NULL;
}

/* ---- trees of two levels: files, and directories of files ---- */

static bool copy_file(const char *from, const char *to, struct err *err)
{
	struct buf bytes;
	bool ok;

	buf_init(&bytes);
	ok = file_read(from, DEMO_FILE_MAX, &bytes, err) &&
	     atomicfile_replace(to, 0600, bytes.data, bytes.len, err);
	buf_release(&bytes);
	return ok;
}

static bool walk(const char *dir, struct err *err,
		 bool (*each)(void *arg, const char *dir, const char *name,
			      struct err *err), void *arg)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool ok = true;

	if (!d)
		return err_errno(err, _("cannot open the directory"));
	while (ok && (e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			ok = each(arg, dir, e->d_name, err);
	closedir(d);
	return ok;
}

static bool copy_entry(void *arg, const char *dir, const char *name,
		       struct err *err)
{
	char *from = path_join(dir, name), *to = path_join(arg, name);
	bool ok;

	if (is_directory(from))
		ok = path_make_dirs(to, err) && walk(from, err, copy_entry, to);
	else
		ok = copy_file(from, to, err);
	free(from);
	free(to);
	return ok;
}

/* What cannot be removed is overwritten by the copy. */
static bool remove_entry(void *arg, const char *dir, const char *name,
			 struct err *err)
{
	char *path = path_join(dir, name);
	struct stat st;

	if (!lstat(path, &st) && S_ISDIR(st.st_mode)) {
		walk(path, NULL, remove_entry, NULL);
		rmdir(path);
	} else {
		unlink(path);
	}
	free(path);
	return true;
}

/* Does a journal, of a crash or of a living editor, hang on the copy? */
static bool is_needed(const char *state_dir, const char *store)
{
	char *real = realpath(store, NULL);
	struct recover_entry *list = NULL;
	size_t count = 0, i, n;
	bool needed = false;

	if (real && recover_list(state_dir, NULL, true, &list, &count, NULL)) {
		n = strlen(real);
		for (i = 0; i < count; i++)
			if (!strncmp(list[i].path, real, n) &&
			    list[i].path[n] == '/')
				needed = true;
		recover_list_free(list, count);
	}
	free(real);
	return needed;
}

char *demo_store(const char *state_dir, bool fresh, struct err *err)
{
	char *dir = statedir_sub(state_dir, "demo", err);
	char *store, *from;
	bool ok = true;

	if (!dir)
		return NULL;
	store = path_join(dir, "snapshots");
	free(dir);
	if (is_directory(store)) {
		if (!fresh || is_needed(state_dir, store))
			return store;
		walk(store, NULL, remove_entry, NULL);
	}
	from = samples(err);
	ok = from && path_make_dirs(store, err) &&
	     walk(from, err, copy_entry, store);
	if (from && !ok)
		err_wrap(err, "%s", _("the sample store"));
	free(from);
	if (ok)
		return store;
	free(store);
	return NULL;
}
