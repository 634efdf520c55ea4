# What the tests of the commands share: a private home and store, and TAP.
#
#	start COUNT
#	run STATUS COMMAND [ARG...]	runs rredit; keeps $out, $err, $status
#	is NAME WANT HAVE		a test: the texts are equal
#	same NAME FILE FILE		a test: the files are equal, byte by byte
#
# run is part of the next test: with another status than expected that fails.

rredit=$PWD/${builddir:-.}/rredit
data=$(CDPATH='' cd -- "${srcdir:-.}/tests/data" && pwd) || exit 99
demo=$(CDPATH='' cd -- "${srcdir:-.}/demo/snapshots" && pwd) || exit 99
corpus=$(CDPATH='' cd -- "${srcdir:-.}/../shared/corpus" 2>/dev/null && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
LC_ALL=C.UTF-8 TZ=UTC
HOME=$work/home XDG_STATE_HOME=$work/state XDG_CONFIG_HOME=$work/config
RREDIT_STORE=$work/store
export LC_ALL TZ HOME XDG_STATE_HOME XDG_CONFIG_HOME RREDIT_STORE
unset SPEEDSCALE_HOME VISUAL EDITOR RREDIT_DEMO RREDIT_DATADIR LANGUAGE
mkdir -p "$HOME" "$RREDIT_STORE"
cd "$work" || exit 99

id=0a1b2c3d-1111-4222-8333-444455556666
raw=$RREDIT_STORE/$id/raw.jsonl
tab=$(printf '\t')
n=0
wrong=
err=

fresh_store() { # one snapshot, as it is in the data
	rm -rf "$RREDIT_STORE"
	mkdir -p "$RREDIT_STORE/$id"
	cat "$data/shop.jsonl" >"$raw"
	printf '{"id":"%s","meta":{"name":"shop","services":["shop"]}}' $id \
		>"$RREDIT_STORE/$id.json"
	touch -d 2024-03-02T00:00:00Z "$raw" "$RREDIT_STORE/$id.json"
}

start() {
	echo "1..$1"
}

run() { # STATUS COMMAND...
	want_status=$1
	shift
	"$rredit" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	out=$(cat "$work/out")
	err=$(cat "$work/err")
	[ $status -eq "$want_status" ] ||
		wrong="$wrong
rredit $*: status $status, not $want_status"
}

result() { # NAME TEXT-OF-WHAT-IS-WRONG
	n=$((n + 1))
	if [ -z "$2$wrong" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '%s\n' "$2$wrong" | sed 's/^/# /'
		[ -z "$err" ] || printf '%s\n' "$err" | sed 's/^/# stderr: /'
	fi
	wrong=
}

is() { # NAME WANT HAVE
	if [ "$2" = "$3" ]; then
		result "$1" ''
	else
		result "$1" "want: $2
have: $3"
	fi
}

same() { # NAME FILE FILE
	result "$1" "$(cmp "$2" "$3" 2>&1)"
}
