"""Which engines there are: their own address, how fast they may be asked, and where their key stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gridplan.geocode.online.amap import Amap
from gridplan.geocode.online.baidu import Baidu
from gridplan.geocode.online.engine import Engine, EngineName, EngineSettings
from gridplan.geocode.online.fetch import host_of
from gridplan.geocode.online.openstreet import OpenStreet
from gridplan.geocode.online.tianditu import Tianditu
from gridplan.model.errors import InputError
from gridplan.model.words import say


class _Usual(NamedTuple):
    """What holds for an engine unless somebody says otherwise. `url` is "" where everybody runs their own."""

    url: str
    per_second: float
    key: str = ""
    """The environment variable that holds the key; "" for an engine that needs none."""
    needed: bool = False


USUAL: Mapping[EngineName, _Usual] = {
    # The public one allows one request a second and no bulk: for a district's list run your own.
    EngineName.NOMINATIM: _Usual("https://nominatim.openstreetmap.org", 1.0),
    EngineName.PHOTON: _Usual("https://photon.komoot.io", 1.0),
    EngineName.PELIAS: _Usual("", 5.0, "GRIDPLAN_PELIAS_KEY"),
    EngineName.AMAP: _Usual("https://restapi.amap.com", 3.0, "GRIDPLAN_AMAP_KEY", needed=True),
    EngineName.BAIDU: _Usual("https://api.map.baidu.com", 3.0, "GRIDPLAN_BAIDU_KEY", needed=True),
    EngineName.TIANDITU: _Usual("https://api.tianditu.gov.cn", 3.0, "GRIDPLAN_TIANDITU_KEY", needed=True),
}


def settings_of(
    name: str, environ: Mapping[str, str], *, url: str = "", per_second: float | None = None, timeout_s: float = 10.0
) -> EngineSettings:
    """Return the settings of an engine by its name. The key comes from the environment and from nowhere else.

    Raises
    ------
    InputError
        There is no such engine, its address is missing or cannot be used, or its key is missing.
    """
    try:
        engine = EngineName(name)
    except ValueError:
        raise InputError(say("online.unknown", engine=name, known="、".join(EngineName))) from None
    usual = USUAL[engine]
    # What an office runs itself is set once, beside the key.
    where = url or environ.get(f"GRIDPLAN_{engine.upper()}_URL", "").strip() or usual.url
    if not where:
        raise InputError(
            say("online.no_url", engine=say(f"online.name_{engine}"), variable=f"GRIDPLAN_{engine.upper()}_URL")
        )
    host = host_of(where)
    key = environ.get(usual.key, "").strip() if usual.key else ""
    if usual.needed and not key:
        raise InputError(say("online.no_key", engine=say(f"online.name_{engine}"), variable=usual.key))
    return EngineSettings(
        engine=engine,
        url=where,
        host=host,
        key=key,
        timeout_s=timeout_s,
        per_second=per_second or usual.per_second,
    )


def engine_of(settings: EngineSettings) -> Engine:
    """Return the engine, ready to be asked; nothing is sent yet."""
    match settings.engine:
        case EngineName.AMAP:
            return Amap(settings=settings)
        case EngineName.BAIDU:
            return Baidu(settings=settings)
        case EngineName.TIANDITU:
            return Tianditu(settings=settings)
        case _:
            return OpenStreet(settings=settings)
