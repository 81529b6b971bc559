"""The pages' policy: pictures from the office's own tile server on map pages, and from nowhere else on any."""

from __future__ import annotations

import pytest


def pictures(answer):
    policy = answer.headers["Content-Security-Policy"]
    return next(part.strip() for part in policy.split(";") if "img-src" in part)


def test_by_default_pages_fetch_nothing_from_elsewhere(office):
    assert pictures(office.client("head").get("/coverage")) == "img-src 'self' data:"


@pytest.mark.parametrize(("who", "path"), [("planner", "/plans/{plan}"), ("inspector", "/today?day={day}")])
def test_a_page_with_a_map_may_ask_the_offices_tiles(office, monkeypatch, who, path):
    monkeypatch.setenv("GRIDPLAN_TILES", "http://tiles.intranet:8080/{z}/{x}/{y}.png")
    answer = office.client(who).get(path.format(plan=office.head.id, day=office.day))
    assert pictures(answer) == "img-src 'self' data: http://tiles.intranet:8080"
    assert "tiles.intranet:8080/{z}" in answer.text


def test_a_page_without_a_map_may_not(office, monkeypatch):
    monkeypatch.setenv("GRIDPLAN_TILES", "http://tiles.intranet:8080/{z}/{x}/{y}.png")
    assert pictures(office.client("planner").get("/rounds")) == "img-src 'self' data:"
