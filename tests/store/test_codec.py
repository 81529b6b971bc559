"""Every noun that a column keeps comes back as it went in; what does not fit is refused by place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from gridplan.model.crew import Team
from gridplan.model.errors import Complaint
from gridplan.model.hours import ALWAYS_OPEN, OpeningHours
from gridplan.model.place import Area, AreaLevel, Fix, LonLat
from gridplan.model.plan import Figures
from gridplan.model.round import ExtraVisit, Round
from gridplan.model.site import Site
from gridplan.store.codec import decode, encode
from tests.builders import area, placed, round_, site, team

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
st.register_type_strategy(float, NUMBERS)
st.register_type_strategy(LonLat, st.builds(LonLat, NUMBERS, NUMBERS))
st.register_type_strategy(OpeningHours, st.just(ALWAYS_OPEN))


@pytest.mark.parametrize(
    "noun", [Site, Fix, Team, Round, ExtraVisit, Figures, Complaint], ids=lambda noun: noun.__name__
)
def test_a_noun_comes_back_from_json_as_it_went_in(noun):
    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(st.from_type(noun))
    def check(value):
        assert decode(noun, json.loads(json.dumps(encode(value)))) == value

    check()


def test_polygons_of_one_and_of_many_parts_come_back():
    one = area("1", AreaLevel.CELL, "甲", west=0, south=0, east=1, north=1)
    many = replace(one, polygon=MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)]))
    for value in (one, many):
        assert decode(Area, json.loads(json.dumps(encode(value)))) == value


def test_a_field_that_came_later_takes_its_default():
    data = encode(team())
    del data["assumed"]
    assert decode(Team, data) == team()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"colour": "red"}, "colour"),
        ({"base": [1.0]}, "Team.base"),
        ({"mode": "boat"}, "boat"),
        ({"off": ["yesterday"]}, "yesterday"),
        ({"assumed": 1}, "Team.assumed"),
        ({"name": None}, "Team.name"),
        ({"shifts": {}}, "Team.shifts"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(change: Mapping[str, Any], place: str):
    with pytest.raises(ValueError, match=place):
        decode(Team, encode(team()) | change)


def test_a_missing_field_is_refused_by_name():
    data = encode(site())
    del data["address"]
    with pytest.raises(ValueError, match="address"):
        decode(Site, data)


@pytest.mark.parametrize("value", [{1: "one"}, np.int64(3), object(), b"bytes"])
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(TypeError):
        encode(value)


def test_a_round_keeps_its_calendar_and_kinds():
    value = round_(holidays=frozenset({date(2026, 12, 1), date(2026, 12, 2)}))
    assert decode(Round, encode(value)) == value
    assert encode(value)["holidays"] == ["2026-12-01", "2026-12-02"]
    assert decode(Fix, encode(placed().fix)) == placed().fix
