#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# O_DIRECT from and to buffers that are aligned to 512 bytes only: a sector then straddles bio
# vectors.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 32M

for misalign in 512 1024 2048 3584; do
	echo "buffer $misalign bytes into a page"
	for io in 4096 8192 128K; do
		blockio write --kind mixed --seed $misalign --length 4M --io $io \
			--misalign $misalign --direct "$DEV"
		blockio check --kind mixed --seed $misalign --length 4M --io 64K --direct "$DEV"
		blockio check --kind mixed --seed $misalign --length 4M --io $io \
			--misalign $((4096 - misalign)) --direct "$DEV"
	done
done
blockio write --kind mixed --seed 8 --length 16M --io 1M --mix --misalign 1536 --direct "$DEV"
blockio check --kind mixed --seed 8 --length 16M --io 1M --mix --misalign 2560 --direct "$DEV"

# Less than a sector is refused before it reaches the driver.
expect_text "logical block size" "$(blockdev --getss "$DEV")" 4096
refused dd if=/dev/zero of="$DEV" bs=512 count=1 oflag=direct
no_failed_io
