/* SPDX-License-Identifier: GPL-2.0-only */
/* shim: counted objects. To hold one that is gone, or to let go of it once more, ends the test. */
#ifndef _SHIM_LINUX_KREF_H
#define _SHIM_LINUX_KREF_H

#include <linux/atomic.h>
#include <linux/bug.h>

struct kref {
	atomic_t count;
};

static inline void kref_init(struct kref *kref)
{
	atomic_set(&kref->count, 1);
}

static inline unsigned int kref_read(const struct kref *kref)
{
	return atomic_read(&kref->count);
}

static inline void kref_get(struct kref *kref)
{
	bool alive = atomic_inc_return(&kref->count) > 1;

	shim_require(alive, "object is held that is gone");
}

static inline int kref_put(struct kref *kref, void (*release)(struct kref *kref))
{
	int left = atomic_sub_return(1, &kref->count);

	shim_require(left >= 0, "object is put once too often");
	if (!left)
		release(kref);
	return !left;
}

#endif
