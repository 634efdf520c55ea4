#!/bin/sh
# The house rules that can be read off the sources. TAP; each breach is named
# in a comment. usage: lint.sh [TREE]
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 99
cd "${1:-${srcdir:-.}}" || exit 99
LC_ALL=C
export LC_ALL
max_function=70
n=0

result() { # NAME FINDINGS
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

sources() {
	find src tests bench -name '*.[ch]' | sort
}

words() {
	tr -s ' \t=\\' '[\n*]'
}

# Every source file and its header has a line in a list of files; otherwise it
# is neither built nor part of a release.
unlisted() {
	find src tests bench -name '*.mk' | while read -r list; do
		sed "s|%D%|${list%/*}|g" "$list"
	done | words >"$work/listed"
	words <Makefile.am >>"$work/listed"
	sources | while read -r file; do
		[ -e "${file%.?}.c" ] && echo "$file"
	done | grep -vxFf "$work/listed" | sed 's/$/: in no files.mk/'
}

long_functions() {
	sources | grep '^src/' |
		xargs ctags -x --_xformat='%n %e %F %N' --kinds-C=f |
		awk -v max=$max_function '$2 - $1 + 1 > max {
			print $3 ":" $1 ": " $4 "() has " $2 - $1 + 1 \
				" lines, more than " max
		}'
}

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

echo 1..3
result "sources keep the house rules" \
	"$(sources | xargs awk -f "$here/rules.awk")"
result "every source file is listed" "$(unlisted)"
if ctags --version 2>/dev/null | grep -q 'Universal Ctags'; then
	result "functions fit a screen" "$(long_functions)"
else
	n=$((n + 1))
	echo "ok $n - functions fit a screen # SKIP no Universal Ctags here"
fi
