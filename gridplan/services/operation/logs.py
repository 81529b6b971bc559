"""The log: one JSON object a line on standard error, made so that no name, phone or address gets into it.

A line has `at` (UTC), `level`, `from` (the module), `text`, and what the caller gave as `extra={"fields": {…}}`. Of an exception it
holds the kinds and the places in the program, never the message: messages quote what people typed.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

from gridplan.model.settings import setting

LEVELS = ("debug", "info", "warning", "error")
OURS = ("gridplan", "web")
"""Whose messages are written as they stand; of others only that they spoke, unless it is a warning's kind."""


class Lines(logging.Formatter):
    """Writes a record as one JSON line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        ours = record.name.split(".")[0] in OURS or record.name == "__main__"
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            # Other libraries may quote what they were given: the text without its values says enough.
            "text": record.getMessage() if ours else str(record.msg),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def told(error: BaseException) -> list[str]:
    """Return what may be written of an exception: its kind and where it came from, and the same of what caused it."""
    lines: list[str] = []
    current: BaseException | None = error
    while current is not None and len(lines) < 100:
        lines.append(type(current).__qualname__)
        lines += _places(current.__traceback__)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return lines


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def start_log() -> None:
    """Write the log to standard error, as much of it as GRIDPLAN_LOG asks for."""
    wanted = setting("GRIDPLAN_LOG").lower()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=(wanted if wanted in LEVELS else "info").upper(), handlers=[handler], force=True)
    for chatty in ("huey", "alembic", "waitress", "werkzeug", "sqlalchemy"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # One line for every request that waits for a thread, in the very moment when there are too many.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
