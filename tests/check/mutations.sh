#!/bin/sh
# Every rule against mutations of real records that must raise it, and near
# misses that must not. Real records are the corpus where it lies beside the
# project, and the demo store.
command -v python3 >/dev/null 2>&1 || {
	echo '1..0 # SKIP python3 is not installed'
	exit 0
}
corpus=$srcdir/../shared/corpus
set -- "$srcdir"/demo/snapshots/*/raw.jsonl
for file in "$corpus"/store/snapshots/*/raw.jsonl "$corpus"/examples/*.jsonl
do
	[ -r "$file" ] && set -- "$@" "$file"
done
exec python3 "$srcdir/tests/check/mutations.py" ./rredit "$@"
