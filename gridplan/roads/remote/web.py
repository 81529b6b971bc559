"""Asks a server over HTTP for JSON: time limit, a few tries, no redirects, and an error that a planner can read."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any
from urllib.parse import urlsplit

from gridplan.model.errors import InputError
from gridplan.model.words import say

TIMEOUT_S = 60.0
WAITS_S = (0.5, 2.0)
"""Pauses before the second and the third try."""
MOST_BYTES = 64_000_000
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
Json = dict[str, Any]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A server that sends one elsewhere is not the one that was named."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """One server. `engine` is what it is called in messages; `base` begins with http:// or https://."""

    engine: str
    base: str
    timeout_s: float = TIMEOUT_S
    waits_s: tuple[float, ...] = WAITS_S

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Return HTTP status and JSON of an answer, an error that the server words itself included; POST where there is a body.

        Raises
        ------
        InputError
            There is no way to the server, it is too slow, redirects, or its answer is no JSON.
        """
        if urlsplit(self.base).scheme not in ("http", "https"):
            raise InputError(say("remote.bad_url", url=self.base))
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Accept": "application/json", "User-Agent": "gridplan"}
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.base + path, data=data, headers=headers)  # noqa: S310
        why = ""
        for wait_s in (0.0, *self.waits_s):
            time.sleep(wait_s)
            try:
                status, content = self._once(request)
            except (OSError, http.client.HTTPException, ValueError) as error:
                why = str(getattr(error, "reason", "") or error) or type(error).__name__
                continue
            if status not in _AGAIN:
                return status, self._read(status, content)
            why = f"HTTP {status}"
        raise InputError(say("remote.no_network", engine=self.engine, url=self.base, why=why))

    def _once(self, request: urllib.request.Request) -> tuple[int, bytes]:
        try:
            with _OPENER.open(request, timeout=self.timeout_s) as answer:
                return int(answer.status), answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(MOST_BYTES + 1)

    def _read(self, status: int, content: bytes) -> Any:
        if 300 <= status < 400:
            raise self.misunderstood(f"HTTP {status}")
        if len(content) > MOST_BYTES:
            raise self.misunderstood(f"> {MOST_BYTES} bytes")
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            shown = content[:80].decode("utf-8", "replace").strip()
            raise self.misunderstood(f"HTTP {status}, {shown!r}") from None

    def misunderstood(self, why: object) -> InputError:
        """Return the error for an answer that is not what its engine's protocol says."""
        return InputError(say("remote.bad_answer", engine=self.engine, url=self.base, why=why))

    def refused(self, why: object) -> InputError:
        """Return the error for a request that the server words a refusal of."""
        return InputError(say("remote.refused", engine=self.engine, url=self.base, why=why))
