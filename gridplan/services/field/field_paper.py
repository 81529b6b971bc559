"""A team-day for where no phone reaches the office: one HTML file, or a PDF of it. Whoever takes it out is logged."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from shapely import LineString

from gridplan.maps.daycard import DayCard, DayStop, day_card
from gridplan.model.basemap import Basemap
from gridplan.model.errors import InputError, NotFound
from gridplan.model.finding import FindingState
from gridplan.model.plan import Plan, Route
from gridplan.model.record import PlanId
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.report.tables import cards
from gridplan.roads.basemap import read_basemap
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.field.checklists import desk_checklist
from gridplan.services.field.field_day import navigation
from gridplan.services.folders.folder import paths_of
from gridplan.services.folders.placing import map_extent
from gridplan.services.plans.plan_page import only_routes

TAKEN = "route.paper"


def day_page(desk: Desk, plan_id: int, route_id: str, *, by: str) -> bytes:
    """Return one team-day of a plan as a page of its own, with checklist and last findings of each stop.

    Raises
    ------
    NotFound
        There is no such plan or route.
    """
    with desk.store.reading() as t:
        ask(t, by, Right.ASSIGN, whole=True)
        plan = t.plans.plan(PlanId(plan_id))
        route = next((one for one in plan.routes if one.id == route_id), None)
        if route is None:
            raise NotFound(say("fieldwork.no_route", route=route_id))
        head = t.plans.get(PlanId(plan_id))
        people = [
            user.name
            for one in t.assignments.list(head.id)
            if one.route == route_id and (user := t.users.get(one.person))
        ]
        sites = {site.id: site for site in t.sites.list()}
        found = {stop.site: t.findings.list(site=stop.site) for stop in route.stops}
    made = _card(desk, plan, route, people, sites, found, f"v{head.number}")
    with desk.store.transaction() as t:
        t.audit.add(by, TAKEN, f"plan/{plan_id}", {"route": route_id})
    return day_card(made, _basemap(desk)).encode()


def day_pdf(desk: Desk, plan_id: int, route_id: str, *, by: str) -> bytes:
    """Return the same as PDF.

    Raises
    ------
    InputError
        The library that sets it is not there; the page prints as well.
    """
    try:
        html = import_module("weasyprint").HTML
    except (ImportError, OSError) as error:  # the library, or the Pango it needs
        raise InputError(say("phone.no_pdf")) from error
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    page = day_page(desk, plan_id, route_id, by=by).decode()
    made: bytes = html(string=page, url_fetcher=_nothing).write_pdf()
    return made


def _nothing(url: str, *_: Any, **__: Any) -> Any:
    raise ValueError(f"nothing is fetched: {url}")


def _basemap(desk: Desk) -> Basemap | None:
    network = desk.network()
    if network is None:
        return None
    with desk.store.reading() as t:
        areas = t.areas.list()
    with desk.file("roads") as path:
        return read_basemap(path, network, map_extent(areas)) if path else None


def _card(desk: Desk, plan: Plan, route: Route, people: list[str], sites: Any, found: Any, version: str) -> DayCard:
    card = next(one for one in cards(plan, {route.id: people} if people else None) if one.route == route.id)
    team = next(team for team in plan.teams if team.id == route.team)
    points = {site.id: site.point for site in plan.sites}
    checklist = desk_checklist(desk)
    stops = []
    for stop, line in zip(route.stops, card.stops, strict=True):
        site, point = sites.get(stop.site), points[stop.site]
        still = [one for one in found[stop.site] if one.state is FindingState.OPEN]
        items = checklist.of(site.kind.value, site.standing.value) if site else ()
        stops.append(
            DayStop(
                seq=line.seq,
                time=f"{line.arrive}–{line.leave}",
                name=line.name,
                address=line.address,
                mode=line.mode,
                point=point,
                phone=site.phone if site else "",
                link=navigation(point)["amap"] if point and _navigates(desk) else "",
                warn="；".join(f"{one.text}（{one.due or ''}）" for one in still),
                rows=tuple(item.text.zh for item in items),
            )
        )
    paths = paths_of(only_routes(plan, [route]), desk.engine(plan))
    lines = [
        LineString([(p.lon, p.lat) for p in path.line])
        for legs in paths.values()
        for path in legs
        if len(path.line) > 1
    ]
    heads = tuple(say(f"phone.paper_{name}").zh for name in ("seq", "time", "site", "mode", "result"))
    return DayCard(
        title=say("phone.day_title", team=team.name, date=route.date.isoformat()).zh,
        secret=say("phone.day_secret").zh,
        facts=tuple(
            (say(f"report.card_{name}").zh, text)
            for name, text in (
                ("time", card.time),
                ("place", card.place),
                ("units", card.units),
                ("people", card.people),
            )
        ),
        heads=(heads[0], heads[1], heads[2], heads[3], heads[4]),
        stops=tuple(stops),
        lines=tuple(lines),
        base=team.base,
        foot=(say("phone.day_sign").zh + "：____________", version),
    )


def _navigates(desk: Desk) -> bool:
    try:
        return desk.settings().navigation
    except InputError:  # nothing was imported yet
        return True
