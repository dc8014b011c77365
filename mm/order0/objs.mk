# SPDX-License-Identifier: GPL-2.0-only
# Containers made of single pages, for the Kbuild file at the top.
zblk-y += mm/order0/tree.o mm/order0/table.o mm/order0/chunk.o
