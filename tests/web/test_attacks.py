"""What somebody sends who means harm: numbers and days that cannot be, scripts in names, bombs, other people's ids."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import quote
from uuid import uuid4

import pytest
from PIL import Image

from gridplan.model.record import Scope
from gridplan.services.accounts.tokens import add_token
from tests.web.conftest import HOSTILE, PASSWORD, Office, token
from tests.web.test_api import operations
from tests.web.test_rights import RIGHTS

NESTED = b"[" * 100_000
ABSURD = ("9" * 5000, "²\x00'\"><a", "9999-12-31")
FIELDS = [
    "after",
    "at",
    "area",
    "before",
    "candidate",
    "category",
    "change",
    "code",
    "day",
    "day-from",
    "do",
    "draft",
    "dial",
    "district",
    "first",
    "id",
    "into",
    "kind",
    "lead",
    "like",
    "limit",
    "minutes",
    "month",
    "name",
    "one",
    "other",
    "outcome",
    "person",
    "plan",
    "point",
    "q",
    "reason",
    "role",
    "round",
    "rounds",
    "route",
    "seen",
    "since",
    "site",
    "skip",
    "state",
    "status",
    "steps",
    "tab",
    "text",
    "till",
    "to",
    "township",
    "version",
    "visit",
    "what",
    "who",
]


def values(office: Office) -> dict[str, str]:
    """Return something that is there for each part of an address."""
    plan, visit = str(office.head.id), office.visit(0)
    return {
        "<int:round_id>": str(office.head.round_id),
        "<int:plan_id>": plan,
        "<int:other_id>": plan,
        "<visit_id>": visit,
        "<path:visit_id>": visit,
        "<site_id>": "S0001",
        "<route_id>": office.plan.routes[0].id,
        "<path:kind>": "ics",
        "<kind>": "xlsx",
        "<format>": "html",
    }


def address(path: str, known: dict[str, str], hostile: str = "1") -> str:
    for mark, value in known.items():
        path = path.replace(mark, value)
    return re.sub(r"<(int:)?[^>]+>", lambda mark: "1" if mark[1] and not hostile.isdigit() else hostile, path)


def who(path: str) -> str:
    if path.startswith(("/people", "/audit")):
        return "administrator"
    return "inspector" if path.startswith(("/field", "/today", "/stops")) else "planner"


def routes(method: str) -> list[str]:
    left = ("/logout", "/me/", "/people/<login>/", "/login", "/language")
    found = [route.split()[1] for route in RIGHTS if route.startswith(f"{method} ")]
    return [path for path in found if not path.startswith(left) and "<path:name>" not in path]


@pytest.mark.parametrize("absurd", ABSURD, ids=range(len(ABSURD)))
def test_nothing_that_can_be_sent_breaks_a_page(office, absurd):
    known, clients = (
        values(office),
        {login: office.client(login) for login in ("planner", "inspector", "administrator")},
    )
    office.app.config["PROPAGATE_EXCEPTIONS"] = False
    csrf = {login: token(client) for login, client in clients.items()}
    sent = dict.fromkeys(FIELDS, absurd)
    broken = []
    for path in routes("GET"):
        for asked, query in ((address(path, known), sent), (address(path, {}, quote(absurd[:40], safe="")), {})):
            with clients[who(path)].get(asked, query_string=query) as answer:
                if answer.status_code >= 500:
                    broken.append(f"GET {path}")
    for path in routes("POST"):
        client = clients[who(path)]
        form = sent | {"csrf_token": csrf[who(path)]}
        for asked in (address(path, known), address(path, {}, quote(absurd[:40], safe=""))):
            with client.post(asked, data=form) as answer:
                if answer.status_code >= 500:
                    broken.append(f"POST {path}")
    assert broken == []


def test_no_page_runs_what_stands_in_a_name(office):
    known, shown = values(office), set()
    query = {"day": office.day, "q": "月亮", "tab": "vacant", "level": "community"}
    for login in ("planner", "inspector", "auditor"):
        client = office.client(login)
        for path in routes("GET"):
            with client.get(address(path, known), query_string=query) as answer:
                if answer.mimetype == "text/html":
                    assert HOSTILE not in answer.text and "<script>alert" not in answer.text, path
                    if "&lt;script&gt;alert" in answer.text or "u003cscript" in answer.text:
                        shown.add(path)
    assert len(shown) >= 8  # it did stand there, as text


@pytest.mark.parametrize("path", ["/plans/1/edits", "/rounds/new/try", "/field/results"])
def test_json_as_deep_as_a_well_is_refused(office, path):
    office.app.config["PROPAGATE_EXCEPTIONS"] = False
    client = office.client("inspector" if path.startswith("/field") else "planner")
    headers = {"X-CSRFToken": token(client), "Content-Type": "application/json"}
    assert client.post(path, data=NESTED, headers=headers).status_code == 400


def test_json_as_deep_as_a_well_is_refused_by_the_interface(office):
    _, secret = add_token(office.desk, "planner", "deep", tuple(Scope), by="test")
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    answer = office.app.test_client().post("/api/v1/leads", data=NESTED, headers=headers)
    assert answer.status_code == 400 and answer.mimetype == "application/problem+json"


def test_a_list_that_unpacks_to_gigabytes_is_refused(office):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    client = office.client("planner")
    form = {"csrf_token": token(client), "lists": (io.BytesIO(bomb.getvalue()), "名单.xlsx")}
    with client.post("/sites/import", data=form, content_type="multipart/form-data") as answer:
        assert answer.status_code == 400 and "名单.xlsx" in answer.text


@pytest.mark.parametrize("name", ["../../../etc/名单.csv", "..\\..\\名单.csv", "/root/名单.csv", "名\x00单.csv"])
def test_a_name_that_leads_elsewhere_is_only_a_name(office, name):
    client = office.client("planner")
    content = "名称,类别,地址\n新星培训,培训机构,示例区东街道甲社区1号\n".encode()
    form = {"csrf_token": token(client), "lists": (io.BytesIO(content), name)}
    answer = client.post("/sites/import", data=form, content_type="multipart/form-data")
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert "名" in page and "etc" not in page and "root" not in page


def test_a_picture_that_says_it_is_a_giant_is_not_opened(office):
    small = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(small, "PNG")
    client = office.client("inspector")
    headers = {"X-CSRFToken": token(client)}
    answer = client.post(f"/field/photos/{uuid4()}", data=small.getvalue(), headers=headers, content_type="image/png")
    assert 400 <= answer.status_code < 500


def test_a_session_of_before_the_log_in_is_worth_nothing_after_it(office):
    client = office.app.test_client()
    form = {"login": "head", "password": PASSWORD, "csrf_token": token(client)}
    planted = client.get_cookie("gridplan").value
    assert client.post("/login", data=form).status_code == 302
    assert client.get_cookie("gridplan").value != planted
    thief = office.app.test_client()
    thief.set_cookie("gridplan", planted)
    assert thief.get("/coverage").status_code == 302


@pytest.mark.parametrize("name", ["a\r\nX-Evil: 1", 'a"; filename="b.exe'])
def test_a_head_of_an_answer_holds_nothing_that_was_sent(office, name):
    client = office.client("planner")
    for path in ("/login", "/coverage.xlsx", "/report/file.html"):
        answer = client.get(path, query_string={"next": name, "area": name, "kind": name, "day": name})
        assert "X-Evil" not in answer.headers
        assert "b.exe" not in answer.headers.get("Content-Disposition", "")
        answer.close()


NEEDS = {
    Scope.PLAN: """POST /rounds, PATCH /rounds/{round_id}, DELETE /rounds/{round_id}, POST /rounds/{round_id}/drafts,
        POST /rounds/{round_id}/replans, POST /jobs/{job_id}/cancel, POST /plans/{plan_id}/trials, POST /plans/{plan_id}/exports,
        POST /plans/{plan_id}/working/steps, POST /plans/{plan_id}/working/seek, POST /plans/{plan_id}/working/save,
        POST /plans/{plan_id}/working/rebase, DELETE /plans/{plan_id}/working""",
    Scope.PUBLISH: """POST /plans/{plan_id}/publish, POST /plans/{plan_id}/assignments,
        PUT /plans/{plan_id}/assignments/{route}""",
    Scope.REGISTER: """POST /imports, PATCH /imports/{draft}, DELETE /imports/{draft}, POST /imports/{draft}/run,
        POST /areas/{code}/owners, DELETE /areas/{code}/owners, POST /areas/{code}/split, POST /areas/merge, POST /areas/undo,
        POST /review/{site_id}, DELETE /decisions/{decision_id}, GET /teams/{team_id}, POST /teams, PUT /teams/{team_id},
        DELETE /teams/{team_id}, GET /absences, POST /absences, PUT /absences/{absence_id}, DELETE /absences/{absence_id},
        PUT /calendar/{day}, PATCH /sites/{site_id}, POST /sites/undo, POST /doubles""",
    Scope.FIELD: "POST /findings/{finding_id}/steps, POST /leads, POST /leads/{lead_id}/answer",
}
"""What each scope is for; to read needs `read`, and so do the two calls that count and keep nothing."""
COUNTS = {"POST /plans/{plan_id}/check", "POST /rounds/{round_id}/try"}


def test_a_token_does_not_do_what_another_scope_is_for(office):
    needed = {call.strip(): scope for scope, told in NEEDS.items() for call in told.split(",")}
    asked = {f"{method} {template}": (method, path) for method, template, path in operations(office)}
    assert {call for call in asked if not call.startswith("GET ")} - COUNTS == {
        call for call in needed if not call.startswith("GET ")
    }
    for scope in Scope:
        _, secret = add_token(office.desk, "planner", scope.value, (scope,), by="test")
        headers = {"Authorization": f"Bearer {secret}"}
        for call, (method, path) in asked.items():
            body = {} if method != "GET" else None
            answer = office.app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)
            assert (answer.status_code == 403) == (scope is not needed.get(call, Scope.READ)), (scope, call)
