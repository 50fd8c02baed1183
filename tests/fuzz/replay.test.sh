#!/usr/bin/env bash
# replay.test.sh - what fuzzing found once, and its seeds, by every target; and no parser
# without a target. Any input that crashes a target fails.
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${BELFRY_BUILD:-build}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0

check() { # COMMAND...: adds its last "N passed, N failed"
    if "$@" >"$log" 2>&1; then rc=0; else rc=$?; fi
    read -r p f < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" | tail -1)
    [ "$rc" -eq 0 ] || tail -60 "$log"
    if [ "$rc" -ne 0 ] && [ "${f:-0}" -eq 0 ]; then f=1; fi
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0}))
}

check tools/fuzz-reach
# A variant's build is named by its folder: build/san needs SAN=1.
# shellcheck disable=SC2086
if make --no-print-directory -j"$(nproc)" ${MAKE_VARIANT:-} "${build#"$PWD"/}/tests/fuzz/replay" >"$log" 2>&1; then
    check "$build/tests/fuzz/replay" tests/fuzz/corpus
else
    tail -40 "$log"
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
