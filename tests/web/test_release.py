"""四不两直: before the release nobody outside the planner's desk sees a route, by any way; who looks ahead is logged."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from gridplan.intake.settings import read_round
from gridplan.model.errors import InputError
from gridplan.model.release import CHINA, Release, release_of
from gridplan.services.plans import publishing
from gridplan.services.reporting.report import export
from tests.web.conftest import token


@pytest.fixture
def ahead(office):
    """The office the evening before its only day, with the release that a round has when nobody says anything."""
    with office.desk.store.transaction() as t:
        stored = t.rounds.get(office.head.round_id)
        before = stored.round.release
        _set(t, office, Release())
    noon, office.desk.now = office.desk.now, lambda: datetime(2026, 11, 29, 23, 59, tzinfo=CHINA)
    yield office
    office.desk.now = noon
    with office.desk.store.transaction() as t:
        _set(t, office, before)


def _set(t, office, release):
    from dataclasses import replace

    stored = t.rounds.get(office.head.round_id)
    t.rounds.change(stored.id, replace(stored.round, release=release), stored.extra, version=stored.version, by="test")


def ways(office):
    """Return every way to a route, stop or site of the day for those who walk it."""
    visit = office.visit(0)
    return {
        f"/today?day={office.day}": 200,
        f"/today/routes.geojson?day={office.day}": 404,
        f"/stops/{visit}": 404,
    }


def test_before_midnight_the_crew_sees_no_route_stop_or_site(ahead):
    client = ahead.client("inspector")
    names = [site.name.split("<")[0] for site in ahead.plan.sites]
    for path, status in ways(ahead).items():
        answer = client.get(path)
        assert answer.status_code == status, path
        assert not [name for name in names if name in answer.text], path
    # That there is duty may be known; nothing else.
    assert "2026-11-30 00:00 起可以看" in client.get(f"/today?day={ahead.day}").text
    sent = {"outcome": "done", "key": str(uuid4()), "csrf_token": token(client)}
    assert client.post(f"/stops/{ahead.visit(1)}", data=sent).status_code == 404


def test_from_midnight_on_the_crew_sees_its_route(ahead):
    client = ahead.client("inspector")
    ahead.desk.now = lambda: datetime(2026, 11, 30, 0, 0, tzinfo=CHINA)
    assert {client.get(path).status_code for path in ways(ahead)} == {200}


def test_the_auditor_sees_a_plan_without_what_is_not_released(ahead):
    client, path = ahead.client("auditor"), f"/plans/{ahead.head.id}"
    names = [site.name.split("<")[0] for site in ahead.plan.sites]
    files = [f"{path}/routes.{kind}" for kind in ("ics", "gpx", "platform.csv", "geojson")]
    for way in (path, *files):
        text = client.get(way).text
        assert not [name for name in names if name in text], way
    ahead.desk.now = lambda: datetime(2026, 11, 30, 0, 0, tzinfo=CHINA)
    assert names[0] in client.get(path).text


def test_a_head_of_a_small_area_does_not_learn_the_day_ahead(ahead):
    page = ahead.client("head_there").get("/coverage?level=community").text
    assert "11/30" not in page and "2026-11-30" not in page.split("</header>")[1]
    assert "11/30" in ahead.client("head").get("/coverage").text


def reads(office, who):
    with office.desk.store.reading() as t:
        found = t.audit.list(object=f"plan/{office.head.id}", what="plan.read", who=[who])
    return len(found)


def test_who_looks_ahead_is_logged_once_an_hour(ahead):
    client, before = ahead.client("planner"), reads(ahead, "planner")
    for _ in range(3):
        client.get(f"/plans/{ahead.head.id}")
        client.get(f"/plans/{ahead.head.id}/routes.geojson")
    assert reads(ahead, "planner") == before + 1 if before == 0 else reads(ahead, "planner") == before


def test_a_command_that_takes_the_plan_ahead_is_logged_too(ahead, tmp_path):
    export(ahead.desk, ahead.head.round_id, tmp_path / "out")
    assert reads(ahead, "cli") >= 1


def test_what_everybody_may_see_is_not_logged(ahead):
    ahead.desk.now = lambda: datetime(2026, 12, 1, 0, 0, tzinfo=CHINA)
    ahead.client("auditor").get(f"/plans/{ahead.head.id}")
    assert reads(ahead, "auditor") == 0


def test_naming_other_people_takes_the_route_from_the_first_ones_at_once(office):
    first, second = office.client("inspector"), office.client("other")
    route, planner = office.plan.routes[0].id, office.client("planner")
    try:
        assert {first.get(path).status_code for path in ways(office)} == {200}
        form = {"route": route, f"seen-{route}": "inspector", "person": "other", "csrf_token": token(planner)}
        assert planner.post(f"/assign/{office.head.id}", data=form).status_code == 302
        assert [first.get(path).status_code for path in ways(office)] == list(ways(office).values())
        assert {second.get(path).status_code for path in ways(office)} == {200}
        sent = {"outcome": "done", "key": str(uuid4()), "csrf_token": token(first)}
        assert first.post(f"/stops/{office.visit(1)}", data=sent).status_code == 404
    finally:
        publishing.assign(office.desk, office.head.id, route, ["inspector"], by="test")


def test_a_release_is_the_days_beginning_unless_the_round_says_otherwise():
    day, depart = datetime(2026, 11, 30).date(), datetime(2026, 11, 30, 8, 30)
    assert release_of(day) == datetime(2026, 11, 30, tzinfo=CHINA)
    assert release_of(day, Release(at_s=7 * 3600)) == datetime(2026, 11, 30, 7, tzinfo=CHINA)
    assert release_of(day, Release(days_before=1, at_s=18 * 3600)) == datetime(2026, 11, 29, 18, tzinfo=CHINA)
    early = release_of(day, Release(hours_before=1.5), depart)
    assert early == datetime(2026, 11, 30, 7, tzinfo=CHINA)
    # Who does not know the departure waits for the day.
    assert release_of(day, Release(hours_before=1.5)) - early == timedelta(hours=-7)


SETTINGS = 'name = "轮"\ndistrict = "区"\nstart = 2026-11-30\n[release]\n'


def test_a_round_says_when_its_routes_are_released(tmp_path):
    path = tmp_path / "round.toml"
    for text, wanted in (
        ("", Release()),
        ('at = "07:00"', Release(at_s=25200)),
        ('days_before = 1\nat = "18:00"', Release(days_before=1, at_s=64800)),
        ("hours_before = 2", Release(hours_before=2.0)),
    ):
        path.write_text(SETTINGS + text, "utf-8")
        assert read_round(path).release == wanted


@pytest.mark.parametrize("text", ['hours_before = 2\nat = "07:00"', "days_before = -1", 'at = "25:00"', "when = 1"])
def test_a_release_that_cannot_be_read_is_refused(tmp_path, text):
    (tmp_path / "round.toml").write_text(SETTINGS + text, "utf-8")
    with pytest.raises(InputError, match="release"):
        read_round(tmp_path / "round.toml")
