"""The application behind a proxy that speaks https for it: the proxy is believed, nobody else."""

from __future__ import annotations

import gc

import pytest

from gridplan.services.desk import Desk
from web.wsgi import application

TOLD = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "10.1.2.3"}


@pytest.fixture
def client(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'office.db'}"
    Desk.open(url, create=True).close()
    monkeypatch.setenv("GRIDPLAN_DB", url)
    monkeypatch.setenv("GRIDPLAN_PROXY", "10.0.0.9")
    return application().test_client()


def test_over_https_the_cookie_never_travels_without_it(client):
    answer = client.get("/login", environ_base={"REMOTE_ADDR": "10.0.0.9"} | TOLD)
    assert "Secure" in answer.headers["Set-Cookie"] and "Strict-Transport-Security" in answer.headers


def test_who_is_not_the_proxy_cannot_say_who_asks_nor_how(client):
    answer = client.get("/login", environ_base={"REMOTE_ADDR": "10.0.0.8"} | TOLD)
    assert "Secure" not in answer.headers["Set-Cookie"] and "Strict-Transport-Security" not in answer.headers


def test_the_program_itself_is_never_searched_while_a_phone_waits(client):
    try:
        assert gc.get_freeze_count() > 100_000
    finally:
        gc.unfreeze()
