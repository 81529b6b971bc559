"""Directions for one leg: what to do at each turn, in words that a driver or walker follows without a map."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.model.words import Text


class Turn(StrEnum):
    """What is done where a step begins. A bend of the same street is no step."""

    DEPART = "depart"
    STRAIGHT = "straight"
    SLIGHT_LEFT = "slight_left"
    LEFT = "left"
    SHARP_LEFT = "sharp_left"
    SLIGHT_RIGHT = "slight_right"
    RIGHT = "right"
    SHARP_RIGHT = "sharp_right"
    U_TURN = "u_turn"
    ROUNDABOUT = "roundabout"
    ARRIVE = "arrive"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One sentence of the way: it begins at `point` and reaches `distance_m` metres and `time_s` seconds far.

    `street` is the name of the street it runs along, "" where that has none. A way that does not exist has no `point`.
    """

    turn: Turn
    text: Text
    distance_m: int
    time_s: int
    point: LonLat | None
    street: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """The way from one place to the next. The steps' metres and seconds add up to those of the leg."""

    origin: Text
    destination: Text
    mode: TravelMode
    distance_m: int
    time_s: int
    steps: tuple[Step, ...]

    @property
    def text(self) -> Text:
        """All steps as one sentence."""
        return Text(
            "，".join(step.text.zh for step in self.steps) + "。", "; ".join(step.text.en for step in self.steps) + "."
        )
