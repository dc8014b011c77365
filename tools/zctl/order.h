/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The numbers from 0 to N - 1 in a random order that a seed fixes, each of them once, without a
 * list of them: N may be as large as a device.
 */
#ifndef ZCTL_ORDER_H
#define ZCTL_ORDER_H

#include <stdint.h>

struct random_order {
	uint64_t numbers;
	uint64_t seed;
	unsigned int half_bits;
};

void order_init(struct random_order *order, uint64_t numbers, uint64_t seed);

/* The number at @place, which is below order->numbers. */
uint64_t order_at(const struct random_order *order, uint64_t place);

#endif /* ZCTL_ORDER_H */
