"""The independent judge: checks each promise of a plan from its order alone, and writes the certificate. Imports no solver.

How times are rebuilt stands in `retime`; the promises, one function each, in `promises`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from gridplan.model.crew import TeamId
from gridplan.model.plan import Certificate, Figures, Plan, Promise, PromiseCount, Verdict, Violation
from gridplan.model.site import SiteStatus
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.routing.bound import TEAM_DAY_MIN, lower_bound
from gridplan.routing.promises import Findings, Shortfall, judge_all, minimum_breaches
from gridplan.routing.retime import rebuild

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


def check_plan(plan: Plan, engine: TravelEngine) -> list[Violation]:
    """Return every broken promise of the plan; [] for a lawful one."""
    return [violation for found in judge_all(plan, engine) for violation in found.violations]


def compute_figures(plan: Plan, weight_team_day_min: float = TEAM_DAY_MIN) -> Figures:
    """Count what a plan costs from its routes.

    A team-day is one team on one date, whatever its shifts; its span is the sum of its routes from depart to back. A
    community is split when more than one team-day visits it. cost = travel minutes + weight × team-days.
    """
    visits = {visit.id: visit for visit in plan.visits}
    spans: dict[tuple[TeamId, date], float] = defaultdict(float)
    communities: dict[str, set[tuple[TeamId, date]]] = defaultdict(set)
    planned = set()
    for route in plan.routes:
        spans[route.team, route.date] += (route.back - route.depart).total_seconds() / 60
        for stop in route.stops:
            if visit := visits.get(stop.visit):
                planned.add(visit.id)
                if visit.community:
                    communities[visit.community].add((route.team, route.date))
    travel_min = sum(route.travel_s for route in plan.routes) / 60
    return Figures(
        visits=len(plan.visits),
        planned=len(planned),
        unplanned=len(plan.unplanned),
        days=len({day for _, day in spans}),
        teams=len({team for team, _ in spans}),
        team_days=len(spans),
        travel_min=round(travel_min, 2),
        distance_m=sum(route.distance_m for route in plan.routes),
        minutes_min=round(min(spans.values(), default=0)),
        minutes_max=round(max(spans.values(), default=0)),
        communities_split=sum(len(team_days) > 1 for team_days in communities.values()),
        cost=round(travel_min + weight_team_day_min * len(spans), 2),
    )


def gap_of(cost: float, bound: float) -> float:
    """Return (cost − bound) / cost, 0…1."""
    return round(min(max((cost - bound) / cost, 0.0), 1.0), 4) if cost > 0 else 0.0


def verdict_of(plan: Plan, broken: Collection[Promise]) -> Verdict:
    """Return `kept` when no promise is `broken`.

    `infeasible` and `unknown` are the planner's word, taken only where nothing but coverage or the minimum is broken: a plan
    that breaks any other promise could have been better and is `broken`.
    """
    if not broken:
        return Verdict.KEPT
    if plan.verdict in (Verdict.INFEASIBLE, Verdict.UNKNOWN) and set(broken) <= {Promise.COVERAGE, Promise.MINIMUM}:
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
    bound = lower_bound(plan, engine)
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
    )


def differences(plan: Plan, certificate: Certificate, recomputed: Certificate) -> list[Text]:
    """Return what differs between the plan, its certificate and the recomputed one, each named; [] when all agree.

    Versions are not compared: another machine may check a plan.
    """
    found: list[Text] = []

    def compare(what: Text, said: object, true: object) -> None:
        if said != true:
            found.append(say("check.differs", what=what, said=said, true=true))

    def both(name: str) -> Text:
        return Text(name, name)

    compare(say("check.plan_file"), certificate.plan_sha256, recomputed.plan_sha256)
    for path in sorted({*certificate.inputs, *recomputed.inputs}):
        compare(both(path), certificate.inputs.get(path, "-"), recomputed.inputs.get(path, "-"))
    compare(say("check.rule"), certificate.rule, recomputed.rule)
    compare(say("check.seed"), certificate.seed, recomputed.seed)
    for promise in recomputed.promises:
        title = say(f"check.{promise.value}")
        compare(title, _shown(certificate.promises.get(promise)), _shown(recomputed.promises.get(promise)))
        true = recomputed.promises[promise].breaches
        told = sum(violation.promise is promise for violation in plan.violations)
        compare(say("check.in_plan", what=title), told, true)
    for words, seen in ((say("check.certificate"), certificate), (say("check.plan"), plan)):
        bound = seen.bound if isinstance(seen, Certificate) else seen.bound.cost
        compare(say("check.of", part=words, what=say("check.verdict")), seen.verdict.value, recomputed.verdict.value)
        compare(say("check.of", part=words, what=say("check.bound")), bound, recomputed.bound)
        compare(say("check.of", part=words, what=say("check.gap")), seen.gap, recomputed.gap)
        for name in Figures.__dataclass_fields__:
            said, right = getattr(seen.figures, name), getattr(recomputed.figures, name)
            compare(say("check.of", part=words, what=both(name)), said, right)
    return found


def _shown(count: PromiseCount | None) -> str:
    return f"{count.breaches}/{count.checked}" if count else "-"
