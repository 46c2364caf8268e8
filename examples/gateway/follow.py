#!/usr/bin/env python3
"""The workbench's API with Python's own library; see README.md."""
import json
import os
import ssl
import sys
import urllib.request
import uuid

GATEWAY = os.environ["VEERPONT_GATEWAY"]
CONTEXT = ssl.create_default_context(cafile=os.environ["VEERPONT_AUTHORITY"])


def ask(method, path, body=None):
    headers = {"Authorization": "Bearer " + os.environ["VEERPONT_KEY"], "Veerpont-Actor": os.environ["VEERPONT_ACTOR"]}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if method == "POST":
        headers["Idempotency-Key"] = str(uuid.uuid4())
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{GATEWAY}/api/v1{path}", data, headers, method=method)
    with urllib.request.urlopen(request, context=CONTEXT) as answer:
        said = json.load(answer)
    print(json.dumps([f"{method} {path}", said]), file=sys.stderr)
    return said


draft = ask("POST", "/prefilled-drafts", {
    "externalId": "DB-2026-0201", "birthDate": "2013-03-14", "municipality": "Leiden",
    "referral": {"identity": {"givenNames": "Voorbeeldje"}, "careNeed": {"tried": "gesprekken"}}})
print("a person goes on at", draft["workbench"])
item = next(item for item in ask("GET", "/work-items")["items"] if item["kind"] == "read-referral" and "holder" not in item)
ask("PUT", f"/numbered-referrals/{item['number']}/assignment", {})
opened = ask("POST", f"/messages/{item['messageId']}/open", {"actor": {"purpose": "arrange-help"}})
print(opened["document"]["careNeed"]["tried"])
accepted = ask("POST", f"/referrals/{item['referral']['referralId']}/steps", {"step": "accept", "update": {"decision": "Wij starten."}})
print(accepted["state"])
