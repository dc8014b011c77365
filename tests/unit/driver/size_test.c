// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the parser of sizes: known cases, and all short texts against a second parser.
 */
#include <stdio.h>
#include <string.h>

#include <linux/errno.h>

#include "../../../drivers/block/zblk/size.h"
#include "../lib/test.h"
#include "size_oracle.h"

static const struct {
	const char *text;
	int error;
	u64 bytes;
} cases[] = {
	{ "0", 0, 0 },
	{ "1", 0, 1 },
	{ "4096\n", 0, 4096 },
	{ "  512\t\n", 0, 512 },
	{ "1K", 0, 1ULL << 10 },
	{ "1k\n", 0, 1ULL << 10 },
	{ "7m", 0, 7ULL << 20 },
	{ "4G", 0, 4ULL << 30 },
	{ "1T", 0, 1ULL << 40 },
	{ "1P", 0, 1ULL << 50 },
	{ "15E", 0, 15ULL << 60 },
	{ "16E", -EFBIG, 0 },
	{ "0x10", 0, 16 },
	{ "0X1fK", 0, 31ULL << 10 },
	{ "0xE", 0, 14 },
	{ "010", 0, 8 },
	{ "08", -EINVAL, 0 },
	{ "18446744073709551615", 0, ~0ULL },
	{ "18446744073709551616", -EFBIG, 0 },
	{ "99999999999999999999K", -EFBIG, 0 },
	{ "9007199254740992K", 0, 1ULL << 63 },
	{ "18014398509481983K", 0, ~0ULL << 10 },
	{ "18014398509481984K", -EFBIG, 0 },
	{ "", -EINVAL, 0 },
	{ " ", -EINVAL, 0 },
	{ "\n", -EINVAL, 0 },
	{ "K", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ "+1", -EINVAL, 0 },
	{ "1KB", -EINVAL, 0 },
	{ "1KiB", -EINVAL, 0 },
	{ "1 K", -EINVAL, 0 },
	{ "1\nK", -EINVAL, 0 },
	{ "1KK", -EINVAL, 0 },
	{ "1.5G", -EINVAL, 0 },
	{ "1,000", -EINVAL, 0 },
	{ "0x", -EINVAL, 0 },
	{ "four", -EINVAL, 0 },
	{ "1;", -EINVAL, 0 },
	{ "1Z", -EINVAL, 0 },
	{ "\xff", -EINVAL, 0 },
	{ "1\xff", -EINVAL, 0 },
	{ "0000000000000000000000000000001", 0, 1 },
	{ "00000000000000000000000000000001", -EINVAL, 0 },
	{ "1                               ", -EINVAL, 0 },
};

static void known_cases(void)
{
	unsigned int i;
	bool wrong = false;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		u64 bytes = 0x5a5a;
		int error = zblk_parse_size(cases[i].text, &bytes);

		if (error == cases[i].error && (error || bytes == cases[i].bytes))
			continue;
		printf("'%s': got %d and %llu, should be %d and %llu\n", cases[i].text, error,
		       bytes, cases[i].error, cases[i].bytes);
		wrong = true;
	}
	check(!wrong);
}

static void compare(const char *text)
{
	u64 ours = 1, theirs = 2;
	int error = zblk_parse_size(text, &ours), expected = size_oracle(text, &theirs);

	if (error == expected && (error || ours == theirs))
		return;
	printf("'%s': got %d and %llu, should be %d and %llu\n", text, error, ours, expected,
	       theirs);
	check(error == expected);
	check(ours == theirs);
}

/* All texts of up to four characters that may mean something. */
static void all_short_texts(void)
{
	static const char alphabet[] = "0179aAefxXkMGtPE \t\n+-.\xff";
	const unsigned int letters = sizeof(alphabet) - 1;
	unsigned int length, n, i, count;
	char text[8];

	for (length = 0, count = 1; length <= 4; length++, count *= letters) {
		for (n = 0; n < count; n++) {
			unsigned int rest = n;

			for (i = 0; i < length; i++, rest /= letters)
				text[i] = alphabet[rest % letters];
			text[length] = '\0';
			compare(text);
		}
	}
}

/* Numbers around each power of two, with each suffix, in each base. */
static void large_numbers(void)
{
	static const char *const formats[] = { "%llu%s", "0x%llx%s", "0%llo%s", " %llu%s\n" };
	static const char *const suffixes[] = { "", "k", "M", "g", "T", "p", "E", "x" };
	unsigned int bit, f, s;
	char text[64];
	int off;

	for (bit = 0; bit < 64; bit++) {
		for (off = -2; off <= 2; off++) {
			for (f = 0; f < 4; f++) {
				for (s = 0; s < 8; s++) {
					snprintf(text, sizeof(text), formats[f],
						 (1ULL << bit) + off, suffixes[s]);
					compare(text);
				}
			}
		}
	}
}

static const struct test tests[] = {
	{ "size-known-cases", known_cases },
	{ "size-all-short-texts", all_short_texts },
	{ "size-large-numbers", large_numbers },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
