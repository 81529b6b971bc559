"""The further benches: hidden plans are lawful, and figures are resumed and compared with their targets."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

from gridplan.routing.judge.check import check_plan
from tests.bench import communities, extras, hidden
from tests.bench.figures import at_least, at_most, plain
from tests.bench.planning import append, plan_of


def test_the_hidden_plan_keeps_the_minimum_of_every_team_day_and_all_doors():
    problem, routes = hidden.hidden(1)
    assert not check_plan(plan_of(problem, routes), problem.travel)
    stops: Counter[tuple[str, object]] = Counter()
    for route in routes:
        stops[route.team, route.date] += len(route.stops)
    assert set(stops.values()) <= set(range(10, 14)) and len(stops) == 26
    assert any(route.shift == "night" for route in routes)
    assert sum(bool(visit.closed) for visit in problem.visits) > 30


def test_equal_numbers_give_equal_hidden_plans():
    assert hidden.hidden(2)[1] == hidden.hidden(2)[1]


def test_a_figure_knows_whether_its_target_is_met():
    assert at_most("gap", 0.04, "share", 0.04).met and not at_most("gap", 0.041, "share", 0.04).met
    assert at_least("kept", 0.97, "share", 0.97).met and plain("cost", 1.0, "min").met is None


def test_cases_that_the_file_has_are_not_measured_again(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        extras, "run_apart", lambda case, cpu_s: asked.append(case) or [plain("rule kept", 1, "instance")]
    )
    out = tmp_path / "extras.jsonl"
    for _ in range(2):
        assert extras.main(["--only", "hidden", "--cases", "2", "--json", str(out)]) == 0
    assert asked == ["hidden 1", "hidden 2"]


def test_the_table_tells_the_share_of_kept_rules(tmp_path, capsys):
    out = tmp_path / "extras.jsonl"
    for number, kept in enumerate((1, 1, 0), 1):
        append(out, asdict(plain(f"hidden {number}: rule kept", kept, "instance")))
    assert extras.main(["--only", "hidden", "--table", "--json", str(out)]) == 0
    assert "0.6667 share      ≥ 0.8    NOT MET" in capsys.readouterr().out


def test_figures_of_another_effort_stand_apart():
    figures = [plain("gap 100 1: cost", 1.0, "min"), plain("gap 100 1 (60 CPU s): cost", 2.0, "min")]
    assert [one.value for one in extras.of_effort(figures, None)] == [1.0]
    assert [(one.what, one.value) for one in extras.of_effort(figures, 60.0)] == [("gap 100 1: cost", 2.0)]


def test_a_price_is_compared_with_none():
    figures = [
        plain("communities 0: team-days a community", 4.0, "team-days"),
        plain("communities 0: cost", 1000.0, "min"),
        plain("communities 3: team-days a community", 2.4, "team-days"),
        plain("communities 3: cost", 1015.0, "min"),
    ]
    fall, dearer = communities.verdict(figures)
    assert (fall.value, fall.met) == (0.4, True) and (dearer.value, dearer.met) == (0.015, True)
