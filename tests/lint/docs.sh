#!/bin/sh
# The manual is sound mdoc, and the links of the other texts lead somewhere.
cd "${srcdir:-.}" || exit 99
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

broken_links() {
	for text in *.md src/*.md demo/*.md; do
		[ -L "$text" ] && continue
		sed -n 's/](\([^)]*\))/\n<\1>\n/gp' "$text" |
			sed -n 's/^<\([^:#]*\)>$/\1/p' |
			while read -r link; do
				[ -e "${text%/*}/$link" ] || [ -e "$link" ] ||
					echo "$text: $link is not there"
			done
	done
}

# In their directory, so that mandoc finds what they refer to.
echo 1..3
for page in rredit.1 rredit.conf.5; do
	if command -v mandoc >/dev/null 2>&1; then
		result "$page is sound" "$(cd man && mandoc -T lint "$page" 2>&1)"
	else
		n=$((n + 1))
		echo "ok $n - $page is sound # SKIP no mandoc here"
	fi
done
result "links lead somewhere" "$(broken_links)"
