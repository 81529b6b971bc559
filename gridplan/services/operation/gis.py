"""What QGIS opens: a GeoPackage of either engine, or a read-only log-in of PostgreSQL. Unreleased routes stand in neither."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from gridplan.model.errors import InputError
from gridplan.model.rights import Right
from gridplan.model.settings import setting
from gridplan.model.words import say
from gridplan.report.geopackage import Layer, write_layers
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.operation.upkeep import file_at_once
from gridplan.store import gis

PASSWORD = "GRIDPLAN_GIS_PASSWORD"
"""Setting: the password of the read-only log-in; without it a random one is made."""
_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def export(desk: Desk, out: Path, *, by: str) -> dict[str, Any]:
    """Write areas, sites, and the released visits and routes of published plans into a new private GeoPackage."""
    with desk.store.transaction() as t:
        ask(t, by, Right.ADMIN)
        t.audit.add(by, "gis.export", "database", {"file": out.name})
    with desk.store.reading() as t:
        rows = {view.name: gis.read_view(t.connection, view) for view in gis.VIEWS}
        polygons = {area.code: area.polygon for area in t.areas.list()}
    points: dict[str, list[tuple[int, Point]]] = defaultdict(list)
    for row in rows["gis_visits"]:
        if row["经度"] is not None:
            points[row["键"].rpartition("/")[0]].append((row["次序"], Point(row["经度"], row["纬度"])))
    lines = {
        key: LineString([point for _, point in sorted(stops, key=lambda stop: stop[0])])
        for key, stops in points.items()
        if len(stops) > 1
    }
    shapes: dict[str, tuple[str, Sequence[BaseGeometry | None]]] = {
        "gis_areas": ("MultiPolygon", [polygons[row["编码"]] for row in rows["gis_areas"]]),
        "gis_sites": ("Point", [Point(row["经度"], row["纬度"]) for row in rows["gis_sites"]]),
        "gis_routes": ("LineString", [lines.get(row["键"]) for row in rows["gis_routes"]]),
        "gis_visits": (
            "Point",
            [None if row["经度"] is None else Point(row["经度"], row["纬度"]) for row in rows["gis_visits"]],
        ),
    }
    layers = [
        Layer(
            name=view.name,
            kind=shapes[view.name][0],
            fields=[column.name for column in view.c],
            rows=rows[view.name],
            shapes=shapes[view.name][1],
        )
        for view in gis.VIEWS
    ]
    with file_at_once(out) as made:
        write_layers(made, layers)
    return {"file": str(out)} | {name: len(found) for name, found in rows.items()}


def add_reader(desk: Desk, name: str, *, by: str) -> dict[str, Any]:
    """Make the log-in of PostgreSQL that reads the four views and nothing else, and return its password, once.

    Raises
    ------
    InputError
        The database is no PostgreSQL, the name is no plain one or another's, or this log-in may make no others.
    """
    with desk.store.reading() as t:
        ask(t, by, Right.ADMIN)
    if not desk.store.on_server:
        raise InputError(say("upkeep.no_roles"))
    if not _ROLE.fullmatch(name):
        raise InputError(say("upkeep.bad_role", name=name))
    password = setting(PASSWORD) or secrets.token_urlsafe(18)
    with desk.store.transaction() as t:
        ask(t, by, Right.ADMIN)
        gis.grant_reader(t.connection, name, password)
        t.audit.add(by, "gis.reader", f"role/{name}")
    return {"role": name, "password": password, "views": [view.name for view in gis.VIEWS]}
