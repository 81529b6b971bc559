"""An office with two teams and a drafted round of many sites, for tests of changing plans by hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gridplan.model.plan import Plan
from gridplan.model.record import PlanHead, Role, User
from gridplan.routing.search.improve import Effort
from gridplan.services.desk import Desk
from gridplan.services.registry import register
from gridplan.services.rounds import drafting
from tests.clock import FRIDAY_NOON, clock_from
from tests.services.drafting import wide_folder

HOSTILE = "<img src=x onerror=alert(1)>"
PASSWORD = "a-long-test-password"
PEOPLE = {
    "lin": ("林知夏", Role.PLANNER),
    "gao": ("高明", Role.PLANNER),
    "zhou": ("周敏", Role.INSPECTOR),
    "lu": ("陆怀远", Role.INSPECTOR),
    "zheng": ("郑启明", Role.HEAD),
}


@dataclass
class PlanOffice:
    """A desk, the head of its draft and the plan itself."""

    url: str
    desk: Desk
    round_id: int
    head: PlanHead
    plan: Plan


def plan_office(path: Path, count: int = 34) -> PlanOffice:
    """Make the office below `path`: a lawful plan that keeps a minimum of three a day."""
    url = f"sqlite:///{path}/plans.db"
    desk = Desk.open(url, create=True)
    desk.now = clock_from(FRIDAY_NOON)
    folder = wide_folder(path / "in", count)
    teams = (folder / "teams.toml").read_text("utf-8")
    second = teams[teams.index("[[team]]") :].replace("T1", "T2").replace("一组", "二组")
    second = second.replace('"p1"', '"p3"').replace('"p2"', '"p4"').replace("示000", "示001")
    (folder / "teams.toml").write_text(f"{teams}\n{second}", "utf-8")
    sites = (folder / "sites.csv").read_text("utf-8")
    # A name that tries to run a script is shown as text wherever it stands.
    (folder / "sites.csv").write_text(sites.replace("第3家托管", f"第3家{HOSTILE}托管"), "utf-8")
    settings = (folder / "round.toml").read_text("utf-8")
    (folder / "round.toml").write_text(settings.replace("max_days = 8", "max_days = 3"), "utf-8")
    for part in ("areas", "sites", "teams"):
        register.IMPORTS[part](desk, folder, by="test")
    register.locate_sites(desk, by="test")
    stored = drafting.create_round(desk, folder, by="test")
    head, plan = drafting.draft(desk, stored.id, by="test", effort=Effort(rounds=2_000))
    for login, (name, role) in PEOPLE.items():
        desk.add_person(User(login=login, name=name, role=role), PASSWORD, by="test")
    return PlanOffice(url=url, desk=desk, round_id=stored.id, head=head, plan=plan)
