"""Asks an engine: from the cache first, not faster than allowed, once more where it may go better in a moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from gridplan.geocode.online.cache import AnswerCache
from gridplan.geocode.online.engine import Answer, Engine, EngineError

TRIES = 3
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 60.0


class Asked(NamedTuple):
    """What came of one address: `requests` is 0 when the cache knew it."""

    answers: tuple[Answer, ...]
    requests: int


class Asker:
    """Asks one engine, one address after the other."""

    def __init__(
        self,
        engine: Engine,
        cache: AnswerCache,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._engine = engine
        self._cache = cache
        self._clock, self._sleep = clock, sleep
        self._next = 0.0

    def known(self, text: str) -> bool:
        """Whether the cache answers, so that nothing would be sent."""
        return self._cache.get(self._engine.settings, text) is not None

    def fits(self, text: str) -> bool:
        """Whether the engine takes a text of this length."""
        most = self._engine.most_bytes
        return not most or len(text.encode("utf-8")) <= most

    def ask(self, text: str) -> Asked:
        """Return what the engine knows of an address.

        Raises
        ------
        EngineError
            It gave no answer, even when asked again; nothing is kept then.
        """
        settings = self._engine.settings
        kept = self._cache.get(settings, text)
        if kept is not None:
            return Asked(kept, 0)
        wait_s = _FIRST_WAIT_S
        for number in range(1, TRIES + 1):
            self._pace(settings.per_second)
            try:
                answers = self._engine.ask(text)
            except EngineError as error:
                if number == TRIES or not error.failure.passing:
                    raise
                self._sleep(min(max(wait_s, error.wait_s), _LONGEST_WAIT_S))
                wait_s *= 2
            else:
                self._cache.put(settings, text, answers)
                return Asked(answers, number)
        raise AssertionError("the last try returns or raises")

    def _pace(self, per_second: float) -> None:
        """Wait until the engine may be asked again."""
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
            now = self._next
        self._next = now + 1.0 / per_second
