#include "config.h"

#include <strings.h>
#include <string.h>

#include "ui/style.h"

/* Colours 0..7 as every terminal numbers them. */
enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE };

/*
 * The one table of looks. 256-colour numbers are from the middle of the cube,
 * readable on black and on white; the terminal's own background stays. With few
 * colours a row without the focus is underlined: white would outshine the other.
 */
static const struct style_row {
	const char *name;
	char letter;
	unsigned mono;		/* attributes without colour */
	short c16;
	unsigned a16;
	short c256;
	unsigned a256;
} rows[STYLE_COUNT] = {
#define D STYLE_DEFAULT
#define B LOOK_BOLD
#define U LOOK_UNDERLINE
#define R LOOK_REVERSE
	[STYLE_NORMAL] = {"normal", '.', 0, D, 0, D, 0},
	[STYLE_TITLE] = {"title", 'T', B, D, B, D, B},
	[STYLE_TAB] = {"tab", 't', 0, D, 0, D, 0},
	[STYLE_TAB_ACTIVE] = {"tab-active", 'a', R, D, R | B, D, R | B},
	[STYLE_HEADER] = {"header", 'h', B | U, D, B | U, D, B | U},
	[STYLE_GROUP] = {"group", 'g', B, CYAN, B, 31, B},
	[STYLE_DIM] = {"dim", 'd', 0, D, LOOK_DIM, 244, 0},
	[STYLE_BORDER] = {"border", 'b', 0, D, LOOK_DIM, 244, 0},
	[STYLE_KEY] = {"key", 'k', B, D, B, 31, B},
	[STYLE_LABEL] = {"label", 'l', 0, CYAN, 0, 31, 0},
	[STYLE_FIELD] = {"field", 'f', 0, D, 0, D, 0},
	[STYLE_FIELD_ACTIVE] = {"field-active", 'F', U, D, U, D, U},
	[STYLE_READONLY] = {"readonly", 'r', 0, D, LOOK_DIM, 244, 0},
	[STYLE_STATUS] = {"status", 's', 0, D, 0, D, 0},
	[STYLE_MODE] = {"mode", 'm', R | B, D, R | B, D, R | B},
	[STYLE_ERROR] = {"error", 'E', B, RED, B, 160, B},
	[STYLE_WARNING] = {"warning", 'W', B, YELLOW, B, 166, B},
	[STYLE_NOTE] = {"note", 'N', 0, CYAN, 0, 30, 0},
	[STYLE_OK] = {"ok", 'K', 0, GREEN, 0, 28, 0},
	[STYLE_ADDED] = {"added", '+', B, GREEN, 0, 28, 0},
	[STYLE_REMOVED] = {"removed", '-', U, RED, 0, 160, 0},
	[STYLE_CHANGED] = {"changed", 'c', B, MAGENTA, B, 133, B},
	[STYLE_TAGGED] = {"tagged", 'G', B, YELLOW, B, 166, B},
	[STYLE_ESCAPED] = {"escaped", 'x', U, MAGENTA, U, 133, U},
	[STYLE_2XX] = {"2xx", '2', 0, GREEN, 0, 28, 0},
	[STYLE_3XX] = {"3xx", '3', 0, CYAN, 0, 30, 0},
	[STYLE_4XX] = {"4xx", '4', B, YELLOW, B, 166, B},
	[STYLE_5XX] = {"5xx", '5', B, RED, B, 160, B},
	[STYLE_METHOD_READ] = {"method-read", 'M', 0, GREEN, 0, 28, 0},
	[STYLE_METHOD_WRITE] = {"method-write", 'w', 0, YELLOW, 0, 166, 0},
	[STYLE_METHOD_DELETE] = {"method-delete", 'D', B, RED, 0, 160, 0},
	[STYLE_IN] = {"in", 'i', 0, CYAN, 0, 30, 0},
	[STYLE_OUT] = {"out", 'o', 0, MAGENTA, 0, 133, 0},
	[STYLE_JSON_KEY] = {"json-key", 'y', B, CYAN, 0, 31, 0},
	[STYLE_JSON_STRING] = {"json-string", '"', 0, GREEN, 0, 28, 0},
	[STYLE_JSON_NUMBER] = {"json-number", 'n', 0, MAGENTA, 0, 133, 0},
	[STYLE_JSON_LITERAL] = {"json-literal", 'L', 0, YELLOW, 0, 166, 0},
	[STYLE_JSON_PUNCT] = {"json-punct", 'p', 0, D, 0, 244, 0},
#undef D
#undef B
#undef U
#undef R
};

static struct look plain_look(enum style id, enum style_depth depth)
{
	const struct style_row *row = &rows[id];

	switch (depth) {
	case STYLE_16:
		return (struct look){row->c16, STYLE_DEFAULT, row->a16};
	case STYLE_256:
		return (struct look){row->c256, STYLE_DEFAULT, row->a256};
	case STYLE_MONO:
		break;
	}
	return (struct look){STYLE_DEFAULT, STYLE_DEFAULT, row->mono};
}

/* Overlays set both colours, so what lies below cannot clash with them. */
static void overlay_look(struct look *look, unsigned overlay,
			 enum style_depth depth)
{
	unsigned keep = look->attrs & (LOOK_BOLD | LOOK_UNDERLINE);

	if (overlay & STYLE_MATCH) {
		if (depth == STYLE_16)
			*look = (struct look){BLACK, YELLOW, keep};
		else if (depth == STYLE_256)
			*look = (struct look){16, 220, keep};
		else
			look->attrs = LOOK_REVERSE | LOOK_UNDERLINE | LOOK_BOLD;
	} else if (overlay & STYLE_SELECTED_IDLE) {
		if (depth == STYLE_256)
			*look = (struct look){231, 240, keep};
		else
			look->attrs = keep | LOOK_UNDERLINE;
	} else if (overlay & STYLE_SELECTED) {
		if (depth == STYLE_16)
			*look = (struct look){BLACK, CYAN, keep};
		else if (depth == STYLE_256)
			*look = (struct look){231, 24, keep};
		else
			look->attrs = keep | LOOK_REVERSE;
	}
}

struct look style_look(unsigned style, enum style_depth depth)
{
	struct look look = plain_look(STYLE_ID(style), depth);

	overlay_look(&look, style & STYLE_OVERLAYS, depth);
	return look;
}

char style_letter(unsigned style)
{
	if (style & STYLE_MATCH)
		return '*';
	if (style & STYLE_SELECTED_IDLE)
		return '=';
	if (style & STYLE_SELECTED)
		return '#';
	return rows[STYLE_ID(style)].letter;
}

const char *style_name(enum style id)
{
	return rows[id].name;
}

enum style style_for_status(int status)
{
	static const enum style classes[] = {STYLE_2XX, STYLE_3XX, STYLE_4XX,
					     STYLE_5XX};

	if (status < 200 || status > 599)
		return STYLE_NORMAL;
	return classes[status / 100 - 2];
}

enum style style_for_method(const char *method, int len)
{
	static const struct {
		const char *name;
		enum style style;
	} known[] = {
		{"GET", STYLE_METHOD_READ},	{"HEAD", STYLE_METHOD_READ},
		{"OPTIONS", STYLE_METHOD_READ}, {"POST", STYLE_METHOD_WRITE},
		{"PUT", STYLE_METHOD_WRITE},	{"PATCH", STYLE_METHOD_WRITE},
		{"DELETE", STYLE_METHOD_DELETE},
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (len == (int)strlen(known[i].name) &&
		    !strncasecmp(method, known[i].name, (size_t)len))
			return known[i].style;
	return STYLE_NORMAL;
}
