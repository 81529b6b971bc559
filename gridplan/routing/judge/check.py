"""The independent judge: checks each promise of a plan from its order alone, and writes the certificate. Imports no solver.

How times are rebuilt stands in `retime`; the promises, one function each, in `promises` and `asked`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import TypeVar

from gridplan.model.crew import TeamId
from gridplan.model.plan import (
    Certificate,
    Figures,
    Placement,
    Plan,
    Promise,
    PromiseCount,
    SampleDraw,
    Verdict,
    Violation,
)
from gridplan.model.round import VisitId
from gridplan.model.site import SiteStatus
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.routing.bounds.bound import lower_bound
from gridplan.routing.judge.case import Findings
from gridplan.routing.judge.promises import Shortfall, judge_all, minimum_breaches
from gridplan.routing.judge.retime import rebuild

__all__ = [
    "Shortfall",
    "certify",
    "check_plan",
    "compute_figures",
    "differences",
    "gap_of",
    "minimum_breaches",
    "rebuild",
    "verdict_of",
]


T = TypeVar("T")
TeamDay = tuple[TeamId, date]
PLANNERS_WORD = frozenset({Promise.COVERAGE, Promise.MINIMUM, Promise.NIGHT})
"""Where the judge takes the planner's word that a promise could not be kept: there may be too much to do."""


def check_plan(plan: Plan, engine: TravelEngine) -> list[Violation]:
    """Return every broken promise of the plan; [] for a lawful one."""
    return [violation for found in judge_all(plan, engine) for violation in found.violations]


def compute_figures(plan: Plan) -> Figures:
    """Count what a plan costs from its routes.

    A team-day is one team on one date, whatever its shifts; its span is the sum of its routes from depart to back, its time
    at work travel, set-ups and visits: no waiting, no lunch. A community is split when more than one team-day visits it. A
    stop is away when its township, if any, is none of its team's home townships; a team without home is never away. A
    visit of the plan before has moved when it is planned, but on no route with the same team, date and shift.
    cost = travel minutes + each other figure × its weight in the plan's wishes.
    """
    visits = {visit.id: visit for visit in plan.visits}
    teams, wishes = {team.id: team for team in plan.teams}, plan.round.wishes
    night = {(team.id, shift.name) for team in plan.teams for shift in team.shifts if shift.night}
    spans: dict[TeamDay, float] = defaultdict(float)
    work_s: dict[TeamDay, int] = defaultdict(int)
    communities: dict[str, set[TeamDay]] = defaultdict(set)
    townships: dict[str, set[TeamDay]] = defaultdict(set)
    places: dict[VisitId, list[Placement]] = defaultdict(list)
    nights: set[VisitId] = set()
    away = 0
    for route in plan.routes:
        team_day = route.team, route.date
        spans[team_day] += (route.back - route.depart).total_seconds() / 60
        work_s[team_day] += route.travel_s + sum(stop.set_up_s + stop.minutes * 60 for stop in route.stops)
        home = teams[route.team].home if route.team in teams else ()
        for stop in route.stops:
            if visit := visits.get(stop.visit):
                places[visit.id].append(Placement(team=route.team, date=route.date, shift=route.shift))
                away += bool(home) and visit.township not in home
                if visit.community:
                    communities[visit.community].add(team_day)
                if visit.township:
                    townships[visit.township].add(team_day)
                if (route.team, route.shift) in night:
                    nights.add(visit.id)
    travel_min = sum(route.travel_s for route in plan.routes) / 60
    low, high = wishes.band_min
    uneven_min = sum(max(low - at_work / 60, at_work / 60 - high, 0) for at_work in work_s.values())
    community_team_days = sum(map(len, communities.values()))
    township_team_days = sum(map(len, townships.values()))
    moved = sum(id in places and place not in places[id] for id, place in plan.before.items())
    cost = (
        travel_min
        + wishes.team_day_min * len(spans)
        + wishes.community_min * community_team_days
        + wishes.township_min * township_team_days
        + wishes.away_min * away
        + wishes.uneven * uneven_min
        + wishes.moved_min * moved
    )
    return Figures(
        visits=len(plan.visits),
        planned=len(places),
        unplanned=len(plan.unplanned),
        days=len({day for _, day in spans}),
        teams=len({team for team, _ in spans}),
        team_days=len(spans),
        travel_min=round(travel_min, 2),
        distance_m=sum(route.distance_m for route in plan.routes),
        minutes_min=round(min(spans.values(), default=0)),
        minutes_max=round(max(spans.values(), default=0)),
        communities_split=sum(len(team_days) > 1 for team_days in communities.values()),
        cost=round(cost, 2),
        community_team_days=community_team_days,
        township_team_days=township_team_days,
        away_stops=away,
        uneven_min=round(uneven_min, 2),
        moved=moved,
        night_visits=len(nights),
    )


def gap_of(cost: float, bound: float) -> float:
    """Return (cost − bound) / cost, 0…1."""
    return round(min(max((cost - bound) / cost, 0.0), 1.0), 4) if cost > 0 else 0.0


def verdict_of(plan: Plan, broken: Collection[Promise]) -> Verdict:
    """Return `kept` when no promise is `broken`.

    `infeasible` and `unknown` are the planner's word, taken only where nothing but coverage, the minimum or the night quota
    is broken: a plan that breaks any other promise could have been better and is `broken`.
    """
    if not broken:
        return Verdict.KEPT
    if plan.verdict in (Verdict.INFEASIBLE, Verdict.UNKNOWN) and set(broken) <= PLANNERS_WORD:
        return plan.verdict
    return Verdict.BROKEN


def _count(found: Findings) -> PromiseCount:
    breaches = len(found.violations)
    return PromiseCount(kept=breaches == 0, checked=found.checked, breaches=breaches)


def _without_place(plan: Plan) -> tuple[Text, ...]:
    waiting = sum(site.status is SiteStatus.REVIEW for site in plan.sites)
    located = sum(site.status is SiteStatus.LOCATED for site in plan.sites)
    if not waiting:
        return ()
    return (say("check.without_place", located=located, total=located + waiting, waiting=waiting),)


def certify(
    plan: Plan,
    engine: TravelEngine,
    inputs: Mapping[str, str],
    plan_sha256: str,
    versions: Mapping[str, str],
    seed: int,
) -> Certificate:
    """Recompute promises, verdict, figures, bound and gap of a plan, trusting only its visits, teams and orders.

    Parameters
    ----------
    inputs
        SHA-256 of every input file by its path inside the folder.
    plan_sha256
        SHA-256 of the plan document as written.
    """
    promises = {found.promise: _count(found) for found in judge_all(plan, engine)}
    figures = compute_figures(plan)
    bound = lower_bound(plan, engine, plan.round.wishes.team_day_min)
    return Certificate(
        inputs=dict(inputs),
        plan_sha256=plan_sha256,
        rule=plan.round.rule,
        verdict=verdict_of(plan, [promise for promise, count in promises.items() if not count.kept]),
        promises=promises,
        figures=figures,
        bound=bound.cost,
        gap=gap_of(figures.cost, bound.cost),
        versions=dict(versions),
        seed=seed,
        notes=_without_place(plan),
        wishes=plan.round.wishes,
        limits=plan.round.limits,
        samples=plan.samples,
        bound_text=bound.text,
        bound_team_days=bound.team_days,
    )


def differences(plan: Plan, certificate: Certificate, recomputed: Certificate) -> list[Text]:
    """Return what differs between the plan, its certificate and the recomputed one, each named; [] when all agree.

    Versions are not compared: another machine may check a plan.
    """
    found: list[Text] = []

    def compare(what: Text, said: T, true: T, shown: Callable[[T], object] = lambda value: value) -> None:
        if said != true:
            found.append(say("check.differs", what=what, said=shown(said), true=shown(true)))

    def both(name: str) -> Text:
        return Text(name, name)

    compare(say("check.plan_file"), certificate.plan_sha256, recomputed.plan_sha256)
    for path in sorted({*certificate.inputs, *recomputed.inputs}):
        compare(both(path), certificate.inputs.get(path, "-"), recomputed.inputs.get(path, "-"))
    compare(say("check.rule"), certificate.rule, recomputed.rule)
    for part in ("wishes", "limits"):
        one, other = getattr(certificate, part), getattr(recomputed, part)
        for name in type(other).__dataclass_fields__:
            what = say("check.of", part=say(f"check.{part}"), what=both(name))
            compare(what, getattr(one, name), getattr(other, name))
    compare(say("check.samples"), certificate.samples, recomputed.samples, _drawn)
    compare(say("check.notes"), certificate.notes, recomputed.notes, _joined)
    compare(say("check.seed"), certificate.seed, recomputed.seed)
    for promise in recomputed.promises:
        title = say(f"check.{promise.value}")
        compare(title, _shown(certificate.promises.get(promise)), _shown(recomputed.promises.get(promise)))
        true = recomputed.promises[promise].breaches
        told = sum(violation.promise is promise for violation in plan.violations)
        compare(say("check.in_plan", what=title), told, true)
    for words, seen in ((say("check.certificate"), certificate), (say("check.plan"), plan)):
        told_bound = (
            (seen.bound, seen.bound_team_days, seen.bound_text)
            if isinstance(seen, Certificate)
            else (seen.bound.cost, seen.bound.team_days, seen.bound.text)
        )
        compare(say("check.of", part=words, what=say("check.verdict")), seen.verdict.value, recomputed.verdict.value)
        right_bound = (recomputed.bound, recomputed.bound_team_days, recomputed.bound_text)
        for key, claim, right in zip(("bound", "bound_team_days", "bound_text"), told_bound, right_bound, strict=True):
            compare(say("check.of", part=words, what=say(f"check.{key}")), claim, right)
        compare(say("check.of", part=words, what=say("check.gap")), seen.gap, recomputed.gap)
        for name in Figures.__dataclass_fields__:
            said, right = getattr(seen.figures, name), getattr(recomputed.figures, name)
            compare(say("check.of", part=words, what=both(name)), said, right)
    return found


def _drawn(samples: Sequence[SampleDraw]) -> str:
    return "; ".join(f"{draw.seed} {draw.list_sha256[:12]} {', '.join(draw.drawn)}" for draw in samples) or "-"


def _joined(notes: Sequence[Text]) -> Text:
    return Text("；".join(note.zh for note in notes) or "-", "; ".join(note.en for note in notes) or "-")


def _shown(count: PromiseCount | None) -> str:
    return f"{count.breaches}/{count.checked}" if count else "-"
