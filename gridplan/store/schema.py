"""The schema's version: brings a database to the newest one, all or nothing."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SAWarning

from gridplan.model.errors import InputError
from gridplan.model.words import say
from gridplan.store import field_tables, report_tables  # noqa: F401  # their tables join the metadata
from gridplan.store.postgres import EXTENSIONS_TABLES, prepare
from gridplan.store.tables import metadata as metadata

MIGRATIONS = Path(__file__).with_name("migrations")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the newest revision."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def known(revision: str) -> bool:
    """Whether this program knows the revision."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def current(connection: Connection) -> str | None:
    """Return the revision of the database; None where it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def is_empty(connection: Connection) -> bool:
    """Whether the database has no tables at all but those of PostGIS."""
    return not set(inspect(connection).get_table_names()) - EXTENSIONS_TABLES


BY_HAND = re.compile(r"(site|area)_box(_\w+)?|geom|ix_(site|area)_geom|spatial_ref_sys")
"""What the migrations make by hand, beside the tables of the code."""


def differences(connection: Connection) -> list[str]:
    """Return in what the database's tables differ from the code's; nothing where a database is as it should be."""

    def ours(name: str | None, _kind: str, _parents: Any) -> bool:
        return not BY_HAND.fullmatch(name or "")

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Did not recognize type", SAWarning)
        context = MigrationContext.configure(connection, opts={"include_name": ours, "include_object": _ours})
        return [str(difference) for difference in compare_metadata(context, metadata)]


def _ours(_thing: object, name: str | None, _kind: str, _reflected: bool, _compared: object) -> bool:
    return not BY_HAND.fullmatch(name or "")


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to `revision` within the connection's transaction: cut short, it leaves nothing behind."""
    if connection.dialect.name == "postgresql":
        prepare(connection)
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take the schema back to `revision` (`base` = nothing left) within the connection's transaction.

    Raises
    ------
    InputError
        There is no such revision before this one.
    """
    try:
        command.downgrade(_config(connection), revision)
    except CommandError as error:
        raise InputError(say("store.no_revision", revision=revision)) from error
