"""What is said before any search: whether a round can be kept, who stands against it, and what is proven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, permutations, product

import numpy as np
import pytest

from gridplan.model.crew import Shift, TeamId
from gridplan.model.errors import InputError
from gridplan.model.round import Limits, Pin, Purpose, RoundRule, Visit
from gridplan.model.site import VisitMode
from gridplan.model.words import Text
from gridplan.routing.diagnosis.classes import survey
from gridplan.routing.diagnosis.diagnose import diagnose, possible_everywhere, possible_slots, proofs
from gridplan.routing.diagnosis.outlook import Outlook, Prospect
from gridplan.routing.problem import Problem
from gridplan.routing.solve import draft_plan, quick_effort
from gridplan.routing.timeline import Timetable
from tests.builders import DAY, MONDAY, NIGHT, crew, point, round_, team, visit
from tests.routing.mission import mission, problem, workdays

TUESDAY = MONDAY + timedelta(days=1)
CASES = {
    "pin_impossible": visit(pin=Pin(team=TeamId("T9"))),
    "outside_dates": visit(due=date(2026, 11, 1)),
    "no_department": visit(departments=frozenset({"fire"})),
    "no_officers": visit(mode=VisitMode.INSPECTION),
    "closed_all_days": visit(open="Sa,Su 09:00-17:00"),
    "no_time": visit(at=point(60_000, 0), minutes=120, open="Mo-Su 08:30-11:00"),
}


def _asked(one: Visit) -> Problem:
    return problem([one], [team(members=crew(1))], days=3)


def _row(count: int, *, apart_m: float = 200, **more: object) -> list[Visit]:
    """Visits along a street that begins at the base."""
    return [visit(f"v{n:02d}", at=point(apart_m * n, 0), **more) for n in range(count)]


def _named(found: Outlook, reason: str) -> Text:
    return next(cause.text for cause in found.causes if cause.reason == reason)


# ---- a visit that fits nowhere ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", CASES)
def test_a_visit_that_fits_nowhere_is_left_out_with_its_reason_and_a_proof(reason: str) -> None:
    draft = draft_plan(_asked(CASES[reason]), seed=1, tries=0)
    assert [item.reason for item in draft.unplanned] == [reason]
    assert draft.unplanned[0].text.zh
    assert draft.unplanned[0].remedy.en
    assert CASES[reason].site in draft.infeasible[0].zh


@pytest.mark.parametrize("reason", CASES)
def test_the_diagnosis_names_the_same_reason_before_any_search(reason: str) -> None:
    found = diagnose(_asked(CASES[reason]))
    assert found.prospect is Prospect.IMPOSSIBLE
    assert [(cause.reason, cause.alone, cause.proven) for cause in found.causes] == [(reason, True, True)]
    assert CASES[reason].site in found.proofs[0].zh


def test_without_teams_nothing_can_be_planned() -> None:
    draft = draft_plan(problem([visit()], []), seed=1)
    assert [item.reason for item in draft.unplanned] == ["no_team"]
    found = diagnose(problem([visit()], []))
    assert found.causes[0].text.zh == "1 个点位排不上：没有检查组出勤（site-v1）"


def test_a_sample_that_fits_nowhere_proves_nothing() -> None:
    asked = _asked(visit(open="Sa 09:00-17:00", purpose=Purpose.SAMPLE))
    draft = draft_plan(asked, seed=1)
    assert draft.unplanned
    assert not draft.infeasible
    assert diagnose(asked).prospect is Prospect.POSSIBLE


def test_an_inspection_may_lie_on_the_days_on_which_two_certificates_are_valid() -> None:
    one, two = crew(2)
    members = (one, replace(two, cert_until=TUESDAY))
    table = Timetable(problem([visit(mode=VisitMode.INSPECTION)], [team(members=members)], days=4))
    found = possible_slots(table, 0)
    assert [table.slots[slot].day for slot in found] == [0, 1]


def test_days_off_make_no_slots() -> None:
    table = Timetable(problem([visit()], [team(off=[TUESDAY])], days=3))
    assert [slot.day for slot in table.slots] == [0, 2]


def test_two_teams_with_one_officer_each_can_inspect_together() -> None:
    asked = problem(
        [visit(mode=VisitMode.INSPECTION)], [team("T1", members=crew(1)), team("T2", members=crew(1))], days=1
    )
    assert diagnose(asked).prospect is Prospect.POSSIBLE
    assert not draft_plan(asked, seed=1).infeasible


def test_a_visit_that_needs_two_teams_is_not_called_impossible_when_they_can_meet() -> None:
    joint = visit(departments=frozenset({"education", "fire"}))
    fire = team("T2", members=crew(2, department="fire"))
    assert diagnose(problem([joint], [team(), fire], days=2)).prospect is Prospect.POSSIBLE
    never = [replace(fire, off=frozenset({TUESDAY})), team(off=[MONDAY])]
    assert diagnose(problem([joint], never, days=2)).causes[0].reason == "no_department"


# ---- visits that compete for too little time -------------------------------------------------------------------------


def test_more_minutes_than_all_shifts_have_is_a_proof() -> None:
    asked = problem([visit(f"v{n}", minutes=60) for n in range(30)], [team()], days=3)
    draft = draft_plan(asked, seed=1, effort=quick_effort(30), tries=0)
    assert "1805" in draft.infeasible[0].en, "30 × 60 minutes and one set-up, against 3 × 480"
    assert "365" in draft.infeasible[0].zh
    assert diagnose(asked).prospect is Prospect.IMPOSSIBLE
    assert diagnose(asked).proofs[0].zh.startswith("全部 30 家合起来：30 家至少要 1805 分钟（不计路程）")


def test_evening_only_visits_are_weighed_against_the_evening_shifts_alone() -> None:
    evening = [visit(f"v{n}", minutes=50, open="Mo-Su 18:00-20:30") for n in range(10)]
    teams = [team(shifts=(*team().shifts, NIGHT), off=[TUESDAY])]
    assert draft_plan(problem(evening, teams, days=3), seed=1).infeasible
    assert not draft_plan(problem(evening[:4], teams, days=3), seed=1).infeasible
    found = diagnose(problem(evening, teams, days=3))
    assert _named(found, "closed_all_days").zh.startswith("10 个点位只在晚间开门：那时只有T1组出勤，共 2 天；约差")
    assert _named(found, "closed_all_days").en.startswith(
        "doors of 10 site(s) open only in the evening: T1组 alone works"
    )


def test_a_scarce_department_is_named_with_its_team_and_its_days() -> None:
    police = replace(team("T2", members=crew(2, department="公安"), off=[MONDAY]), name="二组")
    asked = problem(
        _row(40, minutes=60, departments=frozenset({"公安"})), [team("T1"), police, team("T3"), team("T4")], days=5
    )
    found = diagnose(asked)
    assert _named(found, "no_department").zh.startswith("40 次检查要有公安到场：只有二组有，共出勤 4 天；约差")
    assert found.proofs[0].zh.startswith("40 次检查要有公安到场：只有二组有，共出勤 4 天：40 家至少要")


def test_scarce_officers_are_named() -> None:
    asked = problem(
        _row(20, minutes=60, mode=VisitMode.INSPECTION), [team("T1"), team("T2", members=crew(1, plain=2))], days=2
    )
    assert _named(diagnose(asked), "no_officers").en.startswith(
        "20 inspection(s) need two certified officers: only T1组 can bring them, on 2 day(s)"
    )


def test_visits_that_are_due_too_soon_are_named_with_their_dates() -> None:
    found = diagnose(problem([*_row(30, due=MONDAY), visit("later")], [team(), team("T2")], days=3))
    assert _named(found, "outside_dates").zh.startswith("30 家只能在 2026-11-30 至 2026-11-30 检查")
    assert found.days[0].work_min > found.days[0].room_min
    assert found.days[1].work_min < found.days[1].room_min


def test_short_opening_hours_inside_a_shift_are_a_cause_too() -> None:
    asked = problem(_row(20, minutes=40, open="Mo-Su 14:00-17:00"), [team()], days=3)
    found = diagnose(asked)
    assert found.prospect is Prospect.IMPOSSIBLE, "800 minutes, and three afternoons have 540"
    assert "Mo-Su 14:00-17:00" in _named(found, "closed_all_days").en


def test_days_on_which_nobody_works_are_named() -> None:
    found = diagnose(problem(_row(60), [team(off=[date(2026, 12, 2)])], days=3))
    assert _named(found, "nobody_works") == Text("2026-12-02 没有检查组出勤", "2026-12-02: nobody works")
    assert [day.room_min for day in found.days] == [480, 480, 0]


def test_two_troubles_are_told_apart() -> None:
    fire = _row(16, minutes=60, departments=frozenset({"fire"}))
    evening = [visit(f"e{n}", minutes=50, open="Mo-Su 18:00-20:30") for n in range(9)]
    teams = [
        team("T1", members=crew(2, department="fire")),
        team("T2", shifts=(DAY, NIGHT)),
        team("T3"),
        team("T4"),
    ]
    found = diagnose(problem([*fire, *evening], teams, days=1))
    assert {cause.reason: len(cause.visits) for cause in found.causes} == {"no_department": 16, "closed_all_days": 9}
    assert len(found.proofs) == 2


def test_a_night_quota_that_no_night_shift_can_hold_is_a_proof_and_asks_for_an_evening() -> None:
    asked = problem(_row(4), [team()], days=2)
    found = diagnose(replace(asked, round=round_(rule=asked.round.rule, limits=Limits(night_visits=3))))
    assert found.prospect is Prospect.IMPOSSIBLE
    assert _named(found, "night_quota").zh == "夜查至少要 3 家，能在夜班检查的只有 0 家"
    assert [(one.kind.value, one.change) for one in found.proposals] == [("shift", 1)]
    again = diagnose(found.proposals[0].problem)
    assert again.prospect is Prospect.POSSIBLE


def test_the_closed_form_of_the_rule_is_a_proof_and_the_rule_can_be_changed() -> None:
    rule = RoundRule(min_per_day=2, max_days=3)
    asked = problem(_row(5), [team()], rule=rule, days=3, rule_impossible=Text("差 1 家", "1 short"))
    found = diagnose(asked)
    assert found.proofs == (Text("差 1 家", "1 short"),)
    assert [proposal.kind.value for proposal in found.proposals] == ["tail"]


# ---- the verdict -----------------------------------------------------------------------------------------------------


def test_the_prospect_follows_the_load() -> None:
    seen = {}
    for sites in (60, 92, 100, 140):
        found = diagnose(mission(sites, teams=2, seed=3, days=5))
        seen[found.prospect] = found.use
    assert list(seen) == [Prospect.POSSIBLE, Prospect.TIGHT, Prospect.UNLIKELY, Prospect.IMPOSSIBLE]
    assert sorted(seen.values()) == list(seen.values())


def test_a_round_that_looks_possible_has_no_causes_and_needs_no_change() -> None:
    found = diagnose(mission(40, teams=2))
    assert (found.prospect, found.causes, found.proposals, found.proofs) == (Prospect.POSSIBLE, (), (), ())
    assert found.text.zh.startswith("看来排得下")
    assert {day.room_min for day in found.days} == {960}


def test_an_empty_round_is_possible() -> None:
    assert diagnose(problem([], [team()])).prospect is Prospect.POSSIBLE


def test_one_long_visit_in_a_short_shift_is_not_called_tight() -> None:
    asked = problem([visit(minutes=140, open="Mo-Su 18:00-20:30")], [team(shifts=(DAY, NIGHT))], days=1)
    assert diagnose(asked).prospect is Prospect.POSSIBLE


def test_shifts_that_overlap_are_refused_by_name() -> None:
    night = replace(NIGHT, start_s=17 * 3600)
    with pytest.raises(InputError, match="night"):
        draft_plan(problem([visit()], [team(shifts=(*team().shifts, night))]), seed=1)


# ---- against brute force ---------------------------------------------------------------------------------------------

SHORT_DAY = Shift(name="day", start_s=9 * 3600, end_s=11 * 3600)
EVENING = Shift(name="night", start_s=18 * 3600, end_s=20 * 3600)


def _random_round(seed: int) -> Problem:
    """A few visits and barely enough short shifts for them."""
    random = np.random.default_rng(seed)
    visits = []
    for n in range(int(random.integers(2, 6))):
        more: dict[str, object] = {}
        draw = random.random()
        if draw < 0.2:
            more["open"] = "Mo-Su 18:00-20:00"
        elif draw < 0.4:
            more["open"] = "Mo-Su 09:00-10:00"
        elif draw < 0.5:
            more["due"] = MONDAY
        elif draw < 0.6:
            more["departments"] = frozenset({"fire"})
        elif draw < 0.7:
            more["mode"] = VisitMode.INSPECTION
        where = point(*(float(m) for m in random.integers(0, 3, 2) * 1500))
        visits.append(visit(f"v{n}", at=where, minutes=int(random.integers(20, 70)), **more))
    teams = [
        team("T1", shifts=(SHORT_DAY, EVENING) if random.random() < 0.5 else (SHORT_DAY,)),
        team("T2", shifts=(SHORT_DAY,), members=crew(1, department="fire")),
    ]
    teams = teams[: int(random.integers(1, 3))]
    days = int(random.integers(1, 3))
    return problem(visits, teams, days=days, rule=RoundRule(min_per_day=0, max_days=days))


def _can_be_planned(asked: Problem) -> bool:
    """Try every share-out of the visits to the slots in every order."""
    table, count = Timetable(asked), len(asked.visits)
    fits = [
        {
            chosen
            for size in range(count + 1)
            for chosen in combinations(range(count), size)
            if any(table.time(slot, order) is not None for order in permutations(chosen))
        }
        for slot in range(len(table.slots))
    ]
    return any(
        all(tuple(v for v in range(count) if share[v] == slot) in fits[slot] for slot in range(len(table.slots)))
        for share in product(range(len(table.slots)), repeat=count)
    )


def _rounds() -> Iterator[tuple[Problem, bool]]:
    for seed in range(120):
        asked = _random_round(seed)
        yield asked, _can_be_planned(asked)


def test_impossible_is_never_said_of_a_round_that_brute_force_can_plan() -> None:
    seen = {True: 0, False: 0}
    proven = 0
    for asked, possible in _rounds():
        seen[possible] += 1
        found = diagnose(asked)
        proven += found.prospect is Prospect.IMPOSSIBLE
        if possible:
            assert found.prospect is not Prospect.IMPOSSIBLE
            assert not found.proofs
            assert not proofs(asked)
    assert min(seen.values()) >= 20, "both kinds of rounds were tried"
    assert proven >= seen[False] // 2, "and the proof is worth something"


def test_impossible_is_never_said_of_a_round_that_two_teams_can_plan_together() -> None:
    kept = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        more: list[dict[str, object]] = [
            {"departments": frozenset({"education", "fire"})},
            {"mode": VisitMode.INSPECTION},
            {"open": "Mo-Su 18:00-20:00"},
            {"pin": Pin(team=TeamId("T1"))},
            {"closed": frozenset({MONDAY})},
            {},
        ]
        visits = [
            visit(f"v{n}", at=point(1200.0 * n, 0), minutes=int(random.integers(15, 60)), **more[random.integers(0, 6)])
            for n in range(int(random.integers(2, 6)))
        ]
        teams = [
            team("T1", shifts=(SHORT_DAY, EVENING), members=crew(1)),
            team("T2", shifts=(SHORT_DAY,), members=crew(1, department="fire")),
        ]
        limits = Limits(night_visits=int(random.integers(0, 3)))
        rule = RoundRule(min_per_day=0, max_days=2)
        asked = replace(problem(visits, teams, days=2), round=round_(rule=rule, limits=limits))
        draft = draft_plan(asked, seed=1, effort=quick_effort(len(visits)), tries=0)
        nights = {stop.visit for route in draft.routes if route.shift == "night" for stop in route.stops}
        if not draft.unplanned and len(nights) >= limits.night_visits:
            kept += 1
            assert diagnose(asked).prospect is not Prospect.IMPOSSIBLE
            assert not draft.infeasible
    assert kept >= 10


def test_all_visits_at_once_may_lie_where_each_alone_may() -> None:
    for seed in range(60):
        asked = _random_round(seed)
        lunch = replace(
            SHORT_DAY, name="lunch", end_s=14 * 3600, lunch=replace(DAY.lunch, from_s=11 * 3600, to_s=12 * 3600)
        )
        teams = [replace(one, shifts=(lunch,)) if seed % 2 else one for one in asked.teams]
        table = Timetable(replace(asked, teams=tuple(teams)))
        room, reasons = possible_everywhere(table)
        for number in range(len(asked.visits)):
            alone = possible_slots(table, number)
            assert (reasons[number] if isinstance(alone, str) else sorted(room[number])) == alone


def test_nothing_that_is_possible_looks_impossible_to_the_survey() -> None:
    for seed in range(60):
        asked = _random_round(seed)
        room, reasons = possible_everywhere(Timetable(asked))
        lost = survey(asked).hopeless()
        assert not lost.keys() & room.keys()
        assert all(reasons[number] == why for number, why in lost.items() if number in reasons)


def test_the_tightest_set_of_visits_is_found_among_many() -> None:
    """Four groups with one day each, and only two of them together are too many for their days."""
    days = workdays(4)
    groups = [(0, 0, 5), (0, 1, 12), (1, 1, 5), (2, 3, 6)]
    visits = [
        visit(f"g{group}-{n}", minutes=45, earliest=days[first], due=days[last])
        for group, (first, last, count) in enumerate(groups)
        for n in range(count)
    ]
    found = diagnose(problem(visits, [team()], days=4))
    assert found.prospect is Prospect.IMPOSSIBLE
    assert "22" in found.proofs[0].zh and "996" not in found.proofs[0].zh
    assert {name[:2] for cause in found.causes for name in cause.visits} == {"g0", "g1", "g2"}
