"""An import prepared at the desk: nothing is written before the last step, every line is accounted for, nothing is lost twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gridplan.jobs.rows import Jobs
from gridplan.model.errors import Conflict, InputError
from gridplan.model.site import SiteId, Standing
from gridplan.services.desk import Desk
from gridplan.services.registry import importing, importing_look, importing_run, register, site_list
from gridplan.services.registry.site_edits import edit_site
from gridplan.store.intake import SiteLines
from tests.services.lists import ROWS, messy

MINI = Path(__file__).parents[1] / "data" / "mini"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A district with areas and settings, and an empty register."""
    opened = Desk.open(f"sqlite:///{tmp_path / 'desk.db'}", create=True)
    register.import_areas(opened, MINI, by="test")
    yield opened
    opened.close()


def prepared(desk: Desk, content: bytes | None = None, name: str = "名单.xlsx", by: str = "lin", **more: Any) -> str:
    """Put the messy list aside and confirm its datum."""
    draft = importing.begin(desk, [(name, content or messy())], by=by, **more)
    settings = importing.settings_of(desk, draft)
    for one in settings["files"].values():
        one["datum"] = "wgs84"
    keep(desk, draft, settings)
    return draft


def keep(desk: Desk, draft: str, settings: dict[str, Any]) -> None:
    """Keep what was chosen."""
    importing.change(desk, draft, settings, version=importing_look.look(desk, draft)["version"], by="lin")


def run(desk: Desk, draft: str, by: str = "lin") -> dict[str, Any]:
    """Run an import as a worker does."""
    view = importing_look.look(desk, draft)
    job = importing_run.start_import(desk, draft, version=view["version"], base=view["base"], by=by)
    held = lambda *_: None  # noqa: E731
    result = importing_run.run_import(desk, Jobs(desk.store).get(job), held)
    claimed = Jobs(desk.store).claim(job, "w", lease_s=60)
    assert claimed is not None
    Jobs(desk.store).finish(job, "w", result)
    return result


def names(desk: Desk) -> list[str]:
    with desk.store.reading() as t:
        return [line["name"] for line in SiteLines(t.connection).list()]


def test_every_line_of_the_sheet_is_accounted_for(desk):
    view = importing_look.look(desk, prepared(desk))
    assert view["sums"] == {"total": 7, "kept": 3, "merged": 1, "waiting": 2, "skipped": 1}
    told = {doubt["code"]: doubt for doubt in view["doubts"]}
    assert told["unknown_kind"]["value"] == "文体" and told["swapped_lonlat"]["rows"] == [6]
    assert {"no_name", "dropped_value", "merged", "skipped"} <= told.keys()
    assert view["can_run"]


def test_only_the_datum_blocks(desk):
    draft = importing.begin(desk, [("名单.xlsx", messy())], by="lin")
    view = importing_look.look(desk, draft)
    assert [doubt["code"] for doubt in view["doubts"] if doubt["blocks"]] == ["datum"]
    with pytest.raises(Conflict):
        importing_run.start_import(desk, draft, version=view["version"], base=view["base"], by="lin")
    assert names(desk) == []


def test_nothing_is_written_before_the_last_step_and_then_all_of_it(desk):
    draft = prepared(desk)
    assert names(desk) == []
    result = run(desk, draft)
    assert names(desk) == ["星星培训", "月亮托管", "大山科技"] and result["register"] == 3
    told = site_list.import_complaints(desk)["complaints"]
    assert ("名单.xlsx", 8, "机构名称（全称）") in [(one.file, one.row, one.column) for one in told]


def test_a_wrong_target_is_corrected_and_the_other_column_lets_go(desk):
    draft = prepared(desk)
    settings = importing.settings_of(desk, draft)
    one = settings["files"]["名单.xlsx"]
    settings["files"]["名单.xlsx"] = importing.choose_columns(one, {"备注": "name"})
    keep(desk, draft, settings)
    view = importing_look.look(desk, draft)
    keys = {column["header"]: column["key"] for column in view["files"][0]["columns"]}
    assert keys["备注"] == "name" and keys["机构名称（全称）"] == "" and view["sums"]["waiting"] >= 4
    settings["files"]["名单.xlsx"] = importing.choose_columns(
        settings["files"]["名单.xlsx"], {"机构名称（全称）": "name"}
    )
    keep(desk, draft, settings)
    assert importing_look.look(desk, draft)["sums"]["waiting"] == 2


def test_a_known_header_may_be_nothing_at_all(desk):
    draft = prepared(desk)
    settings = importing.settings_of(desk, draft)
    one = settings["files"]["名单.xlsx"]
    settings["files"]["名单.xlsx"] = importing.choose_columns(one, {"机构类型": ""})
    keep(desk, draft, settings)
    view = importing_look.look(desk, draft)
    assert view["sums"]["waiting"] == 1 and "unknown_kind" not in [doubt["code"] for doubt in view["doubts"]]


def test_a_kind_that_nobody_knew_is_remembered_for_the_next_list_with_these_heads(desk):
    draft = prepared(desk)
    settings = importing.settings_of(desk, draft)
    settings["files"]["名单.xlsx"] = importing.choose_kinds(settings["files"]["名单.xlsx"], {"文体": "institution"})
    keep(desk, draft, settings)
    run(desk, draft)
    again = importing_look.look(desk, prepared(desk, name="十月.xlsx"))
    assert again["files"][0]["known"] and "unknown_kind" not in [doubt["code"] for doubt in again["doubts"]]


def test_a_worker_that_comes_twice_imports_once(desk):
    draft = prepared(desk)
    view = importing_look.look(desk, draft)
    job = Jobs(desk.store).get(
        importing_run.start_import(desk, draft, version=view["version"], base=view["base"], by="lin")
    )
    held = lambda *_: None  # noqa: E731
    first = importing_run.run_import(desk, job, held)
    assert importing_run.run_import(desk, job, held) == first
    with desk.store.reading() as t:
        assert t.snapshots.newest() is None  # the register was empty before


def test_the_second_of_two_planners_is_told_and_overwrites_nothing(desk):
    mine, theirs = prepared(desk), prepared(desk, name="别的.xlsx", by="zhao")
    seen = importing_look.look(desk, mine)
    run(desk, theirs, by="zhao")
    with pytest.raises(Conflict) as told:
        importing_run.start_import(desk, mine, version=seen["version"], base=seen["base"], by="lin")
    assert "改过台账" in told.value.text.zh
    assert importing_look.look(desk, mine)["moved"] is not None


def test_an_import_that_waited_while_the_register_changed_writes_nothing(desk):
    mine = prepared(desk)
    seen = importing_look.look(desk, mine)
    job = importing_run.start_import(desk, mine, version=seen["version"], base=seen["base"], by="lin")
    register.import_sites(desk, MINI, by="zhao")
    before = names(desk)
    with pytest.raises(Conflict):
        importing_run.run_import(desk, Jobs(desk.store).get(job), lambda *_: None)
    assert names(desk) == before


def test_sites_that_came_another_way_stay_with_their_ids(desk):
    register.import_sites(desk, MINI, by="test")
    register.locate_sites(desk, by="test")
    with desk.store.reading() as t:
        before = {site.name: site.id for site in t.sites.list()}
    new = (*ROWS, (7, "新来培训", "示例区东街道甲社区一号路5号", 116.404, 39.903, "培训机构", "", ""))
    view = importing_look.look(desk, prepared(desk, messy(new)))
    assert view["after"]["gone"] == 0 and view["after"]["new"] == 1
    assert view["sums"]["kept"] == 1  # the others are sites that the register has
    result = run(desk, prepared(desk, messy(new), name="二.xlsx"))
    with desk.store.reading() as t:
        after = {site.name: site.id for site in t.sites.list()}
    assert before.items() <= after.items() and result["register"] == len(before) + 1


def test_undo_puts_the_register_back(desk):
    register.import_sites(desk, MINI, by="test")
    before = names(desk)
    draft = prepared(desk)
    settings = importing.settings_of(desk, draft)
    settings["stay"] = []
    keep(desk, draft, settings)
    run(desk, draft)
    assert names(desk) != before
    register.undo_sites(desk, by="lin")
    assert names(desk) == before


def test_what_is_set_by_hand_outlives_the_next_import_and_says_so(desk):
    run(desk, prepared(desk))
    with desk.store.reading() as t:
        site = next(site for site in t.sites.list() if site.name == "大山科技")
    assert edit_site(desk, site.id, {"status": "停业整顿", "minutes": "50"}, {}, by="lin") == 2
    run(desk, prepared(desk, name="十月.xlsx", along=[]))
    with desk.store.reading() as t:
        now, _ = SiteLines(t.connection).find(SiteId(site.id))
    assert (now.minutes, now.standing) == (50, Standing.PAUSED)
    assert now.sources["minutes"].file == "手工"
    with pytest.raises(Conflict):  # somebody saw it before it was set
        edit_site(desk, site.id, {"minutes": "20"}, {"minutes": ""}, by="zhao")
    with pytest.raises(InputError):
        edit_site(desk, site.id, {"minutes": "很久"}, {"minutes": "50"}, by="lin")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/名单.xlsx", "名单.xlsx"),
        ("C:\\temp\\名 单.CSV", "名 单.csv"),
        ("~$名单\u202e.xlsx", "名单.xlsx"),
        ("a\x00b.csv", "a b.csv"),
    ],
)
def test_a_name_never_leaves_its_folder(name, kept):
    assert importing.clean_name(name) == kept


@pytest.mark.parametrize("name", ["名单.xlsm", "名单", ".csv", "名单.xlsx.exe", "areas.vrt"])
def test_what_is_no_list_is_refused(desk, name):
    with pytest.raises(InputError):
        importing.begin(desk, [(name, b"x")], by="lin")


def test_a_list_that_cannot_be_read_leaves_nothing_behind(desk):
    with pytest.raises(InputError):
        importing.begin(desk, [("好.xlsx", messy()), ("坏.xlsx", b"PK\x03\x04nothing")], by="lin")
    assert importing.imports_view(desk, by="lin")["drafts"] == []
