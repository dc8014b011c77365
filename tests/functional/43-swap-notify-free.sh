#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# When the kernel frees a swap slot the device hears of it and gives the memory back at once.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

for algorithm in lz4 lz4hc zstd; do
	new_device --size 256M --algorithm "$algorithm"
	swap_on 10
	before=$(io_stat 4)

	memhog --size 48M --pageout --rounds 1 --rewrite 30 --seed 51 --kind real
	written=$(awk '{ print int($7 / 8) }' "$SYS/stat")
	expect "$algorithm: pages swapped out" "$written" -ge 10000
	expect "$algorithm: notifications" "$(io_stat 4)" -ge $((before + 10000))
	expect_text "$algorithm: io_stat and stats/notify_free" "$(io_stat 4)" \
		"$(counter notify_free)"

	# The process is gone. The kernel keeps some freed slots per CPU before it lets them go.
	used=$(swap_used_kib "$DEV")
	expect "$algorithm: bytes still stored" "$(counter orig_data_size)" -le \
		$(((used + 2048) * KIB))
	no_failed_io
	swapoff "$DEV"
done
