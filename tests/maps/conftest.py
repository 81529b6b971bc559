"""A page of the system's Chromium that remembers what went wrong and what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page


@pytest.fixture
def page(browser: Any) -> Iterator[Page]:
    """A fresh page; at the end nothing may have gone wrong in it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.problems = []
    opened.requests = []
    opened.on("console", lambda message: opened.problems.append(message.text))
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.on("request", lambda request: opened.requests.append(request.url))
    yield opened
    assert opened.problems == []
    context.close()
