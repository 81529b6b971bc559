"""Tianditu (天地图), geocoder: points in CGCS2000, which is WGS-84 here; one place an answer."""

from __future__ import annotations

import json
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
    **dict.fromkeys(("门址", "门牌", "门牌号", "地名地址"), FixLevel.ROAD_NUMBER),
    **dict.fromkeys(("兴趣点", "POI", "小区", "楼栋"), FixLevel.EXACT),
    **dict.fromkeys(("道路", "街道名称"), FixLevel.ROAD),
    **dict.fromkeys(("村", "村庄", "社区", "行政村"), FixLevel.COMMUNITY),
    **dict.fromkeys(("乡镇", "街道", "乡镇街道"), FixLevel.TOWNSHIP),
    **dict.fromkeys(("国家", "省", "市", "区县", "县", "行政区划"), FixLevel.NONE),
}
_NOT_FOUND = ("1", "101", "404")
_SPENT = ("超限", "上限", "超出", "配额", "次数")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tianditu:
    """Asks Tianditu."""

    settings: EngineSettings
    most_bytes: int = 0

    def ask(self, text: str) -> tuple[Answer, ...]:
        """Return the place that an address may be."""
        asked = json.dumps({"keyWord": text}, ensure_ascii=False)
        url = url_of(self.settings, "geocoder", {"ds": asked, "tk": self.settings.key})
        return self.read(fetch_json(self.settings, url), text)

    def read(self, answer: object, text: str = "") -> tuple[Answer, ...]:
        """Read an answer of any shape; `text` is what was asked."""
        if not isinstance(answer, dict):
            raise EngineError(Failure.NONSENSE, self.settings.engine, self.settings.host)
        code = answer.get("code")
        if code is not None and "status" not in answer:  # what stands before the service speaks: the key or its quota
            said = text_of(answer.get("msg")) + text_of(answer.get("resolve"))
            failure = Failure.QUOTA if any(word in said for word in _SPENT) else Failure.REFUSED
            raise EngineError(failure, self.settings.engine, self.settings.host, text_of(str(code))[:12])
        status = str(answer.get("status", ""))[:12]
        if status in _NOT_FOUND:
            return ()
        if status != "0":
            failure = Failure.HTTP if status.isdigit() else Failure.NONSENSE
            raise EngineError(failure, self.settings.engine, self.settings.host, status if status.isdigit() else "")
        place = answer.get("location")
        score = number_of(field_of(place, "score"))
        level = _LEVELS.get(text_of(field_of(place, "level")), FixLevel.ROAD)
        name = text_of(field_of(place, "keyWord")) or text
        trust = (score if score is not None else 50.0) / 100
        lon, lat = field_of(place, "lon"), field_of(place, "lat")
        return best_first([answer_of(name, lon, lat, Datum.CGCS2000, level, trust)])
