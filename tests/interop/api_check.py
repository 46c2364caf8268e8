"""Lives a referral through the package `veerpont`, and holds every answer against its schema.

usage: api_check.py FOLDER_OF_A_FEDERATION DOCUMENT GRANT INVITATION BROKER_PID OPERATION…
"""
import datetime
import json
import os
import signal
import sys
import threading

import jsonschema
import veerpont

folder, document, grant, invitation, broker, *operations = sys.argv[1:]
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
        if operation in ("audit.resolve", "audit.check-evidence", "audit.confirm-witness"):  # what they answer is shown by the tests of lies and witnesses
            called.add(operation)
        assert (refusal.code, refusal.exit) == (code, exit), refusal
        return refusal.message
    raise AssertionError(f"{operation} was not refused")


with client_of("de-binnenvest") as shelter, client_of("jgt-leiden") as team:
    assert call(shelter, "whoami")["org"] == "de-binnenvest"
    assert all(check["ok"] for check in call(shelter, "doctor")["checks"])
    assert call(shelter, "directory.list")["organisations"][0]["fingerprint"]
    referral = json.load(open(document, encoding="utf-8"))
    assert call(shelter, "referrals.check", {"referral": referral, "grantId": grant})["allowed"]
    sent = call(shelter, "referrals.create", {"referral": referral, "grantId": grant})
    assert call(shelter, "referrals.list")["referrals"][0]["title"] == "JGT Leiden"
    assert call(team, "sync")["asOf"]
    row = call(team, "inbox.list", {"from": "de-binnenvest", "limit": 1})["messages"][0]
    assert not call(team, "inbox.list", {"after": row["messageId"]})["messages"]
    assert row["referralId"] == sent["referralId"] and row["opened"] is False
    call(team, "workers.add", {"name": "test", "pin": "314159"})
    assert call(team, "workers.list")["workers"][0]["name"] == "test"
    refused(team, "messages.open", {"messageId": row["messageId"], "actor": {"person": "niemand"}}, "not-found", 2)
    assert call(team, "access.list")["accesses"] == [], "nobody saw anything"
    opened = call(team, "messages.open", {"messageId": row["messageId"], "actor": {"person": "test"}})
    assert opened["document"]["careNeed"] == referral["careNeed"], "it comes as it was written"
    call(team, "messages.open", {"messageId": row["messageId"], "actor": {"person": "test", "reason": "nog eens"}})
    call(team, "access.report", {"actor": {"person": "test"}, "kind": "printed", "referralId": sent["referralId"]})
    call(shelter, "workers.add", {"name": "test", "pin": "314159"})
    own = call(shelter, "messages.sent", {"messageId": sent["messageId"], "actor": {"person": "test"}})
    assert own["document"]["careNeed"] == referral["careNeed"], "what was sent is read again"
    listed = call(team, "referrals.shown", {"query": {}, "actor": {"person": "test"}})["referrals"][0]
    seen = [row["kind"] for row in call(team, "access.list")["accesses"]]
    assert seen[:3] == ["opened", "read-again", "printed"], seen
    call(team, "referrals.reply", {"referralId": sent["referralId"], "step": "accept", "update": {"decision": "ja", "expectedWait": "een week"}})
    call(shelter, "sync")
    assert call(shelter, "referrals.list", {"openOnly": True, "limit": 1})["referrals"][0]["state"] == "accepted"
    assert len(call(shelter, "referrals.timeline", {"referralId": sent["referralId"]})["events"]) > 3
    assert call(shelter, "grants.list")["grants"][0]["state"] == "active"
    call(shelter, "grants.due", {"days": 400})
    call(shelter, "outbox.list")
    call(shelter, "schema", {"kind": "referral"})
    call(team, "breach.show", {"from": "2020-01-01T00:00:00Z", "until": "2020-01-02T00:00:00Z", "actor": {"person": "test"}})
    refused(team, "breach.show", {"from": "gisteren", "until": "2020-01-02T00:00:00Z", "actor": {"person": "test"}}, "invalid-input", 2)
    events = call(shelter, "audit.list")["events"]
    assert call(shelter, "audit.list", {"newestFirst": True, "limit": 1})["events"] == events[-1:]
    assert call(shelter, "flows.show")["all"]["sent"] > 0
    proven = call(shelter, "audit.prove", {"logIndex": events[-1]["logIndex"]})
    held = call(team, "audit.check-proof", {"proof": proven["proof"], "verifierKey": proven["verifierKey"]})
    assert held["holds"] and held["event"]["kind"] == events[-1]["kind"], held
    assert not call(team, "audit.check-proof", {"proof": proven["proof"].replace("index ", "index 1", 1), "verifierKey": proven["verifierKey"]})["holds"]
    assert not call(shelter, "audit.verdict").get("says")
    officer = {"person": "test", "role": "privacy-officer"}
    page = call(shelter, "audit.evidence", {"referralId": sent["referralId"], "actor": officer})["html"]
    assert sent["referralId"] in page and "c2sp.org/tlog-proof@v1" in page and "<script" not in page
    quarter = call(shelter, "report.show")
    assert quarter["all"]["sent"] == call(shelter, "flows.show")["all"]["sent"] and not quarter.get("readAfterTheEnd"), quarter
    assert call(shelter, "report.show", {"forOthers": True})["all"]["referrals"] == -1
    assert not call(shelter, "audit.witnesses").get("quorum")
    refused(shelter, "audit.confirm-witness", {"verifierKey": proven["verifierKey"]}, "invalid-input", 2)
    drawn = call(shelter, "audit.sample", {"seed": "kwartaal 4", "count": 3})
    assert drawn == call(shelter, "audit.sample", {"seed": "kwartaal 4", "count": 3}) and all(row["why"] for row in drawn.get("rows", []))
    handed = call(shelter, "audit.export", {"what": "events", "format": "fhir", "with": "jgt-leiden", "actor": officer})
    rows = [json.loads(line) for line in handed["content"].splitlines()]
    assert rows and all(row["resourceType"] == "AuditEvent" and row["agent"] and row["code"] for row in rows)
    said = call(team, "audit.check-export", {"manifest": handed["manifest"], "content": handed["content"], "verifierKey": proven["verifierKey"]})
    assert said["holds"] and said["rows"] == len(rows) and said["selection"] == "with=jgt-leiden", said
    assert not call(team, "audit.check-export", {"manifest": handed["manifest"], "content": "x", "verifierKey": proven["verifierKey"]}).get("holds")
    assert call(shelter, "register.set", {"field": "contact", "text": "Leiden", "actor": officer})["said"][0]["text"] == "Leiden"
    assert call(shelter, "register.show")["sheets"][0]["id"] == "refer"
    refused(shelter, "register.set", {"field": "huis", "text": "x", "actor": officer}, "invalid-input", 2)
    asked = call(shelter, "requests.new", {"kind": "access", "requester": "parent-with-authority", "shown": "paspoort gezien", "referralIds": [sent["referralId"]], "actor": officer})["number"]
    assert call(shelter, "requests.list")["requests"][0]["number"] == asked
    holds = call(shelter, "requests.show", {"number": asked, "actor": officer})
    part = next(one for one in holds["parts"] if one["category"] == "care-need")
    assert part["article"] == "safety" and part["opened"] and "Autoriteit Persoonsgegevens" in holds["letter"], holds
    call(shelter, "requests.decide", {"number": asked, "messageId": part["messageId"], "category": "care-need", "verdict": "give", "actor": officer})
    call(shelter, "requests.extend", {"number": asked, "reason": "veel verzoeken", "actor": officer})
    refused(shelter, "requests.answer", {"number": asked, "second": "test", "pin": "314159", "actor": officer}, "invalid-input", 2)
    call(shelter, "workers.add", {"name": "tweede", "pin": "271828"})
    assert call(shelter, "requests.answer", {"number": asked, "second": "tweede", "pin": "271828", "actor": officer})["request"]["answered"]
    call(shelter, "workers.remove", {"name": "tweede"})
    refused(shelter, "audit.resolve", {"reason": "gezien", "worker": "a", "pin": "314159", "second": "b", "secondPin": "271828"}, "not-found", 2)
    refused(shelter, "audit.check-evidence", {"evidence": "{}", "verifierKey": proven["verifierKey"]}, "invalid-input", 2)
    call(shelter, "audit.sync")
    call(shelter, "exceptions.list", {"all": True})
    call(shelter, "grants.show", {"grantId": grant})
    call(shelter, "new", {"kind": "grant", "english": True})
    call(shelter, "rhythm.begin", {"stay": "een verblijf", "date": "2020-01-01"})
    call(shelter, "rhythm.talk", {"stay": "een verblijf", "with": "child", "date": "2020-01-02"})
    assert len(call(shelter, "rhythm.list")["talks"]) == 2
    call(shelter, "rhythm.end", {"stay": "een verblijf", "date": "2020-02-01"})
    call(shelter, "retention.run", {"dryRun": True})
    call(shelter, "retention.list")
    changed = call(shelter, "policy.set", {"key": "rhythm.child_days", "value": 10, "actor": {"person": "beheerder", "role": "administrator"}})
    assert changed == call(shelter, "policy.show") and changed["versions"][0]["changed"] == "rhythm.child_days: 14 → 10", changed
    refused(shelter, "policy.set", {"key": "rhythm.child_days", "value": 0}, "invalid-input", 2)
    assert call(shelter, "secret-words.set", {"words": ["De Zilvermeeuw"]}) == call(shelter, "secret-words.show")
    refused(shelter, "secret-words.set", {"words": ["#"]}, "invalid-input", 2)
    call(team, "workers.pin", {"name": "test", "pin": "314159", "newPin": "271828"})
    refused(team, "workers.pin", {"name": "test", "pin": "000000", "newPin": "314159"}, "pin-wrong", 3)
    assert call(shelter, "audit.verify", {"full": True})["checked"] > 3
    call(shelter, "route", {"beforeTheStay": "GM0546"})
    gone = call(shelter, "grants.withdraw", {"grantId": grant})
    assert gone["passedOn"] and any(fate.get("openedBy") == "jgt-leiden" for fate in gone["categories"])

    refused(team, "messages.open", {"messageId": row["messageId"]}, "invalid-input", 2)
    call(team, "workers.remove", {"name": "test"})
    said = refused(shelter, "referrals.list", {"geheim": 1}, "invalid-input", 2)
    assert "geheim" not in said and "line 1, column 2" in said, said
    refused(shelter, "no.such.operation", {}, "not-found", 2)
    refused(shelter, "referrals.timeline", {"referralId": "0" * 32}, "unknown-referral", 3)

    # What one does less often.
    today = datetime.date.today().isoformat()
    draft = {"recipient": "jgt-leiden", "ground": "consent", "purpose": "arrange-help", "outbound": ["care-need"],
             "birthDate": f"{datetime.date.today().year - 17}-01-15",
             "record": {"answers": [{"role": "child", "answer": "agrees", "method": "written", "date": today}]}}
    assert call(shelter, "grants.check", {"draft": draft})["allowed"]
    another = call(shelter, "grants.register", {"draft": draft, "operation": "een naam"})["grantId"]
    assert call(shelter, "grants.register", {"draft": draft, "operation": "een naam"})["grantId"] == another
    child = {"careNeed": {"tried": "gesprekken"}}
    second = call(shelter, "referrals.create", {"referral": child, "grantId": another})
    renewed = call(shelter, "grants.register", {"draft": draft})["grantId"]
    assert call(shelter, "referrals.renew", {"referralId": second["referralId"], "grantId": renewed})["logIndex"]
    pair = [call(shelter, "grants.register", {"draft": draft})["grantId"] for _ in range(2)]
    siblings = {"children": [{"grant": pair[0], "own": {"careNeed": {"tried": "een"}}},
                             {"grant": pair[1], "own": {"careNeed": {"tried": "twee"}}}]}
    assert len(call(shelter, "referrals.siblings", {"siblings": siblings})["sent"]) == 2
    exception = dict(draft, ground="vital-interest", outbound=["safety"])
    exception["record"] = {"professionals": ["nacht", "wacht"], "exception": {"reason": "direct gevaar voor het kind"}}
    night = call(shelter, "grants.register", {"draft": exception, "registrar": "nacht"})["grantId"]
    call(shelter, "workers.add", {"name": "wacht", "pin": "246813"})
    call(shelter, "grants.countersign", {"grantId": night, "worker": "wacht", "pin": "246813"})
    call(shelter, "exceptions.review", {"grantId": night, "person": "fg", "verdict": "justified"})
    assert call(shelter, "exceptions.list", {"all": True})["exceptions"][0]["verdict"] == "justified"
    call(shelter, "grants.authority-checked", {"grantId": another, "date": today})
    partner = call(shelter, "directory.list")["organisations"]
    code = next(row["controlCode"] for row in partner if row["org"] == "jgt-leiden")
    call(shelter, "directory.confirm", {"org": "jgt-leiden", "fingerprint": code})
    call(shelter, "directory.publish", {"profile": {"service": "opvang"}})
    refused(shelter, "outbox.cancel", {"messageId": sent["messageId"]}, "invalid-input", 2)
    call(shelter, "keys.replace", {"credentialFile": f"{folder}/de-binnenvest.credential"})
    joined = call(veerpont, "join", {"home": f"{folder}/nieuw", "invitationFile": invitation, "credentialFile": f"{folder}/nieuw.credential"})
    assert joined["controlCode"]
    assert veerpont.call("schema", {"kind": "grant"})["schema"]

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

    # What waits for a broker that is away can be cancelled.
    last = call(shelter, "grants.register", {"draft": draft})["grantId"]
    os.kill(int(broker), signal.SIGKILL)
    refused(shelter, "referrals.create", {"referral": child, "grantId": last}, "queued", 5)
    waiting = call(shelter, "outbox.list")["waiting"][0]
    cancelled = call(shelter, "outbox.cancel", {"messageId": waiting["id"]})
    assert cancelled["messageId"] == waiting["id"] and not cancelled.get("perhapsSent")
    assert not call(shelter, "outbox.list")["waiting"]
assert called == set(operations), f"not called: {set(operations) - called}"
