"""An office with a published round of the mini folder, whose names are hostile, asked by flask's own client."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gridplan.model.place import AreaCode
from gridplan.model.plan import Plan
from gridplan.model.record import PlanHead, Role, User
from gridplan.services.desk import Desk
from gridplan.services.plans import publishing
from gridplan.services.registry import register
from gridplan.services.rounds import drafting
from tests.clock import FRIDAY_NOON, clock_from
from web import create_app

MINI = Path(__file__).parents[1] / "data" / "mini"
PASSWORD = "a-long-test-password"
HOSTILE = "<script>alert(1)</script>"
# By role; `other` is an inspector to whom no route is assigned.
LOG_INS = {
    "planner": Role.PLANNER,
    "inspector": Role.INSPECTOR,
    "other": Role.INSPECTOR,
    "head": Role.HEAD,
    "administrator": Role.ADMINISTRATOR,
    "auditor": Role.AUDITOR,
}
THERE = AreaCode("110000001002")
"""乙社区, which the log-ins below are bound to; the only route goes through both communities."""
BOUND = {"planner_there": Role.PLANNER, "head_there": Role.HEAD, "auditor_there": Role.AUDITOR}


@dataclass
class Office:
    """The application, its desk and what is stored in it."""

    app: Flask
    desk: Desk
    head: PlanHead
    plan: Plan
    broken: PlanHead

    @property
    def day(self) -> str:
        """The day of the only route."""
        return self.plan.routes[0].date.isoformat()

    def visit(self, number: int) -> str:
        """Return the visit of a stop of the only route."""
        return self.plan.routes[0].stops[number].visit

    def client(self, login: str) -> FlaskClient:
        """Return a browser of somebody who is logged in; "stranger" is not."""
        client = self.app.test_client()
        if login != "stranger":
            form = {"login": login, "password": PASSWORD, "csrf_token": token(client)}
            assert client.post("/login", data=form).status_code == 302
        return client

    def results(self) -> int:
        """Count the stored results."""
        with self.desk.store.reading() as t:
            return len(t.results.list(self.head.round_id))


def token(client: FlaskClient) -> str:
    """Return the token that the forms of this browser carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert found
    return found[1]


def _folder(path: Path) -> Path:
    """Copy the mini folder with a site and a community that try to run a script."""
    shutil.copytree(MINI, path)
    for name, old in (("sites.csv", "月亮托管"), ("areas/areas.geojson", "甲社区")):
        file = path / name
        text = file.read_text("utf-8")
        assert old in text
        # Only the community's own name changes in the areas: addresses still name it as it was.
        file.write_text(text.replace(old, f"{old}{HOSTILE}"), "utf-8")
    return path


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A published plan whose only route is the inspector's, and a second round that cannot be kept."""
    work = tmp_path_factory.mktemp("office")
    folder = _folder(work / "in")
    desk = Desk.open(f"sqlite:///{work / 'office.db'}", create=True)
    desk.now = clock_from(FRIDAY_NOON)
    for part in ("areas", "sites", "teams"):
        register.IMPORTS[part](desk, folder, by="test")
    register.locate_sites(desk, by="test")
    hard = (folder / "round.toml").read_text("utf-8")
    stored = drafting.create_round(desk, folder, by="test")
    head, plan = drafting.draft(desk, stored.id, by="test")
    # Six sites are not three on each of three days.
    hard = hard.replace('days = "active"', 'days = "every"').replace("示例轮次", "守不住的轮次")
    (folder / "round.toml").write_text(hard, "utf-8")
    second = drafting.create_round(desk, folder, by="test")
    broken, _ = drafting.draft(desk, second.id, by="test")
    for login, role in LOG_INS.items():
        desk.add_person(User(login=login, name=f"某{login}", role=role), PASSWORD, by="test")
    for login, role in BOUND.items():
        desk.add_person(User(login=login, name=f"某{login}", role=role, area=THERE), PASSWORD, by="test")
    publishing.publish(desk, head.id, by="test")
    publishing.assign(desk, head.id, plan.routes[0].id, ["inspector"], by="test")
    yield Office(app=create_app(desk, testing=True), desk=desk, head=head, plan=plan, broken=broken)
    desk.close()
