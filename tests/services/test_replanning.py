"""From a run's folder to the next: the command line replans, finds a place, says why and tries a move."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from gridplan.cli import main
from gridplan.jobs.rows import Jobs
from gridplan.model.document import plan_from_json
from gridplan.model.errors import Conflict, InputError
from gridplan.model.plan import Verdict
from gridplan.model.progress import silent
from gridplan.model.record import RoundId
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.round import Purpose, VisitId
from gridplan.services.desk import Desk
from gridplan.services.folders.checking import check_folder
from gridplan.services.folders.folder import run_folder
from gridplan.services.folders.replanning import day_of, dial_of, new_visit, open_folder, read_results, replan_folder
from gridplan.services.plans.replanner import run_replan, start_replan
from gridplan.store.repositories import Store
from gridplan.worker import handlers

MINI = Path(__file__).parents[1] / "data" / "mini"
RESULTS = """site_id,date,outcome
S0002,2026-11-30,done
S0004,2026-11-30,已查
S0005,2026-11-30,done
S0006,2026-11-30,done
S0007,2026-11-30,refused
S9999,2026-11-30,done
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mini folder with a minimum of one a day, planned once: all six visits on Monday."""
    folder = tmp_path_factory.mktemp("mini")
    shutil.copytree(MINI, folder / "in")
    text = (folder / "in" / "round.toml").read_text("utf-8")
    (folder / "in" / "round.toml").write_text(text.replace("min_per_day = 3", "min_per_day = 1"), "utf-8")
    run_folder(folder / "in", folder / "out")
    return folder / "out"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """What came back on Monday: four done, one refused, one missed, one stranger."""
    path = tmp_path / "results.csv"
    path.write_text(RESULTS, "utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, dict]:
    """The exit code and the JSON object of a verb."""
    code = main([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_replan_writes_a_whole_folder_whose_certificate_holds(out, results, tmp_path, capsys):
    new = tmp_path / "new"
    code, said = run(
        capsys, "replan", out, "--as-of", "2026-12-01", "--done", results, "--lead", "S0005,2026-12-01", "--out", new
    )
    assert (code, said["plan"]["verdict"], said["done"], said["back"]) == (0, "kept", 4, 2)
    assert said["files"] == sorted(path.name for path in new.iterdir())
    assert {path.name for path in out.iterdir()} < set(said["files"])
    assert check_folder(new, out.parent / "in").differences == ()
    assert {item["kind"]: item["visit"] for item in said["changes"]["items"]}["added"] == "V-S0005-lead"


def test_done_visits_stay_and_the_rest_is_on_later_days(out, results, tmp_path):
    replan_folder(out, tmp_path / "new", as_of=day_of("2026-12-01"), done=results)
    plan = plan_from_json(json.loads((tmp_path / "new" / "plan.json").read_text("utf-8")))
    days = {stop.site: route.date.isoformat() for route in plan.routes for stop in route.stops}
    assert [site for site, day in sorted(days.items()) if day == "2026-11-30"] == ["S0002", "S0004", "S0005", "S0006"]
    assert days["S0007"] == days["S0008"] == "2026-12-01"
    changes = (tmp_path / "new" / "changes.csv").read_text("utf-8-sig").splitlines()
    assert len(changes) == 3 and changes[1].startswith("moved,V-S0007")


def test_a_result_for_a_stranger_is_a_complaint_beside_the_old_ones(out, results, tmp_path):
    replan_folder(out, tmp_path / "new", as_of=day_of("2026-12-01"), done=results, folder=out.parent / "in")
    lines = (tmp_path / "new" / "complaints.csv").read_text("utf-8-sig").splitlines()
    old = (out / "complaints.csv").read_text("utf-8-sig").splitlines()
    assert lines[: len(old)] == old and "S9999" in lines[-1] and len(lines) == len(old) + 1


def test_where_the_only_team_falls_out_the_folder_says_what_is_left(out, results, tmp_path, capsys):
    words = ["--as-of", "2026-12-01", "--done", results, "--without", "一组", "--out", tmp_path / "new"]
    for dial in ("none", "little", "0.4"):
        code, said = run(capsys, "replan", out, *words, "--dial", dial)
        assert code == Verdict.BROKEN.exit_code and said["plan"]["unplanned"] == 2
    assert check_folder(tmp_path / "new").differences == ()


def test_when_all_is_done_nothing_is_left_to_plan(out, tmp_path):
    done = tmp_path / "done.csv"
    rows = [f"S000{n},2026-11-30,done" for n in (2, 4, 5, 6, 7, 8)]
    done.write_text("\n".join(["site_id,date,outcome", *rows]), "utf-8")
    for dial in ("none", "best"):
        found = replan_folder(out, tmp_path / dial, as_of=day_of("2026-12-01"), done=done, dial=dial_of(dial))
        assert found.verdict is Verdict.KEPT and found.changes.items == ()


def test_where_one_more_visit_fits(out, capsys):
    code, said = run(capsys, "where", out, "S0005", "--due", "2026-12-01", "--minutes", 20)
    # A lead does not count: alone it would open Tuesday below the minimum.
    assert code == 0 and [one["date"] for one in said["offers"]] == ["2026-11-30"]
    code, said = run(capsys, "where", out, "S0005", "--departments", "消防")
    assert code == Verdict.BROKEN.exit_code and "消防" in said["reason"]["en"]


def test_why_a_visit_lies_where_it_does(out, capsys):
    code, said = run(capsys, "why", out, "S0005")
    assert code == 0 and said["planned"] and said["visit"] == "V-S0005" and "河边艺术" in said["en"]


def test_a_move_is_tried_and_nothing_is_written(out, capsys):
    before = (out / "plan.json").read_bytes()
    code, said = run(capsys, "move", out, "V-S0005", "一组", "2026-12-01", "day")
    assert code == 0 and said["violations"] == [] and len(said["routes"]) == 2
    code, said = run(capsys, "move", out, "V-S0005", "T1", "2026-12-02", "day", 1)
    assert code == Verdict.BROKEN.exit_code and said["violations"][0]["promise"] == "team_available"
    assert (out / "plan.json").read_bytes() == before


def test_the_verbs_speak_to_people_too(out, results, tmp_path, capsys):
    main(["replan", str(out), "--as-of", "2026-12-01", "--done", str(results), "--out", str(tmp_path / "new")])
    main(["where", str(out), "S0005"])
    main(["why", str(out), "S0005"])
    main(["move", str(out), "S0005", "T1", "2026-12-01", "day"])
    said = capsys.readouterr().out
    assert "大山科技，一组 11/30 白班 → 一组 12/1 白班" in said and "多行车" in said and "试算" in said


@pytest.mark.parametrize(
    "words",
    [
        ["--as-of", "tomorrow"],
        ["--as-of", "2027-12-01"],
        ["--as-of", "2026-12-01", "--dial", "much"],
        ["--as-of", "2026-12-01", "--lead", "S9999"],
        ["--as-of", "2026-12-01", "--without", "九组"],
        ["--as-of", "2026-12-01", "--without", "一组:later"],
        ["--as-of", "2026-12-01", "--lost", "someday"],
        ["--as-of", "2026-12-01", "--done", "nowhere.csv"],
        ["--as-of", "2026-12-01", "--folder", "nowhere"],
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(out, tmp_path, words):
    assert main(["replan", str(out), *words, "--out", str(tmp_path / "new")]) == InputError.exit_code
    assert not (tmp_path / "new").exists()


def test_a_run_is_not_written_over(out):
    assert main(["replan", str(out), "--as-of", "2026-12-01", "--out", str(out)]) == InputError.exit_code


def test_a_lead_is_like_the_visit_its_site_has_and_results_find_theirs(out, tmp_path):
    plan = open_folder(out).plan
    lead = new_visit(plan, "S0002", due=day_of("2026-12-01"))
    assert (lead.id, lead.purpose, lead.departments) == ("V-S0002-lead", Purpose.LEAD, frozenset({"education"}))
    path = tmp_path / "two.csv"
    path.write_text("site_id,date,outcome\nS0002,2026-11-30,refused\n", "utf-8")
    found, complaints = read_results(plan, path)
    assert [(one.visit, one.outcome.value) for one in found] == [("V-S0002", "refused")] and complaints == []


# ---- stored rounds ---------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(out: Path, database, capsys: pytest.CaptureFixture[str]) -> str:
    """A database with the mini round published and Monday's results: one refused, one missed."""
    url = round_published(out.parent / "in", database, {2: "done", 4: "done", 5: "done", 6: "done", 7: "refused"})
    capsys.readouterr()
    return url


def round_published(given: Path, database: str, outcomes: dict[int, str]) -> str:
    """Store the mini round published, with Monday's results by the number of the site."""
    url, folder = database, str(given)
    for words in (
        *(["--db", url, part, "import", folder] for part in ("areas", "sites", "teams")),
        ["--db", url, "sites", "locate"],
        ["--db", url, "round", "create", folder],
        ["--db", url, "round", "draft", "1"],
        ["--db", url, "round", "publish", "1"],
    ):
        assert main(words) == 0
    with Store.open(url) as store, store.transaction() as t:
        head = t.plans.published(RoundId(1))
        assert head is not None
        for n, outcome in outcomes.items():
            visit = VisitId(f"V-S000{n}")
            noon = datetime(2026, 11, 30, 12)
            result = VisitResult(key=f"k{n}", visit=visit, outcome=Outcome(outcome), note="", by="lin", at=noon)
            t.results.add(head.id, result)
    return url


def test_a_stored_round_is_replanned_into_a_draft_that_can_be_published(stored, capsys):
    words = ["--as-of", "2026-12-01", "--lead", "S0005,2026-12-01"]
    code, said = run(capsys, "--db", stored, "round", "replan", 1, *words)
    assert (code, said["verdict"], said["done"], said["back"]) == (0, "kept", 4, 2)
    assert run(capsys, "--db", stored, "round", "check", said["plan"]) == (0, {"differences": []})
    assert run(capsys, "--db", stored, "round", "publish", said["plan"])[1]["state"] == "published"
    rows = run(capsys, "--db", stored, "report", "coverage")[1]["rows"]
    assert (rows[-1]["promised"], rows[-1]["unplanned"]) == (6, 0)


def test_a_replan_after_a_day_that_fell_short_can_be_published_and_says_so(database, capsys):
    url = round_published(MINI, database, {2: "done", 4: "done"} | dict.fromkeys((5, 6, 7), "refused"))
    capsys.readouterr()
    code, said = run(capsys, "--db", url, "round", "replan", 1, "--as-of", "2026-12-01")
    assert (code, said["verdict"], said["ahead"], said["unplanned"]) == (4, "broken", 0, 0)
    assert run(capsys, "--db", url, "round", "publish", said["plan"])[1]["state"] == "published"


def test_a_replan_is_a_job_that_leaves_one_plan_however_often_it_runs(stored):
    with closing(Desk.open(stored)) as desk:
        id = start_replan(desk, 1, by="lin", as_of=day_of("2026-12-01"), without=["T1:2026-12-02"], dial="some")
        with pytest.raises(Conflict):
            start_replan(desk, 1, by="lin", as_of=day_of("2026-12-01"))
        job = Jobs(desk.store).get(id)
        assert {"draft", "replan"} <= set(handlers(desk))
        first, again = (run_replan(desk, job, silent) for _ in range(2))
    assert first == again and first["verdict"] == "kept" and "2 moved" in first["changes"]["en"]


def test_without_a_published_plan_there_is_nothing_to_replan(out, database):
    url, folder = database, str(out.parent / "in")
    assert main(["--db", url, "areas", "import", folder]) == main(["--db", url, "round", "create", folder]) == 0
    assert main(["--db", url, "round", "replan", "1", "--as-of", "2026-12-01"]) == Conflict.exit_code
