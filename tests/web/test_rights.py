"""Who may see and do what: every role at every route, and the ways around it that are closed."""

from __future__ import annotations

import json
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest

from gridplan.model.record import Role, User
from gridplan.services import drafting
from tests.web.conftest import BOUND, HOSTILE, PASSWORD, THERE, Office, token

LOGIN = "to the log-in"
ROLES = (
    "stranger",
    "planner",
    "inspector",
    "head",
    "administrator",
    "auditor",
    # Bound to one community:
    "planner_there",
    "head_there",
    "auditor_there",
)
# What each role is answered, in the order of ROLES; what a row does not say is 403. A route without a row fails.
OPEN, FORMS = (200,) * 9, (302,) * 9
KNOWN = (LOGIN, *[200] * 8)
ADMIN, ADMIN_DOES = (LOGIN, 403, 403, 403, 200), (LOGIN, 403, 403, 403, 302)
SEES_PLAN = (LOGIN, 200, 403, 403, 403, 200, 200, 403, 200)
DECIDES = (LOGIN, 200, 403, 403, 403, 403, 200)
READS_LOG = (LOGIN, 200, 403, 403, 200, 200, 200, 403, 200)
PLANNER, PLANNER_DOES = (LOGIN, 200, 403, 403), (LOGIN, 302, 403, 403)
INSPECTOR = (LOGIN, 403, 200, 403)
COVERAGE = (LOGIN, 200, 403, 200, 403, 200, 200, 200, 200)
WRITES = (LOGIN, 302, 403, 302, 403, 403, 302, 302)
RIGHTS = {
    "GET /": (LOGIN, *[302] * 8),
    "GET /login": OPEN,
    "POST /login": (401,) * 9,
    "POST /logout": FORMS,
    "POST /language/<code>": FORMS,
    "GET /assets/<path:name>": OPEN,
    "GET /static/<path:filename>": OPEN,
    "GET /favicon.ico": OPEN,
    "GET /rounds": DECIDES,
    # Whose area does not hold all of a round finds no such round, and no job of it.
    "GET /rounds/<int:round_id>": (LOGIN, 200, 403, 403, 403, 403, 404),
    "POST /rounds/<int:round_id>/draft": (LOGIN, 409, 403, 403, 403, 403, 404),  # one is under way
    "GET /jobs/<job_id>": (LOGIN, 200, 403, 403, 403, 403, 404),
    "POST /jobs/<job_id>/cancel": (LOGIN, 200, 403, 403, 403, 403, 404),
    "GET /plans/<int:plan_id>": SEES_PLAN,
    "GET /plans/<int:plan_id>/routes.geojson": SEES_PLAN,
    "GET /plans/<int:plan_id>/areas.geojson": SEES_PLAN,
    "POST /plans/<int:plan_id>/assign": (*PLANNER_DOES, 403, 403, 404),  # the route goes through other areas
    "POST /plans/<int:plan_id>/publish": (LOGIN, 409, 403, 403),  # it is published
    "GET /basemap.json": KNOWN,
    "GET /today": INSPECTOR,
    "GET /today/routes.geojson": INSPECTOR,
    "GET /stops/<visit_id>": INSPECTOR,
    "POST /stops/<visit_id>": (LOGIN, 403, 302, 403),
    "GET /review": DECIDES,
    "GET /review/areas.geojson": DECIDES,
    "POST /review/<site_id>": (LOGIN, 404, 403, 403, 403, 403, 404),  # no such site waits
    "POST /review/decisions/<int:decision_id>/forget": (LOGIN, 404, 403, 403, 403, 403, 404),
    "GET /people": ADMIN,
    "POST /people": ADMIN,
    "GET /people/<login>": ADMIN,
    "POST /people/<login>": ADMIN_DOES,
    "POST /people/<login>/close": ADMIN_DOES,
    "POST /people/<login>/open": ADMIN_DOES,
    "POST /people/<login>/password": ADMIN,
    "POST /people/<login>/sessions": ADMIN_DOES,
    "GET /me": KNOWN,
    "POST /me/password": (LOGIN, *[403] * 8),  # the present password is wrong
    "POST /me/sessions": (LOGIN, *[302] * 8),
    "GET /audit": READS_LOG,
    "GET /audit.csv": READS_LOG,
    "GET /find": (LOGIN, 200, 403, 200, 200, 200, 200, 200, 200),
    "GET /coverage": COVERAGE,
    "GET /coverage.<kind>": COVERAGE,
    "GET /report": COVERAGE,
    "GET /report/file.<format>": COVERAGE,
    "POST /report/notes": WRITES,
    "POST /report/freeze": WRITES,
    "GET /reports/<int:report_id>": (LOGIN, 404, 403, 404, 403, 404, 404, 404, 404),
    "GET /reports/<int:report_id>/file.<format>": (LOGIN, 404, 403, 404, 403, 404, 404, 404, 404),
    "GET /plans/<int:plan_id>/routes.<path:kind>": SEES_PLAN,
    "GET /books/sites/<site_id>": (LOGIN, 404, 403, 404, 403, 404, 404, 404, 404),
    "GET /books/ledger.xlsx": COVERAGE,
    "GET /coverage/areas.geojson": COVERAGE,
}


@pytest.fixture(scope="module")
def job(office: Office) -> str:
    """A draft that waits for a worker."""
    return drafting.start_draft(office.desk, office.head.round_id, by="planner")


def test_every_route_has_a_row(office):
    routes = {
        f"{method} {rule.rule}" for rule in office.app.url_map.iter_rules() for method in rule.methods & {"GET", "POST"}
    }
    assert routes == set(RIGHTS)
    # Nothing is changed by any other method.
    assert all(rule.methods <= {"GET", "POST", "HEAD", "OPTIONS"} for rule in office.app.url_map.iter_rules())


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_its_own_pages_and_no_other(office, job, role):
    values = {
        "<code>": "zh",
        "<path:name>": "gridmap.css",
        "<path:filename>": "app.css",
        "<int:round_id>": str(office.head.round_id),
        "<int:plan_id>": str(office.head.id),
        "<job_id>": job,
        "<visit_id>": office.visit(0),
        "<site_id>": "S-none",
        "<int:decision_id>": "99",
        "<login>": f"pawn-of-{role}",
        "<kind>": "xlsx",
        "<format>": "html",
        "<path:kind>": "platform.csv",
        "<int:report_id>": "999",
    }
    if role == "administrator":
        office.desk.add_person(User(login=values["<login>"], name="兵", role=Role.INSPECTOR), PASSWORD, by="test")
    form = {
        "login": f"new-of-{role}",
        "name": "新人",
        "role": "inspector",
        "route": office.plan.routes[0].id,
        "person": "inspector",
        "version": "1",  # of the round and of the log-in
        "outcome": "refused",
        "reject": "1",
    }
    found, client = {}, office.client(role)
    for route in RIGHTS:
        method, path = route.split()
        for mark, value in values.items():
            path = path.replace(mark, value)
        sent = {"query_string": {"day": office.day}} if method == "GET" else {}
        if method == "POST":
            sent = {"data": form | {"csrf_token": token(client), "key": str(uuid4())}}
        answer = client.open(path, method=method, **sent)
        to_login = answer.status_code == 302 and answer.location.startswith("/login") and path != "/logout"
        found[route] = LOGIN if to_login else answer.status_code
        answer.close()
        if path == "/logout":
            client = office.client(role)
    place = ROLES.index(role)
    assert found == {route: row[place] if place < len(row) else 403 for route, row in RIGHTS.items()}


def _text(answer) -> str:
    """Return what an answer tells, out of a workbook too."""
    if not answer.data.startswith(b"PK"):
        return answer.get_data(as_text=True)
    with ZipFile(BytesIO(answer.data)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


@pytest.mark.parametrize("login", BOUND)
def test_who_is_bound_to_an_area_reads_nothing_of_another(office, job, login):
    others = {site.name for site in office.plan.sites if all(code != THERE for code, _ in site.areas.values())}
    own = {site.name for site in office.plan.sites} - others
    assert len(others) == len(own) == 3
    secrets = {name.split("<")[0] for name in others} | {"甲社区", "海风", "星星"}
    client, seen = office.client(login), ""
    for route in RIGHTS:
        method, path = route.split()
        if method == "GET" and "<path:" not in path:
            path = path.replace("<int:plan_id>", str(office.head.id)).replace("<login>", login)
            path = path.replace("<kind>", "xlsx").replace("<format>", "html").replace("<int:report_id>", "1")
            path = path.replace("<int:round_id>", str(office.head.round_id)).replace("<job_id>", job)
            for extra in ("", "?level=community&q=托管", "?q=培训", "?site=S0001"):
                answer = client.get(path + extra, headers={"Accept": "application/json"} if "find" in path else {})
                text = json.loads(answer.data) if "find" in path else _text(answer)
                answer.close()
                assert not [name for name in secrets if name in str(text)], path + extra
                seen += str(text)
    assert login == "head_there" or any(name in seen for name in own)


def test_a_form_without_a_token_is_refused(office):
    client = office.client("inspector")
    before = office.results()
    answer = client.post(f"/stops/{office.visit(1)}", data={"outcome": "done", "key": str(uuid4())})
    assert answer.status_code == 400 and "没有保存" in answer.text
    assert office.results() == before
    assert office.app.test_client().post("/login", data={"login": "head", "password": PASSWORD}).status_code == 400


def test_a_form_sent_after_the_session_ended_leads_to_the_log_in(office):
    answer = office.client("stranger").post(f"/stops/{office.visit(1)}", data={"outcome": "done", "csrf_token": "old"})
    assert answer.status_code == 302 and answer.location == "/login"


def test_another_inspector_finds_no_such_stop_and_stores_nothing(office):
    client, before = office.client("other"), office.results()
    form = {"outcome": "done", "key": str(uuid4()), "csrf_token": token(client)}
    path = f"/stops/{office.visit(1)}"
    assert client.get(path).status_code == client.post(path, data=form).status_code == 404
    assert client.get(f"/today/routes.geojson?day={office.day}").status_code == 404
    assert office.results() == before
    # A stop that exists and one that does not look alike.
    assert client.get(path).text == client.get("/stops/V-none").text


def test_the_same_result_sent_twice_is_stored_once(office):
    client, before = office.client("inspector"), office.results()
    form = {"outcome": "done", "note": "证照齐全", "key": str(uuid4()), "csrf_token": token(client)}
    for _ in range(2):
        assert client.post(f"/stops/{office.visit(2)}", data=form).status_code == 302
    assert office.results() == before + 1


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("planner", "/plans/{plan}"),
        ("inspector", "/today?day={day}"),
        ("head", "/coverage?level=community"),
        ("inspector", "/stops/{visit}"),
    ],
)
def test_hostile_names_are_shown_as_text(office, login, path):
    sites = {site.id for site in office.plan.sites if HOSTILE in site.name}
    visit = next(stop.visit for stop in office.plan.routes[0].stops if stop.site in sites)
    client = office.client(login)
    page = client.get(path.format(plan=office.head.id, day=office.day, visit=visit)).text
    assert HOSTILE not in page and "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        r"/\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "evil.example",
        "",
    ],
)
def test_nobody_is_led_away(office, target):
    client = office.client("stranger")
    form = {"login": "head", "password": PASSWORD, "csrf_token": token(client), "next": target}
    assert client.post("/language/zh", data=form).location == "/"
    assert client.post("/login", query_string={"next": target}, data=form).location == "/"


def test_after_the_log_in_the_page_asked_for_follows(office):
    client = office.client("stranger")
    way = client.get("/coverage?level=community").location
    form = {"login": "head", "password": PASSWORD, "csrf_token": token(client)}
    assert client.post(way, data=form).location == "/coverage?level=community"


def test_a_broken_plan_is_not_published(office):
    assert office.broken.verdict != "kept"
    client = office.client("planner")
    form = {"csrf_token": token(client), "version": "1"}
    assert client.post(f"/plans/{office.broken.id}/publish", data=form).status_code == 409
    with office.desk.store.reading() as t:
        assert t.plans.get(office.broken.id).state == "draft"
    assert 'id="publish"' not in client.get(f"/plans/{office.broken.id}").text


def test_a_plan_is_not_published_unseen(office):
    client = office.client("planner")
    form = {"csrf_token": token(client), "version": "x"}
    assert client.post(f"/plans/{office.head.id}/publish", data=form).status_code == 400


@pytest.mark.parametrize("path", ["/login", "/rounds", "/coverage", "/nowhere", "/static/app.css"])
def test_every_answer_is_protected(office, path):
    answer = office.client("planner").get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    if not path.startswith("/static"):
        assert answer.headers["Cache-Control"] == "private, no-store"
    answer.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_stays_with_us(office, scheme):
    cookie = office.app.test_client().get("/login", base_url=f"{scheme}://localhost").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert ("Secure" in cookie) == (scheme == "https")


def test_over_https_a_form_of_our_own_is_taken_and_a_foreign_one_is_not(office):
    client, base = office.app.test_client(), "https://localhost"
    text = client.get("/login", base_url=base).text
    csrf = text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"login": "head", "password": PASSWORD, "csrf_token": csrf}
    foreign = client.post("/login", base_url=base, data=form, headers={"Referer": "https://evil.example/"})
    assert foreign.status_code == 400
    assert client.post("/login", base_url=base, data=form, headers={"Referer": f"{base}/login"}).status_code == 302


def test_an_error_is_read_in_either_language(office):
    client = office.client("head")
    assert "没有这一页" in client.get("/nowhere").text
    client.post("/language/en", data={"csrf_token": token(client)})
    assert "There is no such page" in client.get("/nowhere").text


def test_the_list_of_rounds_reads_as_a_sentence(office):
    page = office.client("planner").get("/rounds").text
    assert "3 天" in page and "Text(" not in page
