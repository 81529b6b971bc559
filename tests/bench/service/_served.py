"""A small office with a published plan behind a real server, for measures that call over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from gridplan.model.record import Role, Scope, User
from gridplan.services.accounts.tokens import add_token
from gridplan.services.desk import Desk
from gridplan.services.plans import publishing
from gridplan.services.registry import register
from gridplan.services.rounds import drafting
from tests.serving import serving
from web import create_app

MINI = Path(__file__).resolve().parents[2] / "data" / "mini"


class Served(NamedTuple):
    """An office that answers at `url`, and a token of its planner's that may do everything."""

    desk: Desk
    url: str
    token: str


@contextmanager
def served_office(folder: Path = MINI) -> Iterator[Served]:
    """Serve an office over a folder that was imported, planned and published, for the time of the block."""
    with TemporaryDirectory(prefix="gridplan-bench-") as work:
        desk = Desk.open(f"sqlite:///{work}/office.db", create=True)
        for part in ("areas", "sites", "teams"):
            register.IMPORTS[part](desk, folder, by="bench")
        register.locate_sites(desk, by="bench")
        head, plan = drafting.draft(desk, drafting.create_round(desk, folder, by="bench").id, by="bench")
        desk.add_person(User(login="planner", name="某计划员", role=Role.PLANNER), "a-long-bench-password", by="bench")
        desk.add_person(
            User(login="inspector", name="某检查员", role=Role.INSPECTOR), "a-long-bench-password", by="bench"
        )
        publishing.publish(desk, head.id, by="bench")
        publishing.assign(desk, head.id, plan.routes[0].id, ["inspector"], by="bench")
        _, secret = add_token(desk, "planner", "bench", tuple(Scope), by="bench")
        try:
            with serving(create_app(desk, testing=True)) as url:
                yield Served(desk, url, secret)
        finally:
            desk.close()
