"""round.toml and mapping.toml are read whole, or the wrong key is named."""

from __future__ import annotations

from datetime import date

import pytest

from gridplan.intake.settings import read_mapping, read_round
from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.place import FixLevel
from gridplan.model.round import RoundRule, Tail, Unlocated
from gridplan.model.site import SiteKind, VisitMode
from tests.intake.folder import DATA


def test_a_bare_round_has_the_defaults():
    round_ = read_round(DATA / "bare.toml")
    assert (round_.start, round_.rule, round_.unlocated) == (date(2026, 11, 30), RoundRule(), Unlocated.EXCLUDE)
    assert (round_.kinds[SiteKind.INSTITUTION].minutes, round_.kinds[SiteKind.OFFICE].mode) == (35, VisitMode.PATROL)
    assert set(round_.kinds) == set(SiteKind)


def test_every_key_of_a_round_is_read(tmp_path):
    path = tmp_path / "round.toml"
    path.write_text(
        'name = "示例"\ndistrict = "示例区"\nstart = 2026-11-30\ndatum = "gcj02"\nseed = 7\nmin_fix = "road"\n'
        '[rule]\nmin_per_day = 3\ntail = "remainder"\n[calendar]\nholidays = [2026-12-01]\n'
        '[scope]\nkinds = ["office"]\ntownships = ["110000001"]\nexclude_status = ["已注销"]\n'
        '[kinds.office]\nminutes = 20\nopen = "Mo-Fr 09:00-12:00"\n'
        '[travel]\nmode = "ebike"\nspeed_kmh = 12\ndetour = 1.2\nsetup_min = 3\n[wishes]\npreset = "most_even"\n',
        "utf-8",
    )
    round_ = read_round(path)
    assert (round_.datum, round_.seed, round_.min_fix) == ("gcj02", 7, FixLevel.ROAD)
    assert (round_.rule.min_per_day, round_.rule.tail) == (3, Tail.REMAINDER)
    assert round_.holidays == {date(2026, 12, 1)}
    assert (round_.scope.kinds, round_.scope.townships) == ((SiteKind.OFFICE,), ("110000001",))
    assert (round_.kinds[SiteKind.OFFICE].minutes, str(round_.kinds[SiteKind.OFFICE].opening)) == (
        20,
        "Mo-Fr 09:00-12:00",
    )
    assert round_.travel.speed_kmh == {TravelMode.CAR: 25, TravelMode.EBIKE: 12, TravelMode.WALK: 5}
    assert (round_.travel.detour, round_.travel.set_up_min, round_.wishes.preset) == (1.2, 3, "most_even")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unknown_key.toml", ["rule.min_perday", "min_per_day"]),
        ("unknown_kind.toml", ["kinds.instituton", "institution"]),
        ("wrong_type.toml", ["rule.min_per_day", "整数"]),
        ("missing_start.toml", ["start", "缺少"]),
        ("quoted_date.toml", ["start", "不加引号"]),
        ("bad_choice.toml", ["datum", "gcj02"]),
        ("bad_open.toml", ["kinds.office.open", "营业时间"]),
        ("both_calendars.toml", ["calendar.holidays", "2026-12-05"]),
        ("broken.toml", ["写法有误"]),
    ],
)
def test_a_wrong_setting_is_refused_and_named(name, words):
    with pytest.raises(InputError) as error:
        read_round(DATA / name)
    assert all(word in error.value.text.zh for word in (name, *words))


def test_a_mapping_names_foreign_columns_and_layers():
    mapping = read_mapping(DATA / "mapping.toml")
    assert mapping.columns == {"name": "机构", "address": "在哪里"}
    assert mapping.kinds == {"幼小": "childcare", "*": "institution"}
    assert mapping.defaults == {"minutes": "20", "departments": "教育;消防"}
    assert mapping.areas == {"town.geojson": {"level": "township", "name": "TNAME", "code": "CPTID"}}
    assert mapping.scheme == {"township": 7, "community": 10}


def test_no_mapping_is_an_empty_one(tmp_path):
    assert read_mapping(tmp_path / "mapping.toml").columns == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[sites.columns]\nnmae = "x"', ["sites.columns.nmae", "name"]),
        ('[sites.kinds]\n"x" = "office building"', ["sites.kinds.x", "office"]),
        ('[sites.defaults]\nkind = "rocket"', ["sites.defaults.kind"]),
        ("[areas.scheme]\nvillage = 10", ["areas.scheme.village"]),
        ('[areas."t.geojson"]\nlevle = "township"', ["areas.t.geojson.levle", "level"]),
        ('[areas.town]\nlevel = "township"', ["town", "scheme"]),
    ],
)
def test_a_wrong_mapping_is_refused_and_named(tmp_path, text, words):
    path = tmp_path / "mapping.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as error:
        read_mapping(path)
    assert all(word in error.value.text.zh for word in words)
