#!/usr/bin/env bash
# Writes the example documents into a folder with dates relative to today: "{{-13 years -6 months}}" in an example is that
# day, "{{today}}" this one. usage: examples/dated.sh FOLDER
set -euo pipefail
[ $# = 1 ] || { echo "usage: examples/dated.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
for example in "$(dirname "${BASH_SOURCE[0]}")"/*.json; do
  text=$(<"$example")
  while [[ $text =~ \{\{([^}]*)\}\} ]]; do
    text=${text//"${BASH_REMATCH[0]}"/$(date -u -d "${BASH_REMATCH[1]}" +%F)}
  done
  printf '%s\n' "$text" >"$1/$(basename "$example")"
done
