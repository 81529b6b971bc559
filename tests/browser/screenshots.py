"""`make screenshots`: plans the demo district, opens every page at desk and phone size, and writes the README's pictures.

With a folder as argument all pictures go there, to be looked at.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from geodata.make_demo import make_demo
from gridplan.model.release import CHINA
from gridplan.services.desk import Desk
from tests.browser.setup import FLAGS, chromium_path
from tests.serving import serving
from web import create_app
from web.demo import fill, first_day

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
IN_README = ("round", "plan", "today", "stop", "coverage")
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def shoot(
    browser: Browser, base: str, log_in: tuple[str, str], shots: dict[str, str], size: dict[str, int], out: Path
) -> None:
    """Log in and take a picture of each page."""
    context = browser.new_context(viewport=size, device_scale_factor=2 if size is PHONE else 1, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{base}/login")
    if "login" in shots:
        page.screenshot(path=out / "login.png")
    page.fill("#login", log_in[0])
    page.fill("#password", log_in[1])
    page.click("form button.lead")
    page.wait_for_load_state("networkidle")
    for name, path in shots.items():
        if name == "login":
            continue
        page.goto(base + path, wait_until="networkidle")
        page.wait_for_timeout(600)
        page.screenshot(path=out / f"{name}.png")
    context.close()


def main() -> int:
    """Make the pictures."""
    work = Path(tempfile.mkdtemp())
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else work / "pictures"
    out.mkdir(parents=True, exist_ok=True)
    try:
        today = datetime.now(CHINA).date()
        make_demo(work / "demo", 1, start=first_day(today))
        desk = Desk.open(f"sqlite:///{work / 'demo.db'}", create=True)
        log_ins = {login: (login, password) for login, password, _ in fill(desk, work / "demo", today=today)}
        with desk.store.reading() as t:
            stored = t.rounds.list()[0]
            head = t.plans.published(stored.id)
            day = min(route.date for route in t.assignments.of("inspector") if route.date >= today)
        desk_pages = {
            "login": "",
            "rounds": "/rounds",
            "round": f"/rounds/{stored.id}",
            "plan": f"/plans/{head.id}",
            "assign": "/assign",
        }
        with serving(create_app(desk, testing=True)) as base, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
            shoot(browser, base, log_ins["planner"], desk_pages, DESK, out)
            shoot(browser, base, log_ins["head"], {"coverage": "/coverage"}, DESK, out)
            shoot(browser, base, log_ins["head"], {"coverage-phone": "/coverage"}, PHONE, out)
            with desk.store.reading() as t:
                own = next(route for route in t.assignments.of("inspector") if route.date == day)
                plan = t.plans.plan(head.id)
            first = next(route for route in plan.routes if route.id == own.route).stops[0]
            today = {"today": f"/today?day={day}", "stop": f"/stops/{first.visit}"}
            shoot(browser, base, log_ins["inspector"], today, PHONE, out)
            browser.close()
        desk.close()
        if len(sys.argv) == 1:
            PICTURES.mkdir(parents=True, exist_ok=True)
            for name in IN_README:
                shutil.copyfile(out / f"{name}.png", PICTURES / f"{name}.png")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
