"""One request over HTTP that gives JSON or a clear error: no redirects, no other schemes, nothing large, no key in any text."""

from __future__ import annotations

import json
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from gridplan.geocode.online.engine import EngineError, EngineSettings, Failure
from gridplan.model.errors import InputError
from gridplan.model.words import say

_MOST_BYTES = 2_000_000
_AGENT = "gridplan (inspection rounds; geocoding on request)"
_FAILURES = {401: Failure.REFUSED, 402: Failure.QUOTA, 403: Failure.REFUSED, 407: Failure.REFUSED, 429: Failure.BUSY}
_LONGEST_WAIT_S = 60.0


def host_of(url: str) -> str:
    """Return host and port of a base address.

    Raises
    ------
    InputError
        It is not http(s)://host[:port][/path], or holds a password.
    """
    try:
        parts = urlsplit(url)
        host, port, secret = parts.hostname, parts.port, parts.username or parts.password
    except ValueError:
        raise InputError(say("online.bad_url", url=url)) from None
    if secret:
        raise InputError(say("online.password_in_url"))
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or any(c <= " " for c in url):
        raise InputError(say("online.bad_url", url=url))
    return f"{host}:{port}" if port else host


def url_of(settings: EngineSettings, path: str, fields: dict[str, str]) -> str:
    """Return the address of a request below the engine's own."""
    return f"{settings.url.rstrip('/')}/{path}?{urlencode(fields)}"


def fetch_json(settings: EngineSettings, url: str) -> object:
    """Return the JSON that stands at `url`, of any shape.

    Raises
    ------
    EngineError
        Nothing answered in time, the answer is an error or a redirect, is too large, or is no JSON.
    """
    request = Request(url, headers={"User-Agent": _AGENT, "Accept": "application/json", "Accept-Language": "zh-CN"})
    try:
        with _opener().open(request, timeout=settings.timeout_s) as answer:
            body = answer.read(_MOST_BYTES + 1)
    except HTTPError as error:
        with error:
            code, wait = error.code, error.headers.get("Retry-After", "")
        failure = _FAILURES.get(code, Failure.BUSY if code >= 500 else Failure.HTTP)
        raise _error(settings, failure, f"HTTP {code}", _seconds(wait)) from None
    except (OSError, HTTPException, UnicodeError):
        # The exception may name the URL and with it the key: it is left behind.
        raise _error(settings, Failure.NETWORK) from None
    if len(body) > _MOST_BYTES:
        raise _error(settings, Failure.NONSENSE, f"> {_MOST_BYTES // 1_000_000} MB")
    try:
        found: object = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _error(settings, Failure.NONSENSE) from None
    return found


def _opener() -> OpenerDirector:
    """Return what opens http and https alone; a redirect is an error, so that an address goes to nobody else."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler(), HTTPDefaultErrorHandler(), HTTPErrorProcessor()):
        opener.add_handler(handler)
    return opener


def _error(settings: EngineSettings, failure: Failure, detail: str = "", wait_s: float = 0.0) -> EngineError:
    return EngineError(failure, settings.engine, settings.host, detail, wait_s)


def _seconds(text: str) -> float:
    try:
        return min(max(float(text), 0.0), _LONGEST_WAIT_S)
    except ValueError:
        return 0.0
