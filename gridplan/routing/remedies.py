"""What an office could change when the rule is not kept: the smallest change of each kind, a few of them really planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from gridplan.model.crew import Shift, TeamId
from gridplan.model.plan import Remedy, RemedyKind
from gridplan.model.round import RoundRule, RuleDays, Tail
from gridplan.model.words import say
from gridplan.routing.problem import Draft, Problem
from gridplan.routing.timeline import OFFICERS_AT_INSPECTION, available_s

Replan = Callable[[Problem], Draft]

MOST_VISITS, MOST_VERIFIED = 300, 3
"""Only rounds up to this size are planned again, and only so many times."""
USUAL_LEG_MIN = 8
"""What a visit takes on the road, for a first estimate."""
STEP_MIN = 15
LATEST_S = 24 * 3600


def remedies(problem: Problem, draft: Draft, replan: Replan) -> tuple[Remedy, ...]:
    """Return remedies for what `draft` could not keep, () when it keeps all. `replan` plans a changed problem."""
    mandatory = {visit.id: visit for visit in problem.visits if visit.mandatory}
    lost = [(item.reason, mandatory[item.visit]) for item in draft.unplanned if item.visit in mandatory]
    reasons = Counter(reason for reason, _ in lost)
    if not lost and not draft.short:
        return ()
    found: list[tuple[Remedy, Problem | None]] = []

    def offer(
        kind: RemedyKind, change: float, variant: Problem | None, *, sure: bool = False, **fields: object
    ) -> None:
        text = say(f"routing.remedy_{kind.value}", size=f"{abs(change):g}", **fields)
        found.append((Remedy(kind=kind, change=change, verified=sure, text=text), variant))

    if reasons["no_officers"]:
        offer(RemedyKind.OFFICERS, OFFICERS_AT_INSPECTION, None, visits=reasons["no_officers"])
    if reasons["closed_all_days"]:
        offer(RemedyKind.SHIFT, 1, None, visits=reasons["closed_all_days"])
    no_room = [visit for reason, visit in lost if reason == "no_room"]
    if no_room or reasons["no_team"]:
        waiting = no_room or [visit for _, visit in lost]
        minutes = sum(visit.minutes + problem.set_up_s // 60 + USUAL_LEG_MIN for visit in waiting)
        _more_work(problem, minutes, offer)
    if draft.short:
        _less_rule(problem, draft, offer)
    hopeless = len(lost) - len(no_room) - reasons["no_team"]
    if hopeless:
        kept = [v for v in problem.visits if v not in {visit for r, visit in lost if r not in ("no_room", "no_team")}]
        offer(RemedyKind.FILTER, -hopeless, replace(problem, visits=tuple(kept), rule_impossible=None))
    return _verified(problem, found, replan)


def _more_work(problem: Problem, minutes: int, offer: Callable[..., None]) -> None:
    """Offer more teams, longer shifts or more days for so many minutes of work."""
    rule, days = problem.round.rule, len(problem.days)
    team_min = max((sum(available_s(shift) for shift in team.shifts) * days // 60 for team in problem.teams), default=0)
    if team_min:
        busiest = max(problem.teams, key=lambda team: (len(team.departments), team.certified_on(problem.days[0])))
        fewest = -(-minutes // team_min)
        for number in (fewest, fewest + 1):
            more = tuple(
                replace(busiest, id=TeamId(f"{busiest.id}+{n + 1}"), off=frozenset(), assumed=True)
                for n in range(number)
            )
            offer(RemedyKind.TEAMS, number, replace(problem, teams=(*problem.teams, *more), rule_impossible=None))
        routes = sum(len(team.shifts_on(day)) for team in problem.teams for day in problem.days)
        longer = STEP_MIN * -(-minutes // (max(1, routes) * STEP_MIN))
        teams = tuple(replace(team, shifts=_longer(team.shifts, longer)) for team in problem.teams)
        offer(RemedyKind.MINUTES_PER_DAY, longer, replace(problem, teams=teams, rule_impossible=None))
        more_days = -(-minutes * days // (team_min * len(problem.teams)))
        offer(RemedyKind.DAYS, more_days, None, days=rule.max_days, to=rule.max_days + more_days)
    else:
        offer(RemedyKind.TEAMS, 1, None)


def _longer(shifts: tuple[Shift, ...], minutes: int) -> tuple[Shift, ...]:
    """End the last shift of the day so much later."""
    last = max(shifts, key=lambda shift: shift.end_s)
    end_s = min(last.end_s + minutes * 60, LATEST_S)
    return tuple(replace(shift, end_s=end_s) if shift is last else shift for shift in shifts)


def _less_rule(problem: Problem, draft: Draft, offer: Callable[..., None]) -> None:
    """Offer a tail for the remainder, a lower daily number, or fewer days when every day must reach it."""
    rule = problem.round.rule
    counted = sum(visit.counts(rule.counts) for visit in problem.visits)

    def ruled(**changes: object) -> Problem:
        changed: RoundRule = replace(rule, **changes)  # type: ignore[arg-type]
        return replace(
            problem,
            round=replace(problem.round, rule=changed),
            days=problem.days[: changed.max_days],
            rule_impossible=None,
        )

    if rule.tail is Tail.STRICT:
        offer(RemedyKind.TAIL, 1, ruled(tail=Tail.REMAINDER))
    if rule.days is RuleDays.EVERY and rule.min_per_day:
        days = counted // rule.min_per_day
        if 0 < days < rule.max_days:
            offer(RemedyKind.DAYS, days - rule.max_days, ruled(max_days=days), days=rule.max_days, to=days)
    lowest = min(draft.day_counts, default=0)
    if 0 < lowest < rule.min_per_day:
        offer(
            RemedyKind.PER_DAY,
            lowest - rule.min_per_day,
            None,
            sure=not draft.unplanned and rule.days is RuleDays.ACTIVE,
            least=lowest,
        )


def _verified(problem: Problem, found: list[tuple[Remedy, Problem | None]], replan: Replan) -> tuple[Remedy, ...]:
    """Plan the first changed problems; return of each kind the first that keeps everything, else the first not planned."""
    tries = MOST_VERIFIED if len(problem.visits) <= MOST_VISITS else 0
    proven: dict[RemedyKind, Remedy] = {}
    guessed: dict[RemedyKind, Remedy] = {}
    for remedy, variant in found:
        if remedy.verified:
            proven.setdefault(remedy.kind, remedy)
        elif variant is None or not tries:
            guessed.setdefault(remedy.kind, remedy)
        elif remedy.kind not in proven:
            tries -= 1
            draft = replan(variant)
            optional = {visit.id for visit in variant.visits if not visit.mandatory}
            if not draft.short and all(item.visit in optional for item in draft.unplanned):
                proven[remedy.kind] = replace(remedy, verified=True)
    return (*proven.values(), *(remedy for kind, remedy in guessed.items() if kind not in proven))
