# shellcheck shell=bash disable=SC2154 # OUT and ERR come from lib.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# zctl resize, set and compact.

test_resize() {
	add 0 64M
	expect 0 resize zblk0 1G
	is disksize "$(attr zblk0 disksize)" 1073741824
	expect 0 resize /dev/zblk0 4097
	is disksize "$(attr zblk0 disksize)" 8192
	is "nothing printed" "$OUT" ""
}

test_resize_below_stored_data() {
	add 0 64M
	echo data | dd of="$FAKE_ROOT/dev/zblk0" bs=1M seek=20 conv=notrunc status=none
	expect 16 resize zblk0 16M
	one_line "zblk0: cannot shrink to 16M: data is stored beyond the new end: discard it first"
	is disksize "$(attr zblk0 disksize)" 67108864
	expect 0 resize zblk0 32M
	is data "$(dd if="$FAKE_ROOT/dev/zblk0" bs=1 skip=20971520 count=4 status=none)" data
}

test_resize_below_swap() {
	add 0 64M
	echo "/dev/zblk0 partition 65532 0 5" >>"$FAKE_ROOT/proc/swaps"
	expect 16 resize zblk0 32M
	one_line \
		"zblk0: cannot shrink to 32M: active swap uses 64M of it: 'swapoff $FAKE_ROOT/dev/zblk0' first"
	is disksize "$(attr zblk0 disksize)" 67108864
	expect 0 resize zblk0 128M
	# The swap area is 64M, so what was added can go again.
	expect 0 resize zblk0 64M
	expect 0 resize --force zblk0 32M
	is disksize "$(attr zblk0 disksize)" 33554432
}

# make_fs KIND DEVICE... [OPTION...]: as its own mkfs makes it, and trimmed.
make_fs() {
	local kind=$1 args=() arg
	shift
	need "mkfs.$kind"
	for arg; do
		[[ $arg != zblk* ]] || arg=$FAKE_ROOT/dev/$arg
		args+=("$arg")
	done
	PATH=$PATH:/usr/sbin:/sbin "mkfs.$kind" -q "${args[@]}" >mkfs.log 2>&1 ||
		fail "mkfs.$kind: $(<mkfs.log)"
	for arg; do
		[[ $arg == zblk* ]] || continue
		cp --sparse=always "$FAKE_ROOT/dev/$arg" trimmed
		mv trimmed "$FAKE_ROOT/dev/$arg"
	done
}

# poke DEVICE OFFSET BYTE: changes one byte of what it holds.
poke() {
	# shellcheck disable=SC2059 # the byte is an escape
	printf "\\x$3" | dd of="$FAKE_ROOT/dev/$1" bs=1 seek="$2" conv=notrunc status=none
}

# superblock DEVICE FIELD: of an ext4, as dumpe2fs names it
superblock() {
	PATH=$PATH:/usr/sbin:/sbin dumpe2fs -h "$FAKE_ROOT/dev/$1" 2>/dev/null |
		sed -n "s/^$2: *//p"
}

test_resize_below_filesystem() {
	local counted
	add 0 64M
	make_fs ext4 zblk0
	mounted zblk0 /srv ext4
	# What statvfs() says of it leaves out what ext4 needs for itself.
	counted=$((64 * 1024 * 1024 -
		$(superblock zblk0 "Overhead clusters") * $(superblock zblk0 "Block size")))
	is "ext4 needs some for itself" "$((counted < 62 * 1024 * 1024))" 1
	expect 16 resize zblk0 63M
	one_line \
		"zblk0: cannot shrink to 63M: the ext4 filesystem on it is 64M large (67108864 bytes): shrink that first"
	expect 16 resize zblk0 "$((counted + 4096))"
	one_line "the ext4 filesystem on it is 64M large"
	is disksize "$(attr zblk0 disksize)" 67108864
	expect 0 resize zblk0 128M
	# The filesystem is 64M, so what was added can go again.
	expect 0 resize zblk0 64M
	expect 0 resize -f zblk0 63M
	is disksize "$(attr zblk0 disksize)" 66060288
}

# Not mounted, as far as is seen from here.
test_resize_below_any_filesystem() {
	local kind id=0 bytes
	for kind in ext2 ext3 ext4 xfs btrfs f2fs; do
		add "$id" 512M
		make_fs "$kind" "zblk$id"
		expect 0 resize "$id" 1G
		expect 16 resize "$id" 256M
		one_line "zblk$id: cannot shrink to 256M: the $kind filesystem on it is *"
		bytes=${ERR#*(}
		bytes=${bytes%% bytes*}
		is "$kind: at least 500M and not over 512M" \
			"$((bytes >= 500 << 20 && bytes <= 512 << 20))" 1
		expect 16 resize "$id" "$((bytes - 4096))"
		expect 0 resize "$id" "$bytes"
		rm "$FAKE_ROOT/dev/zblk$id"
		id=$((id + 1))
	done
}

test_resize_below_one_of_several_devices() {
	add 0 256M
	add 1 512M
	make_fs btrfs -d single -m single zblk0 zblk1
	expect 0 resize zblk0 512M
	expect 16 resize zblk0 200M
	one_line "the btrfs filesystem on it is 256M large"
	expect 0 resize zblk0 256M
	expect 16 resize zblk1 511M
	one_line "the btrfs filesystem on it is 512M large"
}

test_resize_below_more_than_32_bits_of_blocks() {
	add 0 64M
	# No checksum, so that the superblock stays right.
	make_fs ext4 -b 1024 -O ^metadata_csum,64bit zblk0
	poke zblk0 $((1024 + 0x150)) 01
	expect 16 resize zblk0 63M
	one_line "is 4T large (4398113619968 bytes)"
	# Without the feature that field means nothing.
	add 1 64M
	make_fs ext4 -b 1024 -O ^metadata_csum,^64bit zblk1
	poke zblk1 $((1024 + 0x150)) 01
	expect 16 resize zblk1 63M
	one_line "is 64M large (67108864 bytes)"
}

test_resize_below_what_cannot_be_measured() {
	local id
	add 0 512M
	mounted zblk0 /srv/blank minix
	# XFS has to be asked itself; it is not at that place, as if something lay on top.
	add 1 512M
	make_fs xfs zblk1
	mounted zblk1 "$T" xfs
	# 2 to the power of 10 + 55 bytes a block, and more bytes than 64 bits can count
	add 2 512M
	make_fs ext4 -O ^metadata_csum zblk2
	poke zblk2 $((1024 + 0x18)) 37
	mounted zblk2 /srv/shift ext4
	add 3 512M
	make_fs ext4 -O ^metadata_csum,64bit zblk3
	poke zblk3 $((1024 + 0x153)) ff
	poke zblk3 $((1024 + 0x18)) 15
	mounted zblk3 /srv/product ext4
	add 4 512M
	make_fs ext4 zblk4
	rm "$FAKE_ROOT/dev/zblk4"
	mounted zblk4 /srv/no-node ext4
	for id in 0 1 2 3 4; do
		expect 16 resize "$id" 511M
		one_line \
			"zblk$id: cannot shrink to 511M: how large the filesystem on /* is cannot be told: make sure that it ends before that, then --force"
		is disksize "$(attr "zblk$id" disksize)" 536870912
		expect 0 resize "$id" 1G
		expect 0 resize --force "$id" 511M
	done
}

test_resize_below_stacked_devices() {
	add 0 64M
	: >"$FAKE_ROOT/sys/block/zblk0/holders/dm-7"
	expect 16 resize zblk0 32M
	one_line \
		"zblk0: cannot shrink to 32M: it is part of dm-7, which may count on all of it: take that apart first, or --force if it does not"
	expect 0 resize zblk0 128M
	rm "$FAKE_ROOT/sys/block/zblk0/holders/dm-7"
	mkdir -p "$FAKE_ROOT/sys/block/loop3/loop"
	echo /dev/zblk0 >"$FAKE_ROOT/sys/block/loop3/loop/backing_file"
	expect 16 resize zblk0 32M
	one_line "it is part of loop3"
	is disksize "$(attr zblk0 disksize)" 134217728
	expect 0 resize --force zblk0 32M
}

test_resize_what_cannot_be() {
	add 0
	expect 1 resize zblk0 1M
	one_line "zblk0 has no size yet: 'zctl create --size SIZE zblk0' sets it up"
	is disksize "$(attr zblk0 disksize)" 0
	expect 32 resize zblk1 1M
	one_line "zblk1: no such device"
	add 2 1M
	expect 1 FAKE_FAIL=disksize=EFBIG resize zblk2 1P
	one_line "zblk2: the driver cannot make a device of 1P"
	expect 2 FAKE_FAIL=disksize=ENOMEM resize zblk2 1T
	one_line "zblk2: not enough memory to set up 1T"
	# Growing cannot meet stored data, so EBUSY must not be explained with it.
	expect 16 FAKE_FAIL=disksize=EBUSY resize zblk2 1T
	one_line "zblk2: disksize: the device is in use"
	expect 32 FAKE_VANISH=disksize resize zblk2 2M
	one_line "zblk2: disksize: the device has gone away"
}

test_set() {
	add 0
	expect 0 set zblk0 level=5 algorithm=zstd mem-limit=1G
	has algorithm "$(attr zblk0 comp_algorithm)" "[[]zstd]"
	is level "$(attr zblk0 algorithm_params)" level=5
	is mem_limit "$(attr zblk0 mem_limit)" 1073741824
	expect 0 set zblk0 mem_limit=0
	is mem_limit "$(attr zblk0 mem_limit)" 0
	expect 0 set zblk0 level=-5
	is level "$(attr zblk0 algorithm_params)" level=-5
	put zblk0 stats/mem_used_total 5000
	put zblk0 stats/mem_used_max 9000
	expect 0 set zblk0 mem-used-max=0
	is mem_used_max "$(attr zblk0 stats/mem_used_max)" 5000
}

test_set_bad_pairs() {
	add 0 1M
	expect 1 set zblk0
	one_line "a device and at least one KEY=VALUE are needed"
	expect 1 set zblk0 algorithm
	one_line "'algorithm' is not KEY=VALUE"
	expect 1 set zblk0 =5
	one_line "'=5' is not KEY=VALUE"
	expect 1 set zblk0 speed=5
	one_line "unknown key 'speed': 'zctl set --help' lists them"
	expect 1 set zblk0 initstate=1
	one_line "'initstate' is read-only"
	expect 1 set zblk0 ../zblk0/initstate=1
	one_line "unknown key"
	expect 1 set zblk0 disksize=5G
	one_line "the size is not a setting: 'zctl resize zblk0 SIZE'"
	expect 1 set zblk0 mem-limit=-5
	one_line "mem-limit '-5' is negative"
	expect 1 set zblk0 slack-target=101
	one_line "slack-target '101' is not a percentage"
	expect 1 set zblk0 slack-target=few
	one_line "slack-target 'few' is not a percentage"
	expect 1 set zblk0 mem-limit=
	one_line "mem-limit '' is empty"
	expect 1 set zblk0 mem-used-max=5
	one_line "mem-used-max can only be set to 0"
	expect 1 set zblk0 level=
	one_line "level '' is not a level"
	expect 1 set zblk0 algorithm=
	one_line "algorithm '' is not an algorithm"
	expect 1 set sda mem-limit=5
	one_line "'sda' is not a zblk device"
	expect 32 set zblk5 mem-limit=5
	one_line "zblk5: no such device"
}

test_set_refused() {
	add 0
	expect 1 set zblk0 algorithm=rot13
	one_line \
		"zblk0: unknown algorithm 'rot13': this kernel offers lz4, lz4-lib, lz4hc, 842, zstd"
	expect 1 set zblk0 level=17 algorithm=lz4hc
	one_line "zblk0: lz4hc has no level 17"
	has "algorithm as before" "$(attr zblk0 comp_algorithm)" "[[]lz4]"
	"$FAKECTL" block/zblk0/disksize 1M
	expect 16 set zblk0 algorithm=zstd
	one_line \
		"zblk0: the algorithm can only be chosen before the device has a size: 'zctl reset zblk0' first"
	expect 16 set zblk0 level=3
	one_line "zblk0: the level can only be chosen before"
}

test_set_all_or_nothing() {
	add 0
	"$FAKECTL" block/zblk0/comp_algorithm zstd
	"$FAKECTL" block/zblk0/algorithm_params level=9
	"$FAKECTL" block/zblk0/mem_limit 5M
	expect 2 FAKE_FAIL=mem_used_max=EIO set zblk0 algorithm=lz4 level=2 mem-limit=1M \
		mem-used-max=0
	one_line "zblk0: mem_used_max: Input/output error"
	has algorithm "$(attr zblk0 comp_algorithm)" "[[]zstd]"
	is level "$(attr zblk0 algorithm_params)" level=9
	is mem_limit "$(attr zblk0 mem_limit)" 5242880
	# The same level of another algorithm has to be put back too.
	expect 2 FAKE_FAIL=mem_used_max=EIO set zblk0 algorithm=lz4 level=9 mem-used-max=0
	has algorithm "$(attr zblk0 comp_algorithm)" "[[]zstd]"
	is level "$(attr zblk0 algorithm_params)" level=9
	expect 32 FAKE_VANISH=mem_limit set zblk0 mem-limit=1M
	one_line "zblk0: mem_limit: the device has gone away"
}

test_set_secondary() {
	add 0
	expect 0 set zblk0 secondary=lz4hc:12 secondary=zstd
	is "levels" "$(attr zblk0 algorithm_params)" "level=1
#1: level=12
#2: level=3"
	expect 0 set zblk0 secondary=2:lz4hc
	has "in place of another" "$(attr zblk0 recomp_algorithm)" "#2: *[[]lz4hc]"
	"$FAKECTL" block/zblk0/disksize 1M
	expect 16 set zblk0 secondary=2:zstd
	one_line "zblk0: priority 2 is taken by lz4hc already: give another"
	expect 1 set zblk0 secondary=zstd:55
	one_line "zblk0: zstd has no level 55"
	expect 1 set zblk0 secondary=rot13
	one_line "zblk0: unknown algorithm 'rot13'"
	expect 0 set zblk0 secondary=zstd:19
	has "on a device in use" "$(attr zblk0 algorithm_params)" "#3: level=19"
	expect 16 set zblk0 secondary=zstd
	one_line "zblk0: no priority is free for zstd: a device has 3 at most"
}

test_set_secondary_that_cannot_be_taken_back() {
	add 0 1M
	expect 2 set zblk0 mem-limit=1M secondary=lz4hc secondary=zstd:99
	says "zblk0: zstd has no level 99"
	says "zblk0: a secondary algorithm that was added stays until 'zctl reset zblk0'"
	is "mem_limit" "$(attr zblk0 mem_limit)" 0
	# Without a size it can.
	add 1
	"$FAKECTL" block/zblk1/recomp_algorithm "algo=zstd priority=3 level=7"
	expect 1 set zblk1 algorithm=zstd mem-limit=1M secondary=1:lz4hc secondary=3:zstd:99
	one_line "zblk1: zstd has no level 99"
	is "as before" "$(attr zblk1 algorithm_params)" "level=1
#3: level=7"
	is "mem_limit" "$(attr zblk1 mem_limit)" 0
}

test_set_refused_leaves_the_other_algorithms_alone() {
	local before
	printf '\x37\xa4\x30\xec dictionary' >"$T/dict"
	add 0
	expect 0 set zblk0 algorithm=zstd level=7 dict="$T/dict" "secondary=2:zstd:9:$T/dict"
	before="level=7 dict=15
#2: level=9 dict=15"
	# A new one, and one in place of what is there.
	expect 1 set zblk0 secondary=zstd:99
	one_line "zblk0: zstd has no level 99"
	is "as before" "$(attr zblk0 algorithm_params)" "$before"
	expect 1 set zblk0 secondary=2:lz4hc:99
	one_line "zblk0: lz4hc has no level 99"
	is "as before" "$(attr zblk0 algorithm_params)" "$before"
	# The same of the first.
	expect 1 set zblk0 algorithm=lz4hc level=99
	one_line "zblk0: lz4hc has no level 99"
	expect 1 set zblk0 algorithm=842 dict="$T/dict"
	one_line "zblk0: 842 cannot use the dictionary $T/dict"
	is "as before" "$(attr zblk0 algorithm_params)" "$before"
	expect 0 set zblk0 algorithm=zstd dict=none
	is "chosen" "$(attr zblk0 algorithm_params)" "level=3
#2: level=9 dict=15"
}

test_set_refused_after_a_secondary() {
	printf '\x37\xa4\x30\xec dictionary' >"$T/dict"
	add 0
	expect 0 set zblk0 algorithm=zstd level=7 dict="$T/dict" "secondary=1:zstd:9:$T/dict" \
		secondary=2:lz4hc:12 mem-limit=5M
	# Taking away the third takes a reset, and what that loses is said or put back.
	expect 2 set zblk0 mem-limit=1M secondary=lz4hc secondary=1:zstd:99
	says "zblk0: zstd has no level 99"
	says "zblk0: the dictionary of zstd has to be given again"
	says "zblk0: the dictionary of zstd, priority 1, has to be given again"
	is "level by level" "$(attr zblk0 algorithm_params)" "level=7
#1: level=9
#2: level=12"
	is mem_limit "$(attr zblk0 mem_limit)" 5242880
	# Should it not be possible, all else is put back.
	expect 2 FAKE_FAIL=reset=EIO set zblk0 mem-limit=1M algorithm=lz4 secondary=1:lz4hc \
		secondary=3:zstd secondary=2:zstd:99
	says "zblk0: reset: Input/output error"
	is "level by level" "$(attr zblk0 algorithm_params)" "level=7
#1: level=9
#2: level=12
#3: level=3"
	is mem_limit "$(attr zblk0 mem_limit)" 5242880
}

test_set_dictionary() {
	printf '\x37\xa4\x30\xec dictionary' >"$T/dict"
	add 0
	expect 0 set zblk0 algorithm=zstd level=7 dict="$T/dict"
	is params "$(attr zblk0 algorithm_params)" "level=7 dict=15"
	expect 1 set zblk0 level=5
	one_line "zblk0: with another level its dictionary has to be given again"
	expect 0 set zblk0 level=5 dict="$T/dict"
	is params "$(attr zblk0 algorithm_params)" "level=5 dict=15"
	expect 0 set zblk0 dict=none
	is params "$(attr zblk0 algorithm_params)" "level=5"
	expect 0 set zblk0 dict="$T/dict"
	is params "$(attr zblk0 algorithm_params)" "level=5 dict=15"
	expect 2 FAKE_FAIL=mem_used_max=EIO set zblk0 algorithm=lz4 mem-used-max=0
	says "zblk0: the dictionary of zstd has to be given again"
	is params "$(attr zblk0 algorithm_params)" "level=5"
	"$FAKECTL" block/zblk0/disksize 1M
	expect 16 set zblk0 dict="$T/dict"
	one_line "zblk0: the dictionary can only be chosen before the device has a size"
}

test_set_wipe() {
	add 0
	expect 0 set zblk0 wipe=yes
	is wipe "$(attr zblk0 wipe)" 1
	expect 0 set zblk0 wipe=no
	is wipe "$(attr zblk0 wipe)" 0
	expect 2 FAKE_FAIL=mem_used_max=EIO set zblk0 wipe=1 mem-used-max=0
	is "put back" "$(attr zblk0 wipe)" 0
	expect 1 set zblk0 wipe=perhaps
	one_line "wipe 'perhaps' is neither yes nor no"
	"$FAKECTL" block/zblk0/disksize 1M
	expect 16 set zblk0 wipe=yes
	one_line "zblk0: the wiping of memory can only be chosen before the device has a size"
	expect 0 create --size 64M --wipe
	is wipe "$(attr zblk1 wipe)" 1
}

test_set_writeback() {
	truncate -s 1M "$T/disk"
	add 0
	expect 0 set zblk0 backing-dev="$T/disk" compressed-writeback=no writeback-limit=1M \
		writeback_batch=8
	is backing_dev "$(attr zblk0 backing_dev)" "$T/disk"
	is compressed "$(attr zblk0 compressed_writeback)" 0
	is limit "$(attr zblk0 writeback_limit) $(attr zblk0 writeback_limit_enable)" "256 1"
	is batch "$(attr zblk0 writeback_batch_size)" 8
	expect 0 set zblk0 backing-dev=none compressed-writeback=on writeback-limit=0
	is backing_dev "$(attr zblk0 backing_dev)" none
	is limit "$(attr zblk0 writeback_limit) $(attr zblk0 writeback_limit_enable)" "0 1"
	expect 0 set zblk0 writeback-limit=none
	is limit "$(attr zblk0 writeback_limit_enable)" 0
	expect 2 FAKE_FAIL=mem_used_max=EIO set zblk0 backing-dev="$T/disk" writeback-limit=1G \
		compressed-writeback=0 writeback-batch=9 mem-used-max=0
	is "put back" "$(attr zblk0 backing_dev) $(attr zblk0 compressed_writeback)" "none 1"
	is "put back" "$(attr zblk0 writeback_limit_enable) $(attr zblk0 writeback_batch_size)" \
		"0 8"
}

test_set_writeback_bad() {
	truncate -s 1M "$T/disk"
	add 0 1M
	expect 16 set zblk0 backing-dev="$T/disk"
	one_line "zblk0: the backing device can only be chosen before the device has a size"
	expect 16 set zblk0 compressed-writeback=1
	one_line "zblk0: the form of writeback can only be chosen before"
	expect 1 set zblk0 compressed-writeback=maybe
	one_line "compressed-writeback 'maybe' is neither yes nor no"
	expect 1 set zblk0 backing-dev="$T/nothing"
	one_line "backing-dev '$T/nothing': No such file"
	expect 1 set zblk0 writeback-limit=4095
	one_line "writeback-limit '4095' is less than a sector"
	expect 1 set zblk0 writeback-limit=some
	one_line "writeback-limit 'some' is not a size"
	for batch in 0 -1 x ""; do
		expect 1 set zblk0 writeback-batch="$batch"
		one_line "writeback-batch '$batch' is not a number of sectors"
	done
	expect 1 set zblk0 writeback-batch=99999
	one_line "zblk0: the driver does not keep 99999 sectors on their way at a time"
	expect 1 set zblk0 bd_stat=1
	one_line "'bd_stat' is read-only"
}

test_compact() {
	add 0 1M
	put zblk0 stats/mem_used_total 10485760
	echo 3145728 >"$FAKE_ROOT/fake-spare"
	expect 0 compact zblk0
	is "what is said" "$OUT" "zblk0: 3M given back, 7M held"
	add 1
	expect 1 compact zblk1
	one_line "zblk1 has no size yet: there is nothing to compact"
	expect 32 compact zblk2
	one_line "zblk2: no such device"
	expect 2 FAKE_FAIL=compact=EINTR compact zblk0
	one_line "zblk0: compact: Interrupted system call"
}
