// SPDX-License-Identifier: GPL-2.0-only
/*
 * A random order. See order.h.
 *
 * A Feistel network maps the numbers of an even number of bits onto one another, and one that is
 * too large goes through it again. That ends, as the way leads in a circle back to where it began,
 * and takes less than four rounds in the mean.
 */
#include "order.h"

#define ROUNDS	4

/* Xor, shift and multiply, twice: every bit of @x changes about half of those that come out. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 31) * 0x7fb5d329728ea185ULL;
	x = (x ^ x >> 27) * 0x81dadef4bc2dd44dULL;
	return x ^ x >> 33;
}

void order_init(struct random_order *order, uint64_t numbers, uint64_t seed)
{
	order->numbers = numbers;
	order->seed = mix(seed + 0x9e3779b97f4a7c15ULL);
	order->half_bits = 1;
	while (order->half_bits < 32 && numbers > 1ULL << 2 * order->half_bits)
		order->half_bits++;
}

static uint64_t permute(const struct random_order *order, uint64_t number)
{
	uint64_t mask = (1ULL << order->half_bits) - 1;
	uint64_t left = number >> order->half_bits;
	uint64_t right = number & mask;

	for (uint64_t round = 0; round < ROUNDS; round++) {
		uint64_t next = left ^ (mix(order->seed ^ right << 8 ^ round) & mask);

		left = right;
		right = next;
	}
	return left << order->half_bits | right;
}

uint64_t order_at(const struct random_order *order, uint64_t place)
{
	uint64_t number = place;

	do {
		number = permute(order, number);
	} while (number >= order->numbers);
	return number;
}
