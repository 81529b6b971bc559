"""How fast lists become rows and a register beside plain loops of openpyxl and pandas, and what merging and doubles take.

openpyxl is in the `bench` extra. CPU seconds, each part in a process of its own, so that its memory is its own, too.
"""

from __future__ import annotations

import csv
import importlib
import multiprocessing
import resource
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.intake.doubles import find_doubles
from gridplan.intake.lists import SITE_COLUMNS
from gridplan.intake.merge import group_rows, merge_rows, name_sites
from gridplan.intake.register import read_sites
from gridplan.intake.rows import valid_uscc
from gridplan.intake.settings import ColumnMapping
from gridplan.intake.sheet import read_table
from gridplan.model.place import AreaLevel, Fix, FixLevel
from gridplan.model.site import PlacedSite, Site, SiteId, SiteKind, SiteStatus, SourceRow
from tests.bench.figures import Figure, at_most, plain
from tests.bench.ground._lists import MadeList, make_list, write_csv, write_xlsx
from tests.bench.ground._traps import TRAPS, Rows
from tests.builders import round_

FEW, MANY = 20_000, 200_000


def measure() -> Iterator[Figure]:
    """Two sizes in two dresses, then one register of the larger size."""
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        for count in (FEW, MANY):
            made = make_list(1, count)
            files = {
                "csv": write_csv(folder / "sites.csv", made.rows),
                "xlsx": write_xlsx(folder / "sites.xlsx", made.rows),
            }
            for suffix, path in files.items():
                yield from _reading(path, suffix, count)
            files["xlsx"].unlink()
            spent, _, counted = _apart(_registered, folder)
            yield plain(f"{count} rows of csv to a register: read, judged, merged", spent, "CPU s")
            if counted["merged"] < len(made.same):
                raise RuntimeError("rows that say the same were not merged")
        yield from _doubles(made)
        yield from _quirks(folder)


def _reading(path: Path, suffix: str, count: int) -> Iterator[Figure]:
    ours, ours_mb, rows = _apart(_count_ours, path)
    if rows != count:
        raise RuntimeError(f"{rows} rows of {count} were read")
    yield plain(f"{count} rows of {suffix}, ours: rows of text by header", ours, "CPU s")
    yield plain(f"{count} rows of {suffix}, ours: memory", ours_mb, "MB")
    for name in PEERS:
        if suffix not in _READS.get(name, ("csv", "xlsx")):
            continue
        try:
            spent, used_mb, _ = _apart(_count_peer, name, path)
        except ModuleNotFoundError:
            yield plain(name, "not installed", "")
            continue
        yield plain(f"{count} rows of {suffix}, {name}", spent, "CPU s")
        yield plain(f"{count} rows of {suffix}, {name}: memory", used_mb, "MB")
        if name == _OPENPYXL:
            yield at_most(f"{count} rows of {suffix}, ours to {name}", ours / spent, "times", 1)


def _by_openpyxl(path: Path) -> Rows:
    sheet = importlib.import_module("openpyxl").load_workbook(path, read_only=True, data_only=True).active
    rows = sheet.iter_rows(values_only=True)
    header = [str(cell) for cell in next(rows)]
    return [dict(zip(header, ("" if cell is None else str(cell) for cell in row), strict=False)) for row in rows]


def _by_csv(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _by_pandas(path: Path) -> Rows:
    read: Any = pd.read_csv if path.suffix == ".csv" else pd.read_excel
    return [
        {str(key): cell for key, cell in row.items()}
        for row in read(path, dtype=str, keep_default_na=False).to_dict("records")
    ]


def _ours(path: Path) -> Rows:
    return [dict(row.values) for row in read_table(path, SITE_COLUMNS).rows]


_OPENPYXL, _DICT_READER = "openpyxl loop over read-only rows", "csv.DictReader"
PEERS: dict[str, Callable[[Path], Rows]] = {
    _OPENPYXL: _by_openpyxl,
    "pandas, all as text, to records": _by_pandas,
    _DICT_READER: _by_csv,
}
_READS = {_OPENPYXL: ("xlsx",), _DICT_READER: ("csv",)}


def _count_ours(path: Path) -> int:
    return len(read_table(path, SITE_COLUMNS).rows)


def _count_peer(name: str, path: Path) -> int:
    return len(PEERS[name](path))


def _registered(folder: Path) -> dict[str, int]:
    register = read_sites(folder, ColumnMapping(), round_(), (118.2, 33.2, 118.6, 33.6))
    return {"sites": len(register.sites), "merged": register.merged}


def _quirks(folder: Path) -> Iterator[Figure]:
    """What each reads wrongly of small lists as offices send them."""
    for name, read in {"ours": _ours, **PEERS}.items():
        traps = [trap for trap in TRAPS if trap.suffix in _READS.get(name, ("csv", "xlsx"))]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wrong = [trap.what for trap in traps if not trap.is_read(read, folder)]
        yield plain(f"{name}: quirks of lists read wrongly, of {len(traps)}", len(wrong), "lists")
        yield plain(f"{name}: does not do", "; ".join(wrong) or "-", "")


def _doubles(made: MadeList) -> Iterator[Figure]:
    sites = _sites(made)
    spent, used_mb, kept = _apart(_merged, sites)
    yield plain(f"{MANY} rows merged into {kept} sites", spent, "CPU s")
    yield plain(f"{MANY} rows merged: memory beside the rows", used_mb, "MB")
    spent, used_mb, _ = _apart(_dropped, sites)
    yield plain(
        f"{MANY} rows by pandas drop_duplicates of name and address (no values filled, none told)", spent, "CPU s"
    )
    placed = [_placed(site, made, n) for n, site in enumerate(sites) if n not in made.same]
    spent, used_mb, found = _apart(_pairs, placed)
    yield at_most(f"doubtful pairs among {len(placed)} sites", spent, "CPU s", 60)
    yield at_most("doubtful pairs: memory beside the sites", used_mb, "MB", 1500)
    right = {(min(a, b), max(a, b)) for a, b in made.alike.items()}
    got = {(min(a, b), max(a, b)) for a, b in found}
    yield plain(f"of {len(right)} sites written twice in other words, found", len(right & got) / len(right), "share")
    yield plain(f"of {len(got)} pairs shown, such", len(right & got) / max(len(got), 1), "share")
    spent = _apart(_loop, placed)[0] * (len(placed) / _SOME) ** 2
    yield plain("a loop of rapidfuzz over all pairs of names, in proportion", spent, "CPU s")


def _sites(made: MadeList) -> list[Site]:
    return [
        Site(
            id=SiteId(f"S{n}"),
            name=row[1].strip(),
            kind=SiteKind.INSTITUTION if row[2] == "培训机构" else SiteKind.CHILDCARE,
            address=row[3],
            rows=(SourceRow(file="sites.csv", row=n + 2),),
            uscc=row[4],
            phone=row[10],
        )
        for n, row in enumerate(made.rows)
    ]


def _placed(site: Site, made: MadeList, n: int) -> PlacedSite:
    truth = made.truth[n]
    fix = Fix(point=truth.point, level=FixLevel.ROAD_NUMBER, score=1, gap=1, confident=True, reason="")
    return PlacedSite(site=site, fix=fix, status=SiteStatus.LOCATED, areas={AreaLevel.COMMUNITY: truth.community})


def _merged(sites: Sequence[Site]) -> int:
    groups = group_rows(sites, [valid_uscc(site.uscc) for site in sites])
    merged = [merge_rows(group)[0] for group in groups]
    return len(name_sites(merged, {})[0])


def _dropped(sites: Sequence[Site]) -> int:
    return len(pd.DataFrame([(site.name, site.address) for site in sites]).drop_duplicates())


def _pairs(placed: Sequence[PlacedSite]) -> list[tuple[int, int]]:
    return [(int(pair.one[1:]), int(pair.other[1:])) for pair in find_doubles(placed)]


_SOME = 2_000


def _loop(placed: Sequence[PlacedSite]) -> int:
    from rapidfuzz import fuzz

    names = [one.site.name for one in placed[:_SOME]]
    return sum(fuzz.ratio(one, other) > 75 for n, one in enumerate(names) for other in names[:n])


_TASK: list[Any] = []


def _apart(function: Callable[..., Any], *arguments: Any) -> tuple[float, float, Any]:
    """Run in a forked process; return CPU seconds, peak memory beyond the start in MB, and the answer."""
    _TASK[:] = [function, arguments]  # inherited by the fork: nothing is copied
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with multiprocessing.get_context("fork").Pool(1) as pool:
            found: tuple[float, float, Any] = pool.apply(_run)
    return found


def _run() -> tuple[float, float, Any]:
    function, arguments = _TASK
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    answer = function(*arguments)
    spent = time.process_time() - began
    return spent, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, answer
