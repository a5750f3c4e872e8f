#!/bin/sh
# SPDX-License-Identifier: MIT
# What exit 0 promises must be on stable storage, so that a power cut right after
# it loses nothing: the order of the calls that see to it.
# shellcheck disable=SC2154
. "$(dirname "$0")/harness.sh"
strace -qq -o /dev/null -e trace=write true 2>/dev/null || skip_all "strace cannot trace here"
export ASAN_OPTIONS=detect_leaks=0

repo work
run 0 "$TRACK_TOKENS" add 1000 "one"
run 0 strace -qq -y -o ../trace -e trace=write,fsync,rename,renameat,renameat2,link,linkat \
	"$TRACK_TOKENS" add 2000 "two"
cd .. || exit 99

# at <which> <pattern>: the line number of the first or last such call
at() { grep -nE -- "$2" trace | sed 's/:.*//' | if [ "$1" = first ]; then head -1; else tail -1; fi; }
# order <what> <line> <line>...: each is there, and they rise
order() {
	what=$1 before=0
	shift
	for line in "$@"; do
		if [ -z "$line" ] || [ "$line" -le "$before" ]; then
			not_ok "$what" trace
			return
		fi
		before=$line
	done
	ok "$what"
}

ledger_written=$(at last '^write.*tokens_main\.json\.tmp>')
ledger_synced=$(at last '^fsync.*tokens_main\.json\.tmp>')
ledger_named=$(at first '^rename.*"tokens_main\.json\.tmp".*"tokens_main\.json"')
tracking_synced=$(at last '^fsync.*/local_tracking>')
order "the ledger is on the disk before it gets its name, and its directory after" \
	"$ledger_written" "$ledger_synced" "$ledger_named" "$tracking_synced"

export_written=$(at first '^write.*export_metadata')
export_synced=$(at last '^fsync\([0-9]*<[^>]*/temp/[^>]*>')
export_named=$(at first '^(link|rename).*"tokens_main_[^"]*"')
temp_synced=$(at last '^fsync\([0-9]*<[^>]*/temp>')
order "the export, likewise" "$export_written" "$export_synced" "$export_named" "$temp_synced"
order "an entry is recorded before it is exported" "$tracking_synced" "$export_written"

answered=$(at first '^write\(1<')
order "and nothing is said before it is done" "$temp_synced" "$answered"

# --- an import: SQLite syncs its database before exported files may go ---
cd work || exit 99
run 0 strace -qq -y -o ../trace -e trace=fsync,fdatasync,unlinkat "$IMPORT_TOKENS" --clean
cd .. || exit 99
database_synced=$(at last '^(fsync|fdatasync).*tokens\.db')
first_removed=$(at first '^unlinkat.*tokens_main_')
first_synced=$(at first '^(fsync|fdatasync).*tokens\.db')
order "the database is on the disk before the first file is removed" "$first_synced" "$first_removed"
order "(and that is the commit: nothing is synced later)" "$database_synced" "$(at last '^unlinkat.*tokens_main_')"
order "the removal is made durable" "$first_removed" "$(at last '^fsync\([0-9]*<[^>]*/temp>')"
finish
