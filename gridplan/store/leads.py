"""Leads, who complained, call-outs and who reported there, and notices of change in the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from gridplan.model.errors import NotFound
from gridplan.model.lead import (
    CallOut,
    CallOutId,
    CallOutState,
    ChangeNotice,
    Complainant,
    Lead,
    LeadChannel,
    LeadId,
    LeadState,
    Reported,
)
from gridplan.model.place import AreaCode, LonLat
from gridplan.model.record import PlanId, RoundId
from gridplan.model.round import VisitId
from gridplan.model.site import SiteId
from gridplan.model.words import Text, say
from gridplan.store import field_tables as tables
from gridplan.store.inserts import insert_new
from gridplan.store.people import AuditLog


class Leads:
    """The leads. Who complained lies in a table of its own and comes out through `complainant` alone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, lead: Lead, complainant: Complainant | None = None) -> Lead:
        """Keep a lead under the next number (its `id` is not looked at), and apart from it who complained."""
        id = self._connection.execute(
            insert(tables.lead).values(_lead_values(lead)).returning(tables.lead.c.id)
        ).scalar_one()
        if complainant is not None:
            self._connection.execute(
                insert(tables.complainant).values(
                    lead=id,
                    name=complainant.name,
                    phone=complainant.phone,
                    note=complainant.note,
                    by=complainant.by,
                    at=datetime.now(UTC),
                )
            )
        AuditLog(self._connection).add(lead.by, "lead.add", f"lead/{id}", {"urgent": lead.urgent})
        return self.get(LeadId(id))

    def change(self, lead: Lead, *, by: str, what: str) -> Lead:
        """Keep a lead as it stands now; the audit log says `what` was done."""
        changed = self._connection.execute(
            update(tables.lead)
            .where(tables.lead.c.id == lead.id)
            .values(_lead_values(lead))
            .returning(tables.lead.c.id)
        ).first()
        if changed is None:
            raise NotFound(say("leads.none", lead=lead.id))
        AuditLog(self._connection).add(by, what, f"lead/{lead.id}", {"state": lead.state.value})
        return self.get(lead.id)

    def get(self, lead: LeadId) -> Lead:
        """Return a lead, or raise `NotFound`."""
        row = self._connection.execute(select(tables.lead).where(tables.lead.c.id == lead)).first()
        if row is None:
            raise NotFound(say("leads.none", lead=lead))
        return _lead(row)

    def list(self, *, round_id: RoundId | None = None, state: LeadState | None = None) -> tuple[Lead, ...]:
        """Return the leads, the newest first; of one round or state where it is said."""
        query = select(tables.lead).order_by(tables.lead.c.id.desc())
        if round_id is not None:
            query = query.where(tables.lead.c.round_id == round_id)
        if state is not None:
            query = query.where(tables.lead.c.state == state.value)
        return tuple(_lead(row) for row in self._connection.execute(query))

    def entrusted(self, lead: LeadId, by: str) -> bool:
        """Whether `by` typed in who complained."""
        table = tables.complainant
        query = select(table.c.lead).where(table.c.lead == lead, table.c.by == by)
        return self._connection.execute(query).first() is not None

    def complainant(self, lead: LeadId, *, by: str) -> Complainant:
        """Return who complained, to the person who typed it in; each look is written down.

        Raises
        ------
        NotFound
            Nobody is named, or somebody else typed it in: for others there is no such thing.
        """
        table = tables.complainant
        row = self._connection.execute(select(table).where(table.c.lead == lead, table.c.by == by)).first()
        if row is None:
            raise NotFound(say("leads.no_complainant", lead=lead))
        AuditLog(self._connection).add(by, "lead.complainant", f"lead/{lead}")
        return Complainant(lead=LeadId(row.lead), name=row.name, phone=row.phone, note=row.note, by=row.by, at=row.at)


def _lead_values(lead: Lead) -> dict[str, Any]:
    return {
        "round_id": lead.round,
        "number": lead.number,
        "channel": lead.channel.value,
        "what": lead.what,
        "where": lead.where,
        "urgent": lead.urgent,
        "at": lead.at,
        "by": lead.by,
        "due": lead.due,
        "site": lead.site,
        "lon": lead.point.lon if lead.point else None,
        "lat": lead.point.lat if lead.point else None,
        "state": lead.state.value,
        "visit": lead.visit,
        "plan_id": lead.plan,
        "answer": lead.answer,
        "answered_at": lead.answered_at,
        "answered_by": lead.answered_by,
    }


def _lead(row: Row[Any]) -> Lead:
    return Lead(
        id=LeadId(row.id),
        round=RoundId(row.round_id) if row.round_id is not None else None,
        number=row.number,
        channel=LeadChannel(row.channel),
        what=row.what,
        where=row.where,
        urgent=row.urgent,
        at=row.at,
        by=row.by,
        due=row.due,
        site=SiteId(row.site) if row.site is not None else None,
        point=LonLat(row.lon, row.lat) if row.lon is not None else None,
        state=LeadState(row.state),
        visit=VisitId(row.visit) if row.visit is not None else None,
        plan=PlanId(row.plan_id) if row.plan_id is not None else None,
        answer=row.answer,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
    )


class CallOuts:
    """The call-outs of townships, and who reported there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, call: CallOut) -> CallOut:
        """Keep a call-out under the next number."""
        table = tables.call_out
        id = self._connection.execute(insert(table).values(_call_values(call)).returning(table.c.id)).scalar_one()
        AuditLog(self._connection).add(call.by, "call_out.add", f"call_out/{id}", {"units": list(call.units)})
        return self.get(CallOutId(id))

    def change(self, call: CallOut, *, by: str, what: str) -> CallOut:
        """Keep a call-out as it stands now."""
        table = tables.call_out
        self._connection.execute(update(table).where(table.c.id == call.id).values(_call_values(call)))
        AuditLog(self._connection).add(by, what, f"call_out/{call.id}", {"state": call.state.value})
        return self.get(call.id)

    def get(self, call: CallOutId) -> CallOut:
        """Return a call-out, or raise `NotFound`."""
        row = self._connection.execute(select(tables.call_out).where(tables.call_out.c.id == call)).first()
        if row is None:
            raise NotFound(say("leads.no_call_out", call=call))
        return _call(row)

    def list(self, *, round_id: RoundId | None = None) -> tuple[CallOut, ...]:
        """Return the call-outs, the newest first."""
        query = select(tables.call_out).order_by(tables.call_out.c.id.desc())
        if round_id is not None:
            query = query.where(tables.call_out.c.round_id == round_id)
        return tuple(_call(row) for row in self._connection.execute(query))

    def report(self, one: Reported) -> None:
        """Keep that somebody reported."""
        self._connection.execute(
            insert(tables.reported).values(
                call_out=one.call_out, unit=one.unit, person=one.person, at=one.at, by=one.by
            )
        )

    def reported(self, call: CallOutId) -> tuple[Reported, ...]:
        """Return who reported at a call-out, in the order of time."""
        table = tables.reported
        rows = self._connection.execute(select(table).where(table.c.call_out == call).order_by(table.c.at, table.c.id))
        return tuple(
            Reported(call_out=CallOutId(row.call_out), unit=row.unit, person=row.person, at=row.at, by=row.by)
            for row in rows
        )


def _call_values(call: CallOut) -> dict[str, Any]:
    return {
        "round_id": call.round,
        "township": call.township,
        "site": call.site,
        "at": call.at,
        "minutes": call.minutes,
        "units": list(call.units),
        "text": call.text,
        "by": call.by,
        "state": call.state.value,
        "visit": call.visit,
        "plan_id": call.plan,
    }


def _call(row: Row[Any]) -> CallOut:
    return CallOut(
        id=CallOutId(row.id),
        round=RoundId(row.round_id),
        township=AreaCode(row.township),
        site=SiteId(row.site),
        at=row.at,
        minutes=row.minutes,
        units=tuple(row.units),
        text=row.text,
        by=row.by,
        state=CallOutState(row.state),
        visit=VisitId(row.visit) if row.visit is not None else None,
        plan=PlanId(row.plan_id) if row.plan_id is not None else None,
    )


class ChangeNotices:
    """What new plans change for each person and day, until the person has seen it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, round_id: RoundId, plan_id: PlanId, told: Iterable[tuple[str, date, Text]]) -> None:
        """Keep what a plan changes, as (log-in, day, words); told once for each of them."""
        for person, day, text in told:
            self._connection.execute(
                insert_new(self._connection, tables.change_notice, "plan_id", "person", "day").values(
                    round_id=round_id, plan_id=plan_id, person=person, day=day, text=list(text), made=datetime.now(UTC)
                )
            )

    def of(self, person: str, *, unread: bool = True) -> tuple[ChangeNotice, ...]:
        """Return what a person has to be told, the earliest day first; with `unread` False all that ever was."""
        table = tables.change_notice
        query = select(table).where(table.c.person == person).order_by(table.c.day, table.c.id)
        if unread:
            query = query.where(table.c.read.is_(None))
        return tuple(_notice(row) for row in self._connection.execute(query))

    def list(self, plan_id: PlanId) -> tuple[ChangeNotice, ...]:
        """Return all that a plan changes, read or not."""
        table = tables.change_notice
        query = select(table).where(table.c.plan_id == plan_id).order_by(table.c.day, table.c.person)
        return tuple(_notice(row) for row in self._connection.execute(query))

    def mark_read(self, notice: int, person: str) -> None:
        """Keep that the person has seen it; the first time counts, and nobody reads for another."""
        table = tables.change_notice
        self._connection.execute(
            update(table)
            .where(table.c.id == notice, table.c.person == person, table.c.read.is_(None))
            .values(read=datetime.now(UTC))
        )


def _notice(row: Row[Any]) -> ChangeNotice:
    return ChangeNotice(
        id=row.id,
        round=RoundId(row.round_id),
        plan=PlanId(row.plan_id),
        person=row.person,
        day=row.day,
        text=Text(*row.text),
        made=row.made,
        read=row.read,
    )
