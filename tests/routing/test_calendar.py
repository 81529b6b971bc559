"""Which day each route gets."""

from __future__ import annotations

from gridplan.model.crew import TeamId
from gridplan.model.round import Pin, Purpose, RoundRule, RuleDays, RuleUnit, Tail
from gridplan.routing.problem import Problem
from gridplan.routing.search.calendar import Minimum, choose_days
from gridplan.routing.timeline import Orders, Timetable
from tests.builders import NIGHT, team, visit
from tests.routing.mission import problem, workdays


def _rounds(
    counts: list[int], *, teams: int = 4, days: int = 5, every: bool = False, **rule: object
) -> tuple[Problem, Orders]:
    """Routes of so many short visits, one after the other with each team, on the last days of the horizon."""
    number = sum(counts)
    asked = problem(
        [visit(f"v{n}", minutes=5) for n in range(number)],
        [team(f"T{n}") for n in range(teams)],
        days=days,
        rule=RoundRule(max_days=days, days=RuleDays.EVERY if every else RuleDays.ACTIVE, **rule),  # type: ignore[arg-type]
    )
    visits = iter(range(number))
    return asked, {
        (n % teams) * days + days - 1 - n // teams: tuple(next(visits) for _ in range(count))
        for n, count in enumerate(counts)
    }


def _days(asked: Problem, orders: Orders) -> list[int]:
    """Counted visits on each day of the horizon after the days were chosen."""
    table = Timetable(asked)
    chosen = choose_days(table, orders, Minimum(table), 1, lambda: None)
    assert sorted(chosen.values()) == sorted(orders.values())
    return [sum(len(o) for slot, o in chosen.items() if table.slots[slot].day == day) for day in range(len(asked.days))]


def test_routes_are_put_together_until_every_day_reaches_the_minimum() -> None:
    assert all(day == 0 or day >= 10 for day in _days(*_rounds([6, 6, 6, 6], min_per_day=10)))


def test_early_days_are_preferred() -> None:
    assert _days(*_rounds([3, 3, 3], min_per_day=3)) == [9, 0, 0, 0, 0]


def test_a_remainder_lies_on_the_last_day() -> None:
    asked, orders = _rounds([10, 4], teams=1, min_per_day=10, tail=Tail.REMAINDER)
    assert _days(asked, orders) == [10, 4, 0, 0, 0]


def test_every_day_gets_its_share_when_the_rule_says_every() -> None:
    assert _days(*_rounds([4, 4, 4], teams=3, days=3, min_per_day=4, every=True)) == [4, 4, 4]


def test_evening_and_day_of_one_team_share_a_team_day() -> None:
    crew = team(shifts=(*team().shifts, NIGHT))
    asked = problem([visit("a"), visit("b")], [crew], days=4, rule=RoundRule(min_per_day=0, max_days=4))
    table = Timetable(asked)
    chosen = choose_days(table, {0: (0,), 5: (1,)}, Minimum(table), 1, lambda: None)
    assert len({table.slots[slot].day for slot in chosen}) == 1


def test_a_pinned_visit_holds_its_route_on_its_day() -> None:
    days = workdays(4)
    asked = problem([visit("a", pin=Pin(team=TeamId("T1"), day=days[2]))], [team()], days=4)
    table = Timetable(asked)
    assert list(choose_days(table, {2: (0,)}, Minimum(table), 1, lambda: None)) == [2]


def test_fewer_visits_than_the_minimum_waive_it() -> None:
    table = Timetable(problem([visit("a")], [team()]))
    assert Minimum(table).total({0: (0,)}) == 0


def test_follow_ups_do_not_count_as_coverage() -> None:
    visits = [visit("a"), visit("b"), visit("c", purpose=Purpose.FOLLOW_UP)]
    table = Timetable(problem(visits, [team()], rule=RoundRule(min_per_day=2)))
    assert Minimum(table).short({0: (0, 2), 1: (1,)}) == {(-1, 0): 1, (-1, 1): 1}


def test_each_team_is_counted_for_itself_when_it_is_the_unit() -> None:
    rule = RoundRule(min_per_day=2, max_days=3, unit=RuleUnit.TEAM)
    table = Timetable(problem([visit(c) for c in "abc"], [team("T1"), team("T2")], days=3, rule=rule))
    assert Minimum(table).short({0: (0, 1), 3: (2,)}) == {(1, 0): 1}
