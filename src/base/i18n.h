/*
 * i18n - the words that mark text for translation.
 *
 * _("text") is translated where it stands; N_("text") marks a constant that is
 * translated where it is used. PLURAL(one, many, n) chooses by number.
 * C_("answer", "Save") is translated apart from other uses of the word: an answer
 * of a dialog begins with the letter of its key (ui/dialog.h).
 * Include this, never libintl.h. Without NLS the text stays as it is and
 * binding a catalogue does nothing, so callers need no #if.
 */
#ifndef RREDIT_BASE_I18N_H
#define RREDIT_BASE_I18N_H

#include "config.h"

#if ENABLE_NLS
#include <libintl.h>
/* The empty text stands for a catalogue's header: it is never looked up. */
static inline __attribute__((format_arg(1))) const char *
i18n_text(const char *text)
{
	return *text ? gettext(text) : text;
}
#define _(text) i18n_text(text)
#define PLURAL(one, many, n) ngettext(one, many, n)
/* A catalogue keeps a text of a context under both, with EOT between. */
static inline const char *i18n_context(const char *both, const char *text)
{
	const char *found = gettext(both);

	return found == both ? text : found;
}
#define C_(context, text) i18n_context(context "\004" text, text)
#else
#define _(text) (text)
#define PLURAL(one, many, n) ((n) == 1 ? (one) : (many))
#define C_(context, text) (text)
#define bindtextdomain(domain, dir) ((void)0)
#define bind_textdomain_codeset(domain, codeset) ((void)0)
#define textdomain(domain) ((void)0)
#endif
#define N_(text) (text)

#endif
