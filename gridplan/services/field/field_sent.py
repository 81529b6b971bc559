"""Takes what phones send: each result once, by whom it belongs to, applied whole or kept for the planner; photos beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from gridplan.fieldwork.photos import fit_photo
from gridplan.fieldwork.sent import read_parcel
from gridplan.model.errors import Conflict, Forbidden, InputError, NotFound
from gridplan.model.plan import RouteId
from gridplan.model.record import AssignedRoute, PlanId, RoundId, User
from gridplan.model.result import COUNTS_AS_DONE, VisitResult
from gridplan.model.rights import Right
from gridplan.model.sent import Parcel, Photo, SentReceipt, Taken
from gridplan.model.site import SiteId
from gridplan.model.words import Text, say
from gridplan.services.accounts.rights import ask, covers, may
from gridplan.services.accounts.sight import assigned_now
from gridplan.services.desk import Desk
from gridplan.services.field.checklists import desk_categories
from gridplan.services.field.keeping import keep_parcel
from gridplan.store.repositories import Transaction

AHEAD = timedelta(hours=1)
"""How far a phone's clock may be ahead before a person looks at the result."""


class NotYours(Forbidden):
    """The parcel under this key was sent by somebody else."""


def take(desk: Desk, person: User, body: bytes, *, carried: bool = False) -> SentReceipt:
    """Take one result with all that belongs to it; the same one sent again is answered as before and changes nothing.

    What cannot be applied is kept whole: a conflict waits for the planner, a refused one says why. `carried`: the planner
    brings it in a file; that of a person who may not report any more waits for the planner's word then.

    Raises
    ------
    InputError
        It carries no key, so nothing can be kept of it.
    Forbidden
        The person may not report at all, or another person's result has this key.
    """
    data, key = _opened(body)
    digest = hashlib.sha256(body).hexdigest()
    round_id: RoundId | None = None
    try:
        try:
            parcel = read_parcel(data, by=person.login)
            categories = desk_categories(desk) if parcel.findings else {}
            # Its key makes it hold by itself: a planner's long import must not keep the phones waiting.
            with desk.store.transaction(beside=True) as t:
                _may_report(t, person, carried)
                where, site = _mine(t, desk, person, parcel)
                round_id = where.round_id
                receipt = SentReceipt(key=key, hash=digest, state=Taken.APPLIED)
                known = t.parcels.add(receipt, data, visit=parcel.result.visit, by=person.login, round_id=round_id)
                if known is not receipt:
                    return _again(t, key, digest, person)
                earlier = t.results.about(parcel.result, round_id)
                _undisputed(t, desk, parcel, earlier)
                if any(t.parcels.photographer(photo) not in (None, person.login) for photo in _photos(parcel)):
                    raise InputError(say("phone.other_person"))
                keep_parcel(
                    t,
                    parcel,
                    round_id=round_id,
                    plan_id=where.plan_id,
                    site=site,
                    categories=categories,
                    earlier=earlier,
                )
                return receipt
        except Moved as moved:
            round_id = moved.round_id
            raise
    except NotYours:
        raise
    except (Conflict, InputError, NotFound) as problem:
        # What was taken before stays so, whatever the person may do by now.
        state = Taken.CONFLICT if isinstance(problem, Conflict) else Taken.REFUSED
        receipt = SentReceipt(key=key, hash=digest, state=state, why=problem.text)
        with desk.store.transaction(beside=True) as t:
            if not carried:
                ask(t, person.login, Right.WALK)
            visit = str(data.get("visit", ""))[:64]
            if t.parcels.add(receipt, data, visit=visit, by=person.login, round_id=round_id) is not receipt:
                return _again(t, key, digest, person)
            t.audit.add(person.login, f"field.{state.value}", f"parcel/{key}", {"zh": problem.text.zh})
            return receipt


def _may_report(t: Transaction, person: User, carried: bool) -> None:
    if carried and ((now := t.users.get(person.login)) is None or not may(now, Right.WALK)):
        raise Conflict(say("phone.closed_sender"))
    ask(t, person.login, Right.WALK)


class Moved(Conflict):
    """The stop was the person's and is not any more; `round_id` is where."""

    def __init__(self, text: Text, round_id: RoundId) -> None:
        super().__init__(text)
        self.round_id = round_id


def _photos(parcel: Parcel) -> list[str]:
    return [photo for finding in parcel.findings for photo in finding.photos]


def _opened(body: bytes) -> tuple[dict[str, Any], str]:
    try:
        data = json.loads(body)
        # A character cut in half, as by the end of a full field, can be kept by no database: the rest of the result must not be lost.
        # It comes escaped, or in bytes that begin with this one, which no Chinese character does.
        if b"\\u" in body or b"\xed" in body:
            data = json.loads(json.dumps(data, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        raise InputError(say("phone.not_json")) from None
    if not isinstance(data, dict):
        raise InputError(say("phone.not_json"))
    return data, checked_key(data.get("key"))


def checked_key(value: object) -> str:
    """Return a phone's key as it is kept, or raise InputError for what is no UUID."""
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise InputError(say("desk.bad_key")) from None


def _again(t: Transaction, key: str, digest: str, person: User) -> SentReceipt:
    """Return what became of a parcel that is there already, to the one who sent it."""
    known = t.parcels.receipt(key)
    if known is None or t.parcels.sender(key) != person.login:
        raise NotYours(say("phone.other_person"))
    if known.hash != digest:
        return replace(known, hash=digest, state=Taken.CONFLICT, why=say("findings.other_parcel", key=known.key))
    return replace(known, state=Taken.DUPLICATE) if known.state is Taken.APPLIED else known


def _mine(t: Transaction, desk: Desk, person: User, parcel: Parcel) -> tuple[AssignedRoute, SiteId]:
    """Return the own route that holds the visit, and its site.

    Raises
    ------
    Conflict
        The stop was the person's, and was given to others or left out of the plan since.
    NotFound
        It never was: for this person there is no such stop.
    """
    visit = parcel.result.visit
    # A site's visit has the same name in every round: the latest round is meant.
    for own in reversed(assigned_now(t, person.login, desk.now(), visit=visit)):
        if own.site is not None:
            return own, own.site
    for entry in t.audit.list(what="assign", limit=5000):
        if person.login not in entry.detail.get("persons", ()):
            continue
        plan_id = PlanId(int(entry.object.partition("/")[2]))
        if any(stop.visit == visit for stop in t.plans.stops(plan_id, RouteId(entry.detail["route"]))):
            round_id = t.plans.get(plan_id).round_id
            now = _walkers(t, round_id, visit)
            raise Moved(say("phone.reassigned", now=now) if now else say("phone.taken_away"), round_id)
    raise NotFound(say("phone.not_yours"))


def _walkers(t: Transaction, round_id: RoundId, visit: str) -> str:
    """Return who walks a visit of a round now, by name."""
    head = t.plans.published(round_id)
    if head is None:
        return ""
    for route in {one.route for one in t.assignments.list(head.id)}:
        if any(stop.visit == visit for stop in t.plans.stops(head.id, route)):
            logins = [one.person for one in t.assignments.list(head.id) if one.route == route]
            return "、".join(user.name for login in logins if (user := t.users.get(login)))
    return ""


def _undisputed(t: Transaction, desk: Desk, parcel: Parcel, earlier: Iterable[VisitResult]) -> None:
    """Make sure that nobody else has done the visit already, and that the phone's clock can be believed."""
    mine = parcel.result
    for other in earlier:
        if other.visit == mine.visit and other.outcome in COUNTS_AS_DONE and other.key != mine.key:
            user = t.users.get(other.by)
            name = user.name if user else other.by
            raise Conflict(say("phone.done_already", name=name, at=f"{other.at:%m-%d %H:%M}"))
    now = desk.local_now()
    if mine.at > now + AHEAD:
        raise Conflict(say("phone.clock_ahead", at=f"{mine.at:%m-%d %H:%M}", now=f"{now:%m-%d %H:%M}"))


def receipts(desk: Desk, person: User, keys: Sequence[str]) -> list[SentReceipt]:
    """Return what became of the person's own parcels; the planner may have settled one since."""
    with desk.store.reading() as t:
        found = [t.parcels.receipt(key) for key in keys[:200] if t.parcels.sender(key) == person.login]
    return [one for one in found if one is not None]


def receipt_json(receipt: SentReceipt) -> dict[str, Any]:
    """Return a receipt as the phone reads it."""
    why = receipt.why
    return {
        "key": receipt.key,
        "hash": receipt.hash,
        "state": receipt.state.value,
        "why": {"zh": why.zh, "en": why.en} if why else None,
    }


# ---- photos ----------------------------------------------------------------------------------------------------------


def take_photo(
    desk: Desk, person: User, key: str, body: bytes, *, result: str, finding: str, name: str = "", carried: bool = False
) -> bool:
    """Keep a photo under the phone's own key, made anew; False where it is known already.

    Raises
    ------
    InputError
        A key is no UUID, or it is no picture.
    Forbidden
        Another person's photo has this key.
    """
    key = checked_key(key)
    result = checked_key(result)
    finding = checked_key(finding) if finding else ""
    with desk.store.reading() as t:
        if not carried:
            ask(t, person.login, Right.WALK)
        by = t.parcels.photographer(key)
    if by is not None:
        if by != person.login:
            raise NotYours(say("phone.other_person"))
        return False
    content = fit_photo(body)
    photo = Photo(
        key=key,
        finding=finding,
        result=result,
        name=name[:200],
        media_type="image/jpeg",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        taken=None,
        by=person.login,
    )
    with desk.store.transaction(beside=True) as t:
        if not carried:
            ask(t, person.login, Right.WALK)
        return t.parcels.add_photo(photo, content)


def show_photo(desk: Desk, person: User, key: str) -> bytes:
    """Return a photo to its own photographer or to whoever answers for its site; every read is logged.

    Raises
    ------
    NotFound
        There is none, or it is not this person's to see.
    """
    key = checked_key(key)
    with desk.store.reading() as t:
        photo, content = t.parcels.photo(key)
        own = photo.by == person.login and may(person, Right.WALK)
        if not own:
            site = t.parcels.photo_site(key)
            placed = next((one for one in t.sites.placed() if one.site.id == site), None)
            codes = list(placed.areas.values()) if placed else []
            if not may(person, Right.COVERAGE) or not covers(person, codes):
                raise NotFound(say("findings.no_photo", key=key))
    with desk.store.transaction() as t:
        t.audit.add(person.login, "photo.read", f"photo/{key}")
    return content
