/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: characters. */
#ifndef _SHIM_LINUX_CTYPE_H
#define _SHIM_LINUX_CTYPE_H

int isspace(int c);
int isxdigit(int c);
int isdigit(int c);
int toupper(int c);
int tolower(int c);

#endif
