# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bash completion for zctl(8). Devices come from sysfs, columns from zctl itself.

_zctl_devices() {
	local path
	for path in /sys/block/zblk[0-9]*; do
		[ -d "$path" ] && echo "${path##*/}"
	done
}

# Names in the "Columns:" part of a verb's help.
_zctl_columns() {
	zctl "$1" --help 2>/dev/null | awk \
		'/^Columns:/ { on = 1; next } !NF { on = 0 } on { print $1 }'
}

_zctl_algorithms() {
	local path
	for path in /sys/block/zblk[0-9]*/comp_algorithm; do
		if [ -r "$path" ]; then
			tr -d '[]' <"$path"
			return
		fi
	done
	echo lz4 lz4hc zstd
}

_zctl_filesystems() {
	compgen -c mkfs. | sed 's/^mkfs\.//' | sort -u
}

_zctl_reply() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_zctl_reply_files() {
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

# The last name of a comma separated list, with what is before it kept.
_zctl_reply_list() {
	local before=''
	[[ $2 == *,* ]] && before=${2%,*},
	[[ $2 == +* && -z $before ]] && before=+
	compopt -o nospace
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${2#"$before"}")
}

# Completes the value of option $1 of verb $2; false when it is not an option with a value.
_zctl_value() {
	case $1 in
	-a | --algorithm)
		[[ $2 == create || $2 == recompress ]] || return 1
		_zctl_reply "$(_zctl_algorithms)" "$cur" ;;
	--secondary)
		_zctl_reply "$(_zctl_algorithms)" "$cur" ;;
	-t | --type)
		case $2 in
		recompress) _zctl_reply "idle huge huge_idle" "$cur" ;;
		writeback) _zctl_reply "idle huge huge_idle incompressible" "$cur" ;;
		*) return 1 ;;
		esac ;;
	-o | --output)
		if [ "$2" = train ]; then
			_zctl_reply_files "$cur"
		else
			_zctl_reply_list "$(_zctl_columns "$2")" "$cur"
		fi ;;
	--compressed-writeback)
		_zctl_reply "yes no" "$cur" ;;
	--dict | --backing-dev)
		_zctl_reply_files "$cur" ;;
	--fs)
		_zctl_reply "$(_zctl_filesystems)" "$cur" ;;
	--mount | --sysroot)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	-s | --size | -l | --level | -m | --mem-limit | -p | --priority | --options)
		[[ $2 == create || $2 == train || $2 == recompress || $2 == writeback ]] ;;
	--age | --threshold | --max-pages | --pages | --limit | --samples | --seed)
		return 0 ;;
	*)
		return 1 ;;
	esac
}

_zctl_options() {
	local common="--help --version"
	local table="--bytes --json --noheadings --output --output-all --raw"
	case $1 in
	create)
		echo \
			"$common --size --algorithm --level --dict --secondary --backing-dev" \
			"--compressed-writeback --wipe --mem-limit --swap --priority --fs --mount" \
			"--options --verbose" ;;
	remove | reset)
		echo "$common --detach" ;;
	resize)
		echo "$common --force" ;;
	idle)
		echo "$common --age" ;;
	recompress)
		echo "$common --type --threshold --max-pages --algorithm --priority" ;;
	writeback)
		echo "$common --type --pages --limit" ;;
	train)
		echo \
			"$common --size --samples --seed --level --output --apply --priority" \
			"--force --json" ;;
	list | stats)
		echo "$common $table" ;;
	classes)
		echo "$common $table --all" ;;
	'')
		echo "$common --sysroot" ;;
	*)
		echo "$common" ;;
	esac
}

_zctl() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local verbs="create remove resize set list stats classes compact idle recompress writeback"
	verbs+=" train reset help"
	local keys="algorithm= level= dict= secondary= backing-dev= compressed-writeback="
	keys+=" writeback-limit= writeback-batch= wipe= mem-limit= slack-target= mem-used-max=0"
	local verb='' i
	for ((i = 1; i < COMP_CWORD; i++)); do
		if [[ " $verbs " == *" ${COMP_WORDS[i]} "* &&
			${COMP_WORDS[i - 1]} != --sysroot ]]; then
			verb=${COMP_WORDS[i]}
			break
		fi
	done
	COMPREPLY=()
	_zctl_value "$prev" "$verb" && return
	if [[ $cur == -* ]]; then
		_zctl_reply "$(_zctl_options "$verb")" "$cur"
	elif [ -z "$verb" ] || [ "$verb" = help ]; then
		_zctl_reply "$verbs" "$cur"
	elif [ "$verb" = set ] && ((COMP_CWORD > i + 1)); then
		compopt -o nospace
		_zctl_reply "$keys" "$cur"
	else
		_zctl_reply "$(_zctl_devices)" "$cur"
	fi
}

complete -F _zctl zctl
