"""Directions from a planned folder and from the desk: they are those of the plan's own legs, and every stop has them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gridplan.cli import main
from gridplan.model.document import plan_from_json
from gridplan.services.desk import Desk
from gridplan.services.folders.folder import run_folder
from gridplan.services.plans.stop_directions import stop_directions
from gridplan.services.registry import register
from gridplan.services.rounds import drafting
from tests.roads.mini_roads import LANES, ROADS, write_mini_roads

MINI = Path(__file__).parents[1] / "data" / "mini"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mini folder with streets."""
    path = tmp_path_factory.mktemp("mini") / "in"
    shutil.copytree(MINI, path)
    write_mini_roads(path / "roads.osm.pbf")
    return path


@pytest.fixture(scope="module")
def out(folder: Path) -> Path:
    run_folder(folder, folder.parent / "out")
    return folder.parent / "out"


def route_of(out: Path) -> str:
    return plan_from_json(json.loads((out / "plan.json").read_text("utf-8"))).routes[0].id


def test_the_directions_of_a_route_are_as_long_as_its_legs_in_the_plan(out, capsys):
    assert main(["directions", str(out), route_of(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    route = plan_from_json(json.loads((out / "plan.json").read_text("utf-8"))).routes[0]
    legs = [(stop.travel_m, stop.travel_s) for stop in route.stops] + [(route.back_m, route.back_s)]
    assert [(leg["distance_m"], leg["time_s"]) for leg in told["legs"]] == legs
    for leg in told["legs"]:
        assert sum(step["distance_m"] for step in leg["steps"]) == leg["distance_m"]
        assert {step["street"] for step in leg["steps"]} <= {*ROADS, *LANES, ""}


def test_a_route_is_printed_stop_by_stop_in_chinese(out, capsys):
    assert main(["directions", str(out), route_of(out)]) == 0
    text = capsys.readouterr().out
    assert "到第 1 站" in text and "回到集合地点示例街道办" in text
    assert "从集合地点示例街道办出发，沿" in text and "转进入" in text


def test_only_one_stop_may_be_asked_for(out, capsys):
    assert main(["directions", str(out), route_of(out), "--stop", "2"]) == 0
    text = capsys.readouterr().out
    assert "到第 2 站" in text and "到第 1 站" not in text


@pytest.mark.parametrize(("asked", "says"), [(["no-such-route"], "no-such-route"), (["", "--stop", "99"], "第 99 站")])
def test_a_route_or_stop_that_is_not_there_is_named(out, capsys, asked, says):
    assert main(["directions", str(out), asked[0] or route_of(out), *asked[1:]]) == 2
    assert says in capsys.readouterr().err


def test_a_folder_without_a_plan_is_told(tmp_path, capsys):
    assert main(["directions", str(tmp_path), "r"]) == 2
    assert "plan.json" in capsys.readouterr().err


def test_the_desk_tells_the_way_to_each_stop_and_does_without_lost_roads(folder, database, tmp_path):
    desk = Desk.open(database, create=True)
    for part in ("areas", "sites", "teams", "roads"):
        register.IMPORTS[part](desk, folder, by="test")
    register.locate_sites(desk, by="test")
    _, plan = drafting.draft(desk, drafting.create_round(desk, folder, by="test").id, by="test")
    route = plan.routes[0]
    for stop in route.stops:
        told = stop_directions(desk, plan, route, stop.seq)
        assert told is not None and told.distance_m == stop.travel_m
        assert told.steps[-1].text.zh.count("到达") or stop.travel_m == 0
    desk.close()
    bare = Desk.open(f"sqlite:///{tmp_path / 'bare.db'}", create=True)
    assert stop_directions(bare, plan, route, 1) is None
    bare.close()
