#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fio.sh: the timing jobs of tests/fio on each device in turns. Runs in a guest as root.
#
#   fio.sh CORPUS OUTPUT REPEATS RUNTIME FAMILY...    FAMILY: read, randwrite, ... for
#   bench-FAMILY.fio
#
# RUNTIME is fio's for one job (400ms). With BENCH_ZBLK as in devices.sh and BENCH_CLOCK, fio's
# clocksource (default clock_gettime). The devices start out filled with real pages; families that
# read should come before those that write. OUTPUT gets one line a job, device and repeat, the time
# being seconds per MiB moved.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=devices.sh
source "$(dirname "${BASH_SOURCE[0]}")/devices.sh"

[[ $# -ge 5 ]] || bench_die "usage: fio.sh CORPUS OUTPUT REPEATS RUNTIME FAMILY..."
corpus=$1
output=$2
repeats=$3
export BENCH_RUNTIME=$4 BENCH_DEVICE BENCH_CLOCK=${BENCH_CLOCK:-clock_gettime}
shift 4
jobs_dir=$(dirname "${BASH_SOURCE[0]}")/../../fio

read -ra names <<<"$(bench_names)"

# measure FAMILY NAME REPEAT|warm-up
measure() {
	BENCH_DEVICE=/dev/$2
	fio --output-format=json --output=/tmp/fio.json "$jobs_dir/bench-$1.fio" >/dev/null ||
		bench_die "fio failed on $2 in bench-$1.fio"
	[[ $3 != warm-up ]] || return 0
	python3 - "$1" "$2" "$3" <<'EOF' >>"$output"
import json
import sys

family, target, repeat = sys.argv[1:]
with open('/tmp/fio.json') as handle:
    text = handle.read()
for job in json.loads(text[text.index('{'):])['jobs']:
    rate = job['read']['bw_bytes'] + job['write']['bw_bytes']
    if job['error'] or not rate:
        sys.exit('fio job %s moved nothing (error %d)' % (job['jobname'], job['error']))
    print('cell name="fio %s %s" algorithm=lz4 target=%s repeat=%s time=%.9f' %
          (family, job['jobname'], target, repeat, 2 ** 20 / rate))
EOF
}

bench_modules 64
: >"$output"
for name in "${names[@]}"; do
	bench_setup "$name" 64M lz4
	dd if="$corpus" of="/dev/$name" bs=1M count=64 oflag=direct conv=fsync status=none
done

for family in "$@"; do
	# fio's own code comes in from the host with its first run; that is nobody's time.
	measure "$family" ram0 warm-up
	for ((repeat = 0; repeat < repeats; repeat++)); do
		for ((i = 0; i < ${#names[@]}; i++)); do
			measure "$family" "${names[(i + repeat) % ${#names[@]}]}" "$repeat"
		done
	done
done
