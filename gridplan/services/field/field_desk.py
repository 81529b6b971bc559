"""What of the field the planner settles: results that two people claim, files carried in by hand, cards typed back."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from gridplan.fieldwork.sent import read_parcel
from gridplan.model.errors import Conflict, GridplanError, InputError, NotFound
from gridplan.model.plan import Plan, Route, RouteId
from gridplan.model.record import PlanId, PlanState, RoundId, User
from gridplan.model.result import COUNTS_AS_DONE
from gridplan.model.rights import Right
from gridplan.model.sent import Parcel, SentReceipt, Taken
from gridplan.model.site import SiteId
from gridplan.model.words import Text, say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.field.checklists import desk_categories
from gridplan.services.field.field_sent import checked_key, take, take_photo
from gridplan.services.field.keeping import keep_parcel
from gridplan.services.plans.plan_page import stop_lines
from gridplan.store.repositories import Transaction

FILE_KIND = "gridplan-outbox"
MOST_FILE = 200 * 1024 * 1024


# ---- results that wait -----------------------------------------------------------------------------------------------


def conflicts(desk: Desk, *, by: str) -> dict[str, Any]:
    """Return the results that wait for the planner's word and those that were refused, each with what both sides know."""
    with desk.store.reading() as t:
        ask(t, by, Right.ASSIGN, whole=True)
        waiting = t.parcels.waiting()
        refused = t.parcels.refused()
        names = {user.login: user.name for user in t.users.list()}
        rows = [_row(t, names, *one) for one in waiting]
        gone = [_row(t, names, *one) for one in refused]
    return {"waiting": rows, "refused": gone}


def _row(
    t: Transaction, names: Mapping[str, str], receipt: SentReceipt, data: Mapping[str, Any], sender: str
) -> dict[str, Any]:
    visit = str(data.get("visit", ""))
    round_id, plan_id, site = _where(t, visit, data.get("round"))
    site_name = visit
    kept = None
    if round_id is not None and plan_id is not None:
        plan = t.plans.plan(plan_id)
        site_name = next((one.name for one in plan.sites if one.id == site), visit)
        kept = next((one for one in reversed(t.results.list(round_id)) if one.visit == visit), None)
    return {
        "key": receipt.key,
        "site": site_name,
        "by": names.get(sender, sender),
        "at": str(data.get("at", ""))[:16].replace("T", " "),
        "outcome": str(data.get("outcome", "")),
        "note": str(data.get("note", "")),
        "findings": len(data.get("findings") or ()),
        "why": receipt.why or Text("", ""),
        "kept": {
            "by": names.get(kept.by, kept.by),
            "at": f"{kept.at:%Y-%m-%d %H:%M}",
            "outcome": kept.outcome.value,
            "note": kept.note,
        }
        if kept
        else None,
    }


def _where(t: Transaction, visit: str, said: object) -> tuple[RoundId | None, PlanId | None, SiteId | None]:
    """Return round, published plan and site of a visit: in the round that the phone names, else the newest that holds it."""
    rounds = [stored.id for stored in t.rounds.list()]
    if isinstance(said, int) and said in rounds:
        rounds = [RoundId(said)]
    for round_id in rounds:
        for head in t.plans.list(round_id):
            if head.state is PlanState.DRAFT:
                continue
            site = t.plans.site_of(head.id, visit)
            if site is not None:
                return round_id, head.id, site
    return None, None, None


def settle(desk: Desk, key: str, *, accept: bool, by: str, note: str = "") -> None:
    """Say what becomes of a result that waits: it counts as the sender's, or it does not. Both sides see it.

    Raises
    ------
    Conflict
        It was settled already, or counting it would take back what is done.
    NotFound
        There is no such result, or no published plan holds its visit.
    """
    key = checked_key(key)
    with desk.store.transaction() as t:
        ask(t, by, Right.ASSIGN, whole=True)
        sender = t.parcels.sender(key)
        if sender is None:
            raise NotFound(say("findings.no_parcel", key=key))
        data = t.parcels.payload(key)
        if accept:
            _count(t, desk, read_parcel(data, by=sender), data)
        t.parcels.settle(key, Taken.APPLIED if accept else Taken.REFUSED, by=by)
        t.audit.add(by, "field.settle", f"parcel/{key}", {"counts": accept, "note": note[:200]})


def _count(t: Transaction, desk: Desk, parcel: Parcel, data: Mapping[str, Any]) -> None:
    round_id, plan_id, site = _where(t, parcel.result.visit, data.get("round"))
    if round_id is None or plan_id is None or site is None:
        raise NotFound(say("phone.not_yours"))
    keep_parcel(t, parcel, round_id=round_id, plan_id=plan_id, site=site, categories=desk_categories(desk))


# ---- a phone's outbox as a file --------------------------------------------------------------------------------------


def import_outbox(desk: Desk, content: bytes, *, by: str) -> list[dict[str, Any]]:
    """Take the outbox of a phone that was saved as a file, as if the phone had sent it: the same rules, each result once.

    The file names whose outbox it is; that person must have a log-in, closed or not, and is asked for as the sender.

    Raises
    ------
    InputError
        The file is no outbox of a phone, or names nobody that is known.
    """
    with desk.store.reading() as t:
        ask(t, by, Right.ASSIGN, whole=True)
    try:
        data = json.loads(content) if len(content) <= MOST_FILE else {}
        good = data["kind"] == FILE_KIND and isinstance(data["results"], list) and isinstance(data["photos"], list)
    except (ValueError, KeyError, TypeError, RecursionError):
        good = False
    if not good:
        raise InputError(say("phone.no_outbox_file"))
    with desk.store.reading() as t:
        person = t.users.get(str(data.get("login", "")))
    if person is None:
        raise InputError(say("phone.unknown_sender", login=str(data.get("login", ""))[:40]))
    with desk.store.transaction() as t:
        t.audit.add(by, "field.outbox", f"user/{person.login}", {"results": len(data["results"])})
    lines = [_photo_in(desk, person, one) for one in data["photos"]]
    return [line for line in lines if line] + [_result_in(desk, person, one) for one in data["results"]]


def _photo_in(desk: Desk, person: User, one: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        body = base64.b64decode(one["content"], validate=True)
        take_photo(
            desk,
            person,
            str(one["key"]),
            body,
            result=str(one["result"]),
            finding=str(one.get("finding") or ""),
            carried=True,
        )
    except (KeyError, TypeError, binascii.Error):
        return {"key": "", "state": Taken.REFUSED.value, "why": say("phone.photo_unreadable")}
    except GridplanError as problem:
        return {"key": str(one.get("key")), "state": Taken.REFUSED.value, "why": problem.text}
    return None


def _result_in(desk: Desk, person: User, body: object) -> dict[str, Any]:
    try:
        receipt = take(desk, person, str(body).encode(), carried=True)
    except GridplanError as problem:
        return {"key": "", "state": Taken.REFUSED.value, "why": problem.text}
    return {"key": receipt.key, "state": receipt.state.value, "why": receipt.why}


# ---- a card typed back -----------------------------------------------------------------------------------------------


def card_to_type(desk: Desk, plan_id: int, route_id: str, *, by: str) -> dict[str, Any]:
    """Return a team-day of a published plan as the form to type its results into."""
    with desk.store.reading() as t:
        ask(t, by, Right.ASSIGN, whole=True)
        head, plan = _published(t, plan_id)
        route = _route(plan, route_id)
        latest = {result.visit: result for result in t.results.list(head.round_id)}
        assigned = [one.person for one in t.assignments.list(head.id) if one.route == route.id]
        crew = [user for login in assigned if (user := t.users.get(login))]
    team = next(team for team in plan.teams if team.id == route.team)
    lines = [line for line in stop_lines(plan, route) if not line["lunch"]]
    return {
        "plan": head.id,
        "route": route.id,
        "team": team.name,
        "date": route.date.isoformat(),
        "crew": [(user.login, user.name) for user in crew],
        "categories": [(one.key, one.name) for one in desk_categories(desk).values()],
        "stops": [
            line | {"result": told, "done": told is not None and told.outcome in COUNTS_AS_DONE}
            for line in lines
            for told in (latest.get(line["visit"]),)
        ],
    }


def type_results(
    desk: Desk, plan_id: int, route_id: str, rows: Mapping[str, Mapping[str, str]], *, sender: str, by: str
) -> int:
    """Keep what was written on a card, as the crew's own results; return how many are new. Typing a card twice counts once.

    `rows`: visit → {outcome, at (HH:MM), note, category, text, due}; one without outcome was left empty. All are kept or none.

    Raises
    ------
    InputError
        A row cannot be read; nothing is kept.
    Conflict
        A visit is done already by another result.
    """
    categories = desk_categories(desk)
    with desk.store.transaction() as t:
        ask(t, by, Right.ASSIGN, whole=True)
        head, plan = _published(t, plan_id)
        route = _route(plan, route_id)
        if t.users.get(sender) is None:
            raise InputError(say("phone.unknown_sender", login=sender[:40]))
        added = 0
        for stop in route.stops:
            row = rows.get(stop.visit) or {}
            if not row.get("outcome"):
                continue
            parcel = _typed(row, stop.visit, route, plan_id, sender)
            if parcel.result.key in {one.key for one in t.results.list(head.round_id)}:
                continue
            done = [one for one in t.results.list(head.round_id) if one.visit == stop.visit]
            if any(one.outcome in COUNTS_AS_DONE for one in done):
                raise Conflict(say("phone.typed_done", seq=stop.seq))
            keep_parcel(t, parcel, round_id=head.round_id, plan_id=head.id, site=stop.site, categories=categories)
            added += 1
        t.audit.add(by, "field.typed", f"plan/{plan_id}", {"route": route_id, "results": added})
    return added


def _typed(row: Mapping[str, str], visit: str, route: Route, plan_id: int, sender: str) -> Parcel:
    """Return a row of a card as a parcel; its key is made of what was written, so that the same card typed again is the same."""
    written = "|".join((str(plan_id), route.id, visit, *(f"{key}={row.get(key, '')}" for key in sorted(row))))
    key = str(uuid5(NAMESPACE_URL, f"gridplan:card:{written}"))
    at = f"{route.date.isoformat()}T{row.get('at') or '12:00'}:00"
    findings = []
    if row.get("category"):
        due = row.get("due") or None
        findings = [
            {
                "key": str(uuid5(NAMESPACE_URL, f"gridplan:card:{written}:finding")),
                "category": row["category"],
                "text": row.get("text", ""),
                "due": due,
            }
        ]
    parcel = read_parcel(
        {
            "key": key,
            "visit": visit,
            "outcome": row["outcome"],
            "note": row.get("note", ""),
            "at": at,
            "findings": findings,
        },
        by=sender,
    )
    return replace(parcel, arrived_at=datetime.fromisoformat(at) if row.get("at") else None)


def _published(t: Transaction, plan_id: int) -> tuple[Any, Plan]:
    head = t.plans.get(PlanId(plan_id))
    if head.state is not PlanState.PUBLISHED:
        raise Conflict(say("store.not_published", plan=plan_id))
    return head, t.plans.plan(head.id)


def _route(plan: Plan, route_id: str) -> Route:
    found = next((route for route in plan.routes if route.id == RouteId(route_id)), None)
    if found is None:
        raise NotFound(say("fieldwork.no_route", route=route_id))
    return found
