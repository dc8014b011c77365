// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of size.c: what is said about it there, examples of each kind of wrong input, and random
 * texts against a second, deliberately plain reading of the same rules in 128-bit arithmetic.
 *
 * usage: size-test [SEED]
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "size.h"

#define ROUNDS	300000

static unsigned int failures;

static void check(bool good, const char *test, const char *input)
{
	if (good)
		return;
	failures++;
	if (failures <= 20)
		printf("# %s: wrong for '%s'\n", test, input);
}

static void test_good_sizes(void)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} cases[] = {
		{ "0", 0 },
		{ "1", 1 },
		{ "4096", 4096 },
		{ "4K", 4096 },
		{ "4k", 4096 },
		{ "4KiB", 4096 },
		{ "4kiB", 4096 },
		{ "512M", 536870912 },
		{ "4G", 4294967296 },
		{ "1T", 1099511627776 },
		{ "1P", 1125899906842624 },
		{ "1E", 1152921504606846976 },
		{ "15E", 17293822569102704640ULL },
		{ "0x10", 16 },
		{ "0x10K", 16384 },
		{ "010", 8 },
		{ "9223372036854775807", INT64_MAX },
		{ "18446744073709551615", UINT64_MAX },
	};
	uint64_t bytes;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(!parse_size(cases[i].text, &bytes) && bytes == cases[i].bytes,
		      "good size", cases[i].text);
}

static void test_bad_sizes(void)
{
	static const struct {
		const char *text;
		const char *word;	/* of what must be said */
	} cases[] = {
		{ "", "empty" },
		{ "-1", "negative" },
		{ "-4G", "negative" },
		{ "+1", "not a size" },
		{ " 1", "not a size" },
		{ "G", "not a size" },
		{ "abc", "not a size" },
		{ "1 G", "unknown unit" },
		{ "1GB", "unknown unit" },
		{ "1B", "unknown unit" },
		{ "1iB", "unknown unit" },
		{ "1Gi", "unknown unit" },
		{ "1GiBB", "unknown unit" },
		{ "1GG", "unknown unit" },
		{ "1Z", "unknown unit" },
		{ "1\n", "unknown unit" },
		{ "1.5G", "fraction" },
		{ "1,5G", "fraction" },
		{ "16E", "larger" },
		{ "18446744073709551616", "larger" },
		{ "99999999999999999999999", "larger" },
		{ "17179869184G", "larger" },
	};
	const char *said;
	uint64_t bytes;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bytes = 77;
		said = parse_size(cases[i].text, &bytes);
		check(said && strstr(said, cases[i].word), "bad size", cases[i].text);
		check(bytes == 77, "bad size leaves the value alone", cases[i].text);
	}
}

static void test_human(void)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0B" },
		{ 1, "1B" },
		{ 1023, "1023B" },
		{ 1024, "1K" },
		{ 1536, "1.5K" },
		{ 1126, "1.1K" },
		{ 1048575, "1M" },
		{ 1048576, "1M" },
		{ 4294967296, "4G" },
		{ 4026531840, "3.8G" },
		{ UINT64_MAX, "16E" },
		{ INT64_MAX, "8E" },
	};
	char text[SIZE_TEXT_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(!strcmp(size_human(cases[i].bytes, text), cases[i].text), "human size",
		      cases[i].text);
}

static void test_numbers(void)
{
	static const char *const bad[] = { "", " 1", "+1", "-1", "1x", "0x1", "1 ", "1\n" };
	uint64_t value = 0;
	int number = 0;

	check(!parse_u64("18446744073709551615", &value) && value == UINT64_MAX, "number", "max");
	check(parse_u64("18446744073709551616", &value), "number", "max + 1");
	check(!parse_u64("0", &value) && !value, "number", "0");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		check(parse_u64(bad[i], &value), "bad number", bad[i]);
	check(!parse_int("-5", &number) && number == -5, "level", "-5");
	check(!parse_int("2147483647", &number) && number == 2147483647, "level", "2147483647");
	check(parse_int("2147483648", &number), "level", "2147483648");
	check(parse_int("--5", &number), "level", "--5");
	check(parse_int("-", &number), "level", "-");
	check(parse_int("", &number), "level", "");
	check(parse_int("3.5", &number), "level", "3.5");
	check(parse_int("99999999999999999999", &number), "level", "99999999999999999999");
}

static unsigned int digit_value(char digit)
{
	if (isdigit((unsigned char)digit))
		return (unsigned int)(digit - '0');
	return (unsigned int)((digit | 0x20) - 'a' + 10);
}

/* The rules once more: digits of one base, at most one unit, at most "iB". */
static bool plain_reading(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMGTPE";
	unsigned int base = 10;
	const char *unit;
	int digits = 0;
	__uint128_t value = 0;

	if (text[0] == '0' && (text[1] | 0x20) == 'x' && isxdigit((unsigned char)text[2])) {
		base = 16;
		text += 2;
	} else if (text[0] == '0') {
		base = 8;
	}
	for (; isxdigit((unsigned char)*text); text++, digits++) {
		if (digit_value(*text) >= base)
			break;
		if (value >> 64)
			return false;
		value = value * base + digit_value(*text);
	}
	if (!digits || value >> 64)
		return false;
	unit = *text ? strchr(units, toupper((unsigned char)*text)) : NULL;
	if (unit) {
		value <<= 10 * (unit - units + 1);
		text++;
		if (!strcmp(text, "iB"))
			text += 2;
	}
	if (*text || value >> 64)
		return false;
	*bytes = (uint64_t)value;
	return true;
}

/* Mostly near to what is right, where mistakes hide. */
static void random_text(char *text, size_t size)
{
	static const char alphabet[] = "00123456789999KMGTPEkmgtpeiiBBx-+. ,\nabcf\xff";
	size_t len = (size_t)(random() % (long)(size - 1));

	for (size_t i = 0; i < len; i++)
		text[i] = alphabet[random() % (long)(sizeof(alphabet) - 1)];
	text[len] = '\0';
	if (random() % 2)
		snprintf(text, size, "%s%ld%c%s", random() % 8 ? "" : "0x",
			 random() % (1L << (random() % 40)), "KMGTPEkmgtpe"[random() % 12],
			 random() % 4 ? "" : "iB");
}

static void test_random(void)
{
	uint64_t bytes, expected;
	const char *wrong;
	char text[24];
	bool good;

	for (int i = 0; i < ROUNDS; i++) {
		random_text(text, sizeof(text));
		good = plain_reading(text, &expected);
		wrong = parse_size(text, &bytes);
		check(good == !wrong, "random size", text);
		check(!good || wrong || bytes == expected, "random size", text);
	}
}

/* Whatever is shown can be typed again where it has no fraction, and is within 5 % of the truth. */
static void test_human_random(void)
{
	char text[SIZE_TEXT_LEN];
	uint64_t bytes, back;
	double shown, scale;
	const char *units = "BKMGTPE";
	char *end;

	for (int i = 0; i < ROUNDS; i++) {
		bytes = (uint64_t)random() << 33 ^ (uint64_t)random() << 11 ^ (uint64_t)random();
		bytes >>= random() % 64;
		size_human(bytes, text);
		check(strlen(text) <= 7, "human size is short", text);
		shown = strtod(text, &end);
		scale = 1;
		for (const char *u = units; *u != *end && *u; u++)
			scale *= 1024;
		shown *= scale;
		check(shown >= (double)bytes * 0.95 && shown <= (double)bytes * 1.05,
		      "human size is right", text);
		if (*end != 'B' && !strchr(text, '.') && strcmp(text, "16E"))
			check(!parse_size(text, &back) &&
			      (double)back >= (double)bytes * 0.95, "human size parses", text);
	}
}

int main(int argc, char **argv)
{
	unsigned int seed = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : 1;

	srandom(seed);
	test_good_sizes();
	test_bad_sizes();
	test_human();
	test_numbers();
	test_random();
	test_human_random();
	if (failures)
		printf("# %u checks failed, seed %u\n", failures, seed);
	return failures != 0;
}
