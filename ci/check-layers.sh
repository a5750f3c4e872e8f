#!/bin/sh
# Refuse an #include that leaves its layer, and an outside header outside the
# one layer that knows it.
set -eu
allow() {
	case $1 in
	base) echo "base" ;;
	model | vcs) echo "base $1" ;;
	ledger | capture | index | share | exchange | store | report) echo "base model $1" ;;
	cli) echo "base model vcs ledger capture index share exchange store report cli" ;;
	*) echo "unknown layer: $1" >&2; exit 1 ;;
	esac
}
# <header>:<the only file or directory that may include it>
outside='git2.h:src/vcs/ cjson/cJSON.h:src/base/json.c sqlite3.h:src/(store|index|capture/earlier_database.c)
libpq-fe.h:src/store/ libsmartcols.h:src/report/ uuid/uuid.h:src/model/'
bad=0
for file in $(find src include -name '*.[ch]' | sort); do
	layer=$(echo "$file" | cut -d/ -f2)
	ok=$(allow "$layer")
	# model/vcs: vcs knows base only, and nothing but cli knows vcs
	[ "$layer" = vcs ] && ok="base vcs"
	[ "$layer" = model ] && ok="base model"
	for used in $(sed -n 's|^#include "\([a-z]*\)/.*|\1|p' "$file" | sort -u); do
		case " $ok " in
		*" $used "*) ;;
		*) echo "$file: $layer may not include $used" >&2; bad=1 ;;
		esac
	done
	for pair in $outside; do
		header=${pair%%:*} home=${pair#*:}
		if grep -q "^#include <$header>" "$file" && ! echo "$file" | grep -Eq "^$home"; then
			echo "$file: only $home may include <$header>" >&2
			bad=1
		fi
	done
done
exit $bad
