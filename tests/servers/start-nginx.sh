#!/bin/sh
# start-nginx.sh DIR PORT
#
# A throw-away nginx with WebDAV (dav-ext) over TLS and basic authentication on
# 127.0.0.1:PORT (0: a free one), all it needs under DIR. Prints DAV_URL, DAV_USER,
# DAV_PASSWORD, DAV_CA, then READY, and stays until SIGTERM; the same lines are in
# DIR/env. DAV_PLAIN=1: without TLS. It ignores If-Match and If-None-Match.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/tls.sh"
mkdir -p "$1"
DIR=$(cd "$1" && pwd)
PORT=$2
[ "$PORT" != 0 ] || PORT=$(free_port)
rm -f "$DIR/env"
mkdir -p "$DIR/www/dav" "$DIR/run" "$DIR/tmp"
make_tls "$DIR/tls"
printf 'tester:%s\n' "$(printf testing-secret | openssl passwd -6 -stdin)" \
	>"$DIR/htpasswd"
tls=ssl scheme=https
[ -z "${DAV_PLAIN:-}" ] || tls='' scheme=http
user=
[ "$(id -u)" != 0 ] || user='user root;'
cat >"$DIR/nginx.conf" <<CONF
load_module /usr/lib/nginx/modules/ngx_http_dav_ext_module.so;
daemon off;
$user
worker_processes 1;
pid $DIR/run/pid;
error_log $DIR/error.log warn;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path $DIR/tmp/body;
	proxy_temp_path $DIR/tmp/proxy;
	fastcgi_temp_path $DIR/tmp/fcgi;
	uwsgi_temp_path $DIR/tmp/uwsgi;
	scgi_temp_path $DIR/tmp/scgi;
	client_max_body_size 0;
	dav_ext_lock_zone zone=locks:1m;
	server {
		listen 127.0.0.1:$PORT $tls;
		ssl_certificate $DIR/tls/server.pem;
		ssl_certificate_key $DIR/tls/server.key;
		root $DIR/www;
		location /dav/ {
			auth_basic "throw-away";
			auth_basic_user_file $DIR/htpasswd;
			dav_methods PUT DELETE MKCOL COPY MOVE;
			dav_ext_methods PROPFIND OPTIONS LOCK UNLOCK;
			dav_ext_lock zone=locks;
			create_full_put_path off;
			min_delete_depth 0;
			dav_access user:rw group:r all:r;
		}
		# no WebDAV here: a listing to look at, and files
		location /plain/ {
			alias $DIR/www/dav/;
			autoindex on;
		}
	}
}
CONF
nginx=$(command -v nginx || echo /usr/sbin/nginx)
setpriv --pdeathsig TERM "$nginx" -p "$DIR" -c "$DIR/nginx.conf" \
	-e "$DIR/error.log" &
pid=$!
trap 'kill $pid 2>/dev/null; wait $pid; exit 0' TERM INT
wait_for $pid "$scheme://127.0.0.1:$PORT/" --cacert "$DIR/tls/ca.pem" || {
	echo "nginx did not start; see $DIR/error.log" >&2
	kill $pid 2>/dev/null || true
	exit 1
}
cat >"$DIR/env.new" <<CONF
DAV_URL=$scheme://127.0.0.1:$PORT/dav/
DAV_USER=tester
DAV_PASSWORD=testing-secret
DAV_CA=$DIR/tls/ca.pem
CONF
mv "$DIR/env.new" "$DIR/env"
cat "$DIR/env"
echo READY
wait $pid
