# SPDX-License-Identifier: GPL-2.0-only
# The allocator, for the Kbuild file at the top.
zblk-y += $(addprefix mm/zsmalloc/,size_class.o zspage.o hole.o object.o page.o map.o pool.o \
	take.o tidy.o evacuate.o reclaim.o shrink.o migrate.o wipe.o validate.o)
# The kernel's zswap on top, where there is one.
zblk-$(if $(CONFIG_ZPOOL),y) += mm/zsmalloc/zpool.o
