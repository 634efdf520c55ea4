#!/bin/sh
# Every mutation of a repository that the schema forbids is reported with its
# path.
command -v python3 >/dev/null 2>&1 || {
	echo '1..0 # SKIP python3 is not installed'
	exit 0
}
exec python3 "$srcdir/tests/check/repository.py" ./rredit \
	"$srcdir/tests/data/repository.json"
