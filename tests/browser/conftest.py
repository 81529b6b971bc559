"""A real server over a real database with a real worker, and the system's Chromium, for tests that click."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from gridplan.model.record import Role, User
from gridplan.services.desk import Desk
from gridplan.services.registry import register
from gridplan.services.rounds import drafting
from tests.serving import serving
from web import create_app
from web.__main__ import worker

MINI = Path(__file__).parents[1] / "data" / "mini"
PASSWORD = "a-long-test-password"
PEOPLE = (
    ("lin", "林知夏", Role.PLANNER),
    ("zhou", "周敏", Role.INSPECTOR),
    ("lu", "陆怀远", Role.INSPECTOR),
    ("zheng", "郑启明", Role.HEAD),
    ("he", "何守一", Role.ADMINISTRATOR),
    ("su", "苏念安", Role.PLANNER),
)


@dataclass
class Office:
    """A served office with one round of the mini folder that is not drafted yet."""

    url: str
    desk: Desk
    round_id: int


@dataclass
class Watched:
    """A page whose console errors and outside requests are written down."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page of the office."""
        self.page.goto(self.base + path, wait_until="networkidle")

    def log_in(self, login: str) -> None:
        """Log in through the page."""
        self.go("/login")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.click("form button.lead")
        self.page.wait_for_url(lambda url: "/login" not in url)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on loopback with its worker."""
    url = f"sqlite:///{tmp_path_factory.mktemp('office') / 'office.db'}"
    desk = Desk.open(url, create=True)
    for part in ("areas", "sites", "teams"):
        register.IMPORTS[part](desk, MINI, by="test")
    register.locate_sites(desk, by="test")
    stored = drafting.create_round(desk, MINI, by="test")
    for login, name, role in PEOPLE:
        desk.add_person(User(login=login, name=name, role=role), PASSWORD, by="test")
    with serving(create_app(desk, testing=True)) as base, worker(url):
        yield Office(url=base, desk=desk, round_id=stored.id)
    desk.close()


def watch(context: BrowserContext, base: str) -> Watched:
    """Open a page that notices console errors and every request to somewhere else."""
    watched = Watched(page=context.new_page(), base=base)
    watched.page.on("console", lambda m: watched.errors.append(m.text) if m.type == "error" else None)
    watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))

    def look(url: str) -> None:
        if not url.startswith((base, "data:", "blob:")):
            watched.outside.append(url)

    watched.page.on("request", lambda request: look(request.url))
    return watched


@pytest.fixture
def desk_page(browser: Browser, office: Office) -> Iterator[Watched]:
    """A desk's screen."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    watched = watch(context, office.url)
    yield watched
    context.close()
    assert watched.errors == [] and watched.outside == []


@pytest.fixture
def phone_page(browser: Browser, office: Office) -> Iterator[Watched]:
    """A phone's screen."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True, locale="zh-CN"
    )
    watched = watch(context, office.url)
    yield watched
    context.close()
    assert watched.errors == [] and watched.outside == []
