"""The day as the inspector's phone keeps it: own routes, stops with history and checklist, words of change; no other's."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

import numpy as np

from gridplan.geocode.datum import from_wgs84
from gridplan.model.checklist import Checklist
from gridplan.model.errors import InputError
from gridplan.model.finding import Categories, Finding, FindingState
from gridplan.model.lead import Lead
from gridplan.model.place import Datum, LonLat
from gridplan.model.plan import Plan, Route, Stop
from gridplan.model.record import AssignedRoute, Role, User
from gridplan.model.release import CHINA
from gridplan.model.result import VisitResult
from gridplan.model.round import Purpose, Visit
from gridplan.model.site import Site, SiteId, SiteKind
from gridplan.model.words import Text, say
from gridplan.report.tables import unit_name
from gridplan.services.accounts.sight import assigned_now
from gridplan.services.desk import Desk
from gridplan.services.field.checklists import checklist_json, desk_categories, desk_checklist
from gridplan.services.plans.plan_page import routes_json, team_colours

READ = "route.read"
KEPT_FOR = timedelta(hours=4)
"""How long after midnight a phone may keep the day: a night shift ends then."""
HISTORY = 12


def field_day(desk: Desk, person: User, day: date | None, session_ends: datetime) -> dict[str, Any]:
    """Return all that the phone needs for a whole day without network; each read of a route is logged.

    The phone may keep it until the night after the day, and never longer than the session lasts.

    Before its release a route is not in it; only that there is one, and from when on it can be seen.
    """
    now = desk.now()
    shown = day or desk.today()
    with desk.store.reading() as t:
        mine = assigned_now(t, person.login, now)
        own = [route for route in mine if route.date == shown]
        later = [
            (route.date, route.released.astimezone(CHINA))
            for route in t.assignments.of(person.login)
            if route not in mine
        ]
        planners = [user.name for user in t.users.list(Role.PLANNER) if user.active and user.area is None]
        told = [
            notice
            for notice in t.change_notices.of(person.login)
            if notice.day >= shown or notice.day in {r.date for r in mine}
        ]
    ends = datetime.combine(shown + timedelta(days=1), time(), CHINA) + KEPT_FOR
    found: dict[str, Any] = {
        "login": person.login,
        "name": person.name,
        "day": shown.isoformat(),
        "now_ms": int(now.timestamp() * 1000),
        "until_ms": int((min(ends, session_ends) if own else session_ends).timestamp() * 1000),
        "title": _both(_date(shown)),
        "other_days": sorted({route.date.isoformat() for route in mine if route.date > shown}),
        # That somebody is on duty may be known ahead, not where: 四不两直.
        "later": [
            _both(say("web.released_later", date=on, at=f"{at:%Y-%m-%d %H:%M}")) for on, at in sorted(set(later))
        ],
        "notices": [{"id": notice.id, **_both(notice.text)} for notice in told],
        "planners": planners,
        "navigation": _may_navigate(desk),
        "categories": [
            {"key": one.key, **_both(one.name), "notice": one.notice.value if one.notice else None, "days": one.days}
            for one in desk_categories(desk).values()
        ],
        "stops": [],
        "routes": None,
    }
    if not own:
        return found
    _note_reads(desk, person, own)
    return found | _walked(desk, person, own)


def _may_navigate(desk: Desk) -> bool:
    try:
        return desk.settings().navigation
    except InputError:  # nothing was imported yet
        return True


def _note_reads(desk: Desk, person: User, own: Sequence[AssignedRoute]) -> None:
    """Log who read which route, once an hour each."""
    since = desk.now().replace(minute=0, second=0, microsecond=0)
    with desk.store.transaction(beside=True) as t:
        for route in own:
            thing = f"plan/{route.plan_id}"
            if not t.audit.noted(person.login, READ, thing, since=since):
                t.audit.add(person.login, READ, thing, {"route": route.route})


def _walked(desk: Desk, person: User, own: Sequence[AssignedRoute]) -> dict[str, Any]:
    plans: dict[int, Plan] = {}
    with desk.store.reading() as t:
        for assigned in own:
            if assigned.plan_id not in plans:
                plans[assigned.plan_id] = t.plans.plan(assigned.plan_id)
        register = {site.id: site for site in t.sites.list()}
        walked = [
            (assigned, plans[assigned.plan_id], route)
            for assigned in own
            for route in plans[assigned.plan_id].routes
            if route.id == assigned.route
        ]
        sites = [stop.site for _, _, route in walked for stop in route.stops]
        past: dict[SiteId, list[VisitResult]] = defaultdict(list)
        for site, result in t.results.at_sites(sites):
            past[site].append(result)
        findings = {site: t.findings.list(site=site) for site in set(sites)}
        results = {assigned.round_id: t.results.list(assigned.round_id) for assigned in own}
        leads = {(lead.round, lead.visit): lead for lead in t.leads.list() if lead.visit}
        names = {user.login: user.name for user in t.users.list()}
    about = _About(
        checklist=desk_checklist(desk),
        categories=desk_categories(desk),
        register=register,
        past=past,
        findings=findings,
        names=names,
    )
    stops: list[dict[str, Any]] = []
    for assigned, plan, route in walked:
        by_visit = {visit.id: visit for visit in plan.visits}
        latest = {result.visit: result for result in results[assigned.round_id]}
        for stop in route.stops:
            lead = leads.get((assigned.round_id, stop.visit))
            shown = about.stop(plan, route, stop, by_visit[stop.visit], latest.get(stop.visit), lead)
            stops.append({"seq": len(stops) + 1, "round": assigned.round_id, **shown})
    _, plan, route = walked[0]
    team = next(team for team in plan.teams if team.id == route.team)
    routes = [json.loads(routes_json(plan, desk.engine(plan), [one])) for _, plan, one in walked]
    return {
        "title": _both(say("web.today_title", date=_date(route.date), day=route.day)),
        "team": team.name,
        "crew": "、".join(member.name for member in team.members),
        "meet": {"name": team.base_name, "at": f"{route.depart:%H:%M}", "nav": navigation(team.base)},
        "back": f"{max(one.back for _, _, one in walked):%H:%M}",
        "minimum": plan.round.rule.min_per_day,
        "lunch": [f"{moment:%H:%M}" for moment in route.lunch] if route.lunch else None,
        "colour": team_colours(plan)[team.id],
        "colours": team_colours(plan),
        "checklist_version": about.checklist.version,
        "stops": stops,
        "routes": {"type": "FeatureCollection", "features": [f for one in routes for f in one["features"]]},
    }


class _About:
    """What is known of the sites of a day."""

    def __init__(
        self,
        *,
        checklist: Checklist,
        categories: Categories,
        register: Mapping[SiteId, Site],
        past: Mapping[SiteId, Sequence[VisitResult]],
        findings: Mapping[SiteId, Sequence[Finding]],
        names: Mapping[str, str],
    ) -> None:
        self.checklist = checklist
        self._categories = categories
        self._register = register
        self._past = past
        self._findings = findings
        self._names = names

    def stop(
        self, plan: Plan, route: Route, stop: Stop, visit: Visit, result: VisitResult | None, lead: Lead | None
    ) -> dict[str, Any]:
        """Return one stop as the phone shows it."""
        planned = next(site for site in plan.sites if site.id == stop.site)
        site = self._register.get(stop.site)
        kind = "community_kind" if planned.kind is SiteKind.COMMUNITY else planned.kind.value
        purposes = [one for one in (visit.purpose, *visit.also) if one is not Purpose.ROUTINE]
        point = planned.point
        crew = {member.department for team in plan.teams if team.id == route.team for member in team.members}
        return {
            "visit": stop.visit,
            "route": route.id,
            "site": stop.site,
            "name": planned.name,
            "address": planned.address,
            "kind": _both(say(f"glossary.{kind}")),
            "chips": [_both(say(f"phone.purpose_{one.value}")) for one in purposes] + self._standing(site),
            "mode": _both(say(f"glossary.{visit.mode.value}")),
            # Only who comes beside the crew itself.
            "with": [unit_name(one) for one in sorted(visit.departments - crew)],
            "phone": site.phone if site else "",
            "code": site.uscc if site else "",
            "lon": point.lon if point else None,
            "lat": point.lat if point else None,
            "nav": navigation(point) if point else None,
            "arrive": f"{stop.arrive:%H:%M}",
            "leave": f"{stop.leave:%H:%M}",
            "minutes": stop.minutes,
            "travel_min": round(stop.travel_s / 60),
            "travel_km": f"{stop.travel_m / 1000:.1f}",
            # What was reported, never who reported it: whoever complained is not the crew's to know.
            "lead": lead.what if lead else "",
            "checklist": checklist_json(self.checklist, site) if site else {"version": "", "minutes": 0, "items": []},
            "open": [self._finding(one) for one in self._findings.get(stop.site, ()) if one.state is FindingState.OPEN],
            "history": self._history(stop.site),
            "result": self._result(result) if result else None,
        }

    def _standing(self, site: Site | None) -> list[dict[str, str]]:
        if site is None:
            return []
        known = [f"glossary.licence_{site.licence_class.value}", f"glossary.standing_{site.standing.value}"]
        return [_both(say(key)) for key in known if not key.endswith("_unknown")]

    def _result(self, result: VisitResult) -> dict[str, Any]:
        return {
            "key": result.key,
            "outcome": result.outcome.value,
            "note": result.note,
            "at": f"{result.at:%H:%M}",
            "by": self._names.get(result.by, result.by),
        }

    def _finding(self, finding: Finding) -> dict[str, Any]:
        category = self._categories.get(finding.category)
        return {
            "id": finding.id,
            "category": finding.category,
            **_both(category.name if category else Text(finding.category, finding.category)),
            "text": finding.text,
            "at": finding.at.date().isoformat(),
            "due": finding.due.isoformat() if finding.due else None,
        }

    def _history(self, site: SiteId) -> list[dict[str, Any]]:
        found = self._findings.get(site, ())
        return [
            {
                "at": result.at.date().isoformat(),
                "outcome": result.outcome.value,
                "note": result.note,
                "by": self._names.get(result.by, result.by),
                "findings": [
                    {**self._finding(one), "closed": one.state is FindingState.CLOSED}
                    for one in found
                    if one.result == result.key
                ],
            }
            for result in self._past.get(site, ())[:HISTORY]
        ]


def navigation(point: LonLat) -> dict[str, str]:
    """Return links to a point for three maps, each in its own datum; they name no site (they leave the office)."""
    lon, lat = from_wgs84(np.array([point.lon]), np.array([point.lat]), Datum.GCJ02)
    gcj = f"{float(lon[0]):.6f},{float(lat[0]):.6f}"
    target = quote("目的地")
    return {
        "amap": f"https://uri.amap.com/navigation?to={gcj},{target}&mode=car&callnative=1",
        "baidu": "https://api.map.baidu.com/direction?destination="
        + quote(f"name:目的地|latlng:{point.lat:.6f},{point.lon:.6f}")
        + "&coord_type=wgs84&mode=driving&output=html&src=gridplan",
        # Apple shows the country in GCJ-02, as AMap makes its maps there.
        "apple": f"https://maps.apple.com/?daddr={float(lat[0]):.6f},{float(lon[0]):.6f}&dirflg=d",
    }


def mark_told(desk: Desk, person: User, notice: int) -> None:
    """Keep that the person has seen what changed."""
    with desk.store.transaction(beside=True) as t:
        t.change_notices.mark_read(notice, person.login)


def _date(day: date) -> Text:
    return Text(f"{day.month}月{day.day}日", f"{day.day} {day:%B}")


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
