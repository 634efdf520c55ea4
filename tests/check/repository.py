#!/usr/bin/env python3
"""usage: repository.py RREDIT REPOSITORY

Changes every value of a sound repository in many ways. What the schema of the
format (below, as published for version 1.16) forbids must be reported by
`rredit check` at the path of the change. TAP."""
import copy
import json
import os
import subprocess
import sys
import tempfile

S, N, B = ("str", "null"), ("int", "null"), ("bool",)


def enum(words):
    return ("enum", words.split() + [None])


def obj(required=(), **members):
    return ("object", members, set(required))


def many(item, null=True, unique=False):
    return ("array", item, null, unique)


def table(item):
    return ("map", item)


def either(schema):
    return ("maybe", schema)


HEADER = obj(["name", "values"], name=S, values=many(("str",), False, True))
BINDING = obj(type=enum("KAFKA MQTT WS AMQP AMQP1 NATS GOOGLEPUBSUB SQS SNS"),
              keyType=S, destinationType=S, destinationName=S, method=S, qoS=S,
              persistent=B, routingKey=S)
PARAMETER = obj(name=S, value=S)
CONSTRAINT = obj(name=S, recopy=B, mustMatchRegexp=S)
CONSTRAINT[1]["required"] = B
CONSTRAINT[1]["in"] = enum("path query header cookie formData body")
CALLBACK = obj(callbackUrlExpression=S, method=S, order=N, defaultDelay=N)
TRIGGER = obj(serviceName=S, serviceVersion=S, operationName=S)
REPLY = obj(addressLocation=S, channelAddress=S, bindings=table(BINDING))
DATE = ("int", "str", "null")
METADATA = obj(createdOn=DATE, lastUpdate=DATE, annotations=table(("str",)),
               labels=table(("str",)))
OPERATION = obj(["name"], name=S, method=S, action=S, inputName=S, outputName=S,
                bindings=table(BINDING), callbackInfos=table(CALLBACK),
                triggerInfos=many(TRIGGER), reply=either(REPLY), override=B,
                dispatcher=S, dispatcherRules=S, defaultDelay=N,
                defaultDelayStrategy=S, resourcePaths=many(("str",)),
                parameterConstraints=many(CONSTRAINT))
SERVICE = obj(["name", "version"], id=S, name=S, version=S, xmlNS=S,
              type=enum("SOAP_HTTP REST GENERIC_REST EVENT GENERIC_EVENT GRPC "
                        "GRAPHQL"),
              metadata=either(METADATA), sourceArtifact=S,
              operations=many(OPERATION, False))
RESOURCE = obj(["name"], id=S, name=S, path=S, content=S,
               type=enum("WSDL XSD JSON_SCHEMA SWAGGER RAML OPEN_API_SPEC "
                         "OPEN_API_SCHEMA ASYNC_API_SPEC ASYNC_API_SCHEMA "
                         "AVRO_SCHEMA PROTOBUF_SCHEMA PROTOBUF_DESCRIPTOR "
                         "GRAPHQL_SCHEMA POSTMAN_COLLECTION SOAP_UI_PROJECT "
                         "JSON_FRAGMENT"),
               serviceId=S, sourceArtifact=S, mainArtifact=B,
               operations=many(("str",)))
BASE = dict(name=S, content=S, operationId=S, testCaseId=S, sourceArtifact=S,
            headers=many(HEADER), id=S)
REQUEST = obj(["name"], responseId=S, callbackName=S,
              queryParameters=many(PARAMETER), **BASE)
RESPONSE = obj(["name"], status=S, mediaType=S, dispatchCriteria=S,
               callbackName=S, fault=B, **BASE)
EVENT = obj(["name"], mediaType=S, dispatchCriteria=S, replyId=S, **BASE)
FILE = obj(["services", "resources", "requests", "responses"],
           services=many(SERVICE, False), resources=many(RESOURCE, False),
           requests=many(REQUEST, False), responses=many(RESPONSE, False),
           eventMessages=many(EVENT))


def kind(value):
    if value is None:
        return "null"
    return {bool: "bool", int: "int", float: "float", str: "str", list: "list",
            dict: "dict"}[type(value)]


def valid(value, schema):
    what = schema[0]
    if what == "maybe":
        return value is None or valid(value, schema[1])
    if what == "enum":
        return (value is None or isinstance(value, str)) and value in schema[1]
    if what == "object":
        return (isinstance(value, dict) and schema[2] <= value.keys() and
                all(k in schema[1] and valid(v, schema[1][k])
                    for k, v in value.items()))
    if what == "map":
        return value is None or (isinstance(value, dict) and
                                 all(valid(v, schema[1])
                                     for v in value.values()))
    if what == "array":
        if value is None:
            return schema[2]
        return (isinstance(value, list) and
                all(valid(v, schema[1]) for v in value) and
                not (schema[3] and len({json.dumps(v) for v in value}) <
                     len(value)))
    return kind(value) in schema


def walk(value, path=()):
    yield path, value
    if isinstance(value, dict):
        for k, v in value.items():
            yield from walk(v, path + (k,))
    elif isinstance(value, list):
        for i, v in enumerate(value):
            yield from walk(v, path + (i,))


def spell(path):
    out = ""
    for step in path:
        if isinstance(step, int):
            out += "[%d]" % step
        elif step.replace("_", "").replace("-", "").isalnum():
            out += "." + step
        else:
            out += "." + json.dumps(step)
    return out


def parent(text, path):
    for step in path[:-1]:
        text = text[step]
    return text


def mutations(good):
    """(path where it must be told, mutated repository)"""
    for path, value in walk(good):
        for new in (None, True, 7, "word", [None], {"zz": 1}):
            if not path or new == value and kind(new) == kind(value):
                continue
            bad = copy.deepcopy(good)
            parent(bad, path)[path[-1]] = new
            yield path, bad
        if isinstance(value, dict):
            bad = copy.deepcopy(good)
            at = bad
            for step in path:
                at = at[step]
            at["zz"] = None
            yield path + ("zz",), bad
        if isinstance(value, list) and value:
            bad = copy.deepcopy(good)
            parent(bad, path)[path[-1]] = value + value[-1:]
            yield path + (len(value),), bad
        if path and isinstance(path[-1], str):
            bad = copy.deepcopy(good)
            del parent(bad, path)[path[-1]]
            yield path[:-1] if len(path) > 1 else path, bad


def told(fields, path):
    """At the place itself, or inside what was put there."""
    want = spell(path)
    return any(f == want or f.startswith((want + ".", want + "["))
               for f in fields)


def main():
    rredit, name = sys.argv[1:]
    good = json.load(open(name, encoding="utf-8"))
    assert valid(good, FILE)
    with tempfile.TemporaryDirectory() as work:
        os.environ["XDG_STATE_HOME"] = work
        paths = []
        for path, bad in mutations(good):
            if valid(bad, FILE):
                continue
            paths.append(path)
            with open("%s/%d.json" % (work, len(paths)), "w") as f:
                json.dump(bad, f)
        files = ["%s/%d.json" % (work, i + 1) for i in range(len(paths))]
        fields = {f: set() for f in files}
        for i in range(0, len(files), 500):
            out = subprocess.run([rredit, "check", "--json"] + files[i:i + 500],
                                 capture_output=True, text=True).stdout
            for line in out.splitlines():
                p = json.loads(line)
                fields[p["target"]].add(p["field"] or "")
        missed = [(spell(p), sorted(fields[f]))
                  for p, f in zip(paths, files) if not told(fields[f], p)]
    print("1..2")
    print("ok 1 - %d mutations are against the schema" % len(paths)
          if len(paths) > 1000 else "not ok 1 - too few: %d" % len(paths))
    for m in missed[:20]:
        print("# not told: %s (but %s)" % m)
    print("%sok 2 - each is told with its path (%d are not)" %
          ("not " if missed else "", len(missed)))


main()
