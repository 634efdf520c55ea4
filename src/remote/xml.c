#include "config.h"

#include <expat.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "remote/xml.h"

#define PIECE ((size_t)1 << 20)

struct walk {
	const struct xml_walker *w;
	XML_Parser parser;
	unsigned depth;
	const char *fault;	/* why we stopped; NULL: expat's own reason */
	struct buf text[XML_DEPTH_MAX];	/* of the open elements */
};

static const char *local(const char *name)
{
	const char *blank = strrchr(name, ' ');

	return blank ? blank + 1 : name;
}

static void stop(struct walk *x, const char *fault)
{
	x->fault = fault;
	XML_StopParser(x->parser, XML_FALSE);
}

static void on_open(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct walk *x = arg;

	if (x->depth == XML_DEPTH_MAX) {
		stop(x, _("it nests too deep"));
		return;
	}
	buf_clear(&x->text[x->depth]);
	x->depth++;
	if (x->w->open)
		x->w->open(x->w->ctx, x->depth, local(name));
}

static void on_close(void *arg, const XML_Char *name)
{
	struct walk *x = arg;
	struct buf *b;
	const char *text;
	size_t len;

	if (x->fault || !x->depth)
		return;
	b = &x->text[x->depth - 1];
	text = b->data;
	len = b->len;
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	while (len && strchr(" \t\r\n", *text)) {
		text++;
		len--;
	}
	b->data[(size_t)(text - b->data) + len] = '\0';
	if (x->w->close)
		x->w->close(x->w->ctx, x->depth, local(name), text, len);
	x->depth--;
}

static void on_text(void *arg, const XML_Char *text, int len)
{
	struct walk *x = arg;
	struct buf *b = &x->text[x->depth - 1];

	if (!x->depth || x->fault)
		return;
	buf_add(b, text, (size_t)len);
	if (b->over)
		stop(x, _("a text in it is too long"));
}

static void on_doctype(void *arg, const XML_Char *name, const XML_Char *system,
		       const XML_Char *public, int internal)
{
	stop(arg, _("it declares a document type"));
}

bool xml_walk(const struct xml_walker *w, const char *bytes, size_t len,
	      struct err *err)
{
	struct walk x = {.w = w};
	bool ok = true;

	x.parser = XML_ParserCreateNS(NULL, ' ');
	if (!x.parser)
		mem_exhausted();
	for (unsigned i = 0; i < XML_DEPTH_MAX; i++) {
		buf_init_max(&x.text[i], XML_TEXT_MAX);
		buf_reserve(&x.text[i], 1);
	}
	XML_SetUserData(x.parser, &x);
	XML_SetElementHandler(x.parser, on_open, on_close);
	XML_SetCharacterDataHandler(x.parser, on_text);
	XML_SetStartDoctypeDeclHandler(x.parser, on_doctype);
	for (size_t at = 0; ok; at += PIECE) {	/* its lengths are of type int */
		size_t n = len - at < PIECE ? len - at : PIECE;
		bool last = at + n == len;

		ok = XML_Parse(x.parser, bytes + at, (int)n, last) ==
		     XML_STATUS_OK;
		if (last)
			break;
	}
	if (!ok)
		err_set(err, ERR_INPUT, _("the answer is not the XML it should "
			"be: line %lu: %s"),
			(unsigned long)XML_GetCurrentLineNumber(x.parser),
			x.fault ? x.fault
				: XML_ErrorString(XML_GetErrorCode(x.parser)));
	for (unsigned i = 0; i < XML_DEPTH_MAX; i++)
		buf_release(&x.text[i]);
	XML_ParserFree(x.parser);
	return ok;
}
