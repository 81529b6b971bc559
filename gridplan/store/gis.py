"""What geographic programs may see: four views, and a log-in of PostgreSQL that reads them and nothing else.

The views are made by the migrations, with Chinese names of columns, since QGIS shows them as they are. Routes and visits stand
in them from their release on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Date, DateTime, Float, Integer, String, TableClause, column, select, table, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.types import TypeEngine

from gridplan.model.errors import InputError
from gridplan.model.words import say
from gridplan.store.postgres import reason


def _view(name: str, **columns: type[TypeEngine[Any]]) -> TableClause:
    return table(name, *(column(title, kind) for title, kind in columns.items()))


AREAS = _view("gis_areas", 编码=String, 名称=String, 层级=String, 上级编码=String)
SITES = _view("gis_sites", 编号=String, 名称=String, 类别=String, 地址=String, 落点=String, 经度=Float, 纬度=Float)
ROUTES = _view(
    "gis_routes",
    键=String,
    轮次=String,
    版本=Integer,
    检查组=String,
    日期=Date,
    出发=DateTime,
    返回=DateTime,
    里程_米=Integer,
    站数=Integer,
)
VISITS = _view(
    "gis_visits",
    键=String,
    轮次=String,
    版本=Integer,
    检查组=String,
    日期=Date,
    次序=Integer,
    名称=String,
    到达=DateTime,
    离开=DateTime,
    分钟=Integer,
    经度=Float,
    纬度=Float,
)
VIEWS = (AREAS, SITES, ROUTES, VISITS)


def read_view(connection: Connection, view: TableClause) -> list[dict[str, Any]]:
    """Return the rows of a view, without its shapes, in the order of its first column."""
    first = next(iter(view.c))
    return [dict(row) for row in connection.execute(select(view).order_by(first)).mappings()]


def _is_more(connection: Connection, name: str) -> bool:
    """Whether the log-in is more than a reader: an administrator, this one, or the owner of a table."""
    query = text(
        "SELECT 1 FROM pg_roles r WHERE r.rolname = :name AND (r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolname = current_user"
        " OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid)"
        " OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid))"
    )
    return connection.execute(query, {"name": name}).first() is not None


def grant_reader(connection: Connection, name: str, password: str) -> None:
    """Make a log-in of PostgreSQL that reads the views and nothing else, or give an earlier one this password.

    The server gets a verifier, never the password, so that no log of statements holds it.

    Raises
    ------
    InputError
        The log-in is somebody else's, or this one may not make others; nothing of the transaction should be kept then.
    """
    if _is_more(connection, name):
        raise InputError(say("upkeep.role_taken", name=name))
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    driver: Any = connection.connection.driver_connection
    verifier = driver.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}).first()
    try:
        for statement in _statements(connection, quoted, verifier, known is not None):
            connection.exec_driver_sql(statement)
    except ProgrammingError as error:
        raise InputError(say("upkeep.no_right", problem=reason(error))) from error


def _statements(connection: Connection, reader: str, verifier: str, known: bool) -> Iterator[str]:
    schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
    database = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    # A new role may do nothing that is not granted; `_is_more` has refused one that may.
    yield f"{'ALTER' if known else 'CREATE'} ROLE {reader} WITH LOGIN CONNECTION LIMIT 20 PASSWORD '{verifier}'"
    yield f"ALTER ROLE {reader} SET default_transaction_read_only = on"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {reader}"
    yield f"GRANT CONNECT ON DATABASE {database} TO {reader}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {reader}"
    for view in VIEWS:
        yield f"GRANT SELECT ON {view.name} TO {reader}"
