/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: whole files read into memory of vmalloc(): real files of the machine. */
#ifndef _SHIM_LINUX_KERNEL_READ_FILE_H
#define _SHIM_LINUX_KERNEL_READ_FILE_H

#include <linux/types.h>

enum kernel_read_file_id {
	READING_POLICY,
};

ssize_t kernel_read_file_from_path(const char *path, long long offset, void **buffer,
				   size_t buffer_size, size_t *file_size,
				   enum kernel_read_file_id id);

#endif
