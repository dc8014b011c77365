// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: telling sectors that do not compress without compressing them.
 *
 * What it is: a guess to put in front of a compressor that is slow to find out by itself. zstd
 * takes microseconds for an encrypted or compressed sector; this takes a few hundred nanoseconds
 * for one of those and some twenty for nearly any other. In front of lz4_page_compress() it does
 * not pay.
 *
 * What it is not: a measure of how well a sector compresses. A sector that it lets pass may still
 * not compress. One that it calls random is stored raw, so it had better be: random bytes are taken
 * for what they are, and nearly nothing else.
 *
 * First a glance at 64 bytes: half of those of random data have their highest bit set, and hardly
 * one is zero. Text has no highest bits; programs and the memory of processes are full of zeroes.
 * Random data pass but for one sector in five thousand.
 *
 * Then a sample: how many different bytes are there among 128? Random bytes have 101, give or take
 * 5; programs, text and the memory of processes have fewer than 70. That passes too much where a
 * sector is random but for a tenth (archives of small files), or where few bytes are alike but
 * words repeat (tables of numbers). So the few that come so far are counted whole: random bytes
 * have their highest bit set in one half of them, text has it nowhere and numbers rarely; and
 * neighbouring words are not equal. On 600,000 pages of the files of a Debian system, that called
 * every 6,000th wrong of those that lz4 takes to 3840 bytes or less, and caught nine tenths of the
 * others.
 */
#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include <uapi/zblk.h>

#include "probe.h"

/* The glance: words as far apart as can be, how many highest bits and how many zeroes. */
#define GLANCE_WORDS	8
#define GLANCE_DISTANCE	520
#define GLANCE_HIGH_MIN	16
#define GLANCE_HIGH_MAX	48
#define GLANCE_ZERO_MAX	3

/* The sample: words at equal distances that are not a power of two, as structures often are. */
#define SAMPLE_WORDS	16
#define SAMPLE_DISTANCE	272
#define SAMPLE_DISTINCT	88

/* How far from one half the highest bits may be, and how many pairs of words may be alike. */
#define HIGH_EXPECTED	(ZBLK_SECTOR_SIZE / 2)
#define HIGH_TOLERANCE	150
#define REPEATS_MAX	0

/*
 * The highest bits of so many bytes are added up in a word before one of its bytes could overflow.
 */
#define BLOCK		1024

#define EACH_BYTE(n)	((n) * 0x0101010101010101ULL)
#define EACH_U16(n)	((n) * 0x0001000100010001ULL)

/* The sum of the eight bytes of a word. */
static unsigned int sum_bytes(u64 word)
{
	u64 pairs = (word & EACH_U16(0xffULL)) + ((word >> 8) & EACH_U16(0xffULL));

	return (pairs * EACH_U16(1ULL)) >> 48;
}

static bool glance_looks_random(const u8 *page)
{
	u64 highs = 0, zeroes = 0;
	unsigned int i, high;

	for (i = 0; i < GLANCE_WORDS; i++) {
		u64 word = get_unaligned_le64(page + i * GLANCE_DISTANCE);

		highs += (word >> 7) & EACH_BYTE(1ULL);
		/* A zero borrows from the byte behind it, which is taken for one too if it is 1. */
		zeroes += (((word - EACH_BYTE(1ULL)) & ~word) >> 7) & EACH_BYTE(1ULL);
	}
	high = sum_bytes(highs);
	return high >= GLANCE_HIGH_MIN && high <= GLANCE_HIGH_MAX &&
	       sum_bytes(zeroes) <= GLANCE_ZERO_MAX;
}

static unsigned int distinct_in_sample(const u8 *page)
{
	union {
		u8 byte[256];
		u64 word[256 / sizeof(u64)];
	} seen;
	u64 sums = 0;
	unsigned int i, j;

	memset(&seen, 0, sizeof(seen));
	for (i = 0; i < SAMPLE_WORDS; i++) {
		u64 word = get_unaligned_le64(page + i * SAMPLE_DISTANCE);

		for (j = 0; j < sizeof(word); j++) {
			seen.byte[(u8)word] = 1;
			word >>= 8;
		}
	}
	for (i = 0; i < ARRAY_SIZE(seen.word); i++)
		sums += seen.word[i];
	return sum_bytes(sums);
}

static bool all_looks_random(const u8 *page)
{
	const u8 *end = page + ZBLK_SECTOR_SIZE;
	unsigned int high = 0;
	unsigned int repeats = 0;

	while (page < end) {
		const u8 *block_end = page + BLOCK;
		u64 highs = 0;

		for (; page < block_end; page += 16) {
			u64 even = get_unaligned_le64(page);
			u64 odd = get_unaligned_le64(page + 8);
			u64 change = even ^ odd;

			highs += (even >> 7) & EACH_BYTE(1ULL);
			highs += (odd >> 7) & EACH_BYTE(1ULL);
			if (unlikely(!(u32)change || !(change >> 32)))
				repeats++;
		}
		high += sum_bytes(highs);
	}
	return high >= HIGH_EXPECTED - HIGH_TOLERANCE && high <= HIGH_EXPECTED + HIGH_TOLERANCE &&
	       repeats <= REPEATS_MAX;
}

/**
 * page_looks_random() - whether a sector is not worth compressing
 * @page: the sector
 *
 * Context: Any. About 300 bytes of stack.
 * Return: true if it looks encrypted, compressed or otherwise random.
 */
bool page_looks_random(const void *page)
{
	return glance_looks_random(page) && distinct_in_sample(page) >= SAMPLE_DISTINCT &&
	       all_looks_random(page);
}
