"""A hand-made plan: two teams, two days, three routes, a site in review, an extra visit, a visit without stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from gridplan.model.crew import TeamId, TravelMode
from gridplan.model.place import Area, AreaCode, AreaLevel, Datum, FixLevel, LonLat
from gridplan.model.plan import (
    Bound,
    Figures,
    Plan,
    PlanRound,
    PlanSite,
    PlanTravel,
    Route,
    RouteId,
    Stop,
    Unplanned,
    Verdict,
)
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.round import Purpose, RoundRule, VisitId
from gridplan.model.site import SiteId, SiteKind, SiteStatus, SourceRow
from gridplan.model.words import Text
from tests.builders import MONDAY, area, crew, point, team, visit

TUESDAY = MONDAY + timedelta(days=1)
NAMES = {AreaCode("D"): "示例区", AreaCode("T1"): "东街道", AreaCode("T2"): "西街道", AreaCode("C1"): "甲社区"}
EAST = {AreaLevel.DISTRICT: AreaCode("D"), AreaLevel.TOWNSHIP: AreaCode("T1"), AreaLevel.COMMUNITY: AreaCode("C1")}
WEST = {AreaLevel.DISTRICT: AreaCode("D"), AreaLevel.TOWNSHIP: AreaCode("T2")}


def areas() -> tuple[Area, ...]:
    """A district of two townships; only the eastern one has a community."""
    west, south, north = point().lon, point().lat, point(0, 4000).lat
    middle, east = point(2500).lon, point(5000).lon
    return (
        area("D", AreaLevel.DISTRICT, "示例区", west=west, south=south, east=east, north=north),
        area("T2", AreaLevel.TOWNSHIP, "西街道", west=west, south=south, east=middle, north=north, parent="D"),
        area("T1", AreaLevel.TOWNSHIP, "东街道", west=middle, south=south, east=east, north=north, parent="D"),
        area("C1", AreaLevel.COMMUNITY, "甲社区", west=middle, south=south, east=east, north=north, parent="T1"),
    )


def plan_site(id: str, where: dict[AreaLevel, AreaCode], at: LonLat | None, **more: Any) -> PlanSite:
    """A located site of the plan; without a point it waits for review."""
    return PlanSite(
        **(
            {
                "id": SiteId(id),
                "rows": (SourceRow(file="sites.csv", row=int(id[1:]) + 1),),
                "name": f"{id}培训",
                "kind": SiteKind.INSTITUTION,
                "address": f"一号路{id[1:]}号",
                "point": at,
                "datum_in": Datum.WGS84,
                "level": FixLevel.EXACT if at else FixLevel.NONE,
                "score": 1.0,
                "status": SiteStatus.LOCATED if at else SiteStatus.REVIEW,
                "reason": Text("", "") if at else Text("地址看不懂", "unreadable address"),
                "areas": {level: (code, NAMES[code]) for level, code in where.items()},
            }
            | more
        )
    )


def at(day: date, minutes: int) -> datetime:
    """So many minutes after 08:30 of a day."""
    return datetime.combine(day, time(8, 30)) + timedelta(minutes=minutes)


def route(id: str, team_id: str, day: date, number: int, sites: Sequence[str], *, start: int = 0) -> Route:
    """A route that takes ten minutes to each site and stays for thirty."""
    stops = tuple(
        Stop(
            seq=n,
            visit=VisitId(f"v-{site}"),
            site=SiteId(site.removesuffix("x")),
            travel_m=1200,
            travel_s=600,
            set_up_s=300,
            arrive=at(day, start + 40 * n - 30),
            start=at(day, start + 40 * n - 25),
            leave=at(day, start + 40 * n + 5),
            minutes=30,
        )
        for n, site in enumerate(sites, 1)
    )
    return Route(
        id=RouteId(id),
        team=TeamId(team_id),
        date=day,
        day=number,
        shift="day",
        depart=at(day, start),
        back=at(day, start + 40 * len(sites) + 20),
        lunch=None,
        distance_m=1200 * (len(sites) + 1),
        travel_s=600 * (len(sites) + 1),
        back_m=1200,
        back_s=600,
        stops=stops,
    )


def plan(**changes: Any) -> Plan:
    """Sites s1–s3 in the west, s4–s6 in the east, s7 in review; s6 has no stop, s1 has a follow-up too."""
    places = {
        "s1": (WEST, point(500, 700)),
        "s2": (WEST, point(1500, 1800)),
        "s3": (WEST, point(2000, 3000)),
        "s4": (EAST, point(3000, 800)),
        "s5": (EAST, point(4200, 2200)),
        "s6": (EAST, point(3600, 3300)),
    }
    sites = [plan_site(id, where, at) for id, (where, at) in places.items()]
    visits = [
        replace(visit(f"v-{id}", at=at), site=SiteId(id), township=where[AreaLevel.TOWNSHIP])
        for id, (where, at) in places.items()
    ]
    extra = replace(visit("v-s1x", at=places["s1"][1]), site=SiteId("s1"), purpose=Purpose.FOLLOW_UP)
    result = Plan(
        round=PlanRound(
            name="示例轮次",
            district="示例区",
            start=MONDAY,
            workdays=(MONDAY, TUESDAY, MONDAY + timedelta(days=2)),
            rule=RoundRule(min_per_day=2, max_days=3),
            datum=Datum.WGS84,
        ),
        travel=PlanTravel(engine="straight", detour=1.35, speed_kmh=dict.fromkeys(TravelMode, 25.0), set_up_min=5),
        sites=(*sites, plan_site("s7", {}, None)),
        teams=(
            team("A", base=point(800, 1500), members=crew(2, plain=1)),
            team("B", base=point(3800, 1500)),
        ),
        visits=(*visits, extra),
        routes=(
            route("A-1", "A", MONDAY, 1, ["s1", "s2"]),
            route("B-1", "B", MONDAY, 1, ["s4"]),
            route("A-2", "A", TUESDAY, 2, ["s3", "s5", "s1x"]),
        ),
        unplanned=(
            Unplanned(
                visit=VisitId("v-s6"),
                site=SiteId("s6"),
                reason="closed",
                text=Text("本轮各日都不营业", "closed on all days"),
                remedy=Text("加一个晚班", "add an evening shift"),
            ),
        ),
        verdict=Verdict.BROKEN,
        violations=(),
        remedies=(),
        figures=Figures(
            visits=7,
            planned=6,
            unplanned=1,
            days=2,
            teams=2,
            team_days=3,
            travel_min=90.0,
            distance_m=10800,
            minutes_min=60,
            minutes_max=140,
            communities_split=0,
            cost=990.0,
        ),
        bound=Bound(cost=900.0, team_days=2, text=Text("至少 2 个组日", "at least 2 team-days")),
        gap=0.09,
        notes=(Text("行程按直线估算", "travel is estimated by straight lines"),),
    )
    return replace(result, **changes)


def result(site: str, day: date, outcome: Outcome = Outcome.DONE, *, minutes: int = 60) -> VisitResult:
    """A report on the routine visit of a site, so many minutes after 08:30."""
    return VisitResult(
        key=f"{site}-{day}-{outcome}-{minutes}",
        visit=VisitId(f"v-{site}"),
        outcome=outcome,
        note="",
        by="wang",
        at=at(day, minutes),
    )
