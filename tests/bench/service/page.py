"""The plan's page with 5,000 sites, 100 routes and 600 areas in Chromium: until it is ready, while its map is dragged, a drop.

`python -m tests.bench.service.page` prints a JSON line for each figure. Nothing here is a test; what is made is thrown away.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

import numpy as np
import waitress
from numpy.typing import NDArray
from playwright.sync_api import Page, sync_playwright
from shapely import Polygon, box, transform

from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.plan import Plan, Route, Verdict
from gridplan.model.record import Role, User
from gridplan.model.round import Visit
from gridplan.routing.judge.check import check_plan
from gridplan.services.desk import Desk
from gridplan.services.rounds.drafting import certified
from tests.bench.figures import Figure, at_most
from tests.bench.service import _office as office
from tests.browser.setup import FLAGS, chromium_path
from tests.builders import MONDAY, point, round_, team, visit
from tests.routing.plans import ENGINE, plan_of, route_of
from web import create_app

SITES, TEAMS, DAYS, TOWNS, COMMUNITIES = 5_000, 10, 10, 24, 24
PASSWORD = "a-long-bench-password"
READY_S, FRAME_MS, DROP_MS = 1.0, 50.0, 200.0
LOADS, DROPS, STEPS = 5, 12, 90
WIDE_M, HIGH_M = 24_000, 20_000
# Frames between two calls of the browser's own clock, while the pointer drags the map.
FRAMES = """() => { window.frames_ms = []; let last = performance.now(); window.sampling = true;
const tick = (now) => { window.frames_ms.push(now - last); last = now; if (window.sampling) requestAnimationFrame(tick); };
requestAnimationFrame((now) => { last = now; requestAnimationFrame(tick); }); }"""


def make_plan(seed: int = 1, minutes: int = 5) -> Plan:
    """Return a plan of 100 routes of 50 short visits of so many minutes; it is judged, whatever it breaks."""
    draw = random.Random(seed)
    days = tuple(MONDAY + timedelta(days=n) for n in range(DAYS))
    teams = [
        replace(
            team(f"T{n + 1:02}", base=point(draw.uniform(2000, WIDE_M - 2000), draw.uniform(2000, HIGH_M - 2000))),
            name=f"{n + 1}组",
            base_name=f"{n + 1}号街道办事处",
        )
        for n in range(TEAMS)
    ]
    each = SITES // (TEAMS * DAYS)
    visits: list[Visit] = []
    routes: list[Route] = []
    for crew in teams:
        east, north = (crew.base.lon - 116.4) * 85400, (crew.base.lat - 39.9) * 111050
        for day in days:
            at, there = (east + draw.gauss(0, 2500), north + draw.gauss(0, 2500)), []
            for n in range(each):
                at = (at[0] + draw.gauss(0, 220), at[1] + draw.gauss(0, 220))
                id = f"V{len(visits) + n:05}"
                there.append(visit(id, at=point(*at), minutes=minutes))
            visits += there
            routes.append(route_of(there, of=crew, day=day, days=days))
    routes.sort(key=lambda route: (route.date, route.team))
    plan = plan_of(visits, routes, teams=teams, days=days)
    broken = tuple(check_plan(plan, ENGINE))
    return replace(plan, violations=broken, verdict=Verdict.BROKEN if broken else Verdict.KEPT)


def make_areas() -> list[Area]:
    """Return a district, its townships and its communities: six hundred areas and one."""
    west, south = point().lon, point().lat
    wide, high = point(WIDE_M, HIGH_M).lon - west, point(WIDE_M, HIGH_M).lat - south
    rows = 4
    columns = TOWNS // rows
    areas = [
        Area(
            code=AreaCode("1"),
            level=AreaLevel.DISTRICT,
            name="量尺区",
            parent_code=None,
            polygon=box(west, south, west + wide, south + high),
        )
    ]
    for n in range(TOWNS):
        x, y = west + wide * (n % columns) / columns, south + high * (n // columns) / rows
        dx, dy = wide / columns, high / rows
        code = AreaCode(f"1{n:02}")
        areas.append(
            Area(
                code=code,
                level=AreaLevel.TOWNSHIP,
                name=f"{n + 1}号镇",
                parent_code=AreaCode("1"),
                polygon=box(x, y, x + dx, y + dy),
            )
        )
        for m in range(COMMUNITIES):
            a, b = x + dx * (m % 6) / 6, y + dy * (m // 6) / 4
            areas.append(
                Area(
                    code=AreaCode(f"{code}{m:02}"),
                    level=AreaLevel.COMMUNITY,
                    name=f"{n + 1}镇{m + 1}社区",
                    parent_code=code,
                    polygon=_crooked(box(a, b, a + dx / 6, b + dy / 4).segmentize(dx / 60)),
                )
            )
    return areas


def _crooked(shape: Polygon) -> Polygon:
    """Bend a border as real ones are, by where it lies: neighbours still fit, and nothing of it can be left out."""

    def bent(at: NDArray[np.float64]) -> NDArray[np.float64]:
        east, north = at[:, 0] * 85_400, at[:, 1] * 111_050
        return at + np.stack([np.sin(north / 35 + east / 90), np.sin(east / 31 - north / 70)], axis=1) * 2e-4

    return transform(shape, bent)


def fill(desk: Desk) -> int:
    """Store the plan, the areas and a planner; return the plan's id."""
    plan = make_plan()
    with desk.store.transaction() as t:
        t.areas.replace(make_areas())
        stored = t.rounds.add(round_(name="量尺轮次"), by="bench")
    document, certificate = certified(plan, ENGINE, inputs={}, seed=1)
    with desk.store.transaction() as t:
        head = t.plans.add_draft(stored.id, plan, document=document, certificate=certificate, by="bench")
    desk.add_person(User(login="bench", name="量尺", role=Role.PLANNER), PASSWORD, by="bench")
    return int(head.id)


def p95(values: Iterable[float]) -> float:
    """Return the 95th percentile."""
    return quantiles(values, n=20)[-1]


def opened(page: Page, url: str) -> float:
    """Open the plan and return the seconds until map, chart and figures stand, by the page's own clock."""
    page.goto(url, wait_until="commit")
    page.wait_for_selector("body[data-map=ready]", state="attached", timeout=60_000)
    return float(page.evaluate("performance.getEntriesByName('plan-ready')[0].startTime")) / 1000


def panned(page: Page) -> list[float]:
    """Drag the map to and fro and return the milliseconds between its frames."""
    sheet = page.locator("#map-sheet .folium-map").bounding_box()
    assert sheet is not None
    x, y = sheet["x"] + sheet["width"] / 2, sheet["y"] + sheet["height"] - 60
    page.mouse.move(x, y)
    page.evaluate(FRAMES)
    for turn in range(3):
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(STEPS // 3):
            page.mouse.move(x + (step * 4 if turn % 2 == 0 else -step * 4), y - step * 2)
        page.mouse.up()
    page.wait_for_timeout(300)
    page.evaluate("window.sampling = false")
    found: list[float] = page.evaluate("window.frames_ms")
    return found


def dropped(page: Page) -> list[float]:
    """Take a stop from one team to another again and again: milliseconds from drop to breaches shown."""
    times = []
    for number in range(DROPS):
        rows = page.locator("#gantt [data-row]")
        one = rows.nth(number % TEAMS).locator(".block").nth(5).bounding_box()
        other = rows.nth((number + 3) % TEAMS).locator(".block").nth(9).bounding_box()
        assert one and other
        page.mouse.move(one["x"] + 1.5, one["y"] + 6)
        page.mouse.down()
        page.mouse.move(one["x"] + 12, one["y"] + 10, steps=2)
        page.mouse.move(other["x"], other["y"] + 6, steps=3)
        page.evaluate("document.getElementById('plan').dataset.lastMs = ''")
        page.mouse.up()
        page.wait_for_selector("#plan:not([data-last-ms=''])", state="attached", timeout=20_000)
        times.append(float(page.get_attribute("#plan", "data-last-ms") or 0))
        page.wait_for_load_state("networkidle")  # the places that work are looked for after each drop
        page.wait_for_timeout(300)
    return times


def measure() -> list[Figure]:
    """Serve the plan on loopback and measure it in Chromium."""
    with tempfile.TemporaryDirectory(prefix="gridplan-page-") as folder:
        url = f"sqlite:///{Path(folder) / 'page.db'}"
        desk = Desk.open(url, create=True)
        plan_id = fill(desk)
        desk.close()
        with _served(url) as base, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
            page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
            page.goto(f"{base}/login")
            page.fill("#login", "bench")
            page.fill("#password", PASSWORD)
            page.click("form button.lead")
            page.wait_for_load_state("networkidle")
            first = opened(page, f"{base}/plans/{plan_id}")
            loads = sorted(opened(page, f"{base}/plans/{plan_id}") for _ in range(LOADS))
            day = p95(panned(page))
            page.click("[data-show=all]")
            page.wait_for_timeout(800)
            frames = p95(panned(page))
            page.click("[data-show=chosen]")
            page.wait_for_timeout(300)
            drops = sorted(dropped(page))
            browser.close()
    size = f"{SITES:,} sites, {TEAMS * DAYS} routes, {TOWNS * COMMUNITIES + TOWNS + 1} areas"
    return [
        at_most(f"page ready, {size}, median of {LOADS}", loads[LOADS // 2], "s", READY_S),
        at_most(f"page ready, {size}, the first after the server began", first, "s", READY_S),
        at_most(f"pan frame p95, {size}, a team-day chosen", day, "ms", FRAME_MS),
        at_most(f"pan frame p95, {size}, all routes shown", frames, "ms", FRAME_MS),
        at_most(f"drop to breaches shown, median of {DROPS}, {size}", drops[DROPS // 2], "ms", DROP_MS),
        at_most(f"drop to breaches shown, slowest of {DROPS}, {size}", drops[-1], "ms", DROP_MS),
    ]


@contextmanager
def _served(url: str) -> Iterator[str]:
    """Serve a database in a process of its own, as at the office: the browser's driver must not wait for its thread."""
    port = office.free_port()
    command = [sys.executable, "-m", "tests.bench.service.page", "--serve", url, str(port)]
    server = subprocess.Popen([*office.WITH_US, *command])
    try:
        office.wait_for_port(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def serve(url: str, port: int) -> None:
    """Serve a database on loopback until the process is ended."""
    waitress.serve(create_app(Desk.open(url), testing=True), host="127.0.0.1", port=port, threads=4)


def main() -> int:
    """Print the figures; exit code 1 when a target is missed."""
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
        return 0
    figures = measure()
    for figure in figures:
        print(json.dumps(asdict(figure), ensure_ascii=False))
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
