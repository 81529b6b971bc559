"""Looks the database over: which one it is, and what is wrong with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from gridplan.model.words import Text, say
from gridplan.store import schema
from gridplan.store.sqlite import sqlite_report


def look_over(connection: Connection) -> tuple[dict[str, Any], tuple[Text, ...]]:
    """Return engine and revision, and what is wrong: tables unlike the code's, and in SQLite pages and keys that do not hold."""
    run = connection.exec_driver_sql
    facts: dict[str, Any] = {"revision": schema.current(connection)}
    wrong = [say("upkeep.differs", what=difference) for difference in schema.differences(connection)]
    if connection.dialect.name == "postgresql":
        facts["engine"] = f"PostgreSQL {run('SHOW server_version').scalar()}"
        facts["postgis"] = run("SELECT postgis_lib_version()").scalar()
        return facts, tuple(wrong)
    report = sqlite_report()
    facts |= {"engine": f"SQLite {report.version} ({report.library})", "journal": report.reason.zh}
    wrong += [say("upkeep.broken", what=line) for line in run("PRAGMA integrity_check").scalars() if line != "ok"]
    wrong += [say("upkeep.broken", what=f"{row[0]} {row[1]} → {row[2]}") for row in run("PRAGMA foreign_key_check")]
    return facts, tuple(wrong)
