"""Hand-made plans: say who visits what in which order, and the times, figures and bound follow."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from gridplan.model.crew import Team, TeamId, TravelMode
from gridplan.model.place import AreaCode, AreaLevel, Datum, FixLevel
from gridplan.model.plan import (
    Bound,
    Figures,
    Placement,
    Plan,
    PlanRound,
    PlanSite,
    PlanTravel,
    Route,
    SampleDraw,
    Unplanned,
    Verdict,
)
from gridplan.model.round import Limits, Pin, Purpose, RoundRule, Visit, VisitId, Wishes
from gridplan.model.site import SiteId, SiteKind, SiteStatus, SourceRow, VisitMode
from gridplan.model.words import Text
from gridplan.roads.engine import StraightEngine
from gridplan.routing.bounds.bound import lower_bound
from gridplan.routing.judge.check import compute_figures, gap_of
from gridplan.routing.judge.retime import rebuild
from tests.builders import DAY, MONDAY, NIGHT, crew, point, team, visit

SPEEDS = {TravelMode.WALK: 5.0, TravelMode.EBIKE: 15.0, TravelMode.CAR: 25.0}
ENGINE = StraightEngine(SPEEDS, 1.35)
SET_UP_MIN = 5
DAYS = tuple(MONDAY + timedelta(days=n) for n in range(3))
NO_TEXT = Text("", "")


def plan_site(visit: Visit, *, status: SiteStatus = SiteStatus.LOCATED) -> PlanSite:
    return PlanSite(
        id=visit.site,
        rows=(SourceRow(file="sites.csv", row=2),),
        name=f"点位{visit.id}",
        kind=SiteKind.INSTITUTION,
        address="",
        point=visit.place,
        datum_in=Datum.WGS84,
        level=FixLevel.EXACT,
        score=1.0,
        status=status,
        reason=NO_TEXT,
    )


def route_of(
    visits: Sequence[Visit],
    *,
    of: Team | None = None,
    day: date = MONDAY,
    shift: str = "day",
    days: Sequence[date] = DAYS,
    appointments: Mapping[VisitId, datetime] | None = None,
) -> Route:
    """A route in this order, timed."""
    of = of or team()
    return rebuild(
        visits,
        team=of,
        day=day,
        number=days.index(day) + 1 if day in days else 0,
        shift=next(one for one in of.shifts if one.name == shift),
        engine=ENGINE,
        set_up_s=SET_UP_MIN * 60,
        appointments=appointments,
    )


def plan_of(
    visits: Sequence[Visit],
    routes: Sequence[Route],
    *,
    teams: Sequence[Team] = (),
    rule: RoundRule | None = None,
    unplanned: Sequence[Visit] = (),
    days: Sequence[date] = DAYS,
    set_up_min: int = SET_UP_MIN,
    wishes: Wishes | None = None,
    limits: Limits | None = None,
    appointments: Mapping[VisitId, datetime] | None = None,
    before: Mapping[VisitId, Placement] | None = None,
    samples: Sequence[SampleDraw] = (),
    **more: Any,
) -> Plan:
    """A plan of such routes with true figures and bound; it says "kept" of itself."""
    rule = rule or RoundRule(min_per_day=1, max_days=len(days))
    bare = Plan(
        round=PlanRound(
            name="示例轮次",
            start=days[0],
            workdays=tuple(days),
            rule=rule,
            datum=Datum.WGS84,
            wishes=wishes or Wishes(),
            limits=limits or Limits(),
        ),
        travel=PlanTravel(engine="straight", detour=1.35, speed_kmh=SPEEDS, set_up_min=set_up_min),
        sites=tuple({one.site: plan_site(one) for one in visits}.values()),
        teams=tuple(teams) or (team(),),
        visits=tuple(visits),
        routes=tuple(routes),
        unplanned=tuple(
            Unplanned(visit=one.id, site=one.site, reason="test", text=NO_TEXT, remedy=NO_TEXT) for one in unplanned
        ),
        verdict=Verdict.KEPT,
        violations=(),
        remedies=(),
        figures=Figures(**dict.fromkeys(Figures.__dataclass_fields__, 0)),
        bound=Bound(cost=0, team_days=0, text=NO_TEXT),
        gap=0,
        notes=(),
        appointments=appointments or {},
        before=before or {},
        samples=tuple(samples),
    )
    figures, bound = compute_figures(bare), lower_bound(bare, ENGINE, bare.round.wishes.team_day_min)
    bare = replace(bare, figures=figures, bound=bound, gap=gap_of(figures.cost, bound.cost))
    return replace(bare, **more)


def one_day(*visits: Visit, of: Team | None = None, **more: Any) -> Plan:
    """A plan in which one team makes all visits on Monday in this order."""
    of = of or team()
    return plan_of(visits, [route_of(visits, of=of)], teams=[of], **more)


def kept_plan() -> Plan:
    """A lawful plan: two teams, two days, twelve visits, one building with two of them."""
    visits = [visit(f"v{n}", at=point(400 * n, 300 * (n % 3))) for n in range(11)]
    visits.insert(2, visit("w1", at=visits[1].place))
    one, two = team("T1"), team("T2", base=point(3000, 500))
    routes = [
        route_of(visits[:4], of=one),
        route_of(visits[4:8], of=two),
        route_of(visits[8:], of=two, day=DAYS[1]),
    ]
    return plan_of(visits, routes, teams=[one, two], rule=RoundRule(min_per_day=3, max_days=3))


def change(plan: Plan, number: int, **more: Any) -> Plan:
    """The plan with something written differently in one of its routes."""
    routes = list(plan.routes)
    routes[number] = replace(routes[number], **more)
    return replace(plan, routes=tuple(routes))


def change_stop(plan: Plan, number: int, stop: int, changes: Mapping[str, Any]) -> Plan:
    """The plan with something written differently in one stop."""
    stops = list(plan.routes[number].stops)
    stops[stop] = replace(stops[stop], **changes)
    return change(plan, number, stops=tuple(stops))


def drawn(sites: Sequence[SiteId], count: int, seed: int = 7) -> SampleDraw:
    """So many sites drawn by the lots that the certificate describes."""
    population = tuple(sorted(sites))
    listed = hashlib.sha256("\n".join(population).encode()).hexdigest()
    lots = sorted(population, key=lambda site: hashlib.sha256(f"{seed}|{listed}|{site}".encode()).hexdigest())
    return SampleDraw(seed=seed, list_sha256=listed, population=population, drawn=tuple(lots[:count]))


def full_plan() -> Plan:
    """A lawful plan with all that a round may ask for: two shifts, a joint visit, a sample, limits, wishes, moved visits."""
    east, west = AreaCode("990101000000"), AreaCode("990102000000")
    towns = {"a": east, "b": west}
    routine = [
        visit(f"{town}{n}", at=point(300 * n, north), minutes=50, township=code, open="Mo-Su 08:00-21:00")
        for north, (town, code) in zip((200, 900), towns.items(), strict=True)
        for n in range(5)
    ]
    routine[0] = replace(routine[0], mode=VisitMode.INSPECTION, departments=frozenset({"education"}), priority=2)
    routine[1] = replace(
        routine[1], closed=frozenset({DAYS[1]}), taken=frozenset({DAYS[2]}), earliest=MONDAY, due=DAYS[1]
    )
    routine[2] = replace(routine[2], pin=Pin(team=TeamId("T1"), day=MONDAY, shift="day"), also=(Purpose.LEAD,))
    joint = visit("j", at=point(900, 500), departments=frozenset({"education", "fire"}), township=east)
    draw = drawn([one.site for one in routine], 2)
    places = {one.site: one for one in routine}
    samples = [
        replace(places[site], id=VisitId(f"s-{site}"), purpose=Purpose.SAMPLE, pin=None, due=None)
        for site in draw.drawn
    ]
    again = replace(routine[3], id=VisitId("f"), purpose=Purpose.FOLLOW_UP)
    week = replace(DAY, weekdays=(0, 1, 2, 3, 4))
    one = team("T1", shifts=[week, NIGHT], home=[east, west], off=[DAYS[2]])
    two = team("T2", base=point(2000), shifts=[week, NIGHT], members=crew(2, department="fire"), home=[west])
    meetings = {joint.id: datetime.combine(MONDAY, time(9, 30))}
    routes = [
        route_of([*routine[:1], joint, *routine[1:5]], of=one, appointments=meetings),
        route_of([joint, *routine[5:8]], of=two, appointments=meetings),
        route_of([again], of=one, shift="night"),
        route_of([*routine[8:], *samples], of=two, day=DAYS[1]),
    ]
    before = {
        routine[0].id: Placement(team=one.id, date=MONDAY, shift="day"),
        routine[8].id: Placement(team=one.id, date=DAYS[1], shift="day"),
    }
    plan = plan_of(
        [*routine, joint, again, *samples],
        routes,
        teams=[one, two],
        rule=RoundRule(min_per_day=2, max_days=len(DAYS)),
        wishes=Wishes(community_min=2, township_min=3, away_min=4, uneven=0.5, band_min=(120, 300), moved_min=5),
        limits=Limits(townships_per_team_day=2, night_visits=1, yearly_cap={SiteKind.INSTITUTION: 2}),
        appointments=meetings,
        before=before,
        samples=[draw],
    )
    codes = {one.site: one.township for one in plan.visits}
    sites = tuple(
        replace(
            site,
            areas={AreaLevel.TOWNSHIP: (code, "示例乡镇")} if (code := codes[site.id]) else {},
            inspected=(date(2026, 3, 2),),
        )
        for site in plan.sites
    )
    return replace(plan, sites=sites)
