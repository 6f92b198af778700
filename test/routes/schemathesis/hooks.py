"""Gives schemathesis what it can't guess: tokens, ids that exist, cursors that don't, signatures of webhooks.

Reads FUZZ_FIXTURES, a JSON object: `token` (of an admin; null to ask as nobody), `adminId`, `buyerId`, `clerk` (the
local Clerk's address), `webhookSecret`, and `ids`, values that exist by operation path and parameter.
"""

import base64
import hashlib
import hmac
import json
import os
import time
import urllib.request
import zlib

import schemathesis

FIXTURES = json.loads(os.environ["FUZZ_FIXTURES"])
WEBHOOK = "/api/v2/webhooks/clerk"


def ask_clerk(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(FIXTURES["clerk"] + path, data=data, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


if FIXTURES["token"] is not None:

    # Not cached: whoever deletes their account needs one of their own each time.
    @schemathesis.auth(refresh_interval=None)
    class Token:
        def get(self, case, context):
            if context.operation.definition.raw.get("operationId") != "deleteMe":
                return FIXTURES["token"]
            user = ask_clerk("POST", "/_local/users", {})
            return ask_clerk("GET", f"/_local/users/{user['id']}/token")["token"]

        def set(self, case, data, context):
            case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Every other time ids that exist: random ones never get past 404."""
    known = FIXTURES["ids"].get(context.operation.path, {})
    for name, values in known.items():
        value = path_parameters.get(name) if path_parameters else None
        if not isinstance(value, str) or not values:
            continue
        pick = zlib.crc32(value.encode("utf-8", "surrogatepass"))
        if pick % 2 == 0:
            path_parameters[name] = values[pick // 2 % len(values)]
    return path_parameters


@schemathesis.hook
def before_call(context, case, kwargs):
    # An admin who ends the admin's own account ends the run.
    if case.operation.path.startswith("/api/v2/admin/users/"):
        if case.path_parameters.get("userId") == FIXTURES["adminId"]:
            case.path_parameters["userId"] = "6741f0c2a4b5c6d7e8f90a1b"
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    # Cursors are sealed: no made-up one is ever right, whatever its shape.
    if case.query and "cursor" in case.query:
        del case.query["cursor"]
    if case.operation.path == WEBHOOK:
        sign(case, kwargs)
    if case.operation.path == "/api/v2/admin/purchases":
        case.body["userId"] = FIXTURES["buyerId"]


def sign(case, kwargs):
    """By Svix' scheme, over the bytes that are sent."""
    body = json.dumps(case.body).encode()
    message_id = "msg_" + hashlib.sha256(body).hexdigest()[:27]
    timestamp = str(int(time.time()))
    key = base64.b64decode(FIXTURES["webhookSecret"].removeprefix("whsec_"))
    signature = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    case.headers["svix-id"] = message_id
    case.headers["svix-timestamp"] = timestamp
    case.headers["svix-signature"] = "v1," + base64.b64encode(signature).decode()
    kwargs["data"] = body
