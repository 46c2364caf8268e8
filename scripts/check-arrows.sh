#!/usr/bin/env bash
# Reads every `#include "module/…"` against the table of allowed arrows, and fails on one that is not there. The table has
# no cycle, so what passes has none. usage: check-arrows.sh [FOLDER]; lint.sh plants a violation in a folder and sees it caught.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

allowed() { # what a module may include besides itself
  case $1 in
    base) echo "" ;;
    schemas) echo "base" ;;
    rules) echo "schemas base" ;;
    crypto) echo "rules schemas base" ;;
    audit) echo "crypto rules schemas base" ;;
    broker) echo "audit crypto rules schemas base" ;;
    client_sdk) echo "audit crypto rules schemas base" ;;
    cli) echo "veerpont schemas crypto base" ;; # the public header, and wiping
    tests | bench | fuzz | examples) echo "any" ;;
  esac
}
modules="base schemas rules crypto audit broker client_sdk cli"
faults=0
for module in $modules; do
  while IFS=: read -r file line text; do
    target=$(sed -E 's/.*#include "([a-z_]+)\/.*/\1/' <<<"$text")
    case $target in
      "$module") continue ;;
      veerpont) [[ $text == *'"veerpont/v1/'* || $module == client_sdk || $module == cli ]] && continue ;;
    esac
    [[ " $(allowed "$module") " == *" $target "* ]] && continue
    echo "$file:$line: $module must not include $target" >&2
    faults=1
  done < <(grep -rnE '^#include "[a-z_]+/' --include='*.h' --include='*.cc' "$module" 2>/dev/null || true)
done
# These know nothing of schemas: the lowest layer of cryptography.
for file in secret random hash sign hpke padding; do
  if grep -nE '^#include "schemas/' crypto/$file.h crypto/$file.cc 2>/dev/null; then
    echo "crypto/$file must not include schemas" >&2
    faults=1
  fi
done
exit $faults
