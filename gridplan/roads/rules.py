"""What the tags of a street mean for each travel mode by its profile: who may use it, in which direction, how fast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gridplan.model.crew import TravelMode
from gridplan.roads.profiles import Profile, Profiles

Tags = Mapping[str, str]

_FORWARD, _BACKWARD = {"yes", "true", "1"}, {"-1", "reverse"}
_MAXSPEED = re.compile(r"^(\d{1,3}(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?$")
_MAXSPEED_WORDS = re.compile(r"^(none|signals|variable|[A-Z]{2}:[A-Za-z0-9_:]+|implicit|sign)$")
_MPH_KMH = 1.609344


class Oddity(StrEnum):
    """What the reader met and treats in a way the user should know; each is a word `roads.odd_…`."""

    FERRY = "ferry"
    REVERSIBLE = "reversible"
    CONDITIONAL = "conditional"
    MAXSPEED = "maxspeed"
    VIA_WAY = "via_way"
    UNCLEAR_TURN = "unclear_turn"
    CUT = "cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class WayRule:
    """Speeds of one way in km/h, (along, against) its direction for each mode; 0 is closed."""

    kmh: Mapping[TravelMode, tuple[float, float]]
    oddities: frozenset[Oddity]

    @property
    def open(self) -> bool:
        """Whether any mode may use the way in any direction."""
        return any(speed > 0 for pair in self.kmh.values() for speed in pair)


def read_way(tags: Tags, profiles: Profiles) -> WayRule | None:
    """Return what a way with these tags allows, or None when it is no street (a street under construction is none)."""
    if tags.get("route") == "ferry":
        return WayRule(kmh={}, oddities=frozenset({Oddity.FERRY}))
    klass = tags.get("highway", "")
    if klass not in profiles[TravelMode.CAR].kmh:
        return None
    odd: set[Oddity] = set()
    if any(key.endswith(":conditional") and key.split(":")[0] in {"access", "oneway", "motor_vehicle"} for key in tags):
        odd.add(Oddity.CONDITIONAL)
    return WayRule(
        kmh={mode: _speeds(klass, profiles[mode], tags, odd) for mode in TravelMode}, oddities=frozenset(odd)
    )


def blocks(tags: Tags, profile: Profile) -> bool:
    """Whether a node with these tags (bollard, gate, `access=no`) stops those who travel so."""
    allowed = _access(tags, profile)
    return tags.get("barrier") in profile.barriers if allowed is None else not allowed


def turn_rule(tags: Tags, profile: Profile) -> str:
    """Return the restriction (`no_left_turn`, `only_straight_on` …) that binds those who travel so, or ""."""
    if profile.free & set(re.split(r"\s*;\s*", tags.get("except", ""))):
        return ""
    for key in profile.restrictions:
        if tags.get(key, "").startswith(("no_", "only_")):
            return tags[key]
    return ""


def _speeds(klass: str, profile: Profile, tags: Tags, odd: set[Oddity]) -> tuple[float, float]:
    kmh = profile.kmh[klass]
    opened = any(tags.get(key) in profile.opening_values for key in profile.opening)
    if kmh == 0 and opened and klass not in profile.never:
        kmh = profile.opened_kmh
    if (
        tags.get("motorroad") == "yes"
        and not profile.motorroad
        and tags.get(profile.opening[0] if profile.opening else "") not in profile.opening_values
    ):
        kmh = 0
    if kmh == 0 or _access(tags, profile) is False:
        return 0, 0
    kmh *= profile.surface_factor.get(tags.get("surface", ""), 1.0)
    along, against = _directions(klass, profile, tags, odd)
    return (_limited(kmh, profile, tags, "forward", odd) if along else 0), (
        _limited(kmh, profile, tags, "backward", odd) if against else 0
    )


def _access(tags: Tags, profile: Profile) -> bool | None:
    """Return what the tags say of access, None when they are silent. Of several values one open one is enough."""
    for key in profile.access:
        if key in tags:
            return any(value.strip() not in profile.closed for value in tags[key].split(";"))
    return None


def _directions(klass: str, profile: Profile, tags: Tags, odd: set[Oddity]) -> tuple[bool, bool]:
    """Return whether one may go (along, against) the way."""
    value = next((tags[key] for key in profile.oneway if key in tags), "")
    ring = klass == "motorway" or tags.get("junction") in {"roundabout", "circular"}
    if not value and ring and profile.ring_oneway:
        value = "yes"
    if value == "reversible":  # its direction at the hour of the visit is not known
        odd.add(Oddity.REVERSIBLE)
        return False, False
    contraflow = profile.contraflow and tags.get("cycleway", "").startswith("opposite")
    return value not in _BACKWARD or contraflow, value not in _FORWARD or contraflow


def _limited(kmh: float, profile: Profile, tags: Tags, direction: str, odd: set[Oddity]) -> float:
    """Return the usual speed, never above the posted limit. A limit above it does not make traffic faster."""
    value = tags.get(f"maxspeed:{direction}", tags.get("maxspeed", "")).strip()
    if not profile.maxspeed or not value or _MAXSPEED_WORDS.match(value):
        return kmh
    if value == "walk":
        return min(kmh, 5.0)
    limit = read_limit_kmh(value)
    if limit < 1:
        odd.add(Oddity.MAXSPEED)
        return kmh
    return min(kmh, limit)


def read_limit_kmh(value: str) -> float:
    """Return a posted limit (`40`, `25 mph`) in km/h, 0 for what is none."""
    match = _MAXSPEED.match(value)
    return float(match[1]) * (_MPH_KMH if match[2] == "mph" else 1) if match else 0.0


def is_limit(value: str) -> bool:
    """Whether a posted limit can be read: a speed above zero, or one of the words for it."""
    text = value.strip()
    return not text or text == "walk" or bool(_MAXSPEED_WORDS.match(text)) or read_limit_kmh(text) >= 1
