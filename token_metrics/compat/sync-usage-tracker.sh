#!/bin/sh
# SPDX-License-Identifier: MIT
# [status] | detailed | add IN OUT | init; DEBUG=1 shows every step
[ $# -gt 0 ] || set -- status
[ -z "${DEBUG-}" ] || export TRACK_TOKENS_TRACE=1
[ "$1" != init ] || git rev-parse 2>/dev/null || set -- sync
exec track-tokens "$@"
