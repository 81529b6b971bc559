"""Puts a made district into a database as the services would have: areas, round, published plan, results, findings, papers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, update

from gridplan.model.document import plan_to_json
from gridplan.model.finding import FindingAction, FindingEvent
from gridplan.model.record import RoundId
from gridplan.model.round import Round
from gridplan.report.statistics import Books
from gridplan.services.desk import Desk
from gridplan.store import tables
from gridplan.store.repositories import Transaction


def store_books(desk: Desk, books: Books) -> int:
    """Store the books under one round and return its id; the plan was published on the evening before the round."""
    plan = books.plan
    before = datetime.combine(plan.round.start, datetime.min.time(), UTC) - timedelta(hours=6)
    with desk.store.transaction() as t:
        t.areas.replace(books.areas, by="made")
        t.connection.execute(update(tables.area_change).values(at=before - timedelta(days=1)))
        t.owners.replace([(code, name, "owner") for code, name in books.owners.items()])
        stored = t.rounds.add(
            Round(name=plan.round.name, district=plan.round.district, start=plan.round.start), by="made"
        )
        document = json.dumps(plan_to_json(plan), ensure_ascii=False)
        head = t.plans.add_draft(stored.id, plan, document=document, certificate="{}", by="made")
        t.plans.publish(head.id, version=stored.version, by="made")
        t.connection.execute(
            update(tables.plan).where(tables.plan.c.id == head.id).values(published=before, created=before)
        )
        rows = [
            {
                "key": one.key,
                "round_id": stored.id,
                "plan_id": head.id,
                "visit": one.visit,
                "outcome": one.outcome.value,
                "note": one.note,
                "by": one.by,
                "at": one.at,
                "received": datetime.now(UTC),
            }
            for one in books.results
        ]
        if rows:
            t.connection.execute(insert(tables.result), rows)
        _findings(t, books, stored.id)
    return int(stored.id)


def _findings(t: Transaction, books: Books, round_id: RoundId) -> None:
    from dataclasses import replace

    from gridplan.model.finding import FindingState

    for one in books.findings:
        opened = replace(one, round=round_id, state=FindingState.OPEN, closed_at=None)
        t.findings.add(opened)
        if one.closed_at is not None:
            event = FindingEvent(finding=one.id, at=one.closed_at, by="wang", action=FindingAction.CLOSED)
            t.findings.step(event, replace(one, round=round_id))
    for notice in books.notices:
        t.findings.add_notice(notice)
    for lead in books.leads:
        t.leads.add(replace(lead, round=round_id))
