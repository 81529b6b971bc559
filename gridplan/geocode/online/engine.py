"""The nouns of this room: what is asked of an engine, what it answers, and how it can fail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import Protocol

from gridplan.geocode.datum import to_wgs84
from gridplan.model.errors import GridplanError
from gridplan.model.place import Datum, FixLevel, LonLat
from gridplan.model.words import say


class EngineName(StrEnum):
    """The engines there is an adaptor for."""

    NOMINATIM = "nominatim"
    PHOTON = "photon"
    PELIAS = "pelias"
    AMAP = "amap"
    BAIDU = "baidu"
    TIANDITU = "tianditu"


class Failure(StrEnum):
    """Why an engine gave no answer; the words are `online.<value>`."""

    NETWORK = "network"
    BUSY = "busy"
    QUOTA = "quota"
    REFUSED = "refused"
    HTTP = "http"
    NONSENSE = "nonsense"

    @property
    def passing(self) -> bool:
        """Whether it may go better in a moment."""
        return self in (Failure.NETWORK, Failure.BUSY)


class EngineError(GridplanError):
    """An engine on the network gave no answer. The text names engine and host; never a key, an address or a whole URL."""

    exit_code = 2
    http_status = 502

    def __init__(self, failure: Failure, engine: EngineName, host: str, detail: str = "", wait_s: float = 0.0) -> None:
        """`detail`: a code the engine gave. `wait_s`: how long it asked to be left alone."""
        name = say(f"online.name_{engine}")
        super().__init__(say(f"online.{failure}", engine=name, host=host, detail=f"（{detail}）" if detail else ""))
        self.failure = failure
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Which engine, at which address, how fast at most. The key is never shown, logged or kept."""

    engine: EngineName
    url: str
    host: str
    key: str = field(default="", repr=False)
    timeout_s: float = 10.0
    per_second: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One place an engine gives for an address: WGS-84, level on the ladder, score 0…1 (its own word, not calibrated)."""

    name: str
    point: LonLat
    level: FixLevel
    score: float


class Engine(Protocol):
    """One engine, ready to be asked."""

    @property
    def settings(self) -> EngineSettings:
        """Which engine it is, and where."""
        ...

    @property
    def most_bytes(self) -> int:
        """The longest text it takes, in bytes of UTF-8; 0 for any."""
        ...

    def ask(self, text: str) -> tuple[Answer, ...]:
        """Return the places that an address may be, the likeliest first; () where the engine knows none.

        Raises
        ------
        EngineError
            There was no answer, or none that can be understood.
        """
        ...


_SCORES = {
    FixLevel.EXACT: 0.7,
    FixLevel.ROAD_NUMBER: 0.75,
    FixLevel.INTERPOLATED: 0.6,
    FixLevel.ROAD: 0.3,
    FixLevel.COMMUNITY: 0.3,
    FixLevel.TOWNSHIP: 0.1,
}
"""What an engine's place is worth by its level, before the engine's own doubts."""


def answer_of(
    name: object, lon: object, lat: object, datum: Datum, level: FixLevel, trust: float = 1.0
) -> Answer | None:
    """Return an answer from what an engine sent, None where it holds no point on earth. `trust` 0…1 is the engine's own."""
    x, y = number_of(lon), number_of(lat)
    if x is None or y is None or abs(x) > 180 or abs(y) > 90 or (x == 0 and y == 0) or level is FixLevel.NONE:
        return None
    x, y = to_wgs84(x, y, datum)
    score = round(_SCORES[level] * min(max(trust, 0.0), 1.0), 3)
    return Answer(name=text_of(name), point=LonLat(round(x, 7), round(y, 7)), level=level, score=score)


def number_of(value: object) -> float | None:
    """Return a finite number that is one, or text of one; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def text_of(value: object) -> str:
    """Return text of at most 200 characters; "" for anything else (AMap sends [] for an empty text)."""
    return " ".join(value.split())[:200] if isinstance(value, str) else ""


def field_of(value: object, *path: str) -> object:
    """Return what stands at a path of names in an answer, None where there is nothing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def items_of(value: object) -> list[object]:
    """Return the items of a list, none for anything else."""
    return value if isinstance(value, list) else []


def best_first(answers: Iterable[Answer | None]) -> tuple[Answer, ...]:
    """Return the answers that are some, the best score first, the engine's order within a score."""
    return tuple(sorted((one for one in answers if one is not None), key=lambda one: -one.score))
