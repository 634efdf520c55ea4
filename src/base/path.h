/*
 * path - names of files and directories.
 *
 * Returned strings are the caller's to free. Nothing here keeps state or
 * changes the environment; any thread may call it.
 */
#ifndef RREDIT_BASE_PATH_H
#define RREDIT_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Where rredit keeps things by the XDG base directory specification:
 * $XDG_CONFIG_HOME/rredit or ~/.config/rredit, $XDG_STATE_HOME/rredit or
 * ~/.local/state/rredit. A variable that holds no absolute path is ignored.
 * NULL when HOME does not help either. The directory need not exist. */
char *path_config_dir(void);
char *path_state_dir(void);

/* dir/name, without a second slash when dir ends in one. */
char *path_join(const char *dir, const char *name);
/* The part before the last slash: "." when there is none, "/" for "/x". */
char *path_dir(const char *path);
/* The part behind the last slash, within path. */
const char *path_base(const char *path);

/* As mkdir -p: what is missing is made with mode 0700. What is there already
 * must be a directory. */
bool path_make_dirs(const char *path, struct err *err);

/* The absolute path without links, "." and "..". The last component may be
 * missing, its directory may not. ERR_NOTARGET then. */
char *path_real(const char *path, struct err *err);

/*
 * Whether bytes from outside may be the name of a file: not empty, no longer
 * than a file name may be, not "." or "..", without '/', NUL and other control
 * bytes, valid UTF-8, and with no leading '-' that a tool could take as an
 * option.
 */
#define PATH_COMPONENT_MAX 255
bool path_safe_component(const char *bytes, size_t len);

#endif
