// SPDX-License-Identifier: GPL-2.0-only
/*
 * pages.c - test pages whose every byte can be told again from a seed and an index
 */
#define _GNU_SOURCE
#include "pages.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXIT_USAGE 2

static const char *const kind_names[] = {
	[PAGE_REAL] = "real",
	[PAGE_RANDOM] = "random",
	[PAGE_WORD] = "word",
	[PAGE_ZERO] = "zero",
	[PAGE_ONES] = "ones",
	[PAGE_MIXED] = "mixed",
};

uint64_t mix64(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

void page_source_load(struct page_source *source, const char *path)
{
	struct stat st;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		err(EXIT_USAGE, "cannot read the page source %s", path);

	source->pages = st.st_size / PAGE_BYTES;
	if (!source->pages)
		errx(EXIT_USAGE, "the page source %s is smaller than a page", path);

	source->bytes = mmap(NULL, source->pages * PAGE_BYTES, PROT_READ, MAP_PRIVATE, fd, 0);
	if (source->bytes == MAP_FAILED)
		err(EXIT_USAGE, "cannot map the page source %s", path);
	close(fd);
}

static enum page_kind choose_kind(uint64_t hash)
{
	unsigned int percent = hash % 100;

	if (percent < 60)
		return PAGE_REAL;
	if (percent < 75)
		return PAGE_RANDOM;
	if (percent < 85)
		return PAGE_WORD;
	if (percent < 93)
		return PAGE_ZERO;
	return PAGE_ONES;
}

void page_make(const struct page_source *source, enum page_kind kind, uint64_t seed,
	       uint64_t index, void *out)
{
	uint64_t hash = mix64(seed ^ mix64(index));
	struct page_stamp stamp = { seed, index };
	uint64_t *words = out;
	size_t i;

	if (kind == PAGE_MIXED)
		kind = choose_kind(hash);
	hash = mix64(hash);

	switch (kind) {
	case PAGE_REAL:
		memcpy(out, source->bytes + (hash % source->pages) * PAGE_BYTES, PAGE_BYTES);
		memcpy(out, &stamp, sizeof(stamp));
		break;
	case PAGE_RANDOM:
		for (i = 0; i < PAGE_BYTES / sizeof(*words); i++) {
			hash ^= hash << 13;
			hash ^= hash >> 7;
			hash ^= hash << 17;
			words[i] = hash;
		}
		memcpy(out, &stamp, sizeof(stamp));
		break;
	case PAGE_WORD:
		for (i = 0; i < PAGE_BYTES / sizeof(*words); i++)
			words[i] = hash;
		break;
	case PAGE_ZERO:
		memset(out, 0, PAGE_BYTES);
		break;
	default:
		memset(out, 0xff, PAGE_BYTES);
		break;
	}
}

int page_compare(const struct page_source *source, enum page_kind kind, uint64_t seed,
		 uint64_t index, const void *page)
{
	_Alignas(8) uint8_t wanted[PAGE_BYTES];
	const uint8_t *got = page;
	int i;

	page_make(source, kind, seed, index, wanted);
	if (!memcmp(wanted, got, PAGE_BYTES))
		return -1;
	for (i = 0; wanted[i] == got[i]; i++)
		;
	return i;
}

int page_is_zero(const void *page)
{
	const uint8_t *bytes = page;

	return !bytes[0] && !memcmp(bytes, bytes + 1, PAGE_BYTES - 1);
}

enum page_kind parse_kind(const char *text)
{
	size_t kind;

	for (kind = 0; kind < sizeof(kind_names) / sizeof(*kind_names); kind++) {
		if (!strcmp(text, kind_names[kind]))
			return kind;
	}
	errx(EXIT_USAGE, "no kind of page is called '%s'", text);
}

uint64_t parse_bytes(const char *text)
{
	static const char suffixes[] = "KMGTP";
	unsigned long long value;
	const char *suffix;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *text == '-')
		errx(EXIT_USAGE, "'%s' is not a number", text);
	if (!*end)
		return value;

	suffix = strchr(suffixes, *end);
	if (!suffix || end[1])
		errx(EXIT_USAGE, "'%s' has an unknown suffix; there are K M G T P", text);
	return value << (10 * (suffix - suffixes + 1));
}
