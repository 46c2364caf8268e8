"""What a browser does, over one TLS connection a request: cookies, and codes of six digits by an implementation of its own."""
import base64
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import struct
import time
import uuid


HALF_MINUTE = 30
used = {}


def totp(secret):
    """RFC 6238 over base32: the first code that the gateway takes now and did not have yet."""
    now = time.time()
    # The one before is taken too, but not for long at the end of a half minute.
    first = int(now) // HALF_MINUTE - (now % HALF_MINUTE < HALF_MINUTE / 2)
    step = max(first, used.get(secret, 0) + 1)
    while step > int(time.time()) // HALF_MINUTE + 1:
        pass  # three log-ins within a minute: wait for the next one
    used[secret] = step
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        text = response.read().decode("utf-8")
        self.text = text
        self.json = json.loads(text) if "json" in (response.headers["Content-Type"] or "") else None

    def code(self):
        return (self.json or {}).get("code")


class Browser:
    described = None  # an openapi_check.Described, against which every answer is held

    def __init__(self, name, port, authority):
        self.name, self.port = name, port
        self.origin = f"https://{name}:{port}"
        self.context = ssl.create_default_context(cafile=authority)
        self.context.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 does by itself
        self.cookies, self.csrf = {}, None

    def ask(self, method, path, body=None, headers=None, raw=None):
        connection = http.client.HTTPSConnection(self.name, self.port, timeout=60, context=self.context)
        connection.sock = self.context.wrap_socket(socket.create_connection(("127.0.0.1", self.port)), server_hostname=self.name)
        sent = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"} if method != "GET" else {"Sec-Fetch-Site": "same-origin"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.csrf:
            sent["Veerpont-CSRF"] = self.csrf
        if method == "POST":
            sent["Idempotency-Key"] = str(uuid.uuid4())
        payload = raw
        if body is not None:
            payload = json.dumps(body)
        if payload is not None:
            sent["Content-Type"] = "application/json"
        for key, value in (headers or {}).items():
            sent.pop(key, None)
            if value is not None:
                sent[key] = value
        connection.request(method, "/api/v1" + path if path.startswith("/") else path[1:], payload, sent)
        answer = Answer(connection.getresponse())
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            key, _, value = cookie.split(";")[0].partition("=")
            self.cookies.pop(key, None)
            if value:
                self.cookies[key] = value
        if Browser.described and answer.json is not None and path.startswith("/"):
            Browser.described.check(method, path, answer)
        if answer.json and "csrf" in answer.json:
            self.csrf = answer.json["csrf"]
        return answer

    def get(self, path):
        return self.ask("GET", path)

    def events(self, path):
        """The data of each server-sent event, as it comes; None where the stream ends."""
        sock = self.context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=60), server_hostname=self.name)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sock.sendall(f"GET /api/v1{path} HTTP/1.1\r\nHost: {self.name}\r\nAccept: text/event-stream\r\nCookie: {cookies}\r\n\r\n".encode())
        response = http.client.HTTPResponse(sock)
        response.begin()
        assert response.status == 200 and response.headers["Content-Type"] == "text/event-stream", response.status
        while True:
            line = response.readline().decode()
            if not line:
                yield None
                return
            if line.startswith("data: "):
                yield line.removeprefix("data: ").strip()

    def post(self, path, body=None, **more):
        return self.ask("POST", path, {} if body is None else body, **more)

    def enrol(self, login, invitation, password):
        """The secret of the second factor."""
        begun = self.post("/enrolment", {"login": login, "invitation": invitation, "password": password})
        assert begun.status == 200, begun.text
        secret = begun.json["secret"]
        done = self.post("/enrolment/second-factor", {"login": login, "invitation": invitation, "code": totp(secret)})
        assert done.status == 200, done.text
        return secret

    def log_in(self, login, password, code):
        first = self.post("/session", {"login": login, "password": password})
        assert first.status == 200 and first.json["state"] == "second-factor", first.text
        second = self.post("/session/second-factor", {"code": code})
        assert second.status == 200 and second.json["state"] == "open", second.text
        return second.json
