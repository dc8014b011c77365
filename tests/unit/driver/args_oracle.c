// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a line of name=value pairs means, found without changing or copying it:
 *
 * The line ends at its first zero byte, and white space at either end does not count. Words are
 * separated by white space outside of quotes. A quote that a word begins with is not part of it,
 * nor is then one that it ends with. A word with a = behind its first character is a pair; what was
 * said of quotes and a word goes for its value. A value that is empty is an error, and the words
 * before it have been taken.
 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include <linux/errno.h>

#include "args_oracle.h"

static bool is_space(char c)
{
	return isspace((unsigned char)c);
}

/* Where the word that begins at @at ends. */
static const char *end_of_word(const char *at, const char *end)
{
	bool quoted = false;

	for (; at < end && (quoted || !is_space(*at)); at++)
		quoted ^= *at == '"';
	return at;
}

/* The last character of a part is a quote, which does not belong to it. */
static bool ends_with_quote(const char *from, const char *end)
{
	return end > from && end[-1] == '"';
}

int args_oracle(const char *line, size_t length, args_oracle_take *take, void *to)
{
	const char *at = line, *end = line + strnlen(line, length), *stop;

	while (end > at && is_space(end[-1]))
		end--;
	for (;; at = stop) {
		const char *word, *equals, *value, *last;
		bool cut;

		while (at < end && is_space(*at))
			at++;
		if (at == end)
			return 0;
		stop = end_of_word(at, end);
		last = stop;
		word = at + (*at == '"');
		equals = word < stop ? memchr(word + 1, '=', stop - word - 1) : NULL;
		value = equals ? equals + 1 : NULL;
		cut = word > at && ends_with_quote(word, last);
		if (value && value < stop && *value == '"') {
			value++;
			cut |= ends_with_quote(value - 1, last);
		}
		last -= cut;
		if (!value) {
			take(to, word, last - word, NULL, 0);
			continue;
		}
		if (last <= value)
			return -EINVAL;
		take(to, word, equals - word, value, last - value);
	}
}
