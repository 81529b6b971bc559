"""How long work tells where it is and hears that it should stop."""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol

from gridplan.model.errors import Cancelled
from gridplan.model.words import Text


class Progress(Protocol):
    """Called by long work now and then. Raises `errors.Cancelled` when the work should stop."""

    def __call__(self, stage: str, done: int, total: int, text: Text | None = None) -> None:
        """Report `done` of `total` steps of `stage` (a key `progress.<stage>` of words)."""
        ...


def silent(stage: str, done: int, total: int, text: Text | None = None) -> None:
    """Report to nobody."""


def to_the_end(progress: Progress) -> Progress:
    """Return a progress that reports on and hears no cancel: what was asked for is there, and only has to be written down."""

    def report(stage: str, done: int, total: int, text: Text | None = None) -> None:
        with suppress(Cancelled):
            progress(stage, done, total, text)

    return report
