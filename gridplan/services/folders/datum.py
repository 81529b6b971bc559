"""How the points of a folder's lists are meant: evidence, advice, a picture; on request the setting is changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gridplan.geocode.datum_guess import DatumGuess
from gridplan.geocode.datum_readings import FIXED, Floats, Reading, in_wgs84, said_as
from gridplan.grid.locate import AreaIndex
from gridplan.intake.settings import read_mapping, read_round
from gridplan.maps.pointmap import PointGroup, write_point_map
from gridplan.model.errors import InputError
from gridplan.model.progress import Progress, silent
from gridplan.model.site import Site
from gridplan.model.words import Text, say
from gridplan.report.files import write_csv
from gridplan.services.folders.datum_doubt import (
    ListGuess,
    advise,
    guess_gazetteer,
    guess_lists,
    setting_of,
    street_pieces,
    tell,
)
from gridplan.services.folders.folder import check_out, folder_at_once
from gridplan.services.folders.placing import code_sites, read_inputs

_ROUND_LINE = re.compile(r"^(\s*datum\s*=\s*)(\"[^\"]*\"|'[^']*')", re.MULTILINE)
_START_LINE = re.compile(r"^\s*start\s*=.*$", re.MULTILINE)
_TABLE = re.compile(r"^\s*\[", re.MULTILINE)


def judge_folder(
    folder: Path, out: Path | None = None, *, write: bool = False, progress: Progress = silent
) -> dict[str, Any]:
    """Tell for each list of an input folder how its points are meant.

    With `out` a map of the points in every datum and points.csv, the points as they seem to be meant, are written there. With
    `write` round.toml or mapping.toml of the folder is changed, where the evidence is enough and only one list is concerned.

    Raises
    ------
    InputError
        The folder cannot be used, or `write` is asked for and cannot be done; nothing was changed then.
    """
    if out is not None:
        check_out(folder, out)
    inputs = read_inputs(folder, progress)
    round_ = inputs.round
    sites = inputs.register.sites
    coded = code_sites(round_, sites, inputs.areas, inputs.gazetteer, AreaIndex(inputs.areas), progress)
    streets = street_pieces(inputs.network)
    lists = guess_lists(coded, inputs.areas, streets)
    gazetteer = guess_gazetteer(inputs.gazetteer, inputs.areas, streets, round_.datum)
    summary: dict[str, Any] = {
        "lists": [
            {
                "file": one.file,
                **_plain(one.guess),
                "text": _both(tell(one)),
                "advice": _both(advise(one, round_.datum, gazetteer)),
            }
            for one in lists
        ],
        "gazetteer": _plain(gazetteer) if gazetteer is not None else None,
        "files": [],
        "written": None,
    }
    if out is not None and lists:
        with folder_at_once(out) as made:
            _write_points(made / "points.csv", lists, sites)
            _write_map(made / "map.html", lists, streets)
        summary["files"] = ["map.html", "points.csv"]
    if write:
        summary["written"] = _both(_write(folder, lists, gazetteer))
    return summary


def _plain(guess: DatumGuess) -> dict[str, Any]:
    return {
        "said": guess.said.value,
        "points": guess.points,
        "likely": guess.likely.value if guess.likely else None,
        "sure": guess.sure,
        "agrees": guess.agrees,
        "relative": guess.relative,
        "shift_m": list(guess.shift_m) if guess.likely is Reading.SHIFTED else None,
        "evidence": [
            {
                "kind": one.kind,
                "count": one.count,
                "best": one.best.value,
                "margin": round(one.margin, 2),
                "sure": one.sure,
                "values": {reading.value: round(value, 3) for reading, value in one.values.items()},
            }
            for one in guess.evidence
        ],
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _write_points(path: Path, lists: Sequence[ListGuess], sites: Sequence[Site]) -> None:
    """Write every point as given and, as its list seems to be meant, in WGS-84; one row a source row of a site's point."""
    rows = []
    for one in lists:
        reading = one.guess.likely or said_as(one.guess.said)
        points = in_wgs84(one.given, reading, one.guess.said, one.guess.shift_m)
        for number, given, point in zip(one.members, one.given.tolist(), points.tolist(), strict=True):
            site = sites[number]
            row = site.sources.get("given", site.rows[0])
            rows.append(
                (row.file, str(row.row), site.id, site.name, *(f"{x:.7f}" for x in given), *(f"{x:.7f}" for x in point))
            )
    names = ("file", "row", "id", "name", "lon", "lat", "lon_wgs84", "lat_wgs84")
    write_csv(path, [say(f"datum.csv_{name}").zh for name in names], rows)


def _write_map(path: Path, lists: Sequence[ListGuess], streets: Floats | None) -> None:
    groups = []
    for reading in (*FIXED, Reading.SHIFTED):
        fitting = [one for one in lists if reading is not Reading.SHIFTED or one.guess.likely is reading]
        if not fitting:
            continue
        points = np.concatenate([in_wgs84(one.given, reading, one.guess.said, one.guess.shift_m) for one in fitting])
        likely = any(one.guess.likely is reading for one in fitting)
        said = any(said_as(one.guess.said) is reading for one in fitting)
        label = say("datum.shown", label=say(f"datum.short_{reading.value}"), count=len(points)).zh
        label += say("datum.likely_mark").zh if likely else ""
        groups.append(PointGroup(label=label, points=points, shown=likely or said))
    write_point_map(path, say("datum.title").zh, streets, groups, [tell(one).zh for one in lists])


def _write(folder: Path, lists: Sequence[ListGuess], gazetteer: DatumGuess | None) -> Text:
    """Change the one setting that is surely wrong and return what was done."""
    wrong = [one for one in lists if one.guess.sure and not one.guess.agrees]
    if not wrong:
        if lists and all(one.guess.agrees for one in lists):
            return say("datum.keep")
        raise _unchanged(say("datum.not_sure" if lists else "datum.none"))
    if len(wrong) > 1:
        raise _unchanged(say("datum.several"))
    one = wrong[0]
    datum = one.guess.likely.datum if one.guess.likely else None
    if datum is None:
        raise _unchanged(say("datum.no_datum"))
    round_path, mapping_path = folder / "round.toml", folder / "mapping.toml"
    where = setting_of(one, read_round(round_path).datum, gazetteer)
    if where == "round.toml" and len(lists) == 1:
        _swap(round_path, _round_text(round_path.read_text("utf-8"), datum.value))
        read_round(round_path)
        return say("datum.written", file=round_path.name, datum=datum.value)
    if where == "list":
        raise _unchanged(say("datum.own_words"))
    mapping = read_mapping(mapping_path)
    if one.file in mapping.sources:
        raise _unchanged(say("datum.has_section", file=one.file, datum=datum.value))
    before = mapping_path.read_text("utf-8") if mapping_path.exists() else ""
    head = before if not before or before.endswith("\n") else before + "\n"
    name = one.file.replace("\\", "\\\\").replace('"', '\\"')
    _swap(mapping_path, f'{head}[sources."{name}"]\ndatum = "{datum.value}"\n')
    return say("datum.written", file=mapping_path.name, datum=datum.value)


def _unchanged(why: Text) -> InputError:
    return InputError(say("datum.not_written", why=why))


def _round_text(text: str, datum: str) -> str:
    """Return the text of a round.toml with another datum; every comment stays."""
    table = _TABLE.search(text)
    top = text[: table.start()] if table else text
    rest = text[len(top) :]
    if _ROUND_LINE.search(top):
        return _ROUND_LINE.sub(rf'\g<1>"{datum}"', top, count=1) + rest
    start = _START_LINE.search(top)
    at = start.end() if start else 0
    return f'{top[:at]}\ndatum = "{datum}"{top[at:]}{rest}'


def _swap(path: Path, text: str) -> None:
    """Put a new text in the place of a settings file, whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8", newline="")
    new.replace(path)
