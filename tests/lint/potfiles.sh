#!/bin/sh
# po/POTFILES.in lists exactly the source files that have text to translate.
top=${srcdir:-.}
cd "$top" || exit 99

echo 1..1
has=$(find src -name '*.c' -exec \
	grep -lE '(^|[^A-Za-z0-9_])(_|N_|C_|PLURAL)\(' {} + | LC_ALL=C sort)
listed=$(sed -e '/^#/d' -e '/^[ 	]*$/d' po/POTFILES.in)

if [ "$has" = "$listed" ]; then
	echo "ok 1 - po/POTFILES.in is complete and sorted"
else
	echo "not ok 1 - po/POTFILES.in is complete and sorted"
	for f in $has; do
		printf '%s\n' "$listed" | grep -qxF "$f" || echo "# add $f"
	done
	for f in $listed; do
		printf '%s\n' "$has" | grep -qxF "$f" || echo "# remove $f"
	done
	echo "# and keep it sorted (LC_ALL=C)"
fi
