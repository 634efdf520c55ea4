#!/bin/sh
# The tour of all screens (tests/pty/tour.script) looks at every view.
top=${srcdir:-.}
cd "$top" || exit 99

echo 1..1
ids=$(sed -n '/^const char \*view_kind_id/,/^}/p' src/app/command.c |
	grep -oE '\] = "[a-z]+"' | sed 's/.*"\(.*\)"/\1/' | grep -v '^field$')
missing=
for id in $ids; do
	grep -qE "^look $id(-|\$)" tests/pty/tour.script ||
		missing="$missing $id"
done
if [ -n "$ids" ] && [ -z "$missing" ]; then
	echo "ok 1 - the tour looks at every view"
else
	echo "not ok 1 - the tour looks at every view"
	echo "# these have no look in tests/pty/tour.script:$missing"
fi
