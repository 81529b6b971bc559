"""A doubtful site is decided once: by candidate, point or as not ours, alone or with its building, and for ever after."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gridplan.cli import main
from gridplan.model.errors import Conflict
from gridplan.model.site import SiteStatus
from gridplan.services.desk import Desk
from gridplan.services.registry.reviewing import decide

MINI = Path(__file__).parents[1] / "data" / "mini"
LIST = (
    "机构名称,类别,地址\n"
    "青苗培训,培训机构,示例区东街道甲社区新路8号青苗大厦3楼301室\n"
    "蓝天托管,托管,示例区东街道甲社区新路8号青苗大厦2楼\n"
    "百合培训,培训机构,示例区东街道百合路1号\n"
    "山茶培训,培训机构,示例区东街道山茶路2号\n"
)
GAZETTEER = (
    "名称,类别,道路,门牌号,乡镇街道,社区,经度,纬度\n"
    "百合路一,door,百合路,3号,东街道,甲社区,116.402,39.902\n"
    "山茶路二,door,山茶路,9号,东街道,乙社区,116.412,39.902\n"
)
INSIDE, OUTSIDE = "116.402,39.903", "121.5,31.2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An input folder whose four sites are all doubtful."""
    made = tmp_path / "in"
    shutil.copytree(MINI, made)
    (made / "sites.csv").write_text(LIST, "utf-8")
    (made / "gazetteer.csv").write_text(GAZETTEER, "utf-8")
    return made


@pytest.fixture
def gridplan(folder: Path, database: str, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a verb over the stored register; the second answer is the error's Chinese sentence."""

    def run(*words: str) -> tuple[int, Any]:
        code = main(["--db", database, *words, "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out.splitlines()[-1]) if code == 0 else said.err.splitlines()[0]

    for part in ("areas", "gazetteer", "sites"):
        assert run(part, "import", str(folder))[0] == 0
    assert run("sites", "locate")[1]["review"] == 4
    return run


def waiting(gridplan: Any) -> list[str]:
    return [row["name"] for row in gridplan("sites", "review")[1]["review"]]


def id_of(gridplan: Any, name: str) -> str:
    return next(row["id"] for row in gridplan("sites", "review")[1]["review"] if row["name"] == name)


def test_the_fullest_building_comes_first_and_every_site_says_why_it_waits(gridplan):
    rows = gridplan("sites", "review")[1]["review"]
    assert {row["name"] for row in rows[:2]} == {"青苗培训", "蓝天托管"} and [row["building"] for row in rows[:2]] == [
        2,
        2,
    ]
    assert all(row["reason"] for row in rows)


def test_a_point_settles_the_site_and_stays_settled_when_everything_comes_anew(gridplan, folder):
    told = gridplan("sites", "decide", id_of(gridplan, "百合培训"), "--point", INSIDE)[1]
    assert len(told["sites"]) == 1 and told["left"] == 3
    assert "百合培训" not in waiting(gridplan)
    (folder / "sites.csv").write_text(LIST.replace("青苗培训", "新苗培训"), "utf-8")
    for part in ("gazetteer", "sites"):
        gridplan(part, "import", str(folder))
    assert gridplan("sites", "locate")[1] | {"complaints": 0} == {
        "located": 1,
        "review": 3,
        "rejected": 0,
        "complaints": 0,
    }


def test_one_building_is_decided_at_once_whatever_the_floor(gridplan):
    told = gridplan("sites", "decide", id_of(gridplan, "青苗培训"), "--point", INSIDE, "--building")[1]
    assert len(told["sites"]) == 2
    assert set(waiting(gridplan)) == {"百合培训", "山茶培训"}
    assert gridplan("sites", "decisions")[1]["decisions"][0]["building"] is True
    assert gridplan("sites", "locate")[1]["located"] == 2


def test_a_candidate_is_taken_with_its_level(gridplan):
    rows = {row["name"]: row for row in gridplan("sites", "review")[1]["review"]}
    number, candidate = 1, rows["百合培训"]["candidates"][0]
    assert gridplan("sites", "decide", rows["百合培训"]["id"], "--candidate", str(number))[0] == 0
    kept = gridplan("sites", "decisions")[1]["decisions"][0]
    assert (kept["place"], kept["lon"], kept["lat"]) == (candidate["name"], candidate["lon"], candidate["lat"])


def test_what_is_not_ours_is_rejected(gridplan):
    gridplan("sites", "decide", id_of(gridplan, "山茶培训"), "--reject")
    assert "山茶培训" not in waiting(gridplan)
    assert gridplan("sites", "locate")[1]["rejected"] == 1


def test_a_decision_is_taken_back_and_the_site_waits_again(gridplan):
    site = id_of(gridplan, "青苗培训")
    number = gridplan("sites", "decide", site, "--point", INSIDE, "--building")[1]["decision"]
    assert len(gridplan("sites", "forget", str(number))[1]["sites"]) == 2
    assert len(waiting(gridplan)) == 4 and gridplan("sites", "decisions")[1] == {"decisions": []}
    assert gridplan("sites", "forget", str(number))[0] == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--candidate", "9"], "个候选"),
        (["--point", OUTSIDE], "辖区之外"),
        (["--point", "116"], "不是坐标"),
        (["--reject", "--candidate", "1"], "三者取一"),
        ([], "三者取一"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_changes(gridplan, words, says):
    code, said = gridplan("sites", "decide", id_of(gridplan, "百合培训"), *words)
    assert code == 2 and says in said
    assert len(waiting(gridplan)) == 4


def test_of_two_who_decide_the_same_the_second_sees_it(gridplan, database):
    site = id_of(gridplan, "百合培训")
    assert gridplan("sites", "decide", site, "--point", INSIDE)[0] == 0
    code, said = gridplan("sites", "decide", site, "--reject")
    assert code == 2 and "不在待核之列" in said
    # The list comes anew, and somebody has the old page open.
    desk = Desk.open(database)
    with desk.store.transaction() as t:
        (placed,) = [one for one in t.sites.placed() if one.site.id == site]
        t.sites.place([replace(placed, status=SiteStatus.REVIEW)])
    with pytest.raises(Conflict, match="cli"):
        decide(desk, site, by="lin", reject=True)
    desk.close()
