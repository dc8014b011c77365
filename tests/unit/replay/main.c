// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay: the command line of density, and its table. See tests/unit/density.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <shim.h>
#include <zsmalloc.h>

#include "replay.h"

#define SLOTS_PER_MIB	256

static void print_heading(void)
{
	printf("%6s %-6s %-10s %8s %7s %9s %8s %8s %9s %7s %10s\n", "pool", "algo", "scenario",
	       "ram/pay", "moved", "alloc_ns", "free_ns", "pair_ns", "bg_ns/op", "walks",
	       "settle_ms");
}

static void print_row(unsigned long mib, const char *algorithm, const struct result *r)
{
	printf("%6lu %-6s %-10s %8.4f %7.3f %9.0f %8.0f %8.0f %9.0f %7lu %10.1f\n", mib, algorithm,
	       r->scenario, r->ram_per_payload, r->moved, r->alloc_ns, r->free_ns, r->pair_ns,
	       r->background_ns, r->walks, r->settle_ms);
}

static void print_json(FILE *json, unsigned long mib, const char *algorithm,
		       const struct result *r)
{
	fprintf(json, "{\"device\": \"zblk\", \"build\": \"userspace\", \"pool_mib\": %lu, ", mib);
	fprintf(json, "\"algorithm\": \"%s\", \"scenario\": \"%s\", ", algorithm, r->scenario);
	fprintf(json, "\"ram_per_payload\": %.5f, ", r->ram_per_payload);
	fprintf(json, "\"moved_per_written\": %.4f, \"alloc_ns\": %.1f, ", r->moved, r->alloc_ns);
	fprintf(json, "\"free_ns\": %.1f, \"pair_ns\": %.1f, ", r->free_ns, r->pair_ns);
	fprintf(json, "\"background_ns_per_op\": %.1f, ", r->background_ns);
	fprintf(json, "\"walks\": %lu, \"settle_ms\": %.2f}\n", r->walks, r->settle_ms);
}

static void measure_pool(unsigned long mib, const char *algorithm, const struct sizes *sizes,
			 u64 seed, FILE *json)
{
	struct result results[SCENARIOS];
	unsigned int i;

	replay(mib * SLOTS_PER_MIB, sizes, seed, results);
	for (i = 0; i < SCENARIOS; i++) {
		print_row(mib, algorithm, &results[i]);
		if (json)
			print_json(json, mib, algorithm, &results[i]);
	}
	fflush(stdout);
}

static int usage(FILE *to)
{
	fprintf(to, "usage: density [-a ALGORITHM]... [-s SEED] [-j FILE] -c CORPUS POOL_MIB...\n");
	return to == stdout ? 0 : 2;
}

static int measure(const char *corpus, const char *algorithm, char **pools, u64 seed, FILE *json)
{
	struct sizes sizes;

	if (sizes_measure(corpus, algorithm, &sizes))
		return 1;
	for (; *pools; pools++)
		measure_pool(strtoul(*pools, NULL, 10), algorithm, &sizes, seed, json);
	free(sizes.bytes);
	return 0;
}

static bool pools_are_numbers(char **pools)
{
	char *end;

	for (; *pools; pools++) {
		unsigned long mib = strtoul(*pools, &end, 10);

		if (*end || !mib || mib > 65536) {
			fprintf(stderr,
				"density: pool size '%s' is not a number of MiB from 1 to 65536\n",
				*pools);
			return false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	const char *algorithms[8] = { "lz4", "zstd" }, *corpus = NULL;
	unsigned int given = 0, i;
	FILE *json = NULL;
	u64 seed = 1;
	int option, error = 0;

	while ((option = getopt(argc, argv, "a:c:hj:s:")) != -1) {
		switch (option) {
		case 'a':
			if (given == 7)
				return usage(stderr);
			algorithms[given++] = optarg;
			algorithms[given] = NULL;
			break;
		case 'c':
			corpus = optarg;
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 'j':
			json = fopen(optarg, "w");
			if (!json) {
				fprintf(stderr, "density: cannot write %s\n", optarg);
				return 1;
			}
			break;
		default:
			return usage(option == 'h' ? stdout : stderr);
		}
	}
	if (!corpus || optind == argc || !pools_are_numbers(argv + optind))
		return usage(stderr);

	shim_memory_init(64UL << 30 >> 12, true);
	shim_cpus(2);
	if (zs_init())
		return 1;
	print_heading();
	for (i = 0; algorithms[i] && !error; i++)
		error = measure(corpus, algorithms[i], argv + optind, seed, json);
	zs_exit();
	if (json && fclose(json))
		error = 1;
	return error;
}
