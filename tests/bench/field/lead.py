"""How long a lead takes from its typing to the changed, published route on the phone, in the invented district."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from datetime import time as clock
from pathlib import Path

from geodata.make_demo import make_demo
from gridplan.model.record import Role, User
from gridplan.model.release import CHINA
from gridplan.routing.search.improve import Effort
from gridplan.services.desk import Desk
from gridplan.services.field import lead_places, leads
from gridplan.services.field.field_day import field_day
from gridplan.services.plans import publishing
from gridplan.services.registry import register
from gridplan.services.rounds import drafting
from tests.bench.field.office import PASSWORD
from tests.bench.figures import Figure, at_least, at_most, plain

LEADS, BY = 5, "lin"
LATER = timedelta(days=1)


def lead(work: Path) -> Iterator[Figure]:
    """Yield the slowest of some leads by the clock, and how few of the other stops kept team, day and shift."""
    folder = work / "district"
    make_demo(folder, 1)
    desk = Desk.open(f"sqlite:///{work / 'leads.db'}", create=True)
    for login, role in ((BY, Role.PLANNER), ("walker", Role.INSPECTOR)):
        desk.add_person(User(login=login, name=login, role=role), PASSWORD, by="bench")
    for part in ("areas", "gazetteer", "roads", "sites", "teams"):
        register.IMPORTS[part](desk, folder, by=BY)
    register.locate_sites(desk, by=BY)
    round_id = drafting.create_round(desk, folder, by=BY).id
    head, plan = drafting.draft(desk, round_id, by=BY, effort=Effort(rounds=150))
    publishing.publish(desk, head.id, by=BY)
    today = min(route.date for route in plan.routes)
    desk.now = lambda: datetime.combine(today, clock(8), CHINA)
    with desk.store.reading() as t:
        walker = t.users.get("walker")
    assert walker is not None
    took, kept = [], []
    for number, site in enumerate(plan.sites[:: len(plan.sites) // LEADS][:LEADS]):
        began = time.perf_counter()
        told = leads.add_lead(
            desk,
            channel="hotline",
            what="反映夜间补课",
            where=site.name,
            urgent=number == 0,
            at=datetime.combine(today, clock(7, 30)),
            due=today + timedelta(days=5),
            round_id=round_id,
            by=BY,
        )
        lead_places.locate_lead(desk, told.id)
        lead_places.choose_site(desk, told.id, site=site.id, by=BY)
        put = leads.plan_lead(desk, told.id, round_id, today=today, by=BY)
        with desk.store.reading() as t:
            changed = t.plans.plan(put.head.id)
        route = next(one for one in changed.routes if any(stop.visit == put.lead.visit for stop in one.stops))
        publishing.assign(desk, put.head.id, route.id, ["walker"], by=BY)
        # The phone asks on the day itself: before that no route is shown (四不两直).
        desk.now = lambda day=route.date: datetime.combine(day, clock(8, 30), CHINA)
        seen = field_day(desk, walker, route.date, desk.now() + LATER)
        took.append(time.perf_counter() - began)
        desk.now = lambda: datetime.combine(today, clock(8), CHINA)
        if all(stop["visit"] != put.lead.visit for stop in seen["stops"]):
            raise RuntimeError(f"{put.lead.visit} is not on the phone")
        kept.append(put.same / put.others)
    desk.close()
    yield plain("leads planned one after the other, stops of the plan", sum(len(one.stops) for one in plan.routes), "")
    yield at_most("a lead from typing to the route on the phone", max(took), "s", 30)
    yield at_least("other stops that keep team, day and shift", min(kept), "share", 0.97)
