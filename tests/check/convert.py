#!/usr/bin/env python3
"""usage: convert.py RREDIT FILE.jsonl...

Converts each file to a repository and back, and compares every http pair with
what came back: the places that differ must be exactly those of the report,
and as many records. TAP."""
import base64
import collections
import gzip
import json
import os
import subprocess
import sys
import tempfile

DROPPED = {"content-length", "transfer-encoding", "connection"}


def body(message):
    text = message.get("bodyBase64")
    if text is None:
        text = message.get("body", message.get("bodyString"))
        return text.encode() if text else b""
    try:
        raw = base64.b64decode(text, validate=True)
        return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (ValueError, EOFError, OSError):
        return None     # broken: nothing that could come back


def headers(message, out):
    """Values of a header are a set."""
    return {name.lower(): (values if out else sorted(set(values)))
            for name, values in (message.get("headers") or {}).items()}


def same(was, now, name):
    return was.get(name) == now.get(name)


def differences(was, now):
    """Places of `was` that `now` lacks, as the report spells them."""
    out = set()
    for name, value in was.items():
        if name == "duration":
            if value != now.get("duration", 0):
                out.add(".duration")
        elif name == "http":
            continue
        elif not same(was, now, name):
            out.add("." + name)
    if "duration" not in was and now.get("duration"):
        out.add(".duration")
    for side in ("req", "res"):
        a, b = was["http"].get(side, {}), now["http"].get(side, {})
        prefix = ".http.%s." % side
        for name in a:
            if name in ("bodyBase64", "body", "bodyString"):
                continue
            if name == "headers":
                if headers(a, False) != headers(b, False) or any(
                        len(set(v)) != len(v)
                        for v in (a["headers"] or {}).values()):
                    out.add(prefix + name)
            elif not same(a, b, name):
                out.add(prefix + name)
        if body(a) is None or body(a) != body(b):
            out.add("request.body" if side == "req" else "response.body")
    for name in was["http"]:
        if name not in ("req", "res"):
            out.add(".http." + name)
    return out


def ports(name):
    """Only what is told of the record, not of what a mock makes of it."""
    return name.startswith((".", "request.", "response.")) and name != "."


def one(rredit, name, work):
    repo, back = work + "/repo.json", work + "/back.jsonl"
    for f in (repo, back):
        if os.path.exists(f):
            os.unlink(f)
    told = collections.Counter()
    run = subprocess.run([rredit, "microcks", "convert", "--json", name, repo],
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    for line in run.stdout.splitlines():
        p = json.loads(line)
        if ports(p["field"]) and "{{" not in (p["message"] or ""):
            told[p["field"]] += p["records"]
    json.load(open(repo, encoding="utf-8"))
    run = subprocess.run([rredit, "check", repo], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    run = subprocess.run([rredit, "microcks", "convert", repo, back],
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    was = []
    for line in open(name, encoding="utf-8", errors="surrogateescape"):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and "req" in (record.get("http") or {}):
            was.append(record)
    now = [json.loads(line) for line in open(back, encoding="utf-8")]
    assert len(was) == len(now), (len(was), len(now))
    found = collections.Counter()
    for a, b in zip(was, now):
        found.update(differences(a, b))
    return found, told


def main():
    rredit, names = sys.argv[1], sys.argv[2:]
    print("1..%d" % len(names))
    with tempfile.TemporaryDirectory() as work:
        os.environ["XDG_STATE_HOME"] = work
        for i, name in enumerate(names):
            found, told = one(rredit, name, work)
            wrong = {k: (found[k], told[k]) for k in found.keys() | told.keys()
                     if min(found[k], 10 ** 9) != told[k]}
            for k, (f, t) in sorted(wrong.items()):
                print("# %s: %d records differ, %d are told" % (k, f, t))
            print("%sok %d - %s" % ("not " if wrong else "", i + 1,
                                    name.split("/")[-2] + "/" +
                                    name.split("/")[-1]))


main()
