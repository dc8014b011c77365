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

test_resize_below_filesystem() {
	add 0 64M
	mounted zblk0 /srv ext4
	expect 16 FAKE_FS_BYTES=60000000 resize zblk0 32M
	one_line \
		"zblk0: cannot shrink to 32M: the filesystem on /srv is 57.2M large: shrink that first"
	expect 0 FAKE_FS_BYTES=30000000 resize zblk0 32M
	expect 0 FAKE_FS_BYTES=60000000 resize -f zblk0 16M
	is disksize "$(attr zblk0 disksize)" 16777216
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
