#!/bin/sh
# SPDX-License-Identifier: MIT
# stop | post-tool | subagent-stop | session-end | post-request [FILE]
[ "${1-}" != pre-request ] || exit 0
exec track-tokens hook "$@"
