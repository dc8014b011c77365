# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lib.sh: what run, run-cross and speed share. They set $here and $top before they source it.

: "${here:?}" "${top:?}"
out=${ZBLK_BUILD:-$top/build}/unit/codec
# The exit code of who sources this.
export failed=0
mkdir -p "$out"

# The kernel source whose lib/lz4 is compared with, in LINUX_SRC; false when there is none.
find_linux_source() {
	LINUX_SRC=${LINUX_SRC-$("$top/scripts/kernel-source" 2>/dev/null)}
	[[ -r $LINUX_SRC/lib/lz4/lz4_compress.c ]] || LINUX_SRC=
	[[ -n $LINUX_SRC ]]
}

# build TARGET [VARIABLE=VALUE...]: quiet unless it fails, which counts as a failure.
build() {
	local log=$out/$1.build
	make -s -C "$here" O="$out" LINUX_SRC="$LINUX_SRC" "$@" >"$log" 2>&1 && return
	echo "not ok codec-$1-build"
	sed 's/^/    /' "$log" >&2
	failed=1
	return 1
}

# judge NAME COMMAND...: runs a case and says how it went.
judge() {
	local name=$1 log=$out/$1.log status=0
	shift
	# A failing sanitizer must not look like a case that says it failed.
	ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=print_stacktrace=1 "$@" >"$log" 2>&1 || status=$?
	case $status in
	0) echo "ok $name" ;;
	77) echo "skip $name: $(tail -n 1 "$log")" ;;
	*)
		echo "not ok $name"
		{
			echo "exit code $status of: $*"
			cat "$log"
		} | sed 's/^/    /' >&2
		failed=1
		;;
	esac
}

# Files whose sectors are tried: a large program, a library, the project's own sources in one.
sample_files() {
	local file
	for file in "$(gcc -print-prog-name=cc1 2>/dev/null)" /bin/bash \
		/usr/lib/*-linux-gnu/libc.so.6; do
		[[ -f $file ]] && echo "$file"
	done
	cat "$top"/drivers/block/zblk/*.[ch] "$here"/*.[ch] >"$out/sources"
	echo "$out/sources"
}

# run_programs FLAVOUR [EMULATOR...]: every case of both test programs.
run_programs() {
	local flavour=$1 program case files cases
	shift
	mapfile -t files < <(sample_files)
	for program in codec_test sector_test; do
		# One that cannot even say what it holds fails as a whole.
		if ! cases=$("$@" "$out/$flavour/$program"); then
			echo "not ok codec-$flavour-$program"
			failed=1
			continue
		fi
		for case in $cases; do
			judge "codec-$flavour-$case" "$@" "$out/$flavour/$program" "$case" \
				"${files[@]}"
		done
	done
}
