"""`make bench-planning`: our planner and its peers at equal CPU seconds, one core each; appends results, resumes, prints a table.

    python -m tests.bench.planning [--sizes 300,1000] [--cpu S] [--instances N] [--seeds N] [--variant base|windows]
                                   [--engines ours,ortools,…] [--again] --json OUT

Every run is a fresh process pinned to one core, with one thread. Each result is one line of OUT:
`{"size","variant","instance","seed","engine","cpu_s","cost","travel_min","team_days","broken","first_s","peak_mb","bound","gap"}`;
a line with `machine` goes before them and holds the CPU seconds that were allowed. `cpu_s` is what was spent, `broken` the number of
promises that `check_plan` finds broken (a visit left out is one), `cost` minutes of travel + 30 a team-day of what was planned,
`first_s` the CPU seconds to the first plan with all visits (null: the engine does not show it). What OUT has is not run again,
but with `--again`; of two equal runs the later line counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from gridplan.model.place import Datum
from gridplan.model.plan import (
    NO_TEXT,
    Bound,
    Figures,
    Plan,
    PlanRound,
    PlanTravel,
    Route,
    Unplanned,
    Verdict,
    Violation,
)
from gridplan.routing.bounds.bound import lower_bound
from gridplan.routing.judge.check import check_plan, compute_figures, gap_of
from gridplan.routing.judge.retime import rebuild
from gridplan.routing.problem import Problem
from tests.bench.mission import VARIANTS, mission
from tests.bench.peers import PEERS, SEEDLESS, Orders, numbers_of

CPU_S = {100: 10.0, 300: 30.0, 1_000: 30.0, 3_000: 60.0, 10_000: 120.0}
INSTANCES = {100: 5, 300: 5, 1_000: 3, 3_000: 3, 10_000: 1}
SEEDS = {100: 3, 300: 2, 1_000: 2, 3_000: 1, 10_000: 1}
ENGINES = ("ours", *PEERS)
PACKAGES = ("gridplan", "ortools", "pyvrp", "pyvroom", "numba", "numpy", "scipy")
TARGETS: Mapping[int, Mapping[str, float]] = {
    100: {"ortools": 0.95, "pyvrp": 0.99, "vroom": 0.99},
    300: {"ortools": 0.93, "pyvrp": 0.99, "vroom": 0.96},
    1_000: {"ortools": 0.93, "pyvrp": 0.94, "vroom": 0.95},
    3_000: {"ortools": 0.86, "pyvrp": 0.66, "vroom": 0.95},
    10_000: {"vroom": 0.98},
}
WINDOWS_TARGETS = {(300, "pyvrp"): 0.94}
MET_WITHIN = 0.02
FIRST_S = {1_000: 3.0, 3_000: 10.0, 10_000: 20.0}
GAP = {100: 0.04, 300: 0.09, 1_000: 0.09}


@dataclass(frozen=True, slots=True)
class Case:
    """One run."""

    size: int
    variant: str
    instance: int
    seed: int
    engine: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one run; None: not measured."""

    size: int
    variant: str
    instance: int
    seed: int
    engine: str
    cpu_s: float
    cost: float
    travel_min: float
    team_days: int
    broken: int
    first_s: float | None
    peak_mb: int
    bound: float | None
    gap: float | None

    @property
    def case(self) -> Case:
        """The run this is the result of."""
        return Case(self.size, self.variant, self.instance, self.seed, self.engine)


# ---- one run, in its own process -------------------------------------------------------------------------------------


def run_ours(problem: Problem, seed: int, cpu_s: float) -> tuple[Sequence[Route], float, float | None]:
    """Plan with gridplan; return routes, CPU seconds and those to the first plan with all visits.

    A tiny problem is planned before the clock starts, so that compiling stays out of it.
    """
    from gridplan.routing.search.improve import Effort
    from gridplan.routing.solve import draft_plan

    draft_plan(mission(20), seed=seed)
    begin = time.process_time()
    draft = draft_plan(problem, seed=seed, effort=Effort(cpu_s=cpu_s))
    spent = time.process_time() - begin
    return draft.routes, spent, draft.course[0][0] if draft.course else None


def run_one(case: Case, cpu_s: float) -> Result:
    """Plan one mission in this process and judge what comes of it."""
    lower_bound(
        plan_of(mission(10), []), mission(10).travel
    )  # what the judge loads when first asked must not fail when the work is done
    problem = mission(case.size, case.variant, case.instance)
    if case.engine == "ours":
        routes, spent, first = run_ours(problem, case.seed, cpu_s)
    else:
        answer = PEERS[case.engine](numbers_of(problem), case.seed, cpu_s)
        routes, spent, first = routes_of(problem, answer.orders), answer.cpu_s, answer.first_s
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures, broken, bound = judge(problem, routes)
    return Result(
        *astuple(case),
        cpu_s=round(spent, 2),
        cost=figures.cost,
        travel_min=figures.travel_min,
        team_days=figures.team_days,
        broken=len(broken),
        first_s=None if first is None else round(first, 3),
        peak_mb=peak_mb,
        bound=bound,
        gap=None if bound is None else gap_of(figures.cost, bound),
    )


def judge(problem: Problem, routes: Sequence[Route]) -> tuple[Figures, list[Violation], float | None]:
    """Return the figures of a plan, its broken promises, and the bound on its cost (None where visits are left out)."""
    plan = plan_of(problem, routes)
    bound = None if plan.unplanned else lower_bound(plan, problem.travel).cost
    return compute_figures(plan), check_plan(plan, problem.travel), bound


def this_core() -> int:
    """Return the core this process runs on: the system chose one with room."""
    return int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[36])


def routes_of(problem: Problem, orders: Orders) -> list[Route]:
    """Return a peer's orders as routes, timed as the judge times them."""
    slots = [
        (team, number, day, shift)
        for team in problem.teams
        for number, day in enumerate(problem.days, 1)
        for shift in team.shifts_on(day)
    ]
    return [
        rebuild(
            [problem.visits[visit] for visit in order],
            team=slots[slot][0],
            day=slots[slot][2],
            number=slots[slot][1],
            shift=slots[slot][3],
            engine=problem.travel,
            set_up_s=problem.set_up_s,
        )
        for slot, order in sorted(orders.items())
    ]


def plan_of(problem: Problem, routes: Sequence[Route]) -> Plan:
    """Return the plan that is judged; what is in no route is unplanned."""
    planned = {stop.visit for route in routes for stop in route.stops}
    head = problem.round
    return Plan(
        round=PlanRound(name=head.name, start=head.start, workdays=problem.days, rule=head.rule, datum=Datum.WGS84),
        travel=PlanTravel(engine=problem.travel.name, detour=1.3, speed_kmh={}, set_up_min=problem.set_up_s // 60),
        sites=(),
        teams=problem.teams,
        visits=problem.visits,
        routes=tuple(routes),
        unplanned=tuple(
            Unplanned(visit=one.id, site=one.site, reason="no_room", text=NO_TEXT, remedy=NO_TEXT)
            for one in problem.visits
            if one.id not in planned
        ),
        verdict=Verdict.UNKNOWN,
        violations=(),
        remedies=(),
        figures=Figures(**dict.fromkeys(list(Figures.__dataclass_fields__)[:12], 0)),
        bound=Bound(cost=0, team_days=0, text=NO_TEXT),
        gap=0,
        notes=(),
    )


# ---- all runs --------------------------------------------------------------------------------------------------------


def machine() -> dict[str, Any]:
    """Return what the figures depend on, without any name of the machine."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"cpu": model, "cores": os.cpu_count(), "memory_gb": round(memory_gb), "system": platform.system()}


def header(cpu_s: Mapping[int, float]) -> dict[str, Any]:
    """Return the line that goes before results: machine, versions, CPU seconds allowed by size."""
    return {
        "machine": machine(),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "allowed_cpu_s": {str(size): seconds for size, seconds in cpu_s.items()},
    }


def read_results(path: Path) -> tuple[list[dict[str, Any]], dict[tuple[Case, float], Result]]:
    """Return the header lines of a file and the result of each (case, CPU seconds allowed), the latest of equal ones."""
    heads: list[dict[str, Any]] = []
    results: dict[tuple[Case, float], Result] = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        row = json.loads(line)
        if "machine" in row:
            heads.append(row)
        else:
            result = Result(**row)
            results[result.case, heads[-1]["allowed_cpu_s"][str(result.size)]] = result
    return heads, results


def append(path: Path, row: Mapping[str, Any]) -> None:
    """Append one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def cases(
    sizes: Iterable[int], variants: Sequence[str], engines: Sequence[str], instances: int | None, seeds: int | None
) -> Iterator[Case]:
    """Yield all runs: size by size, variant by variant, engine by engine, so that a broken-off bench has whole rows."""
    for size in sizes:
        for variant in variants:
            for engine in engines:
                for instance in range(1, (instances or INSTANCES.get(size, 1)) + 1):
                    for seed in range(1, (1 if engine in SEEDLESS else seeds or SEEDS.get(size, 1)) + 1):
                        yield Case(size, variant, instance, seed, engine)


def run_apart(case: Case, cpu_s: float) -> Result:
    """Make one run in a fresh process on one core."""
    command = [sys.executable, "-m", "tests.bench.planning", "--one", json.dumps(asdict(case)), "--cpu", str(cpu_s)]
    alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | alone)
    if done.returncode != 0:
        raise RuntimeError(f"{case}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return Result(**json.loads(done.stdout.splitlines()[-1]))


def run_missing(
    path: Path, wanted: Iterable[Case], allowed: Callable[[int], float], *, again: bool, tell: Callable[[str], None]
) -> list[str]:
    """Make every run that the file does not have yet; return what failed, in words."""
    failed = []
    for case in wanted:
        heads, results = read_results(path)
        cpu_s = allowed(case.size)
        if (case, cpu_s) in results and not again:
            continue
        head = header(
            {case.size: cpu_s} | {int(k): v for k, v in (heads[-1]["allowed_cpu_s"] if heads else {}).items()}
        )
        head["allowed_cpu_s"][str(case.size)] = cpu_s
        try:
            result = run_apart(case, cpu_s)
        except RuntimeError as error:
            failed.append(str(error))
            tell(str(error))
            continue
        if not heads or heads[-1] != head:
            append(path, head)
        append(path, asdict(result))
        tell(json.dumps(asdict(result)))
    return failed


# ---- tables ----------------------------------------------------------------------------------------------------------


def _spread(values: Sequence[float]) -> str:
    return f"{min(values):.0f}–{max(values):.0f}"


def _middle(values: Iterable[float | None], digits: int = 0) -> str:
    known = [value for value in values if value is not None]
    return f"{median(known):.{digits}f}" if known else "–"


def print_table(results: Sequence[Result]) -> None:
    """Print one row for each size, variant and engine: medians over all runs; costs of lawful plans alone."""
    print(
        f"{'N':>6} {'variant':<8} {'engine':<14} {'runs':>4} {'lawful':>6} {'cost':>7} {'spread':>13} {'travel':>7} "
        f"{'team-days':>9} {'left/broken':>11} {'CPU s':>6} {'first s':>7} {'MB':>6} {'gap %':>6}"
    )
    groups: dict[tuple[int, str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.size, result.variant, result.engine), []).append(result)
    for (size, variant, engine), group in sorted(groups.items(), key=lambda item: _rank(*item[0])):
        lawful = [one for one in group if not one.broken]
        print(
            f"{size:>6} {variant:<8} {engine:<14} {len(group):>4} {len(lawful):>6} "
            f"{_middle(one.cost for one in lawful):>7} {_spread([one.cost for one in lawful]) if lawful else '–':>13} "
            f"{_middle(one.travel_min for one in lawful):>7} {_middle(one.team_days for one in lawful):>9} "
            f"{_middle(one.broken for one in group):>11} {_middle((one.cpu_s for one in group), 1):>6} "
            f"{_middle((one.first_s for one in group), 2):>7} {_middle(one.peak_mb for one in group):>6} "
            f"{_middle((one.gap and 100 * one.gap for one in lawful), 1):>6}"
        )


def _rank(size: int, variant: str, engine: str) -> tuple[int, str, int]:
    return size, variant, ENGINES.index(engine)


def ratios(results: Sequence[Result], size: int, variant: str, peer: str) -> list[float]:
    """Return ours / peer of each instance on which both have lawful plans: median over seeds by median over seeds."""

    def costs(engine: str) -> dict[int, float]:
        found: dict[int, list[float]] = {}
        for one in results:
            if (one.size, one.variant, one.engine) == (size, variant, engine) and not one.broken:
                found.setdefault(one.instance, []).append(one.cost)
        return {instance: median(all_seeds) for instance, all_seeds in found.items()}

    ours, theirs = costs("ours"), costs(peer)
    return [ours[instance] / theirs[instance] for instance in sorted(ours.keys() & theirs.keys())]


def print_ratios(results: Sequence[Result]) -> None:
    """Print ours / peer against the targets, and what else was promised."""
    print(f"\n{'N':>6} {'variant':<8} {'peer':<14} {'instances':>9} {'ours/peer':>9} {'spread':>13} {'target':>7}")
    seen = sorted({(one.size, one.variant) for one in results if one.engine == "ours"})
    for size, variant in seen:
        for peer in PEERS:
            runs = [one for one in results if (one.size, one.variant, one.engine) == (size, variant, peer)]
            if not runs:
                continue
            found = ratios(results, size, variant, peer)
            plain = peer.removesuffix("_tuned")
            target = TARGETS.get(size, {}).get(plain)
            if variant == "windows":
                target = WINDOWS_TARGETS.get((size, plain), target)
            if found:
                middle = median(found)
                verdict = "" if target is None else "met" if middle <= target + MET_WITHIN else "not met"
                figures = f"{middle:>9.3f} {min(found):>6.3f}–{max(found):<6.3f}"
            else:
                verdict, figures = "the peer has no lawful plan", f"{'–':>9} {'–':>13}"
            wanted = "–" if target is None else f"{target:.2f}"
            print(f"{size:>6} {variant:<8} {peer:<14} {len(found):>9} {figures} {wanted:>7} {verdict}")
    for size, variant in seen:
        ours = [one for one in results if (one.size, one.variant, one.engine) == (size, variant, "ours")]
        words = [f"{sum(one.broken == 0 for one in ours)} of {len(ours)} lawful"]
        firsts = [one.first_s for one in ours if one.first_s is not None]
        if firsts and size in FIRST_S:
            words.append(f"first plan after {max(firsts):.1f} CPU-s (target {FIRST_S[size]:.0f})")
        gaps = [one.gap for one in ours if one.gap is not None]
        if gaps and size in GAP and variant == "base":
            words.append(f"gap {100 * median(gaps):.1f} % (target {100 * GAP[size]:.0f})")
        words.append(f"at most {max(one.peak_mb for one in ours)} MB")
        print(f"ours, N = {size}, {variant}: " + "; ".join(words))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is missing and print the tables; exit code 1 when a run failed."""
    parser = argparse.ArgumentParser(
        prog="tests.bench.planning", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--sizes", default="100,300,1000,3000,10000")
    parser.add_argument("--cpu", type=float, help="CPU seconds of a run (default: by size)")
    parser.add_argument("--instances", type=int)
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--variant", choices=VARIANTS, help="default: both")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--again", action="store_true", help="run again what the file has")
    parser.add_argument("--table", action="store_true", help="print the tables alone")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.one:
        os.sched_setaffinity(0, {this_core()})
        print(json.dumps(asdict(run_one(Case(**json.loads(asked.one)), asked.cpu))))
        return 0
    engines = asked.engines.split(",")
    if unknown := set(engines) - set(ENGINES):
        parser.error(f"no engine {', '.join(sorted(unknown))}: choose from {', '.join(ENGINES)}")
    if asked.json is None:
        parser.error("--json OUT is needed")

    def allowed(size: int) -> float:
        return asked.cpu or CPU_S.get(size, 30.0)

    sizes = [int(size) for size in asked.sizes.split(",")]
    variants = [asked.variant] if asked.variant else list(VARIANTS)
    failed: list[str] = []
    if not asked.table:
        wanted = cases(sizes, variants, engines, asked.instances, asked.seeds)
        failed = run_missing(
            asked.json, wanted, allowed, again=asked.again, tell=lambda line: print(line, file=sys.stderr, flush=True)
        )
    heads, results = read_results(asked.json)
    if heads:
        print(", ".join(f"{key} {value}" for key, value in (heads[-1]["machine"] | heads[-1]["versions"]).items()))
    shown = [
        result
        for (case, cpu_s), result in results.items()
        if case.size in sizes and case.variant in variants and cpu_s == allowed(case.size)
    ]
    print_table(shown)
    print_ratios(shown)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
