#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every attribute has its mode, its format and one value; reading works at any time and changes
# nothing.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device

modes="disksize 644 initstate 444 reset 200 compact 200 comp_algorithm 644 algorithm_params 644
	mem_limit 644 mem_used_max 644 mm_stat 444 io_stat 444 compression_ratio 444"
counters="orig_data_size compr_data_size mem_used_total mem_used_max same_pages huge_pages
	pages_compacted failed_reads failed_writes notify_free helped_writes
	slot_table_bytes metadata_bytes"

read -ra words <<<"$(tr -s '\t\n' ' ' <<<"$modes")"
for ((i = 0; i < ${#words[@]}; i += 2)); do
	expect_text "mode of ${words[i]}" "$(stat -c %a "$SYS/${words[i]}")" "${words[i + 1]}"
done
for name in $counters; do
	expect_text "mode of stats/$name" "$(stat -c %a "$SYS/stats/$name")" 444
done

number='^[0-9]+$'
one_value() {
	local value
	value=$(get_attr "$1"; echo .)
	expect_match "$1 ends its line" "$value" $'^[^\n]+\n\\.$'
	expect_match "$1" "${value%$'\n.'}" "$2"
}
formats() {
	local name
	for name in disksize mem_limit mem_used_max; do
		one_value $name "$number"
	done
	one_value initstate '^[01]$'
	one_value mm_stat '^( *[0-9]+){9}$'
	one_value io_stat '^( *[0-9]+){2} +0 +[0-9]+$'
	one_value compression_ratio '^[0-9]+\.[0-9]{3}$'
	one_value comp_algorithm '\[[a-z0-9-]+\]'
	one_value algorithm_params '^(algo=[a-z0-9-]+ )?level=-?[0-9]+$'
	for name in $counters; do
		[ -e "$SYS/stats/$name" ] || fail "stats/$name is missing"
	done
	# Whatever else there is has the same format.
	for name in "$SYS"/stats/*; do
		one_value "stats/${name##*/}" "$number"
	done
}

snapshot() {
	grep -r . "$SYS"/{disksize,initstate,comp_algorithm,algorithm_params,mem_limit} \
		"$SYS"/{mm_stat,io_stat,compression_ratio,mem_used_max,stats}
	[ ! -d "$SYS/size_classes" ] || grep -r . "$SYS/size_classes"
}

formats
expect_text "ratio when empty" "$(get_attr compression_ratio)" 0.000
set_attr disksize 32M
formats
blockio write --kind mixed --length 16M --direct "$DEV"
formats
for name in objects payload_bytes pages lost_bytes; do
	one_value size_classes/$name "$number"
	one_value size_classes/4096/$name "$number"
done
expect_text "what reading changed" "$(diff <(snapshot) <(snapshot))" ""

for name in initstate mm_stat io_stat compression_ratio stats/orig_data_size \
	size_classes/objects; do
	expect_errno EACCES set_attr $name 1
done
for name in reset compact; do
	expect_errno EACCES get_attr $name
done
