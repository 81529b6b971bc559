"""Puts a plan into the tables of the office: the schedule cards and the plan list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gridplan.model.plan import Plan, PlanSite, Route, RouteId
from gridplan.model.round import Visit
from gridplan.model.words import catalogue, say

PLAN_HEADER = tuple(
    say(f"report.plan_{name}").zh
    for name in ("number", "matter", "object", "category", "manner", "lead", "tier", "schedule")
)
CARD_HEADER = tuple(
    say(f"report.card_{name}").zh for name in ("date", "team", "time", "place", "units", "people", "sites")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStop:
    """One line of a card; times are HH:MM."""

    seq: int
    arrive: str
    leave: str
    name: str
    address: str
    mode: str
    units: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The schedule card of one team-day-shift, in Chinese: 时间, 集合地点, 参与单位, 人员, and the stops in order."""

    route: RouteId
    date: date
    team: str
    time: str
    place: str
    units: str
    people: str
    stops: tuple[CardStop, ...]


def unit_name(department: str) -> str:
    """Return a department in Chinese; what the words do not know is left as it is written."""
    pair = catalogue().get(f"report.department_{department}")
    return pair[0] if pair else department


def unit_code(word: str) -> str:
    """Return the department that is called so in Chinese or English; what the words do not know is left as it is written."""
    head = "report.department_"
    return next(
        (key.removeprefix(head) for key, pair in catalogue().items() if key.startswith(head) and word in pair), word
    )


def unit_names(departments: Sequence[str]) -> str:
    """Return departments as one line, each once, in the order given."""
    return "、".join(dict.fromkeys(unit_name(name) for name in departments if name))


def cards(plan: Plan, people: Mapping[RouteId, Sequence[str]] | None = None) -> tuple[Card, ...]:
    """Return a card for each route by date and team; `people` names who walks it, else the team's members are named."""
    return tuple(_card(plan, route, (people or {}).get(route.id)) for route in by_day(plan))


def by_day(plan: Plan) -> list[Route]:
    """Return the routes by date, then in the order of the teams, then by departure."""
    order = {team.id: number for number, team in enumerate(plan.teams)}
    return sorted(plan.routes, key=lambda route: (route.date, order[route.team], route.depart))


def _card(plan: Plan, route: Route, people: Sequence[str] | None) -> Card:
    team = next(team for team in plan.teams if team.id == route.team)
    sites, visits = {site.id: site for site in plan.sites}, {visit.id: visit for visit in plan.visits}
    crew = [
        say("report.certified_member", name=member.name).zh if member.certified_on(route.date) else member.name
        for member in team.members
    ]
    units = [member.department for member in team.members]
    return Card(
        route=route.id,
        date=route.date,
        team=team.name,
        time=say("report.card_hours", depart=f"{route.depart:%H:%M}", back=f"{route.back:%H:%M}").zh,
        place=team.base_name,
        units=unit_names(units),
        people="、".join(crew if people is None else people),
        stops=tuple(
            CardStop(
                seq=stop.seq,
                arrive=f"{stop.arrive:%H:%M}",
                leave=f"{stop.leave:%H:%M}",
                name=sites[stop.site].name,
                address=sites[stop.site].address,
                mode=say(f"glossary.{visits[stop.visit].mode}").zh,
                units=unit_names(sorted(visits[stop.visit].departments)),
            )
            for stop in route.stops
        ),
    )


def plan_rows(plan: Plan) -> list[tuple[str, ...]]:
    """Return the plan list, one row a visit under `PLAN_HEADER` but the number: planned ones by time, then the unplanned."""
    teams = {team.id: team for team in plan.teams}
    sites, visits = {site.id: site for site in plan.sites}, {visit.id: visit for visit in plan.visits}
    tier = say("report.tier_district").zh
    rows: list[tuple[str, ...]] = []
    for route in by_day(plan):
        team = teams[route.team]
        lead = say("report.lead", team=team.name, units=unit_names([m.department for m in team.members])).zh
        for stop in route.stops:
            when = say("report.schedule", date=route.date, start=f"{stop.start:%H:%M}", leave=f"{stop.leave:%H:%M}").zh
            rows.append((*_subject(visits[stop.visit], sites[stop.site]), lead, tier, when))
    for item in plan.unplanned:
        when = say("report.not_scheduled", reason=item.text).zh
        rows.append((*_subject(visits[item.visit], sites[item.site]), "", tier, when))
    return rows


def _subject(visit: Visit, site: PlanSite) -> tuple[str, str, str, str]:
    return (
        say(f"report.matter_{site.kind}").zh,
        site.name,
        say(f"report.category_{visit.purpose}").zh,
        say(f"glossary.{visit.mode}").zh,
    )
