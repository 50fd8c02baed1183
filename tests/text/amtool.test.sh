#!/usr/bin/env bash
# amtool.test.sh - our Go templates against `amtool template render` of Debian's package,
# equal bytes: the cases whose functions it has. The rest is oracle.test.sh's.
set -uo pipefail
cd "$(dirname "$0")/../.."
own=${BELFRY_BUILD:-$PWD/build}
export LC_ALL=C TZ=UTC
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT

env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory -s -j"$(nproc)" ${MAKE_VARIANT-} \
    "${own#"$PWD"/}/tests/text/render" >"$tmp" 2>&1 || { cat "$tmp"; exit 1; }
"$own/tests/text/render" cases tests/text/cases/* >"$tmp" || exit 1
node tests/text/amtool.mjs <"$tmp"
