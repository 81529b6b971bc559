"""Whether a round could be kept with other crews, days, minutes and sites: counted at once, diagnosed with care after a rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridplan.model.crew import Team
from gridplan.model.errors import InputError
from gridplan.model.round import Purpose, Round
from gridplan.model.words import say
from gridplan.rounds.crews import with_copies
from gridplan.rounds.estimate import Allowance, Estimate
from gridplan.rounds.visits import Visits, make_visits
from gridplan.services.desk import Desk
from gridplan.services.folders.planning import Diagnosis, diagnose_round
from gridplan.services.rounds.round_form import Form, form_of, with_form, with_known_crews
from gridplan.services.rounds.trying_told import tell
from gridplan.services.rounds.workbench import Asked, Ground, Register, asked, workbench

MOST_COPIES = 60
"""So many made-up crews may be tried at most."""
ROWS_BEYOND = 8
LEAST_RATIO, MOST_RATIO = 0.7, 1.6
"""By how much a full diagnosis may correct the estimate of other cells."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """A round as somebody would have it: what stands in the form, and how many crews beyond those that are there."""

    asked: Asked
    round: Round
    copies: int
    register: Register
    ground: Ground
    inside: Flags
    teams: tuple[Team, ...]
    count: int

    @property
    def crews(self) -> tuple[Team, ...]:
        """The teams that go out, copies included, their days as long as the form says."""
        return self.teams[: self.count]


def open_trial(desk: Desk, form: Form, *, round_id: int | None = None, like: int | None = None) -> Trial:
    """Read a form of a round (None: a new one, `like` another) against the register as it stands.

    Raises
    ------
    InputError
        A field of the form cannot be, or the register holds nothing to plan.
    NotFound
        There is no such round.
    """
    found = asked(desk, round_id, like)
    round_ = with_form(found.round, form)
    copies = form.get("copies", 0)
    if isinstance(copies, bool) or not isinstance(copies, int) or not 0 <= copies <= MOST_COPIES:
        raise InputError(say("round_page.bad_copies", most=MOST_COPIES))
    bench = workbench(desk)
    register = bench.register()
    with_known_crews(round_, found.round, register.teams)
    days = round_.rule.max_days
    rule = replace(round_.rule, max_days=found.round.rule.max_days)
    ground = bench.ground(found.key, replace(found.round, start=round_.start, rule=rule), found.extra, days=days)
    if days > len(ground.days):
        raise InputError(say("round_page.unknown_days", days=len(ground.days)))
    inside = register.facets.mask(round_.scope)
    present = register.teams or ground.assumed
    chosen = [team for team in present if team.id in round_.crews] or [*present]
    others = [team for team in present if team not in chosen]
    count = len(chosen) + copies
    # Copies stand after those that stay at home only where all of them are out already.
    ordered = with_copies((*chosen, *others), max(count, len(present)) + ROWS_BEYOND)
    if copies and others:
        ordered = (*with_copies(tuple(chosen), count), *others)
    teams = tuple(team.ends_later(round_.overtime_min) if round_.overtime_min else team for team in ordered)
    return Trial(
        asked=found,
        round=round_,
        copies=copies,
        register=register,
        ground=ground,
        inside=inside,
        teams=teams,
        count=count,
    )


def estimate_of(trial: Trial, allowance: Allowance | None = None) -> Estimate:
    """Count the round of a trial."""
    ground = trial.ground
    visits = trial.inside[ground.site_of]
    return Estimate(
        trial.round.rule,
        ground.demand,
        trial.teams,
        counted=visits & ground.counted,
        must=visits & ground.mandatory,
        minutes=ground.minutes(trial.round),
        set_up_min=trial.round.travel.set_up_min,
        allowance=allowance or ground.allowance,
    )


def answer(trial: Trial) -> dict[str, Any]:
    """Return what the page shows at once: closed forms and the estimate of travel that the last diagnosis left."""
    return tell(trial, estimate_of(trial), None)


def careful_answer(trial: Trial) -> dict[str, Any]:
    """Return the same after a full diagnosis, which tells later answers how much travel to allow for."""
    found = diagnose_trial(trial)
    learn(trial, found)
    return tell(trial, estimate_of(trial), found)


def diagnose_trial(trial: Trial) -> Diagnosis:
    """Diagnose the round with the crews of the trial: closed forms, linear program, remedies."""
    round_ = replace(trial.round, crews=(), overtime_min=0)
    teams = trial.crews if trial.register.teams or trial.copies else ()
    register = trial.register
    return diagnose_round(round_, register.sites, register.areas, teams, trial.asked.extra, visits_of(trial))


def visits_of(trial: Trial) -> Visits:
    """Return the visits of the scope with the minutes of the form; a sample is drawn anew, since it depends on the scope."""
    if trial.round.sample is not None:
        return make_visits(trial.round, trial.register.sites, trial.asked.extra, trial.crews)
    ground, minutes = trial.ground, trial.ground.minutes(trial.round)
    chosen = np.flatnonzero(trial.inside[ground.site_of])
    changed = minutes != ground.demand.minutes
    visits = tuple(
        replace(ground.visits[n], minutes=int(minutes[n])) if changed[n] else ground.visits[n] for n in chosen.tolist()
    )
    sites = trial.register.sites
    outside = tuple(sites[n].site.id for n in np.flatnonzero(~trial.inside).tolist())
    return Visits(visits=visits, complaints=(), out_of_scope=outside)


def learn(trial: Trial, found: Diagnosis) -> None:
    """Keep what the linear program says of travel: minutes a visit, and how much tighter the round is than its groups."""
    minutes = trial.ground.minutes(trial.round)[trial.inside[trial.ground.site_of] & trial.ground.mandatory]
    work = sum(load.work_min for load in found.outlook.days)
    if not len(minutes) or not work:
        return
    each = max((work - float(minutes.sum())) / len(minutes), 1.0)
    plain = estimate_of(trial, Allowance(each_min=each)).use(trial.count, trial.round.rule.max_days)
    ratio = found.outlook.use / plain if plain and np.isfinite(plain) else 1.0
    trial.ground.allowance = Allowance(each_min=each, ratio=float(np.clip(ratio, LEAST_RATIO, MOST_RATIO)))


def extra_counts(trial: Trial) -> Mapping[str, int]:
    """Return how many visits beside the routine ones the round has, by purpose."""
    sites = {one.site.id for one, there in zip(trial.register.sites, trial.inside, strict=True) if there}
    found = dict.fromkeys((Purpose.FOLLOW_UP.value, Purpose.LEAD.value), 0)
    for extra in trial.asked.extra:
        if extra.site_id in sites and extra.purpose.value in found:
            found[extra.purpose.value] += 1
    return found


def start_form(desk: Desk, *, round_id: int | None = None, like: int | None = None) -> dict[str, Any]:
    """Return the form that a page begins with."""
    return form_of(asked(desk, round_id, like).round)
