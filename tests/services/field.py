"""An office with a published round of the mini folder's wider copy, ready for the street."""

from __future__ import annotations

import shutil
from datetime import date, datetime, time
from pathlib import Path

from gridplan.model.plan import Plan
from gridplan.model.record import Role, RoundId, User
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.sent import Parcel, SentFinding, SentRecheck
from gridplan.routing.search.improve import Effort
from gridplan.services.desk import Desk
from gridplan.services.field.checklists import desk_categories
from gridplan.services.field.keeping import keep_parcel
from gridplan.services.plans import publishing
from gridplan.services.plans.handing import hand_over
from gridplan.services.registry import register
from gridplan.services.rounds import drafting
from tests.services.drafting import wide_folder

GAZETTEER = "name,kind,road,number,township,community,lon,lat\n甲花园,小区,,,东街道,甲社区,116.4031,39.9032\n"


class FieldOffice:
    """A desk with a published plan; `wang` walks with the only team."""

    def __init__(self, path: Path, sites: int = 12) -> None:
        folder = wide_folder(path / "in", sites)
        (folder / "gazetteer.csv").write_text(GAZETTEER, "utf-8")
        teams = (folder / "teams.toml").read_text("utf-8")
        (folder / "teams.toml").write_text(teams.replace("off = [2026-12-02]", "off = []"), "utf-8")
        self.desk = Desk.open(f"sqlite:///{path}/a.db", create=True)
        for part in ("areas", "gazetteer", "sites", "teams"):
            register.IMPORTS[part](self.desk, folder, by="lin")
        register.locate_sites(self.desk, by="lin")
        self.round: RoundId = drafting.create_round(self.desk, folder, by="lin").id
        head, plan = drafting.draft(self.desk, self.round, by="lin", effort=Effort(rounds=200))
        assert plan.verdict.value == "kept"
        self.desk.add_person(
            User(login="wang", name="王", role=Role.INSPECTOR, team=plan.teams[0].id), "a-long-password", by="lin"
        )
        publishing.publish(self.desk, head.id, by="lin")
        hand_over(self.desk, None, head.id, _nothing(plan), by="lin")
        first = min(route.date for route in plan.routes)
        self.days = tuple(day for day in plan.round.workdays if day >= first)
        """The days of the round from the first on which anybody works."""

    @property
    def plan(self) -> Plan:
        """The plan that is published now."""
        with self.desk.store.reading() as t:
            head = t.plans.published(self.round)
            assert head is not None
            return t.plans.plan(head.id)

    def report(
        self,
        visit: str,
        outcome: Outcome = Outcome.DONE,
        *,
        on: date | None = None,
        found: tuple[SentFinding, ...] = (),
        rechecks: tuple[SentRecheck, ...] = (),
        key: str = "",
    ) -> None:
        """Send what came of a visit, by default on the day on which it is planned."""
        with self.desk.store.transaction() as t:
            head = t.plans.published(self.round)
            assert head is not None
            plan = t.plans.plan(head.id)
            route, stop = next((r, s) for r in plan.routes for s in r.stops if s.visit == visit)
            day = on or route.date
            result = VisitResult(
                key=key or f"{visit}-{day}-{outcome}",
                visit=stop.visit,
                outcome=outcome,
                note="",
                by="wang",
                at=datetime.combine(day, time(11)),
            )
            keep_parcel(
                t,
                Parcel(result=result, findings=found, rechecks=rechecks),
                round_id=self.round,
                plan_id=head.id,
                site=stop.site,
                categories=desk_categories(self.desk),
            )

    def on(self, day: date) -> list[str]:
        """The visits of a day."""
        return [stop.visit for route in self.plan.routes if route.date == day for stop in route.stops]


def _nothing(plan: Plan):
    from gridplan.routing.replan.comparing import compare

    return compare(plan, plan)


def copy_of(template: Path, path: Path) -> Desk:
    """Open a copy of an office's database, so that each test may change it."""
    shutil.copy(template / "a.db", path / "a.db")
    return Desk.open(f"sqlite:///{path}/a.db")
