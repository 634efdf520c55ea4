#!/usr/bin/env python3
"""Mutations of real records that must raise a code, and near misses.

Shares nothing with the rules it tests: records are mutated here by hand-made
operators over Python's json, and the verdict comes from `rredit check --json`.
For every code at least COUNT mutations must raise it and COUNT near misses
must not (beyond what the unmutated record raises already).

usage: mutations.py RREDIT FILE.jsonl...      (TAP on standard output)
"""
import base64
import gzip
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import zlib
from urllib.parse import quote

COUNT = 60
rng = random.Random(20260131)


class Skip(Exception):
    """The operator does not apply to this record."""


def b64(data):
    return base64.b64encode(data).decode()


def need(cond):
    if not cond:
        raise Skip


def dump(rec):
    return json.dumps(rec, ensure_ascii=False,
                      separators=(",", ":")).encode("utf-8", "surrogatepass")


def raw(text):
    return text if isinstance(text, bytes) else text.encode()


def fresh(rec):
    rec["uuid"] = b64(rng.randbytes(16))
    return rec


def http(rec, side="req"):
    need(isinstance(rec.get("http", {}).get(side), dict))
    return rec["http"][side]


def headers(rec, side=None):
    return http(rec, side or rng.choice(["req", "res"])).setdefault(
        "headers", {})


def header_key(hdrs, name):
    for key in hdrs:
        if key.lower() == name.lower():
            return key
    return None


def set_header(hdrs, name, value):
    hdrs[header_key(hdrs, name) or name] = [value]


def drop_header(hdrs, name):
    key = header_key(hdrs, name)
    if key:
        del hdrs[key]


def set_body(rec, side, data):
    """A body without plain copies, length header or request signature."""
    msg = http(rec, side)
    msg["bodyBase64"] = b64(data)
    for name in ("body", "bodyString"):
        msg.pop(name, None)
    drop_header(msg.setdefault("headers", {}), "Content-Length")
    if side == "req":
        for name in ("signature", "mutableSignature"):
            sig = rec.get(name, {})
            sig.pop("http:requestBodyJSON", None)
            sig.pop("http:requestBodyHash", None)
    return msg


def strings(node, path=()):
    """All paths to strings below node."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from strings(value, path + (key,))
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from strings(value, path + (i,))
    elif isinstance(node, str):
        yield path


def put(node, path, value):
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value


WORD = "abcdefghijklmnopqrstuvwxyz"


def word(n=8):
    return "".join(rng.choice(WORD) for _ in range(n))


# Each function gets a deep copy of a record with a fresh uuid and gives the
# lines (bytes) to write; the last line is the one that is judged.

def not_json(rec):
    text = dump(rec)
    kind = rng.randrange(9)
    if kind == 0:
        return [text[:rng.randrange(1, len(text) - 1)].rstrip() or b"{"]
    if kind == 1:
        return [text[:-1] + b",}"]
    if kind == 2:
        return [text + rng.choice([b"}", b"]", b"x", b"{}", b",", b"\"\""])]
    if kind == 3:
        return [b"{" + text[1:].replace(b'"', b"'", 2)]
    if kind == 4:
        bad = rng.choice([b"NaN", b"Infinity", b"007", b"1.", b".5", b"+1",
                          b"0x1", b"tru", b"nul", b"1e", b"- 1", b"undefined"])
        return [b'{"a":' + bad + b"," + text[1:]]
    if kind == 5:
        return [b"{a:1," + text[1:]]
    if kind == 6:
        bad = rng.choice([b"\\x", b"\\u12", b"\\u12g4", b"\x01", b"\t", b"\\"])
        return [b'{"a":"' + bad + b'",' + text[1:]]
    if kind == 7:
        return [b"// comment " + text]
    return [text.replace(b":", b" ", 1)]


def not_json_miss(rec):
    text = dump(rec)
    kind = rng.randrange(6)
    if kind == 0:
        return [b" \t" + text + b" "]
    if kind == 1:
        return [json.dumps(rec).encode()]
    if kind == 2:
        big = rng.choice([b"1e400", b"-0", b"0.0000001", b"1E+5",
                          b"123456789012345678901234567890", b"-1.5e-300"])
        return [b'{"x":' + big + b"," + text[1:]]
    if kind == 3:
        n = rng.randrange(1, 900)
        return [b'{"x":' + b"[" * n + b"]" * n + b"," + text[1:]]
    if kind == 4:
        return [b'{"x":"\\/\\b\\f\\u0000\\u00e4",' + text[1:]]
    return [b'{"":null,' + text[1:]]


def not_object(rec):
    return [rng.choice([b"[" + dump(rec) + b"]", b"null", b"true", b"false",
                        b"%d" % rng.randrange(1000), json.dumps(
                            word()).encode(), b"[]", b'""', b"1.5e3"])]


def not_object_miss(rec):
    return [rng.choice([b"{}", dump(rec), b'{"a":[]}', b" " + dump(rec)])]


def utf8(rec):
    need(isinstance(rec.get("http"), dict) or True)
    path = rng.choice(list(strings(rec)))
    mark = "QqZ" + word(5)
    put(rec, path, mark)
    bad = rng.choice([b"\xff", b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80",
                      b"\xf5\x80\x80\x80", b"\x80", b"\xf0\x9f\x98",
                      b"\\ud800", b"\\udc00x", b"\\ud800\\ud800"])
    return [dump(rec).replace(mark.encode(), bad)]


def utf8_miss(rec):
    path = rng.choice([("resource",), ("service",), ("cluster",)])
    rec[path[0]] = "QqZ"
    good = rng.choice(["ä", "日本", "😀", "\ufffd", "\uffff", "\U0010ffff",
                       "e\u0301"]).encode()
    good = rng.choice([good, b"\\ud83d\\ude00", b"\\u00e4", b"\\uFFFD"])
    return [dump(rec).replace(b"QqZ", good)]


def msgtype(rec):
    kind = rng.randrange(3)
    if kind == 0:
        rec.pop("msgType")
    else:
        rec["msgType"] = rng.choice(["event", "RRPair", "rrpair ", "", "rr",
                                     1, True, [], {}, word()])
    return [dump(rec)]


def msgtype_miss(rec):
    return [dump(rec).replace(b'"msgType":"rrpair"', rng.choice(
        [b'"msgType":"rrpair"', b'"msgType":"\\u0072rpair"',
         b'"msgType" : "rrpair"', b'"\\u006dsgType":"rrpair"']))]


def uuid_size(rec):
    rec["uuid"] = rng.choice([
        lambda: b64(rng.randbytes(rng.choice([1, 8, 15, 17, 20, 32]))),
        lambda: word(24), lambda: "", lambda: rng.randrange(10 ** 9),
        lambda: "%s-%s" % (word(4), word(4)), lambda: [],
        lambda: b64(rng.randbytes(16))[:-1],
        lambda: b64(rng.randbytes(16)) + " ",
        lambda: b64(rng.randbytes(16)).replace("=", "!"), lambda: True])()
    return [dump(rec)]


def uuid_size_miss(rec):
    return [dump(fresh(rec))]


def uuid_duplicate(rec):
    first = dump(rec)
    if rng.random() < .5 and "duration" in rec:
        rec["duration"] += 1
    return [first, dump(rec)]


def uuid_duplicate_miss(rec):
    first = dump(rec)
    data = bytearray(base64.b64decode(rec["uuid"]))
    data[rng.randrange(16)] ^= 1 << rng.randrange(8)
    rec["uuid"] = b64(bytes(data))
    return [first, dump(rec)]


BAD_TS = ["", "now", "2026-01-31", "2026-01-31T12:00:00", "12:00:00Z",
          "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
          "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z",
          "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00+2:00",
          "2026-01-31T12:00Z", "26-01-31T12:00:00Z", "1769860800",
          "2026-01-31T12:00:00.123Zx", "2025-02-29T00:00:00Z",
          "2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z",
          "2026-01-31T12:00:61Z", "2026/01/31T12:00:00Z"]
GOOD_TS = ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.1Z",
           "2026-01-31T12:00:00.123456789Z", "2024-02-29T00:00:00Z",
           "2026-01-31T12:00:00+02:00", "2026-01-31T23:59:59.999-07:00",
           "2026-12-31T23:59:60Z", "2026-01-31t12:00:00z",
           "1970-01-01T00:00:00Z", "2000-02-29T12:00:00.000001Z"]


def ts(rec):
    if rng.random() < .1:
        rec.pop("ts")
    else:
        rec["ts"] = rng.choice(BAD_TS + [word(), 1769860800, None, {}])
    return [dump(rec)]


def ts_miss(rec):
    rec["ts"] = rng.choice(GOOD_TS)
    return [dump(rec)]


def direction(rec):
    if rng.random() < .1:
        rec.pop("direction")
    else:
        rec["direction"] = rng.choice(["in", "Out", "", "INOUT", "IN ", 1,
                                       True, [], word()])
    return [dump(rec)]


def direction_miss(rec):
    rec["direction"] = rng.choice(["IN", "OUT"])
    return [dump(rec)]


def spoil64(text):
    need(len(text) > 8)
    at = rng.randrange(len(text) - 4)
    return rng.choice([
        text[:at] + "!" + text[at + 1:], text[:-1] if text[-1] != "=" else
        text.rstrip("="), text[:at] + " " + text[at:],
        text[:at] + "\n" + text[at:], text[:at] + "-" + text[at + 1:],
        text + "=", text[:at] + "=" + text[at + 1:], text + "A",
        text[:at] + "ä" + text[at + 1:]])


def base64_code(rec):
    kind = rng.randrange(3)
    if kind == 0:
        msg = http(rec, rng.choice(["req", "res"]))
        need(msg.get("bodyBase64"))
        msg["bodyBase64"] = spoil64(msg["bodyBase64"])
    elif kind == 1:
        need(rec.get("signature"))
        key = rng.choice(list(rec["signature"]))
        rec["signature"][key] = spoil64(rec["signature"][key])
    else:
        need(rec.get("tokenList"))
        entry = rng.choice(list(rec["tokenList"].values()))
        token = rng.choice(entry["tokens"])["token"]
        token["replacementValue"] = spoil64(token["replacementValue"])
    return [dump(rec)]


def base64_miss(rec):
    side = rng.choice(["req", "res"])
    set_body(rec, side, rng.randbytes(rng.randrange(0, 50)).replace(
        b"\x1f\x8b", b""))
    return [dump(rec)]


def gz(data):
    out = io.BytesIO()
    name = rng.choice(["", "name.txt"])
    with gzip.GzipFile(name, "wb", rng.randrange(10), out,
                       rng.randrange(2 ** 31)) as f:
        f.write(data)
    return out.getvalue()


def gzip_code(rec):
    data = bytearray(gz(os.urandom(0) + word(200).encode()))
    kind = rng.randrange(3)
    if kind == 0:
        data = data[:rng.randrange(19, len(data) - 1)]
    elif kind == 1:
        data[-rng.randrange(1, 9)] ^= 1 << rng.randrange(8)
    else:
        need(len(data) > 100)
        at = rng.randrange(60, len(data) - 8)
        data[at:at + 4] = bytes(b ^ 0xff for b in data[at:at + 4])
        try:
            gzip.decompress(bytes(data))
            raise Skip
        except (OSError, EOFError, zlib.error):
            pass
    set_body(rec, rng.choice(["req", "res"]), bytes(data))
    return [dump(rec)]


def gzip_miss(rec):
    data = rng.choice([
        lambda: gz(word(rng.randrange(1, 500)).encode()), lambda: gz(b""),
        lambda: gz(b"a") + gz(b"b"), lambda: b"\x1f", lambda: b"\x8b\x1fxx",
        lambda: b"\x1e\x8bxyz"])()
    set_body(rec, rng.choice(["req", "res"]), data)
    return [dump(rec)]


TYPES = {"resource": str, "l7protocol": str, "duration": int, "tags": dict,
         "cluster": str, "namespace": str, "service": str, "command": str,
         "location": str, "status": str, "signature": dict, "netinfo": dict,
         "session": str, "tech": str, "network_address": str,
         "tokenList": dict, "events": list, "isTls": bool}
WRONG = {str: [1, True, [], {}, 1.5], int: ["5", True, [], {}, 1.5, -1],
         dict: ["x", 1, [], True], list: ["x", 1, {}, True],
         bool: ["true", 1, {}, []]}


def type_code(rec):
    if rng.random() < .5 and "http" in rec:
        side, name, kind = rng.choice([
            ("req", "url", str), ("req", "uri", str), ("req", "method", str),
            ("req", "host", str), ("req", "version", str),
            ("res", "statusCode", int), ("res", "statusMessage", str),
            ("res", "contentType", str), ("req", "bodyBase64", str),
            ("res", "bodyBase64", str)])
        http(rec, side)[name] = rng.choice(WRONG[kind])
    else:
        name = rng.choice(list(TYPES))
        rec[name] = rng.choice(WRONG[TYPES[name]])
    return [dump(rec)]


def type_miss(rec):
    rec.update(rng.choice([
        {"resource": ""}, {"duration": 0}, {"duration": 2 ** 31 - 1},
        {"x": 1}, {"x": True}, {"x": [1]}, {"cluster": "1"},
        {"session": "true"}, {"isTls": True}, {"isTls": False},
        {"streamSeqNum": "12"}]))
    return [dump(rec)]


def headers_type(rec):
    if rng.random() < .2:
        rec.get("http") or need(False)
        http(rec)["queryParams"] = {"a": rng.choice(["x", 1, [1], {}])}
    else:
        headers(rec)["X-" + word()] = rng.choice(
            ["x", 1, True, {}, [1], ["a", 2], [["a"]], [None], [True]])
    return [dump(rec)]


def headers_type_miss(rec):
    headers(rec)["X-" + word()] = rng.choice(
        [["x"], ["a", "b"], [""], [], ["1"], ["ä"]])
    return [dump(rec)]


def tags_type(rec):
    rec["tags"][rng.choice(["x", "sequence", "ä"])] = rng.choice(
        [1, True, None, [], {}, 1.5])
    return [dump(rec)]


def tags_type_miss(rec):
    rec["tags"][word()] = rng.choice(["", "1", "true", "null", "ä"])
    return [dump(rec)]


def protocol(rec):
    kinds = [k for k in ("http", "postgres", "AmqpV091") if k in rec]
    if rng.random() < .5:
        for kind in kinds:
            del rec[kind]
    else:
        rec[rng.choice([k for k in ("http", "postgres", "AmqpV091")
                        if k not in rec])] = {}
    return [dump(rec)]


def protocol_miss(rec):
    kinds = [k for k in ("http", "postgres", "AmqpV091") if k in rec]
    if rng.random() < .3:
        rec[rng.choice(["newproto", "kafka", "redis"])] = rec.pop(kinds[0])
    else:
        rec.update(rng.choice([{"x": 1}, {"note": "http"}, {"x": []},
                               {"meta": {}}, {"tokens": {}}]))
    return [dump(rec)]


def header_name(rec):
    headers(rec)[word(3) + rng.choice(
        [" ", ":", "(", "ä", "\r\n", "\n", "\0", "/", "[", "@", ",", ";",
         "\x7f", "\"", "{"]) + word(3)] = ["x"]
    return [dump(rec)]


def header_name_miss(rec):
    headers(rec)[word(3) + rng.choice("!#$%&'*+-.^_`|~09AZaz")] = ["x"]
    return [dump(rec)]


def header_value(rec):
    headers(rec)["X-" + word()] = ["a", word() + rng.choice(
        ["\r\n", "\n", "\r", "\0", "\r\nX-Injected: 1"]) + word()]
    return [dump(rec)]


def header_value_miss(rec):
    headers(rec)["X-" + word()] = [rng.choice(
        ["a\tb", "ä", "x" * 9000, "\\r\\n", "", " ", "\"q\"", "\u2028",
         "%0d%0a"])]
    return [dump(rec)]


METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]


def method_differs(rec):
    method = http(rec)["method"]
    need(rec.get("command") == method)
    other = rng.choice([m for m in METHODS if m != method])
    if rng.random() < .5:
        rec["command"] = other
    else:
        http(rec)["method"] = other
    return [dump(rec)]


def method_differs_miss(rec):
    need(rec.get("command") == http(rec)["method"])
    if rng.random() < .5:
        rec["command"] = http(rec)["method"] = rng.choice(METHODS)
    else:
        rec["command"] = rng.choice(["PutItem", "Query", "GetItem", "Scan"])
    return [dump(rec)]


def path_differs(rec):
    req = http(rec)
    need(rec.get("location") == req.get("url"))
    what = rng.choice(["location", "url", "uri"])
    if what == "location":
        rec["location"] += "/" + word()
    elif what == "url":
        req["url"] = "/" + word() + req["url"]
    else:
        need(req.get("uri", "").startswith(req["url"]))
        req["uri"] = "/" + word() + req["uri"]
    return [dump(rec)]


def path_differs_miss(rec):
    req = http(rec)
    need(rec.get("location") == req.get("url"))
    query = req.get("uri", "").partition("?")
    path = "/" + word() + "/" + quote(word() + " ä")
    rec["location"] = req["url"] = path
    if "uri" in req:
        req["uri"] = path + query[1] + query[2]
    return [dump(rec)]


def with_query(rec, pairs):
    req = http(rec)
    need(req.get("url"))
    params = {}
    for name, value in pairs:
        params.setdefault(name, []).append(value)
    req["uri"] = req["url"] + "?" + "&".join(
        quote(n, safe="") + "=" + rng.choice(
            [lambda v: quote(v, safe=""),
             lambda v: quote(v, safe="").replace("%20", "+")])(v)
        for n, v in pairs)
    req["queryParams"] = params
    for name in ("signature", "mutableSignature"):
        for key in [k for k in rec.get(name, {})
                    if k.startswith("http:queryparams")]:
            del rec[name][key]
    return req


def some_pairs():
    return [(word(2), rng.choice(["", "x y", "ä", "a&b", "1+1=2", word()]))
            for _ in range(rng.randrange(1, 6))]


def query_differs(rec):
    req = with_query(rec, some_pairs())
    name = rng.choice(list(req["queryParams"]))
    kind = rng.randrange(4)
    if kind == 0:
        req["queryParams"][name][0] += "x"
    elif kind == 1:
        del req["queryParams"][name]
        need(req["queryParams"])
    elif kind == 2:
        req["queryParams"]["extra" + word()] = ["1"]
    else:
        req["uri"] += "&more=1"
    return [dump(rec)]


def query_differs_miss(rec):
    req = with_query(rec, some_pairs())
    if rng.random() < .5:
        items = list(req["queryParams"].items())
        rng.shuffle(items)
        req["queryParams"] = dict(items)
    return [dump(rec)]


def host_differs(rec):
    req = http(rec)
    hdrs = req.get("headers", {})
    key = header_key(hdrs, "host")
    if key and rng.random() < .5:
        hdrs[key] = [word() + ".example.org"]
    else:
        need(rec.get("network_address") and
             rec["network_address"].split(":")[0] ==
             req.get("host", "").split(":")[0])
        rec["network_address"] = word() + ".example.org:443"
    need(req.get("host"))
    return [dump(rec)]


def host_differs_miss(rec):
    req = http(rec)
    need(req.get("host"))
    key = header_key(req.get("headers", {}), "host")
    need(key and len(req["headers"][key]) == 1)
    name = word() + ".example.org"
    req["host"] = name + rng.choice(["", ":80", ":8443"])
    req["headers"][key] = [rng.choice([name, name.upper()]) +
                           rng.choice(["", ":80", ":443"])]
    if "network_address" in rec:
        rec["network_address"] = name + rng.choice([":0", ":80"])
    return [dump(rec)]


def status_differs(rec):
    res = http(rec, "res")
    need(str(rec.get("status", ""))[:3] == str(res.get("statusCode")))
    other = rng.choice([c for c in (200, 201, 404, 500, 503)
                        if c != res["statusCode"]])
    kind = rng.randrange(3)
    if kind == 0:
        rec["status"] = str(other) + rec["status"][3:]
    elif kind == 1:
        res["statusCode"] = other
    else:
        res["statusMessage"] = "%d Other" % other
    return [dump(rec)]


def status_differs_miss(rec):
    res = http(rec, "res")
    need("statusCode" in res)
    code = rng.choice([200, 201, 204, 301, 404, 418, 500, 503])
    res["statusCode"] = code
    rec["status"] = str(code) + rng.choice(["", " ", " Reason"])
    res["statusMessage"] = str(code) + rng.choice(
        ["", " ", " OK", " Not Found"])
    return [dump(rec)]


def contenttype_differs(rec):
    res = http(rec, "res")
    key = header_key(res.get("headers", {}), "content-type")
    need(key and res.get("contentType"))
    other = "text/" + word()
    if rng.random() < .5:
        res["contentType"] = other
    else:
        res["headers"][key] = [other]
    return [dump(rec)]


def contenttype_differs_miss(rec):
    res = http(rec, "res")
    key = header_key(res.get("headers", {}), "content-type")
    need(key and res.get("contentType"))
    kind = "text/" + word()
    res["contentType"] = kind
    res["headers"][key] = [kind]
    return [dump(rec)]


def direction_differs(rec):
    need("partOfStreamUUID" not in rec)
    need(rec.get("direction") in ("IN", "OUT"))
    rec["tags"]["proxyLocation"] = {"IN": "out", "OUT": "in"}[rec["direction"]]
    return [dump(rec)]


def direction_differs_miss(rec):
    rec["direction"], rec["tags"]["proxyLocation"] = rng.choice(
        [("IN", "in"), ("OUT", "out")])
    return [dump(rec)]


def body_differs(rec):
    side = rng.choice(["req", "res"])
    text = word(20)
    msg = set_body(rec, side, text.encode())
    msg["body"] = rng.choice([text + "\n", text[:-1], "", text.upper(), "{}"])
    return [dump(rec)]


def body_differs_miss(rec):
    side = rng.choice(["req", "res"])
    text = rng.choice([word(20), "ä😀", "a\nb\r\n", "{\"a\":1}", "\u2028"])
    msg = set_body(rec, side, text.encode())
    msg["body"] = text
    return [dump(rec)]


def signature_stale(rec):
    sig = rec.get("signature")
    http(rec)
    need(sig)
    keys = [k for k in sig if k in ("http:host", "http:method", "http:url",
                                    "http:requestBodyJSON",
                                    "http:requestBodyHash")]
    need(keys)
    key = rng.choice(keys)
    sig[key] = b64(word().encode())
    rec.get("mutableSignature", {}).pop(key, None)
    return [dump(rec)]


def signature_stale_miss(rec):
    http(rec)
    sig = rec.setdefault("signature", {})
    key = rng.choice(["instance", "custom:" + word()])
    sig[key] = b64(str(rng.randrange(100)).encode())
    return [dump(rec)]


def signature_differs(rec):
    sig = rec.get("signature")
    need(sig)
    plain = {k: base64.b64decode(v).decode("utf-8", "replace")
             for k, v in sig.items()}
    need("\ufffd" not in "".join(plain.values()))
    key = rng.choice(list(plain))
    kind = rng.randrange(3)
    if kind == 0:
        plain[key] += "x"
    elif kind == 1:
        del plain[key]
    else:
        plain["extra"] = word()
    rec["mutableSignature"] = plain
    return [dump(rec)]


def signature_differs_miss(rec):
    sig = rec.get("signature")
    need(sig)
    plain = {k: base64.b64decode(v).decode("utf-8", "replace")
             for k, v in sig.items()}
    need("\ufffd" not in "".join(plain.values()))
    items = list(plain.items())
    rng.shuffle(items)
    rec["mutableSignature"] = dict(items)
    return [dump(rec)]


def uuid_missing(rec):
    rec.pop("uuid")
    return [dump(rec)]


def uuid_missing_miss(rec):
    return [dump(rec)]


def duplicate_key(rec):
    text = dump(rec)
    key = rng.choice(list(rec))
    spelt = rng.choice([json.dumps(key), '"\\u%04x%s"' % (ord(key[0]),
                                                         key[1:])])
    return [b"{" + raw(spelt) + b":" + dump(rec[key]) + b"," + text[1:]]


def duplicate_key_miss(rec):
    text = dump(rec)
    key = rng.choice(list(rec))
    return [rng.choice([
        b'{"x":{"' + raw(key) + b'":1},' + text[1:],
        b'{"' + raw(key).swapcase() + b'":1,' + text[1:],
        b'{"' + raw(key) + b' ":1,' + text[1:],
        b'{"x":[{"a":1},{"a":2}],' + text[1:]])]


def content_length(rec):
    side = rng.choice(["req", "res"])
    data = word(rng.randrange(1, 90)).encode()
    msg = set_body(rec, side, data)
    set_header(msg["headers"], "Content-Length",
               rng.choice([str(len(data) + 1), "0", "x", "", "0%d" % len(data),
                           " %d" % len(data), str(len(data) * 10)]))
    return [dump(rec)]


def content_length_miss(rec):
    side = rng.choice(["req", "res"])
    data = rng.choice([word(rng.randrange(1, 90)).encode(), gz(b"abc")])
    msg = set_body(rec, side, data)
    if rng.random() < .8:
        set_header(msg["headers"], "Content-Length", str(len(data)))
    return [dump(rec)]


def decoded(rec):
    side = rng.choice(["req", "res"])
    msg = set_body(rec, side, word(30).encode())
    set_header(msg["headers"], "Content-Encoding",
               rng.choice(["gzip", "GZIP", "deflate", "br", "x-gzip"]))
    return [dump(rec)]


def decoded_miss(rec):
    side = rng.choice(["req", "res"])
    if rng.random() < .5:
        msg = set_body(rec, side, gz(b"abc"))
        set_header(msg["headers"], "Content-Encoding", "gzip")
    else:
        msg = set_body(rec, side, b"abc")
        drop_header(msg["headers"], "Content-Encoding")
        if rng.random() < .5:
            msg["headers"]["Content-Encoding"] = ["identity"]
    return [dump(rec)]


def jwt(exp):
    part = lambda o: base64.urlsafe_b64encode(
        json.dumps(o).encode()).decode().rstrip("=")
    claims = {"sub": word()}
    if exp is not None:
        claims["exp"] = exp
    return ".".join([part({"alg": "HS256", "typ": "JWT"}), part(claims),
                     word(43)])


def put_token(rec, token):
    kind = rng.randrange(3)
    if kind == 0:
        rec["session"] = token
    else:
        set_header(headers(rec, "req"), rng.choice(
            ["Authorization", "X-Auth"]), rng.choice(["Bearer ", ""]) + token)
    return [dump(rec)]


def jwt_expired(rec):
    return put_token(rec, jwt(rng.randrange(10 ** 9, 1_600_000_000)))


def jwt_expired_miss(rec):
    need(b"eyJ" not in dump(rec))
    return put_token(rec, rng.choice([
        jwt(rng.randrange(4_000_000_000, 5_000_000_000)), jwt(None),
        "api.example.org", "go1.23.2", "a.b.c", word(40)]))


ALNUM = WORD + WORD.upper() + "0123456789"


def tail(n, letters=ALNUM):
    return "".join(rng.choice(letters) for _ in range(n))


def a_secret():
    upper = WORD.upper() + "0123456789"
    return rng.choice(["AKIA" + tail(16, upper), "ghp_" + tail(36),
                       "sk_live_" + tail(24), "sk-proj-" + tail(48),
                       "xoxb-" + tail(12, "0123456789") + "-" + tail(20),
                       "AIza" + tail(35), "glpat-" + tail(20),
                       "-----BEGIN PRIVATE KEY-----\n" + tail(64)])


def no_secret():
    return rng.choice(["AKIA" + tail(8), "ghp_" + tail(10), "sk_live_", "sk-",
                       "xAKIA" + tail(16, WORD.upper()), "AIza" + tail(10),
                       "BEGIN PRIVATE KEY", "akia" + tail(16), word(40),
                       "task-" + tail(44, WORD)])


def place_secret(rec, value):
    kind = rng.randrange(3)
    if kind == 0:
        need("\n" not in value)
        headers(rec)["X-Key"] = ["Bearer " + value]
    elif kind == 1:
        set_body(rec, rng.choice(["req", "res"]),
                 rng.choice([lambda d: d, gz])(
                     json.dumps({"key": value}).encode()))
    else:
        name = "UNRECOGNIZED:" + word()
        rec.setdefault("tokenList", {})[name] = {
            "id": name, "tokens": [{"uuid": rec["uuid"], "token": {
                "location": "http.req.body",
                "replacementValue": b64(value.encode())}}]}
    return [dump(rec)]


def secret(rec):
    return place_secret(rec, a_secret())


def secret_miss(rec):
    return place_secret(rec, no_secret())


def ts_unsorted(rec):
    rec["ts"] = "2026-01-31T12:00:00.%03dZ" % rng.randrange(500, 999)
    first = dump(rec)
    fresh(rec)
    rec["ts"] = "2026-01-31T12:00:00.%03dZ" % rng.randrange(0, 500)
    return [first, dump(rec)]


def ts_unsorted_miss(rec):
    at = rng.randrange(500)
    rec["ts"] = "2026-01-31T12:00:00.%03dZ" % at
    first = dump(rec)
    fresh(rec)
    rec["ts"] = rng.choice(["2026-01-31T12:00:00.%03dZ" % (at + 1),
                            "2026-01-31T12:00:00.%03dZ" % at,
                            "2026-01-31T14:00:00.%03d+02:00" % at])
    return [first, dump(rec)]


CODES = {
    "not-json": (not_json, not_json_miss),
    "not-object": (not_object, not_object_miss),
    "utf8": (utf8, utf8_miss),
    "msgtype": (msgtype, msgtype_miss),
    "uuid-size": (uuid_size, uuid_size_miss),
    "uuid-duplicate": (uuid_duplicate, uuid_duplicate_miss),
    "ts": (ts, ts_miss),
    "direction": (direction, direction_miss),
    "base64": (base64_code, base64_miss),
    "gzip": (gzip_code, gzip_miss),
    "type": (type_code, type_miss),
    "headers-type": (headers_type, headers_type_miss),
    "tags-type": (tags_type, tags_type_miss),
    "protocol": (protocol, protocol_miss),
    "header-name": (header_name, header_name_miss),
    "header-value": (header_value, header_value_miss),
    "method-differs": (method_differs, method_differs_miss),
    "path-differs": (path_differs, path_differs_miss),
    "query-differs": (query_differs, query_differs_miss),
    "host-differs": (host_differs, host_differs_miss),
    "status-differs": (status_differs, status_differs_miss),
    "contenttype-differs": (contenttype_differs, contenttype_differs_miss),
    "direction-differs": (direction_differs, direction_differs_miss),
    "body-differs": (body_differs, body_differs_miss),
    "signature-stale": (signature_stale, signature_stale_miss),
    "signature-differs": (signature_differs, signature_differs_miss),
    "uuid-missing": (uuid_missing, uuid_missing_miss),
    "duplicate-key": (duplicate_key, duplicate_key_miss),
    "content-length": (content_length, content_length_miss),
    "decoded": (decoded, decoded_miss),
    "jwt-expired": (jwt_expired, jwt_expired_miss),
    "secret": (secret, secret_miss),
    "ts-unsorted": (ts_unsorted, ts_unsorted_miss),
}


class Case:
    def __init__(self, code, must, lines, base):
        self.code, self.must, self.lines, self.base = code, must, lines, base


def make_cases(code, function, must, pool):
    cases, tries = [], 0
    while len(cases) < COUNT:
        tries += 1
        if tries > COUNT * 500:
            raise SystemExit("Bail out! no records fit " + code)
        base = rng.randrange(len(pool))
        rec = fresh(json.loads(pool[base]))
        try:
            cases.append(Case(code, must, function(rec), base))
        except Skip:
            pass
    return cases


def check(rredit, lines, broken=None):
    """Problem codes of each record of a file of these lines; the records with
    errors are added to broken."""
    found = [set() for _ in lines]
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, "mutated.jsonl")
        with open(path, "wb") as f:
            f.write(b"\n".join(lines) + b"\n")
        run = subprocess.run([rredit, "check", "--json", path],
                             stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                             env=dict(os.environ, XDG_STATE_HOME=tmp))
    if run.returncode not in (0, 1):
        raise SystemExit("Bail out! check exits %d" % run.returncode)
    for line in run.stdout.splitlines():
        problem = json.loads(line)
        if problem["record"]:
            found[problem["record"] - 1].add(problem["code"])
            if broken is not None and problem["severity"] == "error":
                broken.add(problem["record"] - 1)
    return found


def bad_metadata(good):
    """Metadata that is missing (None), cut, or another value."""
    kind = rng.randrange(4)
    if kind == 0:
        return None
    if kind == 1:
        return good[:rng.randrange(len(good) - 1)]
    if kind == 2:
        return rng.choice([b"[]", b"null", b"1", b'"x"', b"[" + good + b"]"])
    return good + rng.choice([b"x", b"}", good])


def good_metadata(good):
    return rng.choice([good, b" " + good + b"\n", b"{}", good[:-1] +
                       b',"%s":[1e5,null]}' % word().encode()])


def metadata_codes(rredit, variants, raw_text):
    """The ids of the snapshots with these metadata, and which were told."""
    with tempfile.TemporaryDirectory() as tmp:
        ids = []
        for text in variants:
            ids.append("%08x-1111-4111-8111-%012x" % (
                rng.getrandbits(32), rng.getrandbits(48)))
            os.mkdir(os.path.join(tmp, ids[-1]))
            with open(os.path.join(tmp, ids[-1], "raw.jsonl"), "wb") as f:
                f.write(raw_text)
            if text is not None:
                with open(os.path.join(tmp, ids[-1] + ".json"), "wb") as f:
                    f.write(text)
        run = subprocess.run([rredit, "--store", tmp, "check", "--json"] + ids,
                             stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                             env=dict(os.environ, XDG_STATE_HOME=tmp))
    told = set()
    for line in run.stdout.splitlines():
        problem = json.loads(line)
        if problem["code"] == "metadata":
            told.add(problem["target"])
    return [i in told for i in ids]


def report_metadata(rredit, raw_text):
    good = b'{"id":"x","meta":{"name":"n","services":["s"]}}'
    bad = 0
    for make, must in ((bad_metadata, True), (good_metadata, False)):
        variants = [make(good) for _ in range(COUNT)]
        told = metadata_codes(rredit, variants, raw_text)
        wrong = [v for v, t in zip(variants, told) if t != must]
        print("%s - metadata: %d %s" % (
            "not ok" if wrong else "ok", len(variants),
            "mutations raise it" if must else "near misses do not"))
        for variant in wrong[:3]:
            print("#   " + ascii(variant))
        bad += bool(wrong)
    return bad


def main():
    rredit, files = sys.argv[1], sys.argv[2:]
    pool = []
    for name in files:
        with open(name, "rb") as f:
            pool += [line for line in f.read().splitlines()
                     if len(line) < 20000]
    usable = []
    for line in pool:
        try:
            if isinstance(json.loads(line), dict):
                usable.append(line)
        except ValueError:
            pass
    broken = set()
    before = check(rredit, usable, broken)
    pool = [(line, codes) for i, (line, codes) in
            enumerate(zip(usable, before)) if i not in broken]
    cases = []
    for code, (hit, miss) in CODES.items():
        clean = [line for line, codes in pool if code not in codes]
        cases += make_cases(code, hit, True, clean)
        cases += make_cases(code, miss, False, clean)
    lines, judged = [], []
    for case in cases:
        lines += case.lines
        judged.append(len(lines) - 1)
    found = check(rredit, lines)
    bad = report(cases, [found[i] for i in judged])
    bad += report_metadata(rredit, usable[0] + b"\n")
    sys.exit(1 if bad else 0)


def report(cases, found):
    print("1..%d" % (2 * len(CODES) + 2))
    bad = 0
    for code in CODES:
        for must in (True, False):
            mine = [(c, f) for c, f in zip(cases, found)
                    if c.code == code and c.must == must]
            wrong = [(c, f) for c, f in mine if (code in f) != must]
            print("%s - %s: %d %s" % (
                "not ok" if wrong else "ok", code, len(mine),
                "mutations raise it" if must else "near misses do not"))
            for case, codes in wrong[:3]:
                print("#   found %s in %s" % (
                    sorted(codes), ascii(case.lines[-1][:300])))
            bad += bool(wrong)
    return bad


main()
