#!/usr/bin/env bash
# The workbench's API with curl and jq; see README.md.
set -euo pipefail
ask() { # METHOD PATH [BODY]
  local more=()
  [ $# -lt 3 ] || more=(--header "Content-Type: application/json" --data "$3")
  [ "$1" != POST ] || more+=(--header "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)")
  curl --silent --show-error --fail-with-body --cacert "$VEERPONT_AUTHORITY" --request "$1" \
    --header "Authorization: Bearer $VEERPONT_KEY" --header "Veerpont-Actor: $VEERPONT_ACTOR" "${more[@]}" "$VEERPONT_GATEWAY/api/v1$2" |
    tee >(jq -c --arg asked "$1 $2" '[$asked, .]' >&2)
}
draft=$(ask POST /prefilled-drafts '{"externalId": "DB-2026-0201", "birthDate": "2013-03-14", "municipality": "Leiden",
  "referral": {"identity": {"givenNames": "Voorbeeldje"}, "careNeed": {"tried": "gesprekken"}}}' | jq -r .workbench)
echo "a person goes on at $draft"
item=$(ask GET /work-items | jq -c '[.items[] | select(.kind == "read-referral" and .holder == null)][0]')
number=$(jq -r .number <<<"$item")
ask PUT "/numbered-referrals/$number/assignment" '{}' >/dev/null
ask POST "/messages/$(jq -r .messageId <<<"$item")/open" '{"actor": {"purpose": "arrange-help"}}' | jq -r '.document.careNeed.tried'
ask POST "/referrals/$(jq -r .referral.referralId <<<"$item")/steps" '{"step": "accept", "update": {"decision": "Wij starten."}}' | jq -r .state
