#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/utf8.h"

static char *xdg_dir(const char *variable, const char *below_home)
{
	const char *dir = getenv(variable), *home = getenv("HOME");

	if (dir && dir[0] == '/')
		return path_join(dir, "rredit");
	if (!home || home[0] != '/')
		return NULL;
	return path_join(home, below_home);
}

char *path_config_dir(void)
{
	return xdg_dir("XDG_CONFIG_HOME", ".config/rredit");
}

char *path_state_dir(void)
{
	return xdg_dir("XDG_STATE_HOME", ".local/state/rredit");
}

char *path_join(const char *dir, const char *name)
{
	size_t len = strlen(dir);

	return mem_format(len && dir[len - 1] == '/' ? "%s%s" : "%s/%s", dir,
			  name);
}

char *path_dir(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_strdup(".");
	return mem_dup(path, slash == path ? 1 : (size_t)(slash - path));
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Without a look first: another process may make it in between. */
static bool make_dir(const char *path)
{
	struct stat st;

	if (!mkdir(path, 0700))
		return true;
	if (errno != EEXIST || stat(path, &st))
		return false;
	errno = ENOTDIR;
	return S_ISDIR(st.st_mode);
}

bool path_make_dirs(const char *path, struct err *err)
{
	char *part = mem_strdup(path), *at = part, quoted[ERR_QUOTE_MAX];
	bool ok = true;

	while (ok && at) {
		at = strchr(at + strspn(at, "/"), '/');
		if (at)
			*at = '\0';
		ok = make_dir(part);
		if (!ok)
			err_errno(err, _("cannot make the directory %s"),
				  err_quote(quoted, part, strlen(part)));
		if (at)
			*at = '/';
		if (at && !at[strspn(at, "/")])
			at = NULL;	/* only slashes follow */
	}
	free(part);
	return ok;
}

/* realpath(3) of the directory, and the missing name behind it. */
static char *real_of_missing(const char *path)
{
	const char *name = path_base(path);
	char *dir, *real, *joined;

	if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
		return NULL;
	dir = path_dir(path);
	real = realpath(dir, NULL);
	free(dir);
	if (!real)
		return NULL;
	joined = path_join(real, name);
	free(real);
	return joined;
}

char *path_real(const char *path, struct err *err)
{
	char *real = realpath(path, NULL), quoted[ERR_QUOTE_MAX];

	if (!real && errno == ENOENT)
		real = real_of_missing(path);
	if (!real) {
		bool absent = errno == ENOENT || errno == ENOTDIR;

		err_errno(err, "%s", err_quote(quoted, path, strlen(path)));
		if (err && absent)
			err->code = ERR_NOTARGET;
	}
	return real;
}

bool path_safe_component(const char *bytes, size_t len)
{
	size_t i;

	if (!len || len > PATH_COMPONENT_MAX || bytes[0] == '-')
		return false;
	if (bytes[0] == '.' && (len == 1 || (len == 2 && bytes[1] == '.')))
		return false;
	for (i = 0; i < len; i++)
		if (bytes[i] == '/' || (unsigned char)bytes[i] < 0x20 ||
		    bytes[i] == 0x7F)
			return false;
	return utf8_valid(bytes, len);
}
