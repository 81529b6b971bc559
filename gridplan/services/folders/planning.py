"""From placed sites to a plan with its certificate: the rule's closed forms, the solver, the independent judge."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from typing import Any

from gridplan.model.crew import Team
from gridplan.model.errors import Complaint
from gridplan.model.place import Area, AreaCode, AreaLevel, LonLat
from gridplan.model.plan import Bound, Figures, Plan, PlanRound, PlanSite, PlanTravel, Verdict
from gridplan.model.progress import Progress, silent, to_the_end
from gridplan.model.round import ExtraVisit, Purpose, Round, RoundRule, TravelSource
from gridplan.model.site import PlacedSite, SiteId, SiteStatus
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.roads.engine import StraightEngine
from gridplan.roads.network import RoadNetwork
from gridplan.roads.remote.engine import AskingEngine
from gridplan.rounds.crews import crews_of
from gridplan.rounds.fill import Spare, spare_sites
from gridplan.rounds.rule import Feasibility, judge_round
from gridplan.rounds.visits import Visits, make_visits
from gridplan.rounds.workdays import following, horizon
from gridplan.routing.assume import fewest_teams, first_guess
from gridplan.routing.bounds.bound import lower_bound
from gridplan.routing.diagnosis.diagnose import diagnose
from gridplan.routing.diagnosis.outlook import Outlook, Prospect
from gridplan.routing.judge.check import check_plan, compute_figures, gap_of, verdict_of
from gridplan.routing.names import Keep, Named
from gridplan.routing.pace import pace_of
from gridplan.routing.problem import Problem
from gridplan.routing.search.improve import Effort
from gridplan.routing.solve import draft_plan
from gridplan.services.folders.legs import asking_engine, points_of, sent_note, with_legs
from gridplan.services.folders.streets import street_engine

MORE_DAYS = 10
"""So many days after the round a remedy may ask for."""
NO_FIGURES = Figures(
    visits=0,
    planned=0,
    unplanned=0,
    days=0,
    teams=0,
    team_days=0,
    travel_min=0.0,
    distance_m=0,
    minutes_min=0,
    minutes_max=0,
    communities_split=0,
    cost=0.0,
)
NO_BOUND = Bound(cost=0.0, team_days=0, text=Text("", ""))
"""What a plan holds until the judge has filled it in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, the engine that timed it and what was wrong with the visits asked for; `stopped` early, on request."""

    plan: Plan
    engine: TravelEngine
    complaints: tuple[Complaint, ...]
    stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What counting says before a plan is made: `capacity` is the most visits possible on each of `days`."""

    possible: bool
    text: Text
    days: tuple[date, ...]
    capacity: tuple[int, ...]
    promised: frozenset[SiteId]
    review: int
    teams: tuple[Team, ...]
    outlook: Outlook


def versions() -> dict[str, str]:
    """Return the versions that a certificate names."""
    return {"python": platform.python_version()} | {
        name: version(name) for name in ("gridplan", "ortools", "numba", "pyvrp", "osmium", "scipy")
    }


def engine_for(round_: Round, network: RoadNetwork | None) -> TravelEngine:
    """Return the engine of the server that the settings name, else the road engine, else the straight line × detour."""
    if round_.travel.engine is not TravelSource.AUTO:
        return asking_engine(round_.travel)
    if network is not None:
        return street_engine(network)
    return StraightEngine(round_.travel.speed_kmh, round_.travel.detour)


def plan_sites(
    sites: Iterable[PlacedSite], areas: Mapping[AreaCode, Area], inspected: Mapping[SiteId, tuple[date, ...]]
) -> tuple[PlanSite, ...]:
    """Return sites as a plan carries them; `inspected`: the dates of their inspections so far."""
    return tuple(
        PlanSite(
            id=placed.site.id,
            rows=tuple(replace(row, date=None) for row in placed.site.rows),
            name=placed.site.name,
            kind=placed.site.kind,
            address=placed.site.address,
            point=placed.fix.point,
            datum_in=placed.site.datum_in,
            level=placed.fix.level,
            score=round(placed.fix.score, 3),
            status=placed.status,
            reason=say(placed.fix.reason) if placed.fix.reason else Text("", ""),
            areas={level: (code, areas[code].name) for level, code in placed.areas.items()},
            inspected=inspected.get(placed.site.id, ()),
        )
        for placed in sites
    )


def township_centres(areas: Sequence[Area]) -> list[tuple[AreaCode, str, LonLat]]:
    """Return code, name and a point inside each township (or the widest level where there is none)."""
    level = (
        AreaLevel.TOWNSHIP if any(a.level is AreaLevel.TOWNSHIP for a in areas) else min(a.level.depth for a in areas)
    )
    chosen = [a for a in areas if a.level is level or a.level.depth == level]
    centres = []
    for area in sorted(chosen, key=lambda a: a.code):
        inside = area.polygon.representative_point()
        centres.append((area.code, area.name, LonLat(round(inside.x, 6), round(inside.y, 6))))
    return centres


def rule_sentence(rule: RoundRule) -> Text:
    """Return the rule as a person reads it."""
    return say(
        "plan.rule",
        unit=say(f"plan.unit_{rule.unit.value}"),
        days=say(f"plan.days_{rule.days.value}"),
        least=rule.min_per_day,
        most=rule.max_days,
        kind=say(f"plan.kind_{rule.day_kind.value}"),
        counts=say(f"plan.counts_{rule.counts.value}"),
        tail=say(f"plan.tail_{rule.tail.value}"),
    )


def _judge(problem: Problem, areas: Sequence[Area], spare: Spare) -> Feasibility:
    """Ask the closed forms whether the rule can be kept; `spare` sites may be named as what would fill the round."""
    return judge_round(
        problem.round.rule,
        problem.days,
        problem.visits,
        problem.teams,
        set_up_min=problem.set_up_s // 60,
        spare=spare,
        names={area.code: area.name for area in areas},
    )


def problem_of(
    round_: Round,
    sites: Sequence[PlacedSite],
    areas: Sequence[Area],
    teams: Sequence[Team],
    wanted: Visits,
    engine: TravelEngine,
) -> tuple[Problem, Feasibility]:
    """Make the problem: the horizon, the visits, the teams (assumed where none are given) and what the closed forms say."""
    days = horizon(round_)
    problem = Problem(
        round=round_,
        days=days,
        visits=wanted.visits,
        teams=tuple(teams) or first_guess(round_, wanted.visits, days, township_centres(areas)),
        travel=engine,
        set_up_s=round_.travel.set_up_min * 60,
    )
    judged = _judge(problem, areas, spare_sites(round_, sites))
    return _told(problem, judged), judged


def measure_legs(
    engine: TravelEngine, problem: Problem, progress: Progress, centres: Sequence[tuple[AreaCode, str, LonLat]] = ()
) -> None:
    """Have a travel server measure the legs between all that a problem goes to; other engines need no such asking."""
    if isinstance(engine, AskingEngine):
        engine.measure(points_of(problem.teams, problem.visits, [centre for _, _, centre in centres]), progress)


def diagnose_round(
    round_: Round,
    sites: Sequence[PlacedSite],
    areas: Sequence[Area],
    teams: Sequence[Team],
    extra: Sequence[ExtraVisit],
    wanted: Visits | None = None,
) -> Diagnosis:
    """Tell by counting alone whether the rule can be kept; no plan is made. `wanted` are the visits where they are known."""
    teams = crews_of(round_, teams)
    wanted = wanted or make_visits(round_, sites, extra, teams)
    straight = StraightEngine(round_.travel.speed_kmh, round_.travel.detour)  # counting asks no server
    problem, judged = problem_of(round_, sites, areas, teams, wanted, straight)
    promised = frozenset(visit.site for visit in wanted.visits if visit.purpose is Purpose.ROUTINE)
    outside = frozenset(wanted.out_of_scope)
    review = [s for s in sites if s.status is SiteStatus.REVIEW and s.site.id not in outside]
    text = judged.text
    if judged.possible and not judged.text.zh:
        text = say("plan.can_keep", visits=len(promised), able=sum(judged.each_day), days=len(problem.days))
    return Diagnosis(
        possible=judged.possible,
        text=text,
        days=problem.days,
        capacity=tuple(judged.each_day),
        promised=promised,
        review=len(review),
        teams=problem.teams,
        outlook=diagnose(problem, more_days=following(round_, MORE_DAYS)),
    )


def diagnosis_to_json(found: Diagnosis) -> dict[str, Any]:
    """Return the diagnosis as the `--json` object has it; the round is possible unless there is a proof."""
    outlook = found.outlook
    return {
        "possible": found.possible and outlook.prospect is not Prospect.IMPOSSIBLE,
        "prospect": outlook.prospect.value,
        "use": round(outlook.use, 4),
        "visits": len(found.promised),
        "review": found.review,
        "capacity": list(found.capacity),
        "days": [
            {"date": load.day.isoformat(), "work_min": load.work_min, "room_min": load.room_min}
            for load in outlook.days
        ],
        "zh": found.text.zh,
        "en": found.text.en,
        "outlook": {"zh": outlook.text.zh, "en": outlook.text.en},
        "causes": [
            {"reason": cause.reason, "visits": list(cause.visits), "proven": cause.proven}
            | {"short_min": cause.short_min, "zh": cause.text.zh, "en": cause.text.en}
            for cause in outlook.causes
        ],
        "proposals": [
            {"kind": one.kind.value, "change": one.change, "zh": one.text.zh, "en": one.text.en}
            for one in outlook.proposals
        ],
    }


def make_plan(
    round_: Round,
    sites: Sequence[PlacedSite],
    areas: Sequence[Area],
    teams: Sequence[Team],
    extra: Sequence[ExtraVisit],
    network: RoadNetwork | None,
    *,
    seed: int,
    notes: Sequence[Text] = (),
    progress: Progress = silent,
    effort: Effort | None = None,
    resume: Named | None = None,
    keep: Keep | None = None,
) -> Planned:
    """Plan a round from beginning to end and judge the plan with the independent checker.

    `effort`, `resume` and `keep` as for `draft_plan`. A cancel while it improves ends it early with the best plan so far.
    """
    engine = engine_for(round_, network)
    teams = crews_of(round_, teams)
    wanted = make_visits(round_, sites, extra, teams)
    problem, judged = problem_of(round_, sites, areas, teams, wanted, engine)
    measure_legs(engine, problem, progress, () if teams else township_centres(areas))
    if teams:
        draft = draft_plan(
            problem,
            seed=seed,
            progress=progress,
            effort=effort,
            more_days=following(round_, MORE_DAYS),
            resume=resume,
            keep=keep,
        )
    else:
        spare = spare_sites(round_, sites)

        def judged_again(problem: Problem) -> Problem:
            return _told(problem, _judge(problem, areas, spare))

        problem, draft = fewest_teams(
            problem,
            township_centres(areas),
            judged_again,
            seed=seed,
            progress=progress,
            effort=effort,
            resume=resume,
            keep=keep,
        )
    in_scope = [s for s in sites if s.site.id not in set(wanted.out_of_scope)]
    said = [*notes, *_assumptions(round_, network, problem, in_scope), *wanted.notes, *draft.notes]
    if judged.waived or (judged.possible and judged.text.zh):
        said.append(judged.text)
    progress = to_the_end(progress)
    progress("check", 0, 1)
    plan = Plan(
        round=PlanRound(
            name=round_.name,
            district=round_.district,
            start=round_.start,
            workdays=problem.days,
            rule=round_.rule,
            datum=round_.datum,
            unlocated=round_.unlocated,
            wishes=draft.wishes,
            limits=round_.limits,
            tier=round_.tier,
        ),
        travel=with_legs(
            PlanTravel(
                engine=engine.name,
                detour=round_.travel.detour,
                speed_kmh=round_.travel.speed_kmh,
                set_up_min=round_.travel.set_up_min,
                profiles=round_.travel.profiles if engine.name == "roads" else "",
                factors=round_.travel.factors,
            ),
            engine,
            round_.travel,
            points_of(problem.teams, wanted.visits),
        ),
        sites=plan_sites(in_scope, {area.code: area for area in areas}, wanted.inspected),
        teams=problem.teams,
        visits=wanted.visits,
        routes=draft.routes,
        unplanned=draft.unplanned,
        verdict=Verdict.UNKNOWN,
        violations=(),
        remedies=draft.remedies,
        figures=NO_FIGURES,
        bound=NO_BOUND,
        gap=0.0,
        notes=tuple(said),
        appointments=draft.appointments,
        before=problem.before,
        samples=wanted.samples,
    )
    plan = _judged(plan, engine, infeasible=draft.infeasible, ran_out=draft.ran_out)
    progress("check", 1, 1)
    return Planned(plan=plan, engine=engine, complaints=tuple(wanted.complaints), stopped=draft.stopped)


def _assumptions(
    round_: Round, network: RoadNetwork | None, problem: Problem, in_scope: Sequence[PlacedSite]
) -> list[Text]:
    """Say in words what was assumed because a part is missing."""
    said = []
    if round_.travel.engine is not TravelSource.AUTO:
        said += sent_note(round_.travel, points_of(problem.teams, problem.visits))
    elif network is None:
        said.append(say("run.no_roads", detour=round_.travel.detour, speed=round_.travel.speed_kmh[round_.travel.mode]))
    if any(team.assumed for team in problem.teams):
        said.append(say("run.assumed_teams", teams=len(problem.teams)))
    paces = {
        (shift.name, pace_of(round_.travel.factors, shift, team.mode))
        for team in problem.teams
        for shift in team.shifts
    }
    for name, pace in sorted(paces):
        if pace.factor != 1:
            said.append(say("run.busy", shift=name, mode=say(f"roads.mode_{pace.mode}"), factor=f"{pace.factor:g}"))
    review = sum(s.status is SiteStatus.REVIEW for s in in_scope)
    if review:
        said.append(say("run.kept_for", located=len(in_scope) - review, all=len(in_scope), review=review))
    return said


def _told(problem: Problem, judged: Feasibility) -> Problem:
    """Return the problem with what counting says of its rule."""
    return replace(problem, rule_impossible=None if judged.possible else judged.text, rule_waived=judged.waived)


def _judged(plan: Plan, engine: TravelEngine, *, infeasible: Sequence[Text], ran_out: bool) -> Plan:
    """Return the plan with violations, figures, bound and the independent judge's verdict: infeasible only with a proof."""
    claim = Verdict.INFEASIBLE if infeasible else Verdict.UNKNOWN if ran_out else Verdict.BROKEN
    violations = tuple(check_plan(plan, engine))
    figures, bound = compute_figures(plan), lower_bound(plan, engine, plan.round.wishes.team_day_min)
    verdict = verdict_of(replace(plan, verdict=claim), {violation.promise for violation in violations})
    return replace(
        plan,
        violations=violations,
        figures=figures,
        bound=bound,
        gap=gap_of(figures.cost, bound.cost),
        verdict=verdict,
        notes=(*plan.notes, *infeasible) if verdict is Verdict.INFEASIBLE else plan.notes,
    )
