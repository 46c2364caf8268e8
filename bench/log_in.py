#!/usr/bin/env python3
"""Whether the time of a wrong log-in says that somebody has that name.

usage: examples/demo_web.py BIN WEB FOLDER --reset '--then=bench/log_in.py'

Names of people with a wrong password, and names that nobody has, in turn, each tried four times (the fifth would lock it). One
JSON document: medians, and how often a name that somebody has took longer than the one after it, of which half is nothing."""
import json
import pathlib
import statistics
import sys
import time

SOURCES = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SOURCES / "tests/gateway"))
from browser import Browser, totp, used  # noqa: E402

ORG, NAMES, TRIES, PASSWORD = "jgt-leiden", 30, 4, "een zin om te proberen"
file = sys.argv[1]
folder = pathlib.Path(file).parent
demo = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))
place = (ORG + ".localhost", demo["ports"][ORG], str(folder / (ORG + ".authority")))
secret = next(secret for org, login, secret in demo["people"] if (org, login) == (ORG, "beheerder"))
used[secret] = int(time.time()) // 30
admin = Browser(*place)
admin.log_in("beheerder", PASSWORD, totp(secret))
for at in range(NAMES):
    invited = admin.post("/people", {"login": f"iemand{at:02}", "name": f"Iemand {at}", "roles": ["worker"]})
    assert invited.status == 200, invited.text
    Browser(*place).enrol(f"iemand{at:02}", invited.json["invitation"], PASSWORD)
took = {"known": [], "unknown": []}
for _ in range(TRIES):
    for at in range(NAMES):
        for kind, login in (("known", f"iemand{at:02}"), ("unknown", f"niemand{at:02}")):
            asks = Browser(*place)
            before = time.perf_counter()
            answer = asks.post("/session", {"login": login, "password": "een ander lang wachtwoord"})
            took[kind].append(time.perf_counter() - before)
            assert answer.status == 401 and answer.code() == "login-failed", answer.text
longer = sum(one > other for one, other in zip(took["known"], took["unknown"]))
print(json.dumps({"tries": len(took["known"]), "median_ms": {kind: round(statistics.median(all_) * 1000, 2) for kind, all_ in took.items()},
                  "known_took_longer": round(longer / len(took["known"]), 2)}))
