# shellcheck shell=bash disable=SC2154 # OUT and ERR come from lib.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# zctl train: the dictionary and what is said of it; a device that has not enough to make one from.

# records KIB: text that has much in common from sector to sector and little within one.
records() {
	awk -v bytes=$(($1 << 10)) 'BEGIN {
		srand(1)
		text = "Whereas recognition of the inherent dignity is a foundation of freedom"
		while (written < bytes) {
			name = ""
			for (i = 0; i < 24; i++)
				name = name sprintf("%c", 97 + rand() * 26)
			colour = substr("red  greenblue ", 1 + 5 * int(rand() * 3), 5)
			line = sprintf("<record number=\"%d\" owner=\"%s\" colour=\"%s\">%s\n",
				rand() * 1e9, name, colour, substr(text, 1 + rand() * 30))
			line = substr(line, 1, bytes - written)
			written += length(line)
			printf "%s", line
		}
	}'
}

# words KIB: one word again and again.
words() {
	awk -v bytes=$(($1 << 10)) 'BEGIN { for (; bytes > 0; bytes -= 8) printf "abcdefg\n" }'
}

# place MIB: puts what it reads there on zblk0.
place() {
	dd of="$FAKE_ROOT/dev/zblk0" bs=1M seek="$1" conv=notrunc iflag=fullblock status=none
}

# filled: a device of 16M, of which 3M are records, with zeroes and one repeated word around them.
filled() {
	add 0 16M
	records 3072 | place 4
	words 1024 | place 10
	put zblk0 stats/orig_data_size $((4 << 20))
	put zblk0 stats/same_pages 256
	put zblk0 stats/compr_data_size $((3 << 19))
	DICT=$FAKE_ROOT/var/lib/zblk/zblk0.dict
	mkdir -p "$FAKE_ROOT/var/lib"
}

field() {
	jq -r ".train[0].$1" <<<"$OUT"
}

test_train() {
	need jq
	filled
	expect 0 train --json --size 16K zblk0
	is "samples" "$(field samples) $(field trained) $(field held_back)" "768 576 192"
	is "what was held back" "$(field held_back_bytes)" $((192 * 4096))
	is "as it is stored" "$(field stored_bytes)" $((192 * 2048))
	is "level" "$(field level) $(field algorithm)" "3 lz4"
	is "file" "$(field file)" "$DICT"
	is "bytes" "$(field dictionary_bytes)" "$(stat -c %s "$DICT")"
	is "who may read it" "$(stat -c %a "$DICT")" 600
	is "how it begins" "$(head -c 4 "$DICT" | od -An -tx1)" " 37 a4 30 ec"
	[ "$(field zstd_dictionary_bytes)" -lt "$(field zstd_bytes)" ] ||
		fail "the dictionary is of no use: $OUT"
	is "against what is stored" "$(field saved_per_gib_stored)" \
		"$(jq '.train[0] | (((.stored_bytes - .zstd_dictionary_bytes) * 1073741824
			/ .held_back_bytes) + 0.5 | floor)' <<<"$OUT")"
	is "priority" "$(field priority)" null
	is "secondary algorithms" "$(attr zblk0 recomp_algorithm)" ""
	# The same seed, the same dictionary; another one, another.
	cp "$DICT" first
	expect 0 train --size 16K --samples 600 --output second zblk0
	expect 0 train --size 16K --samples 600 --output third zblk0
	expect 0 train --size 16K --samples 600 --seed 2 --output fourth zblk0
	cmp second third
	! cmp -s second fourth || fail "the seed makes no difference"
}

test_train_measures_what_zstd_does() {
	need jq
	need zstd
	# Each sector sampled is in the whole, so the program must find the same for all of them.
	filled
	expect 0 train --json --size 16K zblk0
	mkdir sectors
	dd if="$FAKE_ROOT/dev/zblk0" bs=1M skip=4 count=3 status=none | split -b 4096 - sectors/
	zstd -q -3 -D "$DICT" sectors/*[a-m] --no-check
	local mean measured
	mean=$(stat -c %s sectors/*.zst | awk '{ sum += $1 } END { print int(sum / NR) }')
	measured=$(($(field zstd_dictionary_bytes) / $(field held_back)))
	# The program's frames have a header of 11 bytes, with the dictionary's number in it.
	if [ "$measured" -le $((mean * 95 / 100 - 11)) ] ||
		[ "$measured" -ge $((mean * 105 / 100)) ]; then
		fail "$measured bytes for a sector, and $mean with the program zstd"
	fi
}

test_train_and_apply() {
	filled
	"$FAKECTL" block/zblk0/add_algorithm "algo=lz4hc priority=1"
	expect 0 train --apply --level 9 --size 16K zblk0
	has "what is said" "$OUT" "zblk0: 768 sectors sampled, 576 of them for the dictionary"
	has "what is said" "$OUT" "lz4, as the device has it *384K 2.000"
	has "what is said" "$OUT" "zstd, level 9, dictionary"
	has "what is said" "$OUT" \
		"zstd with it has priority 2: 'zctl recompress -p 2 zblk0' uses it"
	has "algorithm" "$(attr zblk0 recomp_algorithm)" "#2: *[[]zstd]"
	has "params" "$(attr zblk0 algorithm_params)" "#2: level=9 dict=16384"
	# A relative name, and another priority.
	expect 0 train --apply --priority 3 --size 8K --output here zblk0
	has "params" "$(attr zblk0 algorithm_params)" "#3: level=3 dict=8192"
	expect 16 train --apply zblk0
	one_line "zblk0: no priority is free for one more algorithm: it has lz4hc, zstd and zstd"
	expect 16 train --apply --priority 1 zblk0
	one_line "zblk0: priority 1 is taken by lz4hc already"
}

test_train_too_little() {
	add 0
	expect 1 train zblk0
	one_line "zblk0 has no size yet, and stores nothing"
	"$FAKECTL" block/zblk0/disksize 16M
	mkdir -p "$FAKE_ROOT/var/lib"
	expect 2 train zblk0
	one_line \
		"zblk0: found only 0 sectors that say something, and a dictionary of 64K needs 256: fill the device first"
	records 1020 | place 3
	expect 2 train --size 16K zblk0
	one_line "found only 255 sectors"
	is "what is left behind" "$(ls "$FAKE_ROOT/var/lib/zblk")" ""
}

test_train_of_no_use() {
	add 0 4M
	mkdir -p "$FAKE_ROOT/var/lib"
	head -c 4M /dev/urandom | place 0
	expect 2 train --apply --size 8K zblk0
	one_line "zblk0: the dictionary does not make it smaller, so it is not applied: --force"
	is "secondary algorithms" "$(attr zblk0 recomp_algorithm)" ""
	expect 0 train --apply --force --size 8K zblk0
	has "secondary algorithms" "$(attr zblk0 recomp_algorithm)" "#1: *[[]zstd]"
}

test_train_bad_options() {
	filled
	for value in 0 1023 2M x -1 ""; do
		expect 1 train --size "$value" zblk0
		one_line "--size '$value' "
	done
	for value in 0 255 65537 x ""; do
		expect 1 train --samples "$value" zblk0
		one_line "--samples '$value' is not a number from 256 to 65536"
	done
	for value in 23 x "" -9999999; do
		expect 1 train --level "$value" zblk0
		one_line "--level '$value' is not a level of zstd"
	done
	expect 1 train --seed x zblk0
	one_line "--seed 'x' is not a whole number"
	expect 1 train --priority 2 zblk0
	one_line "--priority needs --apply"
	expect 1 train --force zblk0
	one_line "--force needs --apply"
	expect 1 train --apply --priority 4 zblk0
	one_line "--priority '4' is not a priority of recompression"
	expect 1 train --samples 256 --size 1M zblk0
	one_line "a dictionary of 1M needs 2731 samples"
	expect 1 train
	one_line "no device given"
	expect 32 train zblk9
	one_line "zblk9: no such device"
	[ ! -e "$FAKE_ROOT/var/lib/zblk" ] || fail "a folder was made"
}

test_train_cannot_write() {
	filled
	expect 1 train --output "$T" zblk0
	one_line "$T is there and is not a regular file"
	expect 2 train --output "$T/no/such/file" zblk0
	one_line "$T/no/such/file: cannot write it: No such file or directory"
	expect 1 train --output '' zblk0
	one_line "--output '' is no name for a file"
	expect 1 train --apply --output "$T/quote\"d" zblk0
	one_line "takes no path with a quotation mark"
	expect 2 train --output /proc/zblk.dict zblk0
	one_line "/proc/zblk.dict: cannot write it"
	expect 2 FAKE_FAIL=add_algorithm=ENOMEM train --apply --size 8K --output mine zblk0
	one_line "zblk0: not enough memory for zstd and its dictionary"
	has "the report is there" "$OUT" "zstd, level 3, dictionary"
	expect 32 FAKE_VANISH=recomp_algorithm train --apply --size 8K zblk0
	one_line "the device has gone away"
}
