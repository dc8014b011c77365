/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The names that the linker's --wrap gives: __wrap_X() is called in place of X(), and __real_X() is
 * what X() was.
 */
#ifndef FAKE_CALLS_H
#define FAKE_CALLS_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

struct libmnt_context;
struct sysinfo;

ssize_t __real_read(int fd, void *buf, size_t size);
ssize_t __real_write(int fd, const void *buf, size_t size);
int __real_fstat64(int fd, struct stat *st);
int __real_fstatat64(int dir, const char *path, struct stat *st, int flags);

ssize_t __wrap_read(int fd, void *buf, size_t size);
ssize_t __wrap_write(int fd, const void *buf, size_t size);
int __wrap_fstat64(int fd, struct stat *st);
int __wrap_fstatat64(int dir, const char *path, struct stat *st, int flags);
int __wrap_statx(int dir, const char *path, int flags, unsigned int mask, struct statx *stx);
int __wrap_swapon(const char *path, int flags);
int __wrap_swapoff(const char *path);
uid_t __wrap_geteuid(void);
int __wrap_sysinfo(struct sysinfo *info);
int __wrap_mnt_context_mount(struct libmnt_context *cxt);
int __wrap_mnt_context_umount(struct libmnt_context *cxt);

#endif /* FAKE_CALLS_H */
