"""The invented district is complete, lawful as a grid, noisy at fixed rates and the same every time."""

from __future__ import annotations

import csv
import filecmp
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import shapely
from stdnum.cn import uscc

from geodata.make_demo import make_demo
from geodata.register import RATES, SITES, TWICE, numeral
from gridplan.grid.boundaries import read_areas
from gridplan.intake.crews import read_teams
from gridplan.intake.extras import read_extra_visits, read_gazetteer, read_history, read_owners
from gridplan.intake.register import Register, read_sites
from gridplan.intake.settings import ColumnMapping, read_mapping, read_round
from gridplan.model.place import Area, AreaLevel, GazetteerKind
from gridplan.model.site import SiteKind
from gridplan.roads.network import RoadNetwork, read_network

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("geodata") / "demo"
    make_demo(folder)
    return folder


@pytest.fixture(scope="module")
def areas(demo: Path) -> tuple[Area, ...]:
    found = read_areas(demo / "areas", district="云汀区")
    assert found.complaints == () and found.changes == ()
    return found.areas


@pytest.fixture(scope="module")
def register(demo: Path) -> Register:
    return read_sites(demo, read_mapping(demo / "mapping.toml"), read_round(demo / "round.toml"), None)


@pytest.fixture(scope="module")
def truth(demo: Path) -> list[dict[str, str]]:
    with demo.with_name("demo.truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def roads(demo: Path) -> RoadNetwork:
    return read_network(demo / "roads.osm.pbf")


def test_the_grid_has_ten_townships_120_communities_and_about_600_cells(areas: tuple[Area, ...]) -> None:
    counts = Counter(area.level for area in areas)
    assert (counts[AreaLevel.DISTRICT], counts[AreaLevel.TOWNSHIP], counts[AreaLevel.COMMUNITY]) == (1, 10, 120)
    assert 580 <= counts[AreaLevel.CELL] <= 620


def test_each_level_is_a_coverage_without_gap_or_overlap(areas: tuple[Area, ...]) -> None:
    whole = next(area.polygon for area in areas if area.level is AreaLevel.DISTRICT)
    for level in (AreaLevel.TOWNSHIP, AreaLevel.COMMUNITY, AreaLevel.CELL):
        polygons = [area.polygon for area in areas if area.level is level]
        assert shapely.coverage_is_valid(polygons)
        assert shapely.equals(shapely.coverage_union_all(polygons), whole)


def test_codes_nest_and_say_where_an_area_lies(areas: tuple[Area, ...]) -> None:
    shapes = {area.code: area.polygon for area in areas}
    lengths = {AreaLevel.TOWNSHIP: 9, AreaLevel.COMMUNITY: 12, AreaLevel.CELL: 15}
    for area in areas:
        if area.parent_code is not None:
            assert len(area.code) == lengths[area.level]
            assert area.code.startswith(area.parent_code)
            assert shapely.covers(shapes[area.parent_code].buffer(1e-7), area.polygon)


def test_the_sheet_reads_with_530_sites_and_20_rows_entered_twice(register: Register) -> None:
    kinds = Counter(site.kind for site in register.sites)
    assert (register.rows, len(register.sites), register.merged) == (SITES + TWICE, SITES, TWICE)
    assert (kinds[SiteKind.INSTITUTION], kinds[SiteKind.CHILDCARE]) == (85, 105)
    assert (kinds[SiteKind.COMPOUND], kinds[SiteKind.OFFICE]) == (300, 40)


def test_the_reader_complains_of_nothing_but_the_doubles_and_the_swapped_points(register: Register) -> None:
    codes = Counter(complaint.code for complaint in register.complaints)
    assert codes == {"sites.merged_row": TWICE, "sites.swapped_lonlat": RATES["swapped"]}


def test_noise_has_its_fixed_rates(truth: list[dict[str, str]]) -> None:
    noise = Counter(kind for row in truth if row["id"] for kind in row["noise"].split(";") if kind)
    assert noise == RATES
    shares = {kind: round(100 * count / SITES) for kind, count in noise.items()}
    assert (shares["no_township"], shares["wrong_char"], shares["odd_digits"]) == (30, 10, 10)
    assert (shares["absent"], shares["wrong_number"], shares["other_district"]) == (5, 5, 3)


def test_every_row_of_the_sheet_has_its_truth(register: Register, truth: list[dict[str, str]]) -> None:
    said = {int(row["row"]): row for row in truth}
    read = [(row.row, site) for site in register.sites for row in site.rows]
    assert {number for number, _ in read} == set(said)
    for number, site in read:
        assert said[number]["id"] in ("", site.id)
        assert said[number]["same_as"] in ("", site.id)


def test_the_true_place_lies_in_its_cell(areas: tuple[Area, ...], truth: list[dict[str, str]]) -> None:
    shapes: dict[str, shapely.Geometry] = {area.code: area.polygon for area in areas}
    for row in truth:
        assert row["cell"].startswith(row["community"]) and row["community"].startswith(row["township"])
        assert shapely.intersects_xy(shapes[row["cell"]], float(row["lon"]), float(row["lat"]))


def test_credit_codes_have_a_right_check_digit_and_are_unique(register: Register) -> None:
    codes = [site.uscc for site in register.sites if site.uscc]
    assert len(codes) == len(set(codes)) >= 85
    assert all(uscc.is_valid(code) for code in codes)


def test_a_quarter_of_the_schools_opens_only_late_or_at_weekends(register: Register) -> None:
    schools = [site for site in register.sites if site.kind in (SiteKind.INSTITUTION, SiteKind.CHILDCARE)]
    monday = [site.opening.week[0] for site in schools if site.opening]
    late = [windows for windows in monday if not windows or windows[0][0] >= 15 * 3600]
    assert len(late) == round(len(schools) / 4)
    assert monday.count(()) == 10


def test_the_gazetteer_has_every_kind_and_no_site_that_is_absent(demo: Path, truth: list[dict[str, str]]) -> None:
    entries, complaints = read_gazetteer(demo, ColumnMapping())
    assert complaints == ()
    assert {entry.kind for entry in entries} == set(GazetteerKind) - {
        GazetteerKind.CROSSING,
        GazetteerKind.ALIAS,
    } and len(entries) > 5_000
    absent = {row["name"] for row in truth if "absent" in row["noise"]}
    assert not absent & {entry.name for entry in entries}


def test_doors_have_odd_and_even_numbers_and_none_stands_twice_in_a_township(demo: Path) -> None:
    entries, _ = read_gazetteer(demo, ColumnMapping())
    doors = [entry for entry in entries if entry.kind is GazetteerKind.DOOR]
    assert len({(door.road, door.number, door.township) for door in doors}) == len(doors)
    assert {int(door.number) % 2 for door in doors} == {0, 1}


def test_the_roads_are_a_network_with_an_island(roads: RoadNetwork) -> None:
    summary = roads.describe()
    assert roads.nodes >= 8_000
    assert {"primary", "secondary", "tertiary", "residential", "living_street", "service", "footway"} <= set(
        roads.way_class
    )
    for mode in summary.modes.values():
        assert mode.components >= 2 and 0.99 < mode.main_share < 1
    assert summary.notes == ()


def test_teams_people_and_the_lists_beside_read_without_complaint(demo: Path, register: Register) -> None:
    round_, known = read_round(demo / "round.toml"), {site.id for site in register.sites}
    teams = read_teams(demo)
    assert len(teams) == 12
    assert sum(team.certified_on(round_.start) < 2 for team in teams) == 2
    owners, complaints = read_owners(demo)
    assert complaints == () and 600 < len(owners) < 735
    visits, complaints = read_extra_visits(demo)
    assert complaints == () and len(visits) == 8 and {visit.site_id for visit in visits} <= known
    history, complaints = read_history(demo)
    assert complaints == () and {visit.site_id for visit in history} <= known


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_district(demo: Path, tmp_path: Path) -> None:
    script = ROOT / "geodata" / "make_demo.py"
    subprocess.run([sys.executable, script, "--out", tmp_path / "demo"], check=True, cwd=tmp_path)
    make_demo(tmp_path / "other", seed=2)
    names = [str(path.relative_to(demo)) for path in demo.rglob("*") if path.is_file()]
    assert filecmp.cmpfiles(demo, tmp_path / "demo", names, shallow=False) == (names, [], [])
    assert (tmp_path / "demo.truth.csv").read_bytes() == demo.with_name("demo.truth.csv").read_bytes()
    assert (tmp_path / "other/sites.xlsx").read_bytes() != (demo / "sites.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("number", "text"),
    [(5, "五"), (10, "十"), (12, "十二"), (105, "一百零五"), (230, "二百三十"), (1010, "一千零一十")],
)
def test_numbers_are_written_as_people_do(number: int, text: str) -> None:
    assert numeral(number) == text


def test_schemas_are_json_and_name_the_file_they_describe() -> None:
    for path in sorted((ROOT / "geodata" / "schema").glob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        assert schema["$id"] == path.name and schema["$schema"].endswith("2020-12/schema")
