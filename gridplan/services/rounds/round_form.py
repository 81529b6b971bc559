"""A round as a page edits it: plain JSON values out of a round and back, checked, and what differs between two of them in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from gridplan.intake.settings import LONGEST_MIN
from gridplan.model.crew import Team, TeamId
from gridplan.model.days import read_day
from gridplan.model.errors import InputError
from gridplan.model.place import AreaCode
from gridplan.model.round import Counts, DayKind, Round, RoundRule, RuleDays, RuleUnit, Scope, Tail
from gridplan.model.site import LicenceClass, SiteId, SiteKind
from gridplan.model.words import Text, say

E = TypeVar("E", bound=StrEnum)
Form = Mapping[str, Any]
LONGEST_NAME, LONGEST_LIST = 60, 100_000
_RULE: Mapping[str, type[StrEnum]] = {
    "unit": RuleUnit,
    "days": RuleDays,
    "day_kind": DayKind,
    "counts": Counts,
    "tail": Tail,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field in which two forms differ, as a person reads both."""

    field: str
    label: Text
    one: Text
    other: Text


def form_of(round_: Round) -> dict[str, Any]:
    """Return what a page shows of a round and may change."""
    rule, scope = round_.rule, round_.scope
    return {
        "name": round_.name,
        "start": round_.start.isoformat(),
        "rule": {"min_per_day": rule.min_per_day, "max_days": rule.max_days}
        | {name: str(getattr(rule, name)) for name in _RULE},
        "crews": [*round_.crews],
        "overtime_min": round_.overtime_min,
        "minutes": {kind.value: settings.minutes for kind, settings in round_.kinds.items()},
        "scope": {
            "kinds": [*map(str, scope.kinds)],
            "townships": [*scope.townships],
            "communities": [*scope.communities],
            "licences": [*map(str, scope.licences)],
            "competents": [*scope.competents],
            "files": [*scope.files],
            "least_priority": scope.least_priority,
            "exclude_status": [*scope.exclude_status],
            "sites": [*scope.sites],
        },
    }


def with_form(round_: Round, form: Form) -> Round:
    """Return the round with what a form says; what the form leaves out stays.

    Raises
    ------
    InputError
        A value is of the wrong type or out of range; the text names the field.
    """
    rule, scope = round_.rule, round_.scope
    asked, chosen = _table(form, "rule"), _table(form, "scope")
    minutes = _table(form, "minutes")
    kinds = {
        kind: replace(settings, minutes=_whole(minutes, kind.value, settings.minutes, 1, 600))
        for kind, settings in round_.kinds.items()
    }
    rule = RoundRule(
        min_per_day=_whole(asked, "min_per_day", rule.min_per_day, 1, 100_000),
        max_days=_whole(asked, "max_days", rule.max_days, 1, 366),
        unit=_choice(asked, "unit", RuleUnit, rule.unit),
        days=_choice(asked, "days", RuleDays, rule.days),
        day_kind=_choice(asked, "day_kind", DayKind, rule.day_kind),
        counts=_choice(asked, "counts", Counts, rule.counts),
        tail=_choice(asked, "tail", Tail, rule.tail),
    )
    scope = Scope(
        kinds=tuple(_member("kinds", kind, SiteKind) for kind in _texts(chosen, "kinds", scope.kinds)),
        townships=tuple(AreaCode(code) for code in _texts(chosen, "townships", scope.townships)),
        communities=tuple(AreaCode(code) for code in _texts(chosen, "communities", scope.communities)),
        licences=tuple(_member("licences", one, LicenceClass) for one in _texts(chosen, "licences", scope.licences)),
        competents=_texts(chosen, "competents", scope.competents),
        files=_texts(chosen, "files", scope.files),
        least_priority=_whole(chosen, "least_priority", scope.least_priority, 0, 9),
        exclude_status=_texts(chosen, "exclude_status", scope.exclude_status),
        sites=tuple(SiteId(site) for site in _texts(chosen, "sites", scope.sites)),
    )
    name = str(form.get("name", round_.name)).strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise _wrong("name", name)
    return replace(
        round_,
        name=name,
        start=_day(form, "start", round_.start),
        rule=rule,
        kinds=kinds,
        scope=scope,
        crews=tuple(TeamId(team) for team in _texts(form, "crews", round_.crews)),
        overtime_min=_whole(form, "overtime_min", round_.overtime_min, -LONGEST_MIN, LONGEST_MIN),
    )


def with_known_crews(round_: Round, before: Round, teams: Collection[Team]) -> Round:
    """Return the round, none of whose crews was just named that does not exist: it would mean every team.

    What `before` had stays, whether that team has been taken away since or not; an office without teams is asked for none.

    Raises
    ------
    InputError
        There is no such team.
    """
    known = {team.id for team in teams}.union(before.crews)
    if teams and (strange := next((team for team in round_.crews if team not in known), None)):
        raise InputError(say("crews.no_team", team=strange))
    return round_


def from_query(query: Mapping[str, str], base: Form) -> dict[str, Any]:
    """Return the form that an address means: `base` with the fields it names by their dotted names, lists with commas.

    What the address says of unknown fields, or in a way that cannot be read, is left out.
    """
    result: dict[str, Any] = {key: dict(value) if isinstance(value, Mapping) else value for key, value in base.items()}
    known = flat(base) | {"copies": 0}
    for name, text in query.items():
        if name not in known:
            continue
        value: Any = text
        if isinstance(known[name], int):
            if not (text.isascii() and text.lstrip("-").isdigit()):
                continue
            value = int(text)
        elif isinstance(known[name], list):
            value = text.split(",") if text else []
        section, _, key = name.partition(".")
        if key:
            result[section][key] = value
        else:
            result[section] = value
    return result


def flat(form: Form) -> dict[str, Any]:
    """Return the fields of a form by dotted names: `rule.max_days`, `minutes.office`, `scope.kinds` …"""
    found: dict[str, Any] = {}
    for key, value in form.items():
        if isinstance(value, Mapping):
            found |= {f"{key}.{name}": item for name, item in value.items()}
        else:
            found[key] = value
    return found


def changed_onto(theirs: Form, base: Form, mine: Form) -> dict[str, Any]:
    """Return `theirs` with every field that `mine` changed since `base`."""
    result: dict[str, Any] = {
        key: dict(value) if isinstance(value, Mapping) else value for key, value in theirs.items()
    }
    before = flat(base)
    for name, value in flat(mine).items():
        if name in flat(theirs) and before.get(name) != value:
            section, _, key = name.partition(".")
            if key:
                result[section][key] = value
            else:
                result[section] = value
    return result


def differences(one: Form, other: Form, names: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return the fields in which two forms differ; `names` says the codes of areas and teams as people do."""
    left, right = flat(one), flat(other)
    return tuple(
        Difference(
            field=field, label=_label(field), one=_said(field, left[field], names), other=_said(field, value, names)
        )
        for field, value in right.items()
        if field in left and left[field] != value
    )


def _label(field: str) -> Text:
    section, _, key = field.partition(".")
    if section == "minutes":
        return say("round_form.minutes_of", kind=kind_word(key))
    return say(f"round_form.{key or section}")


def kind_word(kind: str) -> Text:
    """Return what a kind of sites is called."""
    return say(f"glossary.{'community_kind' if kind == SiteKind.COMMUNITY else kind}")


def _said(field: str, value: Any, names: Mapping[str, str]) -> Text:
    key = field.partition(".")[2] or field
    if key in _RULE:
        return say(f"round_form.{key}_{value}")
    if isinstance(value, list):
        if not value:
            return say("round_form.none" if key == "exclude_status" else "round_form.everything")
        if key == "sites":
            return say("round_form.n_sites", sites=len(value))
        if key == "kinds":
            said = [kind_word(kind) for kind in value]
            return Text("、".join(word.zh for word in said), ", ".join(word.en for word in said))
        if key == "licences":
            said = [say(f"glossary.licence_{one}") for one in value]
            return Text("、".join(word.zh for word in said), ", ".join(word.en for word in said))
        return Text(
            "、".join(names.get(item, item) for item in value), ", ".join(names.get(item, item) for item in value)
        )
    return Text(str(value), str(value))


def _wrong(field: str, value: object) -> InputError:
    return InputError(say("round_form.bad_value", field=_label(field), value=str(value)[:60]))


def _table(form: Form, key: str) -> Form:
    value = form.get(key, {})
    if not isinstance(value, Mapping):
        raise InputError(say("round_form.bad_form"))
    return value


def _whole(form: Form, key: str, default: int, low: int, high: int) -> int:
    value = form.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        known = {kind.value for kind in SiteKind}
        raise _wrong(f"minutes.{key}" if key in known else key, value)
    return value


def _texts(form: Form, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    value = form.get(key, default)
    if (
        not isinstance(value, list | tuple)
        or len(value) > LONGEST_LIST
        or not all(isinstance(item, str) and len(item) <= 200 for item in value)
    ):
        raise _wrong(key, value)
    return tuple(dict.fromkeys(str(item) for item in value))


def _choice(form: Form, key: str, kind: type[E], default: E) -> E:
    return _member(key, form.get(key, default), kind)


def _member(key: str, value: object, kind: type[E]) -> E:
    try:
        return kind(str(value))
    except ValueError:
        raise _wrong(key, value) from None


def _day(form: Form, key: str, default: date) -> date:
    value = form.get(key)
    if value is None:
        return default
    try:
        return read_day(str(value))
    except ValueError:
        raise _wrong(key, value) from None
