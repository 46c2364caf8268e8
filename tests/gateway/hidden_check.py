"""A hidden house works through its gateway, and names itself in every text: hidden_check.py NAME PORT AUTHORITY INVITATION PID PROXY GRANT OWN…

OWN: what only the house itself may know. PROXY: the port of the one way out. What is in OWN is refused wherever it could leave;
the test that calls this looks for it everywhere else afterwards."""
import json
import os
import sys
import threading

from browser import Browser, totp

name, port, authority, invitation, pid, proxy, grant, *own = sys.argv[1:]
PASSWORD = "een lang genoeg wachtwoord"
SELF = ", ".join(own)


def check(condition, *said):
    assert condition, said


class Connections(threading.Thread):
    """To whom the gateway connects, looked at again and again until stop() is called."""
    ESTABLISHED = ("01", "02")

    def __init__(self):
        super().__init__(daemon=True)
        self.to, self.looks, self.ends = set(), 0, threading.Event()

    def run(self):
        while not self.ends.wait(0.002):
            self.look()

    def look(self):
        inodes = set()
        for entry in os.listdir(f"/proc/{pid}/fd"):
            try:
                inodes.add(os.readlink(f"/proc/{pid}/fd/{entry}"))
            except FileNotFoundError:
                pass
        for table in ("tcp", "tcp6", "udp", "udp6"):
            with open(f"/proc/{pid}/net/{table}", encoding="ascii") as lines:
                for line in list(lines)[1:]:
                    fields = line.split()
                    mine, other = (int(fields[at].split(":")[1], 16) for at in (1, 2))
                    if f"socket:[{fields[9]}]" in inodes and fields[3] in self.ESTABLISHED and mine != int(port):
                        self.to.add((table, other))
        self.looks += 1

    def stop(self):
        self.ends.set()
        self.join()


connections = Connections()
watched = os.geteuid() == 0  # nobody else sees whom a process that no debugger may read connects to
if watched:
    connections.start()
else:
    print("SKIPPED LOUDLY: only root sees whom the gateway connects to")
admin = Browser(name, int(port), authority)
secret = admin.enrol("beheerder", invitation, PASSWORD)
admin.log_in("beheerder", PASSWORD, totp(secret))
paper = admin.post("/people", {"login": "lotte", "name": "Lotte van " + own[0], "roles": ["worker"]}).json["invitation"]
lotte = Browser(name, int(port), authority)
secret = lotte.enrol("lotte", paper, PASSWORD)
lotte.log_in("lotte", PASSWORD, totp(secret))

# It says nothing of itself, to nobody.
for verb, path, body in [("PUT", "/profile", {"profile": {"service": own[0]}}),
                         ("PUT", "/mail", {"server": "smtp://127.0.0.1:25", "from": "veerpont@binnen.example"}),
                         ("POST", "/subscriptions", {"url": "https://127.0.0.1:9/x"}),
                         ("PUT", "/openid", {"issuer": "https://127.0.0.1:9", "clientId": "x", "claim": "sub", "clientSecret": "x"})]:
    answer = admin.ask(verb, path, body)
    check(answer.status in (400, 409), path, answer.text)
    check(path != "/profile" or answer.code() == "hidden-organisation", answer.text)

# What stays in the house may name it.
check(lotte.post("/stays", {"stay": "kamer 3, " + own[0], "date": "2026-11-20"}).status == 200)
check(lotte.post("/drafts", {"body": json.dumps({"over": SELF})}).status == 200)

# What leaves may not: each text of each document, one at a time.
schemas = admin.get("/openapi.json").json["components"]["schemas"]


def texts(schema, path=()):
    """Each place of a text, with a document that has only that."""
    while "$ref" in schema:
        schema = schemas[schema["$ref"].split("/")[-1]]
    if schema.get("type") == "object":
        for field, inner in schema.get("properties", {}).items():
            if field in ("grantRecord", "update", "releaseRisk"):
                continue
            for place, document in texts(inner, (*path, field)):
                yield place, {field: document}
    elif schema.get("type") == "array":
        for place, document in texts(schema["items"], (*path, 0)):
            yield place, [document]
    elif schema.get("type") == "string" and "enum" not in schema and "format" not in schema:
        yield path, SELF


def schema_of(kind):
    return next(schema for key, schema in schemas.items() if key.split(".")[-1] == kind)


refused = 0
for place, document in texts(schema_of("Referral")):
    asked = {"referral": {"routing": {"secretAddress": True}, **document}, "grantId": grant}
    if place[0] == "routing":
        asked["referral"]["routing"] = {"secretAddress": True, **document["routing"]}
    if place[0] == "childVoice":
        document["childVoice"]["answers"][0]["childAgreesToShare"] = True
    sent = lotte.post("/referrals", {**asked, "reasons": [{"pointer": "/" + "/".join(map(str, place)), "text": "het moet"}]})
    check(sent.status in (400, 409) and sent.code() in ("document-blocked", "invalid-input"), place, sent.text)
    check(not any(one in sent.text for one in own), "a refusal does not repeat it", place, sent.text)
    refused += sent.code() == "document-blocked"
check(refused > 25, refused)
number = lotte.post("/referrals", {"referral": {"routing": {"secretAddress": True, "urgency": "regulier"}, "safety": {"conclusion": "veilig"}}, "grantId": grant, "externalId": SELF})
check(number.status in (400, 409), "our own number leaves too", number.text)
sent = lotte.post("/referrals", {"referral": {"routing": {"secretAddress": True, "urgency": "regulier"}, "safety": {"conclusion": "veilig"}}, "grantId": grant})
check(sent.status == 200, sent.text)
referral = sent.json["referralId"]
steps = 0
for place, document in texts(schema_of("Update")):
    answer = lotte.post(f"/referrals/{referral}/steps", {"step": "update", "update": document, "reasons": [{"pointer": "/update/" + "/".join(map(str, place)), "text": "het moet"}]})
    check(answer.status in (400, 409) and answer.code() in ("document-blocked", "invalid-input"), place, answer.text)
    steps += answer.code() == "document-blocked"
check(steps > 5, steps)
draft = {"recipient": "jgt-leiden", "ground": "consent", "purpose": "arrange-help", "outbound": ["routing", "safety"], "birthDate": "2013-05-17", "secretAddress": True,
         "record": {"authorityType": "single", "childHeard": True, "recorder": SELF,
                    "answers": [{"role": role, "answer": "agrees", "date": "2026-11-20", "method": "oral-noted"} for role in ("child", "parent")]}}
registered = lotte.post("/grants", {"draft": draft})
check(registered.status in (400, 409), "the record of a grant is read at the other side", registered.text)
check(lotte.post("/sync").status == 200)
if watched:
    connections.stop()
    check(connections.looks > 100, connections.looks)
    check(connections.to == {("tcp", int(proxy))}, connections.to)
