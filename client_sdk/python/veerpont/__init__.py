"""Veerpont for Python: the operations of api.proto over libveerpont.

    with veerpont.Client("/var/lib/home", "/etc/veerpont/credential") as client:
        client.call("sync")
        for row in client.call("referrals.list", {"openOnly": True})["referrals"]:
            print(row["title"], row["state"])

A refusal is a Refused, with a stable code. Safe from any thread.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import os
from types import TracebackType
from typing import Any, Mapping, Optional, Type

__all__ = ["Client", "Refused", "call"]


class Refused(Exception):
    """What was asked for was refused; `exit` is the exit code that the command line would have."""

    def __init__(self, code: str, message: str, exit: int) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.exit = exit


def _library() -> ctypes.CDLL:
    path = os.environ.get("VEERPONT_LIBRARY") or ctypes.util.find_library("veerpont") or "libveerpont.so"
    library = ctypes.CDLL(path)
    library.veerpont_open.argtypes = [
        ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_void_p)]
    library.veerpont_call.argtypes = [
        ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_void_p)]
    for name in ("veerpont_free", "veerpont_close", "veerpont_wait_fd", "veerpont_acknowledge"):
        getattr(library, name).argtypes = [ctypes.c_void_p]
    for name in ("veerpont_free", "veerpont_close", "veerpont_acknowledge"):
        getattr(library, name).restype = None
    return library


def _taken(library: ctypes.CDLL, code: int, answer: ctypes.c_void_p) -> Any:
    try:
        document = json.loads(ctypes.string_at(answer).decode())
    finally:
        library.veerpont_free(answer)
    if code != 0:
        refusal = document["refusal"]
        raise Refused(refusal["code"], refusal["sentenceEn"], code)
    return document


def _called(library: ctypes.CDLL, client: Optional[ctypes.c_void_p], operation: str, request: Optional[Mapping[str, Any]]) -> Any:
    text = json.dumps(request or {}, ensure_ascii=False).encode()
    answer = ctypes.c_void_p()
    code = library.veerpont_call(client, operation.encode(), text, len(text), ctypes.byref(answer))
    return _taken(library, code, answer)


def call(operation: str, request: Optional[Mapping[str, Any]] = None) -> Any:
    """Calls an operation that needs no home: join, schema, new. Raises Refused."""
    return _called(_library(), None, operation, request)


class Client:
    """An organisation's home, opened. Close it, or use it as a context."""

    def __init__(self, home: str, credential_file: str) -> None:
        self._library = _library()
        self._client = ctypes.c_void_p()
        answer = ctypes.c_void_p()
        code = self._library.veerpont_open(
            os.fsencode(home), os.fsencode(credential_file), ctypes.byref(self._client), ctypes.byref(answer))
        _taken(self._library, code, answer)

    def call(self, operation: str, request: Optional[Mapping[str, Any]] = None) -> Any:
        """Calls an operation by its name; its answer. Raises Refused."""
        return _called(self._library, self._client, operation, request)

    def wait_fd(self) -> int:
        """A descriptor that becomes readable after each change, until acknowledge()."""
        return int(self._library.veerpont_wait_fd(self._client))

    def acknowledge(self) -> None:
        self._library.veerpont_acknowledge(self._client)

    def close(self) -> None:
        if self._client:
            self._library.veerpont_close(self._client)
        self._client = ctypes.c_void_p()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()
