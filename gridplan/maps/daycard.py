"""A team-day as one page without script: map, card and stops with room for what was found. It opens anywhere and prints on A4."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians

from shapely import LineString, box

from gridplan.model.basemap import Basemap
from gridplan.model.place import LonLat

WIDTH, HEIGHT, PAD = 1000, 470, 60
_WIDE = {"motorway": 9, "trunk": 9, "primary": 8, "secondary": 7, "tertiary": 5}
_STYLE = """
@page { size: A4; margin: 14mm }
html { background: #fff } body { margin: 0 auto; padding: 4mm; max-width: 190mm; color: #000; font: 10.5pt/1.5 "HarmonyOS Sans SC","PingFang SC","Microsoft YaHei","Noto Sans CJK SC","WenQuanYi Zen Hei",sans-serif }
h1 { font: 700 20pt/1.3 "STZhongsong","Source Han Serif SC","Noto Serif CJK SC","SimSun",serif; text-align: center; margin: 2mm 0 3mm } p { margin: 2mm 0 }
table { border-collapse: collapse; width: 100% } th, td { border: .6pt solid #000; padding: 1mm 1.6mm; text-align: left; vertical-align: top } thead { display: table-header-group } tr { break-inside: avoid }
svg { display: block; width: 100%; margin: 3mm 0; border: .6pt solid #000; box-sizing: border-box } .n { text-align: center; width: 7mm } .t, .a { white-space: nowrap } .r { width: 46mm } .small { font-size: 9pt } .foot { display: flex; justify-content: space-between; margin-top: 8mm }
@media screen and (max-width: 640px) { body { font-size: 12pt } thead, .r, td.a { display: none } table, tbody, tr, td { display: block; border: 0 } tr { display: grid; grid-template-columns: 9mm 1fr; border-bottom: .6pt solid #000; padding: 2mm 0 } tr > :nth-child(n+3) { grid-column: 2 } td.n { font-weight: 700 } .facts tr { grid-template-columns: 24mm 1fr } .facts th { border: 0 } a { display: inline-block; padding: 6pt 0 } }
@media print { a { color: #000; text-decoration: none } .screen { display: none } body { padding: 0 } }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStop:
    """A line of the card; `rows` are what is asked there, `link` an address of a map, "" for none."""

    seq: int
    time: str
    name: str
    address: str
    mode: str
    point: LonLat | None
    phone: str = ""
    link: str = ""
    warn: str = ""
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCard:
    """What the page says, in one language. `facts`: (head, text) above the map; `foot`: left and right below the stops."""

    title: str
    secret: str
    facts: tuple[tuple[str, str], ...]
    heads: tuple[str, str, str, str, str]
    stops: tuple[DayStop, ...]
    lines: tuple[LineString, ...]
    base: LonLat
    foot: tuple[str, str]


def day_card(card: DayCard, basemap: Basemap | None) -> str:
    """Return the page as HTML that asks nothing of any network and runs no script; names in it stay text."""
    policy = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    facts = "".join(f"<tr><th>{escape(head)}</th><td>{escape(text)}</td></tr>" for head, text in card.facts)
    heads = "".join(f"<th>{escape(head)}</th>" for head in card.heads)
    rows = "".join(_row(stop) for stop in card.stops)
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{policy}'; img-src data:; base-uri 'none'; form-action 'none'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{escape(card.title)}</title><style>{_STYLE}</style></head><body><main>"
        f'<p class="small">{escape(card.secret)}</p><h1>{escape(card.title)}</h1><table class="facts">{facts}</table>'
        f"{_map(card, basemap)}<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        f'<p class="foot small"><span>{escape(card.foot[0])}</span><span>{escape(card.foot[1])}</span></p>'
        "</main></body></html>\n"
    )


def _row(stop: DayStop) -> str:
    asked = "".join(f"<br>□ {escape(row)}" for row in stop.rows)
    warn = f"<br><b>▲ {escape(stop.warn)}</b>" if stop.warn else ""
    phone = f'<br><a href="tel:{escape(stop.phone, quote=True)}">{escape(stop.phone)}</a>' if stop.phone else ""
    name = escape(stop.name)
    if stop.link:
        name = f'<a href="{escape(stop.link, quote=True)}" rel="noreferrer">{name}</a>'
    return (
        f'<tr><td class="n">{stop.seq}</td><td class="t">{escape(stop.time)}</td><td><b>{name}</b>'
        f'<br>{escape(stop.address)}{phone}{warn}<span class="small">{asked}</span></td>'
        f'<td class="a">{escape(stop.mode)}</td><td class="r"></td></tr>'
    )


class _View:
    """Turns places into dots of the drawing."""

    def __init__(self, places: Sequence[tuple[float, float]]) -> None:
        lons, lats = [p[0] for p in places], [p[1] for p in places]
        self._squeeze = cos(radians((min(lats) + max(lats)) / 2))
        width = max((max(lons) - min(lons)) * self._squeeze, 1e-4)
        height = max(max(lats) - min(lats), 1e-4)
        self.scale = min((WIDTH - 2 * PAD) / width, (HEIGHT - 2 * PAD) / height, 160_000)
        self._lon, self._lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
        half_lon, half_lat = WIDTH / 2 / self.scale / self._squeeze, HEIGHT / 2 / self.scale
        self.frame = box(self._lon - half_lon, self._lat - half_lat, self._lon + half_lon, self._lat + half_lat)

    def dot(self, lon: float, lat: float) -> tuple[float, float]:
        return (
            WIDTH / 2 + (lon - self._lon) * self._squeeze * self.scale,
            HEIGHT / 2 - (lat - self._lat) * self.scale,
        )

    def path(self, coords: Iterable[Sequence[float]]) -> str:
        return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in (self.dot(c[0], c[1]) for c in coords))


def _map(card: DayCard, basemap: Basemap | None) -> str:
    places = [(c[0], c[1]) for line in card.lines for c in line.coords]
    places += [(stop.point.lon, stop.point.lat) for stop in card.stops if stop.point]
    places.append((card.base.lon, card.base.lat))
    view = _View(places)
    signs = [view.dot(stop.point.lon, stop.point.lat) for stop in card.stops if stop.point]
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f1f1f1"/>',
        *(_streets(view, basemap, signs) if basemap else ()),
    ]
    parts += [
        f'<path d="{view.path(line.coords)}" fill="none" stroke="#000" stroke-width="4" stroke-linejoin="round"/>'
        for line in card.lines
        if len(line.coords) > 1
    ]
    for stop in card.stops:
        if stop.point:
            x, y = view.dot(stop.point.lon, stop.point.lat)
            parts.append(
                f'<circle cx="{x:.0f}" cy="{y:.0f}" r="17" fill="#fff" stroke="#000" stroke-width="3"/>'
                f'<text x="{x:.0f}" y="{y + 7:.0f}" font-size="19" font-weight="700" text-anchor="middle">{stop.seq}</text>'
            )
    x, y = view.dot(card.base.lon, card.base.lat)
    parts.append(
        f'<rect x="{x - 15:.0f}" y="{y - 15:.0f}" width="30" height="30" fill="#000"/>'
        f'<text x="{x:.0f}" y="{y + 7:.0f}" font-size="19" font-weight="700" text-anchor="middle" fill="#fff">集</text>'
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(card.title, quote=True)}">{"".join(parts)}</svg>'


def _streets(view: _View, basemap: Basemap, kept_free: Sequence[tuple[float, float]]) -> Iterable[str]:
    seen = [street for street in basemap.streets if street.line.intersects(view.frame)]
    for edge, colour in ((2, "#bbb"), (0, "#fff")):
        for street in seen:
            wide = _WIDE.get(street.klass, 3) + edge
            yield f'<path d="{view.path(street.line.coords)}" fill="none" stroke="{colour}" stroke-width="{wide}"/>'
    named: set[str] = set()
    taken = list(kept_free)
    for street in sorted(seen, key=lambda one: -one.line.length):
        middle = street.line.interpolate(0.5, normalized=True)
        x, y = view.dot(middle.x, middle.y)
        inside = PAD < x < WIDTH - PAD and PAD / 2 < y < HEIGHT - PAD / 2
        if (
            street.name
            and street.name not in named
            and inside
            and all(abs(x - a) > 90 or abs(y - b) > 30 for a, b in taken)
        ):
            named.add(street.name)
            taken.append((x, y))
            # Twice: not everything that sets a page knows an outline below its letters.
            for look in ('fill="none" stroke="#f1f1f1" stroke-width="4"', 'fill="#444"'):
                yield f'<text x="{x:.0f}" y="{y + 5:.0f}" font-size="14" text-anchor="middle" {look}>{escape(street.name)}</text>'
