/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers and sizes: from the text an administrator types, and back to text he can read.
 *
 * The parsers are libc's strtoull and strtol; what is added is only the strictness they lack (no
 * sign, no blanks, nothing left over, no silent overflow) and memparse's suffixes.
 */
#ifndef ZCTL_SIZE_H
#define ZCTL_SIZE_H

#include <stdint.h>

/* Room for the longest text that size_human() or a 64-bit number makes, and its NUL */
#define SIZE_TEXT_LEN	24

/* 0, -EINVAL when @s is not a plain decimal number, -ERANGE when it does not fit. */
int parse_u64(const char *s, uint64_t *value);
int parse_int(const char *s, int *value);

/*
 * A size the way the kernel's memparse() reads it: a number (decimal, 0x... or 0... octal), then
 * at most one of K M G T P E in either case, powers of 1024; "iB" may follow the letter.
 * Returns NULL, or what is wrong with @s, to be printed after it.
 */
const char *parse_size(const char *s, uint64_t *bytes);

/* "0B", "4K", "1.5G": at most one decimal, as lsblk prints. Returns @buf. */
char *size_human(uint64_t bytes, char buf[SIZE_TEXT_LEN]);

#endif /* ZCTL_SIZE_H */
