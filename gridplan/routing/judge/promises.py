"""The promises of a lawful plan, one named function each: what was looked at, and each breach with where and by how much.

What only some rounds ask for (joint visits, limits, samples) stands in `asked`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gridplan.model.crew import Shift, TeamId
from gridplan.model.plan import Plan, PlanSite, Promise, Route
from gridplan.model.round import Purpose, RoundRule, RuleDays, RuleUnit, Tail, Unlocated, Visit, VisitId
from gridplan.model.site import SiteStatus, VisitMode
from gridplan.model.travel import UNREACHABLE, TravelEngine
from gridplan.model.words import say
from gridplan.routing.judge import asked
from gridplan.routing.judge.case import JOINT_TEAMS, OFFICERS_NEEDED, Case, Findings, at_stop, in_minutes, open_case
from gridplan.routing.judge.retime import first_fit

TOLERANCE_S = 1


def coverage_once(case: Case, found: Findings) -> None:
    """Every visit is in one route (a joint one in two) or in `unplanned`, once; no mandatory one is left out.

    Every located site has its routine visit, but for those that were inspected as often as the year allows.
    """
    plan = case.plan
    planned = Counter(stop.visit for route in plan.routes for stop in route.stops)
    left_out = Counter(item.visit for item in plan.unplanned)
    for id, count in Counter(visit.id for visit in plan.visits).items():
        found.checked += 1
        if count > 1:
            found.breach("same_id", id, count - 1, "visits")
        seen = planned[id] + left_out[id]
        if seen == 0:
            found.breach("visit_missing", id, 1, "visits")
        elif seen > 1 and not (id in case.joint and planned[id] == seen == JOINT_TEAMS):
            found.breach("visit_doubled", id, seen - 1, "visits", times=seen)
        elif left_out[id] and case.visits[id].mandatory:
            found.breach("visit_unplanned", id, 1, "visits")
    for id in [*planned, *left_out]:
        if id not in case.visits:
            found.breach("visit_unknown", id, 1, "visits")
    for route, stop, visit in case.stops():
        if stop.site != visit.site:
            found.breach("other_site", at_stop(route, stop), 1, "visits", site=stop.site, right=visit.site)
    for route in plan.routes:
        if not route.stops:
            found.breach("empty_route", route.id, 1, "routes")
    routine = {visit.site for visit in plan.visits if Purpose.ROUTINE in (visit.purpose, *visit.also)}
    for site in plan.sites:
        if site.status is SiteStatus.LOCATED and site.id not in routine and not _spent(plan, site):
            found.breach("site_without_visit", site.id, 1, "sites", name=site.name)
        if site.status is SiteStatus.REVIEW and plan.round.unlocated is Unlocated.FAIL:
            found.breach("site_without_place", site.id, 1, "sites", name=site.name)


def _spent(plan: Plan, site: PlanSite) -> bool:
    """Return whether a site may not be inspected again in any year of the round."""
    cap = plan.round.limits.yearly_cap.get(site.kind)
    years = Counter(day.year for day in site.inspected)
    return cap is not None and all(years[day.year] >= cap for day in plan.round.workdays)


def within_horizon(case: Case, found: Findings) -> None:
    """The horizon is the rule's length from the start on, in order; every route lies on a day of it and says which."""
    head = case.plan.round
    days = head.workdays
    found.checked += 1
    if len(days) != head.rule.max_days or list(days) != sorted(set(days)) or days[:1] != (head.start,):
        found.breach("horizon", head.name, abs(len(days) - head.rule.max_days), "days", most=head.rule.max_days)
    for route in case.plan.routes:
        found.checked += 1
        if route.date not in days:
            late = (route.date - days[-1]).days if days else 0
            found.breach("outside_horizon", route.id, max(late, 1), "days", day=route.date)
        elif route.day != (right := days.index(route.date) + 1):
            found.breach("day_number", route.id, abs(route.day - right), "days", day=route.day, right=right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A unit ("" = the district) that made too few visits on a day."""

    unit: str
    day: date
    count: int
    least: int

    @property
    def short(self) -> int:
        """How many are missing."""
        return self.least - self.count


def minimum_days(
    rule: RoundRule,
    horizon: Sequence[date],
    active: Mapping[str, Collection[date]],
    on_hand: int,
    exempt: Collection[str] = (),
) -> list[tuple[str, date, int]]:
    """Return (unit, day, least count) wherever the rule asks for a minimum.

    `active` names each unit that is judged and the days on which it works; `on_hand` is the number of visits that count in
    the whole round: fewer than the minimum waive it. `exempt` are units for which it is waived apart: townships that have
    fewer visits than the minimum of their own (see `too_few`).
    """
    asked: list[tuple[str, date, int]] = []
    if on_hand < rule.min_per_day:
        return asked
    for unit, worked in active.items():
        if unit in exempt:
            continue
        days = sorted(horizon if rule.days is RuleDays.EVERY else set(worked))
        for day in days:
            last = rule.tail is Tail.REMAINDER and day == days[-1]
            asked.append((unit, day, min(1, rule.min_per_day) if last else rule.min_per_day))
    return asked


def too_few(rule: RoundRule, visits: Iterable[Visit]) -> frozenset[str]:
    """Return the townships ("" = outside all) with fewer visits that count than the minimum, which is waived for them."""
    if rule.unit is not RuleUnit.TOWNSHIP:
        return frozenset()
    there: Counter[str] = Counter()
    for visit in visits:
        there[visit.township or ""] += visit.counts(rule.counts)
    return frozenset(township for township, count in there.items() if count < rule.min_per_day)


def minimum_breaches(
    rule: RoundRule,
    counts: Mapping[tuple[str, date], int],
    horizon: Sequence[date],
    active: Mapping[str, Collection[date]],
    on_hand: int,
    exempt: Collection[str] = (),
) -> list[Shortfall]:
    """Return where counts, planned or done, stay below the daily minimum; arguments as in `minimum_days`."""
    return [
        Shortfall(unit=unit, day=day, count=counts.get((unit, day), 0), least=least)
        for unit, day, least in minimum_days(rule, horizon, active, on_hand, exempt)
        if counts.get((unit, day), 0) < least
    ]


def daily_minimum(case: Case, found: Findings) -> None:
    """Each unit of the rule makes its least number of counted visits on each day that the rule asks about."""
    rule, every = case.plan.round.rule, case.plan.round.rule.days is RuleDays.EVERY
    counts: Counter[tuple[str, date]] = Counter()
    active: dict[str, set[date]] = defaultdict(set)
    if rule.unit is RuleUnit.DISTRICT and case.plan.visits:
        active[""] = set()
    elif rule.unit is RuleUnit.TEAM and every:
        active.update({team: set() for team in case.teams})
    elif rule.unit is RuleUnit.TOWNSHIP and every:
        active.update({visit.township or "": set() for visit in case.plan.visits})
    seen: set[tuple[str, date, VisitId]] = set()
    for route, _, visit in case.stops():
        unit = {RuleUnit.DISTRICT: "", RuleUnit.TEAM: route.team, RuleUnit.TOWNSHIP: visit.township or ""}[rule.unit]
        active[unit].add(route.date)
        # A joint visit is one visit, and one of each of its teams.
        if (unit, route.date, visit.id) not in seen:
            counts[unit, route.date] += visit.counts(rule.counts)
            seen.add((unit, route.date, visit.id))
    on_hand = sum(visit.counts(rule.counts) for visit in case.plan.visits)
    horizon, exempt = case.plan.round.workdays, too_few(rule, case.plan.visits)
    found.checked = len(minimum_days(rule, horizon, active, on_hand, exempt))
    for gap in minimum_breaches(rule, counts, horizon, active, on_hand, exempt):
        where = f"{gap.unit} {gap.day}".strip()
        found.breach("minimum", where, gap.short, "visits", count=gap.count, least=gap.least)


def opening_hours(case: Case, found: Findings) -> None:
    """Every visit, at its rebuilt time, lies inside one opening window of its date."""
    for route in case.true_routes:
        for stop in route.stops if route else ():
            found.checked += 1
            assert route is not None
            visit = case.visits[stop.visit]
            start_s = _clock_s(stop.start, route.date)
            windows = visit.windows(route.date)
            if first_fit(start_s, visit.minutes, windows) == start_s:
                continue
            lasts = [closes - visit.minutes * 60 for opens, closes in windows if closes - opens >= visit.minutes * 60]
            if lasts:
                late = in_minutes(start_s - max(lasts))
                found.breach("door_shut", at_stop(route, stop), late, "min", start=stop.start.strftime("%H:%M"))
            else:
                found.breach("closed_all_day", at_stop(route, stop), visit.minutes, "min", day=route.date)


def _clock_s(moment: datetime, day: date) -> int:
    return round((moment - datetime.combine(day, datetime.min.time())).total_seconds())


def shift_and_lunch(case: Case, found: Findings) -> None:
    """Every route is back before its shift ends, and has its lunch inside the window when it needs one, and only then."""
    for stored, route in zip(case.plan.routes, case.true_routes, strict=True):
        shift = case.shift_of(stored)
        if route is None or shift is None:
            continue
        found.checked += 1
        over = _clock_s(route.back, route.date) - shift.end_s
        if over > 0:
            found.breach("late_back", route.id, in_minutes(over), "min", back=route.back.strftime("%H:%M"))
        if route.lunch and shift.lunch:
            late = _clock_s(route.lunch[0], route.date) - shift.lunch.to_s
            if late > 0:
                found.breach("late_lunch", route.id, in_minutes(late), "min", start=route.lunch[0].strftime("%H:%M"))
            if stored.lunch is None:
                found.breach("no_lunch", route.id, shift.lunch.minutes, "min")
        elif stored.lunch is not None:
            minutes = in_minutes((stored.lunch[1] - stored.lunch[0]).total_seconds())
            found.breach("lunch_not_due", route.id, minutes, "min")


def earliest_and_due(case: Case, found: Findings) -> None:
    """No visit is made before its earliest or after its due day."""
    for route, stop, visit in case.stops():
        found.checked += 1
        if visit.earliest and route.date < visit.earliest:
            days = (visit.earliest - route.date).days
            found.breach("too_early", at_stop(route, stop), days, "days", day=route.date, limit=visit.earliest)
        if visit.due and route.date > visit.due:
            days = (route.date - visit.due).days
            found.breach("too_late", at_stop(route, stop), days, "days", day=route.date, limit=visit.due)


def departments_present(case: Case, found: Findings) -> None:
    """The team, or the two teams of a joint visit, have a member of every department that must be there."""
    for route, stop, visit, teams in case.crews():
        found.checked += 1
        there = frozenset[str]().union(*(team.departments_on(route.date) for team in teams))
        if missing := sorted(visit.departments - there):
            found.breach(
                "departments",
                at_stop(route, stop),
                len(missing),
                "departments",
                team=" + ".join(team.name for team in teams),
                missing=", ".join(missing),
            )


def two_certified_officers(case: Case, found: Findings) -> None:
    """An inspection has two officers whose certificates are valid on that date, the two teams of a joint one together."""
    for route, stop, visit, teams in case.crews():
        if visit.mode is VisitMode.INSPECTION:
            found.checked += 1
            there = sum(team.certified_on(route.date) for team in teams)
            if there < OFFICERS_NEEDED:
                by = OFFICERS_NEEDED - there
                found.breach("officers", at_stop(route, stop), by, "officers", there=there, day=route.date)


def pins_kept(case: Case, found: Findings) -> None:
    """A pinned visit is planned, with the team, on the day and in the shift of its pin; of two teams one is the pinned one."""
    for visit in case.plan.visits:
        if (pin := visit.pin) is None:
            continue
        found.checked += 1
        routes = [case.plan.routes[number] for number, _ in case.places.get(visit.id, ())]
        if not routes:
            found.breach("pin_unplanned", visit.id, 1, "visits")
        elif not any(
            pin.team in (None, route.team) and pin.day in (None, route.date) and pin.shift in (None, route.shift)
            for route in routes
        ):
            found.breach("pin_moved", at_stop(routes[-1], visit), 1, "visits")


def travel_times(case: Case, found: Findings) -> None:
    """Every stored leg equals the engine's, in seconds and metres, and exists."""
    found.checked += 1
    if case.plan.travel.engine != case.engine_name:
        found.breach("engine", case.plan.travel.engine, 1, "engines", name=case.engine_name)
    for stored, route in zip(case.plan.routes, case.true_routes, strict=True):
        if route is None:
            continue
        legs = [
            (at_stop(stored, a), a.travel_s, a.travel_m, b.travel_s, b.travel_m)
            for a, b in zip(stored.stops, route.stops, strict=True)
        ]
        legs.append((f"{stored.id}/back", stored.back_s, stored.back_m, route.back_s, route.back_m))
        for where, said_s, said_m, true_s, true_m in legs:
            found.checked += 1
            if true_s >= UNREACHABLE:
                found.breach("unreachable", where, 1, "legs")
            elif said_s != true_s:
                found.breach("leg_time", where, abs(said_s - true_s), "s", said=said_s, true=true_s)
            elif said_m != true_m:
                found.breach("leg_length", where, abs(said_m - true_m), "m", said=said_m, true=true_m)
        if off := abs(stored.travel_s - sum(leg[1] for leg in legs)):
            found.breach("travel_sum", stored.id, off, "s")
        elif off := abs(stored.distance_m - sum(leg[2] for leg in legs)):
            found.breach("travel_sum", stored.id, off, "m")


def team_available(case: Case, found: Findings) -> None:
    """The team exists, works on that date, has that shift, and is in one place at a time."""
    for unit, ids in (("teams", [team.id for team in case.plan.teams]), ("routes", [r.id for r in case.plan.routes])):
        for id, count in Counter[str](ids).items():
            if count > 1:
                found.breach("same_id", id, count - 1, unit)
    busy: dict[tuple[TeamId, date], list[tuple[Route, Shift]]] = defaultdict(list)
    for route in case.plan.routes:
        found.checked += 1
        team, shift = case.teams.get(route.team), case.shift_of(route)
        if team is None:
            found.breach("team_unknown", route.id, 1, "teams", team=route.team)
        elif not team.works_on(route.date):
            found.breach("team_off", route.id, 1, "days", team=team.name, day=route.date)
        elif shift is None:
            found.breach("shift_unknown", route.id, 1, "shifts", team=team.name, shift=route.shift)
        elif shift not in team.shifts_on(route.date):
            found.breach("shift_off", route.id, 1, "days", team=team.name, shift=route.shift, day=route.date)
        if shift is None:
            continue
        for other, taken in busy[route.team, route.date]:
            overlap = min(shift.end_s, taken.end_s) - max(shift.start_s, taken.start_s)
            if overlap > 0:
                found.breach("team_twice", route.id, in_minutes(overlap), "min", other=other.id)
        busy[route.team, route.date].append((route, shift))


def stored_times(case: Case, found: Findings) -> None:
    """Every stored time equals the rebuilt one to a second; stops are numbered, with the visit's minutes and the set-up."""
    for stored, route in zip(case.plan.routes, case.true_routes, strict=True):
        if route is None:
            continue
        times: list[tuple[str, str, datetime, datetime]] = [
            ("depart", stored.id, stored.depart, route.depart),
            ("back", stored.id, stored.back, route.back),
        ]
        if stored.lunch and route.lunch:
            times += [
                (name, stored.id, stored.lunch[n], route.lunch[n]) for n, name in enumerate(("lunch", "lunch_end"))
            ]
        for a, b in zip(stored.stops, route.stops, strict=True):
            where = at_stop(stored, a)
            times += [(name, where, getattr(a, name), getattr(b, name)) for name in ("arrive", "start", "leave")]
            found.checked += 1
            for name in ("seq", "minutes", "set_up_s"):
                if (said := getattr(a, name)) != (true := getattr(b, name)):
                    found.breach("number", where, abs(said - true), "", what=name, said=said, true=true)
        for name, where, said, true in times:
            found.checked += 1
            off = abs((said - true).total_seconds())
            if off > TOLERANCE_S:
                found.breach(
                    "time", where, off, "s", what=say(f"check.{name}"), said=f"{said:%H:%M:%S}", true=f"{true:%H:%M:%S}"
                )


JUDGES: Mapping[Promise, Callable[[Case, Findings], None]] = {
    Promise.COVERAGE: coverage_once,
    Promise.HORIZON: within_horizon,
    Promise.MINIMUM: daily_minimum,
    Promise.OPENING: opening_hours,
    Promise.SHIFT: shift_and_lunch,
    Promise.DATES: earliest_and_due,
    Promise.DEPARTMENTS: departments_present,
    Promise.OFFICERS: two_certified_officers,
    Promise.PINS: pins_kept,
    Promise.TRAVEL: travel_times,
    Promise.AVAILABLE: team_available,
    Promise.TIMES: stored_times,
    Promise.JOINT: asked.joint_together,
    Promise.TOWNSHIPS: asked.townships_limit,
    Promise.NIGHT: asked.night_quota,
    Promise.CAP: asked.yearly_cap,
    Promise.TIERS: asked.no_tier_clash,
    Promise.SAMPLE: asked.sample_drawn,
}


def judge_all(plan: Plan, engine: TravelEngine) -> list[Findings]:
    """Put the plan on trial for every promise."""
    case = open_case(plan, engine)
    trials = [Findings(promise) for promise in JUDGES]
    for found in trials:
        JUDGES[found.promise](case, found)
    return trials
