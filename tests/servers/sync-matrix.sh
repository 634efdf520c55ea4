#!/bin/sh
# sync-matrix.sh KIND... - push and pull against real servers on loopback.
#
# Kinds: directory, apache (WebDAV over TLS, basic authentication), nginx and
# rclone (servers that ignore preconditions), swift (S3), speedctl (a stand-in).
# A server that is not installed is skipped with a word. TAP. Not a part of
# `make check`: `make check-sync` runs all.
#
# For each: first push, push of nothing, pull elsewhere, changes on both sides,
# merge, forced push, deletion on one side, an empty snapshot, 200,000 records
# ($RECORDS). A password is planted and looked for in argv, logs and output.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
rredit=$PWD/${builddir:-.}/rredit
RECORDS=${RECORDS:-200000}
work=$(mktemp -d) || exit 99
chmod 711 "$work"
id=0a1b2c3d-1111-4222-8333-444455556666
empty=0a1b2c3d-1111-4222-8333-444455557777
many=0a1b2c3d-1111-4222-8333-444455558888
n=0
failed=0
server=

stop() {
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null
		wait "$server" 2>/dev/null
	fi
	server=
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
LC_ALL=C.UTF-8
HOME=$work/home
unset SPEEDSCALE_HOME RREDIT_STORE http_proxy https_proxy
export LC_ALL HOME
mkdir -p "$HOME"

result() { # NAME; the status of the command before decides
	if [ $? -eq 0 ]; then
		good=ok
	else
		good='not ok'
		failed=1
	fi
	n=$((n + 1))
	echo "$good $n - $kind: $1"
	[ "$good" = ok ] || sed 's/^/# /' "$work/out"
}

at() { # STORE COMMAND...: at store a or b; all it says is kept
	side=$1
	shift
	XDG_STATE_HOME=$work/$kind/state.$side "$rredit" \
		--config "$work/$kind/conf" --store "$work/$kind/$side" \
		--log "$work/$kind/log" "$@" >"$work/out" 2>&1 </dev/null
	code=$?
	cat "$work/out" >>"$work/$kind/said"
	return $code
}

setting() { # NAME: of the server that was started
	sed -n "s/^$1=//p" "$work/$kind/server/env"
}

start() { # SCRIPT [PROGRAM]
	"$here/$1" "$work/$kind/server" 0 >"$work/$kind/started" 2>&1 &
	server=$!
	while ! grep -q '^READY$' "$work/$kind/started"; do
		kill -0 $server 2>/dev/null || return 1
		read -r _ </dev/null
	done
	return 0
}

configure() {
	conf=$work/$kind/conf
	case $kind in
	directory)
		mkdir "$work/$kind/share"
		printf 'kind = directory\npath = %s\n' "$work/$kind/share"
		;;
	apache | nginx | rclone)
		start start-$kind.sh || return 1
		setting DAV_PASSWORD >"$work/$kind/secret"
		chmod 600 "$work/$kind/secret"
		printf 'kind = http\nurl = %s\nuser = %s\npassword-file = %s\nca-file = %s\n' \
			"$(setting DAV_URL)" "$(setting DAV_USER)" \
			"$work/$kind/secret" "$(setting DAV_CA)"
		;;
	swift)
		start start-swift.sh || return 1
		AWS_ACCESS_KEY_ID=$(setting S3_ACCESS_KEY)
		AWS_SECRET_ACCESS_KEY=$(setting S3_SECRET_KEY)
		export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
		curl -sf -X PUT --aws-sigv4 "aws:amz:$(setting S3_REGION):s3" \
			-u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
			-H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
			"$(setting S3_ENDPOINT)/traffic" >/dev/null || return 1
		printf 'kind = s3\nurl = %s\nbucket = traffic\nprefix = snapshots/\nregion = %s\npath-style = yes\n' \
			"$(setting S3_ENDPOINT)" "$(setting S3_REGION)"
		;;
	speedctl)
		FAKE_CLOUD=$work/$kind/cloud
		export FAKE_CLOUD
		printf 'kind = speedctl\ncommand = %s\n' "$here/speedctl.sh"
		;;
	esac >"$conf.members"
	{
		echo '[remote "it"]'
		cat "$conf.members"
	} >"$conf"
}

# Records are named by their uuid: the cloud has an order of its own.
uuid() { # NUMBER
	printf 'AAAAAAAAQACAAAA%06dA==' "$1"
}

snapshot() { # ID COUNT
	mkdir -p "$work/$kind/a/$1"
	printf '{"id":"%s","meta":{"name":"%s"}}' "$1" "$1" \
		>"$work/$kind/a/$1.json"
	awk -v n="$2" 'BEGIN { for (i = 0; i < n; i++) printf("{\"msgType\":\"rrpair\",\"ts\":\"2026-01-02T03:04:05.123456Z\",\"duration\":%d,\"uuid\":\"AAAAAAAAQACAAAA%06dA==\",\"direction\":\"OUT\",\"command\":\"GET\",\"http\":{\"req\":{\"url\":\"/\",\"method\":\"GET\"},\"res\":{\"statusCode\":200}}}\n", i, i) }' \
		>"$work/$kind/a/$1/raw.jsonl"
}

same_raw() { # ID: both stores have the same records
	sort "$work/$kind/a/$1/raw.jsonl" >"$work/x"
	sort "$work/$kind/b/$1/raw.jsonl" | cmp - "$work/x" >"$work/out" 2>&1
}

is_state() { # STORE ID STATE
	at "$1" status --json "$2" && grep -q "\"state\":\"$3\"" "$work/out"
}

# --force answers what speedctl asks.
yes=
cell() {
	[ $kind = speedctl ] && yes=--force || yes=
	snapshot $id 20
	at a push $id
	result "first push"
	at a push $id && grep -q 'in sync' "$work/out"
	result "push of nothing"
	at b pull $id && same_raw $id
	result "pull elsewhere"
	at a set $id "$(uuid 1)" duration=1111 && at a push $id $yes &&
		at b set $id "$(uuid 2)" duration=2222
	if [ $kind = speedctl ]; then
		is_state b $id changed-both
	else
		at b push $id
		[ $? -eq 1 ] && is_state b $id changed-both
	fi
	result "changes on both sides: nothing is overwritten"
	at b pull $id && at b push $id $yes && at a pull $id && same_raw $id &&
		grep -q 1111 "$work/$kind/a/$id/raw.jsonl" &&
		grep -q 2222 "$work/$kind/a/$id/raw.jsonl"
	result "merge"
	at a set $id "$(uuid 3)" duration=333 && at a push $id $yes &&
		at b set $id "$(uuid 3)" duration=444 && ! at b pull $id &&
		at b pull $id --mine && at b push $id $yes &&
		at a pull $id && same_raw $id
	result "a conflict, decided"
	at a set $id "$(uuid 4)" duration=44 && at a push $id $yes &&
		at b set $id "$(uuid 4)" duration=45 && at b push $id --force &&
		at a pull $id --force && same_raw $id &&
		grep -q '"duration":45' "$work/$kind/a/$id/raw.jsonl"
	result "forced push"
	rm -r "$work/$kind/b/$id" "$work/$kind/b/$id.json"
	is_state b $id gone-here && at b push $id --force &&
		is_state a $id gone-there && ! at a push $id &&
		! at a pull $id && at a push $id --force && at b pull $id &&
		same_raw $id
	result "deletion on one side"
	snapshot $empty 0
	at a push $empty && at b pull $empty && same_raw $empty &&
		is_state b $empty in-sync
	result "an empty snapshot"
	snapshot $many "$RECORDS"
	at a push $many && at b pull $many && same_raw $many &&
		at b set $many "$(uuid 100)" duration=7 && at a set $many "$(uuid 9)" duration=8 &&
		at a push $many $yes && at b pull $many &&
		at b push $many $yes && at a pull $many && same_raw $many
	result "$RECORDS records, merged"
	for secret in "$(setting DAV_PASSWORD 2>/dev/null)" \
		"$(setting S3_SECRET_KEY 2>/dev/null)"; do
		[ -z "$secret" ] || ! grep -rqF -e "$secret" "$work/$kind/said" \
			"$work/$kind/log" "$work/$kind/state.a" \
			"$work/$kind/state.b"
	done >"$work/out" 2>&1
	result "the secret is found nowhere"
}

has() {
	case $1 in
	apache) command -v apache2 ;;
	nginx) command -v nginx ;;
	rclone) command -v rclone ;;
	swift) [ -n "${SWIFT_ROOT-}" ] || /usr/bin/python3 -c 'import swift' ;;
	esac >/dev/null 2>&1
}

[ $# -gt 0 ] || set -- directory speedctl apache nginx rclone swift
for kind; do
	case $kind in
	directory | speedctl) ;;
	*)
		has "$kind" || {
			echo "ok $((n += 1)) - $kind # SKIP not installed"
			continue
		}
		;;
	esac
	mkdir -p "$work/$kind/a" "$work/$kind/b"
	chmod -R go+x "$work/$kind"
	if configure; then
		cell
	else
		false
		result "the server starts"
		sed 's/^/# /' "$work/$kind/started"
	fi
	stop
done
echo "1..$n"
exit $failed
