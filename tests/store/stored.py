"""A small plan and a log-in that tests of the store keep."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta

from gridplan.model.document import plan_to_json
from gridplan.model.place import Datum, FixLevel
from gridplan.model.plan import (
    Bound,
    Figures,
    Plan,
    PlanRound,
    PlanSite,
    PlanTravel,
    Route,
    RouteId,
    Stop,
    Verdict,
)
from gridplan.model.record import PlanHead, Role, StoredRound, User
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.round import RoundRule, TravelSettings, VisitId
from gridplan.model.site import SiteKind, SiteStatus, SourceRow
from gridplan.model.words import Text
from gridplan.store.repositories import Store, Transaction
from tests.builders import MONDAY, round_, team, visit

NINE = datetime.combine(MONDAY, time(9))


def plan(*routes: tuple[str, ...]) -> Plan:
    """A plan on Monday with a route for each group of visit ids: R1, R2, …"""
    visits = tuple(visit(name) for group in routes for name in group)
    sites = tuple(
        PlanSite(
            id=item.site,
            rows=(SourceRow(file="sites.csv", row=2),),
            name=f"点位{item.id}",
            kind=SiteKind.INSTITUTION,
            address="一号路1号",
            point=item.place,
            datum_in=Datum.WGS84,
            level=FixLevel.EXACT,
            score=1.0,
            status=SiteStatus.LOCATED,
            reason=Text("", ""),
        )
        for item in visits
    )
    return Plan(
        round=PlanRound(name="示例轮次", start=MONDAY, workdays=(MONDAY,), rule=RoundRule(), datum=Datum.WGS84),
        travel=PlanTravel(engine="straight", detour=1.35, speed_kmh=TravelSettings().speed_kmh, set_up_min=5),
        sites=sites,
        teams=(team(),),
        visits=visits,
        routes=tuple(_route(f"R{number}", group) for number, group in enumerate(routes, 1)),
        unplanned=(),
        verdict=Verdict.KEPT,
        violations=(),
        remedies=(),
        figures=Figures(
            visits=len(visits),
            planned=len(visits),
            unplanned=0,
            days=1,
            teams=1,
            team_days=len(routes),
            travel_min=10.0,
            distance_m=4000,
            minutes_min=60,
            minutes_max=60,
            communities_split=0,
            cost=130.0,
        ),
        bound=Bound(cost=100.0, team_days=1, text=Text("下界", "bound")),
        gap=0.3,
        notes=(),
    )


def _route(id: str, visits: tuple[str, ...]) -> Route:
    stops = tuple(
        Stop(
            seq=seq,
            visit=VisitId(name),
            site=visit(name).site,
            travel_m=0,
            travel_s=0,
            set_up_s=0,
            arrive=NINE + timedelta(hours=seq),
            start=NINE + timedelta(hours=seq),
            leave=NINE + timedelta(hours=seq, minutes=30),
            minutes=30,
        )
        for seq, name in enumerate(visits, 1)
    )
    return Route(
        id=RouteId(id),
        team=team().id,
        date=MONDAY,
        day=1,
        shift="day",
        depart=NINE,
        back=NINE + timedelta(hours=len(visits) + 1),
        lunch=None,
        distance_m=4000,
        travel_s=600,
        back_m=0,
        back_s=0,
        stops=stops,
    )


def add_plan(tx: Transaction, stored: StoredRound, *routes: tuple[str, ...]) -> PlanHead:
    """Keep a draft with these routes."""
    made = plan(*routes)
    return tx.plans.add_draft(stored.id, made, document=json.dumps(plan_to_json(made)), certificate="{}", by="lin")


def publish(tx: Transaction, head: PlanHead) -> PlanHead:
    """Publish a draft as somebody who has just looked."""
    return tx.plans.publish(head.id, version=tx.rounds.get(head.round_id).version, by="lin")


def published_plan(store: Store, *routes: tuple[str, ...]) -> PlanHead:
    """Keep a round with one published plan."""
    with store.transaction() as tx:
        return publish(tx, add_plan(tx, tx.rounds.add(round_(), by="lin"), *routes))


def add_inspector(tx: Transaction, login: str, *, active: bool = True) -> None:
    """Keep an inspector's log-in."""
    tx.users.add(User(login=login, name=f"检查员{login}", role=Role.INSPECTOR, active=active), "hash", by="lin")


def result(key: str, visit: str, outcome: Outcome = Outcome.DONE, note: str = "") -> VisitResult:
    """An outcome as a phone sends it."""
    return VisitResult(key=key, visit=VisitId(visit), outcome=outcome, note=note, by="wang", at=NINE)
