"""Real data: the areas and institutions of Taipei, and one district file of Beijing, kept beside the checkout."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gridplan.geocode.coder import Coded, Coder
from gridplan.grid.boundaries import AreaSet, read_areas
from gridplan.grid.locate import AreaIndex, compare
from gridplan.model.place import AreaLevel, LonLat
from gridplan.model.site import Site, SiteStatus
from tests.builders import site

SHARED = Path(__file__).resolve().parents[3] / "shared"
TAIPEI, BEIJING = SHARED / "data" / "taipei", SHARED / "data" / "beijing_subdistricts"
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not TAIPEI.is_dir(), reason="the real data (../shared/data) is not beside this checkout"),
]
LEVELS = (AreaLevel.DISTRICT, AreaLevel.TOWNSHIP, AreaLevel.COMMUNITY)


@pytest.fixture(scope="module")
def areas(tmp_path_factory: pytest.TempPathFactory) -> AreaSet:
    folder = tmp_path_factory.mktemp("areas")
    for name in ("town", "village"):
        (folder / f"{name}.geojson").symlink_to(TAIPEI / f"taipei_{name}.geojson")
    mapping: dict[str, Any] = tomllib.loads((SHARED / "design/example/taipei/mapping.toml").read_text("utf-8"))["areas"]
    return read_areas(folder, mapping, mapping.pop("scheme"), "臺北市")


@pytest.fixture(scope="module")
def sites() -> list[Site]:
    data = json.loads((TAIPEI / "institutions.geojson").read_text("utf-8"))
    found: dict[tuple[str, str], Site] = {}
    for row, feature in enumerate(data["features"], 1):
        key = feature["properties"]["name"], feature["properties"]["address"]
        point = LonLat(*feature["geometry"]["coordinates"][:2])
        found.setdefault(key, site(f"s{row}", name=key[0], address=key[1], row=row, given=point))
    return list(found.values())


def locate(areas: AreaSet, sites: list[Site]) -> list[Coded]:
    index = AreaIndex(areas.areas)
    found = [index.locate([s.given])[0] if s.given else None for s in sites]
    return Coder(areas.areas, (), "臺北市").locate(sites, found)


def test_all_areas_are_read_and_the_two_faulty_ones_mended_and_named(areas: AreaSet) -> None:
    assert Counter(area.level for area in areas.areas) == dict(zip(LEVELS, (1, 12, 456), strict=True))
    assert {change.name for change in areas.changes} == {"西湖里", "寶湖里"}
    assert sum(complaint.code == "grid.mended" for complaint in areas.complaints) == 2
    assert all(area.polygon.is_valid for area in areas.areas)


def test_every_community_lies_in_its_township(areas: AreaSet) -> None:
    assert all(a.parent_code == a.code[:7] for a in areas.areas if a.level is AreaLevel.COMMUNITY)
    assert not {"grid.orphan", "grid.strayed"} & {complaint.code for complaint in areas.complaints}


def test_by_point_all_are_located_but_the_two_of_another_city(areas: AreaSet, sites: list[Site]) -> None:
    coded = locate(areas, sites)
    assert Counter(c.status for c in coded) == {SiteStatus.LOCATED: len(sites) - 2, SiteStatus.REJECTED: 2}
    assert {c.address.other_district for c in coded} == {"", "新北市"}


def test_the_point_agrees_with_the_named_community_but_for_one(areas: AreaSet, sites: list[Site]) -> None:
    coded = [c for c in locate(areas, sites) if AreaLevel.COMMUNITY in c.address.named]
    found = AreaIndex(areas.areas).locate([c.fix.point for c in coded if c.fix.point])
    apart = [c for c, f in zip(coded, found, strict=True) if compare(c.address.named, f) is not None]
    assert len(coded) == 85  # 86 rows of the file, two of which are one site
    assert [c.complaints[0].code for c in apart] == ["geocode.point_elsewhere"]


def test_without_points_text_finds_the_right_township_and_nothing_is_guessed(areas: AreaSet, sites: list[Site]) -> None:
    index = AreaIndex(areas.areas)
    coded = locate(areas, [replace(s, given=None) for s in sites])
    for c, s in zip(coded, sites, strict=True):
        if c.status is SiteStatus.REJECTED or s.given is None:
            continue
        assert c.address.named[AreaLevel.TOWNSHIP] == index.locate([s.given])[0][AreaLevel.TOWNSHIP], c.address.text
        assert (c.status is SiteStatus.LOCATED) == (AreaLevel.COMMUNITY in c.address.named)


def test_without_points_more_are_placed_than_name_their_community_and_rightly(
    areas: AreaSet, sites: list[Site]
) -> None:
    found = AreaIndex(areas.areas).locate([s.given for s in sites if s.given])
    coded = locate(areas, [replace(s, given=None) for s in sites])
    by_fellow = [
        c.address.named[AreaLevel.COMMUNITY] == f[AreaLevel.COMMUNITY]
        for c, f in zip(coded, found, strict=True)
        if any(complaint.code == "geocode.fellow_community" for complaint in c.complaints)
    ]
    assert len(by_fellow) >= 25 and all(by_fellow)


def test_a_beijing_file_of_one_level_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").symlink_to(BEIJING / "xicheng-all.geojson")
    mapping = {"a.geojson": {"level": "township", "name": "Name", "code": "code", "parent_code": "parentCode"}}
    areas = read_areas(tmp_path, mapping, district="西城区")
    assert [(a.code, a.name) for a in areas.areas[:2]] == [("110102000000", "西城区"), ("110102001000", "西长安街街道")]
    assert {a.parent_code for a in areas.areas[1:]} == {"110102000000"}
