/*
 * app/conf - rredit.conf, read.
 *
 * [ui] is for the screen and understood here; [keys] is given to the keymap;
 * [remote "x"] and [sync] stand in `ini` for whoever knows remotes. (Not
 * named config.h: that is autoconf's.) Immutable once loaded.
 */
#ifndef RREDIT_APP_CONF_H
#define RREDIT_APP_CONF_H

#include <stdbool.h>

#include "base/err.h"
#include "base/ini.h"

enum conf_preview { CONF_PREVIEW_AUTO, CONF_PREVIEW_ON, CONF_PREVIEW_OFF };

struct conf {
	char *path;		/* the file, also when it does not exist */
	struct ini ini;
	/* [ui] */
	bool no_colour;		/* colour = never */
	bool ascii;
	bool no_mouse;		/* mouse = no */
	bool local_time;	/* time = local; else UTC */
	enum conf_preview preview;
	char *editor;		/* before $VISUAL and $EDITOR; NULL */
};

/*
 * Read path, or the usual place when it is NULL (where a missing file is as an
 * empty one). Errors name the file and the line; conf is empty then, and safe
 * to release.
 */
bool conf_load(struct conf *conf, const char *path, struct err *err);
/* The text of such a file; errors name the line. */
bool conf_parse(struct conf *conf, const char *text, size_t len,
		struct err *err);
void conf_init(struct conf *conf);	/* the defaults */
void conf_release(struct conf *conf);

#endif
