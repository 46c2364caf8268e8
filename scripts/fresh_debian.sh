#!/usr/bin/env bash
# A fresh tree of Debian 12 or 13, and in it, as an ordinary user with sudo, a clone of this commit and commands of ./dev,
# each timed. Needs root. usage: scripts/fresh_debian.sh NUMBER TREE "COMMAND"…   (TREE is made when it is not there)
set -euo pipefail
source=$(realpath "$(dirname "$0")/..")
number=$1 tree=$2
shift 2
declare -A suites=([12]=bookworm [13]=trixie)
[ "$(id -u)" = 0 ] || { echo "fresh_debian: this needs root" >&2; exit 1; }

mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -m1 '/debian/$' || echo http://deb.debian.org/debian/)
[ -e "$tree/etc/debian_version" ] || debootstrap --variant=minbase --include=ca-certificates,git,sudo "${suites[$number]}" "$tree" "$mirror"
grep -q "^$number" "$tree/etc/debian_version" || { echo "fresh_debian: $tree is no Debian $number" >&2; exit 1; }

mounted=()
clean_up() { for place in "${mounted[@]}"; do umount -l "$place" || true; done; }
trap clean_up EXIT
mount_in() { # KIND PLACE
  mountpoint -q "$tree$2" && return
  mount "${@:3}" "$1" "$tree$2"
  mounted=("$tree$2" "${mounted[@]}")
}
mount_in proc /proc -t proc
mount_in /dev /dev --bind
mount_in /dev/pts /dev/pts --bind
mount_in tmpfs /dev/shm -t tmpfs
cp /etc/resolv.conf /etc/hosts "$tree/etc/"

inside() { chroot "$tree" "$@"; }
inside id worker >/dev/null 2>&1 || inside useradd --create-home --shell /bin/bash worker
echo 'worker ALL=(ALL) NOPASSWD: ALL' >"$tree/etc/sudoers.d/worker"
chmod 0440 "$tree/etc/sudoers.d/worker"

# The commit that stands here, without what git does not track; builds of an earlier run stay.
git -C "$source" bundle create -q "$tree/tmp/veerpont.bundle" HEAD
inside su - worker -c 'set -e
  [ -d veerpont ] || git clone -q /tmp/veerpont.bundle veerpont
  cd veerpont && git fetch -q /tmp/veerpont.bundle HEAD && git checkout -q --force FETCH_HEAD && git clean -qfd'
# Where npm's packages come from on this machine they come from there too, and whom it trusts is trusted.
cp -r /usr/local/share/ca-certificates/. "$tree/usr/local/share/ca-certificates/"
inside update-ca-certificates >/dev/null 2>&1
registry=$(npm config get registry 2>/dev/null || true)
for command in "$@"; do
  began=$SECONDS
  inside su - worker -c "set -e
    export LANG=C.UTF-8 NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt ${registry:+npm_config_registry=$registry}
    cd veerpont
    $command"
  echo "fresh_debian: $command took $((SECONDS - began)) s"
done
echo "fresh_debian: $(git -C "$source" rev-parse --short HEAD) on Debian $(cat "$tree/etc/debian_version")"
