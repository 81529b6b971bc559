"""The least plan of a tiny round by trying everything: every order of every set of visits in every shift, and every share of days.

Nothing of the planner is used, only its nouns: the clock, the promises and the cost are written again here, in the plainest way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from gridplan.model.crew import Shift
from gridplan.model.plan import Placement, Promise
from gridplan.model.round import RuleDays, RuleUnit, Tail
from gridplan.model.site import VisitMode
from gridplan.routing.problem import Problem

Where = tuple[int, int, str]
"""Number of the team, number of the day, name of the shift."""
Orders = Mapping[Where, tuple[int, ...]]
_Plan = tuple[tuple[Where, tuple[int, ...]], ...]
_State = tuple[int, int, int]
"""Visits that are planned (bits), night visits, teams that work (bits; only where teams are the unit)."""
_Value = tuple[int, int, _Plan]
"""Visits lacking, cost, and the plan."""
NEVER = 10**9
MILLI = 1000


@dataclass(frozen=True, slots=True, order=True)
class Weight:
    """How good a plan is, the first difference decides.

    `absent` and `samples`: visits left out, mandatory and not, by priority and half as dear again when they were planned
    before (in halves). `short`: visits that days and nights lack. `cost`: the weighted cost in thousandths of a second.
    """

    absent: int
    short: int
    samples: int
    cost: int

    @property
    def minutes(self) -> float:
        """The cost as the figures say it."""
        return round(self.cost / MILLI / 60, 2)


class Brute:
    """A tiny round, and the questions it can be asked."""

    def __init__(self, problem: Problem) -> None:
        """Measure all legs."""
        self.problem = problem
        self.visits, self.teams, self.days = problem.visits, problem.teams, problem.days
        self.rule, self.wishes, self.limits = problem.round.rule, problem.round.wishes, problem.round.limits
        points = [*(one.place for one in self.visits), *(team.base for team in self.teams)]
        self.legs = {
            mode: problem.travel.matrix(points, points, mode).time_s.tolist()
            for mode in {team.mode for team in self.teams}
        }
        self.counts = [visit.counts(self.rule.counts) for visit in self.visits]

    # ---- one route ---------------------------------------------------------------------------------------------------

    def slots(self) -> Iterator[tuple[int, int, Shift]]:
        """Every team, day and shift that is worked."""
        for t, team in enumerate(self.teams):
            for d, day in enumerate(self.days):
                for shift in team.shifts_on(day):
                    yield t, d, shift

    def lawful(self, visit: int, team: int, day: int, shift: str) -> bool:
        """Whether dates, pin, departments and officers let a visit lie there."""
        return not self.unlawful(visit, team, day, shift)

    def unlawful(self, visit: int, team: int, day: int, shift: str) -> set[Promise]:
        """Promises that a visit breaks by lying there."""
        one, crew, date = self.visits[visit], self.teams[team], self.days[day]
        found = set()
        if (one.earliest and date < one.earliest) or (one.due and one.due < date):
            found.add(Promise.DATES)
        if date in one.taken:
            found.add(Promise.TIERS)
        if one.departments - {member.department for member in crew.members}:
            found.add(Promise.DEPARTMENTS)
        officers = [m for m in crew.members if m.certificate and (m.cert_until is None or date <= m.cert_until)]
        if one.mode is VisitMode.INSPECTION and len(officers) < 2:
            found.add(Promise.OFFICERS)
        if (pin := one.pin) and (
            (pin.team and pin.team != crew.id) or (pin.day and pin.day != date) or (pin.shift and pin.shift != shift)
        ):
            found.add(Promise.PINS)
        return found

    def leads(self, team: int, order: tuple[int, ...]) -> list[int]:
        """Seconds of leg and set-up before each stop, and of the way home."""
        legs, base = self.legs[self.teams[team].mode], len(self.visits) + team
        found, here = [], base
        for visit in order:
            shared = here != base and self.visits[here].place == self.visits[visit].place
            found.append(0 if shared else legs[here][visit] + self.problem.set_up_s)
            here = visit
        return [*found, legs[here][base]]

    def travel(self, team: int, order: tuple[int, ...]) -> int:
        """Seconds on the road."""
        legs, base = self.legs[self.teams[team].mode], len(self.visits) + team
        return sum(legs[a][b] for a, b in pairwise([base, *order, base]))

    def work(self, team: int, order: tuple[int, ...]) -> int:
        """Seconds of legs, set-ups and visits."""
        return sum(self.leads(team, order)) + sum(self.visits[visit].minutes * 60 for visit in order)

    def late(self, team: int, day: int, shift: Shift, order: tuple[int, ...]) -> set[Promise]:
        """Promises of the clock that the best timing of a route breaks; {} for a route in time."""
        leads, lunch = self.leads(team, order), shift.lunch
        ways = [self._walk(day, shift, order, leads, None)]
        if lunch and ways[0][1] > lunch.to_s:
            ways = [self._walk(day, shift, order, leads, gap) for gap in range(len(order) + 1)]
        return min(ways, key=lambda way: (way[0], way[1]))[2]

    def _walk(
        self, day: int, shift: Shift, order: tuple[int, ...], leads: list[int], gap: int | None
    ) -> tuple[int, int, set[Promise]]:
        """Breaches, seconds when the team is back, and what is broken, with the lunch in a gap."""
        now, breaches, broken = shift.start_s, 0, set()
        for number, lead in enumerate(leads):
            ready = now + lead
            if gap == number and shift.lunch:
                begin = max(now, shift.lunch.from_s)
                if begin > shift.lunch.to_s:
                    breaches, broken = breaches + 1, broken | {Promise.SHIFT}
                ready = max(ready, begin) + shift.lunch.minutes * 60
            now = ready
            if number < len(order):
                one = self.visits[order[number]]
                stay = one.minutes * 60
                fits = [max(ready, a) for a, b in one.windows(self.days[day]) if max(ready, a) + stay <= b]
                if not fits:
                    breaches, broken = breaches + 1, broken | {Promise.OPENING}
                now = min(fits, default=ready) + stay
        if now > shift.end_s:
            breaches, broken = breaches + 1, broken | {Promise.SHIFT}
        return breaches, now, broken

    def routes(self, team: int, day: int, shift: Shift) -> dict[frozenset[int], dict[int, tuple[int, tuple[int, ...]]]]:
        """Set of visits → number of arrivals → least seconds on the road and the order, over every order that is in time.

        An order is not followed further once even its stops so far are late: nothing that comes after them makes them earlier.
        """
        usable = [visit for visit in range(len(self.visits)) if self.lawful(visit, team, day, shift.name)]
        windows = {visit: self.visits[visit].windows(self.days[day]) for visit in usable}
        legs, base = self.legs[self.teams[team].mode], len(self.visits) + team
        lunch = shift.lunch
        found: dict[frozenset[int], dict[int, tuple[int, tuple[int, ...]]]] = {}

        def start(visit: int, ready: int) -> int:
            """When a visit is left that is ready then."""
            stay = self.visits[visit].minutes * 60
            for opens, closes in windows[visit]:
                if max(ready, opens) + stay <= closes:
                    return max(ready, opens) + stay
            return NEVER

        def eaten(left: int, lead: int) -> int:
            """When a gap is over that begins at `left` and holds the lunch."""
            begin = max(left, lunch.from_s) if lunch else NEVER
            return max(left + lead, begin) + lunch.minutes * 60 if lunch and begin <= lunch.to_s else NEVER

        def follow(order: tuple[int, ...], hungry: int, fed: int, way: int, arrivals: int) -> None:
            here = order[-1] if order else base
            if order:
                home = legs[here][base]
                plain = hungry + home
                back = plain if lunch is None or plain <= lunch.to_s else min(fed + home, eaten(hungry, home))
                if back <= shift.end_s:
                    known = found.setdefault(frozenset(order), {})
                    known[arrivals] = min(known.get(arrivals, (NEVER, ())), (way + home, order))
            for visit in usable:
                if visit in order:
                    continue
                shared = bool(order) and self.visits[here].place == self.visits[visit].place
                lead = 0 if shared else legs[here][visit] + self.problem.set_up_s
                then = start(visit, hungry + lead)
                then_fed = start(visit, min(fed + lead, eaten(hungry, lead)))
                if min(then, then_fed) <= shift.end_s:
                    follow((*order, visit), then, then_fed, way + legs[here][visit], arrivals + (not shared))

        follow((), shift.start_s, NEVER, 0, 0)
        return found

    # ---- prices ------------------------------------------------------------------------------------------------------

    def team_day_cost(self, team: int, day: int, routes: Mapping[str, tuple[int, ...]]) -> int:
        """Weighted cost of a team-day in thousandths of a second."""
        wishes = self.wishes
        there = [visit for order in routes.values() for visit in order]
        low, high = (minutes * 60 for minutes in wishes.band_min)
        at_work = sum(self.work(team, order) for order in routes.values())
        home = self.teams[team].home
        minutes = (
            wishes.team_day_min
            + wishes.community_min * len({c for v in there if (c := self.visits[v].community)})
            + wishes.township_min * len(self.towns(there))
            + wishes.away_min * sum(bool(home) and self.visits[v].township not in home for v in there)
            + wishes.moved_min * sum(self.moved(v, team, day, shift) for shift, order in routes.items() for v in order)
        )
        seconds = sum(self.travel(team, order) for order in routes.values())
        return round(MILLI * (seconds + 60 * minutes + wishes.uneven * max(low - at_work, at_work - high, 0)))

    def towns(self, visits: list[int]) -> set[str]:
        """Townships of some visits."""
        return {town for visit in visits if (town := self.visits[visit].township)}

    def moved(self, visit: int, team: int, day: int, shift: str) -> bool:
        """Whether a visit lies elsewhere than before."""
        was = self.problem.before.get(self.visits[visit].id)
        return was is not None and was != Placement(team=self.teams[team].id, date=self.days[day], shift=shift)

    def left_out(self, visits: set[int]) -> tuple[int, int]:
        """Price of the mandatory visits left out, and of the samples."""
        price = {True: 0, False: 0}
        for visit in visits:
            one = self.visits[visit]
            price[one.mandatory] += (3 if one.id in self.problem.before else 2) * (1 + one.priority)
        return price[True], price[False]

    # ---- the minimum -------------------------------------------------------------------------------------------------

    @cached_property
    def units(self) -> dict[object, set[int]]:
        """The visits of each unit that must reach the minimum; for teams no visits, for they are anybody's."""
        everything = set(range(len(self.visits)))
        if not self.visits or sum(self.counts) < self.rule.min_per_day:
            return {}
        if self.rule.unit is RuleUnit.DISTRICT:
            return {"": everything}
        if self.rule.unit is RuleUnit.TEAM:
            return {number: set() for number in range(len(self.teams))}
        towns: dict[object, set[int]] = defaultdict(set)
        for number, visit in enumerate(self.visits):
            towns[visit.township or ""].add(number)
        return {
            town: mine for town, mine in towns.items() if sum(self.counts[v] for v in mine) >= self.rule.min_per_day
        }

    def lacking(self, stops: list[int], day: int, later: bool) -> int:
        """Visits that a unit with these stops lacks on a day; `later`: it works on a later day."""
        every = self.rule.days is RuleDays.EVERY
        if not stops and not every:
            return 0
        last = day == len(self.days) - 1 if every else not later
        least = min(1, self.rule.min_per_day) if last and self.rule.tail is Tail.REMAINDER else self.rule.min_per_day
        return max(least - sum(self.counts[visit] for visit in stops), 0)

    # ---- a plan at hand ----------------------------------------------------------------------------------------------

    def weigh(self, orders: Orders) -> tuple[Weight, set[Promise]]:
        """Weigh any plan, and name the promises it breaks."""
        shifts = {(t, d, shift.name): shift for t, d, shift in self.slots()}
        broken: set[Promise] = set()
        team_days: dict[tuple[int, int], dict[str, tuple[int, ...]]] = defaultdict(dict)
        nights = 0
        for (team, day, name), order in orders.items():
            team_days[team, day][name] = order
            broken |= self.late(team, day, shifts[team, day, name], order)
            for visit in order:
                broken |= self.unlawful(visit, team, day, name)
            nights += len(order) if shifts[team, day, name].start_s >= 17 * 3600 else 0
        most = self.limits.townships_per_team_day
        if most and any(len(self.towns([v for o in mine.values() for v in o])) > most for mine in team_days.values()):
            broken.add(Promise.TOWNSHIPS)
        out = set(range(len(self.visits))) - {visit for order in orders.values() for visit in order}
        if any(self.visits[visit].mandatory for visit in out):
            broken.add(Promise.COVERAGE)
        if any(self.visits[visit].pin for visit in out):
            broken.add(Promise.PINS)
        short = 0
        for unit, mine in self.units.items():
            on = [self._stops(team_days, unit, mine, day) for day in range(len(self.days))]
            short += sum(self.lacking(stops, day, any(on[day + 1 :])) for day, stops in enumerate(on))
        if short:
            broken.add(Promise.MINIMUM)
        if nights < self.limits.night_visits:
            broken.add(Promise.NIGHT)
            short += self.limits.night_visits - nights
        cost = sum(self.team_day_cost(team, day, mine) for (team, day), mine in team_days.items())
        absent, samples = self.left_out(out)
        return Weight(absent=absent, short=short, samples=samples, cost=cost), broken

    def _stops(
        self, team_days: Mapping[tuple[int, int], Mapping[str, tuple[int, ...]]], unit: object, mine: set[int], day: int
    ) -> list[int]:
        found = [
            visit
            for (team, on), routes in team_days.items()
            if on == day and (self.rule.unit is not RuleUnit.TEAM or team == unit)
            for order in routes.values()
            for visit in order
        ]
        return found if self.rule.unit is RuleUnit.TEAM else [visit for visit in found if visit in mine]

    # ---- the best plan -----------------------------------------------------------------------------------------------

    def best(self) -> tuple[Weight, dict[Where, tuple[int, ...]]]:
        """The least weight of all plans that break no promise but coverage, minimum and nights, and a plan that has it.

        From the last day back: what a day adds depends on its own visits, and on who is still at work later.
        """
        ahead: dict[_State, _Value] = {(0, 0, 0): (0, 0, ())}
        for day in reversed(range(len(self.days))):
            ahead = self._day_before(day, ahead)
        weighed = []
        whole = range(len(self.visits))
        for (done, nights, _), (short, cost, plan) in ahead.items():
            absent, samples = self.left_out({visit for visit in whole if not done >> visit & 1})
            missing = max(self.limits.night_visits - nights, 0)
            weighed.append((Weight(absent=absent, short=short + missing, samples=samples, cost=cost), plan))
        least, plan = min(weighed, key=lambda item: item[0])
        return least, dict(plan)

    def _day_before(self, day: int, ahead: Mapping[_State, _Value]) -> dict[_State, _Value]:
        """Put one more day before the days that are planned."""
        result: dict[_State, _Value] = {}
        team_days = [self._team_days(team, day) for team in range(len(self.teams))]
        by_teams_later: dict[int, list[tuple[_State, _Value]]] = defaultdict(list)
        for state, value in ahead.items():
            by_teams_later[state[2]].append((state, value))
        for later, states in by_teams_later.items():
            today = self._together(team_days, day, later)
            for (done, nights, _), (short, cost, plan) in states:
                for (here, more, works), (lacks, price, routes) in today.items():
                    if not here & done:
                        lacks += self._units_lack(_bits(here), day, _bits(done))
                        key = done | here, min(nights + more, self.limits.night_visits), later | works
                        _keep(result, key, (short + lacks, cost + price, (*routes, *plan)))
        return result

    def _together(
        self, team_days: list[dict[tuple[int, int], tuple[int, _Plan]]], day: int, later: int
    ) -> dict[_State, _Value]:
        """All ways for all teams to spend a day, given which teams work later (told apart only where teams are the unit)."""
        by_team = self.rule.unit is RuleUnit.TEAM
        now: dict[_State, _Value] = {(0, 0, 0): (0, 0, ())}
        for team, options in enumerate(team_days):
            grown: dict[_State, _Value] = {}
            judged = by_team and team in self.units
            last = bool(later >> team & 1)
            for (here, nights, works), (short, cost, plan) in now.items():
                idle = self.lacking([], day, last) if judged else 0
                _keep(grown, (here, nights, works), (short + idle, cost, plan))
                for (mask, more), (price, routes) in options.items():
                    if not mask & here:
                        lacks = self.lacking(_bits(mask), day, last) if judged else 0
                        key = here | mask, min(nights + more, self.limits.night_visits), works | by_team << team
                        _keep(grown, key, (short + lacks, cost + price, (*plan, *routes)))
            now = grown
        return now

    def _units_lack(self, here: list[int], day: int, later: list[int]) -> int:
        """Visits that the district or its townships lack on a day."""
        if self.rule.unit is RuleUnit.TEAM:
            return 0
        return sum(
            self.lacking([visit for visit in here if visit in mine], day, any(visit in mine for visit in later))
            for mine in self.units.values()
        )

    def _team_days(self, team: int, day: int) -> dict[tuple[int, int], tuple[int, _Plan]]:
        """(visits, night visits) → the least cost of such a team-day and its routes by shift."""
        combined: list[tuple[int, int, dict[str, tuple[int, ...]]]] = [(0, 0, {})]
        for shift in self.teams[team].shifts_on(self.days[day]):
            night = shift.start_s >= 17 * 3600
            found = [
                (sum(1 << v for v in visits), order)
                for visits, ways in self.routes(team, day, shift).items()
                for order in self._worth(ways)
            ]
            combined += [
                (mask | more, nights + night * len(order), {**routes, shift.name: order})
                for mask, nights, routes in combined
                for more, order in found
                if not mask & more
            ]
        most = self.limits.townships_per_team_day
        best: dict[tuple[int, int], tuple[int, _Plan]] = {}
        for mask, nights, routes in combined[1:]:
            if most and len(self.towns(_bits(mask))) > most:
                continue
            key = mask, min(nights, self.limits.night_visits)
            cost = self.team_day_cost(team, day, routes)
            if key not in best or cost < best[key][0]:
                best[key] = cost, tuple(((team, day, name), order) for name, order in routes.items())
        return best

    def _worth(self, ways: Mapping[int, tuple[int, tuple[int, ...]]]) -> list[tuple[int, ...]]:
        """The orders that can be best: the shortest, or with a wish for evenness the shortest of each number of arrivals."""
        if self.wishes.uneven:
            return [order for _, order in ways.values()]
        return [min(ways.values())[1]]


@cache
def _bits(mask: int) -> list[int]:
    return [number for number in range(mask.bit_length()) if mask >> number & 1]


def _keep(table: dict[_State, _Value], key: _State, value: _Value) -> None:
    known = table.get(key)
    if known is None or value[:2] < known[:2]:
        table[key] = value
