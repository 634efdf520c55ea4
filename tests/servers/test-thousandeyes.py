#!/usr/bin/env python3
"""Every quirk that the stand-in for ThousandEyes is there for, shown once."""

import base64
import http.client
import importlib.util
import json
import os
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location(
    "thousandeyes", os.path.join(HERE, "thousandeyes.py"))
te = importlib.util.module_from_spec(spec)
spec.loader.exec_module(te)

ADA = "ada-token-0123456789"
READER = "reader-token-0123456789"
NOON = 1538827200                # 2018-10-06T12:00:00Z


class Server:
    def __init__(self, *argv):
        self.httpd = te.make_server(list(argv))
        self.port = self.httpd.server_address[1]
        threading.Thread(target=self.httpd.serve_forever, args=(0.01,),
                         daemon=True).start()
        self.control(clock=NOON)

    def ask(self, method, path, body=None, auth="Bearer " + ADA, **headers):
        c = http.client.HTTPConnection("127.0.0.1", self.port)
        given = {"Content-Type": "application/json"} if body is not None else {}
        if auth:
            given["Authorization"] = auth
        given.update({k.replace("_", "-"): v for k, v in headers.items()})
        if not isinstance(body, (str, type(None))):
            body = json.dumps(body)
        c.request(method, path, body, given)
        r = c.getresponse()
        text = r.read()
        self.headers = {k.lower(): v for k, v in r.getheaders()}
        c.close()
        try:
            return r.status, json.loads(text)
        except ValueError:
            return r.status, text

    def control(self, **switches):
        return self.ask("POST", "/control", switches)

    def close(self):
        self.httpd.shutdown()
        self.httpd.server_close()


def basic(user, token):
    return "Basic " + base64.b64encode(
        ("%s:%s" % (user, token)).encode()).decode()


def v6(**change):
    body = {"displayName": "x", "testId": 817, "from": "2018-10-06T00:00:00",
            "to": "2018-10-06 01:00:00", "isPublic": 1}
    body.update(change)
    return {k: v for k, v in body.items() if v is not None}


def v7(**change):
    body = {"displayName": "x", "startDate": "2018-10-06T00:00:00Z",
            "endDate": "2018-10-06T01:00:00Z"}
    body.update(change)
    return {k: v for k, v in body.items() if v is not None}


POST6, POST7 = "/v6/snapshot.json", "/v7/tests/817/snapshot"


def creates_in_the_shape_of_version_6(s):
    status, got = s.ask("POST", POST6, v6(), basic("ada@example.com", ADA))
    link = got["link"]
    assert status == 201 and got["test"] == []
    assert sorted(link) == sorted(
        ["displayName", "endRoundId", "extraParams", "linkId", "roundId",
         "shareDate", "sourceTestId", "startRoundId", "testId", "uid",
         "viewUrl"]), link
    assert link["startRoundId"] == link["roundId"] == 1538784000
    assert link["endRoundId"] == 1538787600 and link["sourceTestId"] == 817
    assert link["shareDate"].startswith("2018-10-06 12:0")
    assert s.ask("POST", "/v6/snapshot", v6())[0] == 201


def creates_in_the_shape_of_version_7(s):
    status, got = s.ask("POST", POST7, v7(isPublic=True))
    assert status == 201 and got["sourceTestId"] == "817"
    assert got["test"]["savedEvent"] is False
    assert got["_links"]["appLink"]["href"].startswith("https://" + got["id"])
    assert s.ask("POST", POST7, v7())[1]["test"]["savedEvent"] is True


def lists_tests_and_groups(s):
    assert s.ask("GET", "/v6/tests.json")[1]["test"][0]["testId"] == 817
    assert s.ask("GET", "/v7/tests")[1]["tests"][0]["testId"] == "817"
    assert s.ask("GET", "/v6/account-groups")[1]["accountGroups"][0]["aid"] == 59
    assert s.ask("GET", "/v7/account-groups")[1]["accountGroups"][0]["aid"] \
        == "59"
    now = s.ask("GET", "/v6/status.json")[1]["timestamp"]
    assert NOON * 1000 <= now < (NOON + 300) * 1000


def takes_logins_by_version(s):
    good, bad = basic("ada@example.com", ADA), basic("eve@example.com", ADA)
    assert s.ask("GET", "/v6/tests", auth=good)[0] == 200
    assert s.ask("GET", "/v6/tests", auth=bad)[0] == 401
    assert s.headers["www-authenticate"] == "Bearer"
    assert s.ask("GET", "/v7/tests", auth=good)[0] == 401
    assert s.ask("GET", "/v7/tests", auth=None)[1]["error"] == "invalid_token"


def takes_no_basic_login_in_europe(s):
    eu = Server("--eu")
    assert eu.ask("GET", "/v6/tests",
                  auth=basic("ada@example.com", ADA))[0] == 401
    assert eu.ask("GET", "/v6/tests")[0] == 200
    eu.close()


def bars_an_address_after_120_bad_logins(s):
    for _ in range(120):
        assert s.ask("GET", "/v6/tests", auth="Bearer no")[0] == 401
        s.control(clock=NOON)
        s.httpd.state.window = (0, 0)
    assert s.ask("GET", "/v6/tests")[0] == 429
    s.control(clock=NOON + 3601)
    assert s.ask("GET", "/v6/tests")[0] == 200


def says_no_to_whom_may_not(s):
    assert s.ask("POST", POST6, v6(), "Bearer " + READER)[0] == 403
    assert s.ask("POST", POST7, v7(), "Bearer " + READER)[0] == 403
    assert s.ask("GET", "/v6/tests?aid=59", auth="Bearer " + READER)[0] == 400
    assert s.ask("GET", "/v6/tests?aid=59")[0] == 200
    s.control(public=False)
    assert s.ask("POST", POST7, v7(isPublic=True))[0] == 403
    assert s.ask("POST", POST7, v7())[0] == 201


def says_no_to_what_is_asked_wrong(s):
    assert s.ask("GET", POST6)[0] == 405
    assert s.ask("GET", "/v6/nothing")[0] == 404
    assert s.ask("GET", "/v7/tests.json")[0] == 404
    assert s.ask("GET", "/v4/tests.json")[0] == 301
    assert s.ask("POST", POST6, v6(), Content_Type="text/plain")[0] == 415
    assert s.ask("GET", "/v6/tests.xml")[0] == 406
    assert s.ask("GET", "/v7/tests", Accept="text/html")[0] == 406


def checks_what_it_is_given(s):
    for wrong in (v6(displayName=None), v6(displayName="  "),
                  v6(testId="817"), v6(testId=5001), v6(testId=1),
                  v6(isPublic=2), v6(isPublic=True), v6(to=None),
                  v6(to="2018-10-06T03:00:00"), v6(to="2018-02-30 01:00:00"),
                  v6(to="2018-10-05T23:00:00"), "[]", "{"):
        status, got = s.ask("POST", POST6, wrong)
        assert status == 400 and "errorMessage" in got, (wrong, status)
    for wrong in (v7(displayName=7), v7(isPublic=1), v7(endDate="soon"),
                  v7(startDate="2018-10-06T12:00:00Z",
                     endDate="2018-10-06T13:00:00Z")):
        status, got = s.ask("POST", POST7, wrong)
        assert status == 400 and got["errors"][0]["field"], (wrong, got)
        assert s.headers["content-type"] == "application/problem+json"
    assert s.ask("POST", "/v7/tests/1/snapshot", v7())[0] == 404
    assert s.ask("POST", "/v7/tests/5001/snapshot", v7())[0] == 400


def keeps_a_quota_of_snapshots(s):
    for version, path, body, most, span in ((6, POST6, v6(), 10, 3600),
                                            (7, POST7, v7(), 5, 300)):
        for _ in range(most):
            assert s.ask("POST", path, body)[0] == 201
        assert s.ask("POST", path, body)[0] == 429
        assert int(s.headers["x-organization-rate-limit-remaining"]) > 0
        s.control(clock=NOON + span + 1)
        assert s.ask("POST", path, body)[0] == 201
        s.control(clock=NOON)


def keeps_a_limit_per_minute(s):
    few = Server("--rate", "2")
    few.control(clock=NOON + 30)
    assert few.ask("GET", "/v6/tests")[0] == 200
    assert few.headers["x-organization-rate-limit-limit"] == "2"
    assert few.headers["x-organization-rate-limit-remaining"] == "1"
    assert few.headers["x-organization-rate-limit-reset"] == str(NOON + 60)
    assert few.ask("GET", "/v6/tests")[0] == 200
    assert few.ask("GET", "/v6/tests")[0] == 429
    few.control(clock=NOON + 60)
    assert few.ask("GET", "/v6/tests")[0] == 200
    few.close()


def fails_on_demand(s):
    s.control(maintenance=True)
    assert s.ask("GET", "/v6/tests")[0] == 503
    s.control(maintenance=False, fail=True)
    assert s.ask("GET", "/v7/tests")[0] == 500
    assert s.control(weather="fine")[0] == 400


def tells_what_it_was_asked(s):
    s.ask("GET", "/v6/tests?aid=59")
    asked = s.ask("GET", "/control")[1]["requests"]
    assert asked[-1]["target"] == "/v6/tests?aid=59"


TESTS = [creates_in_the_shape_of_version_6, creates_in_the_shape_of_version_7,
         lists_tests_and_groups, takes_logins_by_version,
         takes_no_basic_login_in_europe, bars_an_address_after_120_bad_logins,
         says_no_to_whom_may_not, says_no_to_what_is_asked_wrong,
         checks_what_it_is_given, keeps_a_quota_of_snapshots,
         keeps_a_limit_per_minute, fails_on_demand, tells_what_it_was_asked]

if __name__ == "__main__":
    print("1..%d" % len(TESTS))
    for n, test in enumerate(TESTS, 1):
        server = Server()
        try:
            test(server)
            print("ok %d - %s" % (n, test.__name__))
        except Exception as e:                  # the test is red, go on
            print("not ok %d - %s" % (n, test.__name__))
            print("# %s: %s" % (type(e).__name__, e), file=sys.stderr)
        server.close()
