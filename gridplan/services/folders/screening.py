"""Screens a business register into lists that are handed over by area, and into sites that can be planned."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from gridplan.geocode.address import AddressParser
from gridplan.grid.boundaries import read_areas
from gridplan.intake.screen import Screening, reasons, screen
from gridplan.intake.screen_rules import FIELDS, default_rules, default_text, read_rules
from gridplan.intake.settings import read_mapping, read_round
from gridplan.model.errors import InputError
from gridplan.model.place import AreaLevel
from gridplan.model.progress import Progress, silent, to_the_end
from gridplan.model.screening import Screened, Trade
from gridplan.model.words import say
from gridplan.report.files import as_text, write_complaints_csv
from gridplan.report.screening import Line, write_book, write_hand_over
from gridplan.services.folders.folder import folder_at_once
from gridplan.services.folders.placing import scheme_of

SAMPLE = 200
"""So many of the businesses that were left out, though something spoke for them, are listed for a look."""
_SITES = ("id", "name", "kind", "address", "uscc", "status", "phone")
_UNSAFE = re.compile(r"[^\w\u3400-\u9fff-]+")


def screen_register(
    register: Path,
    out: Path,
    *,
    rules: Path | None = None,
    folder: Path | None = None,
    seed: int = 1,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Screen a register into the folder `out` and return the summary.

    `folder` is an input folder whose areas tell townships apart; without it the areas are the districts that addresses name.

    Raises
    ------
    InputError
        The register, the rules or the folder cannot be used, or `out` holds something else.
    """
    wanted = read_rules(rules) if rules else default_rules()
    area_of = _areas_of(folder)
    found = screen(register, wanted, progress)
    progress = to_the_end(progress)
    progress("write", 0, 1)
    lines = _lines(found.candidates, area_of)
    by_area: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_area[line.area].append(line)
    summary = {
        "rows": found.rows,
        "candidates": len(found.candidates),
        "closed": len(found.closed),
        "passed": len(found.passed),
        "merged": found.merged,
        "unread": found.unread,
        "complaints": len(found.complaints),
        "trades": {trade.value: sum(one.trade is trade for one in found.candidates) for trade in Trade},
        "areas": {area: len(some) for area, some in sorted(by_area.items())},
    }
    with folder_at_once(out) as part:
        write_book(
            part / "candidates.xlsx", lines, _lines(found.closed, area_of), _lines(_sample(found, seed), area_of)
        )
        lists = part / "lists"
        lists.mkdir()
        for number, (area, some) in enumerate(sorted(by_area.items()), 1):
            write_hand_over(lists / f"{number:03d}-{_UNSAFE.sub('-', area)[:60]}.xlsx", some)
        _write_sites(part / "sites.csv", lines)
        write_complaints_csv(part / "complaints.csv", found.complaints)
    progress("write", 1, 1)
    return summary


def write_default_rules(path: Path) -> None:
    """Write the rules that come with gridplan to a file that an office can edit; an existing file is left alone."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(default_text())
    except FileExistsError:
        raise InputError(say("screen.there_already", file=path.name)) from None


def _areas_of(folder: Path | None) -> Callable[[str], str]:
    """Return what names the area that an address lies in."""
    if folder is None:
        parser, names = AddressParser((), ""), {}
    else:
        round_, mapping = read_round(folder / "round.toml"), read_mapping(folder / "mapping.toml")
        areas = read_areas(folder / "areas", mapping.areas, scheme_of(mapping), round_.district).areas
        parser, names = AddressParser(areas, round_.district), {area.code: area.name for area in areas}

    def area_of(address: str) -> str:
        parsed = parser.parse(address)
        for level in (AreaLevel.TOWNSHIP, AreaLevel.COUNTY, AreaLevel.DISTRICT):
            if level in parsed.named:
                return names[parsed.named[level]]
        if parsed.other_district:
            return say("screen.elsewhere", name=parsed.other_district).zh if folder else parsed.other_district
        return say("screen.no_area").zh

    return area_of


def _lines(some: Sequence[Screened], area_of: Callable[[str], str]) -> list[Line]:
    labels = {field: say(f"screen.field_{field}").zh for field in FIELDS}
    return [Line(area=area_of(one.business.address), found=one, reasons=reasons(one, labels)) for one in some]


def _sample(found: Screening, seed: int) -> list[Screened]:
    """Return some of those for which something spoke, by lot: whether a rule leaves out too much is seen here."""
    near = [one for one in found.passed if any(hit.points > 0 for hit in one.hits)]
    return sorted(Random(seed).sample(near, min(SAMPLE, len(near))), key=lambda one: one.business.row.row)


def _write_sites(path: Path, lines: Sequence[Line]) -> None:
    """Write the candidates in the input format."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_SITES)
        for number, line in enumerate(lines, 1):
            business = line.found.business
            kind = "childcare" if line.found.trade is Trade.CHILDCARE else "other"
            cells = (business.name, say(f"screen.kind_{kind}").zh, business.address, business.uscc, business.status)
            writer.writerow([f"C{number:05d}", *map(as_text, cells), as_text(business.phone)])
