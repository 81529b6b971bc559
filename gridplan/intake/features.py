"""Reads lists that are map layers (GeoJSON, GeoPackage): properties as text, geometry as points."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyogrio
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from gridplan.intake.broken import broken_json
from gridplan.intake.clean import whole_number_text
from gridplan.intake.files import check_size, read_text
from gridplan.intake.tables import Row, Table, table_complaint
from gridplan.model.errors import Complaint, InputError, Severity
from gridplan.model.place import Datum, LonLat
from gridplan.model.words import say

_PLAIN = (4326, 4490)
"""WGS-84 and CGCS2000 in degrees: taken as they are, the round's datum decides."""


def read_geojson(path: Path) -> Table:
    """Read a FeatureCollection; the first feature is row 1.

    Raises
    ------
    InputError
        It is no FeatureCollection, or names a coordinate system that is not known.
    """
    try:
        data = json.loads(read_text(path, "GeoJSON"))
    except (ValueError, RecursionError) as error:
        raise broken_json(path.name, error) from None
    features = data.get("features") if isinstance(data, dict) and data.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise InputError(say("intake.wrong_content", file=path.name, kind="GeoJSON FeatureCollection"))
    named = data.get("crs")
    name = str(named.get("properties", {}).get("name", named)) if isinstance(named, dict) else "OGC:CRS84"
    return _table(
        path.name,
        ((feature.get("properties") or {}, _json_point(feature.get("geometry"))) for feature in features),
        _crs(path.name, name),
    )


def read_gpkg(path: Path) -> Table:
    """Read the one layer of a GeoPackage.

    Raises
    ------
    InputError
        It is no GeoPackage, or holds several layers.
    """
    check_size(path)
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise InputError(say("intake.wrong_content", file=path.name, kind="GeoPackage"))
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        if len(layers) != 1:
            raise InputError(say("intake.layers", file=path.name, layers="、".join(layers) or "—"))
        info = pyogrio.read_info(path, layer=layers[0])
        frame = pyogrio.read_dataframe(path, layer=layers[0], datetime_as_string=True)
    except pyogrio.errors.DataSourceError as error:
        raise InputError(say("intake.damaged", file=path.name, why=error)) from None
    if info["driver"] != "GPKG":
        raise InputError(say("intake.wrong_content", file=path.name, kind="GeoPackage"))
    if "geometry" not in frame:
        features: Iterable[tuple[Mapping[str, Any], Any]] = ((row, None) for row in frame.to_dict("records"))
        return _table(path.name, features, CRS.from_epsg(4326))
    if frame.crs is None:
        raise InputError(say("intake.bad_crs", file=path.name, crs="—"))
    geometry = list(frame.geometry)
    columns = frame.drop(columns="geometry").to_dict("records")
    points = (
        (shape.x, shape.y) if shape is not None and shape.geom_type == "Point" and not shape.is_empty else shape
        for shape in geometry
    )
    return _table(path.name, zip(columns, points, strict=True), CRS.from_user_input(frame.crs))


def _crs(file: str, name: str) -> CRS:
    try:
        return CRS.from_user_input(name)
    except CRSError:
        raise InputError(say("intake.bad_crs", file=file, crs=name)) from None


def _json_point(geometry: Any) -> Any:
    """Return (x, y) of a point, None where there is no geometry, anything else as it is."""
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return geometry
    match geometry.get("coordinates"):
        case [int() | float() as x, int() | float() as y, *_]:
            return (_float(x), _float(y))
        case []:
            return None
    return geometry


def _float(number: float) -> float:
    """Return a number of any length: one of hundreds of digits is as good as endless."""
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _table(file: str, features: Iterable[tuple[Mapping[str, Any], Any]], crs: CRS) -> Table:
    plain = crs.to_epsg() in _PLAIN or crs.to_authority() == ("OGC", "CRS84")
    to_degrees = None if plain else Transformer.from_crs(crs, 4326, always_xy=True)
    header: dict[str, None] = {}
    rows: list[Row] = []
    complaints: list[Complaint] = []
    for number, (properties, shape) in enumerate(features, 1):
        values: dict[str, str] = {}
        for name, value in properties.items():
            header[str(name)] = None
            text = _text(value)
            if text is None:
                complaints.append(
                    table_complaint(file, number, str(name), repr(value), "lost_digits", Severity.WARNING)
                )
            values[str(name)] = text or ""
        point = None
        if isinstance(shape, tuple):
            point = LonLat(*(to_degrees.transform(*shape) if to_degrees else shape))
        elif shape is not None:
            complaints.append(table_complaint(file, number, "geometry", _kind(shape), "not_a_point", Severity.WARNING))
        rows.append(Row(number=number, values=values, point=point))
    if not rows:
        raise InputError(say("intake.empty_file", file=file))
    return Table(
        file=file,
        header=tuple(header),
        rows=tuple(rows),
        complaints=tuple(complaints),
        datum=None if plain else Datum.WGS84,
        has_points=any(row.point for row in rows),
    )


def _kind(shape: Any) -> str:
    return str(shape.get("type", "?")) if isinstance(shape, dict) else str(getattr(shape, "geom_type", "?"))


def _text(value: Any) -> str | None:
    """Return a property as text, None for a number that is too large to be exact."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return whole_number_text(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value).strip()
