#!/usr/bin/env bash
# Installs what was built, puts the build folder out of sight, and links and runs a stranger's program against the installed
# copy only: through CMake and through pkg-config. usage: scripts/check-install.sh BUILD_DIR
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
work=$(mktemp -d)
broker=
clean_up() {
  [ -z "$broker" ] || kill "$broker" 2>/dev/null || true
  [ ! -d "$build.aside" ] || mv "$build.aside" "$build"
  rm -rf "$work"
}
trap clean_up EXIT
fail() { echo "install: $*" >&2; exit 1; }

cmake --install "$build" --prefix "$work/prefix" >/dev/null
mv "$build" "$build.aside"
prefix=$work/prefix
libdir=$(dirname "$(find "$prefix" -name 'libveerpont.so')")
export PATH="$prefix/bin:$PATH" LD_LIBRARY_PATH="$libdir" PKG_CONFIG_PATH="$libdir/pkgconfig"
for file in share/man/man1/veerpont.1 share/man/man8/veerpontd.8 share/man/man8/veerpont-gateway.8 bin/veerpont-gateway lib/systemd/system/veerpont-gateway.service lib/systemd/system/veerpont-witness.service share/bash-completion/completions/veerpont lib/systemd/system/veerpontd.service; do
  [ -s "$prefix/$file" ] || fail "$file is missing"
done
for page in "$prefix"/share/man/man*/*; do
  man --warnings -l "$page" 2>&1 >/dev/null | grep . && fail "$page does not format cleanly"
done

completes() { # LINE WORD: what bash offers after LINE includes WORD
  bash -c 'source "$1"; read -ra COMP_WORDS <<<"$2"; [[ $2 != *" " ]] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _veerpont; printf "%s\n" "${COMPREPLY[@]}"' - \
    "$prefix/share/bash-completion/completions/veerpont" "$1" | grep -xe "$2" >/dev/null || fail "'$1' is not completed with $2"
}
completes 'veerpont ref' referrals
completes 'veerpont grant ' register
completes 'veerpont grant register --ho' --home
completes 'veerpontd back' backup
completes 'veerpont-gateway se' serve

# Nothing but ours is shown.
nm -D --defined-only --demangle "$libdir/libveerpont.so" | awk '$2 != "A"' | cut -d' ' -f3- >"$work/shown"
foreign=$(sed 's/@@.*//' "$work/shown" | grep -vE '^((typeinfo (name )?for |vtable for )?veerpont::|veerpont_(open|call|wait_fd|acknowledge|free|close)$)' || true)
[ -z "$foreign" ] || fail "the shared library shows $foreign"
grep -q '^veerpont::Client::refer(' "$work/shown" || fail "the shared library does not show Client::refer"
grep -qE '^(typeinfo (name )?for |vtable for )?veerpont::(crypto|sdk|audit|wire|v1|rules)::' "$work/shown" && fail "the shared library shows its inside"

# What the C face promises between releases stays: names, types, versions. On Debian 12 alone, since another compiler
# writes other type information. `scripts/check-install.sh BUILD_DIR` with VEERPONT_NEW_ABI=1 writes the baseline anew.
# shellcheck disable=SC1091
if [ "$(. /etc/os-release && echo "${VERSION_ID:-}")" = 12 ]; then
  { echo '[abi_whitelist]'; grep -oE '\bveerpont_[a-z_]+\(' client_sdk/include/veerpont/veerpont_c.h | tr -d '(' | sort -u; } >"$work/c-face"
  abi_of() { abidw --no-corpus-path --no-comp-dir-path --no-show-locs --drop-undefined-syms --no-elf-needed --header-file client_sdk/include/veerpont/veerpont_c.h --drop-private-types --kmi-whitelist "$work/c-face" "$libdir/libveerpont.so"; }
  [ -z "${VEERPONT_NEW_ABI:-}" ] || abi_of >client_sdk/c/veerpont-1.abi
  abi_of >"$work/now.abi"
  abidiff client_sdk/c/veerpont-1.abi "$work/now.abi" >&2 || fail "the C face is not what client_sdk/c/veerpont-1.abi promises"
  sed 's/veerpont_close/veerpont_finish/; s/veerpont_wait_fd/veerpont_fd/' "$work/now.abi" >"$work/broken.abi"
  abidiff client_sdk/c/veerpont-1.abi "$work/broken.abi" >/dev/null && fail "abidiff does not catch a function that is gone"
else
  echo "install: SKIPPED LOUDLY: the ABI baseline is of Debian 12" >&2
fi

cmake -G Ninja -S examples/consumer -B "$work/consumer" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$work/consumer" >/dev/null
# shellcheck disable=SC2046
g++ -std=c++20 -Wall -Wextra -Werror examples/consumer/main.cc -o "$work/consumer-pc" $(pkg-config --cflags --libs veerpont)

# A federation of installed programs; the referral goes and comes through the stranger's program.
port=$((20000 + RANDOM % 20000))
veerpontd init --home "$work/broker" --name federatie.example/install --listen "127.0.0.1:$port" --admin "127.0.0.1:$((port + 1))" >/dev/null
veerpontd serve --home "$work/broker" 2>"$work/broker.log" &
broker=$!
for _ in $(seq 100); do curl -fs "http://127.0.0.1:$((port + 1))/readyz" >/dev/null && break || sleep 0.1; done
org() { VEERPONT_CREDENTIAL_FILE=$work/$1.key veerpont "${@:2}" --home "$work/$1"; }
for pair in a:shelter b:youth-team; do
  name=${pair%:*}
  veerpontd invite "org-$name" --home "$work/broker" --title "$name" --kind "${pair#*:}" --out "$work/$name.json" >/dev/null
  veerpont join "$work/$name.json" --home "$work/$name" --credential "$work/$name.key" >/dev/null
done
org a directory confirm org-b --fingerprint "$(org b whoami --json | jq -r .fingerprint)" >/dev/null
org b directory confirm org-a --fingerprint "$(org a whoami --json | jq -r .fingerprint)" >/dev/null
jq -n --arg today "$(date +%F)" --arg birth "$(date -d '-17 years' +%Y)-01-15" \
  '{recipient:"org-b",ground:"consent",purpose:"arrange-help",outbound:["care-need"],birthDate:$birth,
    record:{answers:[{role:"child",answer:"agrees",method:"written",date:$today}]}}' >"$work/grant.json"
grant=$(org a grant register "$work/grant.json" --json | jq -r .grantId)
echo '{"careNeed":{"tried":"gesprekken"}}' >"$work/child.json"
echo 314159 >"$work/pin"
org b worker add consumer --pin-file "$work/pin" >/dev/null
export VEERPONT_WORKER=consumer
"$work/consumer/consumer" "$work/a" "$work/a.key" refer "$work/child.json" "$grant" | grep -q 'is event' || fail "the consumer did not refer"
"$work/consumer-pc" "$work/b" "$work/b.key" receive | grep -q gesprekken || fail "the consumer did not receive"
"$work/consumer-pc" "$work/b" "$work/b.key" receive | grep -q gesprekken && fail "a message that was done came again"
[ "$("$work/consumer/consumer" 2>/dev/null; echo $?)" = 2 ] || fail "the consumer's usage"

# The same through C and through Python.
# shellcheck disable=SC2046
gcc -std=c11 -Wall -Wextra -Wpedantic -Werror examples/c/main.c -o "$work/consumer-c" $(pkg-config --cflags --libs veerpont)
export VEERPONT_LIBRARY="$libdir/libveerpont.so" PYTHONPATH="$prefix/lib/python3/dist-packages"
MYPYPATH="$prefix/lib/python3/dist-packages" mypy --strict --cache-dir "$work/mypy" examples/python/consumer.py >&2 || fail "the example in Python does not fit the type hints"
sed 's/"messages.open"/"messages.opne"/' examples/python/consumer.py >"$work/consumer.py"
MYPYPATH="$prefix/lib/python3/dist-packages" mypy --strict --cache-dir "$work/mypy" "$work/consumer.py" >/dev/null && fail "the type hints take an operation that is not there"
another_grant() { jq --arg birth "$(date -d "-$1 years" +%Y)-01-15" '.birthDate = $birth' "$work/grant.json" >"$work/again.json" && org a grant register "$work/again.json" --json | jq -r .grantId; }
"$work/consumer-c" "$work/a" "$work/a.key" refer "$work/child.json" "$(another_grant 16)" | jq -e .logIndex >/dev/null || fail "the program in C did not refer"
python3 examples/python/consumer.py "$work/a" "$work/a.key" refer "$work/child.json" "$(another_grant 16)" | grep -q 'is event' || fail "the program in Python did not refer"
[ "$("$work/consumer-c" "$work/b" "$work/b.key" receive | jq -s '.[1].messages | length')" = 2 ] || fail "the program in C did not receive"
[ "$(python3 examples/python/consumer.py "$work/b" "$work/b.key" receive | grep -c gesprekken)" = 2 ] || fail "the program in Python did not receive"
{ "$work/consumer-c" "$work/b" "$work/a.key" receive 2>&1 || true; } | grep -q '"code":"unlock-failed"' || fail "the program in C does not hear why"
echo "install: strangers' programs in C++, C and Python link, refer and receive"
