"""Made districts of any size: wavy areas at four levels, sites, a plan of ten days, what happened on them, findings and papers."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from math import sin

from shapely import Polygon

from gridplan.model.crew import Inspector
from gridplan.model.finding import Finding, FindingId, FindingState, Notice, NoticeKind
from gridplan.model.lead import Lead, LeadChannel, LeadId
from gridplan.model.place import Area, AreaCode, AreaLevel, LonLat
from gridplan.model.plan import Plan, Route, RouteId, Stop, Unplanned
from gridplan.model.record import RoundId
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.round import Purpose, RoundRule, RuleUnit, Visit, VisitId
from gridplan.model.site import SiteId, SiteKind
from gridplan.model.words import Text
from gridplan.report.statistics import Books
from tests.builders import team, visit
from tests.report.plans import plan as hand_made
from tests.report.plans import plan_site

TOWNSHIPS = (
    "北屏镇",
    "枫林街道",
    "白鹭镇",
    "云台乡",
    "柳浦镇",
    "望湖街道",
    "石桥街道",
    "东皋街道",
    "南津街道",
    "沙渚镇",
)
START = date(2026, 9, 14)
NOW = datetime(2026, 9, 19, 17)
CATEGORIES = {"fees": "收费不合规", "fire": "消防安全隐患", "adverts": "公示、广告不合规", "hours": "培训超时"}


def _warp(x: float, y: float) -> tuple[float, float]:
    return (
        116.2 + 0.3 * (x + 0.035 * sin(9 * y) + 0.012 * sin(23 * y + 2)),
        39.8 + 0.22 * (y + 0.04 * sin(7 * x + 1) + 0.012 * sin(21 * x)),
    )


def _patch(west: float, south: float, east: float, north: float) -> Polygon:
    ring = []
    for (x0, y0), (x1, y1) in zip(
        [(west, south), (east, south), (east, north), (west, north)],
        [(east, south), (east, north), (west, north), (west, south)],
        strict=True,
    ):
        ring += [_warp(x0 + (x1 - x0) * n / 8, y0 + (y1 - y0) * n / 8) for n in range(8)]
    return Polygon(ring)


def made_areas(communities: int = 600, cells: int = 5) -> tuple[Area, ...]:
    """Ten townships in a 5 × 2 pattern, each with its share of communities in strips, each of those with its cells."""
    areas = [
        Area(
            code=AreaCode("110100"),
            level=AreaLevel.DISTRICT,
            name="云汀区",
            parent_code=None,
            polygon=_patch(0, 0, 1, 1),
        )
    ]
    each = communities // len(TOWNSHIPS)
    for number, name in enumerate(TOWNSHIPS):
        west, south = (number % 5) / 5, (number // 5) / 2
        code = f"110100{number + 1:03d}"
        areas.append(
            Area(
                code=AreaCode(code),
                level=AreaLevel.TOWNSHIP,
                name=name,
                parent_code=AreaCode("110100"),
                polygon=_patch(west, south, west + 0.2, south + 0.5),
            )
        )
        across = max(1, round(each**0.5))
        for one in range(each):
            x, y = west + 0.2 * (one % across) / across, south + 0.5 * (one // across) / -(-each // across)
            wide, high = 0.2 / across, 0.5 / -(-each // across)
            inner = f"{code}{one + 1:03d}"
            areas.append(
                Area(
                    code=AreaCode(inner),
                    level=AreaLevel.COMMUNITY,
                    name=f"{name[:2]}第{one + 1}社区",
                    parent_code=AreaCode(code),
                    polygon=_patch(x, y, x + wide, y + high),
                )
            )
            areas += (
                Area(
                    code=AreaCode(f"{inner}{cell + 1:03d}"),
                    level=AreaLevel.CELL,
                    name=f"{cell + 1}号网格",
                    parent_code=AreaCode(inner),
                    polygon=_patch(x + wide * cell / cells, y, x + wide * (cell + 1) / cells, y + high),
                )
                for cell in range(cells)
            )
    return tuple(areas)


def made_plan(areas: tuple[Area, ...], sites: int, *, teams: int = 12, seed: int = 1) -> Plan:
    """A plan over ten working days: most sites are planned, a few are not."""
    dice = random.Random(seed)
    by_code = {area.code: area for area in areas}
    cells = [area for area in areas if area.level is AreaLevel.CELL]
    kinds = (SiteKind.INSTITUTION, SiteKind.INSTITUTION, SiteKind.CHILDCARE, SiteKind.COMMUNITY, SiteKind.COMPOUND)
    plan_sites, visits = [], []
    for number in range(sites):
        cell = dice.choice(cells)
        codes, at = {}, cell
        while True:
            codes[at.level] = (at.code, at.name)
            if at.parent_code is None:
                break
            at = by_code[at.parent_code]
        middle = cell.polygon.centroid
        dot = LonLat(round(middle.x, 6), round(middle.y, 6))
        kind = kinds[dice.randrange(len(kinds))]
        name = f"{'博启翰林明德思源星河'[2 * (number % 5) : 2 * (number % 5) + 2]}{number + 1}号{'培训中心' if kind is SiteKind.INSTITUTION else '托管' if kind is SiteKind.CHILDCARE else '小区'}"
        plan_sites.append(replace(plan_site(f"s{number + 1}", {}, dot), name=name, kind=kind, areas=codes))
        one = visit(f"v-s{number + 1}", at=dot)
        visits.append(replace(one, site=SiteId(f"s{number + 1}"), township=codes[AreaLevel.TOWNSHIP][0]))
    extra = [
        replace(visits[n], id=VisitId(f"f-s{n + 1}"), purpose=Purpose.FOLLOW_UP) for n in range(0, min(sites, 60), 5)
    ]
    days = tuple(START + timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11))
    crews = tuple(
        replace(
            team(f"T{n}", base=visits[0].place),
            name=f"{'一二三四五六七八九十甲乙丙丁戊己庚辛壬癸'[n % 20]}组",
            members=tuple(
                Inspector(id=f"m{n}-{k}", name=f"组员{n + 1}-{k + 1}", department="education") for k in range(3)
            ),
        )
        for n in range(teams)
    )
    ordered = sorted(visits, key=lambda one: (str(one.township), one.id))
    left = {one.id for one in ordered[:: max(2, sites // 6)]}
    wanted = [one for one in ordered if one.id not in left] + extra
    routes: list[Route] = []
    share = -(-len(wanted) // (len(days) * teams))
    for number in range(0, len(wanted), share):
        part = wanted[number : number + share]
        slot = number // share
        day, crew = days[slot % len(days)], crews[slot // len(days) % teams]
        routes.append(_route(slot, day, days.index(day) + 1, crew.id, part))
    return hand_made(
        round=replace(
            hand_made().round,
            name="第2轮",
            district="云汀区",
            start=START,
            workdays=days,
            rule=RoundRule(min_per_day=10, max_days=10, unit=RuleUnit.DISTRICT),
        ),
        sites=tuple(plan_sites),
        teams=crews,
        visits=(*visits, *extra),
        routes=tuple(routes),
        unplanned=tuple(
            Unplanned(
                visit=one.id,
                site=one.site,
                reason="closed",
                text=Text("都不营业", "closed"),
                remedy=Text("加晚班", "evening"),
            )
            for one in visits
            if one.id in left
        ),
    )


def _route(slot: int, day: date, number: int, crew: str, part: list[Visit]) -> Route:
    begin = datetime.combine(day, time(8, 30))
    stops = tuple(
        Stop(
            seq=n,
            visit=one.id,
            site=one.site,
            travel_m=900,
            travel_s=300,
            set_up_s=300,
            arrive=begin + timedelta(minutes=40 * n),
            start=begin + timedelta(minutes=40 * n + 5),
            leave=begin + timedelta(minutes=40 * n + 35),
            minutes=30,
        )
        for n, one in enumerate(part)
    )
    return Route(
        id=RouteId(f"R{slot}"),
        team=crew,  # type: ignore[arg-type]
        date=day,
        day=number,
        shift="day",
        depart=begin,
        back=begin + timedelta(hours=9),
        lunch=None,
        distance_m=900,
        travel_s=300,
        back_m=0,
        back_s=0,
        stops=stops,
    )


def made_results(plan: Plan, until: datetime, *, seed: int = 2) -> tuple[VisitResult, ...]:
    """What happened up to a moment: most visits on their day, some with shut doors or refused; two townships fall behind."""
    dice = random.Random(seed)
    townships = {visit.id: str(visit.township) for visit in plan.visits}
    found = []
    for route in plan.routes:
        for stop in route.stops:
            if stop.leave > until:
                continue
            slow = townships[stop.visit][-3:] in ("004", "010")
            luck = dice.random()
            if luck < (0.42 if slow else 0.02):
                continue
            outcome = Outcome.DONE
            if luck > 0.93:
                outcome = dice.choice(
                    (Outcome.CLOSED, Outcome.REFUSED, Outcome.MOVED, Outcome.NOT_FOUND, Outcome.CLOSED)
                )
            found.append(
                VisitResult(key=f"k-{stop.visit}", visit=stop.visit, outcome=outcome, note="", by="wang", at=stop.leave)
            )
    return tuple(found)


def made_findings(
    plan: Plan, results: tuple[VisitResult, ...], *, seed: int = 3
) -> tuple[tuple[Finding, ...], tuple[Notice, ...]]:
    """One visit in eight found something; most of it has been put right, nearly all of it with a paper."""
    dice = random.Random(seed)
    sites = {visit.id: visit.site for visit in plan.visits}
    found, papers = [], []
    for result in results:
        if result.outcome is not Outcome.DONE or dice.random() > 0.12:
            continue
        closed = result.at + timedelta(days=2)
        is_closed = dice.random() < 0.5 and closed < NOW
        one = Finding(
            id=FindingId(f"F{len(found) + 1}"),
            round=RoundId(1),
            site=sites[result.visit],
            visit=result.visit,
            category=dice.choice(list(CATEGORIES)),
            text="",
            by="wang",
            at=result.at,
            due=result.at.date() + timedelta(days=dice.choice((2, 7))),
            state=FindingState.CLOSED if is_closed else FindingState.OPEN,
            closed_at=closed if is_closed else None,
        )
        found.append(one)
        if dice.random() < 0.85:
            kind = dice.choice((NoticeKind.RECTIFY,) * 6 + (NoticeKind.INFORM, NoticeKind.STOP, NoticeKind.COPY))
            papers.append(
                Notice(
                    number=f"2026-{len(papers) + 1:04d}",
                    kind=kind,
                    finding=one.id,
                    due=one.due,
                    to="",
                    at=one.at,
                    by="wang",
                )
            )
    return tuple(found), tuple(papers)


def made_books(communities: int = 600, sites: int = 1200, *, teams: int = 12, cells: int = 5) -> Books:
    """The books of a made district at the end of its fifth day."""
    areas = made_areas(communities, cells)
    plan = made_plan(areas, sites, teams=teams)
    results = made_results(plan, NOW)
    findings, notices = made_findings(plan, results)
    owners = {area.code: f"负责人{n}" for n, area in enumerate(areas) if n % 37 != 5}
    names = ["周敏", "吴强", "郑洁", "王磊", "冯涛", "陈静", "褚伟", "卫红", "蒋平", "沈洋"]
    for name, code in zip(names, [area.code for area in areas if area.level is AreaLevel.TOWNSHIP], strict=True):
        owners[code] = name
    leads = tuple(
        Lead(
            id=LeadId(n),
            channel=LeadChannel.HOTLINE,
            what="夜间有补课声音",
            where="某小区",
            urgent=False,
            at=datetime(2026, 9, 14 + n, 10),
            by="wang",
            site=SiteId(f"s{n}"),
            answered_at=datetime(2026, 9, 15 + n, 10) if n < 3 else None,
        )
        for n in range(1, 5)
    )
    return Books(
        plan=plan,
        plan_number=7,
        areas=areas,
        owners=owners,
        results=results,
        as_of=NOW,
        findings=findings,
        notices=notices,
        leads=leads,
        people={"wang": "王晓"},
        categories=CATEGORIES,
    )
