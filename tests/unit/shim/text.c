// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: strings and numbers in text.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#define PAGE_BYTES	4096

void *memchr_inv(const void *at, int byte, size_t bytes)
{
	const unsigned char *c = at;

	for (; bytes; bytes--, c++)
		if (*c != (unsigned char)byte)
			return (void *)c;
	return NULL;
}

void *memset64(u64 *at, u64 word, size_t words)
{
	size_t i;

	for (i = 0; i < words; i++)
		at[i] = word;
	return at;
}

long strscpy(char *to, const char *from, size_t size)
{
	size_t length = strnlen(from, size);

	if (!size)
		return -E2BIG;
	if (length == size) {
		memcpy(to, from, size - 1);
		to[size - 1] = '\0';
		return -E2BIG;
	}
	memcpy(to, from, length + 1);
	return length;
}

char *skip_spaces(const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return (char *)text;
}

char *strim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return skip_spaces(text);
}

/* Whether two strings are the same, but for a newline at the end of one. */
bool sysfs_streq(const char *a, const char *b)
{
	size_t length = strcspn(a, "\n");

	if (strncmp(a, b, length) || (a[length] && a[length + 1]))
		return false;
	return !strcmp(b + length, "") || !strcmp(b + length, "\n");
}

int scnprintf(char *buffer, size_t size, const char *format, ...)
{
	va_list arguments;
	int length;

	if (!size)
		return 0;
	va_start(arguments, format);
	length = vsnprintf(buffer, size, format, arguments);
	va_end(arguments);
	return (size_t)length < size ? length : (int)size - 1;
}

/* Like sysfs' own: a page is what there is. */
static int emit(char *text, int at, const char *format, va_list arguments)
{
	int length = vsnprintf(text + at, PAGE_BYTES - at, format, arguments);

	return length < PAGE_BYTES - at ? length : PAGE_BYTES - at - 1;
}

int sysfs_emit(char *text, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = emit(text, 0, format, arguments);
	va_end(arguments);
	return length;
}

int sysfs_emit_at(char *text, int at, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = emit(text, at, format, arguments);
	va_end(arguments);
	return length;
}

/* Takes a word, which may be NAME=VALUE and have quotes, off a line; returns what is left. */
char *next_arg(char *text, char **name, char **value)
{
	bool quoted = *text == '"', inside = quoted;
	char *at, *equals = NULL;

	text += quoted;
	for (at = text; *at && (inside || !isspace((unsigned char)*at)); at++) {
		if (*at == '=' && !equals && at > text)
			equals = at;
		if (*at == '"')
			inside = !inside;
	}
	*name = text;
	*value = NULL;
	if (equals) {
		*equals = '\0';
		*value = equals + 1;
		if (**value == '"') {
			(*value)++;
			if (at[-1] == '"')
				at[-1] = '\0';
		}
	}
	if (quoted && at > text && at[-1] == '"')
		at[-1] = '\0';
	if (*at)
		*at++ = '\0';
	return skip_spaces(at);
}

static int digit_value(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	if (isxdigit((unsigned char)c))
		return tolower((unsigned char)c) - 'a' + 10;
	return 99;
}

/* The base that a prefix names, which is skipped; 10 where there is none. */
static unsigned int prefix_base(const char **text)
{
	const char *c = *text;

	if (c[0] != '0')
		return 10;
	if (tolower((unsigned char)c[1]) == 'x' && isxdigit((unsigned char)c[2])) {
		*text += 2;
		return 16;
	}
	return 8;
}

int kstrtou64(const char *text, unsigned int base, u64 *value)
{
	u64 sum = 0;
	bool large = false;

	if (*text == '+')
		text++;
	if (!base)
		base = prefix_base(&text);
	if ((unsigned int)digit_value(*text) >= base)
		return -EINVAL;
	for (; (unsigned int)digit_value(*text) < base; text++)
		large |= __builtin_mul_overflow(sum, (u64)base, &sum) ||
			 __builtin_add_overflow(sum, (u64)digit_value(*text), &sum);
	/* Too large wins over what follows the digits, as in the kernel. */
	if (large)
		return -ERANGE;
	if (*text == '\n')
		text++;
	if (*text)
		return -EINVAL;
	*value = sum;
	return 0;
}

int kstrtouint(const char *text, unsigned int base, unsigned int *value)
{
	u64 wide;
	int error = kstrtou64(text, base, &wide);

	if (error)
		return error;
	if (wide > UINT_MAX)
		return -ERANGE;
	*value = wide;
	return 0;
}

int kstrtoint(const char *text, unsigned int base, int *value)
{
	bool minus = *text == '-';
	u64 wide;
	int error = kstrtou64(text + minus, base, &wide);

	if (error)
		return error;
	if (wide > (u64)INT_MAX + minus)
		return -ERANGE;
	*value = minus ? -(s64)wide : (s64)wide;
	return 0;
}

int kstrtobool(const char *text, bool *value)
{
	if (strchr("yYtT1", *text) && *text) {
		*value = true;
		return 0;
	}
	if (strchr("nNfF0", *text) && *text) {
		*value = false;
		return 0;
	}
	return -EINVAL;
}
