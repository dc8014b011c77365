// SPDX-License-Identifier: GPL-2.0-only
/*
 * corpus: reads the file once, so that neither the file system nor swap is in any figure.
 */
#include <err.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "corpus.h"

static void read_all(int fd, const char *path, char *to, size_t size)
{
	ssize_t got;

	for (; size; to += got, size -= got) {
		got = read(fd, to, size);
		if (got < 0)
			err(1, "%s", path);
		if (!got)
			errx(1, "%s became shorter while it was read", path);
	}
}

void corpus_read(struct corpus *corpus, const char *path)
{
	const uint32_t round = CORPUS_KINDS * CORPUS_RUN;
	int fd = open(path, O_RDONLY);
	struct stat st;
	size_t size;

	if (fd < 0 || fstat(fd, &st))
		err(1, "%s", path);
	corpus->count = st.st_size / PAGE / round * round;
	if (!corpus->count)
		errx(1, "%s holds fewer than %u pages", path, round);
	size = corpus->count * PAGE;
	corpus->pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			     0);
	if (corpus->pages == MAP_FAILED || mlock(corpus->pages, size))
		err(1, "no memory for the %zu bytes of %s", size, path);
	read_all(fd, path, corpus->pages, size);
	close(fd);
}
