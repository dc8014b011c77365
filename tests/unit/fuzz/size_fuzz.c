// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fuzzer of the parser of sizes: any text gives what a second parser makes of it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../../drivers/block/zblk/size.h"
#include "../driver/size_oracle.h"
#include "../lib/test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	u64 ours = 1, theirs = 1;
	char *text = malloc(size + 1);
	int error;

	memcpy(text, data, size);
	text[size] = '\0';
	error = zblk_parse_size(text, &ours);
	check(error == size_oracle(text, &theirs));
	check(error || ours == theirs);
	free(text);
	return 0;
}
