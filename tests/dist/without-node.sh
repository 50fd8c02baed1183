#!/usr/bin/env bash
# without-node.sh ARCHIVE - a release archive builds where there is no Node, and what it
# builds serves the console. `make dist-check`; it compiles everything once more.
set -euo pipefail
archive=$(realpath "$1")
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf --one-file-system "$dir"' EXIT

tar -C "$dir" -xzf "$archive"
cd "$dir"/belfry-*
# Whoever asks for Node gets this one.
mkdir "$dir/bin"
printf '#!/bin/sh\necho "$0 $*" >>%s/asked\nexit 1\n' "$dir" >"$dir/bin/node"
cp "$dir/bin/node" "$dir/bin/npm"
chmod +x "$dir"/bin/*
PATH="$dir/bin:$PATH" make -j"$(nproc)" build/belfry
if [ -e "$dir/asked" ]; then
    cat "$dir/asked"
    echo "the build asked for Node" >&2
    exit 1
fi

build/belfry serve --listen 127.0.0.1:0 --data "$dir/data" >"$dir/log" 2>&1 &
server=$!
for _ in $(seq 600); do
    address=$(sed -n 's/.*Listening on.*address=\([^ ]*\).*/\1/p' "$dir/log")
    [ -z "$address" ] || break
    kill -0 "$server" || { cat "$dir/log"; exit 1; }
    sleep 0.1
done
page=$(curl -fsS "http://$address/console/")
script=$(echo "$page" | sed -n 's/.*src="\.\/\(assets\/[^"]*\.js\)".*/\1/p')
[ -n "$script" ] || { echo "no console: $page" >&2; exit 1; }
curl -fsS --compressed -o "$dir/script.js" "http://$address/console/$script"
grep -q belfry.lang "$dir/script.js"
echo "built without Node; the console is in it: $script"
