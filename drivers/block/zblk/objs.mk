# SPDX-License-Identifier: GPL-2.0-only
# The block device, for the Kbuild file at the top.
zblk-y += $(addprefix drivers/block/zblk/,main.o compat.o control.o device.o config.o job.o \
	queue.o crew.o idle.o transfer.o request.o fetch.o \
	recompress.o writeback.o pick.o io.o store.o slot.o backing.o fill.o \
	codec.o dictionary.o codec_lz4.o codec_zstd.o lz4_page_compress.o lz4_page_decompress.o \
	probe.o args.o size.o stat.o \
	sysfs.o sysfs_algorithm.o sysfs_backing.o sysfs_job.o classdir.o debugfs.o)

# Where the kernel has them, built in or as modules.
zblk-y += $(if $(CONFIG_LZO_COMPRESS),drivers/block/zblk/codec_lzo.o)
zblk-y += $(if $(CONFIG_ZLIB_DEFLATE),drivers/block/zblk/codec_deflate.o)
zblk-y += $(if $(CONFIG_842_COMPRESS),drivers/block/zblk/codec_842.o)

# For tests.
zblk-y += $(if $(CONFIG_FAULT_INJECTION),drivers/block/zblk/faults.o)
