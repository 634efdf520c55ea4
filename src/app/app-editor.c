/* $EDITOR on a private file. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/state.h"
#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/statedir.h"

#define EDIT_MAX ((size_t)1 << 30)	/* bytes of an edited text */

static const char *editor(const struct app *app)
{
	const char *e = app->conf->editor;

	if (!e || !*e)
		e = getenv("VISUAL");
	if (!e || !*e)
		e = getenv("EDITOR");
	return e && *e ? e : "vi";
}

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* A fresh file (mkostemps makes it 0600) holding bytes; NULL on failure. */
static char *private_file(const struct app *app, const char *bytes, size_t len,
			  const char *suffix, struct err *err)
{
	char *dir = statedir_sub(app->state_dir, "edit", err), *path;
	int fd;

	if (!dir)
		return NULL;
	path = mem_format("%s/rredit-XXXXXX%s", dir, suffix);
	free(dir);
	fd = mkostemps(path, (int)strlen(suffix), O_CLOEXEC);
	if (fd < 0 || !write_all(fd, bytes, len)) {
		err_errno(err, _("a file for the editor"));
		if (fd >= 0) {
			close(fd);
			unlink(path);
		}
		free(path);
		return NULL;
	}
	close(fd);
	return path;
}

/* The editor may have arguments ("code --wait"), so the shell splits it; the
 * path is an argument of its own and is not looked at by the shell. */
static bool run_editor(struct app *app, const char *path, struct err *err)
{
	char *script = mem_format("%s \"$@\"", editor(app));
	char *argv[] = {(char *)"sh", (char *)"-c", script,
			(char *)"rredit-editor", (char *)path, NULL};
	int status = 0;
	bool ok = term_run(app->term, argv, false, &status, err);

	free(script);
	if (ok && (!WIFEXITED(status) || WEXITSTATUS(status)))
		return err_set(err, ERR_SYSTEM,
			       _("the editor failed; nothing is taken over"));
	return ok;
}

bool app_edit_text(struct app *app, const char *bytes, size_t len,
		   const char *suffix, struct buf *out, struct err *err)
{
	char *path;
	bool ok;

	if (!app->term)
		return err_set(err, ERR_SYSTEM, _("there is no terminal"));
	path = private_file(app, bytes, len, suffix, err);
	if (!path)
		return false;
	ok = run_editor(app, path, err) && file_read(path, EDIT_MAX, out, err);
	unlink(path);
	free(path);
	app_dirty(app);
	return ok;
}
