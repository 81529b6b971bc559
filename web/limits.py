"""How often one caller may ask: counted in this process, and refused with 429 beyond it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, current_app, request

P = ParamSpec("P")
R = TypeVar("R")
SWEEP_S = 60.0
ON = "LIMITED"
"""The application's setting that switches all limits on."""


class Limit:
    """At most so many times by one caller; the count begins anew when its time is over.

    Our own, not Flask-Limiter's: it looks into every request of every page, a twentieth of what a phone's result costs, and the counts in
    memory that it brings start a thread for nearly each, which two requests at once start twice: one of them was answered 500.
    """

    def __init__(self, most: int, *, within_s: float = 60.0) -> None:
        self._most, self._within_s = most, within_s
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[int, float]] = {}
        self._sweep = 0.0

    def passes(self, caller: str) -> bool:
        """Count one more of this caller, and return whether it is allowed."""
        now = time.monotonic()
        with self._lock:
            if now >= self._sweep:
                self._kept = {one: kept for one, kept in self._kept.items() if kept[1] > now}
                self._sweep = now + SWEEP_S
            count, end = self._kept.get(caller, (0, 0.0))
            if end <= now:
                count, end = 0, now + self._within_s
            self._kept[caller] = count + 1, end
        return count < self._most

    def __len__(self) -> int:
        """Return how many callers are remembered."""
        return len(self._kept)

    def ask(self, caller: str) -> None:
        """Refuse the request where the caller has asked too often."""
        if current_app.config[ON] and not self.passes(caller):
            abort(429)


def address() -> str:
    """Return where the request comes from."""
    return request.remote_addr or ""


def at_most(limit: Limit) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only so many forms of one address come to a page; looking at it is free."""

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if request.method == "POST":
                limit.ask(address())
            return view(*args, **kwargs)

        return guarded

    return wrap
