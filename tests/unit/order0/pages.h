/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pages that containers take, for tests of whether they give them back.
 */
#ifndef _PAGES_H
#define _PAGES_H

/* In use by anybody, once what waits for RCU is freed. */
long pages_in_use(void);

#endif
