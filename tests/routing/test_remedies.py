"""What is offered when a draft does not keep the round, and that what is called verified truly holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from gridplan.model.errors import Cancelled
from gridplan.model.plan import Remedy, Unplanned
from gridplan.model.round import RoundRule, RuleDays, Visit
from gridplan.model.site import VisitMode
from gridplan.model.words import Text
from gridplan.routing.diagnosis.causes import find_needs
from gridplan.routing.diagnosis.classes import survey
from gridplan.routing.diagnosis.diagnose import diagnose, unplanned
from gridplan.routing.diagnosis.elastic import build, shortage
from gridplan.routing.diagnosis.outlook import Prospect
from gridplan.routing.diagnosis.remedies import remedies
from gridplan.routing.problem import Draft, Problem
from gridplan.routing.solve import draft_plan, quick_effort
from tests.builders import DAY, NIGHT, crew, point, team, visit
from tests.routing.mission import broken, mission, problem, workdays

RULE = RoundRule(min_per_day=1, max_days=3)
NO_DRAFT = Draft(routes=(), unplanned=(), infeasible=(), remedies=(), notes=())


def _row(count: int, **more: object) -> list[Visit]:
    """Visits along a street that begins at the base."""
    return [visit(f"v{n:02d}", at=point(200 * n, 0), **more) for n in range(count)]


def _plan(asked: Problem) -> Draft:
    """A quick draft."""
    return draft_plan(asked, seed=1, effort=quick_effort(len(asked.visits)))


def _without(asked: Problem, reason: str, count: int) -> Draft:
    """A draft that leaves the first visits out."""
    return replace(NO_DRAFT, unplanned=tuple(unplanned(asked, number, reason) for number in range(count)))


@dataclass
class _Planner:
    """Plans for the remedies and remembers what it was asked."""

    plan: Callable[[Problem], Draft] = _plan
    asked: list[tuple[Problem, Draft]] = field(default_factory=list)

    def __call__(self, changed: Problem) -> Draft:
        self.asked.append((changed, self.plan(changed)))
        return self.asked[-1][1]


def _of(found: tuple[Remedy, ...], kind: str) -> Remedy:
    return next(remedy for remedy in found if remedy.kind.value == kind)


# ---- each kind of change ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "kind", "words"),
    [
        (problem(_row(14, minutes=60), [team()], days=1, rule=RULE), "teams", "增加 1 个检查组（同T1组"),
        (problem(_row(10, minutes=45), [team()], days=1, rule=RULE), "minutes_per_day", "每天多工作"),
        (problem(_row(14, minutes=60), [team()], days=1, rule=RULE), "days", "从 1 天改为 2 天"),
        (
            problem(_row(3, mode=VisitMode.INSPECTION), [team(members=crew(1, plain=1))], days=1, rule=RULE),
            "officers",
            "给T1组增加 1 名持证人员（涉及 3 家）",
        ),
        (
            problem(_row(3, departments=frozenset({"消防"})), [team()], days=1, rule=RULE),
            "department",
            "给T1组补上部门 消防（1 人；涉及 3 家）",
        ),
        (
            problem(_row(3, open="Mo-Su 18:00-20:30"), [team()], days=1, rule=RULE),
            "shift",
            "给T1组增加 1 个晚间班次（周一 18:00–20:30；涉及 3 家）",
        ),
        (
            problem(_row(3, open="Sa,Su 09:00-17:00"), [team()], days=3, rule=RULE),
            "shift",
            "在 2026-12-05 也出勤（涉及 3 家）",
        ),
        (problem(_row(9, minutes=15, open="Mo-Su 16:00-16:20"), [team()], days=1, rule=RULE), "filter", "移出本轮"),
    ],
)
def test_the_change_that_mends_the_round_is_offered_and_really_planned(asked: Problem, kind: str, words: str) -> None:
    draft, planner = _plan(asked), _Planner()
    assert draft.unplanned
    found = remedies(asked, draft, planner, tries=8, more_days=workdays(10)[len(asked.days) :])
    remedy = _of(found, kind)
    assert words in remedy.text.zh
    assert remedy.verified


def test_every_verified_change_of_a_district_holds_under_the_independent_judge() -> None:
    asked = mission(60, teams=2, seed=3, days=3, windows=True)
    draft, planner = _plan(asked), _Planner()
    found = remedies(asked, draft, planner, tries=10, more_days=workdays(10)[3:])
    kept = [changed for changed, plan in planner.asked if not plan.unplanned and not broken(changed, plan)]
    verified = [remedy for remedy in found if remedy.verified]
    assert len(verified) >= 2
    assert len(kept) >= sum(remedy.kind.value != "filter" for remedy in verified)
    assert [remedy.verified for remedy in found] == sorted((remedy.verified for remedy in found), reverse=True)


def test_a_change_that_helps_only_some_says_how_many_need_something_else() -> None:
    waiting = [
        visit("fire", departments=frozenset({"fire"})),
        visit("night", open="Mo-Su 18:00-20:30"),
        visit("plain"),
    ]
    asked = problem(waiting, [team()], days=1, rule=RULE)
    found = remedies(asked, _plan(asked), _plan, tries=4)
    assert _of(found, "department").text.en.endswith("; 1 other visit(s) need something else")
    assert _of(found, "department").verified
    assert _of(found, "shift").verified
    assert _of(found, "filter").verified


def test_a_kept_round_needs_no_remedy() -> None:
    asked = problem(_row(3), [team()], days=1, rule=RULE)
    assert remedies(asked, _plan(asked), _plan) == ()


def test_fewer_days_mend_a_day_without_a_team() -> None:
    rule = RoundRule(min_per_day=3, max_days=3, days=RuleDays.EVERY)
    asked = problem(_row(6), [team(off=[workdays(3)[2]])], days=3, rule=rule)
    found = remedies(asked, _plan(asked), _plan)
    assert [(remedy.kind.value, remedy.change) for remedy in found if remedy.verified] == [("days", -1)]


def test_without_teams_one_is_asked_for_and_nothing_is_planned() -> None:
    planner = _Planner()
    asked = problem(_row(2), [], days=1, rule=RULE)
    found = remedies(asked, _plan(asked), planner)
    assert [(remedy.kind.value, remedy.verified) for remedy in found] == [("teams", False)]
    assert not planner.asked


# ---- the budget ------------------------------------------------------------------------------------------------------

CROWDED = problem(_row(40, minutes=60), [team()], days=2, rule=RoundRule(min_per_day=1, max_days=2))


def test_without_tries_everything_stays_an_estimate() -> None:
    planner = _Planner()
    found = remedies(CROWDED, _without(CROWDED, "no_room", 20), planner, tries=0)
    assert not planner.asked
    assert {remedy.kind.value for remedy in found if not remedy.verified} >= {"teams", "days"}
    assert [remedy.kind.value for remedy in found if remedy.verified] == ["filter"], "the draft itself is that plan"


def test_no_more_than_the_budget_is_planned() -> None:
    planner = _Planner(lambda changed: _without(changed, "no_room", 1))
    remedies(CROWDED, _without(CROWDED, "no_room", 20), planner, tries=3)
    assert len(planner.asked) == 3


def test_an_estimate_that_does_not_hold_is_raised_step_by_step() -> None:
    def five_needed(changed: Problem) -> Draft:
        return NO_DRAFT if len(changed.teams) >= 5 else _without(changed, "no_room", 1)

    found = remedies(CROWDED, _without(CROWDED, "no_room", 20), five_needed, tries=12)
    assert (_of(found, "teams").change, _of(found, "teams").verified) == (4, True)


def test_an_estimate_that_holds_at_once_is_lowered_as_far_as_it_holds() -> None:
    def two_do(changed: Problem) -> Draft:
        return NO_DRAFT if len(changed.teams) >= 2 else _without(changed, "no_room", 1)

    assert [one.change for one in diagnose(CROWDED).proposals if one.kind.value == "teams"] == [2]
    found = remedies(CROWDED, _without(CROWDED, "no_room", 20), two_do, tries=12)
    assert (_of(found, "teams").change, _of(found, "teams").verified) == (1, True)


def test_what_was_tried_and_never_held_is_not_offered() -> None:
    found = remedies(
        CROWDED, _without(CROWDED, "no_room", 20), lambda changed: _without(changed, "no_room", 9), tries=99
    )
    assert {remedy.kind.value for remedy in found} == {"days", "filter"}, (
        "no following days were given: days stay a guess"
    )


def test_a_change_that_costs_other_visits_does_not_hold() -> None:
    asked = problem([visit("fire", departments=frozenset({"fire"})), *_row(6)], [team()], days=1, rule=RULE)

    def loses_another(changed: Problem) -> Draft:
        return replace(NO_DRAFT, unplanned=(unplanned(changed, 3, "no_room"),))

    found = remedies(asked, _without(asked, "no_department", 1), loses_another, tries=1)
    assert not [remedy for remedy in found if remedy.kind.value == "department" and remedy.verified]


def test_trying_tells_what_it_tries_and_may_be_stopped() -> None:
    said: list[Text | None] = []

    def stop(stage: str, done: int, total: int, text: Text | None = None) -> None:
        said.append(text)
        assert stage == "remedies" and total == 5
        if done == 2:
            raise Cancelled(Text("停止", "stopped"))

    with pytest.raises(Cancelled):
        remedies(
            CROWDED,
            _without(CROWDED, "no_room", 20),
            lambda changed: _without(changed, "no_room", 1),
            tries=5,
            progress=stop,
        )
    assert len(said) == 3 and all(said)


# ---- estimates before any plan ---------------------------------------------------------------------------------------


def test_the_estimates_of_a_crowded_round_come_with_the_changed_problem() -> None:
    found = diagnose(CROWDED, more_days=workdays(10)[2:])
    assert found.prospect is Prospect.IMPOSSIBLE
    by_kind = {proposal.kind.value: proposal for proposal in found.proposals}
    assert len(by_kind["teams"].problem.teams) == 1 + by_kind["teams"].change
    assert (
        len(by_kind["days"].problem.days) == 2 + by_kind["days"].change == by_kind["days"].problem.round.rule.max_days
    )
    assert [proposal.effort_min for proposal in found.proposals] == sorted(p.effort_min for p in found.proposals)


@pytest.mark.parametrize("kind", ["teams", "days", "department", "shift"])
def test_a_proposed_change_leaves_nothing_short_in_the_next_diagnosis(kind: str) -> None:
    visits = {
        "department": _row(20, minutes=60, departments=frozenset({"fire"})),
        "shift": _row(12, minutes=40, open="Mo-Su 18:00-20:30"),
    }.get(kind, _row(90, minutes=60))
    teams = [team("T1", shifts=(DAY, NIGHT), members=crew(2, department="fire")), team("T2"), team("T3")]
    found = diagnose(problem(visits, teams, days=2), more_days=workdays(10)[2:])
    changed = next(one for one in found.proposals if one.kind.value == kind).problem
    assert changed is not None
    again = survey(changed)
    program = build(again)
    assert not find_needs(again, program, shortage(program))


def test_a_new_team_is_like_the_one_that_is_scarce() -> None:
    teams = [team("T1"), team("T2", members=crew(2, department="fire"), base=point(900, 0)), team("T3")]
    found = diagnose(problem(_row(20, minutes=60, departments=frozenset({"fire"})), teams, days=2))
    offered = next(one for one in found.proposals if one.kind.value == "teams")
    assert {one.departments for one in offered.problem.teams[3:]} == {frozenset({"fire"})}
    assert "T2组" in offered.text.zh and "fire" in offered.text.en


def test_a_department_goes_to_the_nearest_team_that_lacks_only_it() -> None:
    teams = [
        team("far", base=point(9000, 0)),
        team("near", base=point(500, 0)),
        team("nobody", members=crew(0, plain=1)),
    ]
    asked = problem(_row(3, departments=frozenset({"fire"}), mode=VisitMode.INSPECTION), teams, days=1)
    offered = next(one for one in diagnose(asked).proposals if one.kind.value == "department")
    assert [one.id for one in offered.problem.teams if "fire" in one.departments] == ["near"]


def test_unplanned_nouns_speak_both_languages() -> None:
    asked = problem(_row(1), [team()], days=1)
    noun = unplanned(asked, 0, "no_room")
    assert isinstance(noun, Unplanned)
    assert noun.text.zh and noun.remedy.en
