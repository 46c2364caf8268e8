"""Who comes in, who may what, and what nobody may: over HTTPS against a running gateway.

usage: log_in_check.py NAME PORT AUTHORITY INVITATION MESSAGE ROUTES
ROUTES: a file with [{"name", "http", "roles": […]}], as api.proto and gateway.proto say them.
"""
import json
import sys
import threading
import time

from browser import Browser, totp
from openapi_check import Described, rules_broken

name, port, authority, invitation, message, routes = sys.argv[1:]
PASSWORD = "een lang genoeg wachtwoord"


def browser():
    return Browser(name, int(port), authority)


def check(condition, *said):
    assert condition, said


# Nobody is logged in; the description of the API is for everybody, and every answer from here on is held against it.
stranger = browser()
document = stranger.get("/openapi.json")
check(document.status == 200 and document.headers["Access-Control-Allow-Origin"] == "*")
check(rules_broken(document.json) == [], rules_broken(document.json))
check(len([verb for path in document.json["paths"].values() for verb in path]) == len(json.load(open(routes, encoding="utf-8"))), "each operation once")
Browser.described = Described(document.json)
for path in ["/referrals", "/people", "/session", "/changes"]:
    answer = stranger.get(path)
    check(answer.status == 401 and answer.code() == "not-logged-in", path, answer.text)
    check(answer.headers["Content-Type"] == "application/problem+json")
for header, part in {"Content-Security-Policy": "default-src 'none'", "Strict-Transport-Security": "max-age", "Referrer-Policy": "no-referrer",
                     "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin"}.items():
    check(part in answer.headers[header], header)
for path in ["/../../etc/passwd", "/%2e%2e/x", "/a%00b", "/session/", "//session", "/session%2fx", "/%ff", "/session?a=1&a=2"]:
    check(stranger.get(path).status in (400, 404), path)
check(stranger.ask("PATCH", "/session").status == 405)
check(stranger.get("=/nothing-here.txt").status == 404 and stranger.get("=/api/nothing").status == 404)
check(stranger.post("/referrals", {}).status == 401)

# The first administrator.
admin = browser()
wrong = admin.post("/enrolment", {"login": "beheerder", "invitation": "AAAAA-AAAAA-AAAAA-AAAAA", "password": PASSWORD})
check(wrong.status == 401 and wrong.code() == "login-failed", wrong.text)
for password in ["kort", "wachtwoord123", "beheerder2026", "x" * 129]:
    weak = admin.post("/enrolment", {"login": "beheerder", "invitation": invitation, "password": password})
    check(weak.status == 400 and password not in weak.text, password, weak.text)
begun = admin.post("/enrolment", {"login": "beheerder", "invitation": invitation.lower(), "password": PASSWORD})
check(begun.status == 200 and begun.json["uri"].startswith("otpauth://totp/"), begun.text)
early = admin.post("/session", {"login": "beheerder", "password": PASSWORD})
check(early.status == 401, "not before the second factor is there")
secrets = {"beheerder": admin.enrol("beheerder", invitation, PASSWORD)}
again = admin.post("/enrolment", {"login": "beheerder", "invitation": invitation, "password": PASSWORD})
check(again.status == 401, "an invitation is used once")

# A wrong name and a wrong password look alike.
one = admin.post("/session", {"login": "beheerder", "password": "iets heel anders hier"})
other = admin.post("/session", {"login": "niemand", "password": "iets heel anders hier"})
check((one.status, one.text) == (other.status, other.text) == (401, one.text), one.text, other.text)
first = admin.post("/session", {"login": "beheerder", "password": PASSWORD})
before = dict(admin.cookies)
cookie = first.headers["Set-Cookie"]
check(all(word in cookie for word in ["__Host-veerpont=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"]), cookie)
check(admin.get("/people").status == 401, "a password alone opens nothing")
check(admin.post("/session/second-factor", {"code": "000000"}).status == 401)
used = totp(secrets["beheerder"])
check(admin.post("/session/second-factor", {"code": used[:3] + " " + used[3:]}).json["state"] == "open")
check(admin.cookies != before, "a fresh token after the second factor")
fixed = browser()
fixed.cookies = before
check(fixed.get("/session").status == 401, "the one before opens nothing")
replay = browser()
check(replay.post("/session", {"login": "beheerder", "password": PASSWORD}).status == 200)
check(replay.post("/session/second-factor", {"code": used}).status == 401, "no code is taken twice")

# Only our own pages make a browser do something.
check(admin.post("/people", {}, headers={"Veerpont-CSRF": None}).code() == "wrong-page")
check(admin.post("/people", {}, headers={"Veerpont-CSRF": "0" * 64}).code() == "wrong-page")
check(admin.post("/people", {}, headers={"Origin": "https://evil.example"}).code() == "wrong-page")
check(admin.post("/people", {}, headers={"Sec-Fetch-Site": "cross-site"}).code() == "wrong-page")
check(admin.post("/people", {}, headers={"Content-Type": "application/x-www-form-urlencoded"}).status == 400)

# People.
WHO = {"hulp": ["worker"], "lead": ["team-lead"], "fg": ["privacy-officer"]}
check(admin.post("/people", {"login": "x", "name": "X", "roles": ["privacy-officer", "worker"]}).status == 400, "who looks after the reading does not read")
check(admin.post("/people", {"login": "HOOFD", "name": "X", "roles": ["worker"]}).status == 400)
check(admin.post("/people", {"login": "x", "name": "X", "roles": []}).status == 400)
check(admin.post("/people", {"login": "x", "name": "X", "roles": ["worker"], "geheim": 1}).status == 400)
browsers = {"beheerder": admin}
for login, roles in WHO.items():
    invited = admin.post("/people", {"login": login, "name": f"Naam {login}", "team": "noord", "roles": roles})
    check(invited.status == 200, invited.text)
    browsers[login] = browser()
    secrets[login] = browsers[login].enrol(login, invited.json["invitation"], PASSWORD)
    session = browsers[login].log_in(login, PASSWORD, totp(secrets[login]))
    check(session["roles"] == roles and session["name"] == f"Naam {login}", session)
listed = admin.get("/people").json["people"]
check([row["login"] for row in listed] == ["beheerder", "fg", "hulp", "lead"], listed)
check(all(row["enrolled"] for row in listed) and PASSWORD not in json.dumps(listed))
for taken in ["Naam hulp", "naam  HULP", "Een Hulpverlener"]:
    check(admin.post("/people", {"login": "ander", "name": taken, "roles": ["worker"]}).status == 400, "somebody is called this", taken)
check(admin.post("/people", {"login": "hulp", "name": "Iemand", "roles": ["worker"]}).status == 400, "the name is taken")

# Role by role, every operation that is not theirs is refused and recorded; what is theirs is not refused for that.
ROLES = dict(WHO, beheerder=["administrator"])
denied = 0
for route in json.load(open(routes, encoding="utf-8")):
    verb, path = route["http"].split(" ")
    for variable in ["grant_id", "referral_id", "message_id", "org", "kind", "name", "stay", "login"]:
        path = path.replace("{" + variable + "}", "0" * 32)
    if route["roles"] == ["session"] or route["roles"] == ["anyone"]:
        continue
    for login, roles in ROLES.items():
        if route["name"] in ("sync", "audit.sync", "retention.run", "people.block"):
            continue
        answer = browsers[login].ask(verb, path, {} if verb != "GET" else None)
        may = bool(set(roles) & set(route["roles"]))
        check((answer.code() != "not-allowed") == may, route, login, answer.text)
        check(may or answer.status == 403, route, login)
        denied += not may
recorded = [row for row in browsers["fg"].get("/accesses").json["accesses"] if row["kind"] == "denied"]
check(len(recorded) == denied and denied > 50, len(recorded), denied)
check({row["person"] for row in recorded} >= {"Naam hulp", "Naam fg", "Beheerder"}, recorded[0])

# Content under one's own name, whatever the request says.
worker = browsers["hulp"]
rows = worker.get("/inbox?limit=1").json["messages"]
check(rows[0]["messageId"] == message)
check(worker.post(f"/messages/{message}/open").code() == "reason-needed", "not in hand, and no reason")
check(worker.post(f"/messages/{message}/open", {"actor": {"reason": " "}}).code() == "reason-needed", "blank is no reason")
opened = worker.post(f"/messages/{message}/open", {"actor": {"person": "iemand anders", "reason": "ik kijk mee"}})
check(opened.status == 200 and "gesprekken" in opened.text, opened.text)
seen = browsers["fg"].get("/accesses").json["accesses"][-1]
check(seen["kind"] == "opened" and seen["person"] == "Naam hulp" and seen["role"] == "worker", seen)
check(worker.post(f"/messages/{message}/open", {"messageId": message}).status == 400, "an id in two places")
check(worker.ask("POST", f"/messages/{message}/open", raw='{"actor": {}, "actor": {}}').status == 400, "a field given twice")
number = worker.get("/work-items").json["items"][0]["number"]
check(worker.ask("PUT", f"/numbered-referrals/{number}/assignment", {}).status == 200)
check(worker.post(f"/messages/{message}/open").status == 200, "in hand: no reason is asked")
check(worker.ask("DELETE", f"/numbered-referrals/{number}/assignment").status == 200)
check(worker.post(f"/messages/{message}/open").code() == "reason-needed", "given back")
draft = worker.post("/drafts", {"body": "{}"}).json
check(worker.ask("PUT", f"/drafts/{draft['draft']}", {"version": 1, "body": "{1}"}).json["version"] == 2)
check(worker.ask("PUT", f"/drafts/{draft['draft']}", {"version": 1, "body": "{2}"}).status == 412, "saved since")
check(browsers["lead"].get(f"/drafts/{draft['draft']}").status == 404, "another one's")
officer = browsers["fg"]
check(officer.post(f"/messages/{message}/open").status == 400, "a privacy officer says why")
check(officer.post(f"/messages/{message}/open", {"actor": {"reason": "controle"}}).status == 200)
check(browsers["beheerder"].post(f"/messages/{message}/open").status == 403)
check(worker.get("/referrals?openOnly=true&limit=10").json["referrals"][0]["title"] == "De Binnenvest")
check(worker.get("/referrals?openOnly=ja").status == 400 and worker.get("/referrals?wat=1").status == 400)
check(worker.get("/changes").json["asOf"])
began = time.time()
check(worker.get("/inbox?waitSeconds=86400&from=niemand").json["messages"] == [] and time.time() - began < 20, "no request waits for mail")
for kind in ["denied", "logged-in", "changed"]:
    check(worker.post("/accesses", {"actor": {}, "kind": kind, "list": "x"}).status == 400, "what is refused and changed reports itself")
check(officer.post(f"/messages/{message}/open", {"actor": {"reason": "  "}}).status == 400, "blank is no reason")
check(officer.get("/people").status == 200)
check(worker.ask("POST", "/session/lock?password=x").status == 400, "nothing secret in an address")

# Sent once, whatever comes again; and nothing over a newer version.
referral = worker.get(f"/numbered-referrals/{number}").json["about"]["referral"]["referralId"]
path = f"/referrals/{referral}/steps"
seen = worker.get(f"/numbered-referrals/{number}").headers["ETag"]
check(worker.post(path, {"step": "waitlist", "update": {"expectedWait": "zes weken"}}, headers={"Idempotency-Key": None}).status == 400, "a key is needed")
check(worker.post(path, {"step": "accept"}, headers={"If-Match": '"0"'}).status == 412, "something happened since")
accepted = worker.post(path, {"step": "accept"}, headers={"Idempotency-Key": "k-1", "If-Match": seen})
check(accepted.status == 200, accepted.text)
answers = []
threads = [threading.Thread(target=lambda: answers.append(worker.post(path, {"step": "accept"}, headers={"Idempotency-Key": "k-1"}))) for _ in range(100)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
check({answer.text for answer in answers if answer.status == 200} == {accepted.text}, "the same answer")
check({answer.status for answer in answers} <= {200, 503}, {answer.status for answer in answers})
check(worker.post(path, {"step": "start"}, headers={"Idempotency-Key": "k-1"}).code() == "key-reused")
check(worker.post(path, {"step": "start"}, headers={"Idempotency-Key": "k 1"}).status == 400)
events = worker.get(f"/numbered-referrals/{number}").json["events"]
check(sum(event.get("step") == "accept" for event in events) == 1, "accepted once")
check(worker.get(f"/numbered-referrals/{number}").headers["ETag"] != seen)

# A page hears that something changed, and a locked one nothing any more.
heard = worker.events("/changes")
first = next(heard)
check(browsers["lead"].ask("PUT", f"/numbered-referrals/{number}/assignment", {}).status == 200)
check(next(heard).isdigit() and first.isdigit(), "a number, and nothing about what")
check(browser().ask("GET", "/changes", headers={"Accept": "text/event-stream"}).status == 401)

# A short lock, and the end.
check(worker.post("/session/lock").json["state"] == "locked")
while (end := next(heard)) is not None:
    check(end.isdigit())
check(worker.get("/referrals").code() == "session-locked")
check(worker.post("/session/unlock", {"password": "iets heel anders hier"}).status == 401)
check(worker.post("/session/unlock", {"password": PASSWORD}).json["state"] == "open")
check(worker.get("/referrals").status == 200)
gone = browser()
gone.cookies, gone.csrf = dict(worker.cookies), worker.csrf
check("Clear-Site-Data" in worker.ask("DELETE", "/session").headers)
check(not worker.cookies and gone.get("/referrals").status == 401)

# Somebody who knocks under my name does not keep me out of my own screen.
screen = browsers["fg"]
for _ in range(6):
    stranger.post("/session", {"login": "fg", "password": "iets heel anders hier"})
check(stranger.post("/session", {"login": "fg", "password": PASSWORD}).status == 429)
check(screen.post("/session/lock").status == 200 and screen.post("/session/unlock", {"password": PASSWORD}).json["state"] == "open")

# Who is blocked is out at once, and has nothing in hand any more; the last administrator stays.
assignment = f"/numbered-referrals/{number}/assignment"
hand = browser()
hand.log_in("hulp", PASSWORD, totp(secrets["hulp"]))
check(browsers["lead"].ask("PUT", assignment, {}).json["holder"]["you"])
taken = hand.ask("PUT", assignment, {})
check(taken.code() == "taken" and "Naam lead" in taken.json["detail"], taken.text)
check(hand.ask("DELETE", assignment).json["holder"]["login"] == "lead", "nobody gives back what another has")
check(admin.post("/people/lead/block").status == 200 and browsers["lead"].get("/referrals").status == 401)
check(browser().post("/session", {"login": "lead", "password": PASSWORD}).status == 401)
check("holder" not in hand.get(f"/numbered-referrals/{number}").json["about"])
check(hand.ask("PUT", assignment, {}).json["holder"]["you"], "what nobody has is taken without a question")

# A lost telephone: a second administrator agrees, and the old way in is gone at once.
twin = admin.post("/people", {"login": "tweede", "name": "Tweede Beheerder", "roles": ["administrator"]}).json["invitation"]
browsers["tweede"] = browser()
secrets["tweede"] = browsers["tweede"].enrol("tweede", twin, PASSWORD)
browsers["tweede"].log_in("tweede", PASSWORD, totp(secrets["tweede"]))
check(admin.post("/people/lead/unblock").status == 200)
check(admin.post("/people/beheerder/reset").status == 400, "another one does that")
check("invitation" not in admin.post("/people/lead/reset").json, "a second one agrees first")
check("invitation" not in admin.post("/people/lead/reset").json, "the same one again is no second one")
waits = [row for row in browsers["tweede"].get("/people").json["people"] if row["login"] == "lead"][0]
check(waits["resetAskedBy"] == "beheerder" and waits["enrolled"], waits)
anew = browsers["tweede"].post("/people/lead/reset").json["invitation"]
check(browser().post("/session", {"login": "lead", "password": PASSWORD}).status == 401, "the old password is gone")
back = browser()
secrets["lead"] = back.enrol("lead", anew, PASSWORD + " nieuw")
check(back.log_in("lead", PASSWORD + " nieuw", totp(secrets["lead"]))["name"] == "Naam lead")
lines = [(row["kind"], row["person"], row.get("list")) for row in officer.get("/accesses").json["accesses"]]
for line in [("changed", "Beheerder", "people.block: lead"), ("changed", "Tweede Beheerder", "people.reset: lead"), ("logged-in", "Naam lead", "session.second-factor")]:
    check(line in lines, line, lines[-10:])
# Passkeys: another one's answer, a wrong password and an unknown one change nothing.
check(back.post("/session/passkey-challenge").status == 401, "nothing to prove any more")
check(back.post("/passkeys/challenge").json["rpId"] == hand.name)
made = {"clientData": "e30", "authenticatorData": "e30"}
check(back.post("/passkeys", {"password": "iets heel anders hier", "passkey": made}).status == 401)
check(back.post("/passkeys", {"password": PASSWORD + " nieuw", "passkey": made}).status == 401)
check(back.post("/passkeys/e30/remove", {"password": PASSWORD + " nieuw"}).status == 404)
check(back.get("/passkeys").json["hasApp"])

check(admin.post("/people/tweede/block").status == 200)
check("invitation" not in admin.post("/people/lead/reset").json, "blocking a second opinion does not make it superfluous")
check(admin.post("/people/beheerder/block").status == 400 and admin.post("/people/niemand/block").status == 404)

# Knocking under the name of another door locks none.
for _ in range(6):
    stranger.post("/session", {"login": "code of hulp", "password": "iets heel anders hier"})
check(browser().log_in("hulp", PASSWORD, totp(secrets["hulp"])))

# Five wrong ones lock, the right one too, and somebody who is not there as well.
for login in ["hulp", "bestaat-niet"]:
    answers = [stranger.post("/session", {"login": login, "password": "iets heel anders hier"}) for _ in range(5)]
    check([answer.status for answer in answers] == [401] * 5, login)
    locked = stranger.post("/session", {"login": login, "password": PASSWORD})
    check(locked.status == 429 and locked.code() == "login-locked" and " uur" in locked.json["detail"], locked.text)
english = stranger.post("/session", {"login": "hulp", "password": PASSWORD}, headers={"Accept-Language": "en"})
check("Too many" in english.json["title"], english.text)
check(Browser.described.checked > 200, Browser.described.checked)
