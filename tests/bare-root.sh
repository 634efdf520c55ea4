#!/bin/sh
# bare-root - the README's commands on a Debian that holds nothing else.
#
# usage: tests/bare-root.sh [DIR]
#
# Makes a minimal Debian 12 with debootstrap in DIR (which must not exist; a
# temporary directory that goes away afterwards when none is named), clones what
# is committed into it, and runs ./bootstrap check there, and the program from
# `./bootstrap run`. Needs root, debootstrap and a mirror (MIRROR), takes some
# minutes, and is therefore not part of `make check`.
set -eu

mirror=${MIRROR:-http://deb.debian.org/debian}
suite=${SUITE:-bookworm}
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

[ "$(id -u)" = 0 ] || { echo "bare-root: must be root" >&2; exit 1; }
if [ $# -gt 0 ]; then
	root=$1
	[ ! -e "$root" ] || { echo "bare-root: $root exists" >&2; exit 1; }
else
	root=$(mktemp -d)
	chmod 755 "$root"	# tests become other users, who must get in
	trap 'rm -rf "$root"' EXIT
fi

debootstrap --variant=minbase "$suite" "$root" "$mirror"
git clone -q --no-local "$top" "$root/rredit"

# The mounts live in a namespace of their own and end with it.
# shellcheck disable=SC2016 # the inner shells expand these
ROOT=$root unshare --mount --pid --fork sh -eu -c '
	mount -t proc proc "$ROOT/proc"
	mount -t tmpfs tmpfs "$ROOT/tmp"
	mkdir -p "$ROOT/dev/pts"
	mount -t devpts -o newinstance,ptmxmode=0666 devpts "$ROOT/dev/pts"
	rm -f "$ROOT/dev/ptmx"
	ln -s pts/ptmx "$ROOT/dev/ptmx"
	exec chroot "$ROOT" env -i HOME=/root TERM=xterm \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		sh -eu -c "
			cd /rredit
			./bootstrap check
			./bootstrap >/tmp/again
			! grep ^bootstrap:.*missing /tmp/again
			./bootstrap run --version
		"
'
echo "bare-root: passed"
