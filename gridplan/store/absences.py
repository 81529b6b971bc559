"""Absences of members and teams, and the office's own working days and days off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from gridplan.model.absence import Absence, AbsenceReason, OfficeDay
from gridplan.model.crew import Team, TeamId
from gridplan.model.errors import Conflict
from gridplan.model.words import say
from gridplan.store import tables


def days_of(first: date, last: date) -> frozenset[date]:
    """Return the dates from the first to the last, both included."""
    return frozenset(first + timedelta(days=number) for number in range((last - first).days + 1))


def with_absences(teams: Iterable[Team], absences: Sequence[Absence]) -> tuple[Team, ...]:
    """Return the teams with their absences as days off; a team none of whose members is there does not go out."""
    made = []
    for team in teams:
        mine = [one for one in absences if one.team == team.id]
        if not mine:
            made.append(team)
            continue
        off = team.off.union(*(days_of(one.first, one.last) for one in mine if not one.member))
        members = tuple(
            replace(
                member,
                off=member.off.union(*(days_of(one.first, one.last) for one in mine if one.member == member.id)),
            )
            for member in team.members
        )
        nobody = frozenset.intersection(*(member.off for member in members)) if members else frozenset[date]()
        made.append(replace(team, off=off | nobody, members=members))
    return tuple(made)


class Absences:
    """Who is away when."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> tuple[Absence, ...]:
        """Return all absences, earliest first."""
        table = tables.absence
        query = select(table).order_by(table.c.first, table.c.id)
        return tuple(_absence(row) for row in self._connection.execute(query))

    def get(self, id_: int) -> Absence | None:
        """Return one absence, or None."""
        row = self._connection.execute(select(tables.absence).where(tables.absence.c.id == id_)).first()
        return _absence(row) if row else None

    def add(self, team: TeamId, member: str, first: date, last: date, reason: AbsenceReason, *, by: str) -> Absence:
        """Keep an absence. Raises `Conflict` where the person, or the team, is away on one of these days already."""
        table = tables.absence
        same = select(table).where(
            table.c.team == team, table.c.member == member, table.c.first <= last, table.c.last >= first
        )
        if found := self._connection.execute(same).first():
            raise Conflict(say("crews.away_already", first=found.first, last=found.last))
        row = self._connection.execute(
            insert(table)
            .values(
                team=team,
                member=member,
                first=first,
                last=last,
                reason=reason.value,
                version=1,
                by=by,
                at=datetime.now(UTC),
            )
            .returning(*table.c)
        ).one()
        return _absence(row)

    def change(self, id_: int, version: int, *, by: str, **values: Any) -> None:
        """Change an absence that is still at `version`, else raise `Conflict`."""
        table = tables.absence
        changed = self._connection.execute(
            update(table)
            .where(table.c.id == id_, table.c.version == version)
            .values(**values, version=version + 1, by=by, at=datetime.now(UTC))
            .returning(table.c.id)
        ).first()
        if changed is None:
            raise Conflict(say("crews.absence_moved"))

    def remove(self, id_: int, version: int) -> None:
        """Forget an absence that is still at `version`, else raise `Conflict`."""
        table = tables.absence
        gone = self._connection.execute(
            delete(table).where(table.c.id == id_, table.c.version == version).returning(table.c.id)
        ).first()
        if gone is None:
            raise Conflict(say("crews.absence_moved"))


def _absence(row: Row[Any]) -> Absence:
    return Absence(**{**row._mapping, "team": TeamId(row.team), "reason": AbsenceReason(row.reason)})


class OfficeDays:
    """The days on which the office works or not, whatever the calendar says."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> tuple[OfficeDay, ...]:
        """Return them in their order."""
        table = tables.office_day
        return tuple(OfficeDay(**row._mapping) for row in self._connection.execute(select(table).order_by(table.c.day)))

    def put(self, day: date, works: bool | None, *, by: str) -> None:
        """Keep what a day is; None leaves it to the calendar again."""
        table = tables.office_day
        self._connection.execute(delete(table).where(table.c.day == day))
        if works is not None:
            self._connection.execute(insert(table).values(day=day, works=works, by=by, at=datetime.now(UTC)))
