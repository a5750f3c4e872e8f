# SPDX-License-Identifier: MIT
#
# Print the run: blocks of a workflow or action, each after a line "### <n>".
# awk -f workflow_runs.awk FILE

function indent(line) {
	match(line, /^ */)
	return RLENGTH
}

# The end of a block: a line that is not indented deeper than its key.
block && NF && indent($0) <= depth { block = 0 }
block {
	print substr($0, depth + 3)
	next
}
/^ *(- )?run: / {
	depth = indent($0) + ($0 ~ /^ *- / ? 2 : 0)
	print "### " ++n
	text = $0
	sub(/^ *(- )?run: /, "", text)
	if (text ~ /^[|>]-?$/)
		block = 1
	else
		print text
}
