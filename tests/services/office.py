"""An office with a published plan of the mini folder, made once and then restored from its backup, which is quicker."""

from __future__ import annotations

from pathlib import Path

from gridplan.model.record import Role, User
from gridplan.services.desk import Desk
from gridplan.services.plans import publishing
from gridplan.services.registry import register
from gridplan.services.rounds import drafting

MINI = Path(__file__).parents[1] / "data" / "mini"
PASSWORD = "a-long-test-password"


def open_office(url: str) -> Desk:
    """Import, place, plan and publish."""
    desk = Desk.open(url, create=True)
    for part in ("areas", "sites", "teams"):
        register.IMPORTS[part](desk, MINI, by="lin")
    register.locate_sites(desk, by="lin")
    head, _ = drafting.draft(desk, drafting.create_round(desk, MINI, by="lin").id, by="lin")
    desk.add_person(User(login="wang", name="王五", role=Role.INSPECTOR), PASSWORD, by="lin")
    publishing.publish(desk, head.id, by="lin")
    return desk
