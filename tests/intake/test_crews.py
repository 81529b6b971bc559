"""Teams are read from toml or csv, and what cannot be is refused by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gridplan.intake.crews import read_teams
from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from tests.intake.folder import put


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("teams_one_name.toml", ["T1 一组", "T2 一组"]),
        ("teams_one_id.toml", ["T1 一组", "T1 二组"]),
        ("teams_one_person.toml", ["p1", "一组", "二组"]),
        ("teams_unknown_shift.toml", ["daz", "day"]),
        ("teams_bad_base.toml", ["team 1.base", "经度"]),
        ("teams_unknown_key.toml", ["team 1.moed", "mode"]),
        ("teams_lunch_outside.toml", ["shifts.late", "午休"]),
        ("teams_bad_time.toml", ["shifts.day.start", "8h30"]),
        ("teams_backwards.toml", ["shifts.day", "早于"]),
        ("teams_overlap.toml", ["day、noon", "重叠"]),
        ("teams_bad_days.toml", ["shifts.day.days", "Mon-Someday"]),
        ("teams_on_as_text.toml", ["team 1.on", "不加引号"]),
        ("teams_two_bases.csv", ["第 3 行", "base_name", "示例街道办"]),
    ],
)
def test_a_wrong_team_is_refused_and_named(tmp_path, name, words):
    path = put(tmp_path, name, "teams" + Path(name).suffix)
    with pytest.raises(InputError) as error:
        read_teams(tmp_path)
    assert all(word in error.value.text.zh for word in (path.name, *words))


def test_a_table_of_members_makes_teams(tmp_path):
    put(tmp_path, "teams_good.csv", "teams.csv")
    (team,) = read_teams(tmp_path)
    assert (team.name, team.base, team.mode, team.home) == (
        "一组",
        (116.405, 39.905),
        TravelMode.EBIKE,
        ("110000001", "110000002"),
    )
    assert [(member.name, bool(member.certificate)) for member in team.members] == [("甲", True), ("乙", False)]
    lunch = team.shifts[0].lunch
    assert lunch is not None
    assert (lunch.from_s, lunch.to_s, lunch.minutes) == (41400, 41400, 60)


def test_a_team_that_says_nothing_travels_like_the_round(tmp_path):
    path = put(tmp_path, "teams_one_name.toml", "teams.toml")
    path.write_text(path.read_text("utf-8").replace('name = "一组"', 'name = "甲组"', 1), "utf-8")
    assert {team.mode for team in read_teams(tmp_path, TravelMode.WALK)} == {TravelMode.WALK}


def test_no_file_is_no_team_and_two_files_are_too_many(tmp_path):
    assert read_teams(tmp_path) == ()
    put(tmp_path, "teams_good.csv", "teams.csv")
    put(tmp_path, "teams_one_id.toml", "teams.toml")
    with pytest.raises(InputError, match=r"teams\.csv、teams\.toml"):
        read_teams(tmp_path)


def test_a_file_without_teams_is_refused(tmp_path):
    put(tmp_path, "teams_backwards.toml", "teams.toml").write_text("team = []\n", "utf-8")
    with pytest.raises(InputError, match="没有检查组"):
        read_teams(tmp_path)


def test_shifts_have_weekdays_and_teams_their_dates(tmp_path):
    path = put(tmp_path, "teams_on_as_text.toml", "teams.toml")
    text = (
        path.read_text("utf-8")
        .replace('"2026-12-01"', "2026-12-01")
        .replace('end = "17:30"', 'end = "17:30"\ndays = "Mo-Fr"')
    )
    path.write_text(text, "utf-8")
    (team,) = read_teams(tmp_path)
    assert team.shifts[0].weekdays == (0, 1, 2, 3, 4)
    assert [bool(team.shifts_on(date(2026, 12, day))) for day in (1, 2)] == [True, False]


def test_shifts_of_one_team_may_overlap_when_no_weekday_has_both(tmp_path):
    path = put(tmp_path, "teams_overlap.toml", "teams.toml")
    text = path.read_text("utf-8").replace("[shifts.day]", '[shifts.day]\ndays = "Mo-Fr"')
    path.write_text(text.replace("[shifts.noon]", '[shifts.noon]\ndays = "Sa,Su"'), "utf-8")
    (team,) = read_teams(tmp_path)
    assert [shift.weekdays for shift in team.shifts] == [(0, 1, 2, 3, 4), (5, 6)]
