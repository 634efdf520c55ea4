#include "config.h"

#include "store/columns_scan.h"

const struct columns_ops *columns_ops_avx2(void)
{
	return NULL;
}
