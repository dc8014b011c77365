#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh: loads the KUnit module, which runs every suite, and unloads it again. Runs in a guest.
#
#   guest.sh MODULE
#
# Verdicts are in the kernel log; this script fails only when the module cannot come or go.
set -euo pipefail

insmod "$1"
rmmod "$(basename "$1" .ko)"
