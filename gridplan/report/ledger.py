"""Coverage of many sites at every level as of any moment: the plan as columns once, then each moment by counting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, points

from gridplan.model.books import CoverLine
from gridplan.model.moment import local
from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.plan import Plan, PlanSite
from gridplan.model.round import Purpose
from gridplan.model.site import SiteStatus
from gridplan.model.words import say
from gridplan.report.tally import OUTSIDE, TOTAL

Ints = NDArray[np.int64]

LAST_DAYS = 3
"""The forecast goes by the mean of so many last days."""
LAGGARD_SITES = 9
LAGGARD_SHARE = 0.15
"""An area is a laggard when it is behind its plan by so many sites, or by that share of its sites where that is less."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A plan's routine visits as columns. Days are proleptic ordinals, 0 = none; places are rows of `places`.

    `inside[level]` is the row of each visit at a level, `reviews` the rows of the sites in review likewise.
    """

    visits: Mapping[str, int]
    planned: Ints
    sites: tuple[str, ...]
    places: tuple[tuple[AreaLevel | None, AreaCode], ...]
    inside: tuple[Ints, ...]
    reviews: tuple[Ints, ...]
    site_rows: Mapping[str, tuple[int, ...]]
    names: Mapping[tuple[AreaLevel | None, AreaCode], str]
    parents: Mapping[AreaCode, str]
    workdays: tuple[date, ...]


def ledger(plan: Plan, areas: Sequence[Area]) -> Ledger:
    """Return the columns of a plan in the areas given: a site whose area is no more is counted in the one that holds its point."""
    placed = sites_in(plan.sites, areas)
    levels = sorted({area.level for area in areas} | {lv for where in placed.values() for lv in where}, key=_depth)
    places: dict[tuple[AreaLevel | None, AreaCode], int] = {}
    for area in sorted(areas, key=lambda one: (one.level.depth, one.code)):
        places.setdefault((area.level, area.code), len(places))
    names = {(lv, code): name for site in plan.sites for lv, (code, name) in site.areas.items()}
    named: dict[tuple[AreaLevel | None, AreaCode], str] = {}
    for place, name in names.items():
        named[place] = name
    named.update({(area.level, area.code): area.name for area in areas})
    rows: dict[str, tuple[int, ...]] = {}
    for site in plan.sites:
        where = placed[site.id]
        if not where:
            at = [places.setdefault((None, OUTSIDE), len(places))] * len(levels)
        else:
            at = [places.setdefault((level, where.get(level, OUTSIDE)), len(places)) for level in levels]
        rows[site.id] = (*at, places.setdefault((None, TOTAL), len(places)))
    places.setdefault((None, TOTAL), len(places))
    routine = [visit for visit in plan.visits if visit.purpose is Purpose.ROUTINE]
    day = {stop.visit: route.date.toordinal() for route in plan.routes for stop in route.stops}
    columns = np.array([rows[visit.site] for visit in routine], dtype=np.int64).reshape(-1, len(levels) + 1)
    waiting = [rows[site.id] for site in plan.sites if site.status is SiteStatus.REVIEW]
    review = np.array(waiting, dtype=np.int64).reshape(-1, len(levels) + 1)
    return Ledger(
        visits={visit.id: number for number, visit in enumerate(routine)},
        planned=np.array([day.get(visit.id, 0) for visit in routine], dtype=np.int64),
        sites=tuple(visit.site for visit in routine),
        places=tuple(places),
        inside=tuple(columns.T),
        reviews=tuple(review.T),
        site_rows=rows,
        names=named,
        parents={area.code: area.parent_code or "" for area in areas},
        workdays=tuple(plan.round.workdays),
    )


def _depth(level: AreaLevel) -> int:
    return level.depth


def sites_in(sites: Sequence[PlanSite], areas: Sequence[Area]) -> dict[str, dict[AreaLevel, AreaCode]]:
    """Return the areas of each site, by level: those of the plan, or where one of them is no more, what holds the point now."""
    known: dict[AreaLevel, set[AreaCode]] = {}
    for area in areas:
        known.setdefault(area.level, set()).add(area.code)
    found: dict[str, dict[AreaLevel, AreaCode]] = {
        site.id: {level: code for level, (code, _) in site.areas.items()} for site in sites
    }
    stale: dict[AreaLevel, list[PlanSite]] = {}
    for site in sites:
        for level, (code, _) in site.areas.items():
            if level in known and code not in known[level]:
                stale.setdefault(level, []).append(site)
    for level, moved in stale.items():
        here = [area for area in areas if area.level is level]
        tree = STRtree([area.polygon for area in here])
        dots = points([(s.point.lon, s.point.lat) if s.point else (np.nan, np.nan) for s in moved])
        where = dict(reversed(list(zip(*tree.query(dots, predicate="intersects").tolist(), strict=True))))
        for number, site in enumerate(moved):
            del found[site.id][level]
            if number in where:
                found[site.id][level] = here[where[number]].code
    return found


def cover(
    book: Ledger,
    done: Iterable[tuple[str, datetime]],
    as_of: datetime,
    *,
    owners: Mapping[AreaCode, str] | None = None,
    findings: Iterable[tuple[str, bool]] = (),
) -> list[CoverLine]:
    """Return a line for each area at every level, widest first, 区域外 where needed, then the total.

    `done`: (visit, local moment of its first outcome that counts). `findings`: (site, overdue) of those that are open.
    """
    owners = owners or {}
    today, size = local(as_of).toordinal(), len(book.places)
    day = np.zeros(len(book.planned), dtype=np.int64)
    for visit, at in done:
        if (number := book.visits.get(visit)) is not None:
            day[number] = at.toordinal()
    is_done, planned = day > 0, book.planned
    over = (planned > 0) & (planned < today)
    masks = {
        "promised": np.ones(len(planned), dtype=bool),
        "done": is_done,
        "today": day == today,
        "unplanned": ~is_done & (planned == 0),
        "overdue": ~is_done & over,
        "due": over,
    }
    counts = {name: _count(book.inside, mask, size) for name, mask in masks.items()}
    review = _count(book.reviews, np.ones(len(book.reviews[0]), dtype=bool), size)
    opened, late = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for site, overdue in findings:
        for row in set(book.site_rows.get(site, ())):
            opened[row] += 1
            late[row] += overdue
    # The last days on which anybody worked or should have, of the whole round: areas are compared over the same days.
    worked = sorted({*day[(day > 0) & (day < today)].tolist(), *planned[over].tolist()})[-LAST_DAYS:]
    recent = _count(book.inside, np.isin(day, worked), size) if worked else None
    last = np.zeros(size, dtype=np.int64)
    for column in book.inside:
        np.maximum.at(last, column, day)
    remaining = [one for one in book.workdays if one.toordinal() >= today]
    lines = []
    for row, (level, code) in enumerate(book.places):
        promised, finished = int(counts["promised"][row]), int(counts["done"][row])
        left, behind = promised - finished, int(counts["due"][row]) - finished
        speed = float(recent[row]) / len(worked) if recent is not None else None
        finish, missing = _finish(left, speed, remaining, int(last[row]))
        lines.append(
            CoverLine(
                level=level,
                code=code,
                name=_name(book, level, code),
                parent=book.parents.get(code, ""),
                owner=owners.get(code, ""),
                promised=promised,
                done=finished,
                today=int(counts["today"][row]),
                ahead=left - int(counts["overdue"][row]) - int(counts["unplanned"][row]),
                overdue=int(counts["overdue"][row]),
                unplanned=int(counts["unplanned"][row]),
                review=int(review[row]),
                behind=behind,
                open=int(opened[row]),
                open_overdue=int(late[row]),
                speed=speed,
                finish=finish,
                days_late=missing,
                laggard=behind >= laggard_at(promised) and promised > 0,
                started=finished > 0,
            )
        )
    return sorted(
        lines, key=lambda one: (one.code == TOTAL, one.code == OUTSIDE, one.level.depth if one.level else 9, one.code)
    )


def laggard_at(promised: int) -> int:
    """Return how many sites behind its plan make an area with so many sites a laggard."""
    return max(1, min(LAGGARD_SITES, ceil(LAGGARD_SHARE * promised)))


def _count(columns: Sequence[Ints], mask: NDArray[np.bool_], size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    before: list[Ints] = []
    for column in columns:
        # A site outside all areas stands in the same row at every level and counts once.
        fresh = mask.copy()
        for other in before:
            fresh &= other != column
        total += np.bincount(column[fresh], minlength=size)
        before.append(column)
    return total


def _finish(left: int, speed: float | None, remaining: Sequence[date], last: int) -> tuple[date | None, int | None]:
    if not left:
        return (date.fromordinal(last) if last else None), 0
    if not speed:
        return None, None
    need = ceil(left / speed)
    return (remaining[need - 1], 0) if need <= len(remaining) else (None, need - len(remaining))


def _name(book: Ledger, level: AreaLevel | None, code: AreaCode) -> str:
    if code == TOTAL:
        return say("report.total").zh
    return say("glossary.outside").zh if level is None or code == OUTSIDE else book.names[level, code]
