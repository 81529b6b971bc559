"""What an office could change when a draft does not keep the round: estimates, really planned and raised until they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from gridplan.model.plan import Remedy, RemedyKind
from gridplan.model.progress import Progress, silent
from gridplan.model.round import RuleDays, VisitId
from gridplan.model.words import say
from gridplan.routing.diagnosis.causes import NO_ROOM, Need, find_needs, lost_needs, main_hurdle
from gridplan.routing.diagnosis.classes import survey
from gridplan.routing.diagnosis.elastic import build, shortage
from gridplan.routing.diagnosis.ladders import Ladder, filter_ladder, ladders, order
from gridplan.routing.diagnosis.outlook import Proposal
from gridplan.routing.problem import Draft, Problem

Replan = Callable[[Problem], Draft]

TRIES = 3
"""How often a changed problem is planned when nothing else is said."""
RAISES = 4
"""How often an estimate that does not hold is raised by a step."""


def remedies(
    problem: Problem,
    draft: Draft,
    replan: Replan,
    *,
    tries: int = TRIES,
    more_days: Sequence[date] = (),
    progress: Progress = silent,
) -> tuple[Remedy, ...]:
    """Return remedies for what `draft` could not keep, () when it keeps all: the smallest verified ones first.

    `replan` plans a changed problem, `tries` times at most; what does not hold is raised by a step, and what was never
    planned stays an estimate. `progress` may stop the work.
    """
    lost = _lost(problem, draft)
    if not lost and not draft.short:
        return ()
    climbs = [_Climb(ladder) for ladder in _ladders_for(problem, draft, lost, more_days)]
    trial = _Trial(problem=problem, draft=draft, lost=lost, replan=replan, left=tries, progress=progress)
    while any(climb.open for climb in climbs):
        for climb in climbs:
            if climb.open:
                climb.up(trial)
    for climb in climbs:
        climb.down(trial)
    offered = sorted((climb for climb in climbs if climb.proposal), key=lambda climb: _rank(climb, lost))
    return tuple(_remedy(climb.proposal, lost, verified=climb.holds) for climb in offered if climb.proposal)


def _lost(problem: Problem, draft: Draft) -> frozenset[VisitId]:
    """Return the visits that a lawful plan must hold and this one does not."""
    mandatory = {visit.id for visit in problem.visits if visit.mandatory}
    return frozenset(item.visit for item in draft.unplanned if item.visit in mandatory)


def _ladders_for(problem: Problem, draft: Draft, lost: frozenset[VisitId], more_days: Sequence[date]) -> list[Ladder]:
    """Return the ladders for what a draft left out and for the days that lack visits."""
    field = survey(problem)
    elastic = build(field)
    numbers = {visit.id: number for number, visit in enumerate(problem.visits)}
    reasons = {numbers[item.visit]: item.reason for item in draft.unplanned if item.visit in lost}
    needs = lost_needs(field, {visit: why for visit, why in reasons.items() if why != NO_ROOM})
    left = np.array(sorted(visit for visit, why in reasons.items() if why == NO_ROOM), dtype=np.int64)
    if len(left):
        crowded = [need for need in find_needs(field, elastic, shortage(elastic)) if not need.alone]
        named = np.concatenate([need.visits for need in crowded]) if crowded else left[:0]
        if len(rest := np.setdiff1d(left, named)):
            crowded.append(Need(reason=main_hurdle(field, rest)[0], visits=rest, alone=False))
        needs += crowded
    found = ladders(field, elastic, needs, more_days, rule=bool(draft.short), counts=draft.day_counts)
    if lost and len(lost) < len(problem.visits):
        found = [ladder for ladder in found if ladder.kind is not RemedyKind.FILTER] + [filter_ladder(problem, lost)]
    return found


@dataclass(slots=True)
class _Trial:
    """What a change is measured by: the draft before, and how many tries are left."""

    problem: Problem
    draft: Draft
    lost: frozenset[VisitId]
    replan: Replan
    left: int
    progress: Progress
    done: int = 0

    def holds(self, proposal: Proposal) -> bool | None:
        """Return whether the change does what it says, planned really; None when that cannot be tried any more."""
        if self._known(proposal):
            return True
        if proposal.problem is None or not self.left:
            return None
        self.progress("remedies", self.done, self.done + self.left, proposal.text)
        self.left, self.done = self.left - 1, self.done + 1
        draft = self.replan(proposal.problem)
        lost = _lost(proposal.problem, draft)
        enough = draft.short <= (self.draft.short if proposal.mends else 0)
        return enough and not lost & proposal.mends and len(lost) <= len(self.lost - proposal.mends)

    def _known(self, proposal: Proposal) -> bool:
        """Whether the draft itself is the plan of the changed round."""
        if proposal.kind is RemedyKind.FILTER:
            return not self.draft.short and proposal.mends == self.lost
        if proposal.kind is RemedyKind.PER_DAY:
            return not self.lost and self.problem.round.rule.days is RuleDays.ACTIVE
        return False


class _Climb:
    """Where a ladder stands: the proposal at its step, and whether it holds; no proposal when none does."""

    def __init__(self, ladder: Ladder) -> None:
        self.ladder, self.step = ladder, ladder.first
        self.proposal = ladder.at(ladder.first)
        self.holds = False
        self.open = self.proposal is not None

    def up(self, trial: _Trial) -> None:
        """Try the step; where it does not hold, stand on the next."""
        assert self.proposal is not None
        holds = trial.holds(self.proposal)
        if holds is None or holds:
            self.holds, self.open = bool(holds), False
        else:
            self.step += 1
            self.proposal = self.ladder.at(self.step) if self.step <= self.ladder.first + RAISES else None
            self.open = self.proposal is not None

    def down(self, trial: _Trial) -> None:
        """Where the first guess holds at once, try the steps below it."""
        while self.holds and 1 < self.step <= self.ladder.first:
            lower = self.ladder.at(self.step - 1)
            if lower is None or not trial.holds(lower):
                return
            self.step, self.proposal = self.step - 1, lower


def _rank(climb: _Climb, lost: frozenset[VisitId]) -> tuple[bool, bool, bool, int]:
    """Verified ones first, then those that mend the whole round, then the least effort."""
    assert climb.proposal is not None
    filtered, effort = order(climb.proposal)
    return not climb.holds, bool(lost - climb.proposal.mends), filtered, effort


def _remedy(proposal: Proposal, lost: frozenset[VisitId], *, verified: bool) -> Remedy:
    """Return the proposal as the plan's noun; what it does not mend is said."""
    text, rest = proposal.text, len(lost - proposal.mends)
    if proposal.mends and rest:
        text = say("routing.remedy_part", text=text, rest=rest)
    return Remedy(kind=proposal.kind, change=proposal.change, verified=verified, text=text)
