#!/usr/bin/env python3
"""Two hundred people at one gateway: what a request takes while they read and write, and a receiver waits for the broker.

usage: examples/demo_web.py BIN WEB FOLDER --reset '--then=bench/gateway_load.py BIN SECONDS'

wrk holds one TLS connection for each of them. 95 of 100 requests read (the work list, referrals, one referral, changes), five
write (a draft is saved, a referral is picked up). One JSON document on standard output."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

SOURCES = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SOURCES / "tests/gateway"))
from browser import Browser, totp, used  # noqa: E402

PEOPLE, REFERRALS, ORG = int(os.environ.get("VEERPONT_PEOPLE", "200")), int(os.environ.get("VEERPONT_REFERRALS", "150")), "jgt-leiden"
PAUSE = int(os.environ.get("VEERPONT_PAUSE_MS", "1000"))  # of a person between two requests, on average; 0: none
PASSWORD = "een zin om te proberen"
programs, seconds, file = sys.argv[1:]
folder = pathlib.Path(file).parent
demo = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))
port = demo["ports"][ORG]
authority = str(folder / (ORG + ".authority"))


def shelter(*words):
    environment = {"VEERPONT_CREDENTIAL_FILE": str(folder / "de-binnenvest.credential")}
    done = subprocess.run([programs + "/veerpont", *words, "--home", str(folder / "de-binnenvest"), "--json"], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"gateway_load: {' '.join(words)}: {done.stderr}{done.stdout}")
    return json.loads(done.stdout)


for _ in range(REFERRALS):
    grant = shelter("grant", "register", str(folder / "documents/grant-leiden.json"))["grantId"]
    shelter("refer", str(folder / "documents/referral-13-secret-address.json"), "--grant", grant, "--reason", "een proef van drukte")

admin = Browser(ORG + ".localhost", port, authority)
secret = next(secret for org, login, secret in demo["people"] if (org, login) == (ORG, "beheerder"))
used[secret] = int(time.time()) // 30  # whoever made the demo may have had this one
admin.log_in("beheerder", PASSWORD, totp(secret))
sessions = []
for at in range(PEOPLE):
    person = Browser(ORG + ".localhost", port, authority)
    paper = admin.post("/people", {"login": f"p{at}", "name": f"Persoon {at}", "roles": ["worker"]})
    person.log_in(f"p{at}", PASSWORD, totp(person.enrol(f"p{at}", paper.json["invitation"], PASSWORD)))
    draft = person.post("/drafts", {"body": json.dumps({"text": "x" * 2000})}).json["draft"]
    sessions.append((person.cookies["__Host-veerpont"], person.csrf, draft))
numbers = [row["number"] for row in sessions and person.get("/numbered-referrals?limit=100").json["referrals"]]

lua = """
local sessions = {%s}
local numbers = {%s}
local reads = {"/work-items", "/numbered-referrals?limit=50", "", "/changes", "/session", "/drafts"}
local at, versions = 0, {}
local thread_number = 0
function setup(thread) thread:set("first", thread_number * 100); thread_number = thread_number + 1 end
function request()
  at = at + 1
  local mine = (first + at) %% #sessions + 1
  local session = sessions[mine]
  local headers = {Cookie = "__Host-veerpont=" .. session[1], ["Veerpont-CSRF"] = session[2], Host = "%s"}
  if at %% 20 == 0 then
    headers["Content-Type"] = "application/json"
    if at %% 40 == 0 then
      return wrk.format("PUT", "/api/v1/numbered-referrals/" .. numbers[at %% #numbers + 1] .. "/assignment", headers, '{"takeOver":true}')
    end
    headers["Idempotency-Key"] = "k" .. first .. "-" .. at
    return wrk.format("POST", "/api/v1/referrals/check", headers, '{"referralId":"00000000000000000000000000000000","update":{"message":"het gaat goed"}}')
  end
  local path = reads[at %% #reads + 1]
  if path == "" then path = "/numbered-referrals/" .. numbers[at %% #numbers + 1] end
  return wrk.format("GET", "/api/v1" .. path, headers)
end
function delay() return %d > 0 and math.random(%d / 2, %d * 3 / 2) or 0 end
local failed = 0
function response(status) if status >= 500 then failed = failed + 1 end end
""" % (",".join(f'{{"{token}","{csrf}"}}' for token, csrf, _ in sessions), ",".join(f'"{number}"' for number in numbers), f"{ORG}.localhost:{port}", PAUSE, PAUSE, PAUSE)
with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
    script.write(lua)
    script.flush()
    pid = int(subprocess.run(["pgrep", "-f", f"veerpont-gateway serve --home {folder / ORG}"], capture_output=True, text=True, check=True).stdout.split()[0])
    said = subprocess.run(["wrk", "--threads", "2", "--connections", str(PEOPLE), "--duration", f"{seconds}s", "--latency", "--timeout", "10s", "--script", script.name,
                           f"https://127.0.0.1:{port}"], capture_output=True, text=True, check=True).stdout
    memory = int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")).group(1)) // 1024
percentiles = {name: text for name, text in re.findall(r"(\d+)%\s+([\d.]+\w+)", said)}
print(json.dumps({"people": PEOPLE, "pauseMs": PAUSE, "openReferrals": REFERRALS, "requestsPerSecond": float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)), "latency": percentiles,
                  "notAnswered2xx3xx": int((re.search(r"Non-2xx or 3xx responses: (\d+)", said) or [0, 0])[1]), "socketErrors": (re.search(r"Socket errors: .*", said) or [""])[0], "memoryMiB": memory}))
