#!/bin/sh
# SPDX-License-Identifier: MIT
# [upgrade] | status | backup: 'migrate' makes a backup before it changes anything
case ${1:-upgrade} in upgrade | backup) set -- ;; *) set -- "--$1" ;; esac
exec track-tokens migrate "$@"
