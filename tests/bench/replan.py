"""The bench of replanning: a mission of 1,000 after its third day; 12 shut, 5 urgent leads, one team sick (never a timed test).

    python -m tests.bench.replan [--size N] [--instances N] [--variant base|windows] [--publish R] [--json OUT]

The published plan is what the improver finds in R rounds. Two troubles: the team is sick on the fourth day, or from then on. For
each turn of the dial: how many untouched stops (published for the days ahead, not of the sick team) keep team and day, how much
the days ahead cost over the cheapest plan found in as many rounds (dial `best`, or planned from nothing), what is left out, and
the CPU seconds of the whole replan, judge and bound included. Then the CPU milliseconds of one question (where a lead fits
best, why a stop lies where it does, a moved stop re-timed and checked).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from gridplan.model.plan import Placement, Plan
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.round import Purpose, VisitId
from gridplan.routing.problem import Problem
from gridplan.routing.replan.moving import move
from gridplan.routing.replan.replan import Dial, Replanned, judged, replan, usual_effort
from gridplan.routing.replan.slots import best_slots
from gridplan.routing.replan.standing import placements
from gridplan.routing.replan.why import why_here
from gridplan.routing.replan.worked import News
from gridplan.routing.search.improve import Effort, improve
from gridplan.routing.search.instance import build_instance
from gridplan.routing.timeline import Timetable
from tests.bench.mission import VARIANTS, mission
from tests.bench.planning import plan_of

WORKED, SHUT, URGENT, DUE = 3, 12, 5, 2
"""Days that are over, doors found shut, urgent leads, and in how many days these are due."""
PUBLISH = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One replan."""

    size: int
    variant: str
    instance: int
    trouble: str
    dial: str
    kept: float
    over: float
    moved: int
    left_out: int
    broken: int
    cpu_s: float


def published(problem: Problem, rounds: int) -> Plan:
    """Return a good plan of the problem, judged."""
    table = Timetable(problem)
    orders = improve(build_instance(table), {}, Effort(rounds=rounds), seed=1)
    routes = [table.route(slot, order) for slot, order in orders.items()]
    return judged(
        plan_of(problem, sorted(routes, key=lambda route: (route.date, route.team, route.depart))), problem.travel
    )


def happened(plan: Plan, until: date) -> list[VisitResult]:
    """Return the results of the days before: done, but for 12 shut doors spread over them."""
    stops = [stop for route in plan.routes if route.date < until for stop in route.stops]
    shut = {stops[n * len(stops) // SHUT].visit for n in range(SHUT)}
    return [
        VisitResult(
            key=stop.visit,
            visit=stop.visit,
            outcome=Outcome.CLOSED if stop.visit in shut else Outcome.DONE,
            note="",
            by="bench",
            at=stop.leave,
        )
        for stop in stops
    ]


def trouble(plan: Plan, kind: str, as_of: date) -> News:
    """Return five leads due in three days, and the busiest team of the day sick: for the day, or from then on."""
    days, step = plan.round.workdays, len(plan.visits) // URGENT
    due = days[days.index(as_of) + DUE]
    leads = tuple(
        replace(plan.visits[n * step], id=VisitId(f"lead{n}"), purpose=Purpose.LEAD, due=due) for n in range(URGENT)
    )
    today = [route for route in plan.routes if route.date == as_of]
    sick = max(today, key=lambda route: (len(route.stops), route.team))
    if kind == "one day":
        place = Placement(team=sick.team, date=as_of, shift=sick.shift)
        return News(visits=leads, lost_shifts=frozenset({place}))
    return News(visits=leads, out={sick.team: as_of})


def cost_ahead(plan: Plan, as_of: date) -> float:
    """Return travel minutes + 30 for each team-day from `as_of` on."""
    routes = [route for route in plan.routes if route.date >= as_of]
    return sum(route.travel_s for route in routes) / 60 + 30 * len({(route.team, route.date) for route in routes})


def from_nothing(problem: Problem, found: Plan, as_of: date, rounds: int) -> float:
    """Return the same cost of a plan of the days ahead that begins from nothing; infinite when it leaves more out."""
    over = {stop.visit for route in found.routes if route.date < as_of for stop in route.stops}
    visits = tuple(visit for visit in found.visits if visit.id not in over)
    ahead = replace(
        problem, days=tuple(day for day in problem.days if day >= as_of), visits=visits, teams=found.teams, before={}
    )
    table = Timetable(ahead)
    orders = improve(build_instance(table), {}, Effort(rounds=rounds), seed=1)
    if sum(map(len, orders.values())) + len(found.unplanned) < len(visits):
        return float("inf")
    routes = [table.route(slot, order) for slot, order in orders.items()]
    return cost_ahead(replace(found, routes=tuple(routes)), as_of)


def bench(
    size: int, variant: str, instance: int, rounds: int, tell: Callable[[str], None]
) -> tuple[list[Row], dict[str, float]]:
    """Make all replans of one mission; return the rows and the milliseconds of each question."""
    problem = mission(size, variant, instance)
    plan = published(problem, rounds)
    as_of = plan.round.workdays[WORKED]
    results = happened(plan, as_of)
    rows = []
    for kind in ("one day", "for good"):
        news = trouble(plan, kind, as_of)
        lost = {(shift.team, shift.date) for shift in news.lost_shifts}
        untouched = {
            stop.visit: (route.team, route.date)
            for route in plan.routes
            if route.date >= as_of and route.team not in news.out and (route.team, route.date) not in lost
            for stop in route.stops
        }
        found: dict[Dial, tuple[Replanned, float]] = {}
        for dial in Dial:
            begun = time.process_time()
            one = replan(plan, problem.travel, as_of=as_of, results=results, news=news, dial=dial)
            found[dial] = (one, time.process_time() - begun)
        open_ = sum(visit.id not in found[Dial.BEST][0].done for visit in found[Dial.BEST][0].plan.visits)
        full = [cost_ahead(one.plan, as_of) for one, _ in found.values() if not one.plan.unplanned]
        full.append(from_nothing(problem, found[Dial.BEST][0].plan, as_of, usual_effort(open_).rounds or 0))
        for dial, (one, cpu_s) in found.items():
            now = placements(one.plan)
            same = [(now[id][0].team, now[id][0].date) == at for id, at in untouched.items() if id in now]
            rows.append(
                Row(
                    size=size,
                    variant=variant,
                    instance=instance,
                    trouble=kind,
                    dial=dial.value,
                    kept=round(sum(same) / len(untouched), 4),
                    over=round(cost_ahead(one.plan, as_of) / min(full) - 1, 4),
                    moved=one.plan.figures.moved,
                    left_out=len(one.plan.unplanned),
                    broken=len(one.plan.violations) - len(one.plan.unplanned),
                    cpu_s=round(cpu_s, 2),
                )
            )
            tell(str(rows[-1]))
    return rows, questions(plan, problem)


def questions(plan: Plan, problem: Problem) -> dict[str, float]:
    """Return the median CPU milliseconds of each question, asked of 21 visits."""
    spent: dict[str, list[float]] = {"where": [], "why": [], "move": []}
    for n in range(0, len(plan.visits), max(1, len(plan.visits) // 20)):
        one = plan.visits[n]
        lead = replace(one, id=VisitId(f"lead{n}"), purpose=Purpose.LEAD)
        begun = time.process_time()
        offers = best_slots(plan, problem.travel, lead).offers
        spent["where"].append(time.process_time() - begun)
        begun = time.process_time()
        why_here(plan, problem.travel, one.id)
        spent["why"].append(time.process_time() - begun)
        if offers:
            begun = time.process_time()
            move(plan, problem.travel, one.id, offers[0].place)
            spent["move"].append(time.process_time() - begun)
    return {name: round(median(times) * 1000, 1) for name, times in spent.items() if times}


def table(rows: Sequence[Row]) -> str:
    """Return the medians over the instances as a table."""
    lines = [f"{'trouble':<10}{'dial':<8}{'kept':>8}{'over':>8}{'moved':>7}{'left':>6}{'broken':>8}{'CPU s':>7}"]
    for kind in dict.fromkeys(row.trouble for row in rows):
        for dial in Dial:
            mine = [row for row in rows if (row.trouble, row.dial) == (kind, dial.value)]
            kept, over, moved, left, broken, cpu_s = (
                median(getattr(row, name) for row in mine)
                for name in ("kept", "over", "moved", "left_out", "broken", "cpu_s")
            )
            lines.append(
                f"{kind:<10}{dial.value:<8}{kept:>8.1%}{over:>8.1%}{moved:>7g}{left:>6g}{broken:>8g}{cpu_s:>7.1f}"
            )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.replan", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000)
    parser.add_argument("--instances", type=int, default=3)
    parser.add_argument("--variant", choices=VARIANTS, default="base")
    parser.add_argument("--publish", type=int, default=PUBLISH, metavar="ROUNDS")
    parser.add_argument("--json", type=Path, metavar="OUT")
    options = parser.parse_args(arguments)
    bench(300, options.variant, 1, 20_000, lambda line: None)  # compiling stays out of the figures
    rows: list[Row] = []
    asked: list[dict[str, Any]] = []
    for instance in range(1, options.instances + 1):
        more, spent = bench(options.size, options.variant, instance, options.publish, print)
        rows += more
        asked.append(spent)
        if options.json:
            with options.json.open("a") as file:
                for row in more:
                    file.write(json.dumps(asdict(row)) + "\n")
    print(f"\n{options.size} visits, {options.variant}, {options.instances} instances, medians")
    print(table(rows))
    print("CPU ms a question: " + ", ".join(f"{name} {median(s[name] for s in asked):g}" for name in asked[0]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
