"""Health for anybody, figures for this machine, and a log that holds nobody's data."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from tests.web.conftest import Office, token


def test_health_says_that_all_is_well_and_nothing_else(office):
    answer = office.app.test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_figures_are_for_programs_on_this_machine_only(office):
    client = office.app.test_client()
    here = client.get("/metrics")
    assert here.status_code == 200 and here.mimetype == "text/plain"
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 404
    # A proxy on this machine forwards strangers from loopback.
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 404


def test_figures_tell_requests_jobs_and_room(office):
    client = office.client("planner")
    client.get("/rounds")
    lines = client.get("/metrics").text.splitlines()
    told = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}
    assert told['gridplan_requests_total{endpoint="rounds.all_rounds",method="GET",status="2xx"}'] >= 1
    assert told['gridplan_request_seconds_bucket{le="+Inf"}'] == told["gridplan_request_seconds_count"]
    assert told["gridplan_disk_free_bytes"] > 0
    assert 'gridplan_jobs{state="queued"}' in told and told["gridplan_workers"] == 0
    # Each metric says once what it is.
    kinds = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(kinds) == len(set(kinds))


def test_a_strangers_made_up_method_is_no_new_figure(office):
    client = office.app.test_client()
    client.open("/login", method="MAKEUP")
    assert "MAKEUP" not in client.get("/metrics").text


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """The log as it is written."""
    from gridplan.services.operation.logs import Lines

    class All(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(Lines().format(record))

    written: list[str] = []
    handler = All()
    root = logging.getLogger()
    root.addHandler(handler)
    before = root.level
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def test_a_request_is_written_down_without_path_query_or_form(office: Office, lines):
    client = office.client("inspector")
    client.post(
        f"/stops/{office.visit(0)}?who=张三",
        data={"outcome": "refused", "note": "13800000000", "csrf_token": token(client), "key": "x"},
    )
    client.get("/no/such/page/李四")
    told = [json.loads(line) for line in lines if '"web.requests"' in line]
    assert {one["endpoint"] for one in told} >= {"inspector.mark", "-"}
    everything = "\n".join(lines)
    for private in ("张三", "李四", "13800000000", office.visit(0)):
        assert private not in everything


def test_an_unforeseen_error_is_written_down_by_kind_and_place_only(office: Office, lines, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("王五 13900000000")

    monkeypatch.setattr("gridplan.services.rounds.round_page.list_rounds", broken)
    office.app.testing = False
    office.app.config["PROPAGATE_EXCEPTIONS"] = False
    assert office.client("planner").get("/rounds").status_code == 500
    (line,) = [json.loads(line) for line in lines if "request broke" in line]
    assert "RuntimeError" in line["error"] and any("test_observe" in place for place in line["error"])
    assert "王五" not in "\n".join(lines) and "13900000000" not in "\n".join(lines)
