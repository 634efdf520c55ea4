#!/bin/sh
# Every catalogue translates every text of the sources, for certain. Run by
# `make check-catalogues`: nothing untranslated, fuzzy or unsound.
cd "${srcdir:-.}/po" || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

langs=$(sed -e '/^#/d' LINGUAS)
files=$(sed -e '/^#/d' -e '/^[ 	]*$/d' POTFILES.in)
n=0
failed=0

echo "1..$(printf '%s\n' "$langs" | wc -l)"
for file in $files; do
	echo "../$file"
done >"$work/files"
# The options are those of Makevars, but for what is only about its comments.
xgettext --keyword --keyword=_ --keyword=N_ --keyword=PLURAL:1,2 \
	--keyword=C_:1c,2 \
	--from-code=UTF-8 --language=C --force-po -f "$work/files" \
	-o "$work/now.pot" || exit 99

for lang in $langs; do
	n=$((n + 1))
	if ! msgmerge -q --force-po --no-fuzzy-matching "$lang.po" "$work/now.pot" \
			-o "$work/$lang.po" 2>"$work/said" ||
	   ! msgfmt -c --statistics -o /dev/null "$work/$lang.po" \
			>>"$work/said" 2>&1 ||
	   grep -qE 'untranslated|fuzzy' "$work/said"; then
		echo "not ok $n - $lang is complete"
		failed=1
		msgattrib --untranslated --no-obsolete --no-wrap \
			"$work/$lang.po" | sed -n 's/^msgid \("[^"].*\)/# \1/p' |
			head -10
	else
		echo "ok $n - $lang is complete"
	fi
	sed 's/^/# /' "$work/said"
done
exit $failed
