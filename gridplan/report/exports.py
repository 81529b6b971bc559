"""Files for other programs: coverage for spreadsheets and GIS, routes for calendars and GPS, the plan list for the national platform."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import geopandas
from shapely import LineString, Point

from gridplan.model.books import CoverLine
from gridplan.model.errors import InputError
from gridplan.model.place import Area, AreaCode
from gridplan.model.plan import Plan, Route
from gridplan.model.release import CHINA
from gridplan.model.words import say
from gridplan.report.files import Book, fit, write_csv
from gridplan.report.tables import PLAN_HEADER, by_day, cards, plan_rows
from gridplan.report.tally import OUTSIDE, TOTAL

PLATFORM = Path(__file__).with_name("platform.toml")
_COLUMNS = (
    ("level", 10),
    ("code", 18),
    ("name", 20),
    ("parent", 16),
    ("owner", 14),
    *((name, 8) for name in ("promised", "done", "today", "ahead", "overdue", "unplanned", "review")),
    ("coverage", 9),
    ("behind", 9),
    ("open", 9),
    ("open_overdue", 9),
    ("finish", 12),
    ("laggard", 9),
)
_NUMBERS = ("promised", "done", "today", "ahead", "overdue", "unplanned", "review")


def coverage_xlsx(path: Path, lines: Sequence[CoverLine], told: str) -> None:
    """Write the coverage of every level as one sheet; `told` says of which round, plan and moment it is."""
    book = Book(path)
    header = tuple(say(f"books.cover_{name}").zh for name, _ in _COLUMNS)
    sheet = book.sheet("report.sheet_coverage", header, tuple(width for _, width in _COLUMNS))
    for number, line in enumerate(lines, 1):
        style = book.bold if line.code == TOTAL else book.plain
        code = "" if line.code == TOTAL else line.code
        level = say(f"glossary.{line.level}").zh if line.level else ""
        for column, text in enumerate((level, code, line.name, line.parent, line.owner)):
            sheet.write_string(number, column, fit(text), style)
        for column, name in enumerate(_NUMBERS, 5):
            sheet.write_number(number, column, getattr(line, name), style)
        if line.promised:
            sheet.write_number(number, 12, round(line.coverage, 4), book.percent)
        for column, value in ((13, -line.behind), (14, line.open), (15, line.open_overdue)):
            sheet.write_number(number, column, value, style)
        if line.finish:
            sheet.write_datetime(number, 16, datetime(line.finish.year, line.finish.month, line.finish.day), book.date)
        if line.laggard:
            sheet.write_string(number, 17, say("cover.laggard_mark").zh, style)
    sheet.autofilter(0, 0, max(len(lines), 1), len(_COLUMNS) - 1)
    sheet.write_string(len(lines) + 2, 0, told, book.plain)
    book.close()


def coverage_gpkg(path: Path, lines: Sequence[CoverLine], areas: Sequence[Area]) -> None:
    """Write the areas with their figures as a GeoPackage, one layer a level."""
    by_code = {line.code: line for line in lines}
    for level in dict.fromkeys(area.level for area in areas):
        here = [area for area in areas if area.level is level and area.code in by_code]
        found = [by_code[area.code] for area in here]
        frame = geopandas.GeoDataFrame(
            {
                "code": [line.code for line in found],
                "name": [line.name for line in found],
                "parent": [line.parent for line in found],
                "owner": [line.owner for line in found],
                **{name: [getattr(line, name) for line in found] for name in _NUMBERS},
                "coverage": [round(line.coverage, 4) for line in found],
                "against_plan": [-line.behind for line in found],
                "open": [line.open for line in found],
                "laggard": [line.laggard for line in found],
                "finish": [line.finish.isoformat() if line.finish else "" for line in found],
            },
            geometry=[area.polygon for area in here],
            crs="EPSG:4326",
        )
        frame.to_file(path, driver="GPKG", layer=level.value)


# ---- routes ----------------------------------------------------------------------------------------------------------


def routes_ics(plan: Plan, routes: Sequence[Route]) -> bytes:
    """Return the team-days as an iCalendar file: one appointment a stop, and the way out and back as the day's frame.

    Raises
    ------
    InputError
        The library is not there.
    """
    try:
        from icalendar import Calendar, Event
    except ImportError as error:
        raise InputError(say("books.no_library", name="icalendar")) from error
    calendar = Calendar()
    calendar.add("prodid", "-//gridplan//inspection//ZH")
    calendar.add("version", "2.0")
    sites = {site.id: site for site in plan.sites}
    names = {card.route: card for card in cards(plan)}
    for route in routes:
        card = names[route.id]
        event = Event()
        event.add("uid", f"{route.id}-{route.date:%Y%m%d}@gridplan")
        event.add("dtstamp", datetime(2000, 1, 1, tzinfo=UTC))
        event.add("dtstart", route.depart.replace(tzinfo=CHINA).astimezone(UTC))
        event.add("dtend", route.back.replace(tzinfo=CHINA).astimezone(UTC))
        event.add("summary", say("books.ics_day", team=card.team, n=len(route.stops)).zh)
        event.add("location", card.place)
        event.add("description", f"{card.units}\n{card.people}")
        calendar.add_component(event)
        for stop in route.stops:
            site = sites[stop.site]
            visit = Event()
            visit.add("uid", f"{stop.visit}-{route.id}@gridplan")
            visit.add("dtstamp", datetime(2000, 1, 1, tzinfo=UTC))
            visit.add("dtstart", stop.start.replace(tzinfo=CHINA).astimezone(UTC))
            visit.add("dtend", stop.leave.replace(tzinfo=CHINA).astimezone(UTC))
            visit.add("summary", f"{card.team} {stop.seq}. {site.name}")
            visit.add("location", site.address)
            if site.point:
                visit.add("geo", (site.point.lat, site.point.lon))
            calendar.add_component(visit)
    made: bytes = calendar.to_ical()
    return made


def routes_gpx(plan: Plan, routes: Sequence[Route]) -> str:
    """Return the team-days as GPX routes (WGS-84): base, stops in order, base.

    Raises
    ------
    InputError
        The library is not there.
    """
    try:
        from gpxpy.gpx import GPX, GPXRoute, GPXRoutePoint
    except ImportError as error:
        raise InputError(say("books.no_library", name="gpxpy")) from error
    gpx = GPX()
    gpx.creator = "gridplan"
    sites = {site.id: site for site in plan.sites}
    teams = {team.id: team for team in plan.teams}
    for route in routes:
        team = teams[route.team]
        made = GPXRoute(name=f"{team.name} {route.date:%Y-%m-%d}")
        base = GPXRoutePoint(latitude=team.base.lat, longitude=team.base.lon, name=team.base_name)
        made.points.append(base)
        for stop in route.stops:
            site = sites[stop.site]
            if site.point:
                made.points.append(
                    GPXRoutePoint(
                        latitude=site.point.lat,
                        longitude=site.point.lon,
                        name=f"{stop.seq}. {site.name}",
                        description=f"{stop.arrive:%H:%M}–{stop.leave:%H:%M} {site.address}",
                    )
                )
        made.points.append(base)
        gpx.routes.append(made)
    text: str = gpx.to_xml()
    return text


def routes_gpkg(path: Path, plan: Plan, routes: Sequence[Route]) -> None:
    """Write stops and routes (straight between stops) as the two layers of a GeoPackage."""
    sites = {site.id: site for site in plan.sites}
    teams = {team.id: team for team in plan.teams}
    stops = [(route, stop) for route in routes for stop in route.stops if sites[stop.site].point]
    dots = []
    for _, stop in stops:
        dot = sites[stop.site].point
        assert dot is not None
        dots.append(Point(dot.lon, dot.lat))
    geopandas.GeoDataFrame(
        {
            "site": [stop.site for _, stop in stops],
            "name": [sites[stop.site].name for _, stop in stops],
            "address": [sites[stop.site].address for _, stop in stops],
            "team": [teams[route.team].name for route, _ in stops],
            "date": [route.date.isoformat() for route, _ in stops],
            "seq": [stop.seq for _, stop in stops],
            "arrive": [stop.arrive.isoformat() for _, stop in stops],
            "leave": [stop.leave.isoformat() for _, stop in stops],
        },
        geometry=dots,
        crs="EPSG:4326",
    ).to_file(path, driver="GPKG", layer="stops")
    ways = []
    for route in routes:
        team = teams[route.team]
        on = [sites[stop.site].point for stop in route.stops]
        ways.append(LineString([(dot.lon, dot.lat) for dot in (team.base, *on, team.base) if dot]))
    geopandas.GeoDataFrame(
        {
            "route": [route.id for route in routes],
            "team": [teams[route.team].name for route in routes],
            "date": [route.date.isoformat() for route in routes],
            "stops": [len(route.stops) for route in routes],
            "distance_m": [route.distance_m for route in routes],
        },
        geometry=ways,
        crs="EPSG:4326",
    ).to_file(path, driver="GPKG", layer="routes")


# ---- the national platform -------------------------------------------------------------------------------------------


@cache
def platform_columns(path: Path = PLATFORM) -> tuple[tuple[str, str], ...]:
    """Return (header, what stands there) of the platform's table, as its file says."""
    rows = tomllib.loads(path.read_text("utf-8"))["column"]
    known = {"number", "matter", "object", "category", "manner", "lead", "tier", "schedule"}
    for row in rows:
        if row["holds"] not in known and not row["holds"].startswith("="):
            raise InputError(say("books.bad_column", path=path.name, column=row["header"], holds=row["holds"]))
    return tuple((row["header"], row["holds"]) for row in rows)


def platform_rows(plan: Plan, shown: Sequence[Route], columns: Sequence[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Return the plan list in the platform's columns, of the routes that may be shown; the unplanned are listed with them."""
    names = ("matter", "object", "category", "manner", "lead", "tier", "schedule")
    assert len(PLAN_HEADER) == len(names) + 1
    kept = {route.id for route in shown}
    part = replace(plan, routes=tuple(route for route in by_day(plan) if route.id in kept))
    rows = []
    for number, texts in enumerate(plan_rows(part), 1):
        cells: Mapping[str, str] = {"number": str(number), **dict(zip(names, texts, strict=True))}
        rows.append(tuple(what[1:] if what.startswith("=") else cells[what] for _, what in columns))
    return rows


def platform_csv(path: Path, rows: Sequence[tuple[str, ...]], columns: Sequence[tuple[str, str]]) -> None:
    """Write the platform's table as CSV."""
    write_csv(path, [header for header, _ in columns], rows)


def platform_xlsx(path: Path, rows: Sequence[tuple[str, ...]], columns: Sequence[tuple[str, str]]) -> None:
    """Write the platform's table as a workbook."""
    book = Book(path)
    sheet = book.sheet("books.sheet_platform", [header for header, _ in columns], [18.0] * len(columns))
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, fit(text), book.wrapped)
    book.close()


def codes_inside(lines: Sequence[CoverLine], inside: Sequence[Area], area: AreaCode | None) -> list[CoverLine]:
    """Return the lines of the areas given; with area None those outside and the total too."""
    known = {one.code for one in inside}
    return [line for line in lines if line.code in known or (area is None and line.code in (OUTSIDE, TOTAL))]
