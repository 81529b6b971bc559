"""Ten thousand small rounds of every rule against brute force: all totals of all days are tried, without any formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations, product
from random import Random

import pytest

from gridplan.model.crew import Shift, Team, TeamId
from gridplan.model.place import AreaCode
from gridplan.model.round import Counts, DayKind, Pin, Purpose, RoundRule, RuleDays, RuleUnit, Tail, Visit
from gridplan.rounds.rule import judge_round
from gridplan.rounds.workdays import horizon
from gridplan.routing.judge.promises import minimum_breaches, too_few
from tests.builders import crew, round_, team, visit

FRIDAY = date(2026, 11, 27)
TOWNS = ("east", "west", "north")
PURPOSES = (Purpose.ROUTINE, Purpose.ROUTINE, Purpose.ROUTINE, Purpose.SAMPLE, Purpose.FOLLOW_UP)
RULES = list(product(RuleDays, Tail, DayKind, Counts))

Totals = tuple[int, ...]


def hours(random: Random, most: int) -> list[int]:
    """So many hours, for visits of one hour each, on each weekday."""
    return [random.randint(0, most) for _ in range(7)]


def working(id: str, by_weekday: Sequence[int], departments: Iterable[str]) -> Team:
    shifts = [
        Shift(name=f"{weekday}", start_s=8 * 3600, end_s=(8 + count) * 3600, weekdays=(weekday,))
        for weekday, count in enumerate(by_weekday)
        if count
    ]
    people = tuple(member for name in departments for member in crew(2, department=name))
    return team(id, shifts=shifts, members=people)


def wanted(random: Random, count: int, towns: Sequence[str]) -> list[Visit]:
    """Visits of one hour; those of a township need its department."""
    made = []
    for number in range(count):
        town = random.choice(towns)
        purpose = random.choice(PURPOSES)
        made.append(
            visit(f"v{number}", minutes=60, purpose=purpose, township=AreaCode(town), departments=frozenset({town}))
        )
    return made


def keeps(rule: RoundRule, totals: Totals) -> bool:
    """The definition of the rule for one unit."""
    days = [n for n, total in enumerate(totals) if total or rule.days is RuleDays.EVERY]
    return all(
        totals[day] >= (1 if rule.tail is Tail.REMAINDER and day == days[-1] else rule.min_per_day) for day in days
    )


def lawful(rule: RoundRule, rooms: Sequence[int], on_hand: int) -> list[Totals]:
    """All totals of one unit's days that the rule allows."""
    free = on_hand < rule.min_per_day or rule.min_per_day == 0
    return [made for made in product(*(range(room + 1) for room in rooms)) if free or keeps(rule, made)]


def tally(rule: RoundRule, visits: Sequence[Visit]) -> tuple[int, int]:
    """N and M."""
    there = [one for one in visits if rule.counts is Counts.ALL or one.purpose is Purpose.ROUTINE]
    return sum(one.purpose is not Purpose.SAMPLE for one in there), len(there)


def district_can(rule: RoundRule, visits: Sequence[Visit], rooms: Sequence[Sequence[int]]) -> bool:
    n, m = tally(rule, visits)
    pool = [min(sum(day), m) for day in zip(*rooms, strict=True)]
    return any(n <= sum(made) <= m for made in lawful(rule, pool, m))


def teams_can(rule: RoundRule, visits: Sequence[Visit], rooms: Sequence[Sequence[int]]) -> bool:
    n, m = tally(rule, visits)
    reach = {0}
    for room in rooms:
        totals = {sum(made) for made in lawful(rule, [min(r, m) for r in room], m)}
        reach = {one + two for one in reach for two in totals if one + two <= m}
    return any(n <= total for total in reach)


def townships_can(
    rule: RoundRule, visits: Sequence[Visit], rooms: Sequence[Sequence[int]], towns: Sequence[Sequence[str]]
) -> bool:
    """Try all totals of all townships; a day can be shared out when no group of townships asks more than its teams have."""
    names = sorted({one.township or "" for one in visits})
    groups = [set(group) for size in range(1, len(names) + 1) for group in combinations(names, size)]
    days = range(len(rooms[0]))
    most = [
        [sum(room[day] for room, able in zip(rooms, towns, strict=True) if group & set(able)) for group in groups]
        for day in days
    ]
    ways = []
    for name in names:
        n, m = tally(rule, [one for one in visits if one.township == name])
        alone = [min(most[day][groups.index({name})], m) for day in days]
        ways.append([made for made in lawful(rule, alone, m) if n <= sum(made) <= m])
    held: list[set[Totals]] = [
        {
            made
            for made in product(*({way[day] for way in town} for town in ways))
            if all(
                sum(count for name, count in zip(names, made, strict=True) if name in group) <= room
                for group, room in zip(groups, most[day], strict=True)
            )
        }
        for day in days
    ]
    return any(all(made in held[day] for day, made in enumerate(zip(*way, strict=True))) for way in product(*ways))


@pytest.mark.parametrize(
    ("unit", "cases"), [(RuleUnit.DISTRICT, 4000), (RuleUnit.TEAM, 3500), (RuleUnit.TOWNSHIP, 3200)]
)
def test_counting_says_impossible_exactly_when_no_totals_exist(unit: RuleUnit, cases: int) -> None:
    random, found, shared = Random(unit.value), {True: 0, False: 0}, 0
    for number in range(cases):
        days, tail, day_kind, counts = RULES[number % len(RULES)]
        rule = RoundRule(
            min_per_day=random.randint(0, 3),
            max_days=random.randint(1, 3),
            unit=unit,
            days=days,
            tail=tail,
            day_kind=day_kind,
            counts=counts,
        )
        dates = horizon(round_(start=FRIDAY, rule=rule))
        names = TOWNS[: random.randint(1, 3)] if unit is RuleUnit.TOWNSHIP else TOWNS[:1]
        towns = [random.sample(names, random.randint(1, len(names))) for _ in range(random.randint(1, 3))]
        week = [hours(random, 3 if unit is RuleUnit.TOWNSHIP else 4) for _ in towns]
        teams = [working(f"T{n}", own, towns[n]) for n, own in enumerate(week)]
        visits = wanted(random, random.randint(0, 10 if unit is RuleUnit.TOWNSHIP else 14), names)
        rooms = [[own[day.weekday()] for day in dates] for own in week]
        if unit is RuleUnit.TOWNSHIP:
            truth = townships_can(rule, visits, rooms, towns)
        else:
            truth = (teams_can if unit is RuleUnit.TEAM else district_can)(rule, visits, rooms)
        judged = judge_round(rule, dates, visits, teams, set_up_min=0)
        assert judged.possible == truth, (rule, rooms, towns, visits)
        assert judged.possible == (judged.short == 0), (rule, rooms, towns, visits)
        found[truth] += 1
        shared += "share teams" in judged.text.en
    assert min(found.values()) > cases // 10
    assert (shared > 10) == (unit is RuleUnit.TOWNSHIP)


# ---- against the checker ---------------------------------------------------------------------------------------------

DAYS = (FRIDAY, FRIDAY + timedelta(days=3))
Where = tuple[tuple[TeamId, ...], date]


def odd_visit(random: Random, number: int) -> Visit:
    """A visit with doors, dates, a tier, a pin or a second department in its way, or none of it."""
    day = random.choice(DAYS)
    more = random.choice(
        [
            {},
            {"due": DAYS[0]},
            {"earliest": DAYS[1]},
            {"closed": frozenset({day})},
            {"taken": frozenset({day})},
            {"pin": Pin(team=TeamId("T1"))},
            {"pin": Pin(day=day)},
            {"departments": frozenset({"a"})},
            {"departments": frozenset({"a", "b"})},
            {"departments": frozenset({"a", "b"}), "pin": Pin(team=TeamId("T1"), shift="4")},
        ]
    )
    purpose, town = random.choice(PURPOSES), random.choice(TOWNS[:2])
    return visit(f"v{number}", minutes=60, purpose=purpose, township=AreaCode(town), **more)


def ways_of(one: Visit, teams: Sequence[Team]) -> list[Where | None]:
    """Where a visit may be: with a team, with two where none is enough, or nowhere if it is optional."""
    ways: list[Where | None] = [] if one.mandatory else [None]
    crews = [(own,) for own in teams if one.departments <= own.departments] or [
        pair for pair in combinations(teams, 2) if one.departments <= pair[0].departments | pair[1].departments
    ]
    pin = one.pin or Pin()
    for day in DAYS:
        shut = day in one.closed or day in one.taken or (one.due or day) < day or (one.earliest or day) > day
        shut |= pin.day not in (None, day) or pin.shift not in (None, f"{day.weekday()}")
        for crew_ in crews:
            names = tuple(own.id for own in crew_)
            there = all(own.shifts_on(day) for own in crew_)
            if there and not shut and (pin.team is None or pin.team in names):
                ways.append((names, day))
    return ways


def checker_allows(
    rule: RoundRule, visits: Sequence[Visit], teams: Sequence[Team], places: Sequence[Where | None]
) -> bool:
    """Whether nobody works longer than the shift lasts and the checker finds no day below the minimum."""
    load: dict[tuple[str, date], int] = {}
    counts: dict[tuple[str, date], int] = {}
    active: dict[str, set[date]] = {}
    if rule.unit is RuleUnit.DISTRICT or rule.days is RuleDays.EVERY:
        everyone = {
            RuleUnit.DISTRICT: [""],
            RuleUnit.TEAM: [own.id for own in teams],
            RuleUnit.TOWNSHIP: [one.township or "" for one in visits],
        }
        active = {unit: set() for unit in everyone[rule.unit]}
    for one, place in zip(visits, places, strict=True):
        for name in place[0] if place else ():
            load[name, place[1]] = load.get((name, place[1]), 0) + 1
        units = {
            RuleUnit.DISTRICT: [""],
            RuleUnit.TEAM: list(place[0]) if place else [],
            RuleUnit.TOWNSHIP: [one.township or ""],
        }
        for unit in units[rule.unit] if place else ():
            active.setdefault(unit, set()).add(place[1])
            counts[unit, place[1]] = counts.get((unit, place[1]), 0) + one.counts(rule.counts)
    room = {
        (own.id, day): sum(s.end_s - s.start_s for s in own.shifts_on(day)) // 3600 for own in teams for day in DAYS
    }
    if any(count > room[key] for key, count in load.items()):
        return False
    on_hand = sum(one.counts(rule.counts) for one in visits)
    return not minimum_breaches(rule, counts, DAYS, active, on_hand, too_few(rule, visits))


def test_counting_never_says_impossible_of_a_round_that_the_checker_allows() -> None:
    random, proved = Random(3), 0
    for number in range(3000):
        rule = RoundRule(
            min_per_day=random.randint(1, 3),
            max_days=2,
            unit=list(RuleUnit)[number % 3],
            days=random.choice(list(RuleDays)),
            tail=random.choice(list(Tail)),
            counts=random.choice(list(Counts)),
        )
        teams = [working(f"T{n}", hours(random, 3), random.choice(["a", "b", "ab"])) for n in (1, 2)]
        visits = [odd_visit(random, n) for n in range(random.randint(1, 5))]
        judged = judge_round(rule, DAYS, visits, teams, set_up_min=0)
        proved += not judged.possible
        if not judged.possible:
            ways = product(*(ways_of(one, teams) for one in visits))
            assert not any(checker_allows(rule, visits, teams, places) for places in ways), (rule, visits, teams)
    assert proved > 600
