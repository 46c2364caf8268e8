"""What a stranger sends to a gateway before anybody is in: hostile_check.py NAME PORT AUTHORITY

Requests that end in two places, bodies that are too large or never end, heads without an end, old TLS. Each gets a refusal or a
closed connection, and the gateway goes on answering."""
import socket
import ssl
import sys

from browser import Browser

name, port, authority = sys.argv[1], int(sys.argv[2]), sys.argv[3]
MOST_WAIT = 60


def check(condition, *said):
    assert condition, said


def connected(**tls):
    context = ssl.create_default_context(cafile=authority)
    for key, value in tls.items():
        setattr(context, key, value)
    if tls:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # so that it is not this side that refuses
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=MOST_WAIT), server_hostname=name)


def answer_to(request, sock=None):
    """What comes back until the gateway closes, or answers whole."""
    sock = sock or connected()
    got = b""
    try:
        sock.sendall(request)
        while chunk := sock.recv(65536):
            got += chunk
            if b"\r\n\r\n" in got and b"Connection: close" not in got:
                break
    except (ConnectionError, ssl.SSLError):
        pass
    return got


HEAD = f"POST /api/v1/session HTTP/1.1\r\nHost: {name}\r\nContent-Type: application/json\r\n"
smuggled = "GET /api/v1/people HTTP/1.1\r\nHost: x\r\n\r\n"
for said in [
    HEAD + f"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}",
    HEAD + f"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{{}}{smuggled}",
    HEAD + f"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{smuggled}",
    HEAD + f"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{smuggled}",
    f"GET /api/v1/session\x00 HTTP/1.1\r\nHost: {name}\r\n\r\n",
    f"GET http://elsewhere/api/v1/people HTTP/1.1\r\nHost: {name}\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "\x16\x03\x01" * 100,
]:
    got = answer_to(said.encode("latin-1"))
    check(b" 200 " not in got.split(b"\r\n")[0] and got.count(b"HTTP/1.1 ") <= 1, said, got[:300])

# Too large: refused by its length, and by what comes when it says none.
check(answer_to((HEAD + "Content-Length: 999999999\r\n\r\n").encode()).split(b" ")[1:2] in ([b"413"], []), "a length beyond the limit")
whole = connected()
got = b""
try:
    whole.sendall((HEAD + "Transfer-Encoding: chunked\r\n\r\n").encode())
    for _ in range(4096):
        whole.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
    raise SystemExit("hostile_check: 256 MB were taken")
except (ConnectionError, ssl.SSLError, BrokenPipeError):
    pass
check(answer_to(b"GET / HTTP/1.1\r\n" + b"X: " + b"x" * 200_000 + b"\r\n\r\n").split(b" ")[1:2] in ([b"431"], [b"400"], []), "a head beyond the limit")

# A request that never ends has an end: silent ones, and one with a byte now and then.
silent = [connected() for _ in range(3)]
silent[1].sendall(HEAD.encode())
silent[2].sendall((HEAD + "Content-Length: 100\r\n\r\n{").encode())
for sock in silent:
    try:
        while sock.recv(65536):
            pass
    except (ConnectionError, ssl.SSLError):
        pass
    except TimeoutError as late:
        raise SystemExit("hostile_check: a request without an end stays") from late

# Nothing older than TLS 1.2, and no session of somebody else's choosing.
try:
    connected(maximum_version=ssl.TLSVersion.TLSv1_1)
    raise SystemExit("hostile_check: TLS 1.1 was taken")
except (ssl.SSLError, ConnectionError, ValueError):
    pass
fixed = Browser(name, port, authority)
fixed.cookies["__Host-veerpont"] = "0" * 64
check(fixed.get("/session").status == 401)
check(fixed.post("/session", {"login": "x", "password": "y" * 20}).status == 401 and fixed.cookies.get("__Host-veerpont", "0" * 64) == "0" * 64)
check(Browser(name, port, authority).get("/openapi.json").status == 200, "it goes on answering")
