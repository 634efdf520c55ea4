/* mockstrip - a record of a repository for older servers. Pure function. */
#ifndef RREDIT_RRPAIR_MOCKSTRIP_H
#define RREDIT_RRPAIR_MOCKSTRIP_H

#include "rrpair/change.h"

/* Take out every member of later versions that is null, which says nothing but
 * makes older servers refuse the file; false when there is none. */
bool mock_strip(const struct rrpair *pair, struct change_set *out);

#endif
