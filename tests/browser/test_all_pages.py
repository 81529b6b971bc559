"""Every page of the office, opened by the person whose page it is: nothing from outside, no error, readable by everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.every_page import (
    CHIEF,
    HEAD,
    PAGES,
    PLANNER,
    Look,
    Seen,
    look_as,
    look_at_all,
    rules_without_row,
    served,
)
from tests.browser.whole_office import WALKER, WholeOffice, whole_office

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeOffice]:
    made = whole_office(tmp_path_factory.mktemp("whole"))
    yield made
    made.desk.close()


@pytest.fixture(scope="module")
def there(office: WholeOffice) -> Iterator[tuple[str, Flask]]:
    with served(office) as found:
        yield found


@pytest.fixture(scope="module")
def seen(browser: Browser, office: WholeOffice, there: tuple[str, Flask]) -> Seen:
    return look_at_all(browser, office, there[0])


def test_every_page_has_a_row(there: tuple[str, Flask]):
    assert rules_without_row(there[1]) == set()


def test_no_page_asks_anybody_outside(seen: Seen):
    assert seen.pages >= sum(len(looks) for looks in PAGES.values())
    assert seen.outside == []


def test_no_page_has_an_error_in_its_console(seen: Seen):
    assert seen.errors == []


def test_no_page_keeps_anybody_out(seen: Seen):
    """WCAG 2.2 AA by axe-core: labels, names, contrast, focus, sizes of targets."""
    assert seen.axe == []


def test_no_page_scrolls_sideways(seen: Seen):
    assert seen.sideways == []


def test_every_page_speaks_chinese_and_none_is_half_done(seen: Seen):
    assert seen.not_chinese == [] and seen.unfinished == []


@pytest.mark.parametrize(
    ("person", "addresses"),
    [
        (
            PLANNER,
            ("/rounds/{round_id}", "/plans/{plan_id}", "/crews", "/leads", "/rounds", "/plans", "/assign", "/me"),
        ),
        (CHIEF, ("/people", "/people/{login}", "/audit", "/find?q=lin")),
        (HEAD, ("/coverage", "/coverage?level=community")),
        (WALKER, ("/today", "/stops/{visit_id}")),
    ],
)
def test_the_pages_are_as_open_in_english(
    browser: Browser, office: WholeOffice, there: tuple[str, Flask], person: str, addresses: tuple[str, ...]
):
    """Longer words need more room: the pages that are fullest, on every screen."""
    looks = [Look(person, address) for address in addresses]
    found = look_as(browser, office, there[0], looks, language="en")
    assert found.axe == found.sideways == found.errors == found.unfinished == []
