"""From a register of 200,000 businesses to hand-over lists, and how many of them are right."""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from xlsxwriter.workbook import Workbook

from gridplan.intake.screen import Sieve, screen
from gridplan.intake.screen_rules import default_rules
from gridplan.services.folders.screening import screen_register
from tests.bench.figures import Figure, at_least, at_most, plain
from tests.bench.ground._businesses import HEADER, Made, businesses

ROWS, SEEDS = 200_000, (1, 2, 3)


def measure() -> Iterator[Figure]:
    """Time both kinds of files; judge three made registers."""
    with tempfile.TemporaryDirectory() as folder:
        made = list(businesses(ROWS, SEEDS[0]))
        for suffix, write in (("csv", write_csv), ("xlsx", write_xlsx)):
            path = write(Path(folder) / f"register.{suffix}", made)
            began = time.perf_counter()
            told = screen_register(path, Path(folder) / f"out-{suffix}")
            spent = time.perf_counter() - began
            yield at_most(f"{ROWS} rows of {suffix} to {len(told['areas'])} lists", spent, "s", 30)
        yield plain("a pandas loop of str.contains over six words, csv", _pandas(Path(folder) / "register.csv"), "s")
        for seed in SEEDS:
            precision, recall = judged(Path(folder), seed)
            yield at_least(f"seed {seed}: candidates that are right", precision, "share", 0.97)
            yield at_least(f"seed {seed}: of the right ones found", recall, "share", 0.99)


def judged(folder: Path, seed: int, rows: int = ROWS) -> tuple[float, float]:
    """Return precision and recall on a made register; who is closed by status counts as found."""
    made = list(businesses(rows, seed))
    found = screen(write_csv(folder / f"register-{seed}.csv", made), default_rules())
    hit = {one.business.row.row - 2 for one in (*found.candidates, *found.closed)}
    hit |= {row.row - 2 for one in (*found.candidates, *found.closed) for row in one.merged}
    true = {number for number, one in enumerate(made) if one.trade}
    return len(hit & true) / max(len(hit), 1), len(hit & true) / max(len(true), 1)


def write_csv(path: Path, made: list[Made]) -> Path:
    """Write the register as an office would export it."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        writer.writerows(one.cells for one in made)
    return path


def write_xlsx(path: Path, made: list[Made]) -> Path:
    """Write the register as a workbook."""
    book = Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, cells in enumerate((HEADER, *(one.cells for one in made))):
        sheet.write_row(number, 0, cells)
    book.close()
    return path


def _pandas(path: Path) -> float:
    began = time.perf_counter()
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for word in ("培训", "教育", "辅导", "托管", "艺术", "编程"):
        _ = table["企业名称"].str.contains(word) | table["经营范围"].str.contains(word)
    return time.perf_counter() - began


def wrong(rows: int, seed: int) -> Iterator[str]:
    """Yield what is judged wrong, for whoever edits the rules."""
    sieve = Sieve(default_rules())
    from gridplan.intake.screen import Business
    from gridplan.model.site import SourceRow

    for number, one in enumerate(businesses(rows, seed)):
        _, name, _, address, scope, industry, *_ = one.cells
        row = SourceRow(file="", row=number)
        found = sieve.weigh(Business(row=row, name=name, address=address, scope=scope, industry=industry))
        if bool(found.trade) != bool(one.trade):
            yield f"{one.trade or '-'} {found.trade} {name} | {scope} | {industry} | {[(h.word, h.points) for h in found.hits]}"
