"""Mail and webhooks: outgoing_check.py NAME PORT AUTHORITY INVITATION FOLDER REFER, where REFER sends a referral that must be
read today. A real SMTP server (aiosmtpd) with STARTTLS and log-in, and an HTTPS server, hear what leaves."""
import hashlib
import hmac
import http.server
import json
import queue
import socket
import ssl
import subprocess
import sys
import threading
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from browser import Browser, totp

name, port, authority, invitation, folder, refer = sys.argv[1:]
PASSWORD = "een lang genoeg wachtwoord"


def check(condition, *said):
    assert condition, said


subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder + "/server.key", "-out", folder + "/server.pem",
                "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(folder + "/server.pem", folder + "/server.key")
pem = open(folder + "/server.pem", encoding="ascii").read()
mails, hooks = queue.Queue(), queue.Queue()


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        mails.put((session.ssl is not None, envelope.mail_from, envelope.rcpt_tos, envelope.content.decode()))
        return "250 kept"


def knows(server, session, envelope, mechanism, data):
    return AuthResult(success=isinstance(data, LoginPassword) and data.password == b"mailgeheim")


with socket.create_server(("127.0.0.1", 0)) as free:
    smtp_port = free.getsockname()[1]
smtp = Controller(Mailbox(), hostname="127.0.0.1", port=smtp_port, tls_context=tls, require_starttls=True, auth_required=True, authenticator=knows)
smtp.start()
answers_with = [500, 200]


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        hooks.put((self.headers["Veerpont-Signature"], body))
        self.send_response(answers_with.pop(0) if len(answers_with) > 1 else answers_with[0])
        self.end_headers()

    def log_message(self, *_):
        pass


web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
web.socket = tls.wrap_socket(web.socket, server_side=True)
threading.Thread(target=web.serve_forever, daemon=True).start()

admin = Browser(name, int(port), authority)
admin.log_in("beheerder", PASSWORD, totp(admin.enrol("beheerder", invitation, PASSWORD)))
paper = admin.post("/people", {"login": "hulp", "name": "Naam hulp", "roles": ["worker"]}).json["invitation"]
worker = Browser(name, int(port), authority)
worker.log_in("hulp", PASSWORD, totp(worker.enrol("hulp", paper, PASSWORD)))

server = {"server": f"smtp://localhost:{smtp_port}", "from": "veerpont@jgt.example", "login": "gateway", "password": "mailgeheim", "authority": pem}
check(admin.post("/mail/test", {"mail": "a@b.example"}).status == 400, "no server yet")
check(admin.ask("PUT", "/mail", {**server, "server": "http://localhost"}).status == 400)
check(admin.ask("PUT", "/mail", {**server, "from": "a@b\r\nX: y"}).status == 400)
check(worker.ask("PUT", "/mail", server).status == 403)
check(admin.ask("PUT", "/mail", {**server, "authority": open(authority, encoding="ascii").read()}).status == 200)
check(admin.post("/mail/test", {"mail": "a@b.example"}).status == 500, "a server that nobody vouches for gets nothing")
set_ = admin.ask("PUT", "/mail", server)
check(set_.status == 200 and set_.json["hasPassword"] and "mailgeheim" not in set_.text and "mailgeheim" not in admin.get("/mail").text)
tested = admin.post("/mail/test", {"mail": "hoofd@jgt.example"})
check(tested.status == 200, tested.text)
secure, sender, to, text = mails.get(timeout=20)
check(secure and sender == "veerpont@jgt.example" and to == ["hoofd@jgt.example"], sender, to)
check(admin.ask("PUT", "/mail", {key: value for key, value in server.items() if key != "password"}).json["hasPassword"], "as it was")

check(worker.ask("PUT", "/own-mail", {"mail": "geen adres"}).status == 400)
check(worker.ask("PUT", "/own-mail", {"mail": "hulp@jgt.example"}).json["mail"] == "hulp@jgt.example")
check(worker.get("/own-mail").json["mail"] == "hulp@jgt.example" and "mail" not in admin.get("/own-mail").json)
check(admin.post("/subscriptions", {"url": "http://localhost/"}).status == 400)
hook = admin.post("/subscriptions", {"url": f"https://localhost:{web.server_port}/veerpont", "authority": pem})
check(hook.status == 200, hook.text)

sent = subprocess.run(refer, shell=True, capture_output=True, text=True)
check(sent.returncode == 0, sent.stdout, sent.stderr)
secure, sender, to, text = mails.get(timeout=60)
check(to == ["hulp@jgt.example"] and secure, to)
check("Subject: Er wacht iets in Veerpont" in text and "Er wacht iets op u." in text, text)
for secret in ["Binnenvest", "JGT", "Leiden", "hulp", "Naam", "V-", "http", "+0100", "+0200", "localhost"]:
    check(secret not in text.replace("hulp@jgt.example", ""), secret, text)


def signed(signature, body):
    parts = dict(part.split("=") for part in signature.split(","))
    wanted = hmac.new(hook.json["secret"].encode(), f"{parts['t']}.".encode() + body, hashlib.sha256).hexdigest()
    check(hmac.compare_digest(wanted, parts["v1"]), signature)
    return json.loads(body)


first = signed(*hooks.get(timeout=30))
check(set(first) == {"type", "changes", "time"} and first["type"] == "changed", first)
again = signed(*hooks.get(timeout=90))
check(again["changes"] >= first["changes"])
end = time.time() + 30
while "failingSince" in admin.get("/subscriptions").json["hooks"][0]:
    check(time.time() < end, "delivered, and said so")
check(mails.empty(), "said once")
check(admin.ask("DELETE", "/subscriptions/" + hook.json["hook"]).status == 200 and not admin.get("/subscriptions").json.get("hooks"))
check(admin.ask("PUT", "/mail", {}).status == 200 and admin.post("/mail/test", {"mail": "a@b.example"}).status == 400, "off")
smtp.stop()
