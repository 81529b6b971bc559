"""The base map: how it is packed, what the script makes of it, tiles of the office's own, and paper."""

from __future__ import annotations

import json
import struct
import threading
import zlib
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Polygon

from gridplan.geocode.datum import from_wgs84
from gridplan.maps import page as pages
from gridplan.maps.features import area_features, route_features
from gridplan.maps.ground import UNIT, pack_basemap, street_rank
from gridplan.model.basemap import Basemap, Label, LabelKind, Street, Tiles
from gridplan.model.place import Datum, LonLat
from tests.builders import point
from tests.report.plans import areas, plan

degrees = st.tuples(st.floats(116.3, 116.5), st.floats(39.8, 40.0))
HOUSE = Polygon([point(1500, 1500), point(1540, 1500), point(1540, 1530), point(1500, 1530)])
FULL = Basemap(
    streets=(
        Street(name="一号路", klass="primary", line=LineString([point(0, 1500), point(5000, 1500)])),
        Street(name="二号街", klass="residential", line=LineString([point(1400, 0), point(1400, 3000)])),
        Street(name="", klass="footway", line=LineString([point(1400, 1500), point(1900, 1900)])),
    ),
    water=(LineString([point(0, 200), point(5000, 300)]), Polygon([point(200, 200), point(600, 200), point(400, 600)])),
    green=(Polygon([point(2000, 2000), point(2600, 2000), point(2300, 2500)]),),
    houses=(HOUSE,),
    railways=(LineString([point(0, 2600), point(5000, 2700)]),),
    labels=(Label(name="星星小学", kind=LabelKind.POI, point=LonLat(*point(1520, 1515)), from_zoom=15.0),),
)


def unpacked(steps: list[int]) -> np.ndarray:
    return np.cumsum(np.array(steps).reshape(-1, 2), axis=0) * UNIT


# ---- packing --------------------------------------------------------------------------------------------------------


@given(st.lists(degrees, min_size=2, max_size=12, unique=True))
def test_a_packed_line_is_the_line_to_a_metre(coords: list[tuple[float, float]]) -> None:
    line = LineString(coords)
    packed = pack_basemap(Basemap(streets=(), railways=(line,)))["rails"]
    back = [LineString(unpacked(steps)) for steps in packed if len(steps) > 2]
    far = max((line.hausdorff_distance(one) for one in back), default=0.0) if len(back) == 1 else 0.0
    assert far < 1e-5
    assert all(isinstance(step, int) for steps in packed for step in steps)


def test_pieces_of_one_street_become_one_line() -> None:
    halves = [LineString([point(0, 0), point(100, 0)]), LineString([point(100, 0), point(200, 0)])]
    packed = pack_basemap(Basemap(streets=tuple(Street(name="一号路", klass="primary", line=half) for half in halves)))
    assert [(rank, packed["names"][name]) for rank, name, _ in packed["streets"]] == [(4, "一号路")]


def test_holes_turn_the_other_way_than_the_outline() -> None:
    lake = Polygon(
        [point(0, 0), point(0, 900), point(900, 900), point(900, 0)],
        [[point(300, 300), point(600, 300), point(600, 600), point(300, 600)]],
    )
    rings = [
        Polygon(unpacked(ring)).exterior.is_ccw for ring in pack_basemap(Basemap(streets=(), water=(lake,)))["water"][0]
    ]
    assert rings == [True, False]


@pytest.mark.parametrize(
    ("klass", "rank"),
    [
        ("motorway_link", 4),
        ("primary", 4),
        ("tertiary", 3),
        ("residential", 2),
        ("service", 1),
        ("footway", 0),
        ("new_kind", 0),
    ],
)
def test_wider_classes_have_higher_ranks(klass: str, rank: int) -> None:
    assert street_rank(klass) == rank


def test_the_packed_map_is_less_than_half_of_its_geojson() -> None:
    line = LineString([(116.4 + n / 1000, 39.9 + (n % 7) / 3000) for n in range(400)])
    packed = json.dumps(pack_basemap(Basemap(streets=(Street(name="一号路", klass="primary", line=line),))))
    assert len(packed) < len(json.dumps(line.__geo_interface__)) / 2


# ---- in the browser -------------------------------------------------------------------------------------------------


def write(folder: Path, tiles: Tiles | None = None, basemap: Basemap | None = FULL) -> Path:
    made = plan()
    paths = {route.id: [()] * (len(route.stops) + 1) for route in made.routes}
    out = folder / "map.html"
    pages.write_map_html(out, made, route_features(made, paths), area_features(areas()), basemap, tiles)
    return out


def opened(page: Any, path: Path) -> Any:
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-map=ready]")
    return page


def colours(page: Any, pane: str) -> set[tuple[int, int, int]]:
    """The colours on a canvas, transparent places left out."""
    found = page.evaluate(
        "(pane) => { const c = document.querySelector(`.leaflet-${pane}-pane canvas`); const o = new OffscreenCanvas(c.width, c.height).getContext('2d', {willReadFrequently: true}); o.drawImage(c, 0, 0); const d = o.getImageData(0, 0, c.width, c.height).data;"
        " const s = new Set(); for (let n = 0; n < d.length; n += 4) if (d[n + 3] === 255) s.add(d[n] + ' ' + d[n + 1] + ' ' + d[n + 2]); return [...s]; }",
        pane,
    )
    return {tuple(map(int, one.split())) for one in found}


def look(page: Any, zoom: float) -> None:
    page.evaluate(
        "([x, y, z]) => { document.querySelector('.folium-map').gridMap.setView([y, x], z, {animate: false}); }",
        [*point(1520, 1515), zoom],
    )


NAMES = (
    "() => { const map = document.querySelector('.folium-map').gridMap; const data = JSON.parse(document.getElementById('gridplan-data').textContent);"
    " const size = map.getSize(); const bounds = L.bounds(map.containerPointToLayerPoint([0, 0]), map.containerPointToLayerPoint(size));"
    " return GridGround.names(map, bounds, GridGround.unpack(data.basemap, (c) => c), new GridGround.Room()); }"
)
"""The names that the script chooses for what is seen."""
HOUSE_COLOUR, WATER_COLOUR = (0xE5, 0xE1, 0xD5), (0xD3, 0xE1, 0xE6)


@pytest.mark.browser
def test_houses_are_drawn_from_a_zoom_on_and_water_always(page, tmp_path):
    opened(page, write(tmp_path))
    look(page, 14)
    assert WATER_COLOUR in colours(page, "gm-ground") and HOUSE_COLOUR not in colours(page, "gm-ground")
    look(page, 17)
    assert HOUSE_COLOUR in colours(page, "gm-ground")


@pytest.mark.browser
def test_names_of_streets_and_places_are_chosen_without_overlap(page, tmp_path):
    opened(page, write(tmp_path))
    look(page, 17)
    names = page.evaluate(NAMES)
    assert {name["text"] for name in names} == {"一号路", "二号街", "星星小学"}
    across = next(name for name in names if name["text"] == "二号街")
    assert across["upright"] and abs(abs(across["angle"]) - np.pi / 2) < 0.05


@pytest.mark.browser
def test_no_name_is_written_over_another_where_streets_are_dense(page, tmp_path):
    lines = [LineString([point(0, 25 * n), point(5000, 25 * n)]) for n in range(60)]
    streets = tuple(Street(name=f"横{n}路", klass="primary", line=line) for n, line in enumerate(lines))
    opened(page, write(tmp_path, basemap=Basemap(streets=streets)))
    look(page, 15)
    names = page.evaluate(NAMES)
    assert len(names) > 10
    for n, one in enumerate(names):
        for other in names[n + 1 :]:
            assert abs(one["y"] - other["y"]) >= one["size"] or abs(one["x"] - other["x"]) >= 3 * one["size"]


@pytest.mark.browser
def test_the_script_shifts_to_gcj02_as_the_coder_does(page, tmp_path):
    opened(page, write(tmp_path))
    random = np.random.default_rng(5)
    lon, lat = random.uniform(60, 140, 300), random.uniform(0, 56, 300)
    shifted = np.array(page.evaluate("(places) => places.map(GridGround.gcj02)", np.stack([lon, lat], axis=1).tolist()))
    assert np.abs(shifted - np.stack(from_wgs84(lon, lat, Datum.GCJ02), axis=1)).max() < 1e-9


@pytest.mark.browser
def test_paper_is_black_on_white_and_the_screen_comes_back(page, tmp_path):
    opened(page, write(tmp_path))
    look(page, 14)
    before = colours(page, "gm-ground")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    ground = colours(page, "overlay")  # on paper all is on one canvas
    assert {colour for colour in ground if max(colour) - min(colour) < 3} and WATER_COLOUR not in ground
    assert (0xDA, 0xDA, 0xDA) in ground and (255, 255, 255) in ground
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    look(page, 14)
    assert colours(page, "gm-ground") == before


@pytest.mark.browser
def test_a_map_without_routes_and_without_a_road_file_opens(page, tmp_path):
    opened(page, write(tmp_path, basemap=None))
    assert page.inner_text(".gm-credit") == ""


# ---- tiles of the office's own --------------------------------------------------------------------------------------


def picture() -> bytes:
    """A tile: 256 × 256 pixels of one green."""
    rows = b"".join(b"\0" + b"\x10\xc8\x20" * 256 for _ in range(256))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class _TileServer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(picture())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def tile_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _TileServer)
    thread = threading.Thread(target=partial(server.serve_forever, 0.05))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
def test_own_tiles_are_shown_and_nothing_else_is_asked_for(page, tmp_path, tile_server):
    path = write(tmp_path, Tiles(url=tile_server + "/{z}/{x}/{y}.png", datum=Datum.GCJ02))
    opened(page, path)
    page.wait_for_selector("img.leaflet-tile-loaded")
    assert {url.split("/")[2] for url in page.requests if not url.startswith("file:")} == {tile_server.split("/")[2]}
    credit = page.inner_text(".gm-credit")
    assert tile_server.split("/")[2] in credit and "GCJ02" in credit
    assert colours(page, "gm-ground") == set()


@pytest.mark.browser
def test_on_tiles_in_gcj02_the_stops_lie_where_the_tiles_show_them(page, tmp_path, tile_server):
    opened(page, write(tmp_path, Tiles(url=tile_server + "/{z}/{x}/{y}.png", datum=Datum.GCJ02)))
    shown = page.evaluate(
        "() => Object.values(document.querySelector('.folium-map').gridMap._layers).filter((l) => l.options.paint && l.options.interactive).map((l) => [l.getLatLng().lng, l.getLatLng().lat])"
    )
    wanted = {tuple(np.round(from_wgs84(*map(float, visit.place), Datum.GCJ02), 5)) for visit in plan().visits}
    assert {tuple(np.round(one, 5)) for one in shown} <= wanted and shown


@pytest.mark.browser
def test_where_no_tile_comes_the_offline_map_is_shown_and_that_is_said(page, tmp_path):
    opened(page, write(tmp_path, Tiles(url="http://127.0.0.1:9/{z}/{x}/{y}.png")))
    page.wait_for_function("document.querySelector('.gm-credit').textContent.includes('内网瓦片打不开')")
    assert WATER_COLOUR in colours(page, "gm-ground")
    page.problems.clear()  # the browser itself tells of each tile that did not come


def test_the_page_may_fetch_pictures_from_that_server_only(tmp_path):
    text = write(tmp_path, Tiles(url="http://tiles.intranet:8080/{z}/{x}/{y}.png")).read_text("utf-8")
    assert "img-src data: http://tiles.intranet:8080;" in text
    assert "img-src data:;" in write(tmp_path).read_text("utf-8")
