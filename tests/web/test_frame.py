"""The frame of the desk: the rail by rights, find, the running job, the log."""

from __future__ import annotations

import csv
import io
import re

import pytest

from gridplan.model.record import Role
from gridplan.model.rights import RIGHTS, Right
from gridplan.services.accounts.auditing import _safe
from gridplan.services.rounds import drafting
from tests.web.conftest import PASSWORD, token
from web.rail import RAIL


def rail(page: str) -> list[str]:
    """Return the words on the rail of a page."""
    return re.findall(r"<a href=\"[^\"]+\"[^>]*>([^<]+)", page[page.index('class="rail"') : page.index("</nav>")])


@pytest.mark.parametrize(
    ("login", "path", "wanted"),
    [
        ("planner", "/rounds", ["落点", "轮次", "覆盖", "记录"]),
        ("head", "/coverage", ["覆盖"]),
        ("administrator", "/people", ["人员", "记录"]),
        ("auditor", "/coverage", ["覆盖", "记录"]),
        ("planner_there", "/coverage", ["落点", "覆盖", "记录"]),
    ],
)
def test_the_rail_shows_the_pages_that_one_may_open(office, login, path, wanted):
    client = office.client(login)
    page = client.get(path).text
    assert [word for word in rail(page) if word in wanted] == wanted
    # Nothing on the rail is refused.
    for address in re.findall(r'<a href="([^"]+)"', page[page.index('class="rail"') : page.index("</nav>")]):
        assert client.get(address).status_code == 200, address


def test_the_page_one_is_on_is_marked(office):
    page = office.client("planner").get(f"/plans/{office.head.id}").text
    assert re.search(r'aria-current="page">计划', page)


def test_every_entry_of_the_rail_stands_once_and_asks_a_right():
    assert len({entry.endpoint for entry in RAIL}) == len(RAIL)
    assert all(entry.needs for entry in RAIL)


def test_every_role_has_rights_and_only_the_administrator_keeps_log_ins():
    assert set(RIGHTS) == set(Role)
    assert [role for role in Role if Right.ADMIN in RIGHTS[role]] == [Role.ADMINISTRATOR]
    assert [role for role in Role if Right.PUBLISH in RIGHTS[role]] == [Role.PLANNER]
    # Who keeps the log-ins sees no route: plans are secret until the day.
    assert not RIGHTS[Role.ADMINISTRATOR] & {Right.PLAN, Right.LOOK_AT_PLANS, Right.WALK, Right.LOOK_AT_SITES}


def found(client, words):
    told = client.get("/find", query_string={"q": words}, headers={"Accept": "application/json"}).get_json()["found"]
    return {(one["kind"], one["name"]) for one in told}


def test_find_finds_what_one_may_see(office):
    assert ("round", "示例轮次") in found(office.client("planner"), "示例")
    assert ("site", "河边艺术") in found(office.client("head"), "河边")
    assert ("person", "某auditor") in found(office.client("administrator"), "AUDIT")
    assert found(office.client("administrator"), "河边") == set()
    assert found(office.client("head"), "示例") == set()
    assert found(office.client("planner"), "%") == found(office.client("planner"), "") == set()


def test_find_without_script_is_a_page(office):
    page = office.client("planner").get("/find?q=示例").text
    assert f'href="/rounds/{office.head.round_id}"' in page
    assert "没有找到“<b>”" not in office.client("planner").get("/find?q=<b>").text


def test_the_running_job_leads_to_its_page(office):
    job = drafting.start_draft(office.desk, office.head.round_id, by="planner")
    try:
        page = office.client("planner").get("/coverage").text
        assert f'href="/rounds/{office.head.round_id}"' in page and "拟定 排队中" in page
        for login in ("head", "auditor", "planner_there"):
            assert "job-chip" not in office.client(login).get("/coverage").text
    finally:
        drafting.cancel_job(office.desk, job, by="planner")


def test_the_same_answer_has_another_tag_for_another_person(office):
    path = "/coverage/areas.geojson?level=community"
    one, other = office.client("planner"), office.client("head")
    answer = one.get(path)
    assert answer.data == other.get(path).data and answer.headers["ETag"] != other.get(path).headers["ETag"]
    assert one.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert other.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200
    assert "Cookie" in answer.headers["Vary"] and answer.headers["Cache-Control"] == "private, no-store"


def test_headers_that_keep_others_out(office):
    answer = office.client("planner").get("/rounds", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    answer = office.client("planner").get("/rounds")
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer.headers


def test_the_log_says_who_did_what_and_can_be_filtered(office):
    client = office.client("auditor")
    page = client.get("/audit").text
    assert "发布计划" in page and "登录" in page and PASSWORD not in page
    only = client.get("/audit?what=plan").text
    assert "发布计划" in only and ">登录<" not in only.split("<tbody>")[1]
    assert "没有符合条件的记录" in client.get("/audit?till=2001-01-01").text
    assert client.get("/audit?since=yesterday").status_code == 400
    assert client.get("/audit?before=x").status_code == 400


def test_the_log_is_read_a_page_at_a_time(office):
    with office.desk.store.transaction() as t:
        for number in range(230):
            t.audit.add("planner", "round.change", f"round/{number}")
    client, seen, path = office.client("auditor"), [], "/audit?what=round"
    while path:
        page = client.get(path).text
        seen += re.findall(r'<td class="num mute">(\d+)', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert len(seen) >= 230 and len(seen) == len(set(seen))


def test_the_log_as_csv_holds_no_formula_and_its_taking_is_logged(office):
    with office.desk.store.transaction() as t:
        t.audit.add("planner", "round.add", "=HYPERLINK(1)", {"name": "x"})
    client = office.client("auditor")
    answer = client.get("/audit.csv?what=round")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:2] == ["编号", "时间"] and any(row[5] == "'=HYPERLINK(1)" for row in rows)
    assert _safe(["+1", "-", "@x", "好"]) == ["'+1", "'-", "'@x", "好"]
    assert "导出记录" in client.get("/audit?what=audit").text


def test_who_is_bound_to_an_area_reads_in_the_log_what_its_people_did(office):
    page = office.client("auditor_there").get("/audit").text
    body = page.split("<tbody>")[1]
    assert "auditor_there" in body and ">planner<" not in body and "发布计划" not in body
    assert "没有符合条件" in office.client("auditor_there").get("/audit?who=planner").text


def test_a_page_says_that_it_was_done(office):
    admin = office.client("administrator")
    admin.post("/people/other/sessions", data={"csrf_token": token(admin)})
    assert "已结束“other”的" in admin.get("/people").text


def test_a_refusal_is_logged_once(office):
    client = office.client("head")
    for _ in range(3):
        assert client.get("/people").status_code == 403
    with office.desk.store.reading() as t:
        assert len(t.audit.list(object="page/people.index", what="refused", who=["head"])) == 1


def test_an_error_is_told_within_the_frame_and_leads_back(office):
    client = office.client("planner")
    page = client.get("/sites/undo", headers={"Referer": "http://localhost/sites"})
    assert page.status_code == 409 and 'class="rail"' in page.text and 'href="/sites"' in page.text
    away = client.get("/sites/undo", headers={"Referer": "http://evil.example//evil.example/x"})
    assert "evil.example" not in away.text
    # A phone has no rail, and who is not logged in sees none.
    assert 'class="rail"' not in office.client("inspector").get("/nowhere").text
    assert 'class="rail"' not in office.client("stranger").get("/nowhere").text


def test_the_drawing_behind_the_log_in_shows_townships_and_no_site(office):
    drawing = office.client("stranger").get("/door.svg")
    assert drawing.status_code == 200 and "东街道" in drawing.text
    assert not [site.name for site in office.plan.sites if site.name in drawing.text]
    again = office.client("stranger").get("/door.svg", headers={"If-None-Match": drawing.headers["ETag"]})
    assert again.status_code == 304


def test_find_leads_the_planner_to_the_card_and_the_head_to_the_history(office):
    for login, page in (("planner", "/sites/card?"), ("head", "/books/sites/")):
        found = office.client(login).get("/find", query_string={"q": "海风"}, headers={"Accept": "application/json"})
        urls = [one["url"] for one in found.get_json()["found"] if one["kind"] == "site"]
        assert urls and all(url.startswith(page) for url in urls), (login, urls)
