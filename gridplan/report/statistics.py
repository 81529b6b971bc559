"""The office's statistics with fixed definitions: each is the number of different rows of one kind, and gives those rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from gridplan.model.books import Fact, Period
from gridplan.model.coverage import VisitState
from gridplan.model.crew import Team
from gridplan.model.finding import Finding, FindingState, Notice, NoticeKind
from gridplan.model.lead import Lead
from gridplan.model.moment import local
from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.plan import Plan, PlanSite
from gridplan.model.result import Outcome, VisitResult, first_results
from gridplan.model.round import Purpose, Visit, VisitId
from gridplan.model.site import SiteKind
from gridplan.model.words import say
from gridplan.report.ledger import sites_in
from gridplan.report.states import planned_days, visit_states


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """A statistic: `unit` is a key of words; its name is `books.stat_<key>`, its definition `books.def_<key>`.

    `period`: what it can be asked for; NOW = how things stand, else by days. `adds_up`: whether areas side by side add up to
    the area above; people who go to two townships on one day do not.
    """

    key: str
    unit: str
    now: bool = False
    adds_up: bool = True


STATISTICS: tuple[Statistic, ...] = (
    Statistic(key="promised", unit="sites", now=True),
    *(Statistic(key=f"promised_{kind}", unit="sites", now=True) for kind in SiteKind),
    Statistic(key="planned", unit="sites"),
    Statistic(key="due", unit="sites", now=True),
    Statistic(key="first", unit="sites"),
    *(Statistic(key=f"first_{kind}", unit="sites") for kind in SiteKind),
    Statistic(key="visits", unit="visits"),
    Statistic(key="follow_up", unit="visits"),
    Statistic(key="lead_visits", unit="visits"),
    Statistic(key="sample", unit="visits"),
    Statistic(key="team_days", unit="team_days", adds_up=False),
    Statistic(key="people", unit="people", adds_up=False),
    Statistic(key="overdue", unit="sites", now=True),
    Statistic(key="unplanned", unit="sites", now=True),
    Statistic(key="closed", unit="visits"),
    Statistic(key="refused", unit="visits"),
    Statistic(key="moved", unit="visits"),
    Statistic(key="not_found", unit="visits"),
    Statistic(key="found", unit="findings"),
    Statistic(key="struck", unit="findings"),
    Statistic(key="found_ever", unit="findings", now=True),
    Statistic(key="struck_ever", unit="findings", now=True),
    Statistic(key="open", unit="findings", now=True),
    Statistic(key="open_overdue", unit="findings", now=True),
    Statistic(key="notices", unit="papers"),
    *(Statistic(key=f"notice_{kind}", unit="papers") for kind in NoticeKind),
    Statistic(key="leads", unit="leads"),
    Statistic(key="answered", unit="leads"),
)
BY_KEY: Mapping[str, Statistic] = {one.key: one for one in STATISTICS}
_FAILED = {
    Outcome.CLOSED: "closed",
    Outcome.REFUSED: "refused",
    Outcome.MOVED: "moved",
    Outcome.NOT_FOUND: "not_found",
}
_PURPOSE = {Purpose.FOLLOW_UP: "follow_up", Purpose.LEAD: "lead_visits", Purpose.SAMPLE: "sample"}


@dataclass(frozen=True, kw_only=True)
class Books:
    """All that was known at `as_of`: the plan that was published then, the areas as they were then, and what had happened.

    `hidden` are visits whose day and team are not released yet (四不两直): no row tells them. `findings` stand as they stood then. `people` are names by log-in, `categories` names by key.
    """

    plan: Plan
    plan_number: int
    areas: tuple[Area, ...]
    owners: Mapping[AreaCode, str]
    results: tuple[VisitResult, ...]
    as_of: datetime
    findings: tuple[Finding, ...] = ()
    notices: tuple[Notice, ...] = ()
    leads: tuple[Lead, ...] = ()
    hidden: frozenset[VisitId] = frozenset()
    people: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def codes(self) -> dict[str, tuple[AreaCode, ...]]:
        """The areas of each site, widest first."""
        placed = sites_in(self.plan.sites, self.areas)
        return {site: tuple(where[level] for level in AreaLevel if level in where) for site, where in placed.items()}

    @cached_property
    def facts(self) -> dict[str, tuple[Fact, ...]]:
        """The rows of every statistic, by its key."""
        found: dict[str, list[Fact]] = {one.key: [] for one in STATISTICS}
        for source in _SOURCES:
            for key, fact in source(self):
                found[key].append(fact)
        return {key: tuple(sorted(rows, key=_order)) for key, rows in found.items()}

    @cached_property
    def sites(self) -> dict[str, PlanSite]:
        """The plan's sites by id."""
        return {site.id: site for site in self.plan.sites}

    @cached_property
    def visits(self) -> dict[VisitId, Visit]:
        """The plan's visits by id."""
        return {visit.id: visit for visit in self.plan.visits}

    @cached_property
    def teams_of(self) -> dict[VisitId, tuple[str, ...]]:
        """The teams that go to each visit, two at a joint one."""
        teams: dict[VisitId, list[str]] = defaultdict(list)
        for route in self.plan.routes:
            for stop in route.stops:
                teams[stop.visit].append(route.team)
        return {visit: tuple(dict.fromkeys(found)) for visit, found in teams.items()}


def _order(fact: Fact) -> tuple[date, str, str]:
    return fact.day or date.min, fact.codes[-1] if fact.codes else "", fact.id


def rows_of(books: Books, key: str, holds: Callable[[date], bool] | None, area: str | None) -> tuple[Fact, ...]:
    """Return the rows of a statistic on the days that hold (None = all) in an area (None = all of the plan)."""
    stands = BY_KEY[key].now
    return tuple(
        fact
        for fact in books.facts[key]
        if (area is None or area in fact.codes)
        and (holds is None or stands or (fact.day is not None and holds(fact.day)))
    )


def count(facts: Sequence[Fact]) -> int:
    """Return the value of a statistic: how many different ids its rows have."""
    return len({fact.id for fact in facts})


def period_of(key: str, wanted: Period) -> Period:
    """Return the period under which a statistic stands."""
    return Period.NOW if BY_KEY[key].now else wanted


# ---- where the rows come from ----------------------------------------------------------------------------------------

_Rows = Iterator[tuple[str, Fact]]


def _fact(books: Books, id: str, site: str, day: date | None, *, who: str = "", text: str = "") -> Fact:
    known = books.sites.get(site)
    return Fact(
        id=id,
        day=day,
        site=site,
        name=known.name if known else site,
        codes=books.codes.get(site, ()),
        who=who,
        text=text,
    )


def _teams(books: Books, visit: VisitId) -> str:
    names: dict[str, str] = {team.id: team.name for team in books.plan.teams}
    return "、".join(names[team] for team in books.teams_of.get(visit, ()) if team in names)


def _promises(books: Books) -> _Rows:
    states = visit_states(books.plan, books.results, books.as_of)
    days, today = planned_days(books.plan), local(books.as_of).date()
    for visit in books.plan.visits:
        if visit.purpose is not Purpose.ROUTINE:
            continue
        state, day = states[visit.id], days.get(visit.id)
        # Who goes where on a day to come is nobody's but the planner's.
        open_ = day is not None and day <= today and visit.id not in books.hidden
        who = _teams(books, visit.id) if open_ else ""
        word = say("glossary.ahead" if state is VisitState.AHEAD else f"glossary.{state.value}").zh
        fact = _fact(books, visit.id, visit.site, day if open_ else None, who=who, text=word)
        yield "promised", fact
        yield f"promised_{books.sites[visit.site].kind.value}", fact
        if open_:
            yield "planned", fact
        if day is not None and day < today:
            yield "due", fact
        if state is VisitState.OVERDUE:
            yield "overdue", fact
        elif state is VisitState.UNPLANNED:
            yield "unplanned", fact


def _done(books: Books) -> _Rows:
    done = first_results(books.results, books.as_of)
    last: dict[VisitId, VisitResult] = {}
    for result in sorted(books.results, key=lambda one: local(one.at)):
        if local(result.at) > local(books.as_of):
            continue
        last[result.visit] = result
    for id, result in done.items():
        visit = books.visits.get(id)
        if visit is None:
            continue
        word = say(f"glossary.{result.outcome.value}").zh
        fact = _fact(books, id, visit.site, local(result.at).date(), who=_who(books, result), text=word)
        yield "visits", fact
        if visit.purpose is Purpose.ROUTINE:
            yield "first", fact
            yield f"first_{books.sites[visit.site].kind.value}", fact
        else:
            yield _PURPOSE[visit.purpose], fact
    for id, result in last.items():
        visit = books.visits.get(id)
        if visit is None or id in done:
            continue
        word = say(f"glossary.{result.outcome.value}").zh
        text = "：".join(part for part in (word, result.note) if part)
        fact = _fact(books, id, visit.site, local(result.at).date(), who=_who(books, result), text=text)
        yield _FAILED[result.outcome], fact


def _who(books: Books, result: VisitResult) -> str:
    return _teams(books, result.visit) or books.people.get(result.by, result.by)


def _out(books: Books) -> _Rows:
    """Who was out: a team is out on each day on which it tried at least one visit, and its people with it."""
    teams: dict[str, Team] = {team.id: team for team in books.plan.teams}
    for result in books.results:
        visit, day = books.visits.get(result.visit), local(result.at).date()
        if visit is None or local(result.at) > local(books.as_of):
            continue
        for id in books.teams_of.get(result.visit, ()):
            team = teams[id]
            yield "team_days", _fact(books, f"{id}|{day}", visit.site, day, who=team.name)
            for member in team.members:
                yield "people", _fact(books, f"{member.id}|{day}", visit.site, day, who=member.name, text=team.name)


def _findings(books: Books) -> _Rows:
    today = local(books.as_of).date()
    for one in books.findings:
        who = books.people.get(one.by, one.by)
        text = "：".join(part for part in (books.categories.get(one.category, one.category), one.text) if part)
        found = _fact(books, one.id, one.site, local(one.at).date(), who=who, text=text)
        yield "found", found
        yield "found_ever", found
        if one.state is FindingState.CLOSED and one.closed_at is not None:
            struck = _fact(books, one.id, one.site, local(one.closed_at).date(), who=who, text=text)
            yield "struck", struck
            yield "struck_ever", struck
        else:
            yield "open", found
            if one.overdue(today):
                yield "open_overdue", found


def _notices(books: Books) -> _Rows:
    sites = {one.id: one.site for one in books.findings}
    for notice in books.notices:
        if notice.finding in sites and local(notice.at) <= local(books.as_of):
            word = say(f"findings.notice_{notice.kind.value}").zh
            who = books.people.get(notice.by, notice.by)
            fact = _fact(books, notice.number, sites[notice.finding], local(notice.at).date(), who=who, text=word)
            yield "notices", fact
            yield f"notice_{notice.kind.value}", fact


def _leads(books: Books) -> _Rows:
    moment = local(books.as_of)
    for lead in books.leads:
        if local(lead.at) > moment:
            continue
        # Neither what was told nor where: it may name the person who told it.
        number = lead.number or str(lead.id)
        word = say(f"books.channel_{lead.channel.value}").zh
        yield "leads", _fact(books, number, lead.site or "", local(lead.at).date(), text=word)
        if lead.answered_at is not None and local(lead.answered_at) <= moment:
            yield "answered", _fact(books, number, lead.site or "", local(lead.answered_at).date(), text=word)


_SOURCES: tuple[Callable[[Books], _Rows], ...] = (_promises, _done, _out, _findings, _notices, _leads)
