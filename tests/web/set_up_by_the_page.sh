#!/usr/bin/env bash
# Does what docs/operate-organisation.md says under "Set it up", with other folders, another name and port, and without what
# needs systemd or another user. usage: set_up_by_the_page.sh BIN FOLDER NAME LISTEN, where FOLDER has invitation.json
set -euo pipefail
page=$(dirname "$0")/../../docs/operate-organisation.md
cd "$2"
script=$(sed -n '/^## Set it up/,/^## The first people/p' "$page" | sed -n '/^```sh/,/^```/p' | grep -v '^```' |
  grep -vE '^(id|chown|systemctl|systemd-creds|shred) ' |
  sed -e "s#-o [a-z]* ##; s#/etc/veerpont/credential.plain#$2/de-binnenvest.credential#; s#/etc/veerpont#$2/etc#
    s#/var/lib/veerpont/home#$2/de-binnenvest#; s#/var/lib/veerpont#$2/var#; s#werk.binnenvest.example#$3#; s#0.0.0.0:8600#$4#")
[ "$(wc -l <<<"$script")" -gt 10 ] || { echo "the page has no block" >&2; exit 1; }
PATH=$1:$PATH bash -c "$script"
