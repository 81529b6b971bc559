"""The map that opens with no network, and the frame that web pages take."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from shapely import LineString

from gridplan.maps import page as pages
from gridplan.maps.features import area_features, route_features
from gridplan.model.basemap import Basemap, Street
from gridplan.model.crew import TravelMode
from gridplan.model.directions import Directions, Step, Turn
from gridplan.model.errors import InputError
from gridplan.model.result import Outcome
from gridplan.model.words import Text
from gridplan.report.tally import tally
from tests.builders import MONDAY, point
from tests.report.plans import TUESDAY, areas, at, plan, result

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>\u2028"
STREETS = Basemap(
    streets=(Street(name="一号路", klass="primary", line=LineString([point(0, 1500), point(5000, 1500)])),)
)


def write(folder: Path, made: Any = None) -> Path:
    made = made or plan()
    paths = {route.id: [()] * (len(route.stops) + 1) for route in made.routes}
    out = folder / "map.html"
    pages.write_map_html(out, made, route_features(made, paths), area_features(areas()), STREETS)
    return out


def hostile() -> Any:
    base = plan()
    sites = tuple(replace(site, name=SCRIPT, address=SCRIPT) for site in base.sites)
    teams = tuple(replace(team, name=SCRIPT, base_name=SCRIPT) for team in base.teams)
    return replace(base, sites=sites, teams=teams, round=replace(base.round, name=SCRIPT, district=SCRIPT))


def assets(text: str) -> list[str]:
    return re.findall(r"""(?:src|href)\s*=\s*["']?([^"'\s>]+)|url\(([^)]+)\)|@import""", text)


# ---- the file -------------------------------------------------------------------------------------------------------


def test_the_file_asks_for_nothing(tmp_path):
    text = write(tmp_path).read_text("utf-8")
    outside = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert "http:" not in outside
    assert "https:" not in outside
    assert "default-src 'none'" in outside


def test_the_same_plan_gives_the_same_file(tmp_path):
    one = write(tmp_path).read_bytes()
    assert write(tmp_path).read_bytes() == one


def test_no_name_can_leave_the_data(tmp_path):
    text = write(tmp_path, hostile()).read_text("utf-8")
    assert "<script>window.hacked" not in text
    assert "<img src=x" not in text
    assert "\u2028" not in re.search(r'id="gridplan-data">(.*?)</script>', text, re.DOTALL)[1]


def test_without_the_map_library_the_reader_is_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "HERE", tmp_path)
    with pytest.raises(InputError, match="make install"):
        pages._leaflet_js()


def test_the_tokens_are_those_of_the_pages():
    # What stands below the first block is for paper.
    own = (ROOT / "gridplan/maps/static/gridmap.css").read_text("utf-8").split("}")[0]
    shared = dict(re.findall(r"(--[\w-]+): (#\w+)", (ROOT / "web/static/tokens.css").read_text("utf-8")))
    assert {name: shared[name] for name, _ in re.findall(r"(--[\w-]+): (#\w+)", own)} == dict(
        re.findall(r"(--[\w-]+): (#\w+)", own)
    )


# ---- the frame ------------------------------------------------------------------------------------------------------


def test_the_frame_loads_only_what_it_is_given():
    frame = pages.map_frame("n0nce", "/assets/{}".format)
    assert {link[0] for link in assets("".join(frame.values()))} == {
        "/assets/leaflet/leaflet.css",
        "/assets/leaflet/leaflet.js",
        "/assets/gridmap.css",
        "/assets/gridmap.ground.js",
        "/assets/gridmap.js",
    }
    assert "http" not in "".join(frame.values())


def test_every_script_of_the_frame_carries_the_nonce_and_nothing_is_styled_inline():
    text = "".join(pages.map_frame('a"b', "/assets/{}".format).values())
    assert text.count("<script") == text.count('<script nonce="a&quot;b"') == 4
    assert "<style" not in text
    assert "style=" not in text


# ---- in the browser -------------------------------------------------------------------------------------------------

SIGNS = "Object.values(document.querySelector('.folium-map').gridMap._layers).filter((l) => l.options.paint).length"


def opened(page: Any, path: Path) -> Any:
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-map=ready]")
    return page


def click_place(page: Any, place: Any) -> None:
    where = page.evaluate(
        "(p) => { const e = document.querySelector('.folium-map'); const b = e.getBoundingClientRect();"
        " const c = e.gridMap.latLngToContainerPoint([p[1], p[0]]); return [b.x + c.x, b.y + c.y]; }",
        list(place),
    )
    page.mouse.click(*where)


@pytest.mark.browser
def test_the_map_opens_from_a_disk_and_asks_for_nothing_else(page, tmp_path):
    path = write(tmp_path)
    opened(page, path)
    assert page.requests == [path.as_uri()]
    assert page.evaluate(SIGNS) >= 6 + 2  # stops and flags


@pytest.mark.browser
def test_a_team_day_is_chosen_from_the_list(page, tmp_path):
    opened(page, write(tmp_path))
    assert page.locator(".route").count() == 2
    page.click("[data-route='A-1'] > button")
    assert page.locator(".stops .gm-mark").all_inner_texts() == ["1", "2"]
    assert "s2培训" in page.inner_text(".route.on")
    page.click(".days button:last-child")
    assert page.locator(".route").count() == 1


@pytest.mark.browser
def test_a_stop_on_the_map_opens_its_card(page, tmp_path):
    opened(page, write(tmp_path))
    click_place(page, point(1500, 1800))
    assert page.inner_text(".gm-card b") == "s2培训"
    assert "09:20 到，09:55 离开，30 分" in page.inner_text(".gm-card")
    page.click(".gm-close")
    assert page.locator(".gm-card").is_hidden()


@pytest.mark.browser
def test_two_visits_at_one_place_share_a_badge_and_a_card(page, tmp_path):
    base = plan()
    visits = tuple(replace(v, place=point(1500, 1800)) if v.id in ("v-s1", "v-s2") else v for v in base.visits)
    opened(page, write(tmp_path, replace(base, visits=visits)))
    click_place(page, point(1500, 1800))
    assert page.locator(".gm-card b").all_inner_texts() == ["s1培训", "s2培训"]


@pytest.mark.browser
def test_the_page_speaks_both_languages(page, tmp_path):
    opened(page, write(tmp_path))
    assert page.inner_text("#tabs [aria-selected=true]") == "路线"
    page.click("[data-language=en]")
    assert page.inner_text("#tabs [aria-selected=true]") == "Routes"
    assert page.get_attribute("html", "lang") == "en"
    page.click("#tabs button:nth-child(2)")
    assert "closed on all days" in page.inner_text("#pane")
    assert "s7培训" in page.inner_text("#pane")


@pytest.mark.browser
def test_hostile_names_are_only_text(page, tmp_path):
    opened(page, write(tmp_path, hostile()))
    page.click(".route > button >> nth=0")
    page.click("#tabs button:nth-child(2)")
    page.click("#tabs button:nth-child(1)")
    click_place(page, point(1500, 1800))
    assert "window.hacked" in page.inner_text(".gm-card b")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0


@pytest.mark.browser
def test_a_plan_without_routes_says_so(page, tmp_path):
    opened(page, write(tmp_path, plan(routes=())))
    assert page.inner_text(".empty") == "计划里没有路线。"


@pytest.mark.browser
def test_a_phone_scrolls_only_downwards(page, tmp_path):
    page.set_viewport_size({"width": 390, "height": 844})
    base = plan()
    routes = tuple(replace(base.routes[0], id=f"A-{n}", day=n, date=MONDAY + timedelta(days=n)) for n in range(1, 11))
    opened(page, write(tmp_path, replace(base, routes=routes)))
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.querySelector('.route').getBoundingClientRect().right") <= 390


class _Site(BaseHTTPRequestHandler):
    """Serves a page with the frame under the policy of the web pages, and the assets."""

    body = b""

    def do_GET(self) -> None:
        maps = ROOT / "gridplan" / "maps"
        name = self.path.removeprefix("/assets/")
        folder = maps / ("static" if name.startswith("gridmap.") else "vendor")
        known = self.path in ("/", "/favicon.ico")
        self.send_response(200)
        self.send_header(
            "Content-Type", {"js": "text/javascript", "css": "text/css"}.get(name.split(".")[-1], "text/html")
        )
        self.send_header(
            "Content-Security-Policy",
            "default-src 'self'; script-src 'self' 'nonce-n'; style-src 'self' 'nonce-n'; img-src 'self' data:",
        )
        self.end_headers()
        self.wfile.write(self.body if known else (folder / name).read_bytes())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=partial(server.serve_forever, 0.05))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def framed(data: Any) -> bytes:
    frame = pages.map_frame("n", "/assets/{}".format)
    style = "<style nonce=n>html,body{margin:0;height:100%}.folium-map{height:600px}</style>"
    script = f"<script nonce=n>window.grid = GridMap.create(document.querySelector('.folium-map'), {pages._script_json(data)})</script>"
    return f"<!doctype html><meta charset=utf-8>{style}{frame['head']}{frame['body']}{frame['script']}{script}".encode()


@pytest.mark.browser
def test_the_frame_works_under_the_policy_of_the_pages(page, site):
    made = plan()
    paths = {route.id: [()] * (len(route.stops) + 1) for route in made.routes}
    _Site.body = framed({"routes": route_features(made, paths), "areas": area_features(areas())})
    page.goto(f"http://127.0.0.1:{site.server_port}/")
    page.wait_for_function("window.grid")
    assert all(url.startswith(f"http://127.0.0.1:{site.server_port}/") for url in page.requests)
    assert page.evaluate(SIGNS) == 5 + 2  # two of the six stops are at one place
    for mode in ("day", "state", "team"):
        page.evaluate(f"grid.colourBy('{mode}')")
    page.evaluate("grid.focus('A-2'); grid.language('en')")
    click_place(page, point(2000, 3000))
    assert "A组, day 2, stop 1" in page.inner_text(".gm-card")
    page.evaluate("grid.focus(null); grid.setData({routes: null})")
    assert page.evaluate("grid.map.getZoom()") > 8


@pytest.mark.browser
def test_the_choropleth_tells_the_figures_of_an_area(page, site):
    results = [result("s1", MONDAY), result("s4", MONDAY, Outcome.REFUSED)]
    towns = [area for area in areas() if area.level == "township"]
    rows = tally(plan(), towns, {}, results, at(TUESDAY, 0))
    _Site.body = framed({"areas": area_features(towns, rows), "choropleth": True})
    page.goto(f"http://127.0.0.1:{site.server_port}/")
    page.wait_for_function("window.grid")
    click_place(page, point(1250, 500))
    assert page.inner_text(".gm-card b") == "西街道"
    assert "覆盖率 33 %" in page.inner_text(".gm-card")
    assert "已查 1 · 待查 1 · 逾期 1 · 未排 0" in page.inner_text(".gm-card")


@pytest.mark.browser
def test_the_way_to_a_stop_is_told_in_the_list(page, tmp_path):
    made = plan()
    paths = {route.id: [()] * (len(route.stops) + 1) for route in made.routes}
    step = Step(turn=Turn.LEFT, text=Text(f"左转进入{SCRIPT}", "turn left"), distance_m=5, time_s=1, point=None)
    way = Directions(
        origin=Text("甲", "A"), destination=Text("乙", "B"), mode=TravelMode.CAR, distance_m=5, time_s=1, steps=(step,)
    )
    told = {route.id: [way] * (len(route.stops) + 1) for route in made.routes}
    out = tmp_path / "map.html"
    pages.write_map_html(out, made, route_features(made, paths), area_features(areas()), None, None, told)
    assert out.read_text("utf-8").count("左转进入") == 1  # each sentence is there once
    opened(page, out)
    page.click("[data-route='A-1'] > button")
    assert page.locator(".turns").count() == 3  # two stops and the way back
    page.click(".turns summary >> nth=0")
    assert page.inner_text(".turns li >> nth=0").startswith("左转进入</script>")
    page.click("[data-language=en]")
    page.click(".turns summary >> nth=0")
    assert page.inner_text(".turns li >> nth=0") == "turn left"
    assert page.evaluate("window.hacked") is None


@pytest.mark.browser
def test_without_directions_the_list_offers_none(page, tmp_path):
    opened(page, write(tmp_path))
    page.click("[data-route='A-1'] > button")
    assert page.locator(".turns").count() == 0
