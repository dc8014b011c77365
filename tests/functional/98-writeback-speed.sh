#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Writeback of idle pages to a disk beside this kernel's zram, which writes page by page: at least
# three times as fast, in turns on the same disk. And then with the device gone under load.
#
# vm: disk
# timeout: 1500

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

modprobe -q zram num_devices=1 || skip "this kernel has no zram to compare with"
modprobe -q virtio_blk || skip "this kernel has no virtio disks"
disk=/dev/vda
eventually "the disk" test -b "$disk"
pages=${ZBLK_PAGES_WRITTEN_BACK:-12288}
length=$((pages * PAGE))

# write_back NODE SYS: microseconds
write_back() {
	local node=$1 sys=$2 begin end
	echo "$disk" >"$sys/backing_dev"
	echo "$length" >"$sys/disksize"
	blockio write --kind real --seed 1 --length "$length" --io 1M --direct "$node" >/dev/null
	echo all >"$sys/idle"
	begin=${EPOCHREALTIME/./}
	echo idle >"$sys/writeback"
	end=${EPOCHREALTIME/./}
	blockio check --kind real --seed 1 --length "$length" --io 64K --direct "$node" >/dev/null
	expect "blocks on the disk" "$(awk '{ print $1 }' "$sys/bd_stat")" -gt $((pages * 9 / 10))
	echo 1 >"$sys/reset"
	echo $((end - begin))
}

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
ratios=()
for round in 1 2 3; do
	theirs=$(write_back /dev/zram0 /sys/block/zram0)
	ours=$(write_back "$DEV" "$SYS")
	ratios+=($((theirs * 100 / ours)))
	echo "round $round: zram $theirs us, zblk $ours us for $pages pages"
done
read -ra sorted <<<"$(printf '%s\n' "${ratios[@]}" | sort -n | tr '\n' ' ')"
echo "times as fast, in hundredths: ${sorted[*]}"
rmmod zram
expect "hundredths of zram's speed, median" "${sorted[1]}" -ge 300

echo "the disk goes away under load"
expect_log 'cannot be read back|I/O error'
set_attr backing_dev "$disk"
set_attr disksize 128M
blockio write --kind random --seed 2 --length 64M --io 1M --direct "$DEV"
set_attr idle all
set_attr writeback "page_indexes=0-4095"
attr write "$SYS/writeback" idle &
job=$!
echo 1 >"/sys/block/vda/device/../remove"
wait "$job" || echo "writeback ended with an error"
backed=$(counter backed_size)
echo "$backed bytes are lost with the disk"
# What is in memory still reads, what is not is an error, and nothing hangs.
good=0 bad=0
for ((at = 0; at < 64; at++)); do
	if blockio check --kind random --seed 2 --offset "${at}M" --length 4096 --direct "$DEV" \
		>/dev/null 2>"$TEST_DIR/said"; then
		good=$((good + 1))
	else
		bad=$((bad + 1))
		grep -q ': EIO$' "$TEST_DIR/said" || fail "$(cat "$TEST_DIR/said")"
	fi
done
echo "$good sectors read, $bad did not"
expect "sectors that did not read" "$bad" -ge 16
# Idle ones go to the disk in their order.
expect "sectors that did not read" "$bad" -le $(((backed + MIB - 1) / MIB))
blockio write --kind real --seed 3 --length 64M --io 1M --direct "$DEV"
blockio check --kind real --seed 3 --length 64M --io 1M --direct "$DEV"
set_attr reset 1
