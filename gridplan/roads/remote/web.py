"""Asks a server over HTTP for JSON: limits of time and size, a few tries, no redirects, and an error that a planner can read."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from gridplan.model.errors import InputError
from gridplan.model.settings import setting
from gridplan.model.words import Text, say

TIMEOUT_S = 60.0
WAITS_S = (0.5, 2.0)
"""Pauses before the second and the third try."""
MOST_BYTES = 16_000_000
KEY = "GRIDPLAN_TRAVEL_KEY"
"""The environment variable `HOST VALUE`: the Authorization header for that host, and for no other."""
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
TOO_LONG = frozenset({413, 414, 431})
"""Answers to a request that is too long, JSON or not: of the server, or of a gateway before it."""
_CHUNK = 65_536
Json = dict[str, Any]


class Unreached(InputError):
    """There is no way to the server, or it gave no whole answer in time; it may be there another time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """One server. `engine` is what it is called in messages; `base` begins with http:// or https://; `timeout_s` is for a whole answer."""

    engine: str
    base: str
    timeout_s: float = TIMEOUT_S
    waits_s: tuple[float, ...] = WAITS_S

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Return HTTP status and JSON of an answer, an error that the server words itself included; POST where there is a body.

        None instead of JSON for a request that is too long (TOO_LONG).

        Raises
        ------
        Unreached
            There is no way to the server, or it is too slow, at every try.
        InputError
            It redirects, answers too much, or its answer is no JSON.
        """
        headers = {"Accept": "application/json", "User-Agent": "gridplan"} | _authorization(self.base)
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = Request(self.base + path, data=data, headers=headers)
        why: object = ""
        for wait_s in (0.0, *self.waits_s):
            time.sleep(wait_s)
            try:
                status, content = self._once(request)
            except TimeoutError:
                why = say("remote.too_slow", seconds=f"{self.timeout_s:g}")
                continue
            except (OSError, http.client.HTTPException, ValueError) as error:
                why = _reason(error)
                continue
            if status not in _AGAIN:
                return status, self._read(status, content)
            why = f"HTTP {status}"
        raise Unreached(say("remote.unreached", engine=self._name, url=self.base, why=why))

    def _once(self, request: Request) -> tuple[int, bytes]:
        until = time.monotonic() + self.timeout_s
        try:
            with _opener(self.base).open(request, timeout=self.timeout_s) as answer:
                return int(answer.status), _content(answer, until)
        except HTTPError as error:
            with error:
                return error.code, _content(error, until)  # type: ignore[arg-type]

    def _read(self, status: int, content: bytes) -> Any:
        if status in TOO_LONG:
            return None
        if 300 <= status < 400:
            raise self.misunderstood(f"HTTP {status}")
        if len(content) > MOST_BYTES:
            raise self.misunderstood(f"> {MOST_BYTES // 1_000_000} MB")
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise self.misunderstood(f"HTTP {status}, JSON?") from None

    def misunderstood(self, why: object) -> InputError:
        """Return the error for an answer that is not what its engine's protocol says."""
        return InputError(say("remote.bad_answer", engine=self._name, url=self.base, why=str(why)[:100]))

    def refused(self, why: object) -> InputError:
        """Return the error for a request that the server words a refusal of."""
        return InputError(say("remote.refused", engine=self._name, url=self.base, why=str(why)[:200]))

    @property
    def _name(self) -> Text:
        return say(f"remote.name_{self.engine}")


def _opener(base: str) -> OpenerDirector:
    """Return what opens http and https alone; a redirect is an answer like any other, so that points go to nobody else."""
    opener = OpenerDirector()
    host = urlsplit(base).hostname or ""
    # A proxy is for the world outside: it would look for this very machine at its own place.
    proxies: dict[str, str] | None = {} if host == "localhost" or host == "::1" or host.startswith("127.") else None
    for handler in (
        ProxyHandler(proxies),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _content(answer: HTTPResponse, until: float) -> bytes:
    """Read an answer, at most a byte more than it may have, and not after `until`: a server that drips is a slow one."""
    parts, size = [], 0
    while size <= MOST_BYTES and (part := answer.read1(_CHUNK)):
        parts.append(part)
        size += len(part)
        if time.monotonic() > until:
            raise TimeoutError
    content = b"".join(parts)
    if size <= MOST_BYTES and getattr(answer, "length", None):
        raise http.client.IncompleteRead(b"")
    return content


def _authorization(base: str) -> dict[str, str]:
    said = setting(KEY)
    if not said:
        return {}
    host, _, value = said.partition(" ")
    if not value.strip() or not value.isascii() or not value.isprintable():
        raise InputError(say("remote.bad_key", variable=KEY))
    parts = urlsplit(base)
    return {"Authorization": value.strip()} if host in (parts.hostname, parts.netloc) else {}


def _reason(error: Exception) -> object:
    """Return why there was no answer, without what the server said: it may be anything."""
    inner = getattr(error, "reason", error)
    if isinstance(inner, TimeoutError):
        return "timeout"
    return getattr(inner, "strerror", None) or type(inner).__name__
