#!/usr/bin/env python3
"""faultproxy.py UPSTREAM-URL CONTROL LOG

A proxy on 127.0.0.1 (plain HTTP, a free port, printed as PORT=n) that forwards
to a server and spoils what CONTROL says. CONTROL is read for every request and
holds "FAULT ARG COUNT METHODS SKIP SERIAL": of the requests whose method is in
METHODS (a list with commas, or *) the first SKIP pass, the next COUNT get the
fault, later ones pass; another SERIAL counts anew. Empty: all pass. LOG gets a line for each request: METHOD TARGET STATUS BODY-BYTES-UP BODY-BYTES-DOWN.

Faults: refuse, stall, cut-up N, cut-down N, slow BYTES-A-SECOND, longer N,
shorter N, corrupt-up N, corrupt-down N, status CODE, garbage, loop, huge.
"""
import os
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse

upstream = urllib.parse.urlsplit(sys.argv[1])
control, log_path = sys.argv[2], sys.argv[3]
lock = threading.Lock()
spent = {}


def fault_for(method):
    with lock:
        try:
            with open(control) as f:
                text = f.read()
        except OSError:
            return None, 0
        words = text.split()
        if len(words) < 5:
            return None, 0
        name, arg, count, methods = words[:4]
        if methods != '*' and method not in methods.split(','):
            return None, 0
        spent[text] = spent.get(text, 0) + 1
        turn = spent[text] - int(words[4])
        if turn < 1 or turn > int(count):
            return None, 0
        return name, int(arg)


def log(line):
    with lock, open(log_path, 'a') as f:
        f.write(line + '\n')


def connect():
    sock = socket.create_connection((upstream.hostname, upstream.port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if upstream.scheme == 'https':
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        sock = context.wrap_socket(sock)
    return sock


class Cut(Exception):
    pass


def reset(sock):
    """Close with RST, so that nothing looks like an end that was meant."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack('ii', 1, 0))


def read_head(f):
    lines = []
    while True:
        line = f.readline(65536)
        if not line:
            return None
        if line in (b'\r\n', b'\n'):
            return lines
        lines.append(line.rstrip(b'\r\n'))


def header(lines, name):
    for line in lines[1:]:
        key, _, value = line.partition(b':')
        if key.strip().lower() == name:
            return value.strip()
    return None


def copy(source, send, length, fault, arg, side):
    """Forward length bytes (None: to the end); how many went."""
    done = 0
    while length is None or done < length:
        want = 65536 if length is None else min(65536, length - done)
        if fault == 'cut-' + side:
            want = min(want, arg - done)
            if want <= 0:
                raise Cut()
        if fault == 'slow':
            want = max(1, min(want, arg // 10))
            time.sleep(0.1)
        piece = source.read(want)
        if not piece:
            break
        if fault == 'corrupt-' + side and done <= arg < done + len(piece):
            piece = bytearray(piece)
            piece[arg - done] ^= 1
        send(bytes(piece))
        done += len(piece)
    return done


ANSWERS = {
    'garbage': b'\x00\xff\x1b[2J this is no HTTP at all\r\n\r\n' * 20,
    'loop': b'HTTP/1.1 302 Found\r\nLocation: /loop\r\n'
            b'Content-Length: 0\r\n\r\n',
}


def own_answer(client, fault, arg):
    """An answer without asking the server. True when there was one."""
    if fault == 'refuse':
        reset(client)
    elif fault == 'stall':
        time.sleep(arg)
        reset(client)
    elif fault in ANSWERS:
        client.sendall(ANSWERS[fault])
    elif fault == 'status':
        client.sendall(b'HTTP/1.1 %d Fault\r\nContent-Length: 6\r\n'
                       b'Retry-After: 0\r\n\r\nfault\n' % arg)
    elif fault == 'huge':
        client.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n'
                       b'\r\n')
        zeros = bytes(1 << 20)
        for _ in range(10240):
            client.sendall(zeros)
    else:
        return False
    return True


def request_head(lines):
    out = [lines[0]]
    for line in lines[1:]:
        key, _, value = line.partition(b':')
        low = key.strip().lower()
        if low in (b'connection', b'expect'):
            continue
        # a server of WebDAV wants its own name in both; what is signed stays
        if low == b'host' and header(lines, b'authorization') and \
                not header(lines, b'authorization').startswith(b'AWS4'):
            line = b'Host: ' + upstream.netloc.encode()
        if low == b'destination':
            there = urllib.parse.urlsplit(value.strip().decode())
            line = ('Destination: %s://%s%s' % (
                upstream.scheme, upstream.netloc, there.path)).encode()
        out.append(line)
    out.append(b'Connection: close')
    return b'\r\n'.join(out) + b'\r\n\r\n'


def answer_head(lines, fault, arg):
    out = []
    for line in lines:
        low = line.lower()
        if low.startswith(b'content-length:') and fault in ('longer', 'shorter'):
            n = int(line.split(b':')[1])
            n = n + arg if fault == 'longer' else max(0, n - arg)
            line = b'Content-Length: %d' % n
        if low.startswith((b'connection:', b'keep-alive:')):
            continue
        out.append(line)
    out.append(b'Connection: close')
    return b'\r\n'.join(out) + b'\r\n\r\n'


def forward(client, f, lines, fault, arg, counts):
    method = lines[0].split()[0]
    length = int(header(lines, b'content-length') or 0)
    server = connect()
    try:
        server.sendall(request_head(lines))
        if length:
            if (header(lines, b'expect') or b'').lower() == b'100-continue':
                client.sendall(b'HTTP/1.1 100 Continue\r\n\r\n')

            def up(piece):
                server.sendall(piece)
                counts[1] += len(piece)
            copy(f, up, length, fault, arg, 'up')
        g = server.makefile('rb')
        head = read_head(g)
        while head and head[0].split()[1] == b'100':
            head = read_head(g)
        if not head:
            raise Cut()
        counts[0] = head[0].split()[1].decode()
        client.sendall(answer_head(head, fault, arg))
        if method != b'HEAD':
            size = header(head, b'content-length')

            def down(piece):
                client.sendall(piece)
                counts[2] += len(piece)
            copy(g, down, int(size) if size else None, fault, arg, 'down')
    finally:
        server.close()


def serve(client):
    f = client.makefile('rb')
    counts = ['-', 0, 0]
    lines = None
    try:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = read_head(f)
        if not lines:
            return
        fault, arg = fault_for(lines[0].split()[0].decode())
        if not own_answer(client, fault, arg):
            forward(client, f, lines, fault, arg, counts)
        else:
            counts[0] = fault
            if fault not in ('refuse', 'stall', 'huge'):
                # the rest of a body must not turn the answer into a reset
                client.shutdown(socket.SHUT_WR)
                while f.read(65536):
                    pass
    except Cut:
        counts[0] = 'cut'
        reset(client)
    except OSError:
        pass
    finally:
        if lines:
            log('%s %s %d %d' % (
                ' '.join(lines[0].decode('latin-1').split()[:2]), *counts))
        f.close()
        client.close()


def main():
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(('127.0.0.1', 0))
    listening.listen(64)
    print('PORT=%d' % listening.getsockname()[1], flush=True)
    parent = os.getppid()
    listening.settimeout(1)
    while os.getppid() == parent:
        try:
            client, _ = listening.accept()
        except socket.timeout:
            continue
        client.settimeout(None)
        threading.Thread(target=serve, args=(client,), daemon=True).start()


main()
