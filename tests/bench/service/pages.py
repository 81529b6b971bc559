"""The measure `pages`: every page of an office, opened in Chromium; what is asked from outside, what fails, what keeps people out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench.figures import Figure, at_most, plain
from tests.browser.every_page import look_at_all, rules_without_row, served
from tests.browser.setup import FLAGS, chromium_path
from tests.browser.whole_office import whole_office


def measure() -> Iterable[Figure]:
    """Open every page as the person whose page it is, on the desk's screen and, where it is carried, on a phone's."""
    with tempfile.TemporaryDirectory(prefix="gridplan-pages-") as folder:
        office = whole_office(Path(folder))
        with served(office) as (base, app), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
            seen = look_at_all(browser, office, base)
            browser.close()
            missing = rules_without_row(app)
        office.desk.close()
    yield plain("pages opened", seen.pages, "pages")
    yield at_most("routes that no row of the table tells", len(missing), "routes", 0)
    for what, found in (
        ("outside requests", seen.outside),
        ("console errors", seen.errors),
        ("serious axe findings, WCAG 2.2 AA", seen.axe),
        ("pages that scroll sideways", seen.sideways),
    ):
        yield at_most(f"{what}, over all pages", len(found), "findings", 0)
