# shellcheck shell=bash disable=SC2154 # OUT and ERR come from lib.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# zctl list, stats and classes: what is shown, and in which form.

# A device with figures that are easy to recognise.
filled() {
	add 0
	"$FAKECTL" block/zblk0/comp_algorithm zstd
	"$FAKECTL" block/zblk0/disksize 4G
	"$FAKECTL" block/zblk0/mem_limit 1G
	put zblk0 stats/orig_data_size 1610612736
	put zblk0 stats/compr_data_size 471859200
	put zblk0 stats/mem_used_total 536870912
	put zblk0 stats/mem_used_max 612368384
	put zblk0 stats/same_pages 1234
	put zblk0 stats/huge_pages 56
	put zblk0 compression_ratio 3.000
	class zblk0 size_classes/490 1000 450000 115 21040
	class zblk0 size_classes/4096 10 40960 10 0
	class zblk0 size_classes 1010 490960 125 21040
}

class() {
	put "$1" "$2/objects" "$3"
	put "$1" "$2/payload_bytes" "$4"
	put "$1" "$2/pages" "$5"
	put "$1" "$2/lost_bytes" "$6"
}

# The output with runs of blanks made one.
squeezed() {
	tr -s ' ' <<<"$OUT" | sed 's/^ //; s/ $//'
}

test_list() {
	filled
	echo "/dev/zblk0 partition 4194300 0 5" >>"$FAKE_ROOT/proc/swaps"
	add 1 64M
	mounted zblk1 /srv ext4
	mounted zblk1 /home ext4
	add 10
	expect 0 list
	is list "$(squeezed)" "NAME ALGORITHM DISKSIZE DATA COMPR TOTAL RATIO LIMIT USED-AS
zblk0 zstd 4G 1.5G 450M 512M 3.000 1G [SWAP]
zblk1 lz4 64M 0B 0B 0B 0.000 /srv
/home
zblk10 lz4 0B 0B 0B 0B 0.000"
}

test_list_options() {
	filled
	expect 0 list -b -n
	is "list -bn" "$(squeezed)" \
		"zblk0 zstd 4294967296 1610612736 471859200 536870912 3.000 1073741824"
	expect 0 list -n -o name,PEAK,same,HUGE,lost,ID,MAJ:MIN,STATE,PARAMS
	is "list -o" "$(squeezed)" "zblk0 584M 1234 56 20.5K 0 511:0 ready level=3"
	expect 0 list -n -o +state
	has "list -o +" "$(squeezed)" "zblk0 zstd 4G * ready"
	expect 0 list -nro DISKSIZE,NAME
	is "list -r" "$OUT" "4G zblk0"
	expect 0 list -O -n
	has "list -O" "$(squeezed)" \
		"zblk0 0 511:0 ready zstd level=3 4G 1.5G 450M 512M 3.000 1G 584M 1234 56 20.5K"
	expect 0 list --noheadings --raw --bytes --output=NAME,TOTAL zblk0
	is "long options" "$OUT" "zblk0 536870912"
}

test_list_recompression_and_writeback() {
	need jq
	add 0
	"$FAKECTL" block/zblk0/recomp_algorithm "algo=lz4hc priority=1"
	"$FAKECTL" block/zblk0/recomp_algorithm "algo=zstd priority=3 level=7"
	truncate -s 1M "$T/disk"
	"$FAKECTL" block/zblk0/backing_dev "$T/disk"
	"$FAKECTL" block/zblk0/disksize 1G
	put zblk0 stats/recompressed 321
	put zblk0 stats/backed_size 8388608
	put zblk0 stats/backed_reads 77
	put zblk0 stats/backed_writes 2050
	add 1 1M
	expect 0 list -n -o PARAMS,RECOMPRESSED,BACKED,BACKING-DEV,SECONDARY,SECONDARY-PARAMS
	is "list" "$(squeezed)" "level=1 321 8M $T/disk lz4hc #1: level=9
zstd #3: level=7
level=1 0 0B"
	expect 0 list -J -o NAME,SECONDARY,SECONDARY-PARAMS,BACKED,BACKING-DEV
	is "list --json" "$(jq -c '.devices[0] | [.secondary, ."secondary-params", .backed]' \
		<<<"$OUT")" '[["lz4hc","zstd"],["#1: level=9","#3: level=7"],8388608]'
	is "none" "$(jq -c '.devices[1]["backing-dev"]' <<<"$OUT")" null
	expect 0 stats -nb -o recompressed,backed_size,backed_reads,backed_writes zblk0
	is "stats" "$(squeezed | cut -d' ' -f1-3)" "zblk0 recompressed 321
zblk0 backed_size 8388608
zblk0 backed_reads 77
zblk0 backed_writes 2050"
}

test_list_json() {
	need jq
	filled
	mounted zblk0 "/srv" ext4
	mounted zblk0 "/home" ext4
	add 1
	expect 0 list --json
	is numbers \
		"$(jq -c '.devices[0] | [.name, .disksize, .data, .total, .ratio, .limit]' <<<"$OUT")" \
		'["zblk0",4294967296,1610612736,536870912,3,1073741824]'
	is places "$(jq -c '.devices[0]["used-as"]' <<<"$OUT")" '["/srv","/home"]'
	is "no limit" "$(jq -c '.devices[1] | [.name, .disksize, .limit]' <<<"$OUT")" \
		'["zblk1",0,null]'
	expect 0 list -J -O
	jq -e . <<<"$OUT" >/dev/null
}

test_list_without_devices() {
	expect 0 list
	is list "$OUT" ""
	expect 0 list --json
	is "list --json" "$(tr -d ' \n' <<<"$OUT")" '{"devices":[]}'
	unload_driver
	expect 4 list
	one_line "the zblk module is not loaded: 'modprobe zblk' loads it"
	expect 4 stats
	one_line "the zblk module is not loaded"
	expect 4 list zblk0
	one_line "the zblk module is not loaded"
}

test_list_named() {
	add 0 1M
	add 1 1M
	expect 0 list -no NAME 1
	is "list 1" "$OUT" zblk1
	expect 64 list -no NAME zblk7 zblk0
	one_line "zblk7: no such device"
	is "list zblk0" "$OUT" zblk0
	expect 32 list zblk7
	is "list zblk7" "$OUT" ""
	expect 1 list sda
	one_line "'sda' is not a zblk device"
}

test_list_other_disks_are_not_ours() {
	mkdir "$FAKE_ROOT"/sys/block/{sda,zram0,zblk,zblkx,zblk00,zblk1p1}
	add 4
	expect 0 list -no NAME
	is list "$OUT" zblk4
}

test_list_while_devices_go() {
	add 0 1M
	add 1 1M
	expect 0 FAKE_VANISH=initstate list -no NAME
	expect 32 list zblk0
	add 2 1M
	expect 32 FAKE_VANISH=initstate list zblk2
	one_line "zblk2: *the device has gone away"
	# The first goes while it is looked at, the other has not got what would show that.
	add 2 1M
	add 3 1M
	rm "$FAKE_ROOT/sys/block/zblk3/stats/same_pages"
	expect 0 FAKE_VANISH=same_pages list -no NAME
	is "no row of one that is gone" "$OUT" zblk3
	add 2 1M
	expect 64 FAKE_VANISH=same_pages list -no NAME zblk2 zblk3
	one_line "zblk2: *the device has gone away"
	is "no row of one that is gone" "$OUT" zblk3
	add 2 1M
	expect 0 FAKE_VANISH=same_pages stats -nr -o huge_pages,same_pages
	is "no lines of one that is gone" "$(cut -d' ' -f1 <<<"$OUT" | sort -u)" zblk3
	add 2 1M
	expect 0 FAKE_VANISH=same_pages stats --json -o huge_pages,same_pages
	has "no object of one that is gone" "$OUT" zblk3
	[[ $OUT != *zblk2* ]] || fail "an object of one that is gone: $OUT"
}

test_list_driver_that_lacks_attributes() {
	filled
	rm -r "$FAKE_ROOT"/sys/block/zblk0/{size_classes,stats/same_pages,compression_ratio} \
		"$FAKE_ROOT"/sys/block/zblk0/{recomp_algorithm,backing_dev,stats/backed_size}
	expect 0 list -n -o NAME,ALGORITHM,BACKED,BACKING-DEV,SECONDARY
	is list "$(squeezed)" "zblk0 zstd"
	expect 0 list -n -o NAME,SAME,TOTAL,LOST
	is list "$(squeezed)" "zblk0 512M"
	expect 0 stats zblk0
	expect 2 classes zblk0
	one_line "zblk0: size_classes: the loaded driver does not have it"
}

test_stats() {
	filled
	expect 0 stats zblk0
	has heading "$(squeezed)" "NAME COUNTER VALUE MEANING"
	has size "$(squeezed)" "zblk0 orig_data_size 1.5G data stored, before compression"
	has count "$(squeezed)" "zblk0 same_pages 1234 sectors of one repeated word: need no memory"
	has ratio "$(squeezed)" \
		"zblk0 compression_ratio 3.000 data stored in memory, divided by mem_used_total"
	has lost "$(squeezed)" "zblk0 lost_bytes 20.5K"
	expect 0 stats -nb -o mem_used_total,HUGE_PAGES
	is "stats -o" "$(squeezed | cut -d' ' -f1-3)" "zblk0 mem_used_total 536870912
zblk0 huge_pages 56"
	add 1
	expect 0 stats -no huge_pages
	is "all devices" "$(squeezed | cut -d' ' -f1-3)" "zblk0 huge_pages 56
zblk1 huge_pages 0"
	expect 1 stats -o VALUE
	one_line "there is no 'VALUE'"
	expect 32 stats zblk9
	one_line "zblk9: no such device"
}

test_stats_explains_every_attribute() {
	local name
	add 0 1M
	expect 0 stats zblk0
	for name in "$FAKE_ROOT"/sys/block/zblk0/stats/*; do
		has "stats" "$OUT" "$(basename "$name") "
	done
}

test_stats_json() {
	need jq
	filled
	add 1
	expect 0 stats --json
	is numbers \
		"$(jq -c '.stats[0] | [.name, .orig_data_size, .mem_used_total, .same_pages, .compression_ratio, .lost_bytes]' <<<"$OUT")" \
		'["zblk0",1610612736,536870912,1234,3,21040]'
	is types "$(jq -c '[.stats[] | del(.name) | .[] | type] | unique' <<<"$OUT")" '["number"]'
	is devices "$(jq -c '[.stats[].name]' <<<"$OUT")" '["zblk0","zblk1"]'
	expect 0 stats --json -o huge_pages zblk0
	is "chosen" "$(jq -c '.stats' <<<"$OUT")" '[{"name":"zblk0","huge_pages":56}]'
}

test_classes() {
	filled
	expect 0 classes zblk0
	is classes "$(squeezed)" "CLASS OBJECTS PAYLOAD PAGES HELD LOST LOST%
490 1000 439.5K 115 460K 20.5K 4.5
4096 10 40K 10 40K 0B 0.0
total 1010 479.5K 125 500K 20.5K 4.1"
	expect 0 classes -a -n -o CLASS,MEAN zblk0
	is "classes -a" "$(squeezed)" "490 450
1024
4096 4096
total 486"
	expect 0 classes -b -n -o HELD,LOST zblk0
	is "classes -b" "$(squeezed)" "471040 21040
40960 0
512000 21040"
}

test_classes_json() {
	need jq
	filled
	expect 0 classes --json zblk0
	is classes \
		"$(jq -c '[.classes[] | [.class, .objects, .held, .lost, ."lost%"]]' <<<"$OUT")" \
		'[[490,1000,471040,21040,4.5],[4096,10,40960,0,0]]'
}

test_classes_bad() {
	add 0
	expect 0 classes zblk0
	is "empty device" "$(squeezed)" "CLASS OBJECTS PAYLOAD PAGES HELD LOST LOST%
total 0 0B 0 0B 0B 0.0"
	expect 1 classes
	one_line "no device given"
	expect 1 classes -o SIZE zblk0
	one_line "there is no 'SIZE'"
	expect 32 classes zblk1
	one_line "zblk1: no such device"
	expect 32 FAKE_VANISH=objects classes zblk0
	one_line "zblk0: size_classes: the device has gone away"
}
