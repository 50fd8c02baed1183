#!/usr/bin/env bash
# oracle.test.sh [SEED COUNT] - our Go templates against Go's own, equal bytes: every
# case of tests/text/cases, Debian's default templates, random html templates. The
# oracle is a small Go program built here, offline, from Debian's packages.
set -uo pipefail
cd "$(dirname "$0")/../.."
own=${BELFRY_BUILD:-$PWD/build}
export LC_ALL=C TZ=UTC
export GO111MODULE=off CGO_ENABLED=0 GOFLAGS= GOPROXY=off GOCACHE="$own/tests/text/gocache"
export GOPATH="$PWD/tests/text/oracle:/usr/share/gocode"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$GOCACHE"

env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory -s -j"$(nproc)" ${MAKE_VARIANT-} \
    "${own#"$PWD"/}/tests/text/render" >"$tmp/make" 2>&1 || { cat "$tmp/make"; exit 1; }
go build -o "$tmp/oracle" belfry/oracle || exit 1
render="$own/tests/text/render"
passed=0 failed=0

judge() { # NAME ARGUMENT...: one run of render, judged by the oracle
    local name=$1 p f
    shift
    "$render" "$@" >"$tmp/lines" || { echo "$name: render failed"; failed=$((failed + 1)); return; }
    "$tmp/oracle" <"$tmp/lines" >"$tmp/said"
    sed '$d' "$tmp/said"
    read -r p _ f _ <<<"$(tail -1 "$tmp/said" | tr -d ,)"
    echo "$name: ${p:-0} equal, ${f:-1} not"
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
}

judge cases cases tests/text/cases/*
# Debian's own templates, where its package puts them, over fifty random groups.
am=/usr/share/prometheus/alertmanager
judge defaults defaults 50 $am/default.tmpl $am/email.tmpl
judge random random "${1:-1}" "${2:-1000}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
