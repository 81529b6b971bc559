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
)


def write_plain_map(
    path: Path, title: str, areas: Mapping[str, Any], marks: Mapping[str, Any], lines: Sequence[str]
) -> None:
    """Write a page from two GeoJSON collections of polygons (WGS-84); each feature's `text` shows when pointed at."""
    points = [p for features in (areas, marks) for f in features["features"] for ring in _rings(f) for p in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    shorter = math.cos(math.radians((south + north) / 2))
    scale = _WIDTH / max((east - west) * shorter, north - south, 1e-9)

    def shape(feature: Mapping[str, Any], kind: str) -> str:
        lines = (
            "M" + "L".join(f"{(x - west) * shorter * scale:.1f} {(north - y) * scale:.1f}" for x, y, *_ in ring) + "Z"
            for ring in _rings(feature)
        )
        text = html.escape(str(feature["properties"].get("text", "")))
        return f'<path class="{kind}" d="{"".join(lines)}"><title>{text}</title></path>'

    drawn = [shape(f, "area") for f in areas["features"]] + [shape(f, "mark") for f in marks["features"]]
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


def _rings(feature: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    pending = [feature["geometry"]]
    while pending:
        geometry = pending.pop()
        if geometry["type"] == "GeometryCollection":
            pending += geometry["geometries"]
        elif geometry["type"] == "Polygon":
            yield from geometry["coordinates"]
        elif geometry["type"] == "MultiPolygon":
            for polygon in geometry["coordinates"]:
                yield from polygon
