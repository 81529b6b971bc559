"""The books on the command line, of a made district: a report on paper, the ledger, and a moment that has gone by."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gridplan.cli import main
from gridplan.services.desk import Desk
from tests.bench.books._made import made_books
from tests.bench.books._stored import store_books


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> str:
    """A made district in a database."""
    url = f"sqlite:///{tmp_path_factory.mktemp('books')}/d.db"
    desk = Desk.open(url, create=True)
    store_books(desk, made_books(20, 60, teams=2, cells=2))
    desk.close()
    return url


def test_a_report_is_written_in_the_format_of_its_name(database, tmp_path: Path, capsys):
    out = tmp_path / "daily.html"
    assert main(["--db", database, "report", "daily", "--day", "2026-09-16", "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["sums_differ"] == []
    assert told["as_of"] == "2026-09-17T00:00:00"
    assert "校外培训专项检查日报" in out.read_text("utf-8")
    assert main(["--db", database, "report", "daily", "--out", str(tmp_path / "daily.txt")]) == 2


def test_coverage_on_the_command_line_is_that_of_the_moment(database, capsys):
    done = []
    for day in (14, 15, 16):
        assert main(["--db", database, "report", "coverage", "--as-of", f"2026-09-{day}T20:00", "--json"]) == 0
        rows = json.loads(capsys.readouterr().out.splitlines()[-1])["rows"]
        done.append(rows[-1]["done"])
        for level in ("district", "township", "community", "cell"):
            assert sum(row["done"] for row in rows if row["level"] == level) == done[-1]
    assert done == sorted(done)
    assert done[0] < done[2]


def test_before_anything_was_published_there_is_no_coverage(database):
    assert main(["--db", database, "report", "coverage", "--as-of", "2026-09-01T20:00"]) == 2


def test_the_made_district_is_read_as_it_was_made(database):
    with Desk.open(database).store.reading() as t:
        assert t.plans.list(t.rounds.list()[0].id)[0].published < datetime(2026, 9, 14, tzinfo=UTC)
