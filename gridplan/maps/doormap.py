"""The map behind the log-in: main roads, water, green, borders and names of townships; no site and no route."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from math import cos, radians

import shapely
from shapely.geometry.base import BaseGeometry

from gridplan.maps.ground import street_rank
from gridplan.model.basemap import Basemap
from gridplan.model.place import Area, AreaLevel

WIDTH, HEIGHT = 1000, 900
_LAND, _OUT, _WATER, _GREEN, _EDGE, _ROAD, _BORDER, _NAME = (
    *("#F4F2EA", "#E9E7DE", "#D3E1E6", "#E3EAD9"),
    *("#D8D4C6", "#FFFFFF", "#8B8F8A", "#47504E"),
)
_WIDE = {4: 6.0, 3: 4.5, 2: 2.5, 1: 1.2}
"""How wide a street of a rank is drawn; paths are not."""
_FONT = "'HarmonyOS Sans SC','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"


def door_map(areas: Sequence[Area], basemap: Basemap | None) -> str:
    """Return the district as a drawing that fills its sheet; "" without areas."""
    towns = [area for area in areas if area.level is AreaLevel.TOWNSHIP] or list(areas)
    if not towns:
        return ""
    place, scale = _frame([area.polygon for area in towns])
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_OUT}"/>',
        *(f'<path d="{_path(area.polygon, place, scale)}" fill="{_LAND}"/>' for area in towns),
    ]
    if basemap is not None:
        parts += _ground(basemap, place, scale)
    parts += [f'<path d="{_path(area.polygon, place, scale)}" fill="none" stroke="{_BORDER}"/>' for area in towns]
    for area in towns:
        x, y = place(*area.polygon.representative_point().coords[0])
        parts.append(f'<text x="{x:.0f}" y="{y:.0f}">{escape(area.name)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice" '
        f'stroke-linejoin="round" stroke-linecap="round"><g fill="{_NAME}" font-family="{escape(_FONT, quote=True)}" '
        f'font-size="16" letter-spacing="2" text-anchor="middle" paint-order="stroke">{"".join(parts)}</g></svg>'
    )


def _frame(shapes: Sequence[BaseGeometry]) -> tuple[Callable[[float, float], tuple[float, float]], float]:
    """Return what turns longitude and latitude into dots, and the dots of a degree; the district is cut at its sheet's edges."""
    west, south, east, north = shapely.total_bounds(shapes)
    squeeze = cos(radians((south + north) / 2))
    across, down = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
    scale = max(WIDTH / across, HEIGHT / down)

    def place(lon: float, lat: float) -> tuple[float, float]:
        x = WIDTH / 2 + (lon - (west + east) / 2) * squeeze * scale
        return x, HEIGHT / 2 - (lat - (south + north) / 2) * scale

    return place, scale


def _ground(basemap: Basemap, place: Callable[[float, float], tuple[float, float]], scale: float) -> Iterable[str]:
    for shapes, colour in ((basemap.green, _GREEN), (basemap.water, _WATER)):
        for shape in shapes:
            kind = f'fill="{colour}"' if shape.area else f'fill="none" stroke="{colour}" stroke-width="2"'
            yield f'<path d="{_path(shape, place, scale)}" {kind}/>'
    drawn: dict[int, list[str]] = {}
    for street in basemap.streets:
        drawn.setdefault(street_rank(street.klass), []).append(_path(street.line, place, scale))
    for colour, more in ((_EDGE, 1.6), (_ROAD, 0.0)):
        for rank in sorted(set(drawn) & set(_WIDE)):
            if rank > 1 or colour == _EDGE:
                width = _WIDE[rank] + more if rank > 1 else 0.7
                yield f'<path d="{"".join(drawn[rank])}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'


def _path(shape: BaseGeometry, place: Callable[[float, float], tuple[float, float]], scale: float) -> str:
    """Return a shape as the drawing's path, to half a dot."""
    found = []
    for part in shapely.get_parts(shape.simplify(0.5 / scale)):
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            dots = [place(x, y) for x, y in ring.coords]
            found.append("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in dots))
    return "".join(found)
