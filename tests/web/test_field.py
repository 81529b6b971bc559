"""The pages of findings and leads: what a planner reads and does there, and what nobody else sees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridplan.services.field import findings as service
from gridplan.services.field import leads
from tests.clock import FRIDAY_NOON, clock_from
from tests.web.conftest import HOSTILE, token
from tests.web.test_api import Program


@pytest.fixture(scope="module")
def overdue(office):
    """A finding of last week that should have been put right the day before yesterday, at the hostile site."""
    then = office.desk.local_now() - timedelta(days=7)
    site = next(site.id for site in office.plan.sites if HOSTILE in site.name)
    due = office.desk.today() - timedelta(days=2)
    return service.open_finding(
        office.desk,
        office.head.round_id,
        site,
        category="fire",
        text="<b>通道</b>堵塞",
        at=then,
        due=due,
        by="planner",
    )


def post(client, path, **form):
    return client.post(path, data=form | {"csrf_token": token(client)})


def test_an_overdue_finding_stands_first_and_says_by_how_much_and_no_text_is_run(office, overdue):
    page = office.client("planner").get("/findings?state=overdue").text
    assert "逾期 2 天" in page
    assert HOSTILE not in page
    assert "<b>通道" not in page
    assert "没有符合条件的问题" in office.client("planner").get("/findings?state=closed").text
    assert "没有符合条件的问题" in office.client("planner").get("/findings?category=fees").text


def test_a_month_later_by_the_offices_clock_a_program_is_told_so(office, overdue, monkeypatch):
    monkeypatch.setattr(office.desk, "now", clock_from(FRIDAY_NOON + timedelta(days=30)))
    (found,) = Program(office).get("/findings?state=overdue")["items"]
    assert found["days_late"] == 32


def test_a_planner_hands_over_a_notice_rechecks_and_closes_and_the_page_tells_the_way(office, overdue):
    client, path = office.client("planner"), f"/findings/{overdue.id}"
    later = (office.desk.today() + timedelta(days=5)).isoformat()
    assert post(client, f"{path}/notice", kind="rectify", to="店主", due=later).status_code == 302
    refused = post(client, f"{path}/recheck", passed="0")
    assert refused.status_code == 400
    assert "新的整改期限" in refused.text
    assert post(client, f"{path}/recheck", passed="0", due=later, note="没改").status_code == 302
    assert post(client, f"{path}/recheck", passed="1").status_code == 302
    page = client.get(path).text
    for word in ("责令整改通知书", "复查不合格", "没改", "销号", "店主"):
        assert word in page
    again = post(client, f"{path}/close", note="再来")
    assert again.status_code == 409
    assert post(client, f"{path}/reopen", due=later, note="又犯").status_code == 302
    assert "重新立项 1 次" in client.get(path).text
    assert post(client, f"{path}/burn").status_code == 404


def test_the_head_reads_findings_and_changes_nothing(office, overdue):
    client = office.client("head")
    page = client.get(f"/findings/{overdue.id}")
    assert page.status_code == 200
    assert '<form class="form"' not in page.text
    assert post(client, f"/findings/{overdue.id}/close", note="x").status_code == 403


def test_a_lead_is_typed_in_placed_and_answered(office):
    client = office.client("planner")
    name = office.plan.sites[0].name
    added = post(
        client, "/leads", channel="hotline", what="夜间补课", where=f"{name}楼上", complainant="某家长", phone="139"
    )
    assert added.status_code == 302
    path = added.location
    page = client.get(path).text
    assert "线索里点了名" in page
    assert "某家长" not in page
    assert post(client, f"{path}/site", site=office.plan.sites[0].id).status_code == 302
    # The round of the test lies in a month of its own: whether it is over or not, the page says what can be done.
    assert client.get(path).status_code == 200
    assert post(client, f"{path}/answer", answer="已核查").status_code == 302
    assert "已答复" in client.get(path).text
    assert "已答复" in client.get("/leads").text
    assert post(client, f"{path}/answer", answer="再答").status_code == 409


def test_who_complained_is_shown_on_request_to_the_planner_who_typed_it_in_and_logged(office):
    client = office.client("planner")
    path = post(client, "/leads", channel="letter", what="补课", where="不清楚", complainant="某家长").location
    assert "某家长" in post(client, f"{path}/complainant").text
    with office.desk.store.reading() as t:
        assert t.audit.list(limit=1)[0].what == "lead.complainant"
    told = leads.add_lead(
        office.desk,
        channel="letter",
        what="补课",
        where="甲社区",
        urgent=False,
        at=office.desk.local_now(),
        by="somebody",
        complainant=("别人", "", ""),
    )
    assert "举报人" not in client.get(f"/leads/{told.id}").text
    assert post(client, f"/leads/{told.id}/complainant").status_code == 404


def test_what_cannot_be_read_is_said_in_words(office):
    client = office.client("planner")
    told = post(client, "/leads", channel="hotline", what="补课", where="说不清").location
    answer = post(client, f"{told}/site", name="某户", point="这里")
    assert answer.status_code == 400
    assert "看不懂" in answer.text


@pytest.mark.parametrize("path", ["/findings", "/leads"])
def test_both_pages_are_there_in_english_too(office, path):
    client = office.client("planner")
    post(client, "/language/en")
    assert client.get(path).status_code == 200
