"""The planning bench: equal missions on every run, and each engine's plan judged and written down."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from gridplan.model.crew import TravelMode
from tests.bench.mission import EVENING_ONLY, JOINT, VARIANTS, mission
from tests.bench.peers import PEERS
from tests.bench.planning import main, ratios, read_results

INSTALLED = [name for name in ("ours", *PEERS) if not name.startswith("vroom") or find_spec("vroom")]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_mission_is_the_same_whenever_it_is_made(variant: str) -> None:
    one, two = mission(120, variant, 2), mission(120, variant, 2)
    assert (one.visits, one.teams, one.days) == (two.visits, two.teams, two.days)
    assert one.visits != mission(120, variant, 3).visits


def test_both_variants_lie_in_the_same_places() -> None:
    base, windows = mission(200), mission(200, "windows")
    assert [visit.place for visit in base.visits] == [visit.place for visit in windows.visits]
    assert [visit.minutes for visit in base.visits] == [visit.minutes for visit in windows.visits]


def test_the_variant_with_windows_has_its_shares() -> None:
    visits = mission(200, "windows").visits
    assert sum(visit.opening == EVENING_ONLY for visit in visits) == 20
    assert sum(len(visit.closed) == 7 for visit in visits) == 30
    assert sum(visit.departments == JOINT for visit in visits) == 20


def test_a_leg_is_the_same_in_whatever_matrix_it_is_asked_for() -> None:
    problem = mission(100)
    points = [visit.place for visit in problem.visits]
    whole = problem.travel.matrix(points, points, TravelMode.CAR).time_s
    part = problem.travel.matrix(points[3:60], points[40:], TravelMode.CAR).time_s
    assert (whole[3:60, 40:] == part).all()
    assert (whole.diagonal() == 0).all()
    assert (whole != whole.T).any()


def test_every_engine_makes_a_lawful_plan_of_a_tiny_mission(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "planning.jsonl"
    asked = [
        "--sizes",
        "30",
        "--cpu",
        "0.3",
        "--instances",
        "1",
        "--seeds",
        "1",
        "--variant",
        "base",
        "--json",
        str(out),
    ]
    assert main([*asked, "--engines", ",".join(INSTALLED)]) == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert "machine" in rows[0]
    assert {row["engine"]: row["broken"] for row in rows[1:]} == dict.fromkeys(INSTALLED, 0)
    assert all(0 < row["bound"] <= row["cost"] for row in rows[1:])
    table = capsys.readouterr().out
    assert all(engine in table for engine in INSTALLED)

    before = out.read_text()
    assert main([*asked, "--engines", "ortools,pyvrp"]) == 0
    assert out.read_text() == before  # nothing is run twice


def test_a_ratio_is_taken_instance_by_instance_over_the_medians_of_the_seeds(tmp_path: Path) -> None:
    out = tmp_path / "planning.jsonl"
    row = {"size": 300, "variant": "base", "cpu_s": 30, "travel_min": 0, "team_days": 0, "first_s": None}
    row |= {"peak_mb": 1, "bound": None, "gap": None, "broken": 0}
    costs = {("ours", 1): (90, 92, 400), ("pyvrp", 1): (100,), ("ours", 2): (50,), ("pyvrp", 2): (50,)}
    lines = [{"machine": {}, "versions": {}, "allowed_cpu_s": {"300": 30.0}}]
    for (engine, instance), found in costs.items():
        for seed, cost in enumerate(found, 1):
            lines.append(row | {"instance": instance, "seed": seed, "engine": engine, "cost": cost})
    lines.append(row | {"instance": 3, "seed": 1, "engine": "ours", "cost": 1})
    lines.append(row | {"instance": 3, "seed": 1, "engine": "pyvrp", "cost": 1, "broken": 2})
    out.write_text("\n".join(map(json.dumps, lines)))
    assert ratios(list(read_results(out)[1].values()), 300, "base", "pyvrp") == [0.92, 1.0]
