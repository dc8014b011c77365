#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every attribute has its mode, its format and one value; reading works at any time and changes
# nothing.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device

counters="orig_data_size compr_data_size mem_used_total mem_used_max same_pages huge_pages
	pages_compacted failed_reads failed_writes notify_free helped_writes
	slot_table_bytes metadata_bytes"

# Files with a mode, as sysfs and debugfs have them. What another disk has too is the block layer's.
ours() {
	local file
	for file in "$SYS"/* "$SYS"/{stats,size_classes,size_classes/4096}/* "$CONTROL"/* \
		/sys/module/zblk/parameters/* "$DEBUGFS/zblk/zblk$ID"/*; do
		[ -f "$file" ] || continue
		[ ! -L "$file" ] || continue
		[ ! -e "/sys/block/loop0/${file#"$SYS/"}" ] || continue
		stat -c '0%a %n' "$file"
	done | sort
}

# The same as documented; what only some kernels have is left out where it is not.
documented() {
	awk -v id="$ID" '
		/^What:/ { what[++n] = $2 }
		/^Date:/ { described = n }
		match($0, /^\t\tMode 0[0-7]+\./) {
			mode = substr($2, 1, length($2) - 1)
			for (; n; n--) {
				sub(/<id>/, id, what[n])
				sub(/<bound>/, "4096", what[n])
				print mode, what[n]
			}
		}' "$ZBLK_TREE/Documentation/ABI/testing/sysfs-block-zblk" |
		while read -r mode file; do
			case $file in
			*/valid | */damage)
				[ -e /proc/self/fail-nth ] || continue ;;
			$DEBUGFS/*)
				[ -d $DEBUGFS/zblk ] || continue ;;
			esac
			echo "$mode $file"
		done | sort
}

modprobe -q loop || fail "there is no other disk to compare with"
eventually "another disk" test -e /sys/block/loop0
set_attr disksize 32M
blockio write --kind real --length 64K --direct "$DEV"
ours >"$TEST_DIR/ours"
documented >"$TEST_DIR/documented"
diff "$TEST_DIR/documented" "$TEST_DIR/ours" ||
	fail "files or modes differ from what is documented"
expect "files" "$(wc -l <"$TEST_DIR/ours")" -ge 60
expect_text "mode and owner of $DEV" "$(stat -c '%a %U' "$DEV")" "600 root"
set_attr reset 1

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
settled
snapshot >"$TEST_DIR/before"
snapshot >"$TEST_DIR/after"
expect "lines of a snapshot" "$(wc -l <"$TEST_DIR/before")" -ge 60
diff "$TEST_DIR/before" "$TEST_DIR/after" || fail "reading changes what is read"

for name in initstate mm_stat io_stat compression_ratio stats/orig_data_size \
	size_classes/objects; do
	expect_errno EACCES set_attr $name 1
done
for name in reset compact; do
	expect_errno EACCES get_attr $name
done

echo "who is not root"
unprivileged() {
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps -all "$@"
}
# debugfs lets nobody else in at all; behind that door the files have locks of their own.
chmod 755 $DEBUGFS
for file in disksize mm_stat stats/orig_data_size size_classes/objects; do
	unprivileged attr read "$SYS/$file" >/dev/null || fail "$file is not for all to read"
done
tried=0
while read -r mode file; do
	if [ $((0$mode & 0222)) != 0 ]; then
		expect_errno EACCES unprivileged attr write "$file" 1
		tried=$((tried + 1))
	fi
	if [ $((0$mode & 0004)) = 0 ]; then
		expect_errno EACCES unprivileged attr read "$file"
		tried=$((tried + 1))
	fi
done <"$TEST_DIR/ours"
echo "$tried accesses of $(wc -l <"$TEST_DIR/ours") files refused"
expect "accesses refused" "$tried" -ge 25
expect_errno EACCES unprivileged attr read "$DEV"
expect_errno EACCES unprivileged attr write "$DEV" 1
blockio check --kind mixed --length 16M --direct "$DEV"
chmod 700 $DEBUGFS
