"""Inserts that a unique key guards, on either engine."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, *key: str) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that does nothing where a row has the same `key`; whether it did, only RETURNING tells.

    (The count of rows is -1 with psycopg.)
    """
    return insert_new_on(connection.dialect.name, table, *key)


def insert_new_on(engine: str, table: Table, *key: str) -> sqlite.Insert | postgresql.Insert:
    """Return `insert_new` for an engine that is known by its name, for those who keep it."""
    if engine == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing(index_elements=key)
    return sqlite.insert(table).on_conflict_do_nothing(index_elements=key)
