"""Reads `[travel]` of round.toml: how teams travel, who measures the legs, the hours in which streets are slow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gridplan.intake.toml import Section, nearest, read_toml
from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.round import BusyHours, TravelSettings, TravelSource
from gridplan.model.travel_document import HIGHEST_FACTOR, LOWEST_FACTOR, profiles_text
from gridplan.model.words import say

TRAVEL_KEYS = ("mode", "speed_kmh", "detour", "setup_min", "engine", "url", "profiles", "factors")
_MODES = tuple(mode.value for mode in TravelMode)


def read_travel(section: Section, folder: Path | None) -> TravelSettings:
    """Read the table; `folder` holds the file that `profiles` names, None where the profiles are not asked for.

    Raises
    ------
    InputError
        A value is wrong, or the file of profiles is missing or no TOML. Its keys are judged where it is used.
    """
    usual = TravelSettings()
    mode = section.choice("mode", TravelMode, usual.mode)
    speed = section.number("speed_kmh", usual.speed_kmh[mode], low=0.5, high=200)
    engine = section.choice("engine", TravelSource, usual.engine)
    if ("url" in section) != (engine is not TravelSource.AUTO):
        raise section.wrong("url", section.data.get("url", ""), say("intake.want_url_with_engine"))
    return TravelSettings(
        mode=mode,
        speed_kmh={**usual.speed_kmh, mode: speed},
        detour=section.number("detour", usual.detour, low=1, high=10),
        set_up_min=section.whole("setup_min", usual.set_up_min, low=0, high=240),
        engine=engine,
        urls=_urls(section, mode, engine),
        profiles=_profiles(section, folder),
        factors=_factors(section),
    )


def _urls(section: Section, mode: TravelMode, engine: TravelSource) -> dict[str, str]:
    """Read one address, or one for each mode. A server of OSRM knows one mode alone: one address is that of the round's mode."""
    value = section.data.get("url")
    if value is None:
        return {}
    if isinstance(value, str):
        return {mode.value if engine is TravelSource.OSRM else "": _address(section, "url", value)}
    by_mode = section.section("url", _MODES)
    return {key: _address(by_mode, key, by_mode.text(key)) for key in by_mode.data}


def _address(section: Section, key: str, value: str) -> str:
    try:
        parts = urlsplit(value.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
        good = good and parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or any(char.isspace() or not char.isprintable() for char in value.strip()):
        raise section.wrong(key, value, say("intake.want_url"))
    return value.strip().rstrip("/")


def _profiles(section: Section, folder: Path | None) -> str:
    value = section.data.get("profiles", {})
    if isinstance(value, dict):
        changed: Mapping[str, Any] = value
    elif folder is None:
        return ""
    else:
        name = section.text("profiles")
        if Path(name).name != name or not name.lower().endswith(".toml"):
            raise section.wrong("profiles", name, say("intake.want_profiles"))
        if not (folder / name).is_file():
            raise InputError(say("run.no_file", folder=folder, file=name))
        changed = read_toml(folder / name, _MODES).data
    try:
        return profiles_text(dict(changed))
    except TypeError:  # a date or a time: no profile has any
        raise section.wrong("profiles", value, say("intake.want_profiles")) from None


def _factors(section: Section) -> tuple[BusyHours, ...]:
    found = []
    for one in section.sections("factors", ("from", "to", "factor", "modes")):
        one.need("from", "to", "factor")
        from_s, to_s = one.clock("from"), one.clock("to")
        if from_s >= to_s:
            raise one.wrong("to", one.data["to"], say("intake.want_later"))
        modes = one.texts("modes")
        for mode in modes:
            if mode not in _MODES:
                raise one.wrong("modes", mode, nearest(mode, _MODES))
        found.append(
            BusyHours(
                from_s=from_s,
                to_s=to_s,
                factor=one.number("factor", 1, low=LOWEST_FACTOR, high=HIGHEST_FACTOR),
                modes=tuple(TravelMode(mode) for mode in modes),
            )
        )
    return tuple(found)
