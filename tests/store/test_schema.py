"""The database is made, checked and opened as promised."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.store import engine, schema
from gridplan.store.engine import WRITE, open_engine, wal_is_safe
from gridplan.store.repositories import Store
from gridplan.store.tables import metadata


@pytest.fixture
def connection():
    """An empty database in memory, in a transaction that may write."""
    opened = open_engine("sqlite://")
    with opened.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        yield connection
    opened.dispose()


def test_the_migrations_make_exactly_the_tables_of_the_code(connection):
    schema.upgrade(connection)
    assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_downgrade_to_base_leaves_nothing(connection):
    schema.upgrade(connection)
    schema.downgrade(connection, "base")
    left = connection.execute(text("SELECT name FROM sqlite_master WHERE name NOT LIKE 'alembic%'")).scalars().all()
    assert [name for name in left if not name.startswith("sqlite_")] == []


def test_results_outlive_the_upgrade_that_lets_two_routes_share_a_visit(connection):
    schema.upgrade(connection, "0001")
    for row in (
        "round VALUES (1, '轮次', 1, '{}', '[]', '2026-11-30', 'lin')",
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
        "INSERT INTO stop VALUES (1, 'R1', 2, 'a', 's', '2026-11-30 09:00', '2026-11-30 09:00', '2026-11-30 09:30', 30)"
    )
    assert connection.execute(text("SELECT visit, outcome FROM result")).all() == [("a", "done")]
    assert connection.execute(text("SELECT count(*) FROM stop")).scalar() == 2


def test_an_upgrade_cut_short_leaves_nothing(tmp_path):
    opened = open_engine(f"sqlite:///{tmp_path}/a.db", create=True)
    connecting = opened.connect().execution_options(**{WRITE: True})
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
    report = engine.sqlite_report()
    assert report.version in report.reason.zh
    assert report.journal_mode == ("wal" if wal_is_safe(tuple(map(int, report.version.split(".")))) else "truncate")


def test_a_faulty_sqlite_gets_truncate_and_will_not_touch_a_file_that_is_in_wal(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/a.db"
    monkeypatch.setattr(engine, "sqlite_module", lambda: sqlite3.dbapi2)
    monkeypatch.setattr(engine, "wal_is_safe", lambda version: False)
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
    with pytest.raises(DatabaseError, match="readonly"), store.reading() as tx:
        tx.audit.add("lin", "look", "plan/1")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("gridplan.db", "看不懂"),
        ("postgresql+psycopg://localhost/gridplan", "还不支持 postgresql"),
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


def test_four_programs_may_make_the_same_database_at_once(tmp_path):
    code = (
        f"from gridplan.store.repositories import Store; Store.open('sqlite:///{tmp_path}/a.db', create=True).close()"
    )
    running = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [(process.communicate(timeout=120)[1], process.returncode) for process in running] == [("", 0)] * 4
