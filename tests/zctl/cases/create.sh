# shellcheck shell=bash disable=SC2154 # OUT and ERR come from lib.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# zctl create, and what it leaves behind when something goes wrong: nothing.

# The tree as text: two calls with nothing done in between print the same.
snapshot() {
	(cd "$FAKE_ROOT" && find . -type f ! -path './dev/*' -exec grep -H '' {} + | sort && ls dev)
}

# unchanged STATUS [VARIABLE=VALUE...] ARGUMENT...: zctl fails and nothing is different afterwards.
unchanged() {
	local before
	before=$(snapshot)
	expect "$@"
	[ "$(snapshot)" = "$before" ] ||
		fail "zctl ${*:2} left something behind: $(diff <(echo "$before") <(snapshot))"
}

test_create_plain() {
	expect 0 create --size 64M
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk0"
	is disksize "$(attr zblk0 disksize)" 67108864
	expect 0 create -s 1G -a zstd -l 7 -m 256M
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk1"
	has algorithm "$(attr zblk1 comp_algorithm)" "[[]zstd]"
	is level "$(attr zblk1 algorithm_params)" level=7
	is mem_limit "$(attr zblk1 mem_limit)" 268435456
}

test_create_sizes_reach_the_driver() {
	expect 0 create --size 1P
	is disksize "$(attr zblk0 disksize)" 1125899906842624
	expect 0 create --size 4097
	is disksize "$(attr zblk1 disksize)" 8192
	# Just below 2^63, and what the driver refuses is told.
	expect 0 create --size 0x7ffffffffffff000
	unchanged 1 FAKE_FAIL=disksize=EFBIG create --size 1000P
	one_line "cannot make a device of 1000P"
}

test_create_takes_the_lowest_free_id() {
	add 0 1M
	add 2 1M
	expect 0 create --size 1M
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk1"
	expect 0 create --size 1M
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk3"
}

test_create_takes_a_device_without_a_size() {
	add 0 1M
	add 1
	expect 0 create --size 2M
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk1"
	is devices "$(devices)" "zblk0 zblk1"
	is disksize "$(attr zblk0 disksize)" 1048576
}

test_create_named() {
	expect 0 create --size 1M zblk7
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk7"
	unchanged 16 create --size 1M zblk7
	one_line "zblk7 is set up already (1M, not in use): leave the name out"
	add 9
	expect 0 create --size 1M 9
	is disksize "$(attr zblk9 disksize)" 1048576
	is devices "$(devices)" "zblk7 zblk9"
}

test_create_loses_the_race_for_an_id() {
	# Somebody adds the id between our look and our write.
	expect 0 FAKE_FAIL=hot_add=EEXIST@2 create --size 1M
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk2"
	unchanged 2 FAKE_FAIL=hot_add=ENOMEM create --size 1M
	one_line "cannot add zblk0: Cannot allocate memory"
	unchanged 16 FAKE_FAIL=hot_add=EEXIST create --size 1M 5
	one_line "zblk5 is being added or removed by another program"
}

test_create_cannot_look_at_what_it_added() {
	unchanged 2 FAKE_FAIL=read-dev=ENOMEM create --size 1M
	one_line "added zblk0, but cannot find it in sysfs: Cannot allocate memory"
	unchanged 2 FAKE_FAIL=read-dev=ENOMEM,hot_remove=EBUSY@2 create --size 1M
	expect 2 FAKE_FAIL=read-dev=ENOMEM,hot_remove=EIO create --size 1M
	says "cannot remove zblk0 again: Input/output error"
}

test_create_at_the_same_time() {
	local i pids=()
	for i in 1 2 3 4 5 6; do
		"$ZCTL" create --size "${i}M" >"out.$i" 2>"err.$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || fail "one failed: $(cat err.*)"
	done
	is "different names" "$(cat out.* | sort -u | wc -l)" 6
	is "sizes" "$(cat "$FAKE_ROOT"/sys/block/*/disksize | sort -n | tr '\n' ' ')" \
		"1048576 2097152 3145728 4194304 5242880 6291456 "
}

# fails_slowly OPTION...: starts a create that fails and takes a while to give its device back.
fails_slowly() {
	FAKE_FAIL=$1 "$ZCTL" create -v --size 1M "${@:2}" >out.failed 2>err.failed &
	failed=$!
	while ! grep -q "undoing" err.failed; do
		sleep 0.01
	done
}

test_create_while_another_fails() {
	local failed status=0
	fails_slowly mem_limit=EIO,hot_remove=EBUSY@10 --mem-limit 1M
	expect 0 create --size 64M
	wait "$failed" || status=$?
	is "status of the one that failed" "$status" 2
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk0"
	is disksize "$(attr zblk0 disksize)" 67108864
	is devices "$(devices)" zblk0
}

test_create_while_another_gives_settings_back() {
	local failed status=0
	add 0
	program mkswap 'exit 1'
	fails_slowly reset=EBUSY@10 --mem-limit 1M --swap
	expect 0 create --size 64M --mem-limit 2M
	wait "$failed" || status=$?
	is "status of the one that failed" "$status" 2
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk0"
	is mem_limit "$(attr zblk0 mem_limit)" 2097152
	is disksize "$(attr zblk0 disksize)" 67108864
	is devices "$(devices)" zblk0
}

test_create_another_does_not_end() {
	exec 9>>"$FAKE_ROOT/sys/class/zblk-control/hot_add"
	flock 9
	unchanged 16 create --size 64M
	one_line "another zctl is setting a device up, and does not come to an end"
	exec 9>&-
}

test_create_swap() {
	real_mkswap
	expect 0 FAKE_MEMORY=134217728 create --swap
	is disksize "$(attr zblk0 disksize)" 134217728
	has "swap table" "$(<"$FAKE_ROOT/proc/swaps")" "/dev/zblk0 partition 131068 0 100"
	expect 0 create --size 64M --swap --priority 5 --algorithm zstd
	has "swap table" "$(<"$FAKE_ROOT/proc/swaps")" "/dev/zblk1 partition 65532 0 5"
	expect 0 create --swap --size 1M -p 0
	has "swap table" "$(<"$FAKE_ROOT/proc/swaps")" "/dev/zblk2 partition 1020 0 0"
}

test_create_swap_twice() {
	real_mkswap
	expect 0 create --swap --size 64M zblk0
	unchanged 16 create --swap --size 64M zblk0
	one_line \
		"zblk0 is set up already (64M, active swap): leave the name out to get another device, or 'zctl remove --detach zblk0' first"
}

test_create_swap_undone() {
	real_mkswap
	unchanged 2 FAKE_FAIL=swapon=EPERM create --swap --size 64M
	one_line "swapon $FAKE_ROOT/dev/zblk0: not permitted"
	unchanged 16 FAKE_FAIL=swapon=EBUSY create --swap --size 64M
	one_line "it is active swap already"
	program mkswap 'echo "mkswap: cannot do it" >&2; exit 3'
	unchanged 2 create --swap --size 64M
	says "mkswap: cannot do it"
	says "zctl: mkswap: failed with exit status 3"
	# It may have a lot to say; the reason comes first.
	program mkswap 'seq 100 >&2; exit 1'
	unchanged 2 create --swap --size 64M
	says $'1\n2\n3\n4\n5\n6\n7\n8\n(92 more lines: --verbose shows them)\nzctl: mkswap: failed'
	program mkswap 'kill -SEGV $$'
	unchanged 2 create --swap --size 64M
	says "mkswap: ended by signal 11"
	real_mkswap
	# Too small for mkswap.
	unchanged 2 create --swap --size 4K
	says "mkswap: failed with exit status"
}

test_create_fs() {
	need mkfs.ext4
	mkdir "$T/mnt"
	expect 0 create --size 64M --fs ext4 --mount "$T/mnt"
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk0"
	has mounts "$(<"$FAKE_ROOT/proc/self/mountinfo")" \
		" / $T/mnt rw,relatime shared:7 - ext4 /dev/zblk0 rw,discard"
	mkdir "$T/mnt2"
	expect 0 create --size 64M --fs ext4 --mount ./mnt2 --options noatime
	has mounts "$(<"$FAKE_ROOT/proc/self/mountinfo")" " / $T/mnt2 "
	has mounts "$(<"$FAKE_ROOT/proc/self/mountinfo")" "/dev/zblk1 rw,noatime"
	expect 0 create --size 64M --fs ext4
	is "type on it" "$(blkid -p -o value -s TYPE "$FAKE_ROOT/dev/zblk2")" ext4
}

test_create_fs_without_usual_options() {
	need mkfs.minix
	mkdir "$T/mnt"
	expect 0 create --size 16M --fs minix --mount "$T/mnt"
	has mounts "$(<"$FAKE_ROOT/proc/self/mountinfo")" "minix /dev/zblk0 rw,"
	[[ $(<"$FAKE_ROOT/proc/self/mountinfo") != *discard* ]] ||
		fail "mounted with discard: $(<"$FAKE_ROOT/proc/self/mountinfo")"
}

test_create_fs_undone() {
	need mkfs.ext4
	mkdir "$T/mnt"
	unchanged 2 FAKE_FAIL=mount=EINVAL create --size 64M --fs ext4 --mount "$T/mnt"
	one_line "mount $FAKE_ROOT/dev/zblk0 on $T/mnt: *Invalid argument"
	unchanged 2 create --size 64M --fs nosuchfs --mount "$T/mnt"
	one_line "mkfs.nosuchfs: no such program: install the package that has it"
	program mkfs.ext4 'exit 1'
	unchanged 2 create --size 64M --fs ext4 --mount "$T/mnt"
	one_line "mkfs.ext4: failed with exit status 1"
	# A status that a shell would take for a signal.
	program mkfs.f2fs 'exit 255'
	unchanged 2 create --size 64M --fs f2fs --mount "$T/mnt"
	one_line "mkfs.f2fs: failed with exit status 255"
	# It says that it succeeded and did nothing: mounting finds out.
	program mkfs.ext4 'exit 0'
	unchanged 2 create --size 64M --fs ext4 --mount "$T/mnt"
	one_line "Invalid argument"
}

test_create_mount_point_is_checked_first() {
	mkdir "$T/mnt"
	: >"$T/file"
	unchanged 1 create --size 64M --fs ext4 --mount "$T/none"
	one_line "No such file or directory: make the directory first"
	unchanged 1 create --size 64M --fs ext4 --mount "$T/file"
	one_line "not a directory"
	add 4 64M
	mounted zblk4 "$T/mnt" ext4
	unchanged 16 create --size 64M --fs ext4 --mount "$T/mnt"
	one_line "/dev/zblk4 is mounted there already"
}

test_create_settings_undone() {
	unchanged 1 create --size 64M --algorithm rot13
	one_line \
		"zblk0: unknown algorithm 'rot13': this kernel offers lz4, lz4-lib, lz4hc, 842, zstd"
	unchanged 1 create --size 64M --algorithm zstd --level 23
	one_line "zblk0: zstd has no level 23"
	unchanged 1 create --size 64M --level 0
	one_line "zblk0: lz4 has no level 0"
	unchanged 2 FAKE_FAIL=disksize=ENOMEM create --size 64M
	one_line "not enough memory to set up 64M"
	unchanged 2 FAKE_FAIL=mem_limit=EIO create --size 64M --mem-limit 1M
	one_line "zblk0: mem_limit: Input/output error"
}

test_create_gives_an_existing_device_back() {
	real_mkswap
	add 0
	"$FAKECTL" block/zblk0/comp_algorithm zstd
	"$FAKECTL" block/zblk0/algorithm_params level=9
	"$FAKECTL" block/zblk0/mem_limit 5M
	unchanged 1 create --size 64M --algorithm rot13
	unchanged 1 create --size 64M --algorithm lz4hc --level 99
	unchanged 2 FAKE_FAIL=disksize=ENOMEM create --size 64M --algorithm lz4hc --mem-limit 1M
	unchanged 2 FAKE_FAIL=swapon=EPERM create --size 64M --algorithm lz4 --mem-limit 7M --swap
	# What was set beforehand counts, unless an option says otherwise.
	expect 0 create --size 64M --mem-limit 6M
	has algorithm "$(attr zblk0 comp_algorithm)" "[[]zstd]"
	is level "$(attr zblk0 algorithm_params)" level=9
	is mem_limit "$(attr zblk0 mem_limit)" 6291456
}

test_create_undo_waits_for_udev() {
	# udev has the node open for a moment just when it is to be removed.
	unchanged 2 FAKE_FAIL=swapon=EPERM,hot_remove=EBUSY@3 create --swap --size 64M
	one_line "not permitted"
}

test_create_undo_fails() {
	expect 2 FAKE_FAIL=swapon=EPERM,hot_remove=EIO create --swap --size 64M
	says "not permitted"
	says "zblk0: remove: Input/output error"
	says "could not give the device back"
	is devices "$(devices)" zblk0
	# 1 would say that nothing was changed.
	expect 2 FAKE_FAIL=hot_remove=EIO create --size 64M --algorithm rot13 zblk1
	says "unknown algorithm 'rot13'"
	says "could not give the device back"
	is devices "$(devices)" "zblk0 zblk1"
}

test_create_does_not_overwrite() {
	local image=$T/image
	need mkfs.ext4
	truncate -s 64M "$image"
	mkfs.ext4 -q "$image"
	# Whatever got there between giving it a size and mkswap, it is not ours to overwrite.
	program modprobe "exit 1"
	add 0
	cp "$image" "$FAKE_ROOT/dev/zblk0"
	expect 16 create --size 64M --swap
	one_line "$FAKE_ROOT/dev/zblk0 holds ext4 already: not overwriting it"
}

test_create_node_is_something_else() {
	: >"$FAKE_ROOT/dev/keep"
	FAKE_NO_NODE=1 "$FAKECTL" class/zblk-control/hot_add 0
	mkdir "$FAKE_ROOT/dev/zblk0"
	unchanged 2 create --size 64M
	one_line "zblk0 is not the device that sysfs shows: delete that stale file"
}

test_create_device_goes_before_its_node_appears() {
	local remover
	FAKE_NO_NODE=1 "$FAKECTL" class/zblk-control/hot_add 0
	(sleep 2 && "$FAKECTL" class/zblk-control/hot_remove 0) &
	remover=$!
	expect 0 create --size 64M
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk1"
	wait "$remover"
	is devices "$(devices)" zblk1
	# Of no other use when that very device is wanted.
	FAKE_NO_NODE=1 "$FAKECTL" class/zblk-control/hot_add 0
	(sleep 2 && "$FAKECTL" class/zblk-control/hot_remove 0) &
	remover=$!
	expect 16 create --size 64M zblk0
	one_line "zblk0 is being added or removed by another program"
	wait "$remover"
}

test_create_node_does_not_appear() {
	unchanged 2 FAKE_NO_NODE=1 create --size 64M
	one_line "did not appear in 5 seconds: is devtmpfs on /dev?"
}

test_create_device_is_locked() {
	local status=0
	add 0
	exec 9<"$FAKE_ROOT/dev/zblk0"
	flock -s 9
	expect 16 create --size 64M
	one_line "is locked by another program"
	exec 9<&-
	is disksize "$(attr zblk0 disksize)" 0
	# udev holds it only for a moment.
	(flock -s 9 && sleep 0.5) 9<"$FAKE_ROOT/dev/zblk0" &
	while flock -n "$FAKE_ROOT/dev/zblk0" true; do
		sleep 0.01
	done
	expect 0 create --size 64M
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk0"
	wait $! || status=$?
	is "the holder's status" "$status" 0
}

test_create_device_vanishes() {
	real_mkswap
	expect 32 FAKE_VANISH=mem_limit create --size 64M --mem-limit 1M
	one_line "zblk0: mem_limit: the device has gone away"
	is devices "$(devices)" ""
	expect 32 FAKE_VANISH=disksize create --size 64M --swap
	one_line "zblk0: disksize: the device has gone away"
	is devices "$(devices)" ""
}

test_create_interrupted() {
	local status=0
	# shellcheck disable=SC2016 # for the program to expand
	program mkswap 'kill -INT $PPID; exit 0'
	"$ZCTL" create --size 64M --swap >out 2>err || status=$?
	is "status" "$status" 130
	has "stderr" "$(<err)" "interrupted: undoing what was done"
	is "stdout" "$(<out)" ""
	is devices "$(devices)" ""
	# shellcheck disable=SC2016 # for the program to expand
	program mkfs.ext4 'kill -TERM $PPID; kill -TERM $$'
	status=0
	"$ZCTL" create --size 64M --fs ext4 >out 2>err || status=$?
	is "status" "$status" 143
	is devices "$(devices)" ""
}

test_create_interrupted_by_quit() {
	local status=0
	ulimit -c 0
	# shellcheck disable=SC2016 # for the program to expand
	program mkswap 'kill -QUIT $PPID; exit 0'
	"$ZCTL" create --size 64M --swap >out 2>err || status=$?
	is "status" "$status" 131
	has "stderr" "$(<err)" "interrupted: undoing what was done"
	is devices "$(devices)" ""
}

test_create_when_nobody_reads_what_it_says() {
	local status=0
	# A pipe whose other end is closed.
	exec 7> >(:)
	wait $!
	program mkswap 'exit 3'
	"$ZCTL" create -v --size 64M --swap >out 2>&7 || status=$?
	is "status" "$status" 2
	is devices "$(devices)" ""
	# As when Ctrl-C ends "zctl create ... 2>&1 | tee log".
	status=0
	# shellcheck disable=SC2016 # for the program to expand
	program mkswap 'kill -INT $PPID; exit 0'
	"$ZCTL" create --size 64M --swap >out 2>&7 || status=$?
	is "status" "$status" 130
	is devices "$(devices)" ""
	exec 7>&-
	# A program that is run does not inherit that: it ends when nobody reads it.
	# shellcheck disable=SC2016 # for the program to expand
	program mkswap 'kill -PIPE $$; exit 0'
	unchanged 2 create --size 64M --swap
	one_line "mkswap: ended by signal 13"
}

test_create_interrupted_at_the_last_step() {
	local status=0
	real_mkswap
	need mkfs.ext4
	# Now everything has to be undone, and in the right order: what is in use cannot be removed.
	FAKE_SIGNAL=swapon "$ZCTL" create --size 64M --swap >out 2>err || status=$?
	is status "$status" 130
	is stderr "$(<err)" "zctl: interrupted: undoing what was done"
	is devices "$(devices)" ""
	is "swap table" "$(wc -l <"$FAKE_ROOT/proc/swaps")" 1
	mkdir "$T/mnt"
	status=0
	FAKE_SIGNAL=mount "$ZCTL" create --size 64M --fs ext4 --mount "$T/mnt" >out 2>err ||
		status=$?
	is status "$status" 130
	is stderr "$(<err)" "zctl: interrupted: undoing what was done"
	is devices "$(devices)" ""
	is mounts "$(wc -l <"$FAKE_ROOT/proc/self/mountinfo")" 1
}

test_create_loads_the_driver() {
	unload_driver
	unchanged 4 create --size 64M
	one_line "the zblk module is not loaded and 'modprobe zblk' did not load it: install it"
	# shellcheck disable=SC2016 # for the program to expand
	program modprobe 'echo "$@" >>"$T/modprobe.log"
		dir=$FAKE_ROOT/sys/class/zblk-control
		mkdir -p "$dir" && : >"$dir/hot_add" && : >"$dir/hot_remove"'
	expect 0 create --size 64M
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk0"
	is "modprobe" "$(<"$T/modprobe.log")" "-q zblk"
	expect 0 create --size 64M
	is "modprobe ran once" "$(wc -l <"$T/modprobe.log")" 1
	unload_driver
	program modprobe 'exit 0'
	expect 4 create --size 64M
	one_line "did not load it"
}

test_create_verbose() {
	real_mkswap
	# Chatter stays away from stdout, where the name is.
	sed -i '2i echo "mkswap: hello"' "$T/bin/mkswap"
	expect 0 create -v --size 64M --swap
	is "printed name" "$OUT" "$FAKE_ROOT/dev/zblk0"
	says "zctl: added zblk0"
	says "mkswap: hello"
	says "priority 100"
}

test_create_stdout_is_full() {
	local status=0 before
	real_mkswap
	"$ZCTL" create --size 64M --swap >/dev/full 2>err || status=$?
	is status "$status" 2
	is devices "$(devices)" ""
	is "swap table" "$(wc -l <"$FAKE_ROOT/proc/swaps")" 1
	is stderr "$(<err)" \
		"zctl: cannot write $FAKE_ROOT/dev/zblk0 to the standard output: No space left on device: undoing what was done"
	# One that was there before is as it was.
	add 0
	"$FAKECTL" block/zblk0/mem_limit 5M
	before=$(snapshot)
	status=0
	"$ZCTL" create --size 64M --mem-limit 1M >/dev/full 2>err || status=$?
	is status "$status" 2
	is "what is there" "$(snapshot)" "$before"
	# A reader that is gone is the same.
	exec 7> >(:)
	wait $!
	status=0
	"$ZCTL" create --size 64M >&7 2>err || status=$?
	is status "$status" 2
	has stderr "$(<err)" "Broken pipe"
	is "what is there" "$(snapshot)" "$before"
}

test_create_with_all_for_recompression_and_writeback() {
	make_dictionary "$T/a dict:ionary" 4096
	make_dictionary "$T/first" 8192
	truncate -s 1M "$T/disk"
	ln -s disk "$T/by-id"
	expect 0 create --size 64M --algorithm zstd --level 5 --dict first --secondary lz4hc:12 \
		--secondary "zstd:9:a dict:ionary" --secondary zstd::first \
		--backing-dev "$T/by-id" --compressed-writeback=no
	is "level and dictionary" "$(attr zblk0 algorithm_params)" "level=5 dict=8192
#1: level=12
#2: level=9 dict=4096
#3: level=3 dict=8192"
	has "secondary" "$(attr zblk0 recomp_algorithm)" \
		"#1: *[[]lz4hc]*#2: *[[]zstd]*#3: *[[]zstd]"
	is "backing_dev" "$(attr zblk0 backing_dev)" "$(readlink -f "$T/disk")"
	is "compressed_writeback" "$(attr zblk0 compressed_writeback)" 0
	expect 0 create --size 1M --secondary 3:zstd --secondary lz4hc
	is "usual compressed_writeback" "$(attr zblk1 compressed_writeback)" 1
	has "priorities" "$(attr zblk1 recomp_algorithm)" "#1: *[[]lz4hc]*#3: *[[]zstd]"
}

test_create_with_a_secondary_beside_another() {
	add 0
	"$FAKECTL" block/zblk0/recomp_algorithm "algo=lz4hc priority=1"
	expect 0 create --size 1M --secondary zstd
	has "the first that is free" "$(attr zblk0 recomp_algorithm)" "#1: *[[]lz4hc]*#2: *[[]zstd]"
}

test_create_with_bad_secondaries() {
	local value
	for value in "" : :3 "zstd 9" "zstd:9:" zstd:x 4:zstd "2:" "zstd:3:/nonexistent" \
		"zstd:3:/"; do
		unchanged 1 create --size 64M --secondary "$value"
		one_line "--secondary"
	done
	unchanged 1 create --size 64M --secondary 2:zstd --secondary 2:lz4hc
	one_line "--secondary: priority 2 is given twice"
	unchanged 1 create --size 64M --secondary zstd --secondary zstd --secondary zstd \
		--secondary zstd
	one_line "--secondary is given more than 3 times"
	unchanged 1 create --size 64M --secondary rot13
	one_line "unknown algorithm 'rot13': this kernel offers lz4"
	unchanged 1 create --size 64M --secondary zstd:23
	one_line "zblk0: zstd has no level 23"
	unchanged 1 create --size 64M --secondary lz4hc --secondary zstd:23 zblk4
	one_line "zblk4: zstd has no level 23"
}

test_create_with_bad_dictionaries() {
	make_dictionary "$T/dict" 4096
	make_dictionary "$T/quote\"d" 4096
	head -c 4096 /dev/zero >"$T/text"
	: >"$T/empty"
	truncate -s 1048577 "$T/large"
	unchanged 1 create --size 64M --dict "$T/empty"
	one_line "--dict '*/empty' is empty"
	unchanged 1 create --size 64M --dict "$T/large"
	one_line "--dict '*/large' is too large: the driver takes up to 1M"
	unchanged 1 create --size 64M --dict "$T/nothing"
	one_line "--dict '*/nothing': No such file"
	unchanged 1 create --size 64M --dict /dev/null
	one_line "--dict '/dev/null' is not a regular file"
	unchanged 1 create --size 64M --dict "$T/quote\"d"
	one_line "takes no path with a quotation mark"
	unchanged 1 create --size 64M -a zstd --dict "$T/text"
	one_line "zblk0: zstd cannot use the dictionary $T/text"
	unchanged 1 create --size 64M -a zstd -l 99 --dict "$T/dict"
	one_line "zblk0: zstd has no level 99, or cannot use the dictionary $T/dict"
	unchanged 1 create --size 64M -a 842 --dict "$T/dict"
	one_line "zblk0: 842 cannot use the dictionary $T/dict"
	unchanged 2 FAKE_FAIL=algorithm_params=EACCES create --size 64M --dict "$T/dict"
	one_line "zblk0: the kernel cannot read the dictionary $T/dict: Permission denied"
	unchanged 2 FAKE_FAIL=algorithm_params=ENOMEM create --size 64M -a zstd --dict "$T/dict"
	one_line "zblk0: not enough memory for zstd and its dictionary"
}

test_create_with_bad_backing_devices() {
	truncate -s 1M "$T/disk"
	truncate -s 512 "$T/small"
	unchanged 1 create --size 64M --backing-dev "$T/nothing"
	one_line "--backing-dev '*/nothing': No such file"
	unchanged 1 create --size 64M --backing-dev ''
	one_line "--backing-dev ''"
	unchanged 1 create --size 64M --backing-dev "$T"
	one_line "zblk0: $T is not a block device: 'losetup' makes one of a file"
	unchanged 1 create --size 64M --backing-dev "$T/small"
	one_line "zblk0: $T/small is too small for a single sector of 4096 bytes"
	unchanged 1 create --size 64M --compressed-writeback no
	one_line "--compressed-writeback needs --backing-dev"
	unchanged 1 create --size 64M --backing-dev "$T/disk" --compressed-writeback perhaps
	one_line "--compressed-writeback 'perhaps' is neither yes nor no"
	unchanged 1 FAKE_FAIL=backing_dev=EACCES create --size 64M --backing-dev "$T/disk"
	one_line "zblk0: $T/disk is read-only"
	unchanged 1 FAKE_FAIL=backing_dev=EINVAL create --size 64M --backing-dev "$T/disk"
	one_line "zblk0: $T/disk is a device of the same driver"
	unchanged 16 FAKE_FAIL=backing_dev=EBUSY create --size 64M --backing-dev "$T/disk"
	one_line "zblk0: $T/disk is in use"
	unchanged 32 FAKE_VANISH=backing_dev create --size 64M --backing-dev "$T/disk"
	one_line "zblk0: backing_dev: the device has gone away"
}

test_create_puts_back_what_recompression_and_writeback_were() {
	truncate -s 1M "$T/disk" "$T/other"
	add 0
	"$FAKECTL" block/zblk0/comp_algorithm lz4hc
	"$FAKECTL" block/zblk0/recomp_algorithm "algo=zstd priority=2 level=7"
	"$FAKECTL" block/zblk0/backing_dev "$T/disk"
	"$FAKECTL" block/zblk0/compressed_writeback 0
	"$FAKECTL" block/zblk0/writeback_limit 77
	"$FAKECTL" block/zblk0/writeback_batch_size 5
	unchanged 2 FAKE_FAIL=disksize=ENOMEM create --size 64M --secondary lz4hc \
		--secondary 2:lz4 --backing-dev "$T/other" zblk0
	unchanged 2 FAKE_FAIL=mkfs.ext4=EIO create --size 64M --secondary lz4hc --fs nosuchfs zblk0
	is "what stays" "$(attr zblk0 algorithm_params)" "level=9
#2: level=7"
}
