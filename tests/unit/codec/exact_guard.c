// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exact buffers for code without a sanitizer: the last byte is the last of a page, and the next
 * page cannot be touched. What precedes the first byte in its page is filled and looked at in the
 * end. The memory of freed buffers is used again: mapping is slow.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "exact.h"

#define CANARY 0xa5
#define KEPT   8

struct area {
	unsigned char *start;
	size_t size;
};

static struct area kept[KEPT];
static unsigned int kept_count;

static size_t rounded(size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE);

	/* At least one byte before the buffer. */
	return (size / page + 1) * page;
}

static unsigned char *map(size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE);
	unsigned char *start =
		mmap(NULL, size + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (start == MAP_FAILED || mprotect(start + page, size, PROT_READ | PROT_WRITE)) {
		perror("exact_alloc");
		exit(1);
	}
	return start + page;
}

void *exact_alloc(size_t size)
{
	size_t whole = rounded(size);
	unsigned char *start = NULL;
	unsigned int i;

	for (i = 0; i < kept_count && !start; i++) {
		if (kept[i].size == whole) {
			start = kept[i].start;
			kept[i] = kept[--kept_count];
		}
	}
	if (!start)
		start = map(whole);
	memset(start, CANARY, whole);
	return start + whole - size;
}

void exact_free(void *buffer, size_t size)
{
	size_t whole = rounded(size);
	size_t page = sysconf(_SC_PAGESIZE);
	unsigned char *start = (unsigned char *)buffer + size - whole;
	unsigned char *at;

	for (at = start; at < (unsigned char *)buffer; at++) {
		if (*at != CANARY) {
			printf("written %zu bytes before a buffer of %zu\n",
			       (size_t)((unsigned char *)buffer - at), size);
			abort();
		}
	}
	if (kept_count < KEPT) {
		kept[kept_count].start = start;
		kept[kept_count++].size = whole;
	} else {
		munmap(start - page, whole + 2 * page);
	}
}
