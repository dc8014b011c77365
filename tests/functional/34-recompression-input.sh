#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Secondary algorithms, parameters and recompression: what is wrong is refused with the right errno
# and changes nothing.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2119 # it takes options, none are wanted here
new_device

echo "before there is a size"
for order in " " "algo=" "algo=nosuch priority=1" "priority=1" "algo=zstd priority=0" \
	"algo=zstd priority=4" "algo=zstd priority=-1" "algo=zstd priority=x" "zstd" \
	"algo=zstd priority=1 nosuch=1" "algo=zstd priority=99999999999999"; do
	expect_errno 'EINVAL|ERANGE' set_attr recomp_algorithm "$order"
done
expect_text "secondary algorithms" "$(get_attr recomp_algorithm)" ""
for order in "priority=1 level=3" "level=x" "level=" "level=3 nosuch=1" "priority=4 level=1" \
	"level=70000" "algo=nosuch level=1"; do
	expect_errno 'EINVAL|ERANGE' set_attr algorithm_params "$order"
done
expect_errno EINVAL set_attr recompress "type=idle"
expect_errno EINVAL set_attr idle all

# A priority that is given twice is what was given last.
set_attr recomp_algorithm "algo=lz4hc priority=2"
set_attr recomp_algorithm "algo=zstd priority=2"
expect_match "priority 2" "$(get_attr recomp_algorithm)" '^#2: .*\[zstd\]'
expect_errno EINVAL set_attr algorithm_params "priority=2 level=23"
set_attr disksize 16M
blockio write --kind real --seed 1 --length 8M --direct "$DEV"

echo "once there is"
expect_errno EBUSY set_attr recomp_algorithm "algo=zstd priority=1"
expect_errno EBUSY set_attr algorithm_params "priority=2 level=5"
expect_errno EBUSY set_attr comp_algorithm zstd
for order in "type=nosuch" "type=" "type" "idle" "priority=1" "priority=0" "priority=4" \
	"algo=lz4hc" "algo=nosuch" "threshold=x" "threshold=4096" "threshold=-1" "max_pages=x" \
	"max_pages=-1" "nosuch=1" "type=incompressible" "algo=zstd priority=1"; do
	expect_errno 'EINVAL|ERANGE' set_attr recompress "$order"
done
for order in " " "nosuch" "-1" "99999999999999999999" "1x"; do
	expect_errno 'EINVAL|ERANGE' set_attr idle "$order"
done
expect "sectors recompressed" "$(counter recompressed)" -eq 0

echo "one more while it runs, but none in place of another"
for order in "algo=zstd" "algo=zstd priority=0" "priority=1" "algo=nosuch priority=1" \
	"algo=zstd level=99 priority=1"; do
	expect_errno EINVAL set_attr add_algorithm "$order"
done
expect_errno EBUSY set_attr add_algorithm "algo=lz4hc priority=2"
set_attr add_algorithm "algo=zstd level=12 priority=3"
expect_errno EBUSY set_attr add_algorithm "algo=zstd priority=3"
set_attr recompress "priority=3"
expect "sectors recompressed" "$(counter recompressed)" -gt 0
blockio check --kind real --seed 1 --length 8M --direct "$DEV"

echo "a device without secondary algorithms"
new_device --size 16M
expect_errno EINVAL set_attr recompress "type=idle"

echo "max_comp_streams is as many as CPUs, whatever is written"
set_attr max_comp_streams 17
expect "max_comp_streams" "$(get_attr max_comp_streams)" -eq "$(nproc)"
