#!/bin/sh
# SPDX-License-Identifier: MIT
# [status] | set PLAN | update
[ "${1-}" != update ] || set -- detect
exec track-tokens plan "$@"
