"""Damages real files at random and reads them: `python -m tests.fuzz.readers --minutes 10 [--seed N] [--only sites,…]`.

A reader may refuse a file with a sentence or complain of its rows; anything else is a crash. A case that takes too long is a hang.
The case at work lies in a folder that is named at the start and stays when the process dies.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import logging
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import osmium
import xlsxwriter
from shapely import Point, box

from gridplan.grid.boundaries import read_areas
from gridplan.grid.faults import check_areas
from gridplan.intake.crews import read_teams
from gridplan.intake.extras import (
    read_extra_visits,
    read_gazetteer,
    read_history,
    read_owners,
    read_pins,
    read_taken,
)
from gridplan.intake.recognise import read_recogniser
from gridplan.intake.register import read_sites
from gridplan.intake.screen import screen
from gridplan.intake.screen_rules import default_rules, default_text, read_rules
from gridplan.intake.settings import ColumnMapping, read_mapping, read_round
from gridplan.model.errors import InputError
from gridplan.model.hours import parse_hours, parse_weekdays
from gridplan.roads.basemap import read_basemap
from gridplan.roads.network import read_network
from gridplan.services.folders.preview import preview
from tests.builders import round_
from tests.fuzz._damage import damaged

DATA = Path(__file__).resolve().parents[1] / "data"
EXTENT = (116.3, 39.8, 116.5, 40.0)
SLOW_S, HANG_S, MOST_MEMORY = 5.0, 40.0, 6 * 2**30
"""More CPU seconds than SLOW_S is a fault; after HANG_S of clock time the process is ended with a trace of where it was."""
ROWS = [
    ["编号", "机构名称", "类别", "地址", "统一社会信用代码", "经度", "纬度", "办学许可证", "营业时间", "检查时长", "截止日期", "电话"],
    ["A1", "星星培训", "培训机构", "示例区东街道甲社区一号路1号", "91110000MA0000001L", 116.402, 39.902, "有", "Mo-Fr 14:00-20:30", 40, "2026-12-01", "13800000001"],
    ["A2", "月亮托管", "托管", "示例区东街道甲社区一号路3号", "", 116.403, 39.903, "无", "周一至周五 14:00-20:30", "", "", "010-12345678"],
    ["", "星星培训", "培训机构", "示例区东街道甲社区一号路1号", "", "", "", "", "", "", "", ""],
]  # fmt: skip
HOURS = ["Mo-Fr 14:00-20:30; Sa 09:00-12:00,14:00-17:00", "周一至周五 14:00-20:30", "08:30-18:00", "Mo off"]


class Seed(NamedTuple):
    """A real file: the name it has in an input folder, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What reads a damaged file: a call on the folder that holds it."""

    name: str
    seeds: Sequence[Seed]
    read: Callable[[Path], object]


def _files(pattern: str, name: str) -> list[Seed]:
    return [Seed(name + path.suffix, path.read_bytes()) for path in sorted(DATA.glob(pattern)) if path.is_file()]


def _made(folder: Path, name: str, write: Callable[[Path], object]) -> Seed:
    path = folder / name
    write(path)
    return Seed(name, path.read_bytes())


def _workbook(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名单")
        sheet.merge_range(0, 0, 0, 5, "一览表")
        for number, row in enumerate(ROWS, 1):
            sheet.write_row(number, 0, row)
        sheet.write_formula(6, 1, "=A1&B1", None, "算出")
        sheet.write_row(7, 0, ["合计", 3])
        book.add_worksheet("另一张").write_row(0, 0, ROWS[0])


def _layer(path: Path) -> None:
    table = {"名称": ["星星", "月亮"], "类别": ["机构", "托管"], "规模": [1, 2]}
    gpd.GeoDataFrame(table, geometry=[Point(116.4, 39.9), Point(116.41, 39.91)], crs=4326).to_file(path)


def _polygons(path: Path) -> None:
    table = {"level": ["township", "community"], "code": ["110000001", "110000001001"], "name": ["东街道", "甲社区"]}
    shapes = [box(116.40, 39.90, 116.42, 39.91), box(116.40, 39.90, 116.41, 39.91)]
    gpd.GeoDataFrame(table, geometry=shapes, crs=4326).to_file(path)


def _points(path: Path) -> None:
    table = gpd.GeoDataFrame(
        {"name": ["星星"], "kind": ["机构"], "address": ["1号"]}, geometry=[Point(116.4, 39.9)], crs=4326
    )
    path.write_text(table.to_json(ensure_ascii=False), "utf-8")


def _pbf(name: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for item in osmium.FileProcessor(str(DATA / "roads" / name)):
                writer.add(item)

    return write


def _sites(folder: Path) -> None:
    register = read_sites(folder, ColumnMapping(), round_(), EXTENT)
    if register.rows != len(register.sites) + register.merged + len(register.rejected):
        raise AssertionError("rows = kept + merged + rejected does not hold")


def _settings(folder: Path) -> None:
    read_round(folder / "round.toml")


def _areas(folder: Path) -> None:
    read_areas(folder / "areas", {}, {}, "示例区")
    check_areas(folder / "areas", {}, {})


def _roads(folder: Path) -> None:
    path = next(folder.iterdir())
    read_basemap(path, read_network(path), EXTENT)


def _hours(folder: Path) -> None:
    text = (folder / "hours").read_text("utf-8", "replace")
    for parse in (parse_hours, parse_weekdays):
        try:
            parse(text)
        except InputError:
            continue


def readers(folder: Path) -> list[Reader]:
    """Return every reader with its real files; `folder` is where they may be made."""
    usual = (DATA / "mini" / "round.toml").read_bytes()
    book, layer = _made(folder, "sites.xlsx", _workbook), _made(folder, "sites.gpkg", _layer)
    points = _made(folder, "sites.geojson", _points)
    lists = [
        *_files("mini/sites.csv", "sites"),
        *_files("intake/[b-f]*.csv", "sites"),
        *_files("intake/s*.csv", "sites"),
    ]
    lists += [Seed(lists[0].name, lists[0].data.replace(b",", mark)) for mark in (b";", b"\t")]
    tables = [*lists, book, book, book, layer, layer, points, *_files("intake/*.geojson", "sites")]
    folder_of = DATA / "mini" / "areas" / "areas.geojson"
    shapes = [Seed("areas/areas.geojson", folder_of.read_bytes())] * 2
    shapes.append(Seed("areas/areas.gpkg", _made(folder, "areas.gpkg", _polygons).data))
    streets = ["no_left_turn.osm", "roundabout.osm", "maxspeed.osm"]
    gazetteer = "名称,类别,道路,门牌号,乡镇街道,社区,经度,纬度\n某楼,poi,一号路,3号,东街道,甲社区,116.402,39.902\n"
    gazetteer += "路口,crossing,一号路/二号路,,东街道,,116.403,39.903\n"
    mapping = (
        '[sites.columns]\nname = "单位"\n[sites.kinds]\n"学校" = "institution"\n[sites.defaults]\nkind = "childcare"\n'
        '[sources."a.csv"]\ndate = 2026-01-02\ndatum = "gcj02"\ncolumns = { name = "x" }\n'
        '[areas."town.geojson"]\nlevel = "township"\n[areas.scheme]\ntownship = 9\n'
    )
    words = '[standing]\npaused = ["停"]\n[[competent]]\ndepartment = "教育"\nkinds = ["institution"]\nwords = ["a"]\n'
    rounds = [Seed("round.toml", usual)] * 30
    rounds += [Seed("round.toml", seed.data) for seed in _files("intake/*.toml", "round") if b"district" in seed.data]
    return [
        Reader(name="sites", seeds=tables, read=_sites),
        Reader(name="preview", seeds=tables, read=lambda path: preview(next(path.iterdir()), save=True)),
        Reader(name="screen", seeds=tables, read=lambda path: screen(next(path.iterdir()), default_rules())),
        Reader(name="areas", seeds=shapes, read=_areas),
        Reader(
            name="gazetteer",
            seeds=[Seed("gazetteer.csv", gazetteer.encode())],
            read=lambda path: read_gazetteer(path, ColumnMapping()),
        ),
        Reader(
            name="teams",
            seeds=[*_files("mini/teams.toml", "teams") * 20, *_files("intake/teams_*", "teams")],
            read=read_teams,
        ),
        Reader(name="round", seeds=rounds, read=_settings),
        Reader(
            name="mapping",
            seeds=[Seed("mapping.toml", mapping.encode())],
            read=lambda path: read_mapping(path / "mapping.toml"),
        ),
        Reader(
            name="recognise",
            seeds=[Seed("recognise.toml", words.encode())],
            read=lambda path: read_recogniser(path / "recognise.toml"),
        ),
        Reader(
            name="rules",
            seeds=[Seed("rules.toml", default_text().encode())],
            read=lambda path: read_rules(path / "rules.toml"),
        ),
        *(
            Reader(name=name, seeds=_files(f"intake/{name}*.csv", name), read=read)
            for name, read in (
                ("owners", read_owners),
                ("history", read_history),
                ("visits", read_extra_visits),
                ("taken", read_taken),
                ("pins", read_pins),
            )
        ),
        Reader(
            name="roads",
            seeds=[
                *(_made(folder, f"{name}.pbf", _pbf(name)) for name in streets),
                *(Seed(name, (DATA / "roads" / name).read_bytes()) for name in streets),
            ],
            read=_roads,
        ),
        Reader(name="hours", seeds=[Seed("hours", text.encode()) for text in HOURS], read=_hours),
    ]


def case(reader: Reader, folder: Path, draw: random.Random) -> str:
    """Put one damaged file into the empty folder, read it, and return what became of it: `read` or `refused`.

    Raises
    ------
    Exception
        Whatever a reader must not let through.
    """
    seed, other = draw.choice(reader.seeds), draw.choice(reader.seeds)
    path = folder / seed.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(damaged(seed.data, other.data, draw))
    try:
        reader.read(folder)
    except InputError as error:
        if not error.text.zh.strip():
            raise AssertionError("an error without a sentence") from error
        return "refused"
    return "read"


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz for some minutes; exit code 1 after crashes or slow cases, each named once with the folder that keeps it."""
    parser = argparse.ArgumentParser(prog="tests.fuzz.readers")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="names of readers, parted by commas")
    asked = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    draw = random.Random(asked.seed)
    work = Path(tempfile.mkdtemp(prefix="gridplan-fuzz-"))
    print(f"the case at work lies in {work}", flush=True)
    with tempfile.TemporaryDirectory() as made:
        chosen = [one for one in readers(Path(made)) if not asked.only or one.name in asked.only.split(",")]
    end, told, slowest = time.monotonic() + 60 * asked.minutes, Counter[str](), (0.0, "")
    faults: set[str] = set()
    for number in count():
        if time.monotonic() > end:
            break
        reader = draw.choice(chosen)
        folder = work / f"{reader.name}-{number}"
        folder.mkdir()
        faulthandler.dump_traceback_later(HANG_S, exit=True)
        began = time.process_time()
        try:
            told[f"{reader.name} {case(reader, folder, draw)}"] += 1
            fault = ""
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            fault = f"crash of {reader.name}: {type(error).__name__} in {place.filename}:{place.lineno}"
            if fault not in faults:
                traceback.print_exc()
        finally:
            faulthandler.cancel_dump_traceback_later()
        spent = time.process_time() - began
        slowest = max(slowest, (round(spent, 3), reader.name))
        if not fault and spent > SLOW_S:
            fault = f"slow, {spent:.0f} s: {reader.name}"
        if fault and fault not in faults:
            faults.add(fault)
            print(f"{fault}\n  {folder}", flush=True)
        else:
            shutil.rmtree(folder)
    print(
        json.dumps({"files": sum(told.values()), "slowest": slowest, **dict(sorted(told.items()))}, ensure_ascii=False)
    )
    if faults:
        print(*sorted(faults), sep="\n")
        return 1
    shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
