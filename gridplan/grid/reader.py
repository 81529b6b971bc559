"""Boundary files → plain features in WGS-84; the content decides what a file is, never its name alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from gridplan.model.errors import InputError
from gridplan.model.words import say

SIZE_LIMIT = 500 * 2**20
SUFFIXES = (".geojson", ".json", ".gpkg", ".shp")
# GDAL opens whatever it recognises (a VRT can read any local file, some drivers fetch over HTTP) and pyogrio cannot be told
# which drivers to use. So JSON never reaches GDAL, and the two binary formats must show their magic first.
_SQLITE_MAGIC = b"SQLite format 3\x00"
_GPKG_IDS = (b"GPKG", b"GP10", b"GP11")
_SHP_MAGIC = b"\x00\x00\x27\x0a"
_DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile"}
_AS_WGS84 = {4326, 4490, 4979, 4480}  # CGCS2000 (4490) differs from WGS-84 by centimetres
_BEYOND = 2**53
_SHOWN = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature of a file, counted from 1, its values as text ("" when absent) and its geometry in WGS-84 degrees."""

    file: str
    row: int
    values: Mapping[str, str]
    geometry: BaseGeometry | None


def read_features(path: Path) -> list[Feature]:
    """Read one boundary file.

    Raises
    ------
    InputError
        The file is empty, too large, not what its name says, cannot be read, or its coordinate system is unknown.
    """
    size = path.stat().st_size
    if size == 0:
        raise InputError(say("grid.empty_file", file=path.name))
    if size > SIZE_LIMIT:
        raise InputError(say("grid.too_large", file=path.name, size_mb=size // 2**20, limit_mb=SIZE_LIMIT // 2**20))
    features = _read_tables(path) if path.suffix.lower() in _DRIVERS else _read_geojson(path)
    if not features:
        raise InputError(say("grid.no_features", file=path.name))
    _check_degrees(path.name, features)
    return features


def text_of(value: Any, file: str, row: int, column: str) -> str:
    """Return a value as text: whole floats without `.0`, absent values as "".

    Raises
    ------
    InputError
        A number too large to be exact: its last digits are already lost.
    """
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return str(value).strip()
    exact = value if isinstance(value, int) else float(value)  # one of hundreds of digits cannot be made a float
    if abs(exact) > _BEYOND:
        digits = str(value)
        shown = digits if len(digits) <= _SHOWN else f"{digits[:_SHOWN]}…"
        raise InputError(say("grid.inexact_number", file=file, row=row, column=column, value=shown))
    number = float(exact)
    return str(int(number)) if number.is_integer() else str(number)


def _not_what_it_says(path: Path) -> InputError:
    return InputError(say("grid.not_this_format", file=path.name))


def _read_geojson(path: Path) -> list[Feature]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            raise _not_what_it_says(path) from None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise _not_what_it_says(path) from None
    items = data.get("features") if isinstance(data, dict) and data.get("type") == "FeatureCollection" else None
    if not isinstance(items, list):
        raise _not_what_it_says(path)
    to_wgs84 = _transformer(_geojson_crs(data, path.name), path.name)
    features = []
    for row, item in enumerate(items, 1):
        if not isinstance(item, dict) or not isinstance(item.get("properties") or {}, dict):
            raise InputError(say("grid.bad_feature", file=path.name, row=row))
        values = {
            str(key): text_of(value, path.name, row, str(key))
            for key, value in (item.get("properties") or {}).items()
            if not isinstance(value, (dict, list))
        }
        geometry = _geometry(item.get("geometry"))
        features.append(Feature(file=path.name, row=row, values=values, geometry=_moved(geometry, to_wgs84)))
    return features


def _geometry(data: Any) -> BaseGeometry | None:
    """The geometry in two dimensions; None where there is none or it cannot be read (a ring of two points)."""
    if data is None:
        return None
    try:
        return shapely.force_2d(shapely.from_geojson(json.dumps(data)))
    except (ShapelyError, ValueError):
        return None


def _geojson_crs(data: Mapping[str, Any], file: str) -> CRS | None:
    """The `crs` member of old GeoJSON; None where there is none, which the standard says is WGS-84."""
    member = data.get("crs")
    if member is None:
        return None
    try:
        name = str(member["properties"]["name"])
        return None if name.upper().endswith("CRS84") else CRS.from_user_input(name)
    except (KeyError, TypeError, CRSError):
        raise InputError(say("grid.unknown_crs", file=file)) from None


def _read_tables(path: Path) -> list[Feature]:
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        head = file.read(100)
    if suffix == ".gpkg" and not (head.startswith(_SQLITE_MAGIC) and head[68:72] in _GPKG_IDS):
        raise _not_what_it_says(path)
    if suffix == ".shp":
        if not head.startswith(_SHP_MAGIC):
            raise _not_what_it_says(path)
        _check_companions(path)
    try:
        layers = pyogrio.list_layers(path)
        if len(layers) != 1:
            raise InputError(say("grid.many_layers", file=path.name, layers="、".join(str(x[0]) for x in layers)))
        if pyogrio.read_info(path)["driver"] != _DRIVERS[suffix]:
            raise _not_what_it_says(path)
        meta, geometry_wkb, columns = _read_raw(path)
    except (DataSourceError, DataLayerError):
        raise _not_what_it_says(path) from None
    if not meta["crs"]:
        raise InputError(say("grid.unknown_crs", file=path.name))
    to_wgs84 = _transformer(CRS.from_user_input(meta["crs"]), path.name)
    names = [str(name) for name in meta["fields"]]
    return [
        Feature(
            file=path.name,
            row=row,
            values={
                name: text_of(column[row - 1], path.name, row, name)
                for name, column in zip(names, columns, strict=True)
            },
            geometry=_moved(shapely.from_wkb(wkb), to_wgs84),
        )
        for row, wkb in enumerate(geometry_wkb, 1)
    ]


def _check_companions(path: Path) -> None:
    """A shapefile is four files: without .shx and .dbf it cannot be read, without .prj nobody knows where it lies."""
    for suffix in (".shx", ".dbf", ".prj"):
        if not any(path.with_suffix(case).is_file() for case in (suffix, suffix.upper())):
            raise InputError(say("grid.shapefile_part", file=path.name, part=path.with_suffix(suffix).name))


def _read_raw(path: Path) -> tuple[dict[str, Any], Any, Any]:
    """Read all columns. A shapefile that does not name its encoding is UTF-8 if that reads, else GB18030."""
    has_cpg = any(path.with_suffix(case).is_file() for case in (".cpg", ".CPG"))
    encodings = ("utf-8", "gb18030") if path.suffix.lower() == ".shp" and not has_cpg else (None,)
    for encoding in encodings:
        try:
            meta, _, geometry, columns = pyogrio.raw.read(path, force_2d=True, encoding=encoding)
            return meta, geometry, columns
        except UnicodeDecodeError:
            continue
    raise InputError(say("grid.encoding", file=path.name))


def _transformer(crs: CRS | None, file: str) -> Transformer | None:
    if crs is None or crs.to_epsg() in _AS_WGS84:
        return None
    try:
        return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except CRSError:
        raise InputError(say("grid.unknown_crs", file=file)) from None


def _moved(geometry: BaseGeometry | None, to_wgs84: Transformer | None) -> BaseGeometry | None:
    if geometry is None or to_wgs84 is None:
        return geometry

    def move(points: Any) -> Any:
        return np.column_stack(to_wgs84.transform(points[:, 0], points[:, 1]))

    return shapely.transform(geometry, move)


def _check_degrees(file: str, features: list[Feature]) -> None:
    """Coordinates must be degrees, longitude first."""
    for feature in features:
        if feature.geometry is None or feature.geometry.is_empty:
            continue
        west, south, east, north = feature.geometry.bounds
        if not np.isfinite([west, south, east, north]).all() or min(west, east) < -180 or max(west, east) > 180:
            raise InputError(say("grid.not_degrees", file=file, row=feature.row))
        if south < -90 or north > 90:
            raise InputError(say("grid.latitude_first", file=file, row=feature.row))
