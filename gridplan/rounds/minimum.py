"""The one judge of the daily minimum: of planned days as of those on which visits were really made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from gridplan.model.fact import DISTRICT, FactDay, FactVerdict
from gridplan.model.round import RoundRule, RuleDays, RuleUnit, Tail, Visit, VisitId
from gridplan.model.words import Text, say

NAMED = 5
"""So many days with too few are named."""


def judge_minimum(
    rule: RoundRule,
    horizon: Sequence[date],
    visits: Iterable[Visit],
    when: Mapping[VisitId, date],
    *,
    crews: Mapping[VisitId, Collection[str]] | None = None,
    teams: Collection[str] = (),
    promised: Iterable[tuple[VisitId, date, str]] = (),
    today: date | None = None,
) -> FactVerdict:
    """Judge the rule on the day of each visit.

    Parameters
    ----------
    when
        The day of each visit that was planned, or made: a visit counts on the day of its first result that counts as done.
    crews, teams
        Who makes each visit, and all teams: asked for where the rule holds for each team.
    promised
        Visits that the plan of a day had on that day, with the team. A day on which work was planned and nothing was done breaks the minimum.
    today
        Days from it on are not over and not judged; None judges all, as on a plan.

    The remainder of a unit may lie on its last day only when nothing of it is left.
    """
    known = {visit.id: visit for visit in visits}
    crews = crews or {}

    def units(id: VisitId) -> Collection[str]:
        if rule.unit is RuleUnit.TEAM:
            return crews.get(id, ())
        return (str(known[id].township or ""),) if rule.unit is RuleUnit.TOWNSHIP else (DISTRICT,)

    counted = {id for id, visit in known.items() if visit.counts(rule.counts)}
    made = {id: day for id, day in when.items() if id in known}
    counts = Counter((unit, day) for id, day in made.items() if id in counted for unit in units(id))
    active: dict[str, set[date]] = defaultdict(set)
    if rule.unit is RuleUnit.DISTRICT:
        active[DISTRICT] = set()
    elif rule.days is RuleDays.EVERY:
        active.update({unit: set() for unit in (teams if rule.unit is RuleUnit.TEAM else map(_town, known.values()))})
    for id, day in made.items():
        for unit in units(id):
            active[unit].add(day)
    for id, day, team in promised:
        if id in known:
            for unit in (team,) if rule.unit is RuleUnit.TEAM else units(id):
                active[unit].add(day)
    owed = [id for id in counted if known[id].mandatory and not (id in made and made[id] in horizon)]
    left = {unit for id in counted if known[id].mandatory and id not in made for unit in units(id)}
    waived = len(counted) < rule.min_per_day
    exist = Counter(_town(known[id]) for id in counted)
    rows: list[FactDay] = []
    for unit in sorted(active):
        spared = waived or (rule.unit is RuleUnit.TOWNSHIP and exist[unit] < rule.min_per_day)
        asked = active[unit] | set(horizon) if rule.days is RuleDays.EVERY else active[unit]
        last = max(asked, default=None) if rule.tail is Tail.REMAINDER and unit not in left else None
        for day in sorted(asked | set(horizon)):
            count, least = counts[unit, day], 1 if day == last else rule.min_per_day
            judged = not spared and day in asked and (today is None or day < today)
            rows.append(
                FactDay(day=day, unit=unit, count=count, least=least, enough=count >= least if judged else None)
            )
    minimum = all(row.enough is not False for row in rows)
    ended = today is None or not horizon or today > horizon[-1]
    return FactVerdict(
        days=tuple(rows),
        minimum=minimum,
        missing=len(owed),
        waived=waived,
        ended=ended,
        text=_said(rule, rows, minimum, len(owed), ended=ended),
    )


def _town(visit: Visit) -> str:
    return str(visit.township or "")


def _said(rule: RoundRule, rows: Sequence[FactDay], minimum: bool, missing: int, *, ended: bool) -> Text:
    """Say it in one sentence, the days with too few by date and number."""
    short = [row for row in rows if row.enough is False]
    key = "broken"
    if minimum:
        key = "kept" if not missing else "missing" if ended else "so_far"
    return say(
        f"findings.fact_{key}",
        days=len({row.day for row in rows if row.count}),
        least=rule.min_per_day,
        short=len(short),
        missing=missing,
        which="、".join(
            f"{row.day.month}/{row.day.day} {row.unit} {row.count}".replace("  ", " ") for row in short[:NAMED]
        )
        or "-",
    )
