"""The head's books in the browser: coverage as of a moment, reports that are typed into and sealed, files that keep secrets."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from gridplan.model.record import PlanId, Role, User
from gridplan.model.result import Outcome, VisitResult
from gridplan.report.narrative import seal
from gridplan.services.desk import Desk
from gridplan.services.reporting import reports as service
from tests.bench.books._made import NOW, made_books
from tests.bench.books._stored import store_books
from tests.web.conftest import PASSWORD, Office, token
from web import create_app


@pytest.fixture
def district(tmp_path):
    """A made district on the Saturday of its first week, with its head and planner."""
    desk = Desk.open(f"sqlite:///{tmp_path}/d.db", create=True)
    store_books(desk, made_books(20, 120, teams=2, cells=2))
    desk.now = lambda: (NOW - timedelta(hours=8)).replace(tzinfo=UTC)
    for login, role in (("head", Role.HEAD), ("planner", Role.PLANNER), ("auditor", Role.AUDITOR)):
        desk.add_person(User(login=login, name=login, role=role), PASSWORD, by="test")
    app = create_app(desk, testing=True)
    yield Office(app=app, desk=desk, head=None, plan=None, broken=None)  # type: ignore[arg-type]
    desk.close()


def figures(page: str) -> list[str]:
    """Return the numbers of the strip."""
    return re.findall(r"<dd[^>]*>(?:<span[^>]*>)?([−+\d]+)", page.split('<dl class="figs">')[1].split("</dl>")[0])


def test_the_coverage_of_an_evening_does_not_know_the_next_day(district):
    head = district.client("head")
    evenings = [figures(head.get(f"/coverage?as_of=2026-09-{day}T20:00").text) for day in (14, 15, 16)]
    done = [int(row[1]) for row in evenings]
    assert done == sorted(set(done))
    assert {row[0] for row in evenings} == {"120"}
    assert "截至 2026-09-01 20:00 还没有发布的计划" in head.get("/coverage?as_of=2026-09-01T20:00").text


def test_a_moment_that_is_none_is_refused_in_words(district):
    answer = district.client("head").get("/coverage?as_of=yesterday")
    assert answer.status_code == 400
    assert "2026-09-20 17:00" in answer.text


def test_each_level_adds_up_to_the_whole(district):
    head = district.client("head")
    for level, rows in (("township", 10), ("community", 20), ("cell", 40)):
        page = head.get(f"/coverage?level={level}").text
        table = page.split('<table id="coverage-table">')[1].split("</table>")[0]
        cells = [
            re.findall(r'<td class="num">(?:<b>)?(\d+)', row)[:2] for row in re.findall("<tr.*?</tr>", table, re.S)[1:]
        ]
        promised = [int(one[0]) for one in cells]
        assert len(promised) == rows + 1
        assert sum(promised[:-1]) == promised[-1] == 120
        assert sum(int(one[1]) for one in cells[:-1]) == int(cells[-1][1])


def test_one_goes_down_from_a_township_to_its_cells(district):
    head = district.client("head")
    down = re.search(r'<th scope="row"><a href="(/coverage\?[^"]+)"', head.get("/coverage").text)
    assert down
    page = head.get(down[1].replace("&amp;", "&")).text
    assert 'class="small ways"' in page
    assert page.count("<tr data-code") == 2  # its communities
    assert "云汀区" in page.split('class="small ways"')[1].split("</p>")[0]


def test_a_plan_published_later_is_not_the_one_of_that_evening(district):
    with district.desk.store.transaction() as t:
        document, certificate = t.plans.document(PlanId(1)), t.plans.certificate(PlanId(1))
        head = t.plans.get(PlanId(1))
        stored = t.rounds.get(head.round_id)
        later = t.plans.add_draft(
            head.round_id, t.plans.plan(PlanId(1)), document=document, certificate=certificate, by="test"
        )
        t.plans.publish(later.id, version=stored.version, by="test")
        t.connection.execute(text("UPDATE plan SET published = '2026-09-16 04:00:00' WHERE id = 2"))
    client = district.client("head")
    assert "计划 v1" in client.get("/coverage?as_of=2026-09-15T20:00").text
    assert "计划 v2" in client.get("/coverage?as_of=2026-09-17T20:00").text


def test_reasons_and_measures_are_kept_with_who_wrote_them(district):
    client = district.client("head")
    page = client.get("/report?day=2026-09-18").text
    name = re.search(r'<textarea form="notes" name="(reason:[^"]+)"', page)
    assert name
    form = {"csrf_token": token_of(page), "kind": "daily", "day": "2026-09-18", name[1]: "白天不营业<b>"}
    assert client.post("/report/notes", data=form).status_code == 302
    page = client.get("/report?day=2026-09-18").text
    assert "白天不营业&lt;b&gt;</textarea>" in page
    assert "head ·" in page
    # The auditor reads the same words and cannot change them.
    read = district.client("auditor").get("/report?day=2026-09-18").text
    assert "白天不营业&lt;b&gt;" in read
    assert "<textarea" not in read
    too_long = client.post("/report/notes", data=form | {name[1]: "长" * 501})
    assert too_long.status_code == 400
    assert "501" in too_long.text


def token_of(page: str) -> str:
    """Return the token of a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_what_was_sent_up_never_changes(district):
    client = district.client("head")
    page = client.get("/report?day=2026-09-18").text
    sent = client.post(
        "/report/freeze", data={"csrf_token": token_of(page), "kind": "daily", "day": "2026-09-18"}
    ).location
    before = client.get(f"{sent}/file.html").data
    with district.desk.store.transaction() as t:
        visit = next(one.visit for one in t.plans.plan(PlanId(1)).routes[0].stops)
        t.results.add(
            PlanId(1),
            VisitResult(key="late", visit=visit, outcome=Outcome.DONE, note="", by="wang", at=datetime(2026, 9, 18, 9)),
        )
    assert client.get(f"{sent}/file.html").data == before
    # Sent again unchanged it is the same number; the results that came since make a new one.
    again = client.post(
        "/report/freeze", data={"csrf_token": token_of(page), "kind": "daily", "day": "2026-09-18"}
    ).location
    with district.desk.store.reading() as t:
        kept = t.reports.frozen()
    assert len(kept) == len({one.sha256 for one in kept})
    assert (again == sent) == (len(kept) == 1)
    with pytest.raises(Exception, match="never changed"), district.desk.store.transaction() as t:
        t.connection.execute(text("UPDATE report SET sha256 = 'x'"))


def test_a_report_with_a_broken_seal_is_not_shown(district):
    client = district.client("head")
    page = client.get("/report?day=2026-09-18").text
    sent = client.post(
        "/report/freeze", data={"csrf_token": token_of(page), "kind": "daily", "day": "2026-09-18"}
    ).location
    with district.desk.store.transaction() as t:
        t.connection.execute(text("DROP TRIGGER report_no_update"))
        t.connection.execute(text("UPDATE report SET payload = replace(payload, '云汀区', '别的区')"))
    answer = client.get(sent)
    assert answer.status_code == 400
    assert "指纹不符" in answer.text


def test_rows_tell_nothing_of_the_days_to_come(district):
    made = service.make_report(district.desk, service.ReportKind.WEEKLY, NOW.date())
    days = {fact.day for figure in made.report.figures.values() for fact in figure.facts if fact.day and fact.site}
    assert max(days) <= NOW.date()
    ahead = [fact for fact in made.report.figures["promised.now."].facts if fact.text == "待查"]
    assert ahead
    assert all(not fact.who and fact.day is None for fact in ahead)


def test_the_office_without_a_library_is_told_so(district, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    answer = district.client("head").get("/report/file.pdf?day=2026-09-18")
    assert answer.status_code == 400
    assert "WeasyPrint" in answer.text


def test_routes_come_as_calendar_gpx_and_geopackage(office):
    pytest.importorskip("icalendar")
    pytest.importorskip("gpxpy")
    stops = len(office.plan.routes[0].stops)
    client = office.client("planner")
    ics = client.get(f"/plans/{office.head.id}/routes.ics").text
    assert ics.count("BEGIN:VEVENT") == stops + 1
    assert client.get(f"/plans/{office.head.id}/routes.gpx").text.count("<rtept") == stops + 2
    assert client.get(f"/plans/{office.head.id}/routes.gpkg").data.startswith(b"SQLite")


def test_the_platforms_table_has_its_columns_and_no_phone(office):
    sheet = office.client("planner").get(f"/plans/{office.head.id}/routes.platform.csv").data.decode("utf-8-sig")
    assert sheet.splitlines()[0] == "序号,检查事项,检查对象,检查类别,检查方式,牵头实施主体,实施层级,时间安排"
    assert len(sheet.splitlines()) == 1 + len(office.plan.visits)
    assert not re.search(r"1[3-9]\d{9}", sheet)


def test_a_sites_file_tells_where_each_value_comes_from(office):
    site = next(one for one in office.plan.sites if office.plan.routes[0].stops[0].site == one.id)
    page = office.client("planner").get(f"/books/sites/{site.id}").text
    assert f"{site.rows[0].file} 第 {site.rows[0].row} 行" in page
    assert not re.search(r"1[3-9]\d{9}", page)


def test_the_ledger_has_a_row_for_each_site(office):
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(office.client("head").get("/books/ledger.xlsx").data))
    rows = book.get_sheet_by_name("台账").to_python()
    with office.desk.store.reading() as t:
        assert len(rows) == 1 + len(t.sites.placed())
    assert "电话" not in rows[0]
    assert token(office.client("head"))


def test_a_report_with_a_whole_number_is_read_again_as_it_was_sealed(district):
    made = service.make_report(district.desk, service.ReportKind.DAILY, NOW.date())
    figure = next(iter(made.report.figures.values()))
    whole = replace(figure, value=3)
    report = replace(made.report, figures={**made.report.figures, whole.key: whole}, sha256="")
    sealed = replace(report, sha256=seal(report))
    with district.desk.store.transaction() as t:
        kept = t.reports.freeze(sealed, round_id=made.moment.round_id, plan_id=made.moment.head.id, by="test")
    assert service.frozen_report(district.desk, int(kept.id))[1].figures[whole.key].value == 3
