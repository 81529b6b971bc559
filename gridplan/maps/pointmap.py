"""A map page of one SVG picture: streets in grey and groups of points that can be switched on and off; no script, no network."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_WIDTH = 1200.0
_COLOURS = ("#1f6fd0", "#d22", "#0a8a4a", "#a4a", "#c60")
_STREETS_MOST, _POINTS_MOST = 30_000, 600
_STYLE = (
    "body{margin:1rem;font-family:sans-serif}svg{width:100%;height:auto;background:#fbfbf9;border:1px solid #ccc}"
    ".street{fill:none;stroke:#999;stroke-width:1.2;vector-effect:non-scaling-stroke}label{margin-right:1.2rem}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointGroup:
    """Points (n, 2) in WGS-84 with their label; only a `shown` group is switched on at first."""

    label: str
    points: Floats
    shown: bool


def write_point_map(
    path: Path, title: str, streets: Floats | None, groups: Sequence[PointGroup], lines: Sequence[str]
) -> None:
    """Write the page. `streets`: straight pieces (m, 4) of lon, lat, lon, lat; `lines` stand below the picture."""
    groups = [_thinned(group) for group in groups]
    every = np.concatenate([group.points for group in groups])
    low, high = np.quantile(every, 0.01, axis=0) - 0.005, np.quantile(every, 0.99, axis=0) + 0.005
    shorter = math.cos(math.radians(float(low[1] + high[1]) / 2))
    scale = _WIDTH / max((high[0] - low[0]) * shorter, high[1] - low[1])
    factor = np.array([shorter * scale, -scale])
    origin = np.array([low[0], high[1]])
    across, down = ((np.array([high[0], low[1]]) - origin) * factor).tolist()
    head = html.escape(title)
    switches = [
        f'<input type="checkbox" id="g{n}"{" checked" if group.shown else ""}><label for="g{n}" style="color:{_colour(n)}">'
        f"● {html.escape(group.label)}</label>"
        for n, group in enumerate(groups)
    ]
    rules = "".join(f"#g{n}:not(:checked)~svg .g{n}{{display:none}}" for n in range(len(groups)))
    drawn = [f'<path class="street" d="{_street_path(streets, low, high, origin, factor)}"/>']
    for n, group in enumerate(groups):
        dots = "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in ((group.points - origin) * factor).tolist()
        )
        drawn.append(f'<g class="g{n}" fill="{_colour(n)}" fill-opacity=".75">{dots}</g>')
    page = [
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">",
        f'<link rel="icon" href="data:,">\n<title>{head}</title>\n<style>{_STYLE}{rules}</style>\n</head>\n<body>\n<h1>{head}</h1>',
        *switches,
        f'<svg viewBox="0 0 {across:.0f} {down:.0f}" role="img" aria-label="{head}">',
        *drawn,
        "</svg>\n<ul>",
        *(f"<li>{html.escape(line)}</li>" for line in lines),
        "</ul>\n</body>\n</html>\n",
    ]
    path.write_text("\n".join(page), encoding="utf-8", newline="\n")


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def _thinned(group: PointGroup) -> PointGroup:
    step = -(-len(group.points) // _POINTS_MOST) if len(group.points) else 1
    return PointGroup(label=group.label, points=group.points[::step], shown=group.shown)


def _street_path(streets: Floats | None, low: Floats, high: Floats, origin: Floats, factor: Floats) -> str:
    """Return the pieces inside the picture as one path; the longest where there are very many."""
    if streets is None or not len(streets):
        return ""
    one, other = streets[:, :2], streets[:, 2:]
    inside = streets[((np.maximum(one, other) >= low) & (np.minimum(one, other) <= high)).all(axis=1)]
    length = np.hypot(*(inside[:, 2:] - inside[:, :2]).T)
    kept = inside[np.sort(np.argsort(-length, kind="stable")[:_STREETS_MOST])]
    ends = np.hstack([(kept[:, :2] - origin) * factor, (kept[:, 2:] - origin) * factor])
    return "".join(f"M{a:.0f} {b:.0f}L{c:.0f} {d:.0f}" for a, b, c, d in ends.tolist())
