#!/usr/bin/env bash
# A fresh Debian 13 tree, and in it, as an ordinary user with sudo, a clone of this commit with `./dev demo` and `./dev test`.
# Needs root. usage: scripts/debian13.sh [TREE]   (TREE: /var/tmp/veerpont-debian13; it is made when it is not there)
set -euo pipefail
source=$(realpath "$(dirname "$0")/..")
tree=${1:-/var/tmp/veerpont-debian13}
[ "$(id -u)" = 0 ] || { echo "debian13: this needs root" >&2; exit 1; }

mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -m1 '/debian/$' || echo http://deb.debian.org/debian/)
[ -e "$tree/etc/debian_version" ] || debootstrap --variant=minbase --include=ca-certificates,git,sudo trixie "$tree" "$mirror"
grep -q '^13' "$tree/etc/debian_version" || { echo "debian13: $tree is no Debian 13" >&2; exit 1; }

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
  cd veerpont && git fetch -q /tmp/veerpont.bundle HEAD && git checkout -q --force FETCH_HEAD && git clean -qfd
  export LANG=C.UTF-8
  ./dev demo
  ./dev test'
echo "debian13: $(git -C "$source" rev-parse --short HEAD) demonstrates and tests on Debian $(cat "$tree/etc/debian_version")"
