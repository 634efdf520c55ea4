/*
 * app/jsoncolour - colours of JSON text in an editor.
 *
 * For textedit.colour. Looks at what is drawn and a little before it, so a
 * text of any size costs the same; a string that began further back than
 * JSON_COLOUR_BACK is taken for something else, which costs only its colour.
 */
#ifndef RREDIT_APP_JSONCOLOUR_H
#define RREDIT_APP_JSONCOLOUR_H

#include "ui/textedit.h"

#define JSON_COLOUR_BACK 4096

void json_colour(void *arg, const struct textbuf *text, size_t from, size_t to,
		 uint16_t *styles);

#endif
