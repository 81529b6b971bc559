"""The register keeps what was imported, and only the newest import."""

from __future__ import annotations

import pytest

from gridplan.model.errors import Complaint, NotFound, Severity
from gridplan.model.place import AreaCode, AreaLevel, GazetteerEntry, GazetteerKind
from gridplan.model.site import SiteStatus
from gridplan.model.words import Text
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
