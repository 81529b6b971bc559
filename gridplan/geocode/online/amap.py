"""AMap (高德), Web service v3: points in GCJ-02; an empty text is sent as []."""

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
    items_of,
    text_of,
)
from gridplan.geocode.online.fetch import fetch_json, url_of
from gridplan.model.place import Datum, FixLevel

_LEVELS = {
    **dict.fromkeys(("门牌号", "门址", "单元号", "楼栋号"), FixLevel.ROAD_NUMBER),
    **dict.fromkeys(("兴趣点", "住宅区", "公交站台、地铁站", "公交地铁站点", "地铁站", "公交站台"), FixLevel.EXACT),
    **dict.fromkeys(("道路交叉路口", "道路交叉口"), FixLevel.INTERPOLATED),
    **dict.fromkeys(("道路", "道路名"), FixLevel.ROAD),
    "村庄": FixLevel.COMMUNITY,
    **dict.fromkeys(("乡镇", "街道", "热点商圈"), FixLevel.TOWNSHIP),
    **dict.fromkeys(("国家", "省", "市", "区县", "开发区"), FixLevel.NONE),
}
_UNKNOWN = "30001"  # the address cannot be read by the engine: it knows no such place
_FAILURES = {
    **dict.fromkeys(("10003", "10010", "10044", "10045", "40000", "40002", "40003"), Failure.QUOTA),
    **dict.fromkeys(
        ("10004", "10014", "10015", "10016", "10017", "10019", "10020", "10021", "10029"), Failure.BUSY
    ),
    **dict.fromkeys(
        ("10001", "10002", "10005", "10006", "10007", "10008", "10009", "10011", "10012", "10013", "10026"),
        Failure.REFUSED,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Amap:
    """Asks AMap."""

    settings: EngineSettings
    most_bytes: int = 0

    def ask(self, text: str) -> tuple[Answer, ...]:
        """Return the places that an address may be."""
        url = url_of(self.settings, "v3/geocode/geo", {"address": text, "output": "JSON", "key": self.settings.key})
        return self.read(fetch_json(self.settings, url))

    def read(self, answer: object) -> tuple[Answer, ...]:
        """Read an answer of any shape."""
        if not isinstance(answer, dict):
            raise EngineError(Failure.NONSENSE, self.settings.engine, self.settings.host)
        code = str(answer.get("infocode", ""))[:12]
        if str(answer.get("status")) != "1":
            if code == _UNKNOWN:
                return ()
            failure = _FAILURES.get(code, Failure.HTTP if code.isdigit() else Failure.NONSENSE)
            raise EngineError(failure, self.settings.engine, self.settings.host, code if code.isdigit() else "")
        return best_first(_place(item) for item in items_of(answer.get("geocodes")))


def _place(item: object) -> Answer | None:
    lon, _, lat = text_of(field_of(item, "location")).partition(",")
    level = _LEVELS.get(text_of(field_of(item, "level")), FixLevel.ROAD)
    return answer_of(field_of(item, "formatted_address"), lon, lat, Datum.GCJ02, level)
