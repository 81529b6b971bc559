"""The documentation of the interface opens in a browser without the internet."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser


def test_the_documentation_lists_the_calls_and_asks_nobody_else(desk_page: Watched):
    desk_page.go("/api/v1/docs")
    desk_page.page.wait_for_selector("#operations-plans-get_plans__plan_id_, [id^=operations-plans]")
    assert desk_page.page.locator("[id^=operations-]").count() >= 20
    assert desk_page.errors == [] and desk_page.outside == []
