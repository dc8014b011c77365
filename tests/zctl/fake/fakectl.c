// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes an attribute of the fake tree as a shell's echo would on the real one:
 * fakectl block/zblk0/disksize 4G. Exits with 1 and the name of the errno on stderr when refused.
 */
#include <stdio.h>
#include <string.h>

#include "fake.h"

int main(int argc, char **argv)
{
	int err;

	if (argc != 3) {
		fprintf(stderr, "usage: fakectl ATTRIBUTE VALUE\n");
		return 2;
	}
	err = driver_write(argv[1], argv[2]);
	if (err)
		fprintf(stderr, "%s\n", strerrorname_np(-err));
	return err != 0;
}
