"""A map page that is one SVG picture: areas in grey, what matters in red with its text; no script, no network."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_WIDTH = 1200.0
_STYLE = (
    "body{margin:1rem;font-family:sans-serif}svg{width:100%;height:auto;background:#f6f6f4}"
    ".area{fill:#fff;fill-opacity:.6;stroke:#888;stroke-width:1}.mark{fill:#d22;fill-opacity:.45;stroke:#d22;stroke-width:2}"
    "path{vector-effect:non-scaling-stroke;fill-rule:evenodd}li{margin:.2rem 0}"
    ".street{fill:none;stroke:#bbb;stroke-width:1}.line{fill:none;stroke:#d22;stroke-width:4;stroke-opacity:.7}"
    ".point{stroke:#d22;stroke-width:10;stroke-linecap:round}"
)


def write_plain_map(
    path: Path,
    title: str,
    areas: Mapping[str, Any],
    marks: Mapping[str, Any],
    lines: Sequence[str],
    streets: Mapping[str, Any] | None = None,
) -> None:
    """Write a page from GeoJSON collections (WGS-84): polygons, marks of any shape, lines of streets under them.

    Each feature's `text` shows when pointed at.
    """
    below = streets or {"features": ()}
    points = [p for shown in (areas, below, marks) for f in shown["features"] for _, ring in _strokes(f) for p in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    shorter = math.cos(math.radians((south + north) / 2))
    scale = _WIDTH / max((east - west) * shorter, north - south, 1e-9)

    def shape(feature: Mapping[str, Any], kind: str) -> str:
        by_kind: dict[str, list[str]] = {}
        for own, ring in _strokes(feature):
            way = "M" + "L".join(f"{(x - west) * shorter * scale:.1f} {(north - y) * scale:.1f}" for x, y, *_ in ring)
            by_kind.setdefault(kind if own == "mark" or kind != "mark" else own, []).append(way + _END[own])
        text = html.escape(str(feature["properties"].get("text", "")))
        title = f"<title>{text}</title>" if text else ""
        return "".join(f'<path class="{own}" d="{"".join(ways)}">{title}</path>' for own, ways in by_kind.items())

    drawn = [shape(f, "area") for f in areas["features"]]
    drawn += [shape(f, "street") for f in below["features"]]
    drawn += [shape(f, "mark") for f in marks["features"]]
    box = f"-10 -10 {(east - west) * shorter * scale + 20:.1f} {(north - south) * scale + 20:.1f}"
    head = html.escape(title)
    page = [
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">",
        f'<link rel="icon" href="data:,">\n<title>{head}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{head}</h1>',
        f'<svg viewBox="{box}" role="img" aria-label="{head}">',
        *drawn,
        "</svg>\n<ol>",
        *(f"<li>{html.escape(line)}</li>" for line in lines),
        "</ol>\n</body>\n</html>\n",
    ]
    path.write_text("\n".join(page), encoding="utf-8", newline="\n")


_END = {"mark": "Z", "line": "", "point": "h0"}
"""How the stroke of a polygon, a line and a point ends."""


def _strokes(feature: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Sequence[float]]]]:
    """Yield the rings, lines and points of a feature, each with how it is drawn."""
    pending = [feature["geometry"]]
    while pending:
        geometry = pending.pop()
        parts, kind = geometry.get("coordinates", ()), geometry["type"]
        if kind == "GeometryCollection":
            pending += geometry["geometries"]
        elif kind in ("Polygon", "MultiPolygon"):
            for polygon in [parts] if kind == "Polygon" else parts:
                yield from (("mark", ring) for ring in polygon)
        elif kind in ("LineString", "MultiLineString"):
            yield from (("line", line) for line in ([parts] if kind == "LineString" else parts))
        elif kind in ("Point", "MultiPoint"):
            yield from (("point", [point]) for point in ([parts] if kind == "Point" else parts))
