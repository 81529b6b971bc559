"""The planning problem and its answer, as the solver's nouns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from gridplan.model.crew import Team
from gridplan.model.plan import Placement, Remedy, Route, Unplanned
from gridplan.model.round import Round, Visit, VisitId, Wishes
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Everything a draft needs. `days` is the horizon.

    `rule_impossible` is the sentence of the closed forms when they prove that the rule cannot be kept (rounds knows them,
    the service asks); `rule_waived` says that fewer counted visits exist than the daily minimum, so that it falls away.
    `before` is where each visit lies in the plan that the new one replaces: to move it costs `wishes.moved_min`.
    `uncounted` are second parts of joint visits: the minimum counts such a visit once.
    """

    round: Round
    days: tuple[date, ...]
    visits: tuple[Visit, ...]
    teams: tuple[Team, ...]
    travel: TravelEngine
    set_up_s: int
    rule_impossible: Text | None = None
    rule_waived: bool = False
    before: Mapping[VisitId, Placement] = field(default_factory=dict)
    uncounted: frozenset[VisitId] = frozenset()

    def counts(self, visit: Visit) -> bool:
        """Whether a visit counts towards the daily minimum."""
        return visit.counts(self.round.rule.counts) and visit.id not in self.uncounted


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The solver's answer: every visit is in one route or in `unplanned`; a joint visit of two teams in two routes.

    `infeasible` holds proofs that no plan can keep the promises, () when there is none. `ran_out` means that a safety clock
    stopped a search: without a kept plan the verdict is then unknown. `short` is how many visits the days (or team-days)
    lack to their minimum in all, and `day_counts` how many counted visits each worked one has. `stopped`: it was cancelled and is the best plan till then. `wishes` are
    those of the round as they were weighed. `pool` are good routes that were seen on the way (visit numbers), `course` the best cost in minutes over the CPU seconds spent.
    """

    routes: tuple[Route, ...]
    unplanned: tuple[Unplanned, ...]
    infeasible: tuple[Text, ...]
    remedies: tuple[Remedy, ...]
    notes: tuple[Text, ...]
    ran_out: bool = False
    stopped: bool = False
    short: int = 0
    day_counts: tuple[int, ...] = ()
    appointments: Mapping[VisitId, datetime] = field(default_factory=dict)
    wishes: Wishes = field(default_factory=Wishes)
    pool: tuple[tuple[int, ...], ...] = ()
    course: tuple[tuple[float, float], ...] = field(default=(), compare=False)
