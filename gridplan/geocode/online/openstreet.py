"""Nominatim, Photon and Pelias through geopy: points in WGS-84. geopy is an extra (`pip install gridplan[online]`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from gridplan.geocode.online.engine import (
    Answer,
    EngineError,
    EngineName,
    EngineSettings,
    Failure,
    answer_of,
    best_first,
    field_of,
    number_of,
    text_of,
)
from gridplan.geocode.online.fetch import fetch_json
from gridplan.model.errors import InputError
from gridplan.model.place import Datum, FixLevel
from gridplan.model.words import say

_MOST = 5
_NOMINATIM = {
    **dict.fromkeys(("house", "building", "place_house", "house_number"), FixLevel.ROAD_NUMBER),
    **dict.fromkeys(("road", "highway", "residential"), FixLevel.ROAD),
    **dict.fromkeys(("neighbourhood", "quarter", "hamlet", "village", "residential_area"), FixLevel.COMMUNITY),
    **dict.fromkeys(("suburb", "town", "borough", "city_district"), FixLevel.TOWNSHIP),
    **dict.fromkeys(("city", "county", "state", "country", "postcode", "province", "region"), FixLevel.NONE),
}
_PHOTON = {
    "house": FixLevel.ROAD_NUMBER,
    "street": FixLevel.ROAD,
    "locality": FixLevel.COMMUNITY,
    "district": FixLevel.TOWNSHIP,
    **dict.fromkeys(("city", "county", "state", "country"), FixLevel.NONE),
}
_PELIAS = {
    "address": FixLevel.ROAD_NUMBER,
    "venue": FixLevel.EXACT,
    "intersection": FixLevel.INTERPOLATED,
    "street": FixLevel.ROAD,
    **dict.fromkeys(("neighbourhood", "microhood"), FixLevel.COMMUNITY),
    **dict.fromkeys(("borough", "localadmin", "macrohood"), FixLevel.TOWNSHIP),
    **dict.fromkeys(("locality", "county", "region", "macroregion", "country", "coarse", "postalcode"), FixLevel.NONE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStreet:
    """Asks one of the engines that stand on OpenStreetMap data."""

    settings: EngineSettings
    most_bytes: int = 0

    def ask(self, text: str) -> tuple[Answer, ...]:
        """Return the places that an address may be."""
        coder = _coder(self.settings)
        options: dict[str, Any] = {} if self.settings.engine is EngineName.PELIAS else {"limit": _MOST}
        try:
            found = coder.geocode(text, exactly_one=False, **options)
        except EngineError:
            raise
        except Exception:
            # geopy walks through an answer of any shape as if it were the usual one; what it says may hold the address.
            raise EngineError(Failure.NONSENSE, self.settings.engine, self.settings.host) from None
        return best_first(self._place(place) for place in found or ())

    def _place(self, place: Any) -> Answer | None:
        raw = place.raw
        level, trust = _READ[self.settings.engine](raw)
        return answer_of(place.address, place.longitude, place.latitude, Datum.WGS84, level, trust)


def _nominatim(raw: object) -> tuple[FixLevel, float]:
    kinds = [text_of(field_of(raw, name)) for name in ("addresstype", "type", "class", "category")]
    known = next((_NOMINATIM[kind] for kind in kinds if kind in _NOMINATIM), None)
    return known if known is not None else FixLevel.EXACT, 1.0


def _photon(raw: object) -> tuple[FixLevel, float]:
    kind, name = text_of(field_of(raw, "properties", "type")), text_of(field_of(raw, "properties", "name"))
    if kind == "house" and name and not text_of(field_of(raw, "properties", "housenumber")):
        return FixLevel.EXACT, 1.0  # a named place: Photon calls every point a house
    return _PHOTON.get(kind, FixLevel.ROAD), 1.0


def _pelias(raw: object) -> tuple[FixLevel, float]:
    level = _PELIAS.get(text_of(field_of(raw, "properties", "layer")), FixLevel.ROAD)
    if level is FixLevel.ROAD_NUMBER and text_of(field_of(raw, "properties", "match_type")) == "interpolated":
        level = FixLevel.INTERPOLATED
    trust = number_of(field_of(raw, "properties", "confidence"))
    return level, trust if trust is not None else 0.5


_READ: dict[EngineName, Callable[[object], tuple[FixLevel, float]]] = {
    EngineName.NOMINATIM: _nominatim,
    EngineName.PHOTON: _photon,
    EngineName.PELIAS: _pelias,
}


def _coder(settings: EngineSettings) -> Any:
    """Return geopy's coder for an engine; its requests go through ours, so that errors, limits and the key are handled alike."""
    try:
        from geopy import geocoders
        from geopy.adapters import BaseSyncAdapter
    except ImportError:
        raise InputError(say("online.no_geopy", engine=say(f"online.name_{settings.engine}"))) from None

    class Adapter(BaseSyncAdapter):
        """Hands geopy's requests to `fetch_json`. The key is added here: geopy logs its URLs."""

        def __init__(self, *, proxies: object, ssl_context: object) -> None:
            super().__init__(proxies=proxies, ssl_context=ssl_context)

        def get_json(self, url: str, *, timeout: float, headers: object) -> object:
            if settings.key:
                url += ("&" if "?" in url else "?") + urlencode({"api_key": settings.key})
            return fetch_json(settings, url)

        def get_text(self, url: str, *, timeout: float, headers: object) -> str:
            raise NotImplementedError

    parts = urlsplit(settings.url)
    where = {
        "scheme": parts.scheme,
        "domain": f"{parts.netloc}{parts.path}".rstrip("/"),
        "timeout": settings.timeout_s,
        "user_agent": "gridplan",
        "adapter_factory": Adapter,
    }
    match settings.engine:
        case EngineName.NOMINATIM:
            return geocoders.Nominatim(**where)
        case EngineName.PHOTON:
            return geocoders.Photon(**where)
        case _:
            return geocoders.Pelias(**where)
