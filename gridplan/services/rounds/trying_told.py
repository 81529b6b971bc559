"""The answer to a trial as a page shows it: seal and sentence, matrix, days, what is scarce, and what could be changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from gridplan.model.plan import RemedyKind
from gridplan.model.round import DayKind, RuleDays, Tail
from gridplan.model.words import Text, say
from gridplan.rounds.estimate import TIGHT, Cell, Estimate, Scarcity, Seal
from gridplan.routing.diagnosis.outlook import Outlook, Prospect
from gridplan.services.folders.planning import Diagnosis

if TYPE_CHECKING:
    from gridplan.services.rounds.trying import Trial

ROWS_MORE, ROWS_LESS, DAYS_LESS, DAYS_MORE = 2, 3, 3, 2
"""How far the matrix reaches round the cell that is asked about."""
MOST_REMEDIES = 6
NEGLIGIBLE = 0.3
"""A resource filled less than this is not worth a line."""
WEEKDAYS = "一二三四五六日"
_SEALS = {
    Prospect.POSSIBLE: Seal.YES,
    Prospect.TIGHT: Seal.TIGHT,
    Prospect.UNLIKELY: Seal.NO,
    Prospect.IMPOSSIBLE: Seal.NO,
}


def tell(trial: Trial, estimate: Estimate, found: Diagnosis | None) -> dict[str, Any]:
    """Return plain values and texts. Without `found` the seal rests on counting and an estimate of travel."""
    days = trial.round.rule.max_days
    cell = estimate.cell(trial.count, days)
    if found is not None:
        cell = _with_outlook(cell, found.outlook)
    facets = trial.register.facets
    able = estimate.with_travel(trial.count, days)
    return {
        "verdict": _verdict(trial, estimate, cell, able, found),
        "crews": {
            "count": trial.count,
            "present": len(trial.register.teams),
            "assumed": 0 if trial.register.teams else trial.count - trial.copies,
            "copies": trial.copies,
        },
        "figures": {
            "promised": int((trial.inside & facets.located).sum()),
            "review": int((trial.inside & facets.review).sum()),
            "visits": estimate.counted,
            "mean_min": round(float(trial.ground.minutes(trial.round)[_routine(trial)].mean()), 1)
            if _routine(trial).any()
            else 0,
            "first": estimate.days[0].isoformat(),
            "last": estimate.days[days - 1].isoformat(),
            "most_days": len(estimate.days),
            "most_teams": len(trial.teams),
            "hours": round(_mean_hours(estimate, trial.count, days), 2),
        },
        "span": _span(trial, estimate.days[:days]),
        "matrix": _matrix(trial, estimate, cell),
        "days": _days(estimate, able, trial.round.rule.min_per_day),
        "scarce": [*_rule_row(trial, estimate), *map(_scarce, _shown(estimate.scarcities(trial.count, days)))],
        "remedies": _remedies(trial, estimate, cell, found),
        "facets": _facets(trial),
        "careful": found is not None,
    }


def _routine(trial: Trial) -> Any:
    return trial.inside[trial.ground.site_of] & trial.ground.routine


def _mean_hours(estimate: Estimate, teams: int, days: int) -> float:
    worked = estimate.at_work[:teams, :days]
    return float(worked[worked > 0].mean()) / 60 if (worked > 0).any() else 0.0


def _with_outlook(cell: Cell, outlook: Outlook) -> Cell:
    """Return the cell as the full diagnosis sees it."""
    seal = _SEALS[outlook.prospect]
    if seal is Seal.YES and outlook.use > TIGHT:
        seal = Seal.TIGHT
    short = cell.short if seal is Seal.NO else 0
    if seal is Seal.NO and not short:
        short = sum(len(cause.visits) for cause in outlook.causes if cause.alone)
    proven = outlook.prospect is Prospect.IMPOSSIBLE
    return replace(cell, seal=seal, use=outlook.use, short=short, proven=proven)


# ---- the verdict -----------------------------------------------------------------------------------------------------


def percent(use: float) -> str:
    """Return a share in per cent; more than ten times too much is only called that."""
    if use > 9.99:
        return "> 999"
    return f"{min(100 * use, 99) if use <= 1 else max(100 * use, 101):.0f}"


def _verdict(
    trial: Trial, estimate: Estimate, cell: Cell, able: Sequence[int], found: Diagnosis | None
) -> dict[str, Any]:
    sites = estimate.counted
    fields = {
        "teams": cell.teams,
        "days": cell.days,
        "most": f"{sum(able):,}",
        "sites": f"{sites:,}",
        "use": percent(cell.use),
        "short": f"{cell.short:,}",
    }
    kind = cell.seal.value
    if not sites and not estimate.optional:
        kind, text, more = "empty", say("round_page.nothing"), say("round_page.nothing_hint")
    elif cell.seal is Seal.NO and not cell.forms.possible:
        text, more = say("round_page.say_no_rule", why=cell.forms.text), say("round_page.more_proven")
    elif cell.seal is Seal.NO and cell.proven and found is not None:
        text, more = say("round_page.say_no_rule", why=found.outlook.text), say("round_page.more_proven")
    elif cell.seal is Seal.NO:
        needed, present = _team_days(estimate, cell)
        text = say("round_page.say_no", **fields) if cell.short else say("round_page.say_over", **fields)
        more = say("round_page.more_no", needed=needed, present=present)
    elif cell.seal is Seal.TIGHT:
        text, more = say("round_page.say_tight", **fields), say("round_page.more_tight")
    else:
        needed, present = _team_days(estimate, cell)
        text = say("round_page.say_yes", **fields)
        each = f"{sum(able) / present:.1f}" if present else "0"
        more = say("round_page.more_yes", each=each, needed=needed, present=present)
        if cell.forms.waived:
            more = cell.forms.text
    return {
        "seal": kind,
        "word": say(f"round_page.seal_{kind}"),
        "say": text,
        "more": more,
        "use": round(cell.use, 4) if cell.use < 10 else 10,
        "short": cell.short,
        "proven": cell.proven,
        "notes": _crew_notes(trial),
    }


def _crew_notes(trial: Trial) -> list[Text]:
    notes = []
    if not trial.register.teams:
        notes.append(say("round_page.assumed_teams", teams=trial.count))
    elif trial.copies:
        notes.append(say("round_page.missing_teams", missing=trial.copies, present=len(trial.register.teams)))
    if trial.round.crews and (gone := set(trial.round.crews) - {team.id for team in trial.register.teams}):
        notes.append(say("round_page.gone_teams", teams="、".join(sorted(gone))))
    return notes


def _team_days(estimate: Estimate, cell: Cell) -> tuple[int, int]:
    whole = estimate.scarcities(cell.teams, cell.days)[0]
    return -int(-whole.needed // 1), int(whole.present)


# ---- matrix and days -------------------------------------------------------------------------------------------------


def short_word(cell: Cell) -> Text:
    """Return a verdict in two words: the seal with the share in per cent, or how many do not fit."""
    if cell.seal is Seal.NO and cell.short:
        return say("round_page.cell_short", short=cell.short)
    return say(f"round_page.cell_{cell.seal.value}", use=percent(cell.use))


def _matrix(trial: Trial, estimate: Estimate, chosen: Cell) -> dict[str, Any]:
    first_day = max(1, min(chosen.days - DAYS_LESS, len(estimate.days) - DAYS_LESS - DAYS_MORE))
    days = range(first_day, min(first_day + DAYS_LESS + DAYS_MORE, len(estimate.days)) + 1)
    first_team = max(1, min(chosen.teams - ROWS_LESS, len(estimate.teams) - ROWS_LESS - ROWS_MORE))
    teams = range(first_team, min(first_team + ROWS_LESS + ROWS_MORE, len(estimate.teams)) + 1)
    rows = []
    for team in reversed(teams):
        cells = []
        for day in days:
            on = (team, day) == (chosen.teams, chosen.days)
            cell = chosen if on else estimate.cell(team, day)
            cells.append({"seal": cell.seal.value, "text": short_word(cell), "on": on, "days": day})
        rows.append({"teams": team, "copies": max(0, team - len(trial.register.teams)), "cells": cells})
    return {"days": [*days], "rows": rows}


def _days(estimate: Estimate, able: Sequence[int], minimum: int) -> dict[str, Any]:
    each = estimate.counted / len(able) if able else 0.0
    return {
        "bars": [
            {"date": day.isoformat(), "label": label(day), "able": n, "odd": day.weekday() > 4, "low": n < each}
            for day, n in zip(estimate.days, able, strict=False)
        ],
        "need": round(each, 1),
        "minimum": minimum,
        "text": say("round_page.chart_days", least=min(able, default=0), most=max(able, default=0), need=f"{each:.0f}"),
    }


def label(day: date) -> Text:
    """Return a date as the axis of a chart names it."""
    return Text(f"{day.day} {WEEKDAYS[day.weekday()]}", f"{day.day} {day:%a}")


def _span(trial: Trial, days: Sequence[date]) -> Text:
    """Say from when to when the round lasts, and which days between are unlike their weekday."""
    first, last = days[0], days[-1]
    kind = trial.round.rule.day_kind
    text = say(
        "round_page.span",
        first=_dated(first),
        last=_dated(last),
        days=len(days),
        kind=say(f"round_form.day_kind_{kind.value}"),
    )
    if kind is DayKind.CALENDAR:
        return text
    between = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    made_up = [day for day in days if day.weekday() > 4]
    off = [day for day in between if day.weekday() < 5 and day not in days]
    for key, some in (("round_page.made_up", made_up), ("round_page.off", off)):
        if some:
            text = say("round_page.and_also", text=text, more=say(key, days=_joined(map(_dated, some))))
    return text


def _dated(day: date) -> Text:
    return Text(f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）", f"{day:%a} {day.day} {day:%b}")


def _joined(texts: Iterable[Text]) -> Text:
    listed = list(texts)
    return Text("、".join(text.zh for text in listed), ", ".join(text.en for text in listed))


# ---- what is scarce --------------------------------------------------------------------------------------------------


def _shown(found: Sequence[Scarcity]) -> list[Scarcity]:
    """All teams together always; beside them what is tighter than they are, or tight by itself, the tightest first."""
    rest = sorted((one for one in found[1:] if one.use > NEGLIGIBLE), key=lambda one: -one.use)
    return [found[0], *rest[:5]]


def _rule_row(trial: Trial, estimate: Estimate) -> Iterable[dict[str, Any]]:
    """Where every day must reach the minimum: the visits that this takes, and those there are."""
    rule = trial.round.rule
    if rule.days is not RuleDays.EVERY:
        return
    whole_days = rule.max_days - (rule.tail is Tail.REMAINDER)
    needed = rule.min_per_day * whole_days + (rule.tail is Tail.REMAINDER)
    present = estimate.counted + estimate.optional
    name = say("round_page.resource_rule", least=rule.min_per_day, days=rule.max_days)
    yield _row(name, present, float(needed), float(present), needed / max(present, 1))


def _scarce(one: Scarcity) -> dict[str, Any]:
    name = say(f"round_page.resource_{one.resource.value}", detail=_hours_word(one.detail))
    return _row(name, one.visits, one.needed, one.present, one.use)


def _row(name: Text, visits: int, needed: float, present: float, use: float) -> dict[str, Any]:
    """Return one line of what is scarce; lengths in per cent of the drawing."""
    left = present - needed
    top = max(needed, present, 1e-9) * 1.1
    return {
        "name": name,
        "visits": visits,
        "needed": _amount(needed),
        "present": _amount(present),
        "left": say("round_page.lacking" if left < 0 else "round_page.spare", amount=_amount(abs(left))),
        "tone": "no" if left < 0 else "tight" if use > TIGHT else "yes",
        "needs": round(100 * needed / top, 1),
        "has": round(100 * present / top, 1),
    }


def _amount(number: float) -> str:
    """Return a number without decimals from ten on, or where it is whole."""
    return f"{number:,.0f}" if number >= 10 or number == round(number) else f"{number:.1f}"


def _hours_word(detail: str) -> Text:
    """Return opening hours, or names of departments, as each language writes them."""
    zh = detail
    for number, name in enumerate(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")):
        zh = zh.replace(name, f"周{WEEKDAYS[number]}")
    return Text(zh.replace("-周", "至周").replace(":00-", ":00–").replace("; ", "；"), detail)


# ---- remedies --------------------------------------------------------------------------------------------------------


def _remedies(trial: Trial, estimate: Estimate, cell: Cell, found: Diagnosis | None) -> list[dict[str, Any]]:
    """Return changes that move the sliders, each with the verdict it leads to, and proposals that can only be tried."""
    if cell.seal is Seal.YES:
        return [*_savings(trial, estimate, cell)]
    made = [*_more_teams(trial, estimate, cell), *_more_days(estimate, cell)]
    if found is not None:
        made += _longer(trial, estimate, cell, found.outlook)
        made += _rules(trial, estimate, cell)
        known = {RemedyKind.TEAMS, RemedyKind.DAYS, RemedyKind.MINUTES_PER_DAY, RemedyKind.TAIL, RemedyKind.PER_DAY}
        made += [
            {"text": one.text, "then": None, "patch": None, "proposal": [one.kind.value, one.change]}
            for one in found.outlook.proposals
            if one.problem is not None and one.kind not in known
        ]
    return made[:MOST_REMEDIES]


def _offer(text: Text, cell: Cell, patch: dict[str, Any]) -> dict[str, Any]:
    then = say("round_page.then", verdict=short_word(cell))
    return {"text": text, "then": then, "seal": cell.seal.value, "patch": patch, "proposal": None}


def _savings(trial: Trial, estimate: Estimate, cell: Cell) -> Iterable[dict[str, Any]]:
    if cell.teams > 1 and (fewer := estimate.cell(cell.teams - 1, cell.days)).seal is not Seal.NO:
        yield _offer(say("round_page.fewer_teams", n=1), fewer, {"teams": cell.teams - 1})
    if cell.days > 1 and (shorter := estimate.cell(cell.teams, cell.days - 1)).seal is not Seal.NO:
        yield _offer(say("round_page.fewer_days", n=1), shorter, {"days": cell.days - 1})


def _best_two(cells: Iterable[Cell]) -> list[Cell]:
    """Return the first cell that may do, and the first that surely does."""
    chosen: list[Cell] = []
    for cell in cells:
        if cell.seal is not Seal.NO and not chosen:
            chosen.append(cell)
        if cell.seal is Seal.YES:
            if chosen[0] is not cell:
                chosen.append(cell)
            break
    return chosen


def _more_teams(trial: Trial, estimate: Estimate, cell: Cell) -> list[dict[str, Any]]:
    most = len(estimate.teams)
    better = _best_two(estimate.cell(teams, cell.days) for teams in range(cell.teams + 1, most + 1))
    if not better and cell.use < 9 and estimate.use(cell.teams, cell.days) > 1:
        # Beyond the teams that are counted, by the rule of three.
        wanted = -int(-cell.teams * estimate.use(cell.teams, cell.days) // TIGHT)
        if wanted > most:
            text = say("round_page.add_teams", n=wanted - cell.teams)
            return [{"text": text, "then": say("round_page.then_about"), "patch": {"teams": wanted}, "proposal": None}]
    return [_offer(say("round_page.add_teams", n=one.teams - cell.teams), one, {"teams": one.teams}) for one in better]


def _more_days(estimate: Estimate, cell: Cell) -> list[dict[str, Any]]:
    better = _best_two(estimate.cell(cell.teams, days) for days in range(cell.days + 1, len(estimate.days) + 1))
    return [
        _offer(
            say("round_page.add_days", n=one.days - cell.days, last=_dated(estimate.days[one.days - 1])),
            one,
            {"days": one.days},
        )
        for one in better[:1]
    ]


def _longer(trial: Trial, estimate: Estimate, cell: Cell, outlook: Outlook) -> Iterable[dict[str, Any]]:
    """Offer the overtime that the linear program asks for, with the verdict it leads to."""
    for one in outlook.proposals:
        if one.kind is RemedyKind.MINUTES_PER_DAY:
            minutes = int(one.change)
            then = estimate.longer(minutes).cell(cell.teams, cell.days)
            patch = {"overtime_min": trial.round.overtime_min + minutes}
            yield _offer(say("round_page.add_minutes", n=minutes), then, patch)


def _rules(trial: Trial, estimate: Estimate, cell: Cell) -> Iterable[dict[str, Any]]:
    """Offer another rule where the rule itself stands against the round."""
    if cell.forms.possible:
        return
    rule = trial.round.rule
    if rule.tail is Tail.STRICT:
        changed = estimate.cell(cell.teams, cell.days, replace(rule, tail=Tail.REMAINDER))
        if changed.forms.possible:
            yield _offer(say("round_page.loose_tail"), changed, {"rule": {"tail": Tail.REMAINDER.value}})
    if rule.days is RuleDays.EVERY:
        changed = estimate.cell(cell.teams, cell.days, replace(rule, days=RuleDays.ACTIVE))
        if changed.forms.possible:
            yield _offer(say("round_page.only_worked"), changed, {"rule": {"days": RuleDays.ACTIVE.value}})
    for least in range(rule.min_per_day - 1, 0, -1):
        changed = estimate.cell(cell.teams, cell.days, replace(rule, min_per_day=least))
        if changed.forms.possible:
            yield _offer(say("round_page.lower", least=least), changed, {"rule": {"min_per_day": least}})
            return


# ---- filters ---------------------------------------------------------------------------------------------------------


def _facets(trial: Trial) -> dict[str, list[list[Any]]]:
    """Return [value, located, to review] for each value of each filter."""
    return {
        name: [
            ["" if value is None else str(value), held.located, held.review]
            for value, held in values.items()
            if value is not None
        ]
        for name, values in trial.register.facets.counts(trial.round.scope).items()
    }
