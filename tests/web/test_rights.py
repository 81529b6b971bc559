"""Who may see and do what: every role at every route, and the ways around it that are closed."""

from __future__ import annotations

import json
from importlib.util import find_spec
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest

from gridplan.model.record import Role, User
from gridplan.services.rounds import drafting
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
PLANNERS = (LOGIN, 200, 403, 403, 403, 403, 200)  # also of a part of the district, who see that part
INSPECTOR = (LOGIN, 403, 200, 403)
PHONE, PHONE_DOES = (401, 403, 200, 403), (401, 403, 400, 403)  # what is sent is no JSON and no photo
PDF = 200 if find_spec("weasyprint") else 400
WHOLE = (LOGIN, 200, 403, 200, 403, 200)  # of the whole district only
COVERAGE = (LOGIN, 200, 403, 200, 403, 200, 200, 200, 200)
WRITES = (LOGIN, 302, 403, 302, 403, 403, 302, 302)
RIGHTS = {
    "GET /": (LOGIN, *[302] * 8),
    "GET /login": OPEN,
    "POST /login": (401,) * 9,
    "POST /logout": FORMS,
    "POST /language/<code>": FORMS,
    "GET /assets/<path:name>": OPEN,
    "GET /assets/v-<v>/<path:name>": OPEN,
    "GET /static/<path:filename>": OPEN,
    "GET /static/v-<v>/<path:filename>": OPEN,
    "GET /favicon.ico": OPEN,
    "GET /door.svg": OPEN,
    "GET /sites": PLANNERS,
    "GET /sites/rows.json": PLANNERS,
    "GET /sites/areas.geojson": PLANNERS,
    "GET /sites/export.xlsx": PLANNERS,
    "GET /sites/complaints": PLANNER,
    "GET /sites/complaints.xlsx": PLANNER,
    "GET /sites/card": (LOGIN, 404, 403, 403, 403, 403, 404),  # no such site
    "POST /sites/card": (LOGIN, 404, 403, 403, 403, 403, 404),
    "GET /sites/undo": (LOGIN, 409, 403, 403),  # nothing to undo
    "POST /sites/undo": (LOGIN, 409, 403, 403),
    "GET /sites/doubles": PLANNER,
    "POST /sites/doubles": (LOGIN, 404, 403, 403),
    "GET /sites/import": PLANNER,
    "POST /sites/import": (LOGIN, 400, 403, 403),  # no list was chosen
    "GET /sites/import/<draft>": (LOGIN, 404, 403, 403),
    "POST /sites/import/<draft>": (LOGIN, 404, 403, 403),
    "POST /sites/import/<draft>/files": (LOGIN, 404, 403, 403),
    "POST /sites/import/<draft>/run": (LOGIN, 404, 403, 403),
    "POST /sites/import/<draft>/cancel": (LOGIN, 404, 403, 403),
    "POST /sites/import/<draft>/drop": (LOGIN, 404, 403, 403),
    "GET /sites/import/<draft>/progress.json": (LOGIN, 404, 403, 403),
    "GET /sites/import/<draft>/doubts.xlsx": (LOGIN, 404, 403, 403),
    "GET /areas": PLANNERS,
    "GET /areas/areas.geojson": PLANNERS,
    "POST /areas/owners": (LOGIN, 404, 403, 403, 403, 403, 404),  # no such area
    "POST /areas/owners/import": (LOGIN, 400, 403, 403),
    "GET /areas/owners/import/<draft>": (LOGIN, 404, 403, 403),
    "POST /areas/owners/import/<draft>": (LOGIN, 404, 403, 403),
    "POST /areas/split": (LOGIN, 404, 403, 403, 403, 403, 404),
    "POST /areas/merge": (LOGIN, 400, 403, 403, 403, 403, 400),
    "POST /areas/undo": (LOGIN, 409, 403, 403),
    "GET /crews": PLANNERS,
    "GET /crews/capacity": PLANNERS,
    "GET /crews/find.json": PLANNERS,
    "GET /crews/team": PLANNERS,
    "POST /crews/team": (LOGIN, 400, 403, 403, 403, 403, 400),
    "POST /crews/team/remove": (LOGIN, 404, 403, 403, 403, 403, 404),
    "POST /crews/absences": (LOGIN, 400, 403, 403, 403, 403, 400),
    "POST /crews/absences/<int:absence_id>": (LOGIN, 400, 403, 403, 403, 403, 400),  # no dates
    "POST /crews/days": (LOGIN, 400, 403, 403),
    "GET /rounds": PLANNERS,
    "GET /rounds/new": PLANNER,
    "POST /rounds": (LOGIN, 400, 403, 403),  # no form came with it
    "POST /rounds/new/try": (LOGIN, 400, 403, 403),
    "POST /rounds/<int:round_id>/try": (LOGIN, 400, 403, 403),
    "GET /rounds/<int:round_id>": PLANNER,
    "POST /rounds/<int:round_id>": (LOGIN, 400, 403, 403),
    "POST /rounds/<int:round_id>/remove": (LOGIN, 409, 403, 403),  # it has a plan
    "POST /rounds/<int:round_id>/trial": (LOGIN, 400, 403, 403),
    "GET /rounds/<int:round_id>/progress": PLANNER,
    "POST /rounds/<int:round_id>/draft": (LOGIN, 409, 403, 403),  # one is under way
    "POST /rounds/<int:round_id>/stop": (LOGIN, 302, 403, 403),
    "GET /jobs/<job_id>": PLANNER,
    "POST /jobs/<job_id>/cancel": (LOGIN, 200, 403, 403),
    "GET /jobs": PLANNER,
    "GET /jobs/table": PLANNER,
    "POST /jobs/<job_id>/stop": PLANNER_DOES,
    "POST /jobs/<job_id>/again": PLANNER_DOES,
    "GET /jobs/<job_id>/file": (LOGIN, 404, 403, 403),  # it made none
    "POST /plans/<int:plan_id>/export": PLANNER_DOES,
    "GET /healthz": OPEN,
    "GET /metrics": OPEN,  # to this machine only: see test_observe
    "GET /plans": PLANNERS,
    "GET /plans/<int:plan_id>": SEES_PLAN,
    "GET /plans/<int:plan_id>/model.json": PLANNER,
    "GET /plans/<int:plan_id>/routes.geojson": SEES_PLAN,
    "GET /plans/<int:plan_id>/areas.geojson": SEES_PLAN,
    "GET /plans/<int:plan_id>/areas.json": PLANNER,
    "GET /plans/<int:plan_id>/history.json": PLANNER,
    "GET /plans/<int:plan_id>/offers/<path:visit_id>": (LOGIN, 400, 403, 403),  # no such visit
    "GET /plans/<int:plan_id>/compare/<int:other_id>": PLANNER,
    "GET /plans/jobs/<job_id>": PLANNER,
    "POST /plans/<int:plan_id>/edits": (LOGIN, 400, 403, 403),  # not a step
    "POST /plans/<int:plan_id>/seek": (LOGIN, 400, 403, 403),
    "POST /plans/<int:plan_id>/save": (LOGIN, 409, 403, 403),  # nothing is changed
    "POST /plans/<int:plan_id>/discard": (LOGIN, 409, 403, 403),
    "POST /plans/<int:plan_id>/rebase": (LOGIN, 409, 403, 403),
    "POST /plans/<int:plan_id>/publish": (LOGIN, 409, 403, 403),  # it is published
    "POST /plans/<int:plan_id>/trial": (LOGIN, 400, 403, 403),  # no such remedy
    "POST /plans/<int:plan_id>/replan": (LOGIN, 400, 403, 403),  # from when on is not said
    "GET /assign": PLANNER,
    "POST /assign/<int:plan_id>": PLANNER_DOES,
    "GET /basemap.json": KNOWN,
    "GET /today": INSPECTOR,
    "GET /today/routes.geojson": INSPECTOR,
    "GET /stops/<visit_id>": INSPECTOR,
    "POST /stops/<visit_id>": (LOGIN, 403, 302, 403),
    # The shell of the phone's app is the same for everybody and holds nothing; a phone is answered with a number, not a page.
    "GET /field/": OPEN,
    "GET /field/shell": OPEN,
    "GET /field/<name>.<kind>": OPEN,
    "GET /field/hello.json": PHONE,
    "GET /field/day.json": PHONE,
    "GET /field/receipts.json": PHONE,
    "POST /field/results": PHONE_DOES,
    "POST /field/notices/<int:notice>": (401, 403, 204, 403),
    "POST /field/photos/<key>": PHONE_DOES,
    "GET /conflicts": PLANNER,
    "POST /conflicts/<key>": (LOGIN, 404, 403, 403),  # no such report
    "POST /conflicts/outbox": (LOGIN, 400, 403, 403),  # no file
    "GET /plans/<int:plan_id>/routes/<route_id>/card": PLANNER,
    "POST /plans/<int:plan_id>/routes/<route_id>/card": (LOGIN, 400, 403, 403),  # nobody is named
    "GET /plans/<int:plan_id>/routes/<route_id>/day.html": PLANNER,
    "GET /plans/<int:plan_id>/routes/<route_id>/day.pdf": (LOGIN, PDF, 403, 403),
    "GET /photos/<key>": (LOGIN, 404, 404, 404, 403, 404, 404, 404, 404),
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
    "GET /findings": WHOLE,
    "GET /findings/<finding_id>": (LOGIN, 404, 403, 404, 403, 404),  # no such finding
    "POST /findings/<finding_id>/<step>": (LOGIN, 404, 403, 403),
    "POST /findings/settle/<int:round_id>/<visit_id>": (LOGIN, 404, 403, 403),  # it does not wait
    "GET /changes": PLANNER,
    "POST /changes/away": (LOGIN, 400, 403, 403),  # nobody is named
    "POST /changes/plan": (LOGIN, 400, 403, 403),  # no day is named
    "POST /changes/<job_id>/publish": (LOGIN, 404, 403, 403),  # that job made no such plan
    "GET /lists": PLANNER,
    "POST /lists": (LOGIN, 400, 403, 403),  # no site is named
    "POST /lists/<int:flag_id>/end": (LOGIN, 400, 403, 403),  # no day
    "GET /lists/<kind>.csv": (LOGIN, 400, 403, 403),  # no such list
    "GET /leaders": PLANNER,
    "POST /leaders": (LOGIN, 400, 403, 403),  # nobody is named
    "POST /leaders/<int:link_id>/end": (LOGIN, 404, 403, 403),
    "GET /campaigns": PLANNER,
    "POST /campaigns": PLANNER_DOES,
    "GET /campaigns/<int:campaign_id>": (LOGIN, 404, 403, 403),
    "POST /campaigns/<int:campaign_id>/checks": (LOGIN, 400, 403, 403),
    "POST /campaigns/<int:campaign_id>/apart": (LOGIN, 404, 403, 403),
    "POST /field/away": (401, 403, 400, 403),  # no JSON
    "GET /leads": PLANNER,
    "POST /leads": (LOGIN, 400, 403, 403),  # nothing is said
    "GET /leads/<int:lead_id>": (LOGIN, 404, 403, 403),
    "POST /leads/<int:lead_id>/site": (LOGIN, 404, 403, 403),
    "POST /leads/<int:lead_id>/plan": (LOGIN, 404, 403, 403),
    "POST /leads/<int:lead_id>/answer": (LOGIN, 400, 403, 403),  # nothing is said
    "POST /leads/<int:lead_id>/complainant": (LOGIN, 404, 403, 403),
    "POST /callouts": (LOGIN, 400, 403, 403),
    "POST /callouts/<int:call_id>/plan": (LOGIN, 404, 403, 403),
    "POST /callouts/<int:call_id>/report": (LOGIN, 404, 403, 403),
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
        "<int:other_id>": str(office.head.id),
        "<job_id>": job,
        "<visit_id>": office.visit(0),
        "<site_id>": "S-none",
        "<int:decision_id>": "99",
        "<finding_id>": "nobody",
        "<step>": "close",
        "<int:lead_id>": "99",
        "<int:call_id>": "99",
        "<int:flag_id>": "99",
        "<int:link_id>": "99",
        "<int:campaign_id>": "99",
        "<login>": f"pawn-of-{role}",
        "<name>.<kind>": "app.css",
        "<int:notice>": "1",
        "<key>": str(uuid4()),
        "<route_id>": office.plan.routes[0].id,
        "<int:absence_id>": "99",
        "<draft>": "0" * 32,
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
        "note": "已查实",
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


def test_a_planner_of_a_part_works_on_that_part_and_guesses_nothing_of_another(office):
    client = office.client("planner_there")
    csrf = {"csrf_token": token(client)}
    mine = [site for site in office.plan.sites if any(code == THERE for code, _ in site.areas.values())]
    other = next(site for site in office.plan.sites if site not in mine)
    own = mine[0]
    page = client.get(f"/sites/card?site={own.id}")
    assert page.status_code == 200 and own.name in page.text
    edit = {"minutes": "45", "seen-minutes": ""} | csrf
    assert client.post(f"/sites/card?site={own.id}", data=edit).status_code == 302
    assert "45" in client.get(f"/sites/card?site={own.id}").text
    # A site of another area and one that does not exist look alike, and nothing is changed.
    for site in (other.id, "S-none"):
        assert client.get(f"/sites/card?site={site}").status_code == 404
        assert client.post(f"/sites/card?site={site}", data=edit).status_code == 404
    assert (
        'name="minutes" id="edit-minutes" value=""' in office.client("planner").get(f"/sites/card?site={other.id}").text
    )
    # Areas: the own one may be given an owner, what is beside and above it is not there.
    seen = client.get("/areas").text.split('name="seen" value="')[1].split('"')[0]
    answering = {"person": "林知夏", "role": "网格员", "seen": seen, "do": "add"} | csrf
    assert client.post("/areas/owners", data=answering | {"code": THERE}).status_code == 302
    assert "林知夏" in client.get("/areas").text
    for code in ("110000001001", "110000001", "110000"):
        assert client.get(f"/areas?at={code}").status_code == 404
        assert client.post("/areas/owners", data=answering | {"code": code}).status_code == 404
    assert client.post("/areas/split", data={"code": THERE, "into": "2"} | csrf).status_code == 403
    # The crew serves the whole district.
    assert client.get("/crews/team?id=T1").status_code == 404
    absence = {"who": "T1|", "first": "2026-12-01", "last": "", "reason": "leave"} | csrf
    assert client.post("/crews/absences", data=absence).status_code == 404
    # Rounds and plans: the own part, to look at.
    rounds = client.get("/rounds").text
    assert f"/plans/{office.head.id}" in rounds and "3 / 3" in rounds
    assert client.post("/rounds", data={"form": "{}"} | csrf).status_code == 403


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
    assert 'id="publish" disabled' in client.get(f"/plans/{office.broken.id}").text


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
