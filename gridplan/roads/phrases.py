"""The sentences of directions, in both languages, with distances as people say them."""

from __future__ import annotations

from gridplan.model.crew import TravelMode
from gridplan.model.directions import Turn
from gridplan.model.words import Text, say

_PATHS = {"footway", "path", "cycleway", "pedestrian", "track", "bridleway", "platform", "corridor"}
_FIRST_WALK_M = 30.0  # a shorter way to the street needs no words
_LAST_WALK_M = 10.0


def street_kind(klass: str) -> str:
    """Return what a street of this OpenStreetMap class is called when it has no name: road, service, path, steps or link."""
    if klass in ("service", "steps"):
        return klass
    return "path" if klass in _PATHS else "link" if klass.endswith("_link") else "road"


def spoken_m(metres: float) -> Text:
    """Return a distance as it is said: 几米, tens below 100 m, fifties below 1 km, tenths of kilometres, whole ones from 10."""
    if metres < 5:
        return say("directions.few_metres")
    if metres < 975:
        step = 10 if metres < 95 else 50
        return say("directions.metres", n=max(10, int(metres / step + 0.5) * step))
    tenths = int(metres / 100 + 0.5)
    kilometres = str(int(metres / 1000 + 0.5)) if tenths >= 100 or tenths % 10 == 0 else f"{tenths / 10:.1f}"
    return say("directions.kilometres", n=kilometres)


class Phrases:
    """The sentences of one leg."""

    def __init__(self, mode: TravelMode, origin: Text, destination: Text) -> None:
        self._origin, self._destination = origin, destination
        self._go, self._on = say(f"directions.go_{mode}"), say(f"directions.on_{mode}")

    def street(self, name: str, klass: str) -> Text:
        """Return a street's name, else what it is."""
        return Text(name, name) if name else say(f"directions.street_{street_kind(klass)}")

    def depart(self, street: Text, toward_deg: float, walk_m: float, metres: float) -> Text:
        """Return the first sentence: along which street, which way, how far."""
        fields = {"origin": self._origin, "street": street, "toward": _toward(toward_deg), "go": self._go}
        if walk_m >= _FIRST_WALK_M:
            return say("directions.depart_walk", walk=spoken_m(walk_m), distance=spoken_m(metres), **fields)
        return say("directions.depart", distance=spoken_m(metres), **fields)

    def depart_ring(self, metres: float) -> Text:
        """Return the first sentence of a leg that begins on a roundabout."""
        return say("directions.depart_ring", origin=self._origin, go=self._go, distance=spoken_m(metres))

    def on_foot(self, metres: float) -> Text:
        """Return the first sentence of a leg that uses no street."""
        return say("directions.depart_on_foot", origin=self._origin, distance=spoken_m(metres))

    def whole(self, toward_deg: float, metres: float, *, served: bool) -> Text:
        """Return the only sentence where there is no road network; `served`: a server elsewhere measured the leg."""
        toward = _toward(toward_deg)
        key = "directions.depart_served" if served else "directions.depart_straight"
        return say(key, origin=self._origin, toward=toward, distance=spoken_m(metres))

    def turn(self, turn: Turn, street: Text, metres: float, *, stays: bool) -> Text:
        """Return a turn into a street; `stays`: the street is the same before and after."""
        fields = {"turn": say(f"directions.turn_{turn}"), "street": street, "distance": spoken_m(metres)}
        if stays:
            return say("directions.stay", go=self._go, **fields)
        return say("directions.turn", on=self._on, **fields)

    def ring(self, number: int, street: Text, metres: float) -> Text:
        """Return the way through a roundabout by its exit."""
        return say("directions.ring", exit=number, street=street, on=self._on, distance=spoken_m(metres))

    def ring_end(self, metres: float) -> Text:
        """Return the sentence for a leg that ends on a roundabout."""
        return say("directions.ring_end", go=self._go, distance=spoken_m(metres))

    def arrive(self, side: str | None, walk_m: float) -> Text:
        """Return the last sentence: on which side the door is, and how far it is from the street."""
        if side is None:
            return say("directions.arrive", destination=self._destination)
        fields = {"destination": self._destination, "side": say(f"directions.side_{side}")}
        if walk_m < _LAST_WALK_M:
            return say("directions.arrive_side", **fields)
        return say("directions.arrive_walk", distance=spoken_m(walk_m), **fields)

    def same_place(self) -> Text:
        """Return the sentence for a door that one stands at."""
        return say("directions.same_place", destination=self._destination)

    def unreachable(self) -> Text:
        """Return the sentence for a leg that does not exist."""
        return say("directions.unreachable", origin=self._origin, destination=self._destination)


def _toward(bearing_deg: float) -> Text:
    return say(f"directions.toward_{int(bearing_deg / 45 + 0.5) % 8}")
