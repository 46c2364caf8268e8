#!/usr/bin/env bash
# Runs the tour of README.md as it stands there, with other ports. usage: examples/tour.sh BIN_DIR
set -euo pipefail
bin=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
tour=$(mktemp)
trap 'rm -rf "$tour" "${T:-}"' EXIT
port=$((20000 + RANDOM % 10000))
sed -n '/^## A ten-minute tour/,/^## How/p' README.md | sed -n '/^```sh/,/^```/p' | grep -v '^```' |
  sed -e "s|\$PWD/build/bin|$bin|; s/8443/$port/g; s/8444/$((port + 1))/g" >"$tour"
[ "$(wc -l <"$tour")" -gt 20 ] || { echo "tour: README.md has no tour" >&2; exit 1; }
export CLICOLOR=0
set -m  # the tour ends its broker by its job
# shellcheck disable=SC1090
source "$tour"
[ -n "$REFERRAL" ] && [ "$(b audit accesses --json | jq -r '.accesses[0].kind')" = opened ]
