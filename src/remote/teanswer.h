/*
 * teanswer - answers of ThousandEyes, read. Private to remote/te*.c.
 *
 * Both versions in one reading: a member that one version writes as a number
 * the other writes as a string. Nothing in an answer is trusted.
 */
#ifndef RREDIT_REMOTE_TEANSWER_H
#define RREDIT_REMOTE_TEANSWER_H

#include "json/value.h"
#include "remote/teclient.h"
#include "remote/transfer.h"

bool te_read_tests(const struct value *v, struct te_list *out);
bool te_read_accounts(const struct value *v, struct te_list *out);
/* ERR_INPUT when the answer is nothing that a snapshot is told by. */
bool te_read_made(const struct transfer_answer *a, const struct te_ask *ask,
		  struct te_made *out, struct err *err);

/* X-Organization-Rate-Limit-NAME, a number; false when it is not there. */
bool te_rate(const struct transfer_answer *a, const char *name, int64_t *out);

/* Why it was refused, in words and with those of the server. Always false. */
bool te_refused(const struct transfer_answer *a, const char *what,
		struct err *err);

#endif
