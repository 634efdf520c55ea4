/* The input is a record: both scanners say the same about it, and what they call
 * broken is not JSON. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "json/scan.h"
#include "store/columns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct columns_pools *pools = columns_pools_new();
	struct columns best = { 0 }, portable = { 0 };
	struct json_doc doc;
	size_t len;

	columns_scan(text, size, pools, &best);
	columns_force_portable(true);
	columns_scan(text, size, pools, &portable);
	columns_force_portable(false);
	must(!memcmp(&best, &portable, sizeof(best)));
	must((size_t)best.loc_off + best.loc_len <= size);
	for (int i = 0; i < COLUMN_POOLS; i++)
		columns_text(pools, &best, (enum column)i, &len, NULL);
	json_doc_init(&doc);
	if (json_scan(&doc, text, size, NULL))
		must((doc.nodes[0].type == JSON_OBJECT) ==
		     !(best.flags & COLUMNS_BROKEN));
	json_doc_release(&doc);
	columns_pools_unref(pools);
	return 0;
}
