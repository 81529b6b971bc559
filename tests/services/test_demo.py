"""The main job on the demo district, judged against the truth that only tests read."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest

from geodata.make_demo import make_demo
from gridplan.services.folders.checking import check_folder
from gridplan.services.folders.folder import run_folder


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made district with its plan in `out` and the same once more in `again`."""
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder / "in", 1)
    run_folder(folder / "in", folder / "out")
    run_folder(folder / "in", folder / "again")
    return folder


@pytest.fixture(scope="module")
def plan(demo: Path) -> dict[str, Any]:
    """The plan document."""
    document: dict[str, Any] = json.loads((demo / "out" / "plan.json").read_text("utf-8"))
    return document


def test_the_round_is_kept_and_nothing_is_left_out(demo, plan):
    assert plan["verdict"] == "kept" and plan["unplanned"] == [] and plan["violations"] == []
    assert check_folder(demo / "out", demo / "in").differences == ()


def test_the_summary_adds_up(demo, plan):
    summary = json.loads((demo / "out" / "summary.json").read_text("utf-8"))
    sites, figures = summary["sites"], summary["plan"]
    assert sites["rows"] == sites["kept"] + sites["merged"] + sites["rejected"] == 550
    assert sites["kept"] == sites["located"] + sites["review"]
    assert figures["visits"] == figures["planned"] + figures["unplanned"]
    routine = sum(visit["purpose"] == "routine" for visit in plan["visits"])
    assert routine == sites["located"]


def test_each_active_day_has_its_minimum(plan):
    days: dict[str, int] = {}
    for route in plan["routes"]:
        days[route["date"]] = days.get(route["date"], 0) + len(route["stops"])
    assert len(days) <= 10 and min(days.values()) >= 10


def test_sites_are_located_with_confidence_and_rightly(demo, plan):
    with (demo / "in.truth.csv").open(encoding="utf-8") as file:
        truth = {row["id"]: row for row in csv.DictReader(file)}
    located = [site for site in plan["sites"] if site["status"] == "located"]
    right = 0
    for site in located:
        true = truth[site["id"]]
        east_m = (site["lon"] - float(true["lon"])) * 111_320 * math.cos(math.radians(site["lat"]))
        north_m = (site["lat"] - float(true["lat"])) * 111_050
        right += math.hypot(east_m, north_m) <= 50 or site["areas"]["cell"]["code"] == true["cell"]
    assert len(located) >= 0.85 * len(plan["sites"])
    assert right >= 0.99 * len(located)


def test_what_another_district_answers_for_is_rejected_and_nothing_else(demo, plan):
    with (demo / "in.truth.csv").open(encoding="utf-8") as file:
        elsewhere = {row["id"] for row in csv.DictReader(file) if row["rejected"] == "1" and row["id"]}
    assert elsewhere and not elsewhere & {site["id"] for site in plan["sites"]}


def test_two_runs_with_one_seed_are_identical(demo):
    for name in ("plan.json", "certificate.json", "routes.geojson", "coverage.xlsx", "map.html"):
        assert (demo / "out" / name).read_bytes() == (demo / "again" / name).read_bytes(), name


def test_no_phone_number_leaves_the_office(demo):
    phones = {site.phone for site in _sites(demo / "in") if site.phone}
    assert phones
    for name in ("plan.json", "routes.geojson", "map.html", "complaints.csv"):
        text = (demo / "out" / name).read_text("utf-8-sig")
        assert not [phone for phone in phones if phone in text], name


def _sites(folder: Path) -> Any:
    from gridplan.services.folders.placing import read_inputs

    return read_inputs(folder).register.sites
