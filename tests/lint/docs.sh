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

# The manual names the tests that show what it promises.
missing_tests() {
	sed -n 's/^\.Pa \(tests\/[^ ]*\).*/\1/p' man/rredit.1 |
		while read -r file; do
			[ -e "$file" ] || echo "man/rredit.1: no $file"
		done
}

# What configure looks for must be what bootstrap installs.
not_installed() {
	sed -n 's/^PKG_CHECK_MODULES(\[[A-Z0-9_]*\], \[\([^] ]*\).*/\1/p' \
		configure.ac |
		while read -r module; do
			grep -qE "^	[a-z]+ +lib +$module " bootstrap ||
				echo "bootstrap: does not provide $module"
		done
}

not_documented() {
	sed -n 's/^AC_ARG_ENABLE(\[\([a-z-]*\)\].*/--enable-\1/p' configure.ac |
		while read -r option; do
			grep -qF -e "\`$option" README.md ||
				echo "README.md: does not name $option"
		done
}

# In their directory, so that mandoc finds what they refer to.
echo 1..6
for page in rredit.1 rredit.conf.5; do
	if command -v mandoc >/dev/null 2>&1; then
		result "$page is sound" "$(cd man && mandoc -T lint "$page" 2>&1)"
	else
		n=$((n + 1))
		echo "ok $n - $page is sound # SKIP no mandoc here"
	fi
done
result "bootstrap provides what configure wants" "$(not_installed)"
result "options of configure are documented" "$(not_documented)"
result "links lead somewhere" "$(broken_links)"
result "the tests that the manual names are there" "$(missing_tests)"
