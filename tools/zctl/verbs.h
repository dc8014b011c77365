/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs, each in its cmd_*.c.
 */
#ifndef ZCTL_VERBS_H
#define ZCTL_VERBS_H

struct command;

extern const struct command cmd_create;
extern const struct command cmd_remove;
extern const struct command cmd_resize;
extern const struct command cmd_set;
extern const struct command cmd_list;
extern const struct command cmd_stats;
extern const struct command cmd_classes;
extern const struct command cmd_compact;
extern const struct command cmd_idle;
extern const struct command cmd_recompress;
extern const struct command cmd_writeback;
extern const struct command cmd_train;
extern const struct command cmd_reset;

#endif /* ZCTL_VERBS_H */
