"""A result that is in order is taken before Flask begins; anything else is answered as if that way were not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from flask import Response
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from gridplan.model.record import Role, User
from gridplan.services.accounts import people
from tests.web.conftest import PASSWORD, Office, token

HERE = "https://localhost/field/"


class Street:
    """An inspector's phone whose requests a test spoils, and the same application without the short way."""

    def __init__(self, office: Office, login: str = "inspector", *, browser: FlaskClient | None = None) -> None:
        self.office = office
        browser = browser or office.client(login)
        self.token = token(browser)
        cookie = browser.get_cookie("gridplan")
        assert cookie is not None
        self.cookie = cookie.value
        self.base = browser.environ_base

    def parcel(self, **more: object) -> dict[str, object]:
        return {
            "key": str(uuid4()),
            "visit": self.office.visit(0),
            "outcome": "closed",
            "at": "2026-11-25T10:00:00",
        } | more

    def environ(self, body: bytes | None = None, **spoilt: Any) -> dict[str, Any]:
        """Return a request in order but for what is `spoilt`; None leaves a part out."""
        body = json.dumps(self.parcel()).encode() if body is None else body
        made = EnvironBuilder("/field/results", method="POST", data=body, content_type="application/json").get_environ()
        made |= {**self.base, "HTTP_COOKIE": f"gridplan={self.cookie}", "HTTP_X_CSRFTOKEN": self.token} | spoilt
        return {name: value for name, value in made.items() if value is not None}

    def send(self, environ: dict[str, Any], *, short: bool = True) -> Response:
        app: Any = self.office.app.wsgi_app
        return Response.from_app(app if short else app._next, environ, buffered=True)


@pytest.fixture
def street(office: Office) -> Street:
    return Street(office)


@contextmanager
def no_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within it the page of this address breaks, so that an answer can only come from the short way."""
    with monkeypatch.context() as patch:
        patch.setitem(office.app.config, "PROPAGATE_EXCEPTIONS", False)
        patch.setitem(office.app.view_functions, "phone.results", lambda: 1 / 0)
        yield


def test_a_result_in_order_never_reaches_the_page_and_is_answered_alike(street, office, monkeypatch):
    sent = json.dumps(street.parcel()).encode()
    with no_page(office, monkeypatch):
        first, again = (street.send(street.environ(sent)) for _ in range(2))
    assert (first.status_code, first.json["state"], again.json["state"]) == (200, "applied", "duplicate")
    page = street.send(street.environ(sent), short=False)
    assert page.data == again.data
    mine, theirs = (
        {name: value for name, value in one.headers if name != "Content-Security-Policy"} for one in (again, page)
    )
    assert mine == theirs
    assert "object-src 'none'" in again.headers["Content-Security-Policy"]


def test_over_https_too_where_it_says_that_it_comes_from_our_page(street, office, monkeypatch):
    with no_page(office, monkeypatch):
        answer = street.send(street.environ(**{"wsgi.url_scheme": "https", "HTTP_REFERER": HERE}))
    assert answer.json["state"] == "applied" and answer.headers["Strict-Transport-Security"]


def test_what_the_planner_must_decide_is_kept_once_and_said(street, office, monkeypatch):
    with no_page(office, monkeypatch):
        answer = street.send(street.environ(json.dumps(street.parcel(visit="nowhere")).encode()))
    assert answer.json["state"] == "refused" and answer.json["why"]["zh"]


def test_the_request_is_counted_for_those_who_run_the_service(street, office):
    before = office.app.test_client().get("/metrics").text
    assert street.send(street.environ()).status_code == 200
    after = office.app.test_client().get("/metrics").text
    line = 'gridplan_requests_total{endpoint="phone.results",method="POST",status="2xx"} '

    def count(text: str) -> int:
        return int(text.partition(line)[2].partition("\n")[0] or 0)

    assert count(after) == count(before) + 1


HTTPS = {"wsgi.url_scheme": "https"}
SPOILT: dict[str, Callable[[Street], dict[str, Any]]] = {
    "nobody is logged in": lambda s: s.environ(HTTP_COOKIE=None),
    "a cookie that somebody made up": lambda s: s.environ(HTTP_COOKIE="gridplan=eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb"),
    "a cookie signed by nobody": lambda s: s.environ(HTTP_COOKIE=f"gridplan={s.cookie[:-3]}abc"),
    "no token": lambda s: s.environ(HTTP_X_CSRFTOKEN=None),
    "an empty token": lambda s: s.environ(HTTP_X_CSRFTOKEN=""),
    "a token that somebody made up": lambda s: s.environ(HTTP_X_CSRFTOKEN="ImFiYyI.aaaa.bbbb"),
    "the token of another's session": lambda s: s.environ(HTTP_X_CSRFTOKEN=Street(s.office, "other").token),
    "the session of another's token": lambda s: s.environ(HTTP_COOKIE=f"gridplan={Street(s.office, 'other').cookie}"),
    "over https from nowhere": lambda s: s.environ(**HTTPS),
    "over https from elsewhere": lambda s: s.environ(**HTTPS, HTTP_REFERER="https://localhost.evil.example/field/"),
    "over https from the page without https": lambda s: s.environ(**HTTPS, HTTP_REFERER="http://localhost/field/"),
    "no JSON": lambda s: s.environ(b"{"),
    "JSON that is no object": lambda s: s.environ(b"[1]"),
    "no key": lambda s: s.environ(b"{}"),
    "longer than any result": lambda s: s.environ(json.dumps(s.parcel()).encode() + b" " * 256 * 1024),
    "looked at, not sent": lambda s: s.environ(REQUEST_METHOD="GET"),
    "changed, not sent": lambda s: s.environ(REQUEST_METHOD="PUT"),
    "another address": lambda s: s.environ(PATH_INFO="/field/results/"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_whatever_is_not_in_order_is_refused_as_by_the_page_alone_and_nothing_is_kept(street, office, what):
    before = office.results()
    with_it, alone = (street.send(SPOILT[what](street), short=short) for short in (True, False))
    assert (with_it.status_code, with_it.data) == (alone.status_code, alone.data)
    assert with_it.status_code >= 300
    assert office.results() == before


@pytest.mark.parametrize("length", ["100000", "1²", "-5", ""])
def test_what_does_not_say_rightly_how_long_it_is_is_left_to_the_page(street, office, monkeypatch, length):
    with no_page(office, monkeypatch):
        assert street.send(street.environ(CONTENT_LENGTH=length)).status_code == 500


@pytest.mark.parametrize("login", ["planner", "head", "auditor", "administrator"])
def test_who_does_not_walk_is_refused(office, login):
    desk, before = Street(office, login), office.results()
    assert desk.send(desk.environ()).status_code == 403
    assert office.results() == before


@pytest.fixture
def late(office: Office) -> str:
    """An inspector who came late and walks no route."""
    login = f"late{uuid4().hex[:6]}"
    office.desk.add_person(User(login=login, name="迟来", role=Role.INSPECTOR), PASSWORD, by="test")
    return login


def test_a_log_in_that_was_closed_meanwhile_is_a_stranger_at_the_next_result(office, late):
    street, before = Street(office, late), office.results()
    assert street.send(street.environ()).json["state"] == "refused"
    people.close(office.desk, late, by="administrator")
    assert street.send(street.environ()).status_code == 401
    assert office.results() == before


def test_who_must_choose_a_password_first_is_refused(office, late):
    once = people.reset_password(office.desk, late, by="administrator")
    browser = office.app.test_client()
    browser.post("/login", data={"login": late, "password": once, "csrf_token": token(browser)})
    street = Street(office, browser=browser)
    assert street.send(street.environ()).status_code == 403


def test_what_breaks_in_the_short_way_is_said_and_written_down_by_the_page(street, office, monkeypatch):
    monkeypatch.setitem(office.app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr("gridplan.services.field.field_sent.take", lambda *_: 1 / 0)
    answer = street.send(street.environ())
    assert answer.status_code == 500 and b"ZeroDivision" not in answer.data


def test_a_note_whose_last_character_was_cut_in_half_arrives_with_all_the_rest(street, office):
    body = json.dumps(street.parcel(note="门锁着😀")).replace("\\ude00", "").encode()
    assert b"\\ud83d" in body
    answer = street.send(street.environ(body))
    assert answer.status_code == 200 and json.loads(answer.data)["state"] == "applied", answer.data
    with office.desk.store.reading() as t:
        assert "门锁着?" in [one.note for one in t.results.list(office.head.round_id)]
