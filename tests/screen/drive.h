/*
 * drive - the whole screen without a terminal: keys in, canvas out.
 *
 * A drive has a directory of its own with a store in it; HOME and the XDG
 * directories point there. Keys are written as in the keymap, several with
 * blanks between. Every call runs until no job is left, so nothing depends on
 * time. Screens are compared with golden/NAME.txt; with UPDATE_SCREENS set in
 * the environment they are written instead (make update-golden).
 */
#ifndef RREDIT_TESTS_DRIVE_H
#define RREDIT_TESTS_DRIVE_H

#include "app/app.h"
#include "app/state.h"

struct drive {
	struct app *app;
	char *dir;		/* the working directory meanwhile */
	struct lock *gate;	/* jobs of the scan lane stand before it */
};

char *drive_dir(void);	/* a fresh directory, for drive->dir */
/* The store is DIR/store; nothing is opened yet. DIR is drive->dir when that is
 * set (and stays, for the next drive_start()), else a new one. */
void drive_start(struct drive *d, int cols, int rows,
		 const struct app_options *options);
void drive_end(struct drive *d);	/* removes the directory */
void drive_stop(struct drive *d);	/* keeps it */
/* A snapshot in the store: its metadata and raw.jsonl, with a fixed time. */
void drive_snapshot(struct drive *d, const char *id, const char *meta,
		    const char *raw);
void drive_file(const char *path, const char *text);
/* Compare a file's content exactly. */
void drive_expect_file(const char *path, const char *want);

/* From here on no job scans anything (and nothing waits for that), until they
 * are let go. */
void drive_hold(struct drive *d);
void drive_let_go(struct drive *d);

void drive_open(struct drive *d, const char *target);	/* NULL: the store */
void drive_settle(struct drive *d);
void drive_keys(struct drive *d, const char *keys);
/* The same, but what jobs come to is not taken: the screen as it is before. */
void drive_early(struct drive *d, const char *keys);
void drive_type(struct drive *d, const char *text);	/* as typed, byte for byte */
void drive_line(struct drive *d, const char *line);	/* ":" line, Enter */
void drive_click(struct drive *d, enum mouse_kind kind, int x, int y);
void drive_resize(struct drive *d, int cols, int rows);

/* The screen against golden/NAME.txt; styled: with the styles of its cells. */
void drive_screen(struct drive *d, const char *name);
void drive_styled(struct drive *d, const char *name);
/* Does a row of the screen hold the text? */
bool drive_shows(struct drive *d, const char *text);

/* One record, as traffic has it. */
#define RECORD(n, method, path, status, reason) \
	"{\"msgType\":\"rrpair\",\"resource\":\"shop\"," \
	"\"ts\":\"2026-01-02T03:04:0" #n ".123456Z\",\"l7protocol\":\"http\"," \
	"\"duration\":" #n "20,\"tags\":{\"proxyLocation\":\"out\"}," \
	"\"uuid\":\"AAAAAAAAQACAAAAAAAAA" #n "A==\",\"direction\":\"OUT\"," \
	"\"cluster\":\"undefined\",\"namespace\":\"undefined\"," \
	"\"service\":\"shop\",\"network_address\":\"api.example.com:443\"," \
	"\"command\":\"" method "\",\"location\":\"" path "\"," \
	"\"status\":\"" #status " " reason "\",\"http\":{\"req\":{\"url\":\"" \
	path "\",\"uri\":\"" path "\",\"version\":\"1.1\",\"method\":\"" \
	method "\",\"host\":\"api.example.com\",\"headers\":{\"Host\":[" \
	"\"api.example.com\"],\"Accept\":[\"*/*\"]}},\"res\":{" \
	"\"contentType\":\"application/json\",\"statusCode\":" #status "," \
	"\"statusMessage\":\"" #status " " reason "\",\"headers\":{" \
	"\"Content-Type\":[\"application/json\"]},\"bodyBase64\":" \
	"\"eyJvayI6dHJ1ZX0=\"}},\"netinfo\":{\"upstream\":{" \
	"\"hostname\":\"api.example.com\"}}}\n"

#endif
