"""Statements of every page and every phone: put into words once and given to the driver itself, without SQLAlchemy's work each time."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Change = Callable[[Any], Any]


class Hot:
    """A statement that is asked so often that building its result costs more than the database's answer.

    Types go in and out as everywhere (moments, JSON, flags), errors too; it takes part in the connection's transaction. A thousand
    phones send 200 results a second: six such statements each, of which SQLAlchemy takes 0.09 ms (SQLite) to 0.3 ms (PostgreSQL),
    the driver 0.02 to 0.15 ms. For anything rarer use the connection.
    """

    def __init__(self, make: Callable[[str], Executable]) -> None:
        """`make` returns the statement for an engine's name; all values but constants are named parameters."""
        self._make = make
        self._told: dict[str, _Told] = {}

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Return the rows, each with its columns as attributes. `values` names the same parameters at every call."""
        dialect = connection.dialect
        told = self._told.get(dialect.name)
        if told is None:
            told = self._told[dialect.name] = _Told(self._make(dialect.name), dialect, tuple(values))
        pooled = connection.connection
        driver = pooled.driver_connection
        assert driver is not None
        given = told.given(values)
        try:
            rows = driver.execute(told.sql, given).fetchall()
        except told.error as error:
            broken = dialect.is_disconnect(error, pooled, None)
            if broken:
                connection.invalidate(error)
            raise DBAPIError.instance(
                told.sql, None, error, told.error, hide_parameters=True, connection_invalidated=broken, dialect=dialect
            ) from error
        return told.rows(rows)

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Any | None:
        """Return the first row, None where there is none."""
        rows = self.all(connection, values)
        return rows[0] if rows else None


class _Told:
    """A statement in the words of one engine, with what its values and columns go through."""

    def __init__(self, statement: Any, dialect: Dialect, names: tuple[str, ...]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        assert isinstance(compiled, SQLCompiler)
        # What the tables would fill in by themselves is filled in elsewhere.
        assert not compiled.insert_prefetch
        self.sql = str(compiled)
        self.error: Any = dialect.loaded_dbapi.Error
        self._constant = {name: value for name, value in compiled.params.items() if name not in names}
        self._order = compiled.positiontup if dialect.positional else None
        self._in = _changes(
            (bind.key, bind.type.dialect_impl(dialect).bind_processor(dialect))
            for bind in compiled.binds.values()
            if bind.key in names
        )
        columns = list(statement.exported_columns)
        self._row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
        self._out = _changes(
            (number, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for number, column in enumerate(columns)
        )

    def given(self, values: Mapping[str, Any]) -> Any:
        """Return the values as the driver takes them."""
        made = {**self._constant, **values}
        for name, change in self._in:
            made[name] = change(made[name])
        return made if self._order is None else [made[name] for name in self._order]

    def rows(self, rows: list[Any]) -> list[Any]:
        """Return the driver's rows as ours."""
        made = []
        for row in rows:
            cells = list(row)
            for number, change in self._out:
                cells[number] = change(cells[number])
            made.append(self._row._make(cells))
        return made


def _changes(pairs: Any) -> list[tuple[Any, Change]]:
    return [(what, change) for what, change in pairs if change is not None]
