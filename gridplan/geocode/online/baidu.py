"""Baidu (百度), geocoding v3: points in BD-09, one place an answer, an address of at most 84 bytes."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.geocode.online.engine import (
    Answer,
    EngineError,
    EngineSettings,
    Failure,
    answer_of,
    best_first,
    field_of,
    number_of,
    text_of,
)
from gridplan.geocode.online.fetch import fetch_json, url_of
from gridplan.model.place import Datum, FixLevel

_LEVELS = {
    **dict.fromkeys(("国家", "省", "城市", "区县", "开发区", "商圈"), FixLevel.NONE),
    "乡镇": FixLevel.TOWNSHIP,
    "村庄": FixLevel.COMMUNITY,
    "道路": FixLevel.ROAD,
    "交叉路口": FixLevel.INTERPOLATED,
    "门址": FixLevel.ROAD_NUMBER,
    "": FixLevel.ROAD,
    "UNKNOWN": FixLevel.ROAD,
}
"""What is not here is a class of places (商务大厦, 地产小区, 教育, …)."""
_BUSY = (1, 401, 402)
_QUOTA = (4, 301, 302)
_REFUSED = (3, 5, 9, 101, 102, *range(200, 300))
_NOT_FOUND = "无相关结果"
_VAGUE = 0.5  # the engine says itself that its point is not precise


@dataclass(frozen=True, slots=True, kw_only=True)
class Baidu:
    """Asks Baidu."""

    settings: EngineSettings
    most_bytes: int = 84

    def ask(self, text: str) -> tuple[Answer, ...]:
        """Return the place that an address may be."""
        url = url_of(self.settings, "geocoding/v3/", {"address": text, "output": "json", "ak": self.settings.key})
        return self.read(fetch_json(self.settings, url), text)

    def read(self, answer: object, text: str = "") -> tuple[Answer, ...]:
        """Read an answer of any shape. It does not repeat the address: `text` is what was asked."""
        status = number_of(field_of(answer, "status"))
        if status is None:
            raise EngineError(Failure.NONSENSE, self.settings.engine, self.settings.host)
        if status != 0:
            if _NOT_FOUND in (text_of(field_of(answer, "msg")), text_of(field_of(answer, "message"))):
                return ()
            raise EngineError(_failure(status), self.settings.engine, self.settings.host, f"{status:g}"[:12])
        result = field_of(answer, "result")
        level = _LEVELS.get(text_of(field_of(result, "level")), FixLevel.EXACT)
        confidence = number_of(field_of(result, "confidence"))
        trust = (confidence if confidence is not None else 50.0) / 100
        if number_of(field_of(result, "precise")) != 1:
            trust *= _VAGUE
        lon, lat = field_of(result, "location", "lng"), field_of(result, "location", "lat")
        return best_first([answer_of(text, lon, lat, Datum.BD09, level, trust)])


def _failure(status: float) -> Failure:
    if status in _BUSY:
        return Failure.BUSY
    if status in _QUOTA:
        return Failure.QUOTA
    return Failure.REFUSED if status in _REFUSED else Failure.HTTP
