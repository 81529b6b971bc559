"""The register keeps what was imported, and only the newest import."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridplan.model.errors import Complaint, NotFound, Severity
from gridplan.model.place import AreaCode, AreaLevel, GazetteerEntry, GazetteerKind
from gridplan.model.site import SiteId, SiteStatus
from gridplan.model.words import Text
from gridplan.store import tables
from gridplan.store.boxes import in_box
from gridplan.store.repositories import Store
from gridplan.store.sqlite import sqlite_module
from tests.builders import area, placed, point, site, team

DISTRICT = area("99", AreaLevel.DISTRICT, "示例区", west=0, south=0, east=2, north=2)
TOWN = area("9901", AreaLevel.TOWNSHIP, "东街道", west=0, south=0, east=1, north=1, parent="99")


def test_areas_come_back_widest_first_and_replace_the_earlier_ones(store):
    with store.transaction() as tx:
        tx.areas.replace([TOWN, DISTRICT])
        assert tx.areas.list() == (DISTRICT, TOWN)
        tx.areas.replace([DISTRICT])
        assert tx.areas.list() == (DISTRICT,)
        tx.areas.replace([])
        assert tx.areas.list() == ()


def test_sites_come_back_in_the_order_of_the_list(store):
    sites = (site("b", name="乙", phone="0000"), site("a", name="甲", given=point(5, 5), extra={"备注": "东门"}))
    with store.transaction() as tx:
        tx.sites.replace(sites)
    with store.reading() as tx:
        assert tx.sites.list() == sites
        assert tx.sites.placed() == ()


def test_a_placed_site_keeps_its_fix_status_and_areas(store):
    sure = placed("a", areas={AreaLevel.TOWNSHIP: AreaCode("9901")})
    unsure = placed("b", status=SiteStatus.REVIEW)
    with store.transaction() as tx:
        tx.sites.replace([sure.site, unsure.site, site("c")])
        tx.sites.place([unsure, sure])
        assert tx.sites.placed() == (sure, unsure)
        assert tx.sites.placed(SiteStatus.REVIEW) == (unsure,)
        assert tx.sites.get(sure.site.id) == sure


def test_a_new_list_forgets_the_old_places(store):
    with store.transaction() as tx:
        tx.sites.replace([site("a")])
        tx.sites.place([placed("a")])
        tx.sites.replace([site("a")])
        assert tx.sites.placed() == ()


def test_a_place_for_an_unknown_site_loses_nothing_and_is_said(store):
    with store.transaction() as tx:
        tx.sites.replace([site("a")])
    with pytest.raises(NotFound, match="ghost"), store.transaction() as tx:
        tx.sites.place([placed("a"), placed("ghost")])
    with store.reading() as tx:
        assert tx.sites.placed() == ()


def test_teams_gazetteer_and_owners_come_back(store):
    entry = GazetteerEntry(
        name="星星大厦", kind=GazetteerKind.POI, road="", number="", township="", community="", point=point(1, 1)
    )
    owner = (AreaCode("9901"), "张三", "网格长")
    with store.transaction() as tx:
        tx.teams.replace([team("T2"), team("T1")])
        tx.gazetteer.replace([entry])
        tx.owners.replace([owner])
    with store.reading() as tx:
        assert tx.teams.list() == (team("T2"), team("T1"))
        assert tx.gazetteer.list() == (entry,)
        assert tx.owners.list() == (owner,)


def test_a_file_is_kept_to_the_byte_one_of_each_kind(store):
    with store.transaction() as tx:
        tx.files.put("roads", "old.osm.pbf", b"old")
        tx.files.put("roads", "roads.osm.pbf", b"\x00new")
        kept = tx.files.get("roads")
        assert kept is not None
        assert (kept.name, kept.content) == ("roads.osm.pbf", b"\x00new")
        assert tx.files.hashes() == {"roads.osm.pbf": kept.sha256}
        assert tx.files.digest("roads") == kept.sha256
        assert tx.files.get("history") is None
        assert tx.files.digest("history") is None


def test_an_import_is_remembered_with_its_complaints(store):
    complaint = Complaint(
        file="sites.csv",
        row=5,
        column="经度",
        value="39.9",
        code="sites.swapped_lonlat",
        severity=Severity.WARNING,
        text=Text("经纬度写反", "swapped"),
    )
    with store.transaction() as tx:
        tx.imports.add("sites", "first.csv", by="lin", counts={"rows": 3})
        tx.imports.add("sites", "sites.csv", by="lin", counts={"rows": 8}, complaints=[complaint])
        latest = tx.imports.latest("sites")
        assert latest is not None
        assert (latest.file, latest.counts, latest.complaints) == ("sites.csv", {"rows": 8}, (complaint,))
        assert tx.imports.latest("roads") is None
        assert [entry.what for entry in tx.audit.list()] == ["import", "import"]


# ---- in a box --------------------------------------------------------------------------------------------------------


def placed_at(metres):
    """Sites so many metres east and north of the corner."""
    return tuple(placed(f"s{n}", at=point(*where)) for n, where in enumerate(metres))


def around(east_m, north_m, half_m):
    """A box with its middle so many metres east and north of the corner."""
    south_west, north_east = point(east_m - half_m, north_m - half_m), point(east_m + half_m, north_m + half_m)
    return (south_west.lon, south_west.lat, north_east.lon, north_east.lat)


def test_the_sites_of_a_box_are_found_to_the_metre(store):
    sites = placed_at([(0, 0), (1000, 0), (1000, 1000), (1001, 1000)])
    with store.transaction() as tx:
        tx.sites.replace([one.site for one in sites])
        tx.sites.place(sites)
    with store.reading() as tx:
        assert tx.sites.in_box(around(1000, 500, 501)) == sites[1:3] + sites[3:]
        west, south, _, north = around(1000, 500, 501)
        assert tx.sites.in_box((west, south, sites[2].fix.point.lon, north)) == sites[1:3]
        assert tx.sites.in_box(around(5000, 5000, 10)) == ()


def test_the_box_follows_what_becomes_of_the_sites(store):
    sites = placed_at([(0, 0), (1000, 1000)])
    with store.transaction() as tx:
        tx.sites.replace([one.site for one in sites])
        tx.sites.place(sites)
        tx.sites.place([placed("s0", at=point(1000, 1000))])
        assert len(tx.sites.in_box(around(1000, 1000, 5))) == 2
        assert tx.sites.in_box(around(0, 0, 5)) == ()
        tx.sites.merge(placed("s0", at=point(1000, 1000)), SiteId("s1"))
        assert [one.site.id for one in tx.sites.in_box(around(1000, 1000, 5))] == ["s0"]
        tx.sites.replace([site("s9")])
        assert tx.sites.in_box(around(1000, 1000, 5000)) == ()


def test_the_areas_of_a_box_are_found(store):
    west = area("9901", AreaLevel.TOWNSHIP, "西镇", west=116.4, south=39.9, east=116.5, north=40.0)
    east = area("9902", AreaLevel.TOWNSHIP, "东镇", west=116.5, south=39.9, east=116.6, north=40.0)
    with store.transaction() as tx:
        tx.areas.replace([west, east])
        assert tx.areas.in_box((116.41, 39.91, 116.42, 39.92)) == (west,)
        assert tx.areas.in_box((116.45, 39.95, 116.55, 39.96)) == (west, east)
        tx.areas.replace([east])
        assert tx.areas.in_box((116.41, 39.91, 116.42, 39.92)) == ()


def test_a_sqlite_file_that_was_vacuumed_finds_the_same(tmp_path):
    sites = placed_at([(n * 10, 0) for n in range(50)])
    with Store.open(f"sqlite:///{tmp_path}/a.db", create=True) as store:
        with store.transaction() as tx:
            tx.sites.replace([one.site for one in sites])
            tx.sites.place(sites)
            tx.sites.merge(sites[0], SiteId("s1"))
        other = sqlite_module().connect(tmp_path / "a.db")
        other.execute("VACUUM")
        other.close()
        with store.reading() as tx:
            assert tx.sites.in_box(around(20, 0, 1)) == (sites[2],)


def test_a_sqlite_without_r_tree_finds_the_same(tmp_path):
    sites = placed_at([(0, 0), (1000, 1000)])
    with Store.open(f"sqlite:///{tmp_path}/a.db", create=True) as store:
        with store.transaction() as tx:
            tx.sites.replace([one.site for one in sites])
            tx.sites.place(sites)
            for event in ("insert", "update", "delete"):
                tx.connection.exec_driver_sql(f"DROP TRIGGER site_box_{event}")
            tx.connection.exec_driver_sql("DROP TABLE site_box")
        with store.reading() as tx:
            assert tx.sites.in_box(around(1000, 1000, 5)) == sites[1:]


def test_the_index_of_shapes_is_asked(store):
    with store.reading() as tx:
        condition = in_box(tx.connection, tables.site, (116.0, 39.0, 116.1, 39.1))
        query = select(tables.site.c.id).where(condition)
        words = str(query.compile(tx.connection, compile_kwargs={"literal_binds": True}))
        if tx.connection.dialect.name == "postgresql":
            tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            assert "ix_site_geom" in str(tx.connection.exec_driver_sql(f"EXPLAIN {words}").all())
        else:
            assert "VIRTUAL TABLE" in str(tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}").all())
