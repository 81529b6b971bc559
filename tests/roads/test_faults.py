"""Faults of a street network, one tiny file each: islands, pockets, odd tags, places far from streets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import shapely

from gridplan.model.crew import TravelMode
from gridplan.model.errors import Severity
from gridplan.model.place import LonLat
from gridplan.roads.faults import RoadFault, Spot, check_roads
from gridplan.roads.profiles import usual_profiles
from gridplan.roads.tags import odd_tags
from tests.roads.town import CAR, DATA, EBIKE, WALK, corner


def faults(town: str, *modes: TravelMode, spots: Sequence[Spot] = (), text: str = "", tmp: Path = DATA):
    path = DATA / f"{town}.osm"
    if text:
        path = tmp / "changed.osm"
        path.write_text(text, "utf-8")
    return check_roads(path, usual_profiles(), modes or (CAR,), spots).faults


def of(found: Sequence[RoadFault], kind: str) -> list[RoadFault]:
    return [fault for fault in found if fault.kind == kind]


def test_an_island_is_told_with_its_ways_and_its_length():
    (island,) = faults("island")
    assert island.kind == "island" and island.ways == (5, 6, 7) and island.mode is CAR
    assert island.length_m == pytest.approx(100 + 100 + 141, abs=3)
    assert "孤岛" in island.text.zh and island.place.bounds[1] == pytest.approx(39.9072)


def test_a_one_way_street_that_leads_into_nothing_can_be_entered_but_not_left():
    found = faults("oneway_trap", CAR, WALK)
    assert [(fault.kind, fault.mode, fault.ways) for fault in found] == [("no_exit", CAR, (5,))]


def test_turned_round_it_can_be_left_but_not_entered(tmp_path):
    text = (DATA / "oneway_trap.osm").read_text("utf-8").replace('k="oneway" v="yes"', 'k="oneway" v="-1"')
    assert [fault.kind for fault in faults("", text=text, tmp=tmp_path)] == ["no_entry"]


def test_two_one_way_streets_that_meet_head_to_head_beside_each_other_are_two_faults(tmp_path):
    text = (DATA / "oneway_trap.osm").read_text("utf-8")
    text = text.replace("</osm>", "").replace(
        '<way id="1"', '<node id="6" version="1" lon="116.398" lat="39.9"/><way id="1"'
    )
    text += '<way id="6" version="1"><nd ref="1"/><nd ref="6"/><tag k="highway" v="service"/><tag k="oneway" v="yes"/></way></osm>'
    found = faults("", text=text, tmp=tmp_path)
    assert sorted(fault.ways for fault in found) == [(5,), (6,)] and {fault.kind for fault in found} == {"no_exit"}


def test_a_street_between_a_way_out_and_a_way_in_can_be_neither_entered_nor_left(tmp_path):
    text = (DATA / "oneway_trap.osm").read_text("utf-8")
    node = '<node id="6" version="1" lon="116.4035" lat="39.9"/><node id="7" version="1" lon="116.4046" lat="39.9"/>'
    text = text.replace('<way id="1"', f'{node}<way id="1"').replace("</osm>", "")
    for way, (one, other) in ((6, (6, 5)), (7, (6, 7))):
        text += (
            f'<way id="{way}" version="1"><nd ref="{one}"/><nd ref="{other}"/>'
            '<tag k="highway" v="service"/><tag k="oneway" v="yes"/></way>'
        )
    kinds = {fault.ways: fault.kind for fault in faults("", text=text + "</osm>", tmp=tmp_path)}
    assert kinds == {(5,): "no_exit", (6, 7): "no_way"} or kinds == {(5,): "no_exit", (6,): "no_way", (7,): "no_way"}


def test_a_whole_town_has_no_fault():
    assert faults("no_u_turn", CAR, EBIKE, WALK) == ()


def test_a_bollard_makes_an_island_for_cars_alone(tmp_path):
    found = faults("bollard", CAR, WALK)
    assert not of(found, "island") or all(fault.mode is CAR for fault in of(found, "island"))


def test_a_long_part_is_a_warning_a_short_one_a_note(monkeypatch):
    assert faults("island")[0].severity is Severity.INFO
    monkeypatch.setattr("gridplan.roads.faults.LONG_M", 300.0)
    assert faults("island")[0].severity is Severity.WARNING


def test_places_far_from_streets_are_told_by_how_far():
    spots = [
        Spot(name="近", point=corner("A"), modes=(CAR,)),
        Spot(name="远", point=LonLat(116.3991, 39.9), modes=(CAR,)),
        Spot(name="太远", point=LonLat(116.39, 39.9), modes=(CAR,)),
        Spot(name="岛上", point=corner("X"), modes=(CAR,)),
        Spot(name="步行的", point=LonLat(116.39, 39.9), modes=(WALK,)),
    ]
    found = {fault.name: (fault.kind, fault.severity) for fault in faults("island", spots=spots) if not fault.ways}
    assert found == {
        "远": ("far", Severity.WARNING),
        "太远": ("unreached", Severity.ERROR),
        "岛上": ("unreached", Severity.ERROR),
    }


def test_a_place_beside_a_street_that_is_cut_off_is_told_even_when_another_is_near_enough(tmp_path):
    text = (DATA / "island.osm").read_text("utf-8").replace("39.907200", "39.901260").replace("39.908100", "39.902160")
    spot = Spot(name="幼儿园", point=LonLat(116.4006, 39.90125), modes=(CAR,))
    told = [fault for fault in faults("", text=text, tmp=tmp_path, spots=[spot]) if not fault.ways]
    assert [fault.kind for fault in told] == ["beside"] and "幼儿园" in told[0].text.zh


def test_the_gravest_faults_come_first():
    spots = [Spot(name="太远", point=LonLat(116.39, 39.9), modes=(CAR,))]
    order = [fault.severity for fault in faults("island", spots=spots)]
    assert order == sorted(order, key=list(Severity).index) and order[0] is Severity.ERROR


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"highway": "residental"}, "residential"),
        ({"highway": "马路"}, "马路"),
        ({"highway": "primary", "oneway": "ja"}, "oneway=ja"),
        ({"highway": "primary", "oneway:bicycle": "maybe"}, "oneway:bicycle"),
        ({"highway": "primary", "access": "prviate"}, "access=prviate"),
        ({"highway": "primary", "maxspeed": "fast"}, "maxspeed=fast"),
        ({"highway": "primary", "maxspeed": "600"}, "maxspeed=600"),
        ({"highway": "primary", "maxspeed": "3"}, "maxspeed=3"),
        ({"highway": "primary", "junction": "roundabout", "oneway": "no"}, "环岛"),
    ],
)
def test_a_tag_that_makes_no_sense_is_named(tags, told):
    (text,) = odd_tags(tags, usual_profiles())
    assert told in text.zh


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "primary", "maxspeed": "60", "oneway": "yes", "access": "yes;no"},
        {"highway": "construction", "maxspeed": "CN:urban"},
        {
            "highway": "residential",
            "maxspeed": "walk",
            "bicycle": "use_sidepath",
            "oneway:conditional": "yes @ (7:00-9:00)",
        },
        {"highway": "primary", "maxspeed": "25 mph", "oneway": "-1"},
    ],
)
def test_usual_tags_are_not_complained_of(tags):
    assert list(odd_tags(tags, usual_profiles())) == []


def test_an_odd_tag_is_found_with_its_way_and_place(tmp_path):
    text = (DATA / "island.osm").read_text("utf-8").replace('v="residential"/></way>', 'v="residental"/></way>', 1)
    (odd,) = of(faults("", text=text, tmp=tmp_path), "tag")
    assert odd.ways == (1,) and odd.place.equals_exact(shapely.LineString([corner("A"), corner("B")]), 1e-9)
