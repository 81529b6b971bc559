"""The register from several lists: each value's source is shown, doubtful pairs are decided once, an import is taken back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from gridplan.cli import main
from gridplan.model.place import Datum
from gridplan.services.desk import Desk
from gridplan.services.registry.register import complaints_of

MINI = Path(__file__).parents[1] / "data" / "mini"
OLD = (
    "机构名称,类别,地址,电话,经度,纬度\n"
    "青苗培训学校,培训机构,示例区东街道甲社区新路8号,13800000001,116.402,39.902\n"
    "蓝天托管,托管,示例区东街道甲社区新路9号,,116.403,39.903\n"
)
NEW = (
    "机构名称,类别,地址,办学许可证,经度,纬度\n"
    "青苗教育培训中心,培训机构,示例区东街道甲社区新路8号2楼,有,116.40201,39.90201\n"
    "青苗培训学校,培训机构,示例区东街道甲社区新路8号,无,,\n"
)
MAPPING = '[sources."民政.csv"]\ndate = 2026-10-01\n[sources."教育.csv"]\ndate = 2026-11-01\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    shutil.copytree(MINI, made)
    (made / "sites.csv").unlink()
    (made / "sites").mkdir()
    (made / "sites" / "民政.csv").write_text(OLD, "utf-8")
    (made / "sites" / "教育.csv").write_text(NEW, "utf-8")
    (made / "mapping.toml").write_text(MAPPING, "utf-8")
    return made


@pytest.fixture
def gridplan(folder: Path, database: str, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a verb over the stored register; the second answer is the error's Chinese sentence."""

    def run(*words: str) -> tuple[int, Any]:
        code = main(["--db", database, *words, "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out.splitlines()[-1]) if code == 0 else said.err.splitlines()[0]

    for part in ("areas", "sites", "teams"):
        assert run(part, "import", str(folder))[0] == 0
    assert run("sites", "locate")[0] == 0
    return run


def names(gridplan: Any) -> list[str]:
    rows = gridplan("sites", "duplicates")[1]["duplicates"]
    return [name for row in rows for name in (row["name"], row["other_name"])]


def pair(gridplan: Any) -> tuple[str, str]:
    (row,) = gridplan("sites", "duplicates")[1]["duplicates"]
    return row["one"], row["other"]


def test_a_sites_card_shows_each_value_with_its_source_and_date(gridplan):
    card = gridplan("sites", "show", pair(gridplan)[1])[1]
    assert card["name"] == "青苗培训学校" and card["competent"] == "教育"
    values = {one["field"]: one for one in card["values"]}
    assert values["办学许可证"]["source"] == "教育.csv 第 3 行（2026-11-01）"
    assert values["电话"] == {"field": "电话", "value": "…", "source": "民政.csv 第 2 行（2026-10-01）", "others": []}
    assert gridplan("sites", "show", "没有")[0] == 2


def test_a_doubtful_pair_is_merged_at_once_and_whenever_the_lists_come_anew(gridplan, folder):
    one, other = pair(gridplan)
    assert gridplan("sites", "same", one, other)[1]["same"] is True
    assert names(gridplan) == []
    card = gridplan("sites", "show", one)[1]
    assert len(card["rows"]) == 3 and card["status"] == "located"
    assert gridplan("sites", "same", one, other)[0] == 2
    assert gridplan("sites", "import", str(folder))[1]["kept"] == 2


def test_a_pair_said_to_be_two_is_not_asked_about_again_until_that_is_taken_back(gridplan, folder):
    decision = gridplan("sites", "different", *pair(gridplan))[1]["decision"]
    assert names(gridplan) == []
    assert gridplan("sites", "import", str(folder))[1]["kept"] == 3 and gridplan("sites", "locate")[0] == 0
    assert names(gridplan) == []
    assert [one["same"] for one in gridplan("sites", "pairs")[1]["pairs"]] == [False]
    assert gridplan("sites", "forget-pair", str(decision))[0] == 0
    assert len(names(gridplan)) == 2
    assert gridplan("sites", "forget-pair", str(decision)) == (2, f"没有第 {decision} 号决定")


def test_the_pairs_open_in_a_spreadsheet(gridplan, tmp_path):
    out = tmp_path / "out" / "重复.csv"
    gridplan("sites", "duplicates", "--out", str(out))
    head, row = out.read_text("utf-8-sig").splitlines()
    assert head.startswith("编号一,编号二,把握,依据") and "青苗" in row


def test_an_import_is_taken_back_and_that_too(gridplan, folder):
    before = gridplan("sites", "review")[1], names(gridplan)
    (folder / "sites" / "民政.csv").write_text("名称,地址\n山茶,示例区东街道甲社区\n", "utf-8")
    assert gridplan("sites", "import", str(folder))[1]["kept"] == 3
    undone = gridplan("sites", "undo")[1]
    assert (undone["undone"], undone["sites"]) == ("import", 3)
    assert (gridplan("sites", "review")[1], names(gridplan)) == before
    assert gridplan("sites", "undo")[1]["undone"] == "undo"
    assert gridplan("sites", "show", "S0002")[1]["name"] in ("山茶", "青苗教育培训中心")


def test_nothing_is_taken_back_where_nothing_was_before(database, capsys):
    db = ["--db", database]
    assert main([*db, "areas", "import", str(MINI)]) == 0
    assert main([*db, "sites", "import", str(MINI)]) == 0
    assert main([*db, "sites", "undo"]) == 2
    assert "没有可以撤销" in capsys.readouterr().err


def test_an_import_on_which_a_published_plan_stands_is_not_taken_back(gridplan, folder):
    assert gridplan("sites", "import", str(folder))[0] == 0 and gridplan("sites", "locate")[0] == 0
    assert gridplan("round", "create", str(folder))[0] == 0
    plan = gridplan("round", "draft", "1")[1]["plan"]
    assert gridplan("round", "publish", str(plan))[0] == 0
    code, said = gridplan("sites", "undo")
    assert code == 2 and "已在这份台账上发布计划" in said


def test_several_lists_are_planned_from_a_folder_and_the_plan_names_all_rows(folder, tmp_path):
    out = tmp_path / "out"
    assert main(["run", str(folder), "--out", str(out)]) in (0, 3, 4)
    sites = json.loads((out / "plan.json").read_text("utf-8"))["sites"]
    merged = next(one for one in sites if one["name"] == "青苗培训学校")
    assert (merged["file"], merged["rows"]) == ("教育.csv", [3])
    assert merged["other_rows"] == [{"file": "民政.csv", "row": 2}]
    assert main(["check", str(out)]) == 0


def test_a_merger_taken_back_takes_its_decision_along_and_comes_back_with_it(gridplan, folder):
    one, other = pair(gridplan)
    for _ in range(2):
        assert gridplan("sites", "same", one, other)[0] == 0
        assert gridplan("sites", "undo")[1]["undone"] == "same"
        assert gridplan("sites", "pairs")[1]["pairs"] == [] and pair(gridplan) == (one, other)
    assert gridplan("sites", "undo")[1]["undone"] == "undo"
    assert names(gridplan) == [] and [p["same"] for p in gridplan("sites", "pairs")[1]["pairs"]] == [True]
    assert gridplan("sites", "import", str(folder))[1]["kept"] == 2


def test_who_says_two_after_a_merger_was_taken_back_is_overruled_when_it_is_restored(gridplan):
    one, other = pair(gridplan)
    assert gridplan("sites", "same", one, other)[0] == 0 and gridplan("sites", "undo")[0] == 0
    assert gridplan("sites", "different", one, other)[0] == 0
    assert gridplan("sites", "undo")[0] == 0
    assert [p["same"] for p in gridplan("sites", "pairs")[1]["pairs"]] == [True]


def test_an_undo_says_what_it_costs_and_a_dry_run_costs_nothing(gridplan, folder, database, capsys):
    (folder / "sites" / "民政.csv").write_text("名称,地址\n山茶,示例区东街道甲社区\n", "utf-8")
    assert gridplan("sites", "import", str(folder))[0] == 0
    said = gridplan("sites", "undo", "--dry-run")[1]
    assert (said["done"], said["gone"], said["back"], said["unplaced"]) == (False, 1, 1, 0)
    assert gridplan("sites", "undo", "--dry-run")[1] == said
    assert gridplan("sites", "undo")[1] == said | {"done": True}
    again = gridplan("sites", "undo", "--dry-run")[1]
    assert (again["undone"], again["gone"], again["unplaced"]) == ("undo", 1, 3)
    assert main(["--db", database, "sites", "undo"]) == 0
    assert "已撤销上一次撤销：台账由 3 家变回 3 家，去掉 1 家，找回 1 家，3 家须重新落点" in capsys.readouterr().out


def test_an_import_taken_back_brings_its_settings_and_complaints_back(gridplan, folder, database):
    desk = Desk.open(database)
    told = {complaint.code for complaint in complaints_of(desk)}
    settings = (folder / "round.toml").read_text("utf-8")
    (folder / "round.toml").write_text(settings.replace('datum = "wgs84"', 'datum = "gcj02"'), "utf-8")
    (folder / "sites" / "民政.csv").write_text("名称,类别,地址\n山茶,火箭,示例区东街道甲社区\n", "utf-8")
    assert gridplan("sites", "import", str(folder))[0] == 0
    assert desk.settings().datum is Datum.GCJ02
    assert "sites.unknown_kind" in {complaint.code for complaint in complaints_of(desk)}
    assert gridplan("sites", "undo")[0] == 0
    assert desk.settings().datum is Datum.WGS84
    assert {complaint.code for complaint in complaints_of(desk)} == told
    desk.close()
