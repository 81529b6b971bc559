"""round.toml and mapping.toml are read whole, or the wrong key is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gridplan.intake.settings import read_mapping, read_round
from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.place import FixLevel
from gridplan.model.round import PRESETS, Limits, Round, RoundRule, SampleWish, Tail, Unlocated, WishPreset
from gridplan.model.site import LicenceClass, SiteKind, VisitMode
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


def rounds(folder: Path, text: str) -> Round:
    path = folder / "round.toml"
    path.write_text(f'name = "示例"\ndistrict = "示例区"\nstart = 2026-11-30\n{text}', "utf-8")
    return read_round(path)


@pytest.mark.parametrize("limit", ["townships_per_team_day", "night_visits"])
def test_a_limit_that_or_tools_alone_cannot_keep_is_refused_by_name(tmp_path, limit):
    with pytest.raises(InputError, match=limit):
        rounds(tmp_path, f'engine = "ortools"\n[limits]\n{limit} = 2\n')
    assert rounds(tmp_path, 'engine = "ortools"\n').engine == "ortools"


def test_a_weight_that_is_named_goes_before_its_preset(tmp_path):
    wishes = rounds(tmp_path, '[wishes]\npreset = "whole_communities"\nmoved_min = 5\nband_min = [300, 420]').wishes
    preset = PRESETS[WishPreset.WHOLE_COMMUNITIES]
    assert wishes == replace(preset, moved_min=5, band_min=(300, 420))
    assert wishes.community_min == 3


def test_a_yearly_cap_holds_for_all_kinds_or_for_those_named(tmp_path):
    limits = rounds(tmp_path, "[limits]\nyearly_cap = 3\nnight_visits = 20\ntownships_per_team_day = 1").limits
    assert (limits.night_visits, limits.townships_per_team_day) == (20, 1)
    assert limits.yearly_cap == dict.fromkeys(SiteKind, 3)
    assert rounds(tmp_path, "[limits.yearly_cap]\noffice = 2").limits.yearly_cap == {SiteKind.OFFICE: 2}
    assert rounds(tmp_path, "").limits == Limits()


def test_a_sample_has_the_seed_of_its_round_unless_it_names_its_own(tmp_path):
    assert rounds(tmp_path, "seed = 9\n[sample]\nsize = 5").sample == SampleWish(size=5, seed=9)
    named = rounds(tmp_path, '[sample]\nshare = 0.1\nkinds = ["office"]\nseed = 4\nminutes = 20').sample
    assert named == SampleWish(share=0.1, kinds=(SiteKind.OFFICE,), seed=4, minutes=20)
    assert rounds(tmp_path, "").sample is None


def test_merging_and_the_tier_are_read(tmp_path):
    round_ = rounds(tmp_path, 'merge = true\ntier = "县级"')
    assert (round_.merge, round_.tier) == (True, "县级")


def test_minutes_by_class_go_before_minutes_by_size_and_these_before_the_kind(tmp_path):
    office = rounds(
        tmp_path,
        "[kinds.office]\nminutes = 20\nminutes_by_class = { none = 60 }\nminutes_by_size = [[100, 45], [300, 70]]",
    ).kinds[SiteKind.OFFICE]
    assert office.minutes_for(LicenceClass.NONE, 500) == 60
    assert [office.minutes_for(LicenceClass.BOTH, size) for size in (None, 99, 100, 300)] == [20, 20, 45, 70]


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
        ("unknown_wish.toml", ["wishes.comunity_min", "community_min"]),
        ("negative_wish.toml", ["wishes.team_day_min", "0 到"]),
        ("bad_band.toml", ["wishes.band_min", "最少"]),
        ("unknown_limit.toml", ["limits.night_visit", "night_visits"]),
        ("cap_of_zero.toml", ["limits.yearly_cap", "1 到"]),
        ("cap_of_unknown_kind.toml", ["limits.yearly_cap.offise", "office"]),
        ("sample_of_both.toml", ["sample", "只能写一个"]),
        ("sample_of_nothing.toml", ["sample", "必须"]),
        ("sample_too_large.toml", ["sample.share", "到 1"]),
        ("sample_unknown_kind.toml", ["sample.kinds", "office"]),
        ("merge_as_text.toml", ["merge", "true"]),
        ("unknown_class.toml", ["kinds.office.minutes_by_class.non", "none"]),
        ("sizes_not_growing.toml", ["kinds.office.minutes_by_size", "递增"]),
        ("size_without_minutes.toml", ["kinds.office.minutes_by_size", "最小规模"]),
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


def test_crews_and_further_filters_of_the_scope_are_read(tmp_path):
    text = '[scope]\ncommunities = ["1"]\nlicences = ["none"]\ncompetents = ["教育"]\nfiles = ["a.xlsx"]\nleast_priority = 2\n'
    round_ = rounds(tmp_path, text + 'sites = ["S1"]\n[crew]\nteams = ["T2"]\novertime_min = -30\n')
    scope = round_.scope
    assert (scope.communities, scope.competents, scope.files, scope.sites) == (("1",), ("教育",), ("a.xlsx",), ("S1",))
    assert scope.licences == (LicenceClass.NONE,) and scope.least_priority == 2
    assert (round_.crews, round_.overtime_min) == (("T2",), -30)


def test_a_licence_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(InputError) as caught:
        rounds(tmp_path, '[scope]\nlicences = ["noone"]\n')
    assert "licences" in str(caught.value) and "noone" in str(caught.value)
