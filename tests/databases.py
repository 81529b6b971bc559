"""The databases that tests run on: SQLite always, PostgreSQL where its server is on the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import postgres

ENGINES = ("sqlite", "postgres")
Make = Callable[..., str]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """The private server, started by the first test that needs it."""
    if reason := postgres.missing():
        pytest.skip(reason)
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with postgres.Server() as server:
        yield server


@pytest.fixture
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine the test runs on: SQLite unless `both_engines` or the option --database says otherwise."""
    return str(getattr(request, "param", request.config.getoption("--database")))


both_engines = pytest.mark.parametrize("engine_name", ENGINES, indirect=True)


@pytest.fixture
def make_database(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Make]:
    """A function that returns the address of a new database: with all tables or, not `full`, without any."""
    made: list[str] = []
    if engine_name == "sqlite":
        yield lambda name="a", full=True: f"sqlite:///{tmp_path}/{name}.db"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")

    def make(name: str = "a", *, full: bool = True) -> str:
        made.append(server.fresh("ready" if full else "bare"))
        return made[-1]

    yield make
    for url in made:
        server.give_back(url)


@pytest.fixture
def database(make_database: Make) -> str:
    """The address of a new database; one in SQLite is a file that is not there yet."""
    return make_database()
