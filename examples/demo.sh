#!/usr/bin/env bash
# The main job before your eyes: real processes on loopback, in a temporary home. Exits non-zero at the first surprise.
# usage: examples/demo.sh BIN [KEEP_DIR]   (with KEEP_DIR the homes stay there, and the broker keeps running)
set -euo pipefail
bin=$(realpath "$1")
examples=$(realpath "$(dirname "$0")")
if [ $# -gt 1 ]; then root=$2; mkdir -p "$root"; keep=1; else root=$(mktemp -d); keep=; fi
chmod 700 "$root"
documents=$root/documents
"$examples/dated.sh" "$documents"

broker_pid=
cleanup() {
  [ -n "$keep" ] && return
  [ -n "$broker_pid" ] && kill "$broker_pid" 2>/dev/null && wait "$broker_pid" 2>/dev/null
  rm -rf "$root"
}
trap cleanup EXIT
surprise() { echo "SURPRISE: $*" >&2; exit 1; }

free_port() { # a port that nobody listens on now
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  surprise "no free port"
}

now_ms() { date +%s%3N; }
last=$(now_ms)
say() { # a line of the transcript with the time since the line before
  local now
  now=$(now_ms)
  printf '%6d ms  %s\n' $((now - last)) "$*"
  last=$(now_ms)
}

as() { # as ORG COMMAND…: the organisation's own process
  local org=$1
  shift
  VEERPONT_CREDENTIAL_FILE=$root/$org.credential "$bin/veerpont" "$@" --home "$root/$org"
}
expect() { [ "$1" = "$2" ] || surprise "${3:-value}: expected '$2', got '$1'"; }
state_at() { as "$1" referrals --json | jq -r --arg id "$2" '.referrals[] | select(.referralId == $id) | .stateLabel'; }
fingerprint_of() { as "$1" whoami --json | jq -r .fingerprint; }
confirm() { as "$1" directory confirm "$2" --fingerprint "$(fingerprint_of "$2")" >/dev/null; }
draft() { sed -e "s/\"recipient\": \"recipient\"/\"recipient\": \"${2:-recipient}\"/" "$documents/$1" >"$root/draft.json"; echo "$root/draft.json"; }
newest_unread() { as "$1" inbox --json | jq -r '.messages[0].messageId'; }

port=$(free_port); admin=$(free_port)
"$bin/veerpontd" init --home "$root/broker" --name federatie.example/holland-rijnland --listen "127.0.0.1:$port" --admin "127.0.0.1:$admin" --oversight bodies >/dev/null
"$bin/veerpontd" serve --home "$root/broker" 2>"$root/broker.log" &
broker_pid=$!
echo "$broker_pid" >"$root/broker.pid"
for _ in $(seq 100); do curl -fs "http://127.0.0.1:$admin/readyz" >/dev/null 2>&1 && break; sleep 0.05; done
curl -fs "http://127.0.0.1:$admin/readyz" >/dev/null || surprise "the broker does not get ready"
say "the broker serves on port $port"

join() { # ORG TITLE KIND SERVES
  "$bin/veerpontd" invite "$1" --home "$root/broker" --title "$2" --kind "$3" ${4:+--serves "$4"} --out "$root/$1.invitation" >/dev/null
  "$bin/veerpont" join "$root/$1.invitation" --home "$root/$1" --credential "$root/$1.credential" >/dev/null
  say "$2 joined"
}
join de-binnenvest "De Binnenvest" shelter
join jgt-leiden "JGT Leiden" youth-team GM0546,GM0547,GM0579,GM0638,GM0626
join go-voor-jeugd "Go! voor Jeugd" youth-team GM0484,GM1884
join toezicht "Toezicht" oversight

for team in jgt-leiden go-voor-jeugd; do
  confirm de-binnenvest "$team"
  confirm "$team" de-binnenvest
done
say "fingerprints compared and confirmed"
echo 314159 >"$root/pin"
for known in de-binnenvest:kindbegeleider jgt-leiden:jeugdconsulent go-voor-jeugd:jeugdhulpverlener; do
  as "${known%%:*}" worker add "${known#*:}" --pin-file "$root/pin" >/dev/null
done

grant=$(as de-binnenvest grant register "$(draft grant-leiden.json)" --json | jq -r .grantId)
say "De Binnenvest registered the consent (grant ${grant:0:8}…)"
referral=$(as de-binnenvest refer "$documents/referral-13-secret-address.json" --grant "$grant" --json | jq -r .referralId)
say "De Binnenvest referred a 13-year-old with a secret address (referral ${referral:0:8}…)"
expect "$(state_at de-binnenvest "$referral")" "Verstuurd"

message=$(newest_unread jgt-leiden)
say "JGT Leiden received it"
expect "$(state_at de-binnenvest "$referral")" "Aangekomen, nog niet gelezen"
say "De Binnenvest sees: Aangekomen, nog niet gelezen"
as jgt-leiden open "$message" --worker jeugdconsulent >"$root/opened.json"
expect "$(jq -r .identity.referralNumber "$root/opened.json")" "DB-2026-0113"
expect "$(jq -r .grantRecord.ageAtSigning "$root/opened.json")" "13"
expect "$(as jgt-leiden audit accesses --json | jq -r '.accesses[0] | .person + " " + .kind')" "jeugdconsulent opened"
say "JGT Leiden opened it, and its access log says who: $(jq -r '[keys[]] | join(", ")' "$root/opened.json")"
expect "$(state_at de-binnenvest "$referral")" "In beoordeling"
say "De Binnenvest sees: In beoordeling"

step() { # ORG STEP DOCUMENT EXPECTED_STATE
  as "$1" reply "$referral" "$2" ${3:+--document "$documents/$3"} >/dev/null
  expect "$(state_at de-binnenvest "$referral")" "$4"
  say "$1: $2 → De Binnenvest sees: $4"
}
step jgt-leiden accept update-accept.json "Aangenomen"
step jgt-leiden plan-handover update-handover.json "Warme overdracht gepland"
step jgt-leiden start "" "Hulp gestart"
step jgt-leiden update update-progress.json "Hulp gestart"
step jgt-leiden complete update-complete.json "Afgerond"

for id in $(as de-binnenvest inbox --json | jq -r '.messages[].messageId'); do
  last_update=$(as de-binnenvest open "$id" --category update --worker kindbegeleider 2>/dev/null || true)
done
expect "$(jq -r .childsView <<<"${last_update:-null}")" "Ik slaap weer."
say "De Binnenvest read the outcomes; the child says: $(jq -r .childsView <<<"$last_update")"

team=$(as de-binnenvest directory --municipality "Alphen aan den Rijn" --json | jq -r '.organisations[0].org')
expect "$team" go-voor-jeugd "who serves Alphen aan den Rijn"
grant2=$(as de-binnenvest grant register "$(draft grant-alphen.json "$team")" --json | jq -r .grantId)
referral2=$(as de-binnenvest refer "$documents/referral-alphen.json" --grant "$grant2" --json | jq -r .referralId)
say "a second child, Alphen aan den Rijn: the directory routes to Go! voor Jeugd"
message2=$(newest_unread go-voor-jeugd)
destroyed=$(as de-binnenvest grant withdraw "$grant2" --json | jq -r .sharesDestroyed)
expect "$destroyed" 3 "keys destroyed"
say "the consent is withdrawn before anybody opened it: $destroyed keys destroyed"
set +e
as go-voor-jeugd open "$message2" --worker jeugdhulpverlener --lang en >"$root/refused.out" 2>"$root/refused.err"
code=$?
set -e
expect "$code" 3 "exit code of the refused opening"
grep -q '^refused: grant-withdrawn: ' "$root/refused.err" || surprise "opening was not refused as withdrawn: $(cat "$root/refused.err")"
expect "$(state_at de-binnenvest "$referral2")" "Ingetrokken"
say "Go! voor Jeugd cannot open it any more: $(cut -d: -f2 "$root/refused.err")"

for org in de-binnenvest jgt-leiden go-voor-jeugd toezicht; do
  as "$org" audit sync --json >/dev/null
  expect "$(as "$org" audit verify --json | jq -r .verified)" true "log of $org"
done
size=$(as toezicht audit verify --json | jq -r .treeSize)
"$bin/veerpontd" check --home "$root/broker" >/dev/null
say "the log of $size events verifies at every organisation, and the broker's home checks"
echo "Done. Every step above is in a log that proves itself; the broker read none of it."
