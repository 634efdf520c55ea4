#!/usr/bin/env python3
"""Writes the repository that tests read: make-repository.py > repository.json

Everything that the format has occurs once, in the spelling of an export."""
import json
import sys

SHOP, NEWS = "66bb00000000000000000001", "66bb00000000000000000002"
MAKER = "made-by-hand"


def operation(name, method, **more):
    op = dict(name=name, method=method, action=None, inputName=None,
              outputName=None, bindings=None, callbackInfos=None,
              triggerInfos=None, reply=None, dispatcher=None,
              dispatcherRules=None, defaultDelay=0, defaultDelayStrategy=None,
              resourcePaths=None, parameterConstraints=None)
    op.update(more)
    return op


def service(id, name, version, type, operations, labels):
    return dict(id=id, name=name, version=version, xmlNS=None, type=type,
                metadata=dict(createdOn=1700000000000, lastUpdate=1700000001000,
                              annotations={"owner": "tea"}, labels=labels),
                sourceArtifact=MAKER, operations=operations)


def message(name, content, op, id, headers, **more):
    m = dict(name=name, content=content, operationId=op, testCaseId=None,
             sourceArtifact=MAKER,
             headers=[dict(name=n, values=v) for n, v in headers], id=id)
    m.update(more)
    return m


def pair(n, name, op, request, response, status, parameters, criteria,
         fault=False):
    rid = "66bb0000000000000001%04d" % n
    return (message(name, request, op, "66bb0000000000000002%04d" % n,
                    [("Accept", ["application/json"]),
                     ("X-Trace", ["a", "b"])],
                    responseId=rid, callbackName=None,
                    queryParameters=parameters),
            message(name, response, op, rid,
                    [("Content-Type", ["application/json"]),
                     ("Vary", ["Accept"])],
                    status=status, mediaType="application/json",
                    dispatchCriteria=criteria, callbackName=None, fault=fault))


tea = SHOP + "-GET /tea/{id}"
order = SHOP + "-POST /orders"
pairs = [
    pair(1, "green", tea, None, '{"id":"green","price":3.5}', "200",
         [dict(name="id", value="green")], "/id=green"),
    pair(2, "unknown", tea, None, '{"error":"no such tea"}', "404",
         [dict(name="id", value="mud")], "/id=mud", True),
    pair(3, "order", order, '{"tea":"green","cups":2}', '{"order":17}', "201",
         None, None),
]
kafka = dict(type="KAFKA", keyType="string", destinationType=None,
             destinationName="tea/brewed", method=None, qoS=None,
             persistent=True, routingKey=None)
repository = dict(
    services=[
        service(SHOP, "Tea shop", "1.0", "REST", [
            operation("GET /tea/{id}", "GET", dispatcher="URI_PARTS",
                      dispatcherRules="id", defaultDelay=5,
                      resourcePaths=["/tea/green", "/tea/mud"],
                      parameterConstraints=[
                          {"name": "id", "in": "path", "required": True,
                           "recopy": False, "mustMatchRegexp": "[a-z]+"}]),
            operation("POST /orders", "POST", resourcePaths=["/orders"],
                      callbackInfos={"ready": dict(
                          callbackUrlExpression="{$request.body#/url}",
                          method="POST", order=0, defaultDelay=10)},
                      triggerInfos=[dict(serviceName="Tea news",
                                         serviceVersion="2",
                                         operationName="SEND brewed")]),
        ], {"domain": "tea"}),
        service(NEWS, "Tea news", "2", "EVENT", [
            operation("SEND brewed", "SEND", bindings={"KAFKA": kafka},
                      reply=dict(addressLocation="$message.header#/to",
                                 channelAddress="tea/reply",
                                 bindings={"KAFKA": kafka})),
        ], {}),
    ],
    resources=[dict(id="66bb00000000000000030001", name="Tea shop-1.0.yaml",
                    path=None, content="openapi: 3.0.0\ninfo:\n  title: Tea\n",
                    type="OPEN_API_SPEC", serviceId=SHOP, sourceArtifact=MAKER,
                    mainArtifact=True, operations=["GET /tea/{id}"])],
    requests=[p[0] for p in pairs],
    responses=[p[1] for p in pairs],
    eventMessages=[message("first", '{"tea":"green"}', NEWS + "-SEND brewed",
                           "66bb00000000000000040001",
                           [("my-header", ["23"])],
                           mediaType="application/json", dispatchCriteria=None,
                           replyId=None)])

compact = dict(separators=(",", ":"), ensure_ascii=False)
sys.stdout.write("{" + ", ".join(
    json.dumps(k) + ":" + json.dumps(v, **compact)
    for k, v in repository.items()) + "}")
