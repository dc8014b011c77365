# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lib.sh: what the checks share; each sources it first and then stands in the project's root.
#
# A check is an executable file here that looks at the whole project, prints what is wrong as
# FILE:LINE: TEXT and exits with 1, or with 0 when nothing is. What it cannot do for lack of a
# program it leaves by skip. It changes nothing outside $lint, which is its own scratch folder.

set -euo pipefail
export LC_ALL=C.UTF-8

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
lint=${ZBLK_BUILD:-$top/build}/lint
mkdir -p "$lint"
cd "$top"

# skip REASON: this check cannot run here.
skip() {
	echo "$*"
	exit 77
}

# nothing: passes on what it reads and fails if that is anything.
nothing() {
	! grep .
}

# need PROGRAM PACKAGE: the lint group of scripts/deps has the package; without it there is no
# verdict.
need() {
	command -v "$1" >/dev/null || skip "$1 is missing: apt-get install $2"
}

# Every file that belongs to the project, new ones included, without what git ignores.
project_files() {
	local file listed=
	# A copy without a history may lie inside another project's checkout, which knows none of
	# it.
	listed=$(git -c safe.directory="$top" ls-files -co --exclude-standard 2>/dev/null) || true
	[[ -n $listed ]] ||
		listed=$(find . -name .git -prune -o -path ./build -prune -o -type f -printf '%P\n')
	sort <<<"$listed" | while IFS= read -r file; do
		# Deleted but not committed, or a link to a file that is checked under its own name.
		[[ ! -f $file || -L $file ]] || echo "$file"
	done
}

# files PATTERN: those of them whose path matches an extended regular expression.
files() {
	project_files | grep -E -- "$1" || true
}

# Those of them that are text.
text_files() {
	project_files | xargs -r grep -Il -- '' || true
}

# C that is built for the kernel.
kernel_c_files() {
	files '^(include|mm|drivers|tests/kunit|tests/bench/kbench|tests/density/kmalloc)/.*\.[ch]$'
}

# first_lines FILE: its first two lines, whatever they are made of.
first_lines() {
	head -n 2 -- "$1" | tr -d '\0'
}

shell_files() {
	local file
	text_files | while IFS= read -r file; do
		if first_lines "$file" | grep -qE '^#!.*[/ ](ba|da)?sh( |$)|^# shellcheck '; then
			echo "$file"
		fi
	done
}

python_files() {
	local file
	text_files | while IFS= read -r file; do
		if [[ $file == *.py ]] || first_lines "$file" | grep -qE '^#!.*python3?( |$)'; then
			echo "$file"
		fi
	done
}

# digest TEXT: of the text and of what is read, together
digest() {
	{ echo "$1" && cat; } | sha256sum | cut -c 1-16
}

# unseen KEY FILE...: those of the files of which mark_seen KEY has not been told as they are now.
# KEY is the digest of whatever else the verdict depends on, the checker first.
unseen() {
	local seen=$lint/seen.$1
	shift
	[[ $# -gt 0 ]] || return 0
	touch "$seen"
	sha256sum -- "$@" | { grep -vxFf "$seen" || true; } | sed 's/^[0-9a-f]*  //'
}

# mark_seen KEY FILE...: nothing is wrong with any of the files.
mark_seen() {
	local seen=$lint/seen.$1
	shift
	sha256sum -- "$@" >"$seen"
}

# kernel_script NAME: the path of one of the kernel's own checkers. They are part of the source
# package, whose archive is searched once for a version; the whole source need not be unpacked.
kernel_script() {
	local package=linux-source-6.12 version dir archive
	archive=/usr/src/$package.tar.xz
	version=$(dpkg-query -W -f='${Version}' "$package" 2>/dev/null) ||
		skip "the kernel's $1 is missing: apt-get install $package"
	dir=$lint/kernel-${version//[^A-Za-z0-9.+-]/_}
	exec 8>"$lint/.kernel-lock"
	flock 8
	if [[ ! -d $dir ]]; then
		rm -rf "$dir.part"
		mkdir "$dir.part"
		tar -xJf "$archive" -C "$dir.part" --strip-components=2 --wildcards \
			'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
			'*/scripts/const_structs.checkpatch' '*/scripts/kernel-doc'
		mv "$dir.part" "$dir"
	fi
	flock -u 8
	echo "$dir/$1"
}

# guest_kernel: the build tree of the kernel that the tests boot.
guest_kernel() {
	scripts/find-kernel --guest 2>/dev/null ||
		skip "no headers of a 6.12 kernel: apt-get install linux-headers-6.12-amd64"
}
