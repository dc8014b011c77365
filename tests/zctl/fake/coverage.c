// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which edges of zctl have been taken, over many runs of it: clang calls this at each of them
 * (-fsanitize-coverage=trace-pc-guard). FAKE_COVERAGE is a file with a byte for each, 1 once it has
 * been taken by any run; without it nothing is noted.
 */
#include "fake.h"

#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);
void __sanitizer_cov_trace_pc_guard(uint32_t *guard);

/* A byte for each guard; those of guards that are 0 are not noted. */
static uint8_t *taken;

/* Called before main(), perhaps more than once. */
void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop)
{
	const char *name = getenv("FAKE_COVERAGE");
	size_t nr = (size_t)(stop - start);
	int fd;

	if (!name || !nr || taken)
		return;
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || ftruncate(fd, (off_t)nr))
		err(EXIT_FAKE, "%s", name);
	taken = mmap(NULL, nr, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (taken == MAP_FAILED)
		err(EXIT_FAKE, "%s", name);
	close(fd);
	for (size_t i = 0; i < nr; i++)
		start[i] = (uint32_t)i + 1;
}

void __sanitizer_cov_trace_pc_guard(uint32_t *guard)
{
	if (*guard)
		taken[*guard - 1] = 1;
}
