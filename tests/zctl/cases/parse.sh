# shellcheck shell=bash disable=SC2154 # OUT and ERR come from lib.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What zctl makes of its command line, before it touches anything.

test_parse_sizes() {
	"$ZCTL_BUILD/size-test" "$SEED" || fail "with seed $SEED"
	figure sizes_parsed 600000
}

test_parse_random_arguments() {
	local lines=2000
	real_mkswap
	truncate -s 1M "$T/disk"
	make_dictionary "$T/first" 4096
	mkdir "$T/mnt"
	note_edges
	"$ZCTL_BUILD/fuzz-arguments" "$ZCTL" $lines "$SEED" || fail "with seed $SEED"
	figure command_lines_tried $lines
	edges_taken arguments
}

# Whatever stands in sysfs, /proc/swaps or mountinfo, reading it ends with a documented exit code.
test_fuzz_readers() {
	local files file status reader i readers=("list" "list --output-all --json" "stats --json"
		"classes --json zblk0" "stats zblk0" "set zblk0 mem-limit=1M"
		"set zblk1 algorithm=zstd" "resize zblk0 32M" "compact zblk0" "idle zblk0"
		"recompress zblk0" "writeback --type idle zblk0" "reset zblk1")
	truncate -s 1M "$T/disk"
	"$ZCTL" create --size 64M --secondary zstd:9 --backing-dev disk zblk0
	add 1
	mapfile -t files < <(find "$FAKE_ROOT/sys/block" "$FAKE_ROOT/proc" -type f | sort)
	RANDOM=$((SEED % 32768))
	note_edges
	for ((i = 0; i < 200; i++)); do
		file=${files[RANDOM % ${#files[@]}]}
		cp "$file" "$T/saved"
		case $((RANDOM % 4)) in
		0) noise $((RANDOM % 6000)) >"$T/noise" ;;
		1) : >"$T/noise" ;;
		2) tr '0-9' '9' <"$file" | head -c 3000 | tr -d '\n' >"$T/noise" ;;
		3)
			{
				cat "$file"
				noise $((RANDOM % 60))
				cat "$file"
			} >"$T/noise" ;;
		esac
		cat "$T/noise" >"$file"
		for reader in "${readers[@]}"; do
			status=0
			# shellcheck disable=SC2086 # words
			"$ZCTL" $reader >"$T/out" 2>"$T/err" || status=$?
			case $status in
			0 | 1 | 2 | 4 | 16 | 32 | 64) ;;
			*)
				cp "$T/noise" "$ZCTL_BUILD/fuzz-readers-found"
				fail "zctl $reader, seed $SEED:" \
					"status $status with ${file#"$FAKE_ROOT"} as in" \
					"$ZCTL_BUILD/fuzz-readers-found: $(head -n 5 "$T/err")" ;;
			esac
			[ $status -eq 0 ] || grep -q '^zctl: ' "$T/err" ||
				fail "zctl $reader failed without a word"
		done
		cat "$T/saved" >"$file"
		figure files_spoilt 1
		figure files_read ${#readers[@]}
	done
	edges_taken files
}

test_help_everywhere() {
	local verb word
	for word in --help -h help; do
		expect 0 "$word"
		has "$word" "$OUT" "Exit codes:"
	done
	for verb in $VERBS; do
		has "--help" "$(FAKE_EUID=1000 "$ZCTL" --help)" " $verb "
		expect 0 FAKE_EUID=1000 "$verb" --help
		has "$verb --help" "$OUT" " zctl $verb "
		has "$verb --help" "$OUT" "Options:"
		expect 0 "$verb" -h
		expect 0 help "$verb"
		has "help $verb" "$OUT" " zctl $verb "
		expect 0 "$verb" --version
		has "$verb --version" "$OUT" "zctl [0-9]"
	done
	expect 0 --version
	expect 0 -V
}

test_bad_verbs_and_options() {
	expect 1
	one_line "no verb given"
	expect 1 "frobnicate"
	one_line "unknown verb 'frobnicate'"
	expect 1 help frobnicate
	one_line "unknown verb 'frobnicate'"
	expect 1 --frobnicate list
	one_line "unknown option '--frobnicate'"
	expect 1 list --frobnicate
	one_line "unknown or ambiguous option '--frobnicate'"
	expect 1 list -z
	one_line "unknown option '-z'"
	expect 1 create --size
	one_line "option '--size' needs a value"
	expect 1 create --swap=yes --size 1G
	one_line "option '--swap=yes' takes no value"
	expect 1 create --s 1G
	one_line "ambiguous option '--s'"
	expect 1 list -o NAME,NONSENSE
	one_line "no 'NONSENSE'"
	expect 1 --sysroot /nonexistent list
	one_line "No such file or directory"
	expect 1 --sysroot /dev/null list
	one_line "not a directory"
}

test_bad_device_names() {
	local name
	for name in sda zblk zblk-1 zblk01 zblk0x +0 0x0 "" " 0" zblk0p1 /dev/sda /dev/ / ./zblk0; \
		do
		expect 1 compact "$name"
		one_line "is not a zblk device"
	done
	for name in 65536 zblk65536 /dev/zblk65536 99999999999999999999; do
		expect 1 remove "$name"
		one_line "is out of range"
	done
	expect 1 compact
	one_line "no device given"
	expect 1 compact zblk0 zblk1
	one_line "'zblk1' is one argument too many"
	expect 1 remove
	one_line "no device given"
}

test_device_names_that_mean_the_same() {
	local name
	add 3 1M
	ln -s "$FAKE_ROOT/dev/zblk3" "$T/link"
	for name in zblk3 /dev/zblk3 3 "$T/link"; do
		expect 0 list -no NAME "$name"
		is "list $name" "$OUT" zblk3
	done
}

test_bad_sizes() {
	local size
	for size in 0 0K -1 -4G 1.5G 4GB abc "" 16E 9223372036854775808 0x; do
		expect 1 create --size "$size"
		one_line "--size '$size' "
		is "devices after --size $size" "$(devices)" ""
	done
	add 0 1M
	for size in 0 abc 1GB 16E ""; do
		expect 1 resize zblk0 "$size"
		one_line "size '$size' "
	done
	expect 1 resize zblk0 -5G
	one_line "'-5G' is negative"
	expect 1 resize zblk0 -5
	one_line "'-5' is negative"
	is disksize "$(attr zblk0 disksize)" 1048576
	expect 1 resize zblk0
	one_line "a device and a size are needed"
}

test_create_options_that_do_not_go_together() {
	expect 1 create
	one_line "--size is needed"
	expect 1 create --swap --fs ext4 --size 64M
	one_line "--swap goes with neither --fs nor --mount"
	expect 1 create --swap --mount /mnt
	one_line "--swap goes with neither --fs nor --mount"
	expect 1 create --size 64M --priority 5
	one_line "--priority needs --swap"
	expect 1 create --size 64M --mount /mnt
	one_line "--mount needs --fs"
	expect 1 create --size 64M --fs ext4 --options ro
	one_line "--options needs --mount"
	expect 1 create --swap --priority 32768
	one_line "--priority '32768' is not a number from 0 to 32767"
	expect 1 create --swap --priority -1
	one_line "--priority '-1' is not a number"
	expect 1 create --size 64M --fs ../../bin/sh
	one_line "--fs '../../bin/sh' is not a filesystem"
	expect 1 create --size 64M --fs ''
	one_line "is not a filesystem"
	expect 1 create --size 64M --level high
	one_line "--level 'high' is not a level"
	expect 1 create --size 64M --algorithm 'lz4 zstd'
	one_line "is not an algorithm"
	expect 1 create --size 64M --mem-limit lots
	one_line "--mem-limit 'lots' is not a size"
	expect 1 create --size 64M zblk0 zblk1
	one_line "'zblk1' is one argument too many"
	is devices "$(devices)" ""
}
