"""How long the phone's page takes: the first time on Chromium's 3G, and from the home screen without network."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from playwright.sync_api import Browser

from tests.bench.field.office import PASSWORD
from tests.bench.figures import Figure, at_most

NETWORKS = {
    # What Chromium's tools offer: bytes a second down and up, milliseconds of delay of each request.
    "Chromium's 3G": (50_000, 50_000, 2000.0),
    "Chromium's slow 4G (fast 3G before)": (180_000, 84_375, 562.5),
}
TIMES = 3


def speed(browser: Browser, base: str, login: str) -> Iterator[Figure]:
    """Yield seconds until the own list can be read; a fresh phone each time, logged in."""
    for name, (down, up, delay) in NETWORKS.items():
        took = []
        for _ in range(TIMES):
            context = browser.new_context(
                viewport={"width": 390, "height": 844}, is_mobile=True, service_workers="block"
            )
            page = context.new_page()
            page.goto(f"{base}/login?next=/me")
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.click("form button.lead")
            page.wait_for_url("**/me")
            tools = context.new_cdp_session(page)
            tools.send("Network.enable")
            tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
            tools.send(
                "Network.emulateNetworkConditions",
                {"offline": False, "latency": delay, "downloadThroughput": down, "uploadThroughput": up},
            )
            began = time.perf_counter()
            page.goto(f"{base}/field/", wait_until="commit")
            page.wait_for_selector("#next")
            took.append(time.perf_counter() - began)
            context.close()
        yield at_most(f"first load, {name}", statistics.median(took), "s", 5)
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True)
    page = context.new_page()
    page.goto(f"{base}/login?next=/field/")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("form button.lead")
    page.wait_for_selector("body[data-synced]")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    context.set_offline(True)
    took = []
    for _ in range(TIMES + 2):
        page.close()
        page = context.new_page()
        began = time.perf_counter()
        page.goto(f"{base}/field/", wait_until="commit")
        page.wait_for_selector("#next")
        took.append(time.perf_counter() - began)
    yield at_most("from the home screen without network", statistics.median(took), "s", 1)
    context.close()
