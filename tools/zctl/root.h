/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where /sys, /dev, /proc and /var/lib/zblk are looked for: "/", or the directory given with
 * --sysroot, as lsblk has it.
 *
 * It is an option and not an environment variable because zctl runs as root: a variable left over
 * in somebody's shell must not send it to another tree, and a command line shows what it did. It
 * moves the files zctl reads and writes, never the programs it runs.
 */
#ifndef ZCTL_ROOT_H
#define ZCTL_ROOT_H

#include "compiler.h"
#include "msg.h"

enum exit_code root_set(const char *dir);

/* An absolute path below the root, to be freed by the caller. @fmt starts with a slash. */
__malloc __printf(1, 2) char *root_path(const char *fmt, ...);

/* A descriptor of a directory below the root, or -errno. */
int root_open_dir(const char *path);

#endif /* ZCTL_ROOT_H */
