/*
 * i18n - the two words that mark text for translation.
 *
 * _("text") is translated where it stands; N_("text") marks a constant that is
 * translated where it is used. PLURAL(one, many, n) chooses by number.
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
#else
#define _(text) (text)
#define PLURAL(one, many, n) ((n) == 1 ? (one) : (many))
#define bindtextdomain(domain, dir) ((void)0)
#define bind_textdomain_codeset(domain, codeset) ((void)0)
#define textdomain(domain) ((void)0)
#endif
#define N_(text) (text)

#endif
