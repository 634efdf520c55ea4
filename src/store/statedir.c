#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "store/statedir.h"

char *statedir_default(struct err *err)
{
	char *dir = path_state_dir();

	if (!dir)
		err_set(err, ERR_SYSTEM, _("neither XDG_STATE_HOME nor HOME "
					   "says where to keep state"));
	return dir;
}

/* Private things must not be put into a directory of someone else's. */
static bool check_ours(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st))
		return err_errno(err, "%s", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(err, ERR_SYSTEM, _("%s: not a directory"), path);
	if (st.st_uid != geteuid())
		return err_set(err, ERR_SYSTEM,
			       _("%s: belongs to another user"), path);
	if (st.st_mode & 077)
		(void)!chmod(path, 0700);
	return true;
}

char *statedir_sub(const char *dir, const char *sub, struct err *err)
{
	char *path = mem_format("%s/%s", dir, sub);

	if (path_make_dirs(path, err) && check_ours(path, err))
		return path;
	err_wrap(err, _("state directory"));
	free(path);
	return NULL;
}

char *statedir_key(const char *real_path)
{
	enum { TAIL = 40, HASH = 12 };
	uint8_t sum[SHA256_LEN];
	size_t len = strlen(real_path), from, i;
	struct buf out;

	sha256(sum, real_path, len);
	buf_init(&out);
	from = len > TAIL ? len - TAIL : 0;
	for (i = from; i < len; i++) {
		unsigned char c = (unsigned char)real_path[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '.' || c == '-';

		buf_addc(&out, plain ? (char)c : '_');
	}
	buf_addc(&out, '-');
	for (i = 0; i < HASH; i++)
		buf_addf(&out, "%02x", sum[i]);
	return buf_detach(&out, NULL);
}

int statedir_spool(const char *dir, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *path = NULL, *name;
	int fd;

	if (dir) {
		path = statedir_sub(dir, "spool", err);
		if (!path)
			return -1;
	}
	name = mem_format("%s/spool-XXXXXX",
			  path ? path : tmp && *tmp ? tmp : "/tmp");
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		err_errno(err, "%s", name);
	else
		unlink(name);
	free(name);
	free(path);
	return fd;
}
