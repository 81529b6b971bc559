"""The database is made, checked and opened as promised."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
import traceback
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from gridplan.model.errors import Conflict, GridplanError, InputError, NotFound
from gridplan.store import schema, sqlite, tables
from gridplan.store.access import Access
from gridplan.store.engine import open_engine, options
from gridplan.store.repositories import Store
from gridplan.store.sqlite import wal_is_safe
from tests.store.stored import published_plan


@pytest.fixture
def connection(engine_name, make_database):
    """A database without tables, in a transaction that writes alone."""
    opened = open_engine("sqlite://" if engine_name == "sqlite" else make_database(full=False))
    with opened.connect().execution_options(**options(opened, Access.ALONE)) as connection, connection.begin():
        yield connection
    opened.dispose()


CATALOGUE = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE 'alembic%'",
    "postgresql": """
        SELECT 'column', table_name || '.' || column_name, data_type || is_nullable || coalesce(column_default, '')
          || coalesce(generation_expression, '') FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
          WHERE connamespace = CAST('public' AS regnamespace)
        UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public'
        UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE proname LIKE 'audit%'""",
}


def catalogue(connection):
    """Return everything there is in a database."""
    rows = connection.execute(text(CATALOGUE[connection.dialect.name])).all()
    return sorted(tuple(row) for row in rows if "alembic" not in row[1])


def test_the_migrations_make_exactly_the_tables_of_the_code(connection):
    schema.upgrade(connection)
    assert schema.differences(connection) == []


def test_a_table_that_differs_from_the_code_is_told(connection):
    schema.upgrade(connection)
    connection.exec_driver_sql("ALTER TABLE team ADD COLUMN nickname TEXT")
    assert "nickname" in " ".join(schema.differences(connection))


def test_down_to_base_leaves_nothing_and_up_again_makes_the_same(connection):
    before = catalogue(connection)
    schema.upgrade(connection)
    made = catalogue(connection)
    assert len(made) > len(before) + 30
    schema.downgrade(connection, "base")
    assert catalogue(connection) == before
    schema.upgrade(connection)
    assert catalogue(connection) == made


def test_results_outlive_the_upgrade_that_lets_two_routes_share_a_visit(connection):
    schema.upgrade(connection, "0001")
    for row in (
        "round (id, name, version, payload, extra, created, created_by)"
        " VALUES (1, '轮次', 1, '{}', '[]', '2026-11-30', 'lin')",
        "plan (id, round_id, number, state, verdict, figures, gap, document, certificate, created, created_by,"
        " published_by)"
        " VALUES (1, 1, 1, 'published', 'kept', '{}', 0, '{}', '{}', '2026-11-30', 'lin', 'lin')",
        "route VALUES (1, 'R1', 'T1', '2026-11-30', 1, 'day', '2026-11-30 09:00:00', '2026-11-30 10:00:00', 0, 0, 1)",
        "stop VALUES (1, 'R1', 1, 'a', 's', '2026-11-30 09:00', '2026-11-30 09:00', '2026-11-30 09:30', 30)",
        "result VALUES ('k', 1, 1, 'a', 'done', '', 'wang', '2026-11-30 09:30:00', '2026-11-30 09:31:00')",
    ):
        connection.exec_driver_sql(f"INSERT INTO {row}")
    schema.upgrade(connection)
    connection.exec_driver_sql(
        "INSERT INTO stop (plan_id, route_id, seq, visit, site, arrive, start, leave, minutes)"
        " VALUES (1, 'R1', 2, 'a', 's', '2026-11-30 09:00', '2026-11-30 09:00', '2026-11-30 09:30', 30)"
    )
    assert connection.execute(text("SELECT visit, outcome FROM result")).all() == [("a", "done")]
    assert connection.execute(text("SELECT count(*) FROM stop")).scalar() == 2


def test_a_plan_of_an_older_version_learns_where_its_stops_are_and_from_when_it_may_be_seen(connection):
    schema.upgrade(connection, "0006")
    document = json.dumps({"sites": [{"id": "s", "name": "月亮托管", "lon": 116.4, "lat": 39.9}]})
    for row in (
        "round (id, name, version, payload, extra, created, created_by)"
        " VALUES (1, '轮次', 1, '{}', '[]', '2026-11-30', 'lin')",
        "plan (id, round_id, number, state, verdict, figures, gap, document, certificate, created, created_by,"
        f" published_by) VALUES (1, 1, 1, 'published', 'kept', '{{}}', 0, '{document}', '{{}}', '2026-11-30', 'lin', 'lin')",
        "route VALUES (1, 'R1', 'T1', '2026-11-30', 1, 'day', '2026-11-30 09:00:00', '2026-11-30 10:00:00', 0, 0, 1)",
        "stop VALUES (1, 'R1', 1, 'a', 's', '2026-11-30 09:00', '2026-11-30 09:00', '2026-11-30 09:30', 30)",
    ):
        connection.execute(text(f"INSERT INTO {row}".replace(":", "\\:")))
    schema.upgrade(connection)
    assert connection.execute(text("SELECT name, lon, lat FROM stop")).all() == [("月亮托管", 116.4, 39.9)]
    assert connection.execute(select(tables.route.c.release)).scalars().all() == [
        datetime(2026, 11, 29, 16, tzinfo=UTC)
    ]


def test_an_upgrade_cut_short_leaves_nothing(make_database):
    opened = open_engine(make_database(full=False), create=True)
    connecting = opened.connect().execution_options(**options(opened, Access.ALONE))
    with pytest.raises(KeyboardInterrupt), connecting as connection, connection.begin():
        schema.upgrade(connection)
        raise KeyboardInterrupt
    with opened.connect() as connection:
        assert schema.is_empty(connection)
    opened.dispose()


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_wal_is_used_only_where_it_loses_nothing(version, safe):
    assert wal_is_safe(version) is safe


def test_the_report_says_which_sqlite_and_why():
    report = sqlite.sqlite_report()
    assert report.version in report.reason.zh
    assert report.journal_mode == ("wal" if wal_is_safe(tuple(map(int, report.version.split(".")))) else "truncate")


def test_a_faulty_sqlite_gets_truncate_and_will_not_touch_a_file_that_is_in_wal(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/a.db"
    monkeypatch.setattr(sqlite, "sqlite_module", lambda: sqlite3.dbapi2)
    monkeypatch.setattr(sqlite, "wal_is_safe", lambda version: False)
    with Store.open(url, create=True) as store, store.reading() as tx:
        assert tx.connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "truncate"
    other = sqlite3.connect(tmp_path / "a.db")
    other.execute("PRAGMA journal_mode = wal")
    other.execute("BEGIN")
    other.execute("SELECT * FROM area").fetchall()
    with pytest.raises(Conflict, match="wal"):
        Store.open(url)
    other.close()


def test_only_the_owner_may_read_the_database(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/new/a.db", create=True) as store:
        assert store.path is not None
        files = list((tmp_path / "new").iterdir())
        assert files
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_transaction_is_kept_whole_or_not_at_all(store):
    with pytest.raises(RuntimeError), store.transaction() as tx:
        tx.audit.add("lin", "look", "plan/1")
        raise RuntimeError
    with store.reading() as tx:
        assert tx.audit.list() == ()


def test_who_reads_cannot_write(store):
    with pytest.raises(DatabaseError, match=r"read-?only"), store.reading() as tx:
        tx.audit.add("lin", "look", "plan/1")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("gridplan.db", "看不懂"),
        ("mysql://localhost/gridplan", "不支持 mysql"),
        ("postgresql+psycopg://localhost", "看不懂"),
        ("sqlite:///a.db?mode=ro", "看不懂"),
        ("sqlite:////proc/nowhere/a.db", "不能在"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_in_words(url, words):
    with pytest.raises(InputError, match=words):
        Store.open(url, create=True)


def test_a_missing_database_is_not_made_unasked(tmp_path):
    with pytest.raises(NotFound, match=r"a\.db"):
        Store.open(f"sqlite:///{tmp_path}/a.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "a.db"
    path.write_text("序号,名称\n" * 100, "utf-8")
    with pytest.raises(InputError, match="不是 gridplan 数据库"):
        Store.open(f"sqlite:///{path}", create=True)
    assert path.read_text("utf-8") == "序号,名称\n" * 100


def test_somebody_elses_database_is_refused(tmp_path):
    other = sqlite3.connect(tmp_path / "a.db")
    other.execute("CREATE TABLE notes (id INTEGER)")
    other.commit()
    other.close()
    for create in (True, False):
        with pytest.raises(InputError, match="不是 gridplan 数据库"):
            Store.open(f"sqlite:///{tmp_path}/a.db", create=create)


def test_a_database_of_a_newer_version_is_refused(tmp_path):
    url = f"sqlite:///{tmp_path}/a.db"
    with Store.open(url, create=True) as store, store.transaction() as tx:
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InputError, match="更新的版本"):
        Store.open(url, create=True)


def test_four_programs_may_make_the_same_database_at_once(make_database):
    url = make_database(full=False)
    code = "import sys; from gridplan.store.repositories import Store; Store.open(sys.argv[1], create=True).close()"
    running = [subprocess.Popen([sys.executable, "-c", code, url], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [(process.communicate(timeout=120)[1], process.returncode) for process in running] == [("", 0)] * 4


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://lin:s3cret@127.0.0.1:1/gridplan",
        "postgresql+psycopg://lin:s3cret@127.0.0.1:1/",
        "postgresql+psycopg://lin:s3cret@127.0.0.1:port/gridplan",
        "postgresql+nothing://lin:s3cret@127.0.0.1/gridplan",
        "postgresql+psycopg://127.0.0.1:1/gridplan?user=lin&password=s3cret",
        "postgres//lin:s3cret@127.0.0.1/gridplan",
    ],
)
def test_no_error_tells_the_password(url, caplog):
    with pytest.raises(GridplanError) as caught:
        Store.open(url, create=True)
    trace = "".join(traceback.format_exception(caught.value))
    assert "s3cret" not in str(caught.value) + trace + caplog.text


def test_a_wrong_password_is_said_in_words(postgres_server):
    wrong = "-".join(("s3cret", "word"))
    with pytest.raises(NotFound, match=r"连不上数据库 127\.0\.0\.1") as caught:
        Store.open(postgres_server.url("ready", password=wrong))
    assert wrong not in "".join(traceback.format_exception(caught.value))


def test_a_database_on_a_server_without_tables_says_what_to_do(postgres_server):
    url = postgres_server.fresh("bare")
    with pytest.raises(InputError, match="db upgrade"):
        Store.open(url)
    Store.open(url, create=True).close()
    Store.open(url).close()


def test_a_database_without_postgis_gets_it_or_says_who_can_add_it(postgres_server):
    url = postgres_server.fresh("template0")
    clerk = postgres_server.clerk(url)
    with pytest.raises(InputError, match="请管理员"):
        Store.open(clerk, create=True)
    Store.open(url, create=True).close()


def test_a_log_in_without_special_rights_makes_and_uses_the_tables(postgres_server):
    clerk = postgres_server.clerk(postgres_server.fresh("bare"))
    with Store.open(clerk, create=True) as store:
        published_plan(store, ("a", "b"))
        with store.reading() as tx:
            assert schema.differences(tx.connection) == []
            assert tx.connection.execute(text("SELECT count(*) FROM gis_visits")).scalar() is not None


def test_somebody_elses_tables_on_a_server_are_left_alone(postgres_server):
    url = postgres_server.fresh("bare")
    other = open_engine(url)
    with other.begin() as connection:
        connection.execute(text("CREATE TABLE notes (id INTEGER)"))
    other.dispose()
    with pytest.raises(InputError, match="不是 gridplan 数据库"):
        Store.open(url, create=True)
