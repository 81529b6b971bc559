"""The interface for programs: what a token opens, what it does not, and what the answers are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from gridplan.model.errors import InputError
from gridplan.model.record import Scope
from gridplan.services.accounts.tokens import add_token
from gridplan.store import tables
from tests.web.conftest import Office
from web.api import create_api

ROOT = "/api/v1"
EVERYTHING = tuple(Scope)


class Program:
    """A program that calls with a token."""

    def __init__(self, office: Office, login: str = "planner", scopes: tuple[Scope, ...] = EVERYTHING) -> None:
        self.token, self.secret = add_token(office.desk, login, "test", scopes, by="test")
        self.client = office.app.test_client()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Call a path of the interface."""
        return self.client.open(
            ROOT + path, method=method, json=body, headers={"Authorization": f"Bearer {self.secret}", **headers}
        )

    def get(self, path: str, **headers: str) -> Any:
        """Return what a path gives."""
        answer = self.call("GET", path, **headers)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.data)


@pytest.fixture(scope="module")
def program(office: Office) -> Program:
    """A program of the planner's that may do everything."""
    return Program(office)


def operations(office: Office) -> list[tuple[str, str]]:
    """Return method and path of every documented operation, with numbers that exist filled in."""
    spec = create_api(office.desk, testing=True).spec
    values = {"plan_id": office.head.id, "round_id": office.head.round_id, "site_id": "x", "job_id": "x", "route": "x"}
    return [(method.upper(), path.format(**values)) for path, of in spec["paths"].items() for method in of]


def test_nothing_is_told_without_a_valid_token(office: Office):
    client = office.app.test_client()
    for method, path in operations(office):
        for headers in ({}, {"Authorization": "Bearer gp_wrong"}, {"Authorization": "Basic cGxhbm5lcjp4"}):
            answer = client.open(ROOT + path, method=method, json={}, headers=headers)
            assert answer.status_code in (401, 422), (method, path)
            assert "示例" not in answer.text


def test_a_browsers_session_opens_nothing(office: Office):
    assert office.client("planner").get(f"{ROOT}/sites").status_code == 401


@pytest.mark.parametrize("login", ["inspector", "head"])
def test_a_token_may_no_more_than_its_person(office: Office, login: str):
    theirs = Program(office, login)
    looks = {"/areas.geojson", "/coverage", "/coverage.geojson", "/sites", "/sites.geojson"}
    allowed = {"head": looks, "inspector": set()}[login]
    bodies = {"publish": {"version": 1}, "assignments": {"people": []}}
    for method, path in operations(office):
        body = next((body for word, body in bodies.items() if word in path), {})
        answer = theirs.call(method, path, body if method != "GET" else None)
        wanted = 404 if path == "/sites/x" and login == "head" else 200 if path in allowed else 403
        assert answer.status_code == wanted, (method, path, answer.text)


def test_a_token_to_read_changes_nothing(office: Office):
    reader = Program(office, scopes=(Scope.READ,))
    plan = f"/plans/{office.head.id}"
    assert reader.call("POST", f"/rounds/{office.head.round_id}/drafts", {}).status_code == 403
    assert reader.call("POST", f"{plan}/publish", {"version": 1}).status_code == 403
    assert reader.call("PUT", f"{plan}/assignments/x", {"people": []}).status_code == 403
    assert reader.get(plan)["state"] == "published"


def test_a_token_ends_when_revoked_when_over_and_with_its_person(office: Office):
    revoked, over = Program(office), Program(office)
    assert revoked.get("/rounds")["items"]
    with office.desk.store.transaction() as t:
        t.tokens.revoke(revoked.token.id, by="test")
        t.connection.execute(
            update(tables.api_token)
            .where(tables.api_token.c.id == over.token.id)
            .values(expires=datetime(2020, 1, 1, tzinfo=UTC))
        )
    theirs = Program(office, "head")
    assert theirs.call("GET", "/coverage").status_code == 200
    with office.desk.store.transaction() as t:
        t.users.set_active("head", False, by="test")
    try:
        for ended in (revoked, over, theirs):
            answer = ended.call("GET", "/rounds" if ended is not theirs else "/coverage")
            assert answer.status_code == 401
            assert answer.mimetype == "application/problem+json" and "令牌" in json.loads(answer.data)["title"]
    finally:
        with office.desk.store.transaction() as t:
            t.users.set_active("head", True, by="test")


def test_the_secret_of_a_token_is_kept_nowhere(office: Office, program: Program):
    office.desk.store.path.read_bytes()
    with office.desk.store.reading() as t:
        kept = t.connection.execute(tables.api_token.select()).all()
        told = t.audit.list(limit=1000)
    assert program.secret not in repr(kept) + repr(told)
    with pytest.raises(InputError):
        add_token(office.desk, "planner", "for ever", EVERYTHING, days=10_000, by="test")
    with pytest.raises(InputError):
        add_token(office.desk, "nobody", "test", EVERYTHING, by="test")


def test_pages_of_sites_together_are_all_sites(program: Program):
    whole = program.get("/sites")["items"]
    parts, after = [], ""
    while after is not None:
        page = program.get(f"/sites?limit=2&after={after}")
        assert len(page["items"]) <= 2
        parts += page["items"]
        after = page["next"]
    assert parts == whole and len(whole) == 7
    assert {site["kind"] for site in program.get("/sites?kind=childcare")["items"]} == {"childcare"}
    assert program.call("GET", "/sites?after=nothing").status_code == 400
    assert not any("phone" in site for site in whole)


def test_qgis_gets_sites_areas_and_routes_as_geojson(office: Office, program: Program):
    for path, kinds in (
        ("/sites.geojson", {"Point"}),
        ("/areas.geojson?level=community", {"Polygon", "MultiPolygon"}),
        (f"/plans/{office.head.id}/routes.geojson", {"LineString", "Point"}),
        ("/coverage.geojson?level=community", {"Polygon", "MultiPolygon"}),
    ):
        answer = program.call("GET", path)
        assert answer.mimetype == "application/geo+json", answer.text
        features = json.loads(answer.data)["features"]
        assert features and {feature["geometry"]["type"] for feature in features} <= kinds


def test_what_has_not_changed_is_not_sent_again(program: Program):
    first = program.call("GET", "/sites")
    again = program.call("GET", "/sites", **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    assert "private" in first.headers["Cache-Control"] and "Authorization" in first.headers["Vary"]


def test_a_program_publishes_only_what_it_has_seen(office: Office, program: Program):
    plan = f"/plans/{office.head.id}"
    assert program.call("POST", f"{plan}/publish", {"version": 10_000}).status_code == 409
    assert program.call("POST", f"{plan}/publish", {}).status_code == 422
    assert program.call("POST", f"/plans/{office.broken.id}/publish", {"version": 1}).status_code == 409
    assert program.get(f"/plans/{office.broken.id}")["state"] == "draft"


def test_the_people_of_a_route_are_read_and_named(office: Office, program: Program):
    plan = f"/plans/{office.head.id}/assignments"
    before = program.get(plan)["items"]
    route = before[0]["route"]
    assert before[0]["people"] == ["inspector"]
    assert program.call("PUT", f"{plan}/{route}", {"people": ["head"]}).status_code == 400
    answer = program.call("PUT", f"{plan}/{route}", {"people": ["inspector", "other"]})
    assert answer.status_code == 200 and json.loads(answer.data)["items"][0]["people"] == ["inspector", "other"]
    assert program.call("PUT", f"{plan}/{route}", {"people": ["inspector"]}).status_code == 200
    assert program.call("PUT", f"{plan}/no-such-route", {"people": []}).status_code in (400, 404)


def test_a_plan_its_certificate_and_its_check(office: Office, program: Program):
    plan = f"/plans/{office.head.id}"
    assert program.get(f"{plan}/document")["schema"] == "gridplan.plan/1"
    assert program.get(f"{plan}/certificate")["schema"] == "gridplan.certificate/1"
    assert json.loads(program.call("POST", f"{plan}/check").data) == {"differences": []}
    assert program.get(f"/rounds/{office.head.round_id}/diagnosis")["possible"] is True


def test_a_draft_is_a_job_that_can_be_cancelled(office: Office, program: Program):
    answer = program.call("POST", f"/rounds/{office.head.round_id}/drafts", {"minutes": 1})
    job = json.loads(answer.data)
    assert answer.status_code == 202 and job["state"] == "queued"
    assert program.call("POST", f"/rounds/{office.head.round_id}/drafts", {}).status_code == 409
    assert json.loads(program.call("POST", f"/jobs/{job['id']}/cancel").data)["state"] in ("cancelled", "queued")
    assert program.get(f"/jobs/{job['id']}")["created_by"] == "planner"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/plans/99999999999999999999999", None, 404),
        ("GET", "/plans/7777", None, 404),
        ("GET", "/rounds/7777", None, 404),
        ("GET", "/jobs/%00", None, 404),
        ("GET", "/sites/没有的", None, 404),
        ("GET", "/sites?limit=0", None, 422),
        ("GET", "/sites?kind=planet", None, 422),
        ("GET", "/nothing", None, 404),
        ("DELETE", "/sites", None, 405),
        ("POST", "/rounds/1/drafts", {"minutes": "soon"}, 422),
        ("POST", "/rounds/1/drafts", {"minutes": 1e300}, 422),
        ("POST", "/rounds/1/drafts", [1], 422),
        ("GET", "/coverage.geojson?level=galaxy", None, 422),
    ],
)
def test_a_bad_call_is_answered_by_a_problem_in_both_languages(
    program: Program, method: str, path: str, body: Any, status: int
):
    answer = program.call(method, path, body)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    problem = json.loads(answer.data)
    assert problem["status"] == status and problem["title"] and problem["title_en"]


def test_the_documentation_is_openapi_3_1_and_local(office: Office):
    client = office.app.test_client()
    spec = json.loads(client.get(f"{ROOT}/openapi.json").data)
    assert spec["openapi"].startswith("3.1") and len(spec["paths"]) >= 20
    for operations_ in spec["paths"].values():
        for operation in operations_.values():
            assert operation["security"] == [{"token": []}] and operation["summary"]
    page = client.get(f"{ROOT}/docs")
    assert page.status_code == 200 and "http://" not in page.text and "https://" not in page.text
    for name in ("tokens.css", "app.css", "api.css"):
        with client.get(f"{ROOT}/assets/{name}") as file:
            assert file.status_code == 200
    assert client.get(f"{ROOT}/assets/field.css").status_code == 404
