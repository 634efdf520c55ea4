"""Count the records that say a word, bodies decoded: what rredit is compared to.

usage: python-search.py FILE WORD
"""
import base64
import json
import sys
import zlib


def says(value, word):
    if isinstance(value, str):
        return word in value
    if isinstance(value, dict):
        return any(word in k or says(v, word) for k, v in value.items())
    return isinstance(value, list) and any(says(v, word) for v in value)


def bodies(record):
    for side in ("req", "res"):
        text = record.get("http", {}).get(side, {}).get("bodyBase64")
        if text:
            data = base64.b64decode(text)
            yield zlib.decompress(data, 31) if data[:3] == b"\x1f\x8b\x08" else data


word = sys.argv[2]
count = 0
with open(sys.argv[1], "rb") as file:
    for line in file:
        record = json.loads(line)
        if says(record, word) or any(word.encode() in b for b in bodies(record)):
            count += 1
print(count)
