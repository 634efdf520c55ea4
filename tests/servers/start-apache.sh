#!/bin/sh
# start-apache.sh DIR PORT
#
# Runs a throw-away Apache with WebDAV over TLS and basic authentication on
# 127.0.0.1:PORT, everything it reads and writes under DIR.  PORT 0 takes a
# free port.  Prints DAV_URL=..., DAV_USER=..., DAV_PASSWORD=..., DAV_CA=...,
# then READY, and stays in the foreground until SIGTERM or SIGINT.  The same
# lines are in DIR/env.
#
# URL space (all want the password except /open/):
#   /dav/       read and write; files are in DIR/www/dav
#   /readonly/  GET, HEAD, PROPFIND only, writes answer 403
#   /quota/     a PUT with a Content-Length of 1 100 000 or more answers 507
#   /open/      no password
#
# Environment:
#   APACHE_ROOT  folder the Debian packages were unpacked into with "dpkg -x"
#                (default: the installed apache2-bin)
#   DAV_USER, DAV_PASSWORD   default tester / testing-secret
#   DAV_PLAIN=1  http instead of https
#   DAV_ETAG     "MTime Size INode" (default: weak for the first second) or
#                Digest (strong at once, reads the whole file each time)
set -eu
[ $# -eq 2 ] || { echo "usage: start-apache.sh DIR PORT" >&2; exit 2; }
mkdir -p "$1"
DIR=$(cd "$1" && pwd)
PORT=$2
ROOT=${APACHE_ROOT:-}
DAV_USER=${DAV_USER:-tester}
DAV_PASSWORD=${DAV_PASSWORD:-testing-secret}
if [ -n "$ROOT" ]; then
    LD_LIBRARY_PATH="$(echo "$ROOT"/usr/lib/*-linux-gnu)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    export LD_LIBRARY_PATH
fi
if [ "$PORT" = 0 ]; then      # Apache cannot bind port 0 and say which it got
    PORT=$(/usr/bin/perl -MIO::Socket::INET -e \
        'print IO::Socket::INET->new(Listen=>1,LocalAddr=>"127.0.0.1")->sockport')
fi
rm -f "$DIR/env"
mkdir -p "$DIR/www/dav" "$DIR/www/readonly" "$DIR/www/quota" "$DIR/www/open" \
    "$DIR/run" "$DIR/tls"

if [ ! -s "$DIR/tls/server.pem" ]; then
    cd "$DIR/tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout ca.key -out ca.pem -days 30 -subj "/CN=throw-away test CA" \
        -addext basicConstraints=critical,CA:TRUE \
        -addext keyUsage=critical,keyCertSign 2>/dev/null
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout server.key -out server.csr -subj "/CN=localhost" 2>/dev/null
    printf '%s\n' 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
        'basicConstraints=CA:FALSE' 'extendedKeyUsage=serverAuth' > ext
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key \
        -CAcreateserial -days 30 -extfile ext -out server.pem 2>/dev/null
    cd - >/dev/null
fi
# SHA-512 crypt: what htpasswd would write, without apache2-utils
printf '%s:%s\n' "$DAV_USER" \
    "$(printf %s "$DAV_PASSWORD" | openssl passwd -6 -stdin)" > "$DIR/htpasswd"

SCHEME=https
[ -n "${DAV_PLAIN:-}" ] && SCHEME=http
{
    M=$ROOT/usr/lib/apache2/modules
    # mpm_event: "Apache is running a threaded MPM" is fine for mod_dav_fs
    for m in mpm_event authn_core authn_file authz_core authz_user auth_basic \
             dav dav_fs mime setenvif headers rewrite; do
        echo "LoadModule ${m}_module $M/mod_$m.so"
    done
    [ $SCHEME = https ] && {
        echo "LoadModule socache_shmcb_module $M/mod_socache_shmcb.so"
        echo "LoadModule ssl_module $M/mod_ssl.so"
    }
    cat <<CONF
ServerRoot "$DIR"
ServerName localhost
Listen 127.0.0.1:$PORT
PidFile "$DIR/run/pid"
Mutex file:$DIR/run default
DefaultRuntimeDir "$DIR/run"
CoreDumpDirectory "$DIR/run"
ErrorLog "$DIR/error.log"
LogLevel warn
TypesConfig /dev/null
ServerLimit 1
StartServers 1
ThreadsPerChild 32
MaxRequestWorkers 32
KeepAlive On
Timeout 60
FileETag ${DAV_ETAG:-MTime Size INode}
DocumentRoot "$DIR/www"
DavLockDB "$DIR/run/davlock"
LimitRequestBody 0
<Directory />
    AllowOverride None
    Require all denied
</Directory>
<Directory "$DIR/www">
    Require all granted
</Directory>
<LocationMatch "^/(dav|readonly|quota|open)(/|$)">
    Dav On
    DavDepthInfinity On
</LocationMatch>
<LocationMatch "^/(dav|readonly|quota)(/|$)">
    AuthType Basic
    AuthName "throw-away"
    AuthUserFile "$DIR/htpasswd"
    Require valid-user
</LocationMatch>
<Location "/readonly">
    <LimitExcept GET HEAD OPTIONS PROPFIND>
        Require all denied
    </LimitExcept>
</Location>
# a server that is full: 507 to large writes
ErrorDocument 507 "Insufficient Storage"
RewriteEngine On
RewriteCond %{REQUEST_METHOD} =PUT
RewriteCond %{HTTP:Content-Length} ^[0-9]{8,}\$|^[2-9][0-9]{6}\$|^1[1-9][0-9]{5}\$
RewriteRule ^/quota/ - [R=507,L]
CONF
    [ $SCHEME = https ] && cat <<CONF
SSLEngine On
SSLCertificateFile "$DIR/tls/server.pem"
SSLCertificateKeyFile "$DIR/tls/server.key"
SSLProtocol -all +TLSv1.2 +TLSv1.3
SSLSessionCache shmcb:$DIR/run/ssl_scache(512000)
CONF
    true
} > "$DIR/httpd.conf"

HTTPD=$ROOT/usr/sbin/apache2
# Apache refuses to serve as root ("Apache has not been designed to ..."), so
# root becomes nobody before it starts: DIR's parents must let nobody through
AS="setpriv --pdeathsig TERM"       # Apache ends when this script is killed
if [ "$(id -u)" = 0 ]; then
    chown -R nobody:nogroup "$DIR/www" "$DIR/run" "$DIR/tls" "$DIR/htpasswd"
    chown nobody:nogroup "$DIR"
    AS="$AS --reuid=nobody --regid=nogroup --clear-groups"
    $AS test -w "$DIR" || {
        echo "nobody cannot reach $DIR: chmod a+x its parents" >&2; exit 1; }
fi
$AS "$HTTPD" -d "$DIR" -f "$DIR/httpd.conf" -DFOREGROUND &
PID=$!
trap 'kill $PID 2>/dev/null; wait $PID; exit 0' TERM INT
n=0
until curl -s -o /dev/null --cacert "$DIR/tls/ca.pem" \
        "$SCHEME://127.0.0.1:$PORT/open/" 2>/dev/null; do
    n=$((n + 1))
    if [ $n -gt 200 ] || ! kill -0 $PID 2>/dev/null; then
        echo "apache did not start; see $DIR/error.log" >&2
        tail -5 "$DIR/error.log" >&2 2>/dev/null || true
        kill $PID 2>/dev/null || true
        exit 1
    fi
    sleep 0.05
done
cat > "$DIR/env" <<CONF
DAV_URL=$SCHEME://127.0.0.1:$PORT/dav/
DAV_USER=$DAV_USER
DAV_PASSWORD=$DAV_PASSWORD
DAV_CA=$DIR/tls/ca.pem
CONF
cat "$DIR/env"
echo READY
wait $PID
