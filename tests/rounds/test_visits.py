"""Which visits a round needs, and what becomes of those that cannot be made."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gridplan.model.errors import InputError
from gridplan.model.hours import parse_hours
from gridplan.model.place import AreaCode, AreaLevel
from gridplan.model.round import ExtraVisit, KindSettings, Purpose, Scope
from gridplan.model.site import PlacedSite, SiteId, SiteKind, SiteStatus, VisitMode
from gridplan.rounds.visits import Visits, make_visits
from tests.builders import placed, round_

INSTITUTIONS = KindSettings(
    minutes=35, mode=VisitMode.INSPECTION, departments=("education",), opening=parse_hours("08:00-20:30")
)


def make(*sites: PlacedSite, extra: tuple[ExtraVisit, ...] = (), **more: Any) -> Visits:
    return make_visits(round_(kinds={SiteKind.INSTITUTION: INSTITUTIONS}, **more), sites, extra)


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
