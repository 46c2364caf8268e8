"""Keys of programs, and the examples that use one: keys_check.py NAME PORT AUTHORITY INVITATION EXAMPLE…

Three new referrals wait; each EXAMPLE (a command) handles one. What it asked and got is held against the OpenAPI document."""
import json
import os
import subprocess
import sys

import openapi_check
from browser import Browser, totp

name, port, authority, invitation, *examples = sys.argv[1:]
PASSWORD = "een lang genoeg wachtwoord"


def check(condition, *said):
    assert condition, said


Browser.described = openapi_check.Described(Browser(name, int(port), authority).get("/openapi.json").json)
admin = Browser(name, int(port), authority)
secret = admin.enrol("beheerder", invitation, PASSWORD)
admin.log_in("beheerder", PASSWORD, totp(secret))
people = {"hulp": ["worker"], "fg": ["privacy-officer"]}
for login, roles in people.items():
    paper = admin.post("/people", {"login": login, "name": f"Naam {login}", "roles": roles}).json["invitation"]
    secrets = Browser(name, int(port), authority).enrol(login, paper, PASSWORD)
admin.post("/people", {"login": "nieuw", "name": "Naam nieuw", "roles": ["worker"]})


def made(*scopes):
    answer = admin.post("/keys", {"name": "dossiersysteem", "scopes": list(scopes)})
    check(answer.status == 200, answer.text)
    return answer.json["secret"], answer.json["key"]["key"]


def program(key, actor="hulp"):
    asks = Browser(name, int(port), authority)
    asks.ask_as_browser = asks.ask
    headers = {"Authorization": "Bearer " + key, "Veerpont-Actor": actor, "Origin": None, "Sec-Fetch-Site": None}
    asks.ask = lambda method, path, body=None, more=None, raw=None: asks.ask_as_browser(method, path, body, {**headers, **(more or {})}, raw)
    return asks


whole, whole_id = made("read", "content", "send")
reads, _ = made("read")
check(admin.post("/keys", {"name": "x", "scopes": ["manage"]}).status == 400, "no program administers")
check(admin.post("/keys", {"name": "x", "scopes": []}).status == 400)
listed = admin.get("/keys")
check(whole not in listed.text and reads not in listed.text and len(listed.json["keys"]) == 2, "a key is shown once")

# Without a key, with a wrong one, for nobody, for who is not in yet, and beyond its scopes: nothing.
check(program("veerpont_" + "0" * 64).ask("GET", "/referrals").status == 401)
check(Browser(name, int(port), authority).ask("GET", "/referrals", headers={"Authorization": "Basic eDp5"}).status == 401)
for actor in ["", "niemand", "nieuw", "beheerder"]:
    check(program(whole, actor).ask("GET", "/referrals").status == 403, actor)
check(program(reads).ask("GET", "/referrals").status == 200)
message = program(reads).ask("GET", "/inbox").json["messages"][0]["messageId"]
check(program(reads).ask("POST", f"/messages/{message}/open", {"actor": {"reason": "x"}}).status == 403, "reading lists is not reading content")
check(program(reads).ask("POST", "/prefilled-drafts", {"referral": {}}).status == 403)
check(program(whole, "fg").ask("POST", f"/messages/{message}/open", {"actor": {"reason": "x"}}).status == 403, "a privacy officer reads in person")
check(program(whole, "fg").ask("GET", "/grants").status == 403, "and so does every list of theirs")
for verb, path in [("GET", "/drafts"), ("POST", "/drafts"), ("POST", f"/grants/{message}/countersign")]:
    check(program(whole).ask(verb, path, {"body": "{}"} if verb == "POST" else None).status == 403, "what a person writes and confirms is theirs", verb, path)
check(program(whole, "fg").ask("GET", "/grants").status == 403, "and so does every list of theirs")
for verb, path in [("GET", "/drafts"), ("POST", "/drafts"), ("POST", f"/grants/{message}/countersign")]:
    check(program(whole).ask(verb, path, {"body": "{}"} if verb == "POST" else None).status == 403, "what a person writes and confirms is theirs", verb, path)
for verb, path in [("GET", "/session"), ("GET", "/people"), ("POST", "/people"), ("GET", "/keys"), ("GET", "/passkeys"), ("POST", "/session/lock")]:
    check(program(whole).ask(verb, path, {} if verb == "POST" else None).status == 403, verb, path)
check(program(whole).ask("POST", f"/messages/{message}/open", {}).code() == "reason-needed", "need to know holds for programs too")
check(program(whole).ask("POST", f"/messages/{message}/open", raw="{}", more={"Content-Type": "text/plain"}).status == 400)
for field in ["grantRecord", "update", "childVoice"]:
    refused = program(whole).ask("POST", "/prefilled-drafts", {"referral": {field: {}}})
    check(refused.status == 400 and field in refused.text, refused.text)

for example in examples:
    environment = dict(os.environ, VEERPONT_GATEWAY=f"https://{name}:{port}", VEERPONT_AUTHORITY=authority, VEERPONT_KEY=whole, VEERPONT_ACTOR="hulp", NODE_EXTRA_CA_CERTS=authority)
    done = subprocess.run(example, shell=True, env=environment, capture_output=True, text=True)
    check(done.returncode == 0, example, done.stdout, done.stderr)
    lines = done.stdout.splitlines()
    check(len(lines) == 3 and "/concept/" in lines[0] and "gesprekken" in lines[1] and lines[2] == "accepted", example, lines)
    asked = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("[")]
    check(len(asked) == 5, example, done.stderr)
    for (what, answer) in asked:
        verb, path = what.split(" ")
        Browser.described.check_json(verb, path, 200, answer)

# What was refused left a line on the name that was called.
fg = Browser(name, int(port), authority)
fg.log_in("fg", PASSWORD, totp(secrets))
check(any(row["kind"] == "denied" and row["person"] == "Naam hulp" for row in fg.get("/accesses").json["accesses"]))

# It was read on the person's name, by a program.
opened = [row for row in fg.get("/accesses").json["accesses"] if row["kind"] == "opened"]
check(len(opened) == len(examples) and {(row["person"], row["role"]) for row in opened} == {("Naam hulp", "system")}, opened)

# Gone is gone.
check(admin.ask("DELETE", "/keys/" + whole_id).status == 200 and admin.ask("DELETE", "/keys/" + whole_id).status == 404)
check(program(whole).ask("GET", "/referrals").status == 401)
admin.post("/people/hulp/block")
check(program(reads).ask("GET", "/referrals").status == 403, "for who left nobody acts")
