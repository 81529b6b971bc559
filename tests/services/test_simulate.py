"""A round is played day by day over the real services, and its books are balanced to the row."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta

import pytest

from gridplan.cli import main
from gridplan.model.books import ReportKind
from gridplan.model.release import CHINA
from gridplan.routing.search.improve import Effort
from gridplan.services.desk import Desk
from gridplan.services.reporting import balance as books
from gridplan.services.reporting.books import at_moment, days_of, verdicts_at
from gridplan.services.reporting.coverage import coverage_page
from gridplan.services.reporting.reports import make_report
from gridplan.services.reporting.simulate import Odds, simulate
from gridplan.store import field_tables
from tests.services.drafting import wide_folder

ROUGH = Odds(closed=0.1, refused=0.1, moved=0.05, not_found=0.05, gone=0.05, finding=0.4, passed=0.5, leads=0.6, sick=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return wide_folder(tmp_path_factory.mktemp("game") / "in", 24)


@pytest.fixture(scope="module")
def played(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("played") / "out"
    return simulate(folder, out, seed=4, odds=ROUGH), out


def test_the_books_are_balanced_every_day_and_at_the_end(played):
    told, _ = played
    assert told["balanced"], told["wrong"]
    for row in (*told["days"], told):
        assert row["promised"] == row["done"] + row["ahead"] + row["overdue"] + row["unplanned"]
        assert row["findings"]["opened"] == row["findings"]["open"] + row["findings"]["closed"]
    assert told["ahead"] == 0


def test_what_happens_in_a_round_happens_in_the_game(played):
    told, _ = played
    assert told["findings"]["opened"] > 0
    assert told["follow_ups"]["done"] > 0
    assert told["findings"]["closed"] > 0
    assert told["leads"]["come"] > 0
    assert any(row["sick"] for row in told["days"])
    assert {"refused", "closed"} & {outcome for row in told["days"] for outcome in row["outcomes"]}
    assert told["verdicts"]["plan"] == "kept"
    assert set(told["verdicts"]) == {"plan", "fact", "minimum", "coverage"}


def test_the_verdict_on_fact_is_that_of_the_days_that_were_really_worked(played):
    told, _ = played
    minimum = 3
    short = [day for day, done in told["fact"]["days"].items() if 0 < done < minimum]
    assert told["fact"]["minimum"] == (not short)
    assert (told["verdicts"]["fact"] == "kept") == (not short and not told["fact"]["missing"])
    assert sum(told["fact"]["days"].values()) == told["done"]


def test_game_books_coverage_page_and_report_tell_one_verdict(played):
    told, out = played
    desk = Desk.open(f"sqlite:///{out}/simulate.db")
    days = [date.fromisoformat(row["day"]) for row in told["days"]]
    for day in days:
        evening = datetime.combine(day + timedelta(days=1), time())
        moment = at_moment(desk, as_of=evening)
        fact = verdicts_at(desk, moment).fact
        lines = days_of(desk, moment, None)
        page = coverage_page(desk, as_of=f"{evening:%Y-%m-%d %H:%M}")
        desk.now = lambda now=evening: now.replace(tzinfo=CHINA)
        report = make_report(desk, ReportKind.ROUND, day).report
        assert {line.day: line.kept for line in lines} == {one: fact.on(one) for one in days}
        assert {line.day: line.done for line in lines} == {one: fact.made(one) for one in days}
        short = [one for one in days if fact.on(one) is False]
        assert [line.day for line in page["short"]] == short
        assert (report.figures["days_short.now."].value if short else 0) == len(short)
        assert page["total"].done == sum(fact.made(one) for one in days) == moment.line("*").done
    assert told["verdicts"]["fact"] == fact.state
    assert told["fact"]["short"] == [one.isoformat() for one in short]
    desk.close()


def test_equal_seeds_give_equal_games_and_others_do_not(folder, played, tmp_path):
    told, _ = played
    assert simulate(folder, tmp_path / "again", seed=4, odds=ROUGH) == told
    assert simulate(folder, tmp_path / "other", seed=5, odds=ROUGH)["days"] != told["days"]


def test_a_row_that_is_lost_is_found_by_the_books(played):
    told, out = played
    desk = Desk.open(f"sqlite:///{out}/simulate.db")
    moment = datetime.fromisoformat(told["days"][-1]["day"]) + timedelta(days=1)
    assert books.balance(desk, 1, datetime.combine(moment, time()))[1] == []
    with desk.store.transaction() as t:
        t.connection.execute(
            field_tables.finding.update()
            .where(field_tables.finding.c.state == "closed")
            .values(state="open", closed_at=None)
        )
    wrong = books.balance(desk, 1, datetime.combine(moment, time()))[1]
    desk.close()
    assert wrong
    assert "finding" in wrong[0].en


def test_the_command_line_ends_with_one_object(folder, tmp_path, capsys):
    code = main(["simulate", str(folder), "--out", str(tmp_path / "o"), "--seed", "1", "--json"])
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == 0
    keys = {"promised", "done", "ahead", "overdue", "unplanned", "follow_ups", "findings", "verdicts"}
    assert keys <= told.keys()
    assert {path.name for path in (tmp_path / "o").iterdir()} == {"simulate.db", "days.json"}


def test_the_minimum_is_kept_on_fact_though_doors_stay_shut(tmp_path):
    told = simulate(wide_folder(tmp_path / "in", 48), tmp_path / "out", seed=4, effort=Effort(rounds=500))
    failed = {outcome for row in told["days"] for outcome in row["outcomes"]} - {"done", "closed_for_good"}
    assert failed  # or nothing is shown
    assert any(row["sick"] for row in told["days"])
    assert told["verdicts"] == {"plan": "kept", "fact": "kept", "minimum": "kept", "coverage": "kept"}, told["fact"]
    assert min(done for done in told["fact"]["days"].values() if done) >= 3
    assert (told["fact"]["short"], told["fact"]["left"], told["overdue"]) == ([], [], 0)


def test_what_could_not_be_kept_is_named_with_its_day_and_number(tmp_path):
    rough = Odds(closed=0.2, refused=0.3, moved=0.0, not_found=0.0, gone=0.0, finding=0.0, leads=0.0, sick=0)
    told = simulate(wide_folder(tmp_path / "in", 24), tmp_path / "out", seed=1, odds=rough, effort=Effort(rounds=300))
    fact = told["fact"]
    assert told["verdicts"]["fact"] == "broken"
    assert len(fact["left"]) == fact["missing"] == told["overdue"] + told["unplanned"]
    for one in fact["left"]:
        assert one["name"] and all(try_["outcome"] in ("closed", "refused") for try_ in one["tries"])
    for day, said in zip(fact["short"], fact["why_short"], strict=True):
        assert day in said and f"查完 {fact['days'][day]} 家" in said
    for row in told["days"]:
        for said in row.get("next", {}).get("why", ()):
            assert re.search(r"\d", said), said
