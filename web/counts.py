"""How often each caller asked lately, counted in this process: what the limits go by."""

from __future__ import annotations

import threading
import time

from limits.storage import Storage

COUNTS = "gridplan-counts://"
"""The address of these counts, for Flask-Limiter."""
SWEEP_S = 60.0


class Counts(Storage):
    """Counts that begin anew when their time is over, under one lock.

    The one in memory that `limits` brings starts a thread for nearly every count, to drop what is over. Two requests at once now
    and then start the same thread twice, and one of them breaks: a phone that sent its results was answered 500.
    """

    STORAGE_SCHEME = [COUNTS.removesuffix("://")]  # noqa: RUF012 (as the base class declares it)

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: float | str | bool) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[int, float]] = {}
        self._sweep = time.time() + SWEEP_S

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """What may go wrong here: nothing."""
        return ()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count and return how often by now; a new count lives `expiry` seconds."""
        now = time.time()
        with self._lock:
            if now >= self._sweep:
                self._kept = {one: kept for one, kept in self._kept.items() if kept[1] > now}
                self._sweep = now + SWEEP_S
            count, end = self._kept.get(key, (0, 0.0))
            if end <= now:
                count, end = 0, now + expiry
            self._kept[key] = count + amount, end
            return count + amount

    def get(self, key: str) -> int:
        """Return how often by now."""
        count, end = self._kept.get(key, (0, 0.0))
        return count if end > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """Return when a count is over, in seconds of `time.time()`; now where nothing is counted."""
        return max(time.time(), self._kept.get(key, (0, 0.0))[1])

    def check(self) -> bool:
        """Whether it can be used: always."""
        return True

    def reset(self) -> int:
        """Forget all and return how many counts there were."""
        with self._lock:
            count = len(self._kept)
            self._kept = {}
            return count

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._lock:
            self._kept.pop(key, None)
