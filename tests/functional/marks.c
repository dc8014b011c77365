// SPDX-License-Identifier: GPL-2.0-only
/*
 * marks.c - write sectors that can be told in the machine's memory, and look for them there
 *
 *	marks write SEED COUNT DEVICE	writes COUNT sectors from the device's start, with O_DIRECT
 *	marks leave SEED COUNT		puts them into memory of its own and does not clear that
 *	marks find SEED COUNT		prints how many of the sectors can be found in memory
 *
 * Each sector has four marks of 32 bytes: two words that belong to the place in the sector, two
 * that belong to the sector. Between them is what does not compress; every second sector ends in
 * zeroes, so that it is stored compressed, where lz4 leaves the marks as they are. find reads all
 * memory that the kernel maps, through /proc/kcore, and takes a mark at any byte address.
 *
 * So that it does not find itself, a mark is never whole in what find remembers, write clears its
 * buffer, and nothing goes through the page cache. Exit status: 0; 1 an error of the device or of
 * /proc/kcore; 2 bad arguments.
 */
#define _GNU_SOURCE
#include "device.h"
#include "pages.h"

#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PLACES		4
#define PLACE_BYTES	640	/* from one mark to the next */
#define MARK_BYTES	32
#define WINDOWS		(PLACES * 8)
#define FILTER_BITS	12
#define CHUNK		(1 << 20)
#define HITS		12	/* that are told one by one */

/* The tag of a place is 16 bytes: any 8 of them may stand where a word is looked at. */
struct window {
	uint64_t word;		/* complemented */
	unsigned int place;
	unsigned int shift;	/* bytes of the tag before it */
};

struct hit {
	uint64_t address;
	uint64_t sector;
	unsigned int place;
};

struct search {
	uint64_t seed;
	uint64_t count;
	struct window windows[WINDOWS];
	uint8_t filter[1 << FILTER_BITS];
	uint8_t *seen;		/* for each sector */
	uint64_t sectors;
	uint64_t chunk;		/* physical address of what is looked at */
	uint64_t hits;
	struct hit first[HITS];
};

static uint64_t tag_word(uint64_t seed, unsigned int place, unsigned int n)
{
	return mix64(mix64(seed) + place * 2 + n);
}

/* What hides a sector's number, so that the marks of one sector do not repeat each other. */
static uint64_t number_key(uint64_t seed, unsigned int place)
{
	return mix64(mix64(seed ^ 0x5eed) + place);
}

static uint64_t check_word(uint64_t seed, unsigned int place, uint64_t sector)
{
	return mix64(number_key(seed, place) ^ mix64(sector));
}

static void make_sector(uint64_t seed, uint64_t sector, uint8_t *out)
{
	size_t filled = sector % 2 ? PAGE_BYTES : (PLACES - 1) * PLACE_BYTES + MARK_BYTES;
	unsigned int place;
	size_t at;

	memset(out, 0, PAGE_BYTES);
	for (at = 0; at < filled; at += sizeof(uint64_t)) {
		uint64_t noise = mix64(seed * 31 + mix64(sector) + at);

		memcpy(out + at, &noise, sizeof(noise));
	}
	for (place = 0; place < PLACES; place++) {
		uint64_t mark[MARK_BYTES / sizeof(uint64_t)] = {
			tag_word(seed, place, 0),
			tag_word(seed, place, 1),
			sector ^ number_key(seed, place),
			check_word(seed, place, sector),
		};

		memcpy(out + place * PLACE_BYTES, mark, sizeof(mark));
		explicit_bzero(mark, sizeof(mark));
	}
}

static int write_sectors(uint64_t seed, uint64_t count, const char *device)
{
	uint8_t *buffer = device_buffer(PAGE_BYTES, 0);
	int fd = device_open(device, O_RDWR | O_DIRECT);
	int status = 0;
	uint64_t i;

	for (i = 0; i < count && !status; i++) {
		make_sector(seed, i, buffer);
		status = device_write(fd, buffer, PAGE_BYTES, i * PAGE_BYTES) ? EXIT_IO : 0;
	}
	explicit_bzero(buffer, PAGE_BYTES);
	close(fd);
	return status;
}

static int leave_sectors(uint64_t seed, uint64_t count)
{
	uint8_t *memory = mmap(NULL, count * PAGE_BYTES, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t i;

	if (memory == MAP_FAILED)
		err(EXIT_USAGE, "no memory");
	for (i = 0; i < count; i++)
		make_sector(seed, i, memory + i * PAGE_BYTES);
	return 0;
}

static unsigned int hash(uint64_t word)
{
	return word * 0x9e3779b97f4a7c15ull >> (64 - FILTER_BITS);
}

static void prepare(struct search *search)
{
	unsigned int place, shift;

	for (place = 0; place < PLACES; place++) {
		uint64_t low = tag_word(search->seed, place, 0);
		uint64_t high = tag_word(search->seed, place, 1);

		for (shift = 0; shift < 8; shift++) {
			uint64_t word = shift ? low >> 8 * shift | high << (64 - 8 * shift) : low;

			search->windows[place * 8 + shift] = (struct window){
				~word, place, shift
			};
			search->filter[hash(word)] = 1;
		}
	}
	search->seen = calloc(search->count, 1);
	if (!search->seen)
		err(EXIT_USAGE, "no memory");
}

static uint64_t word_at(const uint8_t *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* Whether a mark of this place is at @mark; clears it, for this memory will be searched as well. */
static void try_mark(struct search *search, unsigned int place, uint8_t *mark, size_t at)
{
	uint64_t seed = search->seed, sector;

	if (word_at(mark) != tag_word(seed, place, 0) ||
	    word_at(mark + 8) != tag_word(seed, place, 1))
		return;
	sector = word_at(mark + 16) ^ number_key(seed, place);
	if (sector < search->count && word_at(mark + 24) == check_word(seed, place, sector)) {
		search->sectors += !search->seen[sector];
		search->seen[sector] = 1;
		if (search->hits < HITS)
			search->first[search->hits] = (struct hit){
				search->chunk + at, sector, place
			};
		search->hits++;
	}
	memset(mark, 0, MARK_BYTES);
}

/* A mark that goes beyond the chunk is missed, as one whose object goes over two pages may be. */
static void search_chunk(struct search *search, uint8_t *chunk, size_t size)
{
	size_t at;
	int i;

	for (at = 8; at + MARK_BYTES <= size; at += sizeof(uint64_t)) {
		uint64_t word = word_at(chunk + at);

		if (!search->filter[hash(word)])
			continue;
		for (i = 0; i < WINDOWS; i++) {
			const struct window *window = &search->windows[i];

			if (word == ~window->word)
				try_mark(search, window->place, chunk + at - window->shift,
					 at - window->shift);
		}
	}
	/* The first word of a chunk has nothing before it. */
	for (i = 0; i < PLACES; i++)
		try_mark(search, i, chunk, 0);
}

/*
 * From the end to the start: the kernel's own buffer for this keeps the last page that it has
 * copied, and in the first megabyte of memory nothing is stored.
 */
static void search_segment(struct search *search, int fd, uint64_t offset, uint64_t physical,
			   uint64_t left, uint8_t *buffer)
{
	while (left) {
		size_t size = left % CHUNK ? left % CHUNK : CHUNK;
		ssize_t got;

		left -= size;
		got = pread(fd, buffer, size, offset + left);
		if (got < 0)
			err(EXIT_IO, "/proc/kcore");
		if ((size_t)got != size)
			errx(EXIT_IO, "/proc/kcore ends early");
		search->chunk = physical + left;
		search_chunk(search, buffer, got);
		explicit_bzero(buffer, size);
	}
}

static int find_sectors(uint64_t seed, uint64_t count)
{
	ElfW(Ehdr) head;
	static struct search search;
	int fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	uint8_t *buffer = device_buffer(CHUNK, 0);
	uint64_t memory = 0;
	int i;

	if (fd < 0 || pread(fd, &head, sizeof(head), 0) != sizeof(head))
		err(EXIT_IO, "/proc/kcore");
	search.seed = seed;
	search.count = count;
	prepare(&search);
	for (i = head.e_phnum - 1; i >= 0; i--) {
		ElfW(Phdr) segment;

		if (pread(fd, &segment, sizeof(segment),
			  head.e_phoff + (uint64_t)i * sizeof(segment)) != sizeof(segment))
			err(EXIT_IO, "/proc/kcore");
		/* What has no physical address is mapped a second time: modules, vmalloc. */
		if (segment.p_type != PT_LOAD || segment.p_paddr == UINTPTR_MAX)
			continue;
		search_segment(&search, fd, segment.p_offset, segment.p_paddr, segment.p_filesz,
			       buffer);
		memory += segment.p_filesz;
	}
	fprintf(stderr, "marks: searched %llu MiB, found %llu marks\n",
		(unsigned long long)memory >> 20, (unsigned long long)search.hits);
	/* Where few are left it is of interest where they are. */
	for (i = 0; i < HITS && (uint64_t)i < search.hits && search.sectors < count / 4; i++)
		fprintf(stderr, "marks: of sector %llu, place %u, at physical %#llx\n",
			(unsigned long long)search.first[i].sector, search.first[i].place,
			(unsigned long long)search.first[i].address);
	printf("%llu\n", (unsigned long long)search.sectors);
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t seed, count;

	if (argc < 4)
		errx(EXIT_USAGE, "wants: write|leave|find SEED COUNT [DEVICE]");
	seed = parse_bytes(argv[2]);
	count = parse_bytes(argv[3]);
	if (argc == 5 && !strcmp(argv[1], "write"))
		return write_sectors(seed, count, argv[4]);
	if (argc == 4 && !strcmp(argv[1], "leave"))
		return leave_sectors(seed, count);
	if (argc == 4 && !strcmp(argv[1], "find"))
		return find_sectors(seed, count);
	errx(EXIT_USAGE, "wants: write|leave|find SEED COUNT [DEVICE]");
}
