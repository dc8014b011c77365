# shellcheck shell=bash disable=SC2154 # OUT and ERR come from lib.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# zctl idle, recompress and writeback: what the driver is told, what is said of what it came to, and
# what of each way to fail.

told() {
	cat "$FAKE_ROOT/fake-order"
}

test_idle() {
	add 0 1M
	expect 0 idle zblk0
	is told "$(told)" "idle all"
	is "what is said" "$OUT" "zblk0: all sectors are marked idle"
	expect 0 idle --age 60 zblk0
	is told "$(told)" "idle 60"
	is "what is said" "$OUT" "zblk0: sectors not used for 60 seconds are marked idle"
	expect 0 idle --age 0 zblk0
	is told "$(told)" "idle all"
}

test_idle_bad() {
	local age
	add 0
	expect 1 idle zblk0
	one_line "zblk0 has no size yet, and stores nothing"
	for age in -1 x "" 1.5 4294967296; do
		expect 1 idle --age "$age" zblk0
		one_line "--age '$age' is not a number of seconds"
	done
	expect 1 idle
	one_line "no device given"
	expect 32 idle zblk9
	one_line "zblk9: no such device"
	"$FAKECTL" block/zblk0/disksize 1M
	expect 1 FAKE_EUID=1000 idle zblk0
	one_line "idle needs root"
	expect 32 FAKE_VANISH=idle idle zblk0
	one_line "zblk0: idle: the device has gone away"
}

# A device with two secondary algorithms, of which recompression makes 100 sectors smaller.
recompressible() {
	add 0
	"$FAKECTL" block/zblk0/recomp_algorithm "algo=lz4hc priority=1"
	"$FAKECTL" block/zblk0/recomp_algorithm "algo=zstd priority=3"
	"$FAKECTL" block/zblk0/disksize 1G
	put zblk0 stats/compr_data_size 10485760
	put zblk0 stats/mem_used_total 12582912
	put zblk0 stats/recompressed 7
	echo 100 >"$FAKE_ROOT/fake-sectors"
	echo 2097152 >"$FAKE_ROOT/fake-gain"
}

test_recompress() {
	recompressible
	expect 0 recompress zblk0
	is "what is said" "$OUT" "zblk0: 100 sectors recompressed, 2M saved, 12M held"
	expect 0 recompress --max-pages 40 --type huge_idle --threshold 3000 --algorithm zstd zblk0
	is told "$(told)" "recompress type=huge_idle threshold=3000 max_pages=40 algo=zstd"
	has "what is said" "$OUT" "zblk0: 40 sectors recompressed"
	expect 0 recompress -p 3 -t idle zblk0
	is told "$(told)" "recompress type=idle priority=3"
	# Nothing is a number of sectors too.
	expect 0 recompress -m 0 zblk0
	has "what is said" "$OUT" "zblk0: 0 sectors recompressed, 0B saved"
}

test_recompress_bad_options() {
	recompressible
	for value in "" x all incompressible; do
		expect 1 recompress --type "$value" zblk0
		one_line "--type '$value' is unknown"
	done
	for value in 0 4 x -1 "" 1.5; do
		expect 1 recompress --priority "$value" zblk0
		one_line "--priority '$value' is not a priority of recompression: give 1 to 3"
	done
	for value in 0 4096 x -1 ""; do
		expect 1 recompress --threshold "$value" zblk0
		one_line "--threshold '$value' is not a number of bytes below 4096"
	done
	for value in x -1 ""; do
		expect 1 recompress --max-pages "$value" zblk0
		one_line "--max-pages '$value' is not a number of sectors"
	done
	expect 1 recompress --algorithm "zstd priority=1" zblk0
	one_line "is not an algorithm"
	expect 1 recompress --algorithm zstd --priority 3 zblk0
	one_line "--algorithm and --priority do not go together"
	expect 1 recompress --threshold 4000 zblk0
	one_line "zblk0: nothing that is compressed takes 4000 bytes: give a lower --threshold"
	[ ! -e "$FAKE_ROOT/fake-order" ] || fail "the driver was told $(told)"
}

test_recompress_without_what_it_takes() {
	recompressible
	expect 1 recompress --algorithm lz4 zblk0
	one_line "zblk0: lz4 is none of its secondary algorithms"
	expect 1 recompress --priority 2 zblk0
	one_line "zblk0 has no algorithm of priority 2"
	add 1 1M
	expect 1 recompress zblk1
	one_line "zblk1 has no secondary algorithm: 'zctl set zblk1 secondary=zstd' adds one"
	add 2
	expect 1 recompress zblk2
	one_line "zblk2 has no size yet, and stores nothing"
	expect 32 recompress zblk3
	one_line "zblk3: no such device"
}

test_recompress_fails() {
	recompressible
	expect 16 FAKE_FAIL=recompress=EAGAIN recompress zblk0
	one_line "zblk0: another recompression or writeback is under way: try again when it is over"
	is "nothing printed" "$OUT" ""
	expect 2 FAKE_FAIL=recompress=ENOMEM recompress zblk0
	one_line "zblk0: recompress: not enough memory to go on"
	has "what was done" "$OUT" "zblk0: 0 sectors recompressed"
	expect 2 FAKE_FAIL=recompress=EINVAL recompress zblk0
	one_line "zblk0: the driver does not take the order"
	expect 32 FAKE_VANISH=recompress recompress zblk0
	one_line "zblk0: recompress: the device has gone away"
}

# A device that writes 300 sectors back.
backed() {
	add 0
	truncate -s 1M "$T/disk"
	"$FAKECTL" block/zblk0/backing_dev "$T/disk"
	"$FAKECTL" block/zblk0/disksize 4M
	put zblk0 stats/mem_used_total 2097152
	echo 300 >"$FAKE_ROOT/fake-sectors"
}

limit() {
	echo "$(attr zblk0 writeback_limit) $(attr zblk0 writeback_limit_enable)"
}

test_writeback() {
	backed
	expect 0 writeback zblk0
	is told "$(told)" "writeback page_indexes=0-1023"
	is "what is said" "$OUT" \
		"zblk0: 300 sectors (1.2M) written back, 600K of memory given back"
	expect 0 writeback --type idle zblk0
	is told "$(told)" "writeback type=idle"
	expect 0 writeback --pages 5 -p 7-1023 -t incompressible zblk0
	is told "$(told)" "writeback type=incompressible page_indexes=5-5 page_indexes=7-1023"
	expect 0 writeback -p 0 zblk0
	is told "$(told)" "writeback page_indexes=0-0"
	is "limit" "$(limit)" "0 0"
}

test_writeback_bad_options() {
	local many=() i
	backed
	for value in "" x all "idle "; do
		expect 1 writeback --type "$value" zblk0
		one_line "--type '$value' is unknown"
	done
	for value in "" x - -1 5- 1-2-3 "1 - 2" 99999999999999999999; do
		expect 1 writeback --pages "$value" zblk0
		one_line "--pages '$value' is neither a sector nor two, A-B"
	done
	expect 1 writeback --pages 9-8 zblk0
	one_line "--pages '9-8' ends before it starts"
	expect 1 writeback --pages 1000-1024 zblk0
	one_line "zblk0 has no sector 1024: they go from 0 to 1023"
	for value in x "" 4095; do
		expect 1 writeback --limit "$value" zblk0
		one_line "--limit '$value' "
	done
	for ((i = 0; i < 300; i++)); do
		many+=(-p "$i")
	done
	expect 1 writeback "${many[@]}" zblk0
	one_line "zblk0: too many --pages for one order"
	[ ! -e "$FAKE_ROOT/fake-order" ] || fail "the driver was told $(told)"
}

test_writeback_fails() {
	add 1 1M
	expect 1 writeback zblk1
	one_line "zblk1 has no backing device: 'zctl create --backing-dev PATH' gives it one"
	add 2
	expect 1 writeback zblk2
	one_line "zblk2 has no size yet, and stores nothing"
	backed
	echo 100 >"$FAKE_ROOT/fake-room"
	expect 2 writeback zblk0
	one_line "zblk0: the backing device $T/disk is full"
	has "what was done" "$OUT" "zblk0: 100 sectors (400K) written back"
	rm "$FAKE_ROOT/fake-room"
	expect 0 set zblk0 writeback-limit=200K
	expect 2 writeback zblk0
	one_line "zblk0: the limit for writeback is used up: 'zctl set zblk0 writeback-limit=SIZE'"
	has "what was done" "$OUT" "zblk0: 50 sectors (200K) written back"
	expect 0 set zblk0 writeback-limit=none
	expect 2 FAKE_FAIL=writeback=EIO writeback zblk0
	one_line "zblk0: $T/disk fails to write: what it did not take is still in memory"
	expect 16 FAKE_FAIL=writeback=EAGAIN writeback zblk0
	one_line "zblk0: another recompression or writeback is under way"
	expect 2 FAKE_FAIL=writeback=ENODEV writeback zblk0
	one_line "zblk0 has no backing device any more"
	expect 2 FAKE_FAIL=writeback=EINVAL writeback zblk0
	one_line "zblk0: the driver does not take the order"
	expect 2 FAKE_FAIL=writeback=ENOMEM writeback zblk0
	one_line "zblk0: writeback: not enough memory to go on"
	expect 32 FAKE_VANISH=writeback writeback zblk0
	one_line "zblk0: writeback: the device has gone away"
}

test_writeback_limit_for_once() {
	backed
	expect 0 writeback --limit 400K zblk0
	is "what is said" "$OUT" \
		"zblk0: 100 sectors (400K) written back, 200K of memory given back, up to the limit"
	is "no limit as before" "${OUT:+$(attr zblk0 writeback_limit_enable)}" 0
	expect 0 writeback --limit 1G zblk0
	has "what is said" "$OUT" "zblk0: 300 sectors*given back"
	# It counts against the device's own.
	expect 0 set zblk0 writeback-limit=2M
	expect 0 writeback --limit 40K zblk0
	is "what is left" "$(limit)" "502 1"
	# And that holds all the same.
	expect 0 set zblk0 writeback-limit=20K
	expect 2 writeback --limit 40K zblk0
	one_line "zblk0: the limit for writeback is used up"
	is "what is left" "$(limit)" "0 1"
	expect 0 set zblk0 writeback-limit=none
	echo 10 >"$FAKE_ROOT/fake-room"
	expect 2 writeback --limit 4M zblk0
	one_line "zblk0: the backing device $T/disk is full"
	is "no limit as before" "$(attr zblk0 writeback_limit_enable)" 0
}

test_writeback_limit_leaves_another_job_alone() {
	backed
	expect 16 FAKE_FAIL=recompress=EAGAIN writeback --limit 40K zblk0
	one_line "zblk0: another recompression or writeback is under way"
	is "limit" "$(limit)" "0 0"
	expect 16 FAKE_FAIL=writeback=EAGAIN writeback --limit 40K zblk0
	one_line "zblk0: another recompression or writeback is under way"
	is "no limit as before" "$(attr zblk0 writeback_limit_enable)" 0
}

test_writeback_limit_interrupted() {
	local status=0
	backed
	FAKE_SIGNAL=writeback "$ZCTL" writeback --limit 40K zblk0 >out 2>err || status=$?
	is "status" "$status" 2
	has "what is said" "$(<err)" "zblk0: writeback: interrupted before its end"
	is "no limit as before" "$(attr zblk0 writeback_limit_enable)" 0
}
