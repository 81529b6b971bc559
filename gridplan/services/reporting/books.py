"""The books as of any moment: the plan that was published then, the areas as they were, and what had happened by then."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from weakref import WeakKeyDictionary

from gridplan.fieldwork.findings import findings_at
from gridplan.model.books import CoverLine, DayLine
from gridplan.model.circles import none_made, settle
from gridplan.model.days import read_day
from gridplan.model.errors import InputError, NotFound
from gridplan.model.finding import Finding, FindingEvent, FindingState
from gridplan.model.moment import local
from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.plan import Plan
from gridplan.model.record import PlanHead, RoundId, User
from gridplan.model.release import release_of
from gridplan.model.result import VisitResult
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.report.ledger import Ledger, cover, ledger, sites_in
from gridplan.report.minimum import Verdicts, day_lines
from gridplan.report.spans import below
from gridplan.report.statistics import Books
from gridplan.services.accounts.rights import may, subtree
from gridplan.services.desk import Desk
from gridplan.services.field.checklists import desk_categories
from gridplan.services.folders.placing import owners_by_area
from gridplan.services.reporting.minimum import verdicts_of
from gridplan.store.repositories import Transaction

_KEPT = 4
_SHELVES: WeakKeyDictionary[Desk, OrderedDict[tuple[int, int], tuple[Plan, Ledger]]] = WeakKeyDictionary()
"""Plans never change once made: the columns of the last few are kept, by plan and by the grid they are counted in."""
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A round as of a moment (local time): what was published then, the areas of then, and the coverage of every area."""

    head: PlanHead
    plan: Plan
    as_of: datetime
    areas: tuple[Area, ...]
    owners: Mapping[AreaCode, str]
    findings: tuple[Finding, ...]
    events: tuple[FindingEvent, ...]
    lines: tuple[CoverLine, ...]

    @property
    def round_id(self) -> RoundId:
        """The round it is about."""
        return self.head.round_id

    def line(self, code: str) -> CoverLine | None:
        """Return the line of one area, "*" the total."""
        return next((one for one in self.lines if one.code == code and (one.level or code == "*")), None)

    def inside(self, area: str | None) -> tuple[Area, ...]:
        """Return an area and all below it; None = all."""
        own = subtree(self.areas, AreaCode(area) if area else None)
        return tuple(one for one in self.areas if own is None or one.code in own)


def moment_asked(text: str) -> datetime | None:
    """Return the local moment that an address asks for, None for "".

    Raises
    ------
    InputError
        It is no moment.
    """
    if not text:
        return None
    try:
        asked = datetime.fromisoformat(text.strip())
        read_day(asked.date().isoformat())
    except ValueError:
        raise InputError(say("books.bad_time", value=text)) from None
    # A day alone means its end, as the office closes its books in the evening.
    return (
        local(asked)
        if len(text.strip()) > 10
        else datetime.combine(asked.date(), datetime.max.time()).replace(microsecond=0)
    )


def now_of(desk: Desk) -> datetime:
    """Return the local time of the desk."""
    # Not cut to the second: what was published a moment ago is published.
    return local(desk.now())


def published_at(t: Transaction, as_of: datetime, round_id: int | None = None) -> PlanHead | None:
    """Return the plan that was published at a local moment: of the round asked for, else of the newest round that had one."""
    for stored in t.rounds.list():
        if round_id is not None and stored.id != round_id:
            continue
        heads = [head for head in t.plans.list(stored.id) if head.published and local(head.published) <= as_of]
        if heads:
            return max(heads, key=lambda head: (head.published or head.created, head.number))
    return None


def at_moment(desk: Desk, *, round_id: int | None = None, as_of: datetime | None = None) -> Moment:
    """Return a round as of a local moment (None = now).

    Raises
    ------
    NotFound
        Nothing was published then.
    """
    moment = local(as_of) if as_of else now_of(desk)
    with desk.store.reading() as t:
        head = published_at(t, moment, round_id)
        if head is None:
            raise NotFound(say("books.nothing_then", time=f"{moment:%Y-%m-%d %H:%M}"))
        # A plan is counted in the areas that it was made with, whatever was split or merged since.
        areas = t.areas.at(head.created)
        owners = owners_by_area(t.owners.list())
        done = t.results.done_by(head.round_id, moment)
        found = t.findings.list(round_id=head.round_id)
        steps = t.findings.events(round_id=head.round_id) if found else ()
        plan, columns = _columns(desk, t, head, areas)
    findings, events = findings_at(found, steps, moment)
    open_ = [(str(one.site), one.overdue(moment.date())) for one in findings if one.state is FindingState.OPEN]
    lines = cover(columns, done, moment, owners=owners, findings=open_)
    return Moment(
        head=head,
        plan=plan,
        as_of=moment,
        areas=areas,
        owners=owners,
        findings=findings,
        events=events,
        lines=tuple(lines),
    )


def _columns(desk: Desk, t: Transaction, head: PlanHead, areas: Sequence[Area]) -> tuple[Plan, Ledger]:
    key = (int(head.id), hash(tuple((area.code, area.polygon.bounds) for area in areas)))
    with _LOCK:
        shelf = _SHELVES.setdefault(desk, OrderedDict())
        if key in shelf:
            shelf.move_to_end(key)
            return shelf[key]
    plan = t.plans.plan(head.id)
    with none_made():
        made = plan, ledger(plan, areas)
    with _LOCK:
        shelf[key] = made
        while len(shelf) > _KEPT:
            shelf.popitem(last=False)
    settle(len(plan.sites))
    return made


def results_until(desk: Desk, moment: Moment) -> tuple[VisitResult, ...]:
    """Return the results of the round up to the moment, in the order they came in."""
    with desk.store.reading() as t:
        return tuple(one for one in t.results.list(moment.round_id) if local(one.at) <= moment.as_of)


def books_of(desk: Desk, moment: Moment) -> Books:
    """Return all that the statistics count as of a moment."""
    results = results_until(desk, moment)
    categories = {key: one.name.zh for key, one in desk_categories(desk).items()}
    with desk.store.reading() as t:
        notices = t.findings.notices(round_id=moment.round_id)
        leads = t.leads.list(round_id=moment.round_id)
        people = {user.login: user.name for user in t.users.list()}
        release = t.rounds.release(moment.round_id)
    now = desk.now()
    hidden = frozenset(
        stop.visit
        for route in moment.plan.routes
        if release_of(route.date, release, route.depart) > now
        for stop in route.stops
    )
    return Books(
        plan=moment.plan,
        plan_number=moment.head.number,
        areas=moment.areas,
        owners=moment.owners,
        results=results,
        as_of=moment.as_of,
        findings=moment.findings,
        hidden=hidden,
        notices=notices,
        leads=leads,
        people=people,
        categories=categories,
    )


def days_of(desk: Desk, moment: Moment, reader: User | None, area: str | None = None) -> tuple[DayLine, ...]:
    """Return the days of the round with the minimum judged on plan and on fact, of what lies in an area (None = all).

    A part has no minimum of its own.

    Who looks at a part and plans nothing is not told on which days to come how much is planned there: few sites and a day
    would be a route.
    """
    plan = part_of(moment, area)
    visits = {visit.id for visit in plan.visits}
    results = results_until(desk, moment)
    verdicts = verdicts_at(desk, moment, results) if area is None else None
    days = day_lines(plan, [one for one in results if one.visit in visits], moment.as_of, verdicts)
    if area is not None and reader is not None and not may(reader, Right.PLAN):
        days = tuple(day for day in days if day.day <= desk.today())
    return days


def verdicts_at(desk: Desk, moment: Moment, results: Sequence[VisitResult] | None = None) -> Verdicts:
    """Return the daily minimum and the coverage of a round as of a moment, judged on the plan of then and on fact."""
    results = results_until(desk, moment) if results is None else results
    with desk.store.reading() as t:
        return verdicts_of(t, moment.round_id, moment.plan, results, moment.as_of)


def part_of(moment: Moment, area: str | None) -> Plan:
    """Return the visits and stops of the plan that lie in an area (None = all)."""
    plan = moment.plan
    if area is None:
        return plan
    where = sites_in(plan.sites, moment.areas)
    inside = {site for site, codes in where.items() if area in codes.values()}
    routes = (replace(one, stops=tuple(stop for stop in one.stops if stop.site in inside)) for one in plan.routes)
    return replace(
        plan,
        visits=tuple(visit for visit in plan.visits if visit.site in inside),
        routes=tuple(route for route in routes if route.stops),
    )


def may_see(moment: Moment, reader: User | None, area: str | None) -> None:
    """Make sure that an area is there and is the reader's.

    Raises
    ------
    NotFound
        There is no such area, or it is not the reader's: for this person there is none.
    """
    if area is None:
        return
    own = subtree(moment.areas, reader.area if reader else None)
    if all(one.code != area for one in moment.areas) or (own is not None and area not in own):
        raise NotFound(say("books.no_area", area=area))


def children(moment: Moment, area: str | None) -> tuple[Area, ...]:
    """Return the areas next below one."""
    return below(moment.areas, area)


def lines_at(moment: Moment, level: AreaLevel, area: str | None) -> list[CoverLine]:
    """Return the lines of one level within an area, the latest behind its plan first; last those outside, where all is asked."""
    inside = {one.code for one in moment.inside(area)}
    found = [
        line
        for line in moment.lines
        if (line.level is level and (line.code in inside or (area is None and line.code == "")))
        or (line.level is None and line.code == "" and area is None)
    ]
    return sorted(found, key=lambda line: (line.code == "", -line.behind, line.coverage, line.code))


def nobody_answers(moment: Moment, area: str | None) -> tuple[list[Area], int]:
    """Return the areas without owner within one, and how many promised sites lie in a smallest area that has none."""
    inside = moment.inside(area)
    bare = [one for one in inside if not moment.owners.get(one.code)]
    parents = {one.parent_code for one in inside}
    leaves = {one.code for one in bare if one.code not in parents}
    promised = sum(line.promised for line in moment.lines if line.code in leaves)
    return bare, promised


def day_of(text: str, default: date) -> date:
    """Return the day that an address asks for.

    Raises
    ------
    InputError
        It is no day.
    """
    try:
        return read_day(text) if text else default
    except ValueError:
        raise InputError(say("web.bad_day", value=text)) from None
