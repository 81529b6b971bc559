"""An office's clock for tests: the same day and hour whenever they run, and it goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from gridplan.model.release import CHINA

FRIDAY_NOON = datetime(2026, 11, 27, 12, tzinfo=CHINA)
"""Before the rounds of the tests' folders, which begin on Monday."""


def clock_from(start: datetime) -> Callable[[], datetime]:
    """Return a clock that shows `start` now."""
    late = datetime.now(UTC) - start
    return lambda: datetime.now(UTC) - late
