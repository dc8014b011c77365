// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: reading files.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/bug.h>
#include <linux/kernel_read_file.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

/* What the kernel looks at once a file is open, in its order. */
static int check(int file, size_t most, size_t *size)
{
	struct stat stat;

	if (fstat(file, &stat))
		return -errno;
	if (!S_ISREG(stat.st_mode) || !stat.st_size)
		return -EINVAL;
	if ((unsigned long long)stat.st_size > most)
		return -EFBIG;
	*size = stat.st_size;
	return 0;
}

static ssize_t read_all(int file, char *to, size_t size)
{
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = read(file, to + done, size - done);
		if (n < 0)
			return -errno;
		if (!n)
			return -EIO;
		done += n;
	}
	return done;
}

ssize_t kernel_read_file_from_path(const char *path, long long offset, void **buffer,
				   size_t buffer_size, size_t *file_size,
				   enum kernel_read_file_id id)
{
	size_t size = 0;
	ssize_t result;
	int file;

	might_sleep();
	shim_require(!offset && !*buffer && !file_size, "only whole files are read here");
	if (!*path)
		return -EINVAL;
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	result = check(file, buffer_size, &size);
	if (!result) {
		*buffer = vmalloc(size);
		result = *buffer ? read_all(file, *buffer, size) : -ENOMEM;
	}
	if (result < 0) {
		vfree(*buffer);
		*buffer = NULL;
	}
	close(file);
	return result;
}
