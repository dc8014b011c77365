// SPDX-License-Identifier: GPL-2.0-only
/*
 * held: asks the kernel what a device holds. How each byte is counted:
 *
 * zblk   mem_used_total is everything that was allocated for the device: pages of objects, zspage
 *        structures and other tables of the allocator, the pool itself, the slot table. Of it
 *        stats/slot_table_bytes and stats/metadata_bytes.
 * zram   mem_used_total is the pages of objects, no more. Added are
 *        - the table of slots, by the pages that /proc/vmallocinfo says disksize_store() got;
 *        - handles and zspage structures, by the slabs of zs_handle-NAME and zspage-NAME in
 *          /proc/slabinfo: whole slabs, since a slab is held even if half empty. The kernel has to
 *          run with slab_nomerge, or they are in caches with objects of others.
 *        Not added, in zram's favour: pool and size classes (some tens of kilobytes, kmalloc()).
 * both   The allocator's buffer for mapping an object that crosses pages, a page for each CPU. All
 *        devices share it and each row has the whole of it.
 *        Left out: codecs' buffers for each CPU, which depend on the algorithm and not on what is
 *        stored, and the block layer's structures, which are the same for both.
 */
#include <dirent.h>
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "corpus.h"
#include "held.h"

static const char *name;	/* of the device */
static bool is_zblk;
static uint64_t zram_table;

static uint64_t read_number(const char *file)
{
	char path[256];
	uint64_t value;
	FILE *in;

	snprintf(path, sizeof(path), "/sys/block/%s/%s", name, file);
	in = fopen(path, "r");
	if (!in || fscanf(in, "%" SCNu64, &value) != 1)
		err(1, "cannot read a number from %s", path);
	fclose(in);
	return value;
}

/* A slot of zram is a handle and more. */
#define ZRAM_SLOT_LEAST	8

/*
 * The vmalloc area of zram's table for so many sectors: those of its module that disksize_store()
 * got are tables, and the device in question is the smallest.
 */
static uint64_t find_zram_table(uint32_t sectors)
{
	FILE *in = fopen("/proc/vmallocinfo", "r");
	uint64_t bytes, least = 0;
	char line[512], *pages;

	if (!in)
		err(1, "/proc/vmallocinfo");
	while (fgets(line, sizeof(line), in)) {
		if (!strstr(line, "[zram]") ||
		    !(strstr(line, "disksize_store") || strstr(line, "zram_meta_alloc")))
			continue;
		pages = strstr(line, "pages=");
		if (!pages)
			continue;
		bytes = strtoull(pages + strlen("pages="), NULL, 10) * PAGE;
		if (bytes >= (uint64_t)sectors * ZRAM_SLOT_LEAST && (!least || bytes < least))
			least = bytes;
	}
	fclose(in);
	if (!least)
		errx(1, "no table of zram in /proc/vmallocinfo");
	return least;
}

/* Bytes of a cache's slabs, from its line in /proc/slabinfo. */
static uint64_t cache_bytes(const char *line)
{
	unsigned long per_slab, slabs;

	if (sscanf(line, "%*s %*u %*u %*u %*u %lu : tunables %*u %*u %*u : slabdata %*u %lu",
		   &per_slab, &slabs) != 2)
		errx(1, "/proc/slabinfo has an unknown format: %s", line);
	return slabs * per_slab * PAGE;
}

static uint64_t zram_slabs(void)
{
	FILE *in = fopen("/proc/slabinfo", "r");
	char handles[64], zspages[64], line[512];
	unsigned int found = 0;
	uint64_t bytes = 0;

	if (!in)
		err(1, "/proc/slabinfo");
	snprintf(handles, sizeof(handles), "zs_handle-%s ", name);
	snprintf(zspages, sizeof(zspages), "zspage-%s ", name);
	while (fgets(line, sizeof(line), in)) {
		if (strncmp(line, handles, strlen(handles)) &&
		    strncmp(line, zspages, strlen(zspages)))
			continue;
		bytes += cache_bytes(line);
		found++;
	}
	fclose(in);
	if (found != 2)
		errx(1, "%u of zram's 2 caches in /proc/slabinfo: boot with slab_nomerge", found);
	return bytes;
}

/* To be called when the device has its size. */
void held_init(const char *device, uint32_t sectors)
{
	name = device;
	is_zblk = !strncmp(device, "zblk", 4);
	if (!is_zblk)
		zram_table = find_zram_table(sectors);
}

void held_read(struct held *held)
{
	uint64_t counted;
	char path[64];
	FILE *in;

	*held = (struct held){ .per_cpu = sysconf(_SC_NPROCESSORS_ONLN) * PAGE };
	snprintf(path, sizeof(path), "/sys/block/%s/mm_stat", name);
	in = fopen(path, "r");
	if (!in || fscanf(in, "%*u %" SCNu64 " %" SCNu64, &held->payload, &counted) != 2)
		err(1, "%s", path);
	fclose(in);

	if (is_zblk) {
		held->table = read_number("stats/slot_table_bytes");
		held->structures = read_number("stats/metadata_bytes");
		held->moved = read_number("stats/moved_bytes");
		held->total = counted + held->per_cpu;
	} else {
		held->table = zram_table;
		held->structures = zram_slabs();
		held->total = counted + held->table + held->structures + held->per_cpu;
	}
	held->lost = held->total - held->payload - held->table - held->structures - held->per_cpu;
}

double held_ratio(const struct held *held)
{
	if (!held->payload)
		errx(1, "%s says that nothing is stored", name);
	return (double)held->total / held->payload;
}

/* Has the device give back what it can; returns when it is done. */
void held_compact(void)
{
	char path[64];
	FILE *out;

	snprintf(path, sizeof(path), "/sys/block/%s/compact", name);
	out = fopen(path, "w");
	if (!out || fputs("1\n", out) < 0 || fclose(out))
		err(1, "%s", path);
}

static void print_class(const char *bound)
{
	char objects[64], payload[64], lost[64];

	snprintf(objects, sizeof(objects), "size_classes/%.16s/objects", bound);
	snprintf(payload, sizeof(payload), "size_classes/%.16s/payload_bytes", bound);
	snprintf(lost, sizeof(lost), "size_classes/%.16s/lost_bytes", bound);
	printf("class upper_bound=%.16s objects=%" PRIu64 " payload=%" PRIu64 " lost=%" PRIu64 "\n",
	       bound, read_number(objects), read_number(payload), read_number(lost));
}

/* A line for each size class of a zblk device; zram does not say what its classes hold. */
void held_print_classes(void)
{
	struct dirent *entry;
	char path[64];
	DIR *dir;

	if (!is_zblk)
		return;
	snprintf(path, sizeof(path), "/sys/block/%s/size_classes", name);
	dir = opendir(path);
	if (!dir)
		err(1, "%s", path);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
			print_class(entry->d_name);
	closedir(dir);
}
