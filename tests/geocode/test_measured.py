"""How well the coder does on an invented district whose truth is known; it was built on none of its seeds."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.make_demo import make_demo
from gridplan.geocode.coder import Coded, Coder
from gridplan.geocode.gazetteer import distance_m
from gridplan.grid.boundaries import AreaSet, read_areas
from gridplan.grid.locate import AreaIndex
from gridplan.intake.extras import read_gazetteer
from gridplan.intake.register import read_sites
from gridplan.intake.settings import read_mapping, read_round
from gridplan.model.place import AreaLevel, LonLat
from gridplan.model.site import SiteStatus


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("measured") / "demo"
    make_demo(made, seed=2)
    return made


@pytest.fixture(scope="module")
def truth(folder: Path) -> dict[str, dict[str, str]]:
    text = Path(f"{folder}.truth.csv").read_text("utf-8-sig")
    rows: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(text.splitlines()):
        rows.setdefault(row["id"], row)
    return rows


@pytest.fixture(scope="module")
def areas(folder: Path) -> AreaSet:
    return read_areas(folder / "areas", district="云汀区")


@pytest.fixture(scope="module")
def coded(folder: Path, areas: AreaSet) -> list[Coded]:
    """Every site by its text alone: the points that some rows bring are taken away."""
    round_, mapping = read_round(folder / "round.toml"), read_mapping(folder / "mapping.toml")
    register = read_sites(folder, mapping, round_, None)
    gazetteer, _ = read_gazetteer(folder, mapping)
    coder = Coder(areas.areas, gazetteer, round_.district, round_.min_fix)
    return coder.locate([replace(site, given=None) for site in register.sites])


def test_the_invented_areas_need_no_mending(areas: AreaSet) -> None:
    assert areas.changes == ()
    assert {complaint.code for complaint in areas.complaints} <= {"grid.district_made"}


def test_exactly_the_sites_of_other_districts_are_rejected(
    coded: list[Coded], truth: dict[str, dict[str, str]]
) -> None:
    for item in coded:
        assert (item.status is SiteStatus.REJECTED) == (truth[item.site.id]["rejected"] == "1"), item.site.address


def test_most_sites_are_located_and_nearly_all_of_these_are_right(
    coded: list[Coded], areas: AreaSet, truth: dict[str, dict[str, str]]
) -> None:
    ours = [item for item in coded if item.status is not SiteStatus.REJECTED]
    located = [item for item in ours if item.status is SiteStatus.LOCATED]
    points = [item.fix.point for item in located if item.fix.point is not None]
    wrong = []
    for item, point, found in zip(located, points, AreaIndex(areas.areas).locate(points), strict=True):
        known = truth[item.site.id]
        apart = distance_m(point, LonLat(float(known["lon"]), float(known["lat"])))
        if found.get(AreaLevel.CELL) != known["cell"] and apart > 50:
            wrong.append((item.site.name, item.site.address, round(apart)))
    assert len(located) >= 0.85 * len(ours)
    assert len(wrong) <= 0.01 * len(located), wrong


def test_what_waits_for_a_person_says_why(coded: list[Coded]) -> None:
    assert all(item.fix.reason for item in coded if item.status is SiteStatus.REVIEW)
    assert all(len(item.fix.candidates) <= 5 for item in coded)
