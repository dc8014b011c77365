// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fuzzer of the allocator: the input is a list of operations on a pool; see lib/model.h.
 *
 * The first byte says what kind of pool: bit 0: its owner relocates; bits 1-3: how much of its
 * memory is highmem, which is slow and therefore rare; bit 4: objects are freed before it goes;
 * bit 5: the thread changes CPUs.
 */
#include <stdint.h>

#include <shim.h>
#include <zsmalloc.h>

#include "../lib/model.h"
#include "../lib/test.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	return zs_init();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned int highmem[] = { 0, 0, 0, 0, 0, 0, 50, 100 };
	static struct model model;
	struct input input = { .at = data + 1, .left = size - 1 };

	if (!size)
		return 0;
	shim_highmem(highmem[data[0] >> 1 & 7]);
	shim_wander(data[0] >> 5 & 1);
	model_open(&model, data[0] & 1);
	while (model_step(&model, &input))
		;
	model_close(&model, data[0] >> 4 & 1);
	return 0;
}
