/* SPDX-License-Identifier: MIT */
#include <stdio.h>

int main(void)
{
	puts("import-tokens " VERSION);
	return 0;
}
