#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An empty device of 1 TiB holds less than 64 KiB; it and one of 1 PiB can be written and read at
# both ends and anywhere between; thin writes cost thin tables.
#
# timeout: 600

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device
before=$(kernel_used_kib)
for ((i = 0; i < 8; i++)); do
	new_device --size 1T
	expect "memory of an empty 1 TiB device" "$(counter mem_used_total)" -lt 65536
	expect "capacity" "$(blockdev --getsize64 "$DEV")" -eq $((1024 * GIB))
done
# The block layer's own structures of a disk are in this, so the bound is not 64 KiB but what shows
# that no table of 8 bytes a sector (2 GiB) hides behind the counter.
missing=$((($(kernel_used_kib) - before) / 8))
echo "an empty 1 TiB device costs the kernel $missing KiB, the block layer's share included"
expect "KiB that the kernel misses for each" "$missing" -lt 1024

# far_apart COUNT END: offsets anywhere from 4 MiB on to 4 MiB before the end
far_apart() {
	local i sector
	RANDOM=$SEED
	for ((i = 0; i < $1; i++)); do
		sector=$((RANDOM << 45 | RANDOM << 30 | RANDOM << 15 | RANDOM))
		echo $(((KIB + sector % (($2 - 9 * MIB) / PAGE)) * PAGE))
	done
}
# each OFFSET write|check: a megabyte less a sector there
each() {
	local verb=$1 offset
	shift
	for offset in "$@"; do
		blockio "$verb" --kind mixed --seed 111 --offset "$offset" \
			--length $((MIB - PAGE)) --direct "$DEV" >/dev/null
	done
}

# no_alias OFFSET BITS: what is stored there cannot be read where one bit of the offset is another
no_alias() {
	local bit
	for ((bit = 20; bit < $2; bit++)); do
		blockio check --kind zero --offset $(($1 ^ 1 << bit)) --length 64K --direct \
			"$DEV" >/dev/null || fail "the same as without bit $bit"
	done
}

end=$((1024 * GIB))
mapfile -t places <<<"$(far_apart 12 $end)"
places+=(0 $((4 * GIB - MIB / 2)) $((end - MIB + PAGE)))
each write "${places[@]}"
drop_caches
each check "${places[@]}"
no_alias $((end - MIB / 2)) 40
expect "bytes stored" "$(counter orig_data_size)" -gt $((12 * MIB))
blockio check --kind zero --offset $((end - 3 * MIB)) --length 2M --direct "$DEV"
blockio check --kind zero --offset 1M --length 2M --direct "$DEV"
expect_errno EBUSY set_attr disksize $((end - PAGE))
expect_errno 'ENOSPC|EINVAL' blockio write --offset $end --length 4096 --direct "$DEV"
no_failed_io

new_device --size 1P
end=$((1024 * 1024 * GIB))
expect "capacity" "$(blockdev --getsize64 "$DEV")" -eq $end
expect "memory of an empty 1 PiB device" "$(counter mem_used_total)" -lt $((8 * MIB))
offsets="0 $((4 * GIB - MIB)) $((16 * 1024 * GIB)) $((end / 2)) $((end - MIB))"
for offset in $offsets; do
	blockio write --kind mixed --seed 111 --offset "$offset" --length 1M --direct "$DEV"
done
drop_caches
for offset in $offsets; do
	blockio check --kind mixed --seed 111 --offset "$offset" --length 1M --direct "$DEV"
done
blockio check --kind zero --offset $((end - 4 * MIB)) --length 3M --direct "$DEV"
blockio check --kind zero --offset 1M --length 1M --direct "$DEV"
expect "memory for five megabytes far apart" "$(counter mem_used_total)" -lt $((16 * MIB))
echo "1 PiB device with 5 MiB stored holds $(counter mem_used_total) bytes"

mapfile -t places <<<"$(far_apart 12 $end)"
each write "${places[@]}"
drop_caches
each check "${places[@]}"
for offset in $offsets; do
	blockio check --kind mixed --seed 111 --offset "$offset" --length 1M --direct "$DEV"
done
no_alias $((end - MIB / 2)) 50
for offset in "${places[@]}"; do
	blkdiscard --offset "$offset" --length $((MIB - PAGE)) "$DEV"
	blockio check --kind zero --offset "$offset" --length $((MIB - PAGE)) --direct "$DEV"
done

# Discarding visits only what is stored: an empty gigabyte takes about as long as an empty sector.
# A look at the table for every 4 MiB of it took more than twenty times as long.
# empty SIZE: hundredths of a second for 1024 discards of so many bytes where nothing is stored
empty() {
	local begin end _
	read -r begin _ </proc/uptime
	blkdiscard --offset $((512 * 1024 * GIB + GIB)) --length $((1024 * $1)) --step "$1" "$DEV"
	read -r end _ </proc/uptime
	echo $((${end/./} - ${begin/./}))
}
# The least of three, in turns: whatever else the machine does only adds to it.
sectors=$(empty $PAGE) gigabytes=$(empty $GIB)
for ((i = 0; i < 2; i++)); do
	took=$(empty $PAGE)
	sectors=$((took < sectors ? took : sectors))
	took=$(empty $GIB)
	gigabytes=$((took < gigabytes ? took : gigabytes))
done
echo "1024 discards of nothing take ${sectors}0 ms for a sector each, ${gigabytes}0 for a GiB"
expect "hundredths of a second for gigabytes" "$gigabytes" -lt $((4 * sectors + 20))
blkdiscard --offset 0 --length $((64 * 1024 * GIB)) "$DEV"
blockio check --kind zero --length 1M --direct "$DEV"
blockio check --kind mixed --seed 111 --offset $((end - MIB)) --length 1M --direct "$DEV"

# Shrinking it too.
expect_errno EBUSY set_attr disksize 1T
blkdiscard --offset $((end / 2)) --length $MIB "$DEV"
blkdiscard --offset $((end - MIB)) --length $MIB "$DEV"
set_attr disksize 1T
expect "capacity" "$(blockdev --getsize64 "$DEV")" -eq $((1024 * GIB))

# One percent of 64 GiB in extents of 64 KiB at odd places.
new_device --size 64G
blockio write --kind ones --offset 64K --length 64G --stride 6528K --io 64K --direct "$DEV"
echo "slot table of 1 % of 64 GiB: $(counter slot_table_bytes) bytes"
# A table as dense as 8 bytes a sector would take 128 MiB; this is what 0.15 GiB for 1 TiB comes to.
expect "slot table" "$(counter slot_table_bytes)" -lt $((GIB * 15 / 100 / 16))
blockio check --kind ones --offset 64K --length 64G --stride 6528K --io 64K --direct "$DEV"
no_failed_io
