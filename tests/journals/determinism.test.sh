#!/usr/bin/env bash
# determinism.test.sh [SEEDS] - the same journal, the same outbox, byte for byte: by
# gcc -O0, by clang -O2 and by the build under test, each under two map seeds; and from
# a snapshot cut anywhere, written while inputs went on. Random journals (replay.c)
# hold alerts of every door, changes of the book, ticks, outcomes, restarts, clock
# steps, nonces, silences, inhibitions and heartbeats; the end says whether they met every decision there is.
set -uo pipefail
cd "$(dirname "$0")/../.."
export LC_ALL=C
seeds=${1:-100}
own=${BELFRY_BUILD:-build}
export GCC=build/O0/tests/journals/replay CLANG=build/clang/tests/journals/replay
export OWN="$own/tests/journals/replay"
tmp=$(mktemp -d)
export tmp
trap 'rm -rf "$tmp"' EXIT

# What a make above us was told is for that build, not for these.
build() {
    env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory -s -j"$(nproc)" "$@" >"$tmp/make" 2>&1 ||
        { cat "$tmp/make"; exit 1; }
}
build CC=gcc CXX=g++ OPT=-O0 SAN= TSAN= COV= FUZZ= $GCC
build CC=clang CXX=clang++ OPT=-O2 SAN= TSAN= COV= FUZZ= $CLANG
build ${MAKE_VARIANT-} "${OWN#"$PWD"/}"

judge() { # SEED: a line for each check, "ok" or what is wrong
    local seed=$1 dir="$tmp/$1" n at
    mkdir "$dir"
    $GCC make "$seed" "$dir/journal" >"$dir/made" && $CLANG make "$seed" "$dir/again" >"$dir/made2" &&
        cmp -s "$dir/journal" "$dir/again" && cmp -s "$dir/made" "$dir/made2" &&
        echo ok || echo "seed $seed: gcc and clang make different journals"
    $GCC run "$dir/journal" 1 >"$dir/text" || echo "seed $seed: gcc cannot replay"
    for other in "$GCC 2" "$CLANG 1" "$CLANG 2" "$OWN 3"; do
        set -- $other
        $1 run "$dir/journal" "$2" | cmp - "$dir/text" >"$dir/differs" 2>&1 &&
            echo ok || echo "seed $seed: $1 with map seed $2: $(cat "$dir/differs")"
    done
    n=$(grep -c '^input ' "$dir/text")
    for other in "$GCC 4 7919" "$CLANG 5 104729"; do
        set -- $other
        at=$((2 + seed * $3 % (n - 1)))
        $1 cut "$dir/journal" "$2" "$at" >"$dir/tail" 2>"$dir/differs" &&
            sed -n "/^input $at /,\$p" "$dir/text" | cmp - "$dir/tail" >"$dir/differs" 2>&1 &&
            echo ok || echo "seed $seed: $1 from a snapshot at $at of $n: $(cat "$dir/differs")"
    done
    sed -n 's/^input [0-9]* /input /p
        s/^send .*"reason":"\([^"]*\)".*/reason \1/p
        s/^row .*"kind":1,.*"word":"\([^"]*\)".*/decision \1/p
        s/^row .*"kind":2,.*"word":"\([^"]*\)".*/verdict \1/p' "$dir/text" >"$tmp/$seed.words"
    rm -r "$dir"
}
export -f judge
seq "$seeds" | xargs -P "$(nproc)" -I{} bash -c 'judge {}' >"$tmp/checks"

# The comparison can fail: other seeds differ, a damaged journal is refused.
$GCC make 1 "$tmp/a" >/dev/null && $GCC make 2 "$tmp/b" >/dev/null
cmp -s <($GCC run "$tmp/a" 1) <($GCC run "$tmp/b" 1) && echo "two journals, one outbox" >>"$tmp/checks"
printf 'x' | dd of="$tmp/a" bs=1 seek=1000 conv=notrunc status=none
$GCC run "$tmp/a" 1 >/dev/null 2>&1 && echo "a damaged journal was replayed" >>"$tmp/checks"

sort "$tmp"/*.words | uniq -c | sort -rn >"$tmp/seen"
# Few journals meet little.
[ "$seeds" -lt 100 ] || while read -r word; do
    grep -q "^ *[0-9]* $word\$" "$tmp/seen" || echo "no journal met: $word"
done < <($GCC words) >>"$tmp/checks"
cat "$tmp/seen"

passed=$(grep -c '^ok$' "$tmp/checks")
failed=$(grep -vc '^ok$' "$tmp/checks")
grep -v '^ok$' "$tmp/checks"
echo "$seeds journals, gcc -O0, clang -O2 and $own, two map seeds each, two cuts each"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
