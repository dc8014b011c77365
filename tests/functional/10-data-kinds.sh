#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every kind of page is stored and read back byte by byte, by I/Os of other sizes than it was
# written.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 64M

for kind in real random word zero ones mixed; do
	echo "kind $kind"
	blockio write --kind "$kind" --seed 11 --length 16M --io 256K --direct "$DEV"
	blockio check --kind "$kind" --seed 11 --length 16M --io 4096 --direct "$DEV"
	blockio write --kind "$kind" --seed 12 --length 16M --offset 16M --io 128K --mix "$DEV"
	drop_caches
	blockio check --kind "$kind" --seed 12 --length 16M --offset 16M --io 1M --mix \
		--direct "$DEV"
	# The first half must not have suffered from the second.
	blockio check --kind "$kind" --seed 11 --length 16M --io 64K --mix "$DEV"
done

# The last sector of the device, and beyond it nothing.
blockio write --kind real --seed 13 --offset $((64 * MIB - PAGE)) --length 4096 --direct "$DEV"
blockio check --kind real --seed 13 --offset $((64 * MIB - PAGE)) --length 4096 --direct "$DEV"
expect_errno 'ENOSPC|EINVAL' blockio write --offset 64M --length 4096 --direct "$DEV"

no_failed_io
