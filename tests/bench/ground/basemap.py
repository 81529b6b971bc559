"""What the offline map takes: reading and packing, its size beside plain GeoJSON, and how a browser pans it."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.make_demo import make_demo
from gridplan.maps.ground import pack_basemap
from gridplan.maps.page import write_map_html
from gridplan.model.basemap import Basemap, Label, LabelKind, Street
from gridplan.model.place import LonLat
from gridplan.roads.basemap import read_basemap
from gridplan.roads.network import read_network
from tests.bench.figures import Figure, at_most, plain
from tests.browser.setup import FLAGS, chromium_path
from tests.report.plans import plan

REAL = Path(__file__).parents[4] / "shared" / "data" / "roads" / "Helsinki.osm.pbf"
FEATURES = 30_000
STEPS = 90


def measure() -> Iterator[Figure]:
    """Read the demo's and a real extract, then pan over a made town of 30,000 features at the zoom that shows all layers."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        make_demo(demo)
        files = [("demo", demo / "roads.osm.pbf"), *([("Helsinki", REAL)] if REAL.exists() else [])]
        for name, path in files:
            network = read_network(path)
            began = time.process_time()
            basemap = read_basemap(path, network)
            read_s, began = time.process_time() - began, time.process_time()
            packed = _size(pack_basemap(basemap))
            yield at_most(f"{name}, reading the layers", read_s, "CPU-s", 2)
            yield at_most(f"{name}, packing them", time.process_time() - began, "CPU-s", 2)
            plainly = _size([shape.__geo_interface__ for shape in _shapes(basemap)])
            yield plain(f"{name}, packed", packed / 1000, "kB")
            yield at_most(f"{name}, packed beside GeoJSON of the same shapes", packed / plainly, "times", 0.5)
        town = _town()
        path = Path(folder) / "map.html"
        write_map_html(path, plan(routes=()), _empty(), _empty(), town)
        yield plain(f"map.html of {FEATURES} features", path.stat().st_size / 1e6, "MB")
        yield from _pan(path)


def _size(data: object) -> int:
    return len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8"))


def _shapes(basemap: Basemap) -> list[BaseGeometry]:
    lines = [street.line for street in basemap.streets]
    return [*lines, *basemap.water, *basemap.green, *basemap.houses, *basemap.railways]


def _empty() -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": []}


def _town() -> Basemap:
    """Return a town of 10 × 11 km with 22 km of streets a square kilometre, as dense as the middle of a Chinese district."""
    random = np.random.default_rng(3)
    corners = random.uniform([116.34, 39.85], [116.46, 39.95], size=(FEATURES, 2))
    houses = [
        Polygon([(x, y), (x + 2e-4, y), (x + 2e-4, y + 1.2e-4), (x, y + 1.2e-4)])
        for x, y in corners[: FEATURES * 2 // 3].tolist()
    ]
    streets = []
    for n, (x, y) in enumerate(corners[FEATURES * 2 // 3 :].tolist()):
        bends = np.array([x, y]) + np.cumsum(random.normal(0, 2e-4, size=(12, 2)), axis=0)
        klass = ("residential", "service", "tertiary", "primary")[n % 4]
        streets.append(Street(name=f"{n % 500}号路", klass=klass, line=LineString(bends)))
    labels = [
        Label(name=f"第{n}小学", kind=LabelKind.POI, point=LonLat(*corners[n].tolist()), from_zoom=15.0)
        for n in range(500)
    ]
    return Basemap(streets=tuple(streets), houses=tuple(houses), labels=tuple(labels))


def _pan(path: Path) -> Iterator[Figure]:
    """Drag the map and let go, three times, and look at the frames; a phone is taken for four times as slow."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        for slower, name in ((1, "desk"), (4, "phone, 4 times slower")):
            page = browser.new_page(
                viewport={"width": 390, "height": 844} if slower > 1 else {"width": 1280, "height": 800}
            )
            page.goto(path.as_uri())
            page.wait_for_selector("body[data-map=ready]")
            page.evaluate(
                "void document.querySelector('.folium-map').gridMap.setView([39.9, 116.4], 15, {animate: false})"
            )
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
            page.evaluate(
                "() => { window.frames_ = []; let last = performance.now();"
                " const tick = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(tick); };"
                " requestAnimationFrame(tick); }"
            )
            box = page.locator(".folium-map").bounding_box()
            assert box is not None
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            for turn in range(3):
                page.mouse.move(x, y)
                page.mouse.down()
                for step in range(STEPS // 3):
                    page.mouse.move(x + (1, -1, 1)[turn] * 4 * step, y + 2 * step)
                    page.wait_for_timeout(16)
                page.mouse.up()
                page.wait_for_timeout(400)
            frames = np.array(page.evaluate("window.frames_.slice(5)"))
            yield at_most(f"panning, {name}: the usual frame (median)", float(np.median(frames)), "ms", 34)
            yield plain(f"panning, {name}: 95 of 100 frames within", float(np.percentile(frames, 95)), "ms")
            yield plain(f"panning, {name}: the longest frame (letting go paints anew)", float(frames.max()), "ms")
            page.close()
        browser.close()
