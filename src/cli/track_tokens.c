/* SPDX-License-Identifier: MIT */
#include <stdio.h>

int main(void)
{
	puts("track-tokens " VERSION);
	return 0;
}
