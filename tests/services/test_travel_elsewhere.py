"""A round whose travel a server measures: asked only when the folder says so, told, kept, and checked without the server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gridplan.cli import main
from gridplan.roads.engine import RoadEngine
from gridplan.roads.network import read_network
from gridplan.roads.remote.web import Web
from gridplan.services.desk import Desk
from gridplan.services.folders import legs
from gridplan.services.folders.checking import check_folder
from gridplan.services.folders.directions import folder_directions
from gridplan.services.folders.folder import run_folder
from gridplan.services.folders.replanning import replan_folder
from gridplan.services.plans import plan_look
from gridplan.services.registry import register
from gridplan.services.reporting import report
from gridplan.services.rounds import drafting
from tests.roads.fake_servers import Fake, FakeOsrm, FakeValhalla, reply, serving
from tests.roads.mini_roads import write_mini_roads
from tests.services.test_travel_settings import folder_with


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that no other test writes into."""
    monkeypatch.setenv("GRIDPLAN_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture(params=[FakeOsrm, FakeValhalla])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fake]:
    """A server of each kind over the streets of the mini folder."""
    with serving(request.param(RoadEngine(read_network(write_mini_roads(tmp_path / "served.osm.pbf"))))) as fake:
        yield fake


def folder_of(server: Fake, tmp_path: Path, *lines: str, roads: bool = False) -> Path:
    name = "osrm" if isinstance(server, FakeOsrm) else "valhalla"
    return folder_with(tmp_path, f'engine = "{name}"', f'url = "{server.url}"', *lines, roads=roads)


def down(server: Fake) -> None:
    """Let the server refuse everything."""
    server.asked.clear()
    server.spoil = lambda path: reply({}, 503)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses before a server is asked again."""
    monkeypatch.setattr(legs, "Web", partial(Web, waits_s=()))


def plan_of(out: Path) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads((out / "plan.json").read_text("utf-8"))
    return plan


def test_a_plan_by_a_servers_legs_is_the_plan_by_our_own(server, tmp_path):
    run_folder(folder_of(server, tmp_path / "a"), tmp_path / "out")
    run_folder(folder_with(tmp_path / "b"), tmp_path / "ours")
    theirs, ours = plan_of(tmp_path / "out"), plan_of(tmp_path / "ours")
    assert theirs["verdict"] == ours["verdict"] == "kept"
    assert theirs["figures"]["travel_min"] == pytest.approx(ours["figures"]["travel_min"], rel=0.03)
    assert theirs["travel"]["engine"] in ("osrm", "valhalla") and theirs["travel"]["urls"]
    lines = json.loads((tmp_path / "out" / "routes.geojson").read_text("utf-8"))["features"]
    assert max(len(one["geometry"]["coordinates"]) for one in lines if one["geometry"]["type"] == "LineString") > 10


def test_which_points_went_where_is_told_with_the_plan(server, tmp_path, capsys):
    assert main(["run", str(folder_of(server, tmp_path)), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert server.url in told and "7 个坐标" in told and "没有发名称" in told
    assert any(server.url in note["zh"] for note in plan_of(tmp_path / "out")["notes"])


def test_only_points_leave_the_machine(server, tmp_path, capsys):
    sent: list[str] = []
    server.spoil = lambda path: sent.append(path)  # type: ignore[func-returns-value]
    run_folder(folder_of(server, tmp_path), tmp_path / "out")
    assert sent and all(re.fullmatch(r"/[a-z_]+(/v1/[a-z]+/[0-9.,;]+)?", path) for path in sent)


def test_no_server_is_asked_by_a_folder_that_names_none(server, tmp_path):
    run_folder(folder_with(tmp_path), tmp_path / "out")
    assert not server.asked and "urls" not in plan_of(tmp_path / "out")["travel"]


def test_a_diagnosis_asks_no_server(server, tmp_path, capsys):
    assert main(["diagnose", str(folder_of(server, tmp_path))]) == 0
    assert not server.asked


def test_a_second_run_without_the_server_makes_the_same_plan(server, tmp_path):
    folder = folder_of(server, tmp_path)
    run_folder(folder, tmp_path / "a")
    down(server)
    result = run_folder(folder, tmp_path / "b")
    for name in ("plan.json", "travel.npz", "routes.geojson"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert any("连不上" in note.zh for note in result.notes)
    assert check_folder(tmp_path / "b").differences == ()


def test_a_first_run_without_the_server_is_refused_and_writes_nothing(server, tmp_path, capsys):
    down(server)
    assert main(["run", str(folder_of(server, tmp_path)), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "连不上" in told and server.url in told and "Traceback" not in told
    assert not (tmp_path / "out").exists()


def test_a_check_uses_the_legs_beside_the_plan_asks_nobody_and_says_so(server, tmp_path, cache, capsys):
    run_folder(folder_of(server, tmp_path), tmp_path / "out")
    for path in cache.iterdir():
        path.unlink()
    server.asked.clear()
    assert main(["check", str(tmp_path / "out")]) == 0
    assert "没有再问" in capsys.readouterr().out and not server.asked


def test_a_check_without_them_uses_those_of_this_machine_and_without_both_says_what_is_missing(
    server, tmp_path, cache, capsys
):
    run_folder(folder_of(server, tmp_path), tmp_path / "out")
    (tmp_path / "out" / "travel.npz").unlink()
    assert main(["check", str(tmp_path / "out")]) == 0
    for path in cache.iterdir():
        path.unlink()
    server.asked.clear()
    assert main(["check", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "travel.npz" in told and server.url in told and not server.asked


def test_legs_that_were_changed_do_not_pass_the_check(server, tmp_path):
    out = tmp_path / "out"
    run_folder(folder_of(server, tmp_path), out)
    with np.load(out / "travel.npz") as arrays:
        spoilt = dict(arrays)
    spoilt["car_time_s"] = np.where(spoilt["car_time_s"] > 0, spoilt["car_time_s"] - 1, 0)
    np.savez(out / "travel.npz", **spoilt)
    differences = [text.zh for text in check_folder(out).differences]
    assert any("travel.npz" in text for text in differences) and any("秒" in text for text in differences)


@pytest.mark.parametrize("spoilt", [b"", b"PK\x03\x04 no", b"not at all"])
def test_a_file_that_holds_no_legs_is_told(server, tmp_path, capsys, spoilt):
    run_folder(folder_of(server, tmp_path), tmp_path / "out")
    (tmp_path / "out" / "travel.npz").write_bytes(spoilt)
    assert main(["check", str(tmp_path / "out")]) == 2
    assert "travel.npz" in capsys.readouterr().err


def test_a_digest_that_is_a_path_opens_no_file(server, tmp_path, cache):
    out = tmp_path / "out"
    run_folder(folder_of(server, tmp_path), out)
    (out / "travel.npz").unlink()
    (cache / "legs-x").mkdir()
    victim = tmp_path / "victim.npz"
    victim.write_bytes(b"mine")
    plan = plan_of(out)
    plan["travel"]["legs_sha256"] = "x/../../victim"
    (out / "plan.json").write_text(json.dumps(plan, ensure_ascii=False), "utf-8")
    assert main(["check", str(out)]) == 2
    assert victim.read_bytes() == b"mine"


def test_a_replan_goes_by_the_same_legs_and_asks_nobody(server, tmp_path):
    run_folder(folder_of(server, tmp_path), tmp_path / "out")
    down(server)
    start = plan_of(tmp_path / "out")["round"]["workdays"][1]
    replan_folder(tmp_path / "out", tmp_path / "new", as_of=date.fromisoformat(start))
    assert check_folder(tmp_path / "new").differences == () and not server.asked


def test_directions_tell_length_and_time_of_the_plan(server, tmp_path):
    run_folder(folder_of(server, tmp_path), tmp_path / "out")
    route = plan_of(tmp_path / "out")["routes"][0]
    leg = folder_directions(tmp_path / "out", route["id"], 1)["legs"][0]
    assert leg["time_s"] == round(route["stops"][0]["travel_min"] * 60)
    assert "直线" not in leg["text"]["zh"]


def test_a_server_for_another_mode_only_is_told_by_the_key_to_write(tmp_path, capsys):
    folder = folder_with(tmp_path, 'engine = "osrm"', 'url = { walk = "http://127.0.0.1:1" }', roads=False)
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 2
    assert "car" in capsys.readouterr().err


def test_busy_hours_stretch_a_servers_legs_too(server, tmp_path):
    run_folder(folder_of(server, tmp_path / "a"), tmp_path / "usual")
    rush = 'factors = [{ from = "07:30", to = "09:00", factor = 1.5 }]'
    run_folder(folder_of(server, tmp_path / "b", rush), tmp_path / "busy")
    usual, busy = (plan_of(tmp_path / name)["figures"]["travel_min"] for name in ("usual", "busy"))
    assert busy == pytest.approx(1.5 * usual, rel=0.02)


def test_profiles_that_a_server_does_not_heed_are_told(server, tmp_path):
    result = run_folder(folder_of(server, tmp_path, 'profiles = "slow.toml"'), tmp_path / "out")
    assert any("profiles" in note.zh for note in result.notes)
    assert "profiles" not in plan_of(tmp_path / "out")["travel"]


def test_the_desk_plans_checks_and_exports_without_asking_again(server, tmp_path, cache):
    folder = folder_of(server, tmp_path, roads=True)
    desk = Desk.open(f"sqlite:///{tmp_path}/a.db", create=True)
    for part in ("areas", "sites", "teams", "roads"):
        register.IMPORTS[part](desk, folder, by="lin")
    register.locate_sites(desk, by="lin")
    round_id = drafting.create_round(desk, folder, by="lin").id
    head, plan = drafting.draft(desk, round_id, by="lin")
    for path in cache.iterdir():
        path.unlink()
    down(server)
    assert plan.travel.legs_sha256 and drafting.check(desk, head.id) == ()
    assert len(json.loads(plan_look.plan_routes(desk, head.id))["features"]) > 0
    report.export(desk, round_id, tmp_path / "out")
    assert check_folder(tmp_path / "out").differences == () and not server.asked
    assert "travel.npz" not in json.loads((tmp_path / "out" / "certificate.json").read_text("utf-8"))["inputs"]
    desk.close()
