# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lib.sh - what the tests of zctl share
#
# Each test is a function test_* of a file in cases/ and runs in a shell of its own, in a fresh
# directory $T, with a fresh tree $FAKE_ROOT: the driver loaded, no device. See fake/fake.h for what
# stands in for the driver. A test passes when it reaches its end; fail() and any command that
# fails end it; skip() skips it.
#
# Globals that expect() sets: OUT and ERR, what zctl printed on stdout and stderr.

set -euo pipefail
set -o errtrace

# shellcheck disable=SC2034 # used by the tests
VERBS="create remove resize set list stats classes compact idle recompress writeback train reset"

fail() {
	echo "$*"
	exit 1
}

skip() {
	echo "$*"
	exit 77
}

# figure NAME COUNT: so many of these were tried.
figure() {
	echo "$1 $2" >>"$ZCTL_FIGURES"
}

# From here on the edges that zctl takes are noted, for edges_taken.
note_edges() {
	export FAKE_COVERAGE=$T/edges
}

# edges_taken WHAT: so many different ones were, which is a figure.
edges_taken() {
	local edges
	edges=$(tr -d '\0' <"$FAKE_COVERAGE" | wc -c)
	figure "edges_taken_by_$1" "$edges"
	figure edges_peak "$(stat -c %s "$FAKE_COVERAGE")"
	[ "$edges" -gt 0 ] || fail "no edge of zctl was taken"
}

# noise LENGTH: bytes of any kind, which follow from RANDOM.
noise() {
	LC_ALL=C awk -v seed="$((RANDOM << 15 | RANDOM))" -v length_of_it="$1" 'BEGIN {
		srand(seed)
		for (; length_of_it > 0; length_of_it--)
			printf "%c", int(256 * rand())
	}'
}

need() {
	PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null || skip "$1 is not installed"
}

# --- the tree -------------------------------------------------------------------------------------

make_tree() {
	mkdir -p "$FAKE_ROOT"/{dev,sys/block,proc/self/ns} "$T/bin"
	load_driver
	: >"$FAKE_ROOT/proc/self/ns/mnt"
	echo "20 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw" \
		>"$FAKE_ROOT/proc/self/mountinfo"
	echo "Filename Type Size Used Priority" >"$FAKE_ROOT/proc/swaps"
	# No test may load a module for real.
	program modprobe 'exit 1'
	PATH=$T/bin:$PATH
}

load_driver() {
	local dir=$FAKE_ROOT/sys/class/zblk-control
	mkdir -p "$dir"
	touch "$dir/hot_add" "$dir/hot_remove"
	chmod 0200 "$dir"/hot_*
}

unload_driver() {
	rm -r "$FAKE_ROOT/sys/class/zblk-control"
}

# program NAME BODY: a shell script that zctl finds first when it runs NAME.
program() {
	printf '#!/bin/sh\n%s\n' "$2" >"$T/bin/$1"
	chmod 0755 "$T/bin/$1"
}

# The real mkswap, which warns of holes in the sparse file that stands for a device.
real_mkswap() {
	local real
	rm -f "$T/bin/mkswap"
	real=$(PATH=$PATH:/usr/sbin:/sbin command -v mkswap) || skip "mkswap is not installed"
	program mkswap "exec $real \"\$@\" 2>/dev/null"
}

# attr DEVICE ATTRIBUTE: what it reads; put DEVICE ATTRIBUTE VALUE: as if the driver had changed it.
attr() {
	cat "$FAKE_ROOT/sys/block/$1/$2"
}

put() {
	echo "$3" >"$FAKE_ROOT/sys/block/$1/$2"
}

# add ID [SIZE]: a device that somebody else added, and gave a size.
add() {
	"$FAKECTL" class/zblk-control/hot_add "$1"
	[ -z "${2:-}" ] || "$FAKECTL" "block/zblk$1/disksize" "$2"
}

# make_dictionary FILE LENGTH: a file that the driver takes for a dictionary of zstd.
make_dictionary() {
	{
		printf '\x37\xa4\x30\xec'
		head -c $(($2 - 4)) /dev/zero
	} >"$1"
}

# mounted DEVICE DIR TYPE [OPTIONS]: one that somebody else mounted.
mounted() {
	echo "90 20 $(attr "$1" dev) / $2 rw - $3 /dev/$1 ${4:-rw}" \
		>>"$FAKE_ROOT/proc/self/mountinfo"
}

devices() {
	(cd "$FAKE_ROOT/sys/block" && echo *) | sed 's/^\*$//'
}

# --- what is expected -----------------------------------------------------------------------------

# expect STATUS [VARIABLE=VALUE...] ARGUMENT...: runs zctl, which must end with STATUS. Whenever it
# fails it must say so in one line.
expect() {
	local wanted=$1 status=0 variables=()
	shift
	while [[ ${1:-} == FAKE_*=* ]]; do
		variables+=("$1")
		shift
	done
	env "${variables[@]}" "$ZCTL" "$@" >"$T/out" 2>"$T/err" || status=$?
	OUT=$(<"$T/out")
	ERR=$(<"$T/err")
	[ "$status" = "$wanted" ] ||
		fail "zctl $*: status $status instead of $wanted: $OUT $ERR"
	if [ "$wanted" = 0 ]; then
		[[ $ERR == "" || " $* " == *" -v "* ]] || fail "zctl $*: succeeded and said: $ERR"
	else
		[[ $'\n'$ERR == *$'\n'"zctl: "* ]] || fail "zctl $*: no message, but: $ERR"
	fi
}

# one_line PATTERN: the last zctl said this and nothing else.
one_line() {
	[ "$(wc -l <"$T/err")" = 1 ] || fail "not one line: $ERR"
	says "$1"
}

# says PATTERN: the last zctl said this on stderr, among other things.
says() {
	# shellcheck disable=SC2053 # a pattern is wanted
	[[ $ERR == *$1* ]] || fail "'$ERR' does not match '$1'"
}

# is WHAT GOT WANTED
is() {
	[ "$2" = "$3" ] || fail "$1: '$2' instead of '$3'"
}

# has WHAT TEXT PATTERN
has() {
	# shellcheck disable=SC2053 # a pattern is wanted
	[[ $2 == *$3* ]] || fail "$1: '$2' does not match '$3'"
}
