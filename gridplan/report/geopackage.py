"""Writes layers of shapes and their fields into one GeoPackage, which QGIS opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
from shapely import to_wkb
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer: its kind of shape (`Point`, `LineString`, `MultiPolygon`), its rows by field, and a shape (or None) for each."""

    name: str
    kind: str
    fields: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    shapes: Sequence[BaseGeometry | None]


def write_layers(path: Path, layers: Sequence[Layer]) -> None:
    """Write a new GeoPackage in WGS-84."""
    for layer in layers:
        pyogrio.raw.write(
            path,
            np.array([None if shape is None else to_wkb(shape) for shape in layer.shapes], dtype=object),
            [_column([row[field] for row in layer.rows]) for field in layer.fields],
            list(layer.fields),
            layer=layer.name,
            driver="GPKG",
            geometry_type=layer.kind,
            crs="EPSG:4326",
            promote_to_multi=layer.kind.startswith("Multi"),
            append=path.exists(),
        )


def _column(values: Sequence[object]) -> np.ndarray[Any, Any]:
    """Return the values as GDAL wants them: days and times as such, gaps as gaps."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {datetime}:
        return np.array(values, dtype="datetime64[s]")
    if kinds == {date}:
        return np.array(values, dtype="datetime64[D]")
    if kinds == {int} and None not in values:
        return np.array(values, dtype=np.int64)
    if kinds and kinds <= {int, float}:
        return np.array(values, dtype=np.float64)
    return np.array(values, dtype=object)
