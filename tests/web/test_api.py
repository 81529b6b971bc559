"""The interface for programs: what a token opens, what it does not, and what the answers are."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from gridplan.model.errors import InputError
from gridplan.model.record import Scope
from gridplan.model.site import SiteStatus
from gridplan.services.accounts.tokens import add_token
from gridplan.store import tables
from tests.web.conftest import Office
from web.api import create_api
from web.api.chinese import CALLS

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


def operations(office: Office) -> list[tuple[str, str, str]]:
    """Return method, path as documented, and path with numbers that exist filled in, of every operation."""
    spec = create_api(office.desk, testing=True).spec
    values = {"plan_id": office.head.id, "round_id": office.head.round_id, "site_id": "x", "job_id": "x", "route": "x"}
    values |= {"draft": "x", "other_id": office.head.id, "finding_id": "x", "lead_id": 99, "format": "html"}
    values |= {"code": "x", "team_id": "x", "absence_id": 99, "day": "2026-12-01", "decision_id": 99}
    return [(method.upper(), path, path.format(**values)) for path, of in spec["paths"].items() for method in of]


ASKED = {"offers": "?visit=x", "working": "?version=1"}
BODIES: dict[str, Any] = {
    "publish": {"version": 1},
    "assignments/": {"people": []},
    "assignments": {"people": [], "routes": ["x"]},
    "working/steps": {"version": 0, "step": {}},
    "working/seek": {"version": 0, "steps": 1},
    "trials": {"kind": "teams", "change": 1},
    "replans": {"as_of": "2026-12-01"},
    "imports/x/run": {"version": 1, "base": ""},
    "imports/x": {"version": 1, "lists": {}},
    "steps": {"action": "close"},
    "answer": {"answer": "已查"},
    "leads": {"channel": "hotline", "what": "夜间补课", "where": "甲社区"},
}


def body_of(path: str) -> Any:
    """Return a body that the schema of a path takes."""
    return next((body for word, body in BODIES.items() if word in path), {})


def test_nothing_is_told_without_a_valid_token(office: Office):
    client = office.app.test_client()
    for method, _, path in operations(office):
        for headers in ({}, {"Authorization": "Bearer gp_wrong"}, {"Authorization": "Basic cGxhbm5lcjp4"}):
            answer = client.open(ROOT + path, method=method, json={}, headers=headers)
            assert answer.status_code == 401, (method, path)
            assert "示例" not in answer.text


def test_a_browsers_session_opens_nothing(office: Office):
    assert office.client("planner").get(f"{ROOT}/sites").status_code == 401


@pytest.mark.parametrize("login", ["inspector", "head"])
def test_a_token_may_no_more_than_its_person(office: Office, login: str):
    theirs = Program(office, login)
    looks = {
        "/areas.geojson",
        "/coverage",
        "/coverage.geojson",
        "/sites",
        "/sites.geojson",
        "/findings",
        "/report.html",
    }
    allowed = {"head": looks, "inspector": set()}[login]
    for method, _, path in operations(office):
        answer = theirs.call(
            method, path + ASKED.get(path.rpartition("/")[2], ""), body_of(path) if method != "GET" else None
        )
        unknown = method == "GET" and path in ("/sites/x", "/findings/x") and login == "head"
        wanted = 404 if unknown else 200 if method == "GET" and path in allowed else 403
        assert answer.status_code == wanted, (method, path, answer.text)


def test_a_token_to_read_changes_nothing(office: Office):
    reader = Program(office, scopes=(Scope.READ,))
    plan = f"/plans/{office.head.id}"
    for method, _, path in operations(office):
        if method != "GET" and not path.endswith(("/check", "/try")):  # which count and keep nothing
            asked = path + ASKED.get(path.rpartition("/")[2], "")
            assert reader.call(method, asked, body_of(path)).status_code == 403, (method, path)
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


def test_a_plan_is_changed_step_by_step_saved_and_compared(office: Office, program: Program):
    plan = f"/plans/{office.head.id}/working"
    first = program.call("GET", plan)
    assert json.loads(first.data)["version"] == 0 and first.headers["ETag"].startswith('"0-')
    visit = office.visit(0)
    step = {"step": {"kind": "pin", "visit": visit}}
    assert program.call("POST", f"{plan}/steps", step).status_code == 428
    pinned = program.call("POST", f"{plan}/steps", step, **{"If-Match": first.headers["ETag"]})
    assert pinned.status_code == 200, pinned.text
    assert json.loads(pinned.data)["steps"] == [{"kind": "pin", "visit": visit}]
    # Who sends what he saw before is told so, and nothing is overwritten.
    assert program.call("POST", f"{plan}/steps", step, **{"If-Match": first.headers["ETag"]}).status_code == 409
    version = json.loads(pinned.data)["version"]
    back = json.loads(program.call("POST", f"{plan}/seek", {"version": version, "steps": -1}).data)
    assert back["steps"] == [] and not back["dirty"]
    on = json.loads(program.call("POST", f"{plan}/seek", {"version": back["version"], "steps": 1}).data)
    saved = program.call("POST", f"{plan}/save", {"version": on["version"]})
    assert saved.status_code == 201, saved.text
    new = json.loads(saved.data)
    assert new["state"] == "draft" and new["number"] > office.head.number
    told = program.get(f"/plans/{office.head.id}/compare/{new['id']}")
    assert told["one"]["id"] == office.head.id and told["other"]["id"] == new["id"]
    assert program.get(f"/plans/{office.head.id}/history")["items"]
    assert program.call("DELETE", f"{plan}?version=1").status_code == 409  # nothing is left to forget


def test_a_list_is_looked_at_before_it_is_imported(office: Office, program: Program):
    content = "名称,类别,地址\n新星培训,培训机构,示例区东街道甲社区1号\n".encode()

    def send(to: Program) -> TestResponse:
        headers = {"Authorization": f"Bearer {to.secret}"}
        data = {"lists": (BytesIO(content), "新名单.csv")}
        return to.client.post(f"{ROOT}/imports", data=data, headers=headers, content_type="multipart/form-data")

    assert send(Program(office, scopes=(Scope.READ, Scope.PLAN, Scope.PUBLISH))).status_code == 403
    answer = send(program)
    assert answer.status_code == 201, answer.text
    told = json.loads(answer.data)
    path = f"/imports/{told['id']}"
    assert told["state"] == "open" and program.get(path)["id"] == told["id"]
    choice = {"lists": {"新名单.csv": {"kind": "institution"}}}
    assert program.call("PATCH", path, choice).status_code == 428
    chosen = program.call("PATCH", path, choice, **{"If-Match": answer.headers["ETag"]})
    assert chosen.status_code == 200, chosen.text
    assert program.call("PATCH", path, choice, **{"If-Match": answer.headers["ETag"]}).status_code == 409
    assert program.call("PATCH", path, {"version": 2, "lists": {"别的.csv": {}}}).status_code == 404
    seen = json.loads(chosen.data)
    wrong = program.call("POST", f"{path}/run", {"version": seen["version"], "base": "of another day"})
    assert wrong.status_code == 409
    run = program.call("POST", f"{path}/run", {"version": seen["version"], "base": seen["base"]})
    assert run.status_code == 202, run.text
    assert program.call("DELETE", path).status_code == 409  # a worker has it
    program.call("POST", f"/jobs/{json.loads(run.data)['id']}/cancel")
    assert program.call("DELETE", path).status_code == 204
    assert program.call("GET", path).status_code == 404


def test_a_call_sent_twice_with_one_key_acts_once(office: Office, program: Program):
    lead = {"channel": "hotline", "what": "夜间补课", "where": "甲社区3号楼"}
    before = len(program.get("/leads")["items"])
    first = program.call("POST", "/leads", lead, **{"Idempotency-Key": "12345-0001"})
    again = program.call("POST", "/leads", lead, **{"Idempotency-Key": "12345-0001"})
    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert first.data == again.data and again.headers["Idempotency-Replayed"] == "true"
    assert len(program.get("/leads")["items"]) == before + 1
    other = program.call("POST", "/leads", lead | {"what": "另一件"}, **{"Idempotency-Key": "12345-0001"})
    assert other.status_code == 400
    # Another program's key is its own, and a refused call may be sent again under its key.
    theirs = Program(office).call("POST", "/leads", lead, **{"Idempotency-Key": "12345-0001"})
    assert theirs.status_code == 201 and theirs.data != first.data
    bad = program.call("POST", "/leads", lead | {"channel": "pigeon"}, **{"Idempotency-Key": "12345-0002"})
    assert bad.status_code == 400
    good = program.call("POST", "/leads", lead, **{"Idempotency-Key": "12345-0002"})
    assert good.status_code == 201
    assert program.call("POST", "/leads", lead, **{"Idempotency-Key": "x" * 65}).status_code == 400


def test_leads_findings_results_and_reports_are_read_a_page_at_a_time(office: Office, program: Program):
    lead = program.get("/leads?limit=1")["items"][0]
    assert "complainant" not in json.dumps(lead) and program.get(f"/leads/{lead['id']}")["what"] == lead["what"]
    answered = program.call("POST", f"/leads/{lead['id']}/answer", {"answer": "已核查"})
    assert answered.status_code == 200 and json.loads(answered.data)["state"] == "answered"
    assert program.call("POST", f"/leads/{lead['id']}/answer", {"answer": "再答"}).status_code == 409
    assert program.get(f"/rounds/{office.head.round_id}/results") == {"items": [], "next": None}
    assert program.get("/findings") == {"items": [], "next": None}
    assert program.call("GET", "/findings/none").status_code == 404
    paper = program.call("GET", "/report.html")
    assert paper.status_code == 200 and "attachment" in paper.headers["Content-Disposition"]
    assert program.call("GET", "/report.exe").status_code in (400, 404)
    now = program.get("/coverage?as_of=2099-01-01")["rows"]
    assert {row["code"]: row["promised"] for row in now}["*"] == 6
    assert program.call("GET", "/coverage?as_of=yesterday").status_code == 400


def test_replans_trials_and_exports_are_jobs(office: Office, program: Program):
    plan = f"/plans/{office.head.id}"
    trial = program.call("POST", f"{plan}/trials", {"kind": "teams", "change": 1})
    assert trial.status_code == 202, trial.text
    assert program.call("POST", f"{plan}/trials", {"kind": "teams", "change": 1}).status_code == 409
    assert program.call("POST", f"{plan}/trials", {"kind": "magic", "change": 1}).status_code == 400
    day = office.plan.routes[0].date.isoformat()
    replan = program.call("POST", f"/rounds/{office.head.round_id}/replans", {"as_of": day})
    assert replan.status_code == 202, replan.text
    export = program.call("POST", f"{plan}/exports", {})
    assert export.status_code == 202, export.text
    assert (
        program.call("GET", f"/jobs/{json.loads(export.data)['id']}/file").status_code == 404
    )  # no worker made it yet
    for job in (trial, replan, export):
        program.call("POST", f"/jobs/{json.loads(job.data)['id']}/cancel")


def test_routes_are_handed_out_in_bulk(office: Office, program: Program):
    plan, route = f"/plans/{office.head.id}/assignments", office.plan.routes[0].id
    body = {"routes": [route], "people": ["inspector"], "seen": {route: "somebody else"}}
    assert program.call("POST", plan, body).status_code == 409
    answer = program.call("POST", plan, body | {"seen": {route: "inspector"}})
    assert answer.status_code == 200 and json.loads(answer.data) == {"done": 1, "refused": []}


def test_a_round_is_made_tried_changed_and_removed(office: Office, program: Program):
    new = {"name": "程序新建的轮次", "start": "2026-12-07", "scope": {"kinds": ["childcare"]}}
    made = program.call("POST", "/rounds", new)
    assert made.status_code == 201, made.text
    assert program.call("POST", "/rounds", new).status_code == 409
    assert program.call("POST", "/rounds", new | {"name": "又一轮", "like": 7777}).status_code == 404
    told = json.loads(made.data)
    path = f"/rounds/{told['id']}"
    assert told["form"]["scope"]["kinds"] == ["childcare"] and told["start"] == "2026-12-07" and told["plans"] == []
    tried = json.loads(program.call("POST", f"{path}/try", {"rule": {"min_per_day": 1}, "copies": 2}).data)
    assert tried["crews"]["copies"] == 2 and tried["verdict"]["word"]["zh"] and tried["figures"]["promised"] >= 1
    careful = program.call("POST", f"{path}/try", {"careful": True})
    assert json.loads(careful.data)["careful"] is True
    read = program.call("GET", path)
    assert json.loads(read.data)["form"] == told["form"]  # trying kept nothing
    change = {"rule": {"max_days": 5}, "minutes": {"childcare": 45}}
    assert program.call("PATCH", path, change).status_code == 428
    changed = program.call("PATCH", path, change, **{"If-Match": read.headers["ETag"]})
    assert changed.status_code == 200, changed.text
    now = json.loads(changed.data)
    assert now["max_days"] == 5 and now["form"]["minutes"]["childcare"] == 45
    assert now["form"]["scope"] == told["form"]["scope"]  # what was not said stays
    # Who read the round before is told so; nothing is overwritten.
    other = program.call("PATCH", path, {"rule": {"max_days": 9}}, **{"If-Match": read.headers["ETag"]})
    assert other.status_code == 409 and program.get(path)["max_days"] == 5
    for wrong in ({"rule": {"max_days": 0}}, {"minutes": {"planet": 5}}, {"scope": {"moons": []}}, {"nmae": "x"}):
        assert program.call("PATCH", path, wrong | {"version": now["version"]}).status_code == 422, wrong
    assert program.call("PATCH", f"/rounds/{office.head.round_id}", {"name": "改名", "version": 1}).status_code == 409
    assert program.call("DELETE", f"/rounds/{office.head.round_id}?version=2").status_code == 409  # it has a plan
    assert program.call("DELETE", f"{path}?version={told['version']}").status_code == 409
    assert program.call("DELETE", f"{path}?version={now['version']}").status_code == 204
    assert program.call("GET", path).status_code == 404


def test_a_team_is_made_changed_and_taken_away(office: Office, program: Program):
    reader = Program(office, scopes=(Scope.READ, Scope.PLAN, Scope.PUBLISH, Scope.FIELD))
    assert reader.call("GET", "/teams/T1").status_code == 403  # its people are told to who may change them
    first = program.call("GET", "/teams/T1")
    team = json.loads(first.data)
    assert team["members"] and "log_in" not in first.text
    body = {key: team[key] for key in ("base", "base_name", "mode", "home", "shifts")} | {"name": "程序组"}
    assert program.call("POST", "/teams", body).status_code == 400  # nobody is in it
    body |= {"members": [{"name": "林知夏", "cert_until": "2030-01-01"}]}
    made = program.call("POST", "/teams", body)
    assert made.status_code == 201, made.text
    new = json.loads(made.data)
    path = f"/teams/{new['id']}"
    assert new["members"][0]["name"] == "林知夏" and new["shifts"] == team["shifts"] and new["base"] == team["base"]
    assert program.call("POST", "/teams", body).status_code == 409  # of that name
    again = {key: new[key] for key in new if key not in ("id", "mark")} | {"off": ["2026-12-08"]}
    assert program.call("PUT", path, again).status_code == 428
    changed = program.call("PUT", path, again, **{"If-Match": made.headers["ETag"]})
    assert changed.status_code == 200, changed.text
    assert json.loads(changed.data) | {"mark": "", "off": []} == new | {"mark": "", "off": []}
    assert json.loads(changed.data)["off"] == ["2026-12-08"]
    assert program.call("PUT", path, again | {"mark": new["mark"]}).status_code == 409
    assert program.call("PUT", path, again | {"mark": new["mark"], "shifts": [{"name": "白班"}]}).status_code == 422
    assert program.call("DELETE", f"{path}?mark={new['mark']}").status_code == 409
    assert program.call("DELETE", f"{path}?mark={json.loads(changed.data)['mark']}").status_code == 204
    assert program.call("GET", path).status_code == 404
    assert program.call("GET", "/teams/T1").data == first.data


def test_a_slip_in_a_team_or_a_round_is_told_and_nothing_vanishes(office: Office, program: Program):
    team = program.get("/teams/T1")
    shift = team["shifts"][0]
    body = {key: team[key] for key in ("base", "home", "shifts")} | {"name": "又一组", "members": [{"name": "孙晓"}]}
    for slip in (
        {"shifts": [shift, shift | {"start": "13:00"}]},
        {"home": ["nowhere"]},
        {"members": [team["members"][0]]},  # who is of the first team
    ):
        assert program.call("POST", "/teams", body | slip).status_code == 400, slip
    for slip in ({"shifts": [shift | {"start": " "}]}, {"members": [{"name": " "}]}):
        assert program.call("POST", "/teams", body | slip).status_code == 422, slip
    assert [one["id"] for one in program.get("/teams")["items"]] == ["T1"]
    # No team of that number would mean every team.
    assert program.call("POST", "/rounds", {"name": "别的轮次", "crews": ["T99"]}).status_code == 400
    assert program.call("POST", f"/rounds/{office.head.round_id}/try", {"crews": ["T99"]}).status_code == 400
    broken = program.get(f"/rounds/{office.broken.round_id}")
    slip = {"crews": ["T99"], "version": broken["version"]}
    assert program.call("PATCH", f"/rounds/{broken['id']}", slip).status_code == 400
    page = office.client("planner").get(f"/rounds/{office.head.round_id}?crews=T99").text
    assert "没有检查组“T99”" in page


@pytest.mark.parametrize("path", ["/teams", "/rounds", "/areas/merge", "/absences", "/doubles", "/leads"])
def test_half_a_character_is_no_text(program: Program, path: str):
    headers = {"Authorization": f"Bearer {program.secret}"}
    body = b'{"name": "\\ud83d"}'
    answer = program.client.post(ROOT + path, data=body, headers=headers, content_type="application/json")
    assert answer.status_code == 400, answer.text


def test_absences_and_the_days_of_the_office(office: Office, program: Program):
    away = {"team": "T1", "first": "2027-03-01", "last": "2027-03-02", "reason": "training"}
    added = program.call("POST", "/absences", away)
    assert added.status_code == 201, added.text
    assert program.call("POST", "/absences", away).status_code == 409
    assert program.call("POST", "/absences", away | {"team": "T99"}).status_code == 404
    (one,) = program.get("/absences")["items"]
    assert (one["team"], one["first"], one["last"], one["reason"]) == ("T1", "2027-03-01", "2027-03-02", "training")
    path, longer = f"/absences/{one['id']}", {"first": "2027-03-01", "last": "2027-03-05", "reason": "duty"}
    assert program.call("PUT", path, longer).status_code == 428
    changed = program.call("PUT", path, longer | {"version": one["version"]})
    assert json.loads(changed.data)["items"][0]["last"] == "2027-03-05"
    assert program.call("PUT", path, longer | {"version": one["version"]}).status_code == 409
    assert program.call("DELETE", f"{path}?version={one['version'] + 1}").status_code == 204
    assert program.get("/absences")["items"] == []

    days = {day["day"]: day["kind"] for day in program.get("/calendar?month=2026-12")["items"]}
    assert len(days) == 31 and days["2026-12-08"] == "work" and days["2026-12-12"] == "rest"
    off = program.call("PUT", "/calendar/2026-12-08", {"what": "off", "seen": "work"})
    assert json.loads(off.data) == {"day": "2026-12-08", "kind": "office_off"}
    assert program.call("PUT", "/calendar/2026-12-08", {"what": "work", "seen": "work"}).status_code == 409
    back = program.call("PUT", "/calendar/2026-12-08", {"what": "calendar", "seen": "office_off"})
    assert json.loads(back.data)["kind"] == "work"
    assert program.call("PUT", "/calendar/someday", {"what": "off", "seen": "work"}).status_code == 400


def test_areas_get_owners_are_parted_and_put_together_again(office: Office, program: Program):
    rows = {row["code"]: row for row in program.get("/areas?level=community")["items"]}
    code = "110000001001"
    owner = {"person": "周云起", "role": "网格长"}
    assert program.call("POST", f"/areas/{code}/owners", owner).status_code == 428
    given = program.call("POST", f"/areas/{code}/owners", owner | {"mark": rows[code]["mark"]})
    assert given.status_code == 200, given.text
    now = json.loads(given.data)
    assert now["owners"] == [*rows[code]["owners"], owner] and now["answered_by"] == code
    assert program.call("POST", f"/areas/{code}/owners", owner | {"mark": rows[code]["mark"]}).status_code == 409
    gone = program.call("DELETE", f"/areas/{code}/owners?person=周云起&role=网格长&mark={now['mark']}")
    assert json.loads(gone.data)["owners"] == rows[code]["owners"], gone.text
    assert program.call("POST", "/areas/none/owners", owner | {"mark": "x"}).status_code == 404
    merged = program.call("POST", "/areas/merge", {"codes": sorted(rows), "name": "合并社区"})
    assert merged.status_code == 200, merged.text
    change = json.loads(merged.data)["change"]
    assert program.get("/areas/changes")["items"][0]["id"] == change
    assert [row["name"] for row in program.get("/areas?level=community")["items"]] == ["合并社区"]
    assert program.call("POST", "/areas/undo", {"change": change + 1}).status_code == 409
    assert program.call("POST", "/areas/undo", {"change": change}).status_code == 200
    after = {row["code"]: row for row in program.get("/areas?level=community")["items"]}
    assert {code: row["sites"] for code, row in after.items()} == {code: row["sites"] for code, row in rows.items()}
    assert program.call("POST", "/areas/none/split", {}).status_code == 404
    assert program.call("POST", "/areas/110000001/split", {}).status_code == 409  # it has areas below it


def test_values_of_a_site_are_set_by_hand_and_a_pair_is_said_to_be_two(office: Office, program: Program):
    one, other = (site["id"] for site in program.get("/sites")["items"][:2])
    card = program.get(f"/sites/{one}")
    before = card["edit"]["minutes"]
    assert "phone" not in card["edit"]
    value = {"values": {"minutes": "55"}}
    assert program.call("PATCH", f"/sites/{one}", value).status_code == 428
    done = program.call("PATCH", f"/sites/{one}", value | {"seen": {"minutes": before}})
    assert done.status_code == 200 and json.loads(done.data)["edit"]["minutes"] == "55", done.text
    late = {"values": {"minutes": "60"}, "seen": {"minutes": before}}
    assert program.call("PATCH", f"/sites/{one}", late).status_code == 409
    assert program.call("PATCH", f"/sites/{one}", {"values": {"phone": "1"}, "seen": {"phone": ""}}).status_code == 422
    bad = {"values": {"minutes": "soon"}, "seen": {"minutes": "55"}}
    assert program.call("PATCH", f"/sites/{one}", bad).status_code == 400
    back = program.call("PATCH", f"/sites/{one}", {"values": {"minutes": before}, "seen": {"minutes": "55"}})
    assert json.loads(back.data)["edit"]["minutes"] == before
    assert program.get("/doubles") == {"items": []}
    pair = {"one": one, "other": other, "same": False}
    assert program.call("POST", "/doubles", pair).status_code == 200
    assert program.call("POST", "/doubles", pair).status_code == 409
    assert program.call("POST", "/doubles", pair | {"other": "S-none"}).status_code == 404


def test_a_merger_is_looked_at_and_taken_back(office: Office, program: Program):
    sites = program.get("/sites")["items"]
    assert program.call("GET", "/sites/undo").status_code == 409  # there is nothing to take back
    one, other = sites[-2]["id"], sites[-1]["id"]
    merged = program.call("POST", "/doubles", {"one": one, "other": other, "same": True})
    assert merged.status_code == 200, merged.text
    assert len(program.get("/sites")["items"]) == len(sites) - 1
    told = program.get("/sites/undo")
    assert told["done"] is False and told["sites"] == len(sites)
    assert program.call("POST", "/sites/undo", {"seen": "of another day"}).status_code == 409
    undone = program.call("POST", "/sites/undo", {"seen": told["seen"]})
    assert undone.status_code == 200, undone.text
    assert program.get("/sites")["items"] == sites


def test_a_doubtful_site_is_decided_and_the_decision_taken_back(office: Office, program: Program):
    with office.desk.store.transaction() as t:
        sure = next(one for one in t.sites.placed() if one.status is SiteStatus.LOCATED)
        t.sites.place([replace(sure, status=SiteStatus.REVIEW)])
    waiting = program.get("/review")["items"]
    site = sure.site.id
    assert [one["id"] for one in waiting] == [site] and waiting[0]["address"] == sure.site.address
    assert program.call("POST", f"/review/{site}", {}).status_code == 400  # nothing is chosen
    assert program.call("POST", f"/review/{site}", {"point": [0.0, 0.0]}).status_code == 400
    with office.desk.store.reading() as t:
        inside = next(area for area in t.areas.list() if area.level.value == "community").polygon.representative_point()
    decided = program.call("POST", f"/review/{site}", {"point": [inside.x, inside.y]})
    assert decided.status_code == 200, decided.text
    assert json.loads(decided.data)["left"] == len(waiting) - 1
    assert program.call("POST", f"/review/{site}", {"reject": True}).status_code == 409  # it waits no more
    number = json.loads(decided.data)["decision"]
    assert program.get("/decisions")["items"][0]["decision"] == number
    assert program.call("DELETE", f"/decisions/{number}").status_code == 200
    assert program.call("DELETE", f"/decisions/{number}").status_code == 404
    assert program.get("/review")["items"] == []
    with office.desk.store.reading() as t:
        assert t.sites.get(site) == sure  # located as it was


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
            assert operation["security"] == [{"token": []}]
            chinese, _, english = operation["summary"].partition(" / ")
            assert re.search("[一-鿿]", chinese) and re.search("[a-z]{3}", english), operation["summary"]
    assert {f"{method.upper()} {path}" for path, of in spec["paths"].items() for method in of} == set(CALLS)
    page = client.get(f"{ROOT}/docs")
    assert page.status_code == 200 and "http://" not in page.text and "https://" not in page.text
    for name in ("tokens.css", "app.css", "api.css"):
        with client.get(f"{ROOT}/assets/{name}") as file:
            assert file.status_code == 200
    assert client.get(f"{ROOT}/assets/field.css").status_code == 404
