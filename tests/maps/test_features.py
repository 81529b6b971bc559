"""Plans, areas and the base map as GeoJSON."""

from __future__ import annotations

import json
from itertools import pairwise

from gridplan.maps.features import area_features, route_features
from gridplan.model.coverage import VisitState
from gridplan.report.tally import tally
from tests.builders import MONDAY, point
from tests.report.plans import areas, at, plan


def features(kind, **more):
    base = plan()
    paths = {route.id: [()] * (len(route.stops) + 1) for route in base.routes} | more.pop("paths", {})
    found = route_features(base, paths, **more)["features"]
    return [feature for feature in found if feature["properties"]["kind"] == kind]


def test_a_route_has_the_properties_of_the_format():
    assert features("route")[0]["properties"] == {
        "kind": "route",
        "id": "A-1",
        "team": "A",
        "date": "2026-11-30",
        "day": 1,
        "shift": "day",
        "stops": 2,
        "depart": "2026-11-30T08:30:00",
        "back": "2026-11-30T10:10:00",
        "distance_m": 3600,
        "travel_min": 30.0,
    }


def test_a_stop_has_the_properties_of_the_format_and_no_phone():
    assert features("stop")[0]["properties"] == {
        "kind": "stop",
        "team": "A",
        "date": "2026-11-30",
        "day": 1,
        "shift": "day",
        "seq": 1,
        "visit": "v-s1",
        "site": "s1",
        "name": "s1培训",
        "arrive": "2026-11-30T08:40:00",
        "leave": "2026-11-30T09:15:00",
        "minutes": 30,
    }


def test_each_team_has_a_base_with_its_name():
    assert [f["properties"] for f in features("base")] == [
        {"kind": "base", "team": "A", "name": "A组"},
        {"kind": "base", "team": "B", "name": "B组"},
    ]


def test_a_line_begins_and_ends_at_the_base_and_passes_every_door():
    base = list(point(800, 1500))
    line = features("route")[0]["geometry"]["coordinates"]
    assert line == [base, list(point(500, 700)), list(point(1500, 1800)), base]


def test_a_line_follows_the_roads():
    corner = point(3000, 1500)
    line = features("route", paths={"B-1": [(point(3800, 1500), corner, point(3000, 800)), ()]})[1]
    assert list(corner) in line["geometry"]["coordinates"]
    assert all(a != b for a, b in pairwise(line["geometry"]["coordinates"]))


def test_a_stop_says_its_state_when_states_are_given():
    states = {visit.id: VisitState.DONE for visit in plan().visits}
    assert {f["properties"]["state"] for f in features("stop", states=states)} == {"done"}


def test_areas_come_widest_first_with_their_figures():
    rows = tally(plan(), areas(), {"T1": "王主任"}, (), at(MONDAY, 0))
    found = [f["properties"] for f in area_features(areas(), rows)["features"]]
    assert [p["code"] for p in found] == ["D", "T1", "T2", "C1"]
    assert (found[0]["promised"], found[0]["ahead"], found[0]["coverage"]) == (6, 5, 0.0)
    assert "王主任" not in json.dumps(found, ensure_ascii=False)


def test_coordinates_have_six_decimals_at_most():
    third = area_features(areas())["features"][0]["geometry"]["coordinates"][0][0]
    assert third == [round(value, 6) for value in third]
