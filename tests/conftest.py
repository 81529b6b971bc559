"""What tests of every room share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.setup import FLAGS, chromium_path
from tests.databases import ENGINES, database, engine_name, make_database, postgres_server

__all__ = ["database", "engine_name", "make_database", "postgres_server"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs on PostgreSQL what runs on SQLite by default."""
    parser.addoption("--database", choices=ENGINES, default="sqlite", help="the engine of tests that run on either")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of the store and of the jobs on both engines."""
    room = metafunc.definition.path.parent.name
    marked = any("engine_name" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if room in ("store", "jobs") and "engine_name" in metafunc.fixturenames and not marked:
        metafunc.parametrize("engine_name", ENGINES, indirect=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    path = chromium_path()
    assert path, "Chromium is missing: make browser"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        expect.set_options(timeout=30_000)  # the machine may be busy
        yield chromium
        chromium.close()
