"""The disk of the access log is full: nothing is shown. disk_check.py NAME PORT AUTHORITY INVITATION PID DOSSIER MESSAGE MARK"""
import resource
import sqlite3
import sys

from browser import Browser, totp

name, port, authority, invitation, pid, dossier, message, mark = sys.argv[1:]
PASSWORD = "een lang genoeg wachtwoord"


def check(condition, *said):
    assert condition, said


def enrolled(login, paper):
    person = Browser(name, int(port), authority)
    secret = person.enrol(login, paper, PASSWORD)
    person.log_in(login, PASSWORD, totp(secret))
    return person


admin = enrolled("beheerder", invitation)
worker = enrolled("hulp", admin.post("/people", {"login": "hulp", "name": "Hulp", "roles": ["worker"]}).json["invitation"])
officer = enrolled("fg", admin.post("/people", {"login": "fg", "name": "FG", "roles": ["privacy-officer"]}).json["invitation"])


def opens(**more):
    return worker.post(f"/messages/{message}/open", {"actor": {"reason": "waarneming"}, **more})


def entries():
    return [one for one in officer.get("/accesses").json["accesses"] if one["kind"] in ("opened", "read-again")]


shown = opens()
check(shown.status == 200 and mark in shown.text, shown.text)
check(opens().status == 200 and opens(categories=["safety"]).status == 200)
check(len(entries()) == 3 and all(one["person"] == "Hulp" and one["reason"] == "waarneming" for one in entries()), entries())
# Another program keeps the write-ahead log larger than a file may become.
other = sqlite3.connect(dossier, isolation_level=None)
for line in ("PRAGMA wal_autocheckpoint = 0", "CREATE TABLE filler (x)", "INSERT INTO filler VALUES (zeroblob(65536))", "DROP TABLE filler"):
    other.execute(line)
most = resource.prlimit(int(pid), resource.RLIMIT_FSIZE)
resource.prlimit(int(pid), resource.RLIMIT_FSIZE, (48 << 10, most[1]))
for asks in (lambda: opens(), lambda: opens(categories=["safety"]), lambda: worker.post("/numbered-referrals/searches", {"name": "Voorbeeld"})):
    held = asks()
    check(held.status >= 500 and mark not in held.text, held.status, held.text)
resource.prlimit(int(pid), resource.RLIMIT_FSIZE, most)
check(len(entries()) == 3, "what was not shown is no entry")
check(opens().status == 200 and len(entries()) == 4, "and it goes on when there is room again")
