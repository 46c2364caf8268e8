"""The gateway dies at each step of saving a draft: kill_check.py PROGRAM HOME WEB NAME PORT AUTHORITY INVITATION

VEERPONT_CREDENTIAL_FILE opens the home. What an answer confirmed is there afterwards; what nobody confirmed is there whole, or
not at all."""
import http.client
import os
import signal
import subprocess
import sys

from browser import Browser, totp

program, home, web, name, port, authority, invitation = sys.argv[1:]
PASSWORD = "een lang genoeg wachtwoord"


def check(condition, *said):
    assert condition, said


def serve(kill_at=None):
    environment = dict(os.environ, **({"VEERPONT_KILL_AT": kill_at} if kill_at else {}))
    running = subprocess.Popen([program, "serve", "--home", home, "--web", web], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    check(running.stdout.read(1), "it says when it answers")
    return running


def stop(running):
    running.send_signal(signal.SIGTERM)
    check(running.wait(20) == 0)


gateway = serve()
admin = Browser(name, int(port), authority)
secret = admin.enrol("beheerder", invitation, PASSWORD)
admin.log_in("beheerder", PASSWORD, totp(secret))
paper = admin.post("/people", {"login": "hulp", "name": "Naam hulp", "roles": ["worker"]}).json["invitation"]
worker = Browser(name, int(port), authority)
secret = worker.enrol("hulp", paper, PASSWORD)
worker.log_in("hulp", PASSWORD, totp(secret))
stop(gateway)

for kill_at, there in [("draft-sealed", {"een"}), ("draft-stored", {"twee"})]:
    gateway = serve()
    draft = worker.post("/drafts", {"body": "nul"}).json["draft"]
    saved = worker.ask("PUT", f"/drafts/{draft}", {"version": 1, "body": "een"})
    check(saved.status == 200 and saved.json["version"] == 2, saved.text)
    stop(gateway)
    gateway = serve(kill_at)
    try:
        answer = worker.ask("PUT", f"/drafts/{draft}", {"version": 2, "body": "twee"})
        raise SystemExit(f"kill_check: {kill_at}: it was answered: {answer.text}")
    except (http.client.HTTPException, OSError):
        pass
    check(gateway.wait(20) == -signal.SIGKILL, kill_at)
    gateway = serve()
    kept = worker.get(f"/drafts/{draft}").json
    check(kept["body"] in there, kill_at, kept)
    # The page that never heard saves again over the version that it knew: it is told, and nothing is lost.
    again = worker.ask("PUT", f"/drafts/{draft}", {"version": 2, "body": "drie"})
    check(again.status == (412 if kept["body"] == "twee" else 200), kill_at, again.text)
    check(len(worker.get("/drafts").json["drafts"]) >= 1)
    stop(gateway)
