"""Rounds made, copied, changed and removed by planners, of whom two may be at it at once: the later one is told, nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gridplan.model.errors import Conflict
from gridplan.model.record import PlanState, RoundId, StoredRound
from gridplan.model.rights import Right
from gridplan.model.words import Text, say
from gridplan.rounds.estimate import Seal
from gridplan.rounds.workdays import horizon
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.rounds.drafting import latest_job, start_draft
from gridplan.services.rounds.round_form import (
    Difference,
    Form,
    changed_onto,
    differences,
    flat,
    form_of,
    with_form,
    with_known_crews,
)
from gridplan.services.rounds.trying import careful_answer, open_trial
from gridplan.services.rounds.workbench import asked, workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """What a planner wanted of a round that another had changed meanwhile: who and when, and both versions."""

    round_id: int
    version: int
    who: str
    at: datetime
    theirs: dict[str, Any]
    mine: dict[str, Any]
    rows: tuple[tuple[Difference, bool], ...]
    """Each field that differs (theirs, mine), and whether both planners changed it."""


class ChangedMeanwhile(Conflict):
    """Another planner was faster; `clash` has both versions. Nothing was stored."""

    def __init__(self, text: Text, clash: Clash) -> None:
        super().__init__(text)
        self.clash = clash


def create(desk: Desk, form: Form, *, like: int | None = None, by: str) -> StoredRound:
    """Make a round of a form, with everything else as in `like` or as the register was imported with.

    What another round knows of earlier visits and of other tiers holds for the new one; its pins do not.

    Raises
    ------
    InputError
        A field or the calendar cannot be.
    Conflict
        There is a round of that name.
    """
    before = asked(desk, None, like).round
    round_ = replace(with_form(before, form), pins=())
    horizon(round_)
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        return t.rounds.add(with_known_crews(round_, before, t.teams.list()), by=by)


def change(desk: Desk, round_id: int, form: Form, *, base: Form | None = None, version: int, by: str) -> StoredRound:
    """Change a round that is still at `version` and has no published plan; the same form again changes nothing.

    `base` is what the planner began with: with it two people may change different fields.

    Raises
    ------
    ChangedMeanwhile
        The round was changed since `version`.
    """
    with desk.store.transaction() as t:
        stored = t.rounds.get(RoundId(round_id))
        ask(t, by, Right.PLAN, stored=stored, hidden=True)
        round_ = with_form(stored.round, form)
        ask(t, by, Right.PLAN, stored=replace(stored, round=round_))
        if round_ == stored.round:
            return stored
        if any(plan.state is PlanState.PUBLISHED for plan in t.plans.list(stored.id)):
            raise Conflict(say("round_keeping.published"))
        if stored.version == version:
            horizon(with_known_crews(round_, stored.round, t.teams.list()))
            before, after = flat(form_of(stored.round)), flat(form_of(round_))
            fields = [name for name, value in after.items() if before[name] != value]
            return t.rounds.change(stored.id, round_, stored.extra, version=version, by=by, fields=fields)
    raise ChangedMeanwhile(say("round_keeping.changed"), _clash(desk, stored, form_of(round_), base))


def _clash(desk: Desk, stored: StoredRound, mine: dict[str, Any], base: Form | None) -> Clash:
    theirs = form_of(stored.round)
    wanted = changed_onto(theirs, base, mine) if base else mine
    before = flat(base) if base else {}
    with desk.store.reading() as t:
        entries = t.audit.list(object=f"round/{stored.id}", limit=20)
        last = next((one for one in entries if one.what in ("round.change", "round.add", "plan.publish")), None)
        user = t.users.get(last.who) if last else None
    rows = tuple(
        (row, bool(before) and flat(theirs)[row.field] != before.get(row.field))
        for row in differences(theirs, wanted, names_of(desk))
    )
    return Clash(
        round_id=stored.id,
        version=stored.version,
        who=user.name if user else (last.who if last else stored.created_by),
        at=last.at if last else stored.created,
        theirs=theirs,
        mine=wanted,
        rows=rows,
    )


def names_of(desk: Desk) -> dict[str, str]:
    """Return what areas and teams are called, by their codes and ids."""
    register = workbench(desk).register()
    return {str(area.code): area.name for area in register.areas} | {str(team.id): team.name for team in register.teams}


def remove(desk: Desk, round_id: int, *, version: int, by: str) -> None:
    """Remove a round that has no plan and no draft under way; `version` is the one that was seen."""
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN, stored=t.rounds.get(RoundId(round_id)), hidden=True)
    job = latest_job(desk, round_id)
    if job and not job.state.final:
        raise Conflict(say("desk.draft_under_way"))
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, stored=t.rounds.get(RoundId(round_id)), hidden=True)
        t.rounds.remove(RoundId(round_id), version=version, by=by)


def draft_with(
    desk: Desk,
    round_id: int,
    form: Form,
    *,
    base: Form | None = None,
    version: int,
    minutes: float | None,
    anyway: bool,
    by: str,
) -> str:
    """Keep a form and start a draft of it; `anyway` also where it cannot be kept, or with fewer crews than were tried.

    Raises
    ------
    Conflict
        The round cannot be kept and `anyway` is not set, or another planner was faster, or a draft is under way.
    """
    with desk.store.reading() as t:
        ask(t, by, Right.PLAN, stored=t.rounds.get(RoundId(round_id)), hidden=True)
    trial = open_trial(desk, form, round_id=round_id)
    if not anyway and trial.copies:
        raise Conflict(say("round_keeping.copies", missing=trial.copies))
    if not anyway and careful_answer(trial)["verdict"]["seal"] in (Seal.NO.value, "empty"):
        raise Conflict(say("round_keeping.not_possible"))
    change(desk, round_id, form, base=base, version=version, by=by)
    return start_draft(desk, round_id, by=by, minutes=minutes)
