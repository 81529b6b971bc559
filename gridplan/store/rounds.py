"""Rounds, plans, assignments and results in the store."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, literal, select, update

from gridplan.model.circles import none_made
from gridplan.model.crew import TeamId
from gridplan.model.document import plan_from_json
from gridplan.model.errors import Conflict, NotFound
from gridplan.model.moment import local
from gridplan.model.plan import Figures, Plan, RouteId, Verdict
from gridplan.model.record import (
    AssignedRoute,
    JobId,
    PlanHead,
    PlanId,
    PlanState,
    Receipt,
    RoundId,
    StoredRound,
    StoredStop,
)
from gridplan.model.release import AS_THE_DAY_BEGINS, Release, release_of
from gridplan.model.result import COUNTS_AS_DONE, Assignment, Outcome, VisitResult
from gridplan.model.round import ExtraVisit, Round, VisitId
from gridplan.model.site import SiteId
from gridplan.model.words import say
from gridplan.store import tables
from gridplan.store.codec import decode, encode
from gridplan.store.hot import Hot
from gridplan.store.inserts import insert_new, insert_new_on
from gridplan.store.people import AuditLog


class Rounds:
    """The rounds: settings, extra visits and the version that guards against two planners at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, round_: Round, extra: Iterable[ExtraVisit] = (), *, by: str) -> StoredRound:
        """Add a round.

        Raises
        ------
        Conflict
            There is a round of that name.
        """
        table = tables.round_
        added = self._connection.execute(
            insert_new(self._connection, table, "name")
            .values(
                name=round_.name,
                payload=encode(round_),
                extra=encode(tuple(extra)),
                version=1,
                created=datetime.now(UTC),
                created_by=by,
            )
            .returning(table.c.id)
        ).scalar()
        if added is None:
            raise Conflict(say("store.same_round", name=round_.name))
        AuditLog(self._connection).add(by, "round.add", f"round/{added}", {"name": round_.name})
        return self.get(RoundId(added))

    def change(
        self,
        round_id: RoundId,
        round_: Round,
        extra: Iterable[ExtraVisit] = (),
        *,
        version: int,
        by: str,
        fields: Iterable[str] = (),
    ) -> StoredRound:
        """Replace settings and extra visits of a round that is still at `version`, else raise `Conflict`.

        `fields` are the names of what was changed, for the log. Another round of that name is a `Conflict`, too.
        """
        table = tables.round_
        same = select(table.c.id).where(table.c.name == round_.name, table.c.id != round_id)
        if self._connection.execute(same).first():
            raise Conflict(say("store.same_round", name=round_.name))
        before = self.release(round_id)
        self.step(round_id, version, payload=encode(round_), name=round_.name, extra=encode(tuple(extra)))
        if round_.release != before:
            _release(self._connection, round_id)
        detail = {"version": version + 1} | ({"fields": list(fields)} if fields else {})
        AuditLog(self._connection).add(by, "round.change", f"round/{round_id}", detail)
        return self.get(round_id)

    def remove(self, round_id: RoundId, *, version: int, by: str) -> None:
        """Take out a round that is still at `version` and has no plan, else raise `Conflict`."""
        if Plans(self._connection).list(round_id):
            raise Conflict(say("store.round_has_plans"))
        self.step(round_id, version)
        name = self.get(round_id).round.name
        self._connection.execute(delete(tables.round_).where(tables.round_.c.id == round_id))
        AuditLog(self._connection).add(by, "round.remove", f"round/{round_id}", {"name": name})

    def get(self, round_id: RoundId) -> StoredRound:
        """Return a round, or raise `NotFound`."""
        row = self._connection.execute(select(tables.round_).where(tables.round_.c.id == round_id)).first()
        if row is None:
            raise NotFound(say("store.no_round", round=round_id))
        return _round(row)

    def by_name(self, name: str) -> StoredRound:
        """Return the round of that name, or raise `NotFound`."""
        row = self._connection.execute(select(tables.round_).where(tables.round_.c.name == name)).first()
        if row is None:
            raise NotFound(say("store.no_round", round=name))
        return _round(row)

    def release(self, round_id: RoundId) -> Release:
        """Return from when on the crews of a round may see their routes, without reading the rest of it."""
        table = tables.round_
        found = self._connection.execute(select(table.c.payload["release"]).where(table.c.id == round_id)).scalar()
        return decode(Release, found) if found else AS_THE_DAY_BEGINS

    def list(self) -> tuple[StoredRound, ...]:
        """Return all rounds, newest first."""
        rows = self._connection.execute(select(tables.round_).order_by(tables.round_.c.id.desc()))
        return tuple(_round(row) for row in rows)

    def step(self, round_id: RoundId, version: int, **values: Any) -> None:
        """Take a round from `version` to the next, else raise `Conflict` or `NotFound`."""
        table = tables.round_
        stepped = self._connection.execute(
            update(table)
            .where(table.c.id == round_id, table.c.version == version)
            .values(version=version + 1, **values)
            .returning(table.c.id)
        ).first()
        if stepped is None:
            raise Conflict(say("store.round_changed", now=self.get(round_id).version, seen=version))


def _round(row: Row[Any]) -> StoredRound:
    return StoredRound(
        id=RoundId(row.id),
        round=decode(Round, row.payload),
        extra=tuple(decode(ExtraVisit, item) for item in row.extra),
        version=row.version,
        created=row.created,
        created_by=row.created_by,
    )


_HEAD = [column for column in tables.plan.c if column.name not in ("document", "certificate")]


class Plans:
    """The plans of the rounds, their documents as written, and which one is published."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_draft(
        self, round_id: RoundId, plan: Plan, *, document: str, certificate: str, by: str, job: JobId | None = None
    ) -> PlanHead:
        """Keep a plan as a draft. `document` and `certificate` are kept to the byte: the certificate names their hash.

        A job that is run again returns the draft it left the first time.
        """
        table = tables.plan
        if job is not None:
            earlier = self._connection.execute(select(*_HEAD).where(table.c.job_id == job)).first()
            if earlier:
                return _head(earlier)
        newest = select(func.coalesce(func.max(table.c.number), 0)).where(table.c.round_id == round_id)
        plan_id = self._connection.execute(
            insert(table)
            .values(
                round_id=round_id,
                number=self._connection.execute(newest).scalar_one() + 1,
                state=PlanState.DRAFT.value,
                document=document,
                certificate=certificate,
                verdict=plan.verdict.value,
                figures=encode(plan.figures),
                gap=plan.gap,
                created=datetime.now(UTC),
                created_by=by,
                published_by="",
                job_id=job,
            )
            .returning(table.c.id)
        ).scalar_one()
        self._add_routes(PlanId(plan_id), plan)
        AuditLog(self._connection).add(by, "plan.draft", f"plan/{plan_id}", {"round": round_id})
        return self.get(PlanId(plan_id))

    def _add_routes(self, plan_id: PlanId, plan: Plan) -> None:
        routes: list[Mapping[str, Any]] = []
        stops: list[Mapping[str, Any]] = []
        sites = {site.id: site for site in plan.sites}
        for route in plan.routes:
            routes.append(
                {
                    "plan_id": plan_id,
                    "id": route.id,
                    "team": route.team,
                    "date": route.date,
                    "day": route.day,
                    "shift": route.shift,
                    "depart": route.depart,
                    "back": route.back,
                    "distance_m": route.distance_m,
                    "travel_s": route.travel_s,
                    "stops": len(route.stops),
                }
            )
            stops += (
                {
                    "plan_id": plan_id,
                    "route_id": route.id,
                    "seq": stop.seq,
                    "visit": stop.visit,
                    "site": stop.site,
                    "arrive": stop.arrive,
                    "start": stop.start,
                    "leave": stop.leave,
                    "minutes": stop.minutes,
                    "name": sites[stop.site].name,
                    "lon": point.lon if (point := sites[stop.site].point) else None,
                    "lat": point.lat if point else None,
                }
                for stop in route.stops
            )
        for table, rows in ((tables.route, routes), (tables.stop, stops)):
            if rows:
                self._connection.execute(insert(table), rows)

    def get(self, plan_id: PlanId) -> PlanHead:
        """Return a plan without its document, or raise `NotFound`."""
        return _head(self._one(select(*_HEAD).where(tables.plan.c.id == plan_id), plan_id))

    def list(self, round_id: RoundId) -> tuple[PlanHead, ...]:
        """Return the plans of a round, newest first."""
        query = select(*_HEAD).where(tables.plan.c.round_id == round_id).order_by(tables.plan.c.number.desc())
        return tuple(_head(row) for row in self._connection.execute(query))

    def published(self, round_id: RoundId) -> PlanHead | None:
        """Return the published plan of a round, or None."""
        query = select(*_HEAD).where(
            tables.plan.c.round_id == round_id, tables.plan.c.state == PlanState.PUBLISHED.value
        )
        row = self._connection.execute(query).first()
        return _head(row) if row else None

    def promised(
        self, round_id: RoundId, days: Collection[date], until: datetime
    ) -> Sequence[tuple[VisitId, date, TeamId]]:
        """Return (visit, day, team) of each stop that the plan of a day had on that day, of the plans published by a local moment.

        The plan of a day is the last one that was published before its last route was back: what is planned anew in the evening
        is of the next day.
        """
        plan, route, stop = tables.plan, tables.route, tables.stop
        mine = (plan.c.round_id == round_id, plan.c.published.is_not(None))
        heads = [
            (local(row.published), row.id)
            for row in self._connection.execute(select(plan.c.id, plan.c.published).where(*mine)).all()
            if local(row.published) <= local(until)
        ]
        ends = select(route.c.date, func.max(route.c.back)).join(plan, plan.c.id == route.c.plan_id)
        found = []
        for day, end in self._connection.execute(ends.where(*mine).group_by(route.c.date)).all():
            head = max((one for one in heads if one[0] <= end), default=None)
            if day not in days or head is None:
                continue
            query = (
                select(stop.c.visit, route.c.team)
                .join(route, (route.c.plan_id == stop.c.plan_id) & (route.c.id == stop.c.route_id))
                .where(route.c.plan_id == head[1], route.c.date == day)
            )
            found += [(VisitId(visit), day, TeamId(team)) for visit, team in self._connection.execute(query).all()]
        return found

    def stops_at(self, plan_id: PlanId, site: str) -> Sequence[tuple[date, datetime, datetime, str]]:
        """Return (day, departure, arrival, team) of the stops of a plan at one site, in order."""
        route, stop = tables.route, tables.stop
        query = (
            select(route.c.date, route.c.depart, stop.c.arrive, route.c.team)
            .join(stop, (stop.c.plan_id == route.c.plan_id) & (stop.c.route_id == route.c.id))
            .where(route.c.plan_id == plan_id, stop.c.site == site)
            .order_by(stop.c.arrive)
        )
        return [(row.date, row.depart, row.arrive, row.team) for row in self._connection.execute(query)]

    def document(self, plan_id: PlanId) -> str:
        """Return plan.json to the byte, or raise `NotFound`."""
        return str(self._one(select(tables.plan.c.document).where(tables.plan.c.id == plan_id), plan_id).document)

    def certificate(self, plan_id: PlanId) -> str:
        """Return certificate.json to the byte, or raise `NotFound`."""
        query = select(tables.plan.c.certificate).where(tables.plan.c.id == plan_id)
        return str(self._one(query, plan_id).certificate)

    def plan(self, plan_id: PlanId) -> Plan:
        """Return the plan read from its document, or raise `NotFound`."""
        document = self.document(plan_id)
        with none_made():
            return plan_from_json(json.loads(document))

    def stops(self, plan_id: PlanId, route: RouteId) -> tuple[StoredStop, ...]:
        """Return the stops of one route in their order, without reading the plan's document."""
        table = tables.stop
        query = select(table.c.visit, table.c.site).where(table.c.plan_id == plan_id, table.c.route_id == route)
        return tuple(
            StoredStop(visit=VisitId(row.visit), site=SiteId(row.site))
            for row in self._connection.execute(query.order_by(table.c.seq))
        )

    def site_of(self, plan_id: PlanId, visit: str) -> SiteId | None:
        """Return the site of a visit that the plan holds, None where it does not."""
        table = tables.stop
        query = select(table.c.site).where(table.c.plan_id == plan_id, table.c.visit == visit).limit(1)
        found = self._connection.execute(query).scalar()
        return SiteId(found) if found is not None else None

    def ahead(self, plan_id: PlanId, now: datetime) -> bool:
        """Whether any route of a plan is not released yet; `now` is aware."""
        route = tables.route
        hidden = (route.c.plan_id == plan_id) & (route.c.release.is_(None) | (route.c.release > now))
        return self._connection.execute(select(route.c.id).where(hidden).limit(1)).first() is not None

    def publish(self, plan_id: PlanId, *, version: int, by: str, at: datetime | None = None) -> PlanHead:
        """Publish a draft of a round that is still at `version`, `at` a moment (aware, None = now); the one before is superseded.

        All of it happens in the caller's transaction: nobody ever sees two published plans, or none where there was one.

        Raises
        ------
        NotFound
            There is no such plan.
        Conflict
            The plan is no draft, or the round has changed since `version`.
        """
        table = tables.plan
        head = self.get(plan_id)
        if head.state is not PlanState.DRAFT:
            raise Conflict(say("store.not_draft", plan=plan_id))
        Rounds(self._connection).step(head.round_id, version)
        earlier = self._connection.execute(
            update(table)
            .where(table.c.round_id == head.round_id, table.c.state == PlanState.PUBLISHED.value)
            .values(state=PlanState.SUPERSEDED.value)
            .returning(table.c.id)
        ).scalar()
        self._connection.execute(
            update(table)
            .where(table.c.id == plan_id)
            .values(state=PlanState.PUBLISHED.value, published=at or datetime.now(UTC), published_by=by)
        )
        _release(self._connection, head.round_id, plan_id)
        AuditLog(self._connection).add(
            by, "plan.publish", f"plan/{plan_id}", {"round": head.round_id, "superseded": earlier}
        )
        return self.get(plan_id)

    def _one(self, query: Select[Any], plan_id: PlanId) -> Row[Any]:
        row = self._connection.execute(query).first()
        if row is None:
            raise NotFound(say("store.no_plan", plan=plan_id))
        return row


def _release(connection: Connection, round_id: RoundId, plan_id: PlanId | None = None) -> None:
    """Write down from when on the routes of a plan are released; without one those of all plans that were published."""
    route, plan = tables.route, tables.plan
    release = Rounds(connection).release(round_id)
    plans = select(plan.c.id).where(plan.c.round_id == round_id)
    plans = plans.where(plan.c.state != PlanState.DRAFT.value) if plan_id is None else plans.where(plan.c.id == plan_id)
    query = select(route.c.plan_id, route.c.id, route.c.date, route.c.depart).where(route.c.plan_id.in_(plans))
    for row in connection.execute(query).all():
        mine = (route.c.plan_id == row.plan_id, route.c.id == row.id)
        connection.execute(update(route).where(*mine).values(release=release_of(row.date, release, row.depart)))


def _head(row: Row[Any]) -> PlanHead:
    return PlanHead(
        id=PlanId(row.id),
        round_id=RoundId(row.round_id),
        number=row.number,
        state=PlanState(row.state),
        verdict=Verdict(row.verdict),
        figures=decode(Figures, row.figures),
        gap=row.gap,
        created=row.created,
        created_by=row.created_by,
        published=row.published,
        published_by=row.published_by,
    )


def _require_published(connection: Connection, plan_id: PlanId) -> PlanHead:
    head = Plans(connection).get(plan_id)
    if head.state is not PlanState.PUBLISHED:
        raise Conflict(say("store.not_published", plan=plan_id))
    return head


class Assignments:
    """Who walks which route. Only routes of a published plan are ever handed out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, plan_id: PlanId, route: RouteId, persons: Iterable[str], *, by: str) -> None:
        """Name the people of a route instead of those before; nobody = the route is free again.

        Raises
        ------
        NotFound
            The plan has no such route, or a person no active log-in.
        Conflict
            The plan is not published.
        """
        _require_published(self._connection, plan_id)
        table = tables.route
        if not self._connection.execute(
            select(table.c.id).where(table.c.plan_id == plan_id, table.c.id == route)
        ).all():
            raise NotFound(say("store.no_route", plan=plan_id, route=route))
        people = sorted(set(persons))
        known = select(tables.account.c.login).where(tables.account.c.login.in_(people), tables.account.c.active)
        if missing := set(people) - set(self._connection.execute(known).scalars()):
            raise NotFound(say("store.no_user", login=min(missing)))
        mine = (tables.assignment.c.plan_id == plan_id, tables.assignment.c.route_id == route)
        self._connection.execute(delete(tables.assignment).where(*mine))
        now = datetime.now(UTC)
        for person in people:
            self._connection.execute(
                insert(tables.assignment).values(plan_id=plan_id, route_id=route, person=person, at=now, by=by)
            )
        AuditLog(self._connection).add(by, "assign", f"plan/{plan_id}", {"route": route, "persons": people})

    def list(self, plan_id: PlanId) -> tuple[Assignment, ...]:
        """Return the assignments of a plan by route and person."""
        table = tables.assignment
        query = select(table).where(table.c.plan_id == plan_id).order_by(table.c.route_id, table.c.person)
        return tuple(
            Assignment(route=RouteId(row.route_id), person=row.person) for row in self._connection.execute(query)
        )

    def of(self, person: str, *, visit: str | None = None) -> tuple[AssignedRoute, ...]:
        """Return the routes of published plans that a person walks, earliest first; only those that hold `visit`, where named."""
        if visit is None:
            rows = _ROUTES_OF.all(self._connection, {"person": person})
        else:
            rows = _ROUTES_OF_VISIT.all(self._connection, {"person": person, "visit": visit})
        return tuple(
            AssignedRoute(
                plan_id=PlanId(row.plan_id),
                round_id=RoundId(row.round_id),
                route=RouteId(row.id),
                team=TeamId(row.team),
                date=row.date,
                shift=row.shift,
                stops=row.stops,
                depart=row.depart,
                released=row.release,
                site=SiteId(row.site) if visit is not None else None,
            )
            for row in rows
        )


class Results:
    """What happened at the stops; each result is taken once, however often it is sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, plan_id: PlanId, result: VisitResult) -> Receipt:
        """Keep a result; the same one sent again is a duplicate and changes nothing. Whose stop it is, the caller has asked.

        Raises
        ------
        NotFound
            The plan holds no such visit.
        Conflict
            Another result was kept under this key, or the plan was never published.
        """
        accepted = _NEW_RESULT.first(
            self._connection,
            {
                "key": result.key,
                "plan_id": plan_id,
                "visit": result.visit,
                "outcome": result.outcome.value,
                "note": result.note,
                "by": result.by,
                "at": result.at,
                "received": datetime.now(UTC),
            },
        )
        if accepted:
            return Receipt.ACCEPTED
        head = self._connection.execute(_stop_of(), {"plan": plan_id, "visit": result.visit}).first()
        if head is None:
            raise NotFound(say("store.no_plan", plan=plan_id))
        if head.state == PlanState.DRAFT.value:
            raise Conflict(say("store.not_published", plan=plan_id))
        if not head.here:
            raise NotFound(say("store.no_stop", plan=plan_id, visit=result.visit))
        kept = self._connection.execute(_result_of_key(), {"key": result.key}).one()
        if kept.plan_id != plan_id or _result(kept) != result:
            raise Conflict(say("store.other_result", number=result.key))
        return Receipt.DUPLICATE

    def at_sites(self, sites: Iterable[SiteId]) -> tuple[tuple[SiteId, VisitResult], ...]:
        """Return every result of these sites in whatever round, the latest first."""
        table, stop = tables.result, tables.stop
        here = (stop.c.plan_id == table.c.plan_id) & (stop.c.visit == table.c.visit)
        query = select(table, stop.c.site).join(stop, here).where(stop.c.site.in_(sorted(set(sites))))
        rows = self._connection.execute(query.order_by(table.c.at.desc(), table.c.key))
        return tuple((SiteId(row.site), _result(row)) for row in rows)

    def about(self, result: VisitResult, round_id: RoundId) -> tuple[VisitResult, ...]:
        """Return what decides whether a result is taken: one by which its visit is done, and the one under its key."""
        told = {"key": result.key, "round": round_id, "visit": result.visit}
        return tuple(_result(row) for row in _RESULTS_ABOUT.all(self._connection, told))

    def done_by(self, round_id: RoundId, until: datetime) -> Sequence[tuple[str, datetime]]:
        """Return (visit, local moment) of the first outcome up to `until` (local) that covers each visit of a round."""
        table = tables.result
        query = (
            select(table.c.visit, func.min(table.c.at))
            .where(table.c.round_id == round_id, table.c.at <= until)
            .where(table.c.outcome.in_([one.value for one in COUNTS_AS_DONE]))
            .group_by(table.c.visit)
        )
        # All at once: a round of 100,000 sites would ask the driver as many times for the next row.
        return [(visit, at) for visit, at in self._connection.execute(query).all()]

    def by_site(self, site: str | None = None) -> Sequence[tuple[str, RoundId, VisitResult]]:
        """Return (site, round, result) of all rounds, of one site where it is given, by the moment of the visit."""
        table, stop = tables.result, tables.stop
        query = (
            select(table, stop.c.site)
            .join(stop, (stop.c.plan_id == table.c.plan_id) & (stop.c.visit == table.c.visit))
            .order_by(table.c.at, table.c.key)
        )
        if site is not None:
            query = query.where(stop.c.site == site)
        # A joint visit is a stop of two routes.
        rows = {row.key: row for row in self._connection.execute(query)}
        return [(row.site, RoundId(row.round_id), _result(row)) for row in rows.values()]

    def list(self, round_id: RoundId) -> tuple[VisitResult, ...]:
        """Return all results of a round in the order they came in."""
        table = tables.result
        query = select(table).where(table.c.round_id == round_id).order_by(table.c.received, table.c.key)
        return tuple(_result(row) for row in self._connection.execute(query))


def _result(row: Any) -> VisitResult:
    return VisitResult(
        key=row.key,
        visit=VisitId(row.visit),
        outcome=Outcome(row.outcome),
        note=row.note,
        by=row.by,
        at=row.at,
    )


def _routes_of(_engine: str) -> Select[Any]:
    route, plan, mine = tables.route, tables.plan, tables.assignment
    told = ("plan_id", "id", "team", "date", "shift", "stops", "depart", "release")
    return (
        select(*(route.c[name] for name in told), plan.c.round_id)
        .join(mine, (mine.c.plan_id == route.c.plan_id) & (mine.c.route_id == route.c.id))
        .join(plan, plan.c.id == route.c.plan_id)
        .where(
            mine.c.person == bindparam("person"),
            plan.c.state == PlanState.PUBLISHED.value,
            route.c.release.is_not(None),
        )
        .order_by(route.c.depart, route.c.id)
    )


def _routes_of_visit(engine: str) -> Select[Any]:
    route, stop = tables.route, tables.stop
    here = (stop.c.plan_id == route.c.plan_id) & (stop.c.route_id == route.c.id)
    query = _routes_of(engine).join(stop, here)
    return query.where(stop.c.visit == bindparam("visit")).add_columns(stop.c.site)


_ROUTES_OF, _ROUTES_OF_VISIT = Hot(_routes_of), Hot(_routes_of_visit)


@cache
def _stop_of() -> Select[Any]:
    plan, stop = tables.plan, tables.stop
    here = select(stop.c.visit).where(stop.c.plan_id == bindparam("plan"), stop.c.visit == bindparam("visit")).exists()
    return select(plan.c.state, plan.c.round_id, here.label("here")).where(plan.c.id == bindparam("plan"))


@cache
def _result_of_key() -> Select[Any]:
    return select(tables.result).where(tables.result.c.key == bindparam("key"))


def _results_about(_engine: str) -> Select[Any]:
    table = tables.result
    done = [literal(outcome.value) for outcome in COUNTS_AS_DONE]
    of_visit = (table.c.round_id == bindparam("round")) & (table.c.visit == bindparam("visit"))
    return select(table).where((table.c.key == bindparam("key")) | (of_visit & table.c.outcome.in_(done)))


_RESULTS_ABOUT = Hot(_results_about)


def _new_result(engine: str) -> Any:
    """Return the insert of a result, in the words of the engine, that keeps it only where the plan is no draft and holds its visit."""
    table, plan, stop = tables.result, tables.plan, tables.stop
    given = {column.name: bindparam(column.name, type_=column.type) for column in table.c if column.name != "round_id"}
    here = select(stop.c.visit).where(stop.c.plan_id == plan.c.id, stop.c.visit == given["visit"]).exists()
    values = [plan.c.round_id if column.name == "round_id" else given[column.name] for column in table.c]
    query = select(*values).where(plan.c.id == given["plan_id"], plan.c.state != PlanState.DRAFT.value, here)
    return (
        insert_new_on(engine, table, "key")
        .from_select([column.name for column in table.c], query)
        .returning(table.c.key)
    )


_NEW_RESULT = Hot(_new_result)
