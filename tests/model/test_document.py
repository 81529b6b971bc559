"""Every plan comes back from its document as it went in, and documents of before the newer keys still read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.model.crew import TeamId
from gridplan.model.document import certificate_from_json, certificate_to_json, plan_from_json, plan_to_json
from gridplan.model.errors import InputError
from gridplan.model.plan import Figures, Placement, Plan, Promise, SampleDraw, Violation
from gridplan.model.round import Limits, Pin, Purpose, VisitId, Wishes, WishPreset
from gridplan.model.site import SiteId, SiteKind
from gridplan.model.words import Text
from gridplan.routing.judge.check import certify
from tests.routing.plans import ENGINE, full_plan, kept_plan

NEWER = {
    "": ("appointments", "before", "samples"),
    "round": ("wishes", "limits", "tier"),
    "sites": ("inspected",),
    "visits": ("closed", "taken", "also"),
    "figures": tuple(name for name, one in Figures.__dataclass_fields__.items() if one.default == 0),
}


def again(plan: Plan) -> Plan:
    return plan_from_json(json.loads(json.dumps(plan_to_json(plan))))


PLAN = again(full_plan())
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
some_days = st.frozensets(days, max_size=3)
weights = st.floats(0, 1e6, allow_nan=False)
words = st.text(min_size=1, max_size=8)
wishes = st.builds(
    Wishes,
    preset=st.sampled_from(WishPreset),
    **dict.fromkeys(("team_day_min", "community_min", "township_min", "away_min", "uneven", "moved_min"), weights),
    band_min=st.tuples(st.integers(0, 600), st.integers(600, 1440)),
)
limits = st.builds(
    Limits,
    townships_per_team_day=st.integers(0, 9),
    night_visits=st.integers(0, 99),
    yearly_cap=st.dictionaries(st.sampled_from(SiteKind), st.integers(0, 9)),
)
ids = st.lists(words.map(SiteId), max_size=4).map(tuple)
samples = st.lists(
    st.builds(SampleDraw, seed=st.integers(), list_sha256=st.text("0123456789abcdef"), population=ids, drawn=ids),
    max_size=2,
)
placements = st.builds(Placement, team=words.map(TeamId), date=days, shift=words)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(microsecond=0))
pins = st.one_of(
    st.none(),
    st.builds(Pin, team=st.none() | words.map(TeamId), day=st.none() | days, shift=st.none() | words),
)
violations = st.lists(
    st.builds(
        Violation,
        promise=st.sampled_from(Promise),
        where=words,
        by=weights,
        unit=words,
        text=st.builds(Text, words, words),
    ),
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_plan_comes_back_as_it_went_in(data: Any) -> None:
    draw = data.draw
    visits = tuple(
        replace(
            visit,
            closed=draw(some_days),
            taken=draw(some_days),
            also=tuple(draw(st.lists(st.sampled_from(Purpose), max_size=2))),
            pin=draw(pins),
            earliest=draw(st.none() | days),
            due=draw(st.none() | days),
        )
        for visit in PLAN.visits[:3]
    )
    shift = replace(PLAN.teams[0].shifts[0], weekdays=tuple(sorted(draw(st.sets(st.integers(0, 6))))))
    start = draw(moments)
    stop = replace(PLAN.routes[0].stops[0], arrive=start, travel_s=draw(st.integers(0, 10**6)))
    plan = replace(
        PLAN,
        round=replace(PLAN.round, wishes=draw(wishes), limits=draw(limits), tier=draw(st.text(max_size=5))),
        sites=(replace(PLAN.sites[0], inspected=tuple(sorted(draw(some_days)))), *PLAN.sites[1:]),
        teams=(replace(PLAN.teams[0], shifts=(shift,), off=draw(some_days), on=draw(some_days)),),
        visits=(*visits, *PLAN.visits[3:]),
        routes=(replace(PLAN.routes[0], lunch=(start, start + timedelta(minutes=30)), stops=(stop,)),),
        violations=tuple(draw(violations)),
        appointments=draw(st.dictionaries(words.map(VisitId), moments, max_size=3)),
        before=draw(st.dictionaries(words.map(VisitId), placements, max_size=3)),
        samples=tuple(draw(samples)),
    )
    assert again(plan) == plan


def test_a_certificate_comes_back_as_it_went_in() -> None:
    made = certify(PLAN, ENGINE, {"sites.csv": "1" * 64}, "2" * 64, {"gridplan": "0.1.0"}, 1)
    assert made.limits and made.wishes and made.samples and made.bound_text.en
    assert certificate_from_json(json.loads(json.dumps(certificate_to_json(made)))) == made


def test_documents_of_before_the_newer_keys_still_read() -> None:
    plain = again(kept_plan())
    document = json.loads(json.dumps(plan_to_json(plain)))
    for part, names in NEWER.items():
        items = document[part] if part else document
        for item in items if isinstance(items, list) else [items]:
            for name in names:
                del item[name]
    for team in document["teams"]:
        del team["on"]
        for shift in team["shifts"]:
            del shift["weekdays"]
    read = plan_from_json(document)
    zeros = dict.fromkeys(NEWER["figures"], 0)
    assert read == replace(plain, figures=replace(plain.figures, **zeros))
    certificate = certificate_to_json(certify(plain, ENGINE, {}, "2" * 64, {}, 1))
    for name in ("wishes", "limits", "samples", "bound_team_days", "bound_reason"):
        del certificate[name]
    assert certificate_from_json(certificate).limits == Limits()


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("wishes", "team_day_min", -1),
        ("wishes", "uneven", "much"),
        ("wishes", "preset", "best"),
        ("wishes", "band_min", [1]),
        ("limits", "night_visits", -1),
        ("limits", "yearly_cap", {"school": 1}),
    ],
)
def test_wishes_and_limits_that_make_no_sense_are_refused(part: str, name: str, value: object) -> None:
    document = plan_to_json(PLAN)
    document["round"][part][name] = value
    with pytest.raises(InputError):
        plan_from_json(document)


def test_a_team_does_not_drive_faster_than_its_plan() -> None:
    document = plan_to_json(PLAN)
    document["teams"][0]["speed_kmh"] = 90
    with pytest.raises(InputError, match=r"teams\[1\]"):
        plan_from_json(document)
