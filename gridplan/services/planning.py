"""From placed sites to a plan with its certificate: the rule's closed forms, the solver, the independent judge."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from gridplan.model.crew import Team
from gridplan.model.errors import Complaint, InputError
from gridplan.model.place import Area, AreaCode, AreaLevel, LonLat
from gridplan.model.plan import Plan, PlanRound, PlanSite, PlanTravel, Verdict
from gridplan.model.progress import Progress, silent
from gridplan.model.round import ExtraVisit, Round
from gridplan.model.site import PlacedSite, SiteStatus
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.roads.engine import RoadEngine, StraightEngine
from gridplan.roads.network import RoadNetwork
from gridplan.rounds.rule import require_supported
from gridplan.rounds.visits import make_visits
from gridplan.rounds.workdays import horizon
from gridplan.routing.problem import Problem
from gridplan.routing.solve import draft_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, the engine that timed it and what was wrong with the visits asked for."""

    plan: Plan
    engine: TravelEngine
    complaints: tuple[Complaint, ...]


def versions() -> dict[str, str]:
    """Return the versions that a certificate names."""
    return {"python": platform.python_version()} | {
        name: version(name) for name in ("gridplan", "ortools", "osmium", "scipy")
    }


def engine_for(round_: Round, network: RoadNetwork | None) -> TravelEngine:
    """Return the road engine, or the straight line × detour where there are no roads."""
    if network is not None:
        return RoadEngine(network)
    return StraightEngine(round_.travel.speed_kmh, round_.travel.detour)


def engine_of(plan: Plan, network: RoadNetwork | None) -> TravelEngine:
    """Return the engine that a plan says it was timed with."""
    if plan.travel.engine == "roads":
        if network is None:
            raise InputError(say("run.roads_missing"))
        return RoadEngine(network)
    return StraightEngine(plan.travel.speed_kmh, plan.travel.detour)


def _plan_sites(sites: Iterable[PlacedSite], areas: Mapping[AreaCode, Area]) -> tuple[PlanSite, ...]:
    return tuple(
        PlanSite(
            id=placed.site.id,
            rows=placed.site.rows,
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
) -> Planned:
    """Plan a round from beginning to end and judge the plan with the independent checker."""
    require_supported(round_.rule)
    days = horizon(round_)
    wanted = make_visits(round_, sites, extra)
    said = list(notes)
    engine = engine_for(round_, network)
    if network is None:
        said.append(say("run.no_roads", detour=round_.travel.detour, speed=round_.travel.speed_kmh[round_.travel.mode]))
    in_scope = [s for s in sites if s.site.id not in wanted.out_of_scope]
    review = [s for s in in_scope if s.status is SiteStatus.REVIEW]
    if review:
        said.append(say("run.kept_for", located=len(in_scope) - len(review), all=len(in_scope), review=len(review)))
    problem = Problem(
        round=round_,
        days=days,
        visits=wanted.visits,
        teams=tuple(teams),
        travel=engine,
        set_up_s=round_.travel.set_up_min * 60,
    )
    if not teams:
        problem = assume(problem, areas, seed, progress)
        said.append(say("run.assumed_teams", teams=len(problem.teams)))
    problem = with_rule(problem)
    draft = draft_plan(problem, seed=seed, progress=progress)
    said += draft.notes
    progress("check", 0, 1)
    plan = Plan(
        round=PlanRound(
            name=round_.name,
            district=round_.district,
            start=round_.start,
            workdays=days,
            rule=round_.rule,
            datum=round_.datum,
            unlocated=round_.unlocated,
        ),
        travel=PlanTravel(
            engine=engine.name,
            detour=round_.travel.detour,
            speed_kmh=round_.travel.speed_kmh,
            set_up_min=round_.travel.set_up_min,
        ),
        sites=_plan_sites(in_scope, {area.code: area for area in areas}),
        teams=problem.teams,
        visits=wanted.visits,
        routes=draft.routes,
        unplanned=draft.unplanned,
        verdict=Verdict.UNKNOWN,
        violations=(),
        remedies=draft.remedies,
        figures=compute_figures_of(wanted.visits, draft.routes, len(draft.unplanned)),
        bound=lower_bound_of(problem, draft.routes),
        gap=0.0,
        notes=tuple(said),
    )
    plan = judge_plan(plan, engine, infeasible=bool(draft.infeasible), ran_out=draft.ran_out)
    progress("check", 1, 1)
    return Planned(plan=plan, engine=engine, complaints=tuple(wanted.complaints))
