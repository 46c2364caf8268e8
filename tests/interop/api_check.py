"""Lives a referral through the package `veerpont`, and holds every answer against its schema.

usage: api_check.py FOLDER_OF_A_FEDERATION DOCUMENT GRANT
"""
import json
import sys
import threading

import jsonschema
import veerpont

folder, document, grant = sys.argv[1:]
called = set()


def client_of(org):
    return veerpont.Client(f"{folder}/{org}", f"{folder}/{org}.credential")


def schema_of(client, kind):
    return json.loads(client.call("schema", {"kind": kind})["schema"])


def call(client, operation, request=None):
    request = request or {}
    jsonschema.Draft202012Validator(schema_of(client, operation)).validate(request)
    answer = client.call(operation, request)
    jsonschema.Draft202012Validator(schema_of(client, operation + "/answer")).validate(answer)
    called.add(operation)
    return answer


def refused(client, operation, request, code, exit):
    try:
        client.call(operation, request)
    except veerpont.Refused as refusal:
        assert (refusal.code, refusal.exit) == (code, exit), refusal
        return refusal.message
    raise AssertionError(f"{operation} was not refused")


with client_of("de-binnenvest") as shelter, client_of("jgt-leiden") as team:
    assert call(shelter, "whoami")["org"] == "de-binnenvest"
    assert all(check["ok"] for check in call(shelter, "doctor")["checks"])
    assert call(shelter, "directory.list")["organisations"][0]["fingerprint"]
    referral = json.load(open(document, encoding="utf-8"))
    assert call(shelter, "referrals.check", {"referral": referral, "grant": grant})["allowed"]
    sent = call(shelter, "referrals.create", {"referral": referral, "grant": grant})
    assert call(shelter, "referrals.list")["referrals"][0]["title"] == "JGT Leiden"
    assert call(team, "sync")["asOf"]
    row = call(team, "inbox.list")["messages"][0]
    assert row["referral"] == sent["referral"] and row["opened"] is False
    opened = call(team, "messages.open", {"message": row["message"], "worker": "test"})
    assert opened["document"]["careNeed"] == referral["careNeed"], "it comes as it was written"
    call(team, "referrals.reply", {"referral": sent["referral"], "step": "accept", "update": {"decision": "ja", "expectedWait": "een week"}})
    call(shelter, "sync")
    assert call(shelter, "referrals.list", {"openOnly": True, "limit": 1})["referrals"][0]["state"] == "accepted"
    assert len(call(shelter, "referrals.timeline", {"referral": sent["referral"]})["events"]) > 3
    assert call(shelter, "grants.list")["grants"][0]["state"] == "active"
    call(shelter, "grants.due", {"days": 400})
    call(shelter, "outbox.list")
    call(shelter, "schema", {"kind": "referral"})
    call(shelter, "audit.list")
    assert call(shelter, "audit.verify", {"full": True})["checked"] > 3
    call(shelter, "route", {"beforeTheStay": "GM0546"})
    gone = call(shelter, "grants.withdraw", {"grant": grant})
    assert gone["passedOn"] and any(fate.get("openedBy") == "jgt-leiden" for fate in gone["categories"])

    refused(team, "messages.open", {"message": row["message"]}, "invalid-input", 2)
    said = refused(shelter, "referrals.list", {"geheim": 1}, "invalid-input", 2)
    assert "geheim" not in said and "line 1, column 2" in said, said
    refused(shelter, "no.such.operation", {}, "not-found", 2)
    refused(shelter, "referrals.timeline", {"referral": "0" * 32}, "unknown-referral", 3)

    # Many at once, on one client.
    faults = []

    def read():
        try:
            for _ in range(5):
                call(shelter, "referrals.list")
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=read) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults
assert len(called) >= 19, called
