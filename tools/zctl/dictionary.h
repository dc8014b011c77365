/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file of a dictionary, before the driver is told of it: the driver reads it by itself, from
 * the path that it is given.
 */
#ifndef ZCTL_DICTIONARY_H
#define ZCTL_DICTIONARY_H

#include "msg.h"

/* The largest that the driver takes, and the smallest that is worth making. */
#define DICTIONARY_MAX	(1 << 20)
#define DICTIONARY_MIN	1024

/*
 * The absolute path of the file @arg, to be freed, once it is certain that the driver can be told
 * of it. @name is how the user calls the setting.
 */
enum exit_code dictionary_path(const char *name, const char *arg, char **path);

/* Can a line for the driver have @path in it? Says so when it cannot. */
enum exit_code dictionary_need_plain(const char *name, const char *path);

#endif /* ZCTL_DICTIONARY_H */
