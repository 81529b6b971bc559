"""Legs of OSRM and Valhalla servers: as long as our own, kept, and no wrong answer is believed."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.travel import UNREACHABLE
from gridplan.roads.cache import Cache
from gridplan.roads.engine import RoadEngine
from gridplan.roads.network import read_network
from gridplan.roads.remote import web
from gridplan.roads.remote.engine import AskingEngine, KnownEngine
from gridplan.roads.remote.legs import digest_of, from_arrays, to_arrays
from gridplan.roads.remote.osrm import Osrm
from gridplan.roads.remote.valhalla import Valhalla, read_polyline6
from gridplan.roads.remote.web import Unreached, Web
from tests.roads.fake_servers import Fake, FakeOsrm, FakeValhalla, Reply, polyline6, reply, serving
from tests.roads.mini_roads import write_mini_roads

CAR, WALK = TravelMode.CAR, TravelMode.WALK
SPEEDS = {TravelMode.EBIKE: 15.0, WALK: 5.0}
PLACES = [
    LonLat(lon, lat)
    for lon, lat in (
        (116.4012, 39.9022),
        (116.4077, 39.9051),
        (116.4131, 39.9068),
        (116.4168, 39.9079),
        (116.405, 39.9035),
    )
]
FAR = LonLat(116.41, 39.92)


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> RoadEngine:
    """Our own engine on the streets of the mini folder."""
    return RoadEngine(read_network(write_mini_roads(tmp_path_factory.mktemp("roads") / "roads.osm.pbf")))


@pytest.fixture(params=[FakeOsrm, FakeValhalla])
def server(request: pytest.FixtureRequest, roads: RoadEngine) -> Iterator[Fake]:
    """A server of each kind over those streets."""
    with serving(request.param(roads)) as fake:
        yield fake


def asking(server: Fake, folder: Path, **limits: Any) -> AskingEngine:
    """An engine that asks the server, without pauses."""
    name = "osrm" if isinstance(server, FakeOsrm) else "valhalla"
    webs = {mode: Web(engine=name, base=server.url, **({"waits_s": ()} | limits)) for mode in TravelMode}
    source = Osrm(webs) if name == "osrm" else Valhalla(webs, SPEEDS)
    return AskingEngine(source, Cache(folder=folder))


def told(server: Fake, tmp_path: Path, **limits: Any) -> str:
    """What is said when legs are asked for."""
    with pytest.raises(InputError) as error:
        asking(server, tmp_path, **limits).matrix(PLACES, PLACES, CAR)
    assert server.url in error.value.text.zh and server.url in error.value.text.en
    return error.value.text.zh


# ---- the legs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [CAR, WALK])
def test_a_servers_legs_are_as_long_as_our_own(server, roads, tmp_path, mode):
    server.mode = mode
    ours, theirs = (engine.matrix(PLACES, PLACES[:3], mode) for engine in (roads, asking(server, tmp_path)))
    assert np.abs(ours.time_s - theirs.time_s).max() <= 2 and np.abs(ours.distance_m - theirs.distance_m).max() <= 2
    assert theirs.time_s[0, 0] == theirs.distance_m[0, 0] == 0 and theirs.time_s.dtype == np.int64


def test_the_walk_from_the_door_to_the_street_counts(server, tmp_path):
    engine = asking(server, tmp_path)
    at_street = LonLat(116.405, 39.905)
    off = LonLat(116.403, 39.9041)  # 100 m from the nearest street
    near = LonLat(116.403, 39.9050)
    legs = engine.matrix([off, near], [at_street], CAR)
    assert 65 <= legs.time_s[0, 0] - legs.time_s[1, 0] <= 80  # at 5 km/h


def test_a_point_over_200_m_from_a_street_is_unreachable(server, tmp_path):
    legs = asking(server, tmp_path).matrix([*PLACES, FAR], [*PLACES, FAR], CAR)
    assert (legs.time_s[-1, :-1] == UNREACHABLE).all() and (legs.distance_m[:-1, -1] == UNREACHABLE).all()
    assert (legs.time_s[:-1, :-1] < UNREACHABLE).all() and legs.time_s[-1, -1] == 0


def test_a_point_that_the_server_finds_no_street_for_spoils_no_other(server, tmp_path):
    server.radius_m = 300
    legs = asking(server, tmp_path).matrix([*PLACES, FAR], [*PLACES, FAR], CAR)
    assert (legs.time_s[-1, :-1] == UNREACHABLE).all() and (legs.time_s[:-1, :-1] < UNREACHABLE).all()


def test_no_way_between_two_places_is_unreachable(server, tmp_path):
    inner = server.legs

    def holed(*args: Any) -> tuple[Any, Any]:
        times, metres = inner(*args)
        for rows in (times, metres):
            rows[0][-1] = None
        return times, metres

    server.legs = holed
    legs = asking(server, tmp_path).matrix(PLACES, PLACES, CAR)
    assert legs.time_s[0, -1] == legs.distance_m[0, -1] == UNREACHABLE
    assert (legs.time_s < UNREACHABLE).sum() == len(PLACES) ** 2 - 1
    assert asking(server, tmp_path).paths([PLACES[0], PLACES[-1]], CAR)[0].line == ()


def test_a_server_that_takes_small_tables_only_is_asked_for_small_ones(server, roads, tmp_path):
    server.limit = 2
    theirs = asking(server, tmp_path).matrix(PLACES, PLACES, CAR)
    assert np.abs(roads.matrix(PLACES, PLACES, CAR).time_s - theirs.time_s).max() <= 2
    server.limit = 0
    assert "上限" in told(server, tmp_path / "other")


def test_paths_run_along_the_streets_and_take_as_long_as_the_matrix_says(server, tmp_path):
    engine = asking(server, tmp_path)
    legs = engine.paths([*PLACES, PLACES[-1]], CAR)
    matrix = engine.matrix(PLACES, PLACES, CAR)
    assert [leg.time_s for leg in legs] == [*(matrix.time_s[n, n + 1] for n in range(4)), 0]
    assert all(
        leg.line[0] == start and leg.line[-1] == end for leg, start, end in zip(legs, PLACES, PLACES[1:], strict=False)
    )
    assert len(legs[0].line) > 3 and not engine.straight


def test_a_server_that_does_not_tell_ways_leaves_straight_lines_and_says_which(server, tmp_path):
    server.spoil = lambda path: reply({}, 400) if "route" in path else None
    engine = asking(server, tmp_path)
    assert engine.paths(PLACES[:2], CAR)[0].line == tuple(PLACES[:2])
    assert engine.straight == {(CAR, *PLACES[:2])}


def test_a_valhalla_from_before_the_short_form_is_understood(roads, tmp_path):
    with serving(FakeValhalla(roads)) as server:
        new = asking(server, tmp_path / "a").matrix(PLACES, PLACES, CAR)
        server.old = True
        old = asking(server, tmp_path / "b").matrix(PLACES, PLACES, CAR)
    assert np.array_equal(new.time_s, old.time_s) and np.array_equal(new.distance_m, old.distance_m)


def test_regions_that_hang_together_in_no_way_are_parted(roads, tmp_path):
    with serving(FakeValhalla(roads)) as server:
        inner = server._table

        def apart(origins: list[LonLat], targets: list[LonLat], mode: TravelMode, body: Any) -> Reply:
            east = [[point.lon > 116.41 for point in side] for side in (origins, targets)]
            return server._no(170) if len({*east[0], *east[1]}) > 1 else inner(origins, targets, mode, body)

        server._table = apart
        legs = asking(server, tmp_path).matrix(PLACES, PLACES, CAR)
    east = np.array([point.lon > 116.41 for point in PLACES])
    assert np.array_equal(legs.time_s == UNREACHABLE, east[:, None] != east[None])


def test_a_mode_without_a_server_is_named(roads, tmp_path):
    with serving(FakeOsrm(roads)) as server:
        engine = AskingEngine(Osrm({CAR: Web(engine="osrm", base=server.url)}), Cache(folder=tmp_path))
        with pytest.raises(InputError, match="步行"):
            engine.matrix(PLACES, PLACES, WALK)
        assert not server.asked


# ---- what is kept ----------------------------------------------------------------------------------------------------


def test_a_second_run_needs_no_server(server, tmp_path):
    first = asking(server, tmp_path)
    before = first.matrix(PLACES, PLACES, CAR), first.paths(PLACES, CAR)
    first.keep()
    server.spoil = lambda path: reply({}, 503)
    second = asking(server, tmp_path)
    assert np.array_equal(second.matrix(PLACES, PLACES, CAR).time_s, before[0].time_s)
    assert second.paths(PLACES, CAR) == before[1]
    assert "连不上" in second.notes["stale"].zh


def test_a_leg_is_asked_for_once(server, tmp_path):
    asking(server, tmp_path).matrix(PLACES[:3], PLACES[:3], CAR)
    server.asked.clear()
    again = asking(server, tmp_path)
    again.matrix(PLACES[:3], PLACES[:3], CAR)
    assert server.tables() == 1 and again.requests == 0  # the sample alone
    again.matrix(PLACES, PLACES, CAR)
    assert again.requests == 1


def test_what_is_kept_is_dropped_when_the_streets_have_changed(server, tmp_path):
    old = asking(server, tmp_path).matrix(PLACES, PLACES, CAR)
    server.slower = 2.0
    engine = asking(server, tmp_path)
    new = engine.matrix(PLACES, PLACES, CAR)
    assert new.time_s.sum() > 1.5 * old.time_s.sum() and "renewed" in engine.notes


def test_what_is_kept_is_dropped_when_the_server_tells_another_version(server, tmp_path):
    server.version = "2026-01-01"
    asking(server, tmp_path).matrix(PLACES, PLACES, CAR)
    server.version = "2026-02-01"
    engine = asking(server, tmp_path)
    engine.matrix(PLACES, PLACES, CAR)
    assert "renewed" in engine.notes and "2026-02-01" in engine.version([CAR])


def test_what_came_before_the_server_went_is_kept(server, tmp_path):
    engine = asking(server, tmp_path)
    engine._side = 2
    left = iter(range(4))
    server.spoil = lambda path: (
        reply({}, 503) if "locate" not in path and "status" not in path and next(left, None) is None else None
    )
    with pytest.raises(Unreached):
        engine.matrix(PLACES, PLACES, CAR)
    server.spoil = lambda path: None
    server.asked.clear()
    again = asking(server, tmp_path)
    again._side = 2
    again.matrix(PLACES, PLACES, CAR)
    assert again.requests == 8 - 4  # the last of the nine blocks is one place to itself


def test_legs_read_back_are_the_same_legs(server, tmp_path):
    engine = asking(server, tmp_path)
    engine.paths(PLACES, CAR)
    legs = engine.part({CAR: PLACES})
    again = from_arrays(to_arrays(legs))
    assert digest_of(again) == digest_of(legs) and again[CAR].lines == legs[CAR].lines
    again[CAR].time_s[0, 1] += 1
    assert digest_of(again) != digest_of(legs)


def test_legs_of_a_plan_know_no_other_place_and_ask_nobody(server, tmp_path):
    engine = asking(server, tmp_path)
    known = KnownEngine(engine.name, engine.part({CAR: PLACES}))
    server.asked.clear()
    assert np.array_equal(known.matrix(PLACES, PLACES, CAR).time_s, engine.matrix(PLACES, PLACES, CAR).time_s)
    with pytest.raises(InputError, match=r"39\.92"):
        known.matrix(PLACES, [FAR], CAR)
    assert not server.asked


# ---- answers that are none -------------------------------------------------------------------------------------------


def everywhere(data: object, status: int = 200) -> Callable[[str], Reply]:
    return lambda path: reply(data, status)


def test_a_server_that_is_off_is_told(server, tmp_path):
    server.url = "http://127.0.0.1:1"
    assert "连不上" in told(server, tmp_path)


def test_a_server_that_is_busy_is_asked_again(server, tmp_path):
    left = iter(range(2))
    server.spoil = lambda path: None if next(left, None) is None else reply({}, 503)
    assert asking(server, tmp_path, waits_s=(0.0, 0.0)).matrix(PLACES, PLACES, CAR).time_s.max() < UNREACHABLE
    server.spoil = everywhere({}, 503)
    assert "503" in told(server, tmp_path / "other")


def test_a_server_that_does_not_answer_in_time_is_told(server, tmp_path):
    server.delay_s = 0.5
    assert "0.1 秒" in told(server, tmp_path, timeout_s=0.1)


def test_an_answer_that_is_cut_off_is_not_believed(server, tmp_path):
    server.cut = 5
    assert "连不上" in told(server, tmp_path, timeout_s=0.5)


@pytest.mark.parametrize("body", [b"<html>login</html>", b"", b"\xff\xfe", b"[" * 100_000, b'{"code": "Ok"', b"NaN"])
def test_garbage_is_not_believed(server, tmp_path, body):
    server.spoil = lambda path: (200, {}, body)
    said = told(server, tmp_path)
    assert "不像" in said and "login" not in said


def test_a_redirect_is_not_followed(server, roads, tmp_path):
    with serving(FakeOsrm(roads)) as other:
        inner = server.answer
        server.answer = lambda path, query, body: (302, {"Location": other.url + path}, inner(path, query, body)[2])
        assert "302" in told(server, tmp_path)
        assert not other.asked


def test_an_answer_without_end_is_not_read_to_its_end(server, tmp_path):
    server.endless = True
    assert "MB" in told(server, tmp_path)


@pytest.mark.parametrize("data", [{}, [], 3, None, {"code": 3}, {"code": "Ok"}, {"message": "Not Found"}])
def test_json_of_another_service_is_not_believed(server, tmp_path, data):
    server.spoil = everywhere(data)
    assert "不像" in told(server, tmp_path)
    server.spoil = everywhere(data, 404)
    assert "不像" in told(server, tmp_path)


WRONG = {
    "a row too few": lambda rows: rows.pop(),
    "a cell too few": lambda rows: rows[0].pop(),
    "text": lambda rows: rows[0].__setitem__(1, "12"),
    "below zero": lambda rows: rows[0].__setitem__(1, -3),
    "no number": lambda rows: rows[0].__setitem__(1, float("nan")),
    "endless": lambda rows: rows[0].__setitem__(1, float("inf")),
    "a truth value": lambda rows: rows[0].__setitem__(1, True),
    "no row": lambda rows: rows.__setitem__(0, None),
}


@pytest.mark.parametrize("fault", WRONG)
@pytest.mark.parametrize("which", [0, 1])
def test_a_table_of_another_shape_is_not_believed(server, tmp_path, fault, which):
    inner = server.legs

    def spoilt(*args: Any) -> tuple[Any, Any]:
        tables = inner(*args)
        WRONG[fault](tables[which])
        return tables

    server.legs = spoilt
    if isinstance(server, FakeValhalla) and which == 1 and fault in ("text", "no row", "a truth value"):
        server._table = lambda *args: reply(
            {"sources_to_targets": dict(zip(("durations", "distances"), spoilt(*args[:3]), strict=True))}
        )
    assert "不像" in told(server, tmp_path)


def test_a_refusal_is_told_in_the_servers_words(server, tmp_path):
    osrm = isinstance(server, FakeOsrm)
    words = {"code": "InvalidOptions", "message": "Sesam"} if osrm else {"error_code": 199, "error": "Sesam"}
    server.spoil = lambda path: reply(words, 400) if "locate" not in path else None
    said = told(server, tmp_path)
    assert "拒绝" in said and "Sesam" in said


def test_an_osrm_too_old_for_lengths_is_told(roads, tmp_path):
    with serving(FakeOsrm(roads)) as server:
        inner = server.answer
        server.answer = lambda path, query, body: inner(path, dict(query) | {"annotations": "duration"}, body)
        assert "太旧" in told(server, tmp_path)


def test_an_address_too_long_for_a_gateway_is_asked_for_in_parts(roads, tmp_path):
    with serving(FakeOsrm(roads)) as server:
        server.spoil = lambda path: (414, {}, b"<html>") if path.count(";") > 5 else None
        assert (asking(server, tmp_path).matrix(PLACES, PLACES, CAR).time_s < UNREACHABLE).all()


# ---- the key ---------------------------------------------------------------------------------------------------------


def test_the_key_goes_to_the_host_it_is_for_and_to_no_other(server, tmp_path, monkeypatch):
    monkeypatch.setenv(web.KEY, "127.0.0.1 Bearer geheim")
    asking(server, tmp_path / "a").matrix(PLACES[:2], PLACES[:2], CAR)
    assert {headers.get("Authorization") for headers in server.headers} == {"Bearer geheim"}
    server.headers.clear()
    monkeypatch.setenv(web.KEY, "router.example.cn Bearer geheim")
    asking(server, tmp_path / "b").matrix(PLACES[:2], PLACES[:2], CAR)
    assert {headers.get("Authorization") for headers in server.headers} == {None}
    assert all(b"geheim" not in path.read_bytes() for path in tmp_path.rglob("*.npz"))


def test_a_key_without_its_host_is_refused_and_not_shown(server, tmp_path, monkeypatch):
    monkeypatch.setenv(web.KEY, "geheim")
    with pytest.raises(InputError, match=web.KEY) as error:
        asking(server, tmp_path).matrix(PLACES, PLACES, CAR)
    assert "geheim" not in str(error.value) and not server.asked


def test_this_machine_is_not_looked_for_through_a_proxy(server, tmp_path, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    assert asking(server, tmp_path).matrix(PLACES, PLACES, CAR).time_s.max() < UNREACHABLE


# ---- lines -----------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=8))
def test_a_line_survives_its_encoding(points):
    line = [LonLat(*point) for point in points]
    for was, now in zip(line, read_polyline6(polyline6(line)), strict=True):
        assert now == pytest.approx(was, abs=1e-6)


@given(st.text(max_size=30))
def test_any_text_is_a_line_or_an_error(text):
    with contextlib.suppress(ValueError):
        read_polyline6(text)


# ---- a real one ------------------------------------------------------------------------------------------------------


def real(name: str, tmp_path: Path) -> tuple[AskingEngine, list[LonLat]]:
    """An engine on the server that the environment names, and places on its streets: GRIDPLAN_TEST_POINTS, a JSON list."""
    url = os.environ.get(f"GRIDPLAN_TEST_{name.upper()}_URL")
    if not url:
        pytest.skip(f"GRIDPLAN_TEST_{name.upper()}_URL names no server")
    places = os.environ.get("GRIDPLAN_TEST_POINTS")
    points = [LonLat(*pair) for pair in json.loads(places)] if places else PLACES
    webs = {CAR: Web(engine=name, base=url.rstrip("/"))}
    source = Osrm(webs) if name == "osrm" else Valhalla(webs, SPEEDS)
    return AskingEngine(source, Cache(folder=tmp_path)), points


@pytest.mark.parametrize("name", ["osrm", "valhalla"])
def test_a_real_server_is_understood(name, tmp_path):
    engine, points = real(name, tmp_path)
    legs = engine.matrix(points, points, CAR)
    assert (legs.time_s.diagonal() == 0).all() and (legs.time_s >= 0).all()
    reached = legs.time_s < UNREACHABLE
    assert (legs.distance_m[reached] < UNREACHABLE).all()
    for leg, start, end in zip(engine.paths(points, CAR), points, points[1:], strict=False):
        assert not leg.line or (leg.line[0], leg.line[-1]) == (start, end)
