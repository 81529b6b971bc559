"""What is kept on disk is the same as what is made, and a damaged file costs time alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gridplan.model.crew import TravelMode
from gridplan.roads import cache as module
from gridplan.roads.cache import Cache
from gridplan.roads.engine import RoadEngine
from gridplan.roads.network import RoadNetwork, read_network
from tests.roads.town import CAR, DATA, corner

PLACES = [corner(name) for name in ("A", "B", "BC", "BBBE", "E")]


@pytest.fixture(autouse=True)
def _keep_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SMALL_BYTES", 0)
    monkeypatch.setattr(module, "SMALL_CELLS", 0)


def kept(folder: Path) -> list[Path]:
    """Return the kept files."""
    return sorted(folder.glob("*.npz"))


def same(one: RoadNetwork, other: RoadNetwork) -> bool:
    """Whether two networks answer alike and are drawn alike."""
    legs = [RoadEngine(network).matrix(PLACES, PLACES, mode) for network in (one, other) for mode in TravelMode]
    half = len(legs) // 2
    return (
        one.describe() == other.describe()
        and one.street_lines() == other.street_lines()
        and all(
            (a.time_s == b.time_s).all() and (a.distance_m == b.distance_m).all()
            for a, b in zip(legs[:half], legs[half:], strict=True)
        )
    )


@pytest.mark.parametrize("town", ["no_left_turn", "island"])
def test_a_network_from_the_cache_is_the_network_of_its_file(tmp_path, town):
    path = DATA / f"{town}.osm"
    first = Cache(folder=tmp_path).network(path)
    assert [file.name.split("-")[0] for file in kept(tmp_path)] == ["network"]
    again = Cache(folder=tmp_path).network(path)
    assert same(first, again) and same(again, read_network(path)) and again.file == path.name


def test_the_second_asking_reads_no_street(tmp_path, monkeypatch):
    Cache(folder=tmp_path).network(DATA / "no_left_turn.osm")
    monkeypatch.setattr(module, "read_network", None)
    assert Cache(folder=tmp_path).network(DATA / "no_left_turn.osm").nodes


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no archive", None])
def test_a_damaged_file_is_made_anew(tmp_path, damage):
    path = DATA / "no_left_turn.osm"
    Cache(folder=tmp_path).network(path)
    (file,) = kept(tmp_path)
    file.write_bytes(file.read_bytes()[:-200] if damage is None else damage)
    assert same(Cache(folder=tmp_path).network(path), read_network(path))
    assert same(Cache(folder=tmp_path).network(path), read_network(path))


def test_another_file_of_the_same_name_is_another_network(tmp_path):
    path = tmp_path / "roads.osm"
    for town in ("no_left_turn", "island"):
        path.write_bytes((DATA / f"{town}.osm").read_bytes())
        assert Cache(folder=tmp_path / "kept").network(path).describe() == read_network(path).describe()
    assert len(kept(tmp_path / "kept")) == 2


def test_a_matrix_is_made_once_and_answers_only_what_was_asked(tmp_path, monkeypatch):
    store = Cache(folder=tmp_path)
    engine = store.engine(store.network(DATA / "no_left_turn.osm"))
    first = engine.matrix(PLACES, PLACES, CAR)
    assert (engine.matrix(PLACES, PLACES, CAR).time_s == first.time_s).all()
    assert (engine.matrix(PLACES, PLACES[:2], CAR).time_s == first.time_s[:, :2]).all()
    assert not np.array_equal(engine.matrix(PLACES, PLACES, TravelMode.WALK).time_s, first.time_s)
    assert len(kept(tmp_path)) == 4
    monkeypatch.setattr(RoadEngine, "matrix", None)
    assert (engine.matrix(PLACES, PLACES, CAR).distance_m == first.distance_m).all()


def test_a_folder_that_cannot_be_written_to_keeps_nothing(tmp_path):
    closed = tmp_path / "file"
    closed.write_text("")
    assert Cache(folder=closed).network(DATA / "no_left_turn.osm").nodes


def test_what_was_not_asked_for_longest_goes_first(tmp_path):
    store = Cache(folder=tmp_path, most_bytes=1)
    store.network(DATA / "no_left_turn.osm")
    store.network(DATA / "island.osm")
    assert len(kept(tmp_path)) == 1
    assert not list(tmp_path.glob("*.part"))
