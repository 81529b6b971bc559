"""What is measured of the books."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from gridplan.model.books import ReportKind
from gridplan.services.desk import Desk
from gridplan.services.reporting.books import at_moment
from gridplan.services.reporting.reports import FORMATS, make_report, report_file
from tests.bench.books._made import NOW, START, made_books
from tests.bench.books._stored import store_books
from tests.bench.figures import Figure, at_most, plain


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def coverage(sites: int = 100_000) -> list[Figure]:
    """Coverage of many sites at four levels, from the database, as of five moments of the round."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.open(f"sqlite:///{folder}/books.db", create=True)
        books = made_books(600, sites, teams=120)
        round_id = store_books(desk, books)
        del books
        first = _timed(lambda: at_moment(desk, round_id=round_id, as_of=NOW))
        walls, cpus = [], []
        for hours in (5, 30, 55, 79, 103):
            moment = datetime.combine(START, datetime.min.time()) + timedelta(hours=8 + hours)
            wall, cpu = _timed(lambda m=moment: at_moment(desk, round_id=round_id, as_of=m))
            walls.append(wall)
            cpus.append(cpu)
        desk.close()
    return [
        at_most(f"coverage: {sites} sites x 4 levels as of any time, slowest of 5 moments (CPU)", max(cpus), "s", 1.0),
        plain("coverage: the same by the clock", max(walls), "s"),
        plain("coverage: the first time after a start, with reading the plan (CPU)", first[1], "s"),
    ]


def reports(communities: int = 600, sites: int = 1200) -> list[Figure]:
    """The daily and the weekly report of a district with 600 communities: counted and written in all four formats."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.open(f"sqlite:///{folder}/books.db", create=True)
        store_books(desk, made_books(communities, sites))
        desk.now = lambda: NOW.astimezone()
        for kind in ReportKind:
            walls = cpus = 0.0
            made = make_report(desk, kind, date(2026, 9, 18))
            for format in FORMATS:
                wall, cpu = _timed(lambda f=format, r=made.report: report_file(r, f))
                figures.append(plain(f"reports: {kind.value} as {format} (CPU)", cpu, "s"))
                walls, cpus = walls + wall, cpus + cpu
            wall, cpu = _timed(lambda k=kind: make_report(desk, k, date(2026, 9, 18)))
            what = f"reports: {kind.value} report of {communities} communities, counted and in four formats (CPU)"
            figures.append(at_most(what, cpus + cpu, "s", 20.0))
            figures.append(plain(f"reports: {kind.value}, the same by the clock", walls + wall, "s"))
        desk.close()
    return figures


MEASURES: dict[str, Callable[[], list[Figure]]] = {"coverage": coverage, "reports": reports}


def run(name: str) -> list[Figure]:
    """Take one measure."""
    return MEASURES[name]()
