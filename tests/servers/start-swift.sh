#!/bin/sh
# start-swift.sh DIR PORT
#
# Runs a throw-away OpenStack Swift (proxy, account, container, object; one
# replica) with the s3api middleware on 127.0.0.1:PORT, everything it writes
# under DIR.  PORT 0 takes a free port.  Prints one line per setting
# (S3_ENDPOINT=..., S3_ACCESS_KEY=..., S3_SECRET_KEY=..., S3_REGION=...), then
# READY, and stays in the foreground until SIGTERM or SIGINT.  The same lines
# are in DIR/env once the server answers.
#
# Environment:
#   SWIFT_ROOT     folder the Debian packages were unpacked into with
#                  "dpkg -x" (default: the installed packages)
#   S3_ACCESS_KEY  default AKIATESTSTORAGE00001 (no colon, so curl -u works)
#   S3_SECRET_KEY  default testing-secret/with+chars
#   S3_REGION      default us-east-1
#   S3_STORE       disk (default; needs user xattrs on DIR) or memory
#   S3_MIN_PART    smallest multipart part in bytes, default 5242880
#   S3_TLS_CERT, S3_TLS_KEY   PEM files: serve https instead of http
set -eu
[ $# -eq 2 ] || { echo "usage: start-swift.sh DIR PORT" >&2; exit 2; }
mkdir -p "$1"
DIR=$(cd "$1" && pwd)
PORT=$2
export EVENTLET_NO_GREENDNS=yes   # no dnspython: starts 0.3 s sooner
PY=/usr/bin/python3           # Debian's own, where python3-swift lives
if [ -n "${SWIFT_ROOT:-}" ]; then
    multi=$("$PY" -c 'import sysconfig; print(sysconfig.get_config_var("MULTIARCH"))')
    LD_LIBRARY_PATH="$SWIFT_ROOT/usr/lib/$multi${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    export LD_LIBRARY_PATH SWIFT_ROOT
fi
rm -f "$DIR/env"
mkdir -p "$DIR/etc" "$DIR/devices/d1" "$DIR/recon"

cat > "$DIR/etc/swift.conf" <<CONF
[swift-hash]
swift_hash_path_suffix = throwaway
swift_hash_path_prefix = throwaway
[storage-policy:0]
name = one
default = yes
CONF

if [ "${S3_STORE:-disk}" = memory ]; then obj=mem_object; else obj=object; fi
for kind in account container object; do
    app=$kind; [ $kind = object ] && app=$obj
    cat > "$DIR/etc/$kind-server.conf" <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = 0
swift_dir = $DIR/etc
devices = $DIR/devices
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
workers = 0
log_name = $kind
log_level = WARNING
[pipeline:main]
pipeline = $kind-server
[app:$kind-server]
use = egg:swift#$app
# the devices are a plain folder: report errors as they are, never queue
replication_server = false
[filter:recon]
use = egg:swift#recon
recon_cache_path = $DIR/recon
CONF
done

cat > "$DIR/etc/proxy-server.conf" <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $PORT
swift_dir = $DIR/etc
workers = 0
log_name = proxy
log_level = INFO
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck localcache listing_formats bulk s3api keyalias tempauth copy slo dlo versioned_writes symlink proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:localcache]
paste.filter_factory = swift_s3_local:cache_factory
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = ${S3_REGION:-us-east-1}
min_segment_size = ${S3_MIN_PART:-5242880}
max_upload_part_num = 10000
dns_compliant_bucket_names = true
auth_pipeline_check = false
[filter:keyalias]
paste.filter_factory = swift_s3_local:alias_factory
access_key = ${S3_ACCESS_KEY:-AKIATESTSTORAGE00001}
user = test:tester
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = ${S3_SECRET_KEY:-testing-secret/with+chars} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
[filter:symlink]
use = egg:swift#symlink
[filter:proxy-logging]
use = egg:swift#proxy_logging
CONF

cat > "$DIR/etc/env" <<CONF
S3_ACCESS_KEY=${S3_ACCESS_KEY:-AKIATESTSTORAGE00001}
S3_SECRET_KEY=${S3_SECRET_KEY:-testing-secret/with+chars}
S3_REGION=${S3_REGION:-us-east-1}
CONF

cat > "$DIR/etc/swift_s3_local.py" <<'PYEOF'
"""Two paste filters and the launcher for a throw-away Swift."""
import ctypes
import logging
import os
import signal
import socket
import ssl
import sys
import time

clock = time.time


class LocalCache(object):
    """What memcached would hold, kept in the (single) proxy process."""

    def __init__(self):
        self.data = {}

    def get(self, key, raise_on_error=False):
        value, until = self.data.get(key, (None, 0))
        if until and until < clock():
            del self.data[key]
            return None
        return value

    def set(self, key, value, serialize=True, time=0, min_compress_len=0,
            raise_on_error=False):
        self.data[key] = (value, clock() + time if time else 0)

    def incr(self, key, delta=1, time=0):
        value = max(0, int(self.get(key) or 0) + delta)
        self.set(key, value, time=time)
        return value

    def decr(self, key, delta=1, time=0):
        return self.incr(key, -delta, time)

    def delete(self, key, server_key=None):
        self.data.pop(key, None)

    def set_multi(self, mapping, server_key, serialize=True, time=0,
                  min_compress_len=0):
        for key, value in mapping.items():
            self.set(key, value, time=time)

    def get_multi(self, keys, server_key):
        return [self.get(key) for key in keys]


def cache_factory(global_conf, **conf):
    cache = LocalCache()

    def make(app):
        def call(env, start_response):
            env.setdefault('swift.cache', cache)
            return app(env, start_response)
        return call
    return make


def alias_factory(global_conf, access_key, user, **conf):
    """Lets an access key without a colon stand for a tempauth user."""
    def make(app):
        def call(env, start_response):
            details = env.get('s3api.auth_details')
            if details and details.get('access_key') == access_key:
                details['access_key'] = user
                env['PATH_INFO'] = env['PATH_INFO'].replace(
                    access_key, user, 1)
            return app(env, start_response)
        return call
    return make


def launch(top, port, cert, key):
    etc = os.path.join(top, 'etc')
    libc = ctypes.CDLL(None)

    # all of Swift reads /etc/swift/swift.conf unless told otherwise first
    from swift.common import utils
    utils.set_swift_dir(etc)
    from swift.common import constraints, storage_policy
    constraints.reload_constraints()
    storage_policy.reload_storage_policies()
    from swift.common import wsgi
    from swift.common.ring import RingBuilder

    class Log(logging.StreamHandler):
        """In place of syslog, which is where Swift logs otherwise."""
        def __init__(self, **ignored):
            logging.StreamHandler.__init__(
                self, open(os.path.join(top, 'swift.log'), 'a'))
    utils.ThreadSafeSysLogHandler = Log

    def listen(number):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(('127.0.0.1', number))
        sock.listen(1024)
        return sock

    socks = {'proxy': listen(port)}
    for kind in ('account', 'container', 'object'):
        socks[kind] = listen(0)
        builder = RingBuilder(2, 1, 0)       # 4 partitions, 1 replica
        builder.add_dev({
            'region': 1, 'zone': 1, 'weight': 1.0, 'device': 'd1', 'meta': '',
            'ip': '127.0.0.1', 'port': socks[kind].getsockname()[1],
            'replication_ip': '127.0.0.1',
            'replication_port': socks[kind].getsockname()[1]})
        builder.rebalance(seed=1)
        builder.get_ring().save(os.path.join(etc, kind + '.ring.gz'))
    port = socks['proxy'].getsockname()[1]

    utils.FALLOCATE_RESERVE = 0
    utils.disable_fallocate()
    # load the code once, before the forks
    import swift.account.server, swift.container.server      # noqa
    import swift.obj.server, swift.proxy.server              # noqa
    import swift.common.middleware.s3api.s3api               # noqa
    import swift.common.middleware.versioned_writes          # noqa

    utils.eventlet_monkey_patch()
    kids, pipes = [], []
    parent = os.getpid()
    for kind in ('account', 'container', 'object', 'proxy'):
        from_kid, to_parent = os.pipe()
        pid = os.fork()
        if pid == 0:
            libc.prctl(1, signal.SIGKILL)    # die with the launcher
            if os.getppid() != parent:
                os._exit(1)
            for other, sock in socks.items():
                if other != kind:
                    sock.close()
            import eventlet
            from eventlet import greenio
            sock = greenio.GreenSocket(socks[kind])
            if kind == 'proxy' and cert:
                sock = eventlet.wrap_ssl(sock, certfile=cert, keyfile=key,
                                         server_side=True)
            path = os.path.join(etc, kind + '-server.conf')
            try:
                conf, logger, _ = wsgi._initrp(path, kind + '-server')
                wsgi.run_server(conf, logger, sock, ready_callback=lambda:
                                os.write(to_parent, b'+'))
            except BaseException:
                import traceback
                traceback.print_exc()
            os._exit(1)
        os.close(to_parent)
        kids.append(pid)
        pipes.append(from_kid)
    for sock in socks.values():
        sock.close()

    def stop(*ignored):
        for pid in kids:
            try:
                os.kill(pid, signal.SIGTERM)
            except OSError:
                pass
        for pid in kids:
            try:
                os.waitpid(pid, 0)
            except OSError:
                pass
        os._exit(0 if ignored else 1)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

    # each child says + once its pipeline is loaded and it accepts
    for pipe in pipes:
        if os.read(pipe, 1) != b'+':
            sys.stderr.write('swift: a server ended; see %s/swift.log\n' % top)
            stop()
    scheme = 'https' if cert else 'http'
    text = 'S3_ENDPOINT=%s://127.0.0.1:%d\n' % (scheme, port)
    text += open(os.path.join(etc, 'env')).read()
    with open(os.path.join(top, 'env.new'), 'w') as out:
        out.write(text)
    os.rename(os.path.join(top, 'env.new'), os.path.join(top, 'env'))
    sys.stdout.write(text + 'READY\n')
    sys.stdout.flush()
    pid, status = os.wait()
    sys.stderr.write('swift: process %d ended (%d); see %s/swift.log\n'
                     % (pid, status, top))
    stop()


if __name__ == '__main__':
    root = os.environ.get('SWIFT_ROOT')
    if root:
        import site
        # addsitedir, not PYTHONPATH: it also reads the *-nspkg.pth files
        site.addsitedir(root + '/usr/lib/python3/dist-packages')
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    launch(sys.argv[1], int(sys.argv[2]), os.environ.get('S3_TLS_CERT'),
           os.environ.get('S3_TLS_KEY'))
PYEOF

exec "$PY" -W ignore "$DIR/etc/swift_s3_local.py" "$DIR" "$PORT"
