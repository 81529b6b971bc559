"""An office with 500 sites and a published plan of 25 routes on one day, made by hand: no planning is measured here."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from gridplan.model.document import plan_to_json
from gridplan.model.place import LonLat
from gridplan.model.plan import Plan, RouteId
from gridplan.model.record import PlanHead, Role, User
from gridplan.model.release import CHINA
from gridplan.model.round import VisitId
from gridplan.model.site import SiteId
from gridplan.services.desk import Desk
from gridplan.services.registry import register
from gridplan.services.rounds import drafting

MINI = Path(__file__).parents[2] / "data" / "mini"
PASSWORD = "a-long-test-password"
A_ROUTE = 20


def open_office(work: Path, results: int) -> tuple[Desk, PlanHead, Plan]:
    """Make the office: `results` sites on routes of 20, walked by p01, p02 and so on; `spare` walks none."""
    folder = work / "in"
    shutil.copytree(MINI, folder)
    desk = Desk.open(f"sqlite:///{work / 'office.db'}", create=True)
    for part in ("areas", "sites", "teams"):
        register.IMPORTS[part](desk, folder, by="test")
    register.locate_sites(desk, by="test")
    stored = drafting.create_round(desk, folder, by="test")
    _, small = drafting.draft(desk, stored.id, by="test")
    _more_sites(folder, results)
    register.IMPORTS["sites"](desk, folder, by="test")
    register.locate_sites(desk, by="test")
    plan = _stretched(desk, small, results)
    document = json.dumps(plan_to_json(plan), ensure_ascii=False)
    with desk.store.transaction() as t:
        head = t.plans.add_draft(stored.id, plan, document=document, certificate='{"promises": {}}', by="test")
        t.plans.publish(head.id, version=t.rounds.get(stored.id).version, by="test")
    for n in range(len(plan.routes)):
        login = f"p{n + 1:02d}"
        desk.add_person(User(login=login, name=f"检查员{n + 1}", role=Role.INSPECTOR), PASSWORD, by="test")
        with desk.store.transaction() as t:
            t.assignments.set(head.id, plan.routes[n].id, [login], by="test")
    for login, role in (("spare", Role.INSPECTOR), ("lin", Role.PLANNER)):
        desk.add_person(User(login=login, name=login, role=role), PASSWORD, by="test")
    day = plan.routes[0].date
    desk.now = lambda: datetime(day.year, day.month, day.day, 8, 30, tzinfo=CHINA)
    return desk, head, plan


def _more_sites(folder: Path, results: int) -> None:
    path = folder / "sites.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for n in range(results):
            lon, lat = 116.4008 + 0.0002 * (n % 40), 39.9008 + 0.0005 * (n // 40)
            row = [
                n + 1,
                f"第{n + 1}托管",
                "托管",
                f"示例区东街道甲社区一号路{n + 1}号",
                "",
                f"{lon:.5f}",
                f"{lat:.5f}",
                "有",
                "有",
                "",
            ]
            writer.writerow(row[: len(header)])


def _stretched(desk: Desk, small: Plan, results: int) -> Plan:
    """Return the small plan drawn out to all sites: the same route again and again, at other sites."""
    with desk.store.reading() as t:
        sites = [one.site for one in t.sites.placed()]
        points = {one.site.id: one.fix.point for one in t.sites.placed()}
    assert len(sites) == results, f"{len(sites)} sites were read"
    route, like, visit = small.routes[0], small.sites[0], small.visits[0]
    named = [
        replace(like, id=SiteId(site.id), name=site.name, kind=site.kind, address=site.address, point=points[site.id])
        for site in sites
    ]
    visits = [
        replace(visit, id=VisitId(f"V-{site.id}"), site=site.id, place=site.point or LonLat(116.4, 39.9))
        for site in named
    ]
    stop, routes = route.stops[0], []
    for n in range(0, results, A_ROUTE):
        stops = []
        for seq, one in enumerate(visits[n : n + A_ROUTE], 1):
            at = route.depart + timedelta(minutes=22 * seq)
            stops.append(
                replace(
                    stop,
                    seq=seq,
                    visit=one.id,
                    site=one.site,
                    arrive=at,
                    start=at,
                    leave=at + timedelta(minutes=15),
                    minutes=15,
                )
            )
        routes.append(
            replace(route, id=RouteId(f"R{n // A_ROUTE + 1:02d}"), shift=f"s{n // A_ROUTE + 1}", stops=tuple(stops))
        )
    return replace(
        small,
        sites=tuple(named),
        visits=tuple(visits),
        routes=tuple(routes),
        unplanned=(),
        violations=(),
        appointments={},
        before={},
    )
