"""What the tags of a street mean for each travel mode: who may use it, in which direction, how fast. Tables first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gridplan.model.crew import TravelMode

Tags = Mapping[str, str]
_WALK, _EBIKE, _CAR = TravelMode.WALK, TravelMode.EBIKE, TravelMode.CAR

# Usual speeds in km/h in Chinese towns, waiting at lights included. 0: closed unless a tag opens it to this very mode.
#                       walk ebike car
_CLASSES: dict[str, tuple[float, float, float]] = {
    "motorway": (0, 0, 75),
    "motorway_link": (0, 0, 40),
    "trunk": (5, 16, 50),
    "trunk_link": (5, 16, 35),
    "primary": (5, 16, 35),
    "primary_link": (5, 16, 30),
    "secondary": (5, 16, 30),
    "secondary_link": (5, 16, 25),
    "tertiary": (5, 16, 28),
    "tertiary_link": (5, 16, 22),
    "unclassified": (5, 16, 22),
    "residential": (5, 15, 20),
    "road": (5, 15, 20),
    "living_street": (5, 12, 12),
    "service": (5, 12, 12),
    "track": (5, 12, 12),
    "busway": (0, 0, 0),
    "cycleway": (5, 16, 0),
    "path": (5, 10, 0),
    "pedestrian": (5, 0, 0),
    "footway": (5, 0, 0),
    "platform": (5, 0, 0),
    "corridor": (4, 0, 0),
    "steps": (2.5, 0, 0),
}
_OPENED_KMH = {_WALK: 5.0, _EBIKE: 10.0, _CAR: 10.0}  # on a class that a tag opens
_NEVER = {("steps", _EBIKE), ("steps", _CAR)}

# Most telling key first.
_ACCESS_KEYS = {
    _WALK: ("foot", "access"),
    _EBIKE: ("bicycle", "vehicle", "access"),
    _CAR: ("motorcar", "motor_vehicle", "vehicle", "access"),
}
_OPENING_KEYS = {_WALK: ("foot",), _EBIKE: ("bicycle",), _CAR: ("motorcar", "motor_vehicle")}
_OPENING_VALUES = {"yes", "designated", "permissive", "destination", "official"}
_CLOSED = frozenset(
    {"no", "private", "permit", "residents", "restricted", "military", "emergency"}
    | {"delivery", "agricultural", "forestry", "use_sidepath", "dismount"}
)
# A shop's yard is no short cut for a vehicle, but one may walk through it.
_CLOSED_TO = {_WALK: _CLOSED, _EBIKE: _CLOSED | {"customers"}, _CAR: _CLOSED | {"customers"}}

_ONEWAY_KEYS = {
    _WALK: ("oneway:foot",),
    _EBIKE: ("oneway:bicycle", "oneway:vehicle", "oneway"),
    _CAR: ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway"),
}
_FORWARD, _BACKWARD = {"yes", "true", "1"}, {"-1", "reverse"}

# Barriers on a node that stop a mode unless an access tag lets it pass. Gates stand open; walkers pass all of them.
_BICYCLE_PROOF = frozenset({"stile", "turnstile", "full-height_turnstile", "kissing_gate", "log", "jersey_barrier"})
_CAR_PROOF = _BICYCLE_PROOF | {
    "bollard",
    "block",
    "cycle_barrier",
    "motorcycle_barrier",
    "planter",
    "chain",
    "bus_trap",
}
_BARRIERS: dict[TravelMode, frozenset[str]] = {_WALK: frozenset(), _EBIKE: _BICYCLE_PROOF, _CAR: _CAR_PROOF}

_MAXSPEED = re.compile(r"^(\d{1,3}(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?$")
_MAXSPEED_WORDS = re.compile(r"^(none|signals|variable|[A-Z]{2}:[A-Za-z0-9_:]+|implicit|sign)$")
_MPH_KMH = 1.609344

# Keys of turn restrictions that bind a mode, and the words of `except` that free it. Walking is bound by none.
_RESTRICTION_KEYS = {
    _EBIKE: ("restriction", "restriction:bicycle"),
    _CAR: ("restriction", "restriction:motorcar", "restriction:motor_vehicle"),
}
_EXCEPT = {_EBIKE: {"bicycle"}, _CAR: {"motorcar", "motor_vehicle"}}


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


def read_way(tags: Tags) -> WayRule | None:
    """Return what a way with these tags allows, or None when it is no street (a street under construction is none)."""
    if tags.get("route") == "ferry":
        return WayRule(kmh={}, oddities=frozenset({Oddity.FERRY}))
    klass = tags.get("highway", "")
    if klass not in _CLASSES:
        return None
    odd: set[Oddity] = set()
    if any(key.endswith(":conditional") and key.split(":")[0] in {"access", "oneway", "motor_vehicle"} for key in tags):
        odd.add(Oddity.CONDITIONAL)
    return WayRule(kmh={mode: _speeds(klass, mode, tags, odd) for mode in TravelMode}, oddities=frozenset(odd))


def blocks(tags: Tags, mode: TravelMode) -> bool:
    """Whether a node with these tags (bollard, gate, `access=no`) stops `mode`."""
    allowed = _access(tags, mode)
    return tags.get("barrier") in _BARRIERS[mode] if allowed is None else not allowed


def turn_rule(tags: Tags, mode: TravelMode) -> str:
    """Return the restriction (`no_left_turn`, `only_straight_on` …) that binds `mode`, or ""."""
    if _EXCEPT.get(mode, set()) & set(re.split(r"\s*;\s*", tags.get("except", ""))):
        return ""
    for key in _RESTRICTION_KEYS.get(mode, ()):
        if tags.get(key, "").startswith(("no_", "only_")):
            return tags[key]
    return ""


def _speeds(klass: str, mode: TravelMode, tags: Tags, odd: set[Oddity]) -> tuple[float, float]:
    kmh = _CLASSES[klass][list(TravelMode).index(mode)]
    if (
        kmh == 0
        and (klass, mode) not in _NEVER
        and any(tags.get(key) in _OPENING_VALUES for key in _OPENING_KEYS[mode])
    ):
        kmh = _OPENED_KMH[mode]
    if tags.get("motorroad") == "yes" and mode is not _CAR and tags.get(_OPENING_KEYS[mode][0]) not in _OPENING_VALUES:
        kmh = 0
    if kmh == 0 or _access(tags, mode) is False:
        return 0, 0
    along, against = _directions(klass, mode, tags, odd)
    return (_limited(kmh, mode, tags, "forward", odd) if along else 0), (
        _limited(kmh, mode, tags, "backward", odd) if against else 0
    )


def _access(tags: Tags, mode: TravelMode) -> bool | None:
    """Return what the tags say of access, None when they are silent. Of several values one open one is enough."""
    for key in _ACCESS_KEYS[mode]:
        if key in tags:
            return any(value.strip() not in _CLOSED_TO[mode] for value in tags[key].split(";"))
    return None


def _directions(klass: str, mode: TravelMode, tags: Tags, odd: set[Oddity]) -> tuple[bool, bool]:
    """Return whether `mode` may go (along, against) the way."""
    value = next((tags[key] for key in _ONEWAY_KEYS[mode] if key in tags), "")
    if not value and mode is not _WALK and (klass == "motorway" or tags.get("junction") in {"roundabout", "circular"}):
        value = "yes"
    if value == "reversible":  # its direction at the hour of the visit is not known
        odd.add(Oddity.REVERSIBLE)
        return False, False
    contraflow = mode is _EBIKE and tags.get("cycleway", "").startswith("opposite")
    return value not in _BACKWARD or contraflow, value not in _FORWARD or contraflow


def _limited(kmh: float, mode: TravelMode, tags: Tags, direction: str, odd: set[Oddity]) -> float:
    """Return the usual speed, never above the posted limit. A limit above it does not make traffic faster."""
    value = tags.get(f"maxspeed:{direction}", tags.get("maxspeed", "")).strip()
    if mode is _WALK or not value or _MAXSPEED_WORDS.match(value):
        return kmh
    if value == "walk":
        return min(kmh, 5.0)
    match = _MAXSPEED.match(value)
    limit = float(match[1]) * (_MPH_KMH if match[2] == "mph" else 1) if match else 0.0
    if limit < 1:
        odd.add(Oddity.MAXSPEED)
        return kmh
    return min(kmh, limit)
