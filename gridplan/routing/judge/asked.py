"""The promises that a round may ask for beside the rule: joint visits, limits, tiers and samples, one named function each."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from datetime import date, datetime

from gridplan.model.crew import TeamId
from gridplan.model.plan import SampleDraw
from gridplan.model.round import Purpose, VisitId
from gridplan.model.site import SiteId, SiteStatus, VisitMode
from gridplan.routing.judge.case import Case, Findings, at_stop, in_minutes
from gridplan.routing.judge.retime import APPOINTMENT_S

UNCAPPED = frozenset({Purpose.LEAD, Purpose.FOLLOW_UP})
"""What the yearly cap does not count: checks that somebody asked for, and the rechecks of what was found."""


def joint_together(case: Case, found: Findings) -> None:
    """A visit that takes two teams has two, on one date, and both begin it within five minutes after their appointment."""
    meetings = case.plan.appointments
    for id in sorted(case.joint):
        places = case.places[id]
        routes = [case.plan.routes[number] for number, _ in places]
        found.checked += 1
        if len(places) == 1:
            found.breach("joint_alone", at_stop(routes[0], places[0][1]), 1, "teams", team=routes[0].team)
        elif len({route.team for route in routes}) == 1:
            found.breach("joint_same_team", id, 1, "teams", team=routes[0].team)
        elif days := (max(route.date for route in routes) - min(route.date for route in routes)).days:
            found.breach("joint_apart", id, days, "days")
        elif id not in meetings:
            found.breach("joint_unmet", id, 1, "appointments")
        else:
            for number, _ in places:
                _on_time(case, number, id, meetings[id], found)
    for id in sorted(meetings.keys() - case.joint):
        found.checked += 1
        found.breach("joint_idle", id, 1, "appointments")


def _on_time(case: Case, number: int, id: VisitId, meeting: datetime, found: Findings) -> None:
    """Look whether a route, as rebuilt, begins a joint visit at its appointment."""
    route = case.true_routes[number]
    for stop in route.stops if route else ():
        if route and stop.visit == id:
            late_s = (stop.start - meeting).total_seconds()
            off_s = max(-late_s, late_s - APPOINTMENT_S)
            if off_s > 0:
                found.breach(
                    "joint_late",
                    at_stop(route, stop),
                    in_minutes(off_s),
                    "min",
                    start=f"{stop.start:%H:%M:%S}",
                    meeting=f"{meeting:%H:%M:%S}",
                )


def townships_limit(case: Case, found: Findings) -> None:
    """No team visits more townships on one date than the round allows (逐镇推进)."""
    most = case.plan.round.limits.townships_per_team_day
    if not most:
        return
    towns: dict[tuple[TeamId, date], set[str]] = defaultdict(set)
    for route, _, visit in case.stops():
        towns[route.team, route.date].update([visit.township] if visit.township else ())
    for (team, day), there in towns.items():
        found.checked += 1
        if len(there) > most:
            found.breach("townships", f"{team} {day}", len(there) - most, "townships", count=len(there), most=most)


def night_quota(case: Case, found: Findings) -> None:
    """At least so many visits are made in night shifts (夜查) as the round asks for; a joint visit is one."""
    least = case.plan.round.limits.night_visits
    if not least:
        return
    found.checked += 1
    count = len({visit.id for route, _, visit in case.stops() if (shift := case.shift_of(route)) and shift.night})
    if count < least:
        found.breach("nights", case.plan.round.name, least - count, "visits", count=count, least=least)


def yearly_cap(case: Case, found: Findings) -> None:
    """No site is inspected more often in a calendar year than the round allows; leads and follow-ups do not count."""
    caps = case.plan.round.limits.yearly_cap
    planned: dict[SiteId, Counter[int]] = defaultdict(Counter)
    for id, places in case.places.items():
        visit = case.visits[id]
        if visit.mode is VisitMode.INSPECTION and not UNCAPPED.issuperset((visit.purpose, *visit.also)):
            planned[visit.site][case.plan.routes[places[0][0]].date.year] += 1
    for site in case.plan.sites:
        if (cap := caps.get(site.kind)) is None:
            continue
        past = Counter(day.year for day in site.inspected)
        for year, count in sorted(planned[site.id].items()):
            found.checked += 1
            over = min(past[year] + count - cap, count)
            if over > 0:
                found.breach("cap", site.id, over, "inspections", name=site.name, year=year, past=past[year], cap=cap)


def no_tier_clash(case: Case, found: Findings) -> None:
    """No visit is made on a date on which another tier is at the site."""
    for route, stop, visit in case.stops():
        found.checked += 1
        if route.date in visit.taken:
            found.breach("tiers", at_stop(route, stop), 1, "days", day=route.date)


def _drawn_again(draw: SampleDraw) -> tuple[str, tuple[SiteId, ...]]:
    """Return the hash of a sample's list and what is drawn from it, in words of the certificate: see rounds/sample.py."""
    listed = hashlib.sha256("\n".join(draw.population).encode()).hexdigest()
    lots = {site: hashlib.sha256(f"{draw.seed}|{listed}|{site}".encode()).hexdigest() for site in draw.population}
    return listed, tuple(sorted(lots, key=lots.__getitem__)[: len(draw.drawn)])


def sample_drawn(case: Case, found: Findings) -> None:
    """Every random sample is what its seed and list give when it is drawn again, and its sites, no others, have their visit."""
    draws = case.plan.samples
    located = {site.id for site in case.plan.sites if site.status is SiteStatus.LOCATED}
    for number, draw in enumerate(draws, 1):
        found.checked += 1
        listed, again = _drawn_again(draw)
        if listed != draw.list_sha256:
            found.breach("sample_list", str(number), 1, "lists", said=draw.list_sha256[:12], true=listed[:12])
        if again != draw.drawn:
            other = len(set(draw.drawn) - set(again)) or 1
            found.breach("sample_other", str(number), other, "sites", seed=draw.seed)
        if strangers := set(draw.population) - located:
            found.breach("sample_stranger", str(number), len(strangers), "sites", site=min(strangers))
    drawn = {site for draw in draws for site in draw.drawn}
    visited = {visit.site for visit in case.plan.visits if Purpose.SAMPLE in (visit.purpose, *visit.also)}
    for site in sorted(drawn | visited) if draws else ():
        found.checked += 1
        if site not in visited:
            found.breach("sample_unvisited", site, 1, "visits")
        elif site not in drawn:
            found.breach("sample_undrawn", site, 1, "visits")
