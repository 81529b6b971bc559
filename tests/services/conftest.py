"""What tests of the services share."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.services.operation import upkeep
from tests.services.office import open_office


@pytest.fixture(scope="session")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an office in SQLite."""
    folder = tmp_path_factory.mktemp("office")
    desk = open_office(f"sqlite:///{folder}/a.db")
    upkeep.back_up(desk, folder / "office.zip", by="lin")
    desk.close()
    return folder / "office.zip"
