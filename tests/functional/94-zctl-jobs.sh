#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# zctl create with secondary algorithms and a backing device, idle, recompress, writeback and their
# keys of set: what they say agrees with the driver's counters, contents stay, and each way to fail
# has one clear line and the documented exit status.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need zctl

# says STATUS PATTERN ARGUMENT...: zctl fails so, with one line.
says() {
	local wanted=$1 pattern=$2 said status=0
	shift 2
	said=$(zctl "$@" 2>&1 >"$TEST_DIR/out") || status=$?
	echo "zctl $* -> $status: $said"
	expect "exit status of zctl $*" "$status" -eq "$wanted"
	expect "lines that zctl $* says" "$(wc -l <<<"$said")" -eq 1
	expect_match "what zctl $* says" "$said" "^zctl: .*$pattern"
}

# field N: of bd_stat
bd_stat() {
	get_attr bd_stat | awk -v n="$1" '{ print $n }'
}

echo "create"
backing 8M
path=$(zctl create --size 64M --secondary lz4hc:9 --secondary zstd:9 --backing-dev "$BACKING")
use_device "${path#/dev/zblk}"
expect_match "secondary algorithms" "$(get_attr recomp_algorithm)" \
	'^#1: .*\[lz4hc\].*#2: .*\[zstd\]'
expect_match "their levels" "$(get_attr algorithm_params)" '#1: level=9.*#2: level=9'
expect_text "backing device" "$(get_attr backing_dev)" "$BACKING"
expect_text "columns" "$(zctl list -nro BACKING-DEV,BACKED,RECOMPRESSED "$ID")" "$BACKING 0B 0"
expect_match "secondary algorithms" "$(zctl list -J -o SECONDARY "$ID" | tr -d ' \n')" \
	'\["lz4hc","zstd"\]'

io=(--kind real --seed 1 --length 8M --io 64K --direct "$DEV")
blockio write "${io[@]}"
blockio write --kind random --seed 2 --offset 32M --length 4M --io 64K --direct "$DEV"

echo "recompress"
zctl idle "$DEV"
before=$(counter compr_data_size)
said=$(zctl recompress --max-pages 100 --algorithm lz4hc "$ID")
echo "$said"
expect_match "what it says" "$said" "^zblk$ID: 100 sectors recompressed, [0-9.]+[BKM] saved, "
expect "sectors recompressed" "$(counter recompressed)" -eq 100
said=$(zctl recompress --type idle --priority 2 "$ID")
echo "$said"
expect_match "what it says" "$said" \
	"^zblk$ID: $(($(counter recompressed) - 100)) sectors recompressed, "
expect "bytes stored" "$(counter compr_data_size)" -lt "$before"
zctl recompress --type huge "$ID"
blockio check "${io[@]}"
expect_text "counted" "$(zctl list -nro RECOMPRESSED "$ID")" "$(counter recompressed)"

echo "a third algorithm while it runs, and no fourth"
zctl set "$ID" secondary=zstd:15
expect_match "added" "$(get_attr algorithm_params)" '#3: level=15$'
zctl recompress --priority 3 "$ID"
# In vain, with all three.
zctl recompress --type huge "$ID"
says 16 "no priority is free" set "$ID" secondary=zstd
says 16 "priority 1 is taken by lz4hc" set "$ID" secondary=1:zstd
blockio check "${io[@]}"

echo "writeback"
said=$(zctl writeback --pages 0 --pages 10-19 "$ID")
echo "$said"
expect_match "what it says" "$said" "^zblk$ID: 11 sectors \(44K\) written back, "
expect "blocks in use" "$(bd_stat 1)" -eq 11
said=$(zctl writeback --type incompressible --limit 1M "$ID")
echo "$said"
expect_match "what it says" "$said" "^zblk$ID: 256 sectors \(1M\) .*, up to the limit$"
expect "blocks in use" "$(bd_stat 1)" -eq $((11 + 256))
expect_text "no limit stays" "$(get_attr writeback_limit_enable)" 0
expect_text "counted" "$(zctl list -nrbo BACKED "$ID")" $(((11 + 256) * PAGE))
zctl set "$ID" writeback-limit=40K
says 2 "the limit for writeback is used up" writeback "$ID"
expect_match "what was done" "$(<"$TEST_DIR/out")" "^zblk$ID: 10 sectors \(40K\) written back"
zctl set "$ID" writeback-limit=none writeback-batch=4
says 2 "the backing device $BACKING is full" writeback "$ID"
expect "blocks in use" "$(bd_stat 1)" -eq 2048
blockio check "${io[@]}"
blockio check --kind random --seed 2 --offset 32M --length 4M --io 64K --direct "$DEV"

echo "what cannot be"
says 1 "has no sector 16384" writeback --pages 16384 "$ID"
says 1 "give a lower --threshold" recompress --threshold 4095 "$ID"
says 1 "lz4 is none of its secondary algorithms" recompress --algorithm lz4 "$ID"
says 16 "the backing device can only be chosen before" set "$ID" backing-dev=none
says 16 "the form of writeback can only be chosen before" set "$ID" compressed-writeback=yes
says 1 "does not keep 99999999999 sectors" set "$ID" writeback-batch=99999999999
says 1 "has no level 99" create --size 64M --secondary zstd:99
says 1 "not a block device" create --size 64M --backing-dev /etc/passwd
says 1 "device of the same driver" create --size 64M --backing-dev "$DEV"
says 16 "in use" create --size 64M --backing-dev "$BACKING"
expect "devices after all that" "$(find /sys/block -maxdepth 1 -name 'zblk*' | wc -l)" -eq 1

echo "while another job is under way"
zctl reset "$ID"
expect_text "backing device after reset" "$(get_attr backing_dev)" none
zctl set "$ID" secondary=zstd:19
zctl create --size 192M "zblk$ID"
says 1 "has no backing device" writeback "$ID"
blockio write --kind real --seed 3 --length 128M --io 1M --direct "$DEV"
zctl recompress --max-pages 100 "$ID"
zctl recompress "$ID" >"$TEST_DIR/job" 2>&1 &
job=$!
more() {
	[ "$(counter recompressed)" -gt 100 ]
}
eventually "a recompression under way" more
says 16 "another recompression or writeback is under way" recompress "$ID"
done=$(counter recompressed)
kill -0 "$job" || fail "the recompression ended before its time: $(cat "$TEST_DIR/job")"
expect "sectors recompressed of 32768" "$done" -lt 16384
zctl reset "$ID"
wait "$job" || fail "status $? of the recompression: $(cat "$TEST_DIR/job")"
cat "$TEST_DIR/job"
expect_text "size after reset" "$(get_attr disksize)" 0
expect_match "what it says" "$(cat "$TEST_DIR/job")" \
	"^zblk$ID: [0-9]{1,6} sectors recompressed, [0-9.]+[BKM] saved, "

echo "a setting that fails takes the others back"
zctl set "$ID" secondary=2:lz4hc:12 backing-dev="$BACKING"
says 1 "has no level 99" set "$ID" algorithm=zstd compressed-writeback=yes mem-limit=1G \
	backing-dev=none secondary=1:zstd:99
expect_match "algorithm" "$(get_attr comp_algorithm)" '\[lz4\]'
expect_text "levels" "$(get_attr algorithm_params | tr '\n' ' ' | sed 's/ $//')" \
	"level=1 #2: level=12"
expect_text "backing device" "$(get_attr backing_dev)" "$BACKING"
expect_text "mem_limit" "$(get_attr mem_limit)" 0
zctl remove "$ID"
