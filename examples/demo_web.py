#!/usr/bin/env python3
"""The workbench of four organisations, filled with invented work, until Ctrl-C.

usage: examples/demo_web.py BIN WEB FOLDER [--reset] [--once] [--then=PROGRAM…]

FOLDER keeps it for the next time; --reset begins anew; --once ends when everything answers; --then runs a program with
FOLDER/demo.json and ends with it. Python's own library only.
"""
import copy
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

SOURCES = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SOURCES / "tests/gateway"))
from browser import Browser, totp  # noqa: E402

PASSWORD = "een zin om te proberen"
TEAM_LEADS = ["sofie"]
# org: title, kind, municipalities, its people
ORGANISATIONS = {
    "de-binnenvest": ("De Binnenvest", "shelter", "", {"noor": "Noor", "bram": "Bram"}),
    "linde": ("", "shelter", "", {"lotte": "Lotte"}),
    "jgt-leiden": ("JGT Leiden", "youth-team", "GM0546,GM0547,GM0579,GM0638,GM0626", {"amir": "Amir", "sofie": "Sofie"}),
    "go-voor-jeugd": ("Go! voor Jeugd", "youth-team", "GM0484,GM1884", {"eva": "Eva"}),
}
# Who refers, to whom, the own number, and what was done with it since.
WORK = [
    ("de-binnenvest", "jgt-leiden", "DB-2026-0201", []),
    ("linde", "jgt-leiden", "L-17", []),
    ("de-binnenvest", "jgt-leiden", "DB-2026-0197", ["open"]),
    ("de-binnenvest", "jgt-leiden", "DB-2026-0188", ["open", ("request-info", {"infoWanted": ["school"], "message": "Hoe gaat het op school?"})]),
    ("de-binnenvest", "jgt-leiden", "DB-2026-0174", ["open", ("accept", {"decision": "Wij starten over twee weken."})]),
    ("linde", "jgt-leiden", "L-12", ["open", ("accept", {"decision": "Aangenomen."}), ("waitlist", {"expectedWait": "zes weken"})]),
    ("de-binnenvest", "jgt-leiden", "DB-2026-0160", ["open", ("accept", {"decision": "Aangenomen."}), ("start", {}), ("update", {"progress": "Het gaat stap voor stap beter."})]),
    ("de-binnenvest", "go-voor-jeugd", "DB-2026-0155", ["open", ("accept", {"decision": "Aangenomen."}), ("start", {}), ("complete", {"noOutcomesReason": "Het gezin is verhuisd."})]),
    ("de-binnenvest", "go-voor-jeugd", "DB-2026-0203", []),
]


class Demo:
    def __init__(self, programs, web, folder):
        self.programs, self.web, self.folder = pathlib.Path(programs).resolve(), pathlib.Path(web).resolve(), pathlib.Path(folder).resolve()
        self.running = []
        self.file = self.folder / "demo.json"
        self.known = {}

    def program(self, name, *words, org=None, document=None):
        environment = dict(os.environ)
        if org:
            environment["VEERPONT_CREDENTIAL_FILE"] = str(self.folder / (org + ".credential"))
            words = (*words, "--home", str(self.folder / org))
        done = subprocess.run([self.programs / name, *words], env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"demo: {name} {' '.join(map(str, words))}: {done.stderr}{done.stdout}")
        return done.stdout

    def ask(self, org, *words):
        return json.loads(self.program("veerpont", *words, "--json", org=org) or "{}")

    def serve(self, ready, *words, org=None):
        environment = dict(os.environ)
        if org:
            environment["VEERPONT_CREDENTIAL_FILE"] = str(self.folder / (org + ".credential"))
        with open(self.folder / "servers.log", "ab") as log:
            self.running.append(subprocess.Popen(words, env=environment, stdout=log, stderr=log))
        for _ in range(200):
            if ready():
                return
            time.sleep(0.05)
        raise SystemExit(f"demo: {words[0]} does not answer; see {self.folder}/servers.log")

    @staticmethod
    def answers(port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def free_port(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def start_broker(self):
        port = self.known["broker"]
        self.serve(lambda: self.answers(port), self.programs / "veerpontd", "serve", "--home", self.folder / "broker")

    def start_gateways(self):
        for org in ORGANISATIONS:
            port = self.known["ports"][org]
            self.serve(lambda port=port: self.answers(port), self.programs / "veerpont-gateway", "serve", "--home", self.folder / org, "--web", self.web, org=org)

    def document(self, name):
        return json.loads((self.folder / "documents" / name).read_text(encoding="utf-8"))

    def write(self, name, document):
        path = self.folder / name
        path.write_text(json.dumps(document), encoding="utf-8")
        return str(path)

    def make(self):
        self.folder.mkdir(mode=0o700, parents=True)
        subprocess.run([SOURCES / "examples/dated.sh", self.folder / "documents"], check=True)
        self.known = {"broker": self.free_port(), "ports": {org: self.free_port() for org in ORGANISATIONS}, "people": []}
        home = self.folder / "broker"
        self.program("veerpontd", "init", "--home", home, "--name", "federatie.example/voorbeeld", "--listen", f"127.0.0.1:{self.known['broker']}", "--admin", f"127.0.0.1:{self.free_port()}")
        self.start_broker()
        for org, (title, kind, serves, _) in ORGANISATIONS.items():
            words = ["invite", org, "--home", home, "--kind", kind, "--out", self.folder / (org + ".invitation")]
            words += ["--title", title] if title else ["--hidden"]
            words += ["--serves", serves] if serves else []
            self.program("veerpontd", *words)
            join = ["join", self.folder / (org + ".invitation"), "--home", self.folder / org, "--credential", self.folder / (org + ".credential")]
            self.program("veerpont", *join, *([] if title else ["--proxy", "none"]))
        codes = {org: self.ask(org, "whoami")["fingerprint"] for org in ORGANISATIONS}
        for org in ORGANISATIONS:
            for other in ORGANISATIONS:
                if other != org:
                    self.program("veerpont", "directory", "confirm", other, "--fingerprint", codes[other], org=org)
        self.make_people()
        self.make_work()
        self.file.write_text(json.dumps(self.known), encoding="utf-8")

    def make_people(self):
        for org, (_, _, _, people) in ORGANISATIONS.items():
            port, name = self.known["ports"][org], org + ".localhost"
            made = self.program("veerpont-gateway", "init", "--name", name, "--listen", f"127.0.0.1:{port}", org=org)
            invitation = made.split("invitation: ")[1].split("\n")[0]
            self.serve(lambda port=port: self.answers(port), self.programs / "veerpont-gateway", "serve", "--home", self.folder / org, "--web", self.web, org=org)
            authority = self.folder / (org + ".authority")
            authority.write_text(self.program("veerpont-gateway", "authority", org=org), encoding="utf-8")
            administrator = Browser(name, port, str(authority))
            secret = administrator.enrol("beheerder", invitation, PASSWORD)
            self.known["people"].append([org, "beheerder", secret])
            administrator.log_in("beheerder", PASSWORD, totp(secret))
            for login, person in people.items():
                invited = administrator.post("/people", {"login": login, "name": person, "roles": ["team-lead", "worker"] if login in TEAM_LEADS else ["worker"]})
                secret = Browser(name, port, str(authority)).enrol(login, invited.json["invitation"], PASSWORD)
                self.known["people"].append([org, login, secret])

    def make_work(self):
        for number, (org, team, own, steps) in enumerate(WORK):
            leiden = team == "jgt-leiden"
            draft = self.document("grant-leiden.json" if leiden else "grant-alphen.json")
            draft["recipient"] = team
            grant = self.ask(org, "grant", "register", self.write("grant.json", draft))["grantId"]
            referral = copy.deepcopy(self.document("referral-13-secret-address.json" if leiden else "referral-alphen.json"))
            if "identity" in referral:
                referral["identity"]["givenNames"] = f"Voorbeeld {number + 1}"
                referral["identity"]["referralNumber"] = own
            sent = self.ask(org, "refer", self.write("referral.json", referral), "--grant", grant, *(["--external-id", own] if "identity" in referral else []))
            worker = next(iter(ORGANISATIONS[team][3].values()))
            for step in steps:
                if step == "open":
                    self.ask(team, "open", self.arrived(team, sent["referralId"]), "--worker", worker)
                else:
                    words = ["reply", sent["referralId"], step[0]]
                    self.ask(team, *words, *(["--document", self.write("update.json", step[1])] if step[1] else []))

    def arrived(self, team, referral):
        """The first message of a referral; the team's gateway may be fetching it at this moment."""
        for _ in range(200):
            for row in self.ask(team, "inbox").get("messages", []):
                if row["referralId"] == referral:
                    return row["messageId"]
            time.sleep(0.05)
        raise SystemExit(f"demo: {team} did not get {referral}")

    def stop(self):
        for server in reversed(self.running):
            server.send_signal(signal.SIGTERM)
        for server in self.running:
            server.wait()

    def say(self):
        print("\nOpen one of these in a browser on this machine; accept the certificate, which is the demo's own.\n")
        for org, login, secret in self.known["people"]:
            title = ORGANISATIONS[org][0] or org + " (afgeschermd)"
            print(f"  https://{org}.localhost:{self.known['ports'][org]}   {title:24} {login:10} wachtwoord: {PASSWORD}   code nu: {totp(secret)}")
        print("\nEnter shows fresh codes; Ctrl-C ends. What you did is kept; --reset begins anew.")


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    if len(words) != 3:
        raise SystemExit(__doc__)
    demo = Demo(*words)
    if "--reset" in sys.argv:
        shutil.rmtree(demo.folder, ignore_errors=True)
    began = time.time()
    try:
        if demo.file.exists():
            demo.known = json.loads(demo.file.read_text(encoding="utf-8"))
            demo.start_broker()
            demo.start_gateways()
        else:
            shutil.rmtree(demo.folder, ignore_errors=True)
            demo.make()
        print(f"demo: ready after {time.time() - began:.0f} s")
        demo.say()
        for word in sys.argv[1:]:
            if word.startswith("--then="):
                raise SystemExit(subprocess.run([*word[len("--then="):].split(), demo.file]).returncode)
        while "--once" not in sys.argv:
            if not sys.stdin.readline():
                signal.pause()
            demo.say()
    except KeyboardInterrupt:
        pass
    finally:
        demo.stop()


if __name__ == "__main__":
    main()
