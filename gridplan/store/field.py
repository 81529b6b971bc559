"""Findings with their steps and notices in the store, and what phones send: parcels, arrivals, answers, photos, checklists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from gridplan.model.checklist import Answer, Checklist, Reply
from gridplan.model.errors import Conflict, NotFound
from gridplan.model.finding import Finding, FindingAction, FindingEvent, FindingId, FindingState, Notice, NoticeKind
from gridplan.model.place import LonLat
from gridplan.model.record import JsonObject, RoundId
from gridplan.model.round import VisitId
from gridplan.model.sent import Photo, SentReceipt, Taken
from gridplan.model.site import SiteId
from gridplan.model.words import Text, say
from gridplan.store import field_tables as tables
from gridplan.store import tables as base
from gridplan.store.codec import decode, encode
from gridplan.store.hot import Hot
from gridplan.store.inserts import insert_new, insert_new_on


class Findings:
    """The findings, each with its steps and notices. Steps are only ever added (a trigger sees to it)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, finding: Finding, note: str = "") -> bool:
        """Keep a new finding with its first step; return False where it is known already."""
        table = tables.finding
        added = self._connection.execute(
            insert_new(self._connection, table, "id")
            .values(
                id=finding.id,
                round_id=finding.round,
                site=finding.site,
                visit=finding.visit,
                category=finding.category,
                text=finding.text,
                by=finding.by,
                at=finding.at,
                state=finding.state.value,
                due=finding.due,
                reopened=finding.reopened,
                result=finding.result,
                closed_at=finding.closed_at,
            )
            .returning(table.c.id)
        ).first()
        if added is None:
            return False
        first = FindingEvent(
            finding=finding.id,
            at=finding.at,
            by=finding.by,
            action=FindingAction.FOUND,
            note=note,
            due=finding.due,
            result=finding.result,
        )
        self._add(first)
        return True

    def step(self, event: FindingEvent, after: Finding) -> Finding:
        """Add a step and keep the finding as it stands `after` it."""
        self._add(event)
        table = tables.finding
        self._connection.execute(
            update(table)
            .where(table.c.id == event.finding)
            .values(state=after.state.value, due=after.due, reopened=after.reopened, closed_at=after.closed_at)
        )
        return self.get(event.finding)

    def _add(self, event: FindingEvent) -> None:
        self._connection.execute(
            insert(tables.finding_event).values(
                finding=event.finding,
                at=event.at,
                by=event.by,
                action=event.action.value,
                note=event.note,
                due=event.due,
                result=event.result,
            )
        )

    def get(self, finding: FindingId) -> Finding:
        """Return a finding, or raise `NotFound`."""
        found = self._list(tables.finding.c.id == finding)
        if not found:
            raise NotFound(say("findings.none", finding=finding))
        return found[0]

    def list(
        self,
        *,
        round_id: RoundId | None = None,
        site: SiteId | None = None,
        state: FindingState | None = None,
        overdue_on: date | None = None,
    ) -> tuple[Finding, ...]:
        """Return the findings that match all that is said, the earliest first."""
        table = tables.finding
        wanted: list[ColumnElement[bool]] = []
        if round_id is not None:
            wanted.append(table.c.round_id == round_id)
        if site is not None:
            wanted.append(table.c.site == site)
        if state is not None:
            wanted.append(table.c.state == state.value)
        if overdue_on is not None:
            wanted += [table.c.state == FindingState.OPEN.value, table.c.due < overdue_on]
        return self._list(*wanted)

    def _list(self, *wanted: ColumnElement[bool]) -> tuple[Finding, ...]:
        table, photo = tables.finding, tables.photo
        rows = self._connection.execute(select(table).where(*wanted).order_by(table.c.at, table.c.id)).all()
        pictures: dict[str, list[str]] = defaultdict(list)
        kept = select(photo.c.finding, photo.c.key).where(photo.c.finding != "").order_by(photo.c.received, photo.c.key)
        if len(rows) == 1:
            kept = kept.where(photo.c.finding == rows[0].id)
        if rows:
            for row in self._connection.execute(kept):
                pictures[row.finding].append(row.key)
        return tuple(_finding(row, pictures.get(row.id, ())) for row in rows)

    def events(self, *, finding: FindingId | None = None, round_id: RoundId | None = None) -> tuple[FindingEvent, ...]:
        """Return the steps of one finding, or of all of a round, or of all, in the order they were taken."""
        table = tables.finding_event
        query = select(table).order_by(table.c.id)
        if finding is not None:
            query = query.where(table.c.finding == finding)
        if round_id is not None:
            query = query.join(tables.finding).where(tables.finding.c.round_id == round_id)
        return tuple(
            FindingEvent(
                finding=FindingId(row.finding),
                at=row.at,
                by=row.by,
                action=FindingAction(row.action),
                note=row.note,
                due=row.due,
                result=row.result,
            )
            for row in self._connection.execute(query).all()
        )

    def add_notice(self, notice: Notice) -> None:
        """Keep a notice; raises Conflict where its number is taken."""
        table = tables.notice
        added = self._connection.execute(
            insert_new(self._connection, table, "number")
            .values(
                number=notice.number,
                kind=notice.kind.value,
                finding=notice.finding,
                due=notice.due,
                to=notice.to,
                at=notice.at,
                by=notice.by,
            )
            .returning(table.c.number)
        ).first()
        if added is None:
            raise Conflict(say("findings.same_number", number=notice.number))

    def notices(self, *, finding: FindingId | None = None, round_id: RoundId | None = None) -> tuple[Notice, ...]:
        """Return the notices of one finding, or of all of a round, or all, by number."""
        table = tables.notice
        query = select(table).order_by(table.c.number)
        if finding is not None:
            query = query.where(table.c.finding == finding)
        if round_id is not None:
            query = query.join(tables.finding).where(tables.finding.c.round_id == round_id)
        return tuple(
            Notice(
                number=row.number,
                kind=NoticeKind(row.kind),
                finding=FindingId(row.finding),
                due=row.due,
                to=row.to,
                at=row.at,
                by=row.by,
            )
            for row in self._connection.execute(query)
        )

    def free_number(self, year: int) -> str:
        """Return the next number of the year, as 2026-0017."""
        table = tables.notice
        taken = self._connection.execute(select(table.c.number).where(table.c.number.like(f"{year}-%"))).scalars()
        tails = [int(tail) for number in taken if (tail := number.partition("-")[2]).isdecimal()]
        return f"{year}-{max(tails, default=0) + 1:04d}"


def _finding(row: Row[Any], photos: Iterable[str]) -> Finding:
    return Finding(
        id=FindingId(row.id),
        round=RoundId(row.round_id),
        site=SiteId(row.site),
        visit=VisitId(row.visit),
        category=row.category,
        text=row.text,
        by=row.by,
        at=row.at,
        state=FindingState(row.state),
        due=row.due,
        photos=tuple(photos),
        reopened=row.reopened,
        result=row.result,
        closed_at=row.closed_at,
    )


class Parcels:
    """What phones sent, each once by its key; with it arrival, answers and photos."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, receipt: SentReceipt, payload: JsonObject, *, visit: str, by: str, round_id: RoundId | None
    ) -> SentReceipt:
        """Keep a parcel and what became of it. One with the same key and hash is a duplicate, with another hash a conflict."""
        added = _NEW_PARCEL.first(
            self._connection,
            {
                "key": receipt.key,
                "visit": visit,
                "round_id": round_id,
                "by": by,
                "hash": receipt.hash,
                "state": receipt.state.value,
                "why": list(receipt.why) if receipt.why else None,
                "payload": dict(payload),
                "received": datetime.now(UTC),
                "settled_by": "",
            },
        )
        if added is not None:
            return receipt
        known = self.receipt(receipt.key)
        if known is not None and known.hash == receipt.hash:
            return SentReceipt(key=receipt.key, hash=receipt.hash, state=Taken.DUPLICATE, why=known.why)
        why = say("findings.other_parcel", key=receipt.key)
        return SentReceipt(key=receipt.key, hash=receipt.hash, state=Taken.CONFLICT, why=why)

    def receipt(self, key: str) -> SentReceipt | None:
        """Return what became of the parcel with that key, None where none came."""
        row = self._connection.execute(select(tables.parcel).where(tables.parcel.c.key == key)).first()
        return _receipt(row) if row else None

    def sender(self, key: str) -> str | None:
        """Return who sent the parcel with that key, None where none came."""
        return self._connection.execute(select(tables.parcel.c.by).where(tables.parcel.c.key == key)).scalar()

    def payload(self, key: str) -> JsonObject:
        """Return a parcel as it was sent, or raise `NotFound`."""
        found = self._connection.execute(select(tables.parcel.c.payload).where(tables.parcel.c.key == key)).scalar()
        if found is None:
            raise NotFound(say("findings.no_parcel", key=key))
        return dict(found)

    def refused(self, limit: int = 50) -> tuple[tuple[SentReceipt, JsonObject, str], ...]:
        """Return (receipt, parcel, who sent it) of those that were refused, the latest first."""
        table = tables.parcel
        query = select(table).where(table.c.state == Taken.REFUSED.value).order_by(table.c.received.desc(), table.c.key)
        return tuple((_receipt(row), row.payload, row.by) for row in self._connection.execute(query.limit(limit)))

    def photographer(self, key: str) -> str | None:
        """Return who sent the photo with that key, None where there is none."""
        return self._connection.execute(select(tables.photo.c.by).where(tables.photo.c.key == key)).scalar()

    def photo_site(self, key: str) -> str:
        """Return the site that a photo was taken at, "" while its result has not come."""
        photo, result, stop = tables.photo, base.result, base.stop
        here = (stop.c.plan_id == result.c.plan_id) & (stop.c.visit == result.c.visit)
        query = select(stop.c.site).join(result, here).join(photo, photo.c.result == result.c.key)
        return self._connection.execute(query.where(photo.c.key == key).limit(1)).scalar() or ""

    def waiting(self, round_id: RoundId | None = None) -> tuple[tuple[SentReceipt, JsonObject, str], ...]:
        """Return (receipt, parcel, who sent it) of those that wait for the planner, the earliest first."""
        table = tables.parcel
        query = select(table).where(table.c.state == Taken.CONFLICT.value).where(table.c.settled.is_(None))
        if round_id is not None:
            query = query.where(table.c.round_id == round_id)
        rows = self._connection.execute(query.order_by(table.c.received, table.c.key))
        return tuple((_receipt(row), row.payload, row.by) for row in rows)

    def settle(self, key: str, state: Taken, *, by: str) -> None:
        """Say what became of a parcel that waited; raises Conflict where somebody has said so already."""
        table = tables.parcel
        done = self._connection.execute(
            update(table)
            .where(table.c.key == key, table.c.settled.is_(None), table.c.state == Taken.CONFLICT.value)
            .values(state=state.value, settled=datetime.now(UTC), settled_by=by)
            .returning(table.c.key)
        ).first()
        if done is None:
            raise Conflict(say("findings.parcel_settled", key=key))

    def arrive(self, result: str, at: datetime | None, point: LonLat | None, checklist: str) -> None:
        """Keep when and where the crew arrived (only then is a place ever kept), and which checklist was answered."""
        self._connection.execute(
            insert(tables.arrival).values(
                result=result,
                at=at,
                lon=point.lon if point else None,
                lat=point.lat if point else None,
                checklist=checklist,
            )
        )

    def arrival(self, result: str) -> tuple[datetime | None, LonLat | None, str] | None:
        """Return (when, where, checklist's version) of a result's arrival, None where none was kept."""
        row = self._connection.execute(select(tables.arrival).where(tables.arrival.c.result == result)).first()
        if row is None:
            return None
        return row.at, (LonLat(row.lon, row.lat) if row.lon is not None else None), row.checklist

    def answer(self, result: str, answers: Iterable[Answer]) -> None:
        """Keep the answers of a result."""
        rows = [{"result": result, "item": one.item, "reply": one.reply.value, "note": one.note} for one in answers]
        if rows:
            self._connection.execute(insert(tables.answer), rows)

    def answers(self, result: str) -> tuple[Answer, ...]:
        """Return the answers of a result by item."""
        table = tables.answer
        rows = self._connection.execute(select(table).where(table.c.result == result).order_by(table.c.item))
        return tuple(Answer(item=row.item, reply=Reply(row.reply), note=row.note) for row in rows)

    def add_photo(self, photo: Photo, content: bytes) -> bool:
        """Keep a photo; False where it is known already. Raises Conflict where another picture has its key."""
        table = tables.photo
        added = self._connection.execute(
            insert_new(self._connection, table, "key")
            .values(
                key=photo.key,
                finding=photo.finding,
                result=photo.result,
                name=photo.name,
                media_type=photo.media_type,
                sha256=photo.sha256,
                size=photo.size,
                content=content,
                taken=photo.taken,
                by=photo.by,
                received=datetime.now(UTC),
            )
            .returning(table.c.key)
        ).first()
        if added is not None:
            return True
        known = self._connection.execute(select(table.c.sha256).where(table.c.key == photo.key)).scalar_one()
        if known != photo.sha256:
            raise Conflict(say("findings.other_photo", key=photo.key))
        return False

    def forget_photos(self, before: datetime, *, dry: bool = False) -> tuple[int, int]:
        """Remove the photos that came before a moment (aware), but for those of findings that are still open.

        Return how many they are and how many bytes they hold; with `dry` they stay.
        """
        photo, finding = tables.photo, tables.finding
        still = select(finding.c.id).where(finding.c.state == FindingState.OPEN.value)
        old = (photo.c.received < before) & photo.c.finding.not_in(still)
        count, size = self._connection.execute(
            select(func.count(), func.coalesce(func.sum(photo.c.size), 0)).where(old)
        ).one()
        if not dry:
            self._connection.execute(delete(photo).where(old))
        return int(count), int(size)

    def attach(self, photo: str, *, finding: str, result: str) -> None:
        """Say to which finding and result a photo that came before them belongs."""
        table = tables.photo
        self._connection.execute(update(table).where(table.c.key == photo).values(finding=finding, result=result))

    def photo(self, key: str) -> tuple[Photo, bytes]:
        """Return a photo and its bytes, or raise `NotFound`."""
        row = self._connection.execute(select(tables.photo).where(tables.photo.c.key == key)).first()
        if row is None:
            raise NotFound(say("findings.no_photo", key=key))
        return _photo(row), row.content

    def photos(self, *, finding: str | None = None, result: str | None = None) -> tuple[Photo, ...]:
        """Return the photos of a finding or a result without their bytes, in the order they came."""
        table = tables.photo
        query = select(*(column for column in table.c if column.name != "content"))
        if finding is not None:
            query = query.where(table.c.finding == finding)
        if result is not None:
            query = query.where(table.c.result == result)
        return tuple(_photo(row) for row in self._connection.execute(query.order_by(table.c.received, table.c.key)))


_NEW_PARCEL = Hot(lambda engine: insert_new_on(engine, tables.parcel, "key").returning(tables.parcel.c.key))


def _receipt(row: Row[Any]) -> SentReceipt:
    return SentReceipt(key=row.key, hash=row.hash, state=Taken(row.state), why=Text(*row.why) if row.why else None)


def _photo(row: Row[Any]) -> Photo:
    return Photo(
        key=row.key,
        finding=row.finding,
        result=row.result,
        name=row.name,
        media_type=row.media_type,
        sha256=row.sha256,
        size=row.size,
        taken=row.taken,
        by=row.by,
    )


class Checklists:
    """The office's own checklists; the newest is asked, the others are kept for the results that answered them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, checklist: Checklist, *, by: str) -> None:
        """Keep a checklist; raises Conflict where another has its version."""
        table = tables.checklist
        known = self.get(checklist.version)
        if known == checklist:
            return
        if known is not None:
            raise Conflict(say("findings.same_checklist", version=checklist.version))
        self._connection.execute(
            insert(table).values(version=checklist.version, payload=encode(checklist), made=datetime.now(UTC), by=by)
        )

    def get(self, version: str) -> Checklist | None:
        """Return the checklist of that version, None where the office keeps none."""
        table = tables.checklist
        row = self._connection.execute(select(table.c.payload).where(table.c.version == version)).scalar()
        return decode(Checklist, row) if row is not None else None

    def newest(self) -> Checklist | None:
        """Return the checklist that is asked now, None where the office has none of its own."""
        table = tables.checklist
        query = select(table.c.payload).order_by(table.c.made.desc(), table.c.version.desc()).limit(1)
        row = self._connection.execute(query).scalar()
        return decode(Checklist, row) if row is not None else None
