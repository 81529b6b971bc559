"""Reads the settings of a round (round.toml) and the names of foreign lists (mapping.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from gridplan.intake.lists import GAZETTEER_COLUMNS, SITE_COLUMNS, SITE_DEFAULTS
from gridplan.intake.tiles import TILE_KEYS, read_tiles
from gridplan.intake.toml import Section, read_toml
from gridplan.intake.travel import TRAVEL_KEYS, read_travel
from gridplan.model.crew import TeamId
from gridplan.model.errors import InputError
from gridplan.model.hours import DAY_S, parse_hours
from gridplan.model.place import AreaCode, AreaLevel, Datum, FixLevel
from gridplan.model.release import AS_THE_DAY_BEGINS, Release
from gridplan.model.round import (
    PRESETS,
    Counts,
    DayKind,
    KindSettings,
    Limits,
    PlanEngine,
    Round,
    RoundRule,
    RuleDays,
    RuleUnit,
    SampleWish,
    Scope,
    Tail,
    Unlocated,
    Wishes,
    WishPreset,
)
from gridplan.model.site import LicenceClass, SiteId, SiteKind, VisitMode
from gridplan.model.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """What mapping.toml says of one list of several: its date, and its own columns, kinds, defaults and datum.

    `unread` are headers that are not what they are called.
    """

    date: date | None = None
    datum: Datum | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, SiteKind] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


_ROUND = (
    "name",
    "district",
    "start",
    "datum",
    "seed",
    "unlocated",
    "min_fix",
    "rule",
    "calendar",
    "scope",
    "kinds",
    "travel",
    "wishes",
    "limits",
    "sample",
    "merge",
    "tier",
    "engine",
    "map",
    "release",
    "field",
    "crew",
)
LONGEST_MIN = 240
"""By how many minutes the days of a round are longer or shorter at most."""
_KIND = ("minutes", "mode", "departments", "open", "minutes_by_class", "minutes_by_size")
_AREA_KEYS = ("level", "name", "code", "parent_code", "parent")
_INSPECTION, _PATROL = VisitMode.INSPECTION, VisitMode.PATROL
KIND_DEFAULTS: Mapping[SiteKind, KindSettings] = {
    kind: KindSettings(minutes=minutes, mode=mode, departments=(), opening=parse_hours(open_))
    for kind, minutes, mode, open_ in (
        (SiteKind.INSTITUTION, 35, _INSPECTION, "Mo-Su 08:00-20:30"),
        (SiteKind.CHILDCARE, 30, _PATROL, "Mo-Fr 10:00-19:00"),
        (SiteKind.COMPOUND, 30, _PATROL, "Mo-Su 08:00-20:30"),
        (SiteKind.OFFICE, 35, _PATROL, "Mo-Fr 08:30-18:00"),
        (SiteKind.COMMUNITY, 30, _PATROL, "Mo-Fr 08:30-17:30"),
    )
}
"""What a visit takes where round.toml says nothing about the kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """How a foreign folder names things; all empty where there is no mapping.toml.

    `columns` and `gazetteer`: our column → theirs · `kinds`: value in the file → kind, "*" = all others · `defaults`: our
    column → value of empty cells · `sources`: file name → what differs in that list · `areas`: file name → {level, name, code, parent_code, parent} · `scheme`: level → length
    of its codes.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, SiteKind] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    gazetteer: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
    areas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scheme: Mapping[AreaLevel, int] = field(default_factory=dict)


def read_round(path: Path, *, beside: bool = True) -> Round:
    """Read round.toml; what is absent has the default of the model. Without `beside` files that it names are not read.

    Raises
    ------
    InputError
        The file cannot be read, a key is unknown or missing, or a value is of the wrong type or out of range.
    """
    top = read_toml(path, _ROUND)
    top.need("name", "district", "start")
    start = top.day("start")
    assert start is not None
    calendar = top.section("calendar", ("workdays", "holidays"))
    workdays, holidays = calendar.days("workdays"), calendar.days("holidays")
    if both := sorted(workdays & holidays):
        raise calendar.wrong("holidays", both[0], say("intake.want_one_calendar"))
    seed = top.whole("seed", 1, low=0, high=2**31 - 1)
    limits = _limits(top.section("limits", Limits.__dataclass_fields__))
    engine = top.choice("engine", PlanEngine, PlanEngine.AUTO)
    if engine is PlanEngine.ORTOOLS and (limits.townships_per_team_day or limits.night_visits):
        raise top.wrong("engine", engine.value, say("intake.want_auto"))
    crew = top.section("crew", ("teams", "overtime_min"))
    return Round(
        name=top.text("name"),
        district=top.text("district"),
        start=start,
        datum=top.choice("datum", Datum, Datum.WGS84),
        seed=seed,
        unlocated=top.choice("unlocated", Unlocated, Unlocated.EXCLUDE),
        min_fix=top.choice("min_fix", FixLevel, FixLevel.COMMUNITY, without=(FixLevel.NONE,)),
        rule=_rule(top.section("rule", RoundRule.__dataclass_fields__)),
        workdays=workdays,
        holidays=holidays,
        scope=_scope(top.section("scope", Scope.__dataclass_fields__)),
        kinds=_kinds(top.section("kinds", [kind.value for kind in SiteKind])),
        travel=read_travel(top.section("travel", TRAVEL_KEYS), path.parent if beside else None),
        wishes=_wishes(top.section("wishes", Wishes.__dataclass_fields__)),
        limits=limits,
        sample=_sample(top.section("sample", SampleWish.__dataclass_fields__), seed) if "sample" in top else None,
        merge=top.flag("merge", False),
        tier=top.text("tier"),
        engine=engine,
        tiles=read_tiles(top.section("map", TILE_KEYS)),
        release=_release(top.section("release", ("at", "days_before", "hours_before"))),
        navigation=top.section("field", ("navigation",)).flag("navigation", True),
        crews=tuple(TeamId(team) for team in crew.texts("teams")),
        overtime_min=crew.whole("overtime_min", 0, low=-LONGEST_MIN, high=LONGEST_MIN),
    )


def _release(section: Section) -> Release:
    """Read from when on the crews may see their routes."""
    if "hours_before" in section:
        if len(section.data) > 1:
            raise section.wrong("hours_before", section.data["hours_before"], say("intake.want_one_release"))
        return Release(hours_before=section.number("hours_before", 0.0, low=0, high=24 * 366))
    return Release(
        days_before=section.whole("days_before", AS_THE_DAY_BEGINS.days_before, low=0, high=366),
        at_s=section.clock("at") if "at" in section else AS_THE_DAY_BEGINS.at_s,
    )


def _wishes(section: Section) -> Wishes:
    """Read the preset, and each weight that is named instead of the preset's own."""
    wishes = PRESETS[section.choice("preset", WishPreset, WishPreset.FEWEST_TEAM_DAYS)]
    weights: dict[str, Any] = {
        key: section.number(key, 0, low=0, high=10_000) for key in section.data if key not in ("preset", "band_min")
    }
    if "band_min" in section:
        match section.data["band_min"]:
            case [int() as low, int() as high] if 0 <= low <= high <= DAY_S // 60:
                wishes = replace(wishes, band_min=(low, high))
            case other:
                raise section.wrong("band_min", other, say("intake.want_band"))
    return replace(wishes, **weights)


def _limits(section: Section) -> Limits:
    cap = section.data.get("yearly_cap", {})
    kinds = [kind.value for kind in SiteKind]
    caps = section.section("yearly_cap", kinds) if isinstance(cap, dict) else section
    named = caps.data if isinstance(cap, dict) else kinds
    return Limits(
        townships_per_team_day=section.whole("townships_per_team_day", 0, low=0, high=1000),
        night_visits=section.whole("night_visits", 0, low=0, high=100_000),
        yearly_cap={
            SiteKind(kind): caps.whole(kind if isinstance(cap, dict) else "yearly_cap", 1, low=1, high=366)
            for kind in named
        },
    )


def _sample(section: Section, seed: int) -> SampleWish:
    if ("size" in section) == ("share" in section):
        raise section.wrong("", "size, share", say("intake.want_size_or_share"))
    minutes = section.whole("minutes", 1, low=1, high=600) if "minutes" in section else None
    return SampleWish(
        size=section.whole("size", 0, low=1, high=100_000) if "size" in section else 0,
        share=section.number("share", 0.0, low=0.0001, high=1) if "share" in section else 0.0,
        kinds=section.choices("kinds", SiteKind),
        seed=section.whole("seed", seed, low=0, high=2**31 - 1),
        minutes=minutes,
    )


def _rule(section: Section) -> RoundRule:
    usual = RoundRule()
    return RoundRule(
        min_per_day=section.whole("min_per_day", usual.min_per_day, low=1, high=100_000),
        max_days=section.whole("max_days", usual.max_days, low=1, high=366),
        unit=section.choice("unit", RuleUnit, usual.unit),
        days=section.choice("days", RuleDays, usual.days),
        day_kind=section.choice("day_kind", DayKind, usual.day_kind),
        counts=section.choice("counts", Counts, usual.counts),
        tail=section.choice("tail", Tail, usual.tail),
    )


def _scope(section: Section) -> Scope:
    return Scope(
        kinds=section.choices("kinds", SiteKind),
        townships=tuple(AreaCode(code) for code in section.texts("townships")),
        exclude_status=section.texts("exclude_status"),
        communities=tuple(AreaCode(code) for code in section.texts("communities")),
        licences=section.choices("licences", LicenceClass),
        competents=section.texts("competents"),
        files=section.texts("files"),
        least_priority=section.whole("least_priority", 0, low=0, high=9),
        sites=tuple(SiteId(site) for site in section.texts("sites")),
    )


def _kinds(section: Section) -> dict[SiteKind, KindSettings]:
    kinds = {}
    for kind, usual in KIND_DEFAULTS.items():
        one = section.section(kind.value, _KIND)
        by_class = one.section("minutes_by_class", [licence.value for licence in LicenceClass])
        kinds[kind] = KindSettings(
            minutes=one.whole("minutes", usual.minutes, low=1, high=600),
            mode=one.choice("mode", VisitMode, usual.mode),
            departments=one.texts("departments", usual.departments),
            opening=one.hours("open", usual.opening),
            minutes_by_class={LicenceClass(name): by_class.whole(name, 1, low=1, high=600) for name in by_class.data},
            minutes_by_size=_by_size(one),
        )
    return kinds


def _by_size(section: Section) -> tuple[tuple[int, int], ...]:
    pairs = section.pairs("minutes_by_size")
    if any(not 1 <= minutes <= 600 for _, minutes in pairs):
        raise section.wrong("minutes_by_size", section.data["minutes_by_size"], say("intake.want_pairs"))
    return pairs


def read_mapping(path: Path) -> ColumnMapping:
    """Read mapping.toml; where it is absent nothing is foreign.

    Raises
    ------
    InputError
        The file cannot be read, or a key, kind or level is unknown.
    """
    if not path.exists():
        return ColumnMapping()
    top = read_toml(path, ("sites", "sources", "areas", "gazetteer"))
    sites = top.section("sites", ("columns", "kinds", "defaults"))
    gazetteer = top.section("gazetteer", ("columns",)).section("columns", GAZETTEER_COLUMNS.names)
    areas, scheme = _areas(top)
    return ColumnMapping(
        columns=_columns(sites),
        kinds=_kind_values(sites),
        defaults=_defaults(sites),
        sources=_sources(top),
        gazetteer={key: gazetteer.text(key) for key in gazetteer.data},
        areas=areas,
        scheme=scheme,
    )


def _columns(section: Section) -> dict[str, str]:
    columns = section.section("columns", SITE_COLUMNS.names)
    return {key: columns.text(key) for key in columns.data}


def _defaults(section: Section) -> dict[str, str]:
    defaults = section.section("defaults", SITE_DEFAULTS)
    if "kind" in defaults:
        defaults.choice("kind", SiteKind, SiteKind.INSTITUTION)
    return {key: _default(defaults, key) for key in defaults.data}


def _sources(top: Section) -> dict[str, SourceSettings]:
    data = top.data.get("sources", {})
    section = top.section("sources", data if isinstance(data, dict) else ())
    found = {}
    for name in section.data:
        if "." not in name:
            raise InputError(say("intake.sources_key", file=top.file, key=name))
        one = section.section(name, ("date", "datum", "columns", "kinds", "defaults", "unread"))
        found[name] = SourceSettings(
            date=one.day("date"),
            datum=one.choice("datum", Datum, Datum.WGS84) if "datum" in one else None,
            columns=_columns(one),
            kinds=_kind_values(one),
            defaults=_defaults(one),
            unread=one.texts("unread"),
        )
    return found


def _kind_values(sites: Section) -> dict[str, SiteKind]:
    data = sites.data.get("kinds", {})
    if not isinstance(data, dict):
        raise sites.wrong("kinds", data, say("intake.want_table"))
    section = sites.section("kinds", data)
    return {value: section.choice(value, SiteKind, SiteKind.INSTITUTION) for value in data}


def _default(section: Section, key: str) -> str:
    value = section.data[key]
    if isinstance(value, list):
        return ";".join(section.texts(key))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return section.text(key)


def _areas(top: Section) -> tuple[dict[str, dict[str, Any]], dict[AreaLevel, int]]:
    data = top.data.get("areas", {})
    section = top.section("areas", data if isinstance(data, dict) else ())
    files: dict[str, dict[str, Any]] = {}
    for name in section.data:
        if name == "scheme":
            continue
        if "." not in name:
            raise InputError(say("intake.areas_key", file=top.file, key=name))
        one = section.section(name, _AREA_KEYS)
        files[name] = {key: one.text(key) for key in one.data}
    lengths = section.section("scheme", [level.value for level in AreaLevel])
    return files, {AreaLevel(key): lengths.whole(key, 1, low=1, high=40) for key in lengths.data}
