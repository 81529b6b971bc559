"""Plays a round day by day over the real services, in a database of its own, and balances the books every evening."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

from gridplan.fieldwork.findings import latest
from gridplan.model.crew import TeamId
from gridplan.model.errors import Conflict
from gridplan.model.fact import FactDay
from gridplan.model.finding import Finding, FindingState
from gridplan.model.plan import Placement, Plan, Route, Stop
from gridplan.model.progress import Progress, silent
from gridplan.model.record import PlanHead, Role, RoundId, User
from gridplan.model.result import COUNTS_AS_DONE, Outcome, VisitResult, first_done
from gridplan.model.round import Purpose, Visit, VisitId
from gridplan.model.sent import Parcel, SentFinding, SentRecheck
from gridplan.model.site import PlacedSite, SiteKind
from gridplan.model.words import Text, say
from gridplan.routing.replan.comparing import compare
from gridplan.routing.replan.worked import News
from gridplan.routing.search.improve import Effort
from gridplan.services.desk import Desk
from gridplan.services.field.checklists import desk_categories
from gridplan.services.field.evening import NextPlan, next_plan
from gridplan.services.field.findings import finding_counts
from gridplan.services.field.keeping import keep_parcel
from gridplan.services.field.lead_places import choose_site, locate_lead
from gridplan.services.field.leads import add_lead, answer_lead, plan_lead
from gridplan.services.folders.folder import dump, folder_at_once
from gridplan.services.plans import publishing
from gridplan.services.plans.handing import hand_over
from gridplan.services.plans.settling import settle, to_settle
from gridplan.services.registry import register
from gridplan.services.reporting.balance import STATES, balance
from gridplan.services.reporting.books import at_moment, verdicts_at
from gridplan.services.rounds import drafting

BY = "simulate"
DATABASE, DAYS = "simulate.db", "days.json"
DRAFT = Effort(rounds=6_000)
REPLAN = Effort(rounds=3_000, hot_s=60.0, cold_s=2.0)
"""Small efforts: a game of ten days should take minutes at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """How often what happens, as shares of the visits; `leads` a day, `sick` on how many days a team is missing."""

    closed: float = 0.04
    refused: float = 0.04
    moved: float = 0.01
    not_found: float = 0.01
    gone: float = 0.01
    finding: float = 0.15
    passed: float = 0.65
    leads: float = 0.4
    sick: int = 1


@dataclass(slots=True)
class _Game:
    """A game under way. The desk's clock goes with it, so that the books know which plan was in force when."""

    desk: Desk
    round_id: RoundId
    rng: random.Random
    odds: Odds
    seed: int
    effort: Effort
    follow_ups: set[VisitId] = field(default_factory=set)
    leads: Counter[str] = field(default_factory=Counter)
    kept_old: int = 0
    short: int = 0
    told: int = 0


def simulate(
    folder: Path,
    out: Path,
    *,
    seed: int = 1,
    odds: Odds | None = None,
    kinds: Sequence[str] = (),
    effort: Effort = DRAFT,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Play the round of an input folder and write the database and the days into a whole new folder, or nothing.

    Equal folders, odds and seeds give equal games. `kinds` narrows the round to sites of these kinds.

    Raises
    ------
    InputError, Conflict
        The folder cannot be read, or its plan keeps no promise, so that nothing can be published.
    """
    with folder_at_once(out) as made:
        desk = Desk.open(f"sqlite:///{(made / DATABASE).absolute()}", create=True)
        try:
            told = _play(desk, folder, seed, odds or Odds(), kinds, effort, progress)
        finally:
            desk.close()
        (made / DAYS).write_bytes(dump(told))
    return told


def _play(
    desk: Desk, folder: Path, seed: int, odds: Odds, kinds: Sequence[str], effort: Effort, progress: Progress
) -> dict[str, Any]:
    head, plan = _published(desk, folder, seed, kinds, effort, progress)
    game = _Game(desk=desk, round_id=head.round_id, rng=random.Random(seed), odds=odds, seed=seed, effort=REPLAN)
    days = plan.round.workdays
    busy = sorted({route.date for route in plan.routes})[1:]
    sick_on = set(game.rng.sample(busy, min(odds.sick, len(busy))))
    rows: list[dict[str, Any]] = []
    wrong: list[str] = []
    for number, day in enumerate(days):
        progress("simulate", number, len(days))
        row, off = _day(game, day, days[number + 1] if day != days[-1] else None, sick=day in sick_on)
        rows.append(row)
        wrong += off
    progress("simulate", len(days), len(days))
    return _ended(game, plan, rows, wrong)


def play_days(desk: Desk, round_id: RoundId, days: int, *, seed: int = 1, progress: Progress = silent) -> list[str]:
    """Play the first `days` working days of a published round and return what of its books does not balance.

    Every team needs a log-in, `crew_of(team)`. The desk's clock is what it was afterwards.
    """
    clock = desk.now
    try:
        game = _Game(desk=desk, round_id=round_id, rng=random.Random(seed), odds=Odds(), seed=seed, effort=REPLAN)
        workdays = _now(game)[1].round.workdays
        wrong: list[str] = []
        for number, day in enumerate(workdays[:days]):
            progress("simulate", number, days)
            wrong += _day(game, day, next(iter(workdays[number + 1 :]), None))[1]
        progress("simulate", days, days)
    finally:
        desk.now = clock
    return wrong


def crew_of(team: TeamId) -> str:
    """Return the log-in under which a team's results are told."""
    return f"team-{team}"


def _day(game: _Game, day: date, tomorrow: date | None, *, sick: bool = False) -> tuple[dict[str, Any], list[str]]:
    """Play a day and plan its `tomorrow` anew, and return what happened and what of the books does not balance."""
    midnight = datetime.combine(day + timedelta(days=1), time())
    row: dict[str, Any] = {"day": day.isoformat(), "leads": _leads(game, day), "sick": ""}
    if sick:
        row["sick"] = _sick(game, day)
    row["outcomes"] = _street(game, day, row["sick"])
    total, off = balance(game.desk, game.round_id, midnight)
    wrong = [f"{day}: {text.zh}" for text in off]
    row |= {state: getattr(total, state) for state in STATES}
    row["findings"] = finding_counts(game.desk, day=midnight.date(), round_id=game.round_id)
    _desk_work(game, day)
    if tomorrow is not None:
        row["next"] = _evening(game, day, tomorrow)
        wrong += [f"{day} +: {text.zh}" for text in balance(game.desk, game.round_id, midnight)[1]]
    return row, wrong


def _published(
    desk: Desk, folder: Path, seed: int, kinds: Sequence[str], effort: Effort, progress: Progress
) -> tuple[PlanHead, Plan]:
    """Import the folder, plan and publish its round, and hand every route to the log-in of its team."""
    for part in ("areas", "gazetteer", "roads", "sites", "teams"):
        needed = part in ("areas", "sites", "teams")
        name = {"gazetteer": "gazetteer.csv", "roads": "roads.osm.pbf"}.get(part, "")
        if needed or (folder / name).exists():
            register.IMPORTS[part](desk, folder, by=BY)
    register.locate_sites(desk, by=BY, progress=progress)
    stored = drafting.create_round(desk, folder, by=BY)
    if kinds:
        scope = replace(stored.round.scope, kinds=tuple(SiteKind(kind) for kind in kinds))
        here = {placed.site.id for placed in _placed(desk) if placed.site.kind.value in kinds}
        extra = [one for one in stored.extra if one.site_id in here]
        with desk.store.transaction() as t:
            stored = t.rounds.change(
                stored.id, replace(stored.round, scope=scope), extra, version=stored.version, by=BY
            )
    _clock(desk, stored.round.start - timedelta(days=1), 17)
    head, plan = drafting.draft(desk, stored.id, by=BY, seed=seed, progress=progress, effort=effort)
    head = publishing.publish(desk, head.id, by=BY)
    for team in plan.teams:
        desk.add_person(
            User(login=crew_of(team.id), name=team.name, role=Role.INSPECTOR, team=team.id),
            f"sim-{seed}-{team.id}-pass",
            by=BY,
        )
    hand_over(desk, None, head.id, compare(plan, plan), by=BY)
    return head, plan


def _placed(desk: Desk) -> tuple[PlacedSite, ...]:
    with desk.store.reading() as t:
        return t.sites.placed()


def _clock(desk: Desk, day: date, hour: int, minute: int = 0) -> None:
    """Set the desk's clock to a moment of a day of the game."""
    now = datetime.combine(day, time(hour, minute), timezone(timedelta(hours=8)))
    desk.now = lambda: now


def _now(game: _Game) -> tuple[PlanHead, Plan, tuple[VisitResult, ...], tuple[Finding, ...]]:
    with game.desk.store.reading() as t:
        head = t.plans.published(game.round_id)
        if head is None:
            raise Conflict(say("replan.not_published", round=game.round_id))
        found = t.findings.list(round_id=game.round_id, state=FindingState.OPEN)
        return head, t.plans.plan(head.id), t.results.list(game.round_id), found


# ---- what happens ----------------------------------------------------------------------------------------------------


def _leads(game: _Game, day: date) -> int:
    """Let leads come in before work begins; each is placed, inserted with least change and published, if it fits."""
    if game.rng.random() >= game.odds.leads:
        return 0
    _clock(game.desk, day, 7, 30)
    _, plan, _, _ = _now(game)
    site = game.rng.choice(sorted((one for one in plan.sites if one.point), key=lambda one: one.id))
    urgent = game.rng.random() < 0.5
    at = datetime.combine(day, time(7, 30))
    due = day + timedelta(days=game.rng.randint(1, 3))
    lead = add_lead(
        game.desk,
        channel=game.rng.choice(["hotline", "letter", "superior", "web"]),
        what=f"反映{site.name}违规培训",
        where=site.address or site.name,
        urgent=urgent,
        at=at,
        by=BY,
        due=due,
        round_id=game.round_id,
        complainant=("某家长", "", ""),
    )
    matches = locate_lead(game.desk, lead.id, name=site.name).matches
    choose_site(game.desk, lead.id, by=BY, site=next((m.site for m in matches if m.site == site.id), site.id))
    game.leads["come"] += 1
    try:
        put = plan_lead(game.desk, lead.id, game.round_id, today=day, by=BY)
        game.leads["planned"] += 1
        game.told += put.told
    except Conflict:
        game.leads["no_room"] += 1
    return 1


def _sick(game: _Game, day: date) -> str:
    """Take the team with the most stops of the day out for that day, and plan the rest again in the morning."""
    _clock(game.desk, day, 7, 45)
    _, plan, _, _ = _now(game)
    load = Counter({route.team: 0 for route in plan.routes if route.date == day})
    for route in plan.routes:
        if route.date == day:
            load[route.team] += len(route.stops)
    if not load:
        return ""
    team = min(load, key=lambda id: (-load[id], id))
    crew = next(one for one in plan.teams if one.id == team)
    lost = frozenset(Placement(team=team, date=day, shift=shift.name) for shift in crew.shifts_on(day))
    done = next_plan(
        game.desk,
        game.round_id,
        as_of=day,
        by=BY,
        news=News(lost_shifts=lost),
        effort=game.effort,
        seed=game.seed,
        knowing=True,
        careful=False,
    )
    _count(game, done)
    return str(team)


def _street(game: _Game, day: date, sick: str) -> dict[str, int]:
    """Report every stop of the day in the order of time, but those of a team that is sick; a visit of two teams is told once."""
    _clock(game.desk, day, 20)
    head, plan, results, _ = _now(game)
    categories = desk_categories(game.desk)
    over = {id for id, result in latest(results).items() if result.outcome in COUNTS_AS_DONE}
    visits = {visit.id: visit for visit in plan.visits}
    stops: list[tuple[Stop, Route]] = [
        (stop, route)
        for route in plan.routes
        if route.date == day and route.team != sick
        for stop in route.stops
        if stop.visit not in over
    ]
    told: Counter[str] = Counter()
    seen: set[VisitId] = set()
    for stop, route in sorted(stops, key=lambda one: (one[0].leave, one[1].id)):
        if stop.visit in seen:
            continue
        seen.add(stop.visit)
        parcel = _parcel(game, head, stop, route, visits[stop.visit], sorted(categories))
        with game.desk.store.transaction() as t:
            keep_parcel(t, parcel, round_id=game.round_id, plan_id=head.id, site=stop.site, categories=categories)
        told[parcel.result.outcome.value] += 1
    return dict(sorted(told.items()))


def _parcel(game: _Game, head: PlanHead, stop: Stop, route: Route, visit: Visit, categories: Sequence[str]) -> Parcel:
    key = f"sim-{game.seed}-{route.date.isoformat()}-{stop.visit}"
    outcome = _outcome(game)
    result = VisitResult(key=key, visit=stop.visit, outcome=outcome, note="", by=crew_of(route.team), at=stop.leave)
    findings: list[SentFinding] = []
    rechecks: list[SentRecheck] = []
    today = route.date
    if outcome is Outcome.DONE:
        if Purpose.FOLLOW_UP in (visit.purpose, *visit.also):
            with game.desk.store.reading() as t:
                mine = t.findings.list(round_id=game.round_id, site=stop.site, state=FindingState.OPEN)
            for one in mine:
                passed = game.rng.random() < game.odds.passed
                due = None if passed else today + timedelta(days=game.rng.randint(1, 3))
                rechecks.append(SentRecheck(finding=one.id, passed=passed, due=due))
        elif game.rng.random() < game.odds.finding:
            category = game.rng.choice(list(categories))
            usual = desk_categories(game.desk)[category]
            findings.append(
                SentFinding(
                    key=f"{key}-f",
                    category=category,
                    text=usual.name.zh,
                    notice=usual.notice,
                    due=today + timedelta(days=game.rng.randint(0, 4)),
                    to="负责人",
                )
            )
    return Parcel(result=result, arrived_at=stop.arrive, findings=tuple(findings), rechecks=tuple(rechecks))


def _outcome(game: _Game) -> Outcome:
    lot, odds = game.rng.random(), game.odds
    for outcome, share in (
        (Outcome.CLOSED, odds.closed),
        (Outcome.REFUSED, odds.refused),
        (Outcome.MOVED, odds.moved),
        (Outcome.NOT_FOUND, odds.not_found),
        (Outcome.CLOSED_FOR_GOOD, odds.gone),
    ):
        if lot < share:
            return outcome
        lot -= share
    return Outcome.DONE


# ---- the desk's evening ----------------------------------------------------------------------------------------------


def _desk_work(game: _Game, day: date) -> None:
    """Say what becomes of sites that moved or were not found, and answer the leads that were visited."""
    at = datetime.combine(day, time(21))
    for one in to_settle(game.desk, game.round_id):
        settle(game.desk, game.round_id, one["visit"], gone=game.rng.random() < 0.5, at=at, by=BY)
    _, _, results, _ = _now(game)
    done = {result.visit for result in results if result.outcome in COUNTS_AS_DONE}
    with game.desk.store.reading() as t:
        open_leads = [lead for lead in t.leads.list(round_id=game.round_id) if not lead.answer and lead.visit in done]
    for lead in sorted(open_leads, key=lambda one: one.id):
        answer_lead(game.desk, lead.id, "已到场核查", at=at, by=BY)
        game.leads["answered"] += 1


def _evening(game: _Game, day: date, tomorrow: date) -> dict[str, Any]:
    _clock(game.desk, day, 23)
    done = next_plan(game.desk, game.round_id, as_of=tomorrow, by=BY, effort=game.effort, seed=game.seed, knowing=True)
    _count(game, done)
    return {
        "published": done.head is not None,
        "short": done.short,
        "why": [text.zh for text in done.why],
        "back": len(done.found.back),
        "follow_ups": len(done.follow_ups),
        "left_out": len(done.left_out),
        "told": done.told,
        "zh": done.text.zh,
    }


def _count(game: _Game, done: NextPlan) -> None:
    if done.head is None:
        game.kept_old += 1
        return
    game.short += done.short
    game.follow_ups |= set(done.follow_ups)
    game.told += done.told


# ---- the end ---------------------------------------------------------------------------------------------------------


def _ended(game: _Game, first: Plan, rows: list[dict[str, Any]], wrong: list[str]) -> dict[str, Any]:
    _, plan, results, _ = _now(game)
    last = first.round.workdays[-1]
    total, off = balance(game.desk, game.round_id, datetime.combine(last + timedelta(days=1), time()))
    wrong += [text.zh for text in off]
    with game.desk.store.reading() as t:
        leads = t.leads.list(round_id=game.round_id)
    moment = at_moment(game.desk, round_id=game.round_id, as_of=datetime.combine(last + timedelta(days=1), time()))
    fact = verdicts_at(game.desk, moment).fact
    asked = {visit.id for visit in plan.visits if Purpose.FOLLOW_UP in (visit.purpose, *visit.also)}
    follow_ups = asked | game.follow_ups
    done = {result.visit for result in results if result.outcome in COUNTS_AS_DONE}
    counted = sum(sum(row["outcomes"].values()) for row in rows)
    settled = sum(result.key.startswith("settled-") for result in results)
    if counted + settled != len(results):
        wrong.append(say("leads.not_balanced", what="results", one=counted + settled, other=len(results)).zh)
    return {
        **{state: getattr(total, state) for state in STATES},
        "follow_ups": {"planned": len(follow_ups), "done": len(follow_ups & done)},
        "findings": finding_counts(game.desk, day=last + timedelta(days=1), round_id=game.round_id),
        "leads": {
            "come": game.leads["come"],
            "at_once": game.leads["planned"],
            "planned": sum(lead.visit is not None for lead in leads),
            "answered": game.leads["answered"],
        },
        "results": len(results),
        "told": game.told,
        "plans": {"short": game.short, "not_published": game.kept_old},
        "verdicts": {
            "plan": first.verdict.value,
            "fact": fact.state,
            "minimum": "kept" if fact.minimum else "broken",
            "coverage": "kept" if fact.covered else "broken",
        },
        "fact": {
            "zh": fact.text.zh,
            "en": fact.text.en,
            "minimum": fact.minimum,
            "covered": fact.covered,
            "missing": fact.missing,
            "short": [row.day.isoformat() for row in fact.short],
            "why_short": [_why_short(row, results, plan).zh for row in fact.short],
            "left": _left(plan, results),
            "days": {day.isoformat(): fact.made(day) for day in first.round.workdays},
        },
        "balanced": not wrong,
        "wrong": wrong,
        "seed": game.seed,
        "odds": asdict(game.odds),
        "days": rows,
    }


def _why_short(row: FactDay, results: Sequence[VisitResult], plan: Plan) -> Text:
    """Say of a day with too few what came in on it instead."""
    visits = {visit.id: visit for visit in plan.visits}
    told = Counter(
        one.outcome
        for one in results
        if one.at.date() == row.day and one.visit in visits and visits[one.visit].counts(plan.round.rule.counts)
    )
    failed = {outcome: count for outcome, count in told.items() if outcome not in COUNTS_AS_DONE}
    words = [say(f"web.outcome_{outcome.value}") for outcome in sorted(failed)]
    zh = "、".join(f"{word.zh} {failed[outcome]}" for word, outcome in zip(words, sorted(failed), strict=True))
    en = ", ".join(f"{word.en} {failed[outcome]}" for word, outcome in zip(words, sorted(failed), strict=True))
    return say(
        "leads.short_day",
        day=row.day,
        count=row.count,
        least=row.least,
        tried=told.total(),
        why=Text(zh or "-", en or "-"),
    )


def _left(plan: Plan, results: Sequence[VisitResult]) -> list[dict[str, Any]]:
    """Return the sites that were promised and never done, each with every try that was made."""
    done = first_done(results)
    names = {site.id: site.name for site in plan.sites}
    return [
        {
            "site": visit.site,
            "name": names.get(visit.site, visit.site),
            "tries": [
                {"day": one.at.date().isoformat(), "outcome": one.outcome.value}
                for one in sorted(results, key=lambda one: one.at)
                if one.visit == visit.id
            ],
        }
        for visit in plan.visits
        if visit.mandatory and visit.counts(plan.round.rule.counts) and visit.id not in done
    ]
