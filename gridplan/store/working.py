"""Working copies of plans in the store: what each planner changed and did not save yet, step by step, and what saved versions came of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from gridplan.model.edit import Edit, edit_from_json, edit_to_json
from gridplan.model.errors import Conflict
from gridplan.model.record import PlanId, PlanOrigin, WorkingCopy
from gridplan.model.words import say
from gridplan.store import tables
from gridplan.store.people import AuditLog

copies, steps, origins = tables.working_copy, tables.working_step, tables.plan_origin


class WorkingCopies:
    """At most one copy for each planner and plan. Every step is in the audit log, also when it is taken back later."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, plan_id: PlanId, by: str) -> WorkingCopy | None:
        """Return a planner's copy of a plan, or None."""
        row = self._connection.execute(select(copies).where(copies.c.plan_id == plan_id, copies.c.by == by)).first()
        return self._copy(row) if row else None

    def of(self, plan_id: PlanId) -> tuple[WorkingCopy, ...]:
        """Return all copies of a plan, the one changed last first."""
        query = select(copies).where(copies.c.plan_id == plan_id).order_by(copies.c.changed.desc(), copies.c.id)
        return tuple(self._copy(row) for row in self._connection.execute(query).all())

    def _copy(self, row: Row[Any]) -> WorkingCopy:
        query = select(steps.c.edit).where(steps.c.copy_id == row.id).order_by(steps.c.seq)
        return WorkingCopy(
            id=row.id,
            plan_id=PlanId(row.plan_id),
            by=row.by,
            version=row.version,
            cursor=row.cursor,
            seen=row.seen,
            steps=tuple(edit_from_json(edit) for edit in self._connection.execute(query).scalars()),
            opened=row.opened,
            changed=row.changed,
        )

    def open(self, plan_id: PlanId, made: Sequence[Edit], *, by: str) -> WorkingCopy:
        """Open a copy of a plan, with the steps that were made to it already; one that is open is returned as it is."""
        known = self.get(plan_id, by)
        if known is not None:
            return known
        newest = select(func.max(tables.plan.c.number)).where(
            tables.plan.c.round_id
            == select(tables.plan.c.round_id).where(tables.plan.c.id == plan_id).scalar_subquery()
        )
        now = datetime.now(UTC)
        copy_id = self._connection.execute(
            insert(copies)
            .values(
                plan_id=plan_id,
                by=by,
                version=1,
                cursor=len(made),
                seen=self._connection.execute(newest).scalar_one(),
                opened=now,
                changed=now,
            )
            .returning(copies.c.id)
        ).scalar_one()
        self._write(copy_id, 0, made)
        found = self.get(plan_id, by)
        assert found is not None
        return found

    def _write(self, copy_id: int, first: int, made: Sequence[Edit]) -> None:
        rows = [
            {"copy_id": copy_id, "seq": first + number, "edit": edit_to_json(edit), "at": datetime.now(UTC)}
            for number, edit in enumerate(made)
        ]
        if rows:
            self._connection.execute(insert(steps), rows)

    def append(self, copy: WorkingCopy, edit: Edit) -> None:
        """Add a step after those that hold; what was taken back before can then not be done again."""
        self._step(copy, cursor=copy.cursor + 1)
        self._connection.execute(delete(steps).where(steps.c.copy_id == copy.id, steps.c.seq >= copy.cursor))
        self._write(copy.id, copy.cursor, [edit])
        self._told(copy, "plan.edit", edit_to_json(edit))

    def seek(self, copy: WorkingCopy, cursor: int) -> None:
        """Let so many of the steps hold: fewer take back, more do again."""
        self._step(copy, cursor=cursor)
        self._told(copy, "plan.undo" if cursor < copy.cursor else "plan.redo", {"steps": cursor})

    def _step(self, copy: WorkingCopy, **values: int) -> None:
        """Take a copy to its next version; raises Conflict when another window was quicker."""
        stepped = self._connection.execute(
            update(copies)
            .where(copies.c.id == copy.id, copies.c.version == copy.version)
            .values(version=copy.version + 1, changed=datetime.now(UTC), **values)
            .returning(copies.c.id)
        ).first()
        if stepped is None:
            raise Conflict(say("edit.other_window"))

    def drop(self, copy: WorkingCopy, *, why: str) -> None:
        """Forget a copy; `why` goes into the audit log: `plan.discard`, `plan.save` or `plan.rebase`."""
        self._step(copy)
        self._connection.execute(delete(steps).where(steps.c.copy_id == copy.id))
        self._connection.execute(delete(copies).where(copies.c.id == copy.id))
        self._told(copy, why, {"steps": copy.cursor})

    def _told(self, copy: WorkingCopy, what: str, detail: dict[str, Any]) -> None:
        AuditLog(self._connection).add(copy.by, what, f"plan/{copy.plan_id}", detail)

    def origin(self, plan_id: PlanId) -> PlanOrigin | None:
        """Return what a plan came of, None for one that was not saved by hand."""
        row = self._connection.execute(select(origins).where(origins.c.plan_id == plan_id)).first()
        if row is None:
            return None
        return PlanOrigin(
            root=PlanId(row.root_id),
            based_on=PlanId(row.based_on),
            steps=tuple(edit_from_json(edit) for edit in row.steps),
        )

    def keep_origin(self, plan_id: PlanId, origin: PlanOrigin) -> None:
        """Keep what a new version came of."""
        self._connection.execute(
            insert(origins).values(
                plan_id=plan_id,
                root_id=origin.root,
                based_on=origin.based_on,
                steps=[edit_to_json(edit) for edit in origin.steps],
            )
        )
