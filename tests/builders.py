"""Small builders that tests share: each makes one valid noun, and the keywords say what the test is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from shapely import box

from gridplan.model.crew import Inspector, Lunch, Shift, Team, TeamId, TravelMode
from gridplan.model.hours import ALWAYS_OPEN, parse_hours
from gridplan.model.place import Area, AreaCode, AreaLevel, Fix, FixLevel, LonLat
from gridplan.model.round import KindSettings, Round, RoundRule, Visit, VisitId
from gridplan.model.site import PlacedSite, Site, SiteId, SiteKind, SiteStatus, SourceRow, VisitMode

MONDAY = date(2026, 11, 30)
DAY = Shift(name="day", start_s=30600, end_s=63000, lunch=Lunch(from_s=41400, to_s=48600, minutes=60))
NIGHT = Shift(name="night", start_s=64800, end_s=73800)


def point(east_m: float = 0, north_m: float = 0) -> LonLat:
    """A point so many metres east and north of the invented district's south-west corner (116.4, 39.9)."""
    return LonLat(round(116.4 + east_m / 85400, 6), round(39.9 + north_m / 111050, 6))


def area(
    code: str,
    level: AreaLevel,
    name: str,
    *,
    west: float,
    south: float,
    east: float,
    north: float,
    parent: str | None = None,
) -> Area:
    """A rectangle of the grid."""
    parent_code = AreaCode(parent) if parent else None
    return Area(
        code=AreaCode(code), level=level, name=name, parent_code=parent_code, polygon=box(west, south, east, north)
    )


def site(
    id: str = "s1",
    *,
    name: str = "星星培训",
    address: str = "示例区东街道甲社区一号路1号",
    kind: SiteKind = SiteKind.INSTITUTION,
    row: int = 2,
    **more: Any,
) -> Site:
    """A site as the list gives it."""
    return Site(
        id=SiteId(id), name=name, kind=kind, address=address, rows=(SourceRow(file="sites.csv", row=row),), **more
    )


def placed(
    id: str = "s1",
    *,
    at: LonLat | None = None,
    status: SiteStatus = SiteStatus.LOCATED,
    areas: dict[AreaLevel, AreaCode] | None = None,
    **more: Any,
) -> PlacedSite:
    """A site with a sure fix."""
    fix = Fix(point=at or point(), level=FixLevel.EXACT, score=1.0, gap=1.0, confident=True, reason="")
    return PlacedSite(site=site(id, **more), fix=fix, status=status, areas=areas or {})


def visit(
    id: str = "v1", *, at: LonLat | None = None, minutes: int = 30, open: str | None = None, **more: Any
) -> Visit:
    """A patrol of 30 minutes at a place that is always open, unless said otherwise."""
    opening = parse_hours(open) if open else ALWAYS_OPEN
    return Visit(
        id=VisitId(id), site=SiteId(f"site-{id}"), place=at or point(), minutes=minutes, opening=opening, **more
    )


def crew(certified: int = 2, *, department: str = "education", plain: int = 0) -> tuple[Inspector, ...]:
    """So many certified officers and so many without certificate."""
    return tuple(
        Inspector(
            id=f"p{n}", name=f"成员{n}", department=department, certificate=f"示{n:04d}" if n <= certified else ""
        )
        for n in range(1, certified + plain + 1)
    )


def team(
    id: str = "T1",
    *,
    base: LonLat | None = None,
    shifts: Iterable[Shift] = (DAY,),
    members: tuple[Inspector, ...] | None = None,
    off: Iterable[date] = (),
    mode: TravelMode = TravelMode.CAR,
    home: Iterable[str] = (),
) -> Team:
    """A team of two certified education officers that works by day and drives."""
    return Team(
        id=TeamId(id),
        name=f"{id}组",
        base=base or point(),
        base_name="示例街道办",
        home=tuple(AreaCode(code) for code in home),
        shifts=tuple(shifts),
        off=frozenset(off),
        mode=mode,
        members=crew() if members is None else members,
    )


def round_(*, start: date = MONDAY, rule: RoundRule | None = None, **more: Any) -> Round:
    """A round from Monday 2026-11-30 with the default rule and plain settings for every kind."""
    kinds = {
        kind: KindSettings(minutes=30, mode=VisitMode.PATROL, departments=(), opening=ALWAYS_OPEN) for kind in SiteKind
    }
    return Round(
        **(
            {"name": "示例轮次", "district": "示例区", "start": start, "rule": rule or RoundRule(), "kinds": kinds}
            | more
        )
    )
