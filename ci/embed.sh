#!/bin/sh
# Write the C source that holds the given text files: ci/embed.sh FILE... >out.c
set -eu
printf '/* Made by ci/embed.sh. */\n#include "base/embedded.h"\n\n'
printf 'const struct embedded embedded_files[] = {\n'
for file in "$@"; do
	printf '\t{ "%s",\n' "$file"
	sed 's/\\/\\\\/g; s/"/\\"/g; s/?/\\?/g; s/^/\t  "/; s/$/\\n"/' "$file"
	printf '\t  , %s },\n' "$(wc -c <"$file" | tr -d ' ')"
done
printf '\t{ 0 }\n};\n'
