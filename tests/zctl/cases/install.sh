# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What comes with zctl: the installation, the man page, the completion.

test_install() {
	local make=(make -s -C "$ZCTL_TREE/tools/zctl" O="$T/build" DESTDIR="$T/dest" PREFIX=/usr)
	"${make[@]}" WERROR=1 install
	is files "$(cd "$T/dest" && find . -type f | sort | tr '\n' ' ')" \
		"./usr/sbin/zctl ./usr/share/bash-completion/completions/zctl ./usr/share/man/man8/zctl.8 "
	has version "$("$T/dest/usr/sbin/zctl" --version)" "zctl [0-9]"
	# The one that is installed, on a tree that is not the machine's.
	add 3 64M
	is "--sysroot" "$("$T/dest/usr/sbin/zctl" --sysroot "$FAKE_ROOT" list -nro NAME,DISKSIZE)" \
		"zblk3 64M"
	"${make[@]}" uninstall
	is "files left" "$(find "$T/dest" -type f)" ""
	"${make[@]}" clean
	is "what is left of the build" "$(find "$T/build" -type f)" ""
}

test_builds_with_clang() {
	need clang
	make -s -C "$ZCTL_TREE/tools/zctl" O="$T/build" CC=clang WERROR=1
	has version "$("$T/build/zctl" --version)" "zctl [0-9]"
}

test_man_page() {
	local verb option page="$ZCTL_TREE/tools/zctl/zctl.8" code
	need groff
	is "warnings of the formatter" "$(groff -man -Tutf8 -ww -z "$page" 2>&1)" ""
	groff -man -Tascii -P-cbou "$page" >page.txt
	for verb in $VERBS; do
		grep -q "^   $verb$" page.txt || fail "the man page has no section $verb"
		"$ZCTL" "$verb" --help >help.txt
		while read -r option; do
			grep -q -e "$option" page.txt || fail "the man page lacks $verb $option"
		done < <(grep -o -e '--[a-z][a-z-]*' help.txt | sort -u)
	done
	# The exit codes of --help are those of the man page.
	awk '/^[A-Z]/ { on = /^EXIT STATUS/ } on' page.txt >status.txt
	"$ZCTL" --help | sed -n '/^Exit codes/,/^$/s/^ *\([0-9][0-9]*\) .*/\1/p' >codes.txt
	is "exit codes" "$(wc -l <codes.txt)" 7
	while read -r code; do
		grep -q "^       $code " status.txt || fail "the man page lacks exit status $code"
	done <codes.txt
}

# complete WORD...: what the completion offers for the last of the words.
complete_words() {
	COMP_WORDS=(zctl "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_zctl
	echo "${COMPREPLY[*]}"
}

test_completion() {
	local verb offered option
	# compopt works only while bash completes; the rest calls these two.
	# shellcheck disable=SC2317
	compopt() { :; }
	# shellcheck disable=SC2317
	zctl() { "$ZCTL" "$@"; }
	# shellcheck source=/dev/null
	. "$ZCTL_TREE/tools/zctl/zctl.bash"
	is "verbs" "$(complete_words re)" "remove resize recompress reset"
	is "help" "$(complete_words help cl)" "classes"
	is "option" "$(complete_words remove --de)" "--detach"
	is "columns" "$(complete_words list -o NAME,RA)" "NAME,RATIO"
	is "more columns" "$(complete_words list -o +PE)" "+PEAK"
	is "counters" "$(complete_words stats -o huge)" "huge_pages"
	is "keys" "$(complete_words set zblk0 mem-l)" "mem-limit="
	is "types" "$(complete_words writeback --type inc)" "incompressible"
	is "types" "$(complete_words recompress -t hug)" "huge huge_idle"
	is "yes or no" "$(complete_words create --compressed-writeback '')" "yes no"
	is "secondary" "$(complete_words create --secondary zs)" "zstd"
	is "after --sysroot" "$(complete_words --sysroot / cre)" "create"
	for verb in $VERBS; do
		offered=" $(complete_words "$verb" --) "
		"$ZCTL" "$verb" --help | sed -n '/^Options/,/^$/p' |
			grep -oE '^ +(-., )?--[a-z-]+' | grep -o -e '--.*' >options.txt
		[ -s options.txt ] || fail "$verb --help lists no options"
		while read -r option; do
			[[ $offered == *" $option "* ]] || fail "$verb: $option is not offered"
		done <options.txt
	done
}
