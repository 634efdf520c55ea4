/* A record, decoded, in the user's editor. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/batch-run.h"
#include "app/conf.h"
#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "rrpair/editform.h"
#include "store/statedir.h"

struct editing {
	struct batch *b;
	struct conf conf;	/* it may name an editor */
	struct opened *o;
	char *path;		/* of the form */
	bool keep;		/* it could not be taken back: leave it there */
};

static const char *editor(const struct conf *conf)
{
	static const char *const names[] = {"VISUAL", "EDITOR"};
	size_t i;

	if (conf->editor)
		return conf->editor;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "vi";
}

/* Through the shell, since the variable may hold arguments; the file's name is
 * passed as one, so nothing in it is interpreted. */
static bool run_editor(const char *name, const char *path, struct err *err)
{
	char *command = mem_format("%s \"$1\"", name);
	pid_t pid;
	int status = 0;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		execl("/bin/sh", "sh", "-c", command, "rredit", path,
		      (char *)NULL);
		_exit(127);
	}
	free(command);
	if (pid < 0)
		return err_errno(err, "%s", _("cannot start the editor"));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_errno(err, "%s", _("the editor is lost"));
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return true;
	return err_set(err, ERR_SYSTEM, _("the editor failed (%s)"), name);
}

static bool write_form(struct editing *e, const struct rrpair *pair,
		       struct buf *form, struct err *err)
{
	char *dir = statedir_sub(batch_state(e->b, err), "edit", err);
	int fd;

	if (!dir)
		return false;
	e->path = mem_format("%s/record-XXXXXX.json", dir);
	free(dir);
	fd = mkostemps(e->path, 5, O_CLOEXEC);
	if (fd < 0) {
		free(e->path);
		e->path = NULL;
		return err_errno(err, "%s", _("cannot make a file to edit"));
	}
	close(fd);
	return editform_print(pair, form, err) &&
	       atomicfile_replace(e->path, 0600, form->data, form->len, err);
}

static bool make(void *arg, struct change_run *run, struct err *err)
{
	struct editing *e = arg;
	struct change_set step;
	struct buf form, back;
	bool ok;

	buf_init(&form);
	buf_init(&back);
	change_init(&step);
	ok = write_form(e, &run->pair, &form, err) &&
	     run_editor(editor(&e->conf), e->path, err) &&
	     file_read(e->path, BUF_MAX, &back, err);
	if (ok && (back.len != form.len ||
		   memcmp(back.data, form.data, form.len))) {
		e->keep = true;		/* until the change is saved */
		ok = editform_parse(&run->pair, back.data, back.len,
				    CHANGE_LINKED, &step, err) &&
		     change_run_take(run, &step, err);
	}
	change_release(&step);
	buf_release(&back);
	buf_release(&form);
	return ok;
}

int batch_edit(struct batch *b)
{
	char **args = b->options->args;
	struct rowlist rows = {0};
	struct opened o;
	struct editing e = {.b = b, .o = &o};
	struct change_job job = {.opened = &o, .make = make, .arg = &e};
	struct err err;
	int status;

	if (!batch_is_pair(args[1]))
		return batch_usage_error(b,
			_("a record is a number, a range 3-7 or a uuid"));
	if (!conf_load(&e.conf, b->options->config, &err))
		return batch_fail(NULL, &err);
	if (!batch_open(b, args[0], true, &o, &err)) {
		conf_release(&e.conf);
		return batch_fail(args[0], &err);
	}
	if (!batch_rows(b, &o, 1, 2, &rows, &err))
		status = batch_fail(args[0], &err);
	else if (rows.count != 1)
		status = batch_usage_error(b, _("one record at a time"));
	else
		status = batch_change(b, &job, &rows);
	if (e.path && status && e.keep)
		batch_note(args[0], _("what you wrote is in %s"), e.path);
	else if (e.path)
		unlink(e.path);
	free(e.path);
	rowlist_release(&rows);
	batch_close(&o);
	conf_release(&e.conf);
	return status;
}
