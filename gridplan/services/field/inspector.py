"""What an inspector may see and say: own routes of published plans, one outcome a stop."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

import numpy as np

from gridplan.fieldwork.record import accept
from gridplan.geocode.datum import from_wgs84
from gridplan.model.errors import InputError, NotFound
from gridplan.model.place import Datum, LonLat
from gridplan.model.plan import Plan, Route
from gridplan.model.record import AssignedRoute, Receipt, User
from gridplan.model.release import CHINA
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.rights import Right
from gridplan.model.round import VisitId
from gridplan.model.words import Text, say
from gridplan.services.accounts.rights import ask
from gridplan.services.accounts.sight import assigned_now
from gridplan.services.desk import Desk
from gridplan.services.folders.directions import spoken_length
from gridplan.services.plans.plan_page import routes_json, stop_lines, team_colours
from gridplan.services.plans.stop_directions import stop_directions

NOTE_MOST = 500


def _own(desk: Desk, person: User, day: date) -> tuple[AssignedRoute, ...]:
    """Return the own routes of a day, none before their release."""
    with desk.store.reading() as t:
        return tuple(route for route in assigned_now(t, person.login, desk.now()) if route.date == day)


def _day(desk: Desk, person: User, day: date | None) -> date:
    """Return the day to show: the one asked for, else today."""
    return day or desk.today()


def navigation(point: LonLat) -> str:
    """Return AMap's link to a point, converted to its datum; it names no site (it leaves the office)."""
    lon, lat = from_wgs84(np.array([point.lon]), np.array([point.lat]), Datum.GCJ02)
    target = f"{float(lon[0]):.6f},{float(lat[0]):.6f}," + quote("目的地")
    return f"https://uri.amap.com/navigation?to={target}&mode=car&callnative=1"


def _routes(desk: Desk, own: tuple[AssignedRoute, ...]) -> tuple[Plan, list[Route], dict[str, VisitResult]]:
    with desk.store.reading() as t:
        plan = t.plans.plan(own[0].plan_id)
        results = {result.visit: result for result in t.results.list(own[0].round_id)}
    mine = {assigned.route for assigned in own}
    return plan, [route for route in plan.routes if route.id in mine], {str(k): v for k, v in results.items()}


def day_view(desk: Desk, person: User, day: date | None) -> dict[str, Any]:
    """Return what the page of a day shows: the own route, what is next, what is reported."""
    shown = _day(desk, person, day)
    own = _own(desk, person, shown)
    with desk.store.reading() as t:
        shown_days = {route.date for route in assigned_now(t, person.login, desk.now())}
        later = [
            (route.date, route.released.astimezone(CHINA))
            for route in t.assignments.of(person.login)
            if route.date not in shown_days
        ]
    base: dict[str, Any] = {
        "day": shown.isoformat(),
        "other_days": [day.isoformat() for day in sorted(shown_days) if day != shown],
        # That somebody is on duty may be known ahead, not where: 四不两直.
        "later": [
            say("web.released_later", date=day.isoformat(), at=f"{at:%Y-%m-%d %H:%M}") for day, at in sorted(set(later))
        ],
    }
    if not own:
        return base | {
            "stops": [],
            "title": Text(f"{shown.month}月{shown.day}日", shown.isoformat()),
            "crew": Text("", ""),
        }
    plan, routes, results = _routes(desk, own)
    phones = _phones(desk)
    points = {site.id: site.point for site in plan.sites}
    stops: list[dict[str, Any]] = []
    for route in routes:
        travel = {stop.visit: stop for stop in route.stops}
        for line in stop_lines(plan, route):
            if line["lunch"]:
                continue
            stop, result = travel[line["visit"]], results.get(line["visit"])
            point = points[stop.site]
            stops.append(
                line
                | {
                    "travel_min": round(stop.travel_s / 60),
                    "travel_km": f"{stop.travel_m / 1000:.1f}",
                    "navigation": navigation(point) if point else "",
                    "phone": phones.get(stop.site, ""),
                    "outcome": result.outcome.value if result else "",
                    "note": result.note if result else "",
                }
            )
    team = next(team for team in plan.teams if team.id == routes[0].team)
    names = "、".join(member.name for member in team.members)
    return base | {
        "title": say("web.today_title", date=f"{shown.month}月{shown.day}日", day=routes[0].day),
        "crew": say("web.crew", team=team.name, people=names),
        "colour": team_colours(plan)[team.id],
        "colours": team_colours(plan),
        "stops": stops,
        "done": sum(bool(stop["outcome"]) for stop in stops),
        "done_stops": [stop for stop in stops if stop["outcome"]],
        "next": next((stop for stop in stops if not stop["outcome"]), None),
        "back": f"{max(route.back for route in routes):%H:%M}",
    }


def _phones(desk: Desk) -> dict[str, str]:
    with desk.store.reading() as t:
        return {site.id: site.phone for site in t.sites.list()}


def day_routes(desk: Desk, person: User, day: date | None) -> bytes:
    """Return the own routes of a day as GeoJSON, and no other."""
    own = _own(desk, person, _day(desk, person, day))
    if not own:
        raise NotFound(say("desk.no_route"))
    plan, routes, _ = _routes(desk, own)
    return routes_json(plan, desk.engine(plan), routes)


def _own_stop(desk: Desk, person: User, visit: str) -> tuple[AssignedRoute, Plan, Route]:
    """Return the own route that holds a visit, or raise NotFound: others' stops do not exist for this reader."""
    with desk.store.reading() as t:
        # A site's visit has the same name in every round: the latest round is meant.
        for assigned in reversed(assigned_now(t, person.login, desk.now())):
            plan = t.plans.plan(assigned.plan_id)
            for route in plan.routes:
                if route.id == assigned.route and any(stop.visit == visit for stop in route.stops):
                    return assigned, plan, route
    raise NotFound(say("desk.no_route"))


def stop_view(desk: Desk, person: User, visit: str) -> dict[str, Any]:
    """Return what the page of a stop shows."""
    assigned, plan, route = _own_stop(desk, person, visit)
    stop = next(stop for stop in route.stops if stop.visit == visit)
    site = next(site for site in plan.sites if site.id == stop.site)
    wanted = next(v for v in plan.visits if v.id == visit)
    with desk.store.reading() as t:
        results = [result for result in t.results.list(assigned.round_id) if result.visit == visit]
    told = stop_directions(desk, plan, route, stop.seq)
    return {
        "visit": visit,
        "day": route.date.isoformat(),
        "colour": team_colours(plan)[route.team],
        "seq": stop.seq,
        "of": len(route.stops),
        "name": site.name,
        "address": site.address,
        "kind_word": "community_kind" if site.kind.value == "community" else site.kind.value,
        "mode": wanted.mode.value,
        "arrive": f"{stop.arrive:%H:%M}",
        "minutes": stop.minutes,
        "navigation": navigation(site.point) if site.point else "",
        "phone": _phones(desk).get(site.id, ""),
        "directions": told,
        "way": say("directions.title", **spoken_length(told.distance_m, told.time_s)) if told else Text("", ""),
        "outcome": results[-1].outcome.value if results else "",
        "by": results[-1].by if results else "",
    }


def record(desk: Desk, person: User, visit: str, outcome: Outcome, note: str, *, key: str) -> Receipt:
    """Take one outcome of an own stop; the same one sent twice (same key) is taken once."""
    try:
        UUID(key)
    except ValueError:
        raise InputError(say("desk.bad_key")) from None
    if len(note) > NOTE_MOST:
        raise InputError(say("desk.long_note", most=NOTE_MOST))
    result = VisitResult(
        key=key,
        visit=VisitId(visit),
        outcome=outcome,
        note=note.strip(),
        by=person.login,
        at=desk.local_now(),
    )
    # A thousand phones send: the rows of routes and stops tell whose stop it is, the plan itself is not read. Its key makes a
    # result hold by itself: a planner's long import must not keep the phones waiting.
    with desk.store.transaction(beside=True) as t:
        ask(t, person.login, Right.WALK)
        own = assigned_now(t, person.login, desk.now(), visit=visit)
        if not own:
            raise NotFound(say("desk.no_route"))
        assigned = own[-1]  # a site's visit has the same name in every round: the latest round is meant
        if accept(result, t.results.about(result, assigned.round_id)) is Receipt.DUPLICATE:
            return Receipt.DUPLICATE
        return t.results.add(assigned.plan_id, result)
