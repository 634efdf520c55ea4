#!/usr/bin/env python3
"""A stand-in for the ThousandEyes API, versions 6 and 7: enough of it to
create snapshots, list tests and account groups, and to be told off.

    thousandeyes.py [--eu] [--quota-v6 N/SECONDS] [--quota-v7 N/SECONDS]
                    [--rate N] [--clock EPOCH] [--port PORT]

Prints "ready PORT" and serves 127.0.0.1 until it is stopped. What it does
follows the published references; what those leave open is an assumption of
this file, marked (assumed):

- an unknown test is 400 on version 6, 404 on version 7 (assumed for 6)
- the words of version 6's validation errors (assumed)
- a snapshot over the quota is 429 while X-Organization-Rate-Limit-Remaining
  is above 0 (assumed: the quota has no header of its own)
- `.xml` is answered with 406 (assumed; the schema of the XML is not known)
- private snapshots have the shape of public ones (assumed)
- isPublic true of version 7 is a public link; its text says both (assumed)

The tests steer it with POST /control, a JSON object of: clock (epoch seconds
from which it ticks on; null: the real time), maintenance, fail, public (false: this region has none),
and read what it was asked with GET /control: {"requests": [...]}.
"""

import argparse
import base64
import calendar
import json
import random
import re
import sys
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SPANS = (1, 2, 4, 6, 12, 24, 48)
USERS = {
    "ada@example.com": {"token": "ada-token-0123456789", "aids": (59, 75),
                        "may": True, "uid": 5784},
    "reader@example.com": {"token": "reader-token-0123456789", "aids": (75,),
                           "may": False, "uid": 5790},
}
ACCOUNTS = {59: "Shop", 75: "Payments"}
TESTS = [
    # id, name, type, enabled, is it a saved event
    (817, "checkout over HTTP", "http-server", 1, 0),
    (818, "payments page", "page-load", 1, 0),
    (900, "saved: outage of May", "http-server", 1, 1),
]
ENDPOINT_TEST = 5001         # one of an Endpoint Agent: listed nowhere
RATE_WINDOW = 60             # seconds
BAD_LOGINS = 120             # per hour and address
DEAD_VERSIONS = re.compile(r"^/v[1-5](/|$)")
DATE = re.compile(r"^\s*(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(Z?)\s*$")


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status, text, field=None, code=None, headers=()):
        super().__init__(text)
        self.status, self.text = status, text
        self.field, self.code, self.headers = field, code, headers


class State:
    """What the server remembers; all of it under one lock."""

    def __init__(self, args):
        self.lock = threading.Lock()
        self.eu = args.eu
        self.quota = {6: args.quota_v6, 7: args.quota_v7}
        self.rate = args.rate
        self.set_clock(args.clock)
        self.maintenance = self.fail = False
        self.public = True
        self.made = {6: [], 7: []}   # times of snapshots
        self.window = (0, 0)         # start, requests in it
        self.denied = {}             # address: times of 401
        self.requests = []
        self.random = random.Random(7)
        self.next_test = 58856

    def set_clock(self, epoch):
        """From now on it is epoch, and the clock ticks on; None: real time."""
        self.offset = 0 if epoch is None else epoch - time.time()

    def now(self):
        return int(time.time() + self.offset + 1e-3)

    def count(self):
        """One more request; (left, end of the window)."""
        now = self.now()
        start, used = self.window
        if not start <= now < start + RATE_WINDOW:
            start, used = now - now % RATE_WINDOW, 0
        self.window = (start, used + 1)
        return self.rate - used - 1, start + RATE_WINDOW

    def deny(self, address):
        now = self.now()
        times = [t for t in self.denied.get(address, ()) if t > now - 3600]
        self.denied[address] = times + [now]

    def barred(self, address):
        now = self.now()
        times = self.denied.get(address, ())
        return sum(t > now - 3600 for t in times) >= BAD_LOGINS

    def take_quota(self, version):
        most, seconds = self.quota[version]
        now = self.now()
        made = [t for t in self.made[version] if t > now - seconds]
        if len(made) >= most:
            raise Refused(429, "snapshot quota exceeded")
        self.made[version] = made + [now]


def stamp(epoch, form="%Y-%m-%d %H:%M:%S"):
    return time.strftime(form, time.gmtime(epoch))


def read_date(text):
    """Epoch seconds of a date in either spelling, or None."""
    m = DATE.match(text) if isinstance(text, str) else None
    if not m:
        return None
    year, month, day, hour, minute, second = map(int, m.groups()[:6])
    if not (1 <= month <= 12 and year >= 1970 and
            1 <= day <= calendar.monthrange(year, month)[1] and
            hour < 24 and minute < 60 and second < 60):
        return None
    return calendar.timegm((year, month, day, hour, minute, second))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "stand-in"

    def log_message(self, *args):
        pass

    def date_time_string(self, timestamp=None):
        return formatdate(self.state.now(), usegmt=True)

    @property
    def state(self):
        return self.server.state

    # ---- answers ----

    def answer(self, status, body=None, kind="application/json", headers=()):
        data = b"" if body is None else json.dumps(
            body, separators=(",", ":")).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        for name, value in self.rate_headers:
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def refuse(self, version, why):
        headers = list(why.headers)
        if version != 7:
            self.answer(why.status, {"errorMessage": why.text},
                        headers=headers)
        elif why.status == 401:
            self.answer(401, {"error": "invalid_token", "error_description":
                              "Invalid access token"}, headers=headers)
        else:
            body = {"type": "about:blank", "title": why.text,
                    "status": why.status, "detail": why.text,
                    "instance": urlsplit(self.path).path}
            if why.field:
                body["errors"] = [{"code": why.code or "invalid",
                                   "field": why.field, "message": why.text}]
            self.answer(why.status, body, "application/problem+json",
                        headers)

    # ---- the way in ----

    def do_GET(self):
        self.serve()

    def do_POST(self):
        self.serve()

    def do_PUT(self):
        self.serve()

    def do_DELETE(self):
        self.serve()

    def serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        path = urlsplit(self.path).path
        self.rate_headers = ()
        with self.state.lock:
            if path == "/control":
                self.control(body)
                return
            self.state.requests.append({
                "method": self.command, "target": self.path,
                "headers": list(self.headers.items()),
                "body": body.decode("utf-8", "replace")})
            version = 7 if path.startswith("/v7/") else 6
            try:
                self.api(version, path, body)
            except Refused as why:
                self.refuse(version, why)

    def control(self, body):
        state = self.state
        if self.command == "POST":
            for name, value in json.loads(body).items():
                if name not in ("clock", "maintenance", "fail", "public"):
                    self.answer(400, {"errorMessage": "no switch " + name})
                    return
                if name == "clock":
                    state.set_clock(value)
                else:
                    setattr(state, name, value)
        self.answer(200, {"requests": state.requests})

    def api(self, version, path, body):
        state = self.state
        if DEAD_VERSIONS.match(path):
            raise Refused(301, "no such version",
                          headers=[("Location", "/v7/")])
        left, reset = state.count()
        self.rate_headers = (
            ("X-Organization-Rate-Limit-Limit", str(state.rate)),
            ("X-Organization-Rate-Limit-Remaining", str(max(left, 0))),
            ("X-Organization-Rate-Limit-Reset", str(reset)))
        if state.maintenance:
            raise Refused(503, "maintenance mode")
        if state.fail:
            raise Refused(500, "internal error, contact support")
        if left < 0:
            raise Refused(429, "over the limit per minute")
        user = self.login(version)
        aid = self.account(user)
        (self.v7 if version == 7 else self.v6)(path, body, user, aid)

    def login(self, version):
        state, address = self.state, self.client_address[0]
        if state.barred(address):
            raise Refused(429, "too many invalid logins from this address")
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        email, token = None, None
        if scheme == "Basic" and version == 6 and not state.eu:
            try:
                email, _, token = base64.b64decode(
                    value, validate=True).decode().partition(":")
            except ValueError:
                pass
        elif scheme == "Bearer":
            token = value
        for name, user in USERS.items():
            if token == user["token"] and email in (None, name):
                return user
        state.deny(address)
        raise Refused(401, "invalid credentials",
                      headers=[("WWW-Authenticate", "Bearer")])

    def account(self, user):
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        if "aid" not in query:
            return user["aids"][-1]
        text = query["aid"][-1]
        if not text.isdigit() or int(text) not in user["aids"]:
            raise Refused(400, "aid: not a member of this account group",
                          "aid", "invalid")
        return int(text)

    # ---- version 6 ----

    def v6(self, path, body, user, aid):
        name, dot, form = path.rpartition(".")
        if not dot or form not in ("json", "xml"):
            name, form = path, "json"
        known = {"/v6/snapshot": ("POST", self.v6_snapshot),
                 "/v6/tests": ("GET", self.v6_tests),
                 "/v6/account-groups": ("GET", self.v6_accounts),
                 "/v6/status": ("GET", self.v6_status)}
        if name not in known:
            raise Refused(404, "no such endpoint")
        method, run = known[name]
        if self.command != method:
            raise Refused(405, "method not allowed")
        if form == "xml" or not self.accepts("application/json"):
            raise Refused(406, "only JSON here")
        run(body, user, aid)

    def accepts(self, *kinds):
        accept = self.headers.get("Accept", "*/*")
        given = {a.split(";")[0].strip() for a in accept.split(",")}
        return bool(given & ({"*/*", "application/*"} | set(kinds)))

    def v6_tests(self, body, user, aid):
        self.answer(200, {"test": [
            {"testId": i, "testName": name, "type": kind, "enabled": on,
             "savedEvent": saved, "liveShare": 0, "interval": 900,
             "createdBy": "Ada (ada@example.com)",
             "createdDate": "2023-01-02 03:04:05",
             "modifiedDate": "2023-02-02 03:04:05"}
            for i, name, kind, on, saved in TESTS]})

    def v6_accounts(self, body, user, aid):
        self.answer(200, {"accountGroups": [
            {"accountGroupName": ACCOUNTS[a], "aid": a,
             "current": int(a == aid), "default": int(a == user["aids"][0]),
             "organizationName": "Example"} for a in user["aids"]]})

    def v6_status(self, body, user, aid):
        self.answer(200, {"timestamp": self.state.now() * 1000})

    def v6_snapshot(self, body, user, aid):
        asked = self.read_object(body)
        if not user["may"]:
            raise Refused(403, "no permission to create snapshot shares")
        public = asked.get("isPublic", 0)
        if type(public) is not int or public not in (0, 1):
            raise Refused(400, "isPublic: must be 0 or 1", "isPublic")
        test = asked.get("testId")
        if type(test) is not int:
            raise Refused(400, "testId: an integer is required", "testId")
        made = self.make(6, asked, test, "from", "to", public, 400)
        link = made.pop("linkId")
        self.answer(201, {"link": dict(
            made, uid=user["uid"], linkId=link, shareDate=stamp(
                self.state.now()), viewUrl=self.url(link, made)), "test": []})

    # ---- version 7 ----

    def v7(self, path, body, user, aid):
        if not self.accepts("application/json", "application/hal+json"):
            raise Refused(406, "not acceptable")
        if path in ("/v7/tests", "/v7/account-groups"):
            if self.command != "GET":
                raise Refused(405, "method not allowed")
            (self.v7_tests if path == "/v7/tests" else self.v7_accounts)(
                user, aid)
            return
        m = re.match(r"^/v7/tests/([^/]+)/snapshot$", path)
        if not m:
            raise Refused(404, "no such endpoint")
        if self.command != "POST":
            raise Refused(405, "method not allowed")
        self.v7_snapshot(m.group(1), body, user)

    def v7_tests(self, user, aid):
        self.answer(200, {"tests": [
            {"testId": str(i), "testName": name, "type": kind,
             "enabled": bool(on), "savedEvent": bool(saved),
             "liveShare": False, "interval": 900}
            for i, name, kind, on, saved in TESTS],
            "_links": {"self": {"href": self.base() + "/v7/tests"}}},
            "application/hal+json")

    def v7_accounts(self, user, aid):
        self.answer(200, {"accountGroups": [
            {"aid": str(a), "accountGroupName": ACCOUNTS[a],
             "isCurrentAccountGroup": a == aid,
             "isDefaultAccountGroup": a == user["aids"][0],
             "organizationName": "Example"} for a in user["aids"]]},
            "application/hal+json")

    def v7_snapshot(self, test, body, user):
        asked = self.read_object(body)
        if not user["may"]:
            raise Refused(403, "no permission to create snapshot shares")
        public = asked.get("isPublic", False)
        if type(public) is not bool:
            raise Refused(400, "must be a boolean", "isPublic", "type")
        if public and not self.state.public:
            raise Refused(403, "public snapshots are not available here")
        if not test.isdigit():
            raise Refused(404, "no such test")
        made = self.make(7, asked, int(test), "startDate", "endDate", public,
                         404)
        link = made.pop("linkId")
        url = self.url(link, made)
        self.answer(201, {
            "id": link, "displayName": made["displayName"],
            "startRoundId": made["startRoundId"],
            "endRoundId": made["endRoundId"], "roundId": made["roundId"],
            "shareDate": stamp(self.state.now(), "%Y-%m-%dT%H:%M:%SZ"),
            "sourceTestId": str(made["sourceTestId"]),
            "testId": str(made["testId"]), "uid": str(user["uid"]),
            "extraParams": "",
            "test": {"testId": str(made["testId"]), "testName":
                     made["displayName"], "type": "http-server",
                     "interval": 900, "alertsEnabled": False,
                     "enabled": False, "liveShare": public,
                     "savedEvent": not public},
            "_links": {"self": {"href": self.base() + "/v7/tests/%d" %
                                made["testId"]}, "appLink": {"href": url}}},
            "application/hal+json")

    # ---- both ----

    def base(self):
        return "http://127.0.0.1:%d" % self.server.server_address[1]

    def url(self, link, made):
        return ("https://%s.share.thousandeyes.com/view/tests/"
                "?roundId=%d&metric=availability&testId=%d" %
                (link, made["roundId"], made["testId"]))

    def read_object(self, body):
        kind = self.headers.get("Content-Type", "").split(";")[0].strip()
        if kind != "application/json":
            raise Refused(415, "the body must be application/json")
        try:
            asked = json.loads(body)
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            raise Refused(400, "the body is no JSON object")
        return asked

    def make(self, version, asked, test, first, last, public, unknown):
        state = self.state
        name = asked.get("displayName")
        if not isinstance(name, str) or not name.strip():
            raise Refused(400, "displayName: a text is required",
                          "displayName", "required")
        dates = []
        for field in (first, last):
            date = read_date(asked.get(field))
            if date is None:
                raise Refused(400, field + ": no date", field, "date")
            dates.append(date)
        span = dates[1] - dates[0]
        if span not in [h * 3600 for h in SPANS]:
            raise Refused(400, "the span must be 1, 2, 4, 6, 12, 24 or 48 "
                          "hours", last, "span")
        if version == 7 and dates[1] > state.now():
            raise Refused(400, "must not be in the future", last, "future")
        if test == ENDPOINT_TEST:
            raise Refused(400, "not for Endpoint Agent tests", "testId")
        if test not in [t[0] for t in TESTS]:
            raise Refused(unknown, "no such test", "testId")
        state.take_quota(version)
        state.next_test += 1
        letters = "abcdefghijklmnopqrstuvwxyz"
        link = "".join(state.random.choice(letters)
                       for _ in range(state.random.randint(5, 9)))
        return {"displayName": name, "startRoundId": dates[0],
                "endRoundId": dates[1], "roundId": dates[0],
                "extraParams": "", "linkId": link, "sourceTestId": test,
                "testId": state.next_test}


def quota(text):
    most, _, seconds = text.partition("/")
    return int(most), int(seconds)


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--eu", action="store_true")
    p.add_argument("--quota-v6", type=quota, default=(10, 3600))
    p.add_argument("--quota-v7", type=quota, default=(5, 300))
    p.add_argument("--rate", type=int, default=240)
    p.add_argument("--clock", type=int)
    p.add_argument("--port", type=int, default=0)
    return p.parse_args(argv)


def make_server(argv):
    args = arguments(argv)
    server = ThreadingHTTPServer(("127.0.0.1", args.port), Handler)
    server.daemon_threads = True
    server.state = State(args)
    return server


if __name__ == "__main__":
    httpd = make_server(sys.argv[1:])
    print("ready", httpd.server_address[1], flush=True)
    httpd.serve_forever()
