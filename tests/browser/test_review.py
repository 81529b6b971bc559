"""Chromium decides doubtful sites: by key, by a click on the map, a building at once, and takes one back."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import expect

from gridplan.cli import main
from tests.browser.conftest import Office, Watched
from tests.services.test_reviewing import GAZETTEER, LIST, MINI

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def doubtful(office: Office, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The register of the office anew, with four doubtful sites."""
    folder = tmp_path_factory.mktemp("doubtful") / "in"
    shutil.copytree(MINI, folder)
    (folder / "sites.csv").write_text(LIST, "utf-8")
    (folder / "gazetteer.csv").write_text(GAZETTEER, "utf-8")
    url = f"sqlite:///{office.desk.store.path}"
    for part in ("gazetteer", "sites"):
        assert main(["--db", url, part, "import", str(folder)]) == 0
    assert main(["--db", url, "sites", "locate"]) == 0


def left(watched: Watched) -> int:
    """How many the page says are left."""
    text = watched.page.inner_text("#review-left") if watched.page.locator("#review-left").count() else ""
    found = re.search(r"\d+", text)
    return int(found[0]) if found else 0


def open_review(watched: Watched) -> None:
    watched.log_in("lin")
    watched.go("/review")
    expect(watched.page.locator("body[data-map=ready]")).to_be_attached()


def test_sites_are_decided_by_key_map_and_building_and_taken_back(desk_page: Watched, doubtful: None):
    open_review(desk_page)
    page = desk_page.page
    assert left(desk_page) == 4
    # The fullest building first: both its sites at once, where the map is clicked.
    page.mouse.click(*[value + half / 2 for value, half in _box(page)])
    expect(page.locator("#point")).not_to_have_value("")
    page.check("#building")
    page.click("#set-point")
    expect(page.locator(".head .chip.ok")).to_have_text("已定 2 家")
    assert left(desk_page) == 2
    # A key takes the first candidate of the next one that has some.
    page.click("text=百合培训")
    expect(page.locator("#review-name")).to_have_text("百合培训")
    expect(page.locator("body[data-map=ready]")).to_be_attached()
    page.keyboard.press("1")
    expect(page.locator("#review-name")).to_have_text("山茶培训")
    assert left(desk_page) == 1
    expect(page.locator("body[data-map=ready]")).to_be_attached()
    page.keyboard.press("x")
    expect(page.locator(".empty")).to_be_visible()
    page.keyboard.press("u") if page.locator("#decide").count() else page.click("#undo")
    expect(page.locator("#review-name")).to_have_text("山茶培训")
    assert left(desk_page) == 1


def test_the_page_is_usable_on_a_phone(phone_page: Watched, doubtful: None):
    open_review(phone_page)
    width = phone_page.page.evaluate("document.documentElement.scrollWidth")
    assert width <= phone_page.page.viewport_size["width"]


def _box(page) -> list[tuple[float, float]]:
    box = page.locator(".folium-map").bounding_box()
    return [(box["x"], box["width"]), (box["y"], box["height"])]
