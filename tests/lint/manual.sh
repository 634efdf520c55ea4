#!/bin/sh
# The manual lists the program's own tables, to the letter.
# usage: manual.sh [--update]      (make update-man)
top=${srcdir:-.}
page=$top/man/rredit.1
tables=${builddir:-.}/print-tables
n=0

lines() { # WHAT: the lines of the page between its marks
	sed -n '/begin '"$1"'$/,/end '"$1"'$/p' "$page" | sed '1d;$d'
}

if [ "${1-}" = --update ]; then
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"' EXIT
	for what in keys rules; do
		"$tables" $what >"$work/table" || exit 1
		sed -e '/begin '$what'$/,/end '$what'$/{/^\.\\"/!d;}' \
			-e '/begin '$what'$/r '"$work/table" \
			"$page" >"$work/page" || exit 1
		cat "$work/page" >"$page" || exit 1
	done
	exit 0
fi

echo 1..2
for what in keys rules; do
	n=$((n + 1))
	if table=$("$tables" $what) && [ "$table" = "$(lines $what)" ]; then
		echo "ok $n - the manual has the $what of the program"
	else
		echo "not ok $n - the manual has the $what of the program"
		echo "# run make update-man"
	fi
done
