"""What tests of the services share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridplan.services.operation import upkeep
from tests.services.field import FieldOffice, copy_of
from tests.services.office import open_office


@pytest.fixture(scope="session")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an office in SQLite."""
    folder = tmp_path_factory.mktemp("office")
    desk = open_office(f"sqlite:///{folder}/a.db")
    upkeep.back_up(desk, folder / "office.zip", by="lin")
    desk.close()
    return folder / "office.zip"


@pytest.fixture(scope="module")
def published_office(tmp_path_factory: pytest.TempPathFactory) -> tuple[FieldOffice, Path]:
    """An office with a published round, made once for a file of tests, and where its database lies."""
    path = tmp_path_factory.mktemp("office")
    office = FieldOffice(path)
    office.desk.close()
    return office, path


@pytest.fixture
def street_office(published_office: tuple[FieldOffice, Path], tmp_path: Path) -> Iterator[FieldOffice]:
    """A copy of that office for one test."""
    office, path = published_office
    office.desk = copy_of(path, tmp_path)
    yield office
    office.desk.close()
