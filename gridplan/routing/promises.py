"""The promises of a lawful plan, one named function each: what was looked at, and each breach with where and by how much."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from gridplan.model.crew import Shift, Team, TeamId
from gridplan.model.plan import Plan, Promise, Route, Stop, Violation
from gridplan.model.round import Purpose, RoundRule, RuleDays, RuleUnit, Tail, Unlocated, Visit, VisitId
from gridplan.model.site import SiteStatus, VisitMode
from gridplan.model.travel import UNREACHABLE, TravelEngine
from gridplan.model.words import say
from gridplan.routing.retime import first_fit, rebuild

OFFICERS_NEEDED = 2
TOLERANCE_S = 1


@dataclass(frozen=True, slots=True)
class Case:
    """A plan on trial. `true_routes` has, beside each stored route, the one rebuilt from its order, or None where that cannot be done."""

    plan: Plan
    engine_name: str
    visits: Mapping[VisitId, Visit]
    teams: Mapping[TeamId, Team]
    true_routes: tuple[Route | None, ...]

    def stops(self) -> Iterator[tuple[Route, Stop, Visit]]:
        """Every stop of a known visit, with its stored route."""
        for route in self.plan.routes:
            for stop in route.stops:
                if stop.visit in self.visits:
                    yield route, stop, self.visits[stop.visit]

    def shift_of(self, route: Route) -> Shift | None:
        """The shift a route lies in, None when its team has none of that name."""
        team = self.teams.get(route.team)
        return next((shift for shift in team.shifts if shift.name == route.shift), None) if team else None


@dataclass(slots=True)
class Findings:
    """What one promise's function saw: how many things it looked at, and the breaches."""

    promise: Promise
    checked: int = 0
    violations: list[Violation] = field(default_factory=list)

    def breach(self, word: str, where: str, by: float, unit: str, **fields: object) -> None:
        """Note a breach; `word` is a key of words/check.py without its room."""
        text = say(f"check.{word}", where=where, by=f"{by:g}", **fields)
        self.violations.append(Violation(promise=self.promise, where=where, by=by, unit=unit, text=text))


def open_case(plan: Plan, engine: TravelEngine) -> Case:
    """Rebuild all times of a plan from visit, team, day, shift and order."""
    case = Case(
        plan=plan,
        engine_name=engine.name,
        visits={visit.id: visit for visit in plan.visits},
        teams={team.id: team for team in plan.teams},
        true_routes=(),
    )
    routes: list[Route | None] = []
    for route in plan.routes:
        shift = case.shift_of(route)
        if shift is None or any(stop.visit not in case.visits for stop in route.stops):
            routes.append(None)
            continue
        routes.append(
            rebuild(
                [case.visits[stop.visit] for stop in route.stops],
                team=case.teams[route.team],
                day=route.date,
                number=route.day,
                shift=shift,
                engine=engine,
                set_up_s=plan.travel.set_up_min * 60,
                id=route.id,
            )
        )
    return replace(case, true_routes=tuple(routes))


def _at(route: Route, stop: Stop | Visit) -> str:
    return f"{route.id}/{stop.visit if isinstance(stop, Stop) else stop.id}"


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 2)


# ---- one function a promise ------------------------------------------------------------------------------------------


def coverage_once(case: Case, found: Findings) -> None:
    """Every visit is in one route or in `unplanned`, once; no mandatory one is unplanned; every located site has its visit."""
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
        elif seen > 1:
            found.breach("visit_doubled", id, seen - 1, "visits", times=seen)
        elif left_out[id] and case.visits[id].mandatory:
            found.breach("visit_unplanned", id, 1, "visits")
    for id in [*planned, *left_out]:
        if id not in case.visits:
            found.breach("visit_unknown", id, 1, "visits")
    for route, stop, visit in case.stops():
        if stop.site != visit.site:
            found.breach("other_site", _at(route, stop), 1, "visits", site=stop.site, right=visit.site)
    for route in plan.routes:
        if not route.stops:
            found.breach("empty_route", route.id, 1, "routes")
    routine = {visit.site for visit in plan.visits if visit.purpose is Purpose.ROUTINE}
    for site in plan.sites:
        if site.status is SiteStatus.LOCATED and site.id not in routine:
            found.breach("site_without_visit", site.id, 1, "sites", name=site.name)
        if site.status is SiteStatus.REVIEW and plan.round.unlocated is Unlocated.FAIL:
            found.breach("site_without_place", site.id, 1, "sites", name=site.name)


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
    rule: RoundRule, horizon: Sequence[date], active: Mapping[str, Collection[date]], on_hand: int
) -> list[tuple[str, date, int]]:
    """Return (unit, day, least count) wherever the rule asks for a minimum.

    `active` names each unit that is judged and the days on which it works; `on_hand` is the number of visits that count in
    the whole round: fewer than the minimum waive it.
    """
    asked: list[tuple[str, date, int]] = []
    if on_hand < rule.min_per_day:
        return asked
    for unit, worked in active.items():
        days = sorted(horizon if rule.days is RuleDays.EVERY else set(worked))
        for day in days:
            last = rule.tail is Tail.REMAINDER and day == days[-1]
            asked.append((unit, day, min(1, rule.min_per_day) if last else rule.min_per_day))
    return asked


def minimum_breaches(
    rule: RoundRule,
    counts: Mapping[tuple[str, date], int],
    horizon: Sequence[date],
    active: Mapping[str, Collection[date]],
    on_hand: int,
) -> list[Shortfall]:
    """Return where counts, planned or done, stay below the daily minimum; arguments as in `minimum_days`."""
    return [
        Shortfall(unit=unit, day=day, count=counts.get((unit, day), 0), least=least)
        for unit, day, least in minimum_days(rule, horizon, active, on_hand)
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
    for route, _, visit in case.stops():
        unit = {RuleUnit.DISTRICT: "", RuleUnit.TEAM: route.team, RuleUnit.TOWNSHIP: visit.township or ""}[rule.unit]
        active[unit].add(route.date)
        counts[unit, route.date] += visit.counts(rule.counts)
    on_hand = sum(visit.counts(rule.counts) for visit in case.plan.visits)
    horizon = case.plan.round.workdays
    found.checked = len(minimum_days(rule, horizon, active, on_hand))
    for gap in minimum_breaches(rule, counts, horizon, active, on_hand):
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
                late = _minutes(start_s - max(lasts))
                found.breach("door_shut", _at(route, stop), late, "min", start=stop.start.strftime("%H:%M"))
            else:
                found.breach("closed_all_day", _at(route, stop), visit.minutes, "min", day=route.date)


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
            found.breach("late_back", route.id, _minutes(over), "min", back=route.back.strftime("%H:%M"))
        if route.lunch and shift.lunch:
            late = _clock_s(route.lunch[0], route.date) - shift.lunch.to_s
            if late > 0:
                found.breach("late_lunch", route.id, _minutes(late), "min", start=route.lunch[0].strftime("%H:%M"))
            if stored.lunch is None:
                found.breach("no_lunch", route.id, shift.lunch.minutes, "min")
        elif stored.lunch is not None:
            minutes = _minutes((stored.lunch[1] - stored.lunch[0]).total_seconds())
            found.breach("lunch_not_due", route.id, minutes, "min")


def earliest_and_due(case: Case, found: Findings) -> None:
    """No visit is made before its earliest or after its due day."""
    for route, stop, visit in case.stops():
        found.checked += 1
        if visit.earliest and route.date < visit.earliest:
            days = (visit.earliest - route.date).days
            found.breach("too_early", _at(route, stop), days, "days", day=route.date, limit=visit.earliest)
        if visit.due and route.date > visit.due:
            days = (route.date - visit.due).days
            found.breach("too_late", _at(route, stop), days, "days", day=route.date, limit=visit.due)


def departments_present(case: Case, found: Findings) -> None:
    """The team has a member of every department that must be there."""
    for route, stop, visit in case.stops():
        if team := case.teams.get(route.team):
            found.checked += 1
            if missing := sorted(visit.departments - team.departments):
                found.breach(
                    "departments",
                    _at(route, stop),
                    len(missing),
                    "departments",
                    team=team.name,
                    missing=", ".join(missing),
                )


def two_certified_officers(case: Case, found: Findings) -> None:
    """An inspection has two officers whose certificates are valid on that date."""
    for route, stop, visit in case.stops():
        team = case.teams.get(route.team)
        if team and visit.mode is VisitMode.INSPECTION:
            found.checked += 1
            there = team.certified_on(route.date)
            if there < OFFICERS_NEEDED:
                by = OFFICERS_NEEDED - there
                found.breach("officers", _at(route, stop), by, "officers", there=there, day=route.date)


def pins_kept(case: Case, found: Findings) -> None:
    """A pinned visit is planned, with the team, on the day and in the shift of its pin."""
    places = {stop.visit: route for route, stop, _ in case.stops()}
    for visit in case.plan.visits:
        if visit.pin is None:
            continue
        found.checked += 1
        route = places.get(visit.id)
        if route is None:
            found.breach("pin_unplanned", visit.id, 1, "visits")
        elif (
            visit.pin.team not in (None, route.team)
            or visit.pin.day not in (None, route.date)
            or visit.pin.shift not in (None, route.shift)
        ):
            found.breach("pin_moved", _at(route, visit), 1, "visits")


def travel_times(case: Case, found: Findings) -> None:
    """Every stored leg equals the engine's, in seconds and metres, and exists."""
    found.checked += 1
    if case.plan.travel.engine != case.engine_name:
        found.breach("engine", case.plan.travel.engine, 1, "engines", name=case.engine_name)
    for stored, route in zip(case.plan.routes, case.true_routes, strict=True):
        if route is None:
            continue
        legs = [
            (_at(stored, a), a.travel_s, a.travel_m, b.travel_s, b.travel_m)
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
        elif route.date in team.off:
            found.breach("team_off", route.id, 1, "days", team=team.name, day=route.date)
        if team and shift is None:
            found.breach("shift_unknown", route.id, 1, "shifts", team=team.name, shift=route.shift)
        if shift is None:
            continue
        for other, taken in busy[route.team, route.date]:
            overlap = min(shift.end_s, taken.end_s) - max(shift.start_s, taken.start_s)
            if overlap > 0:
                found.breach("team_twice", route.id, _minutes(overlap), "min", other=other.id)
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
            where = _at(stored, a)
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
}


def judge_all(plan: Plan, engine: TravelEngine) -> list[Findings]:
    """Put the plan on trial for every promise."""
    case = open_case(plan, engine)
    trials = [Findings(promise) for promise in JUDGES]
    for found in trials:
        JUDGES[found.promise](case, found)
    return trials
