# shellcheck shell=bash disable=SC2154 # OUT and ERR come from lib.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# zctl remove and reset, and who is said to be in the way.

# see PID: the process is in the tree's /proc.
see() {
	ln -s "/proc/$1" "$FAKE_ROOT/proc/$1"
}

# hold DEVICE: starts a program that has it open; sets HOLDER.
hold() {
	# shellcheck disable=SC2217 # that it is open is all that is wanted
	sleep 60 <"$FAKE_ROOT/dev/$1" &
	HOLDER=$!
	see "$HOLDER"
}

active_swap() {
	echo "/dev/$1 partition 1020 0 5" >>"$FAKE_ROOT/proc/swaps"
}

test_remove() {
	add 0 1M
	add 1 1M
	add 2
	expect 0 remove zblk1
	is devices "$(devices)" "zblk0 zblk2"
	expect 0 remove /dev/zblk0 2
	is devices "$(devices)" ""
}

test_remove_what_is_not_there() {
	add 0 1M
	expect 32 remove zblk1
	one_line "zblk1: no such device: 'zctl list' shows those there are"
	expect 64 remove zblk1 zblk0
	one_line "zblk1: no such device"
	is devices "$(devices)" ""
	expect 32 remove zblk0 zblk1
	says "zblk0: no such device"
	says "zblk1: no such device"
	unload_driver
	expect 4 remove zblk0
	one_line "the zblk module is not loaded"
}

test_remove_nothing_after_a_typing_error() {
	add 0 1M
	expect 1 remove zblk0 sda
	one_line "'sda' is not a zblk device"
	is devices "$(devices)" zblk0
}

test_remove_a_device_that_goes_meanwhile() {
	add 0 1M
	expect 32 FAKE_FAIL=hot_remove=ENODEV remove zblk0
	one_line "zblk0: remove: the device has gone away"
}

test_busy_mounted() {
	local verb
	add 0 1M
	mounted zblk0 "/srv/a dir" ext4
	sed -i 's|/srv/a dir|/srv/a\\040dir|' "$FAKE_ROOT/proc/self/mountinfo"
	for verb in remove reset; do
		expect 16 "$verb" zblk0
		one_line \
			"zblk0 is mounted on /srv/a dir: unmount it first, or 'zctl $verb --detach zblk0'"
	done
	mounted zblk0 /srv/b ext4
	expect 16 remove zblk0
	one_line "is mounted on /srv/a dir and elsewhere"
	is disksize "$(attr zblk0 disksize)" 1048576
}

test_busy_mounted_btrfs() {
	add 0 1M
	# btrfs shows a device number that is not the device's.
	echo "90 20 0:55 /sub /srv rw - btrfs /dev/zblk0 rw" >>"$FAKE_ROOT/proc/self/mountinfo"
	expect 16 remove zblk0
	one_line "zblk0 is mounted on /srv"
}

test_busy_swap() {
	local verb
	add 0 1M
	active_swap zblk0
	for verb in remove reset; do
		expect 16 "$verb" zblk0
		one_line \
			"zblk0 is active swap: 'swapoff $FAKE_ROOT/dev/zblk0' first, or 'zctl $verb --detach zblk0'"
	done
}

test_busy_open() {
	add 0 1M
	hold zblk0
	see $$
	expect 16 remove zblk0
	one_line "zblk0 is open by sleep (pid $HOLDER): end that first, then 'zctl remove zblk0'"
	expect 16 reset zblk0
	one_line "zblk0 is open by sleep (pid $HOLDER): end that first, then 'zctl reset zblk0'"
	kill "$HOLDER"
	wait "$HOLDER" || true
	expect 0 reset zblk0
	expect 0 remove zblk0
}

test_busy_open_by_many() {
	local pids=()
	add 0 1M
	for _ in 1 2 3 4 5 6 7 8; do
		hold zblk0
		pids+=("$HOLDER")
	done
	expect 16 remove zblk0
	one_line \
		"zblk0 is open by sleep (pid *), sleep (pid *), *), *), sleep (pid *) and 3 more: end"
	kill "${pids[@]}"
}

test_busy_stacked() {
	add 0 1M
	: >"$FAKE_ROOT/sys/block/zblk0/holders/dm-7"
	expect 16 FAKE_FAIL=hot_remove=EBUSY remove zblk0
	one_line "zblk0 is part of dm-7: take that apart first"
	rm "$FAKE_ROOT/sys/block/zblk0/holders/dm-7"
	mkdir -p "$FAKE_ROOT/sys/block/loop3/loop"
	echo /dev/zblk0 >"$FAKE_ROOT/sys/block/loop3/loop/backing_file"
	expect 16 FAKE_FAIL=hot_remove=EBUSY remove zblk0
	one_line "zblk0 is part of loop3: take that apart first"
}

test_busy_in_another_namespace() {
	add 0 1M
	mkdir -p "$FAKE_ROOT/proc/4711/ns" "$FAKE_ROOT/proc/4711/fd" "$FAKE_ROOT/proc/4712/ns"
	: >"$FAKE_ROOT/proc/4711/ns/mnt"
	ln "$FAKE_ROOT/proc/4711/ns/mnt" "$FAKE_ROOT/proc/4712/ns/mnt"
	echo container >"$FAKE_ROOT/proc/4711/comm"
	echo container >"$FAKE_ROOT/proc/4712/comm"
	echo "90 20 $(attr zblk0 dev) / /data rw - ext4 /dev/zblk0 rw" |
		tee "$FAKE_ROOT/proc/4711/mountinfo" >"$FAKE_ROOT/proc/4712/mountinfo"
	expect 16 FAKE_FAIL=hot_remove=EBUSY remove zblk0
	# One line for the namespace, not one for each process in it.
	one_line \
		"zblk0 is still mounted in the mount namespace of container (pid 471[12]): unmount it there"
}

test_busy_for_no_reason_that_can_be_seen() {
	add 0 1M
	expect 16 FAKE_FAIL=hot_remove=EBUSY remove zblk0
	one_line "zblk0 is in use, and not by a mount, swap or program that can be seen from here"
}

test_busy_for_a_moment() {
	add 0 1M
	expect 0 FAKE_FAIL=reset=EBUSY@3 reset zblk0
	expect 0 FAKE_FAIL=hot_remove=EBUSY@3 remove zblk0
	is devices "$(devices)" ""
}

# Busy at first; before the next try somebody removes it and adds another one of that name.
test_busy_and_then_another_one() {
	local tables=$FAKE_ROOT/proc/self/mountinfo zctl
	add 0 1M
	add 1 2M
	mv "$tables" mountinfo
	mkfifo "$tables"
	(expect 32 FAKE_FAIL=hot_remove=EBUSY@1 remove zblk0
	one_line "zblk0: remove: the device has gone away: somebody removed it") &
	zctl=$!
	# zctl opens the table after its first try, to see whether waiting will help.
	exec {table}>"$tables"
	rm -r "$FAKE_ROOT/sys/block/zblk0" "$tables"
	mv "$FAKE_ROOT/sys/block/zblk1" "$FAKE_ROOT/sys/block/zblk0"
	mv "$FAKE_ROOT/dev/zblk1" "$FAKE_ROOT/dev/zblk0"
	cp mountinfo "$tables"
	cat mountinfo >&"$table"
	exec {table}>&-
	wait "$zctl"
	is devices "$(devices)" zblk0
	is disksize "$(attr zblk0 disksize)" 2097152
}

test_detach() {
	add 0 1M
	active_swap zblk0
	expect 0 remove --detach zblk0
	is devices "$(devices)" ""
	is "swap table" "$(wc -l <"$FAKE_ROOT/proc/swaps")" 1
	add 0 1M
	mounted zblk0 /srv ext4
	mounted zblk0 /srv/below ext4
	expect 0 reset -d zblk0
	is disksize "$(attr zblk0 disksize)" 0
	is mounts "$(wc -l <"$FAKE_ROOT/proc/self/mountinfo")" 1
	expect 0 remove -d zblk0
}

test_detach_fails() {
	add 0 1M
	active_swap zblk0
	expect 2 FAKE_FAIL=swapoff=ENOMEM remove --detach zblk0
	one_line "swapoff $FAKE_ROOT/dev/zblk0: not enough memory to take back what is swapped out"
	add 1 1M
	mounted zblk1 /srv ext4
	expect 16 FAKE_FAIL=umount=EBUSY remove --detach zblk1
	one_line "umount /srv: *('fuser -vm /srv' shows who uses it)"
	expect 64 FAKE_FAIL=umount=EBUSY remove --detach zblk1 zblk0
	one_line "umount /srv"
	is devices "$(devices)" zblk1
}

# A tmpfs on top of a mount point of the device.
mounted_on_top() {
	echo "97 90 0:77 / $1 rw - tmpfs tmpfs rw" >>"$FAKE_ROOT/proc/self/mountinfo"
}

test_detach_leaves_what_is_on_top() {
	local verb before
	add 0 1M
	active_swap zblk0
	mounted zblk0 /srv ext4
	mounted zblk0 /mnt/other ext4
	mounted_on_top /srv
	before=$(<"$FAKE_ROOT/proc/self/mountinfo")
	for verb in remove reset; do
		expect 16 "$verb" --detach zblk0
		one_line "zblk0: something else is mounted on top of /srv: unmount that first"
		# Not even what could be.
		is mounts "$(<"$FAKE_ROOT/proc/self/mountinfo")" "$before"
	done
	is "swap table" "$(wc -l <"$FAKE_ROOT/proc/swaps")" 2
	is disksize "$(attr zblk0 disksize)" 1048576
	sed -i '/tmpfs/d' "$FAKE_ROOT/proc/self/mountinfo"
	expect 0 remove --detach zblk0
	is mounts "$(wc -l <"$FAKE_ROOT/proc/self/mountinfo")" 1
}

# Twice at the same place, with another one between: only after the upper one is that seen.
test_detach_leaves_what_is_between() {
	add 0 1M
	mounted zblk0 /srv ext4
	mounted_on_top /srv
	mounted zblk0 /srv ext4
	expect 16 remove --detach zblk0
	one_line "zblk0: something else is mounted on top of /srv: unmount that first"
	is "the one between" "$(tail -n 1 "$FAKE_ROOT/proc/self/mountinfo" | cut -d ' ' -f 5,9)" \
		"/srv tmpfs"
	is devices "$(devices)" zblk0
}

test_reset() {
	add 0
	"$FAKECTL" block/zblk0/comp_algorithm zstd
	"$FAKECTL" block/zblk0/disksize 1M
	expect 0 reset zblk0
	is disksize "$(attr zblk0 disksize)" 0
	has algorithm "$(attr zblk0 comp_algorithm)" "[[]lz4]"
	expect 0 reset zblk0
	expect 32 reset zblk1
	one_line "zblk1: no such device"
}

test_without_root() {
	add 0 1M
	expect 1 FAKE_EUID=1000 create --size 1M
	one_line "create needs root: run it with sudo"
	expect 1 FAKE_EUID=1000 remove zblk0
	one_line "remove needs root"
	expect 1 FAKE_EUID=1000 reset zblk0
	one_line "reset needs root"
	expect 1 FAKE_EUID=1000 resize zblk0 2M
	one_line "resize needs root"
	expect 1 FAKE_EUID=1000 set zblk0 mem-limit=1M
	one_line "set needs root"
	expect 1 FAKE_EUID=1000 compact zblk0
	one_line "compact needs root"
	is disksize "$(attr zblk0 disksize)" 1048576
	is devices "$(devices)" zblk0
	expect 0 FAKE_EUID=1000 list
	expect 0 FAKE_EUID=1000 stats
	expect 0 FAKE_EUID=1000 classes zblk0
	# Wrong arguments are wrong for everybody.
	expect 1 FAKE_EUID=1000 create --size 0
	one_line "is zero"
}
