"""A large office without its files: so many invented sites, placed, with crews, areas and settings, written straight to the store."""

from __future__ import annotations

import random
from datetime import date

from shapely import box

from gridplan.model.crew import Inspector, Lunch, Shift, Team, TeamId, TravelMode
from gridplan.model.hours import parse_hours
from gridplan.model.place import Area, AreaCode, AreaLevel, Fix, FixLevel, LonLat
from gridplan.model.site import PlacedSite, Site, SiteId, SiteKind, SiteStatus, SourceRow, Standing
from gridplan.services.desk import SETTINGS, Desk

WEST, SOUTH, WIDE, HIGH = 121.40, 31.20, 0.20, 0.16
TOWNS, PER_TOWN = 10, 10
ROUND = """
name = "示例设置"
district = "云汀区"
start = 2026-11-30
seed = 1
[rule]
min_per_day = 10
max_days = 10
[kinds.institution]
minutes = 20
mode = "inspection"
departments = ["education"]
open = "Mo-Su 08:30-20:30"
[kinds.childcare]
minutes = 15
open = "Mo-Fr 08:30-19:00"
[kinds.compound]
minutes = 12
[kinds.office]
minutes = 15
open = "Mo-Fr 08:30-18:00"
[travel]
mode = "car"
setup_min = 3
"""
DAY = Shift(
    name="day",
    start_s=8 * 3600 + 1800,
    end_s=17 * 3600 + 1800,
    lunch=Lunch(from_s=11 * 3600 + 1800, to_s=13 * 3600, minutes=60),
)
KINDS = (SiteKind.INSTITUTION, SiteKind.CHILDCARE, SiteKind.COMPOUND, SiteKind.OFFICE)


def code(town: int, community: int | None = None) -> AreaCode:
    """Return the code of a township or of a community of it."""
    return AreaCode(f"310199{town + 1:03d}" + ("" if community is None else f"{community + 1:03d}"))


def areas() -> list[Area]:
    """A district of 10 townships in two rows, each of 10 communities in two rows."""
    whole = box(WEST, SOUTH, WEST + WIDE, SOUTH + HIGH)
    found = [Area(code=AreaCode("310199"), level=AreaLevel.DISTRICT, name="云汀区", parent_code=None, polygon=whole)]
    for town in range(TOWNS):
        x, y = WEST + WIDE / 5 * (town % 5), SOUTH + HIGH / 2 * (town // 5)
        names = ["长桥", "云汀", "柳岸", "青浦", "石湾", "松山", "梅里", "河西", "东湖", "北苑"]
        found.append(
            Area(
                code=code(town),
                level=AreaLevel.TOWNSHIP,
                name=f"{names[town]}街道",
                parent_code=AreaCode("310199"),
                polygon=box(x, y, x + WIDE / 5, y + HIGH / 2),
            )
        )
        for n in range(PER_TOWN):
            a, b = x + WIDE / 25 * (n % 5), y + HIGH / 4 * (n // 5)
            found.append(
                Area(
                    code=code(town, n),
                    level=AreaLevel.COMMUNITY,
                    name=f"{names[town]}第{n + 1}社区",
                    parent_code=code(town),
                    polygon=box(a, b, a + WIDE / 25, b + HIGH / 4),
                )
            )
    return found


def crew(number: int) -> Team:
    """A team of four with two certified officers, at the middle of its township."""
    town = number % TOWNS
    base = LonLat(WEST + WIDE / 5 * (town % 5 + 0.5), SOUTH + HIGH / 2 * (town // 5 + 0.5))
    names = [f"T{number + 1}-{n}" for n in range(4)]
    members = tuple(
        Inspector(
            id=id_,
            name=f"组员{id_}",
            department="education" if n < 2 else "police",
            certificate=f"C{id_}" if n < 2 else "",
        )
        for n, id_ in enumerate(names)
    )
    return Team(
        id=TeamId(f"T{number + 1}"),
        name=f"{number + 1} 组",
        base=base,
        base_name=f"{town + 1} 号集合点",
        home=(code(town),),
        shifts=(DAY,),
        off=frozenset({date(2026, 12, 2)} if number % 9 == 8 else ()),
        mode=TravelMode.CAR,
        members=members,
    )


def site(number: int, draw: random.Random) -> PlacedSite:
    """A site somewhere in the district; every fiftieth waits for review."""
    where = LonLat(round(WEST + WIDE * draw.random(), 6), round(SOUTH + HIGH * draw.random(), 6))
    town = int((where.lon - WEST) / (WIDE / 5)) + 5 * int((where.lat - SOUTH) / (HIGH / 2))
    x, y = WEST + WIDE / 5 * (town % 5), SOUTH + HIGH / 2 * (town // 5)
    community = int((where.lon - x) / (WIDE / 25)) + 5 * int((where.lat - y) / (HIGH / 4))
    kind = draw.choices(KINDS, (30, 25, 35, 10))[0]
    doubtful = number % 50 == 49
    standing = Standing.DEREGISTERED if number % 25 == 3 else Standing.OPERATING
    noun = Site(
        id=SiteId(f"S{number + 1:05d}"),
        name=f"示例点位{number + 1}",
        kind=kind,
        address=f"云汀区示例路{number + 1}号",
        rows=(SourceRow(file="sites.csv", row=number + 2),),
        permit=draw.random() < 0.8,
        licence=draw.random() < 0.9,
        standing=standing,
        state="已注销" if standing is Standing.DEREGISTERED else "",
        competent=draw.choice(("教育", "文旅", "体育", "")),
        opening=parse_hours("Sa-Su 09:00-17:00; We 13:00-20:30") if number % 400 == 7 else None,
    )
    fix = Fix(
        point=None if doubtful else where,
        level=FixLevel.NONE if doubtful else FixLevel.EXACT,
        score=0 if doubtful else 1,
        gap=0,
        confident=not doubtful,
        reason="geocode.not_found" if doubtful else "",
    )
    lies = (
        {}
        if doubtful
        else {
            AreaLevel.DISTRICT: AreaCode("310199"),
            AreaLevel.TOWNSHIP: code(town),
            AreaLevel.COMMUNITY: code(town, community),
        }
    )
    return PlacedSite(site=noun, fix=fix, status=SiteStatus.REVIEW if doubtful else SiteStatus.LOCATED, areas=lies)


def fill(desk: Desk, sites: int = 5_000, crews: int = 24, settings: str = ROUND) -> None:
    """Write areas, sites, crews and settings into an empty store."""
    draw = random.Random(7)
    placed = [site(number, draw) for number in range(sites)]
    with desk.store.transaction() as t:
        t.areas.replace(areas(), by="test")
        t.sites.replace(one.site for one in placed)
        t.sites.place(placed)
        t.teams.replace(crew(number) for number in range(crews))
        t.files.put(SETTINGS, "round.toml", settings.encode())
