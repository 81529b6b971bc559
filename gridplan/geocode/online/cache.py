"""What engines answered, kept in a SQLite file: an address is sent once, and again when its answer is old."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from gridplan.geocode.online.engine import Answer, EngineSettings
from gridplan.model.errors import InputError
from gridplan.model.place import FixLevel, LonLat
from gridplan.model.words import say

KEPT_DAYS, UNKNOWN_DAYS = 180, 14
"""How long an answer is good; what an engine did not know it may know sooner."""
_TABLE = "CREATE TABLE IF NOT EXISTS answer (engine TEXT, url TEXT, asked TEXT, at TEXT, answers TEXT, PRIMARY KEY (engine, url, asked))"


class AnswerCache:
    """The answers by engine, address of the engine and text asked. No key is in it. Close it, or use it as a context."""

    def __init__(self, path: Path) -> None:
        """Open the file, made where it is missing and readable by its owner only.

        Raises
        ------
        InputError
            It is no such file, or cannot be opened.
        """
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        except (OSError, sqlite3.Error):
            raise self._unusable() from None
        try:
            self._connection.execute(_TABLE)
        except sqlite3.Error:
            self._connection.close()
            raise self._unusable() from None

    def __enter__(self) -> AnswerCache:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def get(self, settings: EngineSettings, text: str, now: datetime | None = None) -> tuple[Answer, ...] | None:
        """Return what an engine answered to `text`, None where it was not asked, or too long ago."""
        try:
            row = self._connection.execute(
                "SELECT at, answers FROM answer WHERE engine = ? AND url = ? AND asked = ?",
                (settings.engine.value, settings.url, text),
            ).fetchone()
        except sqlite3.Error:
            raise self._unusable() from None
        if row is None:
            return None
        try:
            at = datetime.fromisoformat(row[0])
            answers = tuple(_answer(item) for item in json.loads(row[1]))
            age = (now or datetime.now(UTC)) - at
        except (ValueError, TypeError, KeyError):
            return None  # written by another version: it is asked again
        return answers if age <= timedelta(days=KEPT_DAYS if answers else UNKNOWN_DAYS) else None

    def put(self, settings: EngineSettings, text: str, answers: Sequence[Answer], now: datetime | None = None) -> None:
        """Keep what an engine answered instead of what it answered earlier."""
        plain = [
            {"name": one.name, "lon": one.point.lon, "lat": one.point.lat, "level": one.level.value, "score": one.score}
            for one in answers
        ]
        at = (now or datetime.now(UTC)).isoformat(timespec="seconds")
        try:
            self._connection.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)",
                (settings.engine.value, settings.url, text, at, json.dumps(plain, ensure_ascii=False)),
            )
        except sqlite3.Error:
            raise self._unusable() from None

    def _unusable(self) -> InputError:
        return InputError(say("online.bad_cache", path=self._path))


def _answer(item: dict[str, object]) -> Answer:
    lon, lat, score = (float(str(item[name])) for name in ("lon", "lat", "score"))
    return Answer(name=str(item["name"]), point=LonLat(lon, lat), level=FixLevel(str(item["level"])), score=score)
