"""Names and doors read from a road file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from gridplan.model.errors import InputError
from gridplan.model.place import GazetteerKind
from gridplan.roads.places import Places, door_name, read_places
from tests.roads.mini_roads import write_mini_roads

POI, COMPOUND, DOOR = GazetteerKind.POI, GazetteerKind.COMPOUND, GazetteerKind.DOOR


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mini_roads(tmp_path_factory.mktemp("places") / "roads.osm.pbf")


@pytest.fixture(scope="module")
def places(file: Path) -> Places:
    return read_places(file)


def test_a_named_place_with_a_door_is_both(places: Places) -> None:
    found = [(e.kind, e.name, e.road, e.number) for e in places.entries if "5" in e.number]
    assert found == [(POI, "星星小学", "南一路", "5"), (DOOR, "南一路5号", "南一路", "5")]


def test_a_compound_goes_by_all_its_names_at_a_point_inside_it(places: Places) -> None:
    compounds = {e.name: e.point for e in places.entries if e.kind is COMPOUND}
    assert set(compounds) == {"阳光花园", "阳光小区", "河边村"}
    assert shapely.box(116.4110, 39.9060, 116.4125, 39.9075).contains(shapely.Point(compounds["阳光小区"]))


def test_two_numbers_in_one_tag_are_two_doors(places: Places) -> None:
    assert {"中心路12号", "中心路14号"} <= {e.name for e in places.entries if e.kind is DOOR}


def test_what_no_address_names_is_left_out(places: Places) -> None:
    assert "长凳" not in {e.name for e in places.entries}


def test_doors_between_known_ones_stand_in_order_on_their_side_of_the_road(places: Places) -> None:
    doors = places.interpolated
    assert [e.number for e in doors] == ["3", "5", "7"]
    lon, lat = np.array([e.point for e in doors]).T
    assert (np.diff(lon) > 0).all() and lon[0] > 116.401 and lon[-1] < 116.405
    assert np.allclose(np.diff(lon), np.diff(lon)[0], rtol=0.02)
    assert (lat >= 39.9052).all() and (lat <= 39.9053).all()  # north of the road at 39.9050, where the known ones are


def test_an_interpolation_of_odd_and_even_is_counted_and_not_used(places: Places) -> None:
    assert places.spoilt == 1 and not {e.number for e in places.interpolated} & {"13", "15"}


@pytest.mark.parametrize(
    ("road", "number", "name"), [("解放路", "12", "解放路12号"), ("Kaivokatu", "10 B", "Kaivokatu 10 B")]
)
def test_a_door_is_written_as_people_write_it(road: str, number: str, name: str) -> None:
    assert door_name(road, number) == name


def test_a_file_that_is_no_road_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "roads.osm.pbf").write_bytes(b"nonsense")
    with pytest.raises(InputError, match=r"roads\.osm\.pbf"):
        read_places(tmp_path / "roads.osm.pbf")
