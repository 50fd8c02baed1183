#!/usr/bin/env bash
# sim.test.sh [SEEDS] - a thousand days of virtual time under each timing setting, on
# every core. A seed that fails is one line, which runs it again.
set -uo pipefail
cd "$(dirname "$0")/../.."
sim=${BELFRY_BUILD:-build}/tests/sim/sim
env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory -s ${MAKE_VARIANT-} "${sim#"$PWD"/}" || exit 1
cores=$(nproc)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
for ((i = 0; i < cores; i++)); do
    "$sim" --seeds "${1:-${SIM_SEEDS:-1000}}" --part "$i/$cores" >"$tmp/$i" &
done
wait
grep -hv ' passed, ' "$tmp"/*
awk '/ passed, /{p += $1; f += $3} END {print p + 0 " passed, " f + 0 " failed"; exit f > 0 || p == 0}' "$tmp"/*
