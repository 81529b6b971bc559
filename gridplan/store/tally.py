"""Counts and names for the frame of the desk, without reading whole nouns."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Table, func, or_, select

from gridplan.model.record import PlanState
from gridplan.model.site import SiteStatus
from gridplan.store import tables


class Tally:
    """How many there are of what the desk works with, and what is named so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _count(self, table: Table) -> int:
        return self._connection.execute(select(func.count()).select_from(table)).scalar_one()

    def areas(self) -> int:
        """Return how many areas there are."""
        return self._count(tables.area)

    def teams(self) -> int:
        """Return how many teams there are."""
        return self._count(tables.team)

    def rounds(self) -> int:
        """Return how many rounds there are."""
        return self._count(tables.round_)

    def people(self) -> int:
        """Return how many open log-ins there are."""
        return self._connection.execute(select(func.count()).where(tables.account.c.active)).scalar_one()

    def sites(self, status: SiteStatus | None = None, within: Collection[str] | None = None) -> int:
        """Return how many sites there are, of one status and in one of these areas where they are given."""
        table = tables.site
        query = select(table.c.areas) if within is not None else select(func.count()).select_from(table)
        if status is not None:
            query = query.where(table.c.status == status.value)
        if within is None:
            return int(self._connection.execute(query).scalar_one())
        return sum(
            bool(set((areas or {}).values()) & set(within)) for areas in self._connection.execute(query).scalars()
        )

    def newest_plan(self) -> tuple[int, int] | None:
        """Return id and number of the plan that was published last, else drafted last; None where there is none."""
        table = tables.plan
        query = select(table.c.id, table.c.number).order_by(
            table.c.published.is_(None), table.c.published.desc(), table.c.id.desc()
        )
        row = self._connection.execute(query.where(table.c.state != PlanState.SUPERSEDED.value).limit(1)).first()
        return (row.id, row.number) if row else None

    def unassigned(self) -> int:
        """Return how many routes of published plans nobody walks."""
        route, plan, mine, account = tables.route, tables.plan, tables.assignment, tables.account
        walked = (
            select(mine.c.person)
            .join(account, account.c.login == mine.c.person)
            .where(mine.c.plan_id == route.c.plan_id, mine.c.route_id == route.c.id, account.c.active)
            .exists()
        )
        query = select(func.count()).select_from(route.join(plan, plan.c.id == route.c.plan_id))
        return self._connection.execute(query.where(plan.c.state == PlanState.PUBLISHED.value, ~walked)).scalar_one()

    def sites_named(self, words: str, *, limit: int) -> list[tuple[str, str, str, str, dict[str, str]]]:
        """Return (id, name, address, status, areas) of sites whose name holds `words`; status "" before they are placed."""
        table = tables.site
        query = select(table.c.id, table.c.name, table.c.address, table.c.status, table.c.areas)
        query = query.where(or_(table.c.name.contains(words, autoescape=True), table.c.id == words))
        rows = self._connection.execute(query.order_by(table.c.position).limit(limit))
        return [(row.id, row.name, row.address, row.status or "", row.areas or {}) for row in rows]

    def rounds_named(self, words: str, *, limit: int) -> list[tuple[int, str]]:
        """Return (id, name) of rounds whose name holds `words`, newest first."""
        table = tables.round_
        query = select(table.c.id, table.c.name).where(table.c.name.contains(words, autoescape=True))
        return [(row.id, row.name) for row in self._connection.execute(query.order_by(table.c.id.desc()).limit(limit))]
