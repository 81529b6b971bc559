"""One store, made anew for each test: in memory, or in a database of its own on the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gridplan.store.repositories import Store
from tests.databases import Make


@pytest.fixture
def store(engine_name: str, make_database: Make) -> Iterator[Store]:
    url = "sqlite://" if engine_name == "sqlite" else make_database()
    with Store.open(url, create=True) as opened:
        yield opened
