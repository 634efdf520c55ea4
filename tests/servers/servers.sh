#!/bin/sh
# Remotes against real servers on loopback, each started for this and ended after
# it: a shared folder, Apache with TLS and basic authentication, nginx, rclone and
# OpenStack Swift's S3; then the same with a proxy in front that spoils things.
# TAP. Runs with RREDIT_SERVERS=1, where a server that is missing is a failure;
# otherwise it says that it was skipped. SERVERS='nginx' chooses some.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 99
bin=${builddir:-.}/tests/servers
PATH=$PATH:/usr/sbin:/sbin
n=0
failed=0

if [ -z "${RREDIT_SERVERS:-}" ]; then
	echo "1..0 # SKIP RREDIT_SERVERS=1 runs the tests against real servers"
	exit 0
fi

work=$(mktemp -d) || exit 99
chmod 711 "$work"	# Apache runs as nobody
pids=
finish() {
	# shellcheck disable=SC2086 # one word a process
	[ -z "$pids" ] || kill $pids 2>/dev/null
	wait
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

# What a program says, numbered on.
number() {
	awk -v n="$1" '
		/^(not )?ok / { sub(/ok [0-9]+/, "ok " ++n); print; next }
		/^1\.\./ { next }
		{ print }
		END { print n >"'"$work"'/count" }'
}

run() { # PROGRAM ARG...
	timeout 900 "$bin/$@" >"$work/said" 2>&1 ||
		{ failed=1; echo "# $1 $3: failed" >>"$work/said"; }
	grep -q '^1\.\.' "$work/said" || {
		failed=1
		echo "not ok 0 - $1 $3 came to its end" >>"$work/said"
	}
	cat "$work/said" >>"$work/$3.all"
	number $n <"$work/said"
	n=$(cat "$work/count")
}

fail() {
	n=$((n + 1))
	echo "not ok $n - $1"
	failed=1
}

value() { # NAME FILE
	sed -n "s/^$1=//p" "$2"
}

start() { # NAME: its settings are in $work/NAME/env afterwards
	mkdir -p "$work/$1"
	"$here/start-$1.sh" "$work/$1" 0 >"$work/$1.out" 2>&1 &
	pid=$!
	pids="$pids $pid"
	tries=0
	until [ -s "$work/$1/env" ]; do
		tries=$((tries + 1))
		if [ $tries -gt 400 ] || ! kill -0 $pid 2>/dev/null; then
			sed 's/^/# /' "$work/$1.out"
			fail "$1 starts"
			return 1
		fi
		sleep 0.05
	done
}

proxy() { # NAME UPSTREAM: prints its port
	: >"$work/$1.control"
	: >"$work/$1.log"
	python3 "$here/faultproxy.py" "$2" "$work/$1.control" "$work/$1.log" \
		>"$work/$1.port" 2>"$work/$1.proxy" &
	pids="$pids $!"
	until grep -q PORT "$work/$1.port" 2>/dev/null; do
		kill -0 $! 2>/dev/null || return 1
		sleep 0.05
	done
	value PORT "$work/$1.port"
}

# The place of a proxy: the same path on another host.
behind() { # URL PORT
	echo "$1" | sed "s|^https*://[^/]*|http://127.0.0.1:$2|"
}

web() { # NAME FAULTS
	start "$1" || return
	env=$work/$1/env conf=$work/$1.conf
	url=$(value DAV_URL "$env")
	cat >"$conf" <<CONF
[remote "$1"]
kind = http
url = $url
user = $(value DAV_USER "$env")
password-file = $work/password
ca-file = $(value DAV_CA "$env")
CONF
	run objects-run "$conf" "$1"
	[ "$2" = yes ] || return
	proxy "$1" "$url" >"$work/port" || { fail "proxy for $1"; return; }
	cat >>"$conf" <<CONF
[remote "$1-proxy"]
kind = http
url = $(behind "$url" "$(cat "$work/port")")
user = $(value DAV_USER "$env")
password-file = $work/password
timeout = 2
retries = 2
CONF
	run faults-run "$conf" "$1" "$work/$1.control" "$work/$1.log"
}

bucket() { # makes the bucket "traffic"
	curl -s -o /dev/null --aws-sigv4 "aws:amz:us-east-1:s3" \
		-K "$work/curl" -H "x-amz-content-sha256: UNSIGNED-PAYLOAD" \
		-X PUT "$1/traffic"
}

s3() {
	S3_MIN_PART=65536
	export S3_MIN_PART
	start swift || return
	env=$work/swift/env conf=$work/swift.conf
	url=$(value S3_ENDPOINT "$env")
	AWS_ACCESS_KEY_ID=$(value S3_ACCESS_KEY "$env")
	AWS_SECRET_ACCESS_KEY=$(value S3_SECRET_KEY "$env")
	export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" \
		"$AWS_SECRET_ACCESS_KEY" >"$work/curl"
	bucket "$url"
	proxy swift "$url" >"$work/port" || { fail "proxy for swift"; return; }
	cat >"$conf" <<CONF
[remote "swift"]
kind = s3
url = $url
bucket = traffic
prefix = snap shots/
[remote "swift-proxy"]
kind = s3
url = http://127.0.0.1:$(cat "$work/port")
bucket = traffic
prefix = snap shots/
timeout = 2
retries = 2
CONF
	run objects-run "$conf" swift
	run faults-run "$conf" swift "$work/swift.control" "$work/swift.log"
}

printf 'testing-secret\n' >"$work/password"
chmod 600 "$work/password"
for server in ${SERVERS:-directory apache nginx rclone swift}; do
	case $server in
	directory)
		mkdir "$work/share"
		printf '[remote "directory"]\nkind = directory\npath = %s\n' \
			"$work/share" >"$work/directory.conf"
		run objects-run "$work/directory.conf" directory ;;
	apache) web apache yes ;;
	nginx) web nginx yes ;;
	rclone) web rclone no ;;
	swift) s3 ;;
	esac
done
# The password and the key are where they belong, and in nothing of ours.
if cat "$work"/*.log "$work"/*.conf "$work"/*.all 2>/dev/null |
	grep -qF testing-secret; then
	fail "no secret in what was sent in the open or said"
else
	n=$((n + 1))
	echo "ok $n - no secret in what was sent in the open or said"
fi
echo "1..$n"
exit $failed
