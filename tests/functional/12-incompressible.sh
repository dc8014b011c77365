#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sectors that do not compress are kept raw: counted in huge_pages and in size class 4096, at no
# more than a page each, and given back when something better is written over them.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_device --size 32M
pages=2048

blockio write --kind random --length $((pages * PAGE)) --io 128K --direct "$DEV"
blockio check --kind random --length $((pages * PAGE)) --io 32K --direct "$DEV"
expect "huge_pages" "$(counter huge_pages)" -eq "$pages"
expect "objects of class 4096" "$(get_attr size_classes/4096/objects)" -eq "$pages"
expect "pages of class 4096" "$(get_attr size_classes/4096/pages)" -ge "$pages"
expect "compressed bytes" "$(counter compr_data_size)" -eq $((pages * PAGE))
# A raw sector needs a page; the rest is bookkeeping and must stay small.
expect "memory held" "$(counter mem_used_total)" -le $((pages * PAGE * 21 / 20 + 65536))

huge_since() {
	get_attr mm_stat | awk '{ print $9 }'
}
since=$(huge_since)
expect "huge_pages_since" "$since" -ge "$pages"

blockio write --kind word --length $((pages * PAGE)) --io 128K --direct "$DEV"
expect "huge_pages after writing over" "$(counter huge_pages)" -eq 0
expect "objects after writing over" "$(class_total objects)" -eq 0
expect "huge_pages_since keeps counting up" "$(huge_since)" -ge "$since"
no_failed_io
