/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: strings and memory: the C library's, and the few that it lacks. */
#ifndef _SHIM_LINUX_STRING_H
#define _SHIM_LINUX_STRING_H

#include <linux/errno.h>
#include <linux/types.h>

void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *at, int byte, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
void *memchr(const void *at, int byte, size_t bytes);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t bytes);
char *strpbrk(const char *text, const char *accept);
char *strchr(const char *text, int byte);
char *strrchr(const char *text, int byte);
char *strsep(char **text, const char *separators);

void *memchr_inv(const void *at, int byte, size_t bytes);
void *memset64(u64 *at, u64 word, size_t words);
long strscpy(char *to, const char *from, size_t size);
char *skip_spaces(const char *text);
char *strim(char *text);
bool sysfs_streq(const char *a, const char *b);

#endif
