/* ptyskip - stands in for ptyrun where libvterm is missing: says so. */
#include "config.h"

#include <stdio.h>

int main(void)
{
	puts("1..0 # SKIP libvterm is not here, so no terminal to test on");
	return 0;
}
