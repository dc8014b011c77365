#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Any kind of page written over any other: the new contents are read, the old object is given back,
# and when all is discarded the device holds nothing.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 16M
pages=1024
bytes=$((pages * PAGE))
kinds="real random word zero ones"

whole() {
	blockio "$1" --kind "$2" --seed "$3" --length $bytes --direct "$DEV" >/dev/null
}

seed=1
for from in $kinds; do
	for to in $kinds; do
		whole write "$from" $((seed += 1))
		whole write "$to" $((seed += 1))
		whole check "$to" $seed || fail "$to written over $from"

		case $to in
		real | random) objects=$pages ;;
		*) objects=0 ;;
		esac
		expect_soon "objects, $to over $from" "class_total objects" -eq "$objects"
		expect "huge pages, $to over $from" "$(counter huge_pages)" -le "$objects"
	done
done

# Half of it, then the other half.
blockio write --kind real --seed 500 --length $bytes --direct "$DEV"
blockio write --kind random --seed 501 --length $((bytes / 2)) --direct "$DEV"
blockio check --kind random --seed 501 --length $((bytes / 2)) --direct "$DEV"
blockio check --kind real --seed 500 --offset $((bytes / 2)) --length $((bytes / 2)) --direct "$DEV"

blkdiscard "$DEV"
expect_empty
no_failed_io
