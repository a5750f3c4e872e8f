#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Everything that `make bench` measures: tests/bench/run.sh BUILD-DIR
# Exits 1 when a target is missed.  Targets are ratios of what is measured in the
# same run wherever that is possible, so that they hold on any machine.
set -u
dir=$(dirname "$0")
status=0
for bench in "$dir"/bench_*.sh; do
	sh "$bench" "${1:-build/release}" || status=1
done
exit $status
