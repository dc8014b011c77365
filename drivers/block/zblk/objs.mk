# SPDX-License-Identifier: GPL-2.0-only
# The block device, for the Kbuild file at the top.
zblk-y += $(addprefix drivers/block/zblk/,main.o control.o device.o queue.o crew.o \
	idle.o transfer.o io.o slot.o fill.o \
	codec.o codec_lz4.o codec_zstd.o lz4_page_compress.o lz4_page_decompress.o \
	probe.o size.o stat.o sysfs.o classdir.o)
