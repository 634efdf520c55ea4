/*
 * i18n - the two words that mark text for translation.
 *
 * _("text") is translated where it stands; N_("text") marks a constant that is
 * translated where it is used. Include this, never libintl.h.
 */
#ifndef RREDIT_BASE_I18N_H
#define RREDIT_BASE_I18N_H

#include "config.h"

#if ENABLE_NLS
#include <libintl.h>
#define _(text) gettext(text)
#define PLURAL(one, many, n) ngettext(one, many, n)
#else
#define _(text) (text)
#define PLURAL(one, many, n) ((n) == 1 ? (one) : (many))
#endif
#define N_(text) (text)

#endif
