#!/bin/sh
# start-rclone.sh DIR PORT
#
# A throw-away `rclone serve webdav` over TLS with basic authentication on
# 127.0.0.1:PORT (0: a free one), all it needs under DIR. Prints DAV_URL, DAV_USER,
# DAV_PASSWORD, DAV_CA, then READY, and stays until SIGTERM; the same lines are in
# DIR/env. It ignores preconditions, makes a directory twice, and writes PUTs in
# place: the worst case.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/tls.sh"
mkdir -p "$1"
DIR=$(cd "$1" && pwd)
PORT=$2
[ "$PORT" != 0 ] || PORT=$(free_port)
rm -f "$DIR/env"
mkdir -p "$DIR/www"
make_tls "$DIR/tls"
# by the environment: not in argv
RCLONE_USER=tester RCLONE_PASS=testing-secret \
	setpriv --pdeathsig TERM rclone serve webdav "$DIR/www" \
	--config /dev/null --cache-dir "$DIR/cache" --dir-cache-time 0s \
	--addr "127.0.0.1:$PORT" --cert "$DIR/tls/server.pem" \
	--key "$DIR/tls/server.key" >"$DIR/log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null; wait $pid; exit 0' TERM INT
wait_for $pid "https://127.0.0.1:$PORT/" --cacert "$DIR/tls/ca.pem" || {
	echo "rclone did not start; see $DIR/log" >&2
	kill $pid 2>/dev/null || true
	exit 1
}
cat >"$DIR/env.new" <<CONF
DAV_URL=https://127.0.0.1:$PORT/
DAV_USER=tester
DAV_PASSWORD=testing-secret
DAV_CA=$DIR/tls/ca.pem
CONF
mv "$DIR/env.new" "$DIR/env"
cat "$DIR/env"
echo READY
wait $pid
