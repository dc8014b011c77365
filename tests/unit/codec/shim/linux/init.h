/* SPDX-License-Identifier: GPL-2.0-only */
/* Userspace stand-in for lib/lz4: nothing is needed of it. */
