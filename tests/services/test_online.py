"""Doubtful sites asked online: told first, sent on a yes, candidates for a person; nothing is lost when the engine fails."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gridplan.cli import main
from gridplan.geocode.datum import from_wgs84
from gridplan.model.errors import Cancelled
from gridplan.model.place import Datum
from gridplan.model.words import say
from gridplan.services.desk import Desk
from gridplan.services.registry.online import ask_online, open_engine
from tests.geocode import fake_engine as fake
from tests.geocode.fake_engine import FakeEngine

MINI = Path(__file__).parents[1] / "data" / "mini"
LIST = (
    "机构名称,类别,地址,联系电话\n"
    "青苗培训,培训机构,示例区东街道甲社区新路8号3楼301室,13900000001\n"
    "蓝天托管,托管,示例区东街道甲社区新路8号2楼,13900000002\n"
    "百合培训,培训机构,示例区东街道甲社区百合路1号,13900000003\n"
    "山茶培训,培训机构,示例区东街道乙社区山茶路2号,13900000004\n"
)
GAZETTEER = "名称,类别,道路,门牌号,乡镇街道,社区,经度,纬度\n荷花路九,door,荷花路,9号,东街道,甲社区,116.402,39.902\n"
KEY = "s3cret-key-of-the-office"
JIA, YI, OUTSIDE = (116.4021, 39.9031), (116.4121, 39.9041), (121.5, 31.2)
DOORS = {"新路8号": JIA, "百合路1号": (116.4033, 39.9042), "山茶路2号": YI}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeEngine]:
    """An AMap that knows three doors; the key and the cache are set for the time of the test."""
    monkeypatch.setenv("GRIDPLAN_AMAP_KEY", KEY)
    monkeypatch.setenv("GRIDPLAN_CACHE", str(tmp_path / "cache"))
    with fake.fake_engine() as engine:
        monkeypatch.setenv("GRIDPLAN_AMAP_URL", engine.url)
        engine.reply = lambda path, fields: known(fields["address"], DOORS)
        yield engine


def known(address: str, doors: dict[str, tuple[float, float]], level: str = "门牌号") -> Any:
    point = next((place for door, place in doors.items() if door in address), None)
    return fake.amap((address, *from_wgs84(*point, Datum.GCJ02), level)) if point else fake.amap()


@pytest.fixture
def gridplan(tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a verb over a register whose four sites all wait; returns the exit code, the answer and what was said beside it."""
    folder = tmp_path / "in"
    shutil.copytree(MINI, folder)
    (folder / "sites.csv").write_text(LIST, "utf-8")
    (folder / "gazetteer.csv").write_text(GAZETTEER, "utf-8")

    def run(*words: str) -> tuple[int, Any, str]:
        code = main(["--db", database, *words, "--json"])
        said = capsys.readouterr()
        assert KEY not in said.out + said.err
        return code, json.loads(said.out.splitlines()[-1]) if said.out else None, said.err

    for part in ("areas", "gazetteer", "sites"):
        assert run(part, "import", str(folder))[0] == 0
    assert run("sites", "locate")[1]["review"] == 4
    return run


def online(gridplan: Any, *words: str) -> tuple[int, Any, str]:
    return gridplan("sites", "online", "--engine", "amap", "--per-second", "1000", *words)


def rows(gridplan: Any) -> dict[str, Any]:
    return {row["name"]: row for row in gridplan("sites", "review")[1]["review"]}


def test_what_would_be_sent_is_told_and_without_a_yes_nothing_is(server, gridplan):
    code, told, said = online(gridplan)
    assert code == 0 and told["sent"] is False and (told["review"], told["send"], told["known"]) == (4, 3, 0)
    assert "3 个地址要发给高德（127.0.0.1" in said and "只发地址" in said
    assert server.asked == []


def test_answers_become_candidates_with_their_engine_and_nobody_is_placed(server, gridplan):
    code, told, _ = online(gridplan, "--yes")
    assert code == 0 and (told["requests"], told["sites"], told["accepted"], told["left"]) == (3, 4, 0, 4)
    waiting = rows(gridplan)
    assert len(waiting) == 4
    best = next(c for c in waiting["青苗培训"]["candidates"] if c["name"].startswith("高德："))
    assert (best["lon"], best["lat"]) == pytest.approx(JIA, abs=1e-6)
    assert (best["level"], best["score"]) == ("road_number", 0.75)
    assert gridplan("sites", "decide", waiting["青苗培训"]["id"], "--candidate", str(best["number"]))[0] == 0
    assert gridplan("sites", "decisions")[1]["decisions"][0]["place"].startswith("高德：")


def test_only_the_address_down_to_the_building_leaves_the_house(server, gridplan):
    online(gridplan, "--yes")
    sent = " ".join(fields["address"] for _, fields in server.asked)
    assert sorted(fields["address"] for _, fields in server.asked) == [
        "示例区东街道山茶路2号",
        "示例区东街道新路8号",
        "示例区东街道百合路1号",
    ]
    assert not any(word in sent for word in ("青苗", "培训", "1390000", "301", "楼"))


def test_the_second_time_everything_is_in_the_cache(server, gridplan):
    online(gridplan, "--yes")
    code, told, _ = online(gridplan)  # nothing would be sent: no yes is needed
    assert code == 0 and (told["send"], told["known"], told["requests"], told["cached"]) == (0, 3, 0, 3)
    assert len(server.asked) == 3


def test_candidates_stay_when_the_sites_are_located_anew(server, gridplan):
    online(gridplan, "--yes")
    assert gridplan("sites", "locate")[1]["review"] == 4
    assert any(c["name"].startswith("高德：") for c in rows(gridplan)["百合培训"]["candidates"])


def test_what_agrees_with_its_community_is_accepted_when_the_planner_says_so_and_stays(server, gridplan):
    DOORS_WRONG = DOORS | {"山茶路2号": JIA}  # the address names 乙社区
    server.reply = lambda path, fields: known(fields["address"], DOORS_WRONG)
    told = online(gridplan, "--yes", "--accept")[1]
    assert (told["accepted"], told["left"]) == (3, 1)
    assert set(rows(gridplan)) == {"山茶培训"}
    again = gridplan("sites", "locate")[1]
    assert (again["located"], again["review"]) == (3, 1)


def test_a_road_alone_is_never_accepted(server, gridplan):
    server.reply = lambda path, fields: known(fields["address"], DOORS, "道路")
    told = online(gridplan, "--yes", "--accept")[1]
    assert told["accepted"] == 0 and told["sites"] == 4


def test_a_default_point_and_one_outside_are_no_candidates(server, gridplan):
    server.reply = lambda path, fields: known(fields["address"], dict.fromkeys(DOORS, JIA))
    told = online(gridplan, "--yes", "--accept")[1]
    assert (told["shared"], told["accepted"], told["sites"]) == (3, 0, 0)
    assert not any("高德" in c["name"] for row in rows(gridplan).values() for c in row["candidates"])


def test_places_outside_the_district_are_left_out(server, gridplan):
    server.reply = lambda path, fields: known(fields["address"], DOORS | {"百合路1号": OUTSIDE})
    told = online(gridplan, "--yes")[1]
    assert (told["outside"], told["sites"]) == (1, 3)


def test_no_more_new_addresses_are_sent_than_allowed(server, gridplan):
    told = online(gridplan, "--yes", "--limit", "1")[1]
    assert told["requests"] == 1 and len(server.asked) == 1
    assert online(gridplan, "--yes", "--limit", "1")[1]["requests"] == 1


def test_when_the_quota_ends_what_came_is_kept_and_it_is_said(server, gridplan):
    def spent(path: str, fields: dict[str, str]) -> Any:
        if len(server.asked) > 1:
            return {"status": "0", "info": "DAILY_QUERY_OVER_LIMIT", "infocode": "10003"}
        return known(fields["address"], DOORS)

    server.reply = spent
    code, told, said = online(gridplan, "--yes")
    assert code == 2 and "配额已用完" in said and "配额" in told["error"]["zh"]
    assert told["requests"] == 1 and told["sites"] == 2 and len(server.asked) == 2


def test_without_a_network_it_is_said_and_nothing_changes(server, gridplan, monkeypatch):
    monkeypatch.setattr("gridplan.geocode.online.asking._FIRST_WAIT_S", 0.0)
    monkeypatch.setenv("GRIDPLAN_AMAP_URL", "http://127.0.0.1:9")
    before = rows(gridplan)
    code, _, said = online(gridplan, "--yes")
    assert code == 2 and "没有网络" in said
    assert rows(gridplan) == before


def test_without_a_key_nothing_is_opened(server, gridplan, monkeypatch):
    monkeypatch.delenv("GRIDPLAN_AMAP_KEY")
    code, _, said = online(gridplan, "--yes")
    assert code == 2 and "GRIDPLAN_AMAP_KEY" in said and server.asked == []


def test_a_cancel_keeps_what_came(server, gridplan, database):
    def stop(stage: str, done: int, total: int, text: Any = None) -> None:
        if done == 1:
            raise Cancelled(say("online.stopped"))

    with closing(Desk.open(database)) as desk:
        result = ask_online(desk, open_engine("amap", per_second=1000), by="test", progress=stop)
    assert result.error == say("online.stopped") and result.counts["requests"] == 1
    assert result.counts["sites"] == 2 and len(server.asked) == 1


def test_a_forgotten_decision_shows_the_candidates_again(server, gridplan):
    online(gridplan, "--yes")
    site = rows(gridplan)["百合培训"]
    number = gridplan("sites", "decide", site["id"], "--point", "116.4031,39.9032")[1]["decision"]
    gridplan("sites", "forget", str(number))
    assert any(c["name"].startswith("高德：") for c in rows(gridplan)["百合培训"]["candidates"])


def test_two_engines_that_disagree_are_left_to_a_person(server, gridplan, monkeypatch):
    monkeypatch.setenv("GRIDPLAN_TIANDITU_KEY", KEY)
    monkeypatch.setenv("GRIDPLAN_TIANDITU_URL", server.url)
    amap = server.reply
    far = (116.4089, 39.9088)
    places = iter([far, (116.4079, 39.9018), (116.4069, 39.9028)])
    server.reply = lambda path, fields: fake.tianditu(*next(places)) if "ds" in fields else amap(path, fields)
    gridplan("sites", "online", "--engine", "tianditu", "--per-second", "1000", "--yes")
    told = online(gridplan, "--yes", "--accept")[1]
    assert told["accepted"] == 0
    names = {c["name"].split("：")[0] for c in rows(gridplan)["青苗培训"]["candidates"]}
    assert {"高德", "天地图"} <= names
