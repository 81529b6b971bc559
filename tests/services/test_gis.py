"""QGIS sees the grid, the sites and released routes; never a plan before its time, and never a table."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyogrio
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from gridplan.model.errors import InputError
from gridplan.services.desk import Desk
from gridplan.services.operation import gis, upkeep
from gridplan.services.plans import publishing
from gridplan.services.rounds import drafting
from gridplan.store import schema, tables
from tests.databases import both_engines
from tests.services.office import open_office

LAYERS = ["gis_areas", "gis_sites", "gis_routes", "gis_visits"]


@pytest.fixture
def office(database: str, backup: Path) -> Iterator[Desk]:
    """An office with a published plan that is not released yet."""
    upkeep.restore(database, backup, by="lin")
    desk = Desk.open(database)
    release(desk, timedelta(hours=1))
    yield desk
    desk.close()


def release(desk: Desk, ahead: timedelta) -> None:
    """Let the routes be released so long from now."""
    with desk.store.transaction() as t:
        t.connection.execute(sa.update(tables.route).values(release=datetime.now(UTC) + ahead))


def exported(desk: Desk, path) -> dict[str, list[dict[str, object]]]:
    """Return the rows of each layer of a new GeoPackage, with the kind of each shape."""
    gis.export(desk, path, by="lin")
    layers = {}
    for name, kind in pyogrio.list_layers(path):
        frame = pyogrio.read_dataframe(path, layer=name)
        assert frame.crs.to_epsg() == 4326
        shapes = frame.geometry.geom_type.tolist()
        assert {shape for shape in shapes if shape} <= {kind}
        layers[name] = frame.drop(columns="geometry").to_dict("records")
    return layers


def test_publishing_releases_each_route_when_its_round_says(database):
    desk = open_office(database)
    with desk.store.reading() as t:
        rows = t.connection.execute(sa.select(tables.route.c.date, tables.route.c.release)).all()
    assert rows
    for row in rows:  # 366 days before the day begins in China, so says the mini round
        day = datetime(row.date.year, row.date.month, row.date.day, tzinfo=UTC)
        assert row.release == day - timedelta(days=366, hours=8)
    desk.close()


@both_engines
def test_a_plan_is_in_the_file_from_its_release_on(office, tmp_path):
    before = exported(office, tmp_path / "before.gpkg")
    assert list(before) == LAYERS
    assert before["gis_areas"] and before["gis_sites"]
    assert before["gis_routes"] == before["gis_visits"] == []
    release(office, -timedelta(seconds=1))
    after = exported(office, tmp_path / "after.gpkg")
    assert {row["检查组"] for row in after["gis_routes"]} and {row["轮次"] for row in after["gis_routes"]} == {
        "示例轮次"
    }
    assert sum(row["站数"] for row in after["gis_routes"]) == len(after["gis_visits"]) > 0
    assert all(row["名称"] and row["到达"] < row["离开"] for row in after["gis_visits"])
    assert stat.S_IMODE((tmp_path / "after.gpkg").stat().st_mode) == 0o600
    with office.store.reading() as t:
        assert [entry.what for entry in t.audit.list()][:2] == ["gis.export"] * 2


@both_engines
def test_a_draft_and_a_superseded_plan_are_not_in_the_file(office, tmp_path):
    with office.store.reading() as t:
        round_ = t.rounds.list()[0].id
    release(office, -timedelta(days=1))
    publishing.publish(office, drafting.draft(office, round_, by="lin")[0].id, by="lin")
    drafting.draft(office, round_, by="lin")
    release(office, -timedelta(days=1))
    assert {row["版本"] for row in exported(office, tmp_path / "a.gpkg")["gis_visits"]} == {2}


@both_engines
def test_nobody_finds_an_unreleased_name_anywhere_in_the_file(office, tmp_path):
    exported(office, tmp_path / "a.gpkg")
    with office.store.reading() as t:
        (name,) = t.connection.execute(sa.select(tables.route.c.id).limit(1)).scalars()
    with sqlite3.connect(tmp_path / "a.gpkg") as connection:
        assert connection.execute("SELECT count(*) FROM gis_visits").fetchone() == (0,)
    connection.close()
    assert f"/{name}/".encode() not in (tmp_path / "a.gpkg").read_bytes()


def test_sqlite_has_no_log_ins_and_says_what_to_do_instead(office):
    with pytest.raises(InputError, match="export-gis"):
        gis.add_reader(office, "qgis_reader", by="lin")


# ---- the read-only log-in --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def on_server(postgres_server, backup) -> Iterator[tuple[Desk, str]]:
    """An office on the server, and its address."""
    url = postgres_server.fresh("ready")
    upkeep.restore(url, backup, by="lin")
    desk = Desk.open(url)
    yield desk, url
    desk.close()
    postgres_server.give_back(url)


@pytest.fixture
def server(on_server) -> tuple[Desk, str]:
    """The same, with nothing released."""
    release(on_server[0], timedelta(hours=1))
    return on_server


def as_reader(url: str, name: str, password: str) -> sa.Engine:
    """Connect as QGIS does."""
    return sa.create_engine(sa.make_url(url).set(username=name, password=password), poolclass=sa.NullPool)


def test_the_reader_sees_the_views_with_their_shapes_and_released_routes_only(server):
    desk, url = server
    reader = as_reader(url, "qgis_a", gis.add_reader(desk, "qgis_a", by="lin")["password"])
    with reader.connect() as connection:
        shapes = connection.execute(
            sa.text("SELECT f_table_name, type, srid FROM geometry_columns WHERE f_table_name LIKE 'gis%' ORDER BY 1")
        )
        assert shapes.all() == [
            ("gis_areas", "GEOMETRY", 4326),
            ("gis_routes", "LINESTRING", 4326),
            ("gis_sites", "POINT", 4326),
            ("gis_visits", "POINT", 4326),
        ]
        count = {view: sa.text(f"SELECT count(*) FROM {view} WHERE ST_IsValid(geom)") for view in LAYERS}
        assert connection.execute(count["gis_areas"]).scalar() and connection.execute(count["gis_sites"]).scalar()
        assert connection.execute(count["gis_visits"]).scalar() == connection.execute(count["gis_routes"]).scalar() == 0
    release(desk, -timedelta(seconds=1))
    with reader.connect() as connection:
        assert connection.execute(count["gis_visits"]).scalar() and connection.execute(count["gis_routes"]).scalar()


def test_the_reader_sees_no_table(server):
    desk, url = server
    reader = as_reader(url, "qgis_b", gis.add_reader(desk, "qgis_b", by="lin")["password"])
    for table in schema.metadata.sorted_tables:
        with reader.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(sa.select(table))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE gis_sites SET \"名称\" = 'x'",
        "DELETE FROM gis_areas",
        "CREATE TABLE mine (id integer)",
        "CREATE VIEW mine AS SELECT * FROM route",
        "SET ROLE gridplan",
    ],
)
def test_the_reader_changes_nothing_even_when_it_asks_to_write(server, statement):
    desk, url = server
    reader = as_reader(url, "qgis_c", gis.add_reader(desk, "qgis_c", by="lin")["password"])
    with reader.connect() as connection, pytest.raises(DBAPIError, match=r"permission denied|cannot (update|delete)"):
        connection.execute(sa.text("SET TRANSACTION READ WRITE"))
        connection.execute(sa.text(statement))


def test_a_function_of_the_readers_own_is_not_shown_what_the_view_leaves_out(server):
    desk, url = server
    reader = as_reader(url, "qgis_d", gis.add_reader(desk, "qgis_d", by="lin")["password"])
    heard: list[str] = []
    with reader.connect() as connection:
        connection.connection.driver_connection.add_notice_handler(lambda said: heard.append(said.message_primary))
        connection.execute(sa.text("SET TRANSACTION READ WRITE"))
        connection.execute(
            sa.text(
                "CREATE FUNCTION pg_temp.tell(what text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
                "$$ BEGIN RAISE NOTICE '%', what; RETURN true; END $$"
            )
        )
        told = connection.execute(sa.text('SELECT * FROM gis_routes WHERE pg_temp.tell(CAST("站数" AS text))')).all()
        assert told == [] and heard == []
        connection.execute(sa.text('SELECT * FROM gis_sites WHERE pg_temp.tell("名称")')).all()
        assert heard  # the trick works where there is something to see


def test_a_reader_made_again_has_a_new_password_and_an_administrator_is_left_alone(server):
    desk, url = server
    first = gis.add_reader(desk, "qgis_e", by="lin")["password"]
    second = gis.add_reader(desk, "qgis_e", by="lin")["password"]
    with pytest.raises(OperationalError, match="authentication failed"):
        as_reader(url, "qgis_e", first).connect()
    as_reader(url, "qgis_e", second).connect().close()
    for name, words in (("gridplan", "已作他用"), ('x"; DROP TABLE site; --', "不行"), ("Postgres", "不行")):
        with pytest.raises(InputError, match=words):
            gis.add_reader(desk, name, by="lin")
    as_reader(url, "gridplan", sa.make_url(url).password).connect().close()


def test_the_password_is_never_in_the_servers_log(server, postgres_server):
    desk, _ = server
    password = gis.add_reader(desk, "qgis_f", by="lin")["password"]
    assert "ALTER ROLE" in postgres_server.log() and password not in postgres_server.log()


@pytest.mark.parametrize("rights", ["", "CREATEROLE"])
def test_a_log_in_that_may_make_others_makes_a_reader_and_one_that_may_not_is_told(postgres_server, rights):
    clerk = postgres_server.clerk(postgres_server.fresh("bare"), rights)
    desk = Desk.open(clerk, create=True)
    if rights:
        for _ in range(2):
            password = gis.add_reader(desk, "qgis_g", by="lin")["password"]
        with as_reader(clerk, "qgis_g", password).connect() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM gis_sites")).scalar() == 0
    else:
        with pytest.raises(InputError, match="无权建账号"):
            gis.add_reader(desk, "qgis_h", by="lin")
        with desk.store.reading() as t:
            assert t.audit.list() == ()
    desk.close()
