/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A stand-in for the driver, for testing zctl where no module can be loaded.
 *
 * The zctl under test is the real one, linked with --wrap so that the handful of calls with which
 * it meets the kernel come here first (calls.c). A write to an attribute below $FAKE_ROOT/sys then
 * does what the driver's documented interface says it does (driver.c), on a tree of plain files,
 * which is all the state there is. Devices are sparse files: mkswap, mkfs and libblkid work on them
 * for real. What this cannot show is that the driver agrees; the functional tests do.
 *
 * Recompression and writeback do nothing to data. What they come to is in files of the tree that a
 * test writes: see jobs.c.
 *
 * Environment: FAKE_ROOT is the tree. FAKE_FAIL is a list WHAT=ERRNO[@N], comma separated: the
 * first N times (always, without @N) the call or the write to the attribute WHAT fails with that.
 * FAKE_VANISH is an attribute: whoever touches it finds that the device has just been removed.
 * FAKE_SIGNAL is a call during which Ctrl-C arrives. FAKE_EUID and FAKE_MEMORY are what geteuid()
 * and sysinfo() tell. FAKE_COVERAGE is a file that notes which edges are taken: see coverage.c.
 */
#ifndef FAKE_H
#define FAKE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "compiler.h"

/* How a program ends when the fake itself cannot go on. */
#define EXIT_FAKE	99

/* tree.c: files below the root. Names are relative to it. A failure ends the program. */
const char *tree_root(void);
__printf(1, 2) char *tree_path(const char *fmt, ...);
bool tree_exists(const char *name);
__printf(3, 4) void tree_put(const char *name, unsigned int mode, const char *fmt, ...);
char *tree_get(const char *name);
uint64_t tree_get_u64(const char *name);
void tree_mkdir(const char *name);
void tree_remove(const char *name);
/* @path without the root before it, or NULL when it is elsewhere. */
const char *tree_relative(const char *path);

/* table.c: the tables of mounts and swap areas, /proc/self/mountinfo and /proc/swaps. */
bool table_has_swap(const char *device);
void table_add_swap(const char *device, uint64_t kib, int priority);
bool table_drop_swap(const char *device);
bool table_has_mount(const char *device);
void table_add_mount(const char *device, const char *dir, const char *type, const char *options);
bool table_has_mount_below(const char *dir);
bool table_drop_mount(const char *dir);
/* The id of what was mounted last on @dir, or 0. */
unsigned int table_mount_id(const char *dir);

/* attribute.c: an attribute of a device; attr_name() is to be freed. */
char *attr_name(const char *device, const char *attr);
void attr_put(const char *device, const char *attr, unsigned int mode, const char *value);
void attr_put_u64(const char *device, const char *attr, unsigned int mode, uint64_t value);
uint64_t attr_get_u64(const char *device, const char *attr);

/* algorithms.c: what writing the attributes of algorithms does: 0 or -errno. */
void algorithms_reset(const char *device);
void algorithms_forget(const char *device);
bool algorithms_has(const char *device, const char *name, unsigned int priority);
int algorithms_choose(const char *device, const char *value);
int algorithms_choose_secondary(const char *device, const char *value);
int algorithms_set_params(const char *device, const char *value);
int algorithms_add(const char *device, const char *value);

/* jobs.c: the same for marking, recompression and writeback. */
void jobs_reset(const char *device);
int jobs_mark_idle(const char *device, const char *value);
int jobs_recompress(const char *device, const char *value);
int jobs_write_back(const char *device, const char *value);
int jobs_set_backing(const char *device, const char *value);
int jobs_set_compressed(const char *device, const char *value);
int jobs_set_limit(const char *device, const char *value);
int jobs_set_limit_enable(const char *device, const char *value);
int jobs_set_batch(const char *device, const char *value);

/* args.c: name=value pairs; values may be quoted. @take gets NULL for a word without a value. */
int args_parse(const char *text, int (*take)(void *to, const char *name, const char *value),
	       void *to);
int args_number(const char *text, uint64_t most, uint64_t *number);

/* driver.c: 0 or -errno. @attr is relative to /sys ("block/zblk0/disksize"). */
int driver_write(const char *attr, const char *value);
void driver_vanish(const char *device);
/* Turns the stat of a device's file into that of a block device. */
void driver_patch_stat(struct stat *st);

/* inject.c: -errno that @what shall fail with, or 0. */
int inject(const char *what);
bool inject_vanish(const char *attr);
/* Sends the signal that shall arrive while the call @what succeeds. */
void inject_signal(const char *what);

#endif /* FAKE_H */
