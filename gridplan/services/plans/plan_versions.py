"""The versions of a round's plan: the list of plans, the head of the page, who changed what, and two versions side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from gridplan.model.edit import edit_from_json
from gridplan.model.errors import GridplanError, InputError
from gridplan.model.plan import Placement, Plan
from gridplan.model.record import AuditEntry, PlanHead, PlanId, PlanState
from gridplan.model.round import VisitId
from gridplan.model.words import Text, say
from gridplan.routing.replan.comparing import Change, ChangeKind, compare
from gridplan.services.desk import Desk
from gridplan.services.plans.plan_cache import stored_plan
from gridplan.services.plans.plan_editing import describe, local_time, names_of_people, working
from gridplan.services.plans.plan_page import team_colours

TOLD = frozenset(
    {
        "plan.draft",
        "plan.publish",
        "plan.edit",
        "plan.undo",
        "plan.redo",
        "plan.discard",
        "plan.save",
        "plan.rebase",
        "assign",
    }
)
MOST_TOLD = 300
Json = dict[str, Any]


def plan_list(desk: Desk) -> list[Json]:
    """Return every round with its plans, newest first; rounds without a plan are left out."""
    people = names_of_people(desk)
    rounds = []
    with desk.store.reading() as t:
        for stored in t.rounds.list():
            heads = t.plans.list(stored.id)
            if heads:
                plans = [
                    _line(head, people) | {"editing": [people.get(c.by, c.by) for c in t.working.of(head.id)]}
                    for head in heads
                ]
                rounds.append({"id": stored.id, "name": stored.round.name, "plans": plans})
    return rounds


def _line(head: PlanHead, people: Mapping[str, str]) -> Json:
    return {
        "id": head.id,
        "number": head.number,
        "state": head.state.value,
        "verdict": head.verdict.value,
        "figures": head.figures,
        "gap": head.gap,
        "who": people.get(head.created_by, head.created_by),
        "at": local_time(head.created),
        "published": local_time(head.published) if head.published else "",
        "published_by": people.get(head.published_by, head.published_by),
    }


def page_head(desk: Desk, plan_id: int) -> Json:
    """Return what the page says before its script has anything: which plan, which version, whose."""
    people = names_of_people(desk)
    with desk.store.reading() as t:
        head = t.plans.get(PlanId(plan_id))
        stored = t.rounds.get(head.round_id)
        heads = t.plans.list(head.round_id)
        origin = t.working.origin(head.id)
    published = next((one for one in heads if one.state is PlanState.PUBLISHED), None)
    based = next((one for one in heads if origin and one.id == origin.based_on), None)
    versions = [_line(one, people) for one in heads]
    return _line(head, people) | {
        "round_id": head.round_id,
        "version": stored.version,
        "name": stored.round.name,
        "district": stored.round.district,
        "current": _line(published, people) if published and published.id != head.id else None,
        "based_on": based.number if based else None,
        "versions": versions,
        "other": next((one.id for one in heads if one.id != head.id), None),
        "ended": head.state is PlanState.SUPERSEDED,
    }


def history(desk: Desk, plan_id: int, language: str) -> list[Json]:
    """Return who did what to a plan and to the versions it came of, newest first."""
    people = names_of_people(desk)
    entries: list[tuple[PlanHead, AuditEntry]] = []
    with desk.store.reading() as t:
        head: PlanHead | None = t.plans.get(PlanId(plan_id))
        while head is not None and len(entries) < MOST_TOLD:
            entries += [(head, one) for one in t.audit.list(object=f"plan/{head.id}") if one.what in TOLD]
            origin = t.working.origin(head.id)
            head = t.plans.get(origin.based_on) if origin else None
    plan = stored_plan(desk, plan_id)
    entries.sort(key=lambda pair: -pair[1].id)
    return [
        {
            "at": local_time(entry.at),
            "who": people.get(entry.who, entry.who),
            "version": head.number,
            "text": _told(plan, entry, people).of(language),
        }
        for head, entry in entries[:MOST_TOLD]
    ]


def _told(plan: Plan, entry: AuditEntry, people: Mapping[str, str]) -> Text:
    if entry.what == "plan.edit":
        try:
            return describe(plan, edit_from_json(entry.detail))
        except GridplanError:  # written by a later version
            return say("planpage.told_edit")
    if entry.what == "assign":
        route = next((one for one in plan.routes if one.id == entry.detail.get("route")), None)
        team = next((one.name for one in plan.teams if route and one.id == route.team), "")
        named = "、".join(people.get(one, one) for one in entry.detail.get("persons", ())) or "-"
        day = f"{route.date.month}/{route.date.day}" if route else ""
        return say("planpage.told_assign", team=team, day=day, people=named)
    return say(f"planpage.told_{entry.what.removeprefix('plan.')}")


# ---- two versions ----------------------------------------------------------------------------------------------------


def comparison(desk: Desk, one_id: int, other_id: int, *, by: str, mine: bool = False) -> Json:
    """Return what differs between two versions of one round; with `mine` the second is what `by` changed in it.

    Raises
    ------
    InputError
        The plans belong to two rounds.
    """
    one, other = working(desk, one_id, by=by, stored=True), working(desk, other_id, by=by, stored=not mine)
    if one.head.round_id != other.head.round_id:
        raise InputError(say("planpage.two_rounds"))
    people = names_of_people(desk)
    old, new = one.plan, other.plan
    items = compare(old, new).items
    reordered = _reordered(old, new, {item.visit for item in items})
    spots = [_spots(old), _spots(new)]
    names = _names(old, new)
    rows = [_row(old, new, item, spots, names) for item in items]
    rows += [_order_row(old, new, id, spots, names) for id in reordered]
    with desk.store.reading() as t:
        done = {result.visit for result in t.results.list(one.head.round_id)}
        assigned = t.assignments.list(one.head.id)
    told = _teams_told(old, new, rows)
    return {
        "one": _line(one.head, people),
        "other": _line(other.head, people) | {"mine": mine and other.dirty},
        "round_id": one.head.round_id,
        "sentence": _sentence(other.head.number, old, new, len(rows)),
        "better": _better(old, new),
        "told": told,
        "people": sorted({people.get(a.person, a.person) for a in assigned if _team_of(old, a.route) in told["ids"]}),
        "figures": _figures(old, new),
        "matrix": _matrix(old, new, rows, done),
        "rows": rows,
        "counts": Counter(row["group"] for row in rows),
        "rings": [row["at"] | {"kind": row["kind"]} for row in rows if row["at"]],
        "can_publish": other.head.state is PlanState.DRAFT and new.can_publish and not (mine and other.dirty),
    }


def _names(*plans: Plan) -> dict[VisitId, str]:
    found: dict[VisitId, str] = {}
    for plan in plans:
        sites = {site.id: site.name for site in plan.sites}
        found |= {visit.id: sites.get(visit.site, visit.site) for visit in plan.visits}
    return found


Spot = tuple[Placement, int, int]


def _spots(plan: Plan) -> dict[VisitId, Spot]:
    """Return place, number and seconds of travel of each planned visit."""
    found: dict[VisitId, Spot] = {}
    for route in plan.routes:
        place = Placement(team=route.team, date=route.date, shift=route.shift)
        for stop in route.stops:
            found.setdefault(stop.visit, (place, stop.seq, stop.travel_s))
    return found


def _reordered(old: Plan, new: Plan, moved: Iterable[VisitId]) -> list[VisitId]:
    """Return the visits that stay on their route but come before or after others than they did, as few as tell it."""
    gone = set(moved)
    found: list[VisitId] = []
    before = {route.id: [stop.visit for stop in route.stops if stop.visit not in gone] for route in old.routes}
    for route in new.routes:
        now = [stop.visit for stop in route.stops if stop.visit not in gone]
        was = [id for id in before.get(route.id, []) if id in set(now)]
        kept = _longest_common(was, [id for id in now if id in set(was)])
        found += [id for id in now if id in set(was) and id not in kept]
    return found


def _longest_common(one: list[VisitId], other: list[VisitId]) -> set[VisitId]:
    """Return the largest set of visits that come in the same order in both lists of the same visits."""
    rank = {id: n for n, id in enumerate(one)}
    best: list[tuple[int, int]] = []  # (length, index of the one before) for each place of `other`
    for n, id in enumerate(other):
        chosen = max(((best[m][0], m) for m in range(n) if rank[other[m]] < rank[id]), default=(0, -1))
        best.append((chosen[0] + 1, chosen[1]))
    at = max(range(len(best)), key=lambda n: best[n][0], default=-1)
    kept: set[VisitId] = set()
    while at >= 0:
        kept.add(other[at])
        at = best[at][1]
    return kept


def _at(plan: Plan, spot: Spot | None) -> Text:
    if spot is None:
        return say("planpage.nowhere")
    place, seq, _ = spot
    team = next((one.name for one in plan.teams if one.id == place.team), place.team)
    days = plan.round.workdays
    day = days.index(place.date) + 1 if place.date in days else f"{place.date.month}/{place.date.day}"
    return say("planpage.spot", team=team, day=day, seq=seq)


def _point(plan: Plan, visit: VisitId) -> Json:
    noun = next((one for one in plan.visits if one.id == visit), None)
    return {"lon": noun.place.lon, "lat": noun.place.lat} if noun else {}


def _row(old: Plan, new: Plan, item: Change, spots: list[dict[VisitId, Spot]], names: Mapping[VisitId, str]) -> Json:
    was, now = spots[0].get(item.visit), spots[1].get(item.visit)
    group = {
        ChangeKind.PLANNED: "in",
        ChangeKind.ADDED: "in",
        ChangeKind.UNPLANNED: "out",
        ChangeKind.DROPPED: "out",
    }.get(item.kind, "team" if was and now and was[0].team != now[0].team else "day")
    return {
        "visit": item.visit,
        "name": names.get(item.visit, item.visit),
        "kind": item.kind.value,
        "group": group,
        "was": _at(old, was),
        "now": _at(new, now),
        "why": _why(old, new, item, was, now),
        "at": _point(new if now else old, item.visit),
        "from": _cell(was),
        "to": _cell(now),
    }


def _order_row(
    old: Plan, new: Plan, visit: VisitId, spots: list[dict[VisitId, Spot]], names: Mapping[VisitId, str]
) -> Json:
    was, now = spots[0][visit], spots[1][visit]
    return {
        "visit": visit,
        "name": names.get(visit, visit),
        "kind": "order",
        "group": "order",
        "was": _at(old, was),
        "now": _at(new, now),
        "why": say("planpage.why_order"),
        "at": _point(new, visit),
        "from": _cell(was),
        "to": _cell(now),
    }


def _cell(spot: Spot | None) -> list[str]:
    return [spot[0].team, spot[0].date.isoformat()] if spot else []


def _why(old: Plan, new: Plan, item: Change, was: Spot | None, now: Spot | None) -> Text:
    """Say what the change mends or brings, as far as both plans show it: what was broken, absent, too late, or shorter."""
    if item.kind is ChangeKind.UNPLANNED:
        left = next((one for one in new.unplanned if one.visit == item.visit), None)
        return left.text if left else say("planpage.why_none")
    if item.kind is ChangeKind.DROPPED:
        return say("planpage.why_dropped")
    if item.kind is ChangeKind.ADDED:
        return say("planpage.why_added")
    if item.kind is ChangeKind.PLANNED:
        return say("planpage.why_planned")
    if was is None or now is None:
        return say("planpage.why_none")
    team = next((one for one in new.teams if one.id == was[0].team), None)
    if team is None or not any(shift.name == was[0].shift for shift in team.shifts_on(was[0].date)):
        return say("planpage.why_absent", team=team.name if team else was[0].team)
    broken = next((one for one in old.violations if one.where.endswith(f"/{item.visit}")), None)
    if broken is not None:
        return say("planpage.why_mended", promise=say(f"check.{broken.promise.value}"))
    saved_min = (was[2] - now[2]) / 60
    if round(saved_min) > 0:
        return say("planpage.why_travel", minutes=f"{saved_min:.0f}")
    mine = {visit.id: visit.community for visit in new.visits}
    there = [stop.visit for r in new.routes if (r.team, r.date) == (now[0].team, now[0].date) for stop in r.stops]
    if mine.get(item.visit) and any(mine.get(one) == mine[item.visit] for one in there if one != item.visit):
        return say("planpage.why_community")
    return say("planpage.why_fit")


def _sentence(other: int, old: Plan, new: Plan, moved: int) -> Text:
    parts = []
    a, b = old.figures, new.figures
    for key, more in (
        ("planned", b.planned - a.planned),
        ("team_days", b.team_days - a.team_days),
        ("travel", round(b.travel_min - a.travel_min)),
    ):
        if more:
            parts.append(say(f"planpage.{'more' if more > 0 else 'less'}_{key}", n=abs(more)))
    total = max(len(old.visits), 1)
    what = (
        Text("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))
        if parts
        else say("planpage.same_figures")
    )
    return say("planpage.sentence", number=other, what=what, moved=moved, share=100 * max(total - moved, 0) // total)


def _better(old: Plan, new: Plan) -> str:
    if len(new.violations) > len(old.violations):
        return "bad"
    worse = new.figures.planned < old.figures.planned or new.figures.cost > old.figures.cost + 1
    return "late" if worse else "ok"


def _teams_told(old: Plan, new: Plan, rows: list[Json]) -> Json:
    ids = {row[key][0] for row in rows for key in ("from", "to") if row[key]}
    names = {team.id: team.name for plan in (old, new) for team in plan.teams}
    ordered = [id for id in names if id in ids]
    return {"ids": ids, "count": len(ordered), "names": "、".join(names[id] for id in ordered)}


def _team_of(plan: Plan, route: str) -> str:
    return next((one.team for one in plan.routes if one.id == route), "")


def _figures(old: Plan, new: Plan) -> list[Json]:
    def latest(plan: Plan) -> int:
        return max((route.back.hour * 60 + route.back.minute for route in plan.routes), default=0)

    def least(plan: Plan) -> int:
        counts: Counter[tuple[str, date]] = Counter()
        for route in plan.routes:
            counts[route.team, route.date] += len(route.stops)
        return min(counts.values(), default=0)

    def clock(minutes: int) -> str:
        return f"{minutes // 60}:{minutes % 60:02}"

    a, b = old.figures, new.figures
    rows: list[tuple[str, float, float, int, Any]] = [
        ("planned", a.planned, b.planned, 1, None),
        ("unplanned", a.unplanned, b.unplanned, -1, None),
        ("team_days", a.team_days, b.team_days, -1, None),
        ("travel", round(a.travel_min), round(b.travel_min), -1, None),
        ("least", least(old), least(new), 1, None),
        ("latest", latest(old), latest(new), -1, clock),
        ("split", a.communities_split, b.communities_split, -1, None),
        ("breaches", len(old.violations), len(new.violations), -1, None),
    ]
    return [
        {
            "label": say(f"planpage.fig_{key}"),
            "was": show(int(was)) if show else f"{was:,.0f}",
            "now": show(int(now)) if show else f"{now:,.0f}",
            "delta": f"{now - was:+,.0f}".replace("-", "−") if now != was else "0",
            "good": "" if now == was else ("up" if (now - was) * wanted > 0 else "down"),
        }
        for key, was, now, wanted, show in rows
    ]


def _matrix(old: Plan, new: Plan, rows: list[Json], done: set[VisitId]) -> Json:
    """Return how many visits came to or left each team-day; days of which all stops are done are hatched."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        cells = {tuple(row[key]) for key in ("from", "to") if row[key]}
        counts.update(cells)  # a move between two team-days shows in both, inside one once
    on_day: dict[date, set[VisitId]] = defaultdict(set)
    for route in old.routes:
        on_day[route.date] |= {stop.visit for stop in route.stops}
    days = new.round.workdays
    colours = team_colours(new)
    return {
        "days": [
            {"n": n, "label": f"{day.month}/{day.day}", "done": bool(on_day[day]) and on_day[day] <= done}
            for n, day in enumerate(days, 1)
        ],
        "teams": [
            {
                "name": team.name,
                "colour": colours[team.id],
                "cells": [
                    {"team": team.id, "date": day.isoformat(), "n": counts[team.id, day.isoformat()]} for day in days
                ],
            }
            for team in new.teams
        ],
    }
