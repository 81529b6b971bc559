"""Moments: plans and results are written in local time without offset, the store's own moments carry UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

# All of China keeps one time.
_LOCAL = timezone(timedelta(hours=8))


def local(moment: datetime) -> datetime:
    """Return a moment as local time without offset, as plans are written."""
    return moment.astimezone(_LOCAL).replace(tzinfo=None) if moment.tzinfo else moment
