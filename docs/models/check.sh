#!/bin/sh
# Runs the models of this folder. Each must hold; each mutant must be found to break it; what must
# be possible must be found; and what README.md calls open must still be open. One line per run.
# Exits 1 when a line is not what it must be. usage: docs/models/check.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for tool in spin gcc; do
  command -v "$tool" >/dev/null 2>&1 || {
    echo "models: $tool is not installed; on Debian: apt-get install spin gcc" >&2
    exit 1
  }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
failed=0

# COMPILER_FLAGS MODEL FLAG...: leaves in `said` what the verifier says, or what stopped it.
verify() {
  compile=$1 model=$2 defines=
  shift 2
  name="$model${*:+ $*}"
  for flag in "$@"; do defines="$defines -D$flag"; done
  rm -f pan* said
  # Both are lists of words.
  # shellcheck disable=SC2086
  if spin $defines -a "$here/$model.pml" >said 2>&1 &&
    gcc -w $compile -DSAFETY -DNOREDUCE -DMEMLIM=1500 -o pan pan.c >said 2>&1; then
    ./pan -m10000 -w22 >said 2>&1 || true
  fi
}

wrong() { # WHAT
  echo "$name: $1"
  sed 's/^/  /' said
  failed=1
}

# COMPILER_FLAGS MODEL FLAG...: no error in the whole space.
holds() {
  verify "$@"
  if grep -q 'errors: 0$' said &&
    ! grep -qE 'not completed|depth too small|MEMLIM|out of memory|BITSTATE' said; then
    echo "$name: holds, $(awk '/states, stored/ {print $1}' said) states"
  else
    wrong 'DOES NOT HOLD'
  fi
}

# SAY COMPILER_FLAGS MODEL FLAG...: a run that breaks an assertion exists.
exists() {
  say=$1
  shift
  verify "$@"
  if grep -q 'assertion violated' said; then echo "$name: $say"; else wrong 'NOT FOUND'; fi
}
# Which way the search goes only says how soon it finds something.
backwards='-O0 -DT_REVERSE'
found() { exists found "$@"; }
reached() { exists reached "$backwards" "$@"; }
open() { exists 'open, as README.md says' "$@"; }

holds -O2 withdrawal
holds -O1 withdrawal MINUTES FROM_THE_FIRST_ASKING LEAVES=5
holds -O0 withdrawal HONEST
reached withdrawal HONEST REACH_OPEN
reached withdrawal HONEST REACH_STOPPED
reached withdrawal HONEST REACH_HELD
reached withdrawal HONEST REACH_CONTACT
reached withdrawal REACH_CAUGHT
found "$backwards" withdrawal NO_STATE_LEAF
found -O1 withdrawal NO_INDEX_RULE
found "$backwards" withdrawal NO_FIXED_STATES
found "$backwards" withdrawal NO_PAIR_CHAIN
found "$backwards" withdrawal NO_PAIR_VIEW
found "$backwards" withdrawal NO_SEEN
found "$backwards" withdrawal NO_LOOK_UP
found '-O1 -DT_REVERSE' withdrawal NO_CONSISTENCY LEAVES=8
found "$backwards" withdrawal MINUTES LEAVES=5
open -O0 withdrawal STATEMENT_AT_ONCE LEAVES=6 FIXED=6
holds -O1 withdrawal STATEMENT_AT_ONCE SEEN_STATE LEAVES=6 FIXED=6
open "$backwards" withdrawal STATEMENT_IN_ANY_ORDER

holds -O1 key_replacement
holds -O0 key_replacement HONEST
reached key_replacement HONEST REACH_SEALED
reached key_replacement HONEST REACH_LEARNED
reached key_replacement HONEST REACH_CONTACT
reached key_replacement REACH_CAUGHT
found "$backwards" key_replacement NO_STATE_LEAF
found "$backwards" key_replacement NO_INDEX_RULE
found "$backwards" key_replacement NO_FIXED_STATES
found "$backwards" key_replacement NO_OWN_EVENT
found "$backwards" key_replacement NO_SEEN
found "$backwards" key_replacement NO_CONSISTENCY
open "$backwards" key_replacement AT_ONCE
holds -O1 key_replacement AT_ONCE SEEN_STATE
open "$backwards" key_replacement NEEDS_THE_FENCE
exit "$failed"
