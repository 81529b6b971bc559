"""The lists beside the register: good rows are read, bad rows are told, absent files are no rows."""

from __future__ import annotations

from datetime import date

import pytest

from gridplan.intake.extras import read_extra_visits, read_gazetteer, read_history, read_owners, read_pins, read_taken
from gridplan.intake.settings import ColumnMapping
from gridplan.model.crew import TeamId
from gridplan.model.errors import InputError
from gridplan.model.round import Pin, Purpose
from gridplan.model.site import VisitMode
from tests.intake.folder import put


def test_visits_are_read_and_bad_ones_told(tmp_path):
    put(tmp_path, "visits.csv", "visits.csv")
    visits, complaints = read_extra_visits(tmp_path)
    assert [(v.site_id, v.purpose, v.due, v.minutes, v.row) for v in visits] == [
        ("A1", Purpose.FOLLOW_UP, date(2026, 12, 4), 20, 2),
        ("A4", Purpose.LEAD, None, None, 5),
    ]
    assert [(c.row, c.column, c.code) for c in complaints] == [
        (3, "purpose", "visits.bad_row"),
        (4, "due", "visits.bad_row"),
    ]


def test_history_is_read_and_a_bad_day_told(tmp_path):
    put(tmp_path, "history.csv", "history.csv")
    past, complaints = read_history(tmp_path)
    assert [(p.site_id, p.day, p.outcome) for p in past] == [("A1", date(2026, 10, 1), "done")]
    assert "十月" in complaints[0].text.zh


def test_history_may_say_how_a_site_was_visited(tmp_path):
    put(tmp_path, "history_modes.csv", "history.csv")
    past, complaints = read_history(tmp_path)
    assert [(p.site_id, p.mode) for p in past] == [("A1", VisitMode.INSPECTION), ("A2", None)]
    assert [(c.row, c.column) for c in complaints] == [(4, "检查方式")]


def test_days_that_another_tier_took_are_read(tmp_path):
    put(tmp_path, "taken.csv", "taken.csv")
    taken, complaints = read_taken(tmp_path)
    assert [(one.site_id, one.day, one.tier, one.row) for one in taken] == [("A1", date(2026, 12, 1), "县级", 2)]
    assert [(c.row, c.column, c.code) for c in complaints] == [
        (3, "date", "taken.bad_row"),
        (4, "site_id", "taken.bad_row"),
    ]


def test_pins_are_read_and_one_that_pins_nothing_is_told(tmp_path):
    put(tmp_path, "pins.csv", "pins.csv")
    pins, complaints = read_pins(tmp_path)
    assert [(one.target, one.pin, one.row) for one in pins] == [
        ("A1", Pin(team=TeamId("T1"), day=date(2026, 12, 1), shift="day"), 2),
        ("V-A2-lead", Pin(shift="evening"), 3),
    ]
    assert [(c.row, c.column) for c in complaints] == [(4, "编号"), (5, "日期")]
    assert "没有什么可固定" in complaints[0].text.zh


def test_owners_are_read_and_an_unknown_column_told(tmp_path):
    put(tmp_path, "owners.csv", "owners.csv")
    owners, complaints = read_owners(tmp_path)
    assert [(o.area_code, o.person) for o in owners] == [("110000001", "甲")]
    assert [(c.row, c.column, c.code) for c in complaints] == [
        (0, "备注", "table.unknown_column"),
        (3, "area_code", "owners.bad_row"),
    ]


def test_the_gazetteer_is_read_and_a_door_needs_no_name(tmp_path):
    put(tmp_path, "gazetteer.csv", "gazetteer.csv")
    entries, complaints = read_gazetteer(tmp_path, ColumnMapping())
    assert [(e.name, e.kind, e.point) for e in entries] == [
        ("星星小区", "compound", (116.402, 39.902)),
        ("一号路3号", "door", (116.403, 39.903)),
    ]
    assert [(c.row, c.column) for c in complaints] == [(4, "kind"), (5, "lon")]


def test_a_gazetteer_with_a_datum_of_its_own_is_refused(tmp_path):
    (tmp_path / "gazetteer.csv").write_text("name,kind,lon_bd09,lat_bd09\nx,poi,116.4,39.9\n", "utf-8")
    with pytest.raises(InputError, match="lon_bd09"):
        read_gazetteer(tmp_path, ColumnMapping())


def test_absent_lists_are_no_rows(tmp_path):
    assert read_gazetteer(tmp_path, ColumnMapping()) == read_history(tmp_path) == ((), ())
    assert read_taken(tmp_path) == read_pins(tmp_path) == ((), ())


def test_a_list_in_another_format_is_refused_by_name(tmp_path):
    (tmp_path / "owners.xlsx").write_bytes(b"x")
    with pytest.raises(InputError, match=r"owners\.xlsx：不支持"):
        read_owners(tmp_path)


@pytest.mark.parametrize("road", ["", "长乐路", "长乐路与平安路", "长乐路/", "甲路/乙路/丙路"])
def test_a_crossing_that_does_not_name_two_roads_is_told(tmp_path, road):
    text = f"名称,类别,道路,经度,纬度\n某路口,路口,{road},116.4,39.9\n"
    (tmp_path / "gazetteer.csv").write_text(text, "utf-8")
    entries, (complaint,) = read_gazetteer(tmp_path, ColumnMapping())
    assert not entries and "路口须在“道路”里写明两条路" in complaint.text.zh


def test_a_crossing_may_be_written_with_a_wide_stroke(tmp_path):
    text = "名称,类别,道路,经度,纬度\n,路口,长乐路 ／ 平安路,116.4,39.9\n"
    (tmp_path / "gazetteer.csv").write_text(text, "utf-8")
    (entry,), complaints = read_gazetteer(tmp_path, ColumnMapping())
    assert not complaints and entry.road == "长乐路/平安路"
