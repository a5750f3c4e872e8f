#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Build the programs of this checkout for a job of GitHub Actions, and put them
# on its PATH.
set -eu
cd "$(dirname "$0")/.."
echo "::group::Build track-tokens"
sh ci/deps.sh build
make -j2 B=release all
echo "::endgroup::"
echo "$PWD/build/release/bin" >>"$GITHUB_PATH"
