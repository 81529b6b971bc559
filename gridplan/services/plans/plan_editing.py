"""Plans changed by hand at the desk: a working copy for each planner, step by step, saved as a new version; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gridplan.model.edit import Edit, EditKind, edit_from_json
from gridplan.model.errors import Conflict, GridplanError, InputError
from gridplan.model.plan import Plan
from gridplan.model.record import PlanHead, PlanId, PlanOrigin, PlanState, WorkingCopy
from gridplan.model.release import CHINA
from gridplan.model.result import COUNTS_AS_DONE
from gridplan.model.rights import Right
from gridplan.model.round import VisitId
from gridplan.model.words import Text, say
from gridplan.routing.replan.editing import Edited
from gridplan.routing.replan.slots import Offers, best_slots
from gridplan.routing.replan.standing import placements
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.plans.plan_cache import after, after_last, engine_for, settled, stored_plan
from gridplan.services.rounds.drafting import certified
from gridplan.store.repositories import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """A plan as one planner sees it: as it is stored, or with what this planner changed.

    `newer` is a version that somebody saved since the copy was opened: then nothing can be saved before it was looked at.
    `root` and `made` say from which stored plan which steps lead to the version itself.
    """

    head: PlanHead
    stored: Plan
    plan: Plan
    copy: WorkingCopy | None
    root: PlanId
    made: tuple[Edit, ...]
    newest: PlanHead
    newer: PlanHead | None
    last: Edited | None = None

    @property
    def dirty(self) -> bool:
        """Whether something is changed and not saved."""
        return self.copy is not None and self.copy.held != self.made

    @property
    def open(self) -> bool:
        """Whether the plan may be changed: a superseded one is history."""
        return self.head.state is not PlanState.SUPERSEDED

    @property
    def own(self) -> tuple[Edit, ...] | None:
        """The steps since the version; None when steps that led to it were taken back."""
        held = self.copy.held if self.copy else self.made
        return held[len(self.made) :] if held[: len(self.made)] == self.made else None


class Moved(Conflict):
    """Somebody saved or published while this planner was changing: who and when stands in `newer`."""

    def __init__(self, text: Text, newer: PlanHead) -> None:
        super().__init__(text)
        self.newer = newer


def _moved(people: Mapping[str, str], newer: PlanHead) -> Moved:
    who = people.get(newer.created_by, newer.created_by)
    return Moved(say("edit.moved_on", number=newer.number, who=who, at=local_time(newer.created)), newer)


def names_of_people(desk: Desk) -> Mapping[str, str]:
    """Return the name of every log-in."""
    with desk.store.reading() as t:
        return {user.login: user.name for user in t.users.list()}


def local_time(moment: datetime) -> str:
    """Return a moment as the office's clock shows it."""
    return f"{moment.astimezone(CHINA):%m-%d %H:%M}"


def working(desk: Desk, plan_id: int, *, by: str, stored: bool = False) -> Working:
    """Return a plan as `by` sees it; with `stored` without what is not saved."""
    with desk.store.reading() as t:
        found = _read(t, plan_id, by)
    return _laid(desk, replace(found, copy=None, newer=None) if stored else found)


def _read(t: Transaction, plan_id: int, by: str) -> Working:
    head = _ask(t, plan_id, by)
    heads = t.plans.list(head.round_id)
    copy = t.working.get(head.id, by)
    origin = t.working.origin(head.id) if head.state is PlanState.DRAFT else None
    moved = copy is not None and heads[0].number > copy.seen
    return Working(
        head=head,
        stored=_NO_PLAN,
        plan=_NO_PLAN,
        copy=copy,
        root=origin.root if origin else head.id,
        made=origin.steps if origin else (),
        newest=heads[0],
        newer=heads[0] if moved else None,
    )


def _ask(t: Transaction, plan_id: int, by: str) -> PlanHead:
    """Return the head of a plan that `by` may work on."""
    head = t.plans.get(PlanId(plan_id))
    ask(t, by, Right.PLAN, stored=t.rounds.get(head.round_id), hidden=True)
    return head


_NO_PLAN: Plan = None  # type: ignore[assignment]  # until `_laid` reads it, outside the transaction


def _laid(desk: Desk, found: Working) -> Working:
    plan = stored_plan(desk, found.head.id)
    own = found.own
    if not found.dirty or found.copy is None:
        return replace(found, stored=plan, plan=plan)
    if own is not None:
        last = after_last(desk, found.head.id, own)
        return replace(found, stored=plan, plan=last.plan, last=last)
    return replace(found, stored=plan, plan=after(desk, found.root, found.copy.held))


def edit(desk: Desk, plan_id: int, data: object, *, version: int, by: str) -> Working:
    """Do one step in the planner's copy, which is opened by the first one; `version` is the copy's as seen, 0 for none.

    Raises
    ------
    InputError
        The step cannot be meant, or the visit is done already.
    Conflict
        The plan is history, or the copy was changed in another window.
    """
    step = edit_from_json(data)
    now = working(desk, plan_id, by=by)
    _may_change(desk, now, step)
    made = _asked(now, version)
    # Tried before it is kept: a step that is refused leaves no trace.
    own = now.own
    if own is not None:
        after_last(desk, now.head.id, (*own, step))
    else:
        after_last(desk, now.root, (*made, step))
    with desk.store.transaction() as t:
        _ask(t, plan_id, by)
        copy = t.working.open(PlanId(plan_id), now.made, by=by)
        if copy.version != (version or 1):
            raise Conflict(say("edit.other_window"))
        t.working.append(copy, step)
    return working(desk, plan_id, by=by)


def _asked(now: Working, version: int) -> tuple[Edit, ...]:
    """Return the steps that hold; raises Conflict when the copy is not the one that was seen."""
    if (now.copy.version if now.copy else 0) != version:
        raise Conflict(say("edit.other_window"))
    return now.copy.held if now.copy else now.made


def _may_change(desk: Desk, now: Working, step: Edit) -> None:
    if not now.open:
        raise Conflict(say("edit.superseded", number=now.head.number))
    with desk.store.reading() as t:
        done = {result.visit for result in t.results.list(now.head.round_id) if result.outcome in COUNTS_AS_DONE}
    if fixed := [one for one in (step.visit, step.other) if one in done]:
        raise InputError(say("edit.done", name=name_of(now.plan, fixed[0])))


def name_of(plan: Plan, visit: str | None) -> str:
    """Return the name of a visit's site, or the id where the plan does not know it."""
    site = next((one.site for one in plan.visits if one.id == visit), None)
    return next((one.name for one in plan.sites if one.id == site), visit or "")


def seek(desk: Desk, plan_id: int, by_steps: int, *, version: int, by: str) -> Working:
    """Take back (below 0) or do again (above 0) so many steps, as far as there are some.

    Steps that led to a saved version can be taken back too, until it is published.
    """
    now = working(desk, plan_id, by=by)
    if not now.open:
        raise Conflict(say("edit.superseded", number=now.head.number))
    _asked(now, version)
    with desk.store.transaction() as t:
        _ask(t, plan_id, by)
        copy = t.working.open(PlanId(plan_id), now.made, by=by)
        if copy.version != (version or 1):
            raise Conflict(say("edit.other_window"))
        cursor = min(max(copy.cursor + by_steps, 0), len(copy.steps))
        if cursor != copy.cursor:
            t.working.seek(copy, cursor)
    return working(desk, plan_id, by=by)


def discard(desk: Desk, plan_id: int, *, version: int, by: str) -> None:
    """Forget what the planner changed and did not save."""
    with desk.store.transaction() as t:
        _ask(t, plan_id, by)
        copy = t.working.get(PlanId(plan_id), by)
        if copy is None or copy.version != version:
            raise Conflict(say("edit.other_window"))
        t.working.drop(copy, why="plan.discard")


def save(desk: Desk, plan_id: int, *, version: int, by: str, with_breaches: bool = False) -> PlanHead:
    """Save a planner's copy as a new draft with its certificate.

    Raises
    ------
    Conflict
        Nothing is changed, another window was quicker, somebody saved another version since (`Moved`), or the plan breaks
        promises and replaces a published one.
    InputError
        The plan breaks promises and `with_breaches` was not said.
    """
    now = working(desk, plan_id, by=by)
    if now.copy is None or now.copy.version != version:
        raise Conflict(say("edit.other_window"))
    if not now.dirty:
        raise Conflict(say("edit.nothing"))
    people = names_of_people(desk)
    if now.newer:
        raise _moved(people, now.newer)
    if not now.plan.can_publish:
        if now.head.state is PlanState.PUBLISHED:
            raise Conflict(say("edit.published_breach"))
        if not with_breaches:
            raise InputError(say("edit.breaches", count=len(now.plan.violations)))
    with desk.store.reading() as t:
        inputs = t.files.hashes()
        seed = t.rounds.get(now.head.round_id).round.seed
    held = now.copy.held
    note = say("edit.note", number=now.head.number, count=abs(len(held) - len(now.made)) or 1)
    plan = settled(desk, replace(now.plan, notes=(*_other_notes(now.plan), note)))
    document, certificate = certified(plan, engine_for(desk, plan), inputs=inputs, seed=seed)
    with desk.store.transaction() as t:
        again = _read(t, plan_id, by)
        if again.copy is None or again.copy.version != version:
            raise Conflict(say("edit.other_window"))
        if again.newer:
            raise _moved(people, again.newer)
        if again.head.state is not now.head.state:
            raise _moved(people, again.newest)
        head = t.plans.add_draft(now.head.round_id, plan, document=document, certificate=certificate, by=by)
        root = now.root if now.head.state is PlanState.DRAFT else now.head.id
        t.working.keep_origin(head.id, PlanOrigin(root=root, based_on=now.head.id, steps=held))
        t.working.drop(again.copy, why="plan.save")
    return head


def _other_notes(plan: Plan) -> tuple[Text, ...]:
    """Return the notes of a plan without those of earlier changes by hand."""
    marks = {say("edit.note", number="", count="").zh[:4]}
    return tuple(note for note in plan.notes if note.zh[:4] not in marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebased:
    """What became of a planner's steps on a newer version: `laid` of them hold; of each other one, why not."""

    head: PlanHead
    laid: int
    left: tuple[Text, ...]


def rebase(desk: Desk, plan_id: int, *, version: int, by: str) -> Rebased:
    """Lay what a planner changed onto the newest version of the round, into a copy of that one.

    A step for a visit that the newer version moved too is not laid: nobody's work is overwritten silently.

    Raises
    ------
    Conflict
        There is nothing to lay or nothing newer, or steps that led to the older version were taken back in the copy.
    """
    now = working(desk, plan_id, by=by)
    if now.copy is None or now.copy.version != version:
        raise Conflict(say("edit.other_window"))
    if now.newer is None:
        raise Conflict(say("edit.nothing_newer"))
    if now.own is None:
        raise Conflict(say("edit.cannot_lay"))
    target = working(desk, now.newer.id, by=by)
    if target.dirty:
        raise Conflict(say("edit.target_dirty", number=target.head.number))
    laid, left = _laid_on(desk, now, target)
    with desk.store.transaction() as t:
        _ask(t, plan_id, by)
        copy = t.working.get(PlanId(plan_id), by)
        if copy is None or copy.version != version:
            raise Conflict(say("edit.other_window"))
        t.working.drop(copy, why="plan.rebase")
        fresh = t.working.open(target.head.id, target.made, by=by)
        if fresh.held != target.made:
            raise Conflict(say("edit.other_window"))
        for step in laid:
            t.working.append(fresh, step)
            fresh = t.working.open(target.head.id, target.made, by=by)
    return Rebased(head=target.head, laid=len(laid), left=tuple(left))


def _laid_on(desk: Desk, now: Working, target: Working) -> tuple[list[Edit], list[Text]]:
    """Return the steps that can be laid onto another version, and why the others cannot."""
    theirs = _changed(now.stored, target.stored)
    laid: list[Edit] = []
    left: list[Text] = []
    for step in now.own or ():
        touched = [one for one in (step.visit, step.other) if one is not None and one in theirs]
        if touched:
            left.append(say("edit.both_moved", name=name_of(now.plan, touched[0])))
            continue
        try:
            after_last(desk, target.head.id, (*laid, step))
        except GridplanError as error:
            left.append(say("edit.not_laid", name=name_of(now.plan, step.visit), why=error.text))
        else:
            laid.append(step)
    return laid, left


def _changed(one: Plan, other: Plan) -> set[VisitId]:
    """Return the visits that lie elsewhere, or are pinned otherwise, in another version."""
    was, now = placements(one), placements(other)
    pins = [{visit.id: visit.pin for visit in plan.visits} for plan in (one, other)]
    ids = {*pins[0], *pins[1]}
    return {id for id in ids if was.get(id) != now.get(id) or pins[0].get(id) != pins[1].get(id)}


def offers(desk: Desk, plan_id: int, visit: str, *, by: str, most: int = 3) -> Offers:
    """Return up to three places that keep every promise, for a visit of the plan as the planner sees it."""
    plan = working(desk, plan_id, by=by).plan
    noun = next((one for one in plan.visits if one.id == visit), None)
    if noun is None:
        raise InputError(say("replan.no_visit", visit=visit))
    # Asked for without its pin: that it is pinned is known, where it would fit is the question.
    return best_slots(plan, engine_for(desk, plan), replace(noun, pin=None), most)


def describe(plan: Plan, step: Edit) -> Text:
    """Return a step in words."""
    name = name_of(plan, step.visit)
    if step.kind is EditKind.MOVE and step.to is not None:
        team = next((one.name for one in plan.teams if one.id == step.to.team), step.to.team)
        day = f"{step.to.date.month}/{step.to.date.day}"
        at = say("edit.at", number=step.position) if step.position else say("edit.at_best")
        return say("edit.step_move", name=name, team=team, day=day, at=at)
    if step.kind is EditKind.SWAP:
        return say("edit.step_swap", name=name, other=name_of(plan, step.other))
    return say(f"edit.step_{step.kind.value}", name=name)


def editors(desk: Desk, plan_id: int, *, by: str) -> Sequence[WorkingCopy]:
    """Return the copies of a plan that others have open and changed."""
    with desk.store.reading() as t:
        _ask(t, plan_id, by)
        origin = t.working.origin(PlanId(plan_id))
        made = origin.steps if origin else ()
        return [copy for copy in t.working.of(PlanId(plan_id)) if copy.by != by and copy.held != made]
