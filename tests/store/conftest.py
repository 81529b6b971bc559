"""One store in memory, made anew for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gridplan.store.repositories import Store


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://", create=True) as opened:
        yield opened
