#!/bin/sh
# SPDX-License-Identifier: MIT
# monitor DIR | analyze FILE | test
case ${1-} in
monitor) exec track-tokens watch start --foreground --dir "${2:-/tmp/claude-responses}" ;;
analyze) exec track-tokens hook post-request "${2--}" ;;
test) exec track-tokens doctor ;;
*) exec track-tokens "$@" ;;
esac
