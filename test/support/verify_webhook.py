"""Verifies deliveries as the specification of Standard Webhooks 1.0 says, with the standard library alone.

Reads lines of JSON: secret, id, timestamp, signature, body, and now (seconds). Writes a line for each: ok, or why not.
"""

import base64
import hashlib
import hmac
import json
import sys

TOLERANCE_SECONDS = 300


def fault_of(delivery):
    secret = base64.b64decode(delivery["secret"].removeprefix("whsec_"))
    if not 24 <= len(secret) <= 64:
        return "the secret has %d bytes" % len(secret)
    if abs(delivery["now"] - int(delivery["timestamp"])) > TOLERANCE_SECONDS:
        return "the timestamp is too far off"
    signed = ".".join((delivery["id"], delivery["timestamp"], delivery["body"]))
    expected = base64.b64encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest()).decode()
    for signature in delivery["signature"].split(" "):
        version, _, value = signature.partition(",")
        if version == "v1" and hmac.compare_digest(value, expected):
            return None
    return "no signature matches"


for line in sys.stdin:
    print(fault_of(json.loads(line)) or "ok")
