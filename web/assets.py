"""Our own scripts, styles and libraries: their addresses carry a stamp of the content, so that a browser asks for them once."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory

STATIC = Path(__file__).resolve().parent / "static"
MAPS = STATIC.parents[1] / "gridplan" / "maps"
YEAR_S, HOUR_S = 365 * 86_400, 3600


@cache
def stamp() -> str:
    """Return what changes when any of the files changes; files are read once, so a server begun before a change keeps the old one."""
    found = hashlib.sha256()
    for folder in (STATIC, MAPS / "static"):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                found.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    versions = MAPS / "vendor" / "versions.json"
    found.update(versions.read_bytes() if versions.is_file() else b"")
    return found.hexdigest()[:12]


def register(app: Flask) -> None:
    """Add the files' addresses; with the stamp of today they may be kept for a year, without it they are asked for anew."""

    @app.url_defaults
    def stamped(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in ("static", "assets"):
            values.setdefault("v", stamp())

    # The stamp stands in the path: modules import each other by their names alone.
    @app.get("/static/v-<v>/<path:filename>", endpoint="static")
    @app.get("/static/<path:filename>", endpoint="static")
    def static(filename: str, v: str = "") -> Response:
        return _kept(send_from_directory(STATIC, filename), v)

    @app.get("/assets/v-<v>/<path:name>", endpoint="assets")
    @app.get("/assets/<path:name>", endpoint="assets")
    def assets(name: str, v: str = "") -> Response:
        """Serve the built libraries and the map's own script: nothing comes from elsewhere."""
        folder = MAPS / ("static" if name.startswith("gridmap.") else "vendor")
        return _kept(send_from_directory(folder, name, max_age=HOUR_S), v)


def _kept(response: Response, v: str) -> Response:
    if v == stamp():
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = YEAR_S
        response.cache_control.immutable = True
    return response
