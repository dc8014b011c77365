/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file that is there as a whole or not at all: written under another name in the same folder, and
 * renamed. What was there before stays until then.
 *
 * For its owner only: what a device stores may be secret, and so may be what was made from it.
 */
#ifndef ZCTL_NEWFILE_H
#define ZCTL_NEWFILE_H

#include <stddef.h>

#include "msg.h"

/* Makes the folder of @path, but not those above it, and sees that files can be made in it. */
enum exit_code newfile_prepare(const char *path);

enum exit_code newfile_write(const char *path, const void *bytes, size_t length);

#endif /* ZCTL_NEWFILE_H */
