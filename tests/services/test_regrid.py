"""An area is split or merged with its owners and sites, what it was stays known, and it can be taken back."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely

from gridplan.cli import main
from gridplan.model.errors import Conflict
from gridplan.model.place import Area
from gridplan.services.desk import Desk
from gridplan.services.registry import regrid

MINI = Path(__file__).parents[1] / "data" / "mini"
JIA, YI = "110000001001", "110000001002"


@pytest.fixture
def db(database: str) -> str:
    return database


@pytest.fixture
def gridplan(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a verb over the stored register; the second answer is the error's Chinese sentence."""

    def run(*words: str) -> tuple[int, Any]:
        code = main(["--db", db, *words, "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out.splitlines()[-1]) if code == 0 else said.err.splitlines()[0]

    folder = tmp_path / "in"
    shutil.copytree(MINI, folder)
    (folder / "owners.csv").write_text(f"area_code,person,role\n{JIA},王平,社区书记\n{YI},李安,社区书记\n", "utf-8")
    for part in ("areas", "sites"):
        assert run(part, "import", str(folder))[0] == 0
    assert run("sites", "locate")[0] == 0
    return run


def areas(db: str) -> dict[str, Area]:
    with Desk.open(db).store as store, store.reading() as t:
        return {area.code: area for area in t.areas.list()}


def sites_in(db: str) -> dict[str, list[str]]:
    with Desk.open(db).store as store, store.reading() as t:
        placed = t.sites.placed()
    held: dict[str, list[str]] = {}
    for site in placed:
        for code in site.areas.values():
            held.setdefault(code, []).append(site.site.id)
    return held


def test_the_parts_tile_the_old_area_hold_its_sites_and_have_its_owner(gridplan, db):
    before, sites = areas(db)[JIA], sites_in(db)[JIA]
    code, said = gridplan("areas", "split", JIA, "--into", "3")
    assert code == 0
    parts = [areas(db)[part["code"]] for part in said["after"]]
    assert len(parts) == 3 and JIA not in areas(db)
    assert shapely.union_all([part.polygon for part in parts]).symmetric_difference(before.polygon).area < 1e-12
    assert sorted(site for part in parts for site in sites_in(db).get(part.code, ())) == sorted(sites)
    owners = {row["code"]: row["owners"] for row in gridplan("areas", "owners")[1]["areas"]}
    assert all(owners[part.code] == ["王平（社区书记）"] for part in parts)


def test_new_codes_are_the_next_free_ones_and_no_code_is_given_twice(gridplan):
    first = gridplan("areas", "split", JIA)[1]["after"]
    assert [part["code"] for part in first] == ["110000001003", "110000001004"]
    merged = gridplan("areas", "merge", *(part["code"] for part in first))[1]["after"]
    assert [part["code"] for part in merged] == ["110000001005"]
    assert gridplan("areas", "split", YI, "--codes", JIA, "110000001009") == (2, f"编码 {JIA} 用过了，不能再用")


def test_an_area_is_split_along_a_drawn_line(gridplan, db, tmp_path):
    west, south, east, north = areas(db)[JIA].polygon.bounds
    at = west + (east - west) / 4
    line = {"type": "LineString", "coordinates": [[at, south - 1], [at, north + 1]]}
    path = tmp_path / "线.geojson"
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": line}), "utf-8")
    one, other = gridplan("areas", "split", JIA, "--along", str(path))[1]["after"]
    assert areas(db)[one["code"]].polygon.bounds[2] == pytest.approx(at)
    assert areas(db)[other["code"]].polygon.bounds[0] == pytest.approx(at)
    path.write_text("{}", "utf-8")
    assert gridplan("areas", "split", YI, "--along", str(path)) == (
        2,
        "线.geojson 里没有可用的线（GeoJSON，WGS-84，LineString）",
    )


def test_neighbours_merge_into_one_area_with_the_owners_of_both(gridplan, db):
    code, said = gridplan("areas", "merge", JIA, YI, "--name", "甲乙社区")
    assert code == 0 and [part["name"] for part in said["after"]] == ["甲乙社区"]
    merged = said["after"][0]["code"]
    assert len(sites_in(db)[merged]) == 6
    owners = {row["code"]: row["owners"] for row in gridplan("areas", "owners")[1]["areas"]}
    assert owners[merged] == ["王平（社区书记）", "李安（社区书记）"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("merge", JIA, JIA), "请给出两个以上同一上级、同一级别的网格"),
        (("split", "110000001"), "（110000001）下面还有网格"),
        (("split", "999"), "网格里没有编码 999"),
        (("split", JIA, "--codes", "110000001007"), "拆出 2 块，却给了 1 个编码"),
        (("undo",), "没有可以撤销的拆分或合并"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(gridplan, db, words, said):
    before = areas(db)
    code, sentence = gridplan("areas", *words)
    assert code == 2 and said in sentence
    assert areas(db) == before


def test_parts_that_do_not_touch_are_not_merged(gridplan, db, tmp_path):
    west, south, east, north = areas(db)[JIA].polygon.bounds
    third = (east - west) / 3
    lines = [[[west + k * third, south - 1], [west + k * third, north + 1]] for k in (1, 2)]
    path = tmp_path / "两条线.geojson"
    path.write_text(json.dumps({"type": "MultiLineString", "coordinates": lines}), "utf-8")
    first, _, last = (part["code"] for part in gridplan("areas", "split", JIA, "--along", str(path))[1]["after"])
    assert gridplan("areas", "merge", first, last) == (2, "甲社区-1、甲社区-3 不相邻，合并后不成一片")


def test_a_change_is_taken_back_with_sites_and_owners_and_both_stand_in_the_history(gridplan, db):
    before, sites = areas(db), sites_in(db)
    split = gridplan("areas", "split", JIA)[1]
    assert gridplan("areas", "undo")[0] == 0
    assert areas(db) == before and sites_in(db) == sites
    kinds = [change["kind"] for change in gridplan("areas", "history", JIA)[1]["changes"]]
    assert kinds == ["undo", "split", "import"]
    assert gridplan("areas", "history", split["after"][0]["code"])[1]["changes"][-1]["before"][0]["name"] == "甲社区"
    assert gridplan("areas", "undo") == (2, "没有可以撤销的拆分或合并")


def test_the_grid_is_known_as_it_was_at_any_moment(gridplan, db):
    seen = [areas(db)]
    for words in (("split", JIA), ("merge", "110000001003", "110000001004"), ("undo",), ("split", YI)):
        assert gridplan("areas", *words)[0] == 0
        seen.append(areas(db))
    with Desk.open(db).store as store, store.reading() as t:
        moments = [change.at for change in reversed(t.areas.history())]
        assert [{area.code: area for area in t.areas.at(moment)} for moment in moments] == seen


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(gridplan, db, monkeypatch):
    desk = Desk.open(db)
    stale = areas(db)[JIA]
    assert gridplan("areas", "split", JIA)[0] == 0
    with desk.store.transaction() as t, pytest.raises(Conflict, match="刚被别人改过"):
        regrid._put(t, regrid.AreaChangeKind.SPLIT, [stale], [replace(stale, code="110000001008")], "b")
    desk.close()


def test_a_published_plan_is_counted_in_the_areas_that_it_was_made_with(gridplan, db, tmp_path):
    assert gridplan("teams", "import", str(tmp_path / "in"))[0] == 0
    assert gridplan("round", "create", str(tmp_path / "in"))[0] == 0
    plan = gridplan("round", "draft", "1")[1]["plan"]
    assert gridplan("round", "publish", str(plan))[0] == 0
    before = gridplan("report", "coverage")[1]
    assert gridplan("areas", "split", JIA)[0] == 0

    def figures(told):
        return sorted((row["code"], row["promised"], row["done"], row["unplanned"]) for row in told["rows"])

    assert figures(gridplan("report", "coverage")[1]) == figures(before)
    assert any(row["code"] == JIA and row["promised"] == 3 for row in before["rows"])
