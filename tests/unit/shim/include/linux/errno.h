/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: error numbers; glibc's errno.h takes its own from here as well. */
#ifndef _SHIM_LINUX_ERRNO_H
#define _SHIM_LINUX_ERRNO_H

#define EPERM		1
#define ERESTARTSYS	512
#define ENOENT		2
#define EINTR		4
#define EIO		5
#define E2BIG		7
#define EAGAIN		11
#define ENOMEM		12
#define EACCES		13
#define EFAULT		14
#define ENOTBLK		15
#define EBUSY		16
#define EEXIST		17
#define ENODEV		19
#define ENOTDIR		20
#define EISDIR		21
#define EINVAL		22
#define ENFILE		23
#define ENOTTY		25
#define EFBIG		27
#define ENOSPC		28
#define EROFS		30
#define EDOM		33
#define ERANGE		34
#define ENODATA		61
#define EOVERFLOW	75
#define EILSEQ		84
#define EOPNOTSUPP	95
#define ETIMEDOUT	110

#endif
