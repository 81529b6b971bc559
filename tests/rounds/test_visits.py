"""Which visits a round needs, and what becomes of those that cannot be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gridplan.model.crew import Team, TeamId
from gridplan.model.errors import InputError
from gridplan.model.hours import parse_hours
from gridplan.model.place import AreaCode, AreaLevel
from gridplan.model.result import Outcome
from gridplan.model.round import (
    ExtraVisit,
    KindSettings,
    Limits,
    PastVisit,
    Pin,
    PinWish,
    Purpose,
    RoundRule,
    SampleWish,
    Scope,
    TakenDay,
)
from gridplan.model.site import LicenceClass, PlacedSite, SiteId, SiteKind, SiteStatus, VisitMode
from gridplan.rounds.visits import Visits, make_visits
from tests.builders import DAY, MONDAY, NIGHT, placed, round_, team

INSTITUTIONS = KindSettings(
    minutes=35, mode=VisitMode.INSPECTION, departments=("education",), opening=parse_hours("08:00-20:30")
)


def make(
    *sites: PlacedSite,
    extra: tuple[ExtraVisit, ...] = (),
    teams: Sequence[Team] = (),
    settings: KindSettings = INSTITUTIONS,
    **more: Any,
) -> Visits:
    return make_visits(round_(kinds={SiteKind.INSTITUTION: settings}, **more), sites, extra, teams)


def wish(site: str, purpose: Purpose = Purpose.LEAD, **more: Any) -> ExtraVisit:
    return ExtraVisit(site_id=SiteId(site), purpose=purpose, **more)


def township(code: str) -> dict[AreaLevel, AreaCode]:
    return {AreaLevel.TOWNSHIP: AreaCode(code)}


def codes(made: Visits) -> list[str]:
    return [complaint.code for complaint in made.complaints]


def test_each_located_site_gets_one_routine_visit_as_its_kind_says() -> None:
    (made,) = make(placed("s1")).visits
    assert (made.id, made.site, made.minutes, made.mode) == ("V-s1", "s1", 35, VisitMode.INSPECTION)
    assert made.departments == {"education"} and made.opening == INSTITUTIONS.opening


def test_what_the_site_says_itself_wins_over_its_kind() -> None:
    own = placed("s1", minutes=50, mode=VisitMode.PATROL, departments=("fire",), opening=parse_hours("Mo 09:00-12:00"))
    (made,) = make(own).visits
    assert (made.minutes, made.mode, made.departments) == (50, VisitMode.PATROL, {"fire"})
    assert str(made.opening) == "Mo 09:00-12:00"


def test_sites_in_review_and_rejected_ones_get_none() -> None:
    made = make(placed("s1", status=SiteStatus.REVIEW), placed("s2", status=SiteStatus.REJECTED))
    assert made == Visits(visits=(), complaints=(), out_of_scope=())


def test_a_site_outside_the_scope_is_listed_and_not_visited() -> None:
    scope = Scope(kinds=(SiteKind.INSTITUTION,), townships=(AreaCode("110"),), exclude_status=("已注销",))
    made = make(
        placed("here", areas=township("110")),
        placed("there", areas=township("120")),
        placed("office", kind=SiteKind.OFFICE, areas=township("110")),
        placed("gone", state=" 已 注销", areas=township("110")),
        placed("unknown", status=SiteStatus.REVIEW),
        scope=scope,
    )
    assert [visit.site for visit in made.visits] == ["here"]
    assert made.out_of_scope == ("there", "office", "gone")


def test_a_township_without_sites_is_complained_of() -> None:
    made = make(placed("s1", areas=township("110")), scope=Scope(townships=(AreaCode("999"),)))
    assert codes(made) == ["rounds.empty_township"]


def test_extra_visits_are_made_beside_the_routine_one() -> None:
    lead = wish("s1", due=date(2026, 12, 2), minutes=15)
    made = make(placed("s1"), extra=(lead, wish("s1"), wish("s1", Purpose.FOLLOW_UP)))
    assert [visit.id for visit in made.visits] == ["V-s1", "V-s1-lead", "V-s1-lead-2", "V-s1-follow_up"]
    assert (made.visits[1].minutes, made.visits[1].due, made.visits[2].minutes) == (15, date(2026, 12, 2), 35)


def test_extra_visits_that_cannot_be_made_are_complained_of_with_their_row() -> None:
    sites = (placed("s1"), placed("s2", status=SiteStatus.REVIEW), placed("s3", kind=SiteKind.OFFICE))
    wishes = (wish("s9", row=2), wish("s2", row=3), wish("s3", row=4), wish("s1", Purpose.ROUTINE, row=5))
    made = make(*sites, extra=wishes, scope=Scope(kinds=(SiteKind.INSTITUTION,)))
    assert codes(made) == [
        "rounds.extra_unknown_site",
        "rounds.extra_unlocated",
        "rounds.extra_out_of_scope",
        "rounds.extra_routine",
    ]
    assert [complaint.row for complaint in made.complaints] == [2, 3, 4, 5]
    assert len(made.visits) == 1


def test_a_kind_without_settings_is_an_error_that_names_it() -> None:
    with pytest.raises(InputError, match="office"):
        make(placed("s1", kind=SiteKind.OFFICE))


# ---- minutes, closed days, days taken ----------------------------------------------------------------------------------


def test_minutes_come_from_site_class_size_and_kind_in_this_order() -> None:
    kind = replace(INSTITUTIONS, minutes_by_class={LicenceClass.NONE: 60}, minutes_by_size=((0, 20), (100, 45)))
    made = make(
        placed("own", minutes=10, permit=False, licence=False),
        placed("class", permit=False, licence=False, size=500),
        placed("large", permit=True, licence=True, size=100),
        placed("small", size=99),
        placed("plain"),
        settings=kind,
    )
    assert [visit.minutes for visit in made.visits] == [10, 60, 45, 20, 35]


def test_closed_days_and_days_that_another_tier_took_are_the_visits_own() -> None:
    tomorrow = MONDAY + timedelta(days=1)
    taken = [TakenDay(site_id=SiteId("a"), day=day, tier=tier) for day, tier in ((MONDAY, "县级"), (tomorrow, "乡镇"))]
    made = make(placed("a", closed=(tomorrow,)), extra=(wish("a"),), taken=(*taken, wish_day("b")), tier="乡镇")
    assert {(visit.closed, visit.taken) for visit in made.visits} == {(frozenset({tomorrow}), frozenset({MONDAY}))}
    assert len(made.visits) == 2 and codes(made) == ["rounds.taken_unknown_site"]


def wish_day(site: str) -> TakenDay:
    return TakenDay(site_id=SiteId(site), day=MONDAY, row=3)


# ---- the yearly cap ------------------------------------------------------------------------------------------------------


def past(
    site: str, *days: date, outcome: Outcome = Outcome.DONE, mode: VisitMode | None = None
) -> tuple[PastVisit, ...]:
    return tuple(PastVisit(site_id=SiteId(site), day=day, outcome=outcome.value, mode=mode) for day in days)


MARCH, JUNE = date(2026, 3, 2), date(2026, 6, 1)
CAP = Limits(yearly_cap={SiteKind.INSTITUTION: 2})


def test_a_site_that_reached_its_cap_is_told_and_has_no_routine_visit() -> None:
    made = make(placed("a", name="甲校"), placed("b"), limits=CAP, history=past("a", MARCH, JUNE), extra=(wish("a"),))
    assert [visit.id for visit in made.visits] == ["V-b", "V-a-lead"]
    assert made.inspected == {"a": (MARCH, JUNE)} and made.out_of_scope == ()
    (complaint,) = made.complaints
    assert (complaint.code, complaint.value) == ("rounds.capped_routine", "a")
    assert [note.en for note in made.notes] == [
        "1 sites were inspected as often as the year allows; they have no routine visit and are not promised: 甲校"
    ]


@pytest.mark.parametrize(
    "history",
    [
        past("a", MARCH),
        past("a", date(2025, 3, 2), date(2025, 6, 1)),
        past("a", MARCH, JUNE, outcome=Outcome.REFUSED),
        past("a", MARCH, JUNE, outcome=Outcome.CLOSED),
        past("a", MARCH, JUNE, mode=VisitMode.PATROL),
        past("b", MARCH, JUNE),
    ],
)
def test_what_was_no_inspection_of_this_year_does_not_count(history: tuple[PastVisit, ...]) -> None:
    assert [visit.id for visit in make(placed("a"), limits=CAP, history=history).visits] == ["V-a"]


def test_a_patrol_has_no_cap() -> None:
    patrolled = placed("a", mode=VisitMode.PATROL)
    made = make(patrolled, limits=CAP, history=past("a", MARCH, JUNE, mode=VisitMode.INSPECTION))
    assert [visit.id for visit in made.visits] == ["V-a"] and made.inspected == {"a": (MARCH, JUNE)}


def test_a_round_over_new_year_moves_a_spent_site_to_the_year_with_room() -> None:
    rule = RoundRule(max_days=3)
    new_year: dict[str, Any] = {"start": date(2026, 12, 31), "rule": rule, "workdays": frozenset({date(2027, 1, 4)})}
    (made,) = make(placed("a"), limits=CAP, history=past("a", MARCH, JUNE), **new_year).visits
    assert (made.earliest, made.due) == (date(2027, 1, 1), date(2027, 12, 31))
    (free,) = make(placed("a"), limits=CAP, **new_year).visits
    assert (free.earliest, free.due) == (None, None)


def test_a_sample_by_hand_beyond_the_cap_is_told() -> None:
    made = make(placed("a"), limits=CAP, history=past("a", MARCH), extra=(wish("a", Purpose.SAMPLE, row=7),))
    assert [visit.id for visit in made.visits] == ["V-a"]
    assert [(c.code, c.row) for c in made.complaints] == [("rounds.capped", 7)]


# ---- samples -------------------------------------------------------------------------------------------------------------


def test_a_sample_is_drawn_beside_the_routine_visits() -> None:
    sites = [placed(f"s{n}") for n in range(10)]
    made = make(*sites, sample=SampleWish(share=0.25, seed=4, minutes=15), extra=(wish("s1", Purpose.SAMPLE, row=2),))
    (draw,) = made.samples
    samples = [visit for visit in made.visits if visit.purpose is Purpose.SAMPLE]
    assert len(made.visits) == 13 and [visit.site for visit in samples] == list(draw.drawn)
    assert {visit.minutes for visit in samples} == {15}
    assert codes(made) == ["rounds.extra_sample"]
    assert made.notes[0].en.startswith("sample: 3 of 10 sites drawn at random (seed 4, fingerprint")


def test_only_located_sites_of_the_kinds_wished_for_can_be_drawn() -> None:
    sites = [
        placed("a"),
        placed("b", status=SiteStatus.REVIEW),
        placed("c", kind=SiteKind.OFFICE),
        placed("d", state="已注销"),
    ]
    made = make_visits(
        round_(sample=SampleWish(size=9, kinds=(SiteKind.INSTITUTION,)), scope=Scope(exclude_status=("已注销",))),
        sites,
        (),
    )
    assert made.samples[0].population == made.samples[0].drawn == ("a",)


def test_a_site_without_room_for_one_more_inspection_cannot_be_drawn() -> None:
    sites, history = [placed("a"), placed("b")], past("a", MARCH)
    apart = make(*sites, sample=SampleWish(size=2), limits=CAP, history=history)
    assert apart.samples[0].population == ("b",)
    merged = make(*sites, sample=SampleWish(size=2), limits=CAP, history=history, merge=True)
    assert merged.samples[0].population == ("a", "b")
    assert [(visit.id, visit.also) for visit in merged.visits] == [
        ("V-a", (Purpose.SAMPLE,)),
        ("V-b", (Purpose.SAMPLE,)),
    ]


# ---- merging -------------------------------------------------------------------------------------------------------------


def test_what_falls_due_at_one_site_becomes_one_visit() -> None:
    asked = (
        wish("a", Purpose.FOLLOW_UP, minutes=20, earliest=date(2026, 12, 1), due=date(2026, 12, 9)),
        wish("a", Purpose.LEAD, minutes=40, due=date(2026, 12, 4)),
    )
    made = make(placed("a", departments=("fire",), priority=3), placed("b"), extra=asked, merge=True)
    one, other = made.visits
    assert (one.id, one.purpose, one.also) == ("V-a", Purpose.ROUTINE, (Purpose.LEAD, Purpose.FOLLOW_UP))
    assert (one.minutes, one.earliest, one.due, one.priority) == (70, date(2026, 12, 1), date(2026, 12, 4), 3)
    assert other.id == "V-b"
    assert made.notes[0].en == "one visit for all that falls due at a site: 4 visits became 2"


def test_without_the_wish_nothing_is_merged() -> None:
    assert len(make(placed("a"), extra=(wish("a"),)).visits) == 2


# ---- pins ----------------------------------------------------------------------------------------------------------------


def pin(target: str, **more: Any) -> PinWish:
    return PinWish(target=target, pin=Pin(**more), row=5)


TEAMS = (team("T1", shifts=[DAY]), team("T2", shifts=[DAY, NIGHT]))


def test_a_pin_names_a_site_or_a_visit_and_a_team_by_id_or_name() -> None:
    pins = (
        pin("a", team=TeamId("T1组"), day=MONDAY),
        pin("V-a-lead", team=TeamId("T2"), shift="night"),
        pin("b", shift="day"),
    )
    made = make(placed("a"), placed("b"), extra=(wish("a"),), pins=pins, teams=TEAMS)
    assert {visit.id: visit.pin for visit in made.visits} == {
        "V-a": Pin(team=TeamId("T1"), day=MONDAY),
        "V-b": Pin(shift="day"),
        "V-a-lead": Pin(team=TeamId("T2"), shift="night"),
    }
    assert made.complaints == ()


def test_a_pin_of_a_merged_visit_holds_for_the_one_that_holds_it() -> None:
    made = make(placed("a"), extra=(wish("a"),), pins=(pin("V-a-lead", day=MONDAY),), merge=True)
    assert [(visit.id, visit.pin) for visit in made.visits] == [("V-a", Pin(day=MONDAY))]


@pytest.mark.parametrize(
    ("wish_", "code"),
    [
        (pin("z", day=MONDAY), "rounds.pin_unknown"),
        (pin("a", team=TeamId("T9")), "rounds.pin_team"),
        (pin("a", day=date(2027, 1, 1)), "rounds.pin_day"),
        (pin("a", team=TeamId("T1"), shift="night"), "rounds.pin_shift"),
    ],
)
def test_a_pin_that_cannot_hold_is_told(wish_: PinWish, code: str) -> None:
    made = make(placed("a"), pins=(wish_,), teams=TEAMS)
    assert [(c.code, c.file, c.row) for c in made.complaints] == [(code, "pins.csv", 5)]
    assert made.visits[0].pin is None


def test_a_second_pin_elsewhere_and_a_pin_to_one_of_several_visits_are_told() -> None:
    twice = make(placed("a"), pins=(pin("a", day=MONDAY), pin("V-a", day=MONDAY + timedelta(days=1))))
    assert codes(twice) == ["rounds.pin_twice"] and twice.visits[0].pin == Pin(day=MONDAY)
    spent = {"limits": CAP, "history": past("a", MARCH, JUNE)}
    which = make(placed("a"), extra=(wish("a"), wish("a", Purpose.FOLLOW_UP)), pins=(pin("a", day=MONDAY),), **spent)
    assert codes(which)[-1] == "rounds.pin_which"
