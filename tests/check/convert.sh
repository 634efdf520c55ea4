#!/bin/sh
# Traffic to a repository of Microcks and back: what comes back is what the
# conversion keeps, and its report names exactly the rest.
command -v python3 >/dev/null 2>&1 || {
	echo '1..0 # SKIP python3 is not installed'
	exit 0
}
corpus=$srcdir/../shared/corpus
set -- "$srcdir"/tests/data/shop.jsonl "$srcdir"/demo/snapshots/*/raw.jsonl
for file in "$corpus"/store/snapshots/*/raw.jsonl "$corpus"/examples/*.jsonl
do
	[ -r "$file" ] && set -- "$@" "$file"
done
exec python3 "$srcdir/tests/check/convert.py" ./rredit "$@"
