# SPDX-License-Identifier: MIT
# What can go wrong in a batch file, read without Windows: awk -f check_batch.awk DIR=. FILE
# Lines end in CR LF (cmd loses labels otherwise), labels of goto exist and are
# used, quotes are paired, no block in parentheses (an argument with one would
# end it), and every other batch file that is run lies beside this one.
function bad(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	failed = 1
}
{
	if (!sub(/\r$/, ""))
		bad("does not end in CR LF")
	if (FNR == 1 && $0 != "@echo off")
		bad("is not '@echo off'")
	if (tolower($1) == "rem")
		next
	if ($0 ~ /[()]/ )
		bad("has a parenthesis")
	if (gsub(/"/, "\"") % 2)
		bad("has an open quote")
	if ($0 ~ /^:/) {
		labels[substr($1, 2)] = FNR
		next
	}
	for (i = 1; i <= NF; i++)
		if (tolower($i) == "goto")
			wanted[$(i + 1)] = FNR
	word = tolower($1)
	if (word !~ /^("%~dp0[a-z-]*\.bat"|@echo|if|where|exit|goto|wsl\.exe|powershell\.exe|(track|import)-tokens\.exe)$/)
		bad("runs '" $1 "'")
	rest = $0
	while (match(rest, /%~dp0[a-z-]*\.bat/)) {
		file = DIR "/" substr(rest, RSTART + 5, RLENGTH - 5)
		if ((getline line < file) < 0)
			bad("runs '" file "', which is not there")
		close(file)
		rest = substr(rest, RSTART + RLENGTH)
	}
	last = $0
}
END {
	for (label in wanted)
		if (!(label in labels))
			bad("goes to ':" label "', which is not there")
	for (label in labels)
		if (!(label in wanted))
			bad("nothing goes to ':" label "'")
	if (last !~ /^("%~dp0|exit \/b)/)
		bad("the end is run into")
	exit failed
}
